#!/bin/sh
# spark.sh runs a command with a Spark of its own: the versions of
# spark/requirements.lock, installed into build/spark/venv the first time. What
# the command starts and names in a file SAV_SPARK_ROOT/*.pid, each a group of
# processes, is ended with it, and the folder removed, whatever happens.
#
# Usage: scripts/spark.sh COMMAND [ARGUMENT…]
#
# It needs Java (scripts/java.sh), and Python 3.10 or later with its venv module,
# which apt-get installs, as root, if it is missing.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/spark
lock=spark/requirements.lock

say() { echo "spark.sh: $*" >&2; }

. scripts/venv.sh
mkdir -p "$build"
exec 9>"$build/lock"
flock 9 # nobody installs while another one does
if ! cmp -s "$lock" "$build/venv/requirements.lock"; then
	say "installing Spark into $build/venv"
	python3 -m venv --clear "$build/venv"
	"$build/venv/bin/pip" install --quiet --no-input --disable-pip-version-check -r "$lock" >&2
	cp "$lock" "$build/venv/requirements.lock"
fi
exec 9>&-

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-spark.XXXXXX")
command=''
stop() {
	trap '' INT TERM HUP
	[ -z "$command" ] || ! kill "$command" 2>/dev/null || wait "$command" || true
	for file in "$root"/*.pid; do
		[ ! -e "$file" ] || kill -KILL "-$(cat "$file")" 2>/dev/null || true
	done
	rm -rf "$root" 2>/dev/null || { sleep 1; rm -rf "$root"; } # a process may write until it is gone
}
trap 'status=$?; stop; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

unset SPARK_HOME SPARK_CONF_DIR PYTHONPATH 2>/dev/null || true
export PATH="$build/venv/bin:$PATH" PYSPARK_PYTHON="$build/venv/bin/python" PYTHONDONTWRITEBYTECODE=1
export SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_DIRS="$root/local" SAV_SPARK_ROOT="$root" SAV_SPARK_PROGRAM="$PWD/${BIN:-bin/sav}"
"$@" &
command=$!
status=0
wait "$command" || status=$?
command=''
exit "$status"
