"""Places named in a message: exact substrings, best first.

A place is a run of adjacent parts, "岳麓区" + "梅溪湖街道" + "东方红路12号" + "阳光花园": divisions known by name, and words that end
like roads, compounds, schools, crossings or landmarks together with the name before them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from operator import attrgetter

from msgspec import Struct

from nlp.divisions import Divisions
from nlp.lexicon import Hits
from nlp.normalize import Folded
from nlp.segment import Words


class PlaceKind(StrEnum):
    """What sort of place the most precise part of a span is."""

    REGION = "region"
    ROAD = "road"
    CROSSING = "crossing"
    COMPOUND = "compound"
    VILLAGE = "village"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    STATION = "station"
    LANDMARK = "landmark"


class Place(Struct, frozen=True):
    """A place at [start, end) of the given text, whose exact substring is `text`.

    `region` is the code of the division it lies in where the message or the service's home decides it, else None.
    """

    text: str
    start: int
    end: int
    region: str | None
    kind: PlaceKind


class _Part(Struct, frozen=True, gc=False):
    start: int
    end: int
    kind: PlaceKind
    precision: float
    division: str = ""


_PRECISION = {
    PlaceKind.CROSSING: 6.0,
    PlaceKind.COMPOUND: 6.0,
    PlaceKind.ROAD: 5.0,
    PlaceKind.SCHOOL: 5.0,
    PlaceKind.HOSPITAL: 5.0,
    PlaceKind.STATION: 4.5,
    PlaceKind.VILLAGE: 4.0,
    PlaceKind.LANDMARK: 3.5,
    PlaceKind.REGION: 2.0,
}
_REGION = _PRECISION[PlaceKind.REGION]
_precision = attrgetter("precision")

# Endings of place names, the longest tried first; the kinds' precision decides which span is the best.
_ENDINGS: dict[str, tuple[PlaceKind, float]] = {
    ending: (kind, _PRECISION[kind])
    for kind, endings in {
        PlaceKind.ROAD: "路 街 大道 大街 巷 弄 胡同 高速 公路 国道 省道 县道 高架 辅道 环线 道 里弄 支路 东路 西路 南路 北路 中路 步行街 快速路",
        PlaceKind.CROSSING: "路口 交叉口 十字路口 交汇处 交界处 丁字路口 岔路口 转盘 立交桥 立交 巷口 街口",
        PlaceKind.COMPOUND: "小区 花园 苑 花苑 公寓 新村 家园 山庄 豪庭 名都 府 城 湾 嘉园 佳苑 名苑 雅苑 新城 公馆 华府 名城 "
        "名邸 别墅 花城 庄园 大院 家属院 宿舍 宿舍区 楼盘 世家 丽景 豪园 雅园 名园 御景 首府 安置区 棚户区 家属区 学府 庭 栋 里 国际 华庭 苑小区 家苑",
        PlaceKind.VILLAGE: "村 组 屯 寨 社区 居委会 村委会 庄 自然村 行政村 林场 农场 镇 乡 街道 街道办 街道办事处 镇政府 乡政府 派出所 管委会 开发区 工业园 产业园 科技园 园区",
        PlaceKind.SCHOOL: "学校 小学 中学 大学 学院 幼儿园 一中 二中 三中 四中 五中 六中 七中 八中 九中 高中 初中 附中 附小 职高 技校 驾校 师大 实验小学 分校",
        PlaceKind.HOSPITAL: "医院 卫生院 卫生室 诊所 妇幼保健院 附属医院 人民医院 中医院 卫生服务中心 药店 敬老院 养老院",
        PlaceKind.STATION: "站 车站 地铁站 火车站 公交站 高铁站 汽车站 客运站 加油站 收费站 服务区 机场 码头 地铁口 号线",
        PlaceKind.LANDMARK: "公园 广场 大厦 商场 市场 菜市场 农贸市场 超市 桥 大桥 隧道 水库 河 江 湖 山 景区 工地 酒店 宾馆 写字楼 大楼 购物中心 "
        "万达 体育馆 体育场 图书馆 博物馆 影院 银行 工厂 化工厂 厂 公司 公共厕所 停车场 政务中心 办事大厅 法院 湿地 渠 港 塘 天桥 中心 百货 商城 商业街 寺 陵园",
    }.items()
    for ending in endings.split()
}
_BY_LAST = {
    last: tuple(sorted((ending for ending in _ENDINGS if ending[-1] == last), key=len, reverse=True))
    for last in {ending[-1] for ending in _ENDINGS}
}
# Words that end like a place and are none, or any place: they may not stand alone as a name.
_GENERIC = frozenset(
    "小区 新小区 老小区 本小区 学校 小学 中学 大学 学院 幼儿园 高中 初中 医院 公园 广场 商场 市场 超市 公司 工厂 工地 马路 道路 公路 高速 高速公路 大街 街 路 街道 社区 "
    "村 组 农村 乡村 本村 全村 新村 城 城市 全城 同城 进城 河 江 湖 山 上山 河道 通道 人行道 盲道 车道 消防通道 地下通道 非机动车道 机动车道 管道 渠道 频道 下水道 知道 轨道 报道 "
    "跑道 便道 楼道 味道 街道办 街道办事处 居委会 村委会 村组 小组 班组 路口 巷口 街口 十字路口 转盘 站 车站 公交站 地铁站 火车站 加油站 收费站 网站 垃圾站 里 家里 公里 那里 这里 "
    "哪里 手里 心里 夜里 城里 村里 镇里 区里 市里 县里 屋里 厂里 校里 店里 水里 嘴里 眼里 县城 商城 房里 府 政府 市政府 县政府 区政府 镇政府 乡政府 区域 院 大院 法院 银行 影院 厂 化工厂 "
    "停车场 菜市场 农贸市场 酒店 宾馆 饭店 大楼 大厦 写字楼 养老院 敬老院 诊所 药店 派出所 管委会 宿舍 家属院 别墅 公寓 楼盘 家园 花园 国际 港 中心 市中心 服务中心 县道 国道 省道 乡道 "
    "公里 一栋 栋 几栋 每栋 这栋 整栋 庭 家庭 法庭 开庭 桥 隧道 天桥 水库 机场 码头 卫生院 卫生室 新城 出路 线路 电路 铁路 思路 一路 半路 走路 修路 道 支路 网路 回路 带路 同路 铺路 "
    "支付宝 房山 大学城 开发区 工业园 产业园 科技园 园区 景区 体育馆 体育场 图书馆 博物馆 山庄 家乡 城乡 老乡 下乡 返乡 乡 镇 乡镇 城镇 集镇 村镇 分公司 总公司 物业公司 百货 湾 渠 塘 寺 "
    "驾校 初高中 职高 技校 服务区 号线 停车站 沿街 逛街 上街 临街 整条街 商业街 步行街 夜市街 辅道 环线 地铁口 公交车站 立交 楼里 这条路 那条路 一条路 条路 弄 巷 小巷 庄 屯 寨 组 安置区 棚户区 分校 我校 "
    "该校 本校 购物中心 社区服务中心 政务中心 办事大厅 公共厕所 换届 重组 车里 院里 包里 群里 单里 小区里 社会 社团 进村 公山 土地 东路 西路 南路 北路 中路".split()
)  # fmt: skip
# Parts of speech that a name may be made of; words that end the walk to the left although tagged like a name.
_NAME_TAGS = frozenset(
    "n nr ns nt nz nrt nrfg j m a b s f eng vn v x t i l g ng ag an ad tg mq z q h k y d p vg zg dg".split()
)  # fmt: skip
_STOPS = frozenset(
    "在 到 从 去 往 向 经 由 对 把 被 让 给 跟 与 和 同 及 或 的 地 得 是 为 有 没 没有 无 不 我 你 他 她 我们 你们 他们 咱们 大家 本 本人 该 这 那 此 某 各 每 整个 全 所有 其他 其它 几个 很多 许多 多个 "
    "位于 住 住在 家住 坐落 坐落于 来自 就 都 也 还 又 再 很 太 了 着 过 吗 呢 啊 吧 请 请问 问 咨询 投诉 反映 举报 建议 求助 希望 关于 附近 旁边 对面 旁 边 里 上 下 内 外 前 后 中 之间 "
    "领导 书记 市长 县长 区长 局长 镇长 您好 你好 尊敬 业主 居民 村民 市民 家长 学生 老师 职工 员工 名 一名 个 一个 条 家 一家 位 一位 户 号 因为 由于 如果 但是 现在 目前 近期 最近 今年 去年 昨天 今天 每天 "
    "晚上 凌晨 早上 下午 上午 中午 傍晚 周末 夜间 夜晚 早晨 清晨 深夜 半夜 白天 平时 当时 刚才 今晚 昨晚 今早 明天 前天 后天 以前 之后 后来 当年 明年 前年 年底 年初 本月 上月 月底 月份 现今 高峰 高峰期 假期 节假日 过节 春节 国庆 暑假 寒假 夏天 冬天 春天 秋天 时候 同时 随后 走 开 建 修 建设 修建 新建 施工 走到 路过 经过 进入 进 出 通往 前往 开往 导致 造成 影响 违规 违法 非法 强烈要求 要求 恳请 使用 至 能 会 要 想 可以 应该 说 看 看到 发现 买 购买 租 租住 "
    "入住 居住 居住在 就读 就读于 读 上班 工作 就职 任职 在职 毕业 毕业于 属于 属 等 并 以 以及 而 且 但 却 只 才 刚 已 已经 正在 将 将要 于 自 自从 沿 沿着 靠近 紧邻 紧挨 临近 毗邻 拐进 转 左转 右转 处 有人 "
    "有个 有一 投诉人 市 区 县 整治 改造 改 增设 设 设立 为什么 何时 什么时候 关闭 取缔 查处 请求 期盼 盼 求 谁 哪 哪个 两个 三个 几 多 大 小 老 新 好 坏 旧 所在 附属 公安 感谢 表扬 点赞 对应 借道 边上 房屋 前期 此 正品 高品质 当前".split()
)  # fmt: skip
# Endings that make no name whatever stands before them: "生命救援通道", "必经之路".
_NEVER = frozenset(
    "通道 消防通道 道路 人行道 车道 楼道 渠道 管道 干道 主干道 家里 这里 那里 哪里 公里 手里 心里 夜里 屋里 城里 村里 群里 有限公司 物业公司 分公司 总公司 楼栋 村镇 乡镇 城镇 之路 占道 街道办 非机动车道 机动车道 道 村民小组 必经之路 成山 堆成山 如山 堆积如山".split()
)
# What people say after a name though it is a class of places: "幸福里小区", "望江路地铁站", "建设街路口".
_EXTENDING = frozenset(
    "小区 社区 路口 巷口 街口 十字路口 交叉口 地铁站 公交站 车站 火车站 收费站 加油站 服务区 辅道 步行街 商业街 高架 大桥 隧道 天桥 立交桥 花园 公寓 家园 新村 家属院 宿舍 大厦 大楼 写字楼 "
    "广场 公园 商场 市场 菜市场 农贸市场 超市 学校 小学 中学 幼儿园 大学 学院 医院 卫生院 派出所 居委会 村委会 街道办 街道办事处 酒店 银行 体育馆 体育场 图书馆 停车场 养老院 敬老院 工业园 开发区".split()
)
# Names whose first word would otherwise end the walk to the left.
_WHOLE = frozenset({"市民广场", "市民中心", "市民公园", "老火车站", "老汽车站", "建设路", "建设街", "建设大道"})
_DOTS = frozenset("·•")
# Parts of speech that a name is made of only in words of one character, and classes of places that names do contain.
_LOOSE_TAGS = frozenset({"v", "d", "p", "y", "q", "ad"})
_TELLING = frozenset({"大学城", "开发区", "新城", "国际"})
_LONGEST_NAME = 12
_TAIL = re.compile(
    r"(?:[ ]?(?:\d{1,5}|[a-z]\d{0,3}|[一二三四五六七八九十百]{1,4})[ ]?(?:号院|号楼|号线|号|弄|栋|幢|座|期|单元|楼|室|户|组|号门|号地块|区)(?:(?:附|之)\d+号?)?){1,4}(?:附近|旁边|对面)?"
    r"|(?:东|西|南|北)?段(?!时)"
)
_CROSS_END = re.compile(r"(?:的)?(?:十字路口|丁字路口|交叉路口|交叉口|交汇处|交界处|路口|立交|拐角)")
_MASKED = re.compile(r"(?:[a-z西]\d{0,3}(?:地?省|市|区|县|镇|乡|街道|村|小区))+")
_HIGHWAY = re.compile(
    r"(?<![a-z\d])[gsx]\d{2,4}(?!\d)(?:国道|省道|高速|县道)?|\d{3}(?:国道|省道)|(?:地铁)?\d{1,2}号线(?:[^,。;!? ]{1,6}站)?"
)
# What is looked for, and the cheap signs that it may be there.
_WRITTEN = (
    (re.compile("[a-z西][\\d地省市区县镇乡街村小]"), _MASKED, PlaceKind.REGION),
    (re.compile(r"[gsx]\d\d|\d(?:国道|省道|号线)"), _HIGHWAY, PlaceKind.ROAD),
)
_MOST = 5
_POSITION = 0.004


class PlaceFinder:
    """Finds places with one table of divisions. `home` is the code of the region that the service belongs to."""

    def __init__(self, divisions: Divisions, home: str = "") -> None:
        """Take the divisions and the home region."""
        self._divisions = divisions
        self._home = home

    def find(self, given: str, folded: Folded, words: Words, hits: Hits) -> tuple[Place, ...]:
        """At most five places of the given text, best first."""
        text = folded.text
        regions = self._regions(text, hits)
        parts = [*regions, *_named(text, words, regions)]
        for signs, pattern, kind in _WRITTEN:
            if signs.search(text):
                parts += [_Part(*match.span(), kind, _PRECISION[kind]) for match in pattern.finditer(text)]
        runs = _runs(text, parts)
        names = [part.division for part in parts if part.division]
        ranked = sorted(runs, key=lambda run: -_worth(run))
        found: dict[str, Place] = {}
        for run in ranked:
            start, end = folded.span(run[0].start, max(part.end for part in run))
            quoted = given[start:end]
            if quoted not in found:
                found[quoted] = Place(quoted, start, end, self._region(run, names), _kind(run))
        return tuple(found.values())[:_MOST]

    def _regions(self, text: str, hits: Hits) -> list[_Part]:
        """Division names, the longest where they overlap."""
        named = sorted(hits["name"], key=lambda hit: (hit.start, -hit.end))
        parts: list[_Part] = []
        after = 0
        for hit in named:
            if hit.start >= after:
                parts.append(_Part(hit.start, hit.end, PlaceKind.REGION, _REGION, hit.word))
                after = hit.end
        return [part for part in parts if len(part.division) > 2 or not _inside_word(text, part)]

    def _region(self, run: Sequence[_Part], names: Sequence[str]) -> str | None:
        codes = [
            code
            for part in run
            if part.division and (code := self._divisions.resolve(part.division, names, self._home))
        ]
        return max(codes, key=len) if codes else None


def _inside_word(text: str, part: _Part) -> bool:
    """Whether a short name ("长沙", "海南") is only the beginning of a road's or a company's name: "长沙路"."""
    return text[part.end : part.end + 1] in {"路", "街", "道", "巷", "大", "银"}


def _named(text: str, words: Words, regions: Sequence[_Part]) -> list[_Part]:
    """Words that end like a place, with the name before them and the number after them."""
    parts = []
    # A short region may be the beginning of a name: "丽江花园".
    borders = {part.end for part in regions if part.end - part.start > 2}
    named_until = -1
    starts = words.starts
    for index, word in enumerate(words.words):
        endings = _BY_LAST.get(word[-1])
        if endings is None or word in _NEVER:
            continue
        ending = next(filter(word.endswith, endings), None)
        if ending is None:
            continue
        kind, precision = _ENDINGS[ending]
        end = starts[index + 1]
        start = _leftmost(words, index, borders)
        name = text[start:end]
        extends = starts[index] == named_until and word in _EXTENDING
        if not extends and (name in _GENERIC or len(name) <= 1 or name.isdigit()):
            continue
        named_until = _after(text, end, kind)
        parts.append(_Part(starts[index] if extends else start, named_until, kind, precision))
    return parts


def _leftmost(words: Words, index: int, borders: set[int]) -> int:
    """Where the name begins that ends with this word: to the left over words that names are made of."""
    last = words.words[index]
    start, end = words.starts[index], words.starts[index + 1]
    if len(last) >= 3 and last not in _GENERIC:
        return start
    if index and words.words[index - 1] + last in _WHOLE:
        return words.starts[index - 1]
    for place in range(index - 1, max(0, index - 5) - 1, -1):
        word, tag, begins = words.words[place], words.tags[place], words.starts[place]
        if word in _DOTS:
            continue
        if start in borders or word in _STOPS or end - begins > _LONGEST_NAME:
            break
        if tag not in _NAME_TAGS or not word[0].isalnum() or (tag == "t" and word[0].isdigit()):
            break
        if tag in _LOOSE_TAGS and len(word) > 1:
            break
        if word in _GENERIC and word not in _TELLING:
            break
        start = begins
    return start


def _after(text: str, end: int, kind: PlaceKind) -> int:
    """Past the house number, and past the second road of a crossing."""
    tail = _TAIL.match(text, end)
    if tail:
        return tail.end()
    if kind is PlaceKind.ROAD:
        crossing = _CROSS_END.match(text, end)
        if crossing:
            return crossing.end()
    return end


def _runs(text: str, parts: list[_Part]) -> list[list[_Part]]:
    """Adjacent and overlapping parts as one place; two roads joined by 与 as one crossing."""
    runs: list[list[_Part]] = []
    end = -1
    for part in sorted(parts, key=lambda part: (part.start, -part.end)):
        gap = text[end : part.start] if runs and part.start >= end else ""
        joined = runs and (part.start <= end or gap in {"的", "-", " "} or _crossing(text, end, part, runs[-1]))
        if joined and part.end - runs[-1][0].start <= 40:
            runs[-1].append(part)
        else:
            runs.append([part])
            end = -1
        end = max(end, part.end)
    return runs


def _crossing(text: str, end: int, part: _Part, run: Sequence[_Part]) -> bool:
    if (
        part.start - end != 1
        or run[-1].kind is not PlaceKind.ROAD
        or part.kind not in {PlaceKind.ROAD, PlaceKind.CROSSING}
    ):
        return False
    return text[end] in "与和跟及、到-"


def _kind(run: Sequence[_Part]) -> PlaceKind:
    if sum(part.kind is PlaceKind.ROAD for part in run) > 1 and run[0].end < run[-1].start:
        return PlaceKind.CROSSING
    return max(run, key=_precision).kind


def _worth(run: Sequence[_Part]) -> float:
    """How well the run says where: its most precise part, a little for every other, a little for coming early."""
    best = max(part.precision for part in run)
    return best + 0.8 * min(len(run) - 1, 3) - _POSITION * min(run[0].start, 400)
