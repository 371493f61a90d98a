"""Replies given in public come back to whoever asks the same, and only while they may."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Unusable
from bot.published import read_file
from nlp.understand import Reader
from tests.integration.service.stage import LI, WANG, Stage

QUESTION = "请问非机动车停车证怎么办理？要带什么材料，在哪里领？"
AGAIN = "请问非机动车的停车证在哪里办，需要什么材料"
REPLY = "您好，非机动车停车证由我局窗口办理，请带身份证和购车发票，当场领取。办理时间是工作日九点到十七点。"


async def answered(stage: Stage) -> str:
    """A public question and its reply; the ticket's number."""
    said = await stage.say(WANG, QUESTION)
    number = next(word.strip("，") for word in said.replace("，", " ").split() if word.isdigit() and len(word) == 8)
    await stage.say(WANG, "匿名公开")
    journey = await stage.parts.archive.by_number(number)
    assert journey is not None
    desk = "o_dispatch_zhao"
    await stage.bind(desk, journey.ticket.unit_id)
    said = await stage.say(desk, f"答复 {number} {REPLY}")
    assert "已答复" in said
    await stage.parts.knowledge.published.refresh(stage.clock.now())
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
    await stage.parts.knowledge.published.refresh(stage.clock.now())
    assert not stage.parts.knowledge.published.find(AGAIN)


async def test_a_change_that_did_not_matter_brings_it_back(stage: Stage) -> None:
    await answered(stage)
    await stage.say(WANG, "评价 5")
    assert not stage.parts.knowledge.published.find(AGAIN)
    await stage.parts.knowledge.published.refresh(stage.clock.now())
    assert [found.reply for found in stage.parts.knowledge.published.find(AGAIN)] == [REPLY]


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
