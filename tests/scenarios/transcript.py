"""The story of one neglected ticket, as the phones show it, printed into the documents.

`python -m tests.scenarios.transcript` plays it in the sandbox world and writes `docs/story.md`; a test holds the document to
what happens today.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from bot.sandbox.platform.model import Content
from handlers.calendar.zone import local
from handlers.directory.directory import Role
from handlers.tickets.wording import day
from nlp.understand import load
from tests.scenarios.house import Backend, found_town
from tests.scenarios.player import Player, Read
from tests.scenarios.stage import START, Stage, opened
from tests.scenarios.words import LAMP

DOCUMENT = Path(__file__).parents[2] / "docs" / "story.md"

_HEAD = """# 一件没人理的事：从第 0 天到办完

下面是沙盒里照着真实的规则和时钟演出来的，一个字没有改。左边是谁的手机，右边是手机上的话；「▶」是本人发的，其余是公众号发来的。
期限是政策表里的默认值：1 个工作日内受理，投诉 5 个工作日内答复；逾期当天黄牌，10 天后红牌，25 天后催办通知单。
这一页由 `python -m tests.scenarios.transcript` 打印，测试会核对。
"""
_SECRET = re.compile(r"查询码 \d{6}")
_ADDRESS = re.compile(r"https://ms\.example/(notice|desk|t)/[\w-]+")
_PAGES = {"notice": "[通知单]", "desk": "[工单页]", "t": "[进度页]"}

FIRST = "已收悉，会尽快处理。"
ANSWER = "您好，和平菜市场门口的路灯今天下午已更换灯头和线缆，今晚起正常亮灯。再有问题请打 0579-8710101 找林涛。"


async def neglected(stage: Stage) -> tuple[Player, ...]:
    """Nobody answers until the 催办通知单; then an answer that mends nothing, 重办 by others, and the last word."""
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", "城管局")
    lin = await stage.official("林涛", "城管局")
    head = await stage.official("钱进", "城管局", Role.LEADER)
    supervisor = await stage.official("何静", "县政府", Role.SUPERVISOR)
    leader = await stage.official("周宁", "县政府", Role.LEADER)
    players = (wang, chen, lin, head, supervisor, leader)
    for player in players:
        player.looks_away()
    stage.step = timedelta(hours=3)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    await stage.later(days=2)
    await wang.says(f"催办 {lamp} 老人晚上摔了一跤")
    await stage.later(days=5, hours=9)
    await wang.says("进度")
    await stage.later(days=10)
    await wang.says(f"催办 {lamp}")
    await stage.later(days=15)
    await wang.says("进度")
    await supervisor.says(f"为何 {lamp}")
    await stage.later(days=2, hours=15)
    await chen.says(f"受理 {lamp}")
    await chen.says(f"答复 {lamp} {FIRST}")
    await chen.says("照发 先告诉市民已报修")
    await stage.later(hours=9)
    await wang.says(f"评价 {lamp} 1")
    await wang.says("没解决，晚上还是黑的")
    await stage.later(hours=15)
    await chen.says(f"答复 {lamp} {ANSWER}")
    await lin.says(f"答复 {lamp} {ANSWER}")
    await lin.says(f"回访 {lamp} 和王女士通了话，说好今天下午换灯头")
    await stage.later(hours=6)
    await lin.says(f"答复 {lamp} {ANSWER}")
    await stage.later(hours=4)
    await wang.says(f"评价 {lamp} 5")
    for words in ("解决了", "说到点上了", "态度好"):
        await wang.says(words)
    for player in players:
        player.looks_away()
    return players


def told(stage: Stage, players: tuple[Player, ...]) -> Iterator[str]:
    """Everything on these phones from the first word of the story on, in order; what several were sent is told once."""
    today = -1
    for (at, mine, words), heard in groupby(_said(stage, players), key=lambda each: each[:3]):
        number = (local(at).date() - local(START).date()).days
        if number != today:
            today = number
            yield f"\n## 第 {number} 天 · {day(at)}\n"
        names = "、".join(name for *_, name in heard)
        quoted = words.replace("\n", "\n  ")
        yield f"- {local(at):%H:%M} **{names}**{' ▶' if mine else ''} {quoted}"


def _said(stage: Stage, players: tuple[Player, ...]) -> list[tuple[datetime, bool, str, str]]:
    """Time, whether their own, words and name. What is sent at one moment leaves in no fixed order: here it is in one."""
    known = sorted(
        (message.id, message.at, message.mine, _words(message.content), player.name)
        for player in players
        for message in stage.world.messages(player.openid)
    )
    begun = next(place for place, (_, _, mine, words, _) in enumerate(known) if mine and words == LAMP)
    ordered: list[tuple[datetime, bool, str, str]] = []
    for mine, together in groupby((each[1:] for each in known[begun:]), key=lambda each: each[1]):
        moment = list(together)
        ordered += moment if mine else sorted(moment)
    return ordered


def _words(content: Content) -> str:
    lines = (line.strip() for line in _SECRET.sub("查询码 ······", Read.of(content)).splitlines())
    shown = "\n".join(line for line in lines if line)
    return _ADDRESS.sub(lambda found: _PAGES[found[1]], shown)


async def written(database: Path, folder: Path) -> str:
    """The document, from a play of its own."""
    await found_town(f"sqlite:///{database}")
    async with opened(Backend(f"sqlite:///{database}"), folder, load()) as stage:
        players = await neglected(stage)
        return _HEAD + "\n".join(told(stage, players)) + "\n"


def main() -> None:
    """Print the document."""
    with tempfile.TemporaryDirectory(prefix="minsheng-story-") as folder:
        text = asyncio.run(written(Path(folder) / "story.db", Path(folder) / "var"))
    DOCUMENT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
