"""From an appeal that is understood to a ticket on a unit's desk, and the one reply that says what happened."""

from __future__ import annotations

import re
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen import safety, wording
from handlers.citizen.talk import Asking, Draft
from handlers.citizen.turn import Turn
from handlers.deadlines import deadlines
from handlers.directory import routing
from handlers.directory.accused import NONE, Accusation, accusation
from handlers.directory.jurisdiction import SUPERVISION
from handlers.directory.person import Person
from handlers.notifications import notify
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice, Push
from handlers.talk import Piece
from handlers.tickets import lifecycle, numbers, publishing
from handlers.tickets.events import Event
from handlers.tickets.events.filing import Filed
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Attachment, Place, Promise, Ticket
from nlp.appeals.personal import PersonalKind
from nlp.appeals.sealed import SealedSort
from nlp.understand import Kind, Understanding

TITLE_LENGTH = 24
"""Characters: what fits one line of a small phone in large type."""

LEAST_TITLE = 4
"""Characters that name a matter."""

_PARTS_READ = 30
"""Clauses among which a civil title is looked for: each is read for what it says."""

ANONYMOUS_BY_DEFAULT = False
HIDDEN_BY_DEFAULT = False
"""公开 is chosen for each ticket, after it was filed."""

# Search: 您好,路灯坏了 | 1.路灯坏了 | 我想反映一个问题,路灯坏了 | 尊敬的市长:路灯坏了
# Not: 路灯坏了,您好
_OPENING = re.compile(
    r"^(?:(?:[1-9①-⑨一二三四五][.、．)）]|[(（][1-9一二三四五][)）]|[①-⑤])\s*|(?:另外|此外|还有|同时|顺便|对了)[,，、\s]*|(?:请?转?给|写给|致)[^\s,，:：。]{0,6}?(?:市长|省长|县长|区长|镇长|书记|局长|主任|领导)[,，:：\s]+|(?:尊敬的|敬爱的)?(?:各位)?(?:市长|省长|县长|区长|镇长|书记|局长|主任|领导)们?[,，:：!！\s]*|(?:你好|您好|你们好|大家好|请问|您好呀)[,，:：!！。\s]*"
    r"|(?:我(?:想|要|来)?(?:反映|投诉|举报|咨询|问|说)(?:一下|一个|个)?(?:问题|情况|事情|事)?[,，:：。\s]+|我?想?(?:问一?下|咨询一?下|请教一?下)))+"
)
_WHO = re.compile(r"^(?:我是|我叫|我们是|本人是?)[^,，。]{2,20}[,，]\s*(?=[^,，]{4,})")
_END_OF_SENTENCE = re.compile(r"[。！？!?；;\n]")
_PART = re.compile(r"[^,，。！？!?；;\s]+")
_REACHES = frozenset(
    {PersonalKind.PHONE, PersonalKind.ID, PersonalKind.BANK_CARD, PersonalKind.EMAIL, PersonalKind.ACCOUNT}
)
_PAUSES = "，,、：: "


class Done(Struct, frozen=True):
    """A ticket just filed, with what it set in motion."""

    ticket: Ticket
    event: Event
    pushes: tuple[Push, ...]
    reason: str
    call_now: str


class Statement(Struct, frozen=True):
    """What a new ticket has from its author."""

    title: str
    text: str
    place: Place | None
    pieces: tuple[Piece, ...] = ()
    keywords: tuple[str, ...] = ()


class Assignment(Struct, frozen=True, kw_only=True):
    """What a new ticket is sorted as, which desk has it and until when."""

    kind: str
    category: str
    subcategory: str | None
    unit_id: str
    routed: str
    """Why this desk."""

    promise: Promise
    accused: tuple[str, ...]
    urgent: bool = False
    leader: str | None = None
    sealed: str = ""
    danger: bool = False


def title(text: str) -> str:
    """The first thing the person says, without greetings, short enough for a list."""
    words = _OPENING.sub("", text.strip()) or text.strip()
    first = _END_OF_SENTENCE.split(words, maxsplit=1)[0].strip(_PAUSES) or words
    told = _WHO.sub("", first)
    first = told or first
    if len(first) <= TITLE_LENGTH:
        return first
    cut = max(first.rfind(mark, 8, TITLE_LENGTH) for mark in "，,、 ")
    return first[:cut] if cut > 0 else first[: TITLE_LENGTH - 1] + "…"


def civil(turn: Turn, text: str, reading: Understanding, otherwise: str) -> str:
    """The title without what is abusive or says how to reach somebody; `otherwise` when it has no other.

    The words themselves are kept as they are.
    """
    private = [span for span in reading.personal if span.kind in _REACHES]
    if not reading.rude and not private:
        return title(text)
    parts = [
        part.group()
        for part in islice(_PART.finditer(text), _PARTS_READ)
        if not any(span.start < part.end() and span.end > part.start() for span in private)
        and not (reading.rude and turn.ctx.understand(part.group()).rude)
    ]
    rest = "，".join(parts)
    return title(rest) if len(rest) >= LEAST_TITLE else otherwise


def file(turn: Turn, draft: Draft, reading: Understanding, place: Place | None) -> Done:
    """File the draft as it stands; what nobody could tell (a category) is left to the dispatcher."""
    ctx = turn.ctx
    kind = draft.kind or reading.kind.value
    category = draft.category or reading.category
    leader = draft.leader or reading.leader
    known = category if draft.category or reading.sure else ""
    urgent = reading.urgent and kind != Kind.PRAISE
    accusing = NONE if kind == Kind.PRAISE else accusation(draft.text, ctx.directory, _of_office(reading, known, kind))
    area = place.area if place else ""
    routed = route(turn, draft.text, reading, known, area, leader=leader, accusing=accusing, urgent=urgent)
    sealed = reading.sealed_sort or (SealedSort.INFORMANT if accusing.made else "")
    otherwise = f"{place.text} · {category}{kind}" if place else f"{category}{kind}"
    statement = Statement(
        civil(turn, draft.text, reading, otherwise), draft.text, place, draft.pieces, reading.keywords
    )
    assignment = Assignment(
        kind=kind,
        category=category,
        subcategory=reading.subcategory if category == reading.category else None,
        unit_id=routed.unit_id,
        routed=routed.reason,
        promise=deadlines.promise(
            kind,
            category,
            urgent,
            ctx.now,
            is_vital=deadlines.vital(kind, draft.text),
            terms=ctx.terms_for(routed.unit_id),
        ),
        accused=accusing.units,
        urgent=urgent,
        leader=leader,
        sealed=sealed,
        danger=publishing.endangered(reading),
    )
    change = open_ticket(turn, statement, assignment)
    return Done(change.ticket, change.event, notify.notices(ctx, change, None), routed.reason, safety.call_now(reading))


def attachments(pieces: tuple[Piece, ...]) -> tuple[Attachment, ...]:
    """The files of a draft as a ticket's own."""
    return tuple(Attachment(piece.id, piece.kind) for piece in pieces)


def open_ticket(turn: Turn, statement: Statement, assignment: Assignment) -> Change:
    """Open a new ticket of this person, not public until they say so.

    Who asks for secrecy, or reports an office, is not named by a name that they gave for another matter.
    """
    fresh, person = turn.ctx.fresh, turn.person
    named = bool(person.named) and not assignment.sealed
    filed = Filed(
        number=numbers.make(fresh.serial(), turn.now),
        token=fresh.token(),
        code=fresh.code(),
        person_id=person.id,
        kind=assignment.kind,
        category=assignment.category,
        subcategory=assignment.subcategory,
        title=statement.title,
        text=statement.text,
        place=statement.place,
        urgent=assignment.urgent,
        leader=assignment.leader,
        named=named,
        public=HIDDEN_BY_DEFAULT,
        unit_id=assignment.unit_id,
        routed=assignment.routed,
        promise=assignment.promise,
        keywords=statement.keywords,
        attachments=attachments(statement.pieces),
        called=person.called if named else "",
        accused=assignment.accused,
        sealed=assignment.sealed,
        danger=assignment.danger,
    )
    return lifecycle.start(fresh.id(), filed, turn.actor, turn.now)


def route(
    turn: Turn,
    text: str,
    reading: Understanding,
    category: str,
    area: str,
    *,
    leader: str | None,
    accusing: Accusation,
    urgent: bool,
) -> routing.Routing:
    """The desk of an appeal of this category ("" when nobody can tell): where the police must come, theirs."""
    if safety.of_the_police(reading):
        category, text = safety.POLICE, ""
    return routing.route(turn.ctx.directory, category, area, text, leader, accusing=accusing, urgent=urgent)


def _of_office(reading: Understanding, category: str, kind: str) -> bool:
    """Whether the appeal is about an office or its people themselves: sealed for an informant's sake, or a report of the
    category that the supervising body has (docs/guide.md §1, 纪检监察: 告的是人或机关本身).
    """
    reports = category == SUPERVISION and kind in {Kind.REPORT, Kind.COMPLAINT}
    return reading.sealed_sort is SealedSort.INFORMANT or reports


def outcome(turn: Turn, done: tuple[Done, ...]) -> Outcome:
    """All that these filings write, and the reply that tells of them, with the way to make each ticket public."""
    person, last = turn.person, done[-1].ticket
    ask_showing, offer, choices = offered(turn, tuple(one.ticket for one in done))
    asking = Asking.SHOWING if ask_showing else None
    filed = turn.with_talk(replace(turn.talk, draft=None, pieces=(), later=(), asking=None, question=None, lacks=None))
    talk = filed.asking(asking, last.id)
    text = confirmation(turn, done)
    return Outcome(
        reply=Reply(f"{text}\n{offer}" if offer else text, choices),
        person=asked(person) if ask_showing else None,
        talk=talk,
        tickets=tuple(one.ticket for one in done),
        events=tuple(one.event for one in done),
        pushes=tuple(push for one in done for push in one.pushes),
    )


def offered(turn: Turn, tickets: tuple[Ticket, ...]) -> tuple[bool, str, tuple[Choice, ...]]:
    """How these new tickets may be shown: whether it is asked for the first time, the words, the taps.

    Nothing is offered for what may never be public; who told of such a matter reads that it is kept.
    """
    open_ones = tuple(ticket for ticket in tickets if publishing.may_be_public(ticket))
    first = turn.person.named is None and turn.person.public is None
    if first and len(open_ones) == len(tickets) == 1:
        return True, wording.ASK_SHOWING, wording.showing_taps(tickets[0])
    if open_ones:
        return False, wording.OFFER_PUBLIC, wording.public_taps(open_ones)
    kept = any(ticket.sealed for ticket in tickets) and not any(ticket.danger for ticket in tickets)
    return False, wording.SEALED_NOTE if kept else "", ()


def confirmation(turn: Turn, done: tuple[Done, ...]) -> str:
    """What was understood, the number, the desk, the date and the link, for one ticket or several."""
    ctx = turn.ctx
    lines = list(dict.fromkeys(one.call_now for one in done if one.call_now))
    if lines:
        lines.append(wording.NOT_A_RESCUE)
    if len(done) == 1 and done[0].call_now:
        ticket = done[0].ticket
        lines.append(
            wording.filed_in_danger(
                ticket, ctx.directory.name(ticket.unit_id), ctx.links.citizen(ticket.token), ctx.now
            )
        )
    elif len(done) == 1:
        ticket = done[0].ticket
        lines.append(
            wording.filed(
                ticket, ctx.directory.name(ticket.unit_id), done[0].reason, ctx.links.citizen(ticket.token), ctx.now
            )
        )
    else:
        lines.append(
            wording.filed_several([(one.ticket, ctx.directory.name(one.ticket.unit_id)) for one in done], ctx.now)
        )
    return "\n".join(lines)


def asked(person: Person) -> Person:
    """Asked once: until they choose, they are anonymous and unseen."""
    return replace(person, named=ANONYMOUS_BY_DEFAULT, public=HIDDEN_BY_DEFAULT)
