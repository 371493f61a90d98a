"""Texts of the pages themselves. What is said of a ticket comes from its tracking view."""

from __future__ import annotations

from msgspec import Struct

from handlers.messages import MediaKind, PageVerb
from handlers.tracking import returns_and_promises

SERVICE = "民声速递"
MOTTO = "说一句就办，到哪一步都看得见"


class Sheet(Struct, frozen=True):
    """Texts around one button's form."""

    title: str
    hint: str
    label: str
    placeholder: str
    send: str
    most: int
    """Characters that may be typed."""

    must: bool = False
    """Whether some have to be typed."""


SHEETS: dict[PageVerb, Sheet] = {
    PageVerb.SUPPLEMENT: Sheet(
        "补充情况",
        "写下来就会附到这件事上，承办单位马上看得到。照片、语音请在公众号里发。",
        "要补充的内容",
        "比如：今天又坏了一盏，在 8 号门口",
        "提交补充",
        1000,
        must=True,
    ),
    PageVerb.URGE: Sheet(
        "催一催",
        "承办单位马上会收到。一件事一天可以催一次。",
        "想说的话（可以不写）",
        "比如：老人晚上不敢出门，请尽快",
        "催办",
        200,
    ),
    PageVerb.RATE: Sheet(
        "办得怎么样",
        "您的评价直接算进承办单位的成绩。",
        "想说的话（可以不写）",
        "哪里好，哪里没办好",
        "提交评价",
        300,
    ),
    PageVerb.WITHDRAW: Sheet(
        "撤回这件事",
        "撤回后就不再办了，也不能恢复；想再办要重新报。",
        "为什么撤回（可以不写）",
        "比如：已经自己解决了",
        "确认撤回",
        200,
    ),
}
ANSWER = Sheet(
    "回答问题",
    "回答之后，承办单位接着办，答复时间重新计算。照片、语音请在公众号里发。",
    "您的回答",
    "想到什么写什么就行",
    "提交回答",
    1000,
    must=True,
)
"""补充 when the unit has asked something."""


class OpinionGroup(Struct, frozen=True):
    """A choice beside the grade: the field's name, the question, the words to choose from."""

    name: str
    ask: str
    words: tuple[str, ...]


OPINIONS: tuple[OpinionGroup, ...] = (
    OpinionGroup("solved", "问题解决了吗", ("解决了", "没解决")),
    OpinionGroup("to_point", "答复说到点子上了吗", ("说到点上了", "没说到点上")),
    OpinionGroup("attitude", "办事的人态度怎么样", ("态度好", "态度一般", "态度不好")),
)
"""The words are those that the rules know (`handlers.citizen.rating.SAYS`); 没解决 has the matter done again."""

CODE_LABEL = "查询码"
CODE_HINT = "报事成功时发给您的 6 位数字。链接可能被转发，所以撤回要再核对一次。"

TYPE_SOMETHING = "请先写几个字，再提交。"
TOO_LONG = "写得有点长，请缩短到 {most} 个字以内。"
PICK_GRADE = "请先选一个评价。"
WRONG_CODE = "查询码不对，请核对后再试。报事成功时发给您的消息里有。"
TOO_MANY_CODES = "试的次数太多了，请过一个小时再来。急的话，在公众号里回复「撤回」也可以。"
NOBODY = "这件事已经和您的账号断开，不能在这里操作了。需要帮助请拨打 12345。"
BUSY = "系统这会儿有点忙，没有提交成功。您写的话还在，过一会儿再按一次就行。"
IN_CHAT = "也可以在公众号里回复："

KEPT: dict[str, str] = {
    returns_and_promises.KEPT: "kept",
    returns_and_promises.WAITED_FOR: "due",
    returns_and_promises.BROKEN: "broken",
}
"""How what was promised in an answer is coloured."""

FILE_NAMES: dict[MediaKind, str] = {MediaKind.IMAGE: "照片", MediaKind.VOICE: "语音", MediaKind.VIDEO: "视频"}
COMING = "{what}正在取回，稍后就能看"
LOST = "{what}没能取回来"

MISTYPED = "「{number}」像是打错了一位，请对照一下再试。"
NOT_FOUND = "没查到。请核对编号和查询码，两样都要对。"
FILL_BOTH = "编号和查询码都要填，查询码是 6 位数字。"
TOO_OFTEN = "查得太勤了，请过一会儿再试。"
TOO_MANY_LOOKS = "查询码试错的次数太多了，请过一个小时再试。自己报的，在公众号里回复「我的」就能看，不用查询码。"


class Trouble(Struct, frozen=True):
    """A page that says what went wrong and what to do next."""

    title: str
    says: str


LINK_OVER = Trouble(
    "这个链接打不开了",
    "办件链接只给本人看：过了期、换了单位、解了绑、事项转走了，或者是升级以前发的，都不再能打开。请在公众号里重新打开：发「查看 编号」，会给您新的链接。",
)
"""Shown instead of the reason: anybody may hold the link."""

TROUBLES: dict[int, Trouble] = {
    400: Trouble("这个请求没看懂", "可能是链接没有复制完整。请退回上一页再试一次。"),
    403: Trouble("这一步要在我们的页面上做", "请重新打开您收到的链接，再试一次。"),
    404: Trouble("没找到这一页", "链接可能没有复制完整。在公众号里回复「进度」，就能拿到新的链接。"),
    410: Trouble("这个查询已经过期", "为了安全，查询结果只保留一天。请用编号和查询码再查一次。"),
    413: Trouble("内容太多了", "请缩短一些再提交。"),
    429: Trouble("请歇一会儿再试", "刚才打开得太频繁了。过一分钟再来，进度不会丢。"),
    500: Trouble("我们出了点差错", "您的事没有丢，工作人员会来处理。请过一会儿再打开；急事请拨打 12345。"),
    503: Trouble("系统这会儿有点忙", "您的事没有丢，请过一会儿再打开。"),
}
