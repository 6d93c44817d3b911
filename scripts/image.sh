#!/bin/sh
# image.sh builds the container images of sav for linux/amd64 and linux/arm64
# from the Containerfile and the binaries that dist.sh left in DIST, and writes
# them there as OCI archives. The one for this machine must run and analyse the
# sample, without root's rights.
#
# It needs buildah, but no daemon; where it is missing, apt-get installs it, as
# root, and installed it stays. Images and containers are kept in a temporary
# folder, which is removed at the end.
#
# Usage: scripts/image.sh DIST
set -eu
dist=$1
certificates=/etc/ssl/certs/ca-certificates.crt

packages=''
command -v buildah >/dev/null || packages=buildah
[ -s "$certificates" ] || packages="$packages ca-certificates"
if [ -n "$packages" ]; then
	echo "image.sh: installing $packages with apt-get" >&2
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		echo "image.sh: that needs root and Debian: install $packages by hand" >&2
		exit 1
	}
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >&2
fi

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-image.XXXXXX")
container=''
build() { buildah --root "$root/store" --runroot "$root/run" --storage-driver vfs "$@"; }
trap 'status=$?; trap "" INT TERM HUP
	[ -z "$container" ] || build rm "$container" >/dev/null 2>&1 || true
	rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# The version of the binaries is asked of the one that runs here; all have the same.
machine=$(uname -m)
case $machine in
x86_64) here=amd64 ;;
aarch64) here=arm64 ;;
*) echo "image.sh: there is no binary for $machine" >&2; exit 1 ;;
esac
said=$("$dist/sav_linux_$here" version | tail -n 1)
field() { echo "$said" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
time=$(date -u -d "$(field commit_time)" +%s)

for arch in amd64 arm64; do
	context=$root/context/$arch archive=$dist/sav_image_linux_$arch.tar
	mkdir -p "$context"
	cp "$dist/sav_linux_$arch" "$context/sav"
	cp "$dist/LICENSES.txt" "$certificates" "$context"
	chmod 755 "$context/sav"
	chmod 644 "$context/LICENSES.txt" "$context/ca-certificates.crt"
	build build --quiet --platform "linux/$arch" --timestamp "$time" -t "sav:$arch" -f Containerfile \
		--build-arg VERSION="$(field version)" --build-arg COMMIT="$(field commit)" "$context" >/dev/null
	rm -f "$archive"
	build push --quiet "sav:$arch" "oci-archive:$archive:sav:$(field version | tr + _)"
	echo "$archive"
done

# As the image's own user, which may write to the folder that is mounted.
mkdir -m 777 "$root/data"
cp testdata/messages.csv "$root/data"
chmod 644 "$root/data/messages.csv"
container=$(build from "sav:$here")
build run --isolation chroot -v "$root/data:/data" "$container" -- /usr/bin/sav analyze --input messages.csv --out out >"$root/log" ||
	{ cat "$root/log" >&2; exit 1; }
cmp testdata/report.csv "$root/data/out/report.csv"
owner=$(stat -c %u "$root/data/out/report.csv")
[ "$owner" = 65532 ] || { echo "image.sh: the report belongs to user $owner" >&2; exit 1; }
echo "the image for $here has analysed the sample, as user $owner"
