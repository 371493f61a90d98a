"""Conversion between domain values (`Ticket`, `Person`, `Push` …) and rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from handlers.chasing.chase_notice import ChaseNotice
from handlers.chasing.due_steps import next_look, owes_at
from handlers.directory.directory import Level, Role, Route, Staff, Unit
from handlers.directory.person import Person, PushQuota
from handlers.hot import HotIssue
from handlers.items.events import ItemEvent
from handlers.items.item import Item
from handlers.items.lifecycle import next_due
from handlers.items.lifecycle import next_look as item_look
from handlers.messages import Body, Channel, Incoming
from handlers.official.talk import OfficialTalk
from handlers.outcome import MediaWanted, Reply
from handlers.pushes import Push
from handlers.talk import Talk
from handlers.tickets.events import Event
from handlers.tickets.publishing import published_at
from handlers.tickets.ticket import Ticket
from storage.schema.tables import SENDER_MARK, MediaState, OutboxState

Row = dict[str, Any]

_encoder = msgspec.json.Encoder()
_ticket = msgspec.json.Decoder(Ticket)
_event = msgspec.json.Decoder(Event)
_talk = msgspec.json.Decoder(OfficialTalk)
_push = msgspec.json.Decoder(Push)
_reply = msgspec.json.Decoder(Reply)
_body: msgspec.json.Decoder[Body] = msgspec.json.Decoder(Body)
_chase_notice = msgspec.json.Decoder(ChaseNotice)
_hot_issue = msgspec.json.Decoder(HotIssue)
_item = msgspec.json.Decoder(Item)
_item_event = msgspec.json.Decoder(ItemEvent)
_words = msgspec.json.Decoder(tuple[str, ...])

EMPTY_TALK = OfficialTalk()


def to_json(value: object) -> str:
    """Returns the value as compact JSON."""
    return _encoder.encode(value).decode()


def person_row(person: Person, talk: Talk) -> Row:
    """Returns the row of `people` for a person and their talk."""
    return {
        "id": person.id,
        "channel": person.channel.value,
        "openid": person.openid,
        "since": person.since,
        "following": person.following,
        "named": person.named,
        "public": person.public,
        "called": person.called,
        "reach_until": person.reach.until,
        "reach_left": person.reach.left,
        "parked": person.parked,
        "minute": person.minute,
        "in_minute": person.in_minute,
        "talk": None if talk == EMPTY_TALK else to_json(talk),
    }


def person(row: RowMapping) -> Person:
    """Returns the person in a row of `people`."""
    return Person(
        id=row["id"],
        channel=Channel(row["channel"]),
        openid=row["openid"],
        since=row["since"],
        following=row["following"],
        named=row["named"],
        public=row["public"],
        called=row["called"],
        reach=PushQuota(row["reach_until"], row["reach_left"]),
        parked=row["parked"],
        minute=row["minute"],
        in_minute=row["in_minute"],
    )


def talk(row: RowMapping) -> OfficialTalk:
    """Returns the talk in a row of `people`."""
    return _talk.decode(row["talk"]) if row["talk"] else EMPTY_TALK


def ticket_row(value: Ticket) -> Row:
    """Returns the row of `tickets`: the whole ticket in `doc`, and the columns it is searched by."""
    return {
        "id": value.id,
        "number": value.number,
        "token": value.token,
        "person_id": value.person_id,
        "unit_id": value.unit_id,
        "state": value.state.value,
        "filed_at": value.filed_at,
        "reply_by": value.promise.reply_by,
        "replied_at": value.replied_at,
        "rating": value.rating,
        "version": value.version,
        "doc": to_json(value),
        "joined_to": value.joined_to,
        "look_at": next_look(value),
        "owes_at": owes_at(value),
        "published_at": published_at(value),
    }


def ticket(doc: str) -> Ticket:
    """Returns the ticket in a `doc` column."""
    return _ticket.decode(doc)


def event_row(value: Event) -> Row:
    """Returns the row of `events` for one event."""
    return {
        "ticket_id": value.ticket_id,
        "seq": value.seq,
        "at": value.at,
        "kind": value.what.__struct_config__.tag,
        "doc": to_json(value),
    }


def event(doc: str) -> Event:
    """Returns the event in a `doc` column."""
    return _event.decode(doc)


def lane(push: Push) -> int:
    """Returns the lane of a push. Pushes of one lane are sent in order: those to one person about one ticket, or about
    no ticket.
    """
    return push.person_id ^ (push.ticket_id or 0)


def push_row(push: Push, due_at: datetime) -> Row:
    """Returns the row of `outbox` for a push that waits for the worker."""
    return {
        "id": push.id,
        "person_id": push.person_id,
        "lane": lane(push),
        "doc": to_json(push),
        "state": OutboxState.PENDING.value,
        "due_at": due_at,
        "attempts": 0,
        "message_id": None,
        "error": "",
        "unsure_at": None,
    }


def push(doc: str) -> Push:
    """Returns the push in a `doc` column."""
    return _push.decode(doc)


def media_row(wanted: MediaWanted, channel: Channel, due_at: datetime) -> Row:
    """Returns the row of `media` for a file that is still on the platform."""
    return {
        "id": wanted.id,
        "kind": wanted.kind.value,
        "channel": channel.value,
        "media_id": wanted.media_id,
        "person_id": wanted.person_id,
        "ticket_id": wanted.ticket_id,
        "state": MediaState.WANTED.value,
        "due_at": due_at,
        "attempts": 0,
        "sha256": None,
        "content_type": "",
        "size": 0,
        "error": "",
    }


def sender_mark(openid: str) -> str:
    """Returns the hash that tells senders in the inbox apart. It stays when the sender has left, and leads back to no
    openid.
    """
    return blake2b(openid.encode("utf-8", "surrogatepass"), digest_size=SENDER_MARK // 2).hexdigest()


def inbox_row(incoming: Incoming, person_id: int, reply: Reply | None, failed: bool) -> Row:
    """Returns the row of `inbox` for one message with its reply."""
    return {
        "channel": incoming.channel.value,
        "key": incoming.key,
        "sender": sender_mark(incoming.openid),
        "person_id": person_id,
        "received_at": incoming.received_at,
        "body": to_json(incoming.body),
        "reply": None if reply is None else to_json(reply),
        "failed": failed,
    }


def reply(doc: str | None) -> Reply | None:
    """Returns the stored reply of a message. None when it had none."""
    return _reply.decode(doc) if doc else None


def body(doc: str) -> Body:
    """Returns the stored body of a message."""
    return _body.decode(doc)


def staff_row(member: Staff) -> Row:
    """Returns the row of `staff` for a member of staff."""
    return {
        "id": member.id,
        "unit_id": member.unit_id,
        "role": member.role.value,
        "name": member.name,
        "person_id": member.person_id,
        "invite_hash": member.invite_hash,
        "invite_until": member.invite_until,
        "deputy_id": member.deputy_id,
        "away_from": member.away_from,
        "away_until": member.away_until,
    }


def staff(row: Mapping[str, Any]) -> Staff:
    """Returns the member of staff in a row of `staff`."""
    return Staff(
        id=row["id"],
        unit_id=row["unit_id"],
        role=Role(row["role"]),
        name=row["name"],
        person_id=row["person_id"],
        invite_hash=row["invite_hash"],
        invite_until=row["invite_until"],
        deputy_id=row["deputy_id"],
        away_from=row["away_from"],
        away_until=row["away_until"],
    )


def unit_row(value: Unit) -> Row:
    """Returns the row of `units` for a unit."""
    return {
        "id": value.id,
        "name": value.name,
        "level": value.level.value,
        "parent_id": value.parent_id,
        "area": value.area,
        "phone": value.phone,
        "aliases": to_json(value.aliases),
        "opens": value.opens,
        "closes": value.closes,
    }


def unit(row: RowMapping) -> Unit:
    """Returns the unit in a row of `units`."""
    return Unit(
        id=row["id"],
        name=row["name"],
        level=Level(row["level"]),
        parent_id=row["parent_id"],
        area=row["area"],
        phone=row["phone"],
        aliases=_words.decode(row["aliases"]),
        opens=row["opens"],
        closes=row["closes"],
    )


def route_row(number: int, value: Route) -> Row:
    """Returns the row of `routes` for a routing rule. `number` keeps the order of the rules."""
    return {
        "id": number,
        "unit_id": value.unit_id,
        "category": value.category,
        "area": value.area,
        "words": to_json(value.words),
    }


def route(row: RowMapping) -> Route:
    """Returns the routing rule in a row of `routes`."""
    return Route(row["unit_id"], row["category"], row["area"], _words.decode(row["words"]))


def hot_issue(doc: str) -> HotIssue:
    """Returns the hot issue in a `doc` column."""
    return _hot_issue.decode(doc)


def chase_notice_row(value: ChaseNotice) -> Row:
    """Returns the row of `chase_notices` for a 催办通知单."""
    return {
        "number": value.number,
        "year": value.year,
        "serial": value.serial,
        "unit_id": value.unit_id,
        "at": value.at,
        "doc": to_json(value),
    }


def chase_notice(doc: str) -> ChaseNotice:
    """Returns the 催办通知单 in a `doc` column."""
    return _chase_notice.decode(doc)


def item_row(value: Item) -> Row:
    """Returns the row of `rectifications`: the whole item in `doc`, and the columns it is searched by."""
    return {
        "id": value.id,
        "key": value.key,
        "year": value.year,
        "serial": value.serial,
        "state": value.state.value,
        "unit_id": value.unit_id,
        "due_at": next_due(value),
        "look_at": item_look(value),
        "version": value.version,
        "doc": to_json(value),
    }


def item(doc: str) -> Item:
    """Returns the 整改 item in a `doc` column."""
    return _item.decode(doc)


def item_event_row(value: ItemEvent) -> Row:
    """Returns the row of `rectification_events` for one event."""
    return {
        "item_id": value.item_id,
        "seq": value.seq,
        "at": value.at,
        "kind": value.what.__struct_config__.tag,
        "doc": to_json(value),
    }


def item_event(doc: str) -> ItemEvent:
    """Returns the event of a 整改 item in a `doc` column."""
    return _item_event.decode(doc)
