"""Lock-out of people who guess query codes, on pages and in chat. It never locks out the ticket's owner.

Only wrong codes count: by guesser (an address or a person), by guesser and number, and by number. A number that many
guess at still opens for guessers who have not tried it, up to a bound; beyond it only for those who opened it rightly
before. The owner needs no code: the chat knows them, and their link is a key. Why: docs/adr/0026-query-codes.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bot.inbound.batcher import Run
from handlers.citizen.room import tried_number
from handlers.messages import Incoming
from handlers.outcome import CodeTry
from storage.shared.rate_limits import Limiter
from storage.transactions.messages import Answer

HOUR, DAY, MONTH = 3_600, 86_400, 30 * 86_400
"""Windows in seconds."""

WRONG_BY_GUESSER = 20
"""Wrong codes an hour, over all numbers. Many people may share one address."""

WRONG_BY_PAIR = 5
"""Wrong codes an hour at one number: typing mistakes."""

SUSPICIOUS, MOST_AN_HOUR, MOST_A_DAY = 10, 30, 100
"""Wrong codes at one number: from SUSPICIOUS on each guesser has one try an hour; beyond the others only those who opened it
before get through. A million codes at a hundred a day: a code is guessed within a year once in 27 times, by someone with a
hundred new addresses every day."""


def by_address(address: str) -> str:
    """Returns the key of a guesser on a page."""
    return f"address:{address}"


def by_person(incoming: Incoming) -> str:
    """Returns the key of a guesser in a chat."""
    return f"person:{incoming.channel.value}:{incoming.openid}"


class CodeTries:
    """Counts wrong codes. A try is counted before it is compared, so that simultaneous tries are all counted."""

    def __init__(self, limiter: Limiter, keyed_hash: Callable[[str], str]) -> None:
        """`keyed_hash` keeps addresses and accounts out of the counters' keys."""
        self._limiter = limiter
        self._hash = keyed_hash

    async def begin(self, guesser: str, number: str) -> bool:
        """Returns whether this guesser may try a code of this number. Counts the try as wrong until `forgive` or
        `right`.
        """
        who, pair = self._keys(guesser, number)
        by_guesser, by_pair, this_hour, this_day, known = await asyncio.gather(
            self._limiter.add(who, HOUR),
            self._limiter.add(pair, HOUR),
            self._limiter.add(f"code:number:{number}", HOUR),
            self._limiter.add(f"code:number:{number}", DAY),
            self._limiter.add(f"{pair}:known", MONTH, 0),
        )
        of_pair = 1 if this_hour > SUSPICIOUS else WRONG_BY_PAIR
        crowded = by_pair > of_pair or this_hour > MOST_AN_HOUR or this_day > MOST_A_DAY
        if by_guesser <= WRONG_BY_GUESSER and (by_pair <= WRONG_BY_PAIR if known else not crowded):
            return True
        # What is not compared teaches nobody anything: it must not keep others out.
        await self.forgive(guesser, number)
        return False

    async def forgive(self, guesser: str, number: str) -> None:
        """Take back the count of a try that was not wrong or was not compared."""
        who, pair = self._keys(guesser, number)
        await asyncio.gather(
            self._limiter.add(who, HOUR, -1),
            self._limiter.add(pair, HOUR, -1),
            self._limiter.add(f"code:number:{number}", HOUR, -1),
            self._limiter.add(f"code:number:{number}", DAY, -1),
        )

    async def right(self, guesser: str, number: str) -> None:
        """Take back the count of a right code, and remember the guesser for a month."""
        await self.forgive(guesser, number)
        await self._limiter.add(f"{self._keys(guesser, number)[1]}:known", MONTH)

    def _keys(self, guesser: str, number: str) -> tuple[str, str]:
        who = f"code:{self._hash(guesser)[:32]}"
        return who, f"{who}:{number}"


def guarded(run: Run, tries: CodeTries) -> Run:
    """Returns `run` with the lock-out: codes of locked-out guessers are not compared, and wrong codes are counted."""

    async def watched(batch: Sequence[Incoming]) -> list[Answer]:
        tried = {incoming.identity: number for incoming in batch if (number := tried_number(incoming))}
        if not tried:
            return await run(batch)
        by = {incoming.identity: by_person(incoming) for incoming in batch}
        open_to = {one: await tries.begin(by[one], number) for one, number in tried.items()}
        given = [replace(one, barred=True) if not open_to.get(one.identity, True) else one for one in batch]
        afterwards: list[Awaitable[None]] = []
        try:
            answers = await run(given)
        except BaseException:
            await asyncio.gather(*(tries.forgive(by[one], number) for one, number in tried.items() if open_to[one]))
            raise
        for incoming, answer in zip(batch, answers, strict=True):
            one = incoming.identity
            if not open_to.get(one, False) or answer.code is CodeTry.WRONG:
                continue
            settle = tries.right if answer.code is CodeTry.RIGHT else tries.forgive
            afterwards.append(settle(by[one], tried[one]))
        await asyncio.gather(*afterwards)
        return answers

    return watched
