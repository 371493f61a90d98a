"""Signatures and the AES envelope of callbacks, shared by the official account and WeCom.

Source: https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.md. Every bad ciphertext raises the same
`CryptoError`, because the reason would only help an attacker.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from hashlib import sha1
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

RANDOM_BYTES = 16
"""Number of random bytes at the beginning of every plaintext."""

_PAD_BLOCK = 32  # PKCS#7 counts in blocks of 32 bytes here, twice AES's own.
_PADS = tuple(bytes((size,)) * size for size in range(_PAD_BLOCK + 1))
_HEAD = RANDOM_BYTES + 4
_KEY_TEXT = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)


class CryptoError(Exception):
    """A ciphertext that none of our keys opens, or that is addressed to another account."""


class AesKey:
    """One EncodingAESKey (43 characters of base64), ready for use. Compares by identity; its repr does not show the
    key.
    """

    __slots__ = ("_cipher",)

    def __init__(self, text: str) -> None:
        """Raises ValueError, without quoting the key, unless `text` is an EncodingAESKey."""
        if not _KEY_TEXT.fullmatch(text):
            raise ValueError("an EncodingAESKey has exactly 43 letters and digits")
        key = binascii.a2b_base64(text + "=")
        self._cipher = Cipher(AES(key), CBC(key[:16]))

    def decrypt(self, encrypted: str, receive_id: bytes) -> bytes:
        """Returns the message in the base64 text `encrypted`. Raises `CryptoError` unless it is whole and ends with
        `receive_id`.
        """
        try:
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
            opener = self._cipher.decryptor()
            plain = opener.update(sealed) + opener.finalize()
        except ValueError:  # binascii.Error, text that is not ASCII, and a broken last block are all ValueErrors.
            raise CryptoError("not a ciphertext") from None
        pad = plain[-1] if plain else 0
        if not 1 <= pad <= _PAD_BLOCK or not plain.endswith(_PADS[pad]):
            raise CryptoError("not a ciphertext of ours")
        end = _HEAD + int.from_bytes(plain[RANDOM_BYTES:_HEAD], "big")
        # A length that points past the end leaves an empty tail, which must not pass for an empty receive id.
        if end > len(plain) - pad or not compare_digest(plain[end:-pad], receive_id):
            raise CryptoError("not a ciphertext of ours")
        return plain[_HEAD:end]

    def encrypt(self, message: bytes, receive_id: bytes, randomness: bytes) -> str:
        """Returns base64 text that `decrypt` opens. `randomness` is 16 unpredictable bytes, fresh for every call."""
        if len(randomness) != RANDOM_BYTES:
            raise ValueError("an envelope begins with exactly 16 random bytes")
        plain = b"".join((randomness, len(message).to_bytes(4, "big"), message, receive_id))
        sealer = self._cipher.encryptor()
        sealed = sealer.update(plain + _PADS[_PAD_BLOCK - len(plain) % _PAD_BLOCK]) + sealer.finalize()
        return binascii.b2a_base64(sealed, newline=False).decode("ascii")


def decrypt_with(keys: Iterable[AesKey], encrypted: str, receive_id: bytes) -> tuple[bytes, AesKey]:
    """Returns the message and the key that opened it, which the reply must use. Raises `CryptoError` when none does."""
    for key in keys:
        try:
            return key.decrypt(encrypted, receive_id), key
        except CryptoError:
            continue
    raise CryptoError("no key of ours opens this")


def sign(*parts: str) -> str:
    """Returns the platform's signature of `parts` in any order (token first by custom): 40 hex digits.

    Lone surrogates, which a hostile query string can hold, are signed as they are instead of raising.
    """
    return sha1(b"".join(sorted([part.encode("utf-8", "surrogatepass") for part in parts]))).hexdigest()  # noqa: S324 - the platform's choice


def signed(signature: str, *parts: str) -> bool:
    """Returns whether `signature` is that of `parts`, in constant time."""
    return compare_digest(signature.encode("utf-8", "surrogatepass"), sign(*parts).encode("ascii"))


def jsapi_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Returns the JS-SDK's signature for a page at `url`. The part from `#` on is not signed."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return sha1(text.encode()).hexdigest()  # noqa: S324 - the platform's choice
