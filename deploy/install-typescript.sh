#!/bin/sh
# Put TypeScript's checker, hash-checked, beside its lock file; does nothing when it is already there.
set -eu
cd "$(dirname "$0")/../tools/javascript"

cmp -s package-lock.json node_modules/installed && exit 0
PATH="$PWD/../../.venv/bin:$PATH" npm ci --silent --no-fund --no-audit --ignore-scripts
cp package-lock.json node_modules/installed
