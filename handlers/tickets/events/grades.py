"""What is said about an answer after it was given: by the citizen, by the unit that was graded, and by whoever decides."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Rated(Struct, frozen=True, tag="rated"):
    """评价: 5 非常满意 … 1 非常不满意 (好差评). `redo_by`: a low grade becomes 重办 then, if nothing more is said."""

    score: int
    words: str = ""
    redo_by: datetime | None = None
    revisit_at: datetime | None = None


class OpinionGiven(Struct, frozen=True, tag="opined"):
    """What the citizen says apart from the grade; None where nothing was said. `again` False: no 重办 is wanted.

    `attitude`: 3 good, 2 middling, 1 bad. `redo_by`: "not solved" becomes 重办 then, if nothing more is said.
    """

    solved: bool | None = None
    to_point: bool | None = None
    attitude: int | None = None
    words: str = ""
    again: bool | None = None
    redo_by: datetime | None = None


class Appealed(Struct, frozen=True, tag="appealed"):
    """申诉: the unit holds the grade for a mistake or for malice, and says why."""

    reason: str


class Decided(Struct, frozen=True, tag="decided"):
    """评议: a supervisor decides on the unit's 申诉, with a reason that everybody reads. `stands`: the grade counts."""

    stands: bool
    reason: str


class Silent(Struct, frozen=True, tag="silent"):
    """No grade came within the time for it. It counts as silence and as nothing else."""


class Revisited(Struct, frozen=True, tag="revisited"):
    """回头看: weeks later the citizen is asked whether all is still well; `until` when we stop waiting for an answer."""

    until: datetime


class LookedBack(Struct, frozen=True, tag="looked_back"):
    """The citizen's answer to that."""

    fine: bool
    words: str = ""


class Informed(Struct, frozen=True, tag="informed"):
    """整改: news of the rectification item that covers this ticket. `done`: it was signed off.

    `quiet`: logged and shown, pushed to nobody. `rate_by`: the answer given before is asked about anew, and waits so long for
    a grade; None where there is no answer to be graded.
    """

    item: str
    text: str
    done: bool = False
    quiet: bool = False
    rate_by: datetime | None = None


Grade = Rated | OpinionGiven | Appealed | Decided | Silent | Revisited | LookedBack | Informed
"""Every event of this file."""
