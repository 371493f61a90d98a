"""A picture on a page holds pixels and nothing else, whatever its original carried."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.outbound.media import page_picture
from bot.pages.files import _thumbnail

SECRET = "王芳 13900001234 滨河路12号"
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()


def picture() -> Image.Image:
    return Image.linear_gradient("L").resize((64, 48)).convert("RGB")


def saved(image: Image.Image, form: str, **given: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **given)
    return out.getvalue()


def exif() -> bytes:
    made = Image.Exif()
    made[0x010E] = SECRET  # ImageDescription
    made[0x9286] = SECRET.encode()  # UserComment
    made.get_ifd(0x8825)[1] = "N"
    return made.tobytes()


def iptc(jpeg: bytes) -> bytes:
    """With an APP13 segment: the place where newspapers keep their captions."""
    words = SECRET.encode()
    record = b"\x1c\x02\x78" + len(words).to_bytes(2, "big") + words
    body = (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record + b"\x00" * (len(record) % 2)
    )
    return jpeg[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]


def png_text() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", "phone 13900001234")
    info.add_text("Description", SECRET, zip=True)
    info.add_itxt("Author", SECRET)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


ORIGINALS: dict[str, Callable[[], bytes]] = {
    "jpeg comment": lambda: saved(picture(), "JPEG", comment=SECRET.encode()),
    "jpeg exif": lambda: saved(picture(), "JPEG", exif=exif()),
    "jpeg xmp": lambda: saved(picture(), "JPEG", xmp=XMP),
    "jpeg iptc": lambda: iptc(saved(picture(), "JPEG")),
    "jpeg profile": lambda: saved(picture(), "JPEG", icc_profile=SECRET.encode()),
    "png text": lambda: saved(picture(), "PNG", pnginfo=png_text()),
    "png exif": lambda: saved(picture(), "PNG", exif=exif()),
    "gif comment": lambda: saved(picture().convert("P"), "GIF", comment=SECRET.encode()),
    "webp": lambda: saved(picture(), "WEBP", exif=exif(), xmp=XMP),
}
_PIECES = (SECRET.encode(), b"13900001234", "滨河路".encode())


@pytest.mark.parametrize("make", [page_picture, _thumbnail])
@pytest.mark.parametrize("original", ORIGINALS)
def test_nothing_but_pixels(original: str, make: Callable[[bytes], bytes]) -> None:
    content = ORIGINALS[original]()
    made = make(content)
    assert not any(piece in made for piece in _PIECES)
    with Image.open(io.BytesIO(made)) as copy:
        assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not copy.getexif()


@pytest.mark.parametrize("original", ORIGINALS)
def test_the_originals_do_carry_them(original: str) -> None:
    """So that the test above can fail."""
    with Image.open(io.BytesIO(ORIGINALS[original]())) as image:
        image.load()
        assert set(image.info) & {"comment", "Comment", "exif", "xmp", "photoshop", "icc_profile"}
