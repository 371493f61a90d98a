"""Sealing: short texts that a browser carries and returns, authenticated and with an expiry."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

_STAMP = 8
_MAC = 16
"""Bytes of the seal: 128 bits."""


class Forged(Exception):
    """Not sealed by us for this purpose."""


class Expired(Exception):
    """Sealed by us, and too long ago."""


class Sealer:
    """Seals with the installation's secret key. What is sealed for one purpose opens for no other. Not encrypted."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"pages", hashlib.sha256)

    def seal(self, purpose: str, text: str, until: datetime) -> str:
        """The text with its end and its seal, fit for an address or a cookie."""
        body = int(until.timestamp()).to_bytes(_STAMP, "big") + text.encode()
        return urlsafe_b64encode(self._mac(purpose, body) + body).rstrip(b"=").decode("ascii")

    def open(self, purpose: str, sealed: str, now: datetime) -> str:
        """The text; raises Forged or Expired."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        except (binascii.Error, UnicodeEncodeError):
            raise Forged from None
        mac, body = raw[:_MAC], raw[_MAC:]
        if len(body) < _STAMP or not hmac.compare_digest(mac, self._mac(purpose, body)):
            raise Forged
        if now.timestamp() >= int.from_bytes(body[:_STAMP], "big"):
            raise Expired
        return body[_STAMP:].decode()

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + body, hashlib.sha256)[:_MAC]
