"""The spool: messages on this disk that were acknowledged to the platform before they were committed.

The reply `success` stops the platform's retries, so the message is written and synced before it. A message leaves the
spool when it is committed and answered. After a crash the next start takes up the rest; the inbox refuses what it
already has.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from handlers.messages import Incoming

log = structlog.get_logger()

_decoder = msgspec.json.Decoder(Incoming)


class Spool:
    """One file for each message in `folder`, readable by this account only: messages are personal data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        """Make the folder."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def save(self, incoming: Incoming) -> None:
        """Write the message, synced: on return it survives a power cut."""
        path = self._path(incoming)
        # Two deliveries of one message may be here at the same time: each writes a file of its own.
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(incoming))
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self, incoming: Incoming) -> None:
        """Delete the message, if it is there."""
        self._path(incoming).unlink(missing_ok=True)
        # The name that version 0.1 gave it, which another sender's message may have, too.
        old = self._folder / f"{_name(incoming.channel, incoming.key)}.json"
        with contextlib.suppress(FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            if _decoder.decode(old.read_bytes()).identity == incoming.identity:
                old.unlink()

    def waiting(self) -> Iterator[Incoming]:
        """Yields all messages, oldest first. A file that cannot be read is renamed and logged, never deleted."""
        for _, path in sorted((_written_at(path), path) for path in self._folder.glob("*.json")):
            try:
                yield _decoder.decode(path.read_bytes())
            except FileNotFoundError:
                continue  # settled meanwhile, perhaps by another process on this disk
            except (msgspec.DecodeError, UnicodeDecodeError):
                log.exception("spooled_message_unreadable", file=path.name)
                path.rename(path.with_suffix(".bad"))

    def count(self) -> int:
        """Returns the number of messages that wait."""
        return sum(1 for _ in self._folder.glob("*.json"))

    def _path(self, incoming: Incoming) -> Path:
        return self._folder / f"{_name(*incoming.identity)}.json"


def _name(*identity: str) -> str:
    return hashlib.sha256("\n".join(identity).encode("utf-8", "surrogatepass")).hexdigest()


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
