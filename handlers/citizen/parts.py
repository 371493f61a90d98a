"""What comes besides words: files, points, links. Each belongs to the appeal in the making, to the ticket just filed,
or waits for the words that explain it.
"""

from __future__ import annotations

from msgspec.structs import replace

from handlers.citizen import followup, intake, placing, wording, wording_after
from handlers.citizen.corrections import amend
from handlers.citizen.places import contradicts
from handlers.citizen.turn import Turn, answering, say, tap
from handlers.messages import Link, Location, Media, MediaKind
from handlers.outcome import MediaWanted, Outcome
from handlers.talk import Asking, Draft, Piece
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.filing import Amended, Supplemented
from handlers.tickets.ticket import Place, Ticket

LABEL_LENGTH = 60
"""Characters of a place's label; the platform's may be whole addresses."""

LINK_LENGTH = 300
"""Characters of a link that are kept with an appeal."""


def take(turn: Turn, media: Media) -> tuple[Piece, MediaWanted]:
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
        taps = tuple(wording_after.place_tap(one, words, f"{one.number} 也在这里") for one in others)
        return answering(placing.put(turn, urgent, place), choices=taps)
    if draft is not None:
        told = _told(turn, draft)
        if point.label and contradicts(turn.ctx.directory, told, words):
            doubted = replace(draft, place=place, guesses=(told, words), which=True)
            return intake.ask(turn, intake.Lacking(doubted, Asking.WHICH_PLACE), turn.talk.later)
        placed = intake.put_place(turn, draft, words, point)
        if urgent is None:
            return placed
        return answering(placed, choices=(wording_after.place_tap(urgent, words, f"{urgent.number} 也在这里"),))
    asked = intake.asked(turn)
    if asked is not None and lifecycle.can(asked, Supplemented, By.CITIZEN):
        return followup.supplement(turn, asked, words, place=place)
    ticket = turn.questioned() if turn.talk.asking is Asking.SUPPLEMENT else turn.last()
    if ticket is not None and intake.recently(turn, ticket) and lifecycle.can(ticket, Amended, By.CITIZEN):
        known = ticket.place
        amended = amend(turn, ticket, place=_joined(ticket, place))
        apart = known is not None and known.latitude is None and point.label
        if known is not None and apart and contradicts(turn.ctx.directory, known.text, words):
            return answering(
                amended, after=wording_after.WHICH_PLACE, choices=wording_after.place_taps(ticket, known.text, words)
            )
        return amended
    return intake.ask(turn, intake.Lacking(Draft(place=place, pieces=turn.talk.pieces), Asking.MATTER))


def _told(turn: Turn, draft: Draft) -> str:
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


def _joined(ticket: Ticket, place: Place) -> Place:
    """The point added to the words the ticket already has."""
    known = ticket.place
    if known is None or known.latitude is not None or known.text == place.text:
        return place
    return replace(place, text=f"{known.text}（{place.text}）"[: 2 * LABEL_LENGTH], area=known.area or place.area)
