"""Danger to life: whom to call now comes before everything else we have to say."""

from __future__ import annotations

from handlers.citizen import wording
from nlp.understand import DangerKind, Understanding

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
}
"""What to do this minute, by what threatens. National numbers: 110 police, 119 fire and rescue, 120 ambulance, 122
traffic accidents (answered together with 110 in most cities); 12356 mental-health line (国家卫健委, 2025)."""


def call_now(reading: Understanding) -> str:
    """Whom to call and what to do this minute, "" when nobody is in danger."""
    return CALL_NOW[reading.danger.kind] if reading.danger is not None else ""
