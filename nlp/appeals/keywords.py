"""Keywords a person would choose: civic words first, then rare nouns and verbs, in the order they appear."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from nlp.text.lexicon import Hits
from nlp.text.segment import Segmentation

MOST = 8
_KEPT = frozenset({"n", "nz", "vn", "v", "j", "nt", "l", "an", "nrt"})
_EMPTY = frozenset(
    "领导 尊敬 您好 你好 问题 情况 时候 时间 现在 有关 部门 有关部门 相关部门 希望 反映 反应 请问 请求 投诉 建议 咨询 举报 解决 处理 进行 没有 可以 需要 应该 要求 已经 知道 认为 造成 影响 严重 "
    "市长 书记 县长 区长 政府 我们 他们 大家 业主 居民 市民 村民 群众 老百姓 百姓 本人 个人 有人 回复 答复 谢谢 感谢 导致 存在 发现 出现 告知 告诉 表示 觉得 感觉 东西 地方 事情 方面 开始 "
    "能够 不能 不会 是否 如何 怎么 怎么办 为什么 什么 为何 出来 起来 下来 一下 一直 具体 以上 以下 关注 重视 百忙之中 抽出 尽快 恳请 予以 给予 到底 电话 先生 女士 小区 不是 就是 还有 还是 来信 抽空 "
    "生活 工作 人员 通过 提供 目前 信息 家里 孩子 老人 厅长 局长 省长 镇长 村长 主任 支书 贵局 贵单位 领导人 上级领导 上级部门 政府部门 人民政府 市政府 县政府 区政府 省政府 镇政府 市委 县委 区委 市委市政府 管理部门 主管部门 职能部门 "
    "小孩 家长 住户 住在 家住 全家 家人 当地人 百姓们 全体 有人说 网友 大背景 国家 社会 全国 全省 全市 全县 全镇 全村 全区 每天 每天晚上 天天 年年 期间 月份 日期 年底 今年 去年 明年 近期 最近 长期 多次 多年 几年 多人 "
    "情况严重 解决问题 调查核实 核实 查实 调查 落实 任何理由 全然不顾 照常进行 有没有 不了 听说 听闻 据说 距离 内容 事实 原因 理由 方式 结果 过程 超过 加大 加快 力度 步伐 有损 期盼 进展 沦为 名叫 放置 附件 对面 附近 旁边 周边 一楼 二楼 楼上 楼下 "
    "管一管 管管 看到 看看 听到 得到 达到 收到 接到 找到 拿到 用到 说到 做到 变成 成为 属于 使用 包括 所有 任何 相关 情形 有效 合理 明确 表明 说明 证明 所在 位置 所在位置 下面 上面 里面 外面 前面 后面 左右 中间 期待 希望能 "
    "发生 引起 继续 保证 保障 加强 采取 措施 作出 实际 事实上 事实证明 问政 平台 本来 由于 因此 所以 但是 而且 如果 虽然 或者 以及 身边 心里 手里 眼里 世界 人们 对方 双方 自身 大量 部分 全部 整个 公司 单位 人家 朋友 同学 老板 无动于衷 置若罔闻 视而不见 "
    "不知情 没人管 没人 无人 走不动 受不了 想要 打算 准备 希望领导 看待 敬礼 此致 盼复 辛苦 打扰 祝您 祝愿 身体健康 万事如意 工作顺利 阖家幸福 期盼已久 "
    "能否 对人 更让人 村里 县里 镇里 市里 厂里 不到 未能 受到 帮助 费心 费力 爸妈 父母 妻子 儿子 女儿 出面 打电话 麻烦 没法 回答 一事 了解 确定 支持 无法 到达 经历 对应 主持公道 好事 得不到 经常出现 经常性 精神 时间段 工作日 余人 我司 必不可少 基本 老家".split()
)
_FRAGMENT_BEGINS = frozenset("县市省区镇乡村及和与的了在")
"""An unlisted word that begins so is the rest of a name, cut wrongly."""
_AUXILIARY = frozenset("一不只未已现没再刚正仍还都才就可能会应该要想去来给被让把请做弄搞")
"""A verb that begins so says when or whether rather than what: "未到", "只发", "想要"."""
_COUNTING, _COUNTED = frozenset("几数上百千万两多"), frozenset("人户次个家年天")
_UNKNOWN_IDF = 8.0
"""A word that is in no dictionary is as often cut wrongly as it is rare."""
_HEAD = 40
_SAID_FIRST, _SAID_LATER = 14.0, 9.0
"""A civic word weighs as much as a rare noun, more within the first characters."""
_NOUN, _VERB = 0.9, 0.6
_start = attrgetter("start")


def read_idf(path: Path) -> dict[str, float]:
    """How rare words are: one `word idf` a line. A word that is not listed is rarer than all of them."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {word: float(idf) for word, idf in lines}


def keywords(
    words: Segmentation, hits: Hits, idf: Mapping[str, float], avoid: Iterable[tuple[int, int]], length: int
) -> tuple[str, ...]:
    """At most eight words of the folded text of `length`; those that touch the spans `avoid` are left out."""
    taken = bytearray(length)
    for start, end in avoid:
        taken[start:end] = b"\1" * (end - start)
    worth: dict[str, float] = {}
    first: dict[str, int] = {}
    furthest = 0
    civic = [hit for hit in hits["civic"] if len(hit.word) > 1 and hit.evidence[0].weight >= 2]
    # They come in order of their end; of those that start together the longest goes first.
    civic.reverse()
    for hit in sorted(civic, key=_start):
        word, start, end = hit.word, hit.start, hit.end
        if end <= furthest or word in _EMPTY or taken.find(1, start, end) >= 0:
            continue
        furthest = end
        worth[word] = worth.get(word, 0.0) + (_SAID_FIRST if start < _HEAD else _SAID_LATER)
        first.setdefault(word, start)
        taken[start:end] = b"\2" * (end - start)
    avoided = set()
    for word, tag, start in zip(words.words, words.tags, words.starts, strict=False):
        if tag not in _KEPT or len(word) < 2 or word in _EMPTY:
            continue
        mark = taken[start] or taken[start + len(word) - 1]
        if mark:
            if mark == 1:
                avoided.add(word)
            continue
        worth[word] = worth.get(word, 0.0) + idf.get(word, _UNKNOWN_IDF) * (_VERB if tag == "v" else _NOUN)
        first.setdefault(word, start)
    return _chosen(worth, first, idf, avoided)


def _chosen(
    worth: Mapping[str, float], first: Mapping[str, int], idf: Mapping[str, float], avoided: Container[str]
) -> tuple[str, ...]:
    """The best words in the order they appear, none of which is a part of another or of what is avoided."""
    best: list[str] = []
    told = ""
    for word in sorted(worth, key=worth.__getitem__, reverse=True):
        if word in avoided or word in told or _odd(word, idf):
            continue
        best.append(word)
        told += f" {word}"
        if len(best) == MOST:
            break
    return tuple(sorted(best, key=first.__getitem__))


def _odd(word: str, idf: Mapping[str, float]) -> bool:
    """Whether nobody would choose this word: a number of people, a verb that only says whether, the rest of a name."""
    begins = word[0]
    if begins in _COUNTING and word[-1] in _COUNTED:
        return True
    return word not in idf and (begins in _FRAGMENT_BEGINS or begins in _AUXILIARY)
