"""Which functions of ours a deed enters: the service runs with a profile hook, and a signal says when to record.

Run as a program (`python tracing.py OUT`) it is the service itself with the hook; `walks` starts that in a checkout and plays the deeds.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOMS = ("bot", "handlers", "storage", "nlp", "scheduler")
NOT_OURS = "bot/sandbox/"
"""The pretended platform is no part of a walk."""
BESIDE = frozenset({"PollingLoop.run", "Rounds.run", "Ticker._beat", "Ticker._run", "Worker._deliver"})
"""Loops that beat beside every deed, by the names of several revisions: what they call is no part of a walk either."""
WALKS = {"file": "a citizen files an appeal", "accept": "an official says 受理", "page": "GET /t/{token}"}
ROUNDS = 3
START_SECONDS, ANSWER_SECONDS, QUIET_SECONDS, PAUSE_SECONDS = 60.0, 15.0, 1.5, 0.05
CITIZEN, OFFICIAL = "o_citizen_wang", "o_official_chen"
APPEALS = ("学府街12号门口的井盖松了", "解放路和平菜市场门口的路灯不亮", "滨河路夜市的垃圾没人清运")


class Walk:
    """The calls between the beginning and the answer of one deed."""

    def __init__(self, calls: list[tuple[str, str, str]]) -> None:
        """`calls`: file of the caller (may be empty), file and name of the function entered."""
        self.files = len({file for _, file, _ in calls})
        self.files_of_handlers = len({file for _, file, _ in calls if file.startswith("handlers/")})
        self.functions = len({(file, name) for _, file, name in calls})
        self.moves = sum(bool(caller) and caller != file for caller, file, _ in calls)


def walks(root: Path) -> dict[str, Walk]:
    """Returns each walk of the checkout at `root`: of several rounds the one that enters the fewest files."""
    with _service(root) as service:
        found: dict[str, list[Walk]] = {name: [] for name in WALKS}
        service.say(CITIZEN, "你好")
        service.say(OFFICIAL, "待办")
        for appeal in APPEALS[:ROUNDS]:
            found["file"].append(service.traced(lambda appeal=appeal: service.say(CITIZEN, appeal)))  # type: ignore[misc]
            number = re.findall(r"编号 (\d{8})", service.heard(CITIZEN))[-1]
            link = re.findall(r"https?://[^\"\\]+?(/t/[\w.-]+)", service.heard(CITIZEN))[-1]
            found["page"].append(service.traced(lambda link=link: service.get(link)))  # type: ignore[misc]
            found["accept"].append(service.traced(lambda number=number: service.say(OFFICIAL, f"受理 {number}")))  # type: ignore[misc]
        return {name: min(rounds, key=lambda walk: walk.files) for name, rounds in found.items()}


class _Service:
    def __init__(self, process: subprocess.Popen[bytes], site: str, out: Path) -> None:
        self._process, self._site, self._out = process, site, out

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self._site + path, timeout=ANSWER_SECONDS) as answer:
            return str(answer.read().decode())

    def heard(self, openid: str) -> str:
        """All that this phone shows of the account's, as JSON."""
        return json.dumps(self._messages(openid), ensure_ascii=False)

    def say(self, openid: str, words: str) -> None:
        """Type the words; returns when an answer has come. What earlier deeds still send must have come: see `quiet`."""
        before = len(self._messages(openid))
        body = json.dumps({"do": "say", "openid": openid, "text": words}).encode()
        headers = {"X-Sandbox": "1", "Content-Type": "application/json"}
        urllib.request.urlopen(
            urllib.request.Request(f"{self._site}/sandbox/do", body, headers), timeout=ANSWER_SECONDS
        )
        _until(lambda: len(self._messages(openid)) > before)

    def quiet(self) -> None:
        """Wait until no phone has got anything for `QUIET_SECONDS`."""
        shown, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            now = sum(len(self._messages(openid)) for openid in (CITIZEN, OFFICIAL))
            if now != shown:
                shown, since = now, time.monotonic()
            time.sleep(PAUSE_SECONDS)

    def traced(self, deed: Callable[[], object]) -> Walk:
        self.quiet()
        self._out.unlink(missing_ok=True)
        self._process.send_signal(signal.SIGUSR1)
        time.sleep(PAUSE_SECONDS)
        deed()
        self._process.send_signal(signal.SIGUSR2)
        _until(self._out.exists)
        return Walk([tuple(call) for call in json.loads(self._out.read_text())])

    def _messages(self, openid: str) -> list[Any]:
        phones = json.loads(self.get("/sandbox/state"))["phones"]
        shown = next(phone["messages"] for phone in phones if phone["openid"] == openid)
        return [message for message in shown if not message["mine"]]


@contextmanager
def _service(root: Path) -> Iterator[_Service]:
    with socket.socket() as probe, tempfile.TemporaryDirectory(prefix="walks-") as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        out, data = Path(folder) / "calls.json", Path(folder) / "data"
        given = {"SANDBOX": "1", "HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(data), "DATABASE_URL": ""}
        environment = {**os.environ, **given, "PUBLIC_URL": "", "REDIS_URL": ""}
        command = [sys.executable, str(Path(__file__).resolve()), str(out)]
        with subprocess.Popen(
            command, cwd=root, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as bot:
            service = _Service(bot, f"http://127.0.0.1:{port}", out)
            try:
                _until(lambda: _answers(service), START_SECONDS)
                yield service
            finally:
                bot.terminate()


def _answers(service: _Service) -> bool:
    try:
        return bool(service.get("/readyz"))
    except OSError:
        return False


def _until(true: Callable[[], bool], seconds: float = ANSWER_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the service did not answer")
        time.sleep(PAUSE_SECONDS)


def _record(out: Path) -> None:
    """Serve, and between SIGUSR1 and SIGUSR2 keep every call of ours."""
    root = str(Path.cwd()) + "/"
    calls: list[tuple[str, str, str]] | None = None

    def caller(called: FrameType) -> str | None:
        """Returns the file of ours that called, "" where none did; None for what a loop beside the deed does."""
        found = ""
        frame: FrameType | None = called
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(root):
                if frame.f_code.co_qualname in BESIDE:
                    return None
                name = name[len(root) :]
                if not found and frame is not called and name.split("/", 1)[0] in ROOMS:
                    found = name
            frame = frame.f_back
        return found

    def note(frame: FrameType, event: str, _: object) -> None:
        if calls is None or event != "call" or not frame.f_code.co_filename.startswith(root):
            return
        file = frame.f_code.co_filename[len(root) :]
        if file.split("/", 1)[0] not in ROOMS or file.startswith(NOT_OURS) or frame.f_code.co_name[0] == "<":
            return
        if (by := caller(frame)) is not None:
            calls.append((by, file, frame.f_code.co_qualname))

    def begin(*_: object) -> None:
        nonlocal calls
        calls = []

    def end(*_: object) -> None:
        nonlocal calls
        part = out.with_suffix(".part")
        part.write_text(json.dumps(calls))
        part.rename(out)
        calls = None

    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, end)
    threading.setprofile(note)
    sys.setprofile(note)
    sys.argv = ["bot", "serve"]
    sys.path.insert(0, root)
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _record(Path(sys.argv[1]))
