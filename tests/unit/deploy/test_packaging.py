"""Image, compose file and units, checked where no container engine runs: what they name exists, and fits together."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Settings, read_settings

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "PUBLISH_PORT"}

SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "env_file", "environment", "healthcheck", "image", "init", "ports",
    "restart", "security_opt", "shm_size", "stop_grace_period", "volumes",
}  # fmt: skip
"""What the compose specification calls a service's attributes, as far as we use them; a slip of the pen is not among them."""


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def copied_from_here() -> Iterator[str]:
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            yield from shlex.split(line)[:-1]


def bot_commands() -> Iterator[tuple[str, ...]]:
    """Yield the words after ``python -m bot`` wherever the bot is started."""
    yield tuple(yaml.safe_load(instructions("CMD")[0]))
    for service in SERVICES.values():
        if service["image"] == COMPOSE["x-bot"]["image"]:
            yield tuple(service["command"])
    unit = (ROOT / "deploy/systemd/minsheng@.service").read_text(encoding="utf-8")
    for text in (MAKEFILE, unit.replace("%i", "web")):
        for words in re.findall(r"python -m bot ([a-z].*)$", text, re.MULTILINE):
            yield tuple(words.split())


@pytest.mark.slow("starts a program")
@pytest.mark.parametrize("command", sorted(set(bot_commands())), ids=" ".join)
def test_the_command_line_knows_what_is_started(command: tuple[str, ...]) -> None:
    name, *options = command
    asked = [sys.executable, "-m", "bot", name, "--help"]
    plain = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stderr
    for option in options:
        assert option in done.stdout


@pytest.mark.parametrize("source", sorted(set(copied_from_here())))
def test_what_the_image_copies_is_there_and_reaches_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    dropped = [line for line in lines if line and line[0] not in "#!" and line != "*"]
    assert Path(source).parts[0] in kept
    assert not any(fnmatch.fnmatch(source, pattern) for pattern in dropped)


def test_the_image_is_built_by_the_script_that_make_uses() -> None:
    script, kind = next(line for line in instructions("RUN") if "setup" in line).split()
    assert os.access(ROOT / script, os.X_OK)
    assert f"@{script} {kind}\n" in MAKEFILE
    assert (ROOT / "requirements" / f"{kind}.txt").exists()


def test_the_image_runs_as_nobody_in_particular_and_both_stages_have_one_python() -> None:
    assert instructions("USER") == ["minsheng"]
    assert len({line.split()[0] for line in instructions("FROM")}) == 1
    assert DOCKERFILE.index("USER ") < DOCKERFILE.index("ENTRYPOINT ")


def test_the_health_check_is_in_the_image() -> None:
    (check,) = instructions("HEALTHCHECK")
    program = yaml.safe_load(check.split("CMD", 1)[1])[-1]
    assert program in set(copied_from_here())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_well_formed(name: str) -> None:
    service = SERVICES[name]
    assert service.keys() <= SERVICE_KEYS
    assert service["image"]
    for other, condition in service.get("depends_on", {}).items():
        needed = SERVICES[other]
        match condition["condition"]:
            case "service_healthy":
                assert needed["healthcheck"]["test"]
            case "service_completed_successfully":
                assert needed["restart"] == "no"
            case unknown:
                pytest.fail(f"no such condition: {unknown}")
    for volume in service.get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]


def test_nobody_waits_in_a_circle() -> None:
    waiting = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while free := {name for name, others in waiting.items() if not others}:
        waiting = {name: others - free for name, others in waiting.items() if name not in free}
    assert waiting == {}


def test_compose_has_every_part() -> None:
    assert set(SERVICES) == {"web", "worker", "scheduler", "migrate", "postgres", "redis"}


def test_compose_sets_and_asks_for_settings_that_the_example_explains() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= SETTINGS
    assert set(COMPOSE["x-bot"]["environment"]) <= SETTINGS - COMPOSE_ONLY


def test_the_example_has_every_setting_and_no_other() -> None:
    assert {name.upper() for name in Settings.model_fields} == SETTINGS - COMPOSE_ONLY


def test_the_example_can_be_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", ROOT / ".env.example")
    assert read_settings() == Settings.model_construct()


def test_no_secret_is_written_down() -> None:
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if re.search("SECRET|TOKEN|KEY|PASSWORD", name) and not name.startswith("# "):
            assert value == ""
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|TOKEN|KEY|PASSWORD", name):
                assert value.startswith("${")


def test_the_workflow_reads_only_pins_its_actions_and_runs_what_ci_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job
    steps = [step.get("uses", step.get("run")) for step in job["steps"]]
    assert steps[-1] == ".ci/run"
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step) for step in steps[:-1])


def test_ci_runs_checks_and_tests_and_reports_both() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"make --no-print-directory (\w+)", script) == ["check", "test"]
    assert "set -e" not in script, "a red check must not hide the tests"
