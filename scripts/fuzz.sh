#!/bin/sh
# fuzz.sh runs each fuzz target of the module for FUZZTIME (10s), one after the
# other, and stops at the first that finds something.
set -eu
go=${GO:-go}

# "go test -list" prints a package's targets and then "ok", the package, a time.
targets=$("$go" test -list '^Fuzz' ./... | awk '
	/^Fuzz/ { names = names " " $1 }
	/^ok/   { n = split(names, name, " "); for (i = 1; i <= n; i++) print $2, name[i]; names = "" }')
echo "$targets" | while read -r package name; do
	[ -n "$name" ] || { echo "fuzz.sh: no fuzz target found" >&2; exit 1; }
	echo "$package $name"
	"$go" test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-10s}" "$package"
done
