"""Every reader of a person's free text, as a function of the text alone: what `bounds.py` measures and a test demands.

A public function of `nlp` or `handlers` that takes text stands in `readers` or, with the reason, in `ELSEWHERE`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from handlers import accused, deadlines, routing
from handlers.citizen import answered, filing, places, rating, safety, said
from handlers.official import grammar
from handlers.rankings import periods
from handlers.rectification import numbers as items
from handlers.tickets import numbers, strangers
from handlers.units import Directory, Level, Route, Unit
from nlp import days, normalize, personal, reply_vows, review, sealed, similar, understand, wants
from nlp.answers import AnswerBase, Published, SameWords
from nlp.normalize import fold

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
    row = Published("1", "路灯不亮怎么办", "人民路的路灯不亮", "您好，已经修好，有事请拨打 12345。")
    base = AnswerBase([row], SameWords.load())
    return {
        "nlp.understand:Reader.understand": reader.understand,
        "nlp.understand:Reader.topic": reader.topic,
        "nlp.wants:wants": wants.wants,
        "nlp.normalize:clean": normalize.clean,
        "nlp.normalize:fold": normalize.fold,
        "nlp.personal:mask": personal.mask,
        "nlp.sealed:sealed_sort": lambda text: sealed.sealed_sort(fold(text).text),
        "nlp.sealed:only_asks_secrecy": lambda text: sealed.only_asks_secrecy(fold(text).text),
        "nlp.days:mentions": lambda text: days.mentions(fold(text).text, _TODAY, _after),
        "nlp.reply_vows:vows": lambda text: reply_vows.vows(text, _TODAY, _after),
        "nlp.review:review": lambda text: review.review("路灯不亮", "人民路路灯不亮，什么时候修？", text, _NOW, _NOW),
        "nlp.review:review of an appeal": lambda text: review.review(text, text, "您好，已于1月5日修好。", _NOW, _NOW),
        "nlp.review:review of both": lambda text: review.review("路灯不亮", text, text, _NOW, _NOW),
        "nlp.similar:Matcher.sketch": matcher.sketch,
        "nlp.answers:AnswerBase.find": base.find,
        "nlp.answers:AnswerBase.offer": base.offer,
        "handlers.accused:accusation": lambda text: accused.accusation(_kept(text), town),
        "handlers.citizen.answered:shortened": answered.shortened,
        "handlers.citizen.filing:title": filing.title,
        "handlers.citizen.places:contradicts": lambda text: places.contradicts(town, _kept(text), _kept(text)),
        "handlers.citizen.rating:says_unsolved": rating.says_unsolved,
        "handlers.citizen.safety:is_cry": safety.is_cry,
        "handlers.citizen.said:read": said.read.__wrapped__,
        "handlers.citizen.said:acts_on_ticket": said.acts_on_ticket,
        "handlers.deadlines:vital": lambda text: deadlines.vital("投诉", text),
        "handlers.official.grammar:parse": grammar.parse,
        "handlers.official.grammar:read_binding": grammar.read_binding,
        "handlers.official.grammar:clean_code": grammar.clean_code,
        "handlers.rankings.periods:read": lambda text: periods.read(text, _NOW),
        "handlers.rectification.numbers:read": lambda text: items.read(fold(text).text),
        "handlers.routing:area_of": lambda text: routing.area_of(town, _kept(text)),
        "handlers.routing:guesses": lambda text: routing.guesses(town, _kept(text)),
        "handlers.routing:route": lambda text: routing.route(town, "城乡建设", "", text, None),
        "handlers.tickets.numbers:find": numbers.find,
        "handlers.tickets.numbers:cut": numbers.cut,
        "handlers.tickets.numbers:mistyped": numbers.mistyped,
        "handlers.tickets.strangers:share": strangers.share,
        "handlers.tickets.strangers:hide": lambda text: strangers.hide(text, None),
        "handlers.units:Directory.near": town.near,
        "handlers.units:Directory.called": town.called,
    }


def _kept(text: str) -> str:
    """As the edge lets it in: without halves of characters, which no automaton takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _after(day: date, count: int) -> date:
    return day + timedelta(days=count)


_WITHIN: dict[str, tuple[str, ...]] = {
    "nlp.understand:Reader.understand": (
        "nlp.understand:Reader.understand_all", "nlp.category:topic", "nlp.category:topics", "nlp.features:hashes",
        "nlp.features:hashes_of_all", "nlp.model:CategoryModel.scores", "nlp.model:CategoryModel.scores_of_all",
        "nlp.everyday_places:everyday", "nlp.kind:kind_of", "nlp.kind:score", "nlp.lexicon:Lexicon.hits",
        "nlp.matters:matters", "nlp.personal:find", "nlp.personal:covered", "nlp.place_ranking:runs_of",
        "nlp.place_ranking:worth", "nlp.peril:at_stake", "nlp.places:PlaceFinder.find", "nlp.segment:tokens", "nlp.urgency:urgency",
    ),
    "nlp.personal:mask": ("nlp.personal:hide",),
    "nlp.sealed:sealed_sort": ("nlp.sealed:ground", "nlp.sealed:applies"),
    "nlp.days:mentions": ("nlp.days:number",),
    "nlp.review:review": (
        "nlp.reply_asks:pairs", "nlp.reply_asks:asks", "nlp.reply_doubts:doubts", "nlp.reply_parts:clauses",
        "nlp.reply_parts:first", "nlp.reply_parts:contact", "nlp.reply_parts:next_step", "nlp.reply_parts:plan",
        "nlp.reply_parts:vague", "nlp.reply_parts:away",
    ),
    "nlp.similar:Matcher.sketch": (
        "nlp.similar:Matcher.score", "nlp.similar:Matcher.same", "nlp.sketch:Appeal.of", "nlp.sketch:PairTable.sketch",
        "nlp.index:Index.record", "nlp.index:Index.add", "nlp.index:Index.find",
    ),
    "nlp.answers:AnswerBase.find": ("nlp.answers:SameWords.one_form",),
    "handlers.accused:accusation": ("handlers.accused:units",),
    "handlers.tickets.strangers:hide": ("handlers.tickets.strangers:words",),
}  # fmt: skip
_NO_READER: dict[str, str] = {
    "nlp.quality:measure": "judges a model offline",
    "handlers.citizen.followup:told": "prints",
    "handlers.citizen.page:graded": "prints",
    "handlers.citizen.turn:Turn.asking": "keeps",
    "handlers.citizen.turn:say": "prints",
    "handlers.citizen.turn:tap": "prints",
    "handlers.citizen.which:not_open": "prints",
    "handlers.explaining.steps:Telling.say": "prints",
    "handlers.official.scene:says": "prints",
    "handlers.official.views:stop": "prints",
    "handlers.official.targets:category": "looks up in a fixed list",
    "handlers.outcome:Context.understand": "the reader, remembered",
    "handlers.policies:span": "reads a file of settings",
    "handlers.tickets.taps:regrade": "prints",
    "handlers.citizen.places:beside": "one expression, measured by itself",
    "handlers.citizen.placing:tells": "one expression, measured by itself",
}
ELSEWHERE: dict[str, str] = _NO_READER | {
    inner: f"within {outer}" for outer, inners in _WITHIN.items() for inner in inners
}
"""Functions with text that are in no row of their own, and why."""
