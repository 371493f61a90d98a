"""Passive replies: from the XML that the account's server answered to what the phone shows.

Source: Passive_user_reply_message (service/guide/product/message).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.custom import LONGEST_TEXT
from bot.sandbox.platform.envelopes import BadReply
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.model import Account, Article, Content, Music, News, Notice, Picture, TextBubble, Video, Voice
from bot.sandbox.platform.world import World

MOST_ARTICLES = 8


def read(world: World, account: Account, push: RawPush, reply: etree._Element) -> Content:
    """What the reply puts on the phone. Raises BadReply for anything the platform would not take."""
    if reply.findtext("ToUserName") != push.openid or reply.findtext("FromUserName") != account.original_id:
        raise BadReply("ToUserName 或 FromUserName 不对")
    if not (reply.findtext("CreateTime") or "").isdigit():
        raise BadReply("CreateTime 不是整数")
    kind = reply.findtext("MsgType") or ""
    reader = _READERS.get(kind)
    if reader is None:
        raise BadReply("MsgType 不认识")
    return reader(world, push, reply)


def _text(_: World, __: RawPush, reply: etree._Element) -> Content:
    content = reply.findtext("Content") or ""
    if not content:
        raise BadReply("文本回复的 Content 为空")
    if len(content.encode()) > LONGEST_TEXT:
        raise BadReply(f"文本回复超过 {LONGEST_TEXT} 字节")
    return TextBubble(content)


def _image(world: World, _: RawPush, reply: etree._Element) -> Content:
    return Picture(_media(world, reply.findtext("Image/MediaId")))


def _voice(world: World, _: RawPush, reply: etree._Element) -> Content:
    return Voice(_media(world, reply.findtext("Voice/MediaId")), seconds=3)


def _video(world: World, _: RawPush, reply: etree._Element) -> Content:
    media_id = _media(world, reply.findtext("Video/MediaId"))
    return Video(media_id, "", reply.findtext("Video/Title") or "", reply.findtext("Video/Description") or "")


def _music(world: World, _: RawPush, reply: etree._Element) -> Content:
    _media(world, reply.findtext("Music/ThumbMediaId"))
    title, description, url = (reply.findtext(f"Music/{name}") or "" for name in ("Title", "Description", "MusicUrl"))
    return Music(title, description, url)


def _news(_: World, push: RawPush, reply: etree._Element) -> Content:
    items = reply.findall("Articles/item")
    if not items or reply.findtext("ArticleCount") != str(len(items)):
        raise BadReply("ArticleCount 与 Articles 不一致")
    # After a message of the user only one article is shown, after an event up to eight; the rest is cut off.
    shown = items[: MOST_ARTICLES if push.kind == "event" else 1]
    return News(
        tuple(
            Article(*(item.findtext(name) or "" for name in ("Title", "Description", "Url", "PicUrl")))
            for item in shown
        )
    )


def _transfer(_: World, __: RawPush, ___: etree._Element) -> Content:
    return Notice("已为你转接人工客服")


_READERS: dict[str, Callable[[World, RawPush, etree._Element], Content]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}


def _media(world: World, media_id: str | None) -> str:
    try:
        return world.media.get(media_id or "", world.now).media_id
    except PlatformRefusal as refusal:
        raise BadReply("回复里的 MediaId 无效") from refusal
