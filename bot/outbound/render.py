"""Renders a rule's reply as a channel's text: choices become links to tap on WeChat, words to type elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.messages import Channel, menu_id
from handlers.outcome import Reply
from handlers.pushes import Choice

# A tap on such a link arrives as if the person had typed the content; it works in passive replies too, where the
# platform's own message menu is not allowed.
_TAP = '<a href="weixin://bizmsgmenu?msgmenucontent={say}&msgmenuid={number}">{label}</a>'
_RESERVED = {ord(character): f"%{ord(character):02X}" for character in '%&#"<>+ \n'}


def reply_text(reply: Reply | None, channel: Channel) -> str | None:
    """Returns the text to send. None when there is nothing to say."""
    return None if reply is None else with_taps(reply.text, reply.choices, channel, reply.mark)


def with_taps(text: str, choices: Sequence[Choice], channel: Channel, mark: int = 0) -> str:
    """Returns the text followed by a line for each choice. Tapping a line sends back `mark`, which identifies the
    question.
    """
    if not choices:
        return plain(text)
    if channel is Channel.WECHAT:
        lines = [_tap(menu_id(mark, place), choice) for place, choice in enumerate(choices, 1)]
    else:
        lines = [_typed(choice) for choice in choices]
    return "\n".join((plain(text), "", *lines))


def plain(text: str) -> str:
    """Returns the text without `<`, so that nobody's words can form a link: the platform renders `<a href>` in a text."""
    return text.replace("<", "\uff1c")


def _tap(number: int, choice: Choice) -> str:
    return "▸ " + _TAP.format(say=choice.say.translate(_RESERVED), number=number, label=plain(choice.label))


def _typed(choice: Choice) -> str:
    label, say = plain(choice.label), plain(choice.say)
    return f"▸ {label}：回复“{say}”" if label != say else f"▸ 回复“{say}”"
