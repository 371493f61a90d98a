"""Temporary media of the simulated platform, kept for three days."""

from __future__ import annotations

import string
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal

KEPT = timedelta(days=3)
REMEMBERED = 256 * 1024 * 1024
"""Bytes kept for the phones, which go on showing what their owners sent; then the oldest go."""
MediaType = Literal["image", "voice", "video", "thumb"]

# Largest size in bytes. Source: uploadTempMedia, "新增临时素材".
LARGEST: dict[MediaType, int] = {
    "image": 10 * 1024 * 1024,
    "voice": 2 * 1024 * 1024,
    "video": 10 * 1024 * 1024,
    "thumb": 64 * 1024,
}

# Formats the interface accepts, by their first bytes (offset, bytes, content type). Source: the same page.
_FORMATS: dict[MediaType, tuple[tuple[int, bytes, str], ...]] = {
    "image": (
        (0, b"\xff\xd8\xff", "image/jpeg"),
        (0, b"\x89PNG\r\n\x1a\n", "image/png"),
        (0, b"GIF8", "image/gif"),
    ),
    "voice": (
        (0, b"#!AMR", "audio/amr"),
        (0, b"ID3", "audio/mp3"),
        (0, b"\xff\xfb", "audio/mp3"),
        (0, b"\xff\xf3", "audio/mp3"),
    ),
    "video": ((4, b"ftyp", "video/mp4"),),
    "thumb": ((0, b"\xff\xd8\xff", "image/jpeg"),),
}

EXTENSIONS: dict[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "audio/amr": "amr",
    "audio/mp3": "mp3",
    "video/mp4": "mp4",
}

_LETTERS = string.ascii_letters + string.digits + "-_"


class Stored(Struct, frozen=True):
    """One file of the store."""

    media_id: str
    type: MediaType
    content_type: str
    data: bytes
    created_at: datetime


class MediaStore:
    """Files by media id."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._files: dict[str, Stored] = {}
        self._size = 0

    def add(self, type_: str, data: bytes, now: datetime) -> Stored:
        """Keep a file. Raises Refusal 40004 (type), 41005 (empty), 40005 (format) or 40006 (size)."""
        media_type = next((known for known in LARGEST if known == type_), None)
        if media_type is None:
            raise PlatformRefusal(40004)
        if not data:
            raise PlatformRefusal(41005)
        content_type = next((name for at, magic, name in _FORMATS[media_type] if data[at:].startswith(magic)), None)
        if content_type is None:
            raise PlatformRefusal(40005)
        if len(data) > LARGEST[media_type]:
            raise PlatformRefusal(40006)
        media_id = "".join(self._rng.choices(_LETTERS, k=64))
        stored = Stored(media_id, media_type, content_type, data, now)
        self._files[media_id] = stored
        self._size += len(data)
        self._forget()
        return stored

    def seen(self, media_id: str) -> Stored | None:
        """The file as phones and PicUrl still show it, however old; None when it is not there (any more)."""
        return self._files.get(media_id)

    def get(self, media_id: str, now: datetime) -> Stored:
        """The file. Raises Refusal 41006 (no id) or 40007 (unknown or older than three days)."""
        if not media_id:
            raise PlatformRefusal(41006)
        stored = self._files.get(media_id)
        if stored is None or now - stored.created_at >= KEPT:
            raise PlatformRefusal(40007)
        return stored

    def _forget(self) -> None:
        while self._size > REMEMBERED:
            oldest = self._files.pop(next(iter(self._files)))
            self._size -= len(oldest.data)
