"""Network addresses: the client's address of a request behind our own proxies, and networks in a setting."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_V6_SUBSCRIBER = 64
"""Bits of an IPv6 address that belong to one line; the rest is the subscriber's to vary."""


def networks(text: str) -> tuple[Network, ...]:
    """Returns the networks of a comma-separated list. Raises ValueError that names the first one that cannot be read."""
    found = []
    for word in filter(None, map(str.strip, text.split(","))):
        try:
            found.append(ip_network(word, strict=False))
        except ValueError:
            raise ValueError(f"{word} is no address or network") from None
    return tuple(found)


def client_address(remote: str | None, forwarded: Sequence[str], proxies: int) -> str:
    """The address to count a client by, behind `proxies` proxies of our own; IPv6 cut to the subscriber's /64.

    Each proxy adds whom it heard from at the right of X-Forwarded-For, so the client is the `proxies`-th from the right;
    whatever stands further left was written by the client. `forwarded` are the header's lines in order.
    """
    known = peer_address(remote, forwarded, proxies)
    if known is None:
        return "unknown"
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(IPv6Address(int(known) >> _V6_SUBSCRIBER << _V6_SUBSCRIBER)) + f"/{_V6_SUBSCRIBER}"


def peer_address(remote: str | None, forwarded: Sequence[str], proxies: int) -> IPv4Address | IPv6Address | None:
    """The address behind `client_address`, whole; None when what should be one is none."""
    heard = [entry.strip() for line in forwarded for entry in line.split(",")] if proxies else []
    address = heard[-proxies] if proxies and len(heard) >= proxies else remote or ""
    bare = address.removeprefix("[").split("]")[0]
    if bare.count(":") == 1:
        bare = bare.split(":")[0]
    try:
        known = ip_address(bare.split("%")[0])
    except ValueError:
        return None
    return known.ipv4_mapped or known if isinstance(known, IPv6Address) else known
