#!/bin/sh
# demo.sh
#		"make demo": prompts, versions, variants, a significance test and the log
#		of executions in a throw-away cluster.
#
# With the reference data (PROMPT_MGR_DATA, by default beside the project) it
# works on real prompts and real experiments, without them on the samples here
# and a seeded simulation.  KEEP=1 leaves the cluster running.
# shellcheck disable=SC2034,SC2119,SC2154  # variables pass between the sourced files
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=test/lib/common.sh
. "$root/test/lib/common.sh"
# shellcheck source=test/lib/packages.sh
. "$root/test/lib/packages.sh"
# shellcheck source=test/lib/workspace.sh
. "$root/test/lib/workspace.sh"

# section TITLE SCRIPT [PSQL ARGUMENTS]: a headline and what a script says.
section()
{
	printf '\n%s\n\n' "$1"
	script=$2
	shift 2
	if ! as_owner "$bindir/psql" -X -q -v ON_ERROR_STOP=1 -P footer=off -P border=1 -P null= \
		-d demo -f "demo/$script" "$@" >"$logs/demo.out" 2>"$logs/demo.err"; then
		cat "$logs/demo.out" "$logs/demo.err"
		die "The demo failed in demo/$script."
	fi
	# Scripts begin a sentence with one space, as psql does a table's row.
	sed 's/^\(.\)/   \1/' "$logs/demo.out" | cat -s
}

prompts_section()
{
	file=$tree/demo/sample_prompts.json
	origin="demo/sample_prompts.json"
	if [ -r "$PROMPT_MGR_DATA/prompts/prompts_cc0.json" ]; then
		file=$PROMPT_MGR_DATA/prompts/prompts_cc0.json
		origin="prompts.chat (real prompts, CC0)"
	fi
	section "1. Prompts: saved, versioned, rendered in the database" prompts.sql -v file="$file" -v origin="$origin"
}

experiments_section()
{
	packed=$PROMPT_MGR_DATA/ab/upworthy_exploratory.csv.gz
	answers=$PROMPT_MGR_DATA/ab/upworthy_results_R.csv
	if [ -r "$packed" ] && [ -r "$answers" ]; then
		gzip -dc "$packed" >"$work/arms.csv" && chmod a+r "$work/arms.csv"
		section "4. Did it help? 4,873 real experiments" experiments.sql -v arms="$work/arms.csv" -v answers="$answers"
	else
		section "4. Did it help? Three simulated experiments" simulation.sql
	fi
}

farewell()
{
	# As root the cluster belongs to postgres, and so do its commands.
	as=
	[ -z "$owner" ] || as="runuser -u $owner -- "
	if [ "${KEEP:-}" = 1 ]; then
		kept=yes
		printf '\nThe server goes on running. Look around in it:\n\n    %s\n' \
			"$bindir/psql -h $PGHOST -p $PGPORT -U $PGUSER demo"
		printf '\nand stop it:\n\n    %s\n' \
			"$as$bindir/pg_ctl -D $data_directory -m fast stop && rm -rf $work"
	else
		printf '\nThe server is stopped and gone. "make demo KEEP=1" keeps it running to look around in.\n'
	fi
}

printf 'prompt_mgr: prompts that live, are tested and measured in PostgreSQL\n\n'
say "   setting up: packages, build, a throw-away server"
need_server
make_workspace
build_extension && start_cluster || exit 1
as_owner "$bindir/createdb" demo || exit 1
say "   PostgreSQL $pg_major, in $work"

as_owner "$bindir/psql" -X -q -v ON_ERROR_STOP=1 -d demo -f demo/setup.sql || exit 1
prompts_section
section "2. Labels: a version goes live, and back" labels.sql
section "3. Variants: 10,000 users, three variants" units.sql
experiments_section
section "5. In production: what each call did" executions.sql
farewell
