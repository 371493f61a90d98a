"""Appeals that several stories begin with, and the pictures people send."""

from __future__ import annotations

import io

from PIL import Image

LAMP = "解放路和平菜市场门口的路灯坏了，晚上看不见路"
LAMP_SHORT = "解放路和平菜市场门口的路灯坏了"
BINS = "平安巷12号门口的垃圾桶三天没人收了，臭得开不了窗"
LIFT = "阳光花园小区6栋电梯老是突然停住，修了几次都没用"
SHELTER = "五一路汽车站对面的公交站台顶棚裂了，下雨天等车全淋湿"


def photo(colour: str = "#31435a") -> bytes:
    """A JPEG as a phone would send it, with the maker's name hidden in it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()
