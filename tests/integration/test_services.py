"""The servers that tests run against: they start, they are apart from each other, and they leave nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis import Redis as SyncRedis
from redis.asyncio import Redis

from tests.support import services

ROOT = Path(__file__).parents[2]


async def test_postgres_answers(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()


async def test_a_copy_has_the_rows_of_its_template(postgres_url: str, postgres_database: str) -> None:
    connection = await asyncpg.connect(postgres_database)
    await connection.execute("CREATE TABLE mark (word text); INSERT INTO mark VALUES ('工单')")
    await connection.close()

    with services.database(postgres_url, template=postgres_database) as copy:
        assert copy != postgres_database
        connection = await asyncpg.connect(copy)
        try:
            assert await connection.fetchval("SELECT word FROM mark") == "工单"
        finally:
            await connection.close()

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(copy)


async def test_redis_answers_and_starts_empty(redis_database: str) -> None:
    async with Redis.from_url(redis_database) as client:
        assert await client.dbsize() == 0
        assert await client.set("word", "工单")


def test_chromium_runs(chromium_path: Path) -> None:
    said = subprocess.run([chromium_path, "--version"], check=True, capture_output=True, text=True).stdout
    assert "Chrom" in said


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No address is given and nothing is installed."""
    for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL", "TEST_CHROMIUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(services, "_system_postgres", lambda: iter(()))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("reachable", [True, False], ids=["where it lies", "as a copy"])
def test_the_wheels_serve_where_nothing_is_installed(reachable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not reachable:
        monkeypatch.setattr(services, "_reachable", lambda *_: False)
    with services.postgres() as url, services.database(url) as own:
        assert own != url
    with services.redis() as url, SyncRedis.from_url(url) as client:
        assert client.ping()


@pytest.mark.usefixtures("bare_machine")
def test_what_cannot_be_had_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_wheel", lambda _: None)
    with pytest.raises(services.ServiceUnavailable, match="TEST_DATABASE_URL"), services.postgres():
        pass
    with pytest.raises(services.ServiceUnavailable, match="TEST_REDIS_URL"), services.redis():
        pass
    with pytest.raises(services.ServiceUnavailable, match=r"install-test-browser\.sh"):
        services.chromium()


OWN = pytest.mark.skipif(
    bool(os.environ.get("TEST_DATABASE_URL") or os.environ.get("TEST_REDIS_URL")),
    reason="the servers are somebody else's",
)

HOLD = """
import sys, tests.support.services as services
with getattr(services, sys.argv[1])() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@OWN
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_a_server_dies_with_its_owner(service: str, end: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLD, service]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        port = urlsplit(owner.stdout.readline().strip()).port
        assert port is not None
        with socket.create_connection(("127.0.0.1", port), timeout=15) as held:
            owner.send_signal(end)
            # A server that dies lets go of its connections: some say a last word, one not accepted yet is cut off.
            with suppress(ConnectionResetError):
                while held.recv(1024):
                    pass
