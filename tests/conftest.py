"""Fixtures that every test may ask for. Each session (and each worker of a parallel one) starts at most one server of a kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis

from tests.support import services
from tests.support.databases import BACKENDS, Templates

# How long something takes is for benchmarks: a busy machine must fail no test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# For `make unit`, which is run every few minutes; `make test` tries all examples.
settings.register_profile("quick", deadline=None, max_examples=25)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """``postgresql://…`` of a PostgreSQL server on which databases may be created."""
    with services.postgres() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """``postgresql://…`` of an empty database that is this test's own."""
    with services.database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Templates]:
    """Migrated databases to copy; PostgreSQL is started only for a test that asks for it."""
    made = Templates(tmp_path_factory.mktemp("templates"), lambda: str(request.getfixturevalue("postgres_url")))
    yield made
    made.close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of each database that the service runs on."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database that is this test's own, on each backend in turn."""
    with templates.copy(backend, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """``redis://…`` of a Redis or Valkey server; parallel workers that were given one server get a database each."""
    with services.redis() as url:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        yield services.redis_database(url, int(worker)) if worker != "0" else url


@pytest.fixture
def redis_database(redis_url: str) -> str:
    """``redis://…`` of a database that is empty when the test starts."""
    with Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser for page tests; launch it with ``--no-sandbox``, which root needs."""
    return services.chromium()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The folder whose pictures outlive the test run: ``artifacts/screenshots``, which git ignores."""
    folder = Path(__file__).parents[1] / "artifacts" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
