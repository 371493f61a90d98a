"""Answers to the question that is open. Each gives an outcome, or None when the words are something else.

An answer belongs to the question's own ticket or appeal, never to what was spoken of since (docs/adr/0022-an-open-question-has-an-identity.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from handlers.citizen import (
    files_and_places,
    filing,
    followup,
    intake,
    joining,
    rating,
    which_question,
    wording,
)
from handlers.citizen.corrections import correct
from handlers.citizen.safety import danger_in
from handlers.citizen.talk import Asking, Draft
from handlers.citizen.turn import Turn, answering, say, tap
from handlers.citizen.words import DialogueWish, Request
from handlers.outcome import Outcome
from handlers.talk import Piece
from handlers.tickets import numbers
from nlp.appeals.sealed import only_asks_secrecy
from nlp.text.normalize import fold
from nlp.understand import OTHER, Kind, Understanding
from nlp.wishes import Wish

TOPIC_LENGTH = 10
"""Characters from which an answer can be another matter rather than a place."""

# Fullmatch: 等一下 | 我看看再说 | 稍等
# Not: 等了三天
_WAIT = re.compile(
    r"(?:你?[先再]?)?(?:等一?等|等一?[下会哈]儿?|等我|稍等|稍候|别急|马上|我?(?:想想|想一?下|看看|看一?下|问问|问一?下))(?:啊|哈|吧|再说|再告诉你)?"
)
"""Nothing is answered yet; the question stays open."""

_NOT_THE_ANSWER = re.compile(
    r"^(?:还是|还|我)?(?:要|想|想要)?提交|没(?:什么)?用|没帮助|没解决|答非所问|不是(?:这个|我)|不一样|看不懂|没说清"
)
_ENOUGH = re.compile(r"^(?:不用|不要|不想|先不|别|不)提交|^(?:明白|知道|清楚|懂|够)了")
"""What people say after a published reply: that it is not theirs, or that it is enough."""

_LEAVE_IT = re.compile(r"不用|不必|不要|别|算了")
"""A no to the question of the place that may be one to the whole appeal."""

_NO_PLACE_EITHER = frozenset(
    {
        Wish.CHAT, Wish.GREET, Wish.THANKS, Wish.YES, Wish.PICK, Wish.EMPTY, DialogueWish.APART, DialogueWish.TOGETHER,
        DialogueWish.ONLY_NEW, DialogueWish.WELL, DialogueWish.BROKEN,
    }
)  # fmt: skip
"""Words that answer something, but not where it is."""

_NO_PLACE = frozenset({Wish.SKIP, Wish.NO})
_COMMANDS = frozenset(Wish) - {
    Wish.FILE, Wish.YES, Wish.NO, Wish.SKIP, Wish.PICK, Wish.CORRECT, Wish.CHAT, Wish.GREET, Wish.THANKS,
    Wish.ABUSE, Wish.EMPTY,
}  # fmt: skip
_OWN_COMMANDS = frozenset(
    {
        DialogueWish.LOOK_UP, DialogueWish.SHOW, DialogueWish.SETTINGS, DialogueWish.REDO, DialogueWish.SURE, DialogueWish.KEEP, DialogueWish.REGRADE,
        DialogueWish.KEEP_GRADE, DialogueWish.CONTINUE, DialogueWish.DROP, DialogueWish.WHY, DialogueWish.ALONE, DialogueWish.JOIN_SURE, DialogueWish.NOT_JOIN,
    }
)  # fmt: skip
SHORT_ANSWERS = frozenset({Wish.YES, Wish.NO, Wish.PICK, Wish.SKIP})
"""Words that mean nothing without the question they answer."""

Answer = Callable[[Turn, Request, tuple[Piece, ...]], Outcome | None]


def is_command(said: Request) -> bool:
    """Whether the words ask for something else than what we asked."""
    return said.number is not None or said.wish in _COMMANDS or said.wish in _OWN_COMMANDS


def take(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    """The answer to the question that is open, if these words are one. A number in them says which question they answer."""
    talk = turn.talk
    if talk.asking is None or talk.asking not in _ANSWERS:
        return None
    if said.number is not None:
        ticket = turn.questioned()
        named = ticket is not None and ticket.number in numbers.find(said.number)
        if not named or said.wish not in SHORT_ANSWERS:
            return None
        said = replace(said, number=None)
    if said.wish in (Wish.FILE, Wish.CHAT) and _WAIT.fullmatch(said.text.strip(" ，,。.！!…~")):
        return say(wording.TAKE_YOUR_TIME)
    if _put_aside(turn, said):
        return repeat(turn)
    return _ANSWERS[talk.asking](turn, said, pieces)


def repeat(turn: Turn) -> Outcome | None:
    """The open question once more, with its taps; None where it has none."""
    talk, ticket = turn.talk, turn.questioned()
    if talk.draft is not None and talk.appeal_open:
        return _repeat_of_appeal(turn, talk.draft)
    if ticket is None:
        return None
    score = talk.question.score if talk.question is not None else None
    match talk.asking:
        case Asking.WITHDRAW:
            return followup.on_withdraw(turn, Request(Wish.WITHDRAW, "", ticket.number))
        case Asking.REGRADE if score is not None:
            return rating.grade(turn, ticket, score, "")
        case Asking.RATING:
            return rating.on_rate(turn, Request(Wish.RATE, "", ticket.number))
        case _:
            return None


def _repeat_of_appeal(turn: Turn, draft: Draft) -> Outcome:
    asking, later = turn.talk.asking, turn.talk.later
    if asking is Asking.NEW_TOPIC and later:
        return _ask_topics(turn, draft, later[0])
    if asking is Asking.ANSWERED:
        talk = replace(turn.drafting(draft, Asking.ANSWERED), later=later)
        return say(wording.ASK_SUBMIT, *wording.SUBMIT_TAPS, talk=talk)
    matters = later if asking is Asking.SPLIT else ()
    return intake.ask(turn, intake.Lacking(draft, asking or Asking.MATTER, matters), later)


def _put_aside(turn: Turn, said: Request) -> bool:
    """Whether a bare yes, no or number may not be meant for the appeal, since something else was answered after its question."""
    talk = turn.talk
    if not talk.aside or not talk.appeal_open or said.wish not in (Wish.YES, Wish.NO, Wish.PICK):
        return False
    return not (turn.mark and turn.mark == talk.mark) and "提交" not in said.text


def _place(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    draft = turn.talk.draft
    if draft is None:
        return files_and_places.take_words(turn, said, pieces)
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES])
    chosen = _chosen(said, draft)
    if chosen:
        if draft.place is not None and draft.place.text == chosen:
            return intake.resume(turn, replace(draft, guesses=()))
        return intake.put_place(turn, draft, chosen)
    if said.wish is Wish.NO and _LEAVE_IT.match(said.text):
        return say(wording.ASK_DROP, *wording.DROP_TAPS)
    if said.wish in _NO_PLACE or said.text in ("跳过，说不清", "说不清"):
        return intake.resume(turn, replace(draft, placeless=True))
    if said.wish is Wish.CORRECT:
        return correct(turn, said)
    if is_command(said):
        return None
    if said.bare or said.wish in _NO_PLACE_EITHER:
        return intake.ask(turn, intake.Lacking(draft, turn.talk.asking or Asking.PLACE), turn.talk.later)
    if only_asks_secrecy(fold(said.text).text):
        kept = replace(draft, text=f"{draft.text}\n{said.text}")
        return intake.ask(turn, intake.Lacking(kept, turn.talk.asking or Asking.PLACE), turn.talk.later)
    reading = turn.ctx.understand(said.text)
    if _other_matter(turn, draft, said.text, reading):
        return _new_topic(turn, draft, said.text)
    return _told_place(turn, draft, said.text, reading)


def _chosen(said: Request, draft: Draft) -> str:
    """The guess that was picked by its number, by yes where there is one, or by words that only one of them holds."""
    if said.wish is Wish.PICK and said.score is not None and said.score <= len(draft.guesses):
        return draft.guesses[said.score - 1]
    if said.wish is Wish.YES and len(draft.guesses) == 1:
        return draft.guesses[0]
    words = said.text.strip(" ，,。.！!")
    holding = [guess for guess in draft.guesses if words in guess] if draft.which and len(words) > 1 else []
    return holding[0] if len(holding) == 1 else ""


def _told_place(turn: Turn, draft: Draft, text: str, reading: Understanding) -> Outcome:
    if len(text) <= files_and_places.PLACE_LENGTH and (reading.places or not files_and_places.tells(text, reading)):
        return intake.put_place(turn, draft, text.strip(" ，,。.！!") or text)
    if not reading.places and len(text) >= TOPIC_LENGTH and reading.category != OTHER and reading.sure:
        return _new_topic(turn, draft, text)
    more = replace(draft, text=f"{draft.text}\n{text}")
    return intake.put_place(turn, more, reading.places[0].text) if reading.places else intake.resume(turn, more)


def _other_matter(turn: Turn, draft: Draft, text: str, reading: Understanding) -> bool:
    """Whether the answer speaks of something else than the draft: a danger, or surely another category."""
    if danger_in(reading) is not None:
        return danger_in(turn.ctx.understand(draft.text)) is None
    if len(text) < TOPIC_LENGTH or reading.category == OTHER or not reading.sure:
        return False
    before = turn.ctx.understand(draft.text)
    subject = (draft.category or before.category, before.subcategory)
    return (reading.category, reading.subcategory) != subject and bool(
        reading.subcategory or reading.category != subject[0]
    )


def _new_topic(turn: Turn, draft: Draft, text: str) -> Outcome:
    if danger_in(turn.ctx.understand(text)) is not None:
        rested = replace(draft, text="\n".join((draft.text, *turn.talk.later)), guesses=())
        alone = turn.with_talk(replace(turn.talk, draft=None, later=(), asking=None, resting=rested))
        return answering(intake.settle(alone, (Draft(text=text),)), after=wording.put_aside(intake.name(rested)))
    asking = turn.with_talk(turn.drafting(draft, Asking.NEW_TOPIC, (text, *turn.talk.later)))
    return _ask_topics(asking, draft, text)


def _ask_topics(turn: Turn, draft: Draft, new: str) -> Outcome:
    """One matter or two? Nothing is filed on words that do not say."""
    talk = turn.drafting(draft, Asking.NEW_TOPIC, turn.talk.later)
    return say(wording.ask_new_topic(filing.title(draft.text), filing.title(new)), *wording.NEW_TOPIC_TAPS, talk=talk)


def _matter(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    draft = turn.talk.draft
    if draft is None or is_command(said):
        return None
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES])
    if said.wish in (Wish.NO, Wish.SKIP) and not draft.text and not draft.pieces:
        talk = turn.kept(replace(turn.talk, draft=None, asking=None, later=()))
        return say(wording.DROPPED, talk=talk)
    if said.wish in (Wish.FILE, Wish.CORRECT, Wish.ABUSE, DialogueWish.ANEW) and not said.bare:
        if not draft.text and draft.place is not None and draft.place.latitude is None:
            # Words that name where it is say it better than a place that was told alone before.
            named = turn.ctx.understand(said.text).places
            draft = replace(draft, place=None if named else draft.place)
        words = (draft.text, said.text)
        if only_asks_secrecy(fold(draft.text).text):
            words = (said.text, draft.text)
        return intake.resume(turn, replace(draft, text="\n".join(words).strip()))
    return intake.ask(turn, intake.Lacking(draft, Asking.MATTER), turn.talk.later)


def _split(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    draft, matters = turn.talk.draft, turn.talk.later
    if draft is None or is_command(said):
        return None
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES], whole=True)
    if said.wish in (DialogueWish.APART, Wish.YES):
        return intake.split(turn, draft, matters)
    if said.wish in (Wish.PICK, Wish.CHAT, Wish.GREET, Wish.THANKS, Wish.EMPTY) or said.bare:
        # The matters are numbered: a number may mean one of them as well as one of the taps.
        return intake.ask(turn, intake.Lacking(replace(draft, whole=False), Asking.SPLIT, matters))
    more = said.text if said.wish is Wish.FILE and not said.bare else ""
    whole = replace(draft, text=f"{draft.text}\n{more}".strip())
    return intake.settle(turn.with_talk(replace(turn.talk, later=())), (whole,))


def _topics(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    draft, later = turn.talk.draft, turn.talk.later
    if draft is None or not later or is_command(said):
        return None
    new, waiting = later[0], tuple(Draft(text=text, whole=True) for text in later[1:])
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES])
    if said.wish is DialogueWish.ONLY_NEW or (said.wish is Wish.PICK and said.score == 2):
        return intake.settle(turn, (Draft(text=new, pieces=draft.pieces), *waiting))
    same = said.wish in (DialogueWish.TOGETHER, Wish.NO) or (said.wish is Wish.PICK and said.score == 3)
    if same:
        return intake.settle(turn, (replace(draft, text=f"{draft.text}\n{new}", whole=True), *waiting))
    first = said.wish is Wish.PICK and said.score == 1
    both = (
        first or said.wish in (DialogueWish.APART, Wish.YES, Wish.SKIP) or "两" in said.text or _only_place(turn, said)
    )
    if not both:
        return _ask_topics(turn, draft, new)
    place = intake.place_of(turn, said.text) if _only_place(turn, said) else draft.place
    old = replace(draft, place=place, placeless=said.wish is Wish.SKIP)
    return intake.settle(turn, (old, Draft(text=new), *waiting))


def _only_place(turn: Turn, said: Request) -> bool:
    """Whether the answer is the place that was asked for before."""
    return (
        said.wish is Wish.FILE
        and len(said.text) <= files_and_places.PLACE_LENGTH
        and bool(turn.ctx.understand(said.text).places)
    )


def _showing(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    if said.wish is Wish.PICK and said.score is not None and said.score <= len(wording.SHOWINGS):
        words, named, public = wording.SHOWINGS[said.score - 1]
        return followup.on_show(turn, Request(DialogueWish.SHOW, words, named=named, public=public))
    if said.wish in (Wish.YES, Wish.NO, Wish.SKIP):
        ticket, named = turn.questioned(), bool(turn.person.named)
        text = followup.shown_words(ticket, from_now=True) if ticket is not None else followup.from_now(named)
        return say(text, talk=turn.asking(None))
    return None


def _withdraw(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    ticket = turn.questioned()
    if ticket is None:
        return None
    if said.wish in (Wish.YES, Wish.WITHDRAW, DialogueWish.SURE):
        words = turn.talk.question.words if turn.talk.question is not None else ""
        return followup.withdraw(turn, ticket, said.rest or words)
    if said.wish in (Wish.NO, Wish.CANCEL, Wish.SKIP, DialogueWish.KEEP):
        return followup.on_keep(turn, said)
    return None


def _regrade(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    ticket, question = turn.questioned(), turn.talk.question
    if ticket is None or question is None or question.score is None:
        return None
    if said.wish in (Wish.YES, DialogueWish.REGRADE) and said.score in (None, question.score):
        return rating.regrade(turn, ticket, question.score, question.words)
    if said.wish in (Wish.NO, Wish.CANCEL, Wish.SKIP, DialogueWish.KEEP_GRADE):
        return rating.on_keep_grade(turn, said)
    return None


def _supplement(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    ticket = turn.questioned()
    if ticket is None or (is_command(said) and said.wish is not Wish.CANCEL):
        return None
    if said.wish in (Wish.CANCEL, Wish.SKIP, Wish.NO):
        return say(NOTHING_ADDED, talk=turn.asking(None))
    if said.wish in (Wish.EMPTY, Wish.GREET, Wish.THANKS) or danger_in(turn.ctx.understand(said.text)) is not None:
        return None
    if which_question.of_another_matter(turn, said, ticket):
        return which_question.ask_whose(turn, said, ticket, tap("补充到这一件", f"补充 {ticket.number} {said.text}"))
    return followup.supplement(turn, ticket, said.text, pieces)


def _rating(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    ticket = turn.questioned()
    if ticket is None or said.wish is not Wish.PICK or said.score is None:
        return None
    return rating.grade(turn, ticket, said.score, "")


def _reason(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    ticket = turn.questioned()
    if ticket is not None and which_question.of_another_matter(turn, said, ticket):
        return which_question.ask_whose(turn, said, ticket, followup.redo_tap(ticket, said.text))
    return rating.why(turn, said)


def _opinion(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    return rating.opinion(turn, said)


def _called(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    if said.wish in (Wish.SKIP, Wish.NO, Wish.CANCEL):
        return say(wording.NOTHING_ASKED, talk=turn.asking(None))
    name = said.text.removeprefix("叫我").removeprefix("我叫").strip(" ，,。.！!")
    reading = turn.ctx.understand(name) if name else None
    tells = reading is not None and (bool(reading.places) or (reading.sure and reading.category != OTHER))
    if said.wish in (Wish.FILE, Wish.CHAT) and 0 < len(name) <= followup.SHORT_NAME and not said.bare and not tells:
        return followup.on_called(turn, name)
    return None


def _answered(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    """After a published reply: submit all the same, leave it at that, or more words."""
    draft = turn.talk.draft
    if draft is None:
        return None
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES], insists=True)
    submit = said.wish is Wish.YES or _NOT_THE_ANSWER.search(said.text) is not None
    if submit or (said.wish is Wish.PICK and said.score == 1):
        return intake.resume(turn, draft)
    enough = said.wish in (Wish.NO, Wish.SKIP, Wish.CANCEL, Wish.THANKS) or _ENOUGH.search(said.text) is not None
    if enough or (said.wish is Wish.PICK and said.score == 2):
        talk = turn.kept(replace(turn.talk, draft=None, asking=None, later=()))
        return say(wording.ANSWER_WAS_ENOUGH, talk=talk)
    if said.wish is Wish.CORRECT:
        return correct(turn, said)
    if is_command(said):
        return None
    if said.wish not in (Wish.FILE, Wish.ABUSE, DialogueWish.ANEW) or said.bare:
        return say(wording.ASK_SUBMIT, *wording.SUBMIT_TAPS)
    reading = turn.ctx.understand(said.text)
    if reading.kind is not Kind.QUESTION and _other_matter(turn, draft, said.text, reading):
        return intake.start(turn.with_talk(replace(turn.talk, draft=None, asking=None)), said.text, pieces, reading)
    return intake.resume(turn, replace(draft, text=f"{draft.text}\n{said.text}"))


def _join(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome | None:
    """After the offer to go on together: yes, no, or more words."""
    draft = turn.talk.draft
    if draft is None:
        return None
    draft = replace(draft, pieces=(draft.pieces + pieces)[: intake.MOST_PIECES])
    joins = said.wish in (Wish.YES, Wish.JOIN, DialogueWish.TOGETHER) and said.number is None
    alone = replace(draft, alone=True)
    if joins or (said.wish is Wish.PICK and said.score == 1):
        reading = turn.ctx.understand(draft.text)
        if joining.kept_apart(reading):
            return intake.resume(turn, alone)
        return joining.join_offered(turn, draft, reading, draft.place)
    if said.wish in (Wish.NO, Wish.SKIP, DialogueWish.ALONE, DialogueWish.APART) or (
        said.wish is Wish.PICK and said.score == 2
    ):
        return intake.resume(turn, alone)
    if said.wish is Wish.CORRECT:
        return correct(turn, said)
    if is_command(said):
        return None
    if said.wish not in (Wish.FILE, Wish.ABUSE, DialogueWish.ANEW) or said.bare:
        return joining.ask_again(turn, draft)
    if _other_matter(turn, draft, said.text, turn.ctx.understand(said.text)):
        return intake.settle(turn, (alone, Draft(text=said.text)))
    return joining.ask_again(turn, replace(draft, text=f"{draft.text}\n{said.text}"))


def _join_number(turn: Turn, said: Request, _pieces: tuple[Piece, ...]) -> Outcome | None:
    """After the question whether to join a numbered ticket."""
    yes = said.wish in (Wish.YES, Wish.JOIN, DialogueWish.TOGETHER, DialogueWish.JOIN_SURE)
    if yes or (said.wish is Wish.PICK and said.score == 1):
        return joining.join_asked(turn)
    no = said.wish in (Wish.NO, Wish.SKIP, Wish.CANCEL, DialogueWish.NOT_JOIN, DialogueWish.ALONE)
    if no or (said.wish is Wish.PICK and said.score == 2):
        return joining.on_not(turn, said)
    return None


_ANSWERS: dict[Asking, Answer] = {
    Asking.PLACE: _place,
    Asking.WHICH_PLACE: _place,
    Asking.MATTER: _matter,
    Asking.SPLIT: _split,
    Asking.NEW_TOPIC: _topics,
    Asking.SHOWING: _showing,
    Asking.WITHDRAW: _withdraw,
    Asking.SUPPLEMENT: _supplement,
    Asking.RATING: _rating,
    Asking.REGRADE: _regrade,
    Asking.REASON: _reason,
    Asking.OPINION: _opinion,
    Asking.CALLED: _called,
    Asking.ANSWERED: _answered,
    Asking.JOIN: _join,
    Asking.JOIN_NUMBER: _join_number,
}


NOTHING_ADDED = "好的，那就不补了。以后想补随时回「补充」。"
