#!/bin/sh
# reference.sh computes with R what the tests of package stats compare with,
# and runs them on it. With --update it also replaces what the tests have.
#
# Usage: scripts/reference.sh [--update]
#
# R and its packages survival and metafor are installed with apt-get, as root,
# where they are missing; installed they stay.
set -eu
cd "$(dirname "$0")/.."

say() { echo "reference.sh: $*" >&2; }

if ! Rscript -e 'library(survival); suppressMessages(library(metafor))' >/dev/null 2>&1; then
	say "installing R, survival and metafor with apt-get"
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		say "that needs root and Debian: install R, and in R survival and metafor, by hand"
		exit 1
	}
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		r-base-core r-cran-survival r-cran-metafor; } >&2
fi

mkdir -p build
Rscript --vanilla stats/testdata/reference.R >build/reference.txt
say "$(Rscript --vanilla -e 'cat(R.version.string, ", survival ", as.character(packageVersion("survival")), ", metafor ", as.character(packageVersion("metafor")), sep = "")')"
SAV_TEST_REFERENCE=$PWD/build/reference.txt ${GO:-go} test -count=1 -v -run '^TestReference' ./stats
[ "${1:-}" != --update ] || cp build/reference.txt stats/testdata/reference.txt
