"""Run every check of the code and report all that fail, instead of stopping at the first.

Exit status 0 when all pass, 1 otherwise. Nothing is changed; ``ruff format`` and ``make docs`` put right what they can.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy",)),
    ("layers", ("lint-imports",)),
    ("types of scripts", ("node", "tools/javascript/node_modules/typescript/bin/tsc", "-p", "tools/javascript")),
    ("derived documents", ("python", "-m", "bot", "docs", "--check")),
)
"""Name and command of each check; the commands are those of the environment that runs this file."""


def main() -> int:
    """Run the checks in order, print the output of those that fail, and end with one line for each."""
    results = [(name, *_run(command)) for name, command in CHECKS]
    for name, passed, _, output in results:
        if not passed:
            print(f"── {name}\n{output.rstrip()}\n")
    for name, passed, seconds, _ in results:
        print(f"{'ok    ' if passed else 'FAILED'}  {name} ({seconds:.1f} s)")
    return 0 if all(passed for _, passed, _, _ in results) else 1


def _run(command: tuple[str, ...]) -> tuple[bool, float, str]:
    program, *arguments = command
    started = time.monotonic()
    done = subprocess.run(
        [str(TOOLS / program), *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, time.monotonic() - started, done.stdout


if __name__ == "__main__":
    sys.exit(main())
