#!/bin/sh
# java.sh runs a command where there is Java 17 or later, which apt-get installs, as
# root, if it is missing: Spark needs it.
#
# Usage: scripts/java.sh COMMAND [ARGUMENT…]
set -eu
if ! command -v java >/dev/null; then
	echo "java.sh: installing openjdk-17-jre-headless with apt-get" >&2
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		echo "java.sh: that needs root and Debian: install Java 17 by hand" >&2
		exit 1
	}
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openjdk-17-jre-headless; } >&2
fi
exec "$@"
