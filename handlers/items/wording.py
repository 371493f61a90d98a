"""Texts about a 整改 item: for citizens whose tickets it covers, for officials, and for the public page."""

from __future__ import annotations

from handlers.items.item import Item, ItemOwed, Measure, Origin
from handlers.tickets import masking
from handlers.tickets.wording import brief, clause, moment, short

SHOWN = 60
"""Characters quoted of a text."""

ORIGINS: dict[Origin, str] = {
    Origin.HOT: "很多人反映同一件事",
    Origin.GRADES: "一段时间里多次差评",
    Origin.SUPERVISOR: "督办员认为要一起整改",
}
OWED: dict[ItemOwed, str] = {
    ItemOwed.PLAN: "整改措施",
    ItemOwed.MEASURE: "措施",
    ItemOwed.AGAIN: "重新报验",
    ItemOwed.SIGN: "验收",
}


def measure(each: Measure) -> str:
    """Returns a measure with its date and state."""
    if each.done_at is not None:
        return f"{each.text}（{short(each.done_at)[:5]} 完成）"
    return f"{each.text}（{moment(each.due.by)} 前{'，已逾期' if each.due.late else ''}）"


def measures(item: Item) -> list[str]:
    """Returns all measures, numbered."""
    return [f"{place}. {measure(each)}" for place, each in enumerate(item.measures, 1)]


def called(item: Item) -> str:
    """Returns the item as it is named in a sentence: Z26003「…」."""
    return f"{item.key}「{brief(item.cause)}」"


def answer(item: Item, by: str) -> str:
    """Returns the lead unit's words as the reply to a ticket. `by` is the unit that signed it off."""
    return f"{item.conclusion}\n（{item.number} 整改已完成，{by}验收：{clause(item.verdict)}）"


def proposal(unit: str, category: str, numbers: tuple[str, ...], days: int) -> str:
    """Returns the push to a supervisor about a series, with a ready command."""
    return (
        f"{unit}的「{category}」近 {days} 天里有 {len(numbers)} 件被评为不满意。看看是不是同一个毛病，要不要整改：\n"
        f"立项 {','.join(numbers)} {unit} {category}多次评价不满意"
    )


# For everybody, on the public page.


def public(text: str, phone: str) -> str:
    """Returns an official's words as everybody may read them, without personal data. The unit's own telephone stays."""
    return (
        phone.join(masking.for_followers(part) for part in text.split(phone)) if phone else masking.for_followers(text)
    )
