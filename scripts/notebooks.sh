#!/bin/sh
# notebooks.sh executes the notebooks with a Jupyter and a Go kernel of their own,
# which it installs below build/notebooks; nothing is installed elsewhere. Needs
# Go, and Python 3 with its venv module, which apt-get installs, as root, if it is
# missing.
#
# Usage: scripts/notebooks.sh [NOTEBOOK…]   execute all or some; fail if an output is not the committed one
#        UPDATE=1 scripts/notebooks.sh …    write the outputs into the notebooks
#        scripts/notebooks.sh lab [OPTION…] open them in JupyterLab, which is installed too
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/notebooks
go=${GO:-go}

say() { echo "notebooks.sh: $*" >&2; }

# venv makes the environment of Python and installs a list of requirements in it.
venv() { # REQUIREMENTS
	if ! cmp -s "$1" "$build/installed-$(basename "$1")"; then
		say "installing $1 below ${build#"$PWD"/}"
		[ -x "$build/venv/bin/pip" ] || python3 -m venv --clear "$build/venv"
		"$build/venv/bin/pip" install --quiet --disable-pip-version-check -r "$1"
		cp "$1" "$build/installed-$(basename "$1")"
	fi
}

. scripts/venv.sh
mkdir -p "$build"
venv notebooks/requirements.txt

# The kernel and goimports, which it calls; and the packages that cells import, so
# that the first cell does not wait for them.
"$go" build -C notebooks -o "$build/bin/" github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports
"$go" build -C notebooks -tags cells ./...
mkdir -p "$build/venv/share/jupyter/kernels/gonb"
cat >"$build/venv/share/jupyter/kernels/gonb/kernel.json" <<JSON
{
  "argv": ["$build/bin/gonb", "--kernel", "{connection_file}", "--raw_error", "--stderrthreshold=FATAL", "--logtostderr=false"],
  "display_name": "Go (gonb)",
  "language": "go",
  "interrupt_mode": "message",
  "env": {"PATH": "$build/bin:\${PATH}"}
}
JSON

# The kernel's own temporary files, and what Jupyter would put into the home folder.
root=$(mktemp -d "${TMPDIR:-/tmp}/sav-notebooks.XXXXXX")
child=''
trap 'status=$?; trap "" INT TERM HUP; [ -z "$child" ] || ! kill "$child" 2>/dev/null || wait "$child" || true; rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
export TMPDIR="$root" JUPYTER_RUNTIME_DIR="$root/runtime" JUPYTER_CONFIG_DIR="$root/config" JUPYTER_DATA_DIR="$root/data"

if [ "${1:-}" = lab ]; then
	shift
	venv notebooks/requirements-lab.txt
	"$build/venv/bin/jupyter" lab --ServerApp.root_dir="$PWD" --LabApp.default_url=/lab/tree/notebooks "$@" &
else
	[ $# -gt 0 ] || set -- notebooks/*.ipynb
	"$build/venv/bin/python" notebooks/run.py ${UPDATE:+--update} "$@" &
fi
# In the background, so that a signal is obeyed at once and not at its end.
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
