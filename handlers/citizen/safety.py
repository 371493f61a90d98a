"""Danger to life: whom to call now comes before everything else we have to say."""

from __future__ import annotations

from handlers.citizen import wording
from nlp.understand import Danger, DangerKind, Kind, Understanding

CALL_NOW: dict[DangerKind, str] = {
    DangerKind.GAS: wording.CALL_GAS,
    DangerKind.FIRE: wording.CALL_FIRE,
    DangerKind.COLLAPSE: wording.CALL_COLLAPSE,
    DangerKind.VIOLENCE: wording.CALL_VIOLENCE,
    DangerKind.SUICIDE: wording.CALL_SUICIDE,
    DangerKind.MEDICAL: wording.CALL_MEDICAL,
    DangerKind.ELECTRIC: wording.CALL_ELECTRIC,
    DangerKind.WATER: wording.CALL_WATER,
    DangerKind.TRAPPED: wording.CALL_TRAPPED,
    DangerKind.TRAFFIC: wording.CALL_TRAFFIC,
    DangerKind.POISON: wording.CALL_POISON,
    DangerKind.IMMOLATION: wording.CALL_IMMOLATION,
    DangerKind.MISSING: wording.CALL_MISSING,
    DangerKind.FOOD: wording.CALL_FOOD,
    DangerKind.DETENTION: wording.CALL_DETENTION,
    DangerKind.FRAUD: wording.CALL_FRAUD,
}
"""What to do this minute, by what threatens. National numbers: 110 police, 119 fire and rescue, 120 ambulance, 122
traffic accidents (answered together with 110 in most cities); 12356 mental-health line (国家卫健委, 2025)."""


POLICE = "政法"
"""The category that the police have in the routing table."""

_OF_THE_POLICE = frozenset(
    {
        DangerKind.VIOLENCE,
        DangerKind.SUICIDE,
        DangerKind.IMMOLATION,
        DangerKind.MISSING,
        DangerKind.DETENTION,
        DangerKind.FRAUD,
    }
)
"""Dangers that the police come for, whatever else the words are about: not the unit whose subject it sounds like."""


def of_the_police(reading: Understanding) -> bool:
    """Whether the words speak of a danger that the police come for."""
    danger = danger_in(reading)
    return danger is not None and danger.kind in _OF_THE_POLICE


CRIES = frozenset(
    {
        "救命",
        "救命啊",
        "救我",
        "救救我",
        "救人",
        "快救人",
        "快来人",
        "报警",
        "我要报警",
        "快报警",
        "帮我报警",
        "要死了",
        "要死了要死了",
        "我要死了",
        "快死了",
    }
)
"""Whole messages that call for help and say nothing else."""

_EDGES = " ,，.。!！?？~～"


def danger_in(reading: Understanding) -> Danger | None:
    """The danger that the words speak of; thanks speak of one that is over."""
    return None if reading.kind is Kind.PRAISE else reading.danger


def call_now(reading: Understanding) -> str:
    """Whom to call and what to do this minute, "" when nobody is in danger."""
    danger = danger_in(reading)
    return CALL_NOW[danger.kind] if danger is not None else ""


def is_cry(text: str) -> bool:
    """Whether the message is nothing but a call for help."""
    return text.strip(_EDGES) in CRIES
