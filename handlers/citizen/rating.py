"""The last word: a grade with one tap, then whether it is solved, to the point and civil; 重办 where it is not; 回头看.

A low grade, or "not solved", asks why and has the matter done again; who says nothing more within a day has it done again by
the clock, unless they said 不用重办. Source: 好差评 (国办发〔2019〕51号), bad grades are answered by rectification and a call-back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from handlers.chasing.due_steps import revisit_at
from handlers.citizen.choose_ticket import answered, numbered, own
from handlers.citizen.followup import happen, on_urge, told
from handlers.citizen.talk import Asking
from handlers.citizen.turn import Turn, answering, say
from handlers.citizen.words import DialogueWish, Request
from handlers.deadlines import deadlines
from handlers.notifications import buttons
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import LookedBack, OpinionGiven, Rated
from handlers.tickets.events.work import Reopened
from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Opinion, Ticket
from handlers.tickets.wording import GRADES, moment
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


def on_rate(turn: Turn, said: Request) -> Outcome:
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
    return say(ask_grade(ticket), *buttons.grades(ticket), talk=turn.asking(Asking.RATING, ticket.id))


def grade(turn: Turn, ticket: Ticket, score: int, words: str) -> Outcome:
    """A grade that was said: given at once where there is none yet, asked about where it would change an earlier one."""
    if ticket.rating is None or (ticket.rating == score and words):
        return rate(turn, ticket, score, words)
    if ticket.rating == score:
        return say(rated_already(ticket, score), talk=turn.asking(None, ticket.id))
    talk = turn.asking(Asking.REGRADE, ticket.id, score, words)
    return say(ask_regrade(ticket, score), *buttons.regrade(ticket, score, words), talk=talk)


def ask_first(turn: Turn, ticket: Ticket, score: int) -> Outcome:
    """A bare number beside a ticket's own may be its grade: asked, with the tap that gives it."""
    if ticket.rating is not None:
        return grade(turn, ticket, score, "")
    give = buttons.grade(ticket, score)
    return say(ask_whether_grade(ticket, score), give, talk=turn.asking(None, ticket.id))


def on_regrade(turn: Turn, said: Request) -> Outcome:
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
    said = regraded(ticket, score)
    outcome = _ask_why(turn, outcome, said) if low else _ask_next(turn, outcome, said)
    back = () if before is None else (buttons.back_to(ticket, before),)
    return answering(outcome, choices=back)


def on_keep_grade(turn: Turn, said: Request) -> Outcome:
    """不改评 [NO]: the grade stays as it was."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.questioned() or turn.last()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    return say(grade_kept(ticket), talk=turn.asking(None))


def rate(turn: Turn, ticket: Ticket, score: int, words: str) -> Outcome:
    """The grade. With words that say why it is bad the matter goes round again at once; otherwise we ask."""
    said = words.strip(" ，,。.！!")
    if score <= LOW and said and said not in ENOUGH and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, Rated(score, words), *_opinion(ticket, said))
    if score > LOW and says_unsolved(words) and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, Rated(score, words), OpinionGiven(solved=False))
    if said in ENOUGH:
        outcome = happen(turn, ticket, Rated(score, words), OpinionGiven(again=False))
        return told(outcome, NOT_REDONE)
    if score <= LOW:
        outcome = happen(turn, ticket, Rated(score, words, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, rated_low(ticket, score))
    outcome = happen(turn, ticket, Rated(score, words, revisit_at=_revisit_at(turn, ticket)))
    return _ask_next(turn, outcome, rated_words(ticket, score))


def rate_whole(turn: Turn, ticket: Ticket, score: int, words: str, opinions: tuple[OpinionGiven, ...]) -> Outcome:
    """The grade with everything that is asked after it, given at once: on a form nothing is asked back."""
    unsolved = any(each.solved is False for each in opinions) or says_unsolved(words)
    graded = Rated(score, words)
    if (score <= LOW or unsolved) and words.strip() not in ENOUGH and lifecycle.can(ticket, Reopened, By.CITIZEN):
        if words or unsolved or opinions:
            return redo(turn, ticket, words or NOT_GOOD, graded, *opinions)
        outcome = happen(turn, ticket, replace(graded, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, rated_low(ticket, score))
    outcome = happen(turn, ticket, replace(graded, revisit_at=_revisit_at(turn, ticket)), *opinions)
    return told(outcome, f"{rated_words(ticket, score)}{THANKS}")


def opine(turn: Turn, ticket: Ticket, words: str) -> Outcome:
    """One tap about an answer: solved, to the point, civil, or that nothing more need be done."""
    lifecycle.check_can(ticket, OpinionGiven, By.CITIZEN)
    if words in ENOUGH:
        return told(happen(turn, ticket, OpinionGiven(again=False)), NOT_REDONE)
    what = SAYS[words]
    low = ticket.rating is not None and ticket.rating <= LOW
    if low and ticket.chase.redo_by is not None and lifecycle.can(ticket, Reopened, By.CITIZEN):
        return redo(turn, ticket, words, what)
    if what.solved is False and lifecycle.can(ticket, Reopened, By.CITIZEN):
        outcome = happen(turn, ticket, replace(what, redo_by=_redo_by(turn, ticket)))
        return _ask_why(turn, outcome, NOT_SOLVED)
    return _ask_next(turn, happen(turn, ticket, what), NOTED)


def why(turn: Turn, said: Request) -> Outcome | None:
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
    if (said.wish in (Wish.FILE, Wish.ABUSE, Wish.CHAT, Wish.URGE, DialogueWish.REDO) and not said.bare) or worse:
        return redo(turn, ticket, said.text)
    return None


def opinion(turn: Turn, said: Request) -> Outcome | None:
    """The answer to one of our questions after the grade, typed instead of tapped; None for anything else."""
    ticket = turn.questioned()
    if ticket is None or ticket.state not in ANSWERED:
        return None
    words = said.text.strip(" ，,。.！!")
    if said.wish in (Wish.SKIP, Wish.NO, Wish.CANCEL):
        return say(SKIPPED, talk=turn.asking(None))
    asked = _next(ticket.opinion)
    if asked is not None and said.wish is Wish.PICK and said.score is not None and said.score <= len(asked.taps):
        words = asked.taps[said.score - 1]
    return opine(turn, ticket, words) if words in SAYS else None


def on_redo(turn: Turn, said: Request) -> Outcome:
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
    return told(outcome, reopened_words(again, turn.ctx.directory.name(again.unit_id), turn.now))


def on_looked_back(turn: Turn, said: Request) -> Outcome:
    """The answer to 回头看: all is well, or it came back and is done again. Without our question it is 没解决, or small talk."""
    fine = said.wish is DialogueWish.WELL
    ticket = _looked_at(turn, said)
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if ticket is None or not lifecycle.can(ticket, LookedBack, By.CITIZEN):
        return say(GLAD) if fine else on_redo(turn, said)
    if fine:
        return told(happen(turn, ticket, LookedBack(True)), GLAD)
    return redo(turn, ticket, CAME_BACK, LookedBack(False))


def says_unsolved(words: str) -> bool:
    """Whether the words say that the problem is still there."""
    return any(sign in words for sign in _UNSOLVED)


def _looked_at(turn: Turn, said: Request) -> Ticket | Reply | None:
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


ASK_SOLVED = "问题解决了吗？"
ASK_TO_POINT = "答复说到点子上了吗？"
ASK_ATTITUDE = "办事的人态度怎么样？"
_QUESTIONS = (
    _Question(lambda opinion: opinion.solved is None, ASK_SOLVED, ("解决了", "没解决")),
    _Question(lambda opinion: opinion.to_point is None, ASK_TO_POINT, ("说到点上了", "没说到点上")),
    _Question(lambda opinion: opinion.attitude is None, ASK_ATTITUDE, ("态度好", "态度一般", "态度不好")),
)
"""Asked one after the other, each with one tap; whoever taps no more is asked no more."""


def _next(opinion: Opinion) -> _Question | None:
    return next((question for question in _QUESTIONS if question.unknown(opinion)), None)


def _ask_next(turn: Turn, outcome: Outcome, before: str) -> Outcome:
    ticket = outcome.tickets[0]
    question = _next(ticket.opinion)
    if question is None:
        return told(outcome, THANKS)
    choices = tuple(Choice(words, f"评价 {ticket.number} {words}") for words in question.taps)
    talk = turn.asking(Asking.OPINION, ticket.id)
    return replace(outcome, talk=talk, reply=Reply(f"{before}\n{question.ask}", choices))


def _ask_why(turn: Turn, outcome: Outcome, before: str) -> Outcome:
    ticket = outcome.tickets[0]
    talk = turn.asking(Asking.REASON, ticket.id)
    return replace(outcome, talk=talk, reply=Reply(f"{before}\n{ASK_WHY}", why_taps(ticket)))


def ask_grade(ticket: Ticket) -> str:
    """How was this one dealt with?"""
    return f"{ticket.number}「{ticket.title}」办得怎么样？点一下就行。"


def rated_words(ticket: Ticket, score: int) -> str:
    """A good or middling grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，谢谢。"


def rated_low(ticket: Ticket, score: int) -> str:
    """A bad grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，对不住，让您失望了。"


def rated_already(ticket: Ticket, score: int) -> str:
    """The same grade a second time."""
    return f"{ticket.number} 您已经评过「{GRADES[score]}」了，不用再评。"


def ask_whether_grade(ticket: Ticket, score: int) -> str:
    """A number beside the ticket's own: is it the grade?"""
    return f"要给 {ticket.number}「{ticket.title}」评 {score} 分吗？点一下。"


def ask_regrade(ticket: Ticket, score: int) -> str:
    """Another grade than the one given before: nothing changes until they say so."""
    return f"{ticket.number}「{ticket.title}」上次评了 {_score_words(ticket.rating)}，改成 {_score_words(score)}？"


def regraded(ticket: Ticket, score: int) -> str:
    """An earlier grade was changed; one tap brings it back."""
    return f"{ticket.number} 的评价从 {_score_words(ticket.rating)} 改成 {_score_words(score)} 了，想改回，点下面的「改回」。"


def grade_kept(ticket: Ticket | None) -> str:
    """The earlier grade stays."""
    if ticket is None or ticket.rating is None:
        return "好的，不改。"
    return f"好的，不改。{ticket.number} 的评价还是 {_score_words(ticket.rating)}。"


def _score_words(score: int | None) -> str:
    return f"{score} 分「{GRADES[score]}」" if score is not None else ""


NOT_SOLVED = "记下了：没解决。对不住。"
ASK_WHY = (
    "是哪里没办好？点一下，或者直接说，马上退回去换人重新办。一天之内不说，也会退回重办；不想重办，点「不用重办」。"
)
NOTED = "记下了。"
THANKS = "都记下了，谢谢您，会原样转给办事的单位。"
SKIPPED = "好的，就到这里，谢谢您的评价。"
NOT_REDONE = "好的，不重办，评价照样算数。以后问题还在，回「没解决」就行。"
GLAD = "那就好，谢谢您告诉我们。以后有事，直接说就行。"
NOT_GOOD = "市民说没办好"
CAME_BACK = "又出问题了"


def why_taps(ticket: Ticket) -> tuple[Choice, ...]:
    """What may have been bad; few enough that an unfinished appeal's own taps fit below."""
    low = ticket.rating is not None and ticket.rating <= 2
    score = f" {ticket.rating}" if low else ""
    said = ("没解决", "答非所问", "态度不好") if low else ("答非所问", "态度不好")
    words = tuple(Choice(each, f"评价 {ticket.number}{score} {each}") for each in said)
    partly = "太慢了" if low else "只办了一部分"
    return (
        *words,
        Choice(partly, f"没解决 {ticket.number} {partly}"),
        Choice("不用重办", f"评价 {ticket.number} 不用重办"),
    )


def reopened_words(ticket: Ticket, unit: str, now: datetime) -> str:
    """The ticket goes round again."""
    return (
        f"退回去重新办了：{ticket.number}「{ticket.title}」。这次换人办，先回访您，"
        f"{unit}要在{moment(ticket.promise.reply_by, now)} 前重新答复您，办完再请您评。"
    )
