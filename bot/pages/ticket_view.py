"""Data of a ticket's page: its tracking view, the state of its files, and a mark that changes with any of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.pages import wording
from bot.pages.context import Journeys, Present
from bot.pages.keys import notice_path
from bot.pages.rectify import path_of
from bot.pages.seals import Sealer
from handlers.deadlines.explain import explain
from handlers.deadlines.explain_steps import Inquiry
from handlers.directory.directory import Staff
from handlers.messages import MediaKind, PageVerb
from handlers.official import permissions
from handlers.tickets import states
from handlers.tickets.ticket import Attachment, State
from handlers.tracking import timeline
from handlers.tracking.model import Audience, Button, Snag, SnagKind, TrackingView
from nlp.appeals.personal import mask
from storage.queries.journeys import Journey, StoredFile

PLAYABLE = frozenset({"audio/mpeg", "video/mp4"})
"""What a phone's browser plays by itself; WeChat's AMR and SILK are offered for download."""


class Mood(StrEnum):
    """How a page is coloured."""

    GOING = "going"
    WAITING = "waiting"
    LATE = "late"
    DONE = "done"
    ENDED = "ended"


class ShownFile(Struct, frozen=True):
    """A file on a page."""

    kind: MediaKind
    name: str
    url: str = ""
    """Empty while there is nothing to open."""

    plays: bool = False
    says: str = ""
    """Why there is nothing to open."""


class TicketPage(Struct, frozen=True):
    """All that the body of a tracking page needs."""

    view: TrackingView
    files: dict[int, ShownFile]
    """By file id."""
    loose: tuple[Attachment, ...]
    """The files that no checkpoint shows."""
    base: str
    """The page's own address."""
    mood: Mood
    mark: str
    """Changes when anything on the page does."""
    stranger: bool
    staff: bool
    snags: tuple[Snag, ...]
    """Without what is said elsewhere on the page: the question, and the overdue answer beside its date."""
    buttons: tuple[Button, ...]
    """The one that is expected comes first."""
    why: tuple[str, ...]
    """The lines that explain the promised date."""
    notice: str = ""
    """The number of a 催办通知单, for officials only."""
    notice_url: str = ""
    rectified: str = ""
    """The number of the 整改 that covers the ticket, for everybody."""
    rectified_url: str = ""


def _mark(view: TrackingView, files: dict[int, ShownFile]) -> str:
    # How late it is to the microsecond is on no page: its words are, among the snags.
    shown = msgspec.structs.replace(view, late=None)
    return hashlib.sha256(msgspec.json.encode((shown, sorted(files.items())))).hexdigest()[:16]


class TicketPages:
    """Shows tickets to an audience. Without a sealer no page links to a 催办通知单."""

    def __init__(self, archive: Journeys, present: Present, sealer: Sealer | None = None) -> None:
        self._archive = archive
        self._directory = present.directory
        self._clock = present.clock
        self._terms = present.terms
        self._sealer = sealer

    async def show(self, journey: Journey, audience: Audience, base: str, reader: Staff | None = None) -> TicketPage:
        """Returns the ticket as this audience may see it. `reader` is the official whose page it is."""
        now = self._clock.now()
        view = timeline.view(journey.ticket, journey.history, self._directory(), now, audience, main=journey.main)
        if audience is Audience.STAFF:
            view = _masked(view)
        known = await self._archive.files(sorted(attached(view)))
        files = {each.id: _shown(each, known.get(each.id), base) for each in attachments(view)}
        mood = _mood(view, now)
        said = {SnagKind.WAITING: bool(view.question), SnagKind.LATE: mood is Mood.LATE}
        told = {each.id for point in view.checkpoints for each in point.attachments}
        return TicketPage(
            view=view,
            files=files,
            loose=tuple(each for each in view.attachments if each.id not in told),
            base=base,
            mood=mood,
            mark=_mark(view, files),
            stranger=audience is Audience.STRANGER,
            staff=audience is Audience.STAFF,
            snags=tuple(each for each in view.snags if not said.get(each.kind)),
            buttons=_ordered(view),
            why=self._why(journey, audience),
            notice=journey.ticket.cards.notice if audience is Audience.STAFF else "",
            notice_url=self._notice(journey, reader),
            rectified=journey.ticket.rectified,
            rectified_url=path_of(journey.ticket.rectified),
        )

    def _notice(self, journey: Journey, reader: Staff | None) -> str:
        number = journey.ticket.cards.notice
        if not number or reader is None or self._sealer is None:
            return ""
        if not permissions.may_read_notice(self._directory(), reader, journey.ticket.unit_id):
            return ""
        return notice_path(self._sealer, number, reader, self._clock.now())

    def _why(self, journey: Journey, audience: Audience) -> tuple[str, ...]:
        question = Inquiry(self._clock.now(), audience, self._terms, self._directory().name)
        lines = explain(journey.ticket, journey.history, question)
        return tuple(map(mask, lines)) if audience is Audience.STAFF else lines


def _masked(view: TrackingView) -> TrackingView:
    """Returns the view without phone numbers and the like: a link has no role. Those who may read them do so in chat."""
    points = tuple(replace(point, detail=mask(point.detail)) for point in view.checkpoints)
    bounces = tuple(replace(each, reason=mask(each.reason)) for each in view.bounces)
    promises = tuple(replace(each, text=mask(each.text)) for each in view.promises)
    return replace(
        view, title=mask(view.title), text=mask(view.text), checkpoints=points, bounces=bounces, promises=promises
    )


def attachments(view: TrackingView) -> Sequence[Attachment]:
    """Returns every file that this view shows."""
    return (*view.attachments, *(each for point in view.checkpoints for each in point.attachments))


def attached(view: TrackingView) -> frozenset[int]:
    """Returns the ids of every file that this view shows: what its audience may open."""
    return frozenset(each.id for each in attachments(view))


def _ordered(view: TrackingView) -> tuple[Button, ...]:
    """Returns the buttons. A reply without a rating asks for one before anything else."""
    due = view.state in states.ANSWERED and view.rating is None
    return tuple(sorted(view.buttons, key=lambda button: not (due and button.verb is PageVerb.RATE)))


def _shown(attachment: Attachment, file: StoredFile | None, base: str) -> ShownFile:
    name = wording.FILE_NAMES[attachment.kind]
    if file is None or file.lost:
        return ShownFile(attachment.kind, name, says=wording.LOST.format(what=name))
    if file.sha256 is None:
        return ShownFile(attachment.kind, name, says=wording.COMING.format(what=name))
    return ShownFile(attachment.kind, name, f"{base}/file/{attachment.id}", file.content_type in PLAYABLE)


def _mood(view: TrackingView, now: datetime) -> Mood:
    if view.halted:
        return Mood.ENDED
    if view.state in states.ANSWERED:
        return Mood.DONE
    if view.state is State.WAITING:
        return Mood.WAITING
    return Mood.LATE if view.reply_by is not None and now > view.reply_by else Mood.GOING
