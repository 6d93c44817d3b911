#!/bin/sh
# dist.sh builds what is released into the folder DIST: a static binary for each
# platform, the licences of all that is in them, the Python package for Airflow
# (which needs Python 3.10 or later), and SHA256SUMS.
#
# The same commit and Go release give the same bytes, wherever the sources are
# and whatever machine builds them; test-dist.sh checks that. The commit is asked
# of git, and a build without git fails.
#
# Usage: scripts/dist.sh DIST
set -eu
dist=$1
go=${GO:-go}
platforms='linux/amd64 linux/arm64 darwin/arm64'

# Neither the environment nor "go env -w" is to change a binary; where modules
# come from, and where they and what was built are kept, stays as it is.
for name in GOPROXY GOSUMDB GOPRIVATE GONOPROXY GONOSUMDB GOTOOLCHAIN GOPATH GOMODCACHE GOCACHE; do
	export "$name=$("$go" env "$name")"
done
unset GOEXPERIMENT GODEBUG
export CGO_ENABLED=0 GOENV=off GOFLAGS=-mod=readonly GOAMD64=v1 GOARM64=v8.0

sums() {
	if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# licences prints the licence of sav, of Go and of each module that is linked.
licences() {
	echo "What the binaries of sav hold, each with its licence."
	echo "The sources of a module: go mod download MODULE@VERSION"
	for platform in $platforms; do
		GOOS=${platform%/*} GOARCH=${platform#*/} "$go" list -deps \
			-f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/sav
	done | LC_ALL=C sort -u | {
		echo "github.com/sav-analytics/sav . $PWD"
		echo "go $("$go" env GOVERSION) $("$go" env GOROOT)"
		cat
	} | while read -r path version dir; do
		found=''
		for file in "$dir"/LICENSE* "$dir"/LICENCE* "$dir"/COPYING* "$dir"/NOTICE* "$dir"/PATENTS*; do
			[ -f "$file" ] || continue
			found=yes
			printf '\n==== %s %s: %s\n\n' "$path" "${version#.}" "${file##*/}"
			cat "$file"
		done
		[ "$found" ] || { echo "dist.sh: $path $version has no licence" >&2; exit 1; }
	done
}

rm -rf "$dist"
mkdir -p "$dist"
for platform in $platforms; do
	os=${platform%/*} arch=${platform#*/}
	GOOS=$os GOARCH=$arch "$go" build -buildvcs=true -trimpath -ldflags=-s -o "$dist/sav_${os}_$arch" ./cmd/sav
done
licences >"$dist/LICENSES.txt"
scripts/wheel.sh "$dist"
(cd "$dist" && sums LICENSES.txt sav_* *.whl >SHA256SUMS)
[ -z "$(git status --porcelain)" ] || echo "dist.sh: there are changes that are not committed: this is no release" >&2
cat "$dist/SHA256SUMS"
