"""The officials' handbook page, printed from the tables: `docs/officials.md`."""

from __future__ import annotations

from handlers.official import permissions
from handlers.official.spec import SPEC, Asks, Group, Slot, Spec, example
from handlers.official.wording import ASKS, ROLES
from handlers.units import Role

_INTRO = """# 工作人员命令手册

本页由程序从命令表生成（`handlers/official/spec.py`、`permissions.py`），请不要手改。

## 怎么用

- 先向管理员要一次性绑定码，发「绑定 绑定码」。之后在聊天里直接发命令。
- 编号、数字、标点用全角半角都行，空格可有可无；命令在前或编号在前都行：`受理 {number}`、`{number}受理`。
- 「查看」过一件之后，或刚办过一件之后，编号可以不写。不写编号时，命令和后面的话之间请留一个空格或冒号。
- 正文可以分行，原样发给市民。
- 打错命令不会改动任何东西，会告诉您最接近的正确写法。
- 照片、语音、视频直接发来，会附在下一条「现场」「答复」或「备注」里；不要了回「取消」。
- 标着“先确认”的命令要再回一次「确认」才执行，10 分钟内有效；其余命令五分钟内可以「撤销」。
- 想以市民身份反映事情，在前面写“市民”：`市民 我家楼下的路灯不亮了`。
"""

_RELATIONS = {
    permissions.Relation.OWN: "本",
    permissions.Relation.BELOW: "下",
    permissions.Relation.CO: "协",
    permissions.Relation.ELSEWHERE: "他",
}


def manual() -> str:
    """The page in Markdown: every command with its form, meaning, example, synonyms, and who may give it where."""
    parts = [_INTRO.format(number=example(_row_of("受理")).split()[1]), "## 命令一览\n"]
    for group in Group:
        parts.append(f"### {group.value}\n")
        parts += [_section(row) for row in SPEC if row.group is group]
    parts.append(_permissions())
    return "\n".join(parts).rstrip() + "\n"


def _row_of(verb: str) -> Spec:
    return next(row for row in SPEC if row.verb == verb)


def _section(row: Spec) -> str:
    lines = [f"#### {row.verb}\n", f"`{row.form}`\n", f"{row.help}。\n", f"- 例：`{example(row)}`"]
    if row.synonyms:
        lines.append("- 也可以说：" + "、".join(row.synonyms))
    if any(argument.slot is Slot.NUMBER for argument in row.arguments) or row.asks is not Asks.NEVER:
        lines.append(f"- {_asks(row)}")
    lines.append(f"- 依据：{row.source}\n")
    return "\n".join(lines)


def _asks(row: Spec) -> str:
    return "只看，不改动" if row.group is Group.LOOK else ASKS[row.asks]


def _permissions() -> str:
    head = "| 命令 | " + " | ".join(ROLES[role] for role in permissions.ROLE_ORDER) + " |"
    rule = "|---" * (len(permissions.ROLE_ORDER) + 1) + "|"
    rows = [
        f"| {row.verb} | " + " | ".join(_where(role, row) for role in permissions.ROLE_ORDER) + " |"
        for row in SPEC
        if row.command not in permissions.FREE
    ]
    note = (
        "本＝本单位桌上的，下＝下属单位的，协＝本单位协办的，他＝其他单位的，—＝不能。"
        "承办人和领导只能转给下属单位。没有列出的命令人人可用。\n"
    )
    return "\n".join(("## 谁可以做什么\n", note, head, rule, *rows))


def _where(role: Role, row: Spec) -> str:
    allowed = permissions.MAY[role, row.command]
    return "".join(_RELATIONS[where] for where in permissions.Relation if where in allowed) or "—"
