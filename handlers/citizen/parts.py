"""What comes besides words: files, points, links. Each belongs to the appeal in the making, to the ticket just filed,
or waits for the words that explain it.
"""

from __future__ import annotations

from msgspec.structs import replace

from handlers.citizen import followup, intake, wording, wording_after
from handlers.citizen.corrections import amend
from handlers.citizen.places import contradicts
from handlers.citizen.talk import Asking, Draft, Piece
from handlers.citizen.turn import Turn, answering, say
from handlers.messages import Link, Location, Media, MediaKind
from handlers.outcome import MediaWanted, Outcome
from handlers.tickets import lifecycle
from handlers.tickets.events import Amended, By, Supplemented
from handlers.tickets.ticket import Place, Ticket

LABEL_LENGTH = 60
"""Characters of a place's label; the platform's may be whole addresses."""

LINK_LENGTH = 300
"""Characters of a link that are kept with an appeal."""


def take(turn: Turn, media: Media) -> tuple[Piece, MediaWanted]:
    """The file under an id of ours, and the order to fetch it before the platform drops it."""
    new_id = turn.ctx.new_id()
    ticket = turn.last() if turn.talk.draft is None else None
    ticket_id = ticket.id if ticket is not None and intake.recently(turn, ticket) else None
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
    ticket = _supplementable(turn)
    if ticket is not None:
        if len(ticket.attachments) >= intake.MOST_PIECES:
            return say(wording.TOO_MANY_PIECES)
        added = followup.supplement(turn, ticket, "", (piece,))
        return answering(added, after=wording.UNHEARD_IN_TICKET) if unheard else added
    if len(talk.pieces) >= intake.MOST_PIECES:
        return say(wording.TOO_MANY_PIECES)
    pieces = (*talk.pieces, piece)
    return say(unheard or wording.pieces_waiting(len(pieces)), talk=turn.kept(replace(talk, pieces=pieces)))


def on_location(turn: Turn, point: Location) -> Outcome:
    """A point: the place of the draft, of the ticket just filed, or the beginning of an appeal."""
    words = point.label.strip()[:LABEL_LENGTH] or wording.UNNAMED_POINT
    draft = turn.talk.draft
    place = intake.place_of(turn, words, point)
    if draft is not None:
        told = _told(turn, draft)
        if point.label and contradicts(turn.ctx.directory, told, words):
            doubted = replace(draft, place=place, guesses=(told, words), which=True)
            return intake.ask(turn, intake.Lacking(doubted, Asking.WHICH_PLACE), turn.talk.later)
        return intake.put_place(turn, draft, words, point)
    ticket = turn.last()
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
    ticket = _supplementable(turn)
    if ticket is not None:
        return followup.supplement(turn, ticket, words)
    held = Draft(text=words, pieces=turn.talk.pieces)
    return say(wording.NEEDS_WORDS_FOR_LINK, talk=turn.drafting(held, Asking.MATTER))


def _supplementable(turn: Turn) -> Ticket | None:
    """The ticket that a file or link without words goes to: one that waits for an answer, else the one spoken of."""
    ticket = intake.asked(turn) or turn.last()
    if ticket is None or not lifecycle.can(ticket, Supplemented, By.CITIZEN):
        return None
    return ticket if turn.talk.asking is Asking.SUPPLEMENT or intake.recently(turn, ticket) else None


def _joined(ticket: Ticket, place: Place) -> Place:
    """The point added to the words the ticket already has."""
    known = ticket.place
    if known is None or known.latitude is not None or known.text == place.text:
        return place
    return replace(place, text=f"{known.text}（{place.text}）"[: 2 * LABEL_LENGTH], area=known.area or place.area)
