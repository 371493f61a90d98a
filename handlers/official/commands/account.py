"""Who an official is: the one-time code that binds a chat account to a member of staff, and the way out."""

from __future__ import annotations

from msgspec.structs import replace

from handlers.directory.directory import Staff
from handlers.errors import Refused
from handlers.official import wording
from handlers.official.scene import Scene
from handlers.outcome import Context, Found, Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.talk import Talk


def bind(who: Who, found: Found, ctx: Context) -> Outcome:
    """Uses the code. A wrong, used or expired code gets the same answer, so that none can be told from another."""
    staff = found.invite
    if staff is None or staff.person_id is not None or ctx.now.timestamp() > staff.invite_until:
        raise Refused(wording.BAD_CODE)
    bound = replace(staff, person_id=who.person.id, invite_hash=None, invite_until=0)
    said = wording.welcome(bound, ctx.directory.name(bound.unit_id))
    return Outcome(reply=Reply(said, (Choice("待办", "待办"), Choice("帮助", "帮助"))), staff=(bound,))


def unbind(scene: Scene) -> Outcome:
    """The account is a citizen's again; nothing of the official's talk is kept."""
    return Outcome(reply=Reply(wording.UNBOUND), talk=Talk(), staff=(released(scene.staff),))


def released(staff: Staff) -> Staff:
    """The member of staff without a chat account."""
    return replace(staff, person_id=None)
