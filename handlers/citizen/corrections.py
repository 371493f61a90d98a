"""Corrections of what we understood, before and after filing: "不是那条路，是五一路", "是咨询不是投诉", "地点改成…"."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.citizen.choose_ticket import numbered
from handlers.citizen.followup import again, happen, told
from handlers.citizen.intake import place_of, recently, resume
from handlers.citizen.talk import Draft
from handlers.citizen.turn import Turn, say
from handlers.citizen.words import Request
from handlers.directory import routing
from handlers.outcome import Outcome, Reply
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.filing import Amended
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import OTHER

KINDS: dict[str, str] = {
    **dict.fromkeys(("投诉", "投诉的", "反映问题"), "投诉"),
    **dict.fromkeys(("求助", "求助的", "请求帮助"), "求助"),
    **dict.fromkeys(("咨询", "咨询的", "问一下", "问问", "提问"), "咨询"),
    **dict.fromkeys(("建议", "提建议", "建议的"), "建议"),
    **dict.fromkeys(("举报", "举报的"), "举报"),
    **dict.fromkeys(("感谢", "表扬", "感谢的"), "感谢"),
}
"""What people call the kinds."""

CATEGORIES: dict[str, str] = {
    **dict.fromkeys(("城乡建设", "城建", "建设", "城管", "物业", "住房"), "城乡建设"),
    **dict.fromkeys(("环境保护", "环保", "环境", "污染", "噪音", "噪声"), "环境保护"),
    **dict.fromkeys(("交通运输", "交通", "公交", "出租车"), "交通运输"),
    **dict.fromkeys(("教育文体", "教育", "学校", "文体"), "教育文体"),
    **dict.fromkeys(("劳动和社会保障", "劳动", "社保", "人社", "劳动保障", "工资"), "劳动和社会保障"),
    **dict.fromkeys(("商贸旅游", "商贸", "旅游", "市场监管", "消费"), "商贸旅游"),
    **dict.fromkeys(("卫生计生", "卫生", "医疗", "卫健", "医院"), "卫生计生"),
    **dict.fromkeys(("农村农业", "农业", "农村", "三农"), "农村农业"),
    **dict.fromkeys(("国土资源", "国土", "土地", "自然资源"), "国土资源"),
    **dict.fromkeys(("民政", "低保", "养老"), "民政"),
    **dict.fromkeys(("政法", "公安", "治安", "司法"), "政法"),
    **dict.fromkeys(("纪检监察", "纪检", "监察"), "纪检监察"),
    **dict.fromkeys(("党务政务", "党务", "政务"), "党务政务"),
    **dict.fromkeys(("经济管理", "经济", "税务"), "经济管理"),
    **dict.fromkeys(("科技与信息产业", "科技", "通信", "网络"), "科技与信息产业"),
}
"""What people call the first-level categories (the fifteen of the appeals' label system)."""

LONGEST_PLACE = 24
"""Characters of a place told in a correction; longer words tell more than a place."""

_FRAME = re.compile(
    r"^(?:是|在|应该是|应是|改成|改为|属于|归)+|(?:的?事情?|的?问题|类|方面|那边|这边)+$|[。.!！,，\s]+$"
)
# Search: 不是幸福路,是平安路 | 不是东门。
# Not: 不是吧
_WRONG = re.compile(
    r"不是(?:在|那条|这条|那个|这个)?(?P<wrong>[^\s,，。;；!！?？]{2,16}?)(?:[\s,，。;；!！]+(?:而)?(?:应该)?(?:是|在)|[。.!！]?$)"
)
_PLACE_SIGN = re.compile(
    r"[路街巷道弄号栋幢楼村镇乡区县市里园苑城广场桥站口院校厦庭湾府邸]|小区|门口|对面|旁边|附近|路口|超市|公园|单元|室$"
)


def correct(turn: Turn, said: Request) -> Outcome:
    """Put right what the words name: in the ticket that is numbered, else in the draft, else in the one spoken of last."""
    words = said.rest.strip()
    plain = _FRAME.sub("", words).strip() or words
    wrong = _WRONG.search(said.text)
    turned = wrong["wrong"] if wrong else ""
    if said.number is not None:
        named = numbered(turn, said.number)
        return Outcome(reply=named) if isinstance(named, Reply) else _in_ticket(turn, named, plain, turned)
    draft = turn.talk.draft
    if draft is not None and draft.text:
        return _in_draft(turn, draft, plain, turned)
    ticket = _meant(turn, turned)
    if ticket is None:
        return say(NOTHING_TO_CORRECT)
    return _in_ticket(turn, ticket, plain, turned)


def _meant(turn: Turn, wrong: str) -> Ticket | None:
    """The ticket last spoken of, unless what was wrong stands in the place of another that was told lately."""
    last = turn.last()
    if not wrong or (last is not None and wrong in last.text) or (last and last.place and wrong in last.place.text):
        return last
    lately = (ticket for ticket in turn.found.mine if recently(turn, ticket))
    return next((ticket for ticket in lately if ticket.place and wrong in ticket.place.text), last)


def amend(
    turn: Turn,
    ticket: Ticket,
    *,
    place: Place | None = None,
    category: str | None = None,
    kind: str | None = None,
    title: str | None = None,
) -> Outcome:
    """Amended, with another unit where that follows. Raises Refused when the ticket is past correcting."""
    lifecycle.check_can(ticket, Amended, By.CITIZEN)
    new_place = place or ticket.place
    area = new_place.area if new_place else ""
    unit_id = None
    if category is not None or (place is not None and not ticket.transfers):
        routed = again(turn, ticket, category, area)
        # A place alone sends nothing back to the dispatcher, nor away from where an official sent it.
        stays = routed == ticket.unit_id or (category is None and routed == turn.ctx.directory.dispatch_id)
        unit_id = None if stays else routed
    outcome = happen(turn, ticket, Amended(place, category, kind, unit_id, title))
    after = outcome.tickets[0]
    said = [amended_place(place)] if place else []
    said += [amended_category(category)] if category else []
    said += [amended_kind(kind)] if kind else []
    moved = after.unit_id != ticket.unit_id
    unit = turn.ctx.directory.name(after.unit_id)
    return told(outcome, amended_words(after, "，".join(said), unit, moved, ticket.accepted_at is not None))


def _in_draft(turn: Turn, draft: Draft, words: str, wrong: str) -> Outcome:
    if words in KINDS:
        return resume(turn, replace(draft, kind=KINDS[words]))
    if words in CATEGORIES:
        return resume(turn, replace(draft, category=CATEGORIES[words]))
    place = _place(turn, words, draft.place, wrong)
    if place is not None:
        return resume(turn, replace(draft, place=place, guesses=()))
    return resume(turn, replace(draft, text=f"{draft.text}\n{words}"))


def _in_ticket(turn: Turn, ticket: Ticket, words: str, wrong: str) -> Outcome:
    if words in KINDS:
        return amend(turn, ticket, kind=KINDS[words])
    if words in CATEGORIES:
        return amend(turn, ticket, category=CATEGORIES[words])
    place = _place(turn, words, ticket.place, wrong)
    if place is not None:
        return amend(turn, ticket, place=place, title=_retitled(ticket, place, words, wrong))
    reading = turn.ctx.understand(words)
    if reading.category not in (OTHER, ticket.category):
        return amend(turn, ticket, category=reading.category)
    return say(correct_what(words))


def _retitled(ticket: Ticket, place: Place, words: str, wrong: str) -> str | None:
    """The title with the right place where it named the wrong one; None where it named none."""
    if wrong and wrong in ticket.title:
        return ticket.title.replace(wrong, words, 1)
    if ticket.place is not None and ticket.place.text in ticket.title:
        return ticket.title.replace(ticket.place.text, place.text, 1)
    return None


def _place(turn: Turn, words: str, before: Place | None, wrong: str) -> Place | None:
    """The words as a place, if they can be one: a part put right keeps the rest of the place, and its part of town."""
    if before is not None and wrong and wrong in before.text:
        return place_of(turn, before.text.replace(wrong, words, 1))
    if before is not None and before.latitude is not None and before.text.startswith(f"{words}（"):
        return place_of(turn, words)
    if before is not None and before.latitude is not None and f"（{words}）" in before.text:
        return replace(before, text=words, area=routing.area_of(turn.ctx.directory, words))
    found = turn.ctx.understand(words).places
    if len(words) <= LONGEST_PLACE and (found or _PLACE_SIGN.search(words)):
        place = place_of(turn, words)
        if place.area or before is None or not before.area:
            return place
        return Place(before.area + words if before.area in before.text else words, before.area)
    return place_of(turn, found[0].text) if found else None


def amended_words(ticket: Ticket, what: str, unit: str, moved: bool, kept_by: bool) -> str:
    """A correction after filing."""
    if moved:
        return f"{ticket.number} 改好了：{what}。已改交{unit}，答复时间不变。"
    tail = f"{unit}已经在办，会看到您的更正。" if kept_by else "答复时间不变。"
    return f"{ticket.number} 改好了：{what}。{tail}"


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
