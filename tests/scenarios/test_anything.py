"""Two citizens and three officials do anything at all: the books always balance, and nobody ever meets a failure."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from bot.sandbox.platform.callbacks import OUT_OF_ORDER
from handlers.directory.directory import Role
from nlp.understand import Reader
from tests.scenarios.house import Backend
from tests.scenarios.player import Player
from tests.scenarios.stage import Stage, opened
from tests.scenarios.words import BINS, LAMP, LIFT, SHELTER, photo

APOLOGY = "处理时出了差错"

SAYINGS = (
    LAMP, BINS, LIFT, SHELTER, "路灯坏了好几天了，没人修", "解放路18号", "家里煤气味好大，怎么办", "你好", "谢谢", "",
    "幸福里小区门口的路灯不亮。另外我想问一下，新生儿落户要带什么材料？", "给县长：滨河路的公交站台没有雨棚，下雨天没处躲",
    "不是解放路，是五一路", "是咨询不是投诉", "根本没修，还是黑的", "还有小区门口的垃圾也好几天没人收了", "😡", "x" * 3000,
    "进度", "我的", "催办", "评价", "评价 1", "评价 5 谢谢", "撤回", "补充", "补充 昨晚又黑了", "没解决", "公开", "署名", "王女士",
    "匿名不公开", "取消", "继续", "是", "不要", "2", "跳过", "分开报", "人工", "帮助", "附议", "查 {n}", "催办 {n}", "评价 {n} 2 不好",
    "撤回 {n}", "补充 {n} 门牌是12号", "公开 {n}", "待办", "受理 {n}", "]]><xml>", "{n}",
)  # fmt: skip

ORDERS = (
    "待办", "更多", "查看 {n}", "查看", "受理 {n}", "受理", "转办 {n} 城管局 归城管", "转办 {n} 住建局", "转办 {n} 澄江市", "转办 {n} 住监局",
    "退回 {n} 不归我们", "询问 {n} 灯杆编号是多少？", "现场 {n} 抢修车已到", "延期 {n} 3天 等配件", "延期 {n} 99 等配件", "答复 {n} 灯已换好。",
    "答复", "办结 {n}", "办结 {n} 都办完了", "备注 {n} 约了明早", "协办 {n} 住建局", "督办 {n} 今天到现场", "合并 {n} {m}",
    "不予受理 {n} 合同纠纷 去处：法院", "为何 {n}", "统计", "排行", "撤销", "确认", "取消", "帮助 转办", "解绑", "市民 学府街的路灯坏了三天没人修",
    "进度", "你好", "受里 {n}", "{n}受理",
)  # fmt: skip


class Step(Struct, frozen=True):
    """Somebody of five does something; `pick` chooses among what there is then (tickets, taps, buttons)."""

    who: int
    deed: str
    words: str = ""
    pick: int = 0


_picks = st.integers(0, 7)
_says = st.builds(Step, st.integers(0, 1), st.just("say"), st.sampled_from(SAYINGS), _picks)
_orders = st.builds(Step, st.integers(2, 4), st.just("say"), st.sampled_from(ORDERS), _picks)
_does = st.builds(
    Step,
    st.integers(0, 4),
    st.sampled_from(("tap", "click", "shows", "speaks", "points", "films", "leaves", "follows", "again", "blocks")),
    pick=_picks,
)
_waits = st.builds(Step, st.just(0), st.sampled_from(("minutes", "hours", "days", "restart", "revoke")), pick=_picks)
PLAYS = st.lists(st.one_of(_says, _orders, _says, _orders, _does, _waits), min_size=4, max_size=28)


@settings(max_examples=14, deadline=None)
@given(plan=PLAYS)
async def test_whatever_people_do_the_books_balance(plan: list[Step], town_file: Path, reader: Reader) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = shutil.copy(town_file, folder / "story.db")
        async with opened(Backend(f"sqlite:///{database}"), folder / "var", reader) as stage:
            stage.parked = None
            cast = [
                stage.citizen("王芳"),
                stage.citizen("李建国"),
                await stage.official("陈立", unit="城管局"),
                await stage.official("赵敏", unit="受理中心", role=Role.DISPATCHER),
                await stage.official("何静", unit="县政府", role=Role.SUPERVISOR),
            ]
            await cast[0].says(LAMP)
            for step in plan:
                await _do(stage, cast, step)
            # A blocked phone's verdicts are in, and what was asked again is due.
            await stage.later(hours=12)
            await stage.check_books()
            shown = [read for player in cast for read in player.unread]
            assert not [read for read in shown if OUT_OF_ORDER in read or APOLOGY in read]


async def _do(stage: Stage, cast: list[Player], step: Step) -> None:
    player = cast[step.who]
    world = _WORLD.get(step.deed)
    if world is not None:
        await world(stage, step.pick)
    elif stage.world.person(player.openid).following or step.deed == "follows":
        await _DEEDS[step.deed](stage, player, step)


async def _say(stage: Stage, player: Player, step: Step) -> None:
    known = list(dict.fromkeys(n for m in stage.players for read in m.everything for n in read.numbers)) or ["26000010"]
    one, other = known[step.pick % len(known)], known[(step.pick + 1) % len(known)]
    await player.says(step.words.replace("{n}", one).replace("{m}", other))


async def _tap(_stage: Stage, player: Player, step: Step) -> None:
    taps = [(read, label) for read in player.everything[-3:] for label in read.taps]
    if taps:
        read, label = taps[step.pick % len(taps)]
        await player.taps(label, read)


async def _click(_stage: Stage, player: Player, step: Step) -> None:
    buttons = ("说件事", "补充刚才的事", "到哪一步了", "我说过的事", "催一催", "评一评", "匿名与公开", "找真人")
    await player.clicks(buttons[step.pick])


async def _blocks(_stage: Stage, player: Player, step: Step) -> None:
    player.blocks(step.pick % 2 == 0)


Deed = Callable[[Stage, Player, Step], Awaitable[object]]
_DEEDS: dict[str, Deed] = {
    "say": _say,
    "tap": _tap,
    "click": _click,
    "blocks": _blocks,
    "shows": lambda _stage, player, _step: player.shows(photo()),
    "speaks": lambda _stage, player, step: player.speaks(LAMP, recognised=step.pick % 2 == 0),
    "points": lambda _stage, player, _step: player.points("云溪县解放路66号"),
    "films": lambda _stage, player, _step: player.films(),
    "leaves": lambda _stage, player, _step: player.leaves(),
    "follows": lambda _stage, player, _step: player.follows("t_26000010"),
    "again": lambda _stage, player, _step: player.is_repeated(),
}


async def _revoke(stage: Stage, _pick: int) -> None:
    stage.world.tokens.revoke(stage.world.now)


_WORLD: dict[str, Callable[[Stage, int], Awaitable[object]]] = {
    "minutes": lambda stage, pick: stage.later(minutes=2 * pick + 1),
    "hours": lambda stage, pick: stage.later(hours=5 * pick + 1),
    "days": lambda stage, pick: stage.later(days=pick + 1),
    "restart": lambda stage, _pick: stage.restart(),
    "revoke": _revoke,
}
