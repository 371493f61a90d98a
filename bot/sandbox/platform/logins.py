"""Web log-in inside WeChat's browser (OAuth 2): codes, and the tokens they are exchanged for.

Source: "网页授权", service/guide/h5 and the snsAccessToken interface.
"""

from __future__ import annotations

import string
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal

CODE_LIVES = timedelta(minutes=5)
TOKEN_LIVES = timedelta(seconds=7200)

_LETTERS = string.ascii_letters + string.digits


class LoginCode(Struct, frozen=True):
    """A code (or an exchanged token) and whom it stands for."""

    openid: str
    scope: str
    until: datetime


class Logins:
    """Codes given out, each good for one exchange."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._codes: dict[str, LoginCode] = {}
        self._used: set[str] = set()
        self._tokens: dict[str, LoginCode] = {}

    def code(self, openid: str, scope: str, now: datetime) -> str:
        """A fresh code for the redirect."""
        code = "0" + "".join(self._rng.choices(_LETTERS, k=31))
        self._codes[code] = LoginCode(openid, scope, now + CODE_LIVES)
        return code

    def exchange(self, code: str, now: datetime) -> tuple[str, LoginCode]:
        """The token for a code. Raises Refusal 41008 (none), 40163 (used) or 40029 (unknown or too old)."""
        if not code:
            raise PlatformRefusal(41008)
        if code in self._used:
            raise PlatformRefusal(40163)
        login = self._codes.pop(code, None)
        if login is None or login.until <= now:
            raise PlatformRefusal(40029)
        self._used.add(code)
        token = f"{self._rng.randint(40, 99)}_" + "".join(self._rng.choices(_LETTERS, k=86))
        granted = LoginCode(login.openid, login.scope, now + TOKEN_LIVES)
        self._tokens[token] = granted
        return token, granted

    def who(self, token: str, now: datetime) -> LoginCode:
        """Whom a page token stands for. Raises Refusal 40001 or 42001."""
        login = self._tokens.get(token)
        if login is None:
            raise PlatformRefusal(40001)
        if login.until <= now:
            raise PlatformRefusal(42001)
        return login
