"""Which readings of the time are trusted: jumps, wrong hosts, stops, and what is only noise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.steady import PAUSE, SETTLES, TOLERANCE, ClockDoubt, ClockReading, Steadiness

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
BEAT = 20 * SECOND
NONE = timedelta()


class Clocks:
    """The database's and the host's clock, each set wrong by so much, and the seconds that truly passed."""

    def __init__(self, last: datetime | None = None) -> None:
        self.steady = Steadiness()
        self.passed = NONE
        self.database = NONE
        self.host = NONE
        self.last = last

    def see(self, after: timedelta = BEAT) -> ClockDoubt | None:
        self.passed += after
        now = START + self.passed
        reading = ClockReading(now + self.database, now + self.host, 1000 + self.passed.total_seconds())
        doubt = self.steady.see(reading, self.last)
        assert self.steady.admits(reading.at, reading.elapsed) == (doubt is None)
        assert self.steady.doubt is doubt
        return doubt

    def set(self, database: timedelta, host: timedelta | None = None) -> None:
        self.database, self.host = database, database if host is None else host


JUMPS = [10 * DAY, -10 * DAY, 3650 * DAY, 61 * SECOND, -61 * SECOND, timedelta(hours=8)]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_is_not_trusted_and_trusted_again_at_once_when_it_is_taken_back(jump: timedelta) -> None:
    clocks = Clocks()
    assert clocks.see() is None
    clocks.set(jump)
    assert [clocks.see() for _ in range(5)] == [ClockDoubt.JUMPED] * 5
    clocks.set(NONE)
    assert clocks.see() is None


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_that_stays_is_believed_after_it_has_gone_evenly_for_long_enough(jump: timedelta) -> None:
    clocks = Clocks()
    clocks.see()
    clocks.set(jump)
    beats = SETTLES // BEAT
    assert [clocks.see() for _ in range(beats)] == [ClockDoubt.JUMPED] * beats
    assert clocks.see() is None
    clocks.set(NONE)
    assert clocks.see() is ClockDoubt.JUMPED


def test_a_clock_that_goes_on_jumping_is_never_believed() -> None:
    clocks = Clocks()
    clocks.see()
    for number in range(1, 500):
        clocks.set((1 + number // 30) * DAY)
        assert clocks.see() is ClockDoubt.JUMPED


def test_a_jump_between_the_reading_and_the_page_is_seen() -> None:
    clocks = Clocks()
    clocks.see()
    assert clocks.steady.admits(START + BEAT + 3 * SECOND, 1023.0)
    assert not clocks.steady.admits(START + BEAT + 3 * SECOND + 10 * DAY, 1023.0)
    assert not clocks.steady.admits(START + BEAT - DAY, 1023.0)
    assert Steadiness().admits(START, 0.0)


def test_a_machine_that_slept_waits_once_and_goes_on() -> None:
    """Its own seconds stand still while it sleeps: both clocks jump."""
    clocks = Clocks()
    clocks.see()
    clocks.set(timedelta(hours=9))
    assert clocks.see() is ClockDoubt.JUMPED
    assert clocks.see(SETTLES) is None


@pytest.mark.parametrize("off", [61 * SECOND, -61 * SECOND, DAY, -DAY])
def test_a_host_that_disagrees_with_the_database_waits_until_they_agree(off: timedelta) -> None:
    clocks = Clocks()
    clocks.set(NONE, off)
    for _ in range(100):
        assert clocks.see() is ClockDoubt.DIFFERS
    clocks.set(NONE)
    assert clocks.see() is None


@pytest.mark.parametrize("off", [59 * SECOND, -59 * SECOND])
def test_a_minute_is_allowed(off: timedelta) -> None:
    clocks = Clocks()
    clocks.set(NONE, off)
    assert clocks.see() is None
    clocks.set(off, NONE)
    assert clocks.see() is None


def test_what_the_look_itself_took_is_no_difference() -> None:
    assert Steadiness().see(ClockReading(START, START + 70 * SECOND, 0.0, took=15.0)) is None
    assert Steadiness().see(ClockReading(START, START + 70 * SECOND, 0.0, took=5.0)) is ClockDoubt.DIFFERS


def test_only_the_database_jumped_after_a_failover() -> None:
    clocks = Clocks()
    clocks.see()
    clocks.set(5 * MINUTE, NONE)
    assert clocks.see() is ClockDoubt.JUMPED
    assert clocks.see(SETTLES) is ClockDoubt.DIFFERS
    clocks.set(5 * MINUTE)
    assert clocks.see() is None


@pytest.mark.parametrize(
    ("ago", "trusted"),
    [
        (NONE, True),
        (PAUSE - BEAT, True),
        (-30 * SECOND, True),
        (PAUSE + MINUTE, False),
        (-DAY, False),
        (10 * DAY, False),
    ],
)
def test_the_first_reading_is_measured_by_the_last_beat_of_any_process(ago: timedelta, trusted: bool) -> None:
    clocks = Clocks(last=START - ago)
    assert (clocks.see() is None) == trusted
    if not trusted:
        assert clocks.see() is ClockDoubt.STOPPED or clocks.steady.doubt is ClockDoubt.STOPPED
        assert clocks.see(SETTLES) is None


def test_where_no_process_ever_beat_the_first_reading_counts() -> None:
    assert Clocks().see() is None


def test_a_process_that_began_under_a_wrong_clock_trusts_no_other_wrong_one() -> None:
    clocks = Clocks(last=START)
    clocks.set(10 * DAY)
    assert clocks.see() is ClockDoubt.STOPPED
    clocks.set(20 * DAY)
    assert clocks.see(SETTLES) is not None
    assert clocks.see(SETTLES / 2) is not None
    assert clocks.see(SETTLES / 2) is None


@given(st.lists(st.tuples(st.integers(1, 60), st.floats(-0.9, 0.9)), max_size=60))
def test_small_steps_and_slow_beats_are_never_doubted(beats: list[tuple[int, float]]) -> None:
    clocks = Clocks()
    for seconds, step in beats:
        clocks.set(clocks.database + step * TOLERANCE)
        assert clocks.see(seconds * SECOND) is None


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=30))
def test_what_is_trusted_was_where_it_was_or_even_for_long_enough(steps: list[int]) -> None:
    """Whatever somebody does to the clock: no reading that lies off the last trusted one is trusted before its time."""
    clocks = Clocks()
    clocks.see()
    good = NONE
    since = NONE
    for step in steps:
        if timedelta(seconds=step) != clocks.database:
            since = clocks.passed + BEAT
        clocks.set(timedelta(seconds=step))
        if clocks.see() is None:
            assert abs(clocks.database - good) <= TOLERANCE or clocks.passed - since >= SETTLES
            good = clocks.database
