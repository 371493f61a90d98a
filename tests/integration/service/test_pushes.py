"""The outbox's way out, against the fake platform with its quotas, refusals and faults."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.platform.faults import ApiFault
from bot.sandbox.town import samples as files
from handlers.messages import Channel
from handlers.tickets import numbers
from storage.queries.journeys import Archive
from storage.queues.outbox import Letter
from storage.schema.tables import OutboxState
from tests.integration.service.stage import CHEN, WANG, Stage

CUSTOM, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"


async def filed(stage: Stage) -> str:
    """A ticket on the desk of an official who is bound; its number."""
    await stage.bind(CHEN, "chengguan")
    number = numbers.find(await stage.say(WANG, "和平菜市场门口的下水道堵了，污水漫到人行道上"))[0]
    await stage.send()
    return number


async def letters(stage: Stage, state: OutboxState | None = None) -> list[Letter]:
    return await stage.parts.outbound.outbox.list(state)


async def test_a_change_is_pushed_to_whom_it_concerns(stage: Stage) -> None:
    number = await filed(stage)
    before = len(stage.texts(WANG))
    assert number in await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert len(stage.texts(WANG)) == before + 1
    assert await letters(stage) == []


async def test_when_the_quota_is_used_up_a_template_goes(stage: Stage) -> None:
    number = await filed(stage)
    for n in range(6):
        await stage.say(CHEN, f"受理 {number}" if n == 0 else f"现场 {number} 第{n}次到现场，正在清淤")
        await stage.send()
    assert stage.cards(WANG)
    assert await letters(stage) == []
    assert stage.world.sent[-1].status == "success"


@pytest.mark.parametrize("code", [45015, 45047])
async def test_the_platforms_count_outranks_ours(code: int, stage: Stage) -> None:
    number = await filed(stage)
    stage.world.set_fault(ApiFault(CUSTOM, 1, code=code))
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert len(stage.cards(WANG)) == 1
    person = await Archive(stage.parts.process.engine).account(Channel.WECHAT, WANG)
    assert person is not None
    assert person.reach.left == 0


async def test_what_can_go_neither_way_is_told_with_the_next_reply(stage: Stage) -> None:
    number = await filed(stage)
    stage.world.set_fault(ApiFault(CUSTOM, 1, code=45015))
    stage.world.set_fault(ApiFault(TEMPLATE, 1, code=45009))
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert [letter.state for letter in await letters(stage)] == [OutboxState.PARKED]
    assert "没收到的进展" in await stage.say(WANG, "进度")
    assert await letters(stage) == []
    assert "没收到的进展" not in await stage.say(WANG, "进度")


async def test_whoever_left_gets_nothing_and_loses_nothing(stage: Stage) -> None:
    """43004, before the platform has told us that they left."""
    number = await filed(stage)
    stage.world.set_fault(ApiFault(CUSTOM, 1, code=45015))
    stage.world.set_fault(ApiFault(TEMPLATE, 1, code=43004))
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert [letter.state for letter in await letters(stage)] == [OutboxState.PARKED]


async def test_busy_is_tried_again_later_and_in_order(stage: Stage) -> None:
    number = await filed(stage)
    before = len(stage.texts(WANG))
    stage.world.set_fault(ApiFault(CUSTOM, 100, code=-1))
    await stage.say(CHEN, f"受理 {number}")
    await asyncio.wait_for(stage.parts.outbound.worker.once(), 30)
    await stage.say(CHEN, f"现场 {number} 疏通车已到现场")
    assert await stage.parts.outbound.worker.once() == 0
    waiting = await letters(stage)
    assert (waiting[0].state, waiting[0].attempts) == (OutboxState.PENDING, 1)
    stage.world.clear_faults()
    stage.clock.advance(timedelta(seconds=15))
    await stage.send()
    told = stage.texts(WANG)[before:]
    assert len(told) == 2
    assert "疏通车" in told[1]


async def test_a_template_that_did_not_arrive_is_told_later(stage: Stage) -> None:
    number = await filed(stage)
    stage.world.set_fault(ApiFault(CUSTOM, 1, code=45015))
    stage.world.set_refuses(WANG, True)
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert stage.cards(WANG) == []
    assert [letter.state for letter in await letters(stage)] == [OutboxState.PARKED]
    assert "没收到的进展" in await stage.say(WANG, "进度")


async def test_a_message_that_can_never_be_taken_is_dead_until_requeued(stage: Stage) -> None:
    number = await filed(stage)
    stage.world.set_fault(ApiFault(CUSTOM, 1, code=87014))
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert [letter.state for letter in await letters(stage)] == [OutboxState.DEAD]
    before = len(stage.texts(WANG))
    assert await stage.parts.outbound.outbox.requeue(stage.clock.now()) == 1
    await stage.send()
    assert len(stage.texts(WANG)) == before + 1


async def test_our_own_mistake_with_one_push_holds_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await filed(stage)
    monkeypatch.setattr("bot.outbound.worker.fit", lambda text: 1 / 0)
    await stage.say(CHEN, f"受理 {number}")
    await stage.send()
    assert {letter.state for letter in await letters(stage)} == {OutboxState.DEAD}


async def test_a_picture_is_fetched_before_the_platform_forgets_it(stage: Stage) -> None:
    number = await filed(stage)
    picture = files.picture(min(files.PICTURES))
    await stage.pusher.deliver(stage.phone(WANG).picture(picture))
    assert await stage.parts.outbound.fetcher.once() == 1
    journey = await Archive(stage.parts.process.engine).by_number(number)
    assert journey is not None
    (attachment,) = journey.ticket.attachments
    kept = (await Archive(stage.parts.process.engine).files([attachment.id]))[attachment.id]
    assert kept.content_type == "image/jpeg"
    assert kept.sha256 is not None
    assert stage.parts.outbound.files.path(kept.sha256).read_bytes() == picture


async def test_a_file_that_is_not_what_it_says_is_refused(stage: Stage) -> None:
    number = await filed(stage)
    push = stage.phone(WANG).picture(files.picture(min(files.PICTURES)))
    media_id = dict(push.fields)["MediaId"]
    stored = stage.world.media._files[str(media_id)]
    stage.world.media._files[str(media_id)] = type(stored)(
        stored.media_id, "image", "image/jpeg", b"<html><script>alert(1)</script>", stored.created_at
    )
    await stage.pusher.deliver(push)
    assert await stage.parts.outbound.fetcher.once() == 1
    journey = await Archive(stage.parts.process.engine).by_number(number)
    assert journey is not None
    file = (await Archive(stage.parts.process.engine).files([journey.ticket.attachments[0].id])).popitem()[1]
    assert file.lost
    assert file.sha256 is None


async def test_a_file_that_is_gone_after_three_days_is_lost_and_a_busy_platform_asked_again(stage: Stage) -> None:
    await filed(stage)
    await stage.pusher.deliver(stage.phone(WANG).picture(files.picture(min(files.PICTURES))))
    stage.world.set_fault(ApiFault("/cgi-bin/media/get", 100, code=-1))
    assert await stage.parts.outbound.fetcher.once() == 1
    assert await stage.parts.outbound.fetcher.once() == 0
    stage.world.clear_faults()
    stage.clock.advance(timedelta(days=3))
    assert await stage.parts.outbound.fetcher.once() == 1
    stage.clock.advance(timedelta(days=1))
    assert await stage.parts.outbound.fetcher.once() == 0
