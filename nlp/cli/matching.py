"""The lines of `python -m nlp similar` and `python -m nlp hot`: JSON in, JSON out, as docs/contracts.md names the fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

import msgspec
from msgspec import UNSET, Struct, UnsetType

from nlp.matching.hot import Gatherer, Issue, Report
from nlp.matching.similar import SAME, Matcher
from nlp.matching.sketch import Appeal
from nlp.understand import Reader

_BEIJING = timezone(timedelta(hours=8))
"""What a time without an offset means."""
_TIME = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?:\D+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")
_READ = 240
"""Characters of a report in which its places and words are looked for."""


class Written(Struct):
    """An appeal as an object."""

    title: str = ""
    detail: str = ""


class Pair(Struct):
    """One line in: two texts, or two objects with title and detail."""

    a: str | Written
    b: str | Written


class AppealLine(Struct):
    """One line in: an appeal with its votes and its author."""

    id: int | str
    title: str = ""
    detail: str = ""
    time: str = ""
    upvotes: int = 0
    downvotes: int = 0
    user: str | int | UnsetType | None = UNSET


class _Error(Struct):
    error: str


def comparisons(matcher: Matcher, lines: Iterable[bytes]) -> Iterator[bytes]:
    """`score` and `same` for each line; `{"error": …}` where a line is not usable."""
    decoder, encoder = msgspec.json.Decoder(Pair), msgspec.json.Encoder()
    for line in lines:
        try:
            pair = decoder.decode(line)
        except (msgspec.MsgspecError, ValueError) as error:
            yield encoder.encode(_Error(str(error)))
            continue
        score = matcher.score(_appeal(pair.a), _appeal(pair.b))
        yield encoder.encode({"score": round(score, 4), "same": score >= SAME})


def issues(matcher: Matcher, reader: Reader, lines: Iterable[bytes]) -> Iterator[bytes]:
    """First an `{"error": …}` for each line that is not usable; when all are read, the issues, the hottest first."""
    decoder, encoder = msgspec.json.Decoder(AppealLine, strict=False), msgspec.json.Encoder()
    told: list[AppealLine] = []
    reports: list[Report] = []
    for line in lines:
        try:
            one = decoder.decode(line)
            reports.append(report(reader, one, len(told)))
        except (msgspec.MsgspecError, ValueError) as error:
            yield encoder.encode(_Error(str(error)))
            continue
        told.append(one)
    gatherer = Gatherer(matcher)
    for each in sorted(reports, key=lambda each: (each.at, each.id)):
        gatherer.add(each)
    now = max((each.at for each in reports), default=datetime.fromtimestamp(0, _BEIJING))
    for rank, issue in enumerate(gatherer.ranked(now), 1):
        yield encoder.encode(shown(rank, issue, told))


def report(reader: Reader, told: AppealLine, number: int) -> Report:
    """A line as a report with a number of its own. Raises ValueError when its time is none."""
    read = reader.understand(f"{told.title}\n{told.detail}".strip()[:_READ])
    return Report(
        id=number,
        appeal=Appeal(told.title, told.detail),
        at=_time(told.time),
        person=f"line {number}" if told.user is UNSET or told.user in {None, ""} else str(told.user),
        up=told.upvotes,
        down=told.downvotes,
        places=tuple(place.text for place in read.places),
        words=read.keywords,
    )


def shown(rank: int, issue: Issue, told: list[AppealLine]) -> dict[str, object]:
    """An issue as one JSON object; from `people` on it says why the issue is hot."""
    return {
        "rank": rank,
        "heat": round(issue.heat, 2),
        "title": issue.title,
        "place": issue.place,
        "crowd": issue.crowd,
        "from": issue.first.isoformat(),
        "to": issue.last.isoformat(),
        "ids": [told[number].id for number in issue.ids],
        "people": issue.people,
        "days": issue.days,
        "votes": issue.votes,
        "growth": round(issue.growth, 2),
        "severity": round(issue.severity, 2),
        "words": issue.words,
    }


def _appeal(given: str | Written) -> Appeal:
    return Appeal.of(given) if isinstance(given, str) else Appeal(given.title, given.detail)


def _time(text: str) -> datetime:
    """ISO 8601, or as people and spreadsheets write it (2026/1/9 8:05); without an offset it is Beijing time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        found = _TIME.match(text)
        if found is None:
            raise ValueError("time: give a date and time such as 2026-01-09 08:05:00") from None
        at = datetime(*(int(part or 0) for part in found.groups()), tzinfo=_BEIJING)  # type: ignore[misc,arg-type]
    return at if at.tzinfo else at.replace(tzinfo=_BEIJING)
