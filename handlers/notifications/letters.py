"""Texts of pushes: to the citizen what happened and what comes next, to officials what is asked of them and by when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from handlers.directory.directory import Directory
from handlers.tickets import wording
from handlers.tickets.events import By, Event, clock, filing, grades, joining, work
from handlers.tickets.states import OPEN, UNACCEPTED
from handlers.tickets.ticket import Ticket

REPLY_LENGTH = 400
"""Characters of a reply in a push. The page shows all of it."""

TEXT_LENGTH = 200


class Facts(Struct, frozen=True):
    """What a push may speak of."""

    ticket: Ticket
    before: Ticket | None
    event: Event
    directory: Directory
    link: str
    """The citizen's page. Never sent to anybody else."""

    @property
    def desk(self) -> str:
        """Name of the unit whose desk the ticket is on."""
        return self.directory.name(self.ticket.unit_id)

    @property
    def by_unit(self) -> str:
        """Name of the unit that did it, or of the desk when no official did."""
        unit_id = self.event.actor.unit_id
        return self.directory.name(unit_id) if unit_id else self.desk

    @property
    def reply_by(self) -> str:
        """The promised date in words that stay true however late the push is read: never 明天."""
        return wording.moment(self.ticket.promise.reply_by)

    @property
    def accept_by(self) -> str:
        """The date of acceptance in words."""
        return wording.moment(self.ticket.promise.accept_by)

    @property
    def late(self) -> bool:
        """Whether the promised date had passed when it happened."""
        return self.event.at > self.ticket.promise.reply_by


Letter = Callable[[Facts, Any], str]
"""Returns the push's text from the facts and the event."""


def yours(facts: Facts) -> str:
    """The ticket, to the citizen whose it is."""
    return f"您反映的「{wording.brief(facts.ticket.title)}」（{facts.ticket.number}）"


def _still_by(facts: Facts) -> str:
    """The date that did not change; a date in the past is no promise any more."""
    if facts.late:
        return f"原定 {facts.reply_by} 前答复，已经逾期，会尽快答复您。"
    return f"答复期限不变，{facts.reply_by} 前。"


def see(facts: Facts) -> str:
    """Where the citizen sees the whole of it."""
    return f"\n看进度：{facts.link}" if facts.link else ""


def accepted(facts: Facts, _what: work.Accepted) -> str:
    """To the citizen."""
    if facts.late:
        return f"{yours(facts)}已由{facts.by_unit}受理。原定 {facts.reply_by} 前答复，已经逾期，他们会尽快答复您。{see(facts)}"
    return f"{yours(facts)}已由{facts.by_unit}受理，{facts.reply_by} 前答复您。{see(facts)}"


def transferred(facts: Facts, what: work.Transferred) -> str:
    """To the citizen."""
    reason = f"原因：{wording.clause(what.reason)}。" if what.reason else ""
    return f"{yours(facts)}已转给{facts.desk}办理。{reason}{_still_by(facts)}{see(facts)}"


def returned(facts: Facts, what: work.Returned) -> str:
    """To the citizen: an honest word that it bounced."""
    return (
        f"{yours(facts)}被{facts.by_unit}退回，原因：{wording.clause(what.reason)}。"
        f"{facts.desk}会重新分派。{_still_by(facts)}{see(facts)}"
    )


def asked(facts: Facts, what: work.Asked) -> str:
    """To the citizen."""
    return (
        f"{facts.by_unit}办理{yours(facts)}，需要您补充：\n{what.question}\n"
        f"直接回复「补充 {facts.ticket.number} 内容」，也可以发图片。等您补充期间期限暂停。{see(facts)}"
    )


def on_site(facts: Facts, what: work.OnSite) -> str:
    """To the citizen."""
    photos = f"（{len(what.attachments)} 张图片在进度页）" if what.attachments else ""
    return f"{facts.by_unit}已到现场处理{yours(facts)}：{wording.cut(what.text, TEXT_LENGTH)}{photos}{see(facts)}"


def extended(facts: Facts, what: work.Extended) -> str:
    """To the citizen."""
    return f"{yours(facts)}需要更多时间：{wording.clause(what.reason)}。{facts.by_unit}改在 {facts.reply_by} 前答复您。{see(facts)}"


def replied(facts: Facts, what: work.Replied) -> str:
    """To the citizen."""
    photos = f"（{len(what.attachments)} 张图片在进度页）\n" if what.attachments else ""
    return (
        f"{facts.by_unit}答复了{yours(facts)}：\n{_answer(what.text)}\n{photos}"
        f"办得怎么样？点一下下面的评价，或回「评价 1–5」（5 非常满意）；没解决可以要求重办。{see(facts)}"
    )


def closed(facts: Facts, what: work.Closed) -> str:
    """To the citizen; when nobody said anything to the answer, that silence is taken for nothing."""
    if facts.event.actor.by is By.CLOCK and not facts.ticket.rating:
        return (
            f"{yours(facts)}答复后没有等到您的评价，先办结了，不算满意也不算不满意。"
            f"随时可以回复「评价 {facts.ticket.number} 1–5」，没解决回「没解决」，会重新办。{see(facts)}"
        )
    words = f"：\n{_answer(what.text)}\n" if what.text else "。"
    asked = facts.ticket.rating is not None or facts.ticket.replied_at != facts.ticket.closed_at
    rate = "没解决请告诉我们。" if asked else "办得怎么样？点一下下面的评价，或回「评价 1–5」；没解决请告诉我们。"
    return f"{yours(facts)}已办结{words}{rate}{see(facts)}"


def refused(facts: Facts, what: work.Refusal) -> str:
    """To the citizen: why, and where to go instead."""
    instead = f"您可以找{wording.clause(what.instead)}。" if what.instead else ""
    return f"{yours(facts)}，{facts.by_unit}没有受理，原因：{wording.clause(what.reason)}。{instead}有疑问回复「人工」。{see(facts)}"


def reopened(facts: Facts, what: work.Reopened) -> str:
    """To the citizen, when somebody else had it reopened."""
    return f"{yours(facts)}将重新办理{wording.told(wording.clause(what.reason))}。{facts.desk}在 {facts.reply_by} 前答复您。{see(facts)}"


def co_handled(facts: Facts, what: work.CoHandled) -> str:
    """To the citizen."""
    return f"{yours(facts)}，{facts.directory.name(what.unit_id)}也来一起办理，仍由{facts.desk}答复您。{see(facts)}"


def merged(facts: Facts, what: joining.Merged) -> str:
    """To the citizen."""
    return (
        f"{yours(facts)}和 {what.into} 是同一件事，并到一起办理。之后看 {what.into} 的进度就行。"
        f"{facts.ticket.number} 的话、图片和期限都带过去了，补充、催办、评价用哪个编号都行。{see(facts)}"
    )


def absorbed(facts: Facts, _what: joining.Absorbed) -> str:
    """To those who follow the ticket: only its date concerns them."""
    return f"{yours(facts)}的期限提前了：{facts.desk}在 {facts.reply_by} 前答复。{see(facts)}"


def corrected(facts: Facts, _what: work.Undone) -> str:
    """To the citizen, when an official took back a step."""
    before, now = facts.before, facts.ticket
    wrong = wording.STATES[before.state] if before is not None and before.state is not now.state else ""
    what = f"刚才的「{wrong}」弄错了，不作数" if wrong else "刚才那一步弄错了，不作数"
    goes_on = f"，{facts.reply_by} 前答复您" if now.state in OPEN and not facts.late else ""
    return f"{yours(facts)}，{what}。现在是「{wording.STATES[now.state]}」，在{facts.desk}{goes_on}。{see(facts)}"


SHARED: dict[type, Letter] = {
    work.Accepted: accepted,
    work.Transferred: transferred,
    work.Returned: returned,
    work.OnSite: on_site,
    work.Extended: extended,
    work.Replied: replied,
    work.Closed: closed,
    work.Refusal: refused,
    work.Reopened: reopened,
    work.CoHandled: co_handled,
    joining.Absorbed: absorbed,
    work.Undone: corrected,
}
"""What followers hear of, in the words that the author hears; a question to the author is not theirs to answer."""


def raised(facts: Facts, what: joining.Raised) -> str:
    """To the citizen whose ticket goes on in the place of the one it followed."""
    return f"{yours(facts)}：和您一起推动的 {what.after} 由本人撤回了，您这件接着办，还在{facts.desk}。{_still_by(facts)}{see(facts)}"


def recused(facts: Facts, _what: work.Recused) -> str:
    """To the citizen whose words accuse the unit that had it."""
    return f"{yours(facts)}：您补充的情况涉及原来的承办单位，按回避规定改由{facts.desk}办理，原单位看不到了。{_still_by(facts)}{see(facts)}"


def _answer(text: str) -> str:
    return text if len(text) <= REPLY_LENGTH else text[:REPLY_LENGTH].rstrip() + "……（全文在进度页）"


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
