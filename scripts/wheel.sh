#!/bin/sh
# wheel.sh builds the Python package of dags/, airflow-provider-sav, into the
# folder DIST, and checks that what is in it can be imported as it says.
#
# The same commit gives the same bytes. The version is that of the commit's tag,
# v1.2.3; a commit without one gives 0.0.0 and its name.
#
# Usage: scripts/wheel.sh DIST
#
# It needs Python 3.10 or later with its venv module; what builds the package goes
# into build/wheel.
set -eu
mkdir -p "$1"
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
build=$PWD/build/wheel
tools='hatchling==1.33.0 packaging==26.4 pathspec==1.1.1 pluggy==1.7.0 trove-classifiers==2026.9.21.13 tomlkit==0.15.2'

say() { echo "wheel.sh: $*" >&2; }

python=$(command -v python3 || true)
[ -n "$python" ] && "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' || {
	say "that needs Python 3.10 or later with its venv module"
	exit 1
}
if [ "$(cat "$build/tools" 2>/dev/null)" != "$tools" ]; then
	rm -rf "$build"
	"$python" -m venv "$build/venv"
	"$build/venv/bin/pip" install --quiet --no-input --disable-pip-version-check --no-deps $tools >&2
	echo "$tools" >"$build/tools"
fi

tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null || true)
SAV_VERSION=${tag#v}
export SAV_VERSION="${SAV_VERSION:-0.0.0+g$(git rev-parse --short=12 HEAD)}"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-wheel.XXXXXX")
trap 'status=$?; rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
mkdir "$root/sources"
cp LICENSE "$root/sources"
git ls-files dags/pyproject.toml dags/README.md dags/sav_airflow | tar -cf - -T - | tar -xf - -C "$root/sources" --strip-components=1
pip="$build/venv/bin/pip --disable-pip-version-check --quiet --no-input"
$pip wheel --no-deps --no-build-isolation --no-index --wheel-dir "$root/wheel" "$root/sources" >&2
$pip install --no-deps --no-index --target "$root/installed" "$root"/wheel/*.whl >&2

# What needs no Airflow is imported; the rest is tried by make airflow-test.
(cd "$root" && PYTHONPATH="$root/installed" "$build/venv/bin/python" -I -c '
import sys; sys.path.insert(0, sys.argv[1])
from importlib.metadata import distribution
from importlib.util import find_spec
import sav_airflow.windows, sav_airflow.command, sav_airflow.place, sav_airflow.publish, sav_airflow.clean
found = distribution("airflow-provider-sav")
assert found.version == sys.argv[2], found.version
entry, = found.entry_points.select(group="apache_airflow_provider")
assert find_spec(entry.module), entry
assert any(file.name == "LICENSE" for file in found.files), "there is no licence"
assert not [file for file in found.files if "tests" in file.parts], "there are tests"
' "$root/installed" "$SAV_VERSION")
cp "$root"/wheel/*.whl "$dist"
