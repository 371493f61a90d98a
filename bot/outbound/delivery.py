"""Rule for a refused push: a table of the platform's verdict and the way of sending gives what happens next."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from bot.channels.wechat.errors import Verdict


class Way(StrEnum):
    """How a push is sent to a person."""

    CUSTOM = "custom"
    TEMPLATE = "template"


class Fate(StrEnum):
    """What happens to a push after a refusal."""

    AGAIN = "again"
    OTHER_WAY = "other_way"
    PARK = "park"
    DEAD = "dead"
    UNCERTAIN = "uncertain"


class NextStep(Struct, frozen=True):
    """What the worker does next."""

    fate: Fate
    after: timedelta = timedelta()
    """How long to wait before trying again. Only with AGAIN."""

    alarm: bool = False
    """Whether the log line is an error, so that an operator looks."""


MOST_TRIES = 13
"""With the pauses below this is about eight hours: one bad night of the platform or of this service."""

_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=2)

# Verdicts are explained in bot/channels/wechat/errors.py (docs/wechat.md A11).
_FATES: dict[tuple[Verdict, Way], Fate] = {
    (Verdict.RETRY, Way.CUSTOM): Fate.AGAIN,
    (Verdict.RETRY, Way.TEMPLATE): Fate.AGAIN,
    (Verdict.TOKEN, Way.CUSTOM): Fate.AGAIN,
    (Verdict.TOKEN, Way.TEMPLATE): Fate.AGAIN,
    (Verdict.WINDOW, Way.CUSTOM): Fate.OTHER_WAY,
    (Verdict.WINDOW, Way.TEMPLATE): Fate.PARK,
    (Verdict.GONE, Way.CUSTOM): Fate.PARK,
    (Verdict.GONE, Way.TEMPLATE): Fate.PARK,
    (Verdict.CONFIG, Way.CUSTOM): Fate.AGAIN,
    (Verdict.CONFIG, Way.TEMPLATE): Fate.PARK,
    (Verdict.CONTENT, Way.CUSTOM): Fate.DEAD,
    (Verdict.CONTENT, Way.TEMPLATE): Fate.PARK,
    (Verdict.LOGIN, Way.CUSTOM): Fate.DEAD,
    (Verdict.LOGIN, Way.TEMPLATE): Fate.DEAD,
}

_ALARMS = frozenset({Verdict.CONFIG, Verdict.CONTENT, Verdict.LOGIN})


_NO_PERMISSION = 48001
"""errcode of an account without the customer-service interface. Waiting does not change that."""


ONCE_LASTS = timedelta(minutes=9)
"""How long a template message may be repeated without arriving twice: for ten minutes the platform drops copies with
the same `client_msg_id`.
"""


def decide(verdict: Verdict, way: Way, attempts: int, code: int | None = None, *, uncertain: bool = False) -> NextStep:
    """Returns what follows try number `attempts` (from 1), refused with this verdict and errcode.

    `uncertain`: no answer came, so the message may have arrived. A customer message is then left to an operator,
    because the platform shows every copy; the platform recognises a repeated template message.
    """
    if uncertain and way is Way.CUSTOM:
        return NextStep(Fate.UNCERTAIN, alarm=True)
    fate = Fate.OTHER_WAY if code == _NO_PERMISSION and way is Way.CUSTOM else _FATES[verdict, way]
    alarm = verdict in _ALARMS
    if fate is not Fate.AGAIN:
        return NextStep(fate, alarm=alarm)
    if attempts >= MOST_TRIES:
        return NextStep(Fate.DEAD, alarm=True)
    return NextStep(fate, after=min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE), alarm=alarm)
