"""Sample pictures, a sample sound and a sample video for the phones, all made by code."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 720, 960
_THUMB = (240, 320)

Colour = tuple[int, int, int]


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        part = y / HEIGHT
        strip.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)))
    return strip.resize((WIDTH, HEIGHT))


def _glow(picture: Image.Image, centre: tuple[int, int], radius: int, colour: Colour) -> None:
    x, y = centre
    light = Image.new("L", picture.size, 0)
    ImageDraw.Draw(light).ellipse((x - radius, y - radius, x + radius, y + radius), fill=150)
    light = light.filter(ImageFilter.GaussianBlur(radius / 2))
    picture.paste(Image.new("RGB", picture.size, colour), (0, 0), light)


def _lamp(draw: ImageDraw.ImageDraw, x: int, top: int, foot: int, head: Colour) -> None:
    draw.line((x, foot, x, top), fill=(58, 64, 80), width=9)
    draw.line((x, top, x + 46, top - 12), fill=(58, 64, 80), width=7)
    draw.rounded_rectangle((x + 34, top - 20, x + 84, top - 6), 7, fill=head)


def street_lamp() -> Image.Image:
    """A street at night; the lamp in front is out."""
    picture = _sky((13, 18, 40), (44, 52, 84))
    draw = ImageDraw.Draw(picture)
    rng = Random(3)  # noqa: S311 - it places windows
    for x in range(0, WIDTH, 90):
        top = rng.randrange(330, 470)
        draw.rectangle((x, top, x + 84, 640), fill=(22, 27, 48))
        for wx in range(x + 12, x + 70, 22):
            for wy in range(top + 16, 610, 30):
                if rng.random() < 0.22:
                    draw.rectangle((wx, wy, wx + 10, wy + 14), fill=(236, 196, 116))
    draw.polygon(((0, 960), (0, 640), (720, 640), (720, 960)), fill=(34, 38, 54))
    draw.polygon(((60, 960), (330, 640), (390, 640), (700, 960)), fill=(46, 50, 66))
    for y in range(660, 960, 60):
        half = 2 + (y - 640) // 60
        draw.polygon(
            ((360 - half, y), (360 + half, y), (362 + half, y + 26), (358 - half, y + 26)), fill=(150, 150, 140)
        )
    _lamp(draw, 440, 470, 660, (255, 232, 170))
    _lamp(draw, 92, 430, 690, (255, 232, 170))
    _glow(picture, (500, 470), 80, (255, 226, 150))
    _glow(picture, (152, 430), 95, (255, 226, 150))
    draw = ImageDraw.Draw(picture)
    _lamp(draw, 560, 250, 860, (70, 74, 88))
    return picture


def pothole() -> Image.Image:
    """A hole in the road, with water in it and a cone beside."""
    picture = _sky((142, 146, 150), (98, 102, 106))
    rng = Random(5)  # noqa: S311 - it scatters gravel
    draw = ImageDraw.Draw(picture)
    for _ in range(9000):
        x, y, grey = rng.randrange(WIDTH), rng.randrange(HEIGHT), rng.randrange(84, 160)
        draw.point((x, y), fill=(grey, grey, grey + 3))
    draw.polygon(((70, 0), (120, 0), (60, 960), (-20, 960)), fill=(226, 222, 204))
    ring = [(180, 560), (250, 470), (380, 440), (520, 470), (600, 560), (570, 660), (450, 720), (300, 712), (205, 650)]
    draw.polygon(ring, fill=(74, 70, 66))
    inner = [(390 + (x - 390) * 0.86, 580 + (y - 580) * 0.82) for x, y in ring]
    draw.polygon(inner, fill=(48, 44, 42))
    draw.ellipse((270, 560, 520, 672), fill=(112, 138, 156))
    draw.ellipse((310, 580, 440, 622), fill=(156, 182, 196))
    for start, end in (((180, 560), (60, 500)), ((600, 560), (710, 520)), ((450, 720), (480, 840))):
        draw.line((start, end), fill=(70, 68, 66), width=6)
    draw.polygon(((590, 420), (630, 180), (660, 180), (700, 420)), fill=(236, 104, 40))
    draw.polygon(((606, 330), (614, 280), (676, 280), (684, 330)), fill=(248, 246, 240))
    draw.rounded_rectangle((560, 414, 719, 446), 8, fill=(206, 84, 30))
    return picture.filter(ImageFilter.GaussianBlur(0.7))


def rubbish() -> Image.Image:
    """Overflowing bins before a wall."""
    picture = _sky((214, 206, 190), (190, 180, 162))
    draw = ImageDraw.Draw(picture)
    for row, y in enumerate(range(0, 560, 44)):
        for x in range(-60 + (row % 2) * 55, WIDTH, 110):
            draw.rectangle((x, y, x + 104, y + 38), fill=(198 - row, 170 - row, 146 - row))
    draw.rectangle((0, 560, 720, 960), fill=(150, 148, 142))
    for x, body in ((90, (46, 125, 80)), (310, (40, 96, 150))):
        draw.polygon(((x, 400), (x + 190, 400), (x + 172, 720), (x + 18, 720)), fill=body)
        draw.rounded_rectangle((x - 10, 380, x + 200, 410), 10, fill=tuple(max(0, part - 20) for part in body))
        draw.ellipse((x + 20, 700, x + 56, 736), fill=(40, 40, 40))
        draw.ellipse((x + 130, 700, x + 166, 736), fill=(40, 40, 40))
    bags = (
        (110, 300, 130, (38, 40, 44)), (200, 318, 100, (232, 228, 220)), (330, 290, 140, (52, 54, 58)),
        (420, 330, 90, (214, 78, 66)), (500, 640, 170, (36, 38, 42)), (420, 730, 150, (226, 222, 212)),
        (590, 740, 120, (60, 62, 66)), (60, 740, 140, (44, 46, 50)), (210, 770, 110, (238, 206, 96)),
    )  # fmt: skip
    for x, y, size, fill in bags:
        draw.ellipse((x, y, x + size, y + round(size * 0.86)), fill=fill)
        draw.polygon(
            (
                (x + size // 2 - 14, y + 8),
                (x + size // 2 + 14, y + 8),
                (x + size // 2 + 22, y - 22),
                (x + size // 2 - 20, y - 20),
            ),
            fill=fill,
        )
    return picture.filter(ImageFilter.GaussianBlur(0.8))


PICTURES: dict[str, tuple[str, Callable[[], Image.Image]]] = {
    "lamp": ("路灯不亮", street_lamp),
    "hole": ("路面坑洞", pothole),
    "bins": ("垃圾堆放", rubbish),
}


@cache
def picture(key: str) -> bytes:
    """A sample as JPEG. Raises KeyError for an unknown key."""
    _, draw = PICTURES[key]
    return _jpeg(draw())


@cache
def thumb() -> bytes:
    """The still of the sample video, under the platform's 64 KB."""
    return _jpeg(pothole().resize(_THUMB))


def video() -> bytes:
    """The shortest thing that is an MP4 by its boxes; it has no track to play."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08free" + b"\x00\x00\x00\x08mdat"


def sound(seconds: int) -> bytes:
    """Silence as AMR, fifty frames a second (12.2 kbit/s)."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50 * seconds


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()
