"""The time budget: what ends in time is left alone, what does not is stopped, and nothing is stopped afterwards."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from handlers.errors import Broken
from storage.transactions.budget import Budget, OverBudget

T = TypeVar("T")
Runner = Callable[[Callable[[], T]], T]

SHORT = 0.05
LONG = 20.0


def here(work: Callable[[], T]) -> T:
    """In the main thread, as with PostgreSQL."""
    return work()


def elsewhere(work: Callable[[], T]) -> T:
    """In a thread of its own, as with SQLite."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def spin() -> None:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        pass


def catch_and_spin() -> None:
    """What catches every Exception is stopped all the same."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        try:
            spin()
        except Exception as error:
            raise AssertionError from error


@pytest.mark.parametrize("run", [here, elsewhere])
@pytest.mark.parametrize("work", [spin, catch_and_spin])
def test_what_takes_too_long_is_stopped(run: Runner[None], work: Callable[[], None]) -> None:
    begun = time.monotonic()
    budget = Budget(SHORT)
    with pytest.raises(OverBudget) as stopped:
        run(lambda: budget.within(work))
    assert time.monotonic() - begun < LONG / 2
    assert isinstance(stopped.value, Broken)


@pytest.mark.parametrize("run", [here, elsewhere])
def test_what_ends_in_time_gives_its_result_and_its_errors(run: Runner[object]) -> None:
    budget = Budget(LONG)
    assert run(lambda: budget.within(lambda: 7)) == 7
    with pytest.raises(KeyError):
        run(lambda: budget.within(lambda: os.environ["MINSHENG_NO_SUCH"]))


@pytest.mark.parametrize("run", [here, elsewhere])
def test_nothing_is_stopped_after_the_work_has_ended(run: Runner[int]) -> None:
    """Work that ends at the very moment its time is over: it is stopped or it is not, and what comes next is left alone."""
    budget = Budget(SHORT)

    def race() -> int:
        stopped = 0
        for turn in range(30):
            end = time.monotonic() + SHORT * (0.9 + turn / 150)

            def until(end: float = end) -> None:
                while time.monotonic() < end:
                    pass

            try:
                budget.within(until)
            except OverBudget:
                stopped += 1
            sum(range(20_000))
        return stopped

    assert run(race) <= 30


def test_a_regular_expression_is_stopped_in_the_main_thread() -> None:
    begun = time.monotonic()
    with pytest.raises(OverBudget):
        Budget(SHORT).within(lambda: re.match("(?:a|a)*b", "a" * 40))
    assert time.monotonic() - begun < LONG


def test_each_thread_is_watched_for_itself() -> None:
    """Two units of work, two threads: the slow one is stopped, the other goes on."""
    slow, quick = Budget(SHORT), Budget(LONG)
    results: list[str] = []

    def never() -> None:
        with pytest.raises(OverBudget):
            slow.within(spin)
        results.append("stopped")

    thread = threading.Thread(target=never)
    thread.start()
    quick.within(thread.join)
    assert results == ["stopped"]


def test_a_traced_thread_goes_on_after_a_stop() -> None:
    """The interpreter forgets an interruption that came: otherwise a traced function never begins."""
    ended = threading.Event()

    def traced() -> None:
        with pytest.raises(OverBudget):
            Budget(SHORT).within(spin)
        before = sys.gettrace()
        sys.settrace(lambda *_: None)
        _nothing()
        sys.settrace(before)
        ended.set()

    threading.Thread(target=traced, daemon=True).start()
    assert ended.wait(LONG)


def _nothing() -> None:
    pass
