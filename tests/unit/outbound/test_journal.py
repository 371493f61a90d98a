"""What a killed worker knew is taken over by the next one on its disk, once and whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.outbound.journal import Journal
from storage.queues.outbox import Became
from storage.schema.tables import OutboxState

ROOT = Path(__file__).parents[3]
SENT = Became(7, 1, 1, OutboxState.SENT, message_id="m7")
_WORKER = """
import os, signal, sys
from pathlib import Path
from bot.outbound.journal import Journal
from storage.queues.outbox import Became
from storage.schema.tables import OutboxState
journal = Journal(Path(sys.argv[1]))
journal.open()
journal.note(Became(7, 1, 1, OutboxState.SENT, message_id="m7"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow("starts a program")
def test_a_killed_process_leaves_its_lines(tmp_path: Path) -> None:
    folder = tmp_path / "pushes"
    killed = subprocess.run([sys.executable, "-c", _WORKER, str(folder)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    second, third = Journal(folder), Journal(folder)
    assert second.open() == (SENT,)
    assert third.open() == (), "the second one lives, and has them"
    second.close([SENT])
    assert Journal(folder).open() == (SENT,)


def test_a_torn_line_costs_itself_only(tmp_path: Path) -> None:
    tmp_path.joinpath("1-a.jsonl").write_bytes(
        b'\n{"push_id":1,"pers\n{"push_id":7,"person_id":1,"attempts":1,"state":"sent","message_id":"m7"}\n'
    )
    with capture_logs() as logs:
        assert Journal(tmp_path).open() == (SENT,)
    assert [entry["event"] for entry in logs] == ["journal_line_unreadable"]


@pytest.mark.parametrize("held", [(), (SENT,)])
def test_what_is_written_leaves_nothing_behind(held: tuple[Became, ...], tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.note(SENT)
    if not held:
        journal.clear()
    journal.close(held)
    assert Journal(tmp_path).open() == held
