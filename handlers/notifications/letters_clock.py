"""Texts of pushes about the clock's steps and verdicts on an answer: cards, reminders, 催办通知单, 兑现, 回头看."""

from __future__ import annotations

from handlers.notifications import letters
from handlers.notifications.letters import TEXT_LENGTH, Facts, Letter, case, due, see, yours
from handlers.tickets import wording
from handlers.tickets.events import joining, work
from handlers.tickets.events.clock import (
    COLOURS,
    CardColour,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Owed,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    UrgeIgnored,
)
from handlers.tickets.events.grades import Appealed, Decided, Informed, LookedBack, OpinionGiven, Revisited
from handlers.tickets.events.work import CalledBack, Ruled
from handlers.tickets.states import ANSWERED, OPEN


def task_reminded(facts: Facts, what: Reminded) -> str:
    """To the desk and, for what nobody took up, its head."""
    by = wording.moment(what.due)
    match what.owed:
        case Owed.ACCEPT:
            return f"{case(facts)}还没有人受理。{due(facts)}\n回复：受理 {facts.ticket.number}"
        case Owed.REPLY:
            if facts.event.at > what.due:
                return f"{case(facts)}应在 {by} 前答复市民，已经过了。\n请尽快：答复 {facts.ticket.number} 正文"
            return f"快到期了：{case(facts)}要在 {by} 前答复市民。\n回复：答复 {facts.ticket.number} 正文"
        case Owed.RULING:
            return f"{case(facts)}被多次退回，等您裁定归谁办，{by} 前要定。\n回复：裁定 {facts.ticket.number} 单位 理由"
        case Owed.VOW:
            vow = next((vow for vow in facts.ticket.vows if vow.by == what.due and not vow.kept_at), None)
            words = f"「{wording.cut(vow.text, TEXT_LENGTH)}」" if vow else ""
            return f"{case(facts)}的答复里答应过{words}，{by} 到期。\n办好了请回复：兑现 {facts.ticket.number} 说明"


def carded(facts: Facts, what: Carded) -> str:
    """To the citizen."""
    colour = COLOURS[what.colour]
    return (
        f"{yours(facts)}没有在 {wording.moment(what.due)} 前答复，已经给{facts.desk}亮了{colour}，"
        f"并报给他们的负责人{'和督办人员' if what.colour is CardColour.RED else ''}。会一直催到有答复为止。{see(facts)}"
    )


def task_carded(facts: Facts, what: Carded) -> str:
    """To the desk and those above it."""
    return (
        f"{COLOURS[what.colour]}：{case(facts)}在{facts.desk}，应在 {wording.moment(what.due)} 前答复，"
        f"已过 {wording.lasting(facts.event.at - what.due)}。市民看得到这张牌。\n请尽快：答复 {facts.ticket.number} 正文"
    )


def uncarded(facts: Facts, what: Uncarded) -> str:
    """To the citizen: with the reason."""
    return f"{yours(facts)}的{COLOURS[what.colour]}由{facts.by_unit}撤下，原因：{wording.clause(what.reason)}。{see(facts)}"


def task_uncarded(facts: Facts, what: Uncarded) -> str:
    """To the desk."""
    return f"{case(facts)}的{COLOURS[what.colour]}已由{facts.by_unit}撤下，原因：{wording.clause(what.reason)}。"


def noticed(facts: Facts, what: ChaseNoticeIssued) -> str:
    """To the citizen."""
    return (
        f"{yours(facts)}已经逾期 {wording.lasting(facts.event.at - what.due)}，发出了催办通知单（{what.notice}），"
        f"送{facts.desk}和它的上级。{see(facts)}"
    )


def task_noticed(facts: Facts, what: ChaseNoticeIssued) -> str:
    """To the desk and everybody above it."""
    return (
        f"催办通知单 {what.notice}：{case(facts)}在{facts.desk}，应在 {wording.moment(what.due)} 前答复，"
        f"已逾期 {wording.lasting(facts.event.at - what.due)}。请负责人过问，并尽快答复市民。"
    )


def resumed(facts: Facts, what: Resumed) -> str:
    """To the citizen: we did not hear from them, and go on."""
    return f"{yours(facts)}一直没有等到您的补充，先照现有的情况接着办，{wording.moment(what.reply_by)} 前答复您。想补充随时发来。{see(facts)}"


def task_resumed(facts: Facts, what: Resumed) -> str:
    """To the desk."""
    return f"{case(facts)}等市民补充已经到了最长时间，时钟接着走，请在 {wording.moment(what.reply_by)} 前答复。"


def shortened(facts: Facts, what: Shortened) -> str:
    """To the citizen: good news."""
    return f"{yours(facts)}已有 {what.crowd} 人一起推动，按公开的规定（{what.rule}）期限缩短，{facts.desk}改在 {facts.reply_by} 前答复。{see(facts)}"


def task_shortened(facts: Facts, what: Shortened) -> str:
    """To the desk."""
    return f"{case(facts)}已有 {what.crowd} 人附议，按规定（{what.rule}）期限提前到 {facts.reply_by}。"


def stated(facts: Facts, what: UrgeAnswered) -> str:
    """To the citizen who urged."""
    return f"{facts.by_unit}回应了您对「{wording.brief(facts.ticket.title)}」的催办：{wording.clause(what.text)}。（{wording.moment(what.by)} 前）{see(facts)}"


def ignored(facts: Facts, _what: UrgeIgnored) -> str:
    """To the citizen."""
    return f"您催办的「{wording.brief(facts.ticket.title)}」，{facts.desk}没有按时回应，已经报给他们的负责人和督办人员。{see(facts)}"


def task_ignored(facts: Facts, what: UrgeIgnored) -> str:
    """To the desk and those above it."""
    return f"市民催办 {case(facts)}，{facts.desk}没有在 {wording.moment(what.due)} 前回应。请马上：回应 {facts.ticket.number} 几月几日前怎么办"


def ruled(facts: Facts, what: Ruled) -> str:
    """To the citizen."""
    return f"{yours(facts)}由{facts.by_unit}裁定归{facts.desk}办，原因：{wording.clause(what.reason)}。不会再被退回。{see(facts)}"


def task_ruled(facts: Facts, what: Ruled) -> str:
    """To the desk that has it now."""
    return (
        f"{case(facts)}经{facts.by_unit}裁定归{facts.desk}办：{wording.clause(what.reason)}。不能再退回。{due(facts)}"
    )


def task_ruled_away(facts: Facts, what: Ruled) -> str:
    """To the desk that had it."""
    return f"{case(facts)}已裁定归{facts.desk}办：{wording.clause(what.reason)}。"


def task_to_rule(facts: Facts, _what: object) -> str:
    """To the arbiter: it came back so often that somebody must say whose it is."""
    by = wording.moment(facts.ticket.chase.rule_by) if facts.ticket.chase.rule_by else "今天"
    return (
        f"{case(facts)}已被退回 {facts.ticket.returns} 次，请您在 {by} 前裁定归谁办。\n"
        f"回复：裁定 {facts.ticket.number} 单位 理由"
    )


def vow_kept(facts: Facts, what: CommitmentKept) -> str:
    """To the citizen."""
    vow = facts.ticket.vows[what.vow - 1].text if what.vow <= len(facts.ticket.vows) else ""
    return f"{facts.by_unit}答应您的「{wording.cut(vow, TEXT_LENGTH)}」已经办到{wording.told(wording.clause(what.text))}。没办到请告诉我们。{see(facts)}"


def vow_broken(facts: Facts, what: CommitmentBroken) -> str:
    """To the citizen: honest about what did not happen."""
    vow = facts.ticket.vows[what.vow - 1].text if what.vow <= len(facts.ticket.vows) else ""
    return (
        f"{facts.desk}在答复里答应您「{wording.cut(vow, TEXT_LENGTH)}」，{wording.moment(what.due)} 已经到期，还没有回音，"
        f"已经报给他们的负责人。没办到，回「没解决」可以重办。{see(facts)}"
    )


def task_vow_broken(facts: Facts, what: CommitmentBroken) -> str:
    """To the desk and its head."""
    vow = facts.ticket.vows[what.vow - 1].text if what.vow <= len(facts.ticket.vows) else ""
    return f"{case(facts)}的答复答应过「{wording.cut(vow, TEXT_LENGTH)}」，已于 {wording.moment(what.due)} 到期。办好请回复：兑现 {facts.ticket.number} 说明"


def task_called_back(facts: Facts, what: CalledBack) -> str:
    """To the desk, when somebody else spoke with the citizen."""
    return f"{facts.by_unit}回访了 {case(facts)}的市民：{wording.cut(what.text, TEXT_LENGTH)}"


def task_opined(facts: Facts, what: OpinionGiven) -> str:
    """To the desk: what the citizen says is missing."""
    missing = {"没解决": what.solved is False, "没答到点上": what.to_point is False, "态度不好": what.attitude == 1}
    said = "、".join(name for name, so in missing.items() if so)
    return f"市民说 {case(facts)}{said or '还有意见'}{wording.told(wording.cut(what.words, TEXT_LENGTH))}"


def task_appealed(facts: Facts, what: Appealed) -> str:
    """To a supervisor."""
    return (
        f"{facts.by_unit}对 {case(facts)}的评价提出申诉：{wording.clause(what.reason)}。\n"
        f"回复：评议 {facts.ticket.number} 维持 理由｜评议 {facts.ticket.number} 剔除 理由"
    )


def decided(facts: Facts, what: Decided) -> str:
    """To the citizen whose grade it is."""
    so = "您的评价照样算数" if what.stands else "这次评价不计入排行"
    return f"承办单位对您给「{wording.brief(facts.ticket.title)}」的评价有异议，{facts.by_unit}看过后决定：{so}。理由：{wording.clause(what.reason)}。{see(facts)}"


def task_decided(facts: Facts, what: Decided) -> str:
    """To the desk."""
    so = "维持，评价照样计入" if what.stands else "剔除，评价不计入排行"
    return f"{case(facts)}的评价申诉：{so}。理由：{wording.clause(what.reason)}。"


def revisited(facts: Facts, _what: Revisited) -> str:
    """To the citizen, weeks later."""
    return f"{yours(facts)}办完有一阵子了，现在还好吗？有没有反弹？回「一直好着 {facts.ticket.number}」或「又坏了 {facts.ticket.number}」，又坏了就重新办。{see(facts)}"


def task_looked_back(facts: Facts, what: LookedBack) -> str:
    """To the desk."""
    how = "一直好着" if what.fine else "又出问题了"
    return f"回头看 {case(facts)}：市民说{how}{wording.told(wording.cut(what.words, TEXT_LENGTH))}"


def informed(facts: Facts, what: Informed) -> str:
    """To everybody whose ticket the rectification covers."""
    about = f"{yours(facts)}所属的整改（{what.item}）"
    if not what.done:
        return f"{about}有新进展：{wording.clause(what.text)}。{see(facts)}"
    done = f"{about}已经完成：{wording.clause(what.text)}。"
    if facts.ticket.state in OPEN:
        return f"{done}您这件还由{facts.desk}接着办，答复后再请您评价。{see(facts)}"
    if facts.ticket.state not in ANSWERED:
        return f"{done}{see(facts)}"
    ask = "现在再看，办得怎么样" if facts.ticket.rating is not None else "办得怎么样"
    return f"{done}{ask}？点一下下面的评价，没解决可以要求重办。{see(facts)}"


_SHARED: dict[type, Letter] = {
    **letters.SHARED,
    Carded: carded,
    Uncarded: uncarded,
    ChaseNoticeIssued: noticed,
    Shortened: shortened,
    Ruled: ruled,
    CommitmentKept: vow_kept,
    CommitmentBroken: vow_broken,
    Informed: informed,
}
"""What followers hear of, in the words that the author hears."""


def shares(what: joining.Shared) -> bool:
    """Whether followers are told of it."""
    return type(what) in _SHARED


def followed(facts: Facts, what: joining.Followed) -> str:
    """To the citizen whose ticket follows another: what happened to that one."""
    alone = "想自己单独反映，回「单独办」。" if isinstance(what.what, work.Refusal) else ""
    return alone + _SHARED[type(what.what)](facts, what.what)
