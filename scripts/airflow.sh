#!/bin/sh
# airflow.sh runs a command with an Airflow of its own: the versions of
# dags/requirements.lock, installed into build/airflow/venv the first time, and
# an AIRFLOW_HOME below build/airflow that begins empty.
#
# Usage: scripts/airflow.sh [--small] COMMAND [ARGUMENT…]
#
# AIRFLOW=3.2 is that version instead: dags/requirements-3.2.lock, below build/airflow-3.2.
#
# With --small it installs Airflow alone, if there is nothing yet: without Spark
# and what tests need, which is more than half of the size.
#
# It needs Python 3.10 or later with its venv module. Everything it makes is
# below there, which may be removed at any time.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/airflow${AIRFLOW:+-$AIRFLOW}
lock=dags/requirements${AIRFLOW:+-$AIRFLOW}.lock

say() { echo "airflow.sh: $*" >&2; }

[ -e "$lock" ] || { say "AIRFLOW=$AIRFLOW: there is no $lock"; exit 64; }
mkdir -p "$build"
# One at a time: a home is one database.
exec 9>"$build/lock"
flock -n 9 || { say "another one is running below $build"; exit 1; }
# pip_install shows how many packages it has come to.
pip_install() {
	rm -f "$build/failed"
	{ "$build/venv/bin/pip" install --no-input --disable-pip-version-check --progress-bar off "$@" 2>&1 || : >"$build/failed"; } |
		tee "$build/pip.log" | awk -v all="$(grep -c '^[A-Za-z]' "$lock")" '
			/^Collecting / { n++; if (n % 20 == 0) print "airflow.sh: " n " packages found, of at most " all; fflush() }
			/^Installing collected/ { print "airflow.sh: unpacking"; fflush() }' >&2
	[ ! -e "$build/failed" ] || { tail -n 20 "$build/pip.log" >&2; say "pip failed"; exit 1; }
}

want=all
if [ "${1-}" = --small ]; then
	want=small
	shift
fi
cmp -s "$lock" "$build/venv/requirements.lock" || rm -f "$build/venv/installed"
case "$(cat "$build/venv/installed" 2>/dev/null)" in
all | "$want") ;;
*)
	python=$(command -v python3 || true)
	[ -n "$python" ] && "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' || {
		say "that needs Python 3.10 or later with its venv module"
		exit 1
	}
	if [ ! -e "$build/venv/installed" ]; then
		say "installing Airflow into $build/venv"
		"$python" -m venv --clear "$build/venv"
	else
		say "installing the rest of $lock into $build/venv"
	fi
	if [ $want = small ]; then
		pip_install -c "$lock" "$(grep '^apache-airflow==' "$lock")"
	else
		pip_install --no-deps -r "$lock"
	fi
	cp "$lock" "$build/venv/requirements.lock"
	echo $want >"$build/venv/installed"
	;;
esac

rm -rf "$build/home"
mkdir "$build/home"

# Nothing of whoever calls is to reach this Airflow.
for name in $(env | sed -n 's/^\(AIRFLOW[A-Z0-9_]*\)=.*/\1/p; s/^\(SAV_DAILY[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
export PATH="$build/venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
export AIRFLOW_HOME="$build/home"
export AIRFLOW__CORE__DAGS_FOLDER="$PWD/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__EXECUTOR=LocalExecutor AIRFLOW__CORE__PARALLELISM=4
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS=True
export AIRFLOW__API__HOST=127.0.0.1 AIRFLOW__API__WORKERS=1
# A DAG that another environment has read otherwise is written anew at once, not only after 30 s.
export AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL=0
export AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC=1 AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
# Below databases.sh there is PostgreSQL. SQLite does for a few runs: it locks its users out when many
# write at once.
if [ -n "${SAV_TEST_POSTGRES_DSN:-}" ]; then
	server=${SAV_TEST_POSTGRES_DSN#postgres://sav@}
	export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://sav:$SAV_DSN_PASSWORD@${server%%\?*}"
else
	export PYTHONPATH="$PWD/scripts/airflow" AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS=sqlite_wait.ARGUMENTS
fi
export SAV_DAILY_PROGRAM="$PWD/bin/sav" SAV_DAILY_ROOT="$AIRFLOW_HOME/reports"
export SAV_DAILY_INPUT="$PWD/testdata/messages.csv"
exec "$@"
