"""Table from the platforms' error codes to verdicts: what a refusal means for the caller. For WeChat and WeCom.

Source: the platform's global return codes, and WeCom's page 90313. An unknown code gets `Verdict.CONTENT`: this one
message is set aside for an operator, everything else goes on.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Final


class Verdict(StrEnum):
    """What the caller does about a refusal."""

    RETRY = "retry"
    """Busy, throttled or unreachable: the same call may work later."""
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    """The access token was refused. Handled inside the gateway, never seen by its caller."""

    CONFIG = "config"
    """The account's settings or rights are wrong: every call will fail until an operator acts."""
    GONE = "gone"
    """The person unfollowed, refused or does not exist: stop writing to them this way."""

    WINDOW = "window"
    """The reply window is over or a quota is used up: park the message or send it another way."""

    CONTENT = "content"
    """The platform will never accept this message as it is."""

    LOGIN = "login"
    """The web log-in's code is stale: start the log-in again."""


VERDICTS: Final[dict[int, Verdict]] = {
    -1: Verdict.RETRY,  # system busy
    45011: Verdict.RETRY,  # too frequent within the minute
    40001: Verdict.TOKEN,  # invalid credential
    40014: Verdict.TOKEN,  # invalid access_token
    42001: Verdict.TOKEN,  # access_token expired
    40013: Verdict.CONFIG,  # invalid appid
    40125: Verdict.CONFIG,  # invalid appsecret
    40164: Verdict.CONFIG,  # our address is not on the allow-list
    40243: Verdict.CONFIG,  # appsecret frozen
    41001: Verdict.CONFIG,  # access_token missing
    48001: Verdict.CONFIG,  # api unauthorized
    48004: Verdict.CONFIG,  # api banned
    50002: Verdict.CONFIG,  # account limited
    40003: Verdict.GONE,  # invalid openid
    43004: Verdict.GONE,  # not a follower
    43019: Verdict.GONE,  # blacklisted
    43101: Verdict.GONE,  # subscription refused or used up
    48002: Verdict.GONE,  # the person refuses messages
    81013: Verdict.GONE,  # WeCom: every receiver is invalid
    45015: Verdict.WINDOW,  # 48 hours since the person's last message are over
    45047: Verdict.WINDOW,  # count of customer messages used up
    45009: Verdict.WINDOW,  # daily quota
    48006: Verdict.WINDOW,  # monthly count of quota resets used up
    45033: Verdict.WINDOW,  # WeCom: too many concurrent calls
    45080: Verdict.WINDOW,  # typing: no message of the person within 30 seconds
    45081: Verdict.WINDOW,  # typing: shown already
    45002: Verdict.CONTENT,  # text too long
    45008: Verdict.CONTENT,  # more than one article
    40007: Verdict.CONTENT,  # invalid or expired media_id
    40037: Verdict.CONTENT,  # invalid template_id
    47001: Verdict.CONTENT,  # not JSON
    47003: Verdict.CONTENT,  # a template field is missing or malformed
    87014: Verdict.CONTENT,  # risky content
    45056: Verdict.CONTENT,  # more than 100 tags
    45157: Verdict.CONTENT,  # tag name exists
    45158: Verdict.CONTENT,  # tag name too long
    45159: Verdict.CONTENT,  # unknown tag
    40029: Verdict.LOGIN,  # invalid code
    40163: Verdict.LOGIN,  # code already used
}

_RID = re.compile(r"rid:\s*([0-9A-Za-z-]{1,64})")


class PlatformError(Exception):
    """The platform refused a call, could not be reached, or would refuse what it was about to be given.

    `code` is the platform's errcode (or the one it would give), None when there was no usable answer. `endpoint` is the
    path without its query. `rid` is the request id that the platform's support asks for. `uncertain`: the call may have
    taken effect although no answer came, so repeating it may send a second copy. `detail` is for an operator; it never
    holds a token, a secret or a person's words.
    """

    def __init__(
        self,
        verdict: Verdict,
        endpoint: str,
        *,
        code: int | None = None,
        rid: str = "",
        uncertain: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(f"{endpoint}: {verdict} (errcode {code}, rid {rid or '-'}) {detail}".rstrip())
        self.verdict = verdict
        self.endpoint = endpoint
        self.code = code
        self.rid = rid
        self.uncertain = uncertain
        self.detail = detail

    def judged(self, verdict: Verdict) -> PlatformError:
        """Returns the same refusal with another verdict."""
        return PlatformError(
            verdict, self.endpoint, code=self.code, rid=self.rid, uncertain=self.uncertain, detail=self.detail
        )


def verdict_of(code: int) -> Verdict:
    """Returns the verdict for an errcode other than 0. An unknown one gives `Verdict.CONTENT`."""
    return VERDICTS.get(code, Verdict.CONTENT)


def rid_of(errmsg: str) -> str:
    """Returns the request id in a platform's error text. Empty when there is none."""
    found = _RID.search(errmsg)
    return found.group(1) if found else ""


def refusal(answer: dict[str, Any], endpoint: str) -> PlatformError | None:
    """Returns the error in a decoded JSON answer. None when the answer is a success.

    The platform's own text is kept only for settings problems, where it names what the operator must change (such as
    the address to allow). Elsewhere it may quote the person.
    """
    try:
        code = int(answer.get("errcode") or 0)
    except (TypeError, ValueError):
        return PlatformError(Verdict.RETRY, endpoint, uncertain=True, detail="errcode is not a number")
    if code == 0:
        return None
    errmsg = str(answer.get("errmsg", ""))
    verdict = verdict_of(code)
    detail = errmsg if verdict is Verdict.CONFIG else ""
    return PlatformError(verdict, endpoint, code=code, rid=rid_of(errmsg), detail=detail)
