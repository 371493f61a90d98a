"""The citizen's side of the chat: what must be loaded for a message, and which step answers it.

Thin on purpose. Words are read in `said`, an open question is heard in `answers`, appeals are made in `intake` and
`filing`, tickets are followed in `mine`, `followup` and `corrections`, files and points go through `parts`, and every
sentence is in `wording`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen import (
    choose_ticket,
    files_and_places,
    followup,
    intake,
    joining,
    my_tickets,
    open_question,
    page,
    rating,
    smalltalk,
    which_question,
    wording,
)
from handlers.citizen.choose_ticket import numbered, settled
from handlers.citizen.safety import is_cry
from handlers.citizen.talk import Asking, CitizenTalk, Draft, brought_up, citizens
from handlers.citizen.turn import Turn, answering, remembering, say
from handlers.citizen.words import MENU_SAYS, NAMED_LENGTH, DialogueWish, Request
from handlers.citizen.words import read as read_words
from handlers.context import Context
from handlers.errors import Refused
from handlers.messages import Click, Follow, Incoming, Link, Location, Media, PageAction, Text, Unfollow
from handlers.outcome import Outcome, Reply, Who
from handlers.queries import NOTHING, ById, ByNumber, Found, HistoryOf, Mine, Needs
from handlers.talk import Piece
from handlers.tickets import numbers
from nlp.wishes import Wish

TICKET_SCENE = "t_"
"""What the code of one ticket begins with; its number follows."""

_MINE = frozenset(
    {
        Wish.TRACK, Wish.LIST_MINE, Wish.SUPPLEMENT, Wish.URGE, Wish.RATE, Wish.WITHDRAW, Wish.CORRECT, DialogueWish.REDO,
        DialogueWish.ALONE, DialogueWish.WHY, DialogueWish.WELL, DialogueWish.BROKEN, DialogueWish.SURE, DialogueWish.SHOW, DialogueWish.SETTINGS,
    }
)  # fmt: skip
_BARE = open_question.SHORT_ANSWERS | {
    Wish.FILE, Wish.CANCEL, DialogueWish.APART, DialogueWish.TOGETHER, DialogueWish.ONLY_NEW, DialogueWish.ALONE, DialogueWish.KEEP, DialogueWish.KEEP_GRADE,
}  # fmt: skip
"""What a tap says that belongs to the question above it and to nothing else."""
_HISTORY = frozenset({Wish.TRACK, DialogueWish.LOOK_UP, DialogueWish.WHY})
_UNSUPPORTED = "【收到不支持的消息类型"
"""How the platform's text stands in for a message that it does not pass on (stickers of the store, red packets …)."""
_HELP = read_words("帮助")
"""What a button that no menu of ours has asks for."""
_ONLY_URL = re.compile(r"(?:https?://|www\.)[^\s\u3400-\u9fff]+")


class CitizenReading(Struct, frozen=True):
    """A citizen's message, read once: what must be loaded and what is done go by this."""

    incoming: Incoming
    said: Request | None
    """Its words; None for a message without words."""

    @property
    def appeal(self) -> str:
        """The words that will be understood as an appeal, unless an open question takes them; "" where none will be."""
        said = self.said
        return said.text if said is not None and said.wish is Wish.FILE and not said.bare else ""


def read(incoming: Incoming) -> CitizenReading:
    """Reads the message's words: typed, spoken, or those of a menu's button."""
    words = _words(incoming.body)
    return CitizenReading(incoming, None if words is None else read_words(words))


def needs(reading: CitizenReading, who: Who) -> Needs:
    """What must be loaded to decide this message."""
    body, said = reading.incoming.body, reading.said
    talk = citizens(who.talk)
    last = talk.ticket_id
    ids = frozenset((last,)) if last is not None else frozenset[int]()
    if isinstance(body, PageAction):
        return frozenset({ById(body.ticket_id)})
    if isinstance(body, Follow):
        scene = body.scene.removeprefix(TICKET_SCENE) if body.scene.startswith(TICKET_SCENE) else ""
        return _with_history([ByNumber(number) for number in numbers.find(scene)])
    if said is None:
        # A file may answer a question about another ticket than the one last spoken of.
        ids |= _asked_about(talk)
        if not ids or not isinstance(body, (Media, Location, Link)):
            return NOTHING
        return frozenset((Mine(who.person.id), *map(ById, ids)))
    named = frozenset((*numbers.find(said.number), *said.mentions)) if said.number else frozenset(said.mentions)
    ids |= _asked_about(talk)
    wants_mine = said.wish in _MINE and said.number is None
    # So may a few words; whoever never filed anything was never asked anything.
    wants_mine |= said.wish is Wish.FILE and bool(ids) and len(_words(body) or "") <= intake.SHORT
    wants_mine |= said.wish in open_question.SHORT_ANSWERS and bool(ids)
    if said.wish in (Wish.JOIN, DialogueWish.JOIN_SURE) or talk.asking in (Asking.JOIN, Asking.JOIN_NUMBER):
        ids |= frozenset() if talk.offered is None else {talk.offered}
        wants_mine = True
    tickets: tuple[ByNumber | ById, ...] = (*map(ByNumber, named), *map(ById, ids))
    asked = _with_history(tickets) if said.wish in _HISTORY else frozenset(tickets)
    return asked | {Mine(who.person.id)} if wants_mine else asked


def _with_history(tickets: Sequence[ByNumber | ById]) -> Needs:
    """These tickets, each with its events."""
    return frozenset((*tickets, *map(HistoryOf, tickets)))


def _asked_about(talk: CitizenTalk) -> frozenset[int]:
    """The tickets that an answer may belong to."""
    about = (talk.about, talk.placeless, talk.joins, *talk.owed)
    return frozenset(ticket_id for ticket_id in about if ticket_id is not None)


def tried_number(incoming: Incoming) -> str | None:
    """The number of the ticket whose query code this message, typed or spoken, tries; None when it tries none."""
    words = (_words(incoming.body) or "").strip()
    # A code is digits: most messages need not be read here.
    if len(words) > NAMED_LENGTH or sum(map(str.isnumeric, words)) < numbers.CODE_DIGITS:
        return None
    said = read_words(words)
    if said.number is None or said.code is None:
        return None
    return next(iter(numbers.find(said.number)), None)


def handle(reading: CitizenReading, who: Who, found: Found, ctx: Context) -> Outcome:
    """What this message changes and how it is answered; what cannot be done is said and changes nothing."""
    talk = brought_up(citizens(who.talk))
    now = who if talk is who.talk else replace(who, talk=talk)
    turn, resting = _lapse(Turn(reading.incoming, now, found, ctx, reading.said))
    try:
        outcome = _step(turn)
    except Refused as refused:
        outcome = say(refused.say, talk=turn.asking(None) if turn.talk.draft is None else None)
    if turn.talk is not who.talk and outcome.reply is not None:
        outcome = remembering(outcome, turn.talk)
        if resting is not None and outcome.talk is not None and turn.talk_after(outcome).resting is resting:
            outcome = answering(outcome, wording.expired(intake.name(resting)), choices=wording.CONTINUE_TAPS)
    return _marked(turn, outcome)


def _marked(turn: Turn, outcome: Outcome) -> Outcome:
    """The reply with the mark of the question that is open now, which its taps bring back."""
    mark = turn.talk_after(outcome).mark
    return outcome if outcome.reply is None or not mark else replace(outcome, reply=replace(outcome.reply, mark=mark))


def _step(turn: Turn) -> Outcome:
    """The step for this kind of message, about the tickets that go on where others were merged."""
    led = choose_ticket.follow_mergers(turn)
    if not isinstance(led, choose_ticket.Led):
        return Outcome(more=led)
    return choose_ticket.tell_of_merger(turn, led, _step_by_kind(led.turn))


def _step_by_kind(turn: Turn) -> Outcome:
    body = turn.incoming.body
    match body:
        case Text():
            return _text(turn)
        case Media():
            return _media(turn, body)
        case Location():
            return files_and_places.on_location(turn, body)
        case Link():
            return files_and_places.on_link(turn, body)
        case Click():
            if body.key not in MENU_SAYS:
                return _text(replace(turn, said=_HELP))
            return _text(turn) if MENU_SAYS[body.key] else say(wording.START)
        case Follow():
            return _follow(turn, body)
        case PageAction():
            return page.on_action(turn, body)
        case Unfollow():
            return Outcome(forget=True)
        case _:
            return Outcome()


def _text(turn: Turn, pieces: tuple[Piece, ...] = ()) -> Outcome:
    """Words, typed, spoken or tapped: an answer to our question, else a command, else an appeal."""
    assert turn.said is not None, "words were read"
    text = turn.said.text
    if text.startswith(_UNSUPPORTED):
        return say(wording.UNSUPPORTED)
    if _ONLY_URL.fullmatch(text):
        return files_and_places.on_link(turn, Link("", "", text))
    if is_cry(text):
        return say(wording.CALL_ANY)
    said = settled(turn, turn.said)
    if isinstance(said, Reply):
        return Outcome(reply=said)
    if turn.mark and said.number is None and said.wish in _BARE and not said.bare:
        draft = turn.talk.draft
        if draft is not None and turn.mark == draft.mark:
            turn = turn.turned_to_appeal()
        elif turn.mark != turn.talk.mark:
            return _superseded(turn)
    return _answer(turn, said, pieces)


def _answer(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome:
    """The answer to the open question; what is none closes a question about a ticket, and may answer the appeal's behind it."""
    placed = files_and_places.told(turn, said)
    if placed is not None:
        return _reminded(turn, placed)
    answer = open_question.take(turn, said, pieces)
    if turn.talk.asking is None or turn.talk.appeal_open:
        if answer is None:
            return _reminded(turn, _command(turn, said, pieces))
        return which_question.doubt(turn, said) or answer
    if answer is not None:
        return which_question.doubt(turn, said) or _reminded(turn, answer)
    closed = turn.with_talk(turn.asking(None))
    answer = open_question.take(closed, said, pieces) or _reminded(closed, _command(closed, said, pieces))
    return remembering(answer, closed.talk)


def _superseded(turn: Turn) -> Outcome:
    """A line tapped below a question that is over: nothing happens, and what is open now is asked again."""
    again = open_question.repeat(turn)
    return say(wording.SUPERSEDED) if again is None else answering(again, before=wording.SUPERSEDED)


def _command(turn: Turn, said: Request, pieces: tuple[Piece, ...]) -> Outcome:
    """A command by table; whatever none claims is an appeal."""
    if said.number is not None and (said.wish in open_question.SHORT_ANSWERS or said.wish in (Wish.FILE, Wish.ABUSE)):
        return _named(turn, said)
    if said.wish is Wish.FILE:
        if said.bare:
            return intake.open_up(turn, said)
        placed = files_and_places.take_words(turn, said, pieces) if turn.talk.draft is None else None
        return placed or intake.begin(turn, said.text, pieces)
    if said.wish is Wish.SUPPLEMENT:
        return followup.on_supplement(turn, said, pieces)
    return _STEPS[said.wish](turn, said)


def _named(turn: Turn, said: Request) -> Outcome:
    """Words that are no command, with a ticket's number: they are about that ticket, and we ask what they shall do there."""
    ticket = numbered(turn, said.number or "")
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if said.wish in open_question.SHORT_ANSWERS:
        return which_question.on_named_answer(turn, ticket, said)
    return followup.on_named_words(turn, ticket, said.rest, said.text)


def _reminded(turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome, with a word on the unfinished appeal where something else was answered beside it."""
    talk, draft = turn.talk_after(outcome), turn.talk.draft
    beside = draft is not None and talk.draft is not None and talk.draft.mark == draft.mark and talk.appeal_open
    asked_now = talk.question is not None and talk.question is not turn.talk.question
    if not beside or asked_now or outcome.reply is None:
        return outcome
    return answering(replace(outcome, talk=replace(talk, aside=True)), after=intake.ask_again(turn.with_talk(talk)))


def _media(turn: Turn, media: Media) -> Outcome:
    """A file: fetched in any case; a voice message is first of all its words."""
    piece, order = files_and_places.take_file(turn, media)
    outcome = _text(turn, (piece,)) if media.words.strip() else files_and_places.on_piece(turn, piece)
    return replace(outcome, media=(*outcome.media, order))


def _follow(turn: Turn, follow: Follow) -> Outcome:
    """A welcome, or the ticket whose code was scanned."""
    ticket = next(iter(turn.found.by_number.values()), None)
    if follow.scene.startswith(TICKET_SCENE) and ticket is not None:
        return my_tickets.shown(turn, ticket) if turn.owns(ticket) else my_tickets.stranger(turn, ticket)
    if follow.scanned:
        return say(wording.WELCOME_BACK)
    return say(wording.WELCOME, *wording.WELCOME_TAPS)


def _words(body: object) -> str | None:
    """The words of a message that has any."""
    if isinstance(body, Text):
        return body.text
    if isinstance(body, Media) and body.words.strip():
        return body.words
    return MENU_SAYS.get(body.key) if isinstance(body, Click) else None


def _lapse(turn: Turn) -> tuple[Turn, Draft | None]:
    """The turn without a talk whose time is up; what was unfinished rests and is returned."""
    talk = turn.talk
    if talk.until is None or turn.now <= talk.until or (_words(turn.incoming.body) is None and not _opens(turn)):
        return turn, None
    resting = _unfinished(talk)
    # A place that an urgent ticket waits for is asked until it is told.
    rested = replace(
        talk,
        draft=None,
        asking=None,
        later=(),
        pieces=(),
        resting=resting,
        question=None,
        lacks=None,
        aside=False,
        unplaced=talk.placeless,
    )
    return replace(turn.with_talk(turn.kept(rested)), lapsed=talk), resting


def _opens(turn: Turn) -> bool:
    return isinstance(turn.incoming.body, (Media, Location, Link))


def _unfinished(talk: CitizenTalk) -> Draft | None:
    """What of the talk is worth going on with."""
    draft = talk.draft
    if talk.asking is Asking.ANSWERED:
        return None
    if draft is None:
        return Draft(pieces=talk.pieces) if talk.pieces else None
    parts_of_it = talk.asking is Asking.SPLIT
    text = draft.text if parts_of_it else "\n".join((draft.text, *talk.later)).strip()
    return replace(draft, text=text, guesses=())


def _on_anew(turn: Turn, said: Request) -> Outcome:
    return intake.start(turn, said.rest)


_STEPS: dict[Wish | DialogueWish, Callable[[Turn, Request], Outcome]] = {
    Wish.TRACK: my_tickets.on_track,
    Wish.LIST_MINE: my_tickets.on_mine,
    Wish.URGE: followup.on_urge,
    Wish.RATE: rating.on_rate,
    Wish.JOIN: joining.on_join,
    DialogueWish.JOIN_SURE: joining.on_sure,
    DialogueWish.NOT_JOIN: joining.on_not,
    Wish.WITHDRAW: followup.on_withdraw,
    Wish.CORRECT: files_and_places.on_correct,
    Wish.HUMAN: followup.on_human,
    Wish.HELP: smalltalk.on_help,
    Wish.CANCEL: smalltalk.on_cancel,
    Wish.YES: which_question.on_nothing_asked,
    Wish.NO: which_question.on_nothing_asked,
    Wish.PICK: which_question.on_nothing_asked,
    Wish.SKIP: smalltalk.on_nothing_asked,
    Wish.GREET: smalltalk.on_greeting,
    Wish.THANKS: smalltalk.on_thanks,
    Wish.ABUSE: smalltalk.on_abuse,
    Wish.CHAT: smalltalk.on_chat,
    Wish.EMPTY: smalltalk.on_empty,
    DialogueWish.LOOK_UP: my_tickets.on_look_up,
    DialogueWish.WHY: my_tickets.on_why,
    DialogueWish.SHOW: followup.on_show,
    DialogueWish.SETTINGS: followup.on_settings,
    DialogueWish.REDO: rating.on_redo,
    DialogueWish.WELL: rating.on_looked_back,
    DialogueWish.BROKEN: rating.on_looked_back,
    DialogueWish.CONTINUE: smalltalk.on_continue,
    DialogueWish.DROP: smalltalk.on_drop,
    DialogueWish.ANEW: _on_anew,
    DialogueWish.SURE: followup.on_sure,
    DialogueWish.KEEP: followup.on_keep,
    DialogueWish.REGRADE: rating.on_regrade,
    DialogueWish.KEEP_GRADE: rating.on_keep_grade,
    DialogueWish.ALONE: joining.on_alone,
    DialogueWish.APART: smalltalk.on_apart,
    DialogueWish.TOGETHER: smalltalk.on_nothing_asked,
    DialogueWish.ONLY_NEW: smalltalk.on_nothing_asked,
}
