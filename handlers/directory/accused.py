"""Finds the units that a text accuses of misconduct: an office, its people or its head.

A complaint about a service (路灯坏了城管局不修), a decision or a manner accuses nobody; it stays with the competent unit. The
reader looks at mentions (offices by name and alias, people by title or name), at how each stands in its sentence (told
of, asked for help, a place), and at the misconduct that the sentence attributes to it. Time is linear in the text,
whatever the directory. What follows: docs/adr/0021-reach-and-recusal.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind
from msgspec import Struct

from handlers.directory.directory import Directory, Level, Unit
from handlers.tickets.ticket import Ticket

LIMIT = 8_000
"""Characters that are read: more than a message of the platform holds."""


class Accusation(Struct, frozen=True):
    """Result of reading a text for accusations."""

    units: tuple[str, ...] = ()
    """Ids of the units accused."""

    made: bool = False
    """Whether somebody in office is accused, in a known unit or not."""


NONE = Accusation()


class _Mention(Struct, gc=False):
    """Somebody named in the text."""

    start: int
    end: int
    units: tuple[str, ...] = ()
    """Empty for an office that is not in the directory."""

    official: bool = False
    """A person in office."""

    stranger: bool = False
    """Somebody who is not in office."""

    asked: bool = False
    """Named as the one who shall help."""

    place: bool = False
    """Named as where it is."""

    bare: bool = False
    pronoun: bool = False

    @property
    def acts(self) -> bool:
        """Whether it can be who did it."""
        return not (self.asked or self.place)


_POSTS = (
    "局长|科长|处长|股长|部长|主任|书记|支书|镇长|乡长|县长|区长|市长|省长|村长|所长|站长|队长|庭长|主席|委员|"
    "民警|辅警|警察|交警|协警|特警|法官|干部|公务员|科员|办事员|网格员|执法人员|执法队员|城管队员|审批人员|工作人员|负责人|领导|"
    "队员|人员|职工|会计|文书|干事|窗口"
)
# Search: 局长 | 村主任 | 民警
# Not: 车间主任 | 经理
_WEIGHTY = re.compile(
    r"局长|科长|处长|股长|部长|书记|支书|镇长|乡长|县长|区长|市长|省长|村长|所长|站长|庭长|民警|辅警|警察|交警|协警|法官|干部|公务员"
    r"|村主任|居委会主任|社区主任|执法人员"
)
"""Posts that only offices have: an accusation counts though the office is unknown."""
# Search: 村支书 | 社区主任 | 副局长
# Not: 开发商老板
_BARE = re.compile(
    rf"(?:(?:村|社区|居委会|街道办?|办事处|镇政府|乡政府|镇|乡|县委|区委|市委|县|区|市)(?:党)?(?:委|支部)?)?(?:[\u4e00-\u9fff]某{{1,2}}|某)?(?:原|前|副|常务){{0,2}}(?:{_POSTS})"
)
# Match: 的工作人员 | 局长 | 里有人
# Not: ,局长
_TAIL = re.compile(
    rf"[^，,。;；！!？?\s：:、]{{0,8}}?(?:{_POSTS}|经理|董事长|抄表员|收费员|接线员|同志)"
    r"|的?[\u4e00-\u9fff]某{1,2}"
    r"|(?:里|里面|内部|上)?的?(?:有人|某人|个别人|的人)"
)
# Search: 某某管理局 | 镇派出所 | 邻村
# Not: 局长 | 村民
_UNKNOWN = re.compile(
    r"[\u4e00-\u9fff]{1,6}?(?:管理局|监督局|局(?!长|面|部|限)|委员会|办事处|派出所|村委会|居委会|政府|法院|检察院|中队|大队|管理站|水利站|服务中心|村(?!民|口|里|支|主|书|长|干|会))"
)
# Search: 小区保安 | 隔壁邻居 | 学校
# Not: 村支书
_STRANGERS = re.compile(
    r"老板|商家|商户|店主|摊主|摊贩|小贩|烧烤摊|邻居|物业|开发商|建筑商|承包商|包工头|保安|司机|业主|房东|中介|医生|护士|院长|"
    r"老师|校长|园长|学校|幼儿园|食堂|培训机构|公司|工厂|企业|饭店|酒店|超市|骗子|有人|几个人|小偷|工头|楼上|楼下那|村民|居民"
)
_PRONOUN = re.compile(r"(?<!其)他们|(?<!其)他(?!人|家|乡)|她|这些人|这帮人|这个人|此人|本人")
# Search: 你们单位的人 | 上门的工作人员 | 派来的同志
# Not: 你们说的事
_YOURS = re.compile(
    r"(?:你们|你单位|你局|贵局|贵单位|派来|来处理|来检查|上门|来)(?:单位|局里|所里)?的?(?:那个|那些|几个)?(?:人|同志|工作人员|领导|科长|队长|局长|所长)"
)
"""The people of whoever works on the matter, in words added to it."""
_EVERYDAY: dict[str, tuple[str, ...]] = {
    "公安": ("派出所", "公安局", "公安", "民警", "辅警", "警察", "交警", "交警队", "协警"),
    "供电": ("供电所", "电管所"),
    "市场监督": ("工商所", "市场监管所", "食药所"),
    "自然资源": ("国土所",),
    "住房": ("房管所",),
    "交通运输": ("运管所",),
    "人力资源": ("社保所", "劳动监察大队"),
    "司法局": ("司法所",),
}
"""Everyday words for offices, by what stands in the names of the units that they belong to; a directory's own names come first."""
_POLICEMEN = frozenset({"民警", "辅警", "警察", "交警", "协警"})
# Search: 请 | 我已经报告给 | 希望县
# Not: 举报 | 请你快点
_HELP = re.compile(
    r"(?:请求?|希望|恳请|恳求|建议|麻烦|盼望?|要求|求|向|报告给?|反映给|转给|交给|给|跟|和|让|由|联系|通知|感谢|谢谢|咨询|问了?问?|写信给|请问|(?<!举)报|移交)(?:过|了|到)?(?:你们|贵|当地|我们?|我县|我市|上级|有关部门|市里|县里|县|市|区|镇|省)?(?:的)?$"
)
_GO = re.compile(
    r"(?:到|去|在|找|打|拨打|来|往|从|电话|进|路过|住)(?:过|了|到)?(?:你们|当地|我们?|县|市|区|镇)?(?:的)?$"
)
# Match: 门口 | 的停车场 | 家属院
# Not: 收了钱
_WHERE = re.compile(
    r"(?:的)?(?:门口|大门|附近|旁边|边上|对面|斜对面|后面|后门|前面|门前|楼下|楼上|隔壁|路口|周边|周围|家属院|家属楼|宿舍|小区|大院|院内|院子|辖区|管辖|管的|管理的|停车场|东|西|南|北)"
)
_GIVES = re.compile(r"[^，,。;；！!？?]{0,14}(?:送|塞|行贿|打钱|转账|转了|进贡|红包|好处|回扣|礼)")
"""After 给 or 向: who gets something is asked for nothing."""
_VOCATIVE = re.compile(
    r"(?:的)?(?:各位)?(?:领导|同志|书记|局长|主任|县长|市长|区长|镇长)?们?(?:[:：]|[,，]?\s*[您你]们?好)"
)
_REPORT = re.compile("举报|检举|控告|揭发|状告")
_AFTER_REPORT = re.compile(
    rf"(?:{_REPORT.pattern})(?:一下|的是|对象是|的对象是|对象[:：]|信[:：]?)?[^，,。;；！!？?：:、]{{0,4}}$"
)
_SERVED_BADLY = re.compile(
    r"不修|不管|没人管|没人来|没人修|不来|不处理|没处理|不理|推诿|踢皮球|拖着|拖延|太慢|态度|不接|不回|不解决|没解决|不答复|不办"
)
_IDLE = re.compile(r"不作为|乱作为|失职|懒政|不履职")

_KINSFOLK = (
    "亲戚|亲属|亲信|小舅子|大舅子|儿子|女儿|老婆|弟弟|哥哥|侄子|侄|外甥|姐夫|妹夫|连襟|自家|自己家|他家|家里人|关系户"
)
_GOOD = "低保|五保|补助|补贴|救助|救济|指标|项目|工程|名额|标段|危房改造|公益岗|安置房|公租房"
_GAINS = "好处费|好处|红包|回扣|黑钱|贿赂|礼金|礼品|购物卡|烟酒|名烟|茅台|保护费|协调费|茶水费|辛苦费|提成|现金|干股"
# Search: 贪污低保款 | 收了老板的好处费 | 低保都给了他亲戚
# Search: 非要我请他吃饭 | 小舅子承包食堂 | 收了开发商十万 | 收了钱才办 | 他亲戚吃着低保
# Not: 收了材料 | 低保没批下来
_STRONG = re.compile(
    r"受贿|索贿|行贿|贿赂|贪污|贪腐|贪赃|贪官|贪了|腐败|以权谋私|谋私利|滥用职权|滥用权力|徇私|枉法|渎职|玩忽职守|保护伞|吃拿卡要|吃拿|优亲厚友"
    r"|吃空饷|公款|公车私用|私车公养|挪用|截留|侵吞|私吞|私分|冒领|套取|克扣|买官|卖官|权钱交易|暗箱|内定|官商|勾结|串通|打击报复|通风报信|好处费"
    r"|回扣|包庇|徇情|虚报冒领|中饱私囊|假公济私|公器私用|违反纪律|违法违纪|违纪违法|乱纪|刑讯|逼供|钓鱼执法|暴力执法"
    rf"|(?:收|拿|要|索要|索取|吃|捞)(?:了|过|着|取|受)?[^，,。;；！!？?]{{0,10}}?(?:{_GAINS})"
    r"|(?:非?要|让|叫|得|必须)(?:你|我|我们|人|先)?(?:请(?:他|他们)?吃饭|请客|送礼|送烟|送钱|意思意思|表示表示|打点)"
    r"|卖(?:学位|名额|指标|官|位子|编制)"
    rf"|(?<!我)(?<!我的)(?<!我家)(?:{_KINSFOLK})[^，,。;；！!？?我]{{0,8}}?(?:公司|承包|包了|承揽|中标|入股)"
    r"|"
    r"收(?:了|过|取)?[^，,。;；！!？?]{0,10}?(?:企业|公司|工厂|厂家|厂里|司机|车主|店主|老板|摊主|商户|摊贩|商贩|小贩|业主|开发商|群众|老百姓|人家|别人|店家|商家|家长|包工头|对方)[^，,。;；！!？?]{0,4}?(?:钱|万|千)"
    r"|收(?:了|过)?(?:黑)?钱(?:才|就|不办事|放人|放行|私了)"
    rf"|(?:{_GOOD})[^，,。;；！!？?]{{0,10}}?(?:给|分|包)[^，,。;；！!？?]{{0,6}}?(?:{_KINSFOLK})"
    rf"|(?:{_KINSFOLK})[^，,。;；！!？?]{{0,10}}?(?:{_GOOD})"
)
# Search: 酒后执法 | 打了我一拳 | 泄露举报信息
# Not: 打了电话
_WEAK = re.compile(
    r"酒后(?:执法|上班|办案|开车|驾车)|不保密|泄密|打人"
    r"|打了(?:人|我|他|她|老人|孩子|小孩|一顿|一?个?耳光|[一两]拳)"
    r"|打伤|打我|打他|殴打|动手|掀翻|威胁|恐吓|猥亵|骚扰|强奸|赌博|打麻将|打牌|喝酒|酗酒|酒驾|醉酒|嫖|包养|情人|作风|违规|违纪|违法|造假|弄虚作假"
    r"|伪造|篡改|虚报|泄露|报复|拘禁|粗暴执法|野蛮执法|收钱|收了钱|要钱|要了钱|张口就要|入股|经商|强占|霸占|倒卖|私自"
)
# Search: 收了我两千块 | 要了几百元 | 收了两条烟
# Not: 收了材料 | 要下雨
_TAKES = re.compile(
    r"(?:收|要|拿|索要)(?:了|过|走|取)?(?:我|我们|人家|别人)?[^，,。;；！!？?\s]{0,14}?(?:[0-9一二两三四五六七八九十几]+(?:百|千|万|块|元)|钱)"
    r"|(?:收|拿|吃|索要)(?:了|过)[^，,。;；！!？?\s]{0,10}?(?:的|[两几0-9]+条|[两几0-9]+瓶|[两几0-9]+箱)(?:好|名|高档)?(?:烟|酒|茶叶|礼|礼物|卡|东西)"
    r"|协调费|茶水费|辛苦费|保护费"
)
"""Money taken: misconduct where a person in office takes it, a bill where an office does."""
_BEATEN = re.compile(r"(?:的人|们)?(?:给|拉去|按在地上|围着)?(?:打|殴|揍|踢|踹|推倒|抢|扇)")
"""After 被 and somebody in office."""
_FALSE = re.compile(r"(?:冒充|假冒|自称|谎称|假扮|冒用|打着)(?:是)?$")
_TO = re.compile(r"(?:行贿|送|塞|勾结|串通|买通|收买|保护伞)[^，,。;；！!？?]{0,14}$")
_NOT = re.compile(
    r"(?:没有?|从不|从没|不|不会|未|拒绝?|拒收|禁止|严禁|防止|杜绝|不许|谁敢|认定为?|属于|涉嫌)[^，,。;；！!？?]{0,3}$"
)
_STOP = re.compile(r"[。;；！!？?\n]")
_CLAUSE = re.compile(r"[，,。;；！!？?\n：:]")
_BEFORE = 16
_REMEMBERED = 80
"""Characters after which misconduct is put on nobody named before."""
_NEAR = 30
_AND = frozenset({"和", "与", "及", "以及", "、", "跟", "还有", "伙同", "的人和", "的和"})
# Search: 不 | 让 | 老板
# Not: 的副
_BETWEEN = re.compile(
    rf"不|没|说|让|叫|要|给|收|打|管|把|被|是|有(?!人)|来|去|了(?!的)|{_STRANGERS.pattern.replace('|有人', '')}"
)
"""Between an office and a post these say that the post is another's."""
_SUFFIXES = (
    "局",
    "委",
    "办",
    "所",
    "站",
    "处",
    "中心",
    "大队",
    "中队",
    "公司",
    "政府",
    "法院",
    "检察院",
    "会",
    "办事处",
)
_AREAS = ("街道", "社区", "县", "市", "区", "镇", "乡", "村", "省", "网格")
_LOCAL: dict[Level, tuple[str, ...]] = {
    Level.COMMUNITY: ("村", "社区", "居委会"),
    Level.GRID: ("网格",),
    Level.STREET: ("街道", "办事处", "镇", "乡"),
}
"""How posts begin that belong to whichever unit of the level is named elsewhere in the text."""
_PLACE_POST = re.compile(r"(?:党)?(?:工?委|支部|两委)?(?:的)?(?:办事处|居委会|村委会|政府)?")
_TITLED = {
    Level.COUNTY: re.compile(r"(?:县|区)(?:委)?(?:副)?书记|(?:常务)?副?(?:县|区)长(?!途|期)"),
    Level.CITY: re.compile(r"市(?:委)?(?:副)?书记|(?:常务)?副?市长"),
}


class _Finder:
    """The names of one directory's units and staff, ready to be found in a text."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        names: dict[str, list[str]] = {}
        self.people: set[str] = set()
        for unit in directory.units.values():
            for name in (unit.name, *unit.aliases):
                names.setdefault(name, []).append(unit.id)
        given = frozenset(names)
        for unit in directory.units.values():
            for short in _shorter(unit, directory):
                if short not in given:
                    names.setdefault(short, []).append(unit.id)
        for member in directory.staff.values():
            if len(member.name) >= 2 and member.name[0] not in "小老大阿" and member.unit_id in directory.units:
                self.people.add(member.name)
                names.setdefault(member.name, []).append(member.unit_id)
        for part, words in _EVERYDAY.items():
            seats = self._named_with(part)
            for word in words if seats else ():
                names.setdefault(word, seats)
        self._names = [(name, tuple(dict.fromkeys(ids))) for name, ids in names.items() if len(name) > 1]
        self._automaton = AhoCorasick([name for name, _ in self._names], matchkind=MatchKind.LeftmostLongest)
        self.heads = {level: self._seats(level) for level in _TITLED}

    def _named_with(self, part: str) -> list[str]:
        """The highest units in whose names this stands."""
        units = self.directory.units.values()
        found = [unit.id for unit in units if any(part in name for name in (unit.name, *unit.aliases))]
        return [one for one in found if not any(unit.id in found for unit in self.directory.above(one))]

    def _seats(self, level: Level) -> tuple[str, ...]:
        """The governments of this level that stand above the dispatch unit."""
        above = self.directory.above(self.directory.dispatch_id)
        return tuple(unit.id for unit in above if unit.level is level)[:1]

    def named(self, text: str) -> list[tuple[int, int, str, tuple[str, ...]]]:
        """Where which units are named."""
        return [
            (start, end, *self._names[index]) for index, start, end in self._automaton.find_matches_as_indexes(text)
        ]


def _shorter(unit: Unit, directory: Directory) -> Iterable[str]:
    """The unit's name without the region that everybody there leaves out."""
    name = unit.name
    for one in (*directory.above(unit.id), unit):
        for region in (one.area, one.area.removesuffix("县").removesuffix("市").removesuffix("区")):
            if len(region) >= 2 and name.startswith(region):
                name = name[len(region) :]
                break
    bare = name.lstrip("县市区省")
    for short in (name, bare):
        if short != unit.name and len(short) >= 3 and short.endswith(_SUFFIXES):
            yield short


@lru_cache(maxsize=2)
def _finder(directory: Directory) -> _Finder:
    return _Finder(directory)


def accusation(text: str, directory: Directory, informant: bool = False, desk: str = "") -> Accusation:
    """Whom the text accuses. `informant`: it is known to be an informant's (sealed), so whoever is told of is meant.

    `desk` is the unit that works on the matter when these words are added: 你们的人, 科长 or 他们 without an office are its people.
    """
    # Each message is asked about several times; the cache tells calls apart by how their arguments are spelled.
    return _accusation(text, directory, informant, desk)


@lru_cache(maxsize=1024)
def _accusation(text: str, directory: Directory, informant: bool, desk: str) -> Accusation:
    text = text[:LIMIT]
    if not (informant or _blames(text)):
        return NONE
    mentions = _mentions(text, _finder(directory), (desk,) if desk in directory.units else ())
    if not mentions:
        return NONE
    found: dict[str, None] = {}
    made = False
    for mention in _told_of(text, mentions, informant):
        found.update(dict.fromkeys(mention.units))
        made = made or bool(mention.units) or _WEIGHTY.search(text, mention.start, mention.end) is not None
    return Accusation(tuple(found), made)


def units(text: str, directory: Directory, informant: bool = False, desk: str = "") -> tuple[str, ...]:
    """The ids of the units that the text accuses, in the order of the text; the rest as in `accusation`."""
    return accusation(text, directory, informant, desk).units


def of(ticket: Ticket, directory: Directory) -> tuple[str, ...]:
    """The units that the ticket accuses: as its log recorded; of a ticket older than this rule, as its words say."""
    return units(ticket.text, directory) if ticket.accused is None else ticket.accused


def _blames(text: str) -> bool:
    """Whether the text has any word by which `_told_of` puts something on somebody: who is named need not be looked for otherwise."""
    return "被" in text or any(sign.search(text) for sign in (_REPORT, _TAKES, _WEAK, _STRONG))


def _told_of(text: str, mentions: list[_Mention], informant: bool) -> Iterable[_Mention]:
    """Those on whom the text puts something."""
    ends = [mention.end for mention in mentions]
    starts = [mention.start for mention in mentions]
    if informant:
        yield from (one for one in mentions if not (one.stranger or one.pronoun) and one.acts and _dreaded(text, one))
    for pattern in (_STRONG, _WEAK, _TAKES):
        strong = pattern is _STRONG
        for hit in pattern.finditer(text):
            if _NOT.search(text, max(0, hit.start() - 8), hit.start()):
                continue
            place = _before(text, mentions, ends, hit.start(), strong)
            if place is not None and (pattern is not _TAKES or mentions[place].official):
                yield from _together(text, mentions, place)
            after = _after(text, mentions, starts, hit)
            if after is not None and strong:
                yield after
    for mention in mentions:
        if _reported(text, mention) or _beat(text, mention):
            yield mention


def _before(text: str, mentions: list[_Mention], ends: list[int], at: int, strong: bool) -> int | None:
    """The place of who is named last before the misconduct and can be who did it."""
    for place in range(bisect_right(ends, at) - 1, max(-1, bisect_right(ends, at) - 6), -1):
        mention = mentions[place]
        if at - mention.end > (_REMEMBERED if strong else _NEAR):
            return None
        if not mention.acts:
            continue
        if not strong and _CLAUSE.search(text, mention.end, at):
            return None
        return place
    return None


def _together(text: str, mentions: list[_Mention], place: int) -> Iterable[_Mention]:
    """The one at this place, and those named with it: 城管局和派出所的人."""
    if not mentions[place].stranger:
        yield mentions[place]
    while place and text[mentions[place - 1].end : mentions[place].start] in _AND:
        place -= 1
        if mentions[place].acts and not mentions[place].stranger:
            yield mentions[place]


def _after(text: str, mentions: list[_Mention], starts: list[int], hit: re.Match[str]) -> _Mention | None:
    """Who is named right after the misconduct as the one it is said of: 送给局长, 收了黑钱的副局长."""
    place = bisect_left(starts, hit.end())
    if place == len(mentions) or mentions[place].stranger or mentions[place].place:
        return None
    mention = mentions[place]
    between = text[hit.end() : mention.start]
    if len(between) > 14 or _CLAUSE.search(between):
        return None
    led = text[hit.start() : mention.start]
    return mention if _TO.search(led) or (len(between) <= 6 and between.endswith("的")) else None


def _beat(text: str, mention: _Mention) -> bool:
    """Whether somebody was beaten by the mention: 被城管打了."""
    told = mention.acts and not mention.stranger and not mention.pronoun
    return told and text.endswith("被", 0, mention.start) and bool(_BEATEN.match(text, mention.end))


def _dreaded(text: str, mention: _Mention) -> bool:
    """Whether an informant tells of the mention more than bad service."""
    far = min(len(text), mention.end + _NEAR)
    stop = _CLAUSE.search(text, mention.end, far)
    return not _SERVED_BADLY.search(text, mention.end, stop.start() if stop else far)


def _reported(text: str, mention: _Mention) -> bool:
    """Whether the mention is what somebody says that they report, and more than bad service is told of it."""
    if mention.stranger or mention.place or mention.asked or mention.pronoun:
        return False
    if not _AFTER_REPORT.search(text, max(0, mention.start - _BEFORE), mention.start):
        return False
    far = min(len(text), mention.end + _REMEMBERED)
    stop = _STOP.search(text, mention.end, far)
    rest = text[mention.end : stop.start() if stop else far]
    return bool(_IDLE.search(rest)) or not _SERVED_BADLY.search(rest)


def _mentions(text: str, finder: _Finder, desk: tuple[str, ...]) -> list[_Mention]:
    """Everybody named, in order; an office directly before another is only where that one belongs."""
    found = _offices(text, finder)
    taken = [(one.start, one.end) for one in found]
    found += _others(text, finder, taken)
    if desk:
        found += [_Mention(m.start(), m.end(), desk, official=True) for m in _YOURS.finditer(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[_Mention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        if kept and _belongs(text, kept[-1], mention):
            above = kept.pop()
            if not mention.units and not text.endswith(_AREAS, 0, above.end):
                mention.units = above.units
        kept.append(mention)
    before: _Mention | None = None
    for mention in kept:
        if before is not None and text[before.end : mention.start] in _AND:
            mention.asked, mention.place = before.asked, before.place
        else:
            _stands(text, mention)
        before = mention
    _antecedents(text, kept, finder, desk)
    return [one for one in kept if one.units or one.stranger or one.pronoun or one.official or not one.bare]


def _belongs(text: str, before: _Mention, mention: _Mention) -> bool:
    """Whether the office named before is only where this one belongs: 城关街道派出所."""
    office = not mention.stranger and not mention.pronoun and not mention.bare
    return office and not before.official and not before.stranger and text[before.end : mention.start] in ("", "的")


def _offices(text: str, finder: _Finder) -> list[_Mention]:
    found: list[_Mention] = []
    named = finder.named(text)
    for place, (start, end, name, ids) in enumerate(named):
        until = named[place + 1][0] if place + 1 < len(named) else len(text)
        person = name in finder.people or name in _POLICEMEN
        tail = _TAIL.match(text, end, until)
        where = _WHERE.match(text, end)
        if person:
            found.append(_Mention(start, end, ids, official=True))
        elif where:
            found.append(_Mention(start, where.end(), ids, place=True))
        elif name.endswith(_AREAS) and not name.endswith(_SUFFIXES):
            post = _PLACE_POST.match(text, end)
            tail = _TAIL.match(text, post.end(), until) if post and post.end() <= until else None
            near = tail is not None and tail.end() - end <= 10
            stop = tail.end() if tail is not None and near else post.end() if post else end
            found.append(_Mention(start, stop, ids, official=near, place=not near and stop == end))
        else:
            # The title belongs to the office unless another name or a verb stands between them.
            near = tail is not None and not _BETWEEN.search(text, end, tail.end())
            found.append(_Mention(start, tail.end() if tail is not None and near else end, ids, official=near))
    return found


def _others(text: str, finder: _Finder, taken: list[tuple[int, int]]) -> list[_Mention]:
    """Who is no office of the directory: unknown offices, posts without an office, other people, pronouns."""
    starts = [start for start, _ in taken]

    def free(match: re.Match[str]) -> bool:
        place = bisect_right(starts, match.start())
        inside = place > 0 and taken[place - 1][1] > match.start()
        return not inside and not (place < len(taken) and taken[place][0] < match.end())

    found: list[_Mention] = []
    for level, pattern in _TITLED.items():
        found += [
            _Mention(m.start(), m.end(), finder.heads[level], official=True)
            for m in pattern.finditer(text)
            if finder.heads[level] and free(m)
        ]
    for match in _UNKNOWN.finditer(text):
        if free(match):
            tail = _TAIL.match(text, match.end())
            found.append(_Mention(match.start(), tail.end() if tail else match.end(), official=tail is not None))
    found += [_Mention(m.start(), m.end(), official=True, bare=True) for m in _BARE.finditer(text) if free(m)]
    found += [_Mention(m.start(), m.end(), stranger=True) for m in _STRANGERS.finditer(text) if free(m)]
    found += [_Mention(m.start(), m.end(), pronoun=True) for m in _PRONOUN.finditer(text) if free(m)]
    return found


def _stands(text: str, mention: _Mention) -> None:
    """How the mention stands: asked for help, addressed, gone to, or told of."""
    if mention.place or mention.pronoun or mention.stranger:
        return
    first = max(0, mention.start - _BEFORE)
    if mention.start <= 4 and _VOCATIVE.match(text, mention.end):
        mention.asked = True
        return
    if _FALSE.search(text, first, mention.start):
        mention.place = True
    elif _HELP.search(text, first, mention.start) and not _GIVES.match(text, mention.end):
        mention.asked = True
    elif _GO.search(text, first, mention.start):
        mention.place = True


def _antecedents(text: str, mentions: list[_Mention], finder: _Finder, desk: tuple[str, ...]) -> None:
    """Whose a post without an office is (局长, 工作人员, 他们): the office named last before it."""
    office: _Mention | None = None
    last: _Mention | None = None
    local = {level: _named_at(level, mentions, finder) for level in _LOCAL}
    for mention in mentions:
        if mention.bare:
            known = office.units if office is not None else ()
            mention.units = known or next(
                (local[level] for level, signs in _LOCAL.items() if text.startswith(signs, mention.start)), desk
            )
        elif mention.pronoun and last is None and desk:
            mention.units, mention.official = desk, True
        elif mention.pronoun and last is not None:
            mention.units, mention.stranger = last.units, last.stranger
            mention.official = last.official
        elif not mention.stranger and not mention.asked:
            office = mention
        if not mention.pronoun:
            last = mention


def _named_at(level: Level, mentions: list[_Mention], finder: _Finder) -> tuple[str, ...]:
    """The units of this level that are named anywhere in the text."""
    named = [one for mention in mentions for one in mention.units]
    return tuple(dict.fromkeys(one for one in named if finder.directory.units[one].level is level))
