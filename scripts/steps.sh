#!/bin/sh
# steps.sh makes the targets given, one after the other, and prints the time of
# each. It stops at the first that fails; the times come out also then.
#
# Usage: scripts/steps.sh TARGET…
set -u
times=''
for target in "$@"; do
	echo "== make $target"
	begin=$(date +%s)
	status=0
	"${MAKE:-make}" --no-print-directory "$target" || status=$?
	times="$times$(printf '%6d s  %s' $(($(date +%s) - begin)) "$target")"
	[ "$status" -eq 0 ] || times="$times (failed)"
	times="$times
"
	[ "$status" -eq 0 ] || break
done
printf '\n== time of each step\n%s' "$times"
exit "${status:-0}"
