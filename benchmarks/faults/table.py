"""What each fault cost: counted afterwards from the tables, from the platform, and from what senders saw."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence

import asyncpg
from msgspec import Struct

from benchmarks.faults.stand import Stand
from benchmarks.faults.traffic import Tally
from handlers.tickets import numbers

SETTLE_SECONDS = 180.0
"""Longer than the lease of a push that a killed worker had in hand."""
_WHOSE = re.compile(r"oFault(\d\d)\d{6}")


class Cost(Struct, frozen=True):
    """One row. What must be 0: `lost` messages and pushes, `doubled` tickets, pushes `twice`, `wrong_cards`."""

    name: str
    sent: int
    answered: int
    lost: int
    doubled: int
    twice: int
    wrong_cards: int
    pushes: int
    uncertain: int
    retries: int
    recovery: float

    @property
    def clean(self) -> bool:
        """Whether everything that must be 0 is."""
        return self.sent == self.answered and not (self.lost or self.doubled or self.twice or self.wrong_cards)


async def settle(stand: Stand) -> str:
    """Wait until no message and no push is under way; what is still there if that takes too long, "" otherwise."""
    left = ""
    for _ in range(int(SETTLE_SECONDS)):
        spooled = sum(1 for _ in (stand.folder / "web" / "spool").glob("*.json"))
        connection = await asyncpg.connect(stand.database)
        pushes = await connection.fetchval("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
        await connection.close()
        left = f"{spooled} spooled messages and {pushes} pushes are still under way" if spooled or pushes else ""
        if not left:
            return ""
        await asyncio.sleep(1.0)
    return left


async def count(stand: Stand, names: Sequence[str], tallies: Sequence[Tally]) -> list[Cost]:
    """The rows, in the order of the tallies."""
    connection = await asyncpg.connect(stand.database)
    try:
        kept = {row["key"] for row in await connection.fetch("SELECT key FROM inbox")}
        filed = {row["openid"]: row for row in await connection.fetch(_FILED)}
        cards = await connection.fetch(_CARDS)
        outbox = await connection.fetch(_OUTBOX)
    finally:
        await connection.close()
    owner = {number: _fault(openid) for openid, row in filed.items() for number in row["numbers"]}
    carded = Counter(_fault(row["openid"]) for row in cards)
    arrived: Counter[int | None] = Counter()
    twice: Counter[int | None] = Counter()
    seen: Counter[str] = Counter()
    for (openid, text), times in stand.platform.arrived.items():
        fault = _whose(openid, text, owner)
        arrived[fault] += times
        twice[fault] += times - 1
        seen[openid] += 1
    uncertain = Counter(_fault(row["openid"]) for row in outbox if row["state"] == "uncertain")
    said_sent = Counter(row["openid"] for row in outbox if row["state"] == "sent")
    never = Counter({_fault(openid): max(0, times - seen[openid]) for openid, times in said_sent.items()})
    return [
        Cost(
            name=name,
            sent=len(tally.sent),
            answered=len(tally.answered),
            lost=sum(1 for key in tally.answered if key not in kept or tally.openid(key) not in filed)
            + never[tally.number],
            doubled=sum(
                len(filed[openid]["numbers"]) - 1 for openid in map(tally.openid, tally.sent) if openid in filed
            ),
            twice=twice[tally.number],
            wrong_cards=carded[tally.number],
            pushes=arrived[tally.number],
            uncertain=uncertain[tally.number],
            retries=tally.retries,
            recovery=max(tally.recoveries, default=0.0),
        )
        for name, tally in zip(names, tallies, strict=True)
    ]


_FILED = "SELECT openid, array_agg(number) AS numbers FROM people JOIN tickets ON tickets.person_id = people.id GROUP BY openid"
_CARDS = (
    "SELECT openid FROM events JOIN tickets ON tickets.id = ticket_id JOIN people ON people.id = tickets.person_id"
    " WHERE events.kind IN ('carded', 'noticed')"
)
_OUTBOX = "SELECT openid, state FROM outbox JOIN people ON people.id = outbox.person_id"


def _fault(openid: str) -> int | None:
    found = _WHOSE.fullmatch(openid)
    return int(found[1]) if found else None


def _whose(openid: str, text: str, owner: dict[str, int | None]) -> int | None:
    """The fault of a push: that of the citizen it went to, or of the ticket that it names to an official."""
    mine = _fault(openid)
    if mine is not None:
        return mine
    return next((owner[number] for number in numbers.find(text) if number in owner), None)


_HEAD = (
    "fault",
    "sent",
    "answered",
    "lost",
    "doubled",
    "sent twice",
    "wrong cards",
    "pushes",
    "uncertain",
    "retries",
    "longest recovery",
)


def printed(costs: Sequence[Cost]) -> str:
    """The table, as Markdown."""
    rows = [
        (
            cost.name, cost.sent, cost.answered, cost.lost, cost.doubled, cost.twice, cost.wrong_cards, cost.pushes,
            cost.uncertain, cost.retries, f"{cost.recovery:.1f} s",
        )
        for cost in costs
    ]  # fmt: skip
    lines = [_HEAD, tuple("---" for _ in _HEAD), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
