"""`/rectify`: the public pages of 整改 items, running and finished, each with its measures, dates and steps.

Everything on them is public: no ticket is named, and no picture is shown, because nobody has checked it for faces.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from aiohttp import web
from msgspec import Struct

from bot.pages.context import PageContext
from bot.pages.rendering import asked_size
from handlers.directory.directory import Directory
from handlers.items import numbers, wording
from handlers.items.events import ItemEvent, SignedOff
from handlers.items.item import Item, ItemState
from handlers.items.lifecycle import next_due
from handlers.items.states import NAMES, RUNNING

RECTIFY_PATH = "/rectify"
LOOKS_PER_MINUTE = 60
"""Requests of one address: a person who taps through everything stays below it, a scraper does not."""


class Rectified(Protocol):
    """Port: the look-ups that these pages need. `storage.queries.rectifications.Rectifications` implements it."""

    async def listed(self) -> tuple[Item, ...]:
        """Returns the running items, then those that have ended."""

    async def one(self, key: str) -> tuple[Item, tuple[ItemEvent, ...]] | None:
        """Returns the item with this short number, and its log."""


class ItemRow(Struct, frozen=True):
    """One item of the list."""

    item: Item
    unit: str
    state: str
    due: datetime | None


class ItemStep(Struct, frozen=True):
    """One step of an item: time, title and text."""

    at: datetime
    title: str
    text: str
    files: int
    """Number of pictures, which are not shown."""


class Rectify:
    """The handlers of these pages."""

    def __init__(self, context: PageContext, rectified: Rectified) -> None:
        self._context = context
        self._rectified = rectified

    async def listed(self, request: web.Request) -> web.Response:
        """GET all items, those that run first."""
        if size := asked_size(request):
            return size
        await self._throttle(request)
        rows = [self._row(item) for item in await self._rectified.listed()]
        running = [row for row in rows if row.item.state in RUNNING]
        over = [row for row in rows if row.item.state not in RUNNING]
        return self._context.renderer.page(request, "rectify.html", running=running, over=over)

    async def one(self, request: web.Request) -> web.Response:
        """GET one item; 404 when there is none."""
        if size := asked_size(request):
            return size
        await self._throttle(request)
        key = request.match_info["key"].upper()
        found = await self._rectified.one(key)
        if found is None:
            raise web.HTTPNotFound
        item, log = found
        return self._context.renderer.page(
            request,
            "rectify_item.html",
            row=self._row(item),
            item=item,
            origin=wording.ORIGINS[item.origin],
            steps=steps(item, log, self._context.directory()),
            mood=_mood(item, self._context.clock.now()),
            running=item.state in RUNNING,
        )

    def _row(self, item: Item) -> ItemRow:
        return ItemRow(item, self._context.directory().name(item.unit_id), NAMES[item.state], next_due(item))

    async def _throttle(self, request: web.Request) -> None:
        await self._context.throttle("rectify", self._context.client(request), LOOKS_PER_MINUTE, 60)


def steps(item: Item, log: tuple[ItemEvent, ...], directory: Directory) -> list[ItemStep]:
    """What the public may know of the log, newest first."""
    found: list[ItemStep] = []
    for event in reversed(log):
        text = event.what.for_public(item, directory.name(item.unit_id))
        if text is None:
            continue
        files = len(event.what.files())
        # The conclusion has a place of its own on the page.
        words = item.verdict if isinstance(event.what, SignedOff) else text
        found.append(ItemStep(event.at, event.what.title, words, files))
    return found


def path_of(number: str) -> str:
    """The page of 整〔2026〕0003号; "" for what is no such number."""
    key = numbers.key_of(number)
    return f"{RECTIFY_PATH}/{key}" if key else ""


def _mood(item: Item, now: datetime) -> str:
    if item.state is ItemState.SIGNED:
        return "done"
    if item.state is ItemState.DROPPED:
        return "ended"
    due = next_due(item)
    return "late" if due is not None and due < now and item.state is not ItemState.SUBMITTED else "going"
