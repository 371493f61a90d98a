"""Messages that arrive together travel together, each person's in order, and nothing that was taken is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.inbound.batcher import Batcher
from handlers.errors import Unavailable
from handlers.messages import Channel, Incoming, Text
from handlers.outcome import Reply
from storage.transactions.messages import Answer

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def said(openid: str, key: str, channel: Channel = Channel.WECHAT) -> Incoming:
    return Incoming(key, channel, openid, NOW, NOW, Text("hello"))


class Work:
    """A unit of work whose batches wait until they are let go."""

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.late: list[tuple[str, str]] = []
        self.late_error: Exception | None = None
        if not held:
            self.gate.set()

    async def run(self, batch: Sequence[Incoming]) -> list[Answer]:
        self.batches.append([incoming.key for incoming in batch])
        await self.gate.wait()
        if self.error:
            raise self.error
        return [Answer(Reply(f"re {incoming.key}")) for incoming in batch]

    async def answer_late(self, incoming: Incoming, answer: Answer) -> None:
        if self.late_error:
            raise self.late_error
        self.late.append((incoming.key, answer.reply.text if answer.reply else ""))


def batcher(work: Work, most: int = 64, flights: int = 1, lull: float = 0.0) -> Batcher:
    return Batcher(work.run, work.answer_late, most, flights, lull)


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_one_key_of_two_senders_joins_nobody() -> None:
    work = Work(held=True)
    both = batcher(work)
    mine, yours = both.submit(said("o1", "a")), both.submit(said("o2", "a"))
    assert mine is not yours
    assert both.submit(said("o2", "a")) is yours
    work.gate.set()
    await both.drain()
    assert not both.holds(said("o1", "a"))


async def test_one_that_waits_alone_starts_at_once() -> None:
    work = Work(held=True)
    batcher(work).submit(said("o1", "a"))
    await turns(2)
    assert work.batches == [["a"]]
    work.gate.set()


async def test_what_arrives_in_one_turn_is_one_batch_and_what_comes_meanwhile_the_next() -> None:
    work = Work(held=True)
    box = batcher(work)
    box.submit(said("o1", "a"))
    box.submit(said("o2", "b"))
    await turns()
    for n in range(3):
        box.submit(said(f"p{n}", f"c{n}"))
    await turns()
    assert work.batches == [["a", "b"]]
    work.gate.set()
    await box.drain()
    assert work.batches == [["a", "b"], ["c0", "c1", "c2"]]


async def test_those_who_were_answered_together_are_waited_for_together() -> None:
    work = Work()
    box = batcher(work, lull=3600.0)
    first = [box.submit(said(f"o{n}", f"a{n}")) for n in range(3)]
    await asyncio.gather(*(taken.answer for taken in first))
    box.submit(said("o0", "b0"))
    box.submit(said("o1", "b1"))
    await turns()
    assert len(work.batches) == 1
    box.submit(said("o2", "b2"))
    await turns()
    assert work.batches[1:] == [["b0", "b1", "b2"]]


async def test_who_comes_alone_after_many_waits_for_a_lull_and_the_next_for_nobody() -> None:
    work = Work()
    box = batcher(work)
    await asyncio.gather(*(box.submit(said(f"o{n}", f"a{n}")).answer for n in range(3)))
    await box.submit(said("o0", "b0")).answer
    patient = batcher(work, lull=3600.0)
    await patient.submit(said("o0", "c0")).answer
    await patient.submit(said("o0", "d0")).answer
    assert work.batches[1:] == [["b0"], ["c0"], ["d0"]]


async def test_who_comes_long_after_many_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    patient = batcher(work, lull=3600.0)
    await asyncio.gather(*(patient.submit(said(f"o{n}", f"a{n}")).answer for n in range(2)))
    monkeypatch.setattr(patient, "_expected_until", asyncio.get_running_loop().time())
    await patient.submit(said("o0", "b0")).answer
    assert work.batches[1:] == [["b0"]]


async def test_who_came_while_the_others_flew_starts_though_nobody_else_writes() -> None:
    work = Work(held=True)
    box = batcher(work)
    box.submit(said("o1", "a"))
    await turns()
    meanwhile = box.submit(said("o2", "b"))
    work.gate.set()
    assert (await asyncio.wait_for(meanwhile.answer, 5)).reply == Reply("re b")


async def test_a_trickle_of_messages_is_not_waited_for_without_end() -> None:
    work = Work()
    box = batcher(work)
    await asyncio.gather(*(box.submit(said(f"o{n}", f"a{n}")).answer for n in range(64)))
    for n in range(30):
        box.submit(said(f"o{n}", f"b{n}"))
        await turns(1)
    assert len(work.batches) > 1
    await box.drain()
    assert sum(map(len, work.batches)) == 94


async def test_a_batch_has_at_most_so_many() -> None:
    work = Work()
    box = batcher(work, most=2)
    for n in range(5):
        box.submit(said(f"o{n}", f"k{n}"))
    await box.drain()
    assert work.batches == [["k0", "k1"], ["k2", "k3"], ["k4"]]


@pytest.mark.parametrize("flights", [1, 2, 4])
async def test_one_persons_messages_never_travel_together_and_keep_their_order(flights: int) -> None:
    work = Work(held=True)
    box = batcher(work, flights=flights)
    for n in range(4):
        box.submit(said("o1", f"a{n}"))
        box.submit(said("o2", f"b{n}"))
    await turns()
    assert work.batches == [["a0", "b0"]]
    work.gate.set()
    await box.drain()
    assert work.batches == [[f"a{n}", f"b{n}"] for n in range(4)]


async def test_one_name_in_two_channels_is_two_people() -> None:
    work = Work()
    box = batcher(work)
    box.submit(said("o1", "a"))
    box.submit(said("o1", "a", Channel.WECOM))
    await box.drain()
    assert work.batches == [["a", "a"]]


async def test_so_many_batches_fly_at_the_same_time_and_no_more() -> None:
    work = Work(held=True)
    box = batcher(work, flights=2)
    for n in range(4):
        box.submit(said(f"o{n}", f"k{n}"))
        await turns()
    assert work.batches == [["k0"], ["k1"]]
    work.gate.set()
    await box.drain()
    assert work.batches == [["k0"], ["k1"], ["k2", "k3"]]


async def test_a_retry_in_flight_joins_and_a_later_one_is_asked_anew() -> None:
    work = Work(held=True)
    box = batcher(work)
    first = box.submit(said("o1", "a"))
    assert box.submit(said("o1", "a")) is first
    await turns()
    assert box.submit(said("o1", "a")) is first
    assert box.holds(said("o1", "a"))
    work.gate.set()
    assert (await first.answer).reply == Reply("re a")
    await box.drain()
    assert not box.holds(said("o1", "a"))
    box.submit(said("o1", "a"))
    await box.drain()
    assert work.batches == [["a"], ["a"]]


@pytest.mark.parametrize("error", [Unavailable("database"), ValueError("a bug")])
async def test_a_batch_that_fails_is_unavailable_to_its_senders_and_the_next_one_flies(error: Exception) -> None:
    work = Work()
    work.error = error
    box = batcher(work)
    taken = box.submit(said("o1", "a"))
    with pytest.raises(Unavailable):
        await taken.answer
    work.error = None
    assert (await box.submit(said("o1", "b")).answer).reply == Reply("re b")
    assert work.batches == [["a"], ["b"]]


async def test_a_failure_that_nobody_waits_for_warns_nobody() -> None:
    work = Work()
    work.error = Unavailable("database")
    box = batcher(work)
    box.submit(said("o1", "a"))
    await box.drain()


async def test_late_answers_go_another_way_after_the_batch() -> None:
    work = Work(held=True)
    box = batcher(work)
    late, in_time = box.submit(said("o1", "a")), box.submit(said("o2", "b"))
    late.late = True
    work.gate.set()
    await in_time.answer
    await box.drain()
    assert work.late == [("a", "re a")]


async def test_a_late_answer_that_fails_stops_nobody() -> None:
    work = Work()
    work.late_error = OSError("no database")
    box = batcher(work)
    box.submit(said("o1", "a")).late = True
    await turns()
    assert (await box.submit(said("o2", "b")).answer).reply == Reply("re b")
    await box.drain()


async def test_drain_finishes_everything_that_was_taken() -> None:
    work = Work(held=True)
    box = batcher(work, most=1)
    taken = [box.submit(said("o1", f"k{n}")) for n in range(5)]
    draining = asyncio.create_task(box.drain())
    await turns()
    assert not draining.done()
    work.gate.set()
    await draining
    assert all(one.answer.done() for one in taken)
    await box.drain()


async def test_it_tells_how_long_the_oldest_message_has_been_on_its_way() -> None:
    work = Work(held=True)
    box = batcher(work, most=1)
    assert box.oldest() == 0
    first, second = box.submit(said("o1", "k1")), box.submit(said("o2", "k2"))
    first.since -= 60
    second.since -= 30
    await turns()
    assert 60 <= box.oldest() < 90
    work.gate.set()
    await box.drain()
    assert box.oldest() == 0
