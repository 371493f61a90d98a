#!/bin/sh
# Make .venv hold exactly what a lock file names, with every hash checked; does nothing when it already does.
# Usage: deploy/setup.sh run|dev     (dev holds all of run)
# PYTHON may name the interpreter; otherwise the first Python 3.11 or newer is taken.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-dev}
lock=requirements/$kind.txt
stamp=.venv/installed
[ -f "$lock" ] || { echo "no such set of requirements: $kind (run or dev)" >&2; exit 2; }

digest() { cksum <"requirements/$1.txt" | tr ' ' '-'; }

if .venv/bin/python -c '' 2>/dev/null && [ -f "$stamp" ]; then
    case "$(cat "$stamp")" in
    "$kind $(digest "$kind")" | "dev $(digest dev)") exit 0 ;;
    esac
fi

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! .venv/bin/python -c '' 2>/dev/null || ! is_new_enough .venv/bin/python; then
    python=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || { echo "Python 3.11 or newer is needed; name it: make setup PYTHON=/path/to/python3" >&2; exit 1; }
    echo "Making .venv with $("$python" --version)" >&2
    rm -rf .venv
    # Debian keeps ensurepip in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null || deploy/apt-install.sh "A virtual environment" python3-venv
    "$python" -m venv .venv
fi

rm -f "$stamp"
echo "Installing $lock" >&2
# uv does in seconds what takes pip a minute; where it cannot be had, or fails, pip does the same work.
if [ ! -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt || true
fi
if [ ! -x .venv/bin/uv ] || ! .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"; then
    .venv/bin/python -m pip install --quiet --require-hashes -r "$lock"
fi
echo "$kind $(digest "$kind")" >"$stamp"
