#!/bin/sh
# bench.sh times each question of sql/ three times on the MariaDB server that
# scripts/databases.sh started, without the schema's indexes and with them, and
# shows what EXPLAIN says. It leaves no table behind.
#
# Usage: scripts/databases.sh bench/sql/bench.sh [SALES]
set -eu
sales=${1:-5000000}
sql=$(cd "$(dirname "$0")/../../sql" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

server=${SAV_TEST_MYSQL_DSN#mysql://sav@}
address=${server%/*}
client() {
	MYSQL_PWD=$SAV_DSN_PASSWORD mariadb --no-defaults -h "${address%:*}" -P "${address##*:}" -u sav "$@" "${server#*/}"
}
now() { date +%s.%N; }

# timed runs a command and prints the seconds it took.
timed() {
	begin=$(now)
	"$@"
	echo "$begin $(now)" | awk '{ printf "%.1f s\n", $2 - $1 }'
}

# question prints one that is asked with a today that does not move, behind the
# word given.
question() {
	echo "SET @today = '2024-05-31';"
	sed "0,/^\\(SELECT\\|WITH\\)/s//$2 \\1/" "$sql/$1.sql"
}

ask() { question "$1" '' | client --batch >/dev/null; }

each() {
	for name in monthly_sales top_users attractive_products; do
		echo "== $name"
		question "$name" EXPLAIN | client --table
		for run in 1 2 3; do timed ask "$name"; done
	done
}

drop() { echo "DROP TABLE IF EXISTS SALES, USERS" | client; }
trap drop EXIT
drop

echo "== $(echo 'SELECT VERSION()' | client --skip-column-names), $sales sales"
# The indexes come later: to fill tables that have them takes longer.
sed '/^CREATE INDEX/d' "$sql/schema.sql" | client
load() { { echo "SET @sales = $sales;"; cat "$here/sales.sql"; echo 'ANALYZE TABLE SALES'; } | client >/dev/null; }
timed load
echo 'SELECT COUNT(*) AS months_of_users FROM (SELECT DISTINCT LAST_DAY(DATE_SALES), USER_ID FROM SALES) AS m' | client --table

echo "==== without the indexes"
each

echo "==== with the indexes"
index() { { sed -n '/^CREATE INDEX/p' "$sql/schema.sql"; echo 'ANALYZE TABLE SALES'; } | client >/dev/null; }
timed index
each
