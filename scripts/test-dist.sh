#!/bin/sh
# test-dist.sh checks what dist.sh promises: two builds of HEAD are the same
# bytes, though the sources stand at different places and the second build uses
# nothing of the first. The binary for this platform must know its commit and, as
# root on Linux, analyse the sample in a folder with nothing else in it. A release
# made of the same sources has all its files, of its version.
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

release=$root/second/release
awk '!done && /^## / { print "## [0.0.1] - 2026-01-01\n\nThe first."; done = 1 } { print }' "$second/CHANGELOG.md" >"$root/CHANGELOG.md"
cp "$root/CHANGELOG.md" "$second"
git -C "$second" -c user.name=test -c user.email=test@localhost commit -q -a -m 'A release to try'
(cd "$second" && GOCACHE=$root/cache scripts/release.sh v0.0.1 "$release" >/dev/null)
(cd "$second" && ! GOCACHE=$root/cache scripts/release.sh v0.0.2 "$release.none" 2>"$root/said") || exit 1
grep -q 'no section ## \[0.0.2\]' "$root/said"
(cd "$release" && { sha256sum --quiet --check SHA256SUMS 2>/dev/null || shasum -a 256 -c SHA256SUMS >/dev/null; })
[ "$(cat "$release/NOTES.md")" = "The first." ]
[ -e "$release/airflow_provider_sav-0.0.1-py3-none-any.whl" ]
grep -q '"name": "github.com/parquet-go/parquet-go"' "$release/sbom.cdx.json"
[ ! -x "$release/sav_$("$go" env GOHOSTOS)_$("$go" env GOHOSTARCH)" ] ||
	"$release/sav_$("$go" env GOHOSTOS)_$("$go" env GOHOSTARCH)" version | tail -n 1 | grep -q '"version":"v0.0.1"'
echo "a release has all its files, of its version"

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
