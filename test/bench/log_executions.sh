#!/bin/sh
# log_executions.sh
#		log_executions() in batches of 100 against a multi-row INSERT into the
#		same table, by pgbench with 2 clients; and log_execution() for one row.
#
#	log_executions.sh [SECONDS]
#
# Works in a database of its own, "prompt_mgr_bench", of the server that PGHOST
# and PGPORT name.  A row has 18 fields, as a client would send it; ids are made
# by the server on both sides.  Both sides run in turns, three times; the best
# run counts, as what else the machine does only slows.
set -eu

seconds=${1:-10}
clients=${CLIENTS:-2}
scripts=$(mktemp -d)
trap 'rm -rf "$scripts"' EXIT
PGDATABASE=prompt_mgr_bench
export PGDATABASE

psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS prompt_mgr_bench' -c 'CREATE DATABASE prompt_mgr_bench'
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null <<'SQL'
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.save_prompt('bench/' || p, 'Answer {{ name }}', labels => '{production}') FROM generate_series(1, 20) AS p;
SELECT prompt_mgr.create_experiment('bench', 'bench/1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]');
CREATE VIEW field AS
	SELECT n, 'bench/' || 1 + n % 20 AS prompt, CASE WHEN n % 20 = 0 THEN 'bench' END AS experiment, CASE WHEN n % 20 = 0 THEN 'b' END AS variant,
		'user-' || n * 7919 % 1000 AS user_id, 'conversation-' || n * 104729 % 100000 AS conversation_id, 'chat' AS operation_name,
		'openai' AS provider_name, 'gpt-5-mini' AS request_model, 'gpt-5-mini-2026-08-07' AS response_model, 'resp_' || md5(n::text) AS response_id,
		200 + n AS input_tokens, 50 + n AS output_tokens, n % 3 * 64 AS cache_read_input_tokens, 0.5 + n / 100.0 AS duration, n / 100000.0 AS cost_usd,
		n % 50 <> 0 AS success, CASE WHEN n % 50 = 0 THEN 'timeout' END AS error_type, 'call-' || n AS call
	FROM generate_series(1, 100) AS n;
SQL
psql -X -q -At >"$scripts/log.sql" <<'SQL'
SELECT format('SELECT prompt_mgr.log_executions(%L);', jsonb_agg(jsonb_strip_nulls(to_jsonb(f) - '{n,call}'::text[]
	|| jsonb_build_object('version', 1, 'finish_reasons', '["stop"]'::jsonb, 'ref', jsonb_build_object('call', f.call))) ORDER BY f.n)) FROM field AS f;
SQL
psql -X -q -At >"$scripts/insert.sql" <<'SQL'
SELECT 'INSERT INTO prompt_mgr.execution (execution_id, created_at, version, prompt_id, experiment_id, variant_no, user_id, conversation_id, operation_name, provider_name,
	request_model, response_model, response_id, input_tokens, output_tokens, cache_read_input_tokens, duration, cost_usd, success, error_type, finish_reasons, ref) VALUES '
	|| string_agg(format('(prompt_mgr.new_execution_id(), now(), 1, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %s, %s, %s, %s, %s, %L, %L, %L, %L)', p.prompt_id, e.experiment_id,
		CASE WHEN e.experiment_id IS NOT NULL THEN 2 END, f.user_id, f.conversation_id, f.operation_name, f.provider_name, f.request_model, f.response_model, f.response_id,
		f.input_tokens, f.output_tokens, f.cache_read_input_tokens, f.duration, f.cost_usd, f.success, f.error_type, '{stop}', jsonb_build_object('call', f.call)), ', ') || ';'
FROM field AS f JOIN prompt_mgr.prompt AS p ON p.name = f.prompt LEFT JOIN prompt_mgr.experiment AS e ON e.name = f.experiment;
SQL
cat >"$scripts/one.sql" <<'SQL'
SELECT prompt_mgr.log_execution('bench/1', 1, user_id => 'user-1', request_model => 'gpt-5-mini', input_tokens => 200, output_tokens => 50, duration => 0.5, cost_usd => 0.001);
SQL

rate()
{
	pgbench -n -M "${3:-simple}" -c "$2" -j 2 -T "$seconds" -f "$scripts/$1.sql" | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

best()
{
	echo "$1 $2" | awk '{ print ($1 > $2) ? $1 : $2 }'
}

log=0
insert=0
one=0
for _ in 1 2 3; do
	log=$(best "$(rate log "$clients")" "$log")
	insert=$(best "$(rate insert "$clients")" "$insert")
	one=$(best "$(rate one 1 prepared)" "$one")
done
echo "$log $insert" | awk -v clients="$clients" '{ printf "log_executions, batches of 100: %d rows/s; multi-row INSERT into the same table: %d rows/s; %d clients; ratio %.2f (bar: at least 40000 rows/s or 0.8)\n", $1 * 100, $2 * 100, clients, $1 / $2 }'
echo "$one" | awk '{ printf "log_execution, one row and one commit each: %.0f us\n", 1e6 / $1 }'
psql -X -q -d postgres -c 'DROP DATABASE prompt_mgr_bench'
