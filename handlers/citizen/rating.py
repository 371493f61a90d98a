"""The last word: a grade with one tap, then whether it is solved, to the point and civil; 重办 where it is not; 回头看.

A low grade, or "not solved", asks why and has the matter done again; who says nothing more within a day has it done again by
the clock, unless they said 不用重办. Source: 好差评 (国办发〔2019〕51号), bad grades are answered by rectification and a call-back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from handlers.chasing.due_steps import revisit_at
from handlers.citizen import wording_after as wording
from handlers.citizen.choose_ticket import answered, numbered, own
from handlers.citizen.followup import happen, on_urge, told
from handlers.citizen.turn import Turn, answering, say
from handlers.citizen.words import Extra, Said
from handlers.deadlines import deadlines
from handlers.notifications import buttons
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.talk import Asking
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import LookedBack, OpinionGiven, Rated
from handlers.tickets.events.work import Reopened
from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Opinion, Ticket
from nlp.wishes import Wish

LOW = 2
"""A grade of this or less is a bad one (好差评)."""

ENOUGH = frozenset({"不用重办", "不用重新办", "不用再办", "不用了", "算了", "不必重办"})

SAYS: dict[str, OpinionGiven] = {
    "解决了": OpinionGiven(solved=True),
    "已经解决": OpinionGiven(solved=True),
    "解决好了": OpinionGiven(solved=True),
    "没解决": OpinionGiven(solved=False),
    "没有解决": OpinionGiven(solved=False),
    "还没解决": OpinionGiven(solved=False),
    "部分解决": OpinionGiven(solved=False, words="只解决了一部分"),
    "只解决了一部分": OpinionGiven(solved=False, words="只解决了一部分"),
    "说到点上了": OpinionGiven(to_point=True),
    "答到点上了": OpinionGiven(to_point=True),
    "没说到点上": OpinionGiven(to_point=False),
    "没答到点上": OpinionGiven(to_point=False),
    "答非所问": OpinionGiven(to_point=False),
    "态度好": OpinionGiven(attitude=3),
    "态度很好": OpinionGiven(attitude=3),
    "态度一般": OpinionGiven(attitude=2),
    "态度不好": OpinionGiven(attitude=1),
    "态度差": OpinionGiven(attitude=1),
}
"""What our taps say, and the plain words for it."""

_UNSOLVED = (
    "没解决", "没有解决", "未解决", "没修", "没人来", "还是老样子", "还是一样", "没处理", "没办", "重办", "重新办", "依旧", "依然",
)  # fmt: skip


def on_rate(turn: Turn, said: Said) -> Outcome:
    """评价 [NO] [1–5] [words]; without a grade the words may be what our taps say."""
    ticket = answered(turn, said)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    words = said.rest.strip(" ，,。.！!")
    if said.score is not None:
        lifecycle.check_can(ticket, Rated, By.CITIZEN)
        return grade(turn, ticket, said.score, said.rest)
    if words in SAYS or words in ENOUGH:
        return opine(turn, ticket, words)
    lifecycle.check_can(ticket, Rated, By.CITIZEN)
    return say(wording.ask_grade(ticket), *buttons.grades(ticket), talk=turn.asking(Asking.RATING, ticket.id))


def grade(turn: Turn, ticket: Ticket, score: int, words: str) -> Outcome:
    """A grade that was said: given at once where there is none yet, asked about where it would change an earlier one."""
    if ticket.rating is None or (ticket.rating == score and words):
        return rate(turn, ticket, score, words)
    if ticket.rating == score:
        return say(wording.rated_already(ticket, score), talk=turn.asking(None, ticket.id))
    talk = turn.asking(Asking.REGRADE, ticket.id, score, words)
    return say(wording.ask_regrade(ticket, score), *buttons.regrade(ticket, score, words), talk=talk)


def ask_first(turn: Turn, ticket: Ticket, score: int) -> Outcome:
    """A bare number beside a ticket's own may be its grade: asked, with the tap that gives it."""
    if ticket.rating is not None:
        return grade(turn, ticket, score, "")
    give = buttons.grade(ticket, score)
    return say(wording.ask_whether_grade(ticket, score), give, talk=turn.asking(None, ticket.id))


def on_regrade(turn: Turn, said: Said) -> Outcome:
    """确认改评 [NO 1–5 [words]]: the earlier grade is changed, as it was asked."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.last()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if ticket is None or said.score is None:
        return on_rate(turn, replace(said, wish=Wish.RATE))
    lifecycle.check_can(ticket, Rated, By.CITIZEN)
    if ticket.rating is None or ticket.rating == said.score:
        return grade(turn, ticket, said.score, said.rest)
    return regrade(turn, ticket, said.score, said.rest)


def regrade(turn: Turn, ticket: Ticket, score: int, words: str) -> Outcome:
    """Another grade instead of the one before, which one tap brings back.

    A bad one is not done again at once, as a first one with words is: that could not be taken back.
    """
    before = ticket.rating
    low = score <= LOW and words.strip() not in ENOUGH
    redo_by = _redo_by(turn, ticket) if low else None
    revisit = None if score <= LOW else _revisit_at(turn, ticket)
    outcome = happen(turn, ticket, Rated(score, words, redo_by=redo_by, revisit_at=revisit))
    said = wording.regraded(ticket, score)
    outcome = _ask_why(turn, outcome, said) if low else _ask_next(turn, outcome, said)
    back = () if before is None else (buttons.back_to(ticket, before),)
    return answering(outcome, choices=back)


def on_keep_grade(turn: Turn, said: Said) -> Outcome:
    """不改评 [NO]: the grade stays as it was."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.questioned() or turn.last()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    return say(wording.grade_kept(ticket), talk=turn.asking(None))


def rate(turn: Turn, ticket: Ticket, score: int, words: str) -> Outcome:
    """The grade. With words that say why it is bad the matter goes round again at once; otherwise we ask."""
    said = words.strip(" ，,。.！!")
    if score <= LOW and said and said not in ENOUGH and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, Rated(score, words), *_opinion(ticket, said))
    if score > LOW and says_unsolved(words) and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, Rated(score, words), OpinionGiven(solved=False))
    if said in ENOUGH:
        outcome = happen(turn, ticket, Rated(score, words), OpinionGiven(again=False))
        return told(outcome, wording.ENOUGH)
    if score <= LOW:
        outcome = happen(turn, ticket, Rated(score, words, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, wording.rated_low(ticket, score))
    outcome = happen(turn, ticket, Rated(score, words, revisit_at=_revisit_at(turn, ticket)))
    return _ask_next(turn, outcome, wording.rated(ticket, score))


def rate_whole(turn: Turn, ticket: Ticket, score: int, words: str, opinions: tuple[OpinionGiven, ...]) -> Outcome:
    """The grade with everything that is asked after it, given at once: on a form nothing is asked back."""
    unsolved = any(each.solved is False for each in opinions) or says_unsolved(words)
    graded = Rated(score, words)
    if (score <= LOW or unsolved) and words.strip() not in ENOUGH and lifecycle.can(ticket, Reopened, By.CITIZEN):
        if words or unsolved or opinions:
            return redo(turn, ticket, words or wording.NOT_GOOD, graded, *opinions)
        outcome = happen(turn, ticket, replace(graded, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, wording.rated_low(ticket, score))
    outcome = happen(turn, ticket, replace(graded, revisit_at=_revisit_at(turn, ticket)), *opinions)
    return told(outcome, f"{wording.rated(ticket, score)}{wording.THANKS}")


def opine(turn: Turn, ticket: Ticket, words: str) -> Outcome:
    """One tap about an answer: solved, to the point, civil, or that nothing more need be done."""
    lifecycle.check_can(ticket, OpinionGiven, By.CITIZEN)
    if words in ENOUGH:
        return told(happen(turn, ticket, OpinionGiven(again=False)), wording.ENOUGH)
    what = SAYS[words]
    low = ticket.rating is not None and ticket.rating <= LOW
    if low and ticket.chase.redo_by is not None and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, what)
    if what.solved is False and lifecycle.can(ticket, Reopened, By.CITIZEN):
        outcome = happen(turn, ticket, replace(what, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, wording.NOT_SOLVED)
    return _ask_next(turn, happen(turn, ticket, what), wording.NOTED)


def why(turn: Turn, said: Said) -> Outcome | None:
    """The answer to "what was bad about it"; None when the words are something else."""
    ticket = turn.questioned()
    if ticket is None or ticket.state not in ANSWERED:
        return None
    words = said.text.strip(" ，,。.！!")
    if words in ENOUGH or said.wish in (Wish.SKIP, Wish.NO, Wish.CANCEL):
        return opine(turn, ticket, "不用重办")
    if words in SAYS:
        return opine(turn, ticket, words)
    worse = said.wish is Wish.RATE and said.score is not None and said.score <= LOW
    if (said.wish in (Wish.FILE, Wish.ABUSE, Wish.CHAT, Wish.URGE, Extra.REDO) and not said.bare) or worse:
        return redo(turn, ticket, said.text)
    return None


def opinion(turn: Turn, said: Said) -> Outcome | None:
    """The answer to one of our questions after the grade, typed instead of tapped; None for anything else."""
    ticket = turn.questioned()
    if ticket is None or ticket.state not in ANSWERED:
        return None
    words = said.text.strip(" ，,。.！!")
    if said.wish in (Wish.SKIP, Wish.NO, Wish.CANCEL):
        return say(wording.SKIPPED, talk=turn.asking(None))
    asked = _next(ticket.opinion)
    if asked is not None and said.wish is Wish.PICK and said.score is not None and said.score <= len(asked.taps):
        words = asked.taps[said.score - 1]
    return opine(turn, ticket, words) if words in SAYS else None


def on_redo(turn: Turn, said: Said) -> Outcome:
    """没解决: an answered ticket is opened again, an open one is urged."""
    ticket = own(turn, said, "没解决", Reopened)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if lifecycle.can(ticket, Urged, By.CITIZEN):
        return on_urge(turn, replace(said, number=ticket.number, rest=said.rest or said.text))
    return redo(turn, ticket, said.rest or said.text)


def redo(turn: Turn, ticket: Ticket, words: str, *before: Happening) -> Outcome:
    """重办, with a clock of its own and another pair of eyes."""
    terms = turn.ctx.terms_for(ticket.unit_id)
    reopened = deadlines.rework(ticket, words, turn.now, terms, turn.ctx.directory)
    outcome = happen(turn, ticket, *before, reopened)
    again = outcome.tickets[0]
    return told(outcome, wording.reopened(again, turn.ctx.directory.name(again.unit_id), turn.now))


def on_looked_back(turn: Turn, said: Said) -> Outcome:
    """The answer to 回头看: all is well, or it came back and is done again. Without our question it is 没解决, or small talk."""
    fine = said.wish is Extra.WELL
    ticket = _looked_at(turn, said)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if ticket is None or not lifecycle.can(ticket, LookedBack, By.CITIZEN):
        return say(wording.GLAD) if fine else on_redo(turn, said)
    if fine:
        return told(happen(turn, ticket, LookedBack(True)), wording.GLAD)
    return redo(turn, ticket, wording.CAME_BACK, LookedBack(False))


def says_unsolved(words: str) -> bool:
    """Whether the words say that the problem is still there."""
    return any(sign in words for sign in _UNSOLVED)


def _looked_at(turn: Turn, said: Said) -> Ticket | Reply | None:
    """The ticket that is spoken of: by its number, else the one that we asked about last."""
    if said.number is not None:
        return numbered(turn, said.number)
    waiting = [one for one in turn.found.mine if one.chase.look_by is not None and turn.now <= one.chase.look_by]
    return max(waiting, key=lambda one: one.chase.look_by or turn.now) if waiting else None


def _opinion(ticket: Ticket, words: str) -> tuple[OpinionGiven, ...]:
    """What the words of a bad grade say beside it."""
    if words in SAYS:
        return (SAYS[words],)
    return (OpinionGiven(solved=False),) if says_unsolved(words) and ticket.opinion.solved is None else ()


def _redo_by(turn: Turn, ticket: Ticket) -> datetime:
    terms = turn.ctx.terms_for(ticket.unit_id)
    return deadlines.later(turn.now, deadlines.own_edition(ticket, turn.now, terms).redo, terms)


def _revisit_at(turn: Turn, ticket: Ticket) -> datetime | None:
    return revisit_at(ticket, turn.now, turn.ctx.terms_for(ticket.unit_id))


class _Question:
    """One thing that is asked after the grade: what is still unknown, our words, the taps."""

    def __init__(self, unknown: Callable[[Opinion], bool], ask: str, taps: tuple[str, ...]) -> None:
        self.unknown = unknown
        self.ask = ask
        self.taps = taps


_QUESTIONS = (
    _Question(lambda opinion: opinion.solved is None, wording.ASK_SOLVED, ("解决了", "没解决")),
    _Question(lambda opinion: opinion.to_point is None, wording.ASK_TO_POINT, ("说到点上了", "没说到点上")),
    _Question(lambda opinion: opinion.attitude is None, wording.ASK_ATTITUDE, ("态度好", "态度一般", "态度不好")),
)
"""Asked one after the other, each with one tap; whoever taps no more is asked no more."""


def _next(opinion: Opinion) -> _Question | None:
    return next((question for question in _QUESTIONS if question.unknown(opinion)), None)


def _ask_next(turn: Turn, outcome: Outcome, before: str) -> Outcome:
    ticket = outcome.tickets[0]
    question = _next(ticket.opinion)
    if question is None:
        return told(outcome, wording.THANKS)
    choices = tuple(Choice(words, f"评价 {ticket.number} {words}") for words in question.taps)
    talk = turn.asking(Asking.OPINION, ticket.id)
    return replace(outcome, talk=talk, reply=Reply(f"{before}\n{question.ask}", choices))


def _ask_why(turn: Turn, outcome: Outcome, before: str) -> Outcome:
    ticket = outcome.tickets[0]
    talk = turn.asking(Asking.REASON, ticket.id)
    return replace(outcome, talk=talk, reply=Reply(f"{before}\n{wording.ASK_WHY}", wording.why_taps(ticket)))
