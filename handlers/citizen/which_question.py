"""Short answers that fit two questions: the one that is open, and what we asked of our own accord since then.

A unit's question (询问), the invitation to grade and 回头看 are pushed while another question is open. Where a short answer could
be meant for either, nothing happens before a tap says which (docs/adr/0022-an-open-question-has-an-identity.md).
Longer words in answer to a question about one ticket may be about another ticket, or a matter of their own: asked, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.citizen import files_and_places, filing, followup, intake, rating, wording
from handlers.citizen.intake import SHORT
from handlers.citizen.safety import danger_in
from handlers.citizen.talk import Asking
from handlers.citizen.turn import Turn, say, tap
from handlers.citizen.words import Request
from handlers.deadlines import deadlines
from handlers.outcome import Outcome
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.grades import Rated
from handlers.tickets.ticket import Ticket
from nlp.understand import OTHER
from nlp.wishes import Wish

MOST = 3
"""Questions offered beside the open one: with it they fit one screen."""

_OPEN_TO_WORDS = frozenset({Asking.PLACE, Asking.WHICH_PLACE, Asking.SUPPLEMENT, Asking.REASON})
"""Open questions that any short words may answer."""

_SAID_YES = frozenset(
    {"是", "是的", "是啊", "是呀", "是滴", "对", "对的", "对啊", "对呀", "对对", "没错", "有的", "有"}
)
"""A yes that answers a question; "好的" and "收到" may only mean that it was read."""

_CONFIRMS = frozenset({"确认", "确定", "同意", "确认提交", "确定提交"})


def doubt(turn: Turn, said: Request) -> Outcome | None:
    """The question which of two is answered, when words that the open question would take fit a later one as well."""
    talk = turn.talk
    if (turn.mark and turn.mark == talk.mark) or said.number is not None:
        return None
    since = talk.question.at if talk.question is not None else None
    free = said.wish is Wish.FILE and not said.bare and len(said.text) <= SHORT and talk.asking in _OPEN_TO_WORDS
    if since is None or not (free or said.wish in (Wish.YES, Wish.NO, Wish.PICK)):
        return None
    others = _others(turn, said, since)
    return say(wording.WHICH_QUESTION, _to_open(turn, said), *others[:MOST]) if others else None


def on_nothing_asked(turn: Turn, said: Request) -> Outcome:
    """Yes, no or a number when no question of the chat is open: it may answer what a unit asked, or what we asked by push."""
    if turn.lapsed is not None and turn.lapsed.about is not None:
        ticket = turn.with_talk(turn.lapsed).questioned()
        if ticket is not None:
            return say(question_lapsed(ticket), tap("看这一件", f"查 {ticket.number}"))
    waiting = [ticket for ticket in turn.found.mine if ticket.awaited]
    others = _others(turn, said, None)
    clear = said.text.strip(" ，,。.！!") in _SAID_YES or said.wish is Wish.NO
    if len(others) == 1 and len(waiting) == 1 and clear:
        return followup.supplement(turn, waiting[0], said.text)
    if others:
        return say(wording.WHICH_QUESTION if len(others) > 1 else wording.IS_IT_AN_ANSWER, *others[:MOST])
    if said.text.strip(" ，,。.！!") in _CONFIRMS or (said.wish is Wish.PICK and turn.found.mine):
        return say(wording.NOTHING_TO_CONFIRM)
    return say(wording.NOTHING_ASKED)


def on_named_answer(turn: Turn, ticket: Ticket, said: Request) -> Outcome:
    """Yes, no or a number for a ticket that we asked nothing about: what it may mean there is asked, nothing is done."""
    if ticket.awaited:
        return say(wording.IS_IT_AN_ANSWER, _answer(ticket, said))
    rateable = lifecycle.can(ticket, Rated, By.CITIZEN)
    if said.wish is Wish.PICK and said.score is not None and said.score <= 5 and rateable:
        return rating.ask_first(turn, ticket, said.score)
    return say(nothing_asked_of(ticket), tap("看这一件", f"查 {ticket.number}"))


def _others(turn: Turn, said: Request, since: datetime | None) -> list[Choice]:
    """What else the words may answer that was asked after `since`, one tap each, the newest question first."""
    found: list[tuple[datetime, Choice]] = []
    for ticket in turn.found.mine:
        if ticket.id == turn.talk.about:
            continue
        for at, choice in _asked(turn, ticket, said):
            if since is None or at > since:
                found.append((at, choice))
    if said.wish is Wish.FILE:
        found += _place_wanted(turn, said)
    return [choice for _, choice in sorted(found, key=lambda each: each[0], reverse=True)]


def _asked(turn: Turn, ticket: Ticket, said: Request) -> list[tuple[datetime, Choice]]:
    asked: list[tuple[datetime, Choice]] = []
    if ticket.awaited and ticket.waiting_since is not None:
        asked.append((ticket.waiting_since, _answer(ticket, said)))
    ungraded = ticket.rating is None and ticket.replied_at is not None and lifecycle.can(ticket, Rated, By.CITIZEN)
    if ungraded and ticket.replied_at and said.wish is Wish.PICK and said.score is not None and said.score <= 5:
        grade = f"评价 {ticket.number} {said.score}"
        asked.append((ticket.replied_at, tap(f"给 {ticket.number} 评 {said.score} 分", grade)))
    until = ticket.chase.look_by
    if until is not None and turn.now <= until and said.wish in (Wish.YES, Wish.NO):
        look = deadlines.own_edition(ticket, turn.now, turn.ctx.terms_for(ticket.unit_id)).look
        words = f"{'一直好着' if said.wish is Wish.YES else '又坏了'} {ticket.number}"
        asked.append((until - timedelta(days=look.days), tap(words)))
    return asked


def _answer(ticket: Ticket, said: Request) -> Choice:
    """What the unit asked, answered with these words."""
    return tap(f"回答 {ticket.number}「{filing.title(ticket.title)}」", f"补充 {ticket.number} {said.text}")


def _place_wanted(turn: Turn, said: Request) -> list[tuple[datetime, Choice]]:
    """The urgent ticket whose place we wait for, where the words are a place and an appeal waits for one as well."""
    ticket = turn.unplaced()
    if ticket is None or ticket.id == turn.talk.about or not files_and_places.is_place(turn, said.text):
        return []
    label = f"{ticket.number}「{filing.title(ticket.title)}」在这里"
    return [(ticket.filed_at, files_and_places.place_tap(ticket, said.text, label))]


def _to_open(turn: Turn, said: Request) -> Choice:
    """These words as the answer to the open question, said so that they can mean nothing else."""
    talk, ticket = turn.talk, turn.questioned()
    question = talk.question
    if ticket is not None and question is not None:
        number, words = ticket.number, f" {question.words}".rstrip()
        says = {
            (Asking.WITHDRAW, Wish.YES): f"确认撤回 {number}{words}",
            (Asking.WITHDRAW, Wish.NO): f"不撤回 {number}",
            (Asking.REGRADE, Wish.YES): f"确认改评 {number} {question.score}{words}",
            (Asking.REGRADE, Wish.NO): f"不改评 {number}",
            (Asking.RATING, Wish.PICK): f"评价 {number} {said.score}",
            (Asking.SUPPLEMENT, Wish.FILE): f"补充 {number} {said.text}",
            (Asking.REASON, Wish.FILE): f"没解决 {number}：{said.text}",
        }
        for (asking, wish), say_it in says.items():
            if talk.asking is asking and said.wish is wish:
                return tap(say_it[:30], say_it)
    draft = talk.draft
    title = filing.title(draft.text) if draft is not None and draft.text else "没报完的那件"
    placed = talk.asking in (Asking.PLACE, Asking.WHICH_PLACE) and said.wish is Wish.FILE
    label = (
        f"是「{title}」的{'地点' if placed else '回答'}" if draft is not None else f"回答刚才那一问：{said.text[:10]}"
    )
    return tap(label, f"地点改成{said.text}" if placed and draft is not None else said.text)


def ask_whose(turn: Turn, said: Request, ticket: Ticket, here: Choice) -> Outcome:
    """Words in answer to a question about a ticket that are perhaps another's: that, one of theirs that they name, or a new one."""
    rival = _rival(turn, said, ticket)
    there = () if rival is None else (tap(f"{rival.number}「{rival.title}」"[:30], f"补充 {rival.number} {said.text}"),)
    return say(ask_whose_words(ticket), here, *there, tap("是另一件事", "另报 " + said.text))


def _rival(turn: Turn, said: Request, ticket: Ticket) -> Ticket | None:
    """Another of the person's open tickets that speaks of what these words name, where this one does not."""
    words = turn.ctx.understand(said.text).keywords
    if any(word in ticket.text for word in words):
        return None
    others = (one for one in turn.found.mine if one.id != ticket.id and one.closed_at is None)
    return next((one for one in others if any(word in one.text for word in words)), None)


def of_another_matter(turn: Turn, said: Request, ticket: Ticket) -> bool:
    """Whether words told in answer to a question about a ticket speak of another place, or surely of another subject."""
    if said.wish is not Wish.FILE or said.bare:
        return False
    if _rival(turn, said, ticket) is not None:
        return True
    if len(said.text) < files_and_places.SHORTEST_MATTER:
        return False
    reading = turn.ctx.understand(said.text)
    if danger_in(reading) is not None or intake.elsewhere(reading, ticket):
        return True
    other = reading.category not in (OTHER, ticket.category) and reading.sure
    return other and not any(word in ticket.text for word in reading.keywords)


def question_lapsed(ticket: Ticket) -> str:
    """A yes or no to a question whose time was up."""
    return f"{ticket.number}「{ticket.title}」的那一问隔得太久，已经不算了，什么都没有改。"


def nothing_asked_of(ticket: Ticket) -> str:
    """A yes or no for a ticket that nothing was asked about."""
    return f"{ticket.number}「{ticket.title}」现在没有等您回答的，什么都没有改。"


def ask_whose_words(ticket: Ticket) -> str:
    """An answer about a ticket that sounds like another matter."""
    return f"这句话说的是 {ticket.number}「{ticket.title}」，还是另一件事？点一下。"
