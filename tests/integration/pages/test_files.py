"""Files are shown to those who see them on the page, made harmless, and to nobody else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from handlers.messages import MediaKind
from handlers.tickets.events.work import Accepted, Noted, OnSite
from handlers.tickets.ticket import Attachment, Ticket
from tests.integration.pages.world import Client, World, photo


async def with_photo(world: World) -> tuple[Ticket, Attachment]:
    kept = await world.keep(101, MediaKind.IMAGE, photo(), "image/jpeg")
    return world.file(attachments=(kept,)), kept


async def test_a_picture_is_made_anew_without_what_the_phone_hid_in_it(client: Client, world: World) -> None:
    ticket, kept = await with_photo(world)
    response = await client.get(f"/t/{ticket.token}/file/{kept.id}")
    content = await response.read()
    assert response.status == 200
    assert response.content_type == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert b"SecretPhoneMaker" not in content
    assert max(Image.open(io.BytesIO(content)).size) == 1280


async def test_a_thumbnail_is_small_and_made_once(client: Client, world: World) -> None:
    ticket, kept = await with_photo(world)
    first = await (await client.get(f"/t/{ticket.token}/file/{kept.id}?small=1")).read()
    assert Image.open(io.BytesIO(first)).size == (240, 240)
    assert len(first) < 20_000
    digest = world.known[kept.id].sha256
    assert digest is not None
    world.store.path(digest).unlink()
    assert await (await client.get(f"/t/{ticket.token}/file/{kept.id}?small=1")).read() == first


async def test_a_file_of_another_ticket_or_of_officials_only_is_not_there(client: Client, world: World) -> None:
    _, kept = await with_photo(world)
    inner = await world.keep(102, MediaKind.IMAGE, photo("note"), "image/jpeg")
    other = world.file("26000029")
    world.happen(other, Noted("内部照片", (inner,)))
    for file_id in (kept.id, inner.id, 999):
        assert (await client.get(f"/t/{other.token}/file/{file_id}")).status == 404


@pytest.mark.parametrize("odd", ["..%2f..%2fetc%2fpasswd", "101.jpg", "-1", "1" * 20, "%00"])
async def test_no_trick_with_the_name_works(client: Client, world: World, odd: str) -> None:
    ticket, _ = await with_photo(world)
    assert (await client.get(f"/t/{ticket.token}/file/{odd}")).status == 404


async def test_what_is_not_here_yet_or_never_will_be_is_told_honestly(client: Client, world: World) -> None:
    coming, lost = world.expect(104, MediaKind.IMAGE), world.expect(105, MediaKind.VIDEO, lost=True)
    ticket = world.file(attachments=(coming, lost))
    text = await (await client.get(f"/t/{ticket.token}")).text()
    assert "照片正在取回" in text
    assert "视频没能取回来" in text
    assert "/file/" not in text
    response = await client.get(f"/t/{ticket.token}/file/{coming.id}")
    assert (response.status, response.content_type) == (404, "image/svg+xml")


async def test_a_picture_that_is_none_is_a_placeholder_ever_after(client: Client, world: World) -> None:
    broken = await world.keep(106, MediaKind.IMAGE, b"\xff\xd8\xff broken", "image/jpeg")
    ticket = world.file(attachments=(broken,))
    for _ in range(2):
        response = await client.get(f"/t/{ticket.token}/file/{broken.id}")
        assert (response.status, response.content_type) == (404, "image/svg+xml")


async def test_a_file_whose_bytes_are_gone_is_a_placeholder(client: Client, world: World) -> None:
    ticket, kept = await with_photo(world)
    digest = world.known[kept.id].sha256
    assert digest is not None
    world.store.path(digest).unlink()
    assert (await client.get(f"/t/{ticket.token}/file/{kept.id}")).status == 404


@pytest.mark.parametrize(
    ("kind", "content_type", "disposition", "tag"),
    [
        (MediaKind.VIDEO, "video/mp4", "inline", "<video"),
        (MediaKind.VOICE, "audio/mpeg", "inline", "<audio"),
        (MediaKind.VOICE, "audio/amr", "attachment", "下载语音"),
    ],
)
async def test_sound_and_film_play_or_can_be_had(
    client: Client, world: World, kind: MediaKind, content_type: str, disposition: str, tag: str
) -> None:
    kept = await world.keep(107, kind, b"0123456789", content_type)
    ticket = world.file()
    world.happen(ticket, Accepted(), OnSite("到了", (kept,)))
    assert tag in await (await client.get(f"/t/{ticket.token}")).text()
    response = await client.get(f"/t/{ticket.token}/file/{kept.id}", headers={"Range": "bytes=2-4"})
    assert (response.status, await response.read()) == (206, b"234")
    assert response.content_type == content_type
    assert response.headers["Content-Disposition"].startswith(disposition)


async def test_a_type_we_do_not_know_is_not_served(client: Client, world: World) -> None:
    kept = await world.keep(108, MediaKind.VIDEO, b"<script>alert(1)</script>", "text/html")
    ticket = world.file(attachments=(kept,))
    response = await client.get(f"/t/{ticket.token}/file/{kept.id}")
    assert (response.status, response.content_type) == (404, "image/svg+xml")
