"""重办: the answer is given by another pair of eyes, and only after the citizen was spoken with.

Source: issue 4, "reopens as 重办 with a clock of its own, at another pair of eyes, call-back required".
"""

from __future__ import annotations

from handlers.directory import absence
from handlers.directory.directory import Role, Staff
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.commands.types import Close, Command, Reply
from handlers.official.permissions import Relation
from handlers.official.scene import Scene
from handlers.tickets.ticket import Ticket


def answers(command: Command, ticket: Ticket) -> bool:
    """Whether the command answers the citizen in this round."""
    return isinstance(command, Reply) or (isinstance(command, Close) and ticket.replied_at is None)


def note(command: Command, ticket: Ticket, scene: Scene) -> str:
    """What goes into the log beside the answer: that nobody else could give it; "" otherwise.

    Raises Refused where somebody else can, or where the citizen was not called back in this round.
    """
    if not ticket.rounds or ticket.replied_at is not None or not answers(command, ticket):
        return ""
    lifted = ""
    if ticket.rounds[-1].replied_by == scene.staff.id:
        if colleagues := _colleagues(ticket, scene):
            raise Refused(wording.another_pair_of_eyes(colleagues, scene.directory))
        if superiors := _superiors(ticket, scene):
            raise Refused(wording.for_a_superior(superiors, scene.directory))
        lifted = wording.alone_again(scene.staff.name)
    if not ticket.called_back:
        raise Refused(wording.call_back_first(ticket.number))
    return lifted


def _colleagues(ticket: Ticket, scene: Scene) -> tuple[Staff, ...]:
    """Others of the unit who can be reached now and may answer."""
    gone = absence.away(scene.directory, scene.now)
    return tuple(
        member
        for member in scene.directory.bound(ticket.unit_id)
        if member.id not in gone and member.id != scene.staff.id and _may_answer(member, Relation.OWN, scene)
    )


def _superiors(ticket: Ticket, scene: Scene) -> tuple[Staff, ...]:
    """Heads of the nearest unit above who can be reached now and may answer in the unit's place."""
    directory = scene.directory
    gone = absence.away(directory, scene.now)
    for unit in directory.above(ticket.unit_id):
        found = tuple(
            member
            for member in directory.bound(unit.id, Role.LEADER)
            if member.id not in gone and member.id != scene.staff.id and _may_answer(member, Relation.BELOW, scene)
        )
        if found:
            return found
    return ()


def _may_answer(member: Staff, where: Relation, scene: Scene) -> bool:
    roles = absence.roles(scene.directory, member, scene.now)
    return any(permissions.may(role, Reply, where) for role in roles)
