"""Base types of officials' commands: the command, its arguments, and the row (`Spec`) that says how it is written and
explained.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

EXAMPLE_NUMBER = "26000428"
"""Used in examples only; look-ups never use it."""

EXAMPLE_OTHER = "26000572"


class Command(Struct, frozen=True):
    """A command of an official. Each is a subclass in `commands/` or `rectification/`."""

    name: ClassVar[str]
    """Its verb for people. Unique; permissions are kept under it."""


class TicketCommand(Command, frozen=True):
    """A command about one ticket."""

    number: str | None
    """None when it was left out: the ticket last spoken of is meant."""


class ItemCommand(Command, frozen=True):
    """A command about one 整改."""

    item: str | None
    """A short number such as Z26003. None for the only item there is."""


class Slot(StrEnum):
    """Kinds of arguments, by how they are read."""

    NUMBER = "number"
    UNIT = "unit"
    CATEGORY = "category"
    DAYS = "days"
    ITEM = "item"
    COLOUR = "colour"
    SPAN = "span"
    TEXT = "text"
    INSTEAD = "instead"
    CODE = "code"
    PAGE = "page"
    PERIOD = "period"
    RECTIFICATION = "rectification"
    SOURCE = "source"
    WHICH = "which"
    VERB = "verb"


class Argument(Struct, frozen=True):
    """One argument: the field it fills, how it is read, its name for people, and whether it is required."""

    field: str
    slot: Slot
    shown: str
    required: bool = True


class Asks(StrEnum):
    """When a command waits for 确认. A confirmed command cannot be taken back by 撤销, except with ALWAYS_UNDOABLE."""

    NEVER = "never"
    ALWAYS = "always"
    ALWAYS_UNDOABLE = "always_undoable"
    OUT_OF_COUNTY = "out_of_county"


class Group(StrEnum):
    """Headings of the help text and the documents."""

    LOOK = "看"
    WORK = "办"
    DISPATCH = "派"
    SUPERVISE = "督"
    RECTIFY = "整改"
    SELF = "其他"


class Spec(Struct, frozen=True):
    """How a command is written, explained and confirmed. Parser, help text and documents read it."""

    command: type[Command]
    group: Group
    arguments: tuple[Argument, ...]
    help: str
    sample: str
    """An example, with {number} where a ticket's number stands."""
    source: str
    """The rule or practice that the command follows."""

    synonyms: tuple[str, ...] = ()
    asks: Asks = Asks.NEVER

    @property
    def verb(self) -> str:
        """What people call the command."""
        return self.command.name

    @property
    def make(self) -> Callable[..., Command]:
        """Builds the command from its fields."""
        return self.command

    @property
    def form(self) -> str:
        """The command as people see it: 转办 编号 单位 [原因]."""
        return " ".join((self.verb, *(arg.shown if arg.required else f"[{arg.shown}]" for arg in self.arguments)))

    @property
    def about_ticket(self) -> bool:
        """Whether the command is about one ticket."""
        return any(argument.slot is Slot.NUMBER for argument in self.arguments)

    def render(self, command: Command) -> str:
        """Returns the words that are read as exactly this command; a body must not begin or end with blanks."""
        words = self.verb
        for argument in self.arguments:
            value = getattr(command, argument.field)
            if value is None or (value == "" and not argument.required):
                continue
            mark = {Slot.TEXT: "：", Slot.INSTEAD: " 去处："}.get(argument.slot, " ")
            words += f"{mark}{value}"
        return words


def example(row: Spec, number: str = EXAMPLE_NUMBER) -> str:
    """The row's example with a number in it."""
    return row.sample.format(number=number, other=EXAMPLE_OTHER)


NUMBER = Argument("number", Slot.NUMBER, "编号")
WHICH = Argument("which", Slot.WHICH, "编号", required=False)
UNIT = Argument("unit", Slot.UNIT, "单位")
PERIOD = Argument("period", Slot.PERIOD, "期间", required=False)

HOTLINE = "国办发〔2020〕53号（政务服务便民热线）：受理、派单、办理、答复、督办、办结、回访、评价的闭环"
HOTLINE_RULES = "国办发〔2020〕53号：分办与多部门协办、退单争议审核、重复诉求处置、延期申请、事项办结的处理规则"
LEADERS_BOARD = "人民网《地方领导留言板》四种办理方式：立即回复、按程序办理、及时派员、办结告知"
WUHU_REPLY = "芜湖“市民心声”2008年回复规定：事实、依据、办理、下一步和电话"
WUHU_RANK = "芜湖“市民心声”2009年起的回复排行"
WUHU_CARDS = "芜湖“市民心声”：逾期亮黄牌、红牌，再发催办通知单"
OWN = "本系统约定"
