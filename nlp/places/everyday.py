"""Streets and landmarks that every county has, known by their whole name: 学府街, 建设大街, 县医院, 汽车站.

Words of which such names are made are classes of places or deeds elsewhere ("医院", "建设"), and a segmenter cuts them as
such ("五 | 一路"), so that no rule about words tells 学府街 from 这条街. The names stand in the reader's one automaton, where
they cost nothing, and what stands beside them says whether they are meant.

`apart` cuts words anew where the segmenter joins the end of a street's name to what follows: 桂花 | 街上, 黄河 | 大 | 道路 | 灯.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, product, zip_longest

from nlp.places.ranking import PlacePart
from nlp.places.words import PRECISION, PlaceKind
from nlp.text.lexicon import Evidence, Hit, Hits
from nlp.text.segment import Segmentation

SECTION = "everyday"
"""The section of the lexicon."""
_STREET, _SEATED_THERE, _OFFICE, _ONLY, _BESIDE = "street", "seated", "office", "only", "beside"
_BY_SEAT = frozenset({_SEATED_THERE, _OFFICE})

# What streets, squares and estates are named in honour of.
_HONOURS = (
    "建设 胜利 团结 解放 前进 奋进 跃进 进步 振兴 复兴 中兴 开发 发展 创新 创业 富强 富民 惠民 利民 为民 爱民 便民 繁荣 兴旺 昌盛 兴隆 民主 文明 和谐 "
    "和平 幸福 光明 友谊 劳动 平安 健康 康复 革命 爱国 敬业 诚信 友善 自由 平等 公正 法治 拥军 双拥 迎宾 迎春 青年 人民 新华 中山 中华 民族 民生 民权 "
    "打铁 打银 铸钟 织布 染布 卖鱼 卖米 晒谷 共和 红旗 红星 东风 朝阳 向阳 先锋 英雄 光荣 五一 八一 七一 三八 五四 二七 六一 "
    "腾飞 奔腾 启航 跨越 崛起 互助 支援 援建 开放 改革 齐心 同心"
).split()
# What stands in them.
_BUILT = (
    "学府 书院 学院 大学 中学 小学 师范 文化 文化宫 文化馆 体育 体育馆 体育场 体育中心 教育 科技 科学 卫生 医院 人民医院 中医院 图书馆 博物馆 影院 电影院 剧院 "
    "少年宫 敬老院 党校 车站 火车站 汽车站 客运站 高铁 高铁站 站前 机场 港口 码头 渡口 市场 商贸 贸易 物流 工业 农业 林业 水利 交通 运输 邮电 邮政 电信 电力 "
    "电厂 水厂 化工 机械 纺织 钢铁 建材 矿山 煤矿 粮站 粮食 供销社 财政 财政局 税务 税务局 银行 金融 法院 检察院 公安 公安局 环保 消防 气象 气象局 县委 市委 政府 市政府 "
    "县政府 行政 政务 府前 府后 府东 府西 县前 校前 院前 衙前 寺前 庙前 桥前 市府 县府 州府 中心 广场 公园 花园 植物园 动物园 园林 会展 开发区 园区 产业 高新 "
    "经济 生态 旅游 温泉 职教 职业 技术 城区 历史 水库 大桥 外环 内环 东外环 南外环 西外环 北外环 东环 南环 西环 北环 "
    "保险 驾校 果园 菜园 铁路 铁道 公路 老城 幼儿园 技校 桥东 桥西 桥南 桥北 一小 二小 三小 完小 一中 二中 三中 四中"
).split()
_STEMS = (*_HONOURS, *_BUILT)
_SIDES = ("", *"东西南北中")
_TOWNWIDE = ("", *"东西南北中一二三四五六七八九十")
_STREET_ENDS = (
    *(f"{part}路" for part in _TOWNWIDE),
    *(f"{part}{end}" for part, end in product(_SIDES, ("街", "大道", "大街"))),
    "巷", "胡同",
)  # fmt: skip
# What follows where 路, 街, 巷 or 大道 is only the beginning of a word, or a way taken rather than a street.
# Search: 路灯 | 街道 | 一路走
# Not: 路口 | 灯光
_GOES_ON = re.compile(
    r"(?<=路)[灯面障况牌政虎桩基由过人线网径费途程子远数遇演透缘]|(?<=街)[道区舞景坊拍]|(?<=巷)[道战]|(?<=大道)理|(?<=馆)[长员]"
    r"|(?<=一路)[走来辛艰坎向狂飞高绿跟护相陪]"
)
_SCHOOLING = re.compile(r"(?<=[上去到回来读往])(?:大学|中学|小学|医院|车站|市场|公园)路[上远太要很]")

_ESTATE_ENDS = "小区 社区 新村 花园 广场 公园 市场 桥 大桥 里".split()
"""Beside a name in honour these are a place where they stand like one: "胜利广场门口", but not "应当建设公园"."""
_DEEDS = frozenset("建设 开发 发展 振兴 创新 支援 援建 改革 开放 便民 爱民 文明 和谐".split())
_MADE = frozenset("小区 社区 广场 公园 市场 桥 大桥".split())
"""With a deed before them something to be done ("建设公园要花多少钱", "创建文明社区") unless somebody stands beside them."""
_SQUARES = "文化广场 中心广场 体育公园 中心公园 学府小区 学府花园 医院小区 文化小区 工业新村".split()

_SEATS = "县 市 区 镇 乡 州".split()
_SEATED = (
    "医院 人民医院 第一人民医院 第二人民医院 第三人民医院 中医院 妇幼保健院 妇幼 中心医院 一中 二中 三中 四中 五中 六中 实验小学 实验中学 实验幼儿园 幼儿园 "
    "第一中学 第二中学 第三中学 第四中学 职中 职高 汽车站 火车站 客运站 体育馆 体育场 体育中心 文化宫 文化馆 图书馆 博物馆 少年宫 电影院 政务服务中心 政务中心 行政服务中心 "
    "便民服务中心 卫生院 福利院 敬老院 农贸市场 殡仪馆 疾控中心"
).split()
_OFFICES = (
    "政府 委 人民政府 法院 人民法院 检察院 公安局 财政局 教育局 民政局 税务局 住建局 交通局 卫健局 人社局 城管局"
).split()
# Of which a town has one, so that the word alone tells which; the offices among them only as something to stand before.
_OF_THE_TOWN = (
    "汽车站 长途汽车站 火车站 高铁站 客运站 体育馆 体育场 体育中心 文化宫 文化馆 图书馆 博物馆 少年宫 青少年宫 电影院 政务服务中心 政务中心 行政服务中心 便民服务中心 行政中心 "
    "妇幼保健院 人民医院 中医院 中心医院 人民公园 人民广场 实验小学 实验中学 中心小学 第一中学 第二中学 第三中学 第四中学 烈士陵园 殡仪馆 步行街 十字街 老街 新街 前街 后街 正街 横街 商业街 美食街"
).split()
_TO_STAND_BEFORE = (
    "一中 二中 三中 四中 五中 六中 派出所 法院 检察院 公安局 税务局 交警队 交警大队 农贸市场 菜市场 小吃街 敬老院 福利院 卫生院 邮局 新华书店 百货大楼 供销社 党校"
).split()
# Search: 门口 | 斜对面 | 街12号
# Not: 窗口 | 12号
_LOCATED = re.compile(
    r"的?(?:[大正前后侧东西南北]?门(?:口|前|外|旁|边)|[大前后正侧东西南北]门|[东西南北前后外里侧旁][侧面边]|旁|边上|斜?对面|附近|周边|周围|隔壁|楼下|广场|(?:十字)?路口|拐角|大?院[内里子]|大院|站台|停车场|公交站)"
    r"|(?<=街)(?:[上口里头]|[ ]?\d{1,4}[ ]?号)"
    r"|(?<=桥)[上下头]"
)
_LED_IN = re.compile(r"(?:^|[\s,。;!?:、在住到从]|[昨今前]天|[昨今]晚|现在|最近|[我咱]们)$")
_COUNTED = frozenset("全各本我该每外贵跨两个家座所间某多几条这那级省和及或与")
_ENDS_A_WORD = frozenset("城小社园景片校辖郊地厂矿林山灾疫湾专集古超都门夜菜楼股上家老返下回")
"""What makes 县, 市, 区, 镇 or 乡 the end of another word: "小区幼儿园", "城镇医院"."""
_LOW = 2.2
"""The precision of a class of places of which a town has one: more than a region, less than any name."""


def names() -> Iterator[tuple[str, Evidence]]:
    """Every name with what it is, for the lexicon; some five thousand."""
    for name in map("".join, product(_STEMS, _STREET_ENDS)):
        yield name, Evidence(SECTION, _STREET, PlaceKind.ROAD, PRECISION[PlaceKind.ROAD])
    for stem, end in product(_HONOURS, _ESTATE_ENDS):
        name, group = stem + end, _BESIDE if stem in _DEEDS and end in _MADE else _ONLY
        yield name, Evidence(SECTION, group, _kind(name), PRECISION[_kind(name)])
    for name in _SQUARES:
        yield name, Evidence(SECTION, _ONLY, _kind(name), PRECISION[_kind(name)])
    for name in map("".join, product(_SEATS, _SEATED)):
        yield name, Evidence(SECTION, _SEATED_THERE, _kind(name), PRECISION[_kind(name)])
    for name in map("".join, product(_SEATS, _OFFICES)):
        yield name, Evidence(SECTION, _OFFICE, _kind(name), _LOW)
    for group, given in ((_ONLY, _OF_THE_TOWN), (_BESIDE, _TO_STAND_BEFORE)):
        for name in given:
            yield name, Evidence(SECTION, group, _kind(name), _LOW)


def _kind(name: str) -> PlaceKind:
    """What sort of landmark the name ends like."""
    for ends, kind in _KINDS:
        if name.endswith(ends):
            return kind
    return PlaceKind.LANDMARK


_KINDS = (
    (("医院", "妇幼", "保健院", "卫生院", "敬老院", "疾控中心"), PlaceKind.HOSPITAL),
    (("中学", "小学", "幼儿园", "一中", "二中", "三中", "四中", "五中", "六中", "职中", "职高"), PlaceKind.SCHOOL),
    (("车站", "高铁站", "客运站"), PlaceKind.STATION),
    (("街",), PlaceKind.ROAD),
    (("小区", "新村", "花园", "里"), PlaceKind.COMPOUND),
    (("社区",), PlaceKind.VILLAGE),
)


def everyday(text: str, hits: Hits) -> list[PlacePart]:
    """The streets and landmarks of everyday names, the longest where they overlap; house numbers are not yet read."""
    if SECTION not in hits:
        return []
    meant = [hit for hit in hits[SECTION] if (_is_street if _row(hit).group == _STREET else _is_landmark)(text, hit)]
    return [_part(hit) for hit in _longest(meant)]


def _row(hit: Hit) -> Evidence:
    return next(row for row in hit.evidence if row.section == SECTION)


def _part(hit: Hit) -> PlacePart:
    row = _row(hit)
    return PlacePart(hit.start, hit.end, PlaceKind(row.part), row.weight)


def _longest(hits: list[Hit]) -> Iterator[Hit]:
    """Without those inside another; "县医院" and "医院路" are both kept and become one place."""
    after = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > after:
            after = hit.end
            yield hit


def _is_street(text: str, hit: Hit) -> bool:
    """Whether the last character is the name's and not the next word's: "医院路" but not "医院路灯"."""
    return not (_GOES_ON.match(text, hit.end) or _SCHOOLING.match(text, hit.start))


def _is_landmark(text: str, hit: Hit) -> bool:
    """Whether the landmark is the town's own: "县医院", "汽车站门口", but not "各县医院" and "派出所不管"."""
    group = _row(hit).group
    before = text[hit.start - 1 : hit.start]
    if before in _COUNTED or (group in _BY_SEAT and before in _ENDS_A_WORD) or _GOES_ON.match(text, hit.end):
        return False
    if group == _SEATED_THERE or _LOCATED.match(text, hit.end):
        return True
    return group == _ONLY and _LED_IN.search(text, max(0, hit.start - 2), hit.start) is not None


_ON = frozenset("路上 街上 巷上 街有 巷有 路有".split())
_AT_A_STREET = frozenset("路边 街边 巷边 路旁 街旁 路面 街面 街头 巷里 街里 路段".split())
_LAMP = "道路"
_HOUSE = "号路"
_SEAMS = _ON | _AT_A_STREET | {_LAMP, _HOUSE}
_PROPER_TAGS = frozenset("nr ns nz nt nrt nrfg j".split())
_ENDS = frozenset("路街巷道段")


def apart(words: Segmentation) -> Segmentation:
    """The same words, those of streets cut where the name ends."""
    if _SEAMS.isdisjoint(words.words):
        return words
    made: list[tuple[str, str]] = []
    pairs = list(zip(words.words, words.tags, strict=True))
    for (word, tag), (after, _) in zip_longest(pairs, pairs[1:], fillvalue=("", "")):
        before, its = made[-1] if made else ("", "")
        if (
            before
            and before[-1] not in _ENDS
            and (word in _ON or (word in _AT_A_STREET and _is_name(before, its, after)))
        ):
            made += [(word[:-1], "n"), (word[-1], "f")]
        elif word == _LAMP and before.endswith("大") and after.startswith("灯"):
            made[-1:] = [(before[:-1], its)] if len(before) > 1 else []
            made += [("大道", "n"), ("路", "n")]
        elif word == _HOUSE and after.startswith("灯"):
            made += [("号", "m"), ("路", "n")]
        else:
            made.append((word, tag))
    cut, tags = zip(*made, strict=True)
    return Segmentation(cut, tags, tuple(accumulate(map(len, cut), initial=0)))


def _is_name(before: str, tag: str, after: str) -> bool:
    """Whether the word before is a street's rather than what lies at any road: "桂花路边", "园丁路边上", but not "水泥路面"."""
    return tag in _PROPER_TAGS or (after == "上" and tag == "n" and len(before) > 1)
