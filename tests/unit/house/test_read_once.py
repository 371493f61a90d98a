"""A message is read once: what must be loaded and what is done go by the same reading."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handlers import dispatch
from handlers.citizen import room as citizens
from handlers.citizen.talk import Asking
from handlers.directory.directory import Staff
from handlers.messages import Body, Channel, Click, Incoming, Media, MediaKind, Text
from handlers.official import room as desk
from handlers.official.talk import OfficialTalk
from handlers.outcome import Who
from handlers.tickets.events.joining import Merged
from handlers.tickets.numbers import make
from tests.support.bureau import Bureau


class Counter:
    """Counts the texts that a reader is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
        self.texts: list[str] = []
        read = getattr(module, name)

        def counted(text: str) -> object:
            self.texts.append(text)
            return read(text)

        monkeypatch.setattr(module, name, counted)


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def decide(bureau: Bureau, who: Who, body: Body) -> None:
    """Everything that is done with one message: read, asked for, decided."""
    incoming = Incoming("key", who.person.channel, who.person.openid, bureau.now, bureau.now, body)
    context = bureau.context()
    reading = dispatch.read(incoming, who)
    found = bureau.find(dispatch.needs(reading, context))
    dispatch.handle(reading, found, context)
    dispatch.handle(reading, replace(found, again=True), context)


@pytest.mark.parametrize(
    "body",
    [
        Text("进度"), Text("撤回 26000010"), Text("谢谢"), Text("26000010 到哪一步了"), Click("track"), Click("long gone"),
        Media(MediaKind.VOICE, "m", "我的"),
    ],
)  # fmt: skip
def test_a_citizens_words_are_read_once(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, body: Body) -> None:
    chat = bureau.stranger()
    merged = bureau.ticket(Merged(make(77, bureau.now)), person=chat.id)
    said, ordered = Counter(monkeypatch, citizens, "read_words"), Counter(monkeypatch, desk, "parse")
    decide(bureau, Who(bureau.people[chat.id], OfficialTalk(ticket_id=merged.id)), body)
    assert (len(said.texts), ordered.texts) == (0 if body == Click("long gone") else 1, [])


@pytest.mark.parametrize(
    ("words", "as_citizen"),
    [("待办", 0), ("受理", 0), ("查看 26000010", 0), ("撤回 26000010", 1), ("没有这个命令", 0), ("评价 26000010 5", 1)],
)
def test_an_officials_words_are_read_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, words: str, as_citizen: int
) -> None:
    who = official(bureau, OfficialTalk())
    said, ordered = Counter(monkeypatch, citizens, "read_words"), Counter(monkeypatch, desk, "parse")
    decide(bureau, who, Text(words))
    assert ordered.texts == [words]
    assert len(said.texts) <= 1
    assert len(said.texts) >= as_citizen


def test_an_official_who_is_asked_as_a_citizen_is_read_once_by_each_room(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = official(bureau, OfficialTalk(asking=Asking.WITHDRAW))
    said, ordered = Counter(monkeypatch, citizens, "read_words"), Counter(monkeypatch, desk, "parse")
    decide(bureau, who, Text("谢谢"))
    assert (said.texts, ordered.texts) == (["谢谢"], ["谢谢"])


def official(bureau: Bureau, talk: OfficialTalk) -> Who:
    chat = bureau.official()
    member = chat.member
    assert isinstance(member, Staff)
    assert member.person_id == chat.id
    assert bureau.people[chat.id].channel is Channel.WECHAT
    return Who(bureau.people[chat.id], talk, member)
