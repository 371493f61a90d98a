"""Security headers, the origin check of posts, and a request's client address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""Nothing from elsewhere and nothing inline; framed by ourselves only, which the sandbox's phones need."""

FILE_CSP = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""For a file opened by itself: the browser's own viewer styles itself, and nothing in it may run."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    # The token that opens a ticket is in the address, so the address goes nowhere.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # For WebViews older than frame-ancestors.
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Set on every page unless the page itself says otherwise."""

_V6_SUBSCRIBER = 64
"""Bits of an IPv6 address that belong to one line; the rest is the subscriber's to vary."""


def from_our_page(headers: Mapping[str, str], own_hosts: Sequence[str]) -> bool:
    """Whether a POST comes from a page of ours, as far as the browser says.

    A second fence only: without the token or the query code, which no other site has, a forged POST does nothing. So a
    browser that says nothing is let in, and so is `null`, which is all that Origin says under no-referrer.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("Origin")
    return origin in {None, "null"} or _host_of(origin) in own_hosts


def _host_of(origin: str | None) -> str | None:
    """Host and port of an Origin header, None for what is no address."""
    try:
        return urlsplit(origin or "").netloc
    except ValueError:
        return None


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
