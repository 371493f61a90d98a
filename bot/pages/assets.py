"""Style sheet, script and logo, served from memory under names with a content hash, so that a phone caches them."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from aiohttp import web
from msgspec import Struct

PREFIX = "/assets/"

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


class _Asset(Struct, frozen=True):
    plain: bytes
    packed: bytes
    content_type: str


class Assets:
    """The static files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, _Asset] = {}
        self._urls: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            content_type = _TYPES.get(path.suffix)
            if content_type is None:
                continue
            plain = path.read_bytes()
            name = f"{path.stem}.{hashlib.sha256(plain).hexdigest()[:12]}{path.suffix}"
            self._by_name[name] = _Asset(plain, gzip.compress(plain, mtime=0), content_type)
            self._urls[path.name] = PREFIX + name

    def url(self, name: str) -> str:
        """Returns the address of the current version of a file. Raises KeyError when there is no such file."""
        return self._urls[name]

    async def serve(self, request: web.Request) -> web.Response:
        """Handle GET of one file."""
        asset = self._by_name.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        body = asset.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.packed
        return web.Response(body=body, content_type=asset.content_type, charset="utf-8", headers=headers)
