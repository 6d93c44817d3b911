#!/bin/sh
# databases.sh runs a command beside a MariaDB and a PostgreSQL server that live
# as long as it does, on free local ports and in a temporary folder. Whatever
# happens, Ctrl-C included, the servers are stopped and the folder is removed.
#
# Usage: scripts/databases.sh COMMAND [ARGUMENT…]
#
# The command finds them by SAV_TEST_MYSQL_DSN and SAV_TEST_POSTGRES_DSN; the
# password of both is in SAV_DSN_PASSWORD. Both speak TLS with a certificate of
# an authority of their own; SAV_TEST_CERTIFICATES is a folder with that of the
# authority (ca.pem) and one of a client (client.pem, client.key). Programs that are
# missing are installed with apt-get, as root; installed they stay.
set -eu

say() { echo "databases.sh: $*" >&2; }

# pgbin prints the folder of PostgreSQL's newest server programs, if there is one.
pgbin() {
	for initdb in $(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -rV) "$(command -v initdb || true)"; do
		[ -x "$initdb" ] && dirname "$initdb" && return
	done
	return 1
}

install() {
	say "installing $* with apt-get"
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		say "that needs root and Debian: install a server of MariaDB 10.11 and of PostgreSQL by hand"
		exit 1
	}
	# The -core packages hold the programs alone. Debian's postgresql also makes
	# a cluster and starts it, unless it is told not to.
	mkdir -p /etc/postgresql-common
	[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >&2
}

PATH=$PATH:/usr/sbin
packages=''
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || packages="mariadb-server-core mariadb-client-core"
pgbin >/dev/null || packages="$packages postgresql"
command -v openssl >/dev/null || packages="$packages openssl"
[ -z "$packages" ] || install $packages
pg=$(pgbin)

root=$(mktemp -d "${TMPDIR:-/tmp}/sav-databases.XXXXXX")
chmod 755 "$root" # the servers' own user goes through it
maria='' postgres='' command=''

# stop ends a process of ours and waits for its end.
stop() {
	[ -z "$1" ] || ! kill "-$2" "$1" 2>/dev/null || wait "$1" || true
}
trap 'status=$?; trap "" INT TERM HUP; stop "$command" TERM; stop "$maria" TERM; stop "$postgres" INT; rm -rf "$root"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# PostgreSQL refuses root: as root, the servers run as another user.
user=$(id -un)
as=''
if [ "$(id -u)" -eq 0 ]; then
	user=nobody
	getent passwd postgres >/dev/null && user=postgres
	as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi
mkdir "$root/maria" "$root/postgres" "$root/tls"
here=$PWD
cd "$root/tls"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=an authority' -keyout ca.key -out ca.pem 2>/dev/null
for name in server client; do
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>/dev/null
	echo 'subjectAltName = IP:127.0.0.1' |
		openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile /dev/stdin -out "$name.pem" 2>/dev/null
done
[ -z "$as" ] || chown -R "$user" "$root/maria" "$root/postgres" "$root/tls"
chmod 755 "$root/tls"
cd "$root"

SAV_DSN_PASSWORD=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')

# wait_for tries a command until it succeeds, as long as the server is there.
wait_for() { # PID LOG COMMAND…
	pid=$1 log=$2 tries=0
	shift 2
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if ! kill -0 "$pid" 2>/dev/null || [ "$tries" -gt 200 ]; then
			say "a server did not start:"
			tail -n 20 "$log" >&2
			stop "$pid" TERM
			return 1
		fi
		sleep 0.1
	done
}

# A port is free when it was drawn, but somebody may be faster: draw again.
port() { echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 30000)); }

start_maria() {
	maria_port=$(port)
	$as mariadbd --no-defaults --datadir="$root/maria/data" --socket="$root/maria/socket" --pid-file="$root/maria/pid" \
		--bind-address=127.0.0.1 --port="$maria_port" --innodb-buffer-pool-size=512M --innodb-flush-log-at-trx-commit=0 \
		--ssl-ca="$root/tls/ca.pem" --ssl-cert="$root/tls/server.pem" --ssl-key="$root/tls/server.key" \
		--character-set-server=utf8mb4 >"$root/maria.log" 2>&1 &
	maria=$!
	wait_for "$maria" "$root/maria.log" $as mariadb --no-defaults --socket="$root/maria/socket" --user="$user" -e 'SELECT 1'
}

start_postgres() {
	postgres_port=$(port)
	$as "$pg/postgres" -D "$root/postgres/data" -k "$root/postgres" -p "$postgres_port" \
		-c ssl=on -c ssl_ca_file="$root/tls/ca.pem" -c ssl_cert_file="$root/tls/server.pem" -c ssl_key_file="$root/tls/server.key" \
		-c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=256MB -c max_wal_size=4GB >"$root/postgres.log" 2>&1 &
	postgres=$!
	wait_for "$postgres" "$root/postgres.log" $as "$pg/pg_isready" -q -h "$root/postgres" -p "$postgres_port"
}

$as mariadb-install-db --no-defaults --datadir="$root/maria/data" --auth-root-authentication-method=socket \
	--auth-root-socket-user="$user" --skip-test-db >"$root/maria.log" 2>&1 || { cat "$root/maria.log" >&2; exit 1; }
start_maria || start_maria || start_maria
$as mariadb --no-defaults --socket="$root/maria/socket" --user="$user" <<SQL
CREATE DATABASE sav;
CREATE USER sav@'127.0.0.1' IDENTIFIED BY '$SAV_DSN_PASSWORD', sav@localhost IDENTIFIED BY '$SAV_DSN_PASSWORD';
GRANT ALL ON sav.* TO sav@'127.0.0.1', sav@localhost WITH GRANT OPTION;
GRANT CREATE USER ON *.* TO sav@'127.0.0.1', sav@localhost;
SQL

echo "$SAV_DSN_PASSWORD" >"$root/password"
[ -z "$as" ] || chown "$user" "$root/password"
chmod 600 "$root/password"
$as "$pg/initdb" -D "$root/postgres/data" -U sav -A scram-sha-256 --pwfile="$root/password" -E UTF8 --locale=C \
	>"$root/postgres.log" 2>&1 || { cat "$root/postgres.log" >&2; exit 1; }
start_postgres || start_postgres || start_postgres
PGPASSWORD=$SAV_DSN_PASSWORD "$pg/psql" -q -h 127.0.0.1 -p "$postgres_port" -U sav -d postgres -c 'CREATE DATABASE sav'

export SAV_DSN_PASSWORD SAV_TEST_CERTIFICATES="$root/tls"
export SAV_TEST_MYSQL_DSN="mysql://sav@127.0.0.1:$maria_port/sav"
export SAV_TEST_POSTGRES_DSN="postgres://sav@127.0.0.1:$postgres_port/sav?sslmode=disable"
say "$(mariadbd --no-defaults --version | sed 's/.*Ver \([^ ]*\).*/MariaDB \1/') and $("$pg/postgres" --version) are running in $root"

# In the background, so that a signal is obeyed at once and not at its end.
cd "$here"
"$@" &
command=$!
status=0
wait "$command" || status=$?
command=''
exit "$status"
