#!/bin/sh
# page.sh tests the page in Chromium. With SAV_PAGE_IMAGES, a folder, it also
# writes pictures of the page there.
#
# Usage: scripts/page.sh [ARGUMENT of go test…]
#
# Chromium is $SAV_TEST_CHROMIUM or the system's; where it is missing it is
# installed with apt-get, as root, and stays.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}

say() { echo "page.sh: $*" >&2; }

chromium=${SAV_TEST_CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
if [ -z "$chromium" ]; then
	say "installing chromium with apt-get"
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		say "that needs root and Debian: install Chromium by hand, and name it in SAV_TEST_CHROMIUM"
		exit 1
	}
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } >&2
	chromium=$(command -v chromium)
fi
export SAV_TEST_CHROMIUM="$chromium"

# The checks of accessibility are those of axe-core, if there is npm to install it.
axe=$PWD/build/axe
[ -f "$axe/node_modules/axe-core/axe.min.js" ] || ! command -v npm >/dev/null ||
	{ mkdir -p "$axe" && npm install --silent --no-save --prefix "$axe" axe-core@4.14.1 >&2; }
[ ! -f "$axe/node_modules/axe-core/axe.min.js" ] || export SAV_TEST_AXE="$axe/node_modules/axe-core/axe.min.js"
if [ -n "${SAV_PAGE_IMAGES:-}" ]; then
	mkdir -p "$SAV_PAGE_IMAGES"
	SAV_PAGE_IMAGES=$(cd "$SAV_PAGE_IMAGES" && pwd)
	export SAV_PAGE_IMAGES
fi

# What the browser leaves behind goes with this folder.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/sav-page.XXXXXX")
export TMPDIR
command=''
trap 'status=$?; trap "" INT TERM HUP; [ -z "$command" ] || kill "$command" 2>/dev/null || true; rm -rf "$TMPDIR"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

cd internal/sink/page/pagetest
"$go" test -count=1 "$@" . &
command=$!
status=0
wait "$command" || status=$?
command=''
exit "$status"
