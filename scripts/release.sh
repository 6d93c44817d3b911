#!/bin/sh
# release.sh makes what the page of a release needs, into the folder DIST: what
# dist.sh builds, the bill of materials (sbom.cdx.json, CycloneDX), the notes
# (NOTES.md, the section of CHANGELOG.md), and SHA256SUMS.
#
# VERSION is a tag, v1.2.3: of this commit, or one that is not there yet. All is
# built in a clone, where HEAD has the tag; nothing here changes. To release it,
# tag the commit and push the tag.
#
# Usage: scripts/release.sh VERSION DIST
set -eu
go=${GO:-go}
version=${1-} sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

fail() { echo "release.sh: $*" >&2; exit 1; }

echo "$version" | grep -Eqx 'v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?' || fail "'$version' is not a version such as v0.2.0"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed"
commit=$(git rev-parse HEAD)
tagged=$(git rev-parse -q --verify "refs/tags/$version^{commit}" || echo "$commit")
[ "$tagged" = "$commit" ] || fail "$version is the tag of another commit, $tagged"
mkdir -p "$2"
dist=$(cd "$2" && pwd)

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-release.XXXXXX")
trap 'status=$?; rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

git clone -q . "$root/sources"
cd "$root/sources"
git checkout -q --detach "$commit"
git rev-parse -q --verify "refs/tags/$version" >/dev/null ||
	git -c user.name=release -c user.email=release@localhost tag -a -m "$version" "$version"

# The section of the version, without its heading.
awk -v version="${version#v}" '
	/^## / { within = index($0, "## [" version "]") == 1; next }
	within && !/^\[.*\]: / { print }
' CHANGELOG.md | sed -e '/./,$!d' >"$root/NOTES.md"
[ -s "$root/NOTES.md" ] || fail "CHANGELOG.md has no section ## [${version#v}]"

scripts/dist.sh "$root/dist" >/dev/null
"$go" run "$sbom" app -json -licenses -assert-licenses -noserial -main cmd/sav -output "$root/dist/sbom.cdx.json" . 2>"$root/log" ||
	{ cat "$root/log" >&2; fail "there is no bill of materials"; }
# What its detection takes for others: golang.org/x and modernc.org have the text of BSD-3-Clause in LICENSE, the latter
# beside that of what they translate.
python3 - "$root/dist/sbom.cdx.json" <<'END'
import json, sys

file = sys.argv[1]
translated = {"modernc.org/libc": "BSD-3-Clause AND MIT", "modernc.org/sqlite": "BSD-3-Clause AND blessing"}
bom = json.load(open(file))
for component in bom["components"]:
    name, found = component["name"], component.get("licenses")
    if not found:
        sys.exit(f"release.sh: the bill of materials has no licence of {name}")
    if name.startswith("golang.org/x/") and found == [{"license": {"id": "BSD-Source-Code"}}]:
        component["licenses"] = [{"license": {"id": "BSD-3-Clause"}}]
    if name in translated:
        component["licenses"] = [{"expression": translated[name]}]
json.dump(bom, open(file, "w"), indent=2, ensure_ascii=False)
END
cp "$root/NOTES.md" "$root/dist"
cd "$root/dist"
if command -v sha256sum >/dev/null; then sha256sum LICENSES.txt sav_* *.whl sbom.cdx.json; else shasum -a 256 LICENSES.txt sav_* *.whl sbom.cdx.json; fi >SHA256SUMS
for file in *; do
	cp "$file" "$dist"
done
cat SHA256SUMS
