"""Signatures and the AES envelope that the official account and WeCom share.

Source: https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.md. Whatever is wrong with a ciphertext,
the caller sees `CryptoError` and nothing more: the reason is of use to an attacker only.
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
"""How many random bytes begin every plaintext."""

_PAD_BLOCK = 32  # PKCS#7 counts in blocks of 32 bytes here, twice AES's own.
_PADS = tuple(bytes((size,)) * size for size in range(_PAD_BLOCK + 1))
_HEAD = RANDOM_BYTES + 4
_KEY_TEXT = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)


class CryptoError(Exception):
    """A ciphertext that none of our keys opens, or that was not meant for us."""


class AesKey:
    """One EncodingAESKey (43 characters of base64), ready for use. Compares by identity and never shows itself."""

    __slots__ = ("_cipher",)

    def __init__(self, text: str) -> None:
        """Raise ValueError, without repeating the key, unless `text` is an EncodingAESKey."""
        if not _KEY_TEXT.fullmatch(text):
            raise ValueError("an EncodingAESKey has exactly 43 letters and digits")
        key = binascii.a2b_base64(text + "=")
        self._cipher = Cipher(AES(key), CBC(key[:16]))

    def decrypt(self, encrypted: str, receive_id: bytes) -> bytes:
        """The message inside base64 text `encrypted`; CryptoError unless it is whole and ends with `receive_id`."""
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
        """Base64 text that `decrypt` opens; `randomness` is 16 bytes nobody can guess, fresh for every call."""
        if len(randomness) != RANDOM_BYTES:
            raise ValueError("an envelope begins with exactly 16 random bytes")
        plain = b"".join((randomness, len(message).to_bytes(4, "big"), message, receive_id))
        sealer = self._cipher.encryptor()
        sealed = sealer.update(plain + _PADS[_PAD_BLOCK - len(plain) % _PAD_BLOCK]) + sealer.finalize()
        return binascii.b2a_base64(sealed, newline=False).decode("ascii")


def decrypt_with(keys: Iterable[AesKey], encrypted: str, receive_id: bytes) -> tuple[bytes, AesKey]:
    """The message, and the key that opened it (the reply must use the same); CryptoError when none does."""
    for key in keys:
        try:
            return key.decrypt(encrypted, receive_id), key
        except CryptoError:
            continue
    raise CryptoError("no key of ours opens this")


def sign(*parts: str) -> str:
    """The platform's signature of `parts` (token first by custom, the order does not matter): 40 hex digits.

    Lone surrogates, which a hostile query string can hold, are signed as they are instead of raising.
    """
    return sha1(b"".join(sorted([part.encode("utf-8", "surrogatepass") for part in parts]))).hexdigest()  # noqa: S324 - the platform's choice


def signed(signature: str, *parts: str) -> bool:
    """Whether `signature` is that of `parts`, in a time that tells nothing about how much of it was right."""
    return compare_digest(signature.encode("utf-8", "surrogatepass"), sign(*parts).encode("ascii"))


def jsapi_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The JS-SDK's signature for a page at `url`, of which anything from `#` on does not count."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return sha1(text.encode()).hexdigest()  # noqa: S324 - the platform's choice
