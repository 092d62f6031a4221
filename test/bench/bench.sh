#!/bin/sh
# bench.sh
#		"make bench": every benchmark in a throw-away cluster.
#
# BENCH="render ztest" names the ones to run.  Each measures both sides in one
# run and prints their ratio and, where there is one, the bar it is held to.
# shellcheck disable=SC2034,SC2154  # variables pass between the sourced files
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=test/lib/common.sh
. "$root/test/lib/common.sh"
# shellcheck source=test/lib/packages.sh
. "$root/test/lib/packages.sh"
# shellcheck source=test/lib/workspace.sh
. "$root/test/lib/workspace.sh"

benches=${BENCH:-render pick_variant ztest statistics tokens analysis analytics serve label_moves log_executions drop_partition search rls import}

headline "Setting up"
need_server
make_workspace
make_tokenizers
build_extension && start_cluster || exit 1
# Commits wait for the disk, as those of a server in use do.
as_owner "$bindir/psql" -X -q -d postgres -o /dev/null -c 'ALTER SYSTEM SET fsync = on' \
	-c 'ALTER SYSTEM SET full_page_writes = on' -c 'SELECT pg_reload_conf()' || exit 1

failed=0
for bench in $benches; do
	headline "$bench"
	if [ -f "$tree/test/bench/$bench.sh" ]; then
		as_owner env PATH="$bindir:$PATH" sh "test/bench/$bench.sh"
	else
		as_owner "$bindir/psql" -X -q -v ON_ERROR_STOP=1 -P footer=off -d postgres -f "test/bench/$bench.sql"
	fi || failed=1
done
exit "$failed"
