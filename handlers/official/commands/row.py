"""What is known of one command: how its arguments are read, when it asks first, under which heading it stands."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from handlers.official.commands.types import Command


class Slot(StrEnum):
    """How an argument is read from the words."""

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
    """One argument: the field it fills, how it is read, what people call it, and whether it may be missing."""

    field: str
    slot: Slot
    shown: str
    required: bool = True


class Asks(StrEnum):
    """When a command waits for 确认 before anything happens. What waits cannot be taken back by 撤销 afterwards, but for
    ALWAYS_UNDOABLE.
    """

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
    """All there is to know about one command. `source` says what the command follows."""

    command: type[Command]
    verb: str
    group: Group
    arguments: tuple[Argument, ...]
    help: str
    example: str
    source: str
    synonyms: tuple[str, ...] = ()
    asks: Asks = Asks.NEVER

    @property
    def make(self) -> Callable[..., Command]:
        """Builds the command from its fields."""
        return self.command

    @property
    def form(self) -> str:
        """The command as people are shown it: 转办 编号 单位 [原因]."""
        return " ".join((self.verb, *(arg.shown if arg.required else f"[{arg.shown}]" for arg in self.arguments)))

    @property
    def about_ticket(self) -> bool:
        """Whether the command speaks of one ticket."""
        return any(argument.slot is Slot.NUMBER for argument in self.arguments)


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
