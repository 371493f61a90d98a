"""What may have been sent is never sent again: the worker with an outbox whose database goes away at every place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from bot.channels.port import File, Message, PlainText, Sent, Template
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.clock import SteppedClock
from bot.monitoring.metrics import Metrics
from bot.outbound.journal import Journal
from bot.outbound.ledger import Ledger
from bot.outbound.templates import Templates, layout
from bot.outbound.worker import LEASE, Worker
from handlers.directory.person import Person
from handlers.messages import Channel
from handlers.pushes import Card, CardKind, Push
from storage.queues.outbox import Became, Begun, Claimed, Outbox, Reserved
from storage.schema.tables import OutboxState

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AWAY = ConnectionRefusedError("nobody listens")


class Rows:
    """The outbox's contract in memory (tests/contract/test_outbox.py has the real ones), with a database that fails.

    `fails` tells for each call by name whether the database is away; it may go away after the commit, too.
    """

    def __init__(self) -> None:
        self.rows: dict[int, Claimed] = {}
        self.state: dict[int, OutboxState | None] = {}
        self.due: dict[int, datetime] = {}
        self.notes: list[Became] = []
        self.fails: Callable[[str], str] = lambda _call: ""
        self.calls: list[str] = []
        self.reach = 5

    def add(self, push: Push, person: Person) -> None:
        self.rows[push.id] = Claimed(push, person, 0)
        self.state[push.id] = OutboxState.PENDING
        self.due[push.id] = NOW

    async def _call(self, name: str) -> str:
        self.calls.append(name)
        await asyncio.sleep(0)
        how = self.fails(name)
        if how == "away":
            raise AWAY
        return how

    async def claim(self, now: datetime, most: int, lease: timedelta) -> list[Claimed]:
        await self._call("claim")
        taken: list[Claimed] = []
        for push_id, row in sorted(self.rows.items()):
            again = self.state[push_id] is OutboxState.SENDING and row.unsure_at is None
            if self.due[push_id] <= now and (again or self.state[push_id] is OutboxState.PENDING) and len(taken) < most:
                self.rows[push_id] = replace(row, attempts=row.attempts + 1)
                self.state[push_id], self.due[push_id] = OutboxState.SENDING, now + lease
                taken.append(self.rows[push_id])
        return taken

    async def begin(self, claimed: Claimed, now: datetime, lease: timedelta, *, metered: bool) -> Begun:
        how = await self._call("begin")
        row = self.rows[claimed.push.id]
        if (row.attempts, self.state[row.push.id]) != (claimed.attempts, OutboxState.SENDING):
            return Begun.LOST
        if metered and not self.reach:
            return Begun.NO_REACH
        self.reach -= metered
        self.rows[row.push.id] = replace(row, unsure_at=now)
        self.due[row.push.id] = now + lease
        if how == "away after":
            raise AWAY
        return Begun.YES

    async def settle(self, became: Became) -> bool:
        how = await self._call("settle")
        row = self.rows[became.push_id]
        alive = self.state[became.push_id] in (OutboxState.SENDING, OutboxState.UNCERTAIN)
        if alive and (row.attempts == became.attempts or became.state is OutboxState.SENT):
            self.notes.append(became)
            self.state[became.push_id] = became.state
            self.due[became.push_id] = became.due_at or self.due[became.push_id]
            if became.reach is Reserved.EMPTY:
                self.reach = 0
            self.reach += became.reach is Reserved.RETURNED and row.unsure_at is not None
            self.rows[became.push_id] = replace(row, unsure_at=became.unsure_at)
        if how == "away after":
            raise AWAY
        return alive

    async def set_aside(self, now: datetime) -> int:
        await self._call("set_aside")
        lost = [
            push_id
            for push_id, row in self.rows.items()
            if self.state[push_id] is OutboxState.SENDING and self.due[push_id] <= now and row.unsure_at is not None
        ]
        self.state |= dict.fromkeys(lost, OutboxState.UNCERTAIN)
        return len(lost)


class Platform:
    """Counts what arrives; `answers` decides of each call what is answered, and whether it arrived."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, Message]] = []
        self.answers: list[tuple[bool, PlatformError | BaseException | None]] = []
        self.seen: Callable[[], None] = lambda: None
        self._known: set[str] = set()

    async def send(self, to: str, message: Message) -> Sent:
        await asyncio.sleep(0)
        takes, error = self.answers.pop(0) if self.answers else (True, None)
        if takes and not (isinstance(message, Template) and message.once in self._known):
            self.arrived.append((to, message))
            if isinstance(message, Template):
                self._known.add(message.once)
        self.seen()
        if error is not None:
            raise error
        return Sent(message_id=str(len(self.arrived)) if isinstance(message, Template) else "")

    async def fetch_media(self, media_id: str) -> File:
        raise NotImplementedError(media_id)

    def texts(self) -> list[str]:
        return [message.text for _, message in self.arrived if isinstance(message, PlainText)]


def no_answer(verdict: Verdict = Verdict.RETRY) -> PlatformError:
    return PlatformError(verdict, "message/custom/send", uncertain=True, detail="TimeoutError")


def refused(verdict: Verdict, code: int) -> PlatformError:
    return PlatformError(verdict, "message/custom/send", code=code)


class House:
    """Workers one after another on one disk, and sometimes two at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = Rows()
        self.platform = Platform()
        self.clock = SteppedClock(NOW)
        self.metrics = Metrics()

    def worker(self, folder: Path | None = None) -> Worker:
        outbox = cast(Outbox, self.rows)
        return Worker(
            outbox=outbox,
            ledger=Ledger(outbox, Journal(folder or self.folder), self.clock, self.metrics),
            gateways={Channel.WECHAT: self.platform, Channel.WECOM: self.platform},
            templates=Templates({CardKind.PROGRESS: _LAYOUT}),
            site="https://ms.example",
            clock=self.clock,
            metrics=self.metrics,
        )

    def push(self, push_id: int, channel: Channel = Channel.WECHAT, card: Card | None = None) -> None:
        person = Person(push_id, channel, f"o{push_id}", NOW)
        self.rows.add(Push(push_id, push_id, push_id, f"text {push_id}", card), person)

    async def settle(self, worker: Worker) -> None:
        """Rounds until twenty minutes have passed."""
        for _ in range(80):
            for _ in range(50):
                if not await worker.once():
                    break
            self.clock.advance(15 * SECOND)

    def counted(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels or None) or 0.0


_found = layout(CardKind.PROGRESS, "tid")
assert _found is not None
_LAYOUT = _found
CARD = Card(CardKind.PROGRESS, "26000001", "路灯", "已受理", "", NOW)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "pushes")


@pytest.mark.parametrize("way", ["away", "away after"])
@pytest.mark.parametrize("lasts", [1, 3, 40])
async def test_a_database_that_is_away_after_the_yes_makes_no_second_copy(lasts: int, way: str, house: House) -> None:
    """With 20 pushes and an absence of any length, from the first answer of the platform on."""
    for n in range(1, 21):
        house.push(n)
    house.rows.reach = 100
    until = NOW + lasts * 10 * SECOND
    started: list[bool] = []
    house.platform.seen = lambda: started.append(True)
    house.rows.fails = lambda _call: way if started and house.clock.now() < until else ""
    worker = house.worker()
    await worker.once()
    held = house.counted("minsheng_pushes_unwritten")
    assert 0 < held <= 16
    sent = len(house.platform.arrived)
    before = len(house.rows.calls)
    house.clock.advance(SECOND)
    for _ in range(5):
        assert await worker.once() == 0
    assert len(house.platform.arrived) == sent
    assert set(house.rows.calls[before:]) == {"settle"}, "it claims nothing while it cannot write"
    assert len(house.rows.calls[before:]) == 1, "it waits between tries"
    await house.settle(worker)
    assert sorted(house.platform.texts()) == sorted(f"text {n}" for n in range(1, 21))
    assert set(house.rows.state.values()) == {OutboxState.SENT}
    assert house.counted("minsheng_pushes_unwritten") == 0


@pytest.mark.parametrize(
    ("error", "state", "reach"),
    [
        (refused(Verdict.WINDOW, 45015), OutboxState.PARKED, 0),
        (refused(Verdict.GONE, 43004), OutboxState.PARKED, 5),
        (refused(Verdict.CONTENT, 87014), OutboxState.DEAD, 5),
        (no_answer(), OutboxState.UNCERTAIN, 4),
    ],
)
async def test_a_refusal_is_remembered_with_all_it_brings(
    error: PlatformError, state: OutboxState, reach: int, house: House
) -> None:
    house.push(1)
    house.platform.answers = [(False, error)]
    started: list[bool] = []
    house.platform.seen = lambda: started.append(True)
    until = NOW + 30 * SECOND
    house.rows.fails = lambda _call: "away" if started and house.clock.now() < until else ""
    await house.settle(house.worker())
    assert house.rows.state == {1: state}
    assert house.rows.reach == reach
    assert len(house.rows.notes) == 1
    assert not house.platform.arrived


@pytest.mark.parametrize("how", ["away", "away after"])
async def test_what_could_not_be_begun_is_sent_once_the_database_is_back(how: str, house: House) -> None:
    house.push(1)
    until = NOW + 30 * SECOND
    house.rows.fails = lambda call: how if call in ("begin", "settle") and house.clock.now() < until else ""
    worker = house.worker()
    await worker.once()
    assert not house.platform.arrived
    await house.settle(worker)
    assert house.platform.texts() == ["text 1"]
    assert house.rows.reach == 4


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("channel", list(Channel)[:2])
async def test_a_customer_message_without_an_answer_is_uncertain_and_left_alone(
    arrives: bool, channel: Channel, house: House
) -> None:
    house.push(1, channel)
    house.platform.answers = [(arrives, no_answer())]
    await house.settle(house.worker())
    assert len(house.platform.arrived) == arrives
    assert house.rows.state == {1: OutboxState.UNCERTAIN}
    assert house.counted("minsheng_pushes_total", fate="uncertain") == 1


async def test_our_own_mistake_after_it_left_is_uncertain(house: House) -> None:
    house.push(1)
    house.platform.answers = [(True, KeyError("msgid"))]
    await house.settle(house.worker())
    assert house.rows.state == {1: OutboxState.UNCERTAIN}
    assert len(house.platform.arrived) == 1


async def test_a_template_without_an_answer_is_sent_again_while_the_platform_knows_its_copy(house: House) -> None:
    house.rows.reach = 0
    house.push(1, card=CARD)
    house.platform.answers = [(True, no_answer())]
    await house.settle(house.worker())
    assert len(house.platform.arrived) == 1
    assert house.rows.state == {1: OutboxState.SENT}


async def test_and_not_later_nor_in_another_form(house: House) -> None:
    """Ten minutes of busy after the lost answer, and meanwhile the person has written."""
    house.rows.reach = 0
    house.push(1, card=CARD)
    house.platform.answers = [(True, no_answer()), *[(False, refused(Verdict.RETRY, -1))] * 6]
    worker = house.worker()
    await worker.once()
    house.rows.reach = 5
    await house.settle(worker)
    assert [type(message) for _, message in house.platform.arrived] == [Template]
    assert house.rows.state == {1: OutboxState.UNCERTAIN}
    assert house.rows.reach == 5


async def test_a_template_that_is_refused_after_a_lost_answer_is_not_told_once_more(house: House) -> None:
    house.rows.reach = 0
    house.push(1, card=CARD)
    house.platform.answers = [(True, no_answer()), (False, refused(Verdict.WINDOW, 45009))]
    await house.settle(house.worker())
    assert house.rows.state == {1: OutboxState.UNCERTAIN}


class Killed(BaseException):
    """kill -9: nothing more runs."""


@pytest.mark.parametrize("answered", [True, False])
async def test_a_worker_killed_while_the_database_is_away_leaves_its_answers_on_the_disk(
    answered: bool, house: House
) -> None:
    """The next one writes them; what had no answer yet is uncertain, and nothing arrives twice."""
    for n in range(1, 5):
        house.push(n)
    killed: list[bool] = []
    house.rows.fails = lambda call: "away" if call == "settle" and not killed else ""
    house.platform.answers = [(True, None)] * 3 + [(True, None if answered else Killed())]
    first = house.worker()
    if answered:
        await first.once()
    else:
        with pytest.raises(Killed):
            await first.once()
        # The other sends go on in their tasks; the journal's lock is held until its last line is on the disk.
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert len(house.platform.arrived) == 4
    _kill(first)
    killed.append(True)
    await house.settle(house.worker())
    assert sorted(house.platform.texts()) == [f"text {n}" for n in range(1, 5)]
    assert [house.rows.state[n] for n in range(1, 4)] == [OutboxState.SENT] * 3
    assert house.rows.state[4] is (OutboxState.SENT if answered else OutboxState.UNCERTAIN)


async def test_a_worker_that_ends_politely_leaves_what_it_holds(house: House) -> None:
    house.push(1)
    house.rows.fails = lambda call: "away" if call == "settle" else ""
    first = house.worker()
    await first.once()
    first.close()
    house.rows.fails = lambda _call: ""
    second = house.worker()
    await house.settle(second)
    assert house.rows.state == {1: OutboxState.SENT}
    assert len(house.platform.arrived) == 1
    second.close()
    assert list(house.folder.glob("*.jsonl")) == []


async def test_a_worker_on_another_disk_sends_only_what_had_not_begun(house: House, tmp_path: Path) -> None:
    """The first one stands still in the middle of a send, longer than its lease, and comes back."""
    house.push(1)
    house.push(2)
    go_on, in_send = asyncio.Event(), asyncio.Event()
    real_send, real_begin = house.platform.send, house.rows.begin

    async def slow_send(to: str, message: Message) -> Sent:
        in_send.set()
        await go_on.wait()
        return await real_send(to, message)

    async def slow_begin(claimed: Claimed, now: datetime, lease: timedelta, *, metered: bool) -> Begun:
        if claimed.push.id == 2:
            await go_on.wait()
        return await real_begin(claimed, now, lease, metered=metered)

    house.platform.send, house.rows.begin = slow_send, slow_begin  # type: ignore[method-assign]
    first = asyncio.create_task(house.worker().once())
    await in_send.wait()
    house.platform.send, house.rows.begin = real_send, real_begin  # type: ignore[method-assign]
    house.clock.advance(LEASE)
    second = house.worker(tmp_path / "elsewhere")
    await second.once()
    assert house.platform.texts() == ["text 2"]
    assert house.rows.state == {1: OutboxState.UNCERTAIN, 2: OutboxState.SENT}
    go_on.set()
    await first
    assert sorted(house.platform.texts()) == ["text 1", "text 2"]
    assert house.rows.state == {1: OutboxState.SENT, 2: OutboxState.SENT}


async def test_a_note_that_would_be_refused_for_ever_stops_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.push(1)
    house.push(2)
    real = house.rows.settle

    async def settle(became: Became) -> bool:
        if became.push_id == 1:
            raise ValueError("no row takes this")
        return await real(became)

    monkeypatch.setattr(house.rows, "settle", settle)
    await house.settle(house.worker())
    assert house.rows.state == {1: OutboxState.UNCERTAIN, 2: OutboxState.SENT}
    assert len(house.platform.arrived) == 2


async def test_without_a_disk_it_still_sends_and_remembers(tmp_path: Path) -> None:
    (tmp_path / "pushes").write_text("a file where the folder should be")
    house = House(tmp_path / "pushes")
    house.push(1)
    house.rows.fails = lambda call: "away" if call == "settle" and house.clock.now() < NOW + 30 * SECOND else ""
    with capture_logs() as logs:
        await house.settle(house.worker())
    assert logs[0]["event"] == "push_journal_not_opened"
    assert house.platform.texts() == ["text 1"]
    assert house.rows.state == {1: OutboxState.SENT}


def _kill(worker: Worker) -> None:
    """The operating system lets go of what a dead process held."""
    journal = worker._ledger._journal
    journal.close([Became(0, 0, 0, None)])


async def test_nobodys_words_are_in_the_journal_and_only_we_read_it(house: House) -> None:
    house.push(1)
    house.rows.fails = lambda call: "away" if call == "settle" else ""
    await house.worker().once()
    (file,) = house.folder.glob("*.jsonl")
    assert b"text 1" not in file.read_bytes()
    assert b"o1" not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, house.folder.stat().st_mode & 0o777) == (0o600, 0o700)
