"""What a citizen does with a ticket that is filed: 补充, 催办, 撤回, 评价, 重办, how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers import followers
from handlers.citizen import filing, wording
from handlers.citizen.choose_ticket import numbered, own, to_show
from handlers.citizen.talk import Asking
from handlers.citizen.turn import Turn, say, tap
from handlers.citizen.words import Request
from handlers.deadlines import deadlines
from handlers.directory import accused, jurisdiction
from handlers.notifications import notify
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice, Push
from handlers.talk import Piece
from handlers.tickets import lifecycle, publishing
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.desks import Recused
from handlers.tickets.events.filing import Sealed, Shown, Supplemented, Withdrawn
from handlers.tickets.events.joining import Added, Alone
from handlers.tickets.events.work import Reopened
from handlers.tickets.publishing import is_public
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Place, Ticket
from handlers.tickets.wording import cut, moment
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
    return Alone(unit_id, deadlines.promise_anew(ticket, turn.now, turn.ctx.terms_for(unit_id)))


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
    return told(outcome, supplemented(after, len(pieces), resumed, only_files, turn.now) + kept)


def on_supplement(turn: Turn, said: Request, pieces: tuple[Piece, ...] = ()) -> Outcome:
    """补充 [NO] [words]: what is added comes now or in the next message."""
    ticket = own(turn, said, "补充", Supplemented)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    lifecycle.check_can(ticket, Supplemented, By.CITIZEN)
    waiting = turn.talk.pieces if turn.talk.draft is None else ()
    if said.rest or pieces or waiting:
        outcome = supplement(turn, ticket, said.rest, waiting + pieces)
        return replace(outcome, talk=replace(turn.talk_after(outcome), pieces=())) if waiting else outcome
    return say(ask_supplement(ticket), talk=turn.asking(Asking.SUPPLEMENT, ticket.id))


def on_named_words(turn: Turn, ticket: Ticket, words: str, text: str) -> Outcome:
    """Words with a ticket's number that are no command: they are about it, and we ask what they shall do there."""
    offers: tuple[tuple[type[Happening], Choice], ...] = (
        (Supplemented, tap("补充到这一件", f"补充 {ticket.number} {words}")),
        (Urged, tap("催一催", f"催办 {ticket.number} {words}")),
        (Reopened, redo_tap(ticket, words)),
    )
    taps = [choice for what, choice in offers if lifecycle.can(ticket, what, By.CITIZEN)]
    taps += [tap("看进度", f"查 {ticket.number}"), tap("另报一件", f"另报 {text}")]
    return say(ask_what_for(ticket), *taps, talk=turn.about(ticket))


def on_urge(turn: Turn, said: Request) -> Outcome:
    """催办 [NO] [words]."""
    ticket = own(turn, said, "催办", Urged)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if lifecycle.can(ticket, Reopened, By.CITIZEN):
        talk = turn.asking(None, ticket.id)
        rate = tap("去评价", f"评价 {ticket.number}")
        return say(urge_answered(ticket), redo_tap(ticket), rate, talk=talk)
    terms = turn.ctx.terms_for(ticket.unit_id)
    within = deadlines.edition(turn.now, terms).urge_answer
    outcome = happen(turn, ticket, Urged(said.rest, deadlines.later(turn.now, within, terms)))
    urged = outcome.tickets[0]
    return told(outcome, urged_words(urged, turn.ctx.directory.name(urged.unit_id), turn.now))


def on_withdraw(turn: Turn, said: Request) -> Outcome:
    """撤回 [NO]: asked back first, since it cannot be taken back."""
    ticket = own(turn, said, "撤回", Withdrawn)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    lifecycle.check_can(ticket, Withdrawn, By.CITIZEN)
    taps = withdraw_taps(ticket, said.rest)
    others = timeline.together(ticket, turn.main_of(ticket))
    talk = turn.asking(Asking.WITHDRAW, ticket.id, words=said.rest)
    return say(ask_withdraw(ticket, others), *taps, talk=talk)


def on_sure(turn: Turn, said: Request) -> Outcome:
    """确认撤回 [NO] [words]: what our tap says. Without a number, and nothing asked, it is a wish to withdraw."""
    if said.number is None:
        return on_withdraw(turn, said)
    ticket = numbered(turn, said.number)
    return Outcome(reply=ticket) if isinstance(ticket, Reply) else withdraw(turn, ticket, said.rest)


def on_keep(turn: Turn, said: Request) -> Outcome:
    """不撤回 [NO]: nothing is withdrawn."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.questioned()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    return say(kept_words(ticket), talk=turn.asking(None))


def withdraw(turn: Turn, ticket: Ticket, reason: str = "") -> Outcome:
    """撤回, confirmed."""
    outcome = happen(turn, ticket, Withdrawn(reason))
    return told(outcome, withdrawn(ticket, timeline.together(ticket, turn.main_of(ticket))))


def on_show(turn: Turn, said: Request) -> Outcome:
    """公开 / 不公开 / 匿名 / 署名 [NO]: how one ticket is shown. A name holds for what is filed later, 公开 never does."""
    ticket = to_show(turn, said)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    person, lasting = turn.person, said.named is not None and (said.number is None or said.public is not None)
    if lasting and said.named is not None:
        person = replace(person, named=said.named, public=bool(person.public))
    if ticket is None:
        return say(from_now(bool(person.named)), talk=turn.asking(None), person=person)
    if said.public and not publishing.may_be_public(ticket):
        return say(NEVER_PUBLIC, talk=turn.asking(None, ticket.id))
    named = ticket.named if said.named is None else said.named
    public = ticket.public if said.public is None else said.public
    shown = Shown(named, public, person.called if named else "")
    outcome = happen(turn, ticket, shown, *_secrecy(ticket, said))
    text = shown_words(outcome.tickets[0], from_now=lasting)
    if named and not person.called and turn.talk.draft is None:
        outcome = replace(outcome, talk=turn.asking(Asking.CALLED, ticket.id))
        text = f"{text}\n{ASK_CALLED}"
    return replace(outcome, reply=Reply(text), person=person)


def _secrecy(ticket: Ticket, said: Request) -> tuple[Happening, ...]:
    """保密 said of a ticket is more than 不公开: it asks that nobody learn who wrote."""
    asked = said.public is False and sealed_sort(fold(said.text).text) is not None
    return (Sealed(SealedSort.INFORMANT),) if asked and not ticket.sealed else ()


def on_settings(turn: Turn, _said: Request) -> Outcome:
    """公开设置: the setting as it is, and the taps that change it."""
    named = bool(turn.person.named)
    tickets = tuple(filter(publishing.may_be_public, turn.found.mine))[:SETTINGS_TICKETS]
    return say(showing_now(named, tickets), *settings_taps(named, tickets))


def on_called(turn: Turn, name: str) -> Outcome:
    """What the person wants to be called."""
    person, last = replace(turn.person, called=name), turn.questioned() or turn.last()
    if last is None or not last.named:
        return say(called_words(name), talk=turn.asking(None), person=person)
    outcome = happen(turn, last, Shown(last.named, last.public, name))
    return replace(outcome, reply=Reply(called_words(name)), person=person)


def on_human(turn: Turn, said: Request) -> Outcome:
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
        human_words(
            dispatch.name if dispatch else "",
            dispatch.phone if dispatch else "",
            ticket,
            desk.name if desk else "",
            desk.phone if desk and desk.id != directory.dispatch_id else "",
        )
    )


def ask_what_for(ticket: Ticket) -> str:
    """Words about a numbered ticket that are no command."""
    return f"您说的是 {ticket.number}「{ticket.title}」，这句话要怎么办？点一下。"


def supplemented(ticket: Ticket, files: int, resumed: bool, only_files: bool, now: datetime) -> str:
    """Words or files added to a ticket; `resumed` when it had waited for them."""
    what = f"（{files}个文件）" if files else ""
    if resumed:
        more = "还有要说的，接着发就行。" if only_files else ""
        return (
            f"收到，已补充到 {ticket.number}{what}。"
            f"承办单位接着办，{moment(ticket.promise.reply_by, now)} 前答复您。{more}"
        )
    return f"收到，已补充到 {ticket.number}「{ticket.title}」{what}，承办单位会看到。"


def ask_supplement(ticket: Ticket) -> str:
    """补充 without anything to add."""
    asked = f"承办单位想知道：{ticket.question}\n" if ticket.question else ""
    return f"{asked}请把要补充的发给我，文字、照片、语音都行，会附到 {ticket.number}「{ticket.title}」。"


def urged_words(ticket: Ticket, unit: str, now: datetime) -> str:
    """催办 was passed on."""
    times = f"这是第{ticket.urges}次催。" if ticket.urges > 1 else ""
    due = moment(ticket.promise.reply_by, now)
    by = f"答应的时间是{due} 前" if now <= ticket.promise.reply_by else f"答应的{due} 已经过了，对不住"
    return f"替您催了：{ticket.number}「{ticket.title}」。{unit}马上会收到。{times}{by}，一有动静我就告诉您。"


def urge_answered(ticket: Ticket) -> str:
    """催办 when there is an answer already."""
    return f"{ticket.number}「{ticket.title}」已经有答复了，不用再催。要是没解决，点一下，退回去重新办。"


def redo_tap(ticket: Ticket, words: str = "") -> Choice:
    """The answer mended nothing: 重办, with the words that say so."""
    return Choice("没解决，重新办", f"没解决 {ticket.number}：{words}" if words else f"没解决 {ticket.number}")


def ask_redo(ticket: Ticket) -> str:
    """Words that sound as if the answer had mended nothing."""
    return f"您是说 {ticket.number}「{ticket.title}」还没解决吗？点一下，退回去重新办。"


def ask_withdraw(ticket: Ticket, others: int = 0) -> str:
    """Ask before withdrawing; `others` want the same done and are not stopped by it."""
    if others:
        return f"要撤回 {ticket.number}「{ticket.title}」吗？只撤您自己这一份，一起推动的另外 {others} 人照常办。"
    return f"要撤回 {ticket.number}「{ticket.title}」吗？撤回后就不再办了，想再办要重新报。"


def withdraw_taps(ticket: Ticket, reason: str = "") -> tuple[Choice, ...]:
    """Yes, with the reason that was given, or no."""
    sure = f"确认撤回 {ticket.number} {reason}".rstrip()
    return (Choice("确认撤回", sure), Choice("不撤了", f"不撤回 {ticket.number}"))


def kept_words(ticket: Ticket | None) -> str:
    """Nothing is withdrawn."""
    return f"好的，不撤。这件事照常办。编号 {ticket.number}。" if ticket is not None else "好的，不撤。"


def withdrawn(ticket: Ticket, others: int = 0) -> str:
    """撤回 done."""
    if others:
        return f"撤回了您这一份：{ticket.number}「{ticket.title}」。另外 {others} 人那边照常办。以后有事，直接说就行。"
    return f"撤回了：{ticket.number}「{ticket.title}」，承办单位不再办理。以后有事，直接说就行。"


def shown_words(ticket: Ticket, *, from_now: bool = False) -> str:
    """How one ticket is shown; `from_now`: and whether later ones are under a name."""
    name = "署名" if ticket.named else "匿名"
    public = is_public(ticket)
    tail = "公开时会先隐去电话、证件号这些个人信息。" if public else "只有您和办事的单位看得到。"
    later = f"以后报的事也{name}，公不公开每件单独选。" if from_now else ""
    return f"好的，{ticket.number} {name}、{'公开' if public else '不公开'}。{tail}{later}想改随时说。"


def from_now(named: bool) -> str:
    """Whether later tickets are under a name, where there is none yet."""
    return f"好的，以后报的事都{'署名' if named else '匿名'}。公不公开每件单独选，报完点「公开」就行。"


NEVER_PUBLIC = "这件事关系到人的安全和隐私，我们替您保密，不对外公开；办理照常，进展照样告诉您。"
"""公开 of a ticket that may never be public."""


def showing_now(named: bool, tickets: Sequence[Ticket]) -> str:
    """The setting as it is, and of the latest tickets."""
    lines = [f"现在报事{'署名' if named else '匿名'}。公不公开每件单独选，默认不公开。"]
    lines += [
        f"{one.number}「{cut(one.title, wording.ROW)}」现在{'公开' if is_public(one) else '不公开'}。"
        for one in tickets
    ]
    return "\n".join([*lines, "要改，点一下："])


def settings_taps(named: bool, tickets: Sequence[Ticket]) -> tuple[Choice, ...]:
    """The taps that change the setting, and that of the latest tickets."""
    name = Choice("改成匿名", "匿名") if named else Choice("改成署名", "署名")
    shows = (("不公开" if is_public(one) else "公开") for one in tickets)
    return (
        name,
        *(Choice(f"{how} {one.number}", f"{how} {one.number}") for how, one in zip(shows, tickets, strict=True)),
    )


ASK_CALLED = "署名的话，怎么称呼您？比如「王女士」「老李」。不想说回「跳过」。"


def called_words(name: str) -> str:
    """The name is noted."""
    return f"好的，{name}。署名的事就写「{name}」。"


def human_words(unit: str, phone: str, ticket: Ticket | None, desk: str, desk_phone: str) -> str:
    """Where a person can be reached."""
    lines = []
    if ticket is not None:
        lines.append(
            f"{ticket.number}「{ticket.title}」现在在{desk}" + (f"，电话 {desk_phone}。" if desk_phone else "。")
        )
    lines.append(f"想跟人说话，打{unit} {phone}。" if phone else "想跟人说话，打 12345，全天有人接。")
    lines.append("也可以把话写在这里：每件事都有工作人员看，写清什么事、在哪儿就行。")
    return "\n".join(lines)
