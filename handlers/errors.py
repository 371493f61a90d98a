"""The errors that rules raise. Each says whether the person is told, whether a retry helps and whether an operator is
alerted.

| class | shown to the person | retried | wakes somebody |
|---|---|---|---|
| Refused | yes: one clear sentence | no | no |
| Conflict | no | at once, on fresh data | no |
| Unavailable | a holding sentence | later | after repeated failures |
| Broken | an apology | no, kept for replay | yes |
"""

from __future__ import annotations


class Fault(Exception):
    """Base of the family; never raised itself."""


class Refused(Fault):
    """What the person asked for is not possible now. `say` is the sentence they read: what is wrong, what they can do."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


class Conflict(Fault):
    """Somebody else changed the same thing first; load again and decide again."""


class Unavailable(Fault):
    """A service we need does not answer now; nothing was kept."""


class Broken(Fault):
    """Our own mistake or damaged data; the message is kept and somebody is woken."""
