"""The sandbox's story: a made-up town whose people wrote before you came, so that the page opens on a living place.

The past is made by the bot itself: scripted messages go through the same rules and tables as real ones, under a clock that
stands as many days ago as the script says. Nothing here writes a ticket by hand.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from bot.clock import SteppedClock
from bot.ids import new_invite
from bot.seed import read_seed
from bot.wiring import Parts
from handlers.messages import Channel, Incoming, Text
from handlers.tickets import numbers
from handlers.units import Role, Staff
from storage import directory

SEED = Path(__file__).parent.parent / "deploy" / "seed" / "yunxi.toml"

DEMO_STAFF: tuple[tuple[str, str, Role, str], ...] = (
    ("o_official_chen", "chengguan", Role.HANDLER, "陈立"),
    ("o_dispatch_zhao", "dispatch", Role.DISPATCHER, "赵敏"),
    ("o_staff_sun", "zhujian", Role.HANDLER, "孙浩"),
    ("o_staff_zhou", "jiaotong", Role.HANDLER, "周宁"),
    ("o_staff_qian", "gongan", Role.HANDLER, "钱进"),
)
"""Who is bound to which unit from the beginning: the first two have phones on the page."""


class Line(Struct, frozen=True):
    """One line of the script: so many hours before now this account says these words.

    A line with `files` makes a ticket that later lines call by that name: `{drain}` becomes its number.
    """

    hours: float
    openid: str
    words: str
    files: str = ""


_WANG, _LI, _ZHANG, _LIU = "o_citizen_wang", "o_citizen_li", "o_citizen_zhang", "o_citizen_liu"
_CHEN, _ZHAO, _SUN, _ZHOU, _QIAN = (row[0] for row in DEMO_STAFF)

SCRIPT: tuple[Line, ...] = (
    # Done and rated.
    Line(230, _LIU, "投诉：和平菜市场门口的下水道堵了，污水漫到人行道上，买菜的人都踮着脚走", "drain"),
    Line(228, _CHEN, "受理 {drain}"),
    Line(206, _CHEN, "现场 {drain} 疏通车已到和平菜市场门口，正在清淤"),
    Line(
        202,
        _CHEN,
        "答复 {drain} 您好，和平菜市场门口的下水道昨天下午疏通完毕，清出淤泥约两方。我们把这里列入每周二巡查，"
        "再堵请直接打 0579-8710101 找陈立。",
    ),
    Line(180, _CHEN, "办结 {drain}"),
    Line(179.9, _CHEN, "确认"),
    Line(170, _LIU, "评价 5 第二天就通了，谢谢"),
    # Overdue at the desk.
    Line(260, _LI, "投诉滨河路夜市的烧烤摊占道经营，油烟直往楼上飘，晚上窗户都不敢开", "grill"),
    Line(255, _CHEN, "受理 {grill}"),
    # Extended with a reason.
    Line(100, _ZHANG, "人民路中段的路灯一到晚上就一闪一闪的，看得人头晕，能不能修一修", "lamp"),
    Line(98, _CHEN, "受理 {lamp}"),
    Line(60, _CHEN, "延期 {lamp} 5 这一段要换整条线缆，材料已采购，预计下周到货"),
    # Returned once, then sent to the right unit.
    Line(120, _LI, "五一路汽车站对面的公交站台顶棚裂了个大口子，下雨天等车全淋湿", "shelter"),
    Line(119, _ZHOU, "退回 {shelter} 这座站台由广告公司代管，养护归城管局"),
    Line(118, _ZHAO, "转办 {shelter} 城管局 站台养护合同在城管局"),
    Line(96, _CHEN, "受理 {shelter}"),
    # Waiting for the citizen.
    Line(72, _ZHANG, "阳光花园小区 6 栋电梯最近老是突然停住，前天把老人关了二十分钟", "lift"),
    Line(70, _SUN, "受理 {lift}"),
    Line(66, _SUN, "询问 {lift} 请问是 6 栋的哪一部电梯？方便的话拍一下轿厢里的编号牌。"),
    # Answered, not yet rated.
    Line(50, _WANG, "实验小学门口放学时两边停满了车，孩子只能走在马路中间，希望交警来管一管", "school"),
    Line(49, _QIAN, "受理 {school}"),
    Line(
        26,
        _QIAN,
        "答复 {school} 您好，从明天起每个上学日 16:20 至 17:10，实验小学门口有两名交警执勤，路边画了即停即走区。"
        "如果哪天没人执勤，请打 0579-8710110，我们当场派人。",
    ),
    # New and unread.
    Line(3, _LI, "平安巷 3 号门口的垃圾桶两天没人收了，满出来一地，苍蝇乱飞", "bins"),
    Line(2, _ZHANG, "建议在人民公园门口增设一处非机动车停车架，现在车子都停在盲道上", "rack"),
)


async def live_the_past(parts: Parts) -> None:
    """Fill an empty database with the town and its last days; does nothing where there are units already."""
    if parts.directory.now.units:
        return
    seed = read_seed(SEED)
    await directory.replace(parts.engine, seed.units, seed.routes, seed.dispatch_id)
    await parts.directory.refresh()
    past = _Past(parts)
    await past.bind_staff(parts.clock.now() - timedelta(hours=300))
    await past.play(parts.clock.now())
    await parts.directory.refresh()
    await parts.outbox.skip_waiting()


class _Past:
    """Speaks lines into the bot under a clock of the past."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._clock = SteppedClock(parts.clock.now())
        self._work = parts.work_under(self._clock)
        self._numbers: dict[str, str] = {}
        self._count = 0

    async def bind_staff(self, at: datetime) -> None:
        """Every demo official uses a one-time code, as a real one would."""
        for number, (openid, unit_id, role, name) in enumerate(DEMO_STAFF, 1):
            code = new_invite()
            until = int((at + timedelta(days=1)).timestamp())
            member = Staff(number, unit_id, role, name, None, self._parts.hash_invite(code), until)
            await directory.save_staff(self._parts.engine, [member])
            await self._say(at, openid, f"绑定 {code}")
        await self._parts.directory.refresh()

    async def play(self, now: datetime) -> None:
        """The whole script, in the order of its times."""
        for line in sorted(SCRIPT, key=lambda line: -line.hours):
            words = re.sub(r"\{(\w+)\}", lambda match: self._numbers[match[1]], line.words)
            said = await self._say(now - timedelta(hours=line.hours), line.openid, words)
            if line.files:
                self._numbers[line.files] = numbers.find(said)[0]

    async def _say(self, at: datetime, openid: str, words: str) -> str:
        self._clock.advance(at - self._clock.now())
        self._count += 1
        incoming = Incoming(f"demo-{self._count}", Channel.WECHAT, openid, at, at, Text(words))
        answer = (await self._work.run([incoming]))[0]
        return answer.reply.text if answer.reply else ""
