"""Printer of the officials' handbook, `docs/officials.md`, from the table of commands."""

from __future__ import annotations

from handlers.directory.directory import Role
from handlers.official import permissions
from handlers.official.command import Asks, Group, Spec, example
from handlers.official.matrix import RELATIONS
from handlers.official.spec import SPEC
from handlers.official.wording import ASKS, ROLES

_INTRO = """# 工作人员手册

办件不用装软件，也不用记网址：在公众号的聊天窗口里发一句短命令就行。

## 五分钟学会

1. **绑定**。向管理员要一个一次性绑定码（七天内有效），在公众号里发 `绑定 K7M2-Q9XD`。回您姓名和单位，就绑好了。
2. **看**。有新工单会推送给您。随时发 `待办`，最急的排在最前面；发 `查看 {number}`，看市民的原话、地点和期限。
3. **受理**。发 `受理 {number}`。市民马上知道有人接手了。不归您单位办，发 `退回 {number} 原因`，由派单台另派。
4. **办**。到了现场，先把照片发来，再发 `现场 {number} 抢修人员已到`，照片会附在这一步里。缺情况，发 `询问 {number} 问题`；市民回话之前时钟停走。
5. **答复**。发 `答复 {number} 正文`。正文原样发给市民，写清四样：查明了什么、依据什么、怎么办的、下一步和电话。
   空话、答非所问、没有日期的承诺，发出前会请您再看一眼：改好重发，或者回 `照发 原因`。
6. **办结**。发 `办结 {number}`，回「确认」。系统请市民评价；市民说没解决，这件会重新回到您桌上，另给期限。

发错了，五分钟内回 `撤销`。忘了怎么写，发 `帮助`，或 `帮助 转办` 只看一个。

## 写命令

- 全角半角都行，空格可有可无。命令在前、编号在前都行：`受理 {number}`、`{number}受理`。
- 刚查看或办过一件之后，编号可以不写。这时命令和后面的话之间要留一个空格或冒号：`答复 您好，已修好。`
- 正文可以分行。一次最多附九个文件；不要附了，回 `取消`。
- 打错的命令什么都不会改动，会告诉您最接近的正确写法，点一下就能发。
- 收不回来的事（如办结）会先问一句，回 `确认` 才执行，十分钟内有效。`确认`、`取消`、`撤销` 后面可以写编号；
  写了别的编号，或者点了较早的按钮，什么都不改，会告诉您现在等着的是哪一件。
- 想以市民身份反映自己的事，前面写“市民”：`市民 我家楼下的路灯不亮了`。

## 期限怎么算

期限在市民提交时定下。紧急的、停水停电停气停暖的按小时算，其余按工作日算，节假日和调休都算得进去。
等市民补充的时间不算在内：按小时算的，停多久补多久；按工作日算的，停的时间里有多少上班时间补多少，精确到分，下班以后和节假日停的不补。
想知道某一件为什么是这一天，发 `为何 {number}`，会逐条说明。
"""

_TITLES = {
    Group.LOOK: "看：有哪些事，到哪一步",
    Group.WORK: "办：受理、现场、答复、办结",
    Group.DISPATCH: "派：交给谁办",
    Group.SUPERVISE: "督：督办和数字",
    Group.RECTIFY: "整改：很多人的同一件事，一次改好",
    Group.SELF: "其他",
}

_WHERE = """本＝在本单位桌上的，下＝在下属单位的，协＝请本单位协办的，辖＝派单台服务的范围里的（只有派单台的人），能＝不分哪件，—＝不能。
派单员、督办员、管理员只到得了本单位和下属单位；派单台管到它上级单位的整片。其他单位的，谁都不能动。
一件事反映的就是您的单位或上级（回避）：您看不到，也办不了，别人也不能转给您、请您协办。全表见 [permissions.md](permissions.md)。
承办人和领导只能转给自己的下属单位。没有列出的命令，人人可用。
市民话里的电话等个人信息，只有承办这件事的单位看得到，别人看到的是隐去的。
"""


def manual() -> str:
    """Returns the page in Markdown: first steps, every command, who may give it where, and the sources of the rules."""
    parts = [_INTRO.format(number=example(_row_of("受理")).split()[1]), "## 全部命令\n"]
    parts.append("方括号里的可以不写。每条命令也可以用后面列出的别的说法。\n")
    for group in Group:
        parts.append(f"### {_TITLES[group]}\n")
        parts += [_section(row) for row in SPEC if row.group is group]
    parts += [_permissions(), _sources()]
    return "\n".join(parts).rstrip() + "\n"


def _row_of(verb: str) -> Spec:
    return next(row for row in SPEC if row.verb == verb)


def _section(row: Spec) -> str:
    lines = [f"**`{row.form}`**　{row.help}。\n"]
    sample = example(row)
    if sample != row.form:
        lines.append(f"- 例：`{sample}`")
    if row.about_ticket and row.group is not Group.LOOK:
        lines.append(f"- {ASKS[row.asks]}。")
    elif row.asks is not Asks.NEVER:
        lines.append("- 会先请您确认。")
    if row.synonyms:
        lines.append("- 也可以说：" + "、".join(row.synonyms))
    return "\n".join([*lines, ""]) if len(lines) > 1 else lines[0]


def _permissions() -> str:
    head = "| 命令 | " + " | ".join(ROLES[role] for role in permissions.ROLE_ORDER) + " |"
    rule = "|---" * (len(permissions.ROLE_ORDER) + 1) + "|"
    rows = [
        f"| {row.verb} | " + " | ".join(_where(role, row) for role in permissions.ROLE_ORDER) + " |"
        for row in SPEC
        if row.verb not in permissions.FREE
    ]
    return "\n".join(("## 谁可以做什么\n", _WHERE, head, rule, *rows, ""))


def _where(role: Role, row: Spec) -> str:
    if row.verb in permissions.OVERVIEW:
        return "能" if role in permissions.OVERVIEW[row.verb] else "—"
    allowed = permissions.MAY[role, row.verb]
    return "".join(RELATIONS[where][0] for where in permissions.Relation if where in allowed) or "—"


def _sources() -> str:
    """Returns what each command follows, each source once."""
    verbs: dict[str, list[str]] = {}
    for row in SPEC:
        verbs.setdefault(row.source, []).append(row.verb)
    lines = [f"- {'、'.join(names)}：{source}。" for source, names in verbs.items()]
    return "\n".join(("## 依据\n", *lines))
