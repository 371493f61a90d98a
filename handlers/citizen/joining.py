"""附议: somebody else wants the same thing done. It is offered once, done only when said yes to, and can be left again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest

from msgspec.structs import replace

from handlers import followers
from handlers.citizen import choose_ticket, filing
from handlers.citizen.choose_ticket import by_number, not_open, own
from handlers.citizen.filing import Assignment, Statement
from handlers.citizen.followup import again, happen, on_its_own, told
from handlers.citizen.talk import Asking, Draft
from handlers.citizen.turn import Turn, answering, say
from handlers.citizen.wording import promised
from handlers.citizen.words import Request
from handlers.context import Sought
from handlers.directory import accused
from handlers.notifications import notify
from handlers.outcome import CodeTry, Outcome, Reply
from handlers.pushes import Choice, Push
from handlers.queries import ById, ByNumber, Mine, Needs
from handlers.tickets import lifecycle, masking
from handlers.tickets.events import By
from handlers.tickets.events.clock import Shortened
from handlers.tickets.events.joining import Alone, Backed
from handlers.tickets.lifecycle import Change
from handlers.tickets.publishing import endangered, is_public, may_be_public
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Place, State, Ticket
from handlers.tickets.wording import brief, moment
from handlers.tracking import privacy
from handlers.tracking.model import Audience
from nlp.understand import Kind, Understanding

OFFERED_KINDS = frozenset({Kind.COMPLAINT.value, Kind.HELP.value, Kind.SUGGESTION.value})
"""A question wants an answer of its own, thanks are nobody else's, and who reports a wrong is not brought together with others."""

WORDS_FOR_THE_UNIT = 200
"""Characters of a follower's words that the unit reads with the ticket followed; their own ticket has them all."""


def neighbour(turn: Turn, draft: Draft, reading: Understanding, place: Place | None) -> Ticket | Needs | None:
    """The open ticket of somebody else about the same place and matter; what must be loaded to tell, or nothing."""
    kind = draft.kind or reading.kind.value
    if draft.alone or place is None or kind not in OFFERED_KINDS or kept_apart(reading):
        return None
    if accused.accusation(draft.text, turn.ctx.directory).made:
        return None
    category = draft.category or reading.category
    found = turn.ctx.lookups.similar(Sought(category, filing.title(draft.text), draft.text, place, reading.keywords))
    if not found:
        return None
    if not turn.found.again:
        return frozenset(ById(one.ticket_id) for one in found) | {Mine(turn.person.id)}
    mine = {ticket.id for ticket in turn.found.mine} | {ticket.joined_to for ticket in turn.found.mine}
    if any(one.ticket_id in mine for one in found):
        return None
    tickets = (turn.found.by_id.get(one.ticket_id) for one in found)
    return next((each for each in tickets if each is not None and _open(turn, each)), None)


def kept_apart(reading: Understanding) -> bool:
    """Whether words go together with nobody's: what is sealed, and where a life is at stake."""
    return reading.sealed or endangered(reading)


def offer(turn: Turn, draft: Draft, main: Ticket) -> Outcome:
    """Ask once whether to go on together."""
    talk = replace(turn.drafting(draft, Asking.JOIN), offered=main.id)
    return say(_asks(turn, main), *JOIN_TAPS, talk=talk)


def ask_again(turn: Turn, draft: Draft) -> Outcome:
    """The same question, after words that were no answer to it; what was offered may have ended meanwhile."""
    main = _offered(turn)
    if main is None or not _open(turn, main):
        return say(JOIN_GONE, JOIN_TAPS[1], talk=turn.drafting(draft, Asking.JOIN))
    return offer(turn, draft, main)


def hinted(turn: Turn, outcome: Outcome, main: Ticket) -> Outcome:
    """A filing that could not wait, with a word on the others, whom the person may join now."""
    talk = replace(turn.talk_after(outcome), offered=main.id, joins=outcome.tickets[-1].id)
    return answering(replace(outcome, talk=talk), after=join_hint(main.crowd + 1))


def join_offered(turn: Turn, draft: Draft, reading: Understanding, place: Place | None) -> Outcome:
    """Yes: the draft becomes a ticket that follows. Raises Refused when that one has ended meanwhile."""
    main = _offered(turn)
    if main is None:
        return say(JOIN_GONE, JOIN_TAPS[1], talk=turn.drafting(draft, Asking.JOIN))
    own = Statement(filing.title(draft.text), draft.text, place, draft.pieces, reading.keywords)
    return _join(turn, main, own, in_own_words=True)


def on_join(turn: Turn, said: Request) -> Outcome:
    """附议 [NO [CODE]]: what it is, and whether to join, of a public ticket or one whose code is known; else the one offered."""
    return _join_last(turn) if said.number is None else _by_code(turn, said, _ask_numbered)


def on_sure(turn: Turn, said: Request) -> Outcome:
    """确认附议 NO [CODE]: what our tap says."""
    return _join_last(turn) if said.number is None else _by_code(turn, said, _sure_numbered)


def _by_code(turn: Turn, said: Request, then: Callable[[Turn, Request, Ticket, Ticket], Outcome]) -> Outcome:
    """What comes of the numbered ticket and the one it leads to, where this person may know of both."""
    number = said.number or ""
    named = by_number(turn, number)
    if named is None:
        return Outcome(reply=not_open(number))
    if said.code is not None and turn.incoming.barred:
        return say(choose_ticket.CODES_OVER)
    if (more := _onward(turn, named)) is not None:
        return Outcome(more=more)
    known = said.code is not None and compare_digest(said.code.encode(), named.code.encode())
    code = None if said.code is None else CodeTry.RIGHT if known else CodeTry.WRONG
    main = _reachable(turn, named, said.code)
    outcome = Outcome(reply=not_open(number)) if main is None else then(turn, said, named, main)
    return replace(outcome, code=code)


def _ask_numbered(turn: Turn, said: Request, named: Ticket, main: Ticket) -> Outcome:
    settled = _joined_already(turn, main)
    if settled is not None:
        return settled
    lifecycle.check_can(main, Backed, By.CITIZEN)
    talk = turn.asking(Asking.JOIN_NUMBER, named.id, words=said.code or "")
    return say(f"{named.number}：{_asks(turn, main)}", *join_number_taps(named, said.code), talk=talk)


def _sure_numbered(turn: Turn, _said: Request, _named: Ticket, main: Ticket) -> Outcome:
    return _join_numbered(turn, main)


def _onward(turn: Turn, ticket: Ticket | None) -> Needs | None:
    """What must be loaded of a ticket that goes on under another number."""
    if ticket is None or ticket.state is not State.MERGED or not ticket.merged_into or turn.found.again:
        return None
    lacks = choose_ticket.survivor(ticket, turn.found) is None
    return frozenset({ByNumber(ticket.merged_into), Mine(turn.person.id)}) if lacks else None


def join_asked(turn: Turn) -> Outcome:
    """Yes to the question about a numbered ticket, which may not be open any more."""
    question = turn.talk.question
    asked = turn.found.by_id.get(question.ticket_id) if question is not None and question.ticket_id else None
    if (more := _onward(turn, asked)) is not None:
        return Outcome(more=more)
    main = _reachable(turn, asked, question.words if question is not None else None)
    return say(JOIN_OVER, talk=turn.asking(None)) if main is None else _join_numbered(turn, main)


def on_not(turn: Turn, _said: Request) -> Outcome:
    """不附议: nothing is joined."""
    return say(JOIN_NOT, talk=turn.asking(None))


def _reachable(turn: Turn, ticket: Ticket | None, code: str | None) -> Ticket | None:
    """The ticket that would be joined; None for one that this person may not know of, as for one that does not exist."""
    if ticket is None:
        return None
    known = bool(code) and compare_digest((code or "").encode(), ticket.code.encode())
    if not (turn.owns(ticket) or ((is_public(ticket) or known) and may_be_public(ticket))):
        return None
    onward = choose_ticket.survivor(ticket, turn.found) if ticket.state is State.MERGED else None
    if onward is not None and not (is_public(onward) or turn.owns(onward)):
        return None
    ticket = onward or ticket
    main = turn.found.mains.get(ticket.joined_to, ticket) if ticket.joined_to is not None else ticket
    return main if may_be_public(main) or turn.owns(main) else None


def _join_numbered(turn: Turn, main: Ticket) -> Outcome:
    """The ticket of one who said no words of their own: named after the one joined, as far as that is public."""
    area = main.place.area if main.place else ""
    title = privacy.for_audience(main, main.title, Audience.STRANGER) if is_public(main) else unseen(main)
    own = Statement(title, f"附议 {main.number}：{title}", Place(area, area) if area else None)
    return _join(turn.with_talk(turn.asking(None)), main, own, in_own_words=False)


def _joined_already(turn: Turn, main: Ticket) -> Outcome | None:
    """What is said to who needs not join: it is theirs, or they have joined; None for everybody else."""
    if turn.owns(main):
        return say(JOIN_OWN, talk=turn.asking(None, main.id))
    mine = next((ticket for ticket in turn.found.mine if ticket.joined_to == main.id), None)
    return None if mine is None else say(joined_already_words(mine), talk=turn.asking(None, mine.id))


def on_alone(turn: Turn, said: Request) -> Outcome:
    """单独办 [NO]: out of the group, on the desk with a promise of its own."""
    ticket = own(turn, said, "单独办", Alone)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    lifecycle.check_can(ticket, Alone, By.CITIZEN)
    area = ticket.place.area if ticket.place else ""
    unit_id = again(turn, ticket, None, area)
    outcome = happen(turn, ticket, on_its_own(turn, ticket, unit_id))
    return told(outcome, alone_words(outcome.tickets[0], turn.ctx.directory.name(unit_id), turn.now))


def _join_last(turn: Turn) -> Outcome:
    """Join what was offered with the ticket for which it was."""
    joins = turn.talk.joins
    main, last = _offered(turn), turn.found.by_id.get(joins) if joins is not None else turn.last()
    if main is None or last is None or last.id == main.id:
        return say(JOIN_WHICH)
    if last.joined_to is not None:
        return say(joined_already_words(last))
    if last.state not in OPEN:
        return say(JOIN_WHICH)
    if accused.accusation(last.text, turn.ctx.directory).made or accused.of(last, turn.ctx.directory):
        return say(JOIN_NOT_ACCUSING)
    backed = _backed(turn, main, Backed(last.number, last.text[:WORDS_FOR_THE_UNIT], last.attachments))
    followed = backed[-1].ticket
    change = lifecycle.apply(last, followers.joined(followed), turn.actor, turn.now)
    return Outcome(
        reply=Reply(_confirmed(turn, change.ticket, backed, filed=False)),
        talk=turn.asking(None, last.id),
        tickets=(change.ticket, followed),
        events=(*(each.event for each in backed), change.event),
        pushes=(*_told(turn, backed, main), *notify.notices(turn.ctx, change, last)),
    )


def _join(turn: Turn, main: Ticket, own: Statement, *, in_own_words: bool) -> Outcome:
    """Open a ticket of the joiner's own that follows `main`; `in_own_words` when the joiner wrote the text."""
    settled = _joined_already(turn, main)
    if settled is not None:
        return settled
    lifecycle.check_can(main, Backed, By.CITIZEN)
    assignment = Assignment(
        kind=main.kind,
        category=main.category,
        subcategory=main.subcategory,
        unit_id=main.unit_id,
        routed=f"和 {main.number} 一起办理",
        promise=main.promise,
        accused=accused.of(main, turn.ctx.directory),
    )
    started = filing.open_ticket(turn, own, assignment)
    said = own.text[:WORDS_FOR_THE_UNIT] if in_own_words else ""
    backed = _backed(turn, main, Backed(started.ticket.number, said, filing.attachments(own.pieces)))
    change = lifecycle.apply(started.ticket, followers.joined(backed[-1].ticket), turn.actor, turn.now)
    return _written(turn, main, backed, started, change)


def _written(turn: Turn, main: Ticket, backed: tuple[Change, ...], started: Change, change: Change) -> Outcome:
    person = turn.person
    keeps_draft = turn.talk.draft is not None and turn.talk.of_appeal is not Asking.JOIN
    joined = turn.with_talk(replace(turn.talk, offered=None, joins=None))
    if not keeps_draft:
        emptied = replace(joined.talk, draft=None, pieces=(), later=(), asking=None, question=None, lacks=None)
        joined = turn.with_talk(emptied)
    ask_showing, offer, choices = (False, "", ()) if keeps_draft else filing.offered(turn, (change.ticket,))
    talk = joined.asking(Asking.SHOWING if ask_showing else None, change.ticket.id)
    text = _confirmed(turn, change.ticket, backed, filed=True)
    return Outcome(
        reply=Reply(f"{text}\n{offer}" if offer else text, choices),
        person=filing.asked(person) if ask_showing else None,
        talk=turn.kept(talk),
        tickets=(change.ticket, backed[-1].ticket),
        events=(*(each.event for each in backed), started.event, change.event),
        pushes=_told(turn, backed, main),
    )


def _backed(turn: Turn, main: Ticket, what: Backed) -> tuple[Change, ...]:
    """One more stands behind it; by the published rule it may be due sooner for that."""
    backed = lifecycle.apply(main, what, turn.actor, turn.now)
    return backed, *followers.sooner(backed.ticket, turn.now, turn.ctx)


def _told(turn: Turn, changes: tuple[Change, ...], before: Ticket) -> tuple[Push, ...]:
    """Everything that is told of these changes, one after the other."""
    return notify.notices_of(turn.ctx, notify.in_turn(changes, before))


def _confirmed(turn: Turn, ticket: Ticket, backed: tuple[Change, ...], filed: bool) -> str:
    unit = turn.ctx.directory.name(ticket.unit_id)
    others = backed[-1].ticket.crowd
    text = joined_words(ticket, others, unit, turn.ctx.links.citizen(ticket.token), turn.now, new=filed)
    shortened = backed[-1].event.what
    return f"{text}\n{sooner_words(shortened, turn.now)}" if isinstance(shortened, Shortened) else text


def _offered(turn: Turn) -> Ticket | None:
    offered = turn.talk.offered
    ticket = turn.found.by_id.get(offered) if offered is not None else None
    main = turn.found.mains.get(ticket.joined_to) if ticket is not None and ticket.joined_to is not None else ticket
    return main if main is not None and may_be_public(main) else None


def _open(turn: Turn, ticket: Ticket) -> bool:
    return may_be_public(ticket) and lifecycle.can(ticket, Backed, By.CITIZEN) and not turn.owns(ticket)


def _asks(turn: Turn, main: Ticket) -> str:
    return ask_join(main, turn.ctx.directory.name(main.unit_id), turn.now)


JOIN_TAPS = (Choice("一起推动", "一起推动"), Choice("单独报", "单独报"))
JOIN_GONE = "刚才那件现在不能再一起推动了，多半已经办完或撤回。要单独报吗？"
JOIN_WHICH = "要附议哪一件？回「附议 编号」，比如「附议 26000015」；没公开的再加上查询码。您自己的事，直接说就行。"
JOIN_NOT = "好的，没有附议。"
JOIN_OVER = "刚才那件现在不能再附议了，多半已经办完或撤回。您有同样的情况，直接说给我就行。"
JOIN_OWN = "这就是您自己报的那一件，不用附议。想看进展回「进度」。"


def join_number_taps(main: Ticket, code: str | None) -> tuple[Choice, ...]:
    """Yes or no to joining the numbered ticket; the number goes with the words."""
    named = f"{main.number} {code}" if code else main.number
    return (Choice("一起推动", f"确认附议 {named}"), Choice("不了", f"不附议 {main.number}"))


def unseen(ticket: Ticket) -> str:
    """A ticket that is not public, by no more than its kind, category and part of town."""
    area = ticket.place.area if ticket.place else ""
    about = f"「{ticket.category}」" if ticket.category else ""
    return f"{area}的一件{about}{ticket.kind}" if area else f"一件{about}{ticket.kind}"


def ask_join(main: Ticket, unit: str, now: datetime) -> str:
    """Others want the same done: once asked, joined only on yes. Nothing of the first author's is shown."""
    area = f"，{main.place.area}" if main.place and main.place.area else ""
    about = f"「{masking.for_public(brief(main.title), main.place)}」{area}" if is_public(main) else unseen(main)
    late = now > main.promise.reply_by
    by = "原定的答复时间已过" if late else f"承诺 {moment(main.promise.reply_by, now)} 前答复"
    return (
        f"已有 {main.crowd + 1} 人反映同一问题（{about}，由{unit}办理，{by}），要一起推动吗？\n"
        "一起推动：您有自己的编号，进展单独告诉您，自己评价，随时能退出。"
    )


def join_hint(people: int) -> str:
    """After a filing that could not wait: others wrote of the same."""
    return f"已有 {people} 人反映了同样的情况。您这件照样办；想和他们一起推动，回「附议」。"


def joined_words(ticket: Ticket, others: int, unit: str, link: str, now: datetime, *, new: bool) -> str:
    """附议 done: the own number, who has it and until when, the way out."""
    number = f"您的编号 {ticket.number}，查询码 {ticket.code}。" if new else f"{ticket.number} 不再单独办，编号不变。"
    late = now > ticket.promise.reply_by
    by = "原定的答复时间已过，会尽快答复您" if late else f"{moment(ticket.promise.reply_by, now)} 前答复您"
    return (
        f"好的，一起推动：{ticket.title}\n{number}\n和您一起的还有 {others} 人，由{unit}办理，{by}。\n"
        f"有进展单独告诉您；想退出回「撤回」，想自己单独办回「单独办」。进度：{link}"
    )


def joined_already_words(ticket: Ticket) -> str:
    """附议 a second time."""
    return f"这件事您已经在一起推动了，您的编号是 {ticket.number}。想看进展回「进度」。"


JOIN_NOT_ACCUSING = "您这件反映的是单位或工作人员本身，要单独办理，不和别人的并在一起，这样更保密。"
"""Said when somebody wants to join with a report about an office."""


def alone_words(ticket: Ticket, unit: str, now: datetime) -> str:
    """单独办 done."""
    return f"好的，{ticket.number}「{ticket.title}」现在单独办。{unit}，{promised(ticket, now)}。"


def sooner_words(what: Shortened, now: datetime) -> str:
    """Who made the crowd large enough reads what that does, and by which rule."""
    return f"您加入后一共 {what.crowd} 人，按公开的规定（{what.rule}），期限提前到{moment(what.reply_by, now)}。"
