"""Programs under measurement: started on a core of their own, and asked of the kernel how much CPU they have used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30.0
_ROOT = Path(__file__).parents[1]


def cores() -> tuple[int, int]:
    """The core of the measured program, and the one of everything else; the same one where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


def family(pid: int) -> list[int]:
    """This process and all its living descendants."""
    found = [pid]
    for parent in found:
        for thread in _listed(Path(f"/proc/{parent}/task")):
            try:
                found += map(int, (thread / "children").read_text().split())
            except OSError:
                continue
    return found


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def cpu_seconds(pid: int) -> float:
    """User and system time of this process and its descendants so far, of all threads, ended ones too.

    The kernel's per-process clock counts nanoseconds, where /proc/PID/stat counts ticks of 10 ms: man 2 clock_gettime,
    MAKE_PROCESS_CPUCLOCK in the kernel's posix-timers.
    """
    total = 0.0
    for member in family(pid):
        try:
            total += time.clock_gettime((~member << 3) | 2)
        except OSError:  # It ended meanwhile.
            continue
    return total


def pin(pid: int, core: int) -> None:
    """Keep this process, its threads and descendants on one core."""
    for member in family(pid):
        for thread in _listed(Path(f"/proc/{member}/task")):
            try:
                os.sched_setaffinity(int(thread.name), {core})
            except ProcessLookupError:
                continue


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    arguments: Sequence[str], port: int, core: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run `python ARGUMENTS` on this core until the block ends; yields its id once it listens on the port."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env={**os.environ, **(environment or {})},
        )
    os.sched_setaffinity(process.pid, {core})
    try:
        _wait_for(process, port, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{' '.join(process.args)} does not start: {log.read_text(errors='replace')[-2000:]}")  # type: ignore[arg-type]
