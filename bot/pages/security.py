"""Security headers of pages, and the origin check of posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
