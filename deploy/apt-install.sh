#!/bin/sh
# Install Debian packages, as root or through sudo, without asking anything.
# Usage: deploy/apt-install.sh WHAT-FOR PACKAGE...
# Exit status 1, with the exact command to type, where that is not possible.
set -eu

what_for=$1
shift

give_up() {
    echo "$what_for: not installed ($1)." >&2
    echo "Please run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
    exit 1
}

packages=$*

command -v apt-get >/dev/null 2>&1 || give_up "this machine has no apt-get; the packages are named as Debian names them"

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    give_up "we are neither root nor allowed sudo without a password"
fi

# Mirrors and locks fail for a moment and are well again in the next.
attempt=1
while [ "$attempt" -le 4 ]; do
    options="-o Acquire::Retries=3 -o DPkg::Lock::Timeout=120"
    # shellcheck disable=SC2086 # the options are words
    if $as_root apt-get $options -qq update >&2 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get $options -qq install -y --no-install-recommends "$@" >&2; then
        exit 0
    fi
    echo "$what_for: apt-get failed, attempt $attempt of 4" >&2
    [ "$attempt" = 4 ] || sleep $((attempt * 5))
    attempt=$((attempt + 1))
done

give_up "apt-get failed four times, its own words are above"
