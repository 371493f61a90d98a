"""Personal data in a message: found as spans, and masked wherever others may read.

Recall comes before precision: masking an order number by mistake costs little, publishing a phone number costs trust.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from nlp.text.normalize import Folded, fold


class PersonalKind(StrEnum):
    """What a span gives away. The values are what `python -m nlp understand` prints."""

    PHONE = "phone"
    ID = "id"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    NAME = "name"


class Personal(Struct, frozen=True):
    """One span [start, end) of the given text, counted in characters."""

    kind: PersonalKind
    start: int
    end: int


MASKS: dict[PersonalKind, str] = {
    PersonalKind.PHONE: "〔电话〕",
    PersonalKind.ID: "〔证件号〕",
    PersonalKind.BANK_CARD: "〔卡号〕",
    PersonalKind.PLATE: "〔车牌〕",
    PersonalKind.EMAIL: "〔邮箱〕",
    PersonalKind.ACCOUNT: "〔账号〕",
    PersonalKind.NAME: "〔姓名〕",
}

# The hundred-odd most frequent surnames cover over 90 % of people (Ministry of Public Security, name report 2020), and
# the double surnames still borne by more than a few thousand people.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐"
    "易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉骆蓝路游辛靳管柴蒙"
    "鲍华喻祁房蒲滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和"
)
_DOUBLE_SURNAMES = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|闻人|长孙|宇文"
# Characters that begin the next word rather than end a given name: "我叫张伟住在…", "我叫李娜是业主".
_NOT_NAME = "住是在家今来从的和与也有想要就现于系因对向到被为们某我你您他她它,.;:!?、。（）()〔〕*\\s\\d"
_NAME = f"(?:(?:{_DOUBLE_SURNAMES})[^{_NOT_NAME}]{{1,2}}|[{_SURNAMES}](?:[^{_NOT_NAME}]{{1,2}}))"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

# Search: 999999199001010000 | 证件号99999919900101000x
# Not: 999999199013010000 | 订单20251101123456789012
_ID = re.compile(
    r"(?<![\da-z])(?:[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]"
    r"|[1-9]\d{5} (?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) \d{3}[\dx]"
    r"|[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\da-z])"
)
_LONG_DIGITS = re.compile(r"(?<![\d-])\d(?:[ -]?\d){14,18}(?![ -]?\d)")
_CARD_WORDS = re.compile(r"(?:卡号|账号|帐号|账户|帐户|银行卡|证号|身份证)[^\d\n]{0,12}$")
# Search: 13800000000 | 0123-2345678 | 电话:1234567
# Not: 编号:1234567 | 订单1380000000099
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<![\d-])\(?0[1-9]\d{1,2}\)?[ -]?[2-9]\d{6,7}(?![\d])"
    r"|(?:电话|手机|号码|联系方式)(?:号码?)?(?:是|为|[: ])*(?P<bare>\d{7,12})(?!\d)"
)
# Search: 京a12345 | 沪ad12345
# Not: 京a区12号
_PLATE = re.compile(
    rf"[{_PROVINCES}][ ]?[a-hj-z][ ·•.\-]?(?=[a-z挂学警港澳]{{0,5}}\d)[a-z\d]{{4,5}}[a-z\d挂学警港澳](?![a-z\d])"
)
_EMAIL = re.compile(r"[a-z\d][a-z\d._%+-]{0,63}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}")
# Search: 微信号:abc12345 | qq123456
# Not: 微信转账200元
_ACCOUNT = re.compile(
    r"(?:微信号?|qq号?|wx|vx|v信|加v)(?:是|为|[: ]){0,3}(?P<bare>[a-z][a-z\d_-]{5,19}|\d{5,12})(?![a-z\d])"
)
# Search: 我叫王小明,住在三楼 | 联系人:欧阳小明
# Not: 我叫不到车
_CALLED = re.compile(
    rf"(?:我叫|我名叫|名叫|本名|姓名(?:是|为|[: ])+|联系人(?:是|为|[: ])+|(?:投诉|反映|举报|申请|报修)人[: ]+|签名[: ]+)"
    rf"(?P<bare>{_NAME})"
)
# Search: 我是张三,家里停水 | 本人李小四。
# Not: 我是业主,家里停水
_I_AM = re.compile(rf"(?:我是|本人)[: ]?(?P<bare>{_NAME})(?=$|[,.;!?、。\n(]|,)")
# "我是方方面面的…" aside, these follow 我是 without being names though they begin with a surname.
# Match: 高中生 | 农民工 | 车主
# Not: 高小明
_NOT_NAMES = re.compile(
    r"高中|高三|高二|高一|方便|安全|成都|成年|金融|石油|文科|农民|农村|农业|司机|全体|全职|应届|师范|师傅|公司|单亲|单身|关于|连续|温州|江苏|江西"
    r"|安徽|宁波|宁夏|武汉|黎族|华侨|华人|包工|管理|党员|游客|路人|路过|边境|万科|江北|江南|白领|车主|左右|古城|和平|和谐|卫校|易地"
)

# Cheap signs that a pattern may match: most messages have none of them.
# A number that gives somebody away has five digits or more, whatever stands between them; all else needs a letter or @.
_SIGN = re.compile(r"\d(?:[ -]?\d){4}|[a-z@]")
_CALLED_SIGNS = ("叫", "名", "人:", "人 ", "系人")
_I_AM_SIGNS = ("我是", "本人")


# In order: what is found first keeps its characters. Where a pattern names a group `bare`, that is the span.
_NUMBERED: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    (PersonalKind.ID, _ID),
    (PersonalKind.BANK_CARD, _LONG_DIGITS),
    (PersonalKind.PHONE, _PHONE),
    (PersonalKind.PLATE, _PLATE),
    (PersonalKind.EMAIL, _EMAIL),
    (PersonalKind.ACCOUNT, _ACCOUNT),
)
_COVER = "*"
_NAMED = ((_CALLED_SIGNS, _CALLED), (_I_AM_SIGNS, _I_AM))


def find(folded: Folded) -> tuple[Personal, ...]:
    """All personal data of the folded text, as spans of the given text, in order and without overlap."""
    return tuple(Personal(kind, *folded.span(start, end)) for start, end, kind in _spans(folded))


def covered(folded: Folded) -> tuple[Folded, tuple[Personal, ...]]:
    """The folded text with a star for each character of personal data, and what `find` finds.

    For whoever reads further: no number and no name becomes a word, a place or a feature. Lengths and places stay.
    """
    spans = _spans(folded)
    if not spans:
        return folded, ()
    pieces: list[str] = []
    done = 0
    for start, end, _ in spans:
        pieces += (folded.text[done:start], _COVER * (end - start))
        done = end
    pieces.append(folded.text[done:])
    return Folded("".join(pieces), folded.offsets), tuple(
        Personal(kind, *folded.span(start, end)) for start, end, kind in spans
    )


def _spans(folded: Folded) -> list[tuple[int, int, PersonalKind]]:
    """Start, end and kind in the folded text, in order."""
    text = folded.text
    patterns: list[tuple[PersonalKind, re.Pattern[str]]] = []
    if _SIGN.search(text):
        patterns += _NUMBERED
    for signs, named in _NAMED:
        if any(map(text.__contains__, signs)):
            patterns.append((PersonalKind.NAME, named))
    taken = bytearray(len(text))
    spans: list[tuple[int, int, PersonalKind]] = []
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            start, end = match.span("bare") if "bare" in pattern.groupindex and match["bare"] else match.span()
            if taken.find(1, start, end) < 0 and _believed(kind, text, start, end):
                taken[start:end] = b"\1" * (end - start)
                spans.append((start, end, kind))
    spans.sort()
    return spans


def _believed(kind: PersonalKind, text: str, start: int, end: int) -> bool:
    """Whether digits are a card's (by their check digit, or because the words before say so), and a name is one."""
    if kind is PersonalKind.BANK_CARD:
        return (
            _luhn(re.sub(r"\D", "", text[start:end]))
            or _CARD_WORDS.search(text[max(0, start - 20) : start]) is not None
        )
    return kind is not PersonalKind.NAME or _NOT_NAMES.match(text, start) is None


def mask(text: str) -> str:
    """The text with every span of personal data replaced by what it was ("〔电话〕"): for public pages and for logs."""
    return hide(text, find(fold(text)))


def hide(text: str, spans: tuple[Personal, ...]) -> str:
    """The text with the given spans replaced; spans are in order and do not overlap."""
    pieces: list[str] = []
    done = 0
    for span in spans:
        pieces += (text[done : span.start], MASKS[span.kind])
        done = span.end
    pieces.append(text[done:])
    return "".join(pieces)


def _luhn(digits: str) -> bool:
    """The check of bank card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
