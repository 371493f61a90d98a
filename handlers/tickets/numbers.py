"""Ticket numbers, to be read out and typed: year, serial and a check digit, digits only.

`26000010` is the first ticket of 2026: `26`, at least five digits of serial, one digit of Damm's algorithm (H. M. Damm,
2004), which detects every wrong digit and every swap of neighbours. Years from 25 on keep them apart from mobile
numbers (13…19) and dates (20261121).
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from stdnum import damm

from handlers.calendar.zone import local

SERIAL_DIGITS = 5
SHORTEST, LONGEST = 2 + SERIAL_DIGITS + 1, 11
CODE_DIGITS = 6
TOKEN_BYTES = 16
"""128 random bits: a tracking link cannot be guessed."""

_YEARS = range(25, 60)
_LOOKALIKES = {
    "0": "０〇零○OoＯｏ", "1": "１一壹幺Il", "2": "２二", "3": "３三", "4": "４四",
    "5": "５五", "6": "６六", "7": "７七", "8": "８八", "9": "９九", "-": "－—–‐", " ": "\u3000",
}  # fmt: skip
_AS_DIGIT = {ord(odd): plain for plain, odds in _LOOKALIKES.items() for odd in odds}
_NUMERAL = "0-9０-９〇零○一二三四五六七八九幺壹"
_RUN = re.compile(rf"[{_NUMERAL}](?:[ \-－—–‐\u3000]?[{_NUMERAL}OoＯｏIl])+")
_DIGITS = re.compile(r"\d+")
_CALLED = re.compile(
    r"(?:工单编号|工单号|工单|编号|单号|件号|(?<![a-z])no\.?|#|【|「)\s*+(?:[:：]\s*+)?$", re.IGNORECASE
)
_AFTER = re.compile(r"(?:\s*号(?![称码召令线楼院])(?:工单|诉求|件)?)?[】」]?")
_BLANK_BEFORE = re.compile(r" (?=[,，.。:：;；!！?？])")
_EDGES = " ,，、:：\u3000"


def make(serial: int, filed_at: datetime) -> str:
    """The number of the ticket with this serial (1, 2, 3 …), filed at this moment."""
    if serial < 1:
        raise ValueError("serials begin at 1")
    body = f"{local(filed_at).year % 100:02d}{serial:0{SERIAL_DIGITS}d}"
    return body + str(damm.calc_check_digit(body))


def is_number(digits: str) -> bool:
    """Whether these plain digits are one of our numbers, check digit included."""
    return _shaped(digits) and bool(damm.is_valid(digits))


def _shaped(digits: str) -> bool:
    padded = len(digits) > SHORTEST and digits[2] == "0"
    return SHORTEST <= len(digits) <= LONGEST and int(digits[:2]) in _YEARS and not padded


def _runs(text: str) -> list[list[str]]:
    """Digits as they stand together: each run of the text as its pieces between spaces and dashes."""
    return [_DIGITS.findall(found.group().translate(_AS_DIGIT)) for found in _RUN.finditer(text)]


def _joins(pieces: list[str], first: int) -> Iterator[tuple[str, int]]:
    """What the pieces from `first` on may mean, likeliest first, each with the piece after it.

    A piece alone comes first: in "26000010 5" the 5 is another word of the command. Never more digits than a number has:
    what a long run of pieces costs grows with its length and no faster.
    """
    yield pieces[first], first + 1
    joins: list[tuple[str, int]] = []
    joined = pieces[first]
    for after in range(first + 1, min(len(pieces), first + LONGEST)):
        joined += pieces[after]
        if len(joined) > LONGEST:
            break
        joins.append((joined, after + 1))
    yield from reversed(joins)


def find(text: str) -> tuple[str, ...]:
    """Every valid number in the text, in order and each once, however it was spaced, dashed, spoken or typed wide."""
    found: dict[str, None] = {}
    for pieces in _runs(text):
        first = 0
        while first < len(pieces):
            digits, after = next((join for join in _joins(pieces, first) if is_number(join[0])), ("", first + 1))
            if digits:
                found[digits] = None
            first = after
    return tuple(found)


class Named(Struct, frozen=True):
    """The numbers in a text."""

    numbers: tuple[str, ...]
    """In order, each once."""

    words: str
    """The text without them."""

    before: str = ""
    """The words before the first."""

    wrong: str | None = None
    """The first that looks like one of ours and is none. None when a right one stands in the text."""


def cut(text: str) -> Named:
    """The numbers of the text and the words around them."""
    found: dict[str, None] = {}
    wrong: str | None = None
    cuts: list[tuple[int, int]] = []
    wrong_at: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        found_at = list(_DIGITS.finditer(run.group().translate(_AS_DIGIT)))
        pieces = [piece.group() for piece in found_at]
        first = 0
        while first < len(pieces):
            joins = tuple(_joins(pieces, first))
            right = next((join for join in joins if is_number(join[0])), None)
            like = next((join for join in joins if _like(join[0])), None)
            digits, after = right or like or ("", first + 1)
            span = (run.start() + found_at[first].start(), run.start() + found_at[after - 1].end())
            if right:
                found[digits] = None
                cuts.append(span)
            elif like and wrong is None:
                wrong, wrong_at = digits, [span]
            first = after
    cuts = cuts or wrong_at
    before = _CALLED.sub("", text[: cuts[0][0]]).strip(_EDGES) if cuts else ""
    return Named(tuple(found), _without(text, cuts), before, None if found else wrong)


def _without(text: str, cuts: list[tuple[int, int]]) -> str:
    """The text without these spans and what is said before a number ("编号", "工单"); an edge becomes a blank."""
    kept, place = [], 0
    for start, end in cuts:
        kept.append(_CALLED.sub("", text[place:start]).strip(" "))
        after = _AFTER.match(text, end)
        place = after.end() if after else end
    return _BLANK_BEFORE.sub("", " ".join((*kept, text[place:].strip(" ")))).strip(_EDGES)


def mistyped(text: str) -> str | None:
    """The first thing that looks like a number of ours and is not one: a wrong digit, or one too few. None if none."""
    for pieces in _runs(text):
        for first in range(len(pieces)):
            for digits, _ in _joins(pieces, first):
                if is_number(digits):
                    return None
                if _like(digits):
                    return digits
    return None


def _like(digits: str) -> bool:
    """Whether digits that are no number of ours look like one: a wrong digit, or one too few."""
    return _shaped(digits) or (len(digits) == SHORTEST - 1 and int(digits[:2]) in _YEARS)


def code(roll: int) -> str:
    """The query code, six digits, from a random number."""
    return f"{roll % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def token(noise: bytes) -> str:
    """The secret part of the tracking link from random bytes (at least `TOKEN_BYTES`)."""
    if len(noise) < TOKEN_BYTES:
        raise ValueError("too little randomness for a token")
    return urlsafe_b64encode(noise).rstrip(b"=").decode("ascii")
