"""Days in words: 今天, 周五, 下周三, 11月25日, 25号, 3天内, 三个工作日内, 月底前, 明年一季度 … as days of the calendar.

Pure: today and the count of working days are handed in. A day without its year is the nearest one, a day of the month
without its month is the next one; what has no such day in any calendar is no mention.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from msgspec import Struct

Workdays = Callable[[date, int], date]
"""The n-th working day after a day."""


class Mention(Struct, frozen=True):
    """The stretch [start, end) of the text that names `day`.

    `span`: it is a length of time, counted from today (`hours` where it is told in hours), or a whole year; `by`: it says that something
    is to be over by then (前, 内, 底).
    """

    start: int
    end: int
    day: date
    span: bool = False
    hours: int = 0
    by: bool = False


_NUMERAL = "[0-9零〇一二三四五六七八九十两半]"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)\s?年?|(?P<thatyear>今|明|后|本)年(?:的)?)"
_WEEKDAYS = {char: place for place, char in enumerate("一二三四五六日")} | {"天": 6, "末": 6}
_HALF_YEAR = timedelta(days=183)
_TEN_DAYS = {"上": 10, "初": 10, "中": 20, "下": 0, "底": 0, "末": 0}
"""The last day of a third of a month; 0 is that of the month."""
_BY = re.compile(r"\s?(?:(?:之|以)?[前内]|结?束?前|当天|底前)")
_INSIDE = r"(?:之内|以内|内|里)"
_AFTER = r"(?:之后|以后|后)"
_FOLLOWS = rf"(?P<inside>{_INSIDE})|(?P<after>{_AFTER})"

# Search: 2025年11月3日 | 明年1月5日 | 2025-11-03
# Not: 11月 | 3.5月2日1
_FULL = re.compile(
    rf"(?<![\d〔\[(.-]){_YEAR}?\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]?(?![\d%.]|[:：]\d)"
    r"|(?<![\d〔\[(.-])(?P<year2>20\d\d)[-/.](?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2})(?![\d.-])"
)
_MONTH_DAY_CN = re.compile(
    r"(?P<month>十[一二]?|[一二三四五六七八九])月(?P<day>(?:二十|三十|十)?[一二三四五六七八九]|二?十|三十)[日号]"
)
# Search: 11月上旬 | 明年三月底
# Not: 11月3日
_THIRD = re.compile(
    rf"(?<![\d〔\[]){_YEAR}?\s?(?P<month>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月份?(?:的)?(?P<third>[上中下]旬|初|底|末|中)"
)
# Search: 11月 | 明年三月份 | 12月之前
# Not: 11月3日 | 三个月 | 12月底
_MONTH = re.compile(
    rf"(?<![\d〔\[第一二三四五六七八九十个每]){_YEAR}?\s?(?P<month>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月份?"
    r"(?![\d日号个以来起上中下初底末饼])(?P<before>之?前|以前)?"
)
# Search: 2026年完工 | 计划2027年建
# Not: 2026年底 | 2026年3月
_YEAR_ALONE = re.compile(
    r"(?<![\d〔\[(（-])(?P<year>(?:19|20)\d\d)年(?![\d\s底末内上下第度来以起初前后一二三四五六七八九十至春夏秋冬暑寒国元五汛-])"
)
_THIS_MONTH = re.compile(
    r"(?<![个半\d一二三四五六七八九十])(?P<which>本|这个?|当|下个?|次)?月(?P<third>底|末|[上中下]旬|内)(?!消|结)"
)
_NEXT_MONTH_DAY = re.compile(r"(?P<which>本|这个?|下个?|次)月\s?(?P<day>\d{1,2})\s?[日号]")
_DAY_ONLY = re.compile(
    r"(?<![\d年月.第/〕\]】)﹞-])(?P<day>\d{1,2})\s?[日号](?![\d楼院线路门店棚井机口床桌文令馆坑地段用常栋窗站厅台厂])"
)
# Search: 明年底 | 年内 | 今年上半年
# Not: 半年内 | 两年底
_YEAR_END = re.compile(
    rf"{_YEAR}(?:年?[底末内中初]|[上下]半年)|(?<![\d半全每一二三四五六七八九十两几多去])(?:年[底末内]|[上下]半年)(?!年)"
)
# Search: 明年一季度 | 第三季度末
# Not: 五季度
_QUARTER = re.compile(rf"{_YEAR}?第?(?P<quarter>[一二三四1-4])季度(?P<end>[末底])?")
_NEAR = re.compile(r"(?P<word>大后天|后天|明[天日早晚]|今[天日早晚]|当[天日](?=[内前]))")
# Search: 下周三 | 星期天 | 本周
# Not: 上个礼拜 | 周六岁
_WEEK = re.compile(
    r"(?P<which>下下|下个?|本|这个?|这)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])(?![年期岁])"
    r"|(?P<thatwhich>下下|下个?|本|这个?)(?:周|星期|礼拜)(?![一二三四五六日天末边围])"
)
# Search: 3天内 | 三个工作日 | 半个月后
# Not: 第3天 | 三周年
_SPAN = re.compile(
    rf"(?<![\d.第])(?P<count>{_NUMERAL}{{1,4}})\s?(?P<unit>个?工作日|个?小时|个?钟头|个?星期|个?礼拜|周(?!岁|年)|天|日|个月|(?<=半)月|年)"
    rf"\s?(?:左右\s?)?(?:的?时间\s?)?(?:{_FOLLOWS})?"
)
_HOLIDAY = re.compile(r"(?P<which>元旦|五一|劳动节|国庆节?)(?:节|假期)?(?:之?前|以前)")
_HOLIDAYS = {"元旦": (1, 1), "五一": (5, 1), "劳动": (5, 1), "国庆": (10, 1)}

_LONGEST_SPAN = 3660


def mentions(text: str, today: date, workdays: Workdays) -> tuple[Mention, ...]:
    """Every day that the text names, in order, none inside another. `text` has digits and letters of half width."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    for read in _READERS:
        for mention in read(text, today, workdays):
            if not any(taken[mention.start : mention.end]):
                found.append(mention)
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    return tuple(sorted((_until(mention, text) for mention in found), key=lambda each: each.start))


def number(words: str) -> int | None:
    """A number in digits or, up to 九十九, in Chinese; None for what is neither."""
    if words.isascii():
        return int(words) if words.isdigit() else None
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _DIGITS.get(words)
    if len(tens) > 1 or len(ones) > 1 or (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def _until(mention: Mention, text: str) -> Mention:
    """The mention with the word that makes it a limit."""
    after = _BY.match(text, mention.end)
    if mention.by or after is None:
        return mention
    return Mention(mention.start, after.end(), mention.day, mention.span, mention.hours, by=True)


def _on(year: int | None, month: int, day: int, today: date) -> date | None:
    """The day; without a year the nearest one to today. None when there is no such day."""
    years = (year,) if year is not None else (today.year - 1, today.year, today.year + 1)
    days = [date(each, month, day) for each in years if 1 <= month <= 12 and 1 <= day <= monthrange(each, month)[1]]
    if not days:
        return None
    return next((each for each in days if abs(each - today) <= _HALF_YEAR), days[0])


def _year(found: re.Match[str], today: date) -> int | None:
    groups = found.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    that = groups.get("thatyear")
    return today.year + {"今": 0, "本": 0, "明": 1, "后": 2}[that] if that else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _full(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _FULL.finditer(text):
        if found["year2"]:
            day = _on(int(found["year2"]), int(found["month2"]), int(found["day2"]), today)
        else:
            day = _on(_year(found, today), int(found["month"]), int(found["day"]), today)
        if day is not None:
            yield Mention(found.start(), found.end(), day)
    for found in _MONTH_DAY_CN.finditer(text):
        month, of_month = number(found["month"]), number(found["day"])
        day = _on(None, month, of_month, today) if month and of_month else None
        if day is not None:
            yield Mention(found.start(), found.end(), day)


def _third(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _THIRD.finditer(text):
        month = number(found["month"])
        first = _on(_year(found, today), month, 15, today) if month else None
        if first is not None:
            last = _TEN_DAYS[found["third"][0]] or monthrange(first.year, first.month)[1]
            yield Mention(found.start(), found.end(), first.replace(day=last), by=found["third"][0] in "底末")


def _this_month(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _THIS_MONTH.finditer(text):
        first = _month_of(found["which"], today)
        last = _TEN_DAYS.get(found["third"][0], 0) or monthrange(first.year, first.month)[1]
        yield Mention(found.start(), found.end(), first.replace(day=last), by=True)
    for found in _NEXT_MONTH_DAY.finditer(text):
        first = _month_of(found["which"], today)
        day = _on(first.year, first.month, int(found["day"]), today)
        if day is not None:
            yield Mention(found.start(), found.end(), day)


def _month_of(which: str | None, today: date) -> date:
    """The first day of this month or of the next."""
    first = today.replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) if (which or "").startswith(("下", "次")) else first


def _month(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _MONTH.finditer(text):
        month = number(found["month"])
        first = _on(_year(found, today), month, 1, today) if month else None
        if first is None:
            continue
        last = _month_end(first.year, first.month)
        if found["before"] and first - timedelta(days=1) >= today:
            last = first - timedelta(days=1)
        yield Mention(found.start(), found.end(), last, by=bool(found["before"]))


def _day_only(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _DAY_ONLY.finditer(text):
        of_month = int(found["day"])
        first = today.replace(day=1) if of_month >= today.day else _month_of("下", today)
        day = _on(first.year, first.month, of_month, today)
        if day is not None:
            yield Mention(found.start(), found.end(), day)


def _year_end(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _YEAR_END.finditer(text):
        year = _year(found, today) or today.year
        month = {"初": 3, "中": 6}.get(found.group()[-1], 6 if "上半年" in found.group() else 12)
        yield Mention(found.start(), found.end(), _month_end(year, month), by=True)
    for found in _QUARTER.finditer(text):
        quarter = number(found["quarter"]) or 1
        last = _month_end(_year(found, today) or today.year, quarter * 3)
        yield Mention(found.start(), found.end(), last, by=bool(found["end"]))


def _year_alone(text: str, _today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _YEAR_ALONE.finditer(text):
        yield Mention(found.start(), found.end(), date(int(found["year"]), 12, 31), span=True)


def _near(text: str, today: date, _workdays: Workdays) -> Iterator[Mention]:
    for found in _NEAR.finditer(text):
        ahead = {"大": 3, "后": 2, "明": 1}.get(found["word"][0], 0)
        yield Mention(found.start(), found.end(), today + timedelta(days=ahead))
    monday = today - timedelta(days=today.weekday())
    for found in _WEEK.finditer(text):
        which = found["which"] or found["thatwhich"] or ""
        weeks = 2 if which.startswith("下下") else 1 if which.startswith("下") else 0
        day = monday + timedelta(days=7 * weeks + (_WEEKDAYS[found["day"]] if found["day"] else 4))
        if not which and day < today:
            day += timedelta(days=7)
        yield Mention(found.start(), found.end(), day, by=found["day"] is None)
    for found in _HOLIDAY.finditer(text):
        month, of_month = _HOLIDAYS[found["which"][:2]]
        eves = (date(year, month, of_month) - timedelta(days=1) for year in (today.year, today.year + 1))
        yield Mention(found.start(), found.end(), next(eve for eve in eves if eve >= today), by=True)


def _span(text: str, today: date, workdays: Workdays) -> Iterator[Mention]:
    for found in _SPAN.finditer(text):
        count, unit = found["count"], found["unit"].removeprefix("个")
        half = count == "半"
        amount = 0 if half else number(count)
        if amount is None or (not half and amount < 1) or "半" in count[1:]:
            continue
        by = bool(found["inside"])
        if unit in ("日", "年") and not (by or found["after"]):
            continue
        if unit in ("小时", "钟头"):
            hours = amount or 1
            yield Mention(
                found.start(), found.end(), today + timedelta(days=hours // 24), span=True, hours=hours, by=by
            )
            continue
        day = _after(today, amount, half, unit, workdays)
        if day is not None:
            yield Mention(found.start(), found.end(), day, span=True, by=by)


def _after(today: date, amount: int, half: bool, unit: str, workdays: Workdays) -> date | None:
    if unit == "工作日":
        return workdays(today, amount) if amount <= 400 else None
    days = {"星期": 7, "礼拜": 7, "周": 7, "天": 1, "日": 1, "月": 30, "年": 365}[unit]
    length = {"月": 15, "年": 183}.get(unit) if half else amount * days
    return today + timedelta(days=length) if length and length <= _LONGEST_SPAN else None


_READERS = (_full, _third, _this_month, _year_end, _near, _span, _month, _day_only, _year_alone)
"""Longest expressions first: a shorter one inside them does not count."""
