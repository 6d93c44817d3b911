#!/bin/sh
# fuzz.sh runs each fuzz target of the module for FUZZTIME (10s), one after the
# other, and stops at the first that finds something.
set -eu
go=${GO:-go}

# "go test -list" prints a package's targets and then "ok", the package, a time.
listed=$("$go" test -list '^Fuzz' ./...)
targets=$(echo "$listed" | awk '
	/^Fuzz/ { names = names " " $1 }
	/^ok/   { n = split(names, name, " "); for (i = 1; i <= n; i++) print $2 " " name[i]; names = "" }')
[ -n "$targets" ] || { echo "fuzz.sh: there is no fuzz target" >&2; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz runs a target, and leaves what it said in $log. Inputs that are only interesting are
# hardly made smaller: where goroutines make what is covered differ from run to run, go test
# would do nothing else, for a minute each.
fuzz() {
	status=0
	"$go" test -run '^$' -fuzz "^$2\$" -fuzztime "${FUZZTIME:-10s}" -fuzzminimizetime 10x "$1" </dev/null >"$log" 2>&1 || status=$?
	cat "$log"
	return $status
}

# timeUp says whether a target failed by the end of its time alone: until Go 1.27, go
# test may take that for an error (https://go.dev/issue/75804). What an input is at
# fault for is written to a file, and says so.
timeUp() {
	grep -q '^    context deadline exceeded$' "$log" && ! grep -q 'Failing input' "$log"
}

echo "$targets" | while read -r package name; do
	echo "$package $name"
	tries=5
	until fuzz "$package" "$name"; do
		tries=$((tries - 1))
		timeUp && [ $tries -gt 0 ] || exit 1
		echo "fuzz.sh: its time was up, which go test took for an error: again"
	done
done
