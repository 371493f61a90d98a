"""What is asked of a callback's request before its signature: from where it comes, what its query holds, and when.

The platform's rules are `bot.channels.wechat.push`; these are ours (docs/adr/0016-the-front-door.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct
from multidict import MultiMapping

from bot.channels.wechat.push import PushError
from bot.pages.security import peer_address

Network = IPv4Network | IPv6Network

WINDOW = 600
"""Seconds that a push's timestamp may be off by default; the platform's last retry is fifteen seconds old."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list; ValueError that names the first which is none."""
    found = []
    for word in filter(None, map(str.strip, text.split(","))):
        try:
            found.append(ip_network(word, strict=False))
        except ValueError:
            raise ValueError(f"{word} is no address or network") from None
    return tuple(found)


class Admission(Struct, frozen=True):
    """The rules of one callback address.

    `window`: seconds that a timestamp may differ from our clock. `addresses`: from where pushes may come, empty for
    anywhere; behind `proxies` proxies of our own the last one's word counts.
    """

    window: int = WINDOW
    addresses: tuple[Network, ...] = ()
    proxies: int = 0

    def check_address(self, remote: str | None, forwarded: Sequence[str]) -> None:
        """Raise PushError(403) unless the request comes from where pushes come from."""
        if not self.addresses:
            return
        address = peer_address(remote, forwarded, self.proxies)
        if address is None or not any(address in network for network in self.addresses):
            raise PushError(403, f"from {address}, which is not in WECHAT_CALLBACK_ADDRESSES")

    def check_query(self, query: Mapping[str, str], now: datetime) -> dict[str, str]:
        """The query's fields, each there once. Raises PushError: 400 for one that is doubled or missing, 403 for the time."""
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
