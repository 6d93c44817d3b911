#!/bin/sh
# test-dist.sh checks what dist.sh promises: two builds of HEAD are the same
# bytes, though the sources stand at different places and the second build uses
# nothing of the first. The binary for this platform must know its commit and, as
# root on Linux, analyse the sample in a folder with nothing else in it.
set -eu
go=${GO:-go}

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-dist.XXXXXX")
trap 'status=$?; rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

commit=$(git rev-parse HEAD)
first=$root/first second=$root/second/elsewhere
for copy in "$first" "$second"; do
	git clone -q . "$copy"
	git -C "$copy" checkout -q --detach "$commit"
done
(cd "$first" && scripts/dist.sh dist)
(cd "$second" && GOCACHE=$root/cache scripts/dist.sh dist >/dev/null)
diff -r "$first/dist" "$second/dist"
echo "two builds of $commit are the same bytes"

sav=$first/dist/sav_$("$go" env GOHOSTOS)_$("$go" env GOHOSTARCH)
[ -x "$sav" ] || exit 0
"$sav" version | tail -n 1 | grep -q "\"commit\":\"$commit\".*\"modified\":false"
if [ "$(uname)" = Linux ] && [ "$(id -u)" -eq 0 ]; then
	mkdir "$root/empty"
	cp "$sav" "$root/empty/sav"
	cp testdata/messages.csv "$root/empty"
	chroot "$root/empty" /sav analyze --input messages.csv --out out >/dev/null
	cmp testdata/report.csv "$root/empty/out/report.csv"
	chroot "$root/empty" /sav analyze --input messages.csv --tz Europe/Paris --out local >/dev/null
	echo "the binary needs nothing beside it"
fi
