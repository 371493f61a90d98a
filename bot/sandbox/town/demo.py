"""Plays the past of the made-up town at a start, so that the sandbox opens with tickets in it.

The bot itself makes that past: scripted messages go through the same rules and tables as real ones, under a clock that
stands as many days ago as the script says. No ticket is written by hand.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SteppedClock
from bot.files.seed import read_seed
from bot.ids import new_invite
from bot.sandbox.town.demo_script import DEMO_STAFF, ORDINARY, SHARING, STORY, Line, Ordinary
from bot.wiring import Parts
from handlers.directory.directory import Staff
from handlers.messages import Channel, Incoming, Text
from handlers.tickets import numbers
from storage.transactions import directory

LONG_AGO = timedelta(days=32)
"""Before the first line of the script."""

SEED = Path(__file__).parents[3] / "deploy" / "seed" / "yunxi.toml"


async def live_the_past(parts: Parts) -> None:
    """Fill an empty database with the town and its last days; does nothing where there are units already."""
    if parts.rules.directory.now.units:
        return
    seed = read_seed(SEED)
    await directory.replace(parts.process.engine, seed.units, seed.routes, seed.dispatch_id)
    await parts.rules.directory.refresh()
    past = _Past(parts)
    await past.bind_staff(parts.process.clock.now() - LONG_AGO)
    await past.play(parts.process.clock.now())
    await parts.rules.directory.refresh()
    await parts.outbound.outbox.skip_waiting()


class _Past:
    """Speaks lines into the bot under a clock of the past."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._clock = SteppedClock(parts.process.clock.now() - LONG_AGO)
        self._work = parts.decisions.messages(self._clock)
        self._chaser = parts.decisions.chaser(self._clock)
        self._numbers: dict[str, str] = {}
        self._count = 0

    async def bind_staff(self, at: datetime) -> None:
        """Every demo official uses a one-time code, as a real one would."""
        for number, (openid, unit_id, role, name) in enumerate(DEMO_STAFF, 1):
            code = new_invite()
            until = int((at + timedelta(days=1)).timestamp())
            member = Staff(number, unit_id, role, name, None, self._parts.rules.lookups.hash_invite(code), until)
            await directory.save_staff(self._parts.process.engine, [member])
            await self._say(at, openid, f"绑定 {code}")
        await self._parts.rules.directory.refresh()

    async def play(self, now: datetime) -> None:
        """The whole script, in the order of its times; between two lines the clock does what it has to do."""
        lines = [*STORY, *(line for number, one in enumerate(ORDINARY) for line in _lines(number, one))]
        lines += [_public(line) for line in lines if line.files and line.openid in SHARING]
        for line in sorted(lines, key=lambda line: -line.hours):
            words = re.sub(r"\{(\w+)\}", lambda match: self._numbers[match[1]], line.words)
            said = await self._say(now - timedelta(hours=line.hours), line.openid, words)
            if line.files:
                self._numbers[line.files] = numbers.find(said)[0]
        self._clock.advance(now - self._clock.now())
        await self._chaser.tick()

    async def _say(self, at: datetime, openid: str, words: str) -> str:
        self._clock.advance(at - self._clock.now())
        await self._chaser.tick()
        self._count += 1
        incoming = Incoming(f"demo-{self._count}", Channel.WECHAT, openid, at, at, Text(words))
        answer = (await self._work.run([incoming]))[0]
        return answer.reply.text if answer.reply else ""


def _public(filing: Line) -> Line:
    """The tap below the confirmation, a minute after."""
    return Line(filing.hours - 1 / 60, filing.openid, f"公开 {{{filing.files}}}")


def _lines(number: int, one: Ordinary) -> list[Line]:
    """An everyday appeal as lines: filed, taken up, answered, graded, and what was said of it."""
    name, filed = f"ordinary{number}", one.days * 24
    lines = [
        Line(filed, one.openid, one.words, name),
        Line(filed - one.taken, one.official, f"受理 {{{name}}}"),
        Line(filed - one.answered, one.official, f"答复 {{{name}}} {one.reply}"),
    ]
    if one.grade:
        graded = filed - one.answered - 24
        lines.append(Line(graded, one.openid, f"评价 {{{name}}} {one.grade}"))
        lines += [
            Line(graded - 0.1 * place, one.openid, f"评价 {{{name}}} {words}")
            for place, words in enumerate(one.says, 1)
        ]
    return [line for line in lines if line.hours > 0]
