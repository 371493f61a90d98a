"""Reading one message: what it is, about what, where, how urgent, and what in it is personal.

`load()` reads dictionaries once (explicitly, never at import); afterwards `Reader.understand` is pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from nlp.appeals import peril
from nlp.appeals.category import MODEL, OTHER, SURE, Topic, evidence, topic, topics
from nlp.appeals.danger import Danger, DangerKind, DangerModel, Grade
from nlp.appeals.keywords import keywords, read_idf
from nlp.appeals.kind import Kind, kind_of
from nlp.appeals.model import CategoryModel
from nlp.appeals.personal import Personal, PersonalKind, covered
from nlp.appeals.sealed import SealedSort, sealed_sort
from nlp.appeals.split import matters
from nlp.appeals.urgency import urgency
from nlp.places import everyday
from nlp.places.divisions import DIVISIONS, Divisions
from nlp.places.finder import PlaceFinder, PlaceKind, PlaceMention
from nlp.text import segment
from nlp.text.lexicon import DATA, Evidence, Hits, Lexicon, read_sections
from nlp.text.normalize import LIMIT, Folded, fold
from nlp.text.segment import Segmentation

__all__ = [
    "OTHER",
    "SURE",
    "Danger",
    "DangerKind",
    "Emotion",
    "Grade",
    "Kind",
    "Personal",
    "PersonalKind",
    "PlaceKind",
    "PlaceMention",
    "Reader",
    "SealedSort",
    "Understanding",
    "load",
]


class Emotion(StrEnum):
    """How the person sounds; the answer's tone follows it."""

    CALM = "calm"
    ANGRY = "angry"
    ANXIOUS = "anxious"
    SAD = "sad"
    GRATEFUL = "grateful"


class Understanding(Struct, frozen=True):
    """What one message says. Spans and quoted words refer to the text exactly as it was given.

    `category` is one of the fifteen first levels or 其他, `confidence` its probability 0-1 (see `sure`), `places` come best
    first, `urgent_phrase` proves `urgent`, `leader` is the title of the leader addressed (市长), `matters` are the parts to
    be filed one by one (one part for one matter, none for an empty message), `sealed_sort` says for whose sake it is never
    public (None: it may be), `at_stake` that a life seems to be in danger, more widely than `danger` does.
    """

    kind: Kind
    category: str
    confidence: float
    subcategory: str | None
    keywords: tuple[str, ...]
    places: tuple[PlaceMention, ...]
    urgent: bool
    urgent_phrase: str | None
    danger: Danger | None
    personal: tuple[Personal, ...]
    leader: str | None
    matters: tuple[str, ...]
    rude: bool
    emotion: Emotion
    sealed_sort: SealedSort | None = None
    at_stake: bool = False

    @property
    def sealed(self) -> bool:
        """Whether it is 保密件, of either sort."""
        return self.sealed_sort is not None

    @property
    def sure(self) -> bool:
        """Whether the category may be acted upon without a dispatcher's look."""
        return self.confidence >= SURE


_TITLES = "市委书记|省委书记|县委书记|区委书记|镇委书记|党委书记|党工委书记|总书记|总理|书记|副省长|副市长|副县长|副区长|副镇长|省长|市长|州长|县长|区长|镇长|乡长|主席|厅长|局长|主任|部长|校长|院长|村长|站长|处长|科长|所长"
# "给市长：…", "请转市长", "@市长"; or an address with which the message begins: "尊敬的张市长您好".
# Match: 写给市长:小区停水 | 请转县委书记
# Not: 我见过市长
_TO_LEADER = re.compile(
    rf"^(?:\s|[@《\"“(])*(?:我?想?(?:给|致|写给|转给|转|请转|留言给|对|跟|向|请|告诉|呈)(?:尊敬的|敬爱的)?)(?:[^\s,。:;!?]{{0,6}}?)(?P<to>{_TITLES})(?=$|[\s,。:;!?、)）》\"”说的写留提]|您|你|反映|建议|信|一封)"
)
# Match: 尊敬的市长您好 | 张局长,您好
# Not: 市长热线打不通
_ADDRESS = re.compile(
    rf"^(?:\s|[\"“(《])*(?:尊敬的|敬爱的|亲爱的|您好|你好)?[,:! ]*(?:[^\s,。:;!?的在]{{0,4}}?)(?P<to>{_TITLES})(?:先生|女士|同志|大人|阁下)?(?:\s|[,:])*(?:您好|你好|好|:|,|!|早|晚上好|上午好|下午好|$|\n)"
)
_EMOTIONS = {emotion.value: emotion for emotion in Emotion}
_OPENING = 60
"""Characters within which a leader is addressed."""
_EMOTION_LEAST = 2.0
_CLEAR = 1.6
"""One settling civic word: what a part of a message needs to be a matter of its own."""


class _Parts(Struct, frozen=True):
    """One message taken apart."""

    given: str
    folded: Folded
    words: Segmentation
    hits: Hits
    places: tuple[PlaceMention, ...]
    personal: tuple[Personal, ...]


class Reader:
    """Dictionaries and automata in memory; safe to share between threads, since nothing in it changes."""

    def __init__(
        self,
        lexicon: Lexicon,
        places: PlaceFinder,
        idf: dict[str, float],
        model: CategoryModel,
        dangers: DangerModel,
    ) -> None:
        """Take what `load` has read."""
        self._dangers = dangers
        self._lexicon = lexicon
        self._places = places
        self._idf = idf
        self._model = model

    def understand(self, text: str) -> Understanding:
        """Everything we can tell about one message. Never raises; of a very long message the first part is read."""
        return self.understand_all((text,))[0]

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """The same of each of several messages, for two thirds of the time.

        One question is asked of all of them before the next: each has tables of its own, and a processor has little room.
        """
        given = [text[:LIMIT] for text in texts]
        # Personal data is hidden before anything else is read.
        read = [covered(fold(text)) for text in given]
        heard = [self._heard(text) for text, _ in read]
        folded = [text for text, _ in heard]
        hits = [found for _, found in heard]
        words = [segment.tokens(text.text) for text in folded]
        about = topics(self._model, [text.text for text in folded], words, hits)
        places = list(map(self._places.find, given, folded, words, hits))
        parts = map(_Parts, given, folded, words, hits, places, [personal for _, personal in read])
        return [self._understanding(*each) for each in zip(parts, about, strict=True)]

    def _heard(self, folded: Folded) -> tuple[Folded, Hits]:
        """The text with its listed words; what is spelled as it is spoken is read as it is written."""
        hits = self._lexicon.hits(folded.text)
        if "spoken" not in hits:
            return folded, hits
        chars = list(folded.text)
        for hit in sorted(hits["spoken"], key=lambda hit: hit.end - hit.start):
            chars[hit.start : hit.end] = next(row.part for row in hit.evidence if row.section == "spoken")
        text = "".join(chars)
        return Folded(text, folded.offsets), self._lexicon.hits(text)

    def _understanding(self, parts: _Parts, about: Topic) -> Understanding:
        """The rest, which is about one message and nothing else."""
        folded, hits, places = parts.folded, parts.hits, parts.places
        judged = self._dangers.judge(folded.text, parts.words) if folded.text else None
        pressing = urgency(parts.given, folded, hits, judged)
        avoid = [(place.start, place.end) for place in places]
        return Understanding(
            kind=kind_of(folded.text, hits, in_danger=pressing.danger is not None),
            category=about.category,
            confidence=about.confidence,
            subcategory=about.subcategory,
            keywords=keywords(parts.words, hits, self._idf, avoid, len(folded.text)),
            places=places,
            urgent=pressing.urgent,
            urgent_phrase=pressing.phrase,
            danger=pressing.danger,
            personal=parts.personal,
            leader=_leader(folded.text),
            matters=matters(parts.given, folded, self._subject),
            rude=bool(hits["rude"]),
            emotion=_emotion(hits),
            sealed_sort=_sealed(folded.text, pressing.danger),
            at_stake=pressing.danger is not None or peril.at_stake(folded.text),
        )

    def with_model(self, model: CategoryModel) -> Reader:
        """A reader with the same dictionaries and another category model."""
        return Reader(self._lexicon, self._places, self._idf, model, self._dangers)

    def topic(self, text: str) -> Topic:
        """The category alone: what a model is judged by."""
        folded, hits = self._heard(covered(fold(text[:LIMIT]))[0])
        return topic(self._model, folded.text, segment.tokens(folded.text), hits)

    def _subject(self, part: str) -> frozenset[str]:
        """What a part of a message is about: the second level with the clearest evidence, and its civic words."""
        hits = self._lexicon.hits(part)
        ranked = [
            (value, f"{category}/{name}") for category, names in evidence(hits).items() for name, value in names.items()
        ]
        strength, about = max(ranked, default=(0.0, ""))
        return frozenset((about, *(hit.word for hit in hits["civic"]))) if strength >= _CLEAR else frozenset()


def load(home: str = "", model: Path = MODEL) -> Reader:
    """Read the dictionaries and the category model (0.3 s, 130 MB).

    `home` is the code of the service's region; it decides between namesakes. Raises BrokenModelError for a model that is not
    the recorded one.
    """
    segment.load()
    divisions = Divisions.read(DIVISIONS, home)
    rows = [*read_sections(DATA / "civic.txt", "civic"), *read_sections(DATA / "cues.txt")]
    name_of_a_place = Evidence("name", "", "", 0.0)
    names = ((name, name_of_a_place) for name in divisions.names())
    return Reader(
        Lexicon([*rows, *names, *everyday.names()]),
        PlaceFinder(divisions, home),
        read_idf(DATA / "idf.txt"),
        CategoryModel.read(model),
        DangerModel.read(),
    )


def _leader(folded: str) -> str | None:
    opening = folded.lstrip()[:_OPENING]
    match = _TO_LEADER.match(opening) or _ADDRESS.match(opening)
    return match["to"] if match else None


def _sealed(folded: str, danger: Danger | None) -> SealedSort | None:
    """The sort of 保密件; whoever is about to harm themselves is one in whatever words."""
    about_to = danger is not None and danger.kind in (DangerKind.SUICIDE, DangerKind.IMMOLATION)
    return SealedSort.PERSON if about_to else sealed_sort(folded)


def _emotion(hits: Hits) -> Emotion:
    sums: dict[str, float] = {}
    for hit in hits["emotion"]:
        for row in hit.evidence:
            if row.section == "emotion":
                sums[row.part] = sums.get(row.part, 0.0) + row.weight
    if not sums:
        return Emotion.CALM
    best = max(sums, key=lambda name: sums[name])
    return _EMOTIONS[best] if sums[best] >= _EMOTION_LEAST else Emotion.CALM
