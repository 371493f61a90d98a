"""Every word an official reads in answer to a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handlers.directory.directory import Directory, Role, Staff
from handlers.official.commands.row import Argument, Asks, Group, Slot, Spec
from handlers.official.spec import example
from handlers.tickets import events, steps, verdicts
from handlers.tickets.events import Absorbed
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import What
from handlers.tickets.ticket import Ticket, Vow
from handlers.tickets.wording import GRADES, WEEKDAYS, brief, clause, cut, moment, short
from handlers.tracking.checkpoints import COLOURS
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
    """A body that follows its verb without a blank may be ordinary talk; nothing was done."""
    return f"没有执行。如果要{row.verb}，请在“{row.verb}”后面写编号，或留一个空格：\n{row.verb} {cut(rest, SHORT)}"


def too_much(row: Spec, rest: str) -> str:
    """Words after a command that takes no more of them."""
    return f"没有执行：看不懂后面的“{cut(rest, SHORT)}”。这个命令请这样写：\n{row.form}\n例如：{example(row)}"


def missing(row: Spec, argument: Argument) -> str:
    """An argument is not there, or is not what it should be."""
    what = {Slot.DAYS: "天数（工作日，例如 3天）"}.get(argument.slot, argument.shown)
    return f"没有执行：还缺{what}。请这样写：\n{row.form}\n例如：{example(row)}"


def is_an_item(row: Spec, item: str, right: Spec) -> str:
    """A ticket's command with the number of a 整改."""
    return f"没有执行：{item} 是整改编号，不是工单，不能{row.verb}。您是不是想发：\n{example(right).replace(EXAMPLE_ITEM, item)}"


def no_such_help(words: str) -> str:
    """帮助 with something that is no command."""
    return f"没有“{cut(words, SHORT)}”这个命令。全部命令请回「帮助」。"


def no_such_period(verb: str, words: str) -> str:
    """统计 or 排行 of something that is no period."""
    return f"“{cut(words, SHORT)}”看不出是哪段时间，可以写 本月、上月、本季度、今年，或者 2026-10，例如：{verb} 上月"


def about(ticket: Ticket, refusal: str) -> str:
    """A refusal that says which ticket it is about, for a command that left the number out."""
    rest = next((refusal.removeprefix(this) for this in ("这件事", "这件") if refusal.startswith(this)), f"：{refusal}")
    return f"{ticket.number}「{brief(ticket.title)}」{rest}"


def unknown(number: str | None) -> str:
    """Words that resemble no command."""
    if number:
        return f"没有执行：请在编号前写要做什么，例如：\n查看 {number}\n全部命令请回「帮助」。"
    return f"这不是办件命令，什么都没有改动。全部命令请回「帮助」。\n{CITIZEN_TOO}"


def did_you_mean(typed: str, row: Spec, fix: str) -> str:
    """A slip of the pen: the right command, ready to send."""
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
BAD_CODE = "这个绑定码不能用：可能写错了、用过了或过期了。请核对后再发，或请管理员再给一个。"
UNBOUND = "已解绑。这个账号以后按普通市民接待；再要办件，请向管理员要新的绑定码。"
ASK_UNBIND = "解绑后，这个账号不能再办件，也收不到工单提醒；再绑定要用新的绑定码。"


def bound_already(unit: str) -> str:
    """绑定 by somebody who is bound."""
    return f"您已经绑定在{unit}。换单位请先「解绑」，再用新的绑定码绑定。"


def welcome(staff: Staff, unit: str) -> str:
    """The first words after 绑定."""
    return f"{staff.name}，您好。已绑定：{unit} · {ROLES[staff.role]}。\n发「待办」看桌上的工单，发「帮助」看全部命令。"


def mistyped(number: str) -> str:
    """A number whose check digit or length is wrong."""
    return f"没有执行：编号 {number} 打错了（位数或校验位不对），请对照工单再写一次。"


def keeps_away(number: str, unit: str) -> str:
    """A unit that the ticket accuses, or one below it, cannot have it."""
    return f"{number} 反映的是{unit}或它的上级本身，按回避规定不能交给它，也不能并到它那里。请换一个单位，例如纪检监察机关或它的上级。"


def no_such_ticket(number: str) -> str:
    """A well-formed number that nobody was given."""
    return f"没有执行：没有编号 {number} 的工单，请对照工单再写一次。"


def no_such_unit(words: str, near: Sequence[str]) -> str:
    """A unit's name that is in no directory, with the nearest."""
    if not near:
        return f"没有执行：找不到“{cut(words, SHORT)}”这个单位，请写单位的全称。"
    return f"没有执行：找不到“{cut(words, SHORT)}”这个单位。您是不是指：" + "、".join(near) + "？"


def no_such_category(words: str, near: Sequence[str]) -> str:
    """A category that is none, with the nearest, or all."""
    return f"没有执行：没有“{cut(words, SHORT)}”这个类别。可以是：" + "、".join(near)


def same_category(category: str) -> str:
    """改类 to what it is already."""
    return f"没有改动：这件本来就是「{category}」。"


def last_page(pages: int) -> str:
    """更多 after the last page."""
    return f"后面没有了，一共 {pages} 页。回「待办」从头看。"


def piece_kept(count: int) -> str:
    """A file came in."""
    return f"收到，共 {count} 个文件。下一条「现场」「答复」或「备注」会一起附上；不要了请回「取消」。"


def too_many_pieces(most: int) -> str:
    """More files than one command takes."""
    return f"这个没有收：一次最多附 {most} 个文件。请先发「现场 说明」把前面的附上。"


def pictures_dropped(count: int) -> str:
    """取消 with files waiting."""
    return f"好，刚才的 {count} 个文件不附了。"


def _case(ticket: Ticket) -> str:
    return f"{ticket.number}「{brief(mask(ticket.title))}」"


def _line(title: str, words: str) -> str:
    return f"\n{title}：{words}" if words else ""


def _rating(ticket: Ticket) -> str:
    if ticket.rating is None:
        return "接下来请市民评价。"
    return f"市民已经评了「{GRADES[ticket.rating]}」。"


def _answer_by(ticket: Ticket, now: datetime) -> str:
    if now > ticket.promise.reply_by:
        return f"答复期限{moment(ticket.promise.reply_by, now)} 已过，请尽快答复市民。"
    return f"请在{moment(ticket.promise.reply_by, now)} 前答复市民。"


Name = Callable[[str], str]

_ASK: dict[What, Callable[[Any, Ticket, Name], str]] = {
    events.Closed: lambda what, ticket, _: f"要办结 {_case(ticket)}吗？{_line('正文', what.text)}\n{_rating(ticket)}",
    events.Refusal: lambda what, ticket, _: (
        f"要对 {_case(ticket)}不予受理吗？\n原因：{what.reason}\n"
        + (f"去处：{what.instead}" if what.instead else "还没有写去处，最好补上，例如在后面加：去处：哪里可以办")
    ),
    steps.Ruled: lambda what, ticket, name: (
        f"要裁定 {_case(ticket)}归{name(what.unit_id)}办吗？{_line('理由', what.reason)}\n裁定后不能再退回。"
    ),
    verdicts.Decided: lambda what, ticket, name: (
        f"要{'维持' if what.stands else '剔除'} {_case(ticket)}的评价吗？{_line('理由', what.reason)}\n理由市民看得到。"
    ),
    steps.Uncarded: lambda what, ticket, name: (
        f"要撤下 {_case(ticket)}的{COLOURS[what.colour]}吗？{_line('原因', what.reason)}\n原因市民看得到。"
    ),
    events.Transferred: lambda what, ticket, name: (
        f"要把 {_case(ticket)}转出本县（区），交给{name(what.unit_id)}吗？{_line('原因', what.reason)}"
    ),
}


def ask_first(ticket: Ticket, what: events.Happening, directory: Directory) -> str:
    """The question before something that cannot be undone."""
    return f"{_ASK[type(what)](what, ticket, directory.name)}\n执行后不能撤销。"


_DONE: dict[What, Callable[[Any, Ticket, Name, datetime], str]] = {
    events.Accepted: lambda what, ticket, name, now: f"已受理 {_case(ticket)}，{_answer_by(ticket, now)}",
    events.Asked: lambda what, ticket, name, now: f"已请市民补充 {_case(ticket)}，等回话期间时钟停走。",
    events.OnSite: lambda what, ticket, name, now: f"已记下 {_case(ticket)}的现场情况{_files(what)}，市民看得到。",
    events.Extended: lambda what, ticket, name, now: (
        f"{_case(ticket)}已延期 {what.days} 个工作日，新的期限是{moment(what.reply_by, now)}。原因市民看得到。"
    ),
    events.Replied: lambda what, ticket, name, now: f"已答复 {_case(ticket)}{_files(what)}，市民马上会看到。",
    events.Closed: lambda what, ticket, name, now: f"已办结 {_case(ticket)}。{_rating(ticket)}",
    events.Returned: lambda what, ticket, name, now: f"已退回 {_case(ticket)}，由{name(what.unit_id)}重新分派。",
    events.Noted: lambda what, ticket, name, now: f"已给 {_case(ticket)}加了备注{_files(what)}，市民看不到。",
    events.Reclassified: lambda what, ticket, name, now: (
        f"已把 {_case(ticket)}的类别改为「{what.category}」，承办单位和期限不变。不归本单位办的，请再退回或转办。"
    ),
    events.CoHandled: lambda what, ticket, name, now: f"已请{name(what.unit_id)}协办 {_case(ticket)}，主办单位不变。",
    events.Transferred: lambda what, ticket, name, now: f"已把 {_case(ticket)}转给{name(what.unit_id)}。",
    events.Refusal: lambda what, ticket, name, now: f"{_case(ticket)}已不予受理，原因和去处会告诉市民。",
    events.Merged: lambda what, ticket, name, now: f"已把 {_case(ticket)}并入 {what.into}。",
    steps.Stated: lambda what, ticket, name, now: (
        f"已回应 {_case(ticket)}的催办，市民看得到：{moment(what.by, now)} 前。"
    ),
    steps.VowKept: lambda what, ticket, name, now: (
        f"已记下兑现 {_case(ticket)}的第{what.vow}项，市民看得到。{_left(ticket)}"
    ),
    steps.CalledBack: lambda what, ticket, name, now: f"已记下对 {_case(ticket)}的回访。",
    steps.Ruled: lambda what, ticket, name, now: f"已裁定 {_case(ticket)}归{name(what.unit_id)}办，不能再退回。",
    steps.Uncarded: lambda what, ticket, name, now: f"已撤下 {_case(ticket)}的{COLOURS[what.colour]}，原因市民看得到。",
    verdicts.Appealed: lambda what, ticket, name, now: f"已对 {_case(ticket)}的评价提出申诉，等督办员评议。",
    verdicts.Decided: lambda what, ticket, name, now: (
        f"已评议 {_case(ticket)}：评价{'维持，照样计入' if what.stands else '剔除，不计入排行'}，理由会告诉市民和单位。"
    ),
    events.Supervised: lambda what, ticket, name, now: f"已督办 {_case(ticket)}，意见会推送给{name(ticket.unit_id)}。",
}


def done(what: events.Happening, ticket: Ticket, directory: Directory, now: datetime) -> str:
    """What came of a command; `ticket` as it is now."""
    return _DONE[type(what)](what, ticket, directory.name, now)


def another_waits(which: str, words: str) -> str:
    """确认 or 取消 of something that does not wait."""
    return f"{which} 没有在等您确认。现在等着的是「{shortened(words)}」，什么都没有改动。要办它，点一下："


def which_number(named: str, ticket: Ticket) -> str:
    """The number was left out, and the words name another ticket."""
    return f"您没写编号，话里又提到 {named}。是办它，还是办刚才的{_case(ticket)}？还没有执行，点一下，或把编号写在命令后面重发。"


def which_waits(words: str) -> str:
    """A bare 确认 that may not be meant for what waits."""
    return f"您确认的是「{shortened(words)}」吗？还没有执行，点一下："


def last_was(verb: str, ticket: Ticket) -> str:
    """撤销 of a step that is not the last."""
    return f"最近一步是「{verb}」{_case(ticket)}只有它还能撤销，更早的不能了。要撤销它，点一下："


def shortened(words: str) -> str:
    """A command as it is quoted back."""
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


LONGEST_QUOTE = 40
"""Characters of a waiting command that are quoted."""


def undone(what: events.Happening, verb: str, ticket: Ticket, directory: Directory) -> str:
    """What was taken back, and where the ticket stands now; a reply that was read cannot be unread."""
    told_already = "市民可能已经看到，请尽快把正确的发给他。" if isinstance(what, events.Replied | events.Asked) else ""
    return f"已撤销刚才的「{verb}」。{_case(ticket)}现在在{directory.name(ticket.unit_id)}。{told_already}"


def _left(ticket: Ticket) -> str:
    left = sum(vow.kept_at is None for vow in ticket.vows)
    return f"还有 {left} 项待兑现。" if left else ""


def _files(what: Any) -> str:
    return f"（附 {len(what.attachments)} 个文件）" if what.attachments else ""


def to_mend(hints: tuple[str, ...], form: str) -> str:
    """What the review found, and the two ways on."""
    lines = "\n".join(f"{number}. {hint}" for number, hint in enumerate(hints, 1))
    return f"还没发给市民，先看一眼：\n{lines}\n改好后重新发「{form}」；确实要原样发，回「照发 原因」，10 分钟内有效。"


VOW_SHOWN = 24
"""Characters of a promise in a list."""

NO_DAY = "没有执行：回应要写明日期，市民才知道等到哪天。例如：周五前更换、11月28日前到场、3天内修好。"
NOT_URGED = "没有执行：市民没有催办过这件，不用回应。想告诉市民进展，请发「现场」或「答复」。"
NO_VOWS = "没有执行：这件的答复里没有答应过哪天前办什么，不用兑现。"
ALL_KEPT = "没有执行：答应过的都已经兑现了。"
NOTHING_TO_RULE = "没有执行：这件没有等着裁定，请直接转办。"
NOT_THE_DISPATCHER = "没有执行：裁定要定一个承办单位，不能再放回派单台。"
DISPATCHER_RULES = "没有执行：没有能联系上的督办员，这件由派单台裁定。"
NO_CARD = "没有执行：这件现在没有牌。"
WHICH_CARD = "黄牌和红牌都在，要撤哪一张？"
NO_SUCH_CARD = "没有执行：这件没有这张牌，或已经撤下了。"


RETURNED_TO_ITSELF = "这件事退回也还是到这里，请直接受理或转办。"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def day_past(day: date, today: date) -> str:
    """The day named has passed."""
    return f"没有执行：{_day(day)}已经过了，今天是{_day(today)}。请写一个往后的日期。"


def too_late(latest: datetime, reply_by: datetime, now: datetime) -> str:
    """The day named comes after what the next step needs."""
    why = "答复期限" if reply_by > now else "已经逾期，最迟"
    return f"没有执行：日期太晚了，{why}是{moment(latest, now)}。请写这之前的日期；确实来不及，请用「延期」。"


def ruled_already(at: datetime, by: str, unit: str, reason: str) -> str:
    """退回 after a ruling."""
    return f"没有退回：{short(at)} {by}已裁定归{unit}办（{clause(reason)}），不能再退回。有异议请找裁定的上级。"


def not_the_arbiter(arbiters: Sequence[Staff], directory: Directory) -> str:
    """裁定 by somebody else; who it is for."""
    return f"没有执行：这件由{_named(arbiters, directory)}裁定。"


def which_vow(waiting: Iterable[tuple[int, Vow]]) -> str:
    """Several promises are open."""
    lines = "\n".join(f"第{place}项：{cut(vow.text, VOW_SHOWN)}（{short(vow.by)}）" for place, vow in waiting)
    return f"兑现的是哪一项？\n{lines}"


def no_such_vow(count: int) -> str:
    """A place beyond the last."""
    return f"没有执行：一共 {count} 项，请写第1项到第{count}项。"


def kept_already(place: int) -> str:
    """A promise that was kept before."""
    return f"没有执行：第{place}项已经兑现过了。"


def watched(new: Sequence[Vow], now: datetime) -> str:
    """Which promises of an answer will be watched."""
    if not new:
        return ""
    items = "；".join(f"{cut(vow.text, VOW_SHOWN)}（{moment(vow.by, now)} 前）" for vow in new)
    return f"已记下 {len(new)} 项承诺：{items}。到期前会提醒，办好请回「兑现」。"


def _named(people: Sequence[Staff], directory: Directory) -> str:
    return "、".join(f"{directory.name(one.unit_id)}{one.name}" for one in people[:3])


def another_pair_of_eyes(colleagues: Sequence[Staff], directory: Directory) -> str:
    """重办 answered by whoever answered before."""
    return f"还没答复：上一轮是您答复的，重办要换一个人看。请{_named(colleagues, directory)}来答复。"


def for_a_superior(superiors: Sequence[Staff], directory: Directory) -> str:
    """The same, where the unit has nobody else."""
    return f"还没答复：上一轮是您答复的，本单位没有别的同事，请上级{_named(superiors, directory)}来答复。"


def alone_again(name: str) -> str:
    """For the log: nobody else could answer."""
    return f"重办仍由{name}答复：本单位没有别的同事，上级也没有能联系上的人。"


LIFTED = "（本单位没有别的同事，上级也联系不上，这一轮仍由您答复，已记入备注。）"


def call_back_first(number: str) -> str:
    """重办 answered before the citizen was spoken with."""
    return f"还没答复：重办要先回访市民，问清哪里没解决：回访 {number} 说明"


NO_SPAN = "没有执行：请写明从哪天到哪天，例如：请假 12月1日到12月5日 代理 小李；请假 3天；请假 到周五。"
SPAN_OVER = "没有执行：这段时间已经过去了，或者结束在开始之前，请重新写。"
TOO_LONG = "没有执行：一次最多请半年的假。更久的请管理员调整人员。"
WHICH_DEPUTY = "没有执行：还缺代理人的姓名，例如：请假 3天 代理 小李。"
NOT_AWAY = "您现在没有请假。"
BACK = "欢迎回来，请假已经结束，工单和提醒照常发给您。"


def on_leave(begins: datetime, ends: datetime, deputy: Staff | None, others: bool, now: datetime) -> str:
    """请假 done."""
    since = "现在" if begins <= now else moment(begins, now)
    until = moment(ends - timedelta(minutes=1), now)
    if deputy is not None:
        who = f"这期间的推送发给{deputy.name}，{deputy.name}也能办您权限内的事（记为“{deputy.name}（代您）”）。"
    elif others:
        who = "没有指定代理：您的岗位没有别人在时，推送同时发给本单位其他同事和您。"
    else:
        who = "没有指定代理，本单位也没有别的同事，推送仍然发给您。"
    return f"已请假：{since}到{until}。{who}提前回来请回「销假」。"


def no_such_colleague(name: str, colleagues: Sequence[Staff]) -> str:
    """A deputy whom the unit does not have."""
    known = "、".join(one.name for one in colleagues[:5])
    return f"没有执行：本单位没有已绑定的“{cut(name, 12)}”。" + (f"可以是：{known}。" if known else "")


def which_colleague(name: str, found: Sequence[Staff]) -> str:
    """Several colleagues are called like that."""
    return f"叫“{cut(name, 12)}”的有 {len(found)} 位：{'、'.join(one.name for one in found)}。请写全名。"


def deputy_away(name: str) -> str:
    """A deputy who is away."""
    return f"没有执行：{name}也在请假，请换一位代理。"


NOT_SAME_PERSON = "没有合并：两件不是同一位市民提交的。不同市民的同一件事，请分别办理、分别答复。"


def into_ended(number: str) -> str:
    """合并 into a ticket whose journey is over."""
    return f"没有合并：{number} 已经了结，请并到还在办的一件。"


def into_merged(into: Ticket) -> str:
    """合并 into a ticket that was merged itself."""
    return f"没有合并：{into.number} 已经了结，并到了 {into.merged_into}。请并到 {into.merged_into}。"


def into_answered(number: str) -> str:
    """合并 into a ticket that has its answer."""
    return f"没有合并：{number} 已经答复，并进去就没有人再答复了。请分别答复；{number} 要重办的，等重办以后再合并。"


def into_waiting(number: str, into: str) -> str:
    """合并 of a running ticket into one whose clock stands still."""
    return f"没有合并：{into} 正在等市民补充，时钟停着，并进去 {number} 也跟着停了。请反过来：合并 {into} {number}"


def ask(ticket: Ticket, before: Ticket, change: Change, desks: Sequence[str], now: datetime) -> str:
    """The question before a merger: what goes on, what it takes over, who is told. `desks`: that of the survivor first."""
    into, what = change.ticket, change.event.what
    assert isinstance(what, Absorbed)
    lines = [
        f"要把 {ticket.number}「{brief(ticket.title)}」并入 {into.number} 吗？以后只办 {into.number}。",
        f"{into.number}「{brief(into.title)}」在{desks[0]}。",
        _urgency(ticket, before),
        _date(before, into, now),
        _taken(ticket, what),
        f"市民再用 {ticket.number} 补充、催办、评价，都算在 {into.number} 上。",
    ]
    crowd = ticket.crowd
    if crowd:
        lines.append(f"附议 {ticket.number} 的 {crowd} 人改为附议 {into.number}。")
    above = "、督办员" if into.urgent else ""
    lines.append(f"会告诉：市民、{'、'.join(desks)}{above}。")
    lines.append("有人附议，执行后不能撤销。" if crowd else "执行后 5 分钟内可以撤销，两件都恢复原样。")
    return "\n".join(line for line in lines if line)


def _urgency(ticket: Ticket, before: Ticket) -> str:
    if not ticket.urgent or before.urgent:
        return ""
    return f"{ticket.number} 是紧急件，{before.number} 跟着变为紧急件。"


def _date(before: Ticket, into: Ticket, now: datetime) -> str:
    if into.promise.reply_by == before.promise.reply_by:
        return f"期限不变：{moment(into.promise.reply_by, now)} 前答复。"
    was = moment(before.promise.reply_by, now)
    return f"期限取早的一个：{moment(into.promise.reply_by, now)} 前答复（原来{was}）。"


def _taken(ticket: Ticket, what: Absorbed) -> str:
    parts = ["市民的话"]
    if what.place is not None:
        parts.append(f"地点（{what.place.text or what.place.area}）")
    if what.attachments:
        parts.append(f"{len(what.attachments)} 个附件")
    return f"从 {ticket.number} 转过去：{'、'.join(parts)}。"
