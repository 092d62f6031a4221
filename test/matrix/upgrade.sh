#!/bin/sh
# upgrade.sh
#		Takes a database from the first of several servers to the others: to
#		each by dump and restore, and from one to the next by pg_upgrade.
#		Everything must be equal there, and life must go on alike.
#
#	upgrade.sh STAGES VERSION VERSION...
#
# Run as root in a system whose apt has all the versions; STAGES/VERSION is
# what "make install DESTDIR=" made for each.  Prints "N passed, N failed" last.
# shellcheck disable=SC2034,SC2154  # variables pass between the sourced files
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=test/lib/common.sh
. "$root/test/lib/common.sh"
# shellcheck source=test/lib/packages.sh
. "$root/test/lib/packages.sh"
# shellcheck source=test/lib/workspace.sh
. "$root/test/lib/workspace.sh"

stages=$1
first=$2
shift
versions=$*
shift
later=$*

work=$(mktemp -d) || die "no temporary directory"
trap clean_up EXIT
logs=$work/logs
tree=$work
owner=postgres
mkdir "$logs" "$work/sql"
package_log=$logs/packages.log
cp "$root"/test/matrix/*.sql "$work/sql"

# result TEST STATUS [FILE]
result()
{
	if [ "$2" -eq 0 ]; then
		say "ok: $1"
		total_passed=$((total_passed + 1))
	else
		say "not ok: $1"
		total_failed=$((total_failed + 1))
		[ -z "${3:-}" ] || tail -n 20 "$3" | sed 's/^/   | /'
	fi
}

# use VERSION NAME: the cluster of that name becomes the one that is worked with.
use()
{
	pg_major=$1
	bindir=/usr/lib/postgresql/$1/bin
	PG_CONFIG=$bindir/pg_config
	stage=$stages/$1
	data_directory=$work/$2
	PGPORT=54$1
	export PGPORT
}

# Checksums, as 18 has them by default and pg_upgrade wants them alike.
make_cluster()
{
	logged "$logs/initdb.log" as_owner "$bindir/initdb" -D "$data_directory" -U postgres \
		-A trust -E UTF8 --no-locale --no-sync --data-checksums || return 1
	write_server_settings
	as_owner tee -a "$data_directory/postgresql.conf" >/dev/null <<-END
		listen_addresses = ''
		unix_socket_directories = '$work'
		port = $PGPORT
		fsync = off
		$(cat "$settings")
	END
}

start()
{
	logged "$logs/start.log" as_owner "$bindir/pg_ctl" -D "$data_directory" -l "$logs/${data_directory##*/}.log" -w start
}

stop()
{
	logged "$logs/stop.log" as_owner "$bindir/pg_ctl" -D "$data_directory" -m fast -w stop
}

sql()
{
	as_owner "$bindir/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

# picture FILE, life FILE: what the database says, written to FILE.
picture()
{
	sql -d prompts -f sql/picture.sql -o "$1" >"$1.log" 2>&1
}

life()
{
	sql -d prompts -f sql/go_on.sql -o "$1" >"$1.log" 2>&1
}

# same KIND NAME FILE: against what the first server said.
same()
{
	diff "$work/$1.$first" "$3" >"$logs/diff.log" 2>&1
	result "$2" $? "$logs/diff.log"
}

fill()
{
	make_cluster && start &&
		sql -d postgres -c 'CREATE DATABASE prompts' &&
		sql -d prompts -o /dev/null -c 'CREATE EXTENSION prompt_mgr' -c 'SELECT prompt_mgr.init()' &&
		sql -d prompts -o /dev/null -f sql/fill.sql
}

# By the newer server's own pg_dump, as its documentation advises.
restore()
{
	as_owner "$bindir/pg_dumpall" -p "54$first" --roles-only >"$work/roles.sql" &&
		as_owner "$bindir/pg_dump" -p "54$first" --create prompts >"$work/dump.sql" || return 1
	sed -i '/^CREATE ROLE postgres;/d' "$work/roles.sql"
	make_cluster && start &&
		sql -d postgres -o /dev/null -f roles.sql &&
		sql -d postgres -o /dev/null -f dump.sql
}

headline "Upgrade of the server: $versions"
# shellcheck disable=SC2046  # a list of names
install_packages $(for version in $versions; do
	installed "postgresql-$version" || echo "postgresql-$version"
done)
chown -R postgres: "$work"
PGHOST=$work
PGUSER=postgres
export PGHOST PGUSER

use "$first" "origin"
fill
result "PostgreSQL $first: filled" $?
picture "$work/picture.$first"
result "PostgreSQL $first: described" $? "$work/picture.$first.log"

for version in $later; do
	use "$version" "restored$version"
	restore >"$logs/restore.log" 2>&1
	result "dump of $first, restored in $version: without an error" $? "$logs/restore.log"
	picture "$work/restored.$version"
	same picture "dump of $first, restored in $version: every table and every answer is equal" "$work/restored.$version"
	life "$work/restored_life.$version"
	stop
done
use "$first" "origin"
stop

# The chain; every cluster is copied, so that each is still there in the end.
old=$first
old_cluster=origin
for version in $later; do
	use "$version" "upgraded$version"
	make_cluster
	# pg_upgrade looks for libraries in the server's own directory alone.
	library=$("$PG_CONFIG" --pkglibdir)/prompt_mgr.so
	cp "$stage$library" "$library"
	as_owner "$bindir/pg_upgrade" -b "/usr/lib/postgresql/$old/bin" -B "$bindir" -d "$work/$old_cluster" -D "$data_directory" \
		-U postgres -p "54$old" -P "$PGPORT" >"$logs/upgrade.log" 2>&1
	result "pg_upgrade from $old to $version" $? "$logs/upgrade.log"
	rm -f "$library"
	start
	picture "$work/upgraded.$version"
	same picture "upgraded to $version: every table and every answer is equal" "$work/upgraded.$version"
	stop
	old=$version
	old_cluster=upgraded$version
done

use "$first" "origin"
start
life "$work/life.$first"
result "PostgreSQL $first: goes on" $? "$work/life.$first.log"
stop
for version in $later; do
	same life "dump of $first, restored in $version: goes on alike" "$work/restored_life.$version"
	use "$version" "upgraded$version"
	start
	life "$work/upgraded_life.$version"
	same life "upgraded to $version: goes on alike" "$work/upgraded_life.$version"
	stop
done

report
