"""Reviewing an official's reply before it goes out: what it holds, what it leaves open, and what to mend.

`review` is pure and never raises. It judges by rules and tables (`reply_parts`, `reply_asks`, `reply_doubts`); only the few
weights of the score were fitted, on replies that were graded by hand (`benchmarks/review.py` measures them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from math import log

from msgspec import Struct

from nlp.appeals.personal import Personal, PersonalKind, find
from nlp.replies import parts as reply_parts
from nlp.replies.mismatches import Mismatch, Wrong, doubts
from nlp.replies.parts import Away, Clause, Proof
from nlp.replies.questions import AnswerKind, AppealQuestion, asks, pairs, untouched
from nlp.text.normalize import Folded, fold

__all__ = ["ReplyParts", "Review", "Suspicion", "Wrong", "review"]

LIMIT = 8000
"""Characters of the appeal and of the reply that are read."""
_CHINA = timezone(timedelta(hours=8))


class ReplyParts(Struct, frozen=True):
    """The phrase of the reply that proves each part; empty, hence false, where the part is missing.

    `facts` what was found out, `law` on what rule, `handling` what was or can be done, `next` what comes by when (a date or a
    period), `contact` whom to ask.
    """

    facts: str = ""
    law: str = ""
    handling: str = ""
    next: str = ""
    contact: str = ""

    def present(self) -> dict[str, bool]:
        """Which parts are there, by name."""
        return {name: bool(getattr(self, name)) for name in self.__struct_fields__}


class Suspicion(Struct, frozen=True):
    """Something that may be wrong, with the phrase of the reply (an exact substring)."""

    wrong: Wrong
    phrase: str


class Review(Struct, frozen=True):
    """What a reader finds in a reply. Phrases are exact substrings, spans count characters of the reply as given.

    `score` is 0-100; `vague` are promises without a date nearby, `unanswered` the appeal's questions and requests that the
    reply does not touch; `deflects` says that it sends the citizen elsewhere and does little else, `receipt_only` that it only
    acknowledges or forwards.
    """

    score: int
    parts: ReplyParts
    vague: tuple[str, ...]
    unanswered: tuple[str, ...]
    deflects: bool
    receipt_only: bool
    personal: tuple[Personal, ...]
    suspicions: tuple[Suspicion, ...]
    hint_lines: tuple[str, ...]

    def hints(self) -> tuple[str, ...]:
        """At most three things to mend, most important first, in words for the official."""
        return self.hint_lines


class ScoreBasis(Struct, frozen=True):
    """What the score is made of, in characters, counts and shares."""

    substance: int
    parts: ReplyParts
    planned: bool
    vague: int
    asked: int
    left: int
    deflects: bool
    receipt_only: bool
    kinship: float
    figures: int
    soft: int
    consults: bool


_RECEIPT_MOST = 6
"""Characters of content up to which a reply only acknowledges."""
_EFFORT_MOST = 30
"""The same where all of it is promises of effort."""
_AWAY_REST, _AWAY_REST_MET = 36, 12
_DISCLAIMED_REST = 110
"""Characters of content beside sending elsewhere, from which a reply has done something itself."""
_MOST_UNANSWERED = 5


def review(
    title: str, detail: str, reply: str, asked_at: datetime | None = None, now: datetime | None = None
) -> Review:
    """Review a reply to the appeal `title` and `detail`, asked at `asked_at` and read at `now` (both aware, or None).

    Without times only dates that no calendar has are doubted. Never raises.
    """
    given = reply[:LIMIT]
    answer = fold(given)
    appeal_text, appeal = _appeal(title[:LIMIT], detail[:LIMIT])
    said = reply_parts.clauses(answer.text)
    wanted = asks(appeal.text)
    about = pairs(appeal.text)
    left = untouched(wanted, said, about)
    reading, vague = _read(answer, given, said, about=about, wanted=wanted, left=left)
    personal = _personal(answer, given)
    suspected = tuple(
        Suspicion(doubt.wrong, _cut(given, answer, doubt))
        for doubt in doubts(appeal.text, answer.text, _content(said), _day(asked_at), _day(now))
    )
    unanswered = tuple(_cut(appeal_text, appeal, ask) for ask in left[:_MOST_UNANSWERED])
    score = score_of(reading)
    return Review(
        score=score,
        parts=reading.parts,
        vague=vague,
        unanswered=unanswered,
        deflects=reading.deflects,
        receipt_only=reading.receipt_only,
        personal=personal,
        suspicions=suspected,
        hint_lines=_hints(
            reading,
            vague=vague,
            open_asks=list(zip(left, unanswered, strict=False)),
            given=given,
            personal=personal,
            suspected=suspected,
            now=now,
        ),
    )


def _appeal(title: str, detail: str) -> tuple[str, Folded]:
    whole = f"{title}\n{detail}"
    return whole, fold(whole)


def _read(
    answer: Folded,
    given: str,
    said: Sequence[Clause],
    *,
    about: frozenset[str],
    wanted: Sequence[AppealQuestion],
    left: Sequence[AppealQuestion],
) -> tuple[ScoreBasis, tuple[str, ...]]:
    text = answer.text
    content = reply_parts.substance(said)
    effort = reply_parts.soft(said)
    receipt = content == 0 or (reply_parts.beside_referral(said) <= _RECEIPT_MOST and reply_parts.handed_on(said))
    receipt = receipt or (content <= _EFFORT_MOST and content - effort <= 0)
    deflects = _deflects(
        reply_parts.away(said, text), met=bool(wanted) and not left and all(ask.want in _PLAIN for ask in wanted)
    )
    parts = ReplyParts(
        facts=_phrase(given, answer, reply_parts.first(reply_parts.FACTS, said, text)),
        law=_phrase(given, answer, reply_parts.first(reply_parts.LAW, said, text)),
        handling=_phrase(given, answer, reply_parts.first(reply_parts.HANDLING, said, text)),
        next=_phrase(given, answer, reply_parts.next_step(said, text)),
        contact=_phrase(given, answer, reply_parts.contact(text)),
    )
    vague = tuple(_cut(given, answer, span) for span in reply_parts.vague(said, text))
    spoken = _content(said)
    shared = len(pairs(spoken) & about)
    reading = ScoreBasis(
        substance=content,
        parts=parts,
        planned=reply_parts.plan(said, text) is not None,
        vague=len(vague),
        asked=len(wanted),
        left=len(left),
        deflects=deflects,
        receipt_only=receipt,
        kinship=min(1.0, shared / 12),
        soft=effort,
        consults=bool(wanted) and all(ask.want is not AnswerKind.DO for ask in wanted),
        figures=len(set(_FIGURE.findall(spoken))),
    )
    return reading, vague


_PLAIN = frozenset(
    {
        AnswerKind.WHEN,
        AnswerKind.MONEY,
        AnswerKind.AMOUNT,
        AnswerKind.PAPERS,
        AnswerKind.WHETHER,
        AnswerKind.HOW,
        AnswerKind.WHY,
    }
)
"""Asks whose answer can be one short sentence."""


def _deflects(sent: Away | None, *, met: bool) -> bool:
    if sent is None or sent.helped:
        return False
    if sent.disclaims:
        return sent.rest <= _DISCLAIMED_REST
    return sent.rest <= (_AWAY_REST_MET if met else _AWAY_REST)


def _content(said: Sequence[Clause]) -> str:
    return "\n".join(clause.text for clause in said if not clause.empty)


_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:[年月日元万亿%号户栋米条路楼人个周天]|平方|公里)?")


def features(reading: ScoreBasis) -> tuple[float, ...]:
    """What the score weighs, each between 0 and 1, in the order of `WEIGHTS`."""
    parts = reading.parts
    answered = 1.0 - reading.left / reading.asked if reading.asked else 0.7
    return (
        min(1.0, log(1 + reading.substance / 20) / log(1 + 260 / 20)),
        min(1.0, reading.substance / 60),
        float(bool(parts.facts)),
        float(bool(parts.law)),
        float(bool(parts.handling)),
        float(bool(parts.next)),
        float(bool(parts.contact)),
        answered,
        reading.kinship,
        min(1.0, reading.figures / 8),
        -min(1.0, reading.vague / 2),
        -float(reading.deflects),
        -float(reading.planned and not parts.next),
        -(reading.soft / max(1, reading.substance)),
    )


# Fitted by least squares, no weight below zero, shrunk towards what was guessed before; benchmarks/review.py measures it.
WEIGHTS = (17.0, 7.0, 3.0, 5.0, 5.0, 6.0, 6.0, 10.0, 7.0, 7.0, 7.0, 15.0, 3.0, 13.0)
BIAS = 21.0
_RECEIPT_SCORE = 5
_DEFLECTED_MOST = 35


def score_of(reading: ScoreBasis) -> int:
    """0-100. A receipt scores at most 5, a reply that only sends elsewhere at most 35, however long either is."""
    if reading.receipt_only:
        return _RECEIPT_SCORE if reading.substance else 0
    raw = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, features(reading), strict=True))
    top = _DEFLECTED_MOST if reading.deflects else 100
    return round(max(_RECEIPT_SCORE + 1, min(top, raw)))


def _phrase(given: str, folded: Folded, span: Proof | None) -> str:
    return _cut(given, folded, span) if span else ""


def _cut(given: str, folded: Folded, span: Proof | AppealQuestion | Mismatch) -> str:
    start, end = folded.span(span.start, span.end)
    return given[start:end]


def _day(at: datetime | None) -> date | None:
    return at.astimezone(_CHINA).date() if at else None


_OFFICE = re.compile(r"(?:联系电话|咨询电话|电话|热线|致电|拨打|监督|值班|办公)[^,。\n]{0,12}$")


_BEFORE = 16


def _personal(answer: Folded, given: str) -> tuple[Personal, ...]:
    """Personal data in the reply; an office's own telephone is meant to be read."""
    kept = []
    for span in find(answer):
        before = given[max(0, span.start - _BEFORE) : span.start]
        if span.kind is PersonalKind.PHONE and (_OFFICE.search(before) or not _is_mobile(given[span.start : span.end])):
            continue
        if span.kind is PersonalKind.NAME and "联系人" in before:
            continue
        kept.append(span)
    return tuple(kept)


def _is_mobile(number: str) -> bool:
    digits = re.sub(r"\D", "", fold(number).text)
    return len(digits) >= 11 and digits[-11] == "1"


_MOST_HINTS = 3
_SHOWN = 24
_ANSWER_WITH = {
    AnswerKind.WHEN: "，写上日期，一时定不下来也说明什么时候能定",
    AnswerKind.MONEY: "，写上金额",
    AnswerKind.AMOUNT: "，写上具体数字",
    AnswerKind.PAPERS: "，列出要带的材料",
    AnswerKind.WHERE: "，写上地点、窗口或电话",
    AnswerKind.WHETHER: "，先说“可以”还是“不可以”，再说理由",
    AnswerKind.WHY: "，说一句原因",
    AnswerKind.HOW: "，写清第一步找谁、带什么",
    AnswerKind.WHAT: "",
    AnswerKind.DO: "",
}
_WRONG_WORDS = {
    Wrong.PERSON: "称呼“{}”和来信人对不上，请核对是不是回错了人",
    Wrong.PLACE: "“{}”在来信里没有出现，请核对是不是同一个地方",
    Wrong.NUMBER: "编号“{}”和来信里的不一样，请核对",
    Wrong.MATTER: "“{}”不像这封来信说的事，请核对是不是贴错了答复",
    Wrong.DATE: "“{}”这个日期不对，请核对",
}
_PROMISE_DAYS = 14


def _hints(
    reading: ScoreBasis,
    *,
    vague: Sequence[str],
    open_asks: Sequence[tuple[AppealQuestion, str]],
    given: str,
    personal: Sequence[Personal],
    suspected: Sequence[Suspicion],
    now: datetime | None,
) -> tuple[str, ...]:
    """What to mend, gravest first: what must not go out, what is missing altogether, then open questions and dates."""
    lines = [_WRONG_WORDS[one.wrong].format(_short(one.phrase)) for one in suspected[:1]]
    if personal:
        lines.append(f"答复里有个人信息“{_short(given[personal[0].start : personal[0].end])}”，发出前请去掉或打码")
    if reading.receipt_only:
        lines.append("现在只说了“收到、已转办”，请写上查到了什么、打算怎么办、哪天有结果")
    elif reading.deflects:
        lines.append("这样市民还要自己再跑一趟；能转办的请直接转过去，并告诉他由谁、哪天之前联系他")
    for ask, phrase in open_asks[:2]:
        verb = "希望" if ask.want is AnswerKind.DO else "问了"
        shown = _short(_without_wish(phrase) if ask.want is AnswerKind.DO else phrase)
        lines.append(f"市民{verb}“{shown}”，还没有回答{_ANSWER_WITH[ask.want]}")
    if vague:
        lines.append(f"“{vague[0]}”换成具体日期，比如 {_example(now)}")
    if not reading.receipt_only:
        lines.extend(_missing(reading))
    return tuple(lines[:_MOST_HINTS])


def _missing(reading: ScoreBasis) -> list[str]:
    parts = reading.parts
    lines = []
    if not parts.facts and not parts.law and not (reading.consults and parts.handling):
        lines.append("先说一句查到的情况：谁、哪天去看过，看到了什么")
    if not parts.handling:
        lines.append("写清楚做了什么、或者市民该怎么办")
    if reading.planned and not parts.next:
        lines.append("后面的打算加上时间，市民心里就有底了")
    if not parts.contact:
        lines.append("留一个能打通的电话，市民有疑问时找得到人")
    return lines


def _short(phrase: str) -> str:
    line = " ".join(phrase.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


_WISH = re.compile(r"^(?:我们?|本人|强烈|在此|特)*(?:希望|请求|恳请|建议|要求|呼吁|请|盼望?|望)+")


def _without_wish(phrase: str) -> str:
    return _WISH.sub("", phrase) or phrase


def _example(now: datetime | None) -> str:
    day = _day(now)
    if day is None:
        return "12 月 5 日前"
    day += timedelta(days=_PROMISE_DAYS)
    return f"{day.month} 月 {day.day} 日前"
