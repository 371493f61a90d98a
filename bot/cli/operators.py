"""Operators' commands of `python -m bot`, one function each, which print through `say`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import ids
from bot.cli.clock_check import clock_findings
from bot.clock import Clock, SystemClock
from bot.config import Settings, Unusable
from bot.files import private
from bot.files.policy import read_terms
from bot.files.seed import read_seed
from bot.inbound.spool import Spool
from bot.wiring import open_database
from handlers.calendar.zone import day_of, local
from handlers.directory.directory import Directory, Role, Staff, Unit
from handlers.messages import Doubt, Unread
from handlers.tickets.wording import lasting
from storage.migrations import migrate
from storage.queues import inbox
from storage.queues.outbox import Outbox
from storage.schema import revision
from storage.schema.engine import sqlite_file
from storage.schema.tables import OutboxState
from storage.transactions import chase, directory
from storage.transactions import rebuild as rebuilding

Say = Callable[[str], None]

INVITE_LASTS = timedelta(days=7)
"""How long a binding code is valid: a week covers a colleague's holiday."""


class NotPossible(Exception):
    """A command that cannot be carried out. The text gives the reason in one line."""


async def rebuild(engine: AsyncEngine, *, repair: bool, say: Say) -> int:
    """Compare every ticket with its events. Returns exit status 1 when one differs and was not repaired."""
    count = left = 0
    async for difference in rebuilding.differences(engine, repair):
        count += 1
        left += not difference.repaired
        say(f"工单 {difference.number} 与事件记录不符：{'、'.join(difference.columns)}")
    if not count:
        say("全部工单与事件记录一致")
    elif repair:
        say(
            f"{count} 件不符，已按事件记录改正 {count - left} 件"
            + (f"，{left} 件的事件记录已损坏，须从备份恢复" if left else "")
        )
    else:
        say(f"{count} 件不符")
    return 1 if left else 0


async def invite(
    settings: Settings, engine: AsyncEngine, unit_words: str, *, role: Role, name: str, now: datetime
) -> str:
    """Make a one-time binding code. Returns the code and until when it is valid, as text."""
    unit = _unit(await directory.load(engine), unit_words)
    code = ids.new_invite()
    member = Staff(
        id=ids.Ids(lambda: now, os.getpid()).next(),
        unit_id=unit.id,
        role=role,
        name=name,
        invite_hash=ids.keyed_hash(private.secret_key(settings))(code),
        invite_until=int((now + INVITE_LASTS).timestamp()),
    )
    await directory.save_staff(engine, [member])
    until = local(now + INVITE_LASTS).strftime("%Y-%m-%d %H:%M")
    return f"{code}\n请 {unit.name} 的{name or '同事'}在公众号里发送：绑定 {code}（{until} 前有效，只能用一次）"


def _unit(known: Directory, words: str) -> Unit:
    found = known.units.get(words) or known.called(words)
    if found is not None:
        return found
    near = "、".join(unit.name for unit in known.near(words))
    raise NotPossible(f"没有叫“{words}”的单位" + (f"，相近的有：{near}" if near else "；先用 directory load 装入单位"))


async def list_staff(engine: AsyncEngine, say: Say) -> None:
    """Print every member of staff with unit, role and whether they are bound."""
    known = await directory.load(engine)
    for member in sorted(known.staff.values(), key=lambda one: (one.unit_id, one.id)):
        state = "已绑定" if member.person_id else "待绑定" if member.invite_hash else "未绑定"
        say(f"{member.id}\t{known.name(member.unit_id)}\t{member.role.value}\t{member.name or '—'}\t{state}")


async def release_staff(engine: AsyncEngine, staff_id: int) -> str:
    """Unbind a member of staff who left or lost the phone, and void any unused code. Returns a confirmation."""
    member = (await directory.load(engine)).staff.get(staff_id)
    if member is None:
        raise NotPossible(f"没有编号 {staff_id} 的工作人员，用 staff list 看编号")
    await directory.release(engine, member)
    return f"已停用：{member.name or staff_id}。五秒之内不能再办件；重新启用要发新的绑定码"


async def load_directory(engine: AsyncEngine, file: Path) -> str:
    """Load a seed file. Returns a summary."""
    seed = read_seed(file)
    await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    if seed.staff:
        known = await directory.load(engine)
        await directory.save_staff(engine, [member for member in seed.staff if member.id not in known.staff])
    return f"单位 {len(seed.units)} 个，派单规则 {len(seed.routes)} 条，人员 {len(seed.staff)} 名"


async def list_outbox(engine: AsyncEngine, state: OutboxState | None, say: Say) -> None:
    """Print pushes that are not done, oldest first."""
    for letter in await Outbox(engine).list(state):
        due = local(letter.due_at).strftime("%m-%d %H:%M")
        say(f"{letter.id}\t{letter.state.value}\t试过 {letter.attempts} 次\t{due}\t{letter.error or '—'}")


async def requeue(engine: AsyncEngine, push_ids: Sequence[int] | None, now: datetime) -> int:
    """Set dead pushes to pending: all of them, or these dead and uncertain ones. Returns the number. Raises
    `NotPossible` when some of these are neither.
    """
    done = await Outbox(engine).requeue(now, push_ids or None)
    return done if not push_ids else _all_of(push_ids, done, "已重新排队", "dead、uncertain")


async def arrived(engine: AsyncEngine, push_ids: Sequence[int]) -> int:
    """Mark these uncertain pushes as sent. Returns the number. Raises `NotPossible` when some are not uncertain."""
    return _all_of(push_ids, await Outbox(engine).arrived(push_ids), "已记为送达", "uncertain")


def _all_of(push_ids: Sequence[int], done: int, what: str, states: str) -> int:
    """Returns `done` when it is all of these. Raises `NotPossible` otherwise; those that could be done stay done."""
    others = len(set(push_ids)) - done
    if others:
        raise NotPossible(
            f"{what} {done} 条；另外 {others} 条没有动：没有这个编号，或者不是 {states}，用 outbox list 看"
        )
    return done


async def list_failed(engine: AsyncEngine, say: Say) -> None:
    """Print messages that failed or could not be read: when, from which channel, of what kind. Never their words."""
    for incoming in await inbox.waiting(engine):
        at = local(incoming.received_at).strftime("%Y-%m-%d %H:%M")
        body = incoming.body
        kind = f"没读懂：{_DOUBTS[body.why]}" if isinstance(body, Unread) else type(body).__name__
        say(f"{incoming.key}\t{at}\t{incoming.channel.value}\t{kind}")


_DOUBTS = {
    Doubt.UNREADABLE: "内容不完整或格式不认识",
    Doubt.DOUBLED: "只该有一个的字段有两个",
    Doubt.REPLAYED: "时间戳和随机数用过，正文不同",
    Doubt.SEALED: "用现有密钥解不开，检查 WECHAT_AES_KEY",
}


async def show_failed(engine: AsyncEngine, key: str, say: Say) -> None:
    """Print one of them whole, as it came. Its words are a person's: only for the operator who has to answer it."""
    found = await inbox.waiting(engine, key)
    if not found:
        raise NotPossible("没有这个编号，用 inbox list 看编号")
    for incoming in found:
        body = incoming.body
        whole = body.raw if isinstance(body, Unread) else msgspec.json.encode(body)
        say(whole.decode("utf-8", "backslashreplace"))


async def replay(settings: Settings, engine: AsyncEngine) -> int:
    """Hand failed messages to the running service again, through the spool in its data folder. Returns the number."""
    spool = Spool(settings.data_dir / "spool")
    spool.open()
    waiting = await inbox.failed(engine)
    for incoming in waiting:
        # On disk first: between the two steps a crash leaves the message in both places, where the inbox settles it.
        await asyncio.to_thread(spool.save, incoming)
        await inbox.reopen(engine, incoming)
    return len(waiting)


async def doctor(settings: Settings, say: Say, now: datetime, clock: Clock | None = None) -> int:
    """Check what the service needs, one line each. Returns exit status 1 when something is wrong. `clock` is this
    host's.
    """
    clock = clock or SystemClock()
    findings = [
        await _database_finding(settings),
        await _redis_finding(settings),
        *await _chase_findings(settings, now),
        *await clock_findings(settings, clock),
        *await platform_clock_findings(settings, clock),
        *_account_findings(settings),
        _files_finding(settings),
        *term_findings(settings, day_of(now)),
    ]
    for good, words in findings:
        say(f"{_MARKS[good]} {words}")
    return 1 if any(good is False for good, _ in findings) else 0


_MARKS = {True: "✓", False: "✗", None: "!"}
"""Good, wrong, and soon wrong."""


def term_findings(settings: Settings, today: date) -> list[tuple[bool | None, str]]:
    """Returns whether policy and calendar can be read, and whether this year's holidays are known; from November on
    next year's.
    """
    try:
        terms = read_terms(settings)
    except Unusable as error:
        return [(False, str(error))]
    whose = settings.policy_file.name if settings.policy_file else "程序自带的一份"
    findings: list[tuple[bool | None, str]] = [
        (True, f"期限规定：{whose}，现行 {terms.book.on(today).effective.isoformat()} 起的一版")
    ]
    this_year = terms.calendar.warning(today.year)
    findings.append((this_year is None, this_year or f"{today.year} 年的放假调休安排已有"))
    soon = (line for line in terms.calendar.warnings(today) if line != this_year)
    return findings + [(None, line) for line in soon]


_CHASED_WITHIN = timedelta(minutes=5)
"""A ticket that is due for longer was missed: no scheduler runs, or its rule fails."""


async def _chase_findings(settings: Settings, now: datetime) -> list[tuple[bool | None, str]]:
    """Returns whether the clock works. Empty when the database does not answer."""
    try:
        async with open_database(settings) as engine:
            count, first = await chase.overdue(engine, now - _CHASED_WITHIN)
    except (SQLAlchemyError, OSError, Unusable):
        return []
    if first is None:
        return [(True, "催办时钟：没有漏掉的")]
    words = f"催办时钟：{count} 件到点没有催，最早的已过 {lasting(now - first)}；看 scheduler 在不在、日志里的 ticket_not_chased"
    return [(False, words)]


_PLATFORM_WAITS = aiohttp.ClientTimeout(total=3)
_CLOCKS_AGREE = timedelta(minutes=1)


async def platform_clock_findings(settings: Settings, clock: Clock) -> list[tuple[bool | None, str]]:
    """Returns whether this host's clock is the platform's, by the Date of any of its answers. Empty without an account.

    With a wrong clock every push is refused (`WECHAT_TIMESTAMP_WINDOW`); on SQLite no database clock would show it.
    """
    base = (
        settings.wechat_api_base if settings.wechat_token else settings.wecom_api_base if settings.wecom_token else ""
    )
    if not base:
        return []
    try:
        async with (
            aiohttp.ClientSession(timeout=_PLATFORM_WAITS) as session,
            session.head(base, allow_redirects=False) as answer,
        ):
            off = clock.now() - parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError, TypeError) as error:
        return [(None, f"时钟：问不到微信的时间（{type(error).__name__}），请确认本机开着时间同步（NTP）")]
    if abs(off) <= _CLOCKS_AGREE:
        return [(True, "时钟：本机和微信一致")]
    words = f"时钟：本机比微信{'快' if off > timedelta() else '慢'} {lasting(abs(off))}，差 {settings.wechat_timestamp_window} 秒以上市民发的一条也收不到：打开时间同步（NTP）"
    return [(False, words)]


async def _database_finding(settings: Settings) -> tuple[bool, str]:
    try:
        async with open_database(settings) as engine:
            found, wanted = await migrate.standing(engine), revision.newest()
            if found.revision != wanted:
                return False, f"数据库结构是 {found.revision or '空'}，需要 {wanted}：运行 python -m bot migrate"
            if not found.complete:
                return False, "上次 migrate 没有做完：再运行一次 python -m bot migrate，它会接着做"
            known = await directory.load(engine)
    except (SQLAlchemyError, OSError) as error:
        return False, f"数据库连不上（{type(error).__name__}）：检查 DATABASE_URL"
    if not known.units:
        return False, "还没有单位：用 python -m bot directory load 装入"
    bound = sum(1 for member in known.staff.values() if member.person_id)
    return True, f"数据库正常，{len(known.units)} 个单位，{bound} 位工作人员已绑定"


async def _redis_finding(settings: Settings) -> tuple[bool, str]:
    if not settings.redis_url:
        return True, "没有用 Redis（单进程运行可以不用）"
    client: Redis = Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        return (
            False,
            f"Redis 连不上（{type(error).__name__}）：检查 REDIS_URL；没有它仍能收件，但多进程之间不能及时通气",
        )
    finally:
        await client.aclose()
    return True, "Redis 正常"


def _files_finding(settings: Settings) -> tuple[bool, str]:
    """Returns whether the service's files belong to its own account only. Looking into the database has tightened it."""
    file = sqlite_file(settings.database)
    found = private.readable_by_others([settings.data_dir, *([file] if file else [])])
    if found:
        return (
            False,
            f"别的账号读得到：{'、'.join(map(str, found))}。用运行服务的账号启动一次会自动收紧，收不紧的请改属主",
        )
    return True, "数据文件只有本账号能读"


def _account_findings(settings: Settings) -> list[tuple[bool, str]]:
    public = settings.site.startswith("https://")
    return [
        (
            bool(settings.wechat_app_id),
            "公众号已设置" if settings.wechat_app_id else "没有设置公众号：WECHAT_APP_ID 等",
        ),
        (public, "外网地址是 https" if public else "PUBLIC_URL 不是 https：市民的手机打不开进度页"),
        (not settings.sandbox, "沙盒已关闭" if not settings.sandbox else "SANDBOX=1 只用于演示，生产环境要关闭"),
    ]
