#!/bin/sh
# Makes .venv with the packages of a requirements file, unless it already has them.
# Usage: sh scripts/setup.sh requirements.txt
set -eu
requirements=$1
venv=.venv

fail() {
	printf 'podium: %s\n' "$1" >&2
	exit 1
}

stamp=$venv/.installed-$requirements
want=$(cat requirements.txt "$requirements" | cksum)
if [ -x "$venv/bin/python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
	exit 0
fi

is_new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
python=
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
	if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$is_new_enough" 2>/dev/null; then
		python=$candidate
		break
	fi
done
found=$(command -v python3 >/dev/null 2>&1 && python3 --version 2>&1 || echo none)
[ -n "$python" ] || fail "Python 3.11 or newer is needed; $found was found. Install it, or name it: make demo PYTHON=/path/to/python3.12"

[ -w . ] || fail "the folder $(pwd) is read-only; copy the project to a folder that you can write to"

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c "$is_new_enough" 2>/dev/null; then
	rm -rf "$venv"
	if ! "$python" -m venv "$venv" >/tmp/podium-venv.$$ 2>&1; then
		rm -rf "$venv" /tmp/podium-venv.$$
		version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
		fail "$python cannot make a virtual environment; on Debian and Ubuntu: apt install python$version-venv"
	fi
	rm -f /tmp/podium-venv.$$
fi
printf 'podium: installing %s (once)\n' "$requirements" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" ||
	fail "the packages of $requirements could not be installed (see above); is the network there? Try again with: make demo"
printf '%s' "$want" >"$stamp"
