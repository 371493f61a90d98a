"""Words that are no appeal: greetings, thanks, temper, 帮助, 取消, 继续, and answers to nothing."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.citizen import intake, wording
from handlers.citizen.talk import CitizenTalk
from handlers.citizen.turn import Turn, answering, say, tap
from handlers.citizen.words import Request
from handlers.outcome import Outcome
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import Rated

_SAYING = re.compile(r"[a-zA-Z\d\u3400-\u9fff]")


def on_help(_turn: Turn, _said: Request) -> Outcome:
    """帮助."""
    return say(wording.HELP)


def on_greeting(_turn: Turn, _said: Request) -> Outcome:
    """A greeting."""
    return say(wording.GREETING)


def on_thanks(turn: Turn, _said: Request) -> Outcome:
    """Thanks; after an answer the person may like to rate it."""
    last = turn.last()
    if last is None or last.rating is not None or not lifecycle.can(last, Rated, By.CITIZEN):
        return say(wording.THANKS)
    return say(wording.THANKS, tap("评一评", f"评价 {last.number}"))


def on_abuse(turn: Turn, _said: Request) -> Outcome:
    """Temper: calm, with the nearest thing that helps."""
    last = turn.last()
    if last is not None and lifecycle.can(last, Urged, By.CITIZEN):
        return say(wording.UPSET_WITH_TICKET, *wording.upset_taps(last))
    return say(wording.UPSET)


def on_chat(_turn: Turn, said: Request) -> Outcome:
    """Chat without a request, or signs without words."""
    return say(wording.CHAT if _SAYING.search(said.text) else wording.SIGNS_ONLY)


def on_empty(_turn: Turn, _said: Request) -> Outcome:
    """A message without anything in it."""
    return say(wording.EMPTY)


def on_nothing_asked(_turn: Turn, _said: Request) -> Outcome:
    """An answer where no question was."""
    return say(wording.NOTHING_ASKED)


def on_apart(turn: Turn, said: Request) -> Outcome:
    """分开报 when nothing is open any more: what is filed stays one ticket."""
    last = turn.last()
    return say(wording.APART_TOO_LATE) if intake.recently(turn, last) else on_nothing_asked(turn, said)


def on_cancel(turn: Turn, _said: Request) -> Outcome:
    """取消: the appeal in the making, else the one that rests; what is filed needs 撤回."""
    talk = turn.talk
    if talk.draft is not None or talk.pieces:
        return say(wording.DROPPED, talk=turn.kept(_without_appeal(talk)))
    if talk.resting is not None:
        return on_drop(turn, _said)
    last = turn.last()
    if last is not None and intake.recently(turn, last):
        return say(wording.CANCEL_FILED, wording.withdraw_tap(last))
    return say(wording.NOTHING_TO_CANCEL)


def on_drop(turn: Turn, _said: Request) -> Outcome:
    """上次的不要了: the appeal that rests, and no other."""
    if turn.talk.resting is None:
        return say(wording.NOTHING_TO_CANCEL)
    return say(wording.DROPPED, talk=turn.kept(replace(turn.talk, resting=None)))


def on_continue(turn: Turn, _said: Request) -> Outcome:
    """继续: the appeal that rests; one begun meanwhile rests in its place."""
    talk, resting = turn.talk, turn.talk.resting
    if resting is None:
        return say(wording.NOTHING_TO_CONTINUE)
    meanwhile = talk.draft if talk.begun else None
    if meanwhile is not None and not meanwhile.text and not meanwhile.pieces and resting.place is None:
        # A place told after the time was up: it was the answer.
        resting, meanwhile = replace(resting, place=meanwhile.place), None
    going_on = turn.with_talk(replace(_without_appeal(talk), resting=meanwhile))
    outcome = intake.settle(going_on, (resting,))
    return outcome if meanwhile is None else answering(outcome, after=wording.laid_aside(intake.name(meanwhile)))


def _without_appeal(talk: CitizenTalk) -> CitizenTalk:
    return replace(talk, draft=None, asking=None, later=(), pieces=(), question=None, lacks=None, aside=False)
