"""A tiny reader of words for conversations: says what the dialogue may rely on, without the real one's statistics."""

from __future__ import annotations

import re

from nlp.appeals.danger import CALL, Grade
from nlp.appeals.peril import at_stake
from nlp.appeals.personal import find
from nlp.appeals.sealed import sealed_sort
from nlp.text.normalize import fold
from nlp.understand import OTHER, Danger, DangerKind, Emotion, Kind, PlaceKind, PlaceMention, Understanding

TOPICS: dict[str, tuple[str, ...]] = {
    "城乡建设": ("路灯", "井盖", "停车", "垃圾", "物业", "停水", "人行道", "护栏"),
    "环境保护": ("噪音", "油烟", "施工", "废气"),
    "交通运输": ("公交", "红绿灯", "出租车"),
    "教育文体": ("入学", "食堂", "老师", "校门"),
}
KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.QUESTION, ("请问", "怎么办理", "什么材料")),
    (Kind.SUGGESTION, ("建议",)),
    (Kind.PRAISE, ("感谢", "表扬")),
    (Kind.REPORT, ("举报",)),
)
DANGERS: tuple[tuple[DangerKind, str], ...] = (
    (DangerKind.GAS, "煤气味"),
    (DangerKind.FIRE, "着火"),
    (DangerKind.COLLAPSE, "塌了"),
    (DangerKind.VIOLENCE, "打人"),
)
_REGION = "河东区|河西区"
_EXACT = re.compile(
    rf"(?:{_REGION})?(?:解放|五一|建设|幸福|和平|绕城)(?:路|街)(?:\d+号)?|(?:阳光花园|幸福小区|和平小学)(?:\d+栋)?"
)
_PLACES = re.compile(rf"{_EXACT.pattern}|(?:{_REGION})")
_LEADER = re.compile(r"给(市长|书记)")


def understand(text: str) -> Understanding:
    """What the words say."""
    words = [word for topic in TOPICS.values() for word in topic if word in text]
    category = next((name for name, topic in TOPICS.items() if any(word in text for word in topic)), OTHER)
    kind = next((kind for kind, signs in KINDS if any(sign in text for sign in signs)), Kind.COMPLAINT)
    danger = next((Danger(kind, Grade.CERTAIN, CALL[kind], sign) for kind, sign in DANGERS if sign in text), None)
    found = sorted(_PLACES.finditer(text), key=lambda match: -len(match.group()))
    places = tuple(
        PlaceMention(
            m.group(), m.start(), m.end(), None, PlaceKind.ROAD if _EXACT.fullmatch(m.group()) else PlaceKind.REGION
        )
        for m in found
    )
    leader = _LEADER.search(text)
    urgent = danger is not None or "停水" in text
    return Understanding(
        kind=kind,
        category=category,
        confidence=0.3 if category == OTHER or "也许" in text else 0.9,
        subcategory=None,
        keywords=tuple(words),
        places=places,
        urgent=urgent,
        urgent_phrase="停水" if urgent else None,
        danger=danger,
        personal=find(fold(text)),
        leader=leader[1] if leader else None,
        matters=tuple(part.strip("，。；") for part in text.split("另外")),
        rude="废物" in text,
        emotion=Emotion.CALM,
        sealed_sort=sealed_sort(fold(text).text),
        at_stake=danger is not None or at_stake(fold(text).text),
    )
