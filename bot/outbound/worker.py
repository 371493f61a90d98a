"""The outbox worker: claims due pushes, sends each as a customer message or a template message, records the result.

A customer message is sent while the person's quota lasts, otherwise a template message. A push that can be sent neither
way is parked and told with the reply to the person's next message. A push that may have arrived is never sent again
without an operator: docs/adr/0019-what-may-have-been-sent.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from bot.channels.port import Gateway, Message, PlainText
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.replies import fit
from bot.clock import Clock
from bot.monitoring.metrics import Metrics
from bot.outbound.delivery import ONCE_LASTS, Fate, Way, decide
from bot.outbound.ledger import Ledger
from bot.outbound.render import with_taps
from bot.outbound.templates import Templates
from handlers.messages import Channel
from storage.queues.outbox import Became, Begun, Claimed, Outbox, Reserved
from storage.schema.errors import DATABASE_ERRORS
from storage.schema.tables import OutboxState

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
"""Longer than a send with all its retries can take. The pushes of a dead worker wait no longer than this."""

AT_ONCE = 16
"""Pushes sent at the same time: the platform allows far more, but more only loads the database."""

_LOOK_FOR_DEAD = timedelta(seconds=30)
"""How often the worker looks for pushes that dead workers had begun."""

_STATES = {
    Fate.AGAIN: OutboxState.PENDING,
    Fate.PARK: OutboxState.PARKED,
    Fate.DEAD: OutboxState.DEAD,
    Fate.UNCERTAIN: OutboxState.UNCERTAIN,
}


class Worker:
    """Sends pushes through each channel's gateway, one batch at a time."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        ledger: Ledger,
        gateways: Mapping[Channel, Gateway],
        templates: Templates,
        site: str,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._outbox = outbox
        self._ledger = ledger
        self._gateways = gateways
        self._templates = templates
        self._site = site
        self._clock = clock
        self._metrics = metrics
        self._looked_at: datetime | None = None

    async def once(self) -> int:
        """Send what is due, at most one push of each lane. Returns the number tried.

        Returns 0 while the result of an earlier push is not written.
        """
        if not await self._ledger.up_to_date():
            return 0
        await self._look_for_dead()
        claimed = await self._outbox.claim(self._clock.now(), AT_ONCE, LEASE)
        await asyncio.gather(*(self._deliver(one) for one in claimed))
        return len(claimed)

    def close(self) -> None:
        """Close the ledger after the last batch. Results that could not be written stay on disk."""
        self._ledger.close()

    async def _look_for_dead(self) -> None:
        now = self._clock.now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < _LOOK_FOR_DEAD:
            return
        count = await self._outbox.set_aside(now)
        self._looked_at = now
        if count:
            log.error("pushes_uncertain", count=count)
            self._metrics.pushes.ended(Fate.UNCERTAIN.value, count)

    async def _deliver(self, claimed: Claimed) -> None:
        became = await self._attempt(claimed)
        if became is not None:
            await self._ledger.write(became)

    async def _attempt(self, claimed: Claimed) -> Became | None:
        """Send the push. Returns the result, None when the lease ended and another worker decides about it."""
        person = claimed.person
        gateway = self._gateways.get(person.channel)
        if not person.following or claimed.released:
            return Became(claimed.push.id, person.id, claimed.attempts, None)
        if gateway is None:
            return self._fate(claimed, Fate.PARK, "no channel")
        if claimed.unsure_at is not None:
            return await self._by_template(claimed, gateway)
        try:
            message = PlainText(fit(with_taps(claimed.push.text, claimed.push.choices, person.channel)))
        except Exception:
            return self._broken(claimed, Way.CUSTOM)
        match await self._begin(claimed):
            case Begun.YES:
                return await self._by_custom(claimed, gateway, message)
            case Begun.NO_REACH:
                return await self._by_template(claimed, gateway)
            case Begun.LOST:
                return None
            case released:
                return released

    async def _begin(self, claimed: Claimed) -> Begun | Became:
        """Record that the push is about to be sent. When that cannot be written, the push is returned to the queue
        untried.
        """
        metered = claimed.person.channel is not Channel.WECOM
        try:
            return await self._outbox.begin(claimed, self._clock.now(), LEASE, metered=metered)
        except DATABASE_ERRORS as error:
            log.warning("push_not_begun", push=claimed.push.id, error=type(error).__name__)
            back = self._fate(claimed, Fate.AGAIN, "not begun")
            return replace(back, reach=Reserved.RETURNED if metered else Reserved.KEPT)

    async def _by_custom(self, claimed: Claimed, gateway: Gateway, message: Message) -> Became:
        try:
            sent = await gateway.send(claimed.person.openid, message)
        except PlatformError as error:
            reach = _reach_after(claimed, error)
            became = self._refused(claimed, Way.CUSTOM, error)
            return replace(became or await self._by_template(claimed, gateway), reach=reach)
        except Exception:
            return self._broken(claimed, Way.CUSTOM, left=True)
        return self._sent(claimed, Way.CUSTOM, sent.message_id)

    async def _by_template(self, claimed: Claimed, gateway: Gateway) -> Became:
        if claimed.unsure_at is not None and self._clock.now() - claimed.unsure_at > ONCE_LASTS:
            return self._fate(claimed, Fate.UNCERTAIN, "no answer, and too old to be recognised as a copy")
        try:
            message = self._template(claimed)
        except Exception:
            return self._broken(claimed, Way.TEMPLATE)
        if message is None:
            return self._fate(claimed, Fate.PARK, "no template")
        begun = self._clock.now()
        try:
            sent = await gateway.send(claimed.person.openid, message)
        except PlatformError as error:
            if error.uncertain and claimed.unsure_at is None:
                claimed = replace(claimed, unsure_at=begun)
            became = self._refused(claimed, Way.TEMPLATE, error)
            assert became is not None, "there is no third way"
            return became
        except Exception:
            return self._broken(claimed, Way.TEMPLATE, left=True)
        return self._sent(claimed, Way.TEMPLATE, sent.message_id)

    def _template(self, claimed: Claimed) -> Message | None:
        push = claimed.push
        if push.card is None:
            return None
        return self._templates.message(push.card, self._site + push.card.path if push.card.path else "", f"{push.id:x}")

    def _refused(self, claimed: Claimed, way: Way, error: PlatformError) -> Became | None:
        """Returns the result of a refusal. None when the push is to be sent the other way."""
        step = decide(error.verdict, way, claimed.attempts, error.code, uncertain=error.uncertain)
        emit = log.error if step.alarm else log.info
        emit(
            "push_refused",
            push=claimed.push.id,
            way=way.value,
            verdict=error.verdict.value,
            code=error.code,
            rid=error.rid,
            uncertain=error.uncertain,
        )
        if step.fate is Fate.OTHER_WAY:
            return None
        return self._fate(claimed, step.fate, str(error), step.after)

    def _sent(self, claimed: Claimed, way: Way, message_id: str) -> Became:
        self._metrics.pushes.ended(way.value)
        return replace(_became(claimed, OutboxState.SENT), message_id=message_id)

    def _broken(self, claimed: Claimed, way: Way, *, left: bool = False) -> Became:
        """Returns the result of a mistake of the program with this one push. A retry would fail again and block its
        lane for ever.
        """
        log.exception("push_broken", push=claimed.push.id, way=way.value)
        return self._fate(claimed, Fate.UNCERTAIN if left else Fate.DEAD, "broken")

    def _fate(self, claimed: Claimed, fate: Fate, why: str, after: timedelta = timedelta()) -> Became:
        if claimed.unsure_at is not None and fate is not Fate.AGAIN:
            # An earlier try may have arrived: then it is neither to be told again nor to be mourned.
            fate = Fate.UNCERTAIN
        self._metrics.pushes.ended(fate.value)
        became = replace(_became(claimed, _STATES[fate]), error=why)
        if fate is not Fate.AGAIN:
            return became
        return replace(became, due_at=self._clock.now() + after, unsure_at=claimed.unsure_at)


def _became(claimed: Claimed, state: OutboxState) -> Became:
    return Became(claimed.push.id, claimed.person.id, claimed.attempts, state)


def _reach_after(claimed: Claimed, error: PlatformError) -> Reserved:
    """Returns what happens to the customer message that was reserved for this try."""
    if claimed.person.channel is not Channel.WECHAT or error.uncertain:
        return Reserved.KEPT
    return Reserved.EMPTY if error.verdict is Verdict.WINDOW else Reserved.RETURNED
