#!/bin/sh
# drop_partition.sh
#		A day of the log of executions that is older than the retention, dropped
#		while 32 clients log executions: how long the step of the periodic job and
#		its commit take, how long a write waited, and whether one failed.
#
#	drop_partition.sh [SECONDS]
#
# ROWS, 1,000,000 unless said, is how many executions the day has, and SECONDS,
# 10 unless said, how long is written; it is done three times.  Works in a
# database of its own, "prompt_mgr_bench", of the server that PGHOST and PGPORT
# name.
set -eu

rows=${ROWS:-1000000}
clients=${CLIENTS:-32}
seconds=${1:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PGDATABASE=prompt_mgr_bench
export PGDATABASE

run()
{
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

run -d postgres -c 'DROP DATABASE IF EXISTS prompt_mgr_bench' -c 'CREATE DATABASE prompt_mgr_bench'
run -o /dev/null <<'SQL'
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.save_prompt('bench', 'text', labels => '{production}');
SELECT prompt_mgr._execution_rollup();
SQL
cat >"$work/write.sql" <<'SQL'
SELECT prompt_mgr.log_execution('bench', input_tokens => 100, output_tokens => 20, duration => 0.5);
SQL
# What is not in the figures is not dropped; that it is, is said here, for these
# figures nobody reads.
cat >"$work/fill.sql" <<'SQL'
SELECT date_trunc('day', now() - interval '92 days', 'UTC') AS day \gset
SELECT prompt_mgr._make_partition(r, :'day', :'day'::timestamptz + interval '1 day', now()) FROM unnest('{execution,execution_score}'::name[]) AS r;
INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, provider_name, request_model, user_id, duration, success, input_tokens, output_tokens, cost_usd)
SELECT gen_random_uuid(), :'day'::timestamptz + i * interval '86 milliseconds' * (1000000.0 / :rows), p.prompt_id, 1, 'acme', 'model', 'user ' || i % 10000, 0.5, true, 100, 20, 0.001
FROM prompt_mgr.prompt AS p, generate_series(0, :rows - 1) AS i;
UPDATE prompt_mgr.execution_watermark SET watermark = pg_snapshot_xmax(pg_current_snapshot());
CHECKPOINT;
SQL
# In one transaction, as in the periodic job, of which it is the last step.
cat >"$work/drop.sql" <<'SQL'
SELECT clock_timestamp() AS began \gset
BEGIN;
SELECT count(*) FILTER (WHERE d.action = 'dropped') AS dropped FROM prompt_mgr._drop_partitions() AS d \gset
SELECT clock_timestamp() AS stepped \gset
COMMIT;
SELECT :'dropped' || ' ' || extract(epoch FROM :'stepped'::timestamptz - :'began'::timestamptz) || ' ' || extract(epoch FROM clock_timestamp() - :'stepped'::timestamptz);
SQL

recent()
{
	run -c "SELECT count(*) FROM prompt_mgr.execution WHERE created_at > now() - interval '1 day'"
}

for _ in 1 2 3; do
	run -v rows="$rows" -o /dev/null -f "$work/fill.sql"
	was=$(recent)
	rm -f "$work"/log.*
	(cd "$work" && exec pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f write.sql -l --log-prefix=log >/dev/null 2>err) &
	writers=$!
	sleep $((seconds / 2))
	# The day of the executions, and that of their values.  A lock that is not to
	# be had in time the next run of the job asks for again.
	: >"$work/steps"
	until [ "$(awk '{ n += $1 } END { print n + 0 }' "$work/steps")" -ge 2 ]; do
		run -f "$work/drop.sql" >>"$work/steps"
	done
	wait "$writers" || true
	{
		awk -v rows="$rows" '$1 > 0 && $2 + $3 > step + commit { step = $2; commit = $3 }
			END { printf "%d executions dropped in %.3f s, of it the commit %.3f s, at attempt %d (bar: 0.5 s); ", rows, step + commit, commit, NR }' "$work/steps"
		cat "$work"/log.* | awk -v clients="$clients" -v errors="$(grep -c ERROR "$work/err" || true)" -v written="$(($(recent) - was))" '$3 > longest { longest = $3 }
			END { printf "%d clients logged %d: %d failed, %d are missing (bar: 0); the longest waited %.3f s\n", clients, NR, errors, NR - written, longest / 1000000 }'
	}
done
run -d postgres -c 'DROP DATABASE prompt_mgr_bench'
