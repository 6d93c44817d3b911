#!/bin/sh
# airflow.sh runs a command with an Airflow of its own: the versions of
# dags/requirements.lock, installed into build/airflow/venv the first time, and
# an AIRFLOW_HOME below build/airflow that begins empty.
#
# Usage: scripts/airflow.sh COMMAND [ARGUMENT…]
#
# It needs Python 3.10 or later with its venv module. Everything it makes is
# below build/airflow, which may be removed at any time.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/airflow
lock=dags/requirements.lock

say() { echo "airflow.sh: $*" >&2; }

mkdir -p "$build"
# One at a time: a home is one database.
exec 9>"$build/lock"
flock -n 9 || { say "another one is running below $build"; exit 1; }
if ! cmp -s "$lock" "$build/venv/requirements.lock"; then
	python=$(command -v python3 || true)
	[ -n "$python" ] && "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' || {
		say "that needs Python 3.10 or later with its venv module"
		exit 1
	}
	say "installing Airflow into $build/venv"
	"$python" -m venv --clear "$build/venv"
	"$build/venv/bin/pip" install --quiet --no-input -r "$lock" >&2
	cp "$lock" "$build/venv/requirements.lock"
fi

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
