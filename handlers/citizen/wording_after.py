"""Everything a citizen reads about a ticket that is filed: corrections, 补充, 催办, 撤回, 评价, how it is shown, lists.

Times are shown on China's clock. No sentence promises what the rules do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.citizen.wording import promised
from handlers.pushes import Choice
from handlers.tickets import masking
from handlers.tickets.events.clock import Shortened
from handlers.tickets.publishing import is_public
from handlers.tickets.ticket import Place, Ticket
from handlers.tickets.wording import GRADES, brief, cut, moment


def amended(ticket: Ticket, what: str, unit: str, moved: bool, kept_by: bool) -> str:
    """A correction after filing."""
    if moved:
        return f"{ticket.number} 改好了：{what}。已改交{unit}，答复时间不变。"
    tail = f"{unit}已经在办，会看到您的更正。" if kept_by else "答复时间不变。"
    return f"{ticket.number} 改好了：{what}。{tail}"


def placed_in_danger(ticket: Ticket, unit: str) -> str:
    """The place of a danger, told when we asked for it."""
    where = ticket.place.text if ticket.place else ""
    return f"收到，「{where}」已经告诉{unit}（{ticket.number}）。我这里叫不来救援，还没打电话的话，请现在就打。"


def ask_whether_place(ticket: Ticket, words: str) -> str:
    """After an urgent filing without a place: words of which nobody can tell whether they are the place."""
    return f"「{words[:20]}」是 {ticket.number}「{ticket.title}」出事的地方吗？点一下；不是的话，请告诉我具体在哪儿，或者发个位置。"


def ask_whether_about(ticket: Ticket, words: str) -> str:
    """After an urgent filing without a place: words that tell something, perhaps of it."""
    return f"「{words[:20]}」说的是 {ticket.number}「{ticket.title}」吗？点一下。具体在哪儿也请告诉我，或者发个位置。"


def place_owed(ticket: Ticket) -> str:
    """Reminds of the place of an urgent ticket after another matter."""
    return f"{ticket.number}「{ticket.title}」还不知道在哪儿，请告诉我地点，或者发个位置。"


def ask_whose_place(place: str) -> str:
    """A place, and several urgent tickets wait for theirs."""
    return f"「{place}」是哪一件出事的地方？点一下，我马上转给他们。"


def question_lapsed(ticket: Ticket) -> str:
    """A yes or no to a question whose time was up."""
    return f"{ticket.number}「{ticket.title}」的那一问隔得太久，已经不算了，什么都没有改。"


def nothing_asked_of(ticket: Ticket) -> str:
    """A yes or no for a ticket that nothing was asked about."""
    return f"{ticket.number}「{ticket.title}」现在没有等您回答的，什么都没有改。"


def ask_whose_words(ticket: Ticket) -> str:
    """An answer about a ticket that sounds like another matter."""
    return f"这句话说的是 {ticket.number}「{ticket.title}」，还是另一件事？点一下。"


def ask_what_for(ticket: Ticket) -> str:
    """Words about a numbered ticket that are no command."""
    return f"您说的是 {ticket.number}「{ticket.title}」，这句话要怎么办？点一下。"


WHICH_PLACE = "您写的地方和发来的位置不在一处，两个我们都记下了。以哪个为准？点一下就改过来。"
"""The point lies elsewhere than the words say."""

LONGEST_TAPPED_PLACE = 24
"""Characters of a place that can be put right by a tap; a longer address stays beside the words."""


def place_taps(ticket: Ticket, told: str, label: str) -> tuple[Choice, ...]:
    """Either of the two places, as the correction that makes it the ticket's."""
    short = (one for one in (told, label) if len(one) <= LONGEST_TAPPED_PLACE)
    return tuple(place_tap(ticket, one, one) for one in short)


def place_tap(ticket: Ticket, place: str, label: str) -> Choice:
    """The correction that makes this the ticket's place."""
    return Choice(label, f"{ticket.number} 地点改成{place}")


def amended_place(place: Place) -> str:
    """The new place."""
    return f"地点是{place.text}"


def amended_category(category: str) -> str:
    """The new category."""
    return f"归到「{category}」"


def amended_kind(kind: str) -> str:
    """The new kind."""
    return f"按「{kind}」办"


NOTHING_TO_CORRECT = "要改哪件事呢？回「我的」看看您报过的事，或者直接把事情再说一遍。"
"""A correction without anything to correct."""


def correct_what(rest: str) -> str:
    """A correction whose subject we cannot tell."""
    return f"「{rest[:20]}」是要改地点吗？请说全一点，比如「地点改成五一路8号」。"


def supplemented(ticket: Ticket, files: int, resumed: bool, only_files: bool, now: datetime) -> str:
    """Words or files added to a ticket; `resumed` when it had waited for them."""
    what = f"（{files}个文件）" if files else ""
    if resumed:
        more = "还有要说的，接着发就行。" if only_files else ""
        return (
            f"收到，已补充到 {ticket.number}{what}。"
            f"承办单位接着办，{moment(ticket.promise.reply_by, now)} 前答复您。{more}"
        )
    return f"收到，已补充到 {ticket.number}「{ticket.title}」{what}，承办单位会看到。"


def ask_supplement(ticket: Ticket) -> str:
    """补充 without anything to add."""
    asked = f"承办单位想知道：{ticket.question}\n" if ticket.question else ""
    return f"{asked}请把要补充的发给我，文字、照片、语音都行，会附到 {ticket.number}「{ticket.title}」。"


NOTHING_ADDED = "好的，那就不补了。以后想补随时回「补充」。"


def urged(ticket: Ticket, unit: str, now: datetime) -> str:
    """催办 was passed on."""
    times = f"这是第{ticket.urges}次催。" if ticket.urges > 1 else ""
    due = moment(ticket.promise.reply_by, now)
    by = f"答应的时间是{due} 前" if now <= ticket.promise.reply_by else f"答应的{due} 已经过了，对不住"
    return f"替您催了：{ticket.number}「{ticket.title}」。{unit}马上会收到。{times}{by}，一有动静我就告诉您。"


def urge_answered(ticket: Ticket) -> str:
    """催办 when there is an answer already."""
    return f"{ticket.number}「{ticket.title}」已经有答复了，不用再催。要是没解决，点一下，退回去重新办。"


def redo_tap(ticket: Ticket, words: str = "") -> Choice:
    """The answer mended nothing: 重办, with the words that say so."""
    return Choice("没解决，重新办", f"没解决 {ticket.number}：{words}" if words else f"没解决 {ticket.number}")


def ask_redo(ticket: Ticket) -> str:
    """Words that sound as if the answer had mended nothing."""
    return f"您是说 {ticket.number}「{ticket.title}」还没解决吗？点一下，退回去重新办。"


def ask_withdraw(ticket: Ticket, others: int = 0) -> str:
    """Ask before withdrawing; `others` want the same done and are not stopped by it."""
    if others:
        return f"要撤回 {ticket.number}「{ticket.title}」吗？只撤您自己这一份，一起推动的另外 {others} 人照常办。"
    return f"要撤回 {ticket.number}「{ticket.title}」吗？撤回后就不再办了，想再办要重新报。"


def withdraw_taps(ticket: Ticket, reason: str = "") -> tuple[Choice, ...]:
    """Yes, with the reason that was given, or no."""
    sure = f"确认撤回 {ticket.number} {reason}".rstrip()
    return (Choice("确认撤回", sure), Choice("不撤了", f"不撤回 {ticket.number}"))


def kept(ticket: Ticket | None) -> str:
    """Nothing is withdrawn."""
    return f"好的，不撤。这件事照常办。编号 {ticket.number}。" if ticket is not None else "好的，不撤。"


def withdrawn(ticket: Ticket, others: int = 0) -> str:
    """撤回 done."""
    if others:
        return f"撤回了您这一份：{ticket.number}「{ticket.title}」。另外 {others} 人那边照常办。以后有事，直接说就行。"
    return f"撤回了：{ticket.number}「{ticket.title}」，承办单位不再办理。以后有事，直接说就行。"


def shown(ticket: Ticket, *, from_now: bool = False) -> str:
    """How one ticket is shown; `from_now`: and whether later ones are under a name."""
    name = "署名" if ticket.named else "匿名"
    public = is_public(ticket)
    tail = "公开时会先隐去电话、证件号这些个人信息。" if public else "只有您和办事的单位看得到。"
    later = f"以后报的事也{name}，公不公开每件单独选。" if from_now else ""
    return f"好的，{ticket.number} {name}、{'公开' if public else '不公开'}。{tail}{later}想改随时说。"


def from_now(named: bool) -> str:
    """Whether later tickets are under a name, where there is none yet."""
    return f"好的，以后报的事都{'署名' if named else '匿名'}。公不公开每件单独选，报完点「公开」就行。"


NEVER_PUBLIC = "这件事关系到人的安全和隐私，我们替您保密，不对外公开；办理照常，进展照样告诉您。"
"""公开 of a ticket that may never be public."""


def showing_now(named: bool, tickets: Sequence[Ticket]) -> str:
    """The setting as it is, and of the latest tickets."""
    lines = [f"现在报事{'署名' if named else '匿名'}。公不公开每件单独选，默认不公开。"]
    lines += [f"{one.number}「{cut(one.title, ROW)}」现在{'公开' if is_public(one) else '不公开'}。" for one in tickets]
    return "\n".join([*lines, "要改，点一下："])


def settings_taps(named: bool, tickets: Sequence[Ticket]) -> tuple[Choice, ...]:
    """The taps that change the setting, and that of the latest tickets."""
    name = Choice("改成匿名", "匿名") if named else Choice("改成署名", "署名")
    shows = (("不公开" if is_public(one) else "公开") for one in tickets)
    return (
        name,
        *(Choice(f"{how} {one.number}", f"{how} {one.number}") for how, one in zip(shows, tickets, strict=True)),
    )


ASK_CALLED = "署名的话，怎么称呼您？比如「王女士」「老李」。不想说回「跳过」。"


def called(name: str) -> str:
    """The name is noted."""
    return f"好的，{name}。署名的事就写「{name}」。"


NO_TICKETS = "您还没有报过事。遇到什么事，直接用一句话告诉我，比如「建设路12号门口路灯坏了三天」。"
NOT_OPEN = "没查到。请核对编号和查询码，两样都要对，比如「查 26000015 123456」。"
"""One answer for a wrong code, a number that does not exist and one that is not theirs: nobody learns which."""

CODES_OVER = "查询码试错的次数太多了，请过一个小时再试。您自己报的，回复「我的」就能看，不用查询码。"


def mistyped(number: str) -> str:
    """A number whose check digit is wrong."""
    return f"「{number[:20]}」像是打错了一位，请对照一下。回「我的」可以看到您所有的编号。"


ROW = 18
"""Characters of a title in a list: with number and state two lines of a phone."""


def listed(shown: int, total: int) -> str:
    """Above the person's own tickets, newest first, one tap each."""
    return f"您最近报的{shown}件事，点一件看进度：" if total > shown else "您报过的事，点一件看进度："


def row(ticket: Ticket, state: str) -> str:
    """One ticket in a list."""
    return f"{ticket.number} {cut(ticket.title, ROW)} · {state}"


ONE_AT_A_TIME = "一次只能办一件，先办哪一件？点一下。"
"""Several numbers in one message that would change something."""


def choose(verb: str) -> str:
    """Several tickets, one is meant."""
    return f"您有好几件事，要{verb}哪一件？点一下。"


def why(ticket: Ticket, lines: Sequence[str], link: str) -> str:
    """Why the answer is due on that day: the lines of the explanation, and where the rest is."""
    steps = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
    return f"{ticket.number}「{ticket.title}」的答复时间是这么来的：\n{steps}\n每一步都在这里：{link}"


def progress_link(link: str) -> str:
    """Where the whole story is."""
    return f"详细过程和照片：{link}"


def human(unit: str, phone: str, ticket: Ticket | None, desk: str, desk_phone: str) -> str:
    """Where a person can be reached."""
    lines = []
    if ticket is not None:
        lines.append(
            f"{ticket.number}「{ticket.title}」现在在{desk}" + (f"，电话 {desk_phone}。" if desk_phone else "。")
        )
    lines.append(f"想跟人说话，打{unit} {phone}。" if phone else "想跟人说话，打 12345，全天有人接。")
    lines.append("也可以把话写在这里：每件事都有工作人员看，写清什么事、在哪儿就行。")
    return "\n".join(lines)


def led(number: str, onward: str) -> str:
    """Before what was done to the ticket that goes on, when the person spoke of the merged one."""
    return f"{number} 已经并到 {onward} 一起办，下面说的是 {onward}："


JOIN_TAPS = (Choice("一起推动", "一起推动"), Choice("单独报", "单独报"))
JOIN_GONE = "刚才那件现在不能再一起推动了，多半已经办完或撤回。要单独报吗？"
JOIN_WHICH = "要附议哪一件？回「附议 编号」，比如「附议 26000015」；没公开的再加上查询码。您自己的事，直接说就行。"
JOIN_NOT = "好的，没有附议。"
JOIN_OVER = "刚才那件现在不能再附议了，多半已经办完或撤回。您有同样的情况，直接说给我就行。"
JOIN_OWN = "这就是您自己报的那一件，不用附议。想看进展回「进度」。"


def join_number_taps(main: Ticket, code: str | None) -> tuple[Choice, ...]:
    """Yes or no to joining the numbered ticket; the number goes with the words."""
    named = f"{main.number} {code}" if code else main.number
    return (Choice("一起推动", f"确认附议 {named}"), Choice("不了", f"不附议 {main.number}"))


def unseen(ticket: Ticket) -> str:
    """A ticket that is not public, by no more than its kind, category and part of town."""
    area = ticket.place.area if ticket.place else ""
    about = f"「{ticket.category}」" if ticket.category else ""
    return f"{area}的一件{about}{ticket.kind}" if area else f"一件{about}{ticket.kind}"


def ask_join(main: Ticket, unit: str, now: datetime) -> str:
    """Others want the same done: once asked, joined only on yes. Nothing of the first author's is shown."""
    area = f"，{main.place.area}" if main.place and main.place.area else ""
    about = f"「{masking.for_public(brief(main.title), main.place)}」{area}" if is_public(main) else unseen(main)
    late = now > main.promise.reply_by
    by = "原定的答复时间已过" if late else f"承诺 {moment(main.promise.reply_by, now)} 前答复"
    return (
        f"已有 {main.crowd + 1} 人反映同一问题（{about}，由{unit}办理，{by}），要一起推动吗？\n"
        "一起推动：您有自己的编号，进展单独告诉您，自己评价，随时能退出。"
    )


def join_hint(people: int) -> str:
    """After a filing that could not wait: others wrote of the same."""
    return f"已有 {people} 人反映了同样的情况。您这件照样办；想和他们一起推动，回「附议」。"


def joined(ticket: Ticket, others: int, unit: str, link: str, now: datetime, *, new: bool) -> str:
    """附议 done: the own number, who has it and until when, the way out."""
    number = f"您的编号 {ticket.number}，查询码 {ticket.code}。" if new else f"{ticket.number} 不再单独办，编号不变。"
    late = now > ticket.promise.reply_by
    by = "原定的答复时间已过，会尽快答复您" if late else f"{moment(ticket.promise.reply_by, now)} 前答复您"
    return (
        f"好的，一起推动：{ticket.title}\n{number}\n和您一起的还有 {others} 人，由{unit}办理，{by}。\n"
        f"有进展单独告诉您；想退出回「撤回」，想自己单独办回「单独办」。进度：{link}"
    )


def joined_already(ticket: Ticket) -> str:
    """附议 a second time."""
    return f"这件事您已经在一起推动了，您的编号是 {ticket.number}。想看进展回「进度」。"


JOIN_NOT_ACCUSING = "您这件反映的是单位或工作人员本身，要单独办理，不和别人的并在一起，这样更保密。"
"""Said when somebody wants to join with a report about an office."""


def alone(ticket: Ticket, unit: str, now: datetime) -> str:
    """单独办 done."""
    return f"好的，{ticket.number}「{ticket.title}」现在单独办。{unit}，{promised(ticket, now)}。"


def sooner(what: Shortened, now: datetime) -> str:
    """Who made the crowd large enough reads what that does, and by which rule."""
    return f"您加入后一共 {what.crowd} 人，按公开的规定（{what.rule}），期限提前到{moment(what.reply_by, now)}。"


def ask_grade(ticket: Ticket) -> str:
    """How was this one dealt with?"""
    return f"{ticket.number}「{ticket.title}」办得怎么样？点一下就行。"


def rated(ticket: Ticket, score: int) -> str:
    """A good or middling grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，谢谢。"


def rated_low(ticket: Ticket, score: int) -> str:
    """A bad grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，对不住，让您失望了。"


def rated_already(ticket: Ticket, score: int) -> str:
    """The same grade a second time."""
    return f"{ticket.number} 您已经评过「{GRADES[score]}」了，不用再评。"


def ask_whether_grade(ticket: Ticket, score: int) -> str:
    """A number beside the ticket's own: is it the grade?"""
    return f"要给 {ticket.number}「{ticket.title}」评 {score} 分吗？点一下。"


def ask_regrade(ticket: Ticket, score: int) -> str:
    """Another grade than the one given before: nothing changes until they say so."""
    return f"{ticket.number}「{ticket.title}」上次评了 {_grade(ticket.rating)}，改成 {_grade(score)}？"


def regraded(ticket: Ticket, score: int) -> str:
    """An earlier grade was changed; one tap brings it back."""
    return f"{ticket.number} 的评价从 {_grade(ticket.rating)} 改成 {_grade(score)} 了，想改回，点下面的「改回」。"


def grade_kept(ticket: Ticket | None) -> str:
    """The earlier grade stays."""
    if ticket is None or ticket.rating is None:
        return "好的，不改。"
    return f"好的，不改。{ticket.number} 的评价还是 {_grade(ticket.rating)}。"


def _grade(score: int | None) -> str:
    return f"{score} 分「{GRADES[score]}」" if score is not None else ""


NOT_SOLVED = "记下了：没解决。对不住。"
ASK_WHY = (
    "是哪里没办好？点一下，或者直接说，马上退回去换人重新办。一天之内不说，也会退回重办；不想重办，点「不用重办」。"
)
ASK_SOLVED = "问题解决了吗？"
ASK_TO_POINT = "答复说到点子上了吗？"
ASK_ATTITUDE = "办事的人态度怎么样？"
NOTED = "记下了。"
THANKS = "都记下了，谢谢您，会原样转给办事的单位。"
SKIPPED = "好的，就到这里，谢谢您的评价。"
ENOUGH = "好的，不重办，评价照样算数。以后问题还在，回「没解决」就行。"
GLAD = "那就好，谢谢您告诉我们。以后有事，直接说就行。"
NOT_GOOD = "市民说没办好"
CAME_BACK = "又出问题了"


def why_taps(ticket: Ticket) -> tuple[Choice, ...]:
    """What may have been bad; few enough that an unfinished appeal's own taps fit below."""
    low = ticket.rating is not None and ticket.rating <= 2
    score = f" {ticket.rating}" if low else ""
    said = ("没解决", "答非所问", "态度不好") if low else ("答非所问", "态度不好")
    words = tuple(Choice(each, f"评价 {ticket.number}{score} {each}") for each in said)
    partly = "太慢了" if low else "只办了一部分"
    return (
        *words,
        Choice(partly, f"没解决 {ticket.number} {partly}"),
        Choice("不用重办", f"评价 {ticket.number} 不用重办"),
    )


def reopened(ticket: Ticket, unit: str, now: datetime) -> str:
    """The ticket goes round again."""
    return (
        f"退回去重新办了：{ticket.number}「{ticket.title}」。这次换人办，先回访您，"
        f"{unit}要在{moment(ticket.promise.reply_by, now)} 前重新答复您，办完再请您评。"
    )
