"""State of the simulated WeChat: people, what their phones show, and what the platform remembers.

No I/O: clock, randomness and ids are passed in, so that a story can be replayed exactly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.faults import ApiFault, Faults
from bot.sandbox.platform.logins import Logins
from bot.sandbox.platform.media import MediaStore
from bot.sandbox.platform.model import (
    Account,
    Content,
    Exchange,
    Persona,
    PhoneMessage,
    Subscriber,
    TemplateCard,
    WorldChange,
)
from bot.sandbox.platform.quota import Allowances, Cause, DailyLimits
from bot.sandbox.platform.templates import ChosenTemplate, fill
from bot.sandbox.platform.tokens import Tokens

DEDUPE = timedelta(minutes=10)
CALLS_KEPT = 300
MESSAGES_KEPT = 500
TYPING_SHOWN = timedelta(seconds=15)

Listener = Callable[[WorldChange], None]


class SentTemplate(Struct, frozen=True):
    """A template or subscription message that the platform accepted."""

    id: int
    openid: str
    template_id: str
    client_msg_id: str
    at: datetime
    status: str
    """What the job-finish event will say."""

    fresh: bool = True


class World:
    """The platform's memory. `clock` gives real (or a test's) time as aware datetimes; `advance` runs ahead of it."""

    def __init__(
        self,
        *,
        account: Account,
        personas: Iterable[Persona],
        clock: Callable[[], datetime],
        rng: Random,
        templates: Iterable[ChosenTemplate] = (),
    ) -> None:
        self.account = account
        self._clock = clock
        self._ahead = timedelta(0)
        self._rng = rng
        self._next_id = rng.randrange(24_000_000_000_000_000, 24_900_000_000_000_000)
        start = self.now
        self._people = {
            persona.openid: Subscriber(persona, following=persona.following, refuses=False, followed_at=start)
            for persona in personas
        }
        self._chats: dict[str, deque[PhoneMessage]] = {openid: deque(maxlen=MESSAGES_KEPT) for openid in self._people}
        self.templates = {template.id: template for template in templates}
        self.allowances = Allowances()
        self.daily = DailyLimits()
        self.tokens = Tokens(rng)
        self.media = MediaStore(rng)
        self.logins = Logins(rng)
        self.faults = Faults()
        self.menu: list[dict[str, Any]] | None = None
        self.calls: deque[Exchange] = deque(maxlen=CALLS_KEPT)
        self.listeners: list[Listener] = []
        self._sent: list[SentTemplate] = []
        self._accepts: dict[tuple[str, str], int] = {}
        self._typing: dict[str, datetime] = {}
        self._tickets: dict[str, str] = {}
        self._last_heard: dict[str, datetime] = {}

    # Time and ids

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self._clock() + self._ahead

    def advance(self, by: timedelta) -> None:
        """Let time pass at once. `by` is not negative."""
        if by < timedelta(0):
            raise ValueError("time does not run backwards")
        self._ahead += by
        self._tell(WorldChange("clock"))

    def new_id(self) -> int:
        """A fresh 64-bit message id, larger than all before."""
        self._next_id += self._rng.randrange(1, 1000)
        return self._next_id

    def fork_random(self) -> Random:
        """Randomness for a part that keeps its own, drawn from ours."""
        return Random(self._rng.getrandbits(64))  # noqa: S311 - nobody's secrets live in a sandbox

    def nonce(self) -> str:
        """A number as the platform puts into a callback's address."""
        return str(self._rng.randrange(10**8, 10**10))

    # People and phones

    @property
    def people(self) -> Mapping[str, Subscriber]:
        """Everybody by openid, in the order given."""
        return self._people

    def person(self, openid: object) -> Subscriber:
        """Raises Refusal 40003 for an openid that nobody here has."""
        person = self._people.get(openid) if isinstance(openid, str) else None
        if person is None:
            raise PlatformRefusal(40003)
        return person

    def follow(self, openid: str, *, scene: str = "") -> None:
        """The person begins to follow, by a code that carries `scene` when there is one."""
        how = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"
        self._put(
            replace(self.person(openid), following=True, followed_at=self.now, subscribe_scene=how, qr_scene=scene)
        )
        self.allowances.grant(openid, "follow", self.now)

    def unfollow(self, openid: str) -> None:
        """The person leaves; accepts of subscription notices stay, as they need no following."""
        self._put(replace(self.person(openid), following=False))
        self.allowances.close(openid)

    def set_refuses(self, openid: str, refuses: bool) -> None:
        """The person switches 接收消息 off or on."""
        self._put(replace(self.person(openid), refuses=refuses))

    def heard(self, openid: str, cause: Cause) -> None:
        """The person did something that opens a window for customer-service messages."""
        self.allowances.grant(openid, cause, self.now)
        self._last_heard[openid] = self.now
        self._tell(WorldChange("person", openid))

    def messages(self, openid: str) -> tuple[PhoneMessage, ...]:
        """What the phone shows, oldest first."""
        return tuple(self._chats[openid])

    def show(self, openid: str, content: Content, *, mine: bool = False) -> PhoneMessage:
        """Put a message on the phone. `mine`: its owner sent it."""
        message = PhoneMessage(self.new_id(), openid, self.now, mine, content)
        self._chats[openid].append(message)
        if not mine:
            self._typing.pop(openid, None)
        self._tell(WorldChange("message", openid, message=message))
        return message

    # What the account sends

    def send_custom(self, openid: str, content: Content) -> None:
        """A customer-service message. Raises Refusal 40003, 45015, 45047 or 48002."""
        person = self.person(openid)
        if not person.following:
            raise PlatformRefusal(45015)
        if person.refuses:
            raise PlatformRefusal(48002)
        self.allowances.spend(openid, self.now)
        self.show(openid, content)
        self._tell(WorldChange("person", openid))

    def send_typing(self, openid: str, command: str) -> None:
        """正在输入. Raises Refusal 45072 (command) or 45080 (no exchange in the last 30 s)."""
        self.person(openid)
        if command not in ("Typing", "CancelTyping"):
            raise PlatformRefusal(45072)
        heard = self._last_heard.get(openid)
        if heard is None or self.now - heard > timedelta(seconds=30):
            raise PlatformRefusal(45080)
        if command == "Typing":
            self._typing[openid] = self.now + TYPING_SHOWN
        else:
            self._typing.pop(openid, None)
        self._tell(WorldChange("typing", openid))

    def typing(self, openid: str) -> bool:
        """Whether the phone shows 对方正在输入."""
        until = self._typing.get(openid)
        return until is not None and self.now < until

    def send_template(self, openid: str, template_id: str, data: object, url: str, client_msg_id: str) -> SentTemplate:
        """A template message: taken here, delivered or not as the returned status says.

        The same `client_msg_id` to the same person within ten minutes is taken once (`fresh` is then False).
        Raises Refusal 40003, 40037, 43004 or 47003.
        """
        person = self.person(openid)
        template = self.templates.get(template_id)
        if template is None or template.subscription:
            raise PlatformRefusal(40037)
        if not person.following:
            raise PlatformRefusal(43004)
        fields = fill(template, data)
        again = self._same(openid, client_msg_id)
        if again is not None:
            return replace(again, fresh=False)
        status = "failed:user block" if person.refuses else "success"
        sent = SentTemplate(self.new_id(), openid, template_id, client_msg_id, self.now, status)
        self._sent.append(sent)
        if status == "success":
            self.show(openid, TemplateCard(template.title, fields, url))
        return sent

    def send_subscription(self, openid: str, template_id: str, data: object, page: str) -> SentTemplate:
        """A subscription notice; a one-time one uses up an accept. Raises Refusal 40003, 40037, 43101 or 47003."""
        self.person(openid)
        template = self.templates.get(template_id)
        if template is None or not template.subscription:
            raise PlatformRefusal(40037)
        if self.accepts(openid, template_id) < 1:
            raise PlatformRefusal(43101)
        fields = fill(template, data)
        if not template.long_term:
            self._accepts[openid, template_id] -= 1
        sent = SentTemplate(self.new_id(), openid, template_id, "", self.now, "success")
        self._sent.append(sent)
        self.show(openid, TemplateCard(template.title, fields, page, subscription=True))
        self._tell(WorldChange("accepts", openid))
        return sent

    def accepts(self, openid: str, template_id: str) -> int:
        """How many subscription notices of this template the person still allows."""
        return self._accepts.get((openid, template_id), 0)

    def answer_popup(self, openid: str, template_id: str, verdict: Literal["accept", "reject"]) -> None:
        """The person answers the subscription dialogue. Raises Refusal 40037 for an unknown template."""
        self.person(openid)
        template = self.templates.get(template_id)
        if template is None or not template.subscription:
            raise PlatformRefusal(40037)
        key = (openid, template_id)
        if verdict == "reject":
            self._accepts[key] = 0
        else:
            self._accepts[key] = 1 if template.long_term else self._accepts.get(key, 0) + 1
        self._tell(WorldChange("accepts", openid))

    @property
    def sent(self) -> tuple[SentTemplate, ...]:
        """Every template and subscription message taken so far."""
        return tuple(self._sent)

    # The account's own things

    def set_menu(self, buttons: list[dict[str, Any]] | None) -> None:
        """Replace (None: delete) the custom menu."""
        self.menu = buttons
        self._tell(WorldChange("menu"))

    def add_qr(self, scene: str) -> str:
        """A new code's ticket, standing for `scene`."""
        ticket = f"gQ{self._rng.randrange(16**40):040x}"
        self._tickets[ticket] = scene
        return ticket

    def qr_ticket(self, scene: str) -> str:
        """The ticket of a code with this scene, made when there is none yet."""
        return next((ticket for ticket, known in self._tickets.items() if known == scene), None) or self.add_qr(scene)

    # Behind the scenes

    def record(self, direction: Literal["in", "out"], name: str, code: int, duration: int, note: str = "") -> None:
        """Write one exchange into the drawer. `note` must hold no contents and no secrets."""
        call = Exchange(self.new_id(), self.now, direction, name, code, duration, note)
        self.calls.append(call)
        self._tell(WorldChange("call", call=call))

    def set_fault(self, fault: ApiFault) -> None:
        """Switch a fault on."""
        self.faults.set(fault)
        self._tell(WorldChange("faults"))

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self.faults.clear()
        self._tell(WorldChange("faults"))

    def take_fault(self, api: str) -> ApiFault | None:
        """The fault that hits this call, if any."""
        fault = self.faults.take(api)
        if fault is not None:
            self._tell(WorldChange("faults"))
        return fault

    def _same(self, openid: str, client_msg_id: str) -> SentTemplate | None:
        if not client_msg_id:
            return None
        return next(
            (
                sent
                for sent in reversed(self._sent)
                if (sent.openid, sent.client_msg_id) == (openid, client_msg_id) and self.now - sent.at < DEDUPE
            ),
            None,
        )

    def _put(self, person: Subscriber) -> None:
        self._people[person.persona.openid] = person
        self._tell(WorldChange("person", person.persona.openid))

    def _tell(self, change: WorldChange) -> None:
        for listener in tuple(self.listeners):
            listener(change)
