"""The scripts that set up a machine: they do nothing twice, and say exactly what is missing."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow("starts programs")

ROOT = Path(__file__).parents[3]


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=told)


@contextmanager
def bot_that_answers(status: int) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1), (404, 1)])
def test_the_health_check_passes_on_the_answer(status: int, expected: int) -> None:
    with bot_that_answers(status) as port:
        assert run(sys.executable, "deploy/healthcheck.py", PORT=str(port)).returncode == expected


def test_the_health_check_fails_when_nobody_listens() -> None:
    with bot_that_answers(200) as port:
        pass
    done = run(sys.executable, "deploy/healthcheck.py", PORT=str(port))
    assert done.returncode == 1
    assert "/healthz: " in done.stderr


def test_every_target_of_make_is_explained_by_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    said = run("make", "--no-print-directory", "help").stdout
    assert re.findall(r"^  make (\S+) +\S", said, re.MULTILINE) == phony.split()


@pytest.mark.parametrize("kind", ["dev", "run", "uv"])
def test_a_lock_file_is_made_by_make_lock_and_checks_every_hash(kind: str) -> None:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    command = text.splitlines()[1].removeprefix("#").strip()
    assert command.replace("uv pip compile", "uv pip compile --quiet") in (ROOT / "Makefile").read_text(
        encoding="utf-8"
    )
    assert "://" not in text
    requirements = re.findall(r"^[a-z0-9].*(?:\n    .*)*", text, re.MULTILINE)
    assert requirements
    assert [block.split()[0] for block in requirements if "--hash=sha256:" not in block] == []


def test_run_has_the_very_versions_of_dev() -> None:
    def pins(kind: str) -> set[str]:
        text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^[a-z0-9][^ ;]*==[^ ;]*", text, re.MULTILINE))

    assert pins("run") < pins("dev")


def path_with(folder: Path, *programs: str) -> str:
    """Return a PATH of only these programs, found where they really are, so that everything else is missing."""
    folder.mkdir()
    for program in programs:
        place = next(p for p in map(Path, ["/bin", "/usr/bin"]) if (p / program).exists())
        (folder / program).symlink_to(place / program)
    return str(folder)


def stub(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_the_browser_script_does_nothing_when_all_is_there(tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", "sh", "dirname")
    stub(tmp_path / "bin", "chromium", "exit 0")
    stub(tmp_path / "bin", "fc-list", "echo WenQuanYi")
    stub(tmp_path / "bin", "apt-get", "echo called >&2; exit 1")
    done = run("deploy/install-test-browser.sh", PATH=path, TEST_CHROMIUM="")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_browser_script_installs_what_is_missing_and_tries_again(tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", "sh", "dirname", "env", "id", "cat")
    tried = tmp_path / "tried"
    stub(tmp_path / "bin", "sleep", "exit 0")
    stub(tmp_path / "bin", "sudo", 'shift; exec "$@"')
    # The first time the mirror fails, as mirrors do.
    stub(tmp_path / "bin", "apt-get", f'echo "$@" >>{tried}; [ "$(cat {tried})" != "$*" ]')
    done = run("deploy/install-test-browser.sh", PATH=path, TEST_CHROMIUM="")
    assert done.returncode == 0, done.stderr
    asked = tried.read_text().splitlines()
    assert [("update" in line, "install" in line) for line in asked] == [(True, False), (True, False), (False, True)]
    assert asked[-1].endswith("chromium fontconfig fonts-wqy-zenhei")


def test_the_browser_script_says_what_to_type_when_it_may_not(tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", "sh", "dirname")
    stub(tmp_path / "bin", "apt-get", "exit 1")
    stub(tmp_path / "bin", "id", "echo 1000")
    done = run("deploy/install-test-browser.sh", PATH=path, TEST_CHROMIUM="")
    assert done.returncode == 1
    wanted = "sudo apt-get install -y --no-install-recommends chromium fontconfig fonts-wqy-zenhei"
    assert done.stderr.splitlines()[-1].endswith(wanted)


def test_a_named_browser_that_is_not_there_is_an_error() -> None:
    done = run("deploy/install-test-browser.sh", TEST_CHROMIUM="/nowhere/chromium")
    assert done.returncode == 1
    assert "TEST_CHROMIUM" in done.stderr


def test_an_environment_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "copy"
    (place / "deploy").mkdir(parents=True)
    (place / "requirements").mkdir()
    (place / ".venv/bin").mkdir(parents=True)
    for name in ("deploy/setup.sh", "requirements/dev.txt", "requirements/run.txt"):
        (place / name).write_bytes((ROOT / name).read_bytes())
    (place / ".venv/bin/python").symlink_to(sys.executable)
    stub(place / ".venv/bin", "uv", f'echo "$@" >>{tmp_path}/installed')

    def setup(kind: str) -> list[str]:
        (tmp_path / "installed").write_text("")
        subprocess.run(["sh", place / "deploy/setup.sh", kind], check=True, capture_output=True)
        return (tmp_path / "installed").read_text().splitlines()

    assert len(setup("run")) == 1
    assert setup("run") == []
    assert len(setup("dev")) == 1
    assert setup("run") == [], "dev holds all of run"
    with (place / "requirements/dev.txt").open("a") as lock:
        lock.write("# changed\n")
    assert len(setup("dev")) == 1


def test_the_checker_of_scripts_is_installed_once_and_hash_checked(tmp_path: Path) -> None:
    place = tmp_path / "copy"
    (place / "deploy").mkdir(parents=True)
    (place / "tools/javascript/node_modules").mkdir(parents=True)
    (place / ".venv/bin").mkdir(parents=True)
    for name in ("deploy/install-typescript.sh", "tools/javascript/package-lock.json"):
        (place / name).write_bytes((ROOT / name).read_bytes())
    stub(place / ".venv/bin", "npm", f'echo "$@" >>{tmp_path}/installed')
    for _ in range(2):
        subprocess.run(["sh", place / "deploy/install-typescript.sh"], check=True)
    (asked,) = (tmp_path / "installed").read_text().splitlines()
    assert asked.startswith("ci ")
    assert '"integrity": "sha512-' in (place / "tools/javascript/package-lock.json").read_text()
