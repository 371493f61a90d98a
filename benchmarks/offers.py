"""Who is asked to go on together: found and wrong on judged groups, and the cost of a look: `python -m benchmarks.offers [TICKETS …]`.

Every message of the development data is a ticket, in order of time, all of them open; each judged one that is not the first
of its issue should be offered one of its issue. The data stay beside the checkout; where they are absent, and for the cost
among many tickets (100,000 and 1,000,000, or as given), tickets of a made-up town are taken.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from msgspec import Struct

from benchmarks.similar import APPEALS, JUDGED, rows, synthetic
from handlers.citizen import filing
from handlers.context import Sought
from handlers.tickets.ticket import Place, Promise, Ticket
from nlp import understand
from nlp.matching import similar
from storage.queries.neighbours import Neighbours

SIZES = (100_000, 1_000_000)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKS = 2_000
_CATEGORY = "城乡建设"


class Tally(Struct):
    """Judged messages that have an earlier one of their issue, and what was offered to them first."""

    joins: int = 0
    found: int = 0
    wrong: int = 0
    unjudged: int = 0


def ticket(number: int, sought: Sought) -> Ticket:
    """An open ticket of this appeal."""
    return Ticket(
        id=number,
        number=str(number),
        token=str(number),
        code="",
        person_id=number,
        filed_at=_START + timedelta(seconds=number),
        kind="投诉",
        category=sought.category,
        subcategory=None,
        title=sought.title,
        text=sought.text,
        place=sought.place,
        urgent=False,
        leader=None,
        named=False,
        public=True,
        unit_id="unit",
        promise=Promise(_START, _START, ""),
    )


def groups() -> dict[str, dict[str, str]]:
    """The issue of each judged message: of the development data, and of those that the matcher was fitted on."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        own = list(csv.DictReader(file))
    return {
        name: {row["message_id"]: row["issue"] for row in lines if row["relation"] == "same_appeal"}
        for name, lines in (("not used to fit", rows("same_appeal_dev.csv")), ("used to fit", own))
    }


def quality(neighbours: Neighbours, issues: dict[str, str]) -> Tally:
    """All messages become tickets one after the other; `issues` has the judged ones by id."""
    reader = understand.load()
    tally, begun = Tally(), set[str]()
    for row in sorted(rows("hot_messages.csv"), key=lambda row: row["time"]):
        key, text = row["message_id"], f"{row['title'].strip()}\n{row['detail'].strip()}"
        reading = reader.understand(text)
        place = Place(reading.places[0].text if reading.places else "")
        sought = Sought(reading.category, filing.title(text), text, place, reading.keywords)
        offered = neighbours.find(sought) if reading.places else ()
        issue = issues.get(key)
        first = issues.get(str(offered[0].ticket_id)) if offered else None
        if issue is not None and issue in begun:
            tally.joins += 1
            tally.found += first == issue
            tally.unjudged += bool(offered) and first is None
        if issue is not None:
            tally.wrong += first is not None and first != issue
            begun.add(issue)
        neighbours.keep(ticket(int(key), sought))
    return tally


def cost(neighbours: Neighbours, size: int) -> str:
    """What keeping a ticket and a look cost among this many of a made-up town, on one core."""
    chance = random.Random(11)

    def sought(number: int) -> Sought:
        made = synthetic(number, chance)
        place = made.detail[3 : made.detail.index("栋") + 1]
        return Sought(_CATEGORY, made.title, made.detail, Place(place), (made.title[-4:],))

    kept = sum(_timed(partial(neighbours.keep, ticket(number, sought(number)))) for number in range(size))
    looks = sorted(_timed(partial(neighbours.find, sought(number))) for number in range(_LOOKS))
    return (
        f"among {size:>9,} tickets: keeping one {kept / size * 1e6:.1f} µs; a look mean {sum(looks) / _LOOKS * 1e6:.0f} µs, "
        f"median {looks[_LOOKS // 2] * 1e6:.0f} µs, p99 {looks[int(_LOOKS * 0.99)] * 1e6:.0f} µs"
    )


def _timed(what: Callable[[], object]) -> float:
    begun = time.process_time()
    what()
    return time.process_time() - begun


def run(sizes: tuple[int, ...] = SIZES) -> None:
    """Everything, one line each."""
    matcher = similar.load()
    if APPEALS.is_dir():
        for name, issues in groups().items():
            tally = quality(Neighbours(matcher), issues)
            print(
                f"offers, {name}: {tally.found} of {tally.joins} found, {tally.wrong} wrong, {tally.unjudged} to one that nobody judged"
            )
    else:
        print("offers: quality skipped, the development data (shared/data/appeals beside the checkout) are not here")
    for size in sizes:
        print(cost(Neighbours(matcher), size))


if __name__ == "__main__":
    run(tuple(int(each) for each in sys.argv[1:]) or SIZES)
