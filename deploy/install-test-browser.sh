#!/bin/sh
# Make sure that page tests have Chromium and a Chinese font (without one every character is an empty box).
# TEST_CHROMIUM may name a browser; then only the font is looked for.
set -eu

has_chromium() {
    if [ -n "${TEST_CHROMIUM:-}" ]; then
        [ -x "$TEST_CHROMIUM" ]
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_chinese_font() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family)" ]
}

if [ -n "${TEST_CHROMIUM:-}" ] && ! has_chromium; then
    echo "TEST_CHROMIUM names no program: $TEST_CHROMIUM" >&2
    exit 1
fi

set --
has_chromium || set -- chromium
has_chinese_font || set -- "$@" fontconfig fonts-wqy-zenhei
[ $# = 0 ] || exec "$(dirname "$0")/apt-install.sh" "The browser for page tests" "$@"
