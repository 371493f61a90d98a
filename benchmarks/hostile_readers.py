"""Every reader of a person's free text, as a function of the text alone: what `bounds.py` measures and a test demands.

A public function of `nlp` or `handlers` that takes text stands in `readers` or, with the reason, in `ELSEWHERE`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from handlers.citizen import filing, intake, published_reply, rating, safety, words
from handlers.deadlines import deadlines
from handlers.directory import accused, routing
from handlers.directory.directory import Directory, Level, Route, Unit
from handlers.items import numbers as items
from handlers.official import grammar
from handlers.rankings import periods
from handlers.tickets import masking, numbers
from nlp import understand, wishes
from nlp.appeals import personal, sealed
from nlp.matching import similar
from nlp.matching.answers import AnswerBase, PublishedAppeal, SameWords
from nlp.places import names
from nlp.replies import promises, review
from nlp.text import days, normalize
from nlp.text.normalize import fold

Read = Callable[[str], object]

_NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_TODAY = date(2026, 1, 5)


def directory() -> Directory:
    """A county small enough to be read here, with what the routing table can ask for."""
    units = (
        Unit("county", "松江县人民政府", Level.COUNTY, None, "松江县", aliases=("县政府",)),
        Unit("desk", "县受理中心", Level.COUNTY, "county"),
        Unit("roads", "县城市管理局", Level.COUNTY, "county", aliases=("城管局", "城管")),
        Unit("street", "五一街道办事处", Level.STREET, "county", "五一街道"),
    )
    return Directory(units, (), (Route("roads", "城乡建设"), Route("street", "", "五一街道", ("路灯",))), "desk")


def readers() -> dict[str, Read]:
    """By module and name. Loads the dictionaries, half a second."""
    reader, matcher, town = understand.load(), similar.load(), directory()
    row = PublishedAppeal("1", "路灯不亮怎么办", "人民路的路灯不亮", "您好，已经修好，有事请拨打 12345。")
    base = AnswerBase([row], SameWords.load())
    return {
        "nlp.understand:Reader.understand": reader.understand,
        "nlp.understand:Reader.topic": reader.topic,
        "nlp.wishes:wants": wishes.wants,
        "nlp.text.normalize:clean": normalize.clean,
        "nlp.text.normalize:fold": normalize.fold,
        "nlp.appeals.personal:mask": personal.mask,
        "nlp.appeals.sealed:sealed_sort": lambda text: sealed.sealed_sort(fold(text).text),
        "nlp.appeals.sealed:only_asks_secrecy": lambda text: sealed.only_asks_secrecy(fold(text).text),
        "nlp.text.days:mentions": lambda text: days.mentions(fold(text).text, _TODAY, _after),
        "nlp.replies.promises:vows": lambda text: promises.vows(text, _TODAY, _after),
        "nlp.replies.review:review": lambda text: review.review(
            "路灯不亮", "人民路路灯不亮，什么时候修？", text, _NOW, _NOW
        ),
        "nlp.replies.review:review of an appeal": lambda text: review.review(
            text, text, "您好，已于1月5日修好。", _NOW, _NOW
        ),
        "nlp.replies.review:review of both": lambda text: review.review("路灯不亮", text, text, _NOW, _NOW),
        "nlp.matching.similar:Matcher.sketch": matcher.sketch,
        "nlp.matching.answers:AnswerBase.find": base.find,
        "nlp.matching.answers:AnswerBase.offer": base.offer,
        "handlers.directory.accused:accusation": lambda text: accused.accusation(_kept(text), town),
        "handlers.citizen.published_reply:shortened": published_reply.shortened,
        "handlers.citizen.filing:title": filing.title,
        "nlp.places.names:names": lambda text: names.names.__wrapped__(_kept(text), text),
        "handlers.citizen.intake:contradicts": lambda text: intake.contradicts(town, _kept(text), _kept(text)),
        "handlers.citizen.rating:says_unsolved": rating.says_unsolved,
        "handlers.citizen.safety:is_cry": safety.is_cry,
        "handlers.citizen.words:read": words.read,
        "handlers.deadlines.deadlines:vital": lambda text: deadlines.vital("投诉", text),
        "handlers.official.grammar:parse": grammar.parse,
        "handlers.official.grammar:read_binding": grammar.read_binding,
        "handlers.official.grammar:clean_code": grammar.clean_code,
        "handlers.rankings.periods:read": lambda text: periods.read(text, _NOW),
        "handlers.items.numbers:read": lambda text: items.read(fold(text).text),
        "handlers.directory.routing:area_of": lambda text: routing.area_of(town, _kept(text)),
        "handlers.directory.routing:guesses": lambda text: routing.guesses(town, _kept(text)),
        "handlers.directory.routing:route": lambda text: routing.route(town, "城乡建设", "", text, None),
        "handlers.tickets.numbers:find": numbers.find,
        "handlers.tickets.numbers:cut": numbers.cut,
        "handlers.tickets.numbers:mistyped": numbers.mistyped,
        "handlers.tickets.masking:for_followers": masking.for_followers,
        "handlers.tickets.masking:for_public": lambda text: masking.for_public(text, None),
        "handlers.directory.directory:Directory.near": town.near,
        "handlers.directory.directory:Directory.called": town.called,
    }


def _kept(text: str) -> str:
    """As the edge lets it in: without halves of characters, which no automaton takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _after(day: date, count: int) -> date:
    return day + timedelta(days=count)


_WITHIN: dict[str, tuple[str, ...]] = {
    "nlp.understand:Reader.understand": (
        "nlp.understand:Reader.understand_all", "nlp.appeals.category:topic", "nlp.appeals.category:topics", "nlp.appeals.features:hashes",
        "nlp.appeals.features:hashes_of_all", "nlp.appeals.model:CategoryModel.scores", "nlp.appeals.model:CategoryModel.scores_of_all",
        "nlp.places.everyday:everyday", "nlp.appeals.kind:kind_of", "nlp.appeals.kind:score", "nlp.text.lexicon:Lexicon.hits",
        "nlp.appeals.split:matters", "nlp.appeals.personal:find", "nlp.appeals.personal:covered", "nlp.places.ranking:runs_of",
        "nlp.places.ranking:worth", "nlp.appeals.peril:at_stake", "nlp.places.finder:PlaceFinder.find", "nlp.text.segment:tokens", "nlp.appeals.urgency:urgency",
        "nlp.appeals.danger:DangerModel.judge", "nlp.appeals.danger:placed", "nlp.appeals.danger:windows", "nlp.appeals.danger:Concepts.found",
    ),
    "nlp.appeals.personal:mask": ("nlp.appeals.personal:hide",),
    "nlp.appeals.sealed:sealed_sort": ("nlp.appeals.sealed:ground", "nlp.appeals.sealed:applies"),
    "nlp.text.days:mentions": ("nlp.text.days:number",),
    "nlp.replies.review:review": (
        "nlp.replies.questions:pairs", "nlp.replies.questions:asks", "nlp.replies.mismatches:doubts", "nlp.replies.parts:clauses",
        "nlp.replies.parts:first", "nlp.replies.parts:contact", "nlp.replies.parts:next_step", "nlp.replies.parts:plan",
        "nlp.replies.parts:vague", "nlp.replies.parts:away",
    ),
    "nlp.matching.similar:Matcher.sketch": (
        "nlp.matching.similar:Matcher.score", "nlp.matching.similar:Matcher.same", "nlp.matching.sketch:Appeal.of", "nlp.matching.sketch:PairTable.sketch",
        "nlp.matching.index:Index.record", "nlp.matching.index:Index.add", "nlp.matching.index:Index.find",
    ),
    "nlp.matching.answers:AnswerBase.find": ("nlp.matching.answers:SameWords.one_form",),
    "handlers.directory.accused:accusation": ("handlers.directory.accused:units",),
    "handlers.tickets.masking:for_public": ("handlers.tracking.privacy:for_audience",),
}  # fmt: skip
_NO_READER: dict[str, str] = {
    "handlers.citizen.corrections:correct_what": "prints",
    "handlers.citizen.files_and_places:ask_whether_about": "prints",
    "handlers.citizen.files_and_places:ask_whether_place": "prints",
    "handlers.citizen.files_and_places:place_tap": "prints",
    "handlers.citizen.files_and_places:place_taps": "prints",
    "handlers.citizen.followup:redo_tap": "prints",
    "handlers.citizen.followup:told": "prints",
    "handlers.citizen.page:graded": "prints",
    "handlers.citizen.turn:Turn.asking": "keeps",
    "handlers.citizen.turn:say": "prints",
    "handlers.citizen.turn:tap": "prints",
    "handlers.citizen.choose_ticket:not_open": "prints",
    "handlers.deadlines.explain_steps:Telling.say": "prints",
    "handlers.official.scene:says": "prints",
    "handlers.official.views:stop": "prints",
    "handlers.official.scene:find_category": "looks up in a fixed list",
    "handlers.context:Context.understand": "the reader, remembered",
    "handlers.calendar.policy:span": "reads a file of settings",
    "handlers.notifications.buttons:regrade": "prints",
    "handlers.citizen.intake:beside": "one expression, measured by itself",
    "handlers.citizen.files_and_places:tells": "one expression, measured by itself",
}
ELSEWHERE: dict[str, str] = _NO_READER | {
    inner: f"within {outer}" for outer, inners in _WITHIN.items() for inner in inners
}
"""Functions with text that are in no row of their own, and why."""
