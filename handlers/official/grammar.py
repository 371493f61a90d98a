"""Grammar of officials' commands: parses a text into a Command, and prints one back.

Pure and total: every text gives a Command or a WrongCommand. Accepted: full and half width, missing spaces, verb or
number first, everyday synonyms, traditional characters in the verb, polite words around it. A misspelt verb, a missing
argument or words that fit nowhere change nothing; the answer names the nearest right command. A body (正文, 原因 …) is kept
exactly, line breaks included.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from handlers.items import numbers as items
from handlers.official import wording
from handlers.official.command import Argument, Command, Slot, Spec
from handlers.official.commands.account import Bind
from handlers.official.commands.looking import Show
from handlers.official.rectification.working import Items
from handlers.official.spec import BY_COMMAND, BY_WORD
from handlers.rankings import periods
from handlers.tickets.numbers import LONGEST, SHORTEST, is_number

# Characters of our verbs and synonyms in their traditional or variant forms; one to one, so that places agree.
_TRADITIONAL = dict(
    zip(
        map(
            ord,
            "轉辦詢問覆復結備註協併統計為爲麼銷幫綁單處場說給請將對號編訴確認棄報數據總匯彙錄記現絕續繼頁這個煩謝補進詳冊證內長順寬聯會簽熱點類應項驗納",
        ),
        "转办询问复复结备注协并统计为为么销帮绑单处场说给请将对号编诉确认弃报数据总汇汇录记现绝续继页这个烦谢补进详册证内长顺宽联会签热点类应项验纳",
        strict=True,
    )
)


def _fold_table() -> dict[int, str]:
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    table |= {code: char.lower() for code, char in table.items()}
    table |= {code: chr(code + 32) for code in range(0x41, 0x5B)}
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−·"), "-")
    return table | _TRADITIONAL | {0x3002: ".", 0x3001: ",", 0x3000: " "}


FOLD = _fold_table()
"""The form in which each character is matched: half width, small letters, simplified. One to one, so that positions
agree.
"""

_TAIL = re.compile(r"(?:一下|了|吧|啦|啊|哦|呀|谢谢|】|」|[\s.!~,;:])*$")


class Words:
    """The text while it is read. `seen` is folded for matching, `kept` is what was typed; a position means both."""

    def __init__(self, text: str) -> None:
        self.kept = text
        self.seen = text.translate(FOLD)
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what matches at this position. Returns the match, None when nothing does."""
        found = pattern.match(self.seen, self.at)
        if found:
            self.at = found.end()
        return found

    def rest(self) -> str:
        """Returns what was typed from this position on, without blanks around it."""
        return self.kept[self.at :].strip()

    def done(self) -> bool:
        """Returns whether only polite words are left."""
        return _TAIL.match(self.seen, self.at) is not None


_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Any day: which words name a period does not depend on it."""


class WrongCommand(Struct, frozen=True):
    """Words that are no command: the reply, the nearest verb, and the corrected text if there is one."""

    say: str
    nearest: str
    fix: str | None = None


class _Missing(Exception):
    """Raised inside this module when an argument is missing or unreadable."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")

_LEAD = re.compile(r"(?:[\s/#!,.:;>]|【|「|(?:请(?![假休])|麻烦|帮我|我要|我想|给我|把|将)(?=.))*")
_SEPARATOR = re.compile(r"(?:】|」)?\s*[:,;.]?\s*")
_GAP = re.compile(r"[\s:,;.】」]")
_ALONE = re.compile(r"[\s:,;.!?】」0-9#]|$|编号|单号|工单|第[0-9]")
_NUMERALS = "0-9零〇一二三四五六七八九幺"
_BEFORE_NUMBER = re.compile(r"(?:(?:工单编号|工单号|工单|编号|单号|件号|诉求|第|no\.?|#)\s*:?\s*)?")
# One digit more than a number may have, so that a longer run is seen to be none.
_DIGITS = re.compile(rf"[{_NUMERALS}](?:[ \-._]?[{_NUMERALS}]){{{SHORTEST - 2},{LONGEST}}}")
_PIECE = re.compile(rf"[{_NUMERALS}]+")
_AFTER_NUMBER = re.compile(r"(?:\s*号(?![称码召令线楼院])(?:工单|诉求|件)?)?(?![元万])")
_BETWEEN = re.compile(r"[\s,]*(?:并入到?|合并到?|和|与|跟|到|至|入|>)?[\s,]*")
_TO = re.compile(r"(?:给|到|至|由)\s+")
_UNIT = re.compile(r"[^\s:,;.]+")
# Match: 5个工作日 | 三天 | 10
# Not: 三万元 | 5000
_DAYS = re.compile(
    r"(?P<days>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?![0-9元万])\s*(?:个?工作日|天(?![气然])|日(?![常期前]))?"
)
_CODE = re.compile(r"[0-9a-z](?:[\s\-]*[0-9a-z]){3,31}")
_INSTEAD = re.compile(r"去处\s*:\s*")
# Match: 第3项 | 二 | 3:
# Not: 项3 | 3号楼
_ITEM = re.compile(
    r"(?:第\s*(?P<th>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:项|条|件|个)?"
    r"|(?P<bare>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:项|条)?(?=[\s:,;.]|$))"
)
_COLOUR = re.compile(r"(?P<colour>[黄红])[牌卡]?(?![\u4e00-\u9fff])|(?P<glued>[黄红])[牌卡]")
_SPAN_HEAD = re.compile(r"[0-9一二两三四五六七八九十半]|[从到至]|[今明后本下这]|大后|周|星期|月底|代理")
_HOT_ISSUE = re.compile(
    r"热点(?:问题|诉求)?\s*+(?:第\s*+)?(?P<which>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:个|号)?"
)
_PIN = re.compile(r"\s*@\s*")
_LIST = re.compile(r"[\s,;]*(?:和|与|及)?[\s,;]*")
_PAGE = re.compile(r"第?\s*([0-9]{1,3})\s*页?")
_HEAD = re.compile(r"[^\s0-9:,;.!?]{1,5}")
_LONG_WORDS = [word for word in BY_WORD if len(word) >= 2]
_WORDS_BY_FIRST: dict[str, list[str]] = {}
for _word in sorted(BY_WORD, key=len, reverse=True):
    _WORDS_BY_FIRST.setdefault(_word[0], []).append(_word)
# Each character of a word in every form that is read as it, so that the text need not be folded to be looked through.
_BINDING = re.compile(
    "|".join(
        "".join(f"[{char}{''.join(chr(code) for code, plain in FOLD.items() if plain == char)}]" for char in word)
        for word, row in BY_WORD.items()
        if row.command is Bind
    )
)
_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}

_LIKE = {"答复": "报验", "办结": "报验", "退回": "退改", "现场": "进展", "备注": "进展", "回应": "进展", "延期": "展期"}
"""Verbs about a ticket, and what does the like with a 整改; all others mean to look at it."""

_MAY_BE_NOTHING = (Slot.ITEM, Slot.COLOUR)

NEAR_ENOUGH = 0.5
"""One character right of two: a typing mistake in a two-character verb."""

LONGEST_EXTENSION = 365


def parse(text: str) -> Command | WrongCommand:
    """Returns the command in these words, or what is wrong with them. Never raises, whatever the text."""
    words = Words(text)
    words.take(_LEAD)
    number = _take_number(words)
    item = _take_item(words) if number is None else None
    if number is not None or item is not None:
        words.take(_SEPARATOR)
    elif words.done():
        return WrongCommand(wording.EMPTY, "帮助", "帮助")
    row = _take_verb(words)
    if row is None:
        return Items(item) if item is not None and words.done() else _without_verb(words, number)
    named = item or (_item_ahead(words) if row.about_ticket and number is None else None)
    if row.about_ticket and named is not None:
        return _wrong_for_item(row, named)
    try:
        return _arguments(row, words, number, item)
    except _Missing as missing:
        return WrongCommand(missing.say, row.verb, None if row.arguments else row.verb)


def read_binding(text: str) -> Bind | None:
    """Returns the binding command in these words. None when there is none, as in most messages."""
    command = parse(text) if _BINDING.search(text) else None
    return command if isinstance(command, Bind) else None


def clean_code(words: str) -> str:
    """Returns a binding code as it is hashed: capital letters and digits, without blanks and dashes."""
    return re.sub(r"[^0-9A-Z]", "", words.translate(FOLD).upper())


def _take_number(words: Words) -> str | None:
    """The digits of a ticket's number here, right or mistyped; None and nothing read when there is none.

    Pieces are joined only as far as they make a number: in 延期 26000015 3 the 3 is days.
    """
    mark = words.at
    words.take(_BEFORE_NUMBER)
    found = words.take(_DIGITS)
    joined, ends = "", []
    for piece in _PIECE.finditer(words.seen, found.start(), found.end()) if found else ():
        joined += piece.group().translate(_SPOKEN)
        ends.append((joined, piece.end()))
    right = next((end for end in ends if is_number(end[0])), None)
    wrong = next((end for end in ends if _meant_as_number(end[0])), None)
    if digits := right or wrong:
        words.at = digits[1]
        if words.take(_AFTER_NUMBER):
            return digits[0]
    words.at = mark
    return None


def _meant_as_number(digits: str) -> bool:
    """Digits that stand where a number belongs, begin like one and are about as long: one was mistyped."""
    return SHORTEST - 1 <= len(digits) <= LONGEST and "25" <= digits[:2] < "60"


def _take_verb(words: Words) -> Spec | None:
    """The row of the longest verb or synonym here; one of a single character only when it stands alone."""
    for word in _WORDS_BY_FIRST.get(words.seen[words.at : words.at + 1], ()):
        end = words.at + len(word)
        if words.seen.startswith(word, words.at) and (len(word) > 1 or _ALONE.match(words.seen, end)):
            words.at = end
            return BY_WORD[word]
    return None


def _arguments(row: Spec, words: Words, number: str | None, item: str | None = None) -> Command:
    """Reads the row's arguments. `number`, or `item` for one of 整改, was read before the verb, or is None.

    Words glued to the verb count only when a number stands before or after it: 答复率怎么样 is a question, no reply.
    """
    fields: dict[str, str | int | None] = {}
    glued = number is None and item is None and not _GAP.match(words.seen, words.at)
    for argument in row.arguments:
        if argument.slot is Slot.NUMBER:
            value, glued = _number_here(argument, words, number, glued)
            number = None
            fields[argument.field] = value
        elif argument.slot is Slot.RECTIFICATION:
            fields[argument.field] = value = item or _item_here(words)
            glued = glued and value is None
        elif argument.slot is Slot.WHICH:
            fields[argument.field] = value = number or item or _number_or_item_here(words)
            number, glued = None, glued and value is None
        elif argument.slot is Slot.SOURCE:
            fields[argument.field] = _source(row, argument, words, number)
            glued = False
        else:
            if not _GAP.match(words.seen, words.at) and words.done():
                words.at = len(words.seen)
            elif glued and (
                argument.slot in (Slot.TEXT, Slot.UNIT, Slot.CATEGORY)
                or (argument.slot is Slot.SPAN and not _SPAN_HEAD.match(words.seen, words.at))
            ):
                raise _Missing(wording.glued(row, words.rest()))
            read = _READ[argument.slot](row, argument, words)
            fields |= read
            glued = glued and argument.slot in _MAY_BE_NOTHING and None in read.values()
    if "into" in fields and fields["into"] is None:
        fields["number"], fields["into"] = None, fields["number"]
    if fields.get("into", "") is None:
        raise _Missing(wording.missing(row, row.arguments[-1]))
    if not words.done():
        raise _Missing(wording.too_much(row, words.rest()))
    return row.make(**fields)


def _number_here(argument: Argument, words: Words, before: str | None, glued: bool) -> tuple[str | None, bool]:
    """The number that stood before the verb, or stands here; and whether what follows is glued to the verb."""
    if before is not None:
        return before, False
    mark = words.at
    words.take(_BETWEEN if argument.field == "into" else _SEPARATOR)
    number = _take_number(words)
    if number is None:
        words.at = mark
        return None, glued
    return number, False


def _number_or_item_here(words: Words) -> str | None:
    """The ticket or 整改 that stands here; None and nothing read when there is none."""
    mark = words.at
    words.take(_SEPARATOR)
    found = _take_number(words) or _take_item(words)
    if found is None:
        words.at = mark
    return found


def _take_item(words: Words, bare: bool = False) -> str | None:
    """The number of a 整改 here; None and nothing read when there is none."""
    found = items.read(words.seen, words.at, bare)
    if found is None:
        return None
    words.at = found[1]
    return found[0]


def _item_here(words: Words) -> str | None:
    mark = words.at
    words.take(_SEPARATOR)
    item = _take_item(words, bare=True)
    if item is None:
        words.at = mark
    return item


def _item_ahead(words: Words) -> str | None:
    """The number of a 整改 that follows a verb which is about tickets."""
    after = _SEPARATOR.match(words.seen, words.at)
    found = items.read(words.seen, after.end() if after else words.at)
    return found[0] if found else None


def _wrong_for_item(row: Spec, item: str) -> WrongCommand:
    """A ticket's verb with the number of a 整改: the verb that does the like there."""
    nearest = _LIKE.get(row.verb, "整改")
    right = f"{nearest} {item}"
    return WrongCommand(wording.is_an_item(row, item, BY_WORD[nearest]), nearest, right if nearest == "整改" else None)


def _source(row: Spec, argument: Argument, words: Words, before: str | None) -> str:
    """热点2, perhaps pinned to one of its tickets (热点2@26000015), or tickets' numbers with commas between."""
    words.take(_SEPARATOR)
    if before is None and (found := words.take(_HOT_ISSUE)):
        pinned = _take_number(words) if words.take(_PIN) else None
        return f"热点{_count(found['which'])}" + (f"@{pinned}" if pinned else "")
    numbers = [before] if before is not None else []
    while number := _take_number(words):
        numbers.append(number)
        words.take(_LIST)
    if not numbers:
        raise _Missing(wording.missing(row, argument))
    return ",".join(dict.fromkeys(numbers))


def _text(row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    text = words.rest()
    last = row.arguments[-1]
    if last.slot is Slot.INSTEAD and (found := _INSTEAD.search(words.seen, words.at)):
        text = words.kept[words.at : found.start()].strip().rstrip("，,；;")
        words.at = found.start()
    else:
        words.at = len(words.seen)
    if not text and argument.required:
        raise _Missing(wording.missing(row, argument))
    return {argument.field: text}


def _instead(_row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    found = words.take(_INSTEAD)
    text = words.rest() if found else ""
    words.at = len(words.seen)
    return {argument.field: text}


def _unit(row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    words.take(_TO)
    found = words.take(_UNIT)
    if not found:
        raise _Missing(wording.missing(row, argument))
    return {argument.field: words.kept[found.start() : found.end()]}


def _days(row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    found = words.take(_DAYS)
    days = _count(found["days"]) if found else 0
    if not 1 <= days <= LONGEST_EXTENSION:
        raise _Missing(wording.missing(row, argument))
    return {argument.field: days}


def _count(digits: str) -> int:
    """The number written in digits or, up to 九十九, in Chinese; 0 for what is neither."""
    if digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS[digits] if len(digits) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return 10 * _CHINESE_DIGITS.get(tens, 1) + _CHINESE_DIGITS.get(ones, 0)


def _item(_row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    mark = words.at
    words.take(_SEPARATOR)
    found = words.take(_ITEM)
    which = _count(found["th"] or found["bare"]) if found else 0
    if not which:
        words.at = mark
    return {argument.field: which or None}


def _colour(_row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    mark = words.at
    words.take(_SEPARATOR)
    found = words.take(_COLOUR)
    if not found:
        words.at = mark
        return {argument.field: None}
    return {argument.field: f"{found['colour'] or found['glued']}牌"}


def _code(row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    found = words.take(_CODE)
    if not found:
        raise _Missing(wording.missing(row, argument))
    return {argument.field: clean_code(found.group())}


def _page(_row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    found = words.take(_PAGE)
    return {argument.field: max(1, int(found[1]))} if found else {}


def _period(row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    said = words.rest()
    if periods.read(said, _ANY_DAY) is None:
        raise _Missing(wording.no_such_period(row.verb, said))
    words.at = len(words.seen)
    return {argument.field: said}


def _verb(_row: Spec, argument: Argument, words: Words) -> dict[str, str | int | None]:
    words.take(_SEPARATOR)
    named = _take_verb(words)
    if named is None and not words.done():
        raise _Missing(wording.no_such_help(words.rest()))
    return {argument.field: named.verb} if named else {}


_READ = {
    Slot.TEXT: _text,
    Slot.INSTEAD: _instead,
    Slot.UNIT: _unit,
    Slot.CATEGORY: _unit,
    Slot.DAYS: _days,
    Slot.ITEM: _item,
    Slot.COLOUR: _colour,
    Slot.SPAN: _text,
    Slot.CODE: _code,
    Slot.PAGE: _page,
    Slot.PERIOD: _period,
    Slot.VERB: _verb,
}


def _without_verb(words: Words, number: str | None) -> Command | WrongCommand:
    """No verb: a number alone is 查看; otherwise the nearest verb is named."""
    if number is not None and words.done():
        return Show(number)
    head = _HEAD.match(words.seen, words.at)
    row, word = _nearest(head.group()) if head else (None, "")
    if row is None or head is None:
        return WrongCommand(wording.unknown(number), "帮助", "帮助")
    rest = words.kept[words.at + len(word) :]
    fix = f"{row.verb} {number}{rest}" if number else f"{row.verb}{rest}"
    right = parse(fix)
    fix = fix if not isinstance(right, WrongCommand) else ""
    return WrongCommand(
        wording.did_you_mean(words.kept[words.at : words.at + len(word)], row, fix), row.verb, fix or None
    )


def _nearest(head: str) -> tuple[Spec | None, str]:
    """The row whose verb or synonym is nearest to how `head` begins; the earliest row among equals."""
    best: tuple[float, Spec | None, str] = (0.0, None, "")
    for size in {2, 4, len(head)}:
        begin = head[:size]
        if len(begin) < 2:
            continue
        for word, score, _ in process.extract(begin, _LONG_WORDS, scorer=Levenshtein.normalized_similarity, limit=None):
            if score >= NEAR_ENOUGH and score > best[0]:
                best = (score, BY_WORD[word], begin)
    return best[1], best[2]


def render(command: Command) -> str:
    """Returns the words that `parse` reads as exactly this command."""
    return BY_COMMAND[type(command)].render(command)
