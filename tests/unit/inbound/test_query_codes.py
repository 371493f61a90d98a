"""Who guesses query codes in the chat is locked out with whoever guesses on the page; owners and the rightful are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SteppedClock
from bot.inbound.query_codes import CodeTries, by_address, guarded
from handlers.citizen.room import tried_number
from handlers.citizen.words import read
from handlers.messages import Channel, Incoming, Media, MediaKind, Text
from handlers.outcome import CodeTry
from storage.shared.rate_limits import MemoryLimiter
from storage.transactions.messages import Answer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NUMBER, CODE = "26000010", "482913"


class Chats:
    """The run behind the guard: compares as the rules do, and remembers what it was given."""

    def __init__(self) -> None:
        self.clock = SteppedClock(NOW)
        self.tries = CodeTries(MemoryLimiter(self.clock.now), lambda key: f"{hash(key):x}" * 4)
        self.given: list[Incoming] = []
        self.fails = False
        self.repeats = False
        self._run = guarded(self._decide, self.tries)

    async def _decide(self, batch: Sequence[Incoming]) -> list[Answer]:
        self.given += batch
        if self.fails:
            raise ConnectionError
        return [Answer(None, repeated=self.repeats, code=self._code(one)) for one in batch]

    def _code(self, incoming: Incoming) -> CodeTry | None:
        if incoming.barred or not isinstance(incoming.body, Text) or self.repeats or "查" not in incoming.body.text:
            return None
        return CodeTry.RIGHT if CODE in incoming.body.text else CodeTry.WRONG

    async def say(self, openid: str, text: str) -> bool:
        """Whether its code was compared."""
        await self._run([Incoming(f"k{len(self.given)}", Channel.WECHAT, openid, NOW, NOW, Text(text))])
        return not self.given[-1].barred


@pytest.fixture
def chats() -> Chats:
    return Chats()


async def test_a_guesser_is_locked_and_nobody_else(chats: Chats) -> None:
    assert [await chats.say("o1", f"查 {NUMBER} {n:06d}") for n in range(6)] == [True] * 5 + [False]
    assert not await chats.say("o1", f"查 {NUMBER} {CODE}")
    assert await chats.say("o2", f"查 {NUMBER} {CODE}")
    chats.clock.advance(timedelta(hours=1))
    assert await chats.say("o1", f"查 {NUMBER} {CODE}")


async def test_the_right_code_costs_nothing(chats: Chats) -> None:
    assert all([await chats.say("o1", f"查 {NUMBER} {CODE}") for _ in range(40)])


async def test_page_and_chat_count_together(chats: Chats) -> None:
    for n in range(30):
        assert await chats.tries.begin(by_address(f"203.0.113.{n}"), NUMBER)
    assert not await chats.say("o1", f"查 {NUMBER} {CODE}")


async def test_a_guesser_of_many_numbers_is_locked_for_all(chats: Chats) -> None:
    numbers = ("26000010", "26000029", "26000032", "26000041")
    assert all([await chats.say("o1", f"查 {number} 00000{n}") for number in numbers for n in range(5)])
    assert not await chats.say("o1", "查 26000055 000000")


async def test_what_failed_or_was_answered_before_is_not_counted(chats: Chats) -> None:
    chats.fails = True
    for _ in range(9):
        with pytest.raises(ConnectionError):
            await chats.say("o1", f"查 {NUMBER} 000000")
    chats.fails, chats.repeats = False, True
    assert all([await chats.say("o1", f"查 {NUMBER} 000000") for _ in range(9)])
    chats.repeats = False
    assert [await chats.say("o1", f"查 {NUMBER} 000000") for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"查 {NUMBER} {CODE}", NUMBER),
        (f"查{NUMBER}，{CODE}", NUMBER),
        (f"附议 {NUMBER} {CODE}", NUMBER),
        (f"查 {NUMBER}", None),
        (f"进度 {NUMBER}", None),
        (f"二六〇〇〇〇一〇 {CODE}", NUMBER),
        (f"26OOOO1O，查询码{CODE}", NUMBER),
        (f"２６００００１０ {CODE}", NUMBER),
        (f"{NUMBER} ④⑧②⑨①③", NUMBER),
        (f"附议 二六零零零零一零 {CODE}", NUMBER),
        (f"确认附议 {NUMBER} {CODE}", NUMBER),
        ("路灯坏了三天，电话13900001234", None),
        ("", None),
        ("查" + "1" * 5000, None),
    ],
)
def test_which_messages_try_a_code(text: str, number: str | None) -> None:
    assert tried_number(Incoming("k", Channel.WECHAT, "o1", NOW, NOW, Text(text))) == number


def test_a_code_may_be_spoken() -> None:
    spoken = Media(MediaKind.VOICE, "m", f"二六零零零零一零 {CODE}")
    assert tried_number(Incoming("k", Channel.WECHAT, "o1", NOW, NOW, spoken)) == NUMBER


@pytest.mark.parametrize("blanks", [1, 30, 60, 100, 101, 150, 300, 3000])
@pytest.mark.parametrize("verb", ["", "查", "附议", "催", "补充", "评价", "撤回", "进度", "确认附议"])
def test_no_code_is_read_that_is_not_counted(verb: str, blanks: int) -> None:
    for number in (NUMBER, "二六〇〇〇〇一〇"):
        for text in (f"{verb}{' ' * blanks}{number} {CODE}", f"{verb} {number}{'。' * blanks}{CODE}"):
            tried = tried_number(Incoming("k", Channel.WECHAT, "o1", NOW, NOW, Text(text)))
            assert tried == (None if read(text).code is None else NUMBER)
