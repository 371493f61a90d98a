"""Replies to officials that several commands share. The words of one command stand in its own file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.directory.directory import Directory, Role, Staff
from handlers.official.command import Argument, Asks, Group, Slot, Spec, example
from handlers.tickets.events import Happening, work
from handlers.tickets.ticket import Attachment, Commitment, Ticket
from handlers.tickets.wording import GRADES, brief, cut, moment
from nlp.appeals.personal import mask

EXAMPLE_ITEM = "Z26003"
"""Stands in the examples of commands about 整改."""
SHORT = 30
"""Characters quoted of what somebody typed."""

EMPTY = "请发一个命令，例如：待办。全部命令请回「帮助」。"
ROLES = {
    Role.HANDLER: "承办人",
    Role.DISPATCHER: "派单员",
    Role.SUPERVISOR: "督办员",
    Role.LEADER: "领导",
    Role.ADMIN: "管理员",
}
CITIZEN_TOO = "想以市民身份反映事情，请在前面写“市民”，例如：市民 我家楼下的路灯不亮了。"


def glued(row: Spec, rest: str) -> str:
    """Reply to a body that follows its verb without a blank, which may be ordinary talk: nothing was done."""
    return f"没有执行。如果要{row.verb}，请在“{row.verb}”后面写编号，或留一个空格：\n{row.verb} {cut(rest, SHORT)}"


def too_much(row: Spec, rest: str) -> str:
    """Reply to words after a command that takes none."""
    return f"没有执行：看不懂后面的“{cut(rest, SHORT)}”。这个命令请这样写：\n{row.form}\n例如：{example(row)}"


def missing(row: Spec, argument: Argument) -> str:
    """Reply to an argument that is missing or of another kind."""
    what = {Slot.DAYS: "天数（工作日，例如 3天）"}.get(argument.slot, argument.shown)
    return f"没有执行：还缺{what}。请这样写：\n{row.form}\n例如：{example(row)}"


def is_an_item(row: Spec, item: str, right: Spec) -> str:
    """Reply to a ticket's command with the number of a 整改."""
    return f"没有执行：{item} 是整改编号，不是工单，不能{row.verb}。您是不是想发：\n{example(right).replace(EXAMPLE_ITEM, item)}"


def no_such_help(words: str) -> str:
    """Reply to 帮助 with something that is no command."""
    return f"没有“{cut(words, SHORT)}”这个命令。全部命令请回「帮助」。"


def no_such_period(verb: str, words: str) -> str:
    """Reply to 统计 or 排行 of something that is no period."""
    return f"“{cut(words, SHORT)}”看不出是哪段时间，可以写 本月、上月、本季度、今年，或者 2026-10，例如：{verb} 上月"


def about(ticket: Ticket, refusal: str) -> str:
    """A refusal that says which ticket it is about, for a command that left the number out."""
    rest = next((refusal.removeprefix(this) for this in ("这件事", "这件") if refusal.startswith(this)), f"：{refusal}")
    return f"{ticket.number}「{brief(ticket.title)}」{rest}"


def unknown(number: str | None) -> str:
    """Reply to words that resemble no command."""
    if number:
        return f"没有执行：请在编号前写要做什么，例如：\n查看 {number}\n全部命令请回「帮助」。"
    return f"这不是办件命令，什么都没有改动。全部命令请回「帮助」。\n{CITIZEN_TOO}"


def did_you_mean(typed: str, row: Spec, fix: str) -> str:
    """Reply to a typing mistake: the right command, ready to send."""
    right = fix if fix and len(fix) <= 60 else row.form
    return f"没有“{typed}”这个命令，什么都没有改动。您是不是想发：\n{right}"


def help_all(rows: Sequence[Spec]) -> str:
    """The commands of these rows by heading, short enough for one message; 帮助 with a verb tells more."""
    lines = ["办件命令（[ ] 里的可以不写）"]
    for group in Group:
        forms = [row.form for row in rows if row.group is group]
        if forms:
            lines.append(f"【{group.value}】" + "；".join(forms))
    lines.append("不知道怎么写？发「帮助 答复」，就讲这一个。")
    lines.append("查看过一件之后，编号可以不写。照片直接发来，会附在下一次现场、答复或备注里。")
    lines.append(CITIZEN_TOO)
    return "\n".join(lines)


def help_one(row: Spec) -> str:
    """One command in full."""
    lines = [row.form, row.help, f"例如：{example(row)}"]
    if row.synonyms:
        lines.append("也可以说：" + "、".join(row.synonyms))
    if row.asks is not Asks.NEVER:
        lines.append(ASKS[row.asks])
    return "\n".join(lines)


ASKS = {
    Asks.NEVER: "马上执行，五分钟内可以撤销",
    Asks.ALWAYS: "做了不能撤销，会先请您确认",
    Asks.ALWAYS_UNDOABLE: "会先请您确认；五分钟内可以撤销，有人附议的除外",
    Asks.OUT_OF_COUNTY: "转出本县（区）不能撤销，会先请您确认；县（区）内五分钟内可以撤销",
}

NO_CONTEXT = "是哪一件？请写上编号，例如：受理 26000428；或先「查看」一件，之后就可以不写编号。"
NOTHING_TO_CONFIRM = "现在没有等您确认的命令（确认 10 分钟内有效）。请把原来的命令再发一次。"
NOTHING_HELD = "没有等您照发的答复。先发「答复 编号 正文」。"
SAY_WHY = "这条答复有几处可以更好。改好后重新发一遍；确实要原样发，请回「照发 原因」。"
NOTHING_TO_CANCEL = "现在没有要取消的。已经执行的命令，五分钟内可以回「撤销」。"
NOTHING_TO_UNDO = "没有可以撤销的：只能在五分钟内撤销自己的上一条命令，确认过的不能撤销（合并除外）。"
HOW_TO_CONFIRM = "回「确认」执行，回「取消」不办，10 分钟内有效。"
CAN_UNDO = "弄错了？五分钟内回「撤销」。"
CANCELLED = "好，没有执行，什么都没有改动。"
PUT_IN_WORDS = "收到。位置和链接不能直接放进工单，请用文字写在「现场」或「备注」里。"
CITIZENS_MENU = "菜单是给市民用的。想以市民身份使用，请点下面一条；办件请直接发命令。"
NOT_STAFF = "这是工作人员的命令。工作人员请先发「绑定 绑定码」登记身份。"


def mistyped(number: str) -> str:
    """Reply to a number whose check digit or length is wrong."""
    return f"没有执行：编号 {number} 打错了（位数或校验位不对），请对照工单再写一次。"


def keeps_away(number: str, unit: str) -> str:
    """Reply when the unit must keep away from the ticket."""
    return f"{number} 反映的是{unit}或它的上级本身，按回避规定不能交给它，也不能并到它那里。请换一个单位，例如纪检监察机关或它的上级。"


def no_such_ticket(number: str) -> str:
    """Reply to a well-formed number without a ticket."""
    return f"没有执行：没有编号 {number} 的工单，请对照工单再写一次。"


def no_such_unit(words: str, near: Sequence[str]) -> str:
    """Reply to a name that no unit has, with the nearest."""
    if not near:
        return f"没有执行：找不到“{cut(words, SHORT)}”这个单位，请写单位的全称。"
    return f"没有执行：找不到“{cut(words, SHORT)}”这个单位。您是不是指：" + "、".join(near) + "？"


def no_such_category(words: str, near: Sequence[str]) -> str:
    """Reply to a name that no category has, with the nearest, or all."""
    return f"没有执行：没有“{cut(words, SHORT)}”这个类别。可以是：" + "、".join(near)


def piece_kept(count: int) -> str:
    """A file came in."""
    return f"收到，共 {count} 个文件。下一条「现场」「答复」或「备注」会一起附上；不要了请回「取消」。"


def too_many_pieces(most: int) -> str:
    """More files than one command takes."""
    return f"这个没有收：一次最多附 {most} 个文件。请先发「现场 说明」把前面的附上。"


def pictures_dropped(count: int) -> str:
    """取消 with files waiting."""
    return f"好，刚才的 {count} 个文件不附了。"


def case(ticket: Ticket) -> str:
    """The ticket by number and title."""
    return f"{ticket.number}「{brief(mask(ticket.title))}」"


def rating(ticket: Ticket) -> str:
    """What follows from the citizen's grade after 办结."""
    if ticket.rating is None:
        return "接下来请市民评价。"
    return f"市民已经评了「{GRADES[ticket.rating]}」。"


def files(attachments: Sequence[Attachment]) -> str:
    """How many files went along."""
    return f"（附 {len(attachments)} 个文件）" if attachments else ""


def people(named: Sequence[Staff], directory: Directory) -> str:
    """Colleagues by unit and name."""
    return "、".join(f"{directory.name(one.unit_id)}{one.name}" for one in named[:3])


def line(title: str, words: str) -> str:
    """A line of a question; "" without words."""
    return f"\n{title}：{words}" if words else ""


def another_waits(which: str, words: str) -> str:
    """Reply to 确认 or 取消 of something that does not wait."""
    return f"{which} 没有在等您确认。现在等着的是「{shortened(words)}」，什么都没有改动。要办它，点一下："


def which_number(named: str, ticket: Ticket) -> str:
    """Reply when the number was left out and the words name another ticket."""
    return f"您没写编号，话里又提到 {named}。是办它，还是办刚才的{case(ticket)}？还没有执行，点一下，或把编号写在命令后面重发。"


def which_waits(words: str) -> str:
    """Reply to a bare 确认 that may not be meant for what waits."""
    return f"您确认的是「{shortened(words)}」吗？还没有执行，点一下："


def last_was(verb: str, ticket: Ticket) -> str:
    """Reply to 撤销 of a step that is not the last."""
    return f"最近一步是「{verb}」{case(ticket)}只有它还能撤销，更早的不能了。要撤销它，点一下："


def shortened(words: str) -> str:
    """A command as it is quoted back."""
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


LONGEST_QUOTE = 40
"""Characters of a waiting command that are quoted."""


def undone(what: Happening, verb: str, ticket: Ticket, directory: Directory) -> str:
    """Reply to 撤销: what was taken back, and where the ticket stands. A reply that was read cannot be unread."""
    told_already = "市民可能已经看到，请尽快把正确的发给他。" if isinstance(what, work.Replied | work.Asked) else ""
    return f"已撤销刚才的「{verb}」。{case(ticket)}现在在{directory.name(ticket.unit_id)}。{told_already}"


def to_mend(hints: tuple[str, ...], form: str) -> str:
    """What the review found, and the two ways to go on."""
    lines = "\n".join(f"{number}. {hint}" for number, hint in enumerate(hints, 1))
    return f"还没发给市民，先看一眼：\n{lines}\n改好后重新发「{form}」；确实要原样发，回「照发 原因」，10 分钟内有效。"


VOW_SHOWN = 24
"""Characters of a promise in a list."""


def watched(new: Sequence[Commitment], now: datetime) -> str:
    """The commitments in a reply that will be watched."""
    if not new:
        return ""
    items = "；".join(f"{cut(vow.text, VOW_SHOWN)}（{moment(vow.by, now)} 前）" for vow in new)
    return f"已记下 {len(new)} 项承诺：{items}。到期前会提醒，办好请回「兑现」。"


LIFTED = "（本单位没有别的同事，上级也联系不上，这一轮仍由您答复，已记入备注。）"
