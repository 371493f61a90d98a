"""Types shared by all commands: the scene a command is carried out in (who, loaded data), and `Deed`, the whole of one
command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz import fuzz, process

from handlers.citizen.corrections import CATEGORIES
from handlers.context import Context
from handlers.directory import absence, accused, jurisdiction
from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.command import Command, Spec
from handlers.official.permissions import Relation
from handlers.official.talk import OfficialTalk, officials
from handlers.outcome import Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.queries import NOTHING, Found, Needs
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.numbers import is_number
from handlers.tickets.ticket import Ticket
from nlp.replies.review import Review

C = TypeVar("C", bound=Command)


class Asker(Struct, frozen=True):
    """The official who commands, before anything is loaded."""

    who: Who
    staff: Staff
    ctx: Context

    @property
    def talk(self) -> OfficialTalk:
        """What is remembered of this official."""
        return officials(self.who.talk)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that the official has at this time."""
        return absence.roles(self.ctx.directory, self.staff, self.ctx.now)


def nothing(_command: Command, _asker: Asker) -> Needs:
    """Returns no needs, for a command that is answered without loading anything."""
    return NOTHING


class Deed(Struct, Generic[C], frozen=True):
    """All of one command."""

    spec: Spec
    needs: Callable[[C, Asker], Needs]
    """Returns what must be loaded to carry it out."""

    run: Callable[[C, Scene], Outcome]
    """Returns what it changes and its reply. Raises `Refused` when it may not or cannot be carried out."""

    leads_to: type[Happening] | None = None
    """The ticket's event that it leads to. None for a command that changes no ticket."""

    @property
    def command(self) -> type[Command]:
        """The type of the command."""
        return self.spec.command


# Each row is checked where it is written; the whole table holds rows of every type.
AnyDeed = Deed[Any]


class Unclear(Refused):
    """A refusal with taps that correct the command."""

    def __init__(self, say: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(say)
        self.choices = choices


class Scene(Struct, frozen=True):
    """One command of one official, to be carried out."""

    staff: Staff
    who: Who
    found: Found
    ctx: Context
    deeds: Mapping[type[Command], AnyDeed]
    """All commands."""

    waiting: Command | None = None
    """The command that waits for 确认 or 照发. None when none waits that can be carried out."""

    confirmed: bool = False
    """The official said 确认 to exactly this."""

    anyway: str = ""
    """The reason for sending a reply that the review found wanting (照发)."""

    mark: int | None = None
    """Mark of the question below which they tapped. None for typed words (`messages.Text`)."""

    review: Review | None = None
    """The review of the reply in the command. None for other commands."""

    @property
    def now(self) -> datetime:
        """The time of this batch."""
        return self.ctx.now

    @property
    def directory(self) -> Directory:
        """All units and staff."""
        return self.ctx.directory

    @property
    def talk(self) -> OfficialTalk:
        """What we remember of this official."""
        return officials(self.who.talk)

    @property
    def actor(self) -> Actor:
        """The official as the log names them."""
        staff = self.staff
        name = absence.called(self.directory, staff, self.now)
        return Actor(By.STAFF, staff.id, name, staff.unit_id, self.who.person.channel)

    def accused(self, ticket: Ticket) -> tuple[str, ...]:
        """The units that the ticket accuses."""
        return accused.of(ticket, self.directory)

    def check_may_have(self, ticket: Ticket, unit: Unit) -> None:
        """Raises `Refused` when the unit must keep away from the ticket."""
        if jurisdiction.barred(self.directory, self.accused(ticket), unit.id):
            raise Refused(wording.keeps_away(ticket.number, unit.name))

    def sees(self, ticket: Ticket) -> bool:
        """Returns whether the official may know of the ticket at all: it accuses neither their unit nor one above it."""
        return permissions.relation(self.directory, self.staff, ticket) is not permissions.Relation.ACCUSED

    def reads(self, ticket: Ticket) -> bool:
        """Returns whether the official may read the ticket."""
        return permissions.may_read(self.directory, self.staff, ticket, self.roles)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The official's roles: their own first, then those of the people they stand in for."""
        return absence.roles(self.directory, self.staff, self.now)

    def check_role(self, verb: str) -> None:
        """Raises `Refused` when no role of the official may give this command, which is about no ticket."""
        elsewhere = permissions.Relation.ELSEWHERE
        if not any(permissions.may(role, verb, elsewhere) for role in self.roles):
            permissions.check_may(self.staff.role, verb, elsewhere)


def says(text: str, *choices: Choice) -> Outcome:
    """Returns a reply that changes nothing."""
    return Outcome(reply=Reply(text, choices))


def speaks_of(scene: Scene, ticket_id: int, text: str, *choices: Choice) -> Outcome:
    """Returns a reply about a ticket, which becomes the one last spoken of."""
    return Outcome(reply=Reply(text, choices), talk=replace(scene.talk, ticket_id=ticket_id))


def find_ticket(scene: Scene, number: str | None) -> Ticket:
    """Returns the ticket with this number, or the one last spoken of. Raises `Refused` when it is mistyped, missing or
    unsaid.
    """
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


def readable_ticket(scene: Scene, number: str) -> Ticket:
    """Returns the ticket with this number. Raises `Refused` when the official may not read it."""
    return permitted_ticket(scene, "查看", number)


def permitted_ticket(scene: Scene, verb: str, number: str | None) -> Ticket:
    """Returns the ticket. Raises `Refused` when this official may not give this command there.

    A ticket that accuses the official's own unit is answered as if it did not exist.
    """
    found = find_ticket(scene, number)
    where = permissions.relation(scene.directory, scene.staff, found)
    if where is Relation.ACCUSED:
        raise Refused(wording.NO_CONTEXT if number is None else wording.no_such_ticket(number))
    if not any(permissions.may(role, verb, where) for role in scene.roles):
        permissions.check_may(scene.staff.role, verb, where, scene.directory.name(found.unit_id))
    return found


def find_unit(scene: Scene, words: str, say: str) -> Unit:
    """Returns the unit called `words`. Raises `Unclear` with the nearest names as taps when there is none.

    `say` is the command to be sent again, with {unit} in the unit's place.
    """
    found = scene.directory.called(words)
    if found is not None:
        return found
    near = scene.directory.near(words)
    choices = tuple(Choice(each.name, say.replace("{unit}", each.name)) for each in near)
    raise Unclear(wording.no_such_unit(words, [each.name for each in near]), choices)


def find_category(words: str, say: str) -> str:
    """Returns the first-level category called `words`, by everyday names too. Raises `Unclear` with the nearest as
    taps.
    """
    words = words.strip().removesuffix("类")
    if words in CATEGORIES:
        return CATEGORIES[words]
    hits = process.extract(words, list(CATEGORIES), scorer=fuzz.WRatio, limit=9, score_cutoff=45)
    near = list(dict.fromkeys(CATEGORIES[name] for name, _, _ in hits))[:3]
    choices = tuple(Choice(each, say.replace("{category}", each)) for each in near)
    raise Unclear(wording.no_such_category(words, near or list(dict.fromkeys(CATEGORIES.values()))), choices)


def county(directory: Directory, unit_id: str) -> str | None:
    """Returns the county that the unit is, or lies in (its bureaus are of the same level). None for units above
    counties.
    """
    here = directory.units.get(unit_id)
    chain = ((here,) if here else ()) + directory.above(unit_id)
    return next((each.id for each in reversed(chain) if each.level is Level.COUNTY), None)


def leaves_county(directory: Directory, source_id: str, target_id: str) -> bool:
    """Returns whether a transfer takes a ticket out of its county. False from above the counties."""
    source = county(directory, source_id)
    return source is not None and source != county(directory, target_id)
