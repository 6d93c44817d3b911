#!/bin/sh
# test.sh runs "go test" with the arguments given, and with the race detector
# where it can be built: it needs a C compiler, $CC or else cc, gcc or clang.
# Where it cannot, test.sh says why and tests without; with SAV_REQUIRE_RACE=1
# it fails.
set -eu
go=${GO:-go}

# compiler prints the C compiler's command, if there is one.
compiler() {
	if [ -n "${CC:-}" ]; then
		# CC may hold options too ("gcc -m64"): its first word is the program.
		command -v "${CC%% *}" >/dev/null 2>&1 && echo "$CC"
		return
	fi
	for name in cc gcc clang; do
		command -v "$name" >/dev/null 2>&1 && echo "$name" && return
	done
}

race=-race
if [ "${CGO_ENABLED:-1}" != 1 ]; then
	race='' why="CGO_ENABLED is $CGO_ENABLED"
elif ! cc=$(compiler); then
	race='' why="there is no C compiler (${CC:-cc, gcc or clang})"
# A compiler is not enough: it must find the system's headers, and Go must have
# a race detector for this platform. Building this package needs both.
elif ! why=$(CC=$cc CGO_ENABLED=1 "$go" build -race runtime/cgo 2>&1); then
	race='' why="$cc does not build it: $why"
else
	export CC="$cc" CGO_ENABLED=1
fi

if [ -z "$race" ]; then
	if [ "${SAV_REQUIRE_RACE:-}" = 1 ]; then
		echo "test.sh: the race detector is required, and $why" >&2
		exit 1
	fi
	echo "test.sh: testing without the race detector: $why" >&2
fi
# Property tests draw 10 inputs each, unless told how many.
export RAPID_CHECKS="${RAPID_CHECKS:-10}"
# The race detector sleeps for a second at the end of each program, unless told not to.
export GORACE="${GORACE:-atexit_sleep_ms=0}"
echo "$go test ${race:+$race }$*"
exec "$go" test $race "$@"
