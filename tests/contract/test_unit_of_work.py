"""Many messages, one transaction: exactly once, whoever else writes, whatever the message holds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Table, event, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.errors import Unavailable
from handlers.messages import Channel, Incoming, Text, Unfollow
from storage.queries.journeys import Archive
from storage.schema.engine import open_engine
from storage.schema.tables import events, inbox, media, outbox, people, tickets
from storage.schema.transaction import Runner, runner
from storage.transactions import rebuild
from storage.transactions.messages import Answer
from storage.transactions.retry import ATTEMPTS
from tests.contract.rules import APOLOGY, Process, said, text_of, texts
from tests.support.databases import outside

SEVERAL = 6

T = TypeVar("T")


async def rows(engine: AsyncEngine, table: Table) -> list[Any]:
    async with engine.connect() as db:
        return list((await db.execute(select(table))).mappings())


async def count(engine: AsyncEngine, table: Table) -> int:
    async with engine.connect() as db:
        return int((await db.execute(select(func.count()).select_from(table))).scalar_one())


async def whole(engine: AsyncEngine) -> bool:
    """Every ticket is the fold of its log."""
    return [difference async for difference in rebuild.differences(engine)] == []


async def test_a_batch_of_several_people_is_one_commit(process: Process, engine: AsyncEngine) -> None:
    await process.say("o0", "hello")
    commits: list[str] = []
    event.listen(engine.sync_engine, "commit", lambda _: commits.append("commit"))
    answers = await process.run(*(said(f"o{n}", "file") for n in range(SEVERAL)))
    # One for the serials' next block at most, one for the batch.
    assert len(commits) <= 2
    assert len({text_of(answer) for answer in answers}) == SEVERAL
    assert await count(engine, tickets) == await count(engine, events) == await count(engine, outbox) == SEVERAL
    assert await count(engine, media) == SEVERAL
    assert await count(engine, people) == SEVERAL
    assert await count(engine, inbox) == SEVERAL + 1
    assert await whole(engine)


async def test_after_the_commit_the_rest_is_told_what_changed(process: Process) -> None:
    await process.run(said("o1", "file"), said("o2", "hello there"), said("o3", "boom"))
    assert [len(outcome.tickets) for outcome in process.committed] == [1, 0, 0]


async def test_a_repeated_message_gets_the_stored_reply(process: Process, engine: AsyncEngine) -> None:
    first = await process.run(said("o1", "file", "m1"))
    again, new = await process.run(said("o1", "file", "m1"), said("o2", "file", "m2"))
    assert text_of(again) == text_of(first[0])
    assert again.repeated
    assert not new.repeated
    assert await count(engine, tickets) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_one_key_of_two_senders_is_two_messages(together: bool, process: Process, engine: AsyncEngine) -> None:
    batch = (said("o1", "file", "m1"), said("o2", "file", "m1"))
    answers = await process.run(*batch) if together else [(await process.run(one))[0] for one in batch]
    assert len(set(texts(answers))) == 2
    assert await count(engine, tickets) == 2
    for one, answer in zip(batch, answers, strict=True):
        (again,) = await process.run(one)
        assert again == Answer(answer.reply, repeated=True)
    assert texts(await process.run(*batch)) == texts(answers)
    assert await count(engine, tickets) == await count(engine, inbox) == 2


async def test_a_row_without_a_sender_is_its_persons(process: Process, engine: AsyncEngine) -> None:
    """As version 0.1 wrote it."""
    (first,) = await process.run(said("o1", "file", "m1"))
    async with engine.begin() as db:
        await db.execute(update(inbox).values(sender=""))
    (again,) = await process.run(said("o1", "file", "m1"))
    assert again == Answer(first.reply, repeated=True)
    (other,) = await process.run(said("o2", "file", "m1"))
    assert not other.repeated
    assert text_of(other) != text_of(first)
    assert await count(engine, tickets) == 2


async def test_two_who_left_with_one_key_are_forgotten_both(process: Process, engine: AsyncEngine) -> None:
    await process.run(said("o1", "hello", "m1"), said("o2", "hello", "m1"))
    await process.run(said("o1", "", body=Unfollow()), said("o2", "", body=Unfollow()))
    assert {row["person_id"] for row in await rows(engine, inbox)} == {0}


async def test_one_key_in_two_channels_is_two_messages(process: Process) -> None:
    wechat = said("o1", "x here", "m1")
    wecom = type(wechat)("m1", Channel.WECOM, "o1", wechat.sent_at, wechat.received_at, Text("x there"))
    assert texts(await process.run(wechat, wecom)) == ["here", "there"]


async def test_a_person_is_remembered_between_messages(process: Process, other: Process) -> None:
    await process.say("o1", "remember 路灯")
    assert await other.say("o1", "remember 井盖") == "路灯、井盖"


async def test_two_people_touch_one_ticket_in_one_batch(process: Process, engine: AsyncEngine) -> None:
    number = await process.say("o1", "file")
    answers = await process.run(*(said(f"o{n}", f"note {number} {n}") for n in range(SEVERAL)))
    assert texts(answers) == [str(version) for version in range(2, SEVERAL + 2)]
    journey = await Archive(engine).by_number(number)
    assert journey is not None
    assert journey.ticket.version == len(journey.history) == SEVERAL + 1
    assert await whole(engine)


async def test_a_batch_is_read_together(process: Process) -> None:
    answers = await process.run(
        said("o1", "read 路灯"), said("o2", "hello there"), said("o3", "read 油烟"), said("o4", "read 路灯")
    )
    assert texts(answers) == ["城乡建设", "there", "环境保护", "城乡建设"]
    assert process.read_together == [2]


async def test_words_that_cannot_be_read_spoil_nobody_elses(process: Process) -> None:
    answers = await process.run(said("o1", "read 路灯"), said("o2", "read 毒"), said("o3", "file"))
    assert [answer.failed for answer in answers] == [False, True, False]
    assert texts(answers)[:2] == ["城乡建设", APOLOGY]


@pytest.mark.parametrize("bug", ["boom", "stumble", "garble"])
async def test_a_failing_rule_takes_only_its_own_message_out(bug: str, process: Process, engine: AsyncEngine) -> None:
    before, broken, after = await process.run(said("o1", "file"), said("o2", bug, "bad"), said("o3", "file"))
    assert broken.failed
    assert text_of(broken) == APOLOGY
    assert not before.failed
    assert not after.failed
    assert await count(engine, tickets) == 2
    kept = [row for row in await rows(engine, inbox) if row["failed"]]
    assert [(row["key"], row["person_id"] > 0) for row in kept] == [("bad", True)]
    assert (await process.run(said("o2", bug, "bad")))[0].repeated


@pytest.mark.parametrize("slow", ["linger", "dwell"])
async def test_a_rule_that_takes_too_long_takes_only_its_own_message_out(
    slow: str, process: Process, engine: AsyncEngine
) -> None:
    process.work = process.with_budget(0.2)
    begun = monotonic()
    before, late, after = await process.run(said("o1", "file"), said("o2", slow), said("o3", "file"))
    assert monotonic() - begun < 10
    assert (late.failed, text_of(late)) == (True, APOLOGY)
    assert not before.failed
    assert not after.failed
    assert len([row for row in await rows(engine, inbox) if row["failed"]]) == 1
    assert await count(engine, tickets) == 2
    assert await process.say("o2", "file"), "its sender goes on"


async def test_what_took_too_long_is_not_tried_again_when_the_batch_is(process: Process, engine: AsyncEngine) -> None:
    process.work = process.with_budget(0.2)
    await process.run(said("o0", "doubled"))
    # The database refuses the first message, so each of them is decided again, alone.
    answers = await process.run(said("o1", "doubled"), said("o2", "linger"))
    assert [answer.failed for answer in answers] == [True, True]
    assert process.rules.lingered == 1


async def test_what_the_database_calls_double_is_kept_as_failed(process: Process, engine: AsyncEngine) -> None:
    """A mistake of a rule that shows only when it is written, and each time it is decided again."""
    assert await process.say("o1", "doubled") == "again"
    good, doubled = await process.run(said("o2", "file"), said("o3", "doubled"))
    assert not good.failed
    assert doubled.failed
    assert await count(engine, tickets) == 2


POISON = {
    "a NUL in the key": {"key": "k\0ey"},
    "a lone surrogate in the key": {"key": "k\ud800ey"},
    "a lone surrogate in the openid": {"openid": "o\udfff"},
    "a NUL in the openid": {"openid": "o\0"},
    "an over-long openid": {"openid": "o" * 300},
    "an over-long key": {"key": "k" * 300},
    "a lone surrogate in the words": {"words": "x \ud83d"},
}


def poisoned(what: str) -> Incoming:
    given = {"openid": "o2", "words": "file", "key": "poison"} | POISON[what]
    return said(given["openid"], given["words"], given["key"])


@pytest.mark.parametrize("what", POISON)
async def test_poison_spoils_nobody_elses_message(what: str, process: Process, engine: AsyncEngine) -> None:
    before, _, after = await process.run(said("o1", "file"), poisoned(what), said("o3", "file"))
    assert not before.failed
    assert not after.failed
    assert {row["person_id"] for row in await rows(engine, tickets)} >= {
        row["id"] for row in await rows(engine, people) if row["openid"] in {"o1", "o3"}
    }


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", [what for what in POISON if "words" not in POISON[what]])
async def test_what_cannot_be_kept_is_answered_by_nothing(what: str, process: Process) -> None:
    """Otherwise the platform would send it again, or the spool would take it up for ever."""
    answer = (await process.run(poisoned(what)))[0]
    assert (answer.reply, answer.failed) == (None, True)


async def test_words_that_cannot_be_kept_are_answered_by_nothing(process: Process) -> None:
    answer = (await process.run(said("o1", "x \ud83d")))[0]
    assert (answer.reply, answer.failed) == (None, True)


@pytest.mark.parametrize("round_", range(3))
async def test_two_processes_get_the_same_message(
    round_: int, process: Process, other: Process, engine: AsyncEngine
) -> None:
    for process_ in (process, other):
        await process_.say(f"warm{process_ is other}", "hello")
    answers = await asyncio.gather(process.run(said("o1", "file", "same")), other.run(said("o1", "file", "same")))
    assert text_of(answers[0][0]) == text_of(answers[1][0])
    assert sorted(answer[0].repeated for answer in answers) == [False, True]
    assert await count(engine, tickets) == 1
    assert len([row for row in await rows(engine, people) if row["openid"] == "o1"]) == 1


async def test_two_processes_meet_the_same_new_person(process: Process, other: Process, engine: AsyncEngine) -> None:
    """Each has a message of theirs; both are filed, under one person."""
    await asyncio.gather(
        *(mine.run(said("o1", "file"), said(f"x{mine is other}", "file")) for mine in (process, other))
    )
    assert await count(engine, tickets) == 4
    assert await count(engine, people) == 3


async def test_two_processes_write_one_ticket(process: Process, other: Process, engine: AsyncEngine) -> None:
    number = await process.say("o1", "file")
    both = [mine.say(f"o{n}", f"note {number} {n}") for n in range(SEVERAL) for mine in (process, other)]
    versions = await asyncio.gather(*both)
    assert sorted(map(int, versions)) == list(range(2, 2 * SEVERAL + 2))
    assert await whole(engine)


COLLISIONS = {
    "the same message": ("o1", "file", "same"),
    "the same new person": ("o1", "file", "another"),
    "the same ticket": ("o9", "note {number} meanwhile", "another"),
}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", COLLISIONS)
async def test_who_comes_second_decides_again(
    what: str, process: Process, database_url: str, engine: AsyncEngine
) -> None:
    """The other process commits between our look and our commit, every time. (SQLite has one writer at a time.)"""
    number = await process.say("o1" if "ticket" in what else "o5", "file")
    openid, words, key = COLLISIONS[what]

    async def elsewhere() -> str:
        opened = open_engine(database_url)
        try:
            return await Process(opened, node=2).say(openid, words.format(number=number), key)
        finally:
            await opened.dispose()

    decided = process.rules.decided
    replies: list[str] = []
    process.rules.meanwhile = lambda: replies.append(outside(elsewhere))
    mine = "complain mine" if "ticket" in what else "file"
    answer = (await process.run(said("o1", mine, "same")))[0]
    assert len(replies) == 1
    if "message" in what:
        assert (text_of(answer), answer.repeated) == (replies[0], True)
        assert process.rules.decided == decided + 1
    else:
        assert process.rules.decided == decided + 2
        assert not answer.failed
    assert await whole(engine)
    assert await count(engine, tickets) == (1 if "ticket" in what else 2 if "message" in what else 3)


async def test_a_database_that_is_away_keeps_nothing(database_url: str, process: Process) -> None:
    gone = open_engine(
        "postgresql://nobody@127.0.0.1:9/none" if "postgresql" in database_url else "sqlite:////proc/none/minsheng.db"
    )
    stranded = Process(gone)
    with pytest.raises(Unavailable):
        await stranded.run(said("o1", "file", "m1"))
    await gone.dispose()
    assert stranded.committed == []
    assert not (await process.run(said("o1", "file", "m1")))[0].repeated


async def test_a_database_without_tables_is_away(tmp_path: Any) -> None:
    """Somebody is still migrating: the message is worth keeping."""
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(Unavailable):
        await Process(engine).run(said("o1", "file"))
    await engine.dispose()


async def test_a_locked_database_is_busy_and_fails_nobody(
    database_url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock holds it longer than we wait: the message must not be taken for a mistake."""
    monkeypatch.setattr("storage.schema.engine._SQLITE_SETTINGS", ("PRAGMA busy_timeout=1",))
    impatient = open_engine(database_url)
    if engine.dialect.name == "postgresql":
        event.listen(impatient.sync_engine, "begin", lambda db: db.exec_driver_sql("SET LOCAL lock_timeout='1ms'"))
    process = Process(impatient)
    await process.say("o1", "hello")
    async with engine.connect() as holder:
        await holder.execution_options(writes=True)
        await holder.begin()
        if engine.dialect.name == "postgresql":
            await holder.exec_driver_sql("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable):
            await process.run(said("o1", "file", "m1"))
        await holder.rollback()
    answer = (await process.run(said("o1", "file", "m1")))[0]
    await impatient.dispose()
    assert not answer.failed
    assert not answer.repeated


class Busy:
    """A runner whose database is locked for so many transactions."""

    def __init__(self, inner: Runner, times: int) -> None:
        self._runner = inner
        self.times = times

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self.times:
            self.times -= 1
            raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))
        return await self._runner.run(work)


@pytest.mark.parametrize(("times", "kept"), [(ATTEMPTS - 1, True), (ATTEMPTS, False)])
async def test_a_lock_that_goes_too_late_is_no_mistake_of_the_message(
    times: int, kept: bool, process: Process, engine: AsyncEngine
) -> None:
    process.work._runner = Busy(runner(engine), times)
    if kept:
        assert not (await process.run(said("o1", "file")))[0].failed
    else:
        with pytest.raises(Unavailable):
            await process.run(said("o1", "file"))
    assert await count(engine, inbox) == kept


async def test_who_leaves_leaves_no_way_back(process: Process, engine: AsyncEngine) -> None:
    await process.say("o1", "file", "o1:subscribe")
    await process.run(said("o1", "", "leave", Unfollow()))
    person = (await rows(engine, people))[0]
    assert "o1" not in person["openid"]
    assert person["following"] is False
    assert [row["body"] for row in await rows(engine, inbox)] == ["null", "null"]
    assert not {row["person_id"] for row in await rows(engine, inbox)} & {person["id"]}
    assert await count(engine, outbox) == 0
    assert await count(engine, tickets) == 1
    assert await process.say("o1", "mine") == ""
    assert await count(engine, people) == 2
