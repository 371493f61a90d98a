"""What `make unit` runs is pure: a unit test that starts a program fails unless it is marked slow."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

_STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"})

_pure: list[str] = []
"""The name of the test that runs, while it may not start a program."""


def _hear(event: str, _: tuple[object, ...]) -> None:
    if _pure and event in _STARTS:
        raise AssertionError(f"{_pure[-1]} starts a program ({event}): mark it slow")


sys.addaudithook(_hear)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if item.get_closest_marker("slow"):
        return (yield)
    _pure.append(item.nodeid)
    try:
        return (yield)
    finally:
        _pure.pop()
