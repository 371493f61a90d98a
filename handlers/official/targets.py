"""Look-up of what a command names: the ticket, the unit, the category. Refuses with suggestions when it is unclear."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from handlers.citizen.corrections import CATEGORIES
from handlers.directory.directory import Directory, Level, Unit
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.permissions import Relation
from handlers.official.scene import Scene, Unclear
from handlers.pushes import Choice
from handlers.tickets.numbers import is_number
from handlers.tickets.ticket import Ticket


def ticket(scene: Scene, number: str | None) -> Ticket:
    """The ticket of this number, or the one last spoken of. Refused when it is mistyped, missing or unsaid."""
    if number is None:
        found = scene.found.by_id.get(scene.talk.ticket_id) if scene.talk.ticket_id is not None else None
        if found is None:
            raise Refused(wording.NO_CONTEXT)
        return found
    if not is_number(number):
        raise Refused(wording.mistyped(number))
    if number not in scene.found.by_number:
        raise Refused(wording.no_such_ticket(number))
    return scene.found.by_number[number]


def readable(scene: Scene, number: str) -> Ticket:
    """The ticket of this number, which the official may read."""
    return permitted(scene, "查看", number)


def permitted(scene: Scene, verb: str, number: str | None) -> Ticket:
    """The ticket, once it is sure that this official may give this command there.

    A ticket that accuses the official's own unit is answered as if there were none.
    """
    found = ticket(scene, number)
    where = permissions.relation(scene.directory, scene.staff, found)
    if where is Relation.ACCUSED:
        raise Refused(wording.NO_CONTEXT if number is None else wording.no_such_ticket(number))
    if not any(permissions.may(role, verb, where) for role in scene.roles):
        permissions.check_may(scene.staff.role, verb, where, scene.directory.name(found.unit_id))
    return found


def unit(scene: Scene, words: str, say: str) -> Unit:
    """The unit called `words`. Unclear when there is none: the nearest names, each a tap; `say` is the command as it
    would be sent again, with {unit} in the unit's place.
    """
    found = scene.directory.called(words)
    if found is not None:
        return found
    near = scene.directory.near(words)
    choices = tuple(Choice(each.name, say.replace("{unit}", each.name)) for each in near)
    raise Unclear(wording.no_such_unit(words, [each.name for each in near]), choices)


def category(words: str, say: str) -> str:
    """The first-level category called `words`, in everyday names too. Unclear when there is none: the nearest, each a tap."""
    words = words.strip().removesuffix("类")
    if words in CATEGORIES:
        return CATEGORIES[words]
    hits = process.extract(words, list(CATEGORIES), scorer=fuzz.WRatio, limit=9, score_cutoff=45)
    near = list(dict.fromkeys(CATEGORIES[name] for name, _, _ in hits))[:3]
    choices = tuple(Choice(each, say.replace("{category}", each)) for each in near)
    raise Unclear(wording.no_such_category(words, near or list(dict.fromkeys(CATEGORIES.values()))), choices)


def county(directory: Directory, unit_id: str) -> str | None:
    """The county that the unit is or lies in (its bureaus are of the same level); None for what stands above all."""
    here = directory.units.get(unit_id)
    chain = ((here,) if here else ()) + directory.above(unit_id)
    return next((each.id for each in reversed(chain) if each.level is Level.COUNTY), None)


def leaves_county(directory: Directory, source_id: str, target_id: str) -> bool:
    """Whether a transfer takes a ticket out of the county that holds it; from above, none is left."""
    source = county(directory, source_id)
    return source is not None and source != county(directory, target_id)
