"""An appeal in the making: is it understood well enough to be filed, and if not, which one thing do we ask for?

Order of what may be missing: the matter itself, whether several matters go together, the place. A danger to life is
filed with whatever is there, and asked about afterwards. The second half reads places: whether one is needed, which one the
words name, and whether a point that was sent contradicts them.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen import filing, followup, joining, published_reply, wording
from handlers.citizen.followup import supplement
from handlers.citizen.rating import says_unsolved
from handlers.citizen.safety import danger_in
from handlers.citizen.talk import Asking, Draft
from handlers.citizen.turn import Turn, answering, say, tap
from handlers.citizen.words import Request
from handlers.directory import accused, routing
from handlers.directory.directory import Directory
from handlers.messages import Location
from handlers.outcome import Outcome, Reply
from handlers.talk import Piece
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.work import Reopened
from handlers.tickets.ticket import Place, Ticket
from nlp.appeals.sealed import SealedSort, only_asks_secrecy
from nlp.text.normalize import fold
from nlp.understand import OTHER, Kind, PlaceKind, Understanding

PLACELESS_KINDS = frozenset({"咨询", "建议", "感谢"})
"""A question, an idea or thanks can be answered without a place; asking for one would only put people off."""

MOST_GUESSES = 3
"""Guesses offered as taps; with 跳过 they fit one screen."""


def needs_place(draft: Draft, reading: Understanding) -> bool:
    """Whether nobody could act on this without knowing where."""
    return (draft.kind or reading.kind.value) not in PLACELESS_KINDS


def place_in(directory: Directory, reading: Understanding) -> Place | None:
    """The best place that the words themselves name."""
    if not reading.places:
        return None
    best = reading.places[0].text
    area = routing.area_of(directory, _named(reading) if routing.guesses(directory, best) else best)
    if not area:
        area = next((found for one in reading.places[1:] if (found := routing.area_of(directory, one.text))), "")
    return Place(best, area)


def vague(reading: Understanding) -> bool:
    """Whether the words name no more than a region, which is enough for a supply cut but not for a broken lamp."""
    return not reading.urgent and all(place.kind is PlaceKind.REGION for place in reading.places)


def guesses(turn: Turn, reading: Understanding) -> tuple[str, ...]:
    """Places worth one tap when the words name none or only a region: that region, and where the last appeal was."""
    named = tuple(place.text for place in reading.places)
    last = turn.last()
    known = (last.place.text,) if last is not None and last.place is not None else ()
    return tuple(dict.fromkeys(named + known))[:MOST_GUESSES]


def namesakes(turn: Turn, draft: Draft, reading: Understanding, place: Place) -> tuple[str, ...]:
    """Two or three places of one name that may be meant, where they are not the same unit's; asked once."""
    if draft.which or draft.placeless:
        return ()
    directory = turn.ctx.directory
    may_be = routing.guesses(directory, place.text if draft.place else _named(reading))
    category = draft.category or (reading.category if reading.sure else "")
    leader = draft.leader or reading.leader
    units = {
        routing.route(directory, category, routing.area_of(directory, one), draft.text, leader).unit_id
        for one in may_be
    }
    return may_be if len(units) > 1 else ()


def beside(text: str, reading: Understanding) -> str:
    """What the words say beside the places they name."""
    for place in reading.places:
        text = text.replace(place.text, " ")
    return _JOINTS.sub("", text)


_JOINTS = re.compile(
    r"[\s,，.。!！、:：;；~～]|就?在|位置|地址|地点|这里|这儿|那里|那边|附近|旁边|门口|对面|路口|对了|是|[上下里边口旁内外前后]"
)
"""Words around a place that only say where."""


def _named(reading: Understanding) -> str:
    """All that the words say of where it is: another place may tell which of two namesakes is meant."""
    return " ".join(place.text for place in reading.places)


def contradicts(directory: Directory, told: str, label: str) -> bool:
    """Whether a sent point lies elsewhere than the words say: in another part of town, or on another road."""
    one, other = routing.area_of(directory, told), routing.area_of(directory, label)
    if one and other and not routing.meet(directory, one, other):
        return True
    roads = _ROAD.findall(told)
    return bool(roads) and _ROAD.search(label) is not None and not any(road in label for road in roads)


_ROAD = re.compile(r"[\u4e00-\u9fff]{2}(?:大道|[路街巷])(?!道|口)")
"""The end of a road's name, which tells it from another: the words before it may be a district's."""


LEAST_WORDS = 4
"""Characters that say something, below which nobody could act ("坏了") unless they are clear."""

MANY_WORDS = 10
"""Characters that say enough for a dispatcher, even when we cannot tell what it is about."""

SHORT = 30
"""Characters: a longer message right after a filing is a matter of its own."""

MOST_MATTERS = 4
"""Tickets offered from one message; whatever is beyond stays in the last of them."""

MOST_PIECES = 20
"""Files kept with one appeal."""

ATTACHES_FOR = timedelta(minutes=30)
"""Files and points belong to a ticket this long after its filing: people file first and take the picture then."""

CONTINUES_FOR = timedelta(minutes=10)
"""Short words without a matter of their own go on about the ticket this long."""

SAME_WORDS_FOR = timedelta(minutes=10)
"""The very same words again are a second tap and not a second appeal this long."""

_KINDS = ("投诉", "举报", "建议", "咨询", "求助", "感谢")
_SAYING = re.compile(r"[a-zA-Z\u3400-\u9fff]+")
_URL = re.compile(r"https?://\S+")


_STANDS_ALONE = frozenset({Kind.QUESTION.value, Kind.PRAISE.value, Kind.SUGGESTION.value})
"""A question, thanks or an idea after a complaint is a matter of its own, however short."""

_LEADS_ON = re.compile(
    r"(?:就是?在|还有|也|又|那|它|对了|刚才|刚刚|是|大概|靠近|具体|位置|地址|第|一共|因为|而且|并且|[昨今].{0,3}又)"
)
"""How people begin when they go on with what they said just now."""


class Ready(Struct, frozen=True):
    """A draft that can be filed."""

    draft: Draft
    reading: Understanding
    place: Place | None


class Lacking(Struct, frozen=True):
    """A draft that needs one answer."""

    draft: Draft
    asking: Asking
    matters: tuple[str, ...] = ()


def begin(turn: Turn, text: str, pieces: tuple[Piece, ...] = ()) -> Outcome:
    """Words that are neither command nor answer: a new appeal, or more about the one just filed."""
    if not any(char.isalnum() for char in text):
        return say(wording.SIGNS_ONLY)
    reading = turn.ctx.understand(text)
    last = turn.last()
    several = _asked_by_several(turn, text, reading)
    if len(several) > 1:
        taps = (tap(f"{one.number}「{one.title}」"[:30], f"补充 {one.number} {text}") for one in several)
        talk = turn.kept(replace(turn.talk, pieces=(turn.talk.pieces + pieces)[:MOST_PIECES]))
        return say(wording.WHICH_QUESTION, *taps, tap("这是另一件事", "另报 " + text), talk=talk)
    question = several[0] if several else asked(turn)
    if question is not None and len(text) <= SHORT and _goes_on(turn, text, reading, question):
        return answering(supplement(turn, question, text, pieces), choices=(tap("这是另一件事", "另报 " + text),))
    if last is not None:
        if last.text == text and turn.now - last.filed_at < SAME_WORDS_FOR:
            return say(
                wording.filed_already(last),
                tap("这是另一件", "另报 " + text[:100]) if len(text) <= 100 else tap("进度", f"进度 {last.number}"),
            )
        if _unsolved(text, reading, last):
            return say(
                followup.ask_redo(last),
                followup.redo_tap(last, text),
                tap("是另一件事", "另报 " + text),
            )
        if _goes_on(turn, text, reading, last):
            more = supplement(turn, last, text, pieces)
            return answering(more, choices=(tap("这是另一件事", "另报 " + text),))
    return start(turn, text, pieces, reading)


def start(turn: Turn, text: str, pieces: tuple[Piece, ...] = (), reading: Understanding | None = None) -> Outcome:
    """A new appeal of these words, with the files that came before it."""
    draft = Draft(text=text, pieces=(turn.talk.pieces + pieces)[:MOST_PIECES])
    return settle(turn, (draft,), reading)


def open_up(turn: Turn, said: Request) -> Outcome:
    """Open with "我要投诉" or the menu's button: the person wants to tell something and has not yet."""
    kind = next((kind for kind in _KINDS if kind in said.text), None)
    draft = Draft(kind=kind, pieces=turn.talk.pieces)
    return say(wording.START, talk=turn.drafting(draft, Asking.MATTER))


def settle(turn: Turn, drafts: tuple[Draft, ...], reading: Understanding | None = None) -> Outcome:
    """File what is ready, and ask for what the first unready one lacks. `reading` is that of the first draft's words.

    A question alone that was answered before gets that answer first.
    """
    if len(drafts) == 1 and drafts[0].text:
        reading = turn.ctx.understand(drafts[0].text) if reading is None else reading
        offered = published_reply.offer(turn, drafts[0], reading)
        if offered is not None:
            return offered
    ready: list[Ready] = []
    lacking: list[Lacking] = []
    for number, draft in enumerate(drafts):
        verdict = judge(turn, draft, reading if number == 0 else None)
        if isinstance(verdict, Ready):
            ready.append(verdict)
        else:
            lacking.append(verdict)
    if not lacking:
        return _file_or_offer(turn, ready[0]) if len(ready) == 1 else _calmly(ready, _filed(turn, ready))
    first, later = lacking[0], tuple(one.draft.text for one in lacking[1:])
    if not ready:
        return ask(turn, first, later)
    return _then_ask(turn, _filed(turn, ready), first, later)


def _file_or_offer(turn: Turn, one: Ready) -> Outcome:
    """One appeal: filed, unless others wait for the same already and the person may rather go with them."""
    near = joining.neighbour(turn, one.draft, one.reading, one.place)
    if isinstance(near, frozenset):
        return Outcome(more=near)
    pressing = one.reading.urgent or danger_in(one.reading) is not None
    if near is not None and not pressing:
        return joining.offer(turn, replace(one.draft, place=one.place), near)
    filed = _calmly([one], _filed(turn, [one]))
    asks_place = filed.talk is not None and turn.talk_after(filed).asking is Asking.PLACE
    return joining.hinted(turn, filed, near) if near is not None and not asks_place else filed


def _then_ask(turn: Turn, done: Outcome, lacking: Lacking, later: tuple[str, ...]) -> Outcome:
    """Some are filed, one still lacks something: that is asked first, how to be shown another time."""
    asked = ask(turn.with_talk(turn.talk_after(done)), lacking, later)
    if done.reply is None or asked.reply is None:
        return done
    said = wording.without_offer(done.reply.text)
    reply = Reply(f"{said}\n{asked.reply.text}", asked.reply.choices)
    return replace(done, reply=reply, talk=asked.talk, person=None)


def judge(turn: Turn, draft: Draft, reading: Understanding | None = None) -> Ready | Lacking:
    """Whether this draft can be filed, and with which place; or what it lacks."""
    if not draft.text:
        return Lacking(draft, Asking.MATTER)
    reading = turn.ctx.understand(draft.text) if reading is None else reading
    danger = danger_in(reading) is not None
    if not danger and _is_place(draft, reading):
        return Lacking(replace(draft, text="", place=place_of(turn, draft.text.strip(" ，,。.！!"))), Asking.MATTER)
    if not danger and (only_asks_secrecy(fold(draft.text).text) or not _says_enough(draft, reading)):
        return Lacking(draft, Asking.MATTER)
    matters = reading.matters
    if len(matters) > 1 and not draft.whole and not danger:
        return Lacking(draft, Asking.SPLIT, _at_most(matters))
    place = draft.place or place_in(turn.ctx.directory, reading)
    unplaced = draft.place is None and not draft.placeless and (place is None or vague(reading))
    # Who accuses an office has said where it is (docs/guide.md §4: 告干部不需要地点).
    needed = not danger and needs_place(draft, reading) and not _accuses(turn, draft, reading)
    if unplaced and needed:
        offered = guesses(turn, reading)
        asking = Asking.WHICH_PLACE if offered else Asking.PLACE
        return Lacking(replace(draft, guesses=offered, kind=draft.kind or reading.kind.value), asking)
    may_be = namesakes(turn, draft, reading, place) if place is not None and needed else ()
    if may_be:
        doubted = replace(draft, guesses=may_be, which=True, kind=draft.kind or reading.kind.value)
        return Lacking(doubted, Asking.WHICH_PLACE)
    return Ready(draft, reading, place)


def ask(turn: Turn, lacking: Lacking, later: tuple[str, ...] = ()) -> Outcome:
    """The one question, remembered."""
    draft, asking = lacking.draft, lacking.asking
    if asking is Asking.SPLIT:
        talk = turn.drafting(draft, asking, lacking.matters)
        return say(
            wording.ask_split([filing.title(matter) for matter in lacking.matters]),
            *wording.split_taps(len(lacking.matters)),
            talk=talk,
        )
    talk = turn.drafting(draft, asking, later)
    if asking is Asking.JOIN:
        return joining.ask_again(turn, draft)
    if asking is Asking.MATTER:
        return say(wording.ask_matter(draft), talk=talk)
    taps = (*(tap(guess) for guess in draft.guesses), wording.SKIP_TAP)
    title, count = filing.title(draft.text), len(draft.guesses)
    pointed = draft.place is not None and draft.place.latitude is not None
    which = wording.ask_which(title, count, pointed) if draft.which and count else wording.ask_place(title, count > 0)
    return say(which, *taps, talk=talk)


def name(draft: Draft) -> str:
    """What we call a draft when speaking of it; "" when there are no words yet."""
    return filing.title(draft.text) if draft.text else ""


def ask_again(turn: Turn) -> str:
    """One line that reminds of an unfinished appeal, empty when there is none."""
    talk = turn.talk
    return wording.still_open(name(talk.draft), talk.asking) if talk.draft and talk.begun and talk.asking else ""


def split(turn: Turn, draft: Draft, matters: tuple[str, ...]) -> Outcome:
    """Each matter a ticket of its own; one without a place takes the place of the whole, files go with the first."""
    reading = turn.ctx.understand(draft.text)
    whole = draft.place or place_in(turn.ctx.directory, reading)
    leader = draft.leader or reading.leader
    drafts: list[Draft] = []
    for number, matter in enumerate(matters):
        own = place_in(turn.ctx.directory, turn.ctx.understand(matter))
        pieces = draft.pieces if number == 0 else ()
        place = None if own else whole
        drafts.append(Draft(text=matter, place=place, pieces=pieces, whole=True, leader=leader))
    return settle(turn.with_talk(replace(turn.talk, draft=None, later=())), tuple(drafts))


def resume(turn: Turn, draft: Draft, reading: Understanding | None = None) -> Outcome:
    """Go on with a draft that got an answer, and with the matters that wait behind it."""
    waiting = tuple(Draft(text=text, whole=True) for text in turn.talk.later)
    return settle(turn, (draft, *waiting), reading)


def put_place(turn: Turn, draft: Draft, words: str, point: Location | None = None) -> Outcome:
    """The draft with its place told."""
    return resume(turn, replace(draft, place=place_of(turn, words, point), guesses=()))


def place_of(turn: Turn, words: str, point: Location | None = None) -> Place:
    """A place as the person told it: words, and a point if they sent one."""
    area = routing.area_of(turn.ctx.directory, words)
    if point is None:
        return Place(words, area)
    return Place(words, area, point.latitude, point.longitude)


def spoken_at(turn: Turn, ticket: Ticket) -> datetime:
    """When the person last told us something about their ticket: at the filing, or adding to it."""
    added = turn.talk.added_at if turn.talk.ticket_id == ticket.id else None
    return max(ticket.filed_at, added or ticket.filed_at)


def waiting(turn: Turn, asked: Ticket | None = None) -> tuple[Ticket, ...]:
    """The person's own tickets that a unit asked about since they last spoke of theirs, or were asked about `asked` by us."""
    last = turn.last() if asked is None else asked
    since = spoken_at(turn, last) if last is not None else None
    if asked is not None and turn.talk.question is not None:
        since = turn.talk.question.at
    return tuple(
        ticket
        for ticket in turn.found.mine
        if ticket.awaited
        and ticket != asked
        and ticket.waiting_since
        and (since is None or ticket.waiting_since > since)
    )


def asked(turn: Turn) -> Ticket | None:
    """The person's own ticket that waits for an answer, when it is not the one last spoken of and asked since then."""
    found = waiting(turn)
    return found[0] if len(found) == 1 and found[0] != turn.last() else None


def _asked_by_several(turn: Turn, text: str, reading: Understanding) -> tuple[Ticket, ...]:
    """The tickets that short words may be for, where a unit asked about one of the person's and they spoke of another.

    One, where only one of them speaks of what the words name; none, where there is no doubt.
    """
    last, waiting = turn.last(), [one for one in turn.found.mine if one.awaited]
    if not waiting or len(text) > SHORT:
        return ()
    if last is not None and last not in waiting and asked(turn) is None:
        waiting.append(last)
    fits = tuple(one for one in waiting if _goes_on(turn, text, reading, one))
    if len(fits) < 2:
        return ()
    named = tuple(one for one in fits if any(word in f"{one.text}{one.question}" for word in reading.keywords))
    return named if len(named) == 1 else fits


def recently(turn: Turn, ticket: Ticket | None) -> bool:
    """Whether files and points that come now still belong to this ticket."""
    if ticket is None or ticket.closed_at is not None:
        return False
    return ticket.awaited or turn.now - spoken_at(turn, ticket) < ATTACHES_FOR


def _filed(turn: Turn, ready: list[Ready]) -> Outcome:
    done = tuple(filing.file(turn, one.draft, one.reading, one.place) for one in ready)
    outcome = filing.outcome(turn, done)
    last = ready[-1]
    placeless_danger = len(ready) == 1 and last.place is None and danger_in(last.reading) is not None
    if not placeless_danger or outcome.talk is None or outcome.reply is None:
        return outcome
    said = wording.without_offer(outcome.reply.text)
    ticket_id = outcome.tickets[-1].id
    owed = tuple(one.id for one in turn.all_unplaced())
    talk = replace(
        turn.with_talk(turn.talk_after(outcome)).asking(Asking.PLACE, ticket_id), unplaced=ticket_id, owed=owed
    )
    return replace(outcome, reply=Reply(f"{said}\n{wording.ASK_PLACE_NOW}"), talk=talk, person=None)


def _calmly(ready: list[Ready], outcome: Outcome) -> Outcome:
    """A calm word first when the person is upset, an honest one when they wrote to somebody by name."""
    reading = ready[0].reading
    if danger_in(reading) is not None:
        return outcome
    before = wording.CALM if reading.rude else ""
    leader = ready[0].draft.leader or reading.leader
    if leader:
        before = "\n".join(part for part in (before, wording.to_leader(leader)) if part)
    return answering(outcome, before=before) if before else outcome


def _said(text: str) -> int:
    """Characters that say something among the first of the text; enough of them are enough."""
    words = _URL.sub("", text[:200]) if "://" in text[:200] else text
    return sum(map(len, _SAYING.findall(words[:40])))


def _accuses(turn: Turn, draft: Draft, reading: Understanding) -> bool:
    """Whether an office is accused: its name says where it is."""
    informant = reading.sealed_sort is SealedSort.INFORMANT
    return bool(accused.units(draft.text, turn.ctx.directory, informant))


def _is_place(draft: Draft, reading: Understanding) -> bool:
    """Whether it is a place, and not a word on what happened there: an answer to a question that is over, or a beginning."""
    alone = draft.place is None and not draft.category and len(draft.text) <= SHORT
    return alone and bool(reading.places) and not beside(draft.text, reading)


def _says_enough(draft: Draft, reading: Understanding) -> bool:
    """Whether somebody could act on this: enough words, or few that are clear ("停水了")."""
    words = _said(draft.text)
    clear = reading.urgent or (reading.category != OTHER and reading.sure)
    if words < LEAST_WORDS:
        placed = draft.place is not None and words == LEAST_WORDS - 1
        return words > 1 and (clear or placed)
    known = reading.category != OTHER or bool(reading.places) or bool(draft.category) or len(reading.keywords) > 1
    return words >= MANY_WORDS or known


def _goes_on(turn: Turn, text: str, reading: Understanding, last: Ticket) -> bool:
    """Whether these words go on about the ticket rather than begin another matter."""
    if danger_in(reading) is not None or len(reading.matters) > 1:
        return False
    other = reading.category not in (OTHER, last.category)
    if last.awaited:
        return not (other and len(text) > SHORT)
    if only_asks_secrecy(fold(text).text):
        # What it is about was told before.
        return last.closed_at is None
    if turn.now - spoken_at(turn, last) > CONTINUES_FOR or len(text) > SHORT or last.closed_at is not None:
        return False
    if turn.talk.pieces:
        return False
    if _LEADS_ON.match(text):
        return True
    if spoken_at(turn, last) > last.filed_at:
        # They are in the middle of telling more, often in answer to a question: only another subject ends that.
        return not (elsewhere(reading, last) or (other and reading.sure))
    if elsewhere(reading, last) or (reading.kind.value in _STANDS_ALONE and reading.kind.value != last.kind):
        return False
    return any(word in last.text for word in reading.keywords) or not _says_enough(Draft(text=text), reading)


def elsewhere(reading: Understanding, last: Ticket) -> bool:
    """Whether the words name a place that is not the ticket's."""
    return bool(reading.places) and (last.place is None or reading.places[0].text not in last.place.text)


def _unsolved(text: str, reading: Understanding, last: Ticket) -> bool:
    """Whether the words say that an answered matter is not mended, long after we asked."""
    answered = lifecycle.can(last, Reopened, By.CITIZEN)
    return answered and len(text) <= SHORT and says_unsolved(text) and not elsewhere(reading, last)


def _at_most(matters: tuple[str, ...]) -> tuple[str, ...]:
    if len(matters) <= MOST_MATTERS:
        return matters
    return (*matters[: MOST_MATTERS - 1], "\n".join(matters[MOST_MATTERS - 1 :]))
