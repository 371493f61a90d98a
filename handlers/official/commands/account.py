"""Commands about an official's account: binding by a one-time code, unbinding, and 帮助."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from handlers.context import Context
from handlers.directory.directory import Staff
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.changing import wait
from handlers.official.command import OWN, Argument, Asks, Command, Group, Slot, Spec
from handlers.official.scene import Deed, Scene, nothing, says
from handlers.official.talk import OfficialTalk
from handlers.outcome import Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.queries import Found, InviteOf


class Bind(Command, frozen=True):
    """绑定: this chat account is now that member of staff."""

    name: ClassVar[str] = "绑定"
    code: str


BAD_CODE = "这个绑定码不能用：可能写错了、用过了或过期了。请核对后再发，或请管理员再给一个。"


def bind(who: Who, found: Found, ctx: Context) -> Outcome:
    """Uses the code. A wrong, used or expired code gets the same answer, so that none can be told from another."""
    staff = found.one(InviteOf)
    if staff is None or staff.person_id is not None or ctx.now.timestamp() > staff.invite_until:
        raise Refused(BAD_CODE)
    bound = replace(staff, person_id=who.person.id, invite_hash=None, invite_until=0)
    said = welcome(bound, ctx.directory.name(bound.unit_id))
    return Outcome(reply=Reply(said, (Choice("待办", "待办"), Choice("帮助", "帮助"))), staff=(bound,))


def bound_already(unit: str) -> str:
    """绑定 by somebody who is bound."""
    return f"您已经绑定在{unit}。换单位请先「解绑」，再用新的绑定码绑定。"


def welcome(staff: Staff, unit: str) -> str:
    """The first words after 绑定."""
    return f"{staff.name}，您好。已绑定：{unit} · {wording.ROLES[staff.role]}。\n发「待办」看桌上的工单，发「帮助」看全部命令。"


def _bind_again(_command: Bind, scene: Scene) -> Outcome:
    raise Refused(bound_already(scene.directory.name(scene.staff.unit_id)))


# The code is loaded by the room: whoever binds is no official yet.
BIND = Deed[Bind](
    Spec(
        Bind,
        Group.SELF,
        (Argument("code", Slot.CODE, "绑定码"),),
        "用管理员给的一次性绑定码登记身份",
        "绑定 K7M2-Q9XD",
        OWN,
        ("认证", "注册"),
    ),
    nothing,
    _bind_again,
)


class Unbind(Command, frozen=True):
    """解绑: this chat account is an ordinary citizen again."""

    name: ClassVar[str] = "解绑"


UNBOUND = "已解绑。这个账号以后按普通市民接待；再要办件，请向管理员要新的绑定码。"
ASK_UNBIND = "解绑后，这个账号不能再办件，也收不到工单提醒；再绑定要用新的绑定码。"


def _unbind(command: Unbind, scene: Scene) -> Outcome:
    """The account is a citizen's again; nothing of the official's talk is kept."""
    if not scene.confirmed:
        return wait(scene, command, ASK_UNBIND)
    return Outcome(reply=Reply(UNBOUND), talk=OfficialTalk(), staff=(released(scene.staff),))


def released(staff: Staff) -> Staff:
    """The member of staff without a chat account."""
    return replace(staff, person_id=None)


UNBIND = Deed[Unbind](
    Spec(Unbind, Group.SELF, (), "不再用这个账号办件", "解绑", OWN, ("解除绑定", "注销绑定"), Asks.ALWAYS),
    nothing,
    _unbind,
)


class Help(Command, frozen=True):
    """帮助: all commands, or one of them."""

    name: ClassVar[str] = "帮助"
    verb: str = ""


def _help(command: Help, scene: Scene) -> Outcome:
    rows = tuple(deed.spec for deed in scene.deeds.values())
    if command.verb:
        return says(wording.help_one(next(row for row in rows if row.verb == command.verb)))
    return says(wording.help_all([row for row in rows if permissions.knows(scene.roles, row.verb)]))


HELP = Deed[Help](
    Spec(
        Help,
        Group.SELF,
        (Argument("verb", Slot.VERB, "命令", required=False),),
        "全部命令；后面写一个命令就只讲这一个",
        "帮助 转办",
        OWN,
        ("使用说明", "说明", "命令", "怎么用", "菜单", "help", "?"),
    ),
    nothing,
    _help,
)

ACCOUNT = (BIND, UNBIND, HELP)
