"""Texts of pushes to the citizen whose ticket it is: what happened and what comes next."""

from __future__ import annotations

from handlers.notifications.letters import TEXT_LENGTH, Facts, Letter
from handlers.tickets import wording
from handlers.tickets.events import By, joining, work
from handlers.tickets.events.clock import (
    COLOURS,
    CardColour,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    UrgeIgnored,
)
from handlers.tickets.events.grades import Decided, Informed, Revisited
from handlers.tickets.events.work import Ruled
from handlers.tickets.states import ANSWERED, OPEN

REPLY_LENGTH = 400
"""Characters of a reply in a push. The page shows all of it."""


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


def raised(facts: Facts, what: joining.Raised) -> str:
    """To the citizen whose ticket goes on in the place of the one it followed."""
    return f"{yours(facts)}：和您一起推动的 {what.after} 由本人撤回了，您这件接着办，还在{facts.desk}。{_still_by(facts)}{see(facts)}"


def recused(facts: Facts, _what: work.Recused) -> str:
    """To the citizen whose words accuse the unit that had it."""
    return f"{yours(facts)}：您补充的情况涉及原来的承办单位，按回避规定改由{facts.desk}办理，原单位看不到了。{_still_by(facts)}{see(facts)}"


def _answer(text: str) -> str:
    return text if len(text) <= REPLY_LENGTH else text[:REPLY_LENGTH].rstrip() + "……（全文在进度页）"


def carded(facts: Facts, what: Carded) -> str:
    """To the citizen."""
    colour = COLOURS[what.colour]
    return (
        f"{yours(facts)}没有在 {wording.moment(what.due)} 前答复，已经给{facts.desk}亮了{colour}，"
        f"并报给他们的负责人{'和督办人员' if what.colour is CardColour.RED else ''}。会一直催到有答复为止。{see(facts)}"
    )


def uncarded(facts: Facts, what: Uncarded) -> str:
    """To the citizen: with the reason."""
    return f"{yours(facts)}的{COLOURS[what.colour]}由{facts.by_unit}撤下，原因：{wording.clause(what.reason)}。{see(facts)}"


def noticed(facts: Facts, what: ChaseNoticeIssued) -> str:
    """To the citizen."""
    return (
        f"{yours(facts)}已经逾期 {wording.lasting(facts.event.at - what.due)}，发出了催办通知单（{what.notice}），"
        f"送{facts.desk}和它的上级。{see(facts)}"
    )


def resumed(facts: Facts, what: Resumed) -> str:
    """To the citizen: we did not hear from them, and go on."""
    return f"{yours(facts)}一直没有等到您的补充，先照现有的情况接着办，{wording.moment(what.reply_by)} 前答复您。想补充随时发来。{see(facts)}"


def shortened(facts: Facts, what: Shortened) -> str:
    """To the citizen: good news."""
    return f"{yours(facts)}已有 {what.crowd} 人一起推动，按公开的规定（{what.rule}）期限缩短，{facts.desk}改在 {facts.reply_by} 前答复。{see(facts)}"


def stated(facts: Facts, what: UrgeAnswered) -> str:
    """To the citizen who urged."""
    return f"{facts.by_unit}回应了您对「{wording.brief(facts.ticket.title)}」的催办：{wording.clause(what.text)}。（{wording.moment(what.by)} 前）{see(facts)}"


def ignored(facts: Facts, _what: UrgeIgnored) -> str:
    """To the citizen."""
    return f"您催办的「{wording.brief(facts.ticket.title)}」，{facts.desk}没有按时回应，已经报给他们的负责人和督办人员。{see(facts)}"


def ruled(facts: Facts, what: Ruled) -> str:
    """To the citizen."""
    return f"{yours(facts)}由{facts.by_unit}裁定归{facts.desk}办，原因：{wording.clause(what.reason)}。不会再被退回。{see(facts)}"


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


def decided(facts: Facts, what: Decided) -> str:
    """To the citizen whose grade it is."""
    so = "您的评价照样算数" if what.stands else "这次评价不计入排行"
    return f"承办单位对您给「{wording.brief(facts.ticket.title)}」的评价有异议，{facts.by_unit}看过后决定：{so}。理由：{wording.clause(what.reason)}。{see(facts)}"


def revisited(facts: Facts, _what: Revisited) -> str:
    """To the citizen, weeks later."""
    return f"{yours(facts)}办完有一阵子了，现在还好吗？有没有反弹？回「一直好着 {facts.ticket.number}」或「又坏了 {facts.ticket.number}」，又坏了就重新办。{see(facts)}"


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
    Carded: carded,
    Uncarded: uncarded,
    ChaseNoticeIssued: noticed,
    Shortened: shortened,
    Ruled: ruled,
    CommitmentKept: vow_kept,
    CommitmentBroken: vow_broken,
    Informed: informed,
}
"""What followers hear of, in the words that the author hears; a question to the author is not theirs to answer."""


def shares(what: joining.Shared) -> bool:
    """Whether followers are told of it."""
    return type(what) in _SHARED


def followed(facts: Facts, what: joining.Followed) -> str:
    """To the citizen whose ticket follows another: what happened to that one."""
    alone = "想自己单独反映，回「单独办」。" if isinstance(what.what, work.Refusal) else ""
    return alone + _SHARED[type(what.what)](facts, what.what)
