"""What a citizen does with a ticket that is filed: 补充, 催办, 撤回, 评价, 重办, how it is shown."""

from __future__ import annotations

from msgspec.structs import replace

from handlers import followers
from handlers.citizen import filing, wording, wording_after
from handlers.citizen.choose_ticket import numbered, own, to_show
from handlers.citizen.turn import Turn, say, tap
from handlers.citizen.words import Said
from handlers.deadlines import deadlines
from handlers.directory import accused, jurisdiction
from handlers.notifications import notify
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice, Push
from handlers.talk import Asking, Piece
from handlers.tickets import lifecycle, publishing
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.filing import Sealed, Shown, Supplemented, Withdrawn
from handlers.tickets.events.joining import Added, Alone
from handlers.tickets.events.work import Recused, Reopened
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Place, Ticket
from handlers.tracking import timeline
from nlp.appeals.sealed import SealedSort, sealed_sort
from nlp.text.normalize import fold
from nlp.understand import Kind

SHORT_NAME = 12
"""Characters of what somebody wants to be called."""

SETTINGS_TICKETS = 3
"""The latest tickets whose showing can be changed from the settings."""


def again(turn: Turn, ticket: Ticket, category: str | None, area: str) -> str:
    """The unit that the ticket is routed to anew, in this part of town and with the category told; None: the ticket's own.

    A category that was only guessed at the filing sends a ticket nowhere later either.
    """
    reading = turn.ctx.understand(ticket.text)
    if category is None:
        guessed = ticket.category == reading.category and not reading.sure
        category = "" if guessed else ticket.category
    directory = turn.ctx.directory
    against = accused.of(ticket, directory)
    made = bool(against) or (ticket.kind != Kind.PRAISE and accused.accusation(ticket.text, directory).made)
    accusing = accused.Accusation(against, made)
    routed = filing.route(
        turn, ticket.text, reading, category, area, leader=ticket.leader, accusing=accusing, urgent=ticket.urgent
    )
    return routed.unit_id


def on_its_own(turn: Turn, ticket: Ticket, unit_id: str) -> Alone:
    """单独办: on this desk, with a promise of its own."""
    return Alone(
        unit_id,
        deadlines.promise(
            ticket.kind,
            ticket.category,
            ticket.urgent,
            turn.now,
            is_vital=deadlines.vital(ticket.kind, ticket.text),
            terms=turn.ctx.terms_for(unit_id),
        ),
    )


def happen(turn: Turn, ticket: Ticket, *whats: Happening) -> Outcome:
    """Let these happen to the ticket, one after another, with their pushes; no reply yet. Raises Refused.

    Words among them that accuse a unit have it keep away first (回避). The ticket comes first in the outcome, then the one
    that it follows, which hears of it.
    """
    events: list[Event] = []
    pushes: list[Push] = []
    newly = _newly_accused(turn, ticket, whats)
    now, main = ticket, turn.found.mains.get(ticket.joined_to) if ticket.joined_to is not None else None
    for what, actor in (*_steps(turn, ticket, newly, whats), *_raising(turn, ticket, whats)):
        change = lifecycle.apply(now, what, actor, turn.now)
        pushes += notify.notices(turn.ctx, change, now)
        events.append(change.event)
        for heard, by in _heard(turn, now, main, what, newly):
            assert main is not None
            echo = lifecycle.apply(main, heard, by, turn.now)
            pushes += notify.notices(turn.ctx, echo, main)
            events.append(echo.event)
            main = echo.ticket
        now = change.ticket
    tickets = (now, main) if main is not None else (now,)
    return Outcome(tickets=tickets, events=tuple(events), pushes=tuple(pushes), talk=turn.asking(None, ticket.id))


_SYSTEM = Actor(By.SYSTEM)


def _newly_accused(turn: Turn, ticket: Ticket, whats: tuple[Happening, ...]) -> tuple[str, ...]:
    """The units that the citizen's new words accuse and the ticket did not yet."""
    directory = turn.ctx.directory
    words = "\n".join(filter(None, (what.own_words() for what in whats)))
    if not words or not accused.accusation(words, directory, informant=True, desk=ticket.unit_id).made:
        return ()
    known = accused.of(ticket, directory)
    informant = turn.ctx.understand(words).sealed_sort is SealedSort.INFORMANT
    return tuple(unit for unit in accused.units(words, directory, informant, ticket.unit_id) if unit not in known)


def _raising(turn: Turn, ticket: Ticket, whats: tuple[Happening, ...]) -> tuple[tuple[Happening, Actor], ...]:
    """What the citizen's new words make of the ticket's secrecy: words only ever add to it."""
    words = "\n".join(filter(None, (what.own_words() for what in whats)))
    if not words:
        return ()
    raised = publishing.sealing(ticket, turn.ctx.understand(words), fold(f"{ticket.text}\n{words}").text)
    return () if raised is None else ((raised, turn.actor),)


def _steps(
    turn: Turn, ticket: Ticket, newly: tuple[str, ...], whats: tuple[Happening, ...]
) -> list[tuple[Happening, Actor]]:
    """These, by the citizen, after what the service does so that an accused unit never reads them."""
    said: list[tuple[Happening, Actor]] = [(what, turn.actor) for what in whats]
    if not newly:
        return said
    directory = turn.ctx.directory
    units = tuple(dict.fromkeys((*accused.of(ticket, directory), *newly)))
    if not jurisdiction.barred(directory, units, ticket.unit_id):
        return [(Recused(units), _SYSTEM), *said]
    unit_id = jurisdiction.instead(directory, units, urgent=ticket.urgent)
    said = [(_kept_away(what, unit_id), actor) for what, actor in said]
    if ticket.joined_to is None:
        return [(Recused(units, unit_id if ticket.state in OPEN else None), _SYSTEM), *said]
    alone = [(on_its_own(turn, ticket, unit_id), turn.actor)] if lifecycle.can(ticket, Alone, By.CITIZEN) else []
    return [*alone, (Recused(units), _SYSTEM), *said]


def _kept_away(what: Happening, unit_id: str) -> Happening:
    """Done again elsewhere, where the desk that had it must keep away."""
    return replace(what, unit_id=unit_id) if isinstance(what, Reopened) else what


def _heard(
    turn: Turn, ticket: Ticket, main: Ticket | None, what: Happening, newly: tuple[str, ...]
) -> list[tuple[Happening, Actor]]:
    """What the ticket that is followed hears; nothing of words that accuse the unit that has it."""
    heard = followers.report_back(ticket, what)
    if main is None or heard is None:
        return []
    if not newly or not isinstance(heard, Added):
        return [(heard, turn.actor)]
    if jurisdiction.barred(turn.ctx.directory, newly, main.unit_id):
        return []
    return [(Recused((*accused.of(main, turn.ctx.directory), *newly)), _SYSTEM), (heard, turn.actor)]


def told(outcome: Outcome, text: str, *choices: tuple[str, str]) -> Outcome:
    """The outcome with its reply."""
    return replace(outcome, reply=Reply(text, tuple(tap(label, words) for label, words in choices)))


def supplement(
    turn: Turn, ticket: Ticket, text: str, pieces: tuple[Piece, ...] = (), place: Place | None = None
) -> Outcome:
    """补充: words, files or a place added; a pause ends with it."""
    resumed = ticket.awaited
    what = Supplemented(text, filing.attachments(pieces), place)
    if resumed:
        moved = deadlines.resume(ticket, turn.now, turn.ctx.terms_for(ticket.unit_id))
        what = replace(what, reply_by=moved.reply_by, remind_at=moved.remind_at, back=moved.back)
    outcome = happen(turn, ticket, what)
    outcome = replace(outcome, talk=replace(turn.asking(None, ticket.id), added_at=turn.now))
    only_files = resumed and not text
    after = outcome.tickets[0]
    kept = f"\n{wording.SEALED_NOTE}" if after.sealed and not ticket.sealed else ""
    return told(outcome, wording_after.supplemented(after, len(pieces), resumed, only_files, turn.now) + kept)


def on_supplement(turn: Turn, said: Said, pieces: tuple[Piece, ...] = ()) -> Outcome:
    """补充 [NO] [words]: what is added comes now or in the next message."""
    ticket = own(turn, said, "补充", Supplemented)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    lifecycle.check_can(ticket, Supplemented, By.CITIZEN)
    waiting = turn.talk.pieces if turn.talk.draft is None else ()
    if said.rest or pieces or waiting:
        outcome = supplement(turn, ticket, said.rest, waiting + pieces)
        return replace(outcome, talk=replace(outcome.talk or turn.talk, pieces=())) if waiting else outcome
    return say(wording_after.ask_supplement(ticket), talk=turn.asking(Asking.SUPPLEMENT, ticket.id))


def on_named_words(turn: Turn, ticket: Ticket, words: str, text: str) -> Outcome:
    """Words with a ticket's number that are no command: they are about it, and we ask what they shall do there."""
    offers: tuple[tuple[type[Happening], Choice], ...] = (
        (Supplemented, tap("补充到这一件", f"补充 {ticket.number} {words}")),
        (Urged, tap("催一催", f"催办 {ticket.number} {words}")),
        (Reopened, wording_after.redo_tap(ticket, words)),
    )
    taps = [choice for what, choice in offers if lifecycle.can(ticket, what, By.CITIZEN)]
    taps += [tap("看进度", f"查 {ticket.number}"), tap("另报一件", f"另报 {text}")]
    return say(wording_after.ask_what_for(ticket), *taps, talk=turn.about(ticket))


def on_urge(turn: Turn, said: Said) -> Outcome:
    """催办 [NO] [words]."""
    ticket = own(turn, said, "催办", Urged)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if lifecycle.can(ticket, Reopened, By.CITIZEN):
        talk = turn.asking(None, ticket.id)
        rate = tap("去评价", f"评价 {ticket.number}")
        return say(wording_after.urge_answered(ticket), wording_after.redo_tap(ticket), rate, talk=talk)
    terms = turn.ctx.terms_for(ticket.unit_id)
    within = deadlines.edition(turn.now, terms).urge_answer
    outcome = happen(turn, ticket, Urged(said.rest, deadlines.later(turn.now, within, terms)))
    urged = outcome.tickets[0]
    return told(outcome, wording_after.urged(urged, turn.ctx.directory.name(urged.unit_id), turn.now))


def on_withdraw(turn: Turn, said: Said) -> Outcome:
    """撤回 [NO]: asked back first, since it cannot be taken back."""
    ticket = own(turn, said, "撤回", Withdrawn)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    lifecycle.check_can(ticket, Withdrawn, By.CITIZEN)
    taps = wording_after.withdraw_taps(ticket, said.rest)
    others = timeline.together(ticket, turn.main_of(ticket))
    talk = turn.asking(Asking.WITHDRAW, ticket.id, words=said.rest)
    return say(wording_after.ask_withdraw(ticket, others), *taps, talk=talk)


def on_sure(turn: Turn, said: Said) -> Outcome:
    """确认撤回 [NO] [words]: what our tap says. Without a number, and nothing asked, it is a wish to withdraw."""
    if said.number is None:
        return on_withdraw(turn, said)
    ticket = numbered(turn, said.number)
    return Outcome(reply=ticket) if isinstance(ticket, Reply) else withdraw(turn, ticket, said.rest)


def on_keep(turn: Turn, said: Said) -> Outcome:
    """不撤回 [NO]: nothing is withdrawn."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.questioned()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    return say(wording_after.kept(ticket), talk=turn.asking(None))


def withdraw(turn: Turn, ticket: Ticket, reason: str = "") -> Outcome:
    """撤回, confirmed."""
    outcome = happen(turn, ticket, Withdrawn(reason))
    return told(outcome, wording_after.withdrawn(ticket, timeline.together(ticket, turn.main_of(ticket))))


def on_show(turn: Turn, said: Said) -> Outcome:
    """公开 / 不公开 / 匿名 / 署名 [NO]: how one ticket is shown. A name holds for what is filed later, 公开 never does."""
    ticket = to_show(turn, said)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    person, lasting = turn.person, said.named is not None and (said.number is None or said.public is not None)
    if lasting and said.named is not None:
        person = replace(person, named=said.named, public=bool(person.public))
    if ticket is None:
        return say(wording_after.from_now(bool(person.named)), talk=turn.asking(None), person=person)
    if said.public and not publishing.may_be_public(ticket):
        return say(wording_after.NEVER_PUBLIC, talk=turn.asking(None, ticket.id))
    named = ticket.named if said.named is None else said.named
    public = ticket.public if said.public is None else said.public
    shown = Shown(named, public, person.called if named else "")
    outcome = happen(turn, ticket, shown, *_secrecy(ticket, said))
    text = wording_after.shown(outcome.tickets[0], from_now=lasting)
    if named and not person.called and turn.talk.draft is None:
        outcome = replace(outcome, talk=turn.asking(Asking.CALLED, ticket.id))
        text = f"{text}\n{wording_after.ASK_CALLED}"
    return replace(outcome, reply=Reply(text), person=person)


def _secrecy(ticket: Ticket, said: Said) -> tuple[Happening, ...]:
    """保密 said of a ticket is more than 不公开: it asks that nobody learn who wrote."""
    asked = said.public is False and sealed_sort(fold(said.text).text) is not None
    return (Sealed(SealedSort.INFORMANT),) if asked and not ticket.sealed else ()


def on_settings(turn: Turn, _said: Said) -> Outcome:
    """公开设置: the setting as it is, and the taps that change it."""
    named = bool(turn.person.named)
    tickets = tuple(filter(publishing.may_be_public, turn.found.mine))[:SETTINGS_TICKETS]
    return say(wording_after.showing_now(named, tickets), *wording_after.settings_taps(named, tickets))


def on_called(turn: Turn, name: str) -> Outcome:
    """What the person wants to be called."""
    person, last = replace(turn.person, called=name), turn.questioned() or turn.last()
    if last is None or not last.named:
        return say(wording_after.called(name), talk=turn.asking(None), person=person)
    outcome = happen(turn, last, Shown(last.named, last.public, name))
    return replace(outcome, reply=Reply(wording_after.called(name)), person=person)


def on_human(turn: Turn, said: Said) -> Outcome:
    """人工 [NO]: whom to call, and who has the ticket."""
    directory = turn.ctx.directory
    dispatch = directory.units.get(directory.dispatch_id)
    ticket = turn.last()
    if said.number is not None:
        named = numbered(turn, said.number)
        if isinstance(named, Reply):
            return Outcome(reply=named)
        ticket = named
    elif ticket is not None and ticket.closed_at is not None:
        ticket = None
    desk = directory.units.get(ticket.unit_id) if ticket else None
    return say(
        wording_after.human(
            dispatch.name if dispatch else "",
            dispatch.phone if dispatch else "",
            ticket,
            desk.name if desk else "",
            desk.phone if desk and desk.id != directory.dispatch_id else "",
        )
    )
