"""What a citizen reads until a ticket is filed. Short and warm; says what happened, what comes next and by when.

What they read about a ticket that is filed stands at the end of the module whose deeds it tells of.
Times are shown on China's clock. No sentence promises what the rules do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.citizen.talk import Asking, Draft
from handlers.context import Published
from handlers.pushes import Choice
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import day, moment, owed, passed_on

ASK_SHOWING = "再问一句：要不要署名、这件要不要公开？不选就是匿名、不公开，以后随时能改。"
OFFER_PUBLIC = "现在不公开，只有您和办事的单位看得到。愿意让大家也看到，点「公开」。"
"""After every later filing: 公开 is chosen for each ticket, never taken over from another."""
SEALED_NOTE = "这件替您保密：不公开，别人看不到。"
SHOWINGS: tuple[tuple[str, bool, bool], ...] = (
    ("匿名、不公开", False, False),
    ("匿名、公开", False, True),
    ("署名、公开", True, True),
)
"""The ways to be shown that are offered with the first ticket: label, under a name, public."""


def showing_taps(ticket: Ticket) -> tuple[Choice, ...]:
    """The ways to be shown, each for this ticket."""
    return tuple(Choice(label, f"{label.replace('、', '')} {ticket.number}") for label, _, _ in SHOWINGS)


def public_taps(tickets: Sequence[Ticket]) -> tuple[Choice, ...]:
    """公开 for each of these tickets, named where there are several."""
    several = len(tickets) > 1
    return tuple(
        Choice(f"公开「{one.title[:TAPPED_TITLE]}」" if several else "公开", f"公开 {one.number}") for one in tickets
    )


def without_offer(text: str) -> str:
    """A confirmation without what it offers at its end, where something more urgent is asked instead."""
    for offer in (ASK_SHOWING, OFFER_PUBLIC):
        text = text.removesuffix(f"\n{offer}")
    return text


TAPPED_TITLE = 12
"""Characters of a title on a tap."""
SKIP_TAP = Choice("跳过，说不清", "跳过")
ASK_DROP = "是不说地点、照样报，还是这件不报了？点一下。"
DROP_TAPS = (Choice("没有地点，照样报", "跳过"), Choice("这件不报了", "取消"))
ASK_PLACE_NOW = "请马上告诉我具体在哪儿（几号楼、哪个路口），或者发个位置，我立刻转给他们。"
TAKE_YOUR_TIME = "好的，不着急，想好了直接告诉我就行。"
SUPERSEDED = "这个按钮是之前那一问的，那一问已经过去了，什么都没有改。"
"""A tap below an older question that names no ticket."""
WHICH_QUESTION = "您这句是回答哪一件的？点一下，我好对上号。"
"""A short answer that fits two questions."""
IS_IT_AN_ANSWER = "您是在回答这一件吗？点一下就转给他们。"
"""A short answer when only a push has asked something."""
NOTHING_TO_CONFIRM = "现在没有等您确认的事，什么都没有改。有事直接说，查进度回「进度」。"
CALM = "听得出您很着急，换谁都会急。这件事我马上替您报上去。"


def understood(ticket: Ticket) -> str:
    """What we took the words for, in one line."""
    about = [ticket.kind, ticket.category] if ticket.category else [ticket.kind]
    where = ticket.place.text if ticket.place else ""
    line = " · ".join(part for part in (*about, where) if part)
    return f"{line}（紧急）" if ticket.urgent else line


def promised(ticket: Ticket, now: datetime) -> str:
    """Both dates of a promise; the one that counts where nobody waits for an answer."""
    promise = ticket.promise
    if passed_on(ticket.kind):
        return f"{moment(promise.reply_by, now)} 前转达到，有回音就告诉您"
    if promise.accept_by >= promise.reply_by:
        return f"{moment(promise.reply_by, now)} 前答复您"
    return f"{moment(promise.accept_by, now)} 前受理，{moment(promise.reply_by, now)} 前答复您"


def filed(ticket: Ticket, unit: str, reason: str, link: str, now: datetime) -> str:
    """The confirmation of one ticket."""
    desk = reason or f"交给{unit}"
    return (
        f"记下了：{ticket.title}\n{understood(ticket)}\n编号 {ticket.number}，查询码 {ticket.code}\n"
        f"{desk}，{promised(ticket, now)}。\n哪里不对直接说，要看进度点这里：{link}"
    )


def filed_in_danger(ticket: Ticket, unit: str, link: str, now: datetime) -> str:
    """The confirmation when somebody is in danger: nothing that could wait."""
    return (
        f"同时已按紧急件转给{unit}，{moment(ticket.promise.reply_by, now)} 前回应您。\n"
        f"编号 {ticket.number}，查询码 {ticket.code}，进度：{link}"
    )


def filed_several(done: Sequence[tuple[Ticket, str]], now: datetime) -> str:
    """The confirmation of several tickets from one message."""
    lines = [
        f"{number}. {ticket.title}：编号 {ticket.number}，查询码 {ticket.code}，{unit}，{moment(ticket.promise.reply_by, now)} 前{owed(ticket.kind)}"
        for number, (ticket, unit) in enumerate(done, 1)
    ]
    return "\n".join([f"{len(done)}件事分别报好了：", *lines, "回「进度」随时看，回「我的」看全部。"])


def filed_already(ticket: Ticket) -> str:
    """The same words again within minutes."""
    return f"这件事刚才已经报上去了，编号 {ticket.number}，没有重复登记。想看进展回「进度」。"


def to_leader(leader: str) -> str:
    """Honest words on a message to somebody by name."""
    return f"写给{leader}的话已注明并原样转交，由派单台登记分办；回复您的会是具体承办的单位，不一定是{leader}本人。"


CALL_GAS = "请先离开：别开关电器、别点火，开窗，到户外再打119，有人不舒服打120。"
CALL_FIRE = "请马上离开并打119！弯腰捂口鼻走楼梯，别坐电梯，别回去拿东西。"
CALL_COLLAPSE = "请马上离远并打119！有人受伤打120，别让人靠近。"
CALL_VIOLENCE = "请先躲到安全的地方，马上打110！不方便说话就发短信到12110。有人受伤打120。"
CALL_SUICIDE = "请马上打110或120，现在就有人来帮。心里难受，打12356，24小时有人听，您不是一个人。"
CALL_MEDICAL = "请马上打120，说清地点和病人的样子，别挂电话，照着他们说的做。"
CALL_ELECTRIC = "请离远，别碰电线和触电的人！马上打119，有人触电打120。断落的电线8米内别靠近。"
CALL_WATER = "请马上打119或110！别贸然下水，往高处走，扔绳子、救生圈、木棍。"
CALL_TRAPPED = "请马上打119！别硬扒门、别乱动，留在原处等救援，有人不舒服打120。"
CALL_TRAFFIC = "请马上打110（122），有人受伤打120。人到路边安全处，别站在车道上。"
CALL_POISON = "请马上打120！说清吃了什么、多少，带上瓶子。人不清醒别灌水、别催吐。故意服的，同时打110。"
CALL_IMMOLATION = "请马上打119和110！离汽油、气罐远一些，别点火、别争吵，先让周围的人走开。"
CALL_MISSING = "请马上打110，走失不用等24小时。说清样子、衣服、最后在哪儿，留好近照。"
CALL_FOOD = "请马上打120！剩下的饭菜和呕吐物留着别扔，同时打12315报告。"
CALL_DETENTION = "请马上打110！不方便说话就发短信到12110，写清在哪儿、几个人。别硬闯，保护好自己。"
CALL_FRAUD = "请马上打110或96110，越早越能拦住钱！别再转账、别给验证码，关掉屏幕共享，再打银行客服挂失。"
CALL_ANY = (
    "有危险请马上打电话：110报警，119火灾和救援，120急救。我这里叫不来他们。\n人安全了，再告诉我是什么事、在哪儿。"
)
NOT_A_RESCUE = "我这里叫不来救援，请一定先打电话。"
"""Said after whom to call: nobody may believe that writing here brings help."""

SIGNS_ONLY = "收到您的表情啦。遇到什么事，用一句话告诉我就行，比如：「建设路12号门口路灯坏了三天」。"
EMPTY = "这条消息是空的。遇到什么事，打字、发语音或拍张照片都行，我来帮您报。"
UNSUPPORTED = "这种消息我打不开。请打字、发语音，或者发照片、位置给我。"


def ask_matter(draft: Draft) -> str:
    """The thing itself is missing."""
    got = f"位置「{draft.place.text}」记下了。" if draft.place else ""
    files = f"{len(draft.pieces)}个文件收好了。" if draft.pieces else ""
    heard = f"您说「{draft.text[:20]}」，" if draft.text else ""
    where = "" if draft.place else "、在哪儿"
    return f"{got}{files}{heard}请再说一句：发生了什么事{where}？比如「幸福小区3栋停水两天了」。"


def ask_place(title: str, guessed: bool) -> str:
    """The place is missing."""
    how = "点一下，或者写路名、小区名，也可以发位置。" if guessed else "写路名、小区名或单位名都行，也可以直接发位置。"
    return f"明白了：{title}。\n就差一样：在哪儿？{how}"


def ask_which(title: str, count: int, pointed: bool) -> str:
    """Several places are possible: namesakes, or the words say one place and the point that was sent another."""
    if pointed:
        return f"明白了：{title}。\n您写的地方和发来的位置不在一处，以哪个为准？点一下，或回复数字。"
    return f"明白了：{title}。\n这个地名有{count}处，是哪一处？点一下，或回复数字。说不清就跳过，我们照样提交。"


def ask_split(matters: Sequence[str]) -> str:
    """Several matters in one message, by their titles."""
    lines = [f"{number}. {matter}" for number, matter in enumerate(matters, 1)]
    return "\n".join([f"您说了{len(matters)}件事：", *lines, "分开报，各找各的单位，办得更快。要分开吗？"])


def split_taps(count: int) -> tuple[Choice, ...]:
    """Apart or together."""
    return (Choice(f"分开报（{count}件）", "分开报"), Choice("合成一件报", "一起报"))


def ask_new_topic(old: str, new: str) -> str:
    """A new matter while another is unfinished."""
    return f"前面「{old}」还差个地点，您又说了「{new}」。是两件事吗？"


NEW_TOPIC_TAPS = (Choice("两件都报", "两件都报"), Choice("只报新的", "只报新的"), Choice("是同一件事", "同一件事"))


def answered_before(published: Published, now: datetime) -> str:
    """A reply that was given in public to a question like this one, in its own words."""
    phone = f"\n{published.unit}电话：{published.phone}" if published.phone else ""
    return (
        f"有人问过差不多的事，{published.unit}在{day(published.at, now)}公开答复过：\n"
        f"问：{published.question}\n答：{published.reply}{phone}\n{ASK_SUBMIT}"
    )


CUT_SHORT = "……（原文较长，后面略去）"
ASK_SUBMIT = "您的问题还没有提交，还想提交吗？"
SUBMIT_TAPS = (Choice("提交", "提交"), Choice("不用了", "不用了"))
ANSWER_WAS_ENOUGH = "好的，那就不提交了。以后有事直接说就行。"


def put_aside(title: str) -> str:
    """An unfinished appeal gave way to a danger."""
    return f"前面「{title}」先放一放，等安全了回「继续」接着报。"


_STILL: dict[Asking, str] = {
    Asking.PLACE: "还差一个地点",
    Asking.WHICH_PLACE: "还差一个地点",
    Asking.MATTER: "还差一句：是什么事",
    Asking.SPLIT: "等您说一声：分开报还是一起报",
    Asking.NEW_TOPIC: "等您说一声：几件事怎么报",
    Asking.ANSWERED: "还没有提交，想提交回「提交」",
    Asking.JOIN: "还没有报上去，等您说一声：一起推动还是单独报",
}


def still_open(title: str, asking: Asking) -> str:
    """Reminds of the unfinished appeal after something else was answered."""
    missing = _STILL.get(asking)
    if missing is None:
        return ""
    return f"另外，「{title}」{missing}。" if title else f"另外，您要报的事{missing}。"


def laid_aside(title: str) -> str:
    """An unfinished appeal gave way to the one before it."""
    return f"刚才说的「{title}」先收着，等这件报完回「继续」接着报。"


def pieces_waiting(count: int) -> str:
    """Files came before any words."""
    return f"{count}个文件收好了。请说一句：是什么事、在哪儿？说完我一起报上去。"


def which_gets(count: int) -> str:
    """Files that two tickets wait for."""
    return f"{count}个文件收好了。是给哪一件的？点一下就附上。"


def piece_in_draft(count: int, asking: Asking | None) -> str:
    """A file during the draft."""
    missing = _STILL.get(asking) if asking else None
    return f"收到，附上了（共{count}个）。{missing + '。' if missing else ''}"


TOO_MANY_PIECES = "文件已经够多了，这些足够说明情况。还有要紧的，请用文字说。"
UNHEARD = "语音收好了，但没听清说的什么。请打字说一句，或者再说一遍。"
UNHEARD_IN_TICKET = "不过我没听清说的什么，要紧的请打字再说一句。"
NEEDS_WORDS_FOR_LINK = "链接收到了，网页我打不开。请用自己的话说说：什么事、在哪儿？链接会一起附上。"
UNNAMED_POINT = "您发来的定位点"
EMPTY_SUPPLEMENT = "补充的内容是空的，请写几个字再提交。"
LINK_KEPT = "链接记下了。"


WELCOME = (
    "您好，我是民声速递，有事找政府，跟我说一句就行。\n"
    "打字、语音、照片、位置都可以，我帮您报到该管的单位，像查快递一样看得到每一步。\n"
    "点一个试试，或者直接说您的事："
)
WELCOME_TAPS = (Choice("路灯坏了，怎么报？", "我要反映"), Choice("我报的事到哪了？", "进度"), Choice("怎么用", "帮助"))
WELCOME_BACK = "欢迎回来。有事直接说，查进度回「进度」。"
HELP = (
    "有事直接说：什么事、在哪儿。照片、语音、视频、位置都行。\n"
    "报完以后，可以回：\n"
    "进度 — 到哪一步了\n我的 — 我报过的事\n补充 内容 — 加点情况\n催办 — 催一催\n评价 1–5 — 5最满意\n"
    "撤回 — 不办了\n附议 编号 — 和别人一起推动\n公开／匿名 — 随时改\n人工 — 找真人\n"
    "说错了直接改，比如「不是那条路，是五一路」。有生命危险请先打110、119、120。"
)
GREETING = "您好，我在。遇到什么事，用一句话告诉我就行：什么事、在哪儿。"
THANKS = "不客气，应该的。有进展我会告诉您。"
CHAT = "我是帮大家报事、查进度的，别的聊不好。您遇到什么难事，跟我说一句就行。"
UPSET = "您生气，我理解。跟我说说是哪件事、在哪儿，我马上替您报上去，几号前答复也会告诉您。"
UPSET_WITH_TICKET = "您着急，我理解。这件事我可以替您催一催，或者看看到哪一步了。"


def upset_taps(ticket: Ticket) -> tuple[Choice, ...]:
    """What can be done at once for somebody upset."""
    number = ticket.number
    return (Choice("催一催", f"催办 {number}"), Choice("到哪一步了", f"进度 {number}"), Choice("找真人", "人工"))


NOTHING_TO_CANCEL = "现在没有没报完的事。报上去的事不想办了，回「撤回」。"
CANCEL_FILED = "这件已经报上去了。要是不办了，回「撤回」；说错了，直接告诉我哪里不对。"


def withdraw_tap(ticket: Ticket) -> Choice:
    """撤回 of this one."""
    return Choice("撤回这件", f"撤回 {ticket.number}")


DROPPED = "好的，刚才那件不报了。以后有事随时说。"
NOTHING_TO_CONTINUE = "没有没报完的事。有事直接说就行。"
APART_TOO_LATE = "已经报上去的事不再拆开了。还有哪一件要单独报，把那件事再说一遍就行，会另给一个编号。"
NOTHING_ASKED = "好的。有事直接说，查进度回「进度」。"
START = "好，您说：什么事、在哪儿？打字、语音、照片都行。"


def expired(title: str) -> str:
    """What became of an unfinished appeal."""
    what = f"「{title}」" if title else "之前发来的内容"
    return f"上次{what}没说完，隔得久了我先收着，还没有报上去。要接着报回「继续」，不要了回「取消」。"


CONTINUE_TAPS = (Choice("继续", "继续"), Choice("不要了", "上次的不要了"))


ROW = 18
"""Characters of a title in a list: with number and state two lines of a phone."""
