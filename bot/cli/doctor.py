"""`python -m bot doctor`: checks what the service needs, a line for each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import typer
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.background.timekeeper import look
from bot.cli.base import Say, command, configured
from bot.clock import Clock, SystemClock
from bot.config import Settings, Unusable
from bot.files import private
from bot.files.policy import read_terms
from bot.wiring import open_database
from handlers.calendar.zone import day_of
from handlers.tickets.wording import lasting
from storage.migrations import migrate
from storage.queries.moment import DatabaseTime
from storage.schema import revision
from storage.schema.engine import sqlite_file
from storage.transactions import chase, directory


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


async def clock_findings(settings: Settings, clock: Clock) -> list[tuple[bool | None, str]]:
    """Returns findings about the difference of the clocks. Empty when host and database share one clock."""
    if make_url(settings.database).get_backend_name() == "sqlite":
        return []
    try:
        async with open_database(settings) as engine:
            reading = await look(clock, DatabaseTime(engine, clock))
    except (SQLAlchemyError, OSError, Unusable):
        return []
    if not reading.differs:
        return [(True, "时钟：本机和数据库一致")]
    fast = "快" if reading.apart > timedelta() else "慢"
    words = (
        f"时钟：本机比数据库{fast} {lasting(abs(reading.apart))}，本机不催办；先校准两台机器的时间（NTP），再看哪台错了"
    )
    return [(False, words)]


@command
async def run() -> int:
    """Look at everything the service needs and say what is missing."""
    return await doctor(configured(), typer.echo, SystemClock().now())
