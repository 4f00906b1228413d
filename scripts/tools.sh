#!/bin/sh
# Finds the programs that the tests drive and writes .venv/tools.env: Chromium (on the path, else Playwright's own, else
# Debian's package where this runs as root) and kubectl (on the path, else Debian's package where this runs as root).
# What is not found is said aloud; the tests that need it then say that they were skipped.
set -eu

say() { printf 'podium: %s\n' "$1" >&2; }

install() { # package...
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
	say "installing $*"
	apt-get update -qq >/dev/null 2>&1 || true
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

on_path() {
	for name in "$@"; do
		command -v "$name" 2>/dev/null && return 0
	done
	return 1
}

playwrights_own() {
	.venv/bin/python - <<'PY'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
print(path) if os.path.exists(path) else sys.exit(1)
PY
}

browsers='chromium chromium-browser google-chrome google-chrome-stable'
chromium=$(on_path $browsers) || chromium=$(playwrights_own 2>/dev/null) ||
	{ timeout 300 .venv/bin/python -m playwright install chromium >/dev/null 2>&1 && chromium=$(playwrights_own 2>/dev/null); } ||
	{ install chromium && chromium=$(on_path $browsers); } || chromium=
if command -v fc-list >/dev/null 2>&1 && [ -z "$(fc-list :lang=ko 2>/dev/null | head -n 1)" ]; then
	install fonts-noto-cjk || say "no Korean font on this machine: the page brings its own"
fi
kubectl=$(on_path kubectl) || { install kubernetes-client && kubectl=$(on_path kubectl); } || kubectl=
[ -n "$chromium" ] || say 'no Chromium found: browser tests will be skipped'
[ -n "$kubectl" ] || say 'no kubectl found: kubectl tests will be skipped'
cat >.venv/tools.env <<ENV
PODIUM_TEST_CHROMIUM='$chromium'
PODIUM_TEST_KUBECTL='$kubectl'
export PODIUM_TEST_CHROMIUM PODIUM_TEST_KUBECTL
ENV
