"""Take the README's pictures anew: a story is played on the sandbox's phones in a real browser.

Usage: ``python -m deploy.pictures`` (or ``make pictures``). Writes ``docs/phones.png``, ``docs/tracking.png``,
``docs/ranking.png`` and ``docs/notice.png``. The sandbox runs on a free port with a folder of its own, so nothing of yours is
touched.
"""

from __future__ import annotations

import io
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support import services

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
START_SECONDS = 60.0

DESKTOP = (1760, 900)
PHONE = (390, 1120)
PAPER = (794, 860)
"""The upper part of a sheet of A4 in CSS pixels, and what of it is left white around."""
MARGIN = 60
GAP = 30
HEAVIEST = 350 * 1024
"""Bytes of a picture in the repository."""
COLOURS = 256

WANG, LI, CHEN, ZHAO, HE = "o_citizen_wang", "o_citizen_li", "o_official_chen", "o_dispatch_zhao", "o_chief_he"

BINS, GRILL, LIFT = "平安巷", "滨河路夜市", "阳光花园"
"""Words of tickets that the sandbox's town has from the beginning (bot/sandbox/town/demo_script.py)."""
CHASED = "chengguan"
"""The unit that leaves `GRILL` lying."""
NEGLECTED = timedelta(days=10)
"""After so long without an answer its 催办通知单 has come."""


def main() -> int:
    """Play the story, write the pictures."""
    with tempfile.TemporaryDirectory(prefix="minsheng-pictures-") as folder, sandbox(Path(folder)) as site:
        database = Path(folder) / "sandbox.db"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=services.chromium(), args=["--no-sandbox"])
            story = Story(browser, site, database)
            phones = story.play()
            pages = [tracking_page(browser, site, token(database, words)) for words in (BINS, LIFT, GRILL)]
            ranks = [phone_page(browser, f"{site}{path}") for path in ("/rank", f"/rank/unit/{CHASED}")]
            document = story.neglect()
            chased = phone_page(browser, f"{site}/t/{token(database, GRILL)}", PAPER[1])
            notice = [chased, printed(browser, document)]
            browser.close()
    write(phones, DOCS / "phones.png")
    write(side_by_side(pages), DOCS / "tracking.png")
    write(side_by_side(ranks), DOCS / "ranking.png")
    write(side_by_side(notice), DOCS / "notice.png")
    return 0


@contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    """A running sandbox's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"SANDBOX": "1", "HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(folder), "DATABASE_URL": ""}
    environment = {**os.environ, **given, "PUBLIC_URL": "", "REDIS_URL": ""}
    with subprocess.Popen([sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment) as bot:
        site = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{site}/readyz", bot)
            yield site
        finally:
            bot.terminate()


def _wait_for(address: str, bot: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and bot.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError("the sandbox did not start")


class Story:
    """Five phones on one page, and what their people do."""

    def __init__(self, browser: Browser, site: str, database: Path) -> None:
        self._database = database
        self._page = browser.new_page(
            base_url=f"{site}/sandbox/",
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self._page.goto(".")
        expect(self._page.locator("#link")).to_have_class("dot live")

    def play(self) -> bytes:
        """Everything up to the moment of the picture; the picture."""
        for openid in (WANG, LI, CHEN, ZHAO, HE):
            self._phone(openid).get_by_label("换成键盘").click()
        self._leap(_hours_to_office(self._now()))
        bins = number(self._database, BINS)
        self._say(WANG, "解放路和平菜市场门口那盏路灯坏了快一个星期，晚上黑漆漆的，老人买菜摔了两次")
        self._say(LI, "给市长：希望滨河路的公交站台都装上雨棚，下雨天没处躲")
        canopy = number(self._database, "雨棚")
        expect(self._phone(ZHAO).locator(".card.form")).to_be_visible()
        self._leap(1)
        self._say(ZHAO, f"转办 {canopy} 交通局 站台归交通局管")
        self._say(CHEN, f"受理 {bins}")
        self._leap(1)
        self._send_picture(CHEN, "垃圾堆放")
        self._say(CHEN, f"现场 {bins} 清运车已到平安巷，正在清理")
        self._say(HE, "排行 近30天")
        self._open_newest_link(LI)
        self._page.mouse.move(0, 0)
        self._page.wait_for_timeout(800)
        return self._page.screenshot()

    def neglect(self) -> str:
        """Days in which nobody does anything about the grill; the address of the 催办通知单 that comes of it."""
        self._leap(NEGLECTED / timedelta(hours=1))
        self._page.reload()
        chased = self._phone(CHEN).get_by_role("link").filter(has_text="催办通知").last
        chased.click()
        frame = self._phone(CHEN).frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text("催办通知单")
        return str(frame.locator("html").evaluate("element => element.ownerDocument.location.href"))

    def _phone(self, openid: str) -> Locator:
        return self._page.locator(f"#phone-{openid}")

    def _now(self) -> datetime:
        state = self._page.request.get("state").json()
        return datetime.fromtimestamp(state["now"], ZoneInfo("Asia/Shanghai"))

    def _leap(self, hours: float) -> None:
        answer = self._page.request.post("clock", data={"hours": hours}, headers={"X-Sandbox": "1"})
        expect(answer).to_be_ok()

    def _say(self, openid: str, words: str) -> None:
        """Type it, and wait for the answer."""
        phone = self._phone(openid)
        answers = phone.locator(".mine ~ .theirs")
        before = phone.locator(".mine").count()
        box = phone.get_by_label("输入消息")
        box.fill(words)
        box.press("Enter")
        expect(phone.locator(".mine")).to_have_count(before + 1)
        expect(answers.last).to_be_visible()
        expect(phone.locator(".line").last).to_have_class("line theirs fresh")
        box.blur()

    def _send_picture(self, openid: str, label: str) -> None:
        phone = self._phone(openid)
        phone.get_by_label("更多").click()
        phone.get_by_text("图片", exact=True).click()
        phone.get_by_text(label).click()
        expect(phone.locator(".shot img").last).to_be_visible()
        expect(phone.locator(".line").last).to_have_class("line theirs fresh")

    def _open_newest_link(self, openid: str) -> None:
        phone = self._phone(openid)
        phone.locator(".theirs").get_by_role("link", name="http").last.click()
        expect(phone.frame_locator("iframe").locator("h1")).to_be_visible()


def _hours_to_office(now: datetime) -> float:
    """Hours until a weekday's 9:12 in the morning, so that the picture shows an ordinary day."""
    start = now.replace(hour=9, minute=12, second=0, microsecond=0)
    while start <= now or start.weekday() > 4:
        start += timedelta(days=1)
    return (start - now) / timedelta(hours=1)


def number(database: Path, words: str) -> str:
    """The number of the newest ticket with these words."""
    return _newest(database, "number", words)


def token(database: Path, words: str) -> str:
    """The token of the newest ticket with these words."""
    return _newest(database, "token", words)


def _newest(database: Path, column: str, words: str) -> str:
    statement = f"SELECT {column} FROM tickets WHERE doc LIKE ? ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own names
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        row = db.execute(statement, (f"%{words}%",)).fetchone()
    return str(row[0])


def tracking_page(browser: Browser, site: str, of: str) -> bytes:
    """The upper part of one tracking page on a phone."""
    return phone_page(browser, f"{site}/t/{of}")


def phone_page(browser: Browser, address: str, height: int = PHONE[1]) -> bytes:
    """The upper part of a page of ours on a phone."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        is_mobile=True,
        has_touch=True,
    )
    page: Page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(3000)  # what just arrived has stopped shining
    picture = page.screenshot()
    context.close()
    return picture


def printed(browser: Browser, address: str) -> bytes:
    """The upper part of a page of ours on paper."""
    page = browser.new_page(viewport={"width": PAPER[0] - 2 * MARGIN, "height": PAPER[1] - 2 * MARGIN}, locale="zh-CN")
    page.goto(address)
    page.emulate_media(media="print")
    text = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    sheet = Image.new("RGB", PAPER, "white")
    sheet.paste(text, (MARGIN, MARGIN))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def side_by_side(pictures: list[bytes]) -> bytes:
    """Phone-size pictures in a row, on white."""
    opened = [Image.open(io.BytesIO(one)).convert("RGB") for one in pictures]
    width = sum(one.width for one in opened) + GAP * (len(opened) + 1)
    whole = Image.new("RGB", (width, max(one.height for one in opened) + 2 * GAP), "white")
    left = GAP
    for one in opened:
        whole.paste("#d5dce4", (left - 1, GAP - 1, left + one.width + 1, GAP + one.height + 1))
        whole.paste(one, (left, GAP))
        left += one.width + GAP
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def write(picture: bytes, path: Path) -> None:
    """Save; a picture that is too heavy for a README is saved with few colours instead."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    whole.save(path, "PNG", optimize=True)
    if path.stat().st_size > HEAVIEST:
        few = whole.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2)
        few.save(path, "PNG", optimize=True)
    print(f"{path.relative_to(ROOT)}  {whole.width}×{whole.height}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
