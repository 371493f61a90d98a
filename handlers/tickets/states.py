"""Table of moves of a ticket: what may happen in which state, by whom, the next state, and the refusal's text.

Source: `docs/story.md` and `docs/glossary.md`. Limits that depend on a ticket's numbers (how often, how soon) are in
`lifecycle.py`; which officials may do it is in `official/permissions.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import get_args

from msgspec import Struct

from handlers.tickets.events import By, Happening
from handlers.tickets.events.clock import (
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    Urged,
    UrgeIgnored,
)
from handlers.tickets.events.desks import CoHandled, Reclassified, Recused, Returned, Ruled, Supervised, Transferred
from handlers.tickets.events.filing import Amended, Filed, Sealed, Shown, Supplemented, Withdrawn
from handlers.tickets.events.grades import (
    Appealed,
    Decided,
    Informed,
    LookedBack,
    OpinionGiven,
    Rated,
    RatingLapsed,
    Revisited,
)
from handlers.tickets.events.joining import (
    Absorbed,
    Added,
    Alone,
    Backed,
    Followed,
    Gathered,
    Joined,
    Merged,
    Parted,
    Raised,
)
from handlers.tickets.events.work import (
    Accepted,
    Asked,
    CalledBack,
    Closed,
    Extended,
    Noted,
    OnSite,
    Refusal,
    Reopened,
    Replied,
    Undone,
)
from handlers.tickets.ticket import ANSWERED, ENDED, EVERY, IN_HAND, OPEN, UNACCEPTED, State

__all__ = [
    "ALONE_ALREADY",
    "ANSWERED",
    "BETTER",
    "ENDED",
    "EVERY",
    "FOLLOWERS",
    "IN_HAND",
    "IS",
    "ON_THE_OTHER",
    "OPEN",
    "TABLE",
    "UNACCEPTED",
    "WHATS",
    "WRONG_HANDS",
    "Move",
    "Target",
    "What",
    "arrows",
    "goals",
    "mermaid",
    "refusal",
    "row",
]

What = type[Happening]
"""A kind of event, by its class."""

WHATS: tuple[What, ...] = get_args(Happening)


class Target(Enum):
    """Where a move leads when it is not one fixed state."""

    STAY = "the state it is in"
    BACK = "the state it was in before it waited"
    SHARED = "the state of the ticket it follows"


def _of(*states: State) -> frozenset[State]:
    return frozenset(states)


_CITIZEN = frozenset({By.CITIZEN})
_STAFF = frozenset({By.STAFF})
_SERVICE = frozenset({By.SYSTEM})
_CLOCK = frozenset({By.CLOCK})
_UNIT = frozenset({By.STAFF, By.CLOCK, By.SYSTEM})
_ANYBODY = frozenset(By)


class Move(Struct, frozen=True):
    """One row of the table: in which states something may happen, where it leads, and who may do it."""

    what: What
    starts: frozenset[State]
    to: State | Target
    by: frozenset[By]
    no: str
    """Said in any other state."""


TABLE: tuple[Move, ...] = (
    Move(Filed, _of(), State.SUBMITTED, frozenset({By.CITIZEN, By.SYSTEM}), "这件事已经提交过了，不用再提交。"),
    Move(Accepted, UNACCEPTED | {State.REWORK}, State.ACCEPTED, _STAFF, "这件事{state}，不用再受理。"),
    Move(Transferred, UNACCEPTED | IN_HAND, State.TRANSFERRED, _STAFF, "这件事{state}，不能转办。"),
    Move(
        Returned,
        (UNACCEPTED | IN_HAND) - {State.RETURNED},
        State.RETURNED,
        _STAFF,
        "这件事{state}，不能退回。",
    ),
    Move(Asked, UNACCEPTED | IN_HAND, State.WAITING, _STAFF, "这件事{state}，不能再向市民提问。"),
    Move(
        Supplemented,
        (OPEN - {State.WAITING}) | {State.REPLIED},
        Target.STAY,
        _CITIZEN,
        "这件事{state}，不能再补充。有新情况请直接发给我，我再为您提交一件。",
    ),
    Move(Supplemented, _of(State.WAITING), Target.BACK, _CITIZEN, ""),
    Move(Amended, OPEN, Target.STAY, _CITIZEN, "这件事{state}，不能再更正。有新情况请直接发给我，我再为您提交一件。"),
    Move(OnSite, UNACCEPTED | IN_HAND, State.ON_SITE, _STAFF, "这件事{state}，不用再记现场。"),
    Move(OnSite, _of(State.WAITING), Target.STAY, _STAFF, ""),
    Move(Extended, IN_HAND, Target.STAY, _STAFF, "这件事{state}，不能延期。"),
    Move(Replied, OPEN | {State.REPLIED}, State.REPLIED, _STAFF, "这件事{state}，不能再答复。"),
    Move(Closed, OPEN | {State.REPLIED}, State.CLOSED, frozenset({By.STAFF, By.CLOCK}), "这件事{state}，不用再办结。"),
    Move(Refusal, UNACCEPTED, State.REFUSED, _STAFF, "这件事{state}，不能再不予受理；不归本单位的请退回。"),
    Move(Withdrawn, OPEN, State.WITHDRAWN, _CITIZEN, "这件事{state}，不用撤回了。"),
    Move(Reopened, ANSWERED, State.REWORK, _ANYBODY, "这件事{state}，不能重办。"),
    Move(Reopened, _of(State.REFUSED), State.REWORK, _STAFF, ""),
    Move(Noted, EVERY, Target.STAY, _STAFF, ""),
    Move(Reclassified, OPEN | ANSWERED, Target.STAY, _STAFF, "这件事{state}，不用再改类别。"),
    Move(CoHandled, OPEN, Target.STAY, _STAFF, "这件事{state}，不用再请单位协办。"),
    Move(Supervised, OPEN | {State.REPLIED}, Target.STAY, _STAFF, "这件事{state}，不用再督办。"),
    Move(Merged, OPEN, State.MERGED, _STAFF, "这件事{state}，不能合并。"),
    Move(Absorbed, OPEN, Target.STAY, _STAFF, "这件事{state}，不能再把别的并进来。"),
    Move(Urged, UNACCEPTED | IN_HAND, Target.STAY, _CITIZEN, "这件事{state}，不用催办了。"),
    Move(Rated, ANSWERED, Target.STAY, _CITIZEN, "这件事{state}，有了答复就请您评价。"),
    Move(Shown, EVERY, Target.STAY, _CITIZEN, ""),
    Move(Sealed, EVERY, Target.STAY, frozenset({By.CITIZEN, By.STAFF, By.SYSTEM}), ""),
    Move(Undone, EVERY, Target.STAY, frozenset({By.STAFF, By.SYSTEM}), ""),
    Move(Joined, OPEN, Target.SHARED, frozenset({By.CITIZEN, By.SYSTEM}), "这件事{state}，不能再和别人一起推动。"),
    Move(Backed, OPEN, Target.STAY, _CITIZEN, "这件事{state}，不能再附议。有同样的情况，请直接发给我，我单独给您报。"),
    Move(Added, EVERY, Target.STAY, _CITIZEN, ""),
    Move(Parted, EVERY, Target.STAY, frozenset({By.CITIZEN, By.CLOCK}), ""),
    Move(Alone, OPEN | {State.REFUSED}, State.SUBMITTED, _CITIZEN, "这件事{state}，不用再单独办了。"),
    Move(Raised, OPEN, Target.STAY, _SERVICE, "这件事{state}，不能接着办。"),
    Move(Gathered, OPEN | {State.REPLIED}, Target.STAY, _SERVICE, "这件事{state}，不能再有人一起推动。"),
    Move(Recused, EVERY, Target.STAY, _SERVICE, ""),
    Move(Reminded, OPEN | ANSWERED, Target.STAY, _CLOCK, "这件事{state}，不用提醒。"),
    Move(Carded, OPEN - {State.WAITING}, Target.STAY, _CLOCK, "这件事{state}，不能亮牌。"),
    Move(Uncarded, OPEN | ANSWERED, Target.STAY, _STAFF, "这件事{state}，没有牌可以撤。"),
    Move(ChaseNoticeIssued, OPEN - {State.WAITING}, Target.STAY, _CLOCK, "这件事{state}，不用发催办通知单。"),
    Move(Resumed, _of(State.WAITING), Target.BACK, _CLOCK, "这件事{state}，没有停着的时钟。"),
    Move(Shortened, OPEN, Target.STAY, _SERVICE, "这件事{state}，不能再缩短期限。"),
    Move(UrgeAnswered, OPEN, Target.STAY, _STAFF, "这件事{state}，不用再回应催办。"),
    Move(UrgeIgnored, OPEN, Target.STAY, _CLOCK, "这件事{state}，没有等着回应的催办。"),
    Move(Ruled, _of(State.RETURNED), State.TRANSFERRED, _STAFF, "这件事{state}，不用裁定。"),
    Move(CommitmentKept, ANSWERED, Target.STAY, _STAFF, "这件事{state}，还没有答复里答应的事。"),
    Move(CommitmentBroken, ANSWERED, Target.STAY, _CLOCK, "这件事{state}，还没有答复里答应的事。"),
    Move(CalledBack, OPEN | ANSWERED, Target.STAY, _STAFF, "这件事{state}，不用回访了。"),
    Move(OpinionGiven, ANSWERED, Target.STAY, _CITIZEN, "这件事{state}，有了答复再请您说。"),
    Move(Appealed, OPEN | ANSWERED, Target.STAY, _STAFF, "这件事{state}，没有可以申诉的评价。"),
    Move(Decided, OPEN | ANSWERED, Target.STAY, _STAFF, "这件事{state}，没有等着评议的申诉。"),
    Move(RatingLapsed, ANSWERED, Target.STAY, _CLOCK, "这件事{state}，还没有请市民评价。"),
    Move(Revisited, ANSWERED, Target.STAY, _CLOCK, "这件事{state}，不用回头看。"),
    Move(LookedBack, ANSWERED, Target.STAY, _CITIZEN, "这件事{state}，现在不用回答这个。"),
    Move(Informed, EVERY - {State.WITHDRAWN, State.MERGED}, Target.STAY, _SERVICE, "这件事{state}，不再通报整改。"),
    Move(Followed, EVERY - {State.WITHDRAWN, State.MERGED}, Target.SHARED, _UNIT, "这件事{state}，不再跟着别的办。"),
)

FOLLOWERS: dict[By, frozenset[What]] = {
    By.CITIZEN: frozenset(
        {Supplemented, Amended, Withdrawn, Urged, Rated, Reopened, Shown, Sealed, Alone, OpinionGiven, LookedBack}
    ),
    By.STAFF: frozenset({Noted, Undone, Followed, Appealed, Decided}),
    By.CLOCK: frozenset({Followed, RatingLapsed, Revisited, Reopened}),
    By.SYSTEM: frozenset({Followed, Sealed, Joined, Raised, Informed, Undone, Recused}),
}
"""What may happen to a ticket that follows another: its owner's own steps, and whatever happens to the other. The unit
works on the other one only (docs/adr/0010-joining.md)."""

ALONE_ALREADY = "这件事本来就是单独办的，不用再说一遍。"
"""Said when 单独办 is asked for what follows nobody."""

ON_THE_OTHER: dict[By, str] = {
    By.CITIZEN: "这件事正和 {number} 一起推动。想自己单独办，回「单独办」。",
    By.STAFF: "这件是附议，跟着 {number} 一起办，请直接办 {number}。",
}
"""Said when somebody wants another step of such a ticket."""

IS: dict[State, str] = {
    State.SUBMITTED: "还没有受理",
    State.TRANSFERRED: "刚转到新单位，还没有受理",
    State.RETURNED: "已经退回派单台",
    State.ACCEPTED: "正在办理",
    State.ON_SITE: "正在现场处理",
    State.WAITING: "正在等市民补充",
    State.REWORK: "正在重新办理",
    State.REPLIED: "已经答复",
    State.CLOSED: "已经办结",
    State.WITHDRAWN: "已经撤回",
    State.REFUSED: "没有受理",
    State.MERGED: "已经并到另一件一起办",
}
"""How a state fills `{state}` of a row's sentence."""

BETTER: dict[tuple[What, State], str] = {
    (Transferred, State.WAITING): "这件事正在等市民补充，收到补充后再转办；不想等，可以先撤销提问。",
    (Returned, State.WAITING): "这件事正在等市民补充，收到补充后再退回；不想等，可以先撤销提问。",
    (Asked, State.WAITING): "上一个问题市民还没有回答，收到补充后再问。",
    (Extended, State.WAITING): "等市民补充期间时钟是停的，不用延期。",
    (Extended, State.SUBMITTED): "这件事还没有受理，请先受理再延期。",
    (Extended, State.TRANSFERRED): "这件事还没有受理，请先受理再延期。",
    (Extended, State.RETURNED): "这件事还在派单台，请先转办或受理再延期。",
    (Returned, State.RETURNED): "这件事已经在派单台，请直接转办到承办单位。",
    (Urged, State.WAITING): "承办单位正在等您补充，您补充之后马上接着办。",
    (Urged, State.REPLIED): "这件事已经答复。不满意请告诉我们哪里没解决，可以重新办理。",
    (Urged, State.CLOSED): "这件事已经办结。没解决请告诉我们哪里没解决，可以重新办理。",
    (Withdrawn, State.REPLIED): "这件事已经答复，不用撤回了。满意与否，都请您评价。",
    (Withdrawn, State.CLOSED): "这件事已经办结，不用撤回了。满意与否，都请您评价。",
    (Withdrawn, State.WITHDRAWN): "这件事您已经撤回了。",
    (Supplemented, State.CLOSED): "这件事已经办结。没解决请告诉我们哪里没解决，可以重新办理。",
    (Rated, State.WITHDRAWN): "这件事您已经撤回，没有答复可以评价。",
    (Rated, State.REFUSED): "这件事没有受理，没有答复可以评价。有异议请回复「人工」。",
    (Rated, State.MERGED): "这件事已经并到另一件一起办，请评价那一件。",
    (Rated, State.WAITING): "承办单位正在等您补充，有了答复再请您评价。",
    (Reopened, State.REFUSED): "这件事没有受理，不能直接重办。有异议请回复「人工」。",
    (Reopened, State.WITHDRAWN): "这件事已经撤回。还想反映，请直接再发给我。",
    (Reopened, State.MERGED): "这件事已经并到另一件一起办，请看那一件。",
}
"""Sentences that help more than the row's own."""

WRONG_HANDS: dict[frozenset[By], str] = {
    _CITIZEN: "这一步只能由市民本人来做。",
    _STAFF: "这一步只能由承办单位来做。",
    frozenset({By.STAFF, By.CLOCK}): "这一步只能由承办单位来做。",
    frozenset({By.STAFF, By.SYSTEM}): "这一步只能由承办单位来做。",
    _CLOCK: "这一步由时钟自动来做。",
}
"""Said to whoever may never do it, by those who may."""

_ROWS: dict[tuple[What, State], Move] = {(row.what, state): row for row in TABLE for state in row.starts}
_HANDS: dict[What, frozenset[By]] = {
    what: frozenset().union(*(row.by for row in TABLE if row.what is what)) for what in WHATS
}
_NO: dict[What, str] = {what: next((row.no for row in TABLE if row.what is what and row.no), "") for what in WHATS}


def row(what: What, state: State) -> Move | None:
    """The row that allows `what` in `state` to somebody, None when nobody may."""
    return _ROWS.get((what, state))


def refusal(what: What, state: State, by: By) -> str | None:
    """Why `by` may not do `what` in `state`, as a sentence for them; None when they may."""
    found = _ROWS.get((what, state))
    if found is not None and by in found.by:
        return None
    hands = _HANDS[what]
    if by not in hands:
        return WRONG_HANDS.get(hands, "这一步要由市民或承办单位来做。")
    return BETTER.get((what, state)) or _NO[what].format(state=IS[state])


def goals(move: Move, state: State) -> frozenset[State]:
    """The states that the row may lead to from `state`."""
    if isinstance(move.to, State):
        return frozenset({move.to})
    if move.to is Target.STAY or move.to is Target.SHARED:
        return frozenset({state})
    return frozenset(start for each in TABLE if each.what is Asked for start in each.starts)


def arrows() -> Iterable[tuple[State | None, State, str]]:
    """Every change of state as (from, to, what), in the order of the table; None is where a ticket begins."""
    for move in TABLE:
        if move.what is Filed:
            yield None, State.SUBMITTED, move.what.__name__
        for state in State:
            if state in move.starts:
                for goal in State:
                    if goal in goals(move, state) and goal is not state:
                        yield state, goal, move.what.__name__


def mermaid(names: dict[State, str]) -> str:
    """The state diagram of the table for the documents, with people's names of states and moves."""
    labels = {what.__name__: what.verb for what in WHATS}
    joined: dict[tuple[State | None, State], list[str]] = {}
    for start, goal, what in arrows():
        joined.setdefault((start, goal), []).append(labels[what])
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.value}: {names[state]}" for state in State]
    for (start, goal), whats in joined.items():
        lines.append(f"    {start.value if start else '[*]'} --> {goal.value}: {' / '.join(whats)}")
    lines += [f"    {state.value} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines) + "\n"
