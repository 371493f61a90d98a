"""wechatpy's message and event classes, extended by those it lacks; and the set of known message and event names.

The hot path (`inbound.py`) reads fields by its own tables, which cannot raise. These classes give the known names,
typed access for tools, and a second opinion in tests. Defining an event class registers it with wechatpy's
`parse_message`.
"""

from __future__ import annotations

from wechatpy import events as account
from wechatpy import messages
from wechatpy.fields import BaseField, IntegerField, StringField
from wechatpy.work import events as work
from wechatpy.work import messages as work_messages

from bot.channels.wechat.xml import Fields


@messages.register_message("text")
class TextMessage(messages.TextMessage):  # type: ignore[misc]
    """Text, with the tapped line of a message menu and the article it was written under."""

    menu_id = StringField("bizmsgmenuid")
    data_id = StringField("MsgDataId")
    index = StringField("Idx")


@messages.register_message("voice")
class VoiceMessage(messages.VoiceMessage):  # type: ignore[misc]
    """Voice, with the recording of higher quality beside the usual one."""

    media_id_16k = StringField("MediaId16K")


class PublishJobFinishEvent(account.BaseEvent):  # type: ignore[misc]
    """Result of publishing an article."""

    event = "publishjobfinish"
    info = BaseField("PublishEventInfo", {})


class UserInfoModifiedEvent(account.BaseEvent):  # type: ignore[misc]
    """A person changed which data the account may know."""

    event = "user_info_modified"
    openid = StringField("OpenID")
    revoked = StringField("RevokeInfo")


class UserAuthorizationRevokeEvent(account.BaseEvent):  # type: ignore[misc]
    """A person withdrew part of their authorisation."""

    event = "user_authorization_revoke"
    openid = StringField("OpenID")
    revoked = StringField("RevokeInfo")


class UserAuthorizationCancellationEvent(account.BaseEvent):  # type: ignore[misc]
    """A person closed their account with this service."""

    event = "user_authorization_cancellation"
    openid = StringField("OpenID")


class DebugDemoEvent(account.BaseEvent):  # type: ignore[misc]
    """The debugging tool's test push."""

    event = "debug_demo"
    words = StringField("debug_str")


class _CardEvent(work.BaseEvent):  # type: ignore[misc]
    agent = IntegerField("AgentID", 0)
    key = StringField("EventKey")
    task_id = StringField("TaskId")
    card_type = StringField("CardType")
    response_code = StringField("ResponseCode")


class TemplateCardEvent(_CardEvent):
    """A tap on a template card's button; `response_code` lets the card be changed once, within 72 hours."""

    event = "template_card_event"
    selected = BaseField("SelectedItems", {})


class TemplateCardMenuEvent(_CardEvent):
    """A tap in a template card's upper right menu."""

    event = "template_card_menu_event"


_WORK_NAMES_ONLY = (
    "view_miniprogram",
    "share_agent_change",
    "share_chain_change",
    "inactive_alert",
    "close_inactive_agent",
    "reopen_inactive_agent",
    "low_active_alert",
    "low_active",
    "active_restored",
    "change_contact",
)
"""WeCom events that need no answer and that wechatpy 2.0.0a26 does not know."""

_ACCOUNT_NAMES_ONLY = ("view_miniprogram",)
"""Official account events that need no answer and that wechatpy 2.0.0a26 may not know."""

KNOWN_MESSAGES: frozenset[str] = frozenset(messages.MESSAGE_TYPES) | frozenset(work_messages.MESSAGE_TYPES) | {"file"}
"""Every MsgType that is known to exist on either platform, `event` aside."""

KNOWN_EVENTS: frozenset[str] = (
    frozenset(account.EVENT_TYPES) | frozenset(work.EVENT_TYPES) | frozenset(_WORK_NAMES_ONLY + _ACCOUNT_NAMES_ONLY)
)
"""Every event name, in lower case, that is known to exist on either platform."""


def typed(fields: Fields) -> messages.BaseMessage:
    """Returns wechatpy's object for an official account's push. An unknown one is its UnknownMessage.

    Attributes of its classes may raise on odd input: never let a person's message depend on one.
    """
    kind = str(fields.get("MsgType", "")).lower()
    if kind == "event":
        return account.EVENT_TYPES.get(str(fields.get("Event", "")).lower(), messages.UnknownMessage)(fields)
    return messages.MESSAGE_TYPES.get(kind, messages.UnknownMessage)(fields)
