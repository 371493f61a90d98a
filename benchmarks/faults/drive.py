"""A small disk that can be full: a tmpfs, which only root may mount."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

_CHUNK = bytes(1 << 16)


class Drive:
    """A folder with a disk of its own. `mounted` is False where that is not allowed: then it is a plain folder."""

    def __init__(self, folder: Path, megabytes: int, owner: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700,uid={owner}", "tmpfs", str(folder)]
        self.mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
        if not self.mounted and os.geteuid() == 0:
            os.chown(folder, owner, -1)
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take the room that is left, to the last byte."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(_CHUNK)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Take the disk away with all that is on it."""
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
