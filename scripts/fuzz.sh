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
echo "$targets" | while read -r package name; do
	echo "$package $name"
	"$go" test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-10s}" "$package" </dev/null
done
