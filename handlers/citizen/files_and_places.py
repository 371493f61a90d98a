"""Files, points and links, which come besides words, and the place of an urgent ticket, which is asked for after filing.

A file, point or link belongs to the appeal in the making, to the ticket just filed, or waits for the words that explain it.
The question for an urgent ticket's place stays open until a real place is told: one that the reader finds, a tap or a pin.
What else is said meanwhile is how the danger goes on, or another matter; where nobody can tell, we ask.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.citizen import followup, intake, wording
from handlers.citizen.corrections import amend, correct
from handlers.citizen.intake import contradicts
from handlers.citizen.safety import danger_in
from handlers.citizen.talk import Asking, CitizenTalk, Draft
from handlers.citizen.turn import Turn, answering, say, tap
from handlers.citizen.words import Request
from handlers.messages import Link, Location, Media, MediaKind
from handlers.outcome import MediaWanted, Outcome
from handlers.pushes import Choice
from handlers.talk import Piece
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.filing import Amended, Supplemented
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import OTHER, Kind, Understanding
from nlp.wishes import Wish

PLACE_LENGTH = 25
"""Characters of an answer that are taken as the place itself; a longer answer is searched for one."""

NAMED_LENGTH = 15
"""Characters up to which words that name no place known to us may still be one ("村口老槐树下那口井")."""

SHORTEST_MATTER = 6
"""Characters below which words in answer to a question are no other matter."""

_TELLING = re.compile(
    r"[了吗呢啊吧没]$|[了没]人|一直|天天|老是|已经|[今昨前]天|早上|晚上|怎么|为什么|什么|能不能|[?？]"
)

_NEWS = re.compile(r"谢谢|没事|不要紧|救出来|(?:来|到|打|报|走|好|扑灭|灭)了|已经|报了?警")
"""What people say of a danger instead of the place: how it goes on."""

# Search: 消防车来了 | 救护车已经到了 | 报了警
# Not: 路灯坏了
_HELP = re.compile(
    r"(?:消防|警察|民警|交警|救护车|急救|医生|1[12][0-9]|物业|燃气|供电|电工|师傅|他们|人员|火|烟|煤气|阀门|人都?).{0,6}"
    r"(?:来|到|打|报|走|灭|救|停|关|散|退|没事)(?:了|出来|过)?|(?:打|报|拨|叫)(?:了|过)?(?:1[12][0-9]|电话|警)"
)
"""News of help, whatever else the words may be taken for."""

_STILL_THERE = re.compile(
    r"\s*(?:我?(?:还)?在(?:的|呢|啊|呀)|我在|喂+|快点?|快来|赶紧|怎么办|咋办)?(?:啊|呀|吧)?[\s,，。.!！?？~]{0,9}"
)
"""Words of somebody who waits: no place, and nothing for the unit."""
# Fullmatch: 我的电话是13800000000 | 0123-2345678
# Not: 电话打不通
_PHONE = re.compile(
    r"(?:我的?)?(?:电话|手机|号码|联系方式)?(?:号码?)?(?:是|[:：])?\s{0,9}(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s-]?\d{7,8})"
)
"""A telephone number: for the unit, to call back."""

_CERTAINLY = 3
"""Characters beside a known place that say nothing else ("这里", "3单元")."""
_BESIDE_A_PLACE = 10
"""Characters beside a known place above which the words say more than where."""
_JOINTS = re.compile(r"[\s,，.。!！、:：]|就?在|位置|地址|地点|这里|这儿|那里|那边|附近|旁边|门口|对面|对了|是")

_ANOTHERS = frozenset({Kind.QUESTION, Kind.PRAISE, Kind.SUGGESTION})


def tells(text: str, reading: Understanding) -> bool:
    """Whether words that name no known place tell what happens rather than where."""
    if _TELLING.search(text) is not None:
        return True
    return len(text) > NAMED_LENGTH and reading.sure and reading.category != OTHER


def is_place(turn: Turn, text: str) -> bool:
    """Whether the words are a place that the reader knows for one, and tell nothing else."""
    reading = turn.ctx.understand(text)
    if not reading.places or len(text) > PLACE_LENGTH or reading.kind in _ANOTHERS or danger_in(reading) is not None:
        return False
    if _NEWS.search(text) is not None or tells(text, reading):
        return False
    beside = _beside(text, reading)
    if len(beside) <= _CERTAINLY:
        return True
    rest = turn.ctx.understand(beside)
    return len(beside) <= _BESIDE_A_PLACE and (rest.category == OTHER or not rest.sure)


def _beside(text: str, reading: Understanding) -> str:
    """What the words say beside the places they name: a place alone is read as a matter of the town's upkeep."""
    for place in reading.places:
        text = text.replace(place.text, " ")
    return _JOINTS.sub("", text)


def told(turn: Turn, said: Request) -> Outcome | None:
    """The place of the danger, told while an appeal waits for something else than its own place."""
    ticket = turn.unplaced()
    wants_place = turn.talk.of_appeal in (None, Asking.PLACE, Asking.WHICH_PLACE)
    if ticket is None or wants_place or said.wish is not Wish.FILE or not is_place(turn, said.text):
        return None
    if len(turn.all_unplaced()) > 1:
        return _ask_whose(turn, said.text.strip(" ，,。.！!"))
    return put(turn, ticket, intake.place_of(turn, said.text.strip(" ，,。.！!")))


def take_words(turn: Turn, said: Request, pieces: tuple[Piece, ...] = ()) -> Outcome | None:
    """What these words are to the urgent ticket whose place we wait for; None for a command."""
    ticket = turn.unplaced()
    if ticket is None or said.number is not None:
        return None
    if said.wish in (Wish.SKIP, Wish.NO):
        asked = turn.talk.asking is Asking.PLACE
        return say(wording.NOTHING_ASKED, talk=replace(turn.asking(None), unplaced=None, owed=())) if asked else None
    if said.wish not in (Wish.FILE, Wish.CORRECT) or said.bare:
        return None
    if _STILL_THERE.fullmatch(said.text):
        return say(wording.ASK_PLACE_NOW)
    words = (said.rest if said.wish is Wish.CORRECT else said.text).strip(" ，,。.！!")
    reading = turn.ctx.understand(words)
    if is_place(turn, words):
        if len(turn.all_unplaced()) > 1:
            return _ask_whose(turn, words)
        return put(turn, ticket, intake.place_of(turn, words))
    danger = danger_in(reading)
    if _PHONE.fullmatch(words) or _goes_on(turn, ticket, words, reading):
        place = intake.place_of(turn, reading.places[0].text) if reading.places else None
        more = followup.supplement(turn, ticket, words, pieces, place)
        more = answering(more, after="" if place else wording.ASK_PLACE_NOW, choices=(_another(words),))
        return more if place else replace(more, talk=_still_open(turn, more, ticket))
    if danger is not None or _stands_alone(ticket, words, reading):
        started = intake.start(turn, words, pieces, reading)
        owes = started.talk is not None and turn.talk_after(started).draft is None and bool(started.tickets)
        return answering(started, after=place_owed(ticket)) if owes else started
    add = tap("补充给他们", f"补充 {ticket.number} {words}")
    if tells(words, reading):
        return say(ask_whether_about(ticket, words), add, _another(words))
    here = place_tap(ticket, words, "就在这里")
    return say(ask_whether_place(ticket, words), here, add, _another(words))


def put(turn: Turn, ticket: Ticket, place: Place) -> Outcome:
    """The place of the danger is told: it goes to the unit at once."""
    placed = amend(turn, ticket, place=place)
    now = placed.tickets[0]
    placed = followup.told(placed, placed_in_danger(now, turn.ctx.directory.name(now.unit_id)))
    return next_owed(turn, placed, ticket)


def next_owed(turn: Turn, outcome: Outcome, placed: Ticket) -> Outcome:
    """The outcome that told the place of one danger, with the question for the place of the next."""
    left = [one for one in turn.all_unplaced() if one.id != placed.id]
    talk = replace(
        turn.talk_after(outcome), unplaced=left[0].id if left else None, owed=tuple(one.id for one in left[1:])
    )
    outcome = replace(outcome, talk=turn.kept(talk))
    return answering(outcome, after=place_owed(left[0])) if left else outcome


def on_correct(turn: Turn, said: Request) -> Outcome:
    """Put right what the words name; the place of one danger told, that of another is asked for."""
    outcome = correct(turn, said)
    ticket = outcome.tickets[0] if outcome.tickets else None
    waited = ticket is not None and ticket.place is not None and any(o.id == ticket.id for o in turn.all_unplaced())
    if ticket is None or not waited:
        return outcome
    unit = turn.ctx.directory.name(ticket.unit_id)
    return next_owed(turn, followup.told(outcome, placed_in_danger(ticket, unit)), ticket)


def _ask_whose(turn: Turn, words: str) -> Outcome:
    """A place, and several dangers wait for theirs: nobody is sent to the wrong one."""
    taps = (place_tap(one, words, f"{one.number}「{one.title}」"[:30]) for one in turn.all_unplaced())
    return say(ask_whose_place(words), *taps)


def _goes_on(turn: Turn, ticket: Ticket, words: str, reading: Understanding) -> bool:
    """Whether the words tell how this danger goes on: of the same danger, or news of help; with a place, or without."""
    danger = danger_in(reading)
    if danger is not None:
        same = danger_in(turn.ctx.understand(ticket.text))
        return same is not None and same.kind is danger.kind
    if len(words) <= intake.SHORT and _HELP.search(words) is not None:
        return True
    if reading.kind in _ANOTHERS and _NEWS.search(words) is None:
        return False
    if reading.places:
        rest = turn.ctx.understand(_beside(words, reading))
        return rest.category in (OTHER, ticket.category) or not rest.sure
    other = reading.category not in (OTHER, ticket.category) and reading.sure
    return not other and len(words) <= intake.SHORT and _NEWS.search(words) is not None


def _stands_alone(ticket: Ticket, words: str, reading: Understanding) -> bool:
    """Whether the words are a matter of their own: a question, or of another subject; or too long to be a place."""
    if reading.kind in _ANOTHERS or len(words) > intake.SHORT:
        return True
    return reading.category not in (OTHER, ticket.category)


def _still_open(turn: Turn, outcome: Outcome, ticket: Ticket) -> CitizenTalk:
    return turn.with_talk(turn.talk_after(outcome)).asking(Asking.PLACE, ticket.id)


def _another(words: str) -> Choice:
    return tap("这是另一件事", "另报 " + words)


LABEL_LENGTH = 60
"""Characters of a place's label; the platform's may be whole addresses."""

LINK_LENGTH = 300
"""Characters of a link that are kept with an appeal."""


def take_file(turn: Turn, media: Media) -> tuple[Piece, MediaWanted]:
    """The file under an id of ours, and the order to fetch it before the platform drops it."""
    new_id = turn.ctx.fresh.id()
    goes_to = _supplementable(turn) if turn.talk.draft is None else ()
    ticket_id = goes_to[0].id if len(goes_to) == 1 else None
    return Piece(new_id, media.kind, media.media_id), MediaWanted.of(media, new_id, turn.person.id, ticket_id)


def on_piece(turn: Turn, piece: Piece) -> Outcome:
    """A file without words."""
    talk, draft = turn.talk, turn.talk.draft
    unheard = wording.UNHEARD if piece.kind is MediaKind.VOICE else ""
    if draft is not None:
        if len(draft.pieces) >= intake.MOST_PIECES:
            return say(wording.TOO_MANY_PIECES)
        more = replace(draft, pieces=(*draft.pieces, piece))
        return say(unheard or wording.piece_in_draft(len(more.pieces), talk.asking), talk=replace(talk, draft=more))
    goes_to = _supplementable(turn)
    if len(goes_to) == 1:
        ticket = goes_to[0]
        if len(ticket.attachments) >= intake.MOST_PIECES:
            return say(wording.TOO_MANY_PIECES)
        added = followup.supplement(turn, ticket, "", (piece,))
        return answering(added, after=wording.UNHEARD_IN_TICKET) if unheard else added
    if len(talk.pieces) >= intake.MOST_PIECES:
        return say(wording.TOO_MANY_PIECES)
    pieces = (*talk.pieces, piece)
    if goes_to:
        taps = (tap(f"给 {one.number}「{one.title}」"[:30], f"补充 {one.number}") for one in goes_to)
        return say(wording.which_gets(len(pieces)), *taps, talk=turn.kept(replace(talk, pieces=pieces)))
    return say(unheard or wording.pieces_waiting(len(pieces)), talk=turn.kept(replace(talk, pieces=pieces)))


def on_location(turn: Turn, point: Location) -> Outcome:
    """A point: the place of the draft, of the ticket just filed, or the beginning of an appeal."""
    words = point.label.strip()[:LABEL_LENGTH] or wording.UNNAMED_POINT
    draft = turn.talk.draft
    place = intake.place_of(turn, words, point)
    urgent = turn.unplaced()
    if urgent is not None and turn.talk.of_appeal not in (Asking.PLACE, Asking.WHICH_PLACE):
        others = tuple(one for one in turn.all_unplaced() if one.id != urgent.id)
        taps = tuple(place_tap(one, words, f"{one.number} 也在这里") for one in others)
        return answering(put(turn, urgent, place), choices=taps)
    if draft is not None:
        told = _told_place(turn, draft)
        if point.label and contradicts(turn.ctx.directory, told, words):
            doubted = replace(draft, place=place, guesses=(told, words), which=True)
            return intake.ask(turn, intake.Lacking(doubted, Asking.WHICH_PLACE), turn.talk.later)
        placed = intake.put_place(turn, draft, words, point)
        if urgent is None:
            return placed
        return answering(placed, choices=(place_tap(urgent, words, f"{urgent.number} 也在这里"),))
    asked = intake.asked(turn)
    if asked is not None and lifecycle.can(asked, Supplemented, By.CITIZEN):
        return followup.supplement(turn, asked, words, place=place)
    ticket = turn.questioned() if turn.talk.asking is Asking.SUPPLEMENT else turn.last()
    if ticket is not None and intake.recently(turn, ticket) and lifecycle.can(ticket, Amended, By.CITIZEN):
        known = ticket.place
        amended = amend(turn, ticket, place=_with_point(ticket, place))
        apart = known is not None and known.latitude is None and point.label
        if known is not None and apart and contradicts(turn.ctx.directory, known.text, words):
            return answering(amended, after=WHICH_PLACE, choices=place_taps(ticket, known.text, words))
        return amended
    return intake.ask(turn, intake.Lacking(Draft(place=place, pieces=turn.talk.pieces), Asking.MATTER))


def _told_place(turn: Turn, draft: Draft) -> str:
    """The place in the draft's own words, "" when they name none."""
    if draft.place is not None or not draft.text:
        return draft.place.text if draft.place is not None else ""
    places = turn.ctx.understand(draft.text).places
    return places[0].text if places else ""


def on_link(turn: Turn, link: Link) -> Outcome:
    """A link: kept with whatever it belongs to; the page behind it is not read."""
    words = " ".join(part for part in (link.title, link.url) if part)[:LINK_LENGTH]
    draft = turn.talk.draft
    if draft is not None:
        more = replace(draft, text=f"{draft.text}\n{words}".strip())
        return say(f"{wording.LINK_KEPT}{intake.ask_again(turn)}", talk=replace(turn.talk, draft=more))
    goes_to = _supplementable(turn)
    if len(goes_to) == 1:
        return followup.supplement(turn, goes_to[0], words)
    if goes_to:
        taps = (tap(f"给 {one.number}「{one.title}」"[:30], f"补充 {one.number} {words}") for one in goes_to)
        return say(wording.WHICH_QUESTION, *taps)
    held = Draft(text=words, pieces=turn.talk.pieces)
    return say(wording.NEEDS_WORDS_FOR_LINK, talk=turn.drafting(held, Asking.MATTER))


def _supplementable(turn: Turn) -> tuple[Ticket, ...]:
    """The tickets that a file or link without words may go to; several where nobody can tell.

    The one whose 补充 is open, or those that a unit asked about since; else the one spoken of.
    """
    asked = turn.questioned() if turn.talk.asking is Asking.SUPPLEMENT else None
    waiting = intake.waiting(turn, asked)
    if asked is not None:
        found = (asked, *waiting)
    else:
        last = turn.last()
        recent = (last,) if last is not None and intake.recently(turn, last) else ()
        found = waiting or recent
    return tuple(ticket for ticket in found if lifecycle.can(ticket, Supplemented, By.CITIZEN))


def _with_point(ticket: Ticket, place: Place) -> Place:
    """The point added to the words the ticket already has."""
    known = ticket.place
    if known is None or known.latitude is not None or known.text == place.text:
        return place
    return replace(place, text=f"{known.text}（{place.text}）"[: 2 * LABEL_LENGTH], area=known.area or place.area)


def placed_in_danger(ticket: Ticket, unit: str) -> str:
    """The place of a danger, told when we asked for it."""
    where = ticket.place.text if ticket.place else ""
    return f"收到，「{where}」已经告诉{unit}（{ticket.number}）。我这里叫不来救援，还没打电话的话，请现在就打。"


def ask_whether_place(ticket: Ticket, words: str) -> str:
    """After an urgent filing without a place: words of which nobody can tell whether they are the place."""
    return f"「{words[:20]}」是 {ticket.number}「{ticket.title}」出事的地方吗？点一下；不是的话，请告诉我具体在哪儿，或者发个位置。"


def ask_whether_about(ticket: Ticket, words: str) -> str:
    """After an urgent filing without a place: words that tell something, perhaps of it."""
    return f"「{words[:20]}」说的是 {ticket.number}「{ticket.title}」吗？点一下。具体在哪儿也请告诉我，或者发个位置。"


def place_owed(ticket: Ticket) -> str:
    """Reminds of the place of an urgent ticket after another matter."""
    return f"{ticket.number}「{ticket.title}」还不知道在哪儿，请告诉我地点，或者发个位置。"


def ask_whose_place(place: str) -> str:
    """A place, and several urgent tickets wait for theirs."""
    return f"「{place}」是哪一件出事的地方？点一下，我马上转给他们。"


WHICH_PLACE = "您写的地方和发来的位置不在一处，两个我们都记下了。以哪个为准？点一下就改过来。"
"""The point lies elsewhere than the words say."""
LONGEST_TAPPED_PLACE = 24
"""Characters of a place that can be put right by a tap; a longer address stays beside the words."""


def place_taps(ticket: Ticket, told: str, label: str) -> tuple[Choice, ...]:
    """Either of the two places, as the correction that makes it the ticket's."""
    short = (one for one in (told, label) if len(one) <= LONGEST_TAPPED_PLACE)
    return tuple(place_tap(ticket, one, one) for one in short)


def place_tap(ticket: Ticket, place: str, label: str) -> Choice:
    """The correction that makes this the ticket's place."""
    return Choice(label, f"{ticket.number} 地点改成{place}")
