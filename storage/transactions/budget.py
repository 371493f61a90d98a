"""Time budget of the rules for one message: a rule that runs longer is interrupted, and only its own message fails.

Rules are pure Python without await, so asyncio cannot interrupt them. Two things can:

| the rules run in | interrupted by | not interrupted |
|---|---|---|
| the main thread (PostgreSQL: the event loop's) | SIGALRM from an interval timer, also inside a regular expression | one call into another library |
| another thread (SQLite's runner) | an exception that a watchdog sets in that thread | one call into a library or a regular expression |

What cannot be interrupted is bounded by the size of its input (`benchmarks/hostile_readers.py`). Time is counted in
beats of a tenth of the budget; a pause of the whole process counts as one beat, so that no message pays for it. Source:
docs/adr/0023-a-time-budget.md.
"""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TypeVar

from handlers.errors import Broken

T = TypeVar("T")

SECONDS = 1.0
"""Twenty times what the slowest reader may take for the longest message (50 ms)."""

BEATS = 10


class OverBudget(Broken):
    """The rules did not decide this message in time. The cause's traceback shows where they were."""


class _TimeUp(BaseException):
    """Raised inside the rules from outside. No rule catches it, and it never leaves this module."""


class Budget:
    """Runs work within a time limit. One for each unit of work, whose calls come one after the other."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._watchdog = _Watchdog()

    def within(self, work: Callable[[], T], share: float = 1.0) -> T:
        """Returns the work's result. Raises `OverBudget` when it takes longer than this share of the budget."""
        stopper = _ALARM if _ALARM.usable() else self._watchdog
        beat = self._seconds * share / BEATS
        try:
            try:
                stopper.begin(beat)
                return work()
            finally:
                stopper.end()
        except _TimeUp as stop:
            # It may have come while the work was ending already.
            stopper.end()
            raise OverBudget("the rules took too long") from stop


class _Alarm:
    """Interrupts the main thread by SIGALRM. One for the process, since the timer is one."""

    def __init__(self) -> None:
        self._left = 0

    def usable(self) -> bool:
        """Returns whether this is the main thread and no other code uses the signal."""
        if threading.current_thread() is not threading.main_thread():
            return False
        held = signal.getsignal(signal.SIGALRM)
        if held is signal.SIG_DFL:
            signal.signal(signal.SIGALRM, self._ring)
            return True
        return held == self._ring

    def begin(self, beat: float) -> None:
        self._left = BEATS
        signal.setitimer(signal.ITIMER_REAL, beat, beat)

    def end(self) -> None:
        self._left = 0
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                raise _TimeUp


_ALARM = _Alarm()


class _Watchdog:
    """Interrupts any other thread. Its own thread sleeps while nothing runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = threading.Event()
        self._thread: threading.Thread | None = None
        self._watched = 0
        self._left = 0
        self._beat = SECONDS / BEATS
        self._stopped = False

    def begin(self, beat: float) -> None:
        """Begin to count beats for the calling thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="budget", daemon=True)
            self._thread.start()
        self._beat, self._left, self._stopped = beat, BEATS, False
        self._watched = threading.get_ident()
        if not self._begun.is_set():
            self._begun.set()

    def end(self) -> None:
        """Stop counting, and let an interruption that was set and not yet raised end here."""
        with self._lock:
            self._watched = 0
            stopped, self._stopped = self._stopped, False
        if stopped:
            _spend_exception()

    def _watch(self) -> None:
        pause = threading.Event()
        while True:
            self._begun.clear()
            # In this order: what begins between the two lines is seen by the second.
            if not self._watched:
                self._begun.wait()
            pause.wait(self._beat)
            with self._lock:
                self._left -= 1
                if self._watched and self._left <= 0 and not self._stopped:
                    self._stopped = True
                    _set_exception(self._watched)


def _set_exception(thread: int) -> None:
    """Raise `_TimeUp` in the thread as soon as it runs Python code, once even if it was set before."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TimeUp))


def _spend_exception() -> None:
    """Raise and catch what was set for the calling thread, raised already or not.

    Setting no exception instead takes it back, but leaves the interpreter's mark that one is due: every thread looks for
    it at every call from then on, and a traced one never gets past it (CPython 3.11, ceval.c).
    """
    with suppress(_TimeUp):
        _set_exception(threading.get_ident())
        while True:
            pass
