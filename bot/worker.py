"""The outbox worker: claims due pushes, sends each the best way there is, and writes down what became of it.

A push leaves as a customer message while the platform's allowance lasts, then as a template message; what can go neither
way is parked and told at the person's next message. A crash between the platform's yes and our note sends a push twice
at worst, a template message not even that (`client_msg_id`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery import Fate, Way, decide
from bot.gateway import Gateway, Message, Sent, Words
from bot.metrics import Metrics
from bot.render import with_taps
from bot.templates import Templates
from bot.wechat.errors import PlatformError, Verdict
from bot.wechat.replies import fit
from handlers.messages import Channel
from storage.outbox import Claimed, Outbox

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
"""Longer than a send with all its retries can take; a dead worker's pushes wait no longer than this."""

AT_ONCE = 16
"""Pushes in flight at the same time: the platform allows far more, our database need not see more."""


class Worker:
    """Sends pushes through each channel's gateway, a round at a time."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        gateways: Mapping[Channel, Gateway],
        templates: Templates,
        site: str,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._outbox = outbox
        self._gateways = gateways
        self._templates = templates
        self._site = site
        self._clock = clock
        self._metrics = metrics

    async def once(self) -> int:
        """One round: everything due now, at most one push of each lane; how many were tried."""
        claimed = await self._outbox.claim(self._clock.now(), AT_ONCE, LEASE)
        await asyncio.gather(*(self._deliver(one) for one in claimed))
        return len(claimed)

    async def _deliver(self, claimed: Claimed) -> None:
        person = claimed.person
        gateway = self._gateways.get(person.channel)
        if not person.following:
            await self._outbox.drop(claimed.push.id)
            return
        if gateway is None:
            await self._park(claimed, "no channel")
            return
        unlimited = person.channel is Channel.WECOM
        reachable = unlimited or await self._outbox.spend_reach(person.id, self._clock.now())
        await self._try(claimed, gateway, Way.CUSTOM if reachable else Way.TEMPLATE)

    async def _try(self, claimed: Claimed, gateway: Gateway, way: Way) -> None:
        try:
            message = self._message(claimed, way)
            sent = await gateway.send(claimed.person.openid, message) if message is not None else None
        except PlatformError as error:
            await self._refused(claimed, gateway, way, error)
        except Exception:
            # Our own mistake with this one push: tried again it would fail again, and hold up its lane for ever.
            log.exception("push_broken", push=claimed.push.id, way=way.value)
            await self._outbox.dead(claimed.push.id, "broken")
            self._metrics.push(Fate.DEAD.value)
        else:
            if sent is None:
                await self._park(claimed, "no template")
            else:
                await self._sent(claimed, way, sent)

    def _message(self, claimed: Claimed, way: Way) -> Message | None:
        push = claimed.push
        if way is Way.CUSTOM:
            return Words(fit(with_taps(push.text, push.choices, claimed.person.channel)))
        if push.card is None:
            return None
        return self._templates.message(push.card, self._site + push.card.path if push.card.path else "", f"{push.id:x}")

    async def _sent(self, claimed: Claimed, way: Way, sent: Sent) -> None:
        await self._outbox.sent(claimed.push.id, sent.message_id or None)
        self._metrics.push(way.value)

    async def _park(self, claimed: Claimed, why: str) -> None:
        await self._outbox.park(claimed.push.id, claimed.person.id, why)
        self._metrics.push(Fate.PARK.value)

    async def _refused(self, claimed: Claimed, gateway: Gateway, way: Way, error: PlatformError) -> None:
        step = decide(error.verdict, way, claimed.attempts, error.code)
        emit = log.error if step.alarm else log.info
        emit(
            "push_refused",
            push=claimed.push.id,
            way=way.value,
            verdict=error.verdict.value,
            code=error.code,
            rid=error.rid,
        )
        if way is Way.CUSTOM and claimed.person.channel is Channel.WECHAT:
            await self._settle_reach(claimed, error)
        if step.fate is Fate.OTHER_WAY:
            await self._try(claimed, gateway, Way.TEMPLATE)
            return
        if step.fate is Fate.PARK:
            await self._park(claimed, str(error))
            return
        if step.fate is Fate.AGAIN:
            await self._outbox.retry(claimed.push.id, self._clock.now() + step.after, str(error))
        else:
            await self._outbox.dead(claimed.push.id, str(error))
        self._metrics.push(step.fate.value)

    async def _settle_reach(self, claimed: Claimed, error: PlatformError) -> None:
        if error.verdict is Verdict.WINDOW:
            await self._outbox.empty_reach(claimed.person.id)
        elif not error.uncertain:
            await self._outbox.refund_reach(claimed.person.id)
