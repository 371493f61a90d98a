"""What an operator types: `python -m bot …`, on a real database, beside a service that may be running."""

from __future__ import annotations

import errno
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli import backup, base, doctor, exporting, outbox, staff
from bot.clock import SteppedClock
from bot.config import Settings
from bot.files import private
from bot.sandbox.town.demo import SEED
from handlers.directory.directory import Role
from handlers.messages import Channel
from handlers.pushes import Push
from handlers.tickets import numbers
from nlp.understand import Reader
from storage.queries.journeys import Archive
from storage.queues.outbox import Became
from storage.schema.rows import ticket as read_ticket
from storage.schema.tables import OutboxState, tickets
from tests.integration.service.stage import CHEN, SECRET, START, WANG, Stage, open_stage, settings_for
from tests.support import wechat_pushes
from tests.support.databases import Templates

ROOT = Path(__file__).parents[3]
PERSONAL = "五一路3号门口的井盖被压碎了，我叫林小满，电话13912345678，身份证11010519491231002X"

Command = Callable[..., Result]


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Type one command, in this process and a loop of its own: a start of the program takes seconds."""
    # Logging belongs to the whole process, and this one is the tests'.
    monkeypatch.setattr("bot.cli.base.configure", lambda **_: None)

    def run(*words: str, **given: str) -> Result:
        environment = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path / "data"), "PORT": "0"}
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(CliRunner().invoke, app, words, env=environment | given).result()

    return run


async def test_an_invited_colleague_binds_and_is_listed(command: Command, stage: Stage) -> None:
    unit = stage.parts.rules.directory.now.units["chengguan"].name
    done = command("staff", "invite", "--unit", unit, "--role", "handler", "--name", "陈立")
    assert done.exit_code == 0, done.stderr
    code = done.stdout.splitlines()[0]
    assert "绑定" in await stage.say(CHEN, f"绑定 {code}")
    listed = command("staff", "list").stdout
    assert (listed.count(unit), listed.count("已绑定")) == (1, 1)
    await stage.say(WANG, f"绑定 {code}")
    assert command("staff", "list").stdout == listed


def test_cards_of_a_wrong_clock_are_taken_back_by_two_times(command: Command) -> None:
    typed = ("cards", "undo", "--between", "2026-12-10 09:00", "2026-12-10T10:00:30")
    done = command(*typed, "--dry-run")
    assert (done.exit_code, done.stdout.strip()) == (
        0,
        "12月10日（周四）09:00 到 12月10日（周四）10:00，时钟没有记下可以撤回的",
    )
    assert command(*typed[:3], typed[4], typed[3]).exit_code == 2
    assert command("cards", "undo", "--between", "昨天", "今天").exit_code == 2
    assert command("cards", "undo").exit_code == 2


async def test_dead_pushes_are_listed_and_requeued(stage: Stage) -> None:
    await stage.say(WANG, "你好")
    person = await Archive(stage.parts.process.engine).account(Channel.WECHAT, WANG)
    assert person is not None
    await stage.parts.outbound.outbox.add([Push(n, person.id, n, "text") for n in (1, 2)], stage.clock.now())
    await stage.parts.outbound.outbox.claim(stage.clock.now(), 2, timedelta(minutes=2))
    for push_id in (1, 2):
        await stage.parts.outbound.outbox.settle(Became(push_id, person.id, 1, OutboxState.DEAD, "refused"))
    lines: list[str] = []
    await outbox.list_outbox(stage.parts.process.engine, OutboxState.DEAD, lines.append)
    assert [line.split("\t")[:2] for line in lines] == [["1", "dead"], ["2", "dead"]]
    assert await outbox.requeue(stage.parts.process.engine, [1], stage.clock.now()) == 1
    assert await outbox.requeue(stage.parts.process.engine, None, stage.clock.now()) == 1
    with pytest.raises(base.NotPossible, match="已重新排队 0 条；另外 2 条没有动"):
        await outbox.requeue(stage.parts.process.engine, [1, 404], stage.clock.now())
    with pytest.raises(base.NotPossible, match="已记为送达 0 条；另外 1 条没有动"):
        await outbox.arrived(stage.parts.process.engine, [404])


@pytest.mark.parametrize("words", [("requeue", "404"), ("arrived", "404"), ("requeue", "9" * 30), ("arrived", "-1")])
def test_a_push_that_is_not_there_ends_with_a_status(words: tuple[str, ...], command: Command) -> None:
    command("migrate")
    assert command("outbox", *words).exit_code == 2


def test_who_has_read_enough_ends_a_command_quietly(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    command("migrate")
    monkeypatch.setattr(outbox, "list_outbox", closed)
    result = command("outbox", "list")
    assert (result.exit_code, result.stderr) == (1, "")


async def test_rebuild_tells_by_its_exit_status(command: Command, stage: Stage) -> None:
    number = numbers.find(await stage.say(WANG, PERSONAL))[0]
    async with stage.parts.process.engine.begin() as db:
        await db.execute(update(tickets).values(state="closed"))
    checked = command("rebuild", "--check")
    assert checked.exit_code == 1
    assert number in checked.stdout
    assert command("rebuild").exit_code == 0
    assert command("rebuild", "--check").exit_code == 0


async def test_an_export_names_nobody_and_gives_no_secret_away(stage: Stage, tmp_path: Path) -> None:
    await stage.bind(CHEN, "chengguan")
    number = numbers.find(await stage.say(WANG, PERSONAL))[0]
    await stage.say(WANG, "叫我林小满")
    (tmp_path / "out.jsonl").write_text("of yesterday")
    (tmp_path / "out.jsonl").chmod(0o644)
    assert await exporting.export(stage.parts.process.engine, tmp_path / "out.jsonl") == 1
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    written = (tmp_path / "out.jsonl").read_text("utf-8")
    async with stage.parts.process.engine.connect() as db:
        ticket = read_ticket((await db.execute(select(tickets.c.doc))).scalar_one())
    for secret in ("13912345678", "11010519491231002X", ticket.token, f'"{ticket.code}"', WANG):
        assert secret not in written
    line = json.loads(written)
    assert line["ticket"]["number"] == number
    assert "井盖" in line["ticket"]["text"]
    assert [event["seq"] for event in line["events"]] == list(range(1, len(line["events"]) + 1))


async def test_a_citizens_name_is_not_exported(stage: Stage, tmp_path: Path) -> None:
    line = {"actor": {"by": "citizen", "id": 1, "name": "林小满"}, "staff": {"by": "staff", "name": "陈立"}}
    masked = json.loads(exporting._masked(msgspec.json.encode(line)))
    assert "林小满" not in json.dumps(masked, ensure_ascii=False)
    assert masked["staff"]["name"] == "陈立"


async def test_a_backup_of_a_running_service_is_whole(templates: Templates, tmp_path: Path, reader: Reader) -> None:
    with templates.copy("sqlite", tmp_path) as url:
        async with open_stage(url, tmp_path / "data", reader) as stage:
            number = numbers.find(await stage.say(WANG, PERSONAL))[0]
            await stage.parts.outbound.files.put(b"\xff\xd8\xff picture")
            now = datetime.now(UTC)
            killed = tmp_path / "yesterday" / "0123abcd.part"
            killed.mkdir(parents=True)
            (killed / "minsheng.db").write_bytes(b"half")
            assert await backup.backup(stage.parts.process.settings, tmp_path / "copy", now) == 0
            with pytest.raises(base.NotPossible):
                await backup.backup(stage.parts.process.settings, tmp_path / "copy", now)
            later = now + backup.BACKUP_RESTS + timedelta(minutes=1)
            assert await backup.backup(stage.parts.process.settings, tmp_path / "again", later) == 1
            assert not killed.exists()
    copied = sqlite3.connect(tmp_path / "copy" / "minsheng.db")
    assert copied.execute("SELECT number FROM tickets").fetchall() == [(number,)]
    assert copied.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    copied.close()
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["media", "minsheng.db"]
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert len(files) == 2
    everything = (*files, tmp_path / "copy" / "media", tmp_path / "data", *(tmp_path / "data").rglob("*"))
    assert private.readable_by_others(everything) == []


async def test_a_seed_file_is_taken_in_twice_alike(database_url: str, command: Command) -> None:
    first, second = (command("directory", "load", str(SEED)) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout


LITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@LITE
def test_migrate_and_doctor_say_what_is_so(command: Command, tmp_path: Path) -> None:
    assert command("migrate").exit_code == 0
    doctor = command("doctor", WECHAT_APP_ID=wechat_pushes.APP_ID, WECHAT_APP_SECRET=SECRET, WECHAT_TOKEN=wechat_pushes.TOKEN,
                     WECHAT_AES_KEY=wechat_pushes.KEY_TEXT)  # fmt: skip
    assert doctor.exit_code == 1
    assert "directory load" in doctor.stdout
    assert SECRET not in doctor.stdout + doctor.stderr
    empty = command("serve", "--only", "worker", DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")
    assert empty.exit_code == 2
    assert "python -m bot migrate" in empty.stderr


@LITE
@pytest.mark.parametrize(
    ("hours", "found"),
    [(0, (True, "一致")), (3, (False, "快 3 小时")), (-30, (False, "慢 1 天")), (None, (None, "问不到"))],
)
async def test_doctor_compares_the_clock_with_the_platforms(
    hours: int | None, found: tuple[bool | None, str], database_url: str, tmp_path: Path
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            status=404, headers={"Date": format_datetime(START, usegmt=True)} if hours is not None else {}
        )

    platform = web.Application()
    platform.router.add_route("*", "/", answer)
    async with TestServer(platform) as server:
        base = str(server.make_url("/")) if hours is not None else "http://127.0.0.1:9"
        settings = settings_for(database_url, tmp_path / "data", wechat_api_base=base)
        clock = SteppedClock(START + timedelta(hours=hours or 0))
        ((good, words),) = await doctor.platform_clock_findings(settings, clock)
    assert good is found[0]
    assert found[1] in words
    assert await doctor.platform_clock_findings(Settings(_env_file=None), clock) == []  # type: ignore[call-arg]


@LITE
@pytest.mark.parametrize(
    "words", [("migrate",), ("doctor",), ("staff", "list"), ("rebuild", "--check"), ("outbox", "list")]
)
def test_a_database_that_is_away_is_told_in_one_line(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, DATABASE_URL="postgresql://u:pa55w0rd@127.0.0.1:9/x")
    assert done.exit_code in {1, 2}
    assert "Traceback" not in done.stderr
    assert "pa55w0rd" not in done.stdout + done.stderr
    assert len((done.stderr or "one").splitlines()) == 1


@LITE
def test_a_port_that_is_taken_is_told_in_one_line(database_url: str, tmp_path: Path) -> None:
    """The program itself, as an operator starts it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", "bot", "serve", "--only", "web"],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=given | {"PORT": str(taken.getsockname()[1])},
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("PORT: cannot listen on 127.0.0.1:")
    assert len(done.stderr.splitlines()) == 1


def test_the_derived_documents_are_what_the_code_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.documents.ROOT", tmp_path)
    runner = CliRunner()
    assert runner.invoke(app, ["docs", "--check"]).exit_code == 1
    assert runner.invoke(app, ["docs"]).exit_code == 0
    assert runner.invoke(app, ["docs", "--check"]).exit_code == 0
    page = tmp_path / "docs" / "settings.md"
    page.write_text(page.read_text("utf-8") + "edited by hand", "utf-8")
    checked = runner.invoke(app, ["docs", "--check"])
    assert (checked.exit_code, checked.stdout) == (1, "过期：docs/settings.md\n")


async def test_an_unknown_unit_is_answered_with_the_nearest(stage: Stage) -> None:
    with pytest.raises(base.NotPossible, match="相近的有"):
        await staff.invite(
            stage.parts.process.settings,
            stage.parts.process.engine,
            "县城管局局",
            role=Role.HANDLER,
            name="",
            now=stage.clock.now(),
        )


async def test_a_policy_is_shown_tried_and_refused(command: Command, stage: Stage, tmp_path: Path) -> None:
    await stage.say(WANG, PERSONAL)
    shown = command("policy", "show")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout == (ROOT / "deploy" / "policy.toml").read_text("utf-8")
    file = tmp_path / "stricter.toml"
    file.write_text(shown.stdout.replace("投诉 5 个", "投诉 1 个").replace('reply = "5wd"', 'reply = "1wd"'), "utf-8")
    since = (stage.clock.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    before = await _docs(stage)
    tried = command("policy", "try", "--from", since, "--file", str(file))
    assert tried.exit_code == 0, tried.stderr
    assert tried.stdout.splitlines()[1].split() == [
        "规定",
        "件次",
        "已答复",
        "按时",
        "黄牌",
        "红牌",
        "催办通知单",
        "答复时还剩（中位）",
    ]
    assert any(line.startswith("合计") and " 1 " in line for line in tried.stdout.splitlines())
    assert await _docs(stage) == before
    file.write_text(shown.stdout.replace('"15wd"', '"soon"'), "utf-8")
    for words in (("policy", "show"), ("policy", "try", "--from", since), ("serve",)):
        refused = command(*words, POLICY_FILE=str(file))
        assert refused.exit_code == 2
        assert refused.stderr.startswith(
            "POLICY_FILE: stricter.toml, edition 2026-01-01, rule 7 (建议), reply: a span is"
        )
        assert len(refused.stderr.splitlines()) == 1


async def _docs(stage: Stage) -> list[str]:
    async with stage.parts.process.engine.connect() as db:
        return list((await db.execute(select(tickets.c.doc))).scalars())


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("inbox", "list"), 0, ""),
        (("inbox", "show", "key"), 2, "没有这个编号，用 inbox list 看编号"),
        (("inbox", "replay"), 0, "已交回 0 条，运行中的服务会在几秒内处理"),
        (("staff", "release", "9"), 2, "没有编号 9 的工作人员，用 staff list 看编号"),
        (("corrections", "units"), 0, "还没有人改派过"),
        (("model", "rollback"), 2, "没有上一个模型可退"),
        (("directory", "recuse"), 0, "没有要回避的件"),
        (("public", "withdraw"), 0, "没有要收回的"),
    ],
)
def test_a_command_says_that_there_is_nothing_to_do(
    command: Command, words: tuple[str, ...], code: int, says: str
) -> None:
    command("migrate")
    done = command(*words)
    assert (done.exit_code, (done.stdout + done.stderr).strip()) == (code, says)


def test_the_directory_is_loaded_and_nothing_is_exported_of_an_empty_town(command: Command, tmp_path: Path) -> None:
    command("migrate")
    assert command("directory", "load", str(SEED)).stdout.startswith("单位 ")
    assert command("corrections", "export", str(tmp_path / "corrections.jsonl")).stdout == "已导出 0 条\n"
    assert command("export", str(tmp_path / "tickets.jsonl")).stdout == "已导出 0 件\n"
    assert command("model", "list").stdout.startswith("现用：随程序发布的模型 ")
