"""One row a command, with all there is to know about it.

The parser, the help text, the documents and the need for confirmation are all read from `SPEC`; a new command is a new
type in `commands.py`, a row here, a row in `permissions.MAY` and a use case.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from handlers.official.commands import (
    Accept,
    Ask,
    Bind,
    Cancel,
    Close,
    CoHandle,
    Command,
    Confirm,
    Extend,
    Help,
    Hot,
    Merge,
    More,
    Note,
    OnSite,
    Rank,
    Reclassify,
    Refuse,
    Reply,
    Return,
    SendAnyway,
    Show,
    Stats,
    Supervise,
    Todo,
    Transfer,
    Unbind,
    Undo,
    Why,
)


class Slot(StrEnum):
    """How an argument is read from the words."""

    NUMBER = "number"
    UNIT = "unit"
    CATEGORY = "category"
    DAYS = "days"
    TEXT = "text"
    INSTEAD = "instead"
    CODE = "code"
    PAGE = "page"
    VERB = "verb"


class Argument(Struct, frozen=True):
    """One argument: the field it fills, how it is read, what people call it, and whether it may be missing."""

    field: str
    slot: Slot
    shown: str
    required: bool = True


class Asks(StrEnum):
    """When a command waits for 确认 before anything happens. What waits cannot be taken back by 撤销 afterwards."""

    NEVER = "never"
    ALWAYS = "always"
    OUT_OF_COUNTY = "out_of_county"


class Group(StrEnum):
    """Headings of the help text and the documents."""

    LOOK = "看"
    WORK = "办"
    DISPATCH = "派"
    SUPERVISE = "督"
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


_NUMBER = Argument("number", Slot.NUMBER, "编号")
_UNIT = Argument("unit", Slot.UNIT, "单位")

_HOTLINE = "国办发〔2020〕53号（政务服务便民热线）：受理、派单、办理、答复、督办、办结、回访、评价的闭环"
_HOTLINE_RULES = "国办发〔2020〕53号：分办与多部门协办、退单争议审核、重复诉求处置、延期申请、事项办结的处理规则"
_LEADERS_BOARD = "人民网《地方领导留言板》四种办理方式：立即回复、按程序办理、及时派员、办结告知"
_WUHU_REPLY = "芜湖“市民心声”2008年回复规定：事实、依据、办理、下一步和电话"
_WUHU_RANK = "芜湖“市民心声”2009年起的回复排行"
_OWN = "本系统约定"


SPEC: tuple[Spec, ...] = (
    Spec(
        Todo,
        "待办",
        Group.LOOK,
        (Argument("page", Slot.PAGE, "页", required=False),),
        "桌上的工单，最急的在最前面",
        "待办",
        _HOTLINE,
        ("代办", "待处理", "我的待办", "我的工单", "工单列表", "清单", "列表", "任务"),
    ),
    Spec(More, "更多", Group.LOOK, (), "待办的下一页", "更多", _OWN, ("下一页", "下页", "继续")),
    Spec(
        Show,
        "查看",
        Group.LOOK,
        (_NUMBER,),
        "一件工单的原话、地点、期限和经过；之后的命令可以不写编号",
        "查看 {number}",
        _HOTLINE_RULES,
        ("查询", "详情", "看看", "打开", "进度", "查", "看"),
    ),
    Spec(
        Why,
        "为何",
        Group.LOOK,
        (_NUMBER,),
        "期限为什么是这一天，逐条说明",
        "为何 {number}",
        _OWN,
        ("为什么", "为啥", "期限", "怎么算的"),
    ),
    Spec(
        Accept,
        "受理",
        Group.WORK,
        (_NUMBER,),
        "收下这件，开始办理",
        "受理 {number}",
        _HOTLINE,
        ("已受理", "接单", "签收", "接收", "接办", "收下"),
    ),
    Spec(
        Ask,
        "询问",
        Group.WORK,
        (_NUMBER, Argument("question", Slot.TEXT, "问题")),
        "请市民补充；市民回话之前时钟停走",
        "询问 {number} 路灯杆上的编号是多少？",
        _OWN,
        ("追问", "问市民", "请补充", "问"),
    ),
    Spec(
        OnSite,
        "现场",
        Group.WORK,
        (_NUMBER, Argument("text", Slot.TEXT, "说明")),
        "已到现场；先发来的照片会一起附上",
        "现场 {number} 抢修人员已到，正在更换井盖",
        _LEADERS_BOARD,
        ("现场处理", "到现场", "到场"),
    ),
    Spec(
        Extend,
        "延期",
        Group.WORK,
        (_NUMBER, Argument("days", Slot.DAYS, "天数"), Argument("reason", Slot.TEXT, "原因")),
        "推迟答复期限（工作日），原因市民看得到",
        "延期 {number} 3天 配件要从外地调运",
        _HOTLINE_RULES,
        ("申请延期", "延长", "顺延", "宽限"),
    ),
    Spec(
        Reply,
        "答复",
        Group.WORK,
        (_NUMBER, Argument("text", Slot.TEXT, "正文")),
        "答复市民：查明了什么、依据什么、怎么办、下一步和电话",
        "答复 {number} 您好，路灯已于今天上午修好。如再熄灭请打我们值班电话。",
        _WUHU_REPLY,
        ("回复", "回答", "答"),
    ),
    Spec(
        Close,
        "办结",
        Group.WORK,
        (_NUMBER, Argument("text", Slot.TEXT, "正文", required=False)),
        "全部办完，请市民评价",
        "办结 {number}",
        _HOTLINE,
        ("已办结", "结案", "完结", "结单", "办完"),
        Asks.ALWAYS,
    ),
    Spec(
        Return,
        "退回",
        Group.WORK,
        (_NUMBER, Argument("reason", Slot.TEXT, "原因")),
        "不归本单位办，退给派单台",
        "退回 {number} 这条路由交通局养护",
        _HOTLINE_RULES,
        ("退单", "退件", "打回", "退"),
    ),
    Spec(
        Note,
        "备注",
        Group.WORK,
        (_NUMBER, Argument("text", Slot.TEXT, "正文")),
        "给同事看的记录，市民看不到",
        "备注 {number} 已约物业明早碰头",
        _OWN,
        ("内部备注", "记一笔", "记录"),
    ),
    Spec(
        Reclassify,
        "改类",
        Group.WORK,
        (_NUMBER, Argument("category", Slot.CATEGORY, "类别")),
        "类别认错了，改成对的；承办单位和期限不变，系统以后照着学",
        "改类 {number} 城乡建设",
        _OWN,
        ("改类别", "更改类别", "改分类", "重新分类"),
    ),
    Spec(
        CoHandle,
        "协办",
        Group.WORK,
        (_NUMBER, _UNIT),
        "请另一个单位一起办，牵头单位不变",
        "协办 {number} 水务局",
        _HOTLINE_RULES,
        ("请协办", "会办", "联办"),
    ),
    Spec(
        Transfer,
        "转办",
        Group.DISPATCH,
        (_NUMBER, _UNIT, Argument("reason", Slot.TEXT, "原因", required=False)),
        "交给别的单位办；经办单位只能转给下属单位",
        "转办 {number} 城管局 占道经营归城管",
        _HOTLINE_RULES,
        ("转办给", "转办到", "转给", "转到", "转交", "转派", "改派", "派单", "派给", "交办", "转"),
        Asks.OUT_OF_COUNTY,
    ),
    Spec(
        Refuse,
        "不予受理",
        Group.DISPATCH,
        (
            _NUMBER,
            Argument("reason", Slot.TEXT, "原因"),
            Argument("instead", Slot.INSTEAD, "去处：哪里可以办", required=False),
        ),
        "不在受理范围；请写明市民可以去哪里办",
        "不予受理 {number} 合同纠纷要由法院判断 去处：法院诉讼服务中心",
        _HOTLINE_RULES,
        ("不受理", "拒绝受理", "不收"),
        Asks.ALWAYS,
    ),
    Spec(
        Merge,
        "合并",
        Group.DISPATCH,
        (_NUMBER, Argument("into", Slot.NUMBER, "并入的编号")),
        "同一人同一件事：前一件并入后一件",
        "合并 {number} {other}",
        _HOTLINE_RULES,
        ("并案", "并入", "并单"),
        Asks.ALWAYS,
    ),
    Spec(
        Supervise,
        "督办",
        Group.SUPERVISE,
        (_NUMBER, Argument("opinion", Slot.TEXT, "意见")),
        "督促承办单位，意见马上推送给他们",
        "督办 {number} 请今天内到现场并回话",
        _HOTLINE,
        ("督查", "督促", "催办"),
    ),
    Spec(
        Stats,
        "统计",
        Group.SUPERVISE,
        (),
        "本单位（含下属）的件数、逾期和满意",
        "统计",
        _HOTLINE,
        ("数据", "汇总", "报表"),
    ),
    Spec(Rank, "排行", Group.SUPERVISE, (), "各单位按时答复的排行", "排行", _WUHU_RANK, ("排行榜", "排名", "榜单")),
    Spec(
        Hot,
        "热点",
        Group.SUPERVISE,
        (Argument("which", Slot.PAGE, "第几个", required=False),),
        "近六十天很多人反映的同一件事：多少人、多少天、在增多还是减少；后面写第几个就看那一个的工单",
        "热点 1",
        _HOTLINE,
        ("热点问题", "热点事件", "热点诉求", "热门"),
    ),
    Spec(Undo, "撤销", Group.SELF, (), "五分钟内收回自己的上一条命令", "撤销", _OWN, ("撤回", "反悔", "回退")),
    Spec(
        Confirm,
        "确认",
        Group.SELF,
        (),
        "照刚才问的办",
        "确认",
        _OWN,
        ("确定", "是的", "同意", "是", "对", "yes", "ok"),
    ),
    Spec(
        SendAnyway,
        "照发",
        Group.SELF,
        (Argument("reason", Slot.TEXT, "原因"),),
        "答复被提醒后仍按原文发出，原因留底，市民看不到",
        "照发 市民要的就是这一句",
        _WUHU_REPLY,
        ("照样发", "仍然发", "就这样发"),
    ),
    Spec(Cancel, "取消", Group.SELF, (), "刚才问的不办了", "取消", _OWN, ("算了", "不办了", "放弃", "否", "no")),
    Spec(
        Bind,
        "绑定",
        Group.SELF,
        (Argument("code", Slot.CODE, "绑定码"),),
        "用管理员给的一次性绑定码登记身份",
        "绑定 K7M2-Q9XD",
        _OWN,
        ("认证", "注册"),
    ),
    Spec(Unbind, "解绑", Group.SELF, (), "不再用这个账号办件", "解绑", _OWN, ("解除绑定", "注销绑定"), Asks.ALWAYS),
    Spec(
        Help,
        "帮助",
        Group.SELF,
        (Argument("verb", Slot.VERB, "命令", required=False),),
        "全部命令；后面写一个命令就只讲这一个",
        "帮助 转办",
        _OWN,
        ("使用说明", "说明", "命令", "怎么用", "菜单", "help", "?"),
    ),
)

BY_COMMAND: dict[type[Command], Spec] = {row.command: row for row in SPEC}
BY_WORD: dict[str, Spec] = {word: row for row in SPEC for word in (row.verb, *row.synonyms)}

EXAMPLE_NUMBER = "26000428"
"""Stands in examples only; look-ups never use it."""
EXAMPLE_OTHER = "26000572"


def spec_of(command: Command) -> Spec:
    """The row of this command."""
    return BY_COMMAND[type(command)]


def example(row: Spec, number: str = EXAMPLE_NUMBER) -> str:
    """The row's example with a number in it."""
    return row.example.format(number=number, other=EXAMPLE_OTHER)
