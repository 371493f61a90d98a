"""What in a reply may belong to another appeal, or cannot be: another person, place, number or matter; impossible dates."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from nlp.replies.questions import pairs

_SURNAME = "[一-鿿]"
# Search: 尊敬的王先生,您好 | 张女士:您好
# Not: 您好,感谢来信
_SALUTED = re.compile(
    rf"(?:^|[\n。!,:])\s{{0,12}}(?:尊敬的|亲爱的)?(?P<name>{_SURNAME}{{1,3}})(?P<title>先生|女士|同志|师傅|老师|阿姨|大爷)\s*+(?:[,:!]\s*+)?(?:您好|你好|:)"
)
# Search: 我叫王小明,家里停水 | 投诉人:李四。
# Not: 我是这个小区的老住户代表
_OWN_NAME = re.compile(
    rf"(?:我叫|我是|本人|我名叫|姓名[:是为 ]|(?:联系|投诉|反映|举报|申请|报告|来信)人[: ]+|我姓)(?P<name>{_SURNAME}{{1,4}}?)(?=[,。:;!? \n(、先女]|$|是|家|住|男|女|今年)"
)
# Search: 您反映的“小区电梯经常停运”问题收悉 | 关于“路灯不亮没人修”一事
# Not: 您反映的电梯停运问题收悉
_QUOTED = re.compile(
    r"(?:您|你|网友|市民|针对|关于|对于)[^,。“《\"]{0,24}[“《\"](?P<title>[^”》\"]{6,80})[”》\"][^,。]{0,12}?(?:问题|帖|留言|来信|一事|诉求|建议|事项|投诉|收悉|情况)"
)
# Search: 阳光小区二期 | 住在幸福路
# Not: 幸福路灯不亮
_PLACE = re.compile(
    r"[一-鿿]{2,5}(?:小区|花园|家园|公寓|新村|社区|街道|学校|小学|中学|幼儿园|医院|广场|市场|大厦|公园|大道|路|街|村|镇|乡|桥)(?![径灯线面段口况由障程])"
)
# Search: 本小区 | 老旧小区 | 乡镇
# Not: 阳光小区
_NOT_PLACE = re.compile(
    r"本|该|此|各|我|贵|您|某|这|那|每|全|老旧|道路|公路|马路|铁路|线路|网路|思路|一路|半路|通路|电路|逛街|上街|走路|修路|路面|乡镇|村镇|城镇|农村"
    r"|街路|办事|所在|相关|有关|居民|周边|附近|社会|学校|医院"
)
_NUMBER = re.compile(r"(?:工单|受理|编号|单号|信件|诉求)(?:编?号)?[:为是]?\s*(?P<number>[a-z]{0,4}-?\d[\d-]{5,24})")
# Search: 您于2025年11月3日来信 | 网友2025年1月20日在平台留言
# Not: 2025年11月3日来信
_LETTER_DATE = re.compile(
    r"(?:您|你|网友)[^,。]{0,8}(?:于|在)?(?P<year>20\d{2})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日[^,。]{0,12}?(?:来信|留言|发帖|反映|投诉|咨询|提交|提出|发布)"
)
# Search: 2025年11月3日 | 2025-11-03 | 2025.1.20
# Not: 国发〔2025〕11号 | 2025年11月
_DAY = re.compile(
    r"(?<![\d〔\[(])(?P<year>(?:19|20)\d{2})\s?[年.-]\s?(?P<month>\d{1,2})\s?[月.-]\s?(?P<day>\d{1,2})\s?[日号]?(?!\d|[.-]\d)"
)
_BARE_DAY = re.compile(r"(?<![\d年])(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]")
_WILL = re.compile(r"将|预计|计划|拟|争取|完成|完工|竣工|之?前|届时|之内|到位")
_DID = re.compile(r"已|经|曾|接到|收到|组织|前往|到达|进行了|到现场|召开|下达|检查|调查|完成了")
_CODE = re.compile(r"[\w*.-]*$", re.ASCII)
_LETTER_SLACK = timedelta(days=3)
_LONG_AGO = 1949
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAST_PLACES = 2
_RELATED = 2
_LEAST_TITLE = 4


class Wrong(StrEnum):
    """What does not fit."""

    PERSON = "person"
    PLACE = "place"
    NUMBER = "number"
    MATTER = "matter"
    DATE = "date"


class Mismatch(Struct, frozen=True, gc=False):
    """A suspicion about [start, end) of the folded reply, never a verdict."""

    wrong: Wrong
    start: int
    end: int


def doubts(appeal: str, reply: str, said: str, asked: date | None, now: date | None) -> tuple[Mismatch, ...]:
    """What may be wrong, in the order of the kinds. Texts are folded; `said` is the reply's content without politeness.

    Dates are the city's calendar days.
    """
    found = [
        *_person(appeal, reply),
        *_matter(appeal, reply),
        *_place(appeal, reply, said),
        *_number(appeal, reply),
        *_dates(reply, asked, now),
    ]
    seen: dict[tuple[Wrong, int], Mismatch] = {}
    for doubt in found:
        seen.setdefault((doubt.wrong, doubt.start), doubt)
    return tuple(seen.values())


def _person(appeal: str, reply: str) -> list[Mismatch]:
    """The reply salutes another surname than the one under which the appeal was written."""
    own = {match["name"] for match in _OWN_NAME.finditer(appeal)}
    saluted = _SALUTED.search(reply)
    if not own or saluted is None or saluted["name"] in {"网友", "市民", "居民", "来信", "热心"}:
        return []
    name = saluted["name"]
    if name in appeal or any(name[0] == known[0] for known in own):
        return []
    return [Mismatch(Wrong.PERSON, saluted.start("name"), saluted.end("title"))]


def _matter(appeal: str, reply: str) -> list[Mismatch]:
    """The reply quotes what the citizen wrote about, and the appeal says nothing of the sort."""
    known = pairs(appeal)
    for match in _QUOTED.finditer(reply):
        about = pairs(match["title"])
        if (
            len(about) >= _LEAST_TITLE
            and not _CODE.match(match["title"])
            and not about & known
            and match["title"] not in appeal
        ):
            return [Mismatch(Wrong.MATTER, match.start("title"), match.end("title"))]
    return []


def _place(appeal: str, reply: str, content: str) -> list[Mismatch]:
    """The appeal names places, the reply several, they have none in common, and the matter hardly anything either."""
    asked = [match.group() for match in _PLACE.finditer(appeal) if not _NOT_PLACE.search(match.group())]
    said = [match for match in _PLACE.finditer(reply) if not _NOT_PLACE.search(match.group())]
    if len(pairs(content) & pairs(appeal)) > _RELATED:
        return []
    if not asked or len({match.group()[-4:] for match in said}) < _LEAST_PLACES:
        return []
    if pairs(" ".join(match.group() for match in said)) & pairs(appeal):
        return []
    return [Mismatch(Wrong.PLACE, said[0].start(), said[0].end())]


def _number(appeal: str, reply: str) -> list[Mismatch]:
    """The appeal gives its number and the reply another one."""
    asked = {match["number"] for match in _NUMBER.finditer(appeal)}
    return [
        Mismatch(Wrong.NUMBER, match.start("number"), match.end("number"))
        for match in _NUMBER.finditer(reply)
        if asked and match["number"] not in asked
    ]


def _dates(reply: str, asked: date | None, now: date | None) -> list[Mismatch]:
    found = []
    for match in _DAY.finditer(reply):
        day = _day(match)
        ends = match.end()
        tail = reply[ends : ends + 14].partition("。")[0].partition("\n")[0]
        head = reply[max(0, match.start() - 8) : match.start()]
        promised = bool(_WILL.search(tail) or _WILL.search(head)) and not _DID.search(tail)
        impossible = day is None
        late = day is not None and now is not None and promised and asked is not None and day < asked
        early = day is not None and now is not None and not promised and bool(_DID.search(tail)) and day > now
        if impossible or late or early:
            found.append(Mismatch(Wrong.DATE, match.start(), ends))
    found.extend(
        Mismatch(Wrong.DATE, match.start(), match.end())
        for match in _BARE_DAY.finditer(reply)
        if not (1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= _MONTH_DAYS[int(match["month"]) - 1])
    )
    letter = _LETTER_DATE.search(reply)
    if letter and asked is not None:
        day = _day(letter)
        if day is not None and abs(day - asked) > _LETTER_SLACK:
            found.append(Mismatch(Wrong.DATE, letter.start("year"), letter.end("day") + 1))
    return found


def _day(match: re.Match[str]) -> date | None:
    """The day of a match; None when the calendar has no such day."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if year < _LONG_AGO:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
