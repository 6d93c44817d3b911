#!/bin/sh
# joins.sh runs the commands of docs/joins.md with DuckDB's command, which it installs
# below build/duckdb; nothing is installed elsewhere. Needs Go, and Python 3 with its
# venv module, which apt-get installs, as root, if it is missing.
set -eu
cd "$(dirname "$0")/.."
version=1.5.6
build=$PWD/build/duckdb

say() { echo "joins.sh: $*" >&2; }

. scripts/venv.sh
if [ "$(cat "$build/version" 2>/dev/null)" != "$version" ]; then
	say "installing DuckDB $version below build/duckdb"
	mkdir -p "$build"
	python3 -m venv --clear "$build/venv"
	"$build/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb-cli==$version" >&2
	echo "$version" >"$build/version"
fi
PATH=$build/venv/bin:$PATH exec "${GO:-go}" test -tags lint -count=1 -v -run '^TestCommandsOfPages$/^docs/joins.md$' ./internal/lint
