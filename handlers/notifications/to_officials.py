"""Texts of pushes to officials (the desk, those who help, those above): what is asked of them and by when."""

from __future__ import annotations

from typing import Any

from handlers.notifications.letters import TEXT_LENGTH, Facts
from handlers.tickets import wording
from handlers.tickets.events import clock, filing, grades, joining, work
from handlers.tickets.events.clock import (
    COLOURS,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    Owed,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
    UrgeIgnored,
)
from handlers.tickets.events.grades import Appealed, Decided, LookedBack, OpinionGiven
from handlers.tickets.events.work import CalledBack, Ruled
from handlers.tickets.states import UNACCEPTED


def _brief(facts: Facts) -> str:
    """The heart of a ticket for an official, in three lines."""
    ticket = facts.ticket
    head = ("紧急　" if ticket.urgent else "") + (f"写给{ticket.leader}　" if ticket.leader else "")
    place = f"\n地点：{ticket.place.text or ticket.place.area}" if ticket.place else ""
    return (
        f"{head}{ticket.kind}{'·' + ticket.category if ticket.category else ''}\n{wording.cut(ticket.text, 120)}{place}"
    )


def due(facts: Facts) -> str:
    """What the unit owes and by when."""
    ticket, promise = facts.ticket, facts.ticket.promise
    if facts.late:
        return f"答复期限 {facts.reply_by} 已过，请马上办理、尽快答复。"
    if ticket.state not in UNACCEPTED or ticket.accepted_at is not None:
        return f"请在 {facts.reply_by} 前答复。"
    if facts.event.at > promise.accept_by:
        return f"受理期限 {facts.accept_by} 已过，请马上受理，{facts.reply_by} 前答复。"
    if promise.accept_by >= promise.reply_by:
        return f"请马上受理，{facts.reply_by} 前答复。"
    return f"请在 {facts.accept_by} 前受理，{facts.reply_by} 前答复。"


def _owed(facts: Facts) -> str:
    if facts.late:
        return f"原定 {facts.reply_by} 前答复市民，已经逾期。"
    return f"{facts.reply_by} 前要答复市民。"


def _how(facts: Facts) -> str:
    """The commands that a new ticket on this desk calls for."""
    number = facts.ticket.number
    if facts.ticket.unit_id == facts.directory.dispatch_id:
        return f"回复：转办 {number} 单位｜受理 {number}｜不予受理 {number} 原因"
    if not facts.directory.bound(facts.ticket.unit_id):
        return f"{facts.desk}还没有人绑定，所以先发给您。回复：转办 {number} 单位"
    return f"回复：受理 {number}｜退回 {number} 原因"


def case(facts: Facts) -> str:
    """The ticket, to officials."""
    return f"{facts.ticket.number}「{wording.brief(facts.ticket.title)}」"


def task(facts: Facts, _what: filing.Filed) -> str:
    """To the desk: a new ticket."""
    return f"新工单 {facts.ticket.number}　{_brief(facts)}\n{due(facts)}\n{_how(facts)}"


def task_moved(facts: Facts, what: work.Transferred) -> str:
    """To the new desk."""
    reason = wording.told(wording.clause(what.reason))
    return f"转来工单 {facts.ticket.number}{reason}\n{_brief(facts)}\n{due(facts)}\n{_how(facts)}"


def task_recused(facts: Facts, _what: work.Recused) -> str:
    """To the desk that has it now, since the one before is accused."""
    return f"回避转来 {facts.ticket.number}：反映的是原承办单位，请不要转给它和它的下级。\n{_brief(facts)}\n{due(facts)}\n{_how(facts)}"


def task_left(facts: Facts, _what: Any) -> str:
    """To the previous desk: nothing to do any more."""
    return f"{case(facts)}已由{facts.by_unit}转给{facts.desk}，你们这边不用再办。"


def task_merged(facts: Facts, what: joining.Merged) -> str:
    """To the desk that had it."""
    return f"{case(facts)}已由{facts.by_unit}并入 {what.into}，你们这边不用再单独办这一件。"


def task_absorbed(facts: Facts, what: joining.Absorbed) -> str:
    """To whoever works on the ticket that goes on, and to a supervisor where it is urgent."""
    before, number = facts.before, facts.ticket.number
    files = f"（附 {len(what.attachments)} 个文件）" if what.attachments else ""
    said = what.words[0].text if what.words else ""
    lines = [
        f"{what.number} 并入 {number}，以后只办 {number}。{what.number} 里市民还说{wording.told(wording.cut(said, TEXT_LENGTH))}{files}"
    ]
    if before is not None and facts.ticket.urgent and not before.urgent:
        lines.append("变为紧急件。")
    if what.promise is not None:
        lines.append("期限按早的一件算。")
    return "\n".join((*lines, _brief(facts), due(facts)))


def task_corrected(facts: Facts, _what: Any) -> str:
    """To whoever has it on their desk after a step was taken back."""
    return f"{case(facts)}的上一步已撤销，现在是「{wording.STATES[facts.ticket.state]}」，在{facts.desk}。"


def task_amended_away(facts: Facts, _what: Any) -> str:
    """To the previous desk, when the citizen's own correction moved the ticket."""
    return f"市民更正了{case(facts)}，已改由{facts.desk}办理，你们这边不用再办。"


def task_returned(facts: Facts, what: work.Returned) -> str:
    """To the dispatcher."""
    times = f"（第 {facts.ticket.returns} 次）" if facts.ticket.returns > 1 else ""
    number = facts.ticket.number
    asked = f"请转办：转办 {number} 单位。{_owed(facts)}"
    if what.rule_by is not None:
        by = wording.moment(what.rule_by)
        asked = f"退回太多次，先要裁定归谁办（督办员，没有督办员的由派单台），{by} 前：裁定 {number} 单位 理由"
    return f"{facts.by_unit}退回 {case(facts)}{times}，原因：{wording.clause(what.reason)}。\n{_brief(facts)}\n{asked}"


def task_supplemented(facts: Facts, what: filing.Supplemented) -> str:
    """To the desk and those who help."""
    files = f"（附 {len(what.attachments)} 个文件）" if what.attachments else ""
    resumed = f"\n期限恢复计算，请在 {facts.reply_by} 前答复。" if what.reply_by else ""
    return f"市民补充了 {case(facts)}{wording.told(wording.cut(what.text, TEXT_LENGTH))}{files}{resumed}"


def task_amended(facts: Facts, _what: filing.Amended) -> str:
    """To the desk: new on it, or changed."""
    if facts.before is not None and facts.before.unit_id != facts.ticket.unit_id:
        return f"新工单 {facts.ticket.number}（市民更正后转来）\n{_brief(facts)}\n{due(facts)}\n{_how(facts)}"
    return f"市民更正了 {case(facts)}，现在是：\n{_brief(facts)}"


def task_urged(facts: Facts, what: clock.Urged) -> str:
    """To the desk and those who help; from the second time also to a supervisor."""
    by, number = facts.ticket.chase.answer_by, facts.ticket.number
    answer = f"\n请在 {wording.moment(by)} 前回应市民：回应 {number} 哪天前怎么办" if by is not None else ""
    return (
        f"市民第 {facts.ticket.urges} 次催办 {case(facts)}{wording.told(wording.cut(what.words, TEXT_LENGTH))}\n"
        f"在{facts.desk}，{wording.STATES[facts.ticket.state]}。{due(facts)}{answer}"
    )


def task_withdrawn(facts: Facts, what: filing.Withdrawn) -> str:
    """To the desk and those who help."""
    return f"市民撤回了 {case(facts)}{wording.told(wording.cut(what.reason, TEXT_LENGTH))}，不用再办。"


def task_reopened(facts: Facts, what: work.Reopened) -> str:
    """To the desk and a supervisor."""
    return f"{case(facts)}要重办{wording.told(wording.cut(what.reason, TEXT_LENGTH))}\n{facts.desk}请在 {facts.reply_by} 前重新答复。"


def task_noted(facts: Facts, what: work.Noted) -> str:
    """To the desk, when another unit notes something."""
    return f"{facts.by_unit}给 {case(facts)}加了备注：{wording.cut(what.text, TEXT_LENGTH)}"


def task_help(facts: Facts, _what: work.CoHandled) -> str:
    """To the unit that is asked to help."""
    return f"请协办 {facts.ticket.number}（主办：{facts.desk}）\n{_brief(facts)}\n{_owed(facts)}"


def task_supervised(facts: Facts, what: work.Supervised) -> str:
    """To the desk and those who help."""
    return f"{facts.by_unit}督办 {case(facts)}：{wording.clause(what.opinion)}\n{due(facts)}"


def task_rated(facts: Facts, what: grades.Rated) -> str:
    """To the desk; a bad grade also to a supervisor."""
    grade = wording.GRADES[what.score]
    return f"市民评价 {case(facts)}：{grade}（{what.score} 分）{wording.told(wording.cut(what.words, TEXT_LENGTH))}"


def task_backed(facts: Facts, _what: joining.Backed) -> str:
    """To the desk, when many have come to stand behind a ticket."""
    return f"已有 {facts.ticket.crowd} 人附议 {case(facts)}，大家在等同一个结果。{due(facts)}"


def task_added(facts: Facts, what: joining.Added) -> str:
    """To the desk: words, files or an urging of somebody who follows."""
    if what.urged:
        return f"附议人催办 {case(facts)}{wording.told(wording.cut(what.text, TEXT_LENGTH))}\n{due(facts)}"
    files = f"（附 {len(what.attachments)} 个文件）" if what.attachments else ""
    return f"附议人补充了 {case(facts)}{wording.told(wording.cut(what.text, TEXT_LENGTH))}{files}"


def task_joined(facts: Facts, what: joining.Joined) -> str:
    """To the desk: a ticket that needs no work of its own any more."""
    return f"{case(facts)}的反映人改为和 {what.number} 一起推动，这件不用单独办，请办 {what.number}。"


def task_alone(facts: Facts, _what: joining.Alone) -> str:
    """To the desk: a ticket that no longer follows another."""
    return f"新工单 {facts.ticket.number}（市民要求单独办）　{_brief(facts)}\n{due(facts)}\n{_how(facts)}"


def task_raised(facts: Facts, what: joining.Raised) -> str:
    """To the desk: another ticket of the same matter goes on."""
    others = f"还有 {what.crowd} 人和他一起。" if what.crowd else ""
    return f"{what.after} 的反映人撤回了，但同一件事还有人在等：接着办 {case(facts)}。{others}{due(facts)}"


def task_urgent(facts: Facts, _what: filing.Filed) -> str:
    """To a supervisor, when an urgent ticket comes in."""
    return f"紧急工单 {facts.ticket.number} 已送到{facts.desk}，{facts.reply_by} 前要回应。\n{_brief(facts)}"


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


def task_carded(facts: Facts, what: Carded) -> str:
    """To the desk and those above it."""
    return (
        f"{COLOURS[what.colour]}：{case(facts)}在{facts.desk}，应在 {wording.moment(what.due)} 前答复，"
        f"已过 {wording.lasting(facts.event.at - what.due)}。市民看得到这张牌。\n请尽快：答复 {facts.ticket.number} 正文"
    )


def task_uncarded(facts: Facts, what: Uncarded) -> str:
    """To the desk."""
    return f"{case(facts)}的{COLOURS[what.colour]}已由{facts.by_unit}撤下，原因：{wording.clause(what.reason)}。"


def task_noticed(facts: Facts, what: ChaseNoticeIssued) -> str:
    """To the desk and everybody above it."""
    return (
        f"催办通知单 {what.notice}：{case(facts)}在{facts.desk}，应在 {wording.moment(what.due)} 前答复，"
        f"已逾期 {wording.lasting(facts.event.at - what.due)}。请负责人过问，并尽快答复市民。"
    )


def task_resumed(facts: Facts, what: Resumed) -> str:
    """To the desk."""
    return f"{case(facts)}等市民补充已经到了最长时间，时钟接着走，请在 {wording.moment(what.reply_by)} 前答复。"


def task_shortened(facts: Facts, what: Shortened) -> str:
    """To the desk."""
    return f"{case(facts)}已有 {what.crowd} 人附议，按规定（{what.rule}）期限提前到 {facts.reply_by}。"


def task_ignored(facts: Facts, what: UrgeIgnored) -> str:
    """To the desk and those above it."""
    return f"市民催办 {case(facts)}，{facts.desk}没有在 {wording.moment(what.due)} 前回应。请马上：回应 {facts.ticket.number} 几月几日前怎么办"


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


def task_decided(facts: Facts, what: Decided) -> str:
    """To the desk."""
    so = "维持，评价照样计入" if what.stands else "剔除，评价不计入排行"
    return f"{case(facts)}的评价申诉：{so}。理由：{wording.clause(what.reason)}。"


def task_looked_back(facts: Facts, what: LookedBack) -> str:
    """To the desk."""
    how = "一直好着" if what.fine else "又出问题了"
    return f"回头看 {case(facts)}：市民说{how}{wording.told(wording.cut(what.words, TEXT_LENGTH))}"
