"""Replies given in public come back to whoever asks the same, and only while they may."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.published_replies import PublishedReplies, read_file
from bot.config import Unusable
from handlers.tickets.ticket import State, Ticket
from nlp.understand import Reader
from storage.queries import published_replies as store
from storage.queries.journeys import Archive
from storage.schema import rows
from storage.schema.tables import tickets as table
from storage.transactions import directory
from tests.integration.service.stage import LI, START, WANG, Stage
from tests.support import samples

QUESTION = "请问非机动车停车证怎么办理？要带什么材料，在哪里领？"
AGAIN = "请问非机动车的停车证在哪里办，需要什么材料"
REPLY = "您好，非机动车停车证由我局窗口办理，请带身份证和购车发票，当场领取。办理时间是工作日九点到十七点。"


async def answered(stage: Stage) -> str:
    """A public question and its reply; the ticket's number."""
    said = await stage.say(WANG, QUESTION)
    number = next(word.strip("，") for word in said.replace("，", " ").split() if word.isdigit() and len(word) == 8)
    await stage.say(WANG, "匿名公开")
    journey = await Archive(stage.parts.process.engine).by_number(number)
    assert journey is not None
    desk = "o_dispatch_zhao"
    await stage.bind(desk, journey.ticket.unit_id)
    said = await stage.say(desk, f"答复 {number} {REPLY}")
    assert "已答复" in said
    await stage.parts.background.knowledge.published.refresh(stage.clock.now())
    return number


async def test_a_question_finds_the_reply_that_was_published(stage: Stage) -> None:
    await answered(stage)
    said = await stage.say(LI, AGAIN)
    assert "请带身份证和购车发票" in said
    assert "还想提交吗" in said
    assert "编号" in await stage.say(LI, "提交")


async def test_what_is_public_no_more_is_shown_no_more(stage: Stage) -> None:
    await answered(stage)
    await stage.say(WANG, "不公开")
    assert "请带身份证和购车发票" not in await stage.say(LI, AGAIN)
    await stage.say(LI, "撤回")
    await stage.parts.background.knowledge.published.refresh(stage.clock.now())
    assert not stage.parts.background.knowledge.published.find(AGAIN)


async def test_a_change_that_did_not_matter_brings_it_back(stage: Stage) -> None:
    await answered(stage)
    await stage.say(WANG, "评价 5")
    assert not stage.parts.background.knowledge.published.find(AGAIN)
    await stage.parts.background.knowledge.published.refresh(stage.clock.now())
    assert [found.reply for found in stage.parts.background.knowledge.published.find(AGAIN)] == [REPLY]


def many(number: int, **given: object) -> Ticket:
    """A public question with its reply; the same number is the same ticket."""
    # Three characters that no other number has: questions of their own.
    what = "".join(chr(0x4E00 + 31 * number + place) for place in range(3))
    start = samples.start(kind="咨询", title=f"{what}证怎么办", public=True, place=None).ticket
    fields = {
        "id": number + 1,
        "number": f"{number:08d}",
        "token": f"t{number}",
        "state": State.REPLIED,
        "text": f"请问{what}证怎么办，{what}要带什么材料",
        "reply": f"您好，{what}证请带身份证和照片到第{number}号窗口办理，五个工作日领取。",
        "replied_at": START,
    }
    return replace(start, **(fields | given))


class TestFollowing:
    """What other processes write is followed by reading only that."""

    @pytest.fixture
    def read(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many tickets were read at each look that read any."""
        counts: list[int] = []
        real = store.read

        async def counted(engine: AsyncEngine, ids: Sequence[int]) -> list[Ticket]:
            counts.append(len(ids))
            return await real(engine, ids)

        monkeypatch.setattr(store, "read", counted)
        return counts

    async def write(self, stage: Stage, *changed: Ticket) -> None:
        """As another process would: the row is replaced, nobody here is told."""
        async with stage.parts.process.engine.begin() as db:
            await db.execute(delete(table).where(table.c.id.in_([ticket.id for ticket in changed])))
            await db.execute(insert(table), [rows.ticket_row(ticket) for ticket in changed])

    async def look(self, stage: Stage) -> PublishedReplies:
        published = stage.parts.background.knowledge.published
        await published.refresh(stage.clock.now())
        return published

    async def test_only_what_changed_is_read(self, stage: Stage, read: list[int]) -> None:
        await self.write(stage, *map(many, range(300)))
        published = await self.look(stage)
        await self.look(stage)
        assert read == [300]
        await self.write(
            stage, many(300), many(7, version=2, reply="您好，现在改到第九百号窗口办理，请带好身份证和照片。")
        )
        await self.look(stage)
        assert read == [300, 2]
        assert published.find(many(300).text)[0].question == many(300).title
        (about,) = {found.reply for found in published.find(many(7).text) if found.question == many(7).title}
        assert "第九百号" in about

    async def test_what_another_process_hid_is_gone_at_the_next_look(self, stage: Stage, read: list[int]) -> None:
        await self.write(stage, many(1), many(2))
        published = await self.look(stage)
        await self.write(stage, many(1, public=False, version=2), many(2, rating=1, version=2))
        assert published.find(many(1).text)
        await self.look(stage)
        assert published.find(many(1).text) == published.find(many(2).text) == ()
        # The one comes back, and is read again.
        await self.write(stage, many(1, version=3))
        await self.look(stage)
        assert [found.question for found in published.find(many(1).text)] == [many(1).title]

    async def test_many_new_ones_are_indexed_with_all(self, stage: Stage, read: list[int]) -> None:
        await self.write(stage, many(0))
        await self.look(stage)
        await self.write(stage, *map(many, range(1, 250)))
        published = await self.look(stage)
        assert read == [1, 250]
        assert published.find(many(200).text)[0].question == many(200).title

    async def test_a_units_new_telephone_is_shown(self, stage: Stage, read: list[int]) -> None:
        await self.write(stage, many(0, unit_id="gongan"))
        published = await self.look(stage)
        known = stage.parts.rules.directory.now
        units = [replace(unit, phone="0579-8719999") if unit.id == "gongan" else unit for unit in known.units.values()]
        await directory.replace(stage.parts.process.engine, units, known.routes, known.dispatch_id)
        await stage.parts.rules.directory.refresh()
        await self.look(stage)
        assert read == [1, 1]
        assert published.find(many(0).text)[0].phone == "0579-8719999"
        await stage.bind("o_dispatch_zhao", "gongan")
        await self.look(stage)
        assert read == [1, 1]


class TestFile:
    """What an operator had published before."""

    def test_it_is_read(self, tmp_path: Path, reader: Reader) -> None:
        file = tmp_path / "old.csv"
        file.write_text(
            "title,detail,reply,unit,date\n停车证怎么办,,请带身份证到窗口。请打13812345678,市政局,2026-03-05\n", "utf-8"
        )
        (entry,) = read_file(file, reader.understand)
        assert (entry.shown.unit, entry.shown.at.day, entry.shown.place) == ("市政局", 5, "")
        assert "13812345678" not in entry.shown.reply

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            ("title,reply\n", "no column date, detail, unit"),
            ("title,detail,reply,unit,date\n怎么办,,这样办,市政局,去年\n", "line 2: date"),
            ("title,detail,reply,unit,date\n怎么办,,,市政局,2026-03-05\n", "line 2: title, reply and unit"),
        ],
    )
    def test_what_cannot_be_used_is_said_in_one_line(
        self, tmp_path: Path, reader: Reader, content: str, why: str
    ) -> None:
        file = tmp_path / "old.csv"
        file.write_text(content, "utf-8")
        with pytest.raises(Unusable, match=f"ANSWERS_FILE: .*{why}"):
            read_file(file, reader.understand)

    def test_a_file_that_is_not_there(self, tmp_path: Path, reader: Reader) -> None:
        with pytest.raises(Unusable, match="ANSWERS_FILE"):
            read_file(tmp_path / "none.csv", reader.understand)
