#!/bin/sh
# cross.sh builds and vets the project, its tests too, for other systems and
# processors: 32 bits, big-endian, and the desktops.
set -eu
go=${GO:-go}
for target in linux/386 linux/arm64 linux/s390x windows/amd64 darwin/arm64; do
	echo "cross.sh: $target"
	GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 "$go" vet ./...
done
