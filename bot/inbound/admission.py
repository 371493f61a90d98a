"""Checks on a callback request before its signature: the sender's address, the query's fields, the timestamp.

These rules are this service's own (docs/adr/0016-the-front-door.md); the platform's are in
`bot/channels/wechat/push.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from multidict import MultiMapping

from bot.addresses import Network, peer_address
from bot.channels.wechat.push import WINDOW, PushError

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Admission(Struct, frozen=True):
    """The rules of one callback address."""

    window: int = WINDOW
    """Seconds that a push's timestamp may differ from our clock."""

    addresses: tuple[Network, ...] = ()
    """Networks that pushes may come from. Empty allows any."""

    proxies: int = 0
    """Number of our own proxies in front. The address that the outermost of them saw counts."""

    def check_address(self, remote: str | None, forwarded: Sequence[str]) -> None:
        """Raises PushError(403) unless the request comes from an allowed network."""
        if not self.addresses:
            return
        address = peer_address(remote, forwarded, self.proxies)
        if address is None or not any(address in network for network in self.addresses):
            raise PushError(403, f"from {address}, which is not in WECHAT_CALLBACK_ADDRESSES")

    def check_query(self, query: Mapping[str, str], now: datetime) -> dict[str, str]:
        """Returns the query's fields. Raises PushError: 400 when one is missing or comes twice, 403 for the timestamp."""
        if isinstance(query, MultiMapping) and len(set(query)) < len(query):
            raise PushError(400, "a query field is there twice")
        if "timestamp" not in query:
            raise PushError(400, "the query lacks timestamp")
        if not _SECONDS.fullmatch(query["timestamp"]):
            raise PushError(403, "the timestamp is none")
        off = int(query["timestamp"]) - int(now.timestamp())
        if abs(off) > self.window:
            raise PushError(403, f"the timestamp is off by {off} seconds: is this machine's clock right?")
        return dict(query)
