"""Faults of the platform that can be switched on, to watch how the bot handles them.

Sources of the codes: the platform's list of global return codes.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

EVERY_API = "*"
LOST_REPLY = "callback:lost_reply"


class ApiFault(Struct, frozen=True):
    """What happens to the next calls of an interface."""

    api: str
    """A path such as /cgi-bin/token, `EVERY_API`, or `LOST_REPLY`: the platform loses the answer to a callback and
    sends the push again.
    """

    left: int
    """Number of calls."""

    code: int = 0
    """Answered instead of doing the work. 0: the work is done."""

    delay: float = 0.0
    """Seconds before the answer."""

    drop: bool = False
    """The connection is cut without an answer."""


class Switch(Struct, frozen=True):
    """A fault offered on the page."""

    key: str
    label: str
    hint: str
    fault: ApiFault


SWITCHES: tuple[Switch, ...] = (
    Switch("busy", "系统繁忙 (-1)", "接下来 3 次调用任何接口都返回 -1", ApiFault(EVERY_API, 3, code=-1)),
    Switch("slow", "接口变慢 (3 秒)", "接下来 5 次调用先等 3 秒", ApiFault(EVERY_API, 5, delay=3.0)),
    Switch("drop", "连接中断", "接下来 2 次调用直接断开，不给应答", ApiFault(EVERY_API, 2, drop=True)),
    Switch(
        "daily",
        "当日额度用完 (45009)",
        "接下来 3 次客服消息返回 45009",
        ApiFault("/cgi-bin/message/custom/send", 3, code=45009),
    ),
    Switch(
        "window",
        "超出 48 小时 (45015)",
        "接下来 3 次客服消息返回 45015",
        ApiFault("/cgi-bin/message/custom/send", 3, code=45015),
    ),
    Switch("token", "令牌失效 (40001)", "接下来 1 次调用返回 40001", ApiFault(EVERY_API, 1, code=40001)),
    Switch(
        "ip", "IP 不在白名单 (40164)", "接下来 2 次取令牌返回 40164", ApiFault("/cgi-bin/stable_token", 2, code=40164)
    ),
    Switch("again", "回调重复投递", "下一条消息的应答被丢弃，平台按同一 MsgId 重发", ApiFault(LOST_REPLY, 1)),
)


class Faults:
    """The faults that are switched on, in the order in which they were set."""

    def __init__(self) -> None:
        self._running: list[ApiFault] = []

    def set(self, fault: ApiFault) -> None:
        """Switch a fault on, in place of any other of the same kind."""
        self._running = [other for other in self._running if not _same_kind(other, fault)]
        self._running.append(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        self._running = []

    def take(self, api: str) -> ApiFault | None:
        """Returns the fault for this call, counted down. None when there is none."""
        for index, fault in enumerate(self._running):
            if fault.api == api or (fault.api == EVERY_API and api.startswith("/")):
                if fault.left > 1:
                    self._running[index] = replace(fault, left=fault.left - 1)
                else:
                    del self._running[index]
                return fault
        return None

    def left(self, like: ApiFault) -> int:
        """Returns how many calls a fault of this kind will still hit."""
        return next((fault.left for fault in self._running if _same_kind(fault, like)), 0)


def _same_kind(one: ApiFault, other: ApiFault) -> bool:
    return (one.api, one.code, one.delay, one.drop) == (other.api, other.code, other.delay, other.drop)
