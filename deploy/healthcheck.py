"""Ask the bot on this machine whether it is alive: exit status 0 when ``/healthz`` answers 200, 1 otherwise.

The image has neither curl nor wget, and needs neither.
"""

from __future__ import annotations

import http.client
import os
import sys

TIMEOUT_SECONDS = 4


def _port() -> int:
    """The port of a part that serves nobody, if it has one, else the bot's."""
    return int(os.environ.get("HEALTH_PORT") or os.environ.get("PORT") or 8080)


def main() -> int:
    """Ask once, on the port that the bot was told to listen on."""
    connection = http.client.HTTPConnection("127.0.0.1", _port(), timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"/healthz: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if status != http.client.OK:
        print(f"/healthz: {status}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
