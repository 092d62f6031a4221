#!/bin/sh
# analytics.sh
#		Figures of many executions: what the job pays for 10,000 new rows over few
#		and over many old ones, what analytics take, how large the figures are.
#
#	analytics.sh
#
# ROWS, 1,000,000 unless said, is how many old ones; 10000000 is what the bars
# are for, and takes some minutes and 6 GB.  Works in databases of its own,
# "prompt_mgr_bench" and "prompt_mgr_bench_few", of the server that PGHOST and
# PGPORT name; KEEP=1 leaves the first.
set -eu

rows=${ROWS:-1000000}
few=100000
many_db=prompt_mgr_bench
few_db=prompt_mgr_bench_few

run()
{
	psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# prepare DATABASE ROWS
prepare()
{
	run -d postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
	run -d "$1" -o /dev/null <<'SQL'
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.save_prompt('bench/' || i, 'text ' || v) FROM generate_series(1, 50) AS i, generate_series(1, 2) AS v;
SELECT prompt_mgr._make_partition(r, d, d + interval '1 day', now())
FROM generate_series(date_trunc('day', now() - interval '89 days', 'UTC'), now() - interval '1 day', interval '1 day') AS d, unnest('{execution,execution_score}'::name[]) AS r
WHERE NOT EXISTS (SELECT FROM prompt_mgr._partitions() AS p WHERE p.relation = r AND p.lower <= d AND p.upper > d);

CREATE TABLE prompt AS SELECT row_number() OVER (ORDER BY name) - 1 AS n, prompt_id FROM prompt_mgr.prompt;
CREATE UNIQUE INDEX ON prompt (n);
-- Executions of some days, half of them of the first few prompts; latencies are lognormal.
CREATE PROCEDURE fill(first integer, last integer, how_many bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR day IN first .. last LOOP
		INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, provider_name, request_model, user_id, duration, success, error_type,
			input_tokens, output_tokens, cost_usd, confidence)
		SELECT gen_random_uuid(), date_trunc('day', now(), 'UTC') + day * interval '1 day' + i::double precision / how_many * interval '20 hours', p.prompt_id, 1 + i % 2, 'acme', 'model-' || i % 2,
			'user ' || (random() * random() * 100000)::integer, exp(0.5 + 0.8 * sqrt(-2 * ln(1 - random())) * cos(6.2832 * random())), i % 20 <> 0, CASE WHEN i % 20 = 0 THEN 'timeout' END,
			100 + i % 900, i % 500, 0.0001 * (i % 97), (i % 10) / 10.0
		FROM generate_series(1, how_many) AS i CROSS JOIN LATERAL (SELECT (50 * random() * random() + 0 * i)::integer % 50 AS k) AS r JOIN prompt AS p ON p.n = r.k;
		COMMIT;
	END LOOP;
END
$$;
CREATE FUNCTION seconds(command text, runs integer DEFAULT 5) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz;
	best double precision := 'Infinity';
BEGIN
	FOR i IN 1 .. runs LOOP
		began := clock_timestamp();
		EXECUTE command;
		best := least(best, extract(epoch FROM clock_timestamp() - began));
	END LOOP;
	RETURN best;
END $$;
SQL
	began=$(date +%s)
	run -d "$1" -c "CALL fill(-89, -1, $2 / 89)"
	loaded=$(date +%s)
	run -d "$1" -o /dev/null -c 'VACUUM (ANALYZE)' -c 'SELECT prompt_mgr._execution_rollup()' -c 'SELECT * FROM prompt_mgr.tick()' -c 'VACUUM (ANALYZE)'
	echo "$2 executions: loading $((loaded - began)) s, rolling up and vacuum $(($(date +%s) - loaded)) s"
}

# tick_seconds DATABASE: of tick() with 10,000 new executions.
tick_seconds()
{
	run -d "$1" -o /dev/null -c 'CALL fill(0, 0, 10000)'
	run -d "$1" -c "SELECT seconds('SELECT count(*) FROM prompt_mgr.tick()', 1)"
}

prepare "$few_db" "$few"
prepare "$many_db" "$rows"
# In turns, and the best of each: what else the machine does only slows.
tick_few=9999
tick_many=9999
for _ in 1 2 3 4 5; do
	tick_few=$(echo "$(tick_seconds "$few_db") $tick_few" | awk '{ print ($1 < $2) ? $1 : $2 }')
	tick_many=$(echo "$(tick_seconds "$many_db") $tick_many" | awk '{ print ($1 < $2) ? $1 : $2 }')
done
echo "$tick_many $tick_few $rows $few" | awk '{ printf "tick() with 10,000 new executions: %.3f s over %d old ones, %.3f s over %d; ratio %.2f (bar: at most 1.5)\n", $1, $3, $2, $4, $1 / $2 }'

# Some executions are not added up, as in use.
run -d "$many_db" -o /dev/null -c 'CALL fill(0, 0, 5000)'
psql -X -q -P footer=off -d "$many_db" <<'SQL'
SELECT question, round(1000 * s::numeric, 1) AS "milliseconds (bar: 100)" FROM (VALUES
	('prompt_analytics, a week, busiest prompt', $$SELECT * FROM prompt_mgr.prompt_analytics('bench/1', now() - interval '7 days', now())$$),
	('prompt_analytics, 30 days, busiest prompt', $$SELECT * FROM prompt_mgr.prompt_analytics('bench/1', now() - interval '30 days', now())$$),
	('prompt_analytics, a version, 30 days', $$SELECT * FROM prompt_mgr.prompt_analytics('bench/1', now() - interval '30 days', now(), 2)$$),
	('prompt_timeline, 30 days', $$SELECT * FROM prompt_mgr.prompt_timeline('bench/1', now() - interval '30 days', now())$$),
	('prompt_timeline, 2 days by the hour', $$SELECT * FROM prompt_mgr.prompt_timeline('bench/1', now() - interval '2 days', now(), 'hour')$$),
	('compare_versions, 30 days', $$SELECT * FROM prompt_mgr.compare_versions('bench/1', 1, 2)$$),
	('version_usage, 30 days', $$SELECT * FROM prompt_mgr.version_usage('bench/1')$$),
	('error_summary, 7 days', $$SELECT * FROM prompt_mgr.error_summary('bench/1')$$),
	('prompt_usage, all prompts, 30 days', $$SELECT * FROM prompt_mgr.prompt_usage()$$),
	('prompt_usage, all prompts, 90 days', $$SELECT * FROM prompt_mgr.prompt_usage(now() - interval '90 days')$$),
	('execution_figures, all, 90 days by the day', $$SELECT * FROM prompt_mgr.execution_figures(now() - interval '90 days', now(), 'day', '{}')$$),
	('for comparison: percentile_cont over the rows, 7 days, one prompt', $$SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY duration) FROM prompt_mgr.execution WHERE prompt_id = (SELECT prompt_id FROM prompt_mgr.prompt WHERE name = 'bench/1') AND created_at > now() - interval '7 days'$$)
) AS q (question, command), seconds(q.command, 3) AS s;
SQL
# Whoever asks once has a new session, in which nothing is known or planned yet.
first()
{
	for _ in 1 2 3 4 5; do
		psql -X -q -At -d "$many_db" -c '\timing on' -c "$2" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
	done | sort -n | awk -v question="$1" 'NR == 1 { printf "first question of a session: %s, %.0f ms (bar: 100)\n", question, $1 }'
}
first 'prompt_analytics, a week' "SELECT * FROM prompt_mgr.prompt_analytics('bench/1', now() - interval '7 days', now())"
first 'prompt_analytics, 30 days' "SELECT * FROM prompt_mgr.prompt_analytics('bench/1', now() - interval '30 days', now())"
first 'prompt_timeline, 30 days' "SELECT * FROM prompt_mgr.prompt_timeline('bench/1', now() - interval '30 days', now())"
first 'compare_versions, 30 days' "SELECT * FROM prompt_mgr.compare_versions('bench/1', 1, 2)"
first 'error_summary, 7 days' "SELECT * FROM prompt_mgr.error_summary('bench/1')"
first 'prompt_usage, 30 days' "SELECT * FROM prompt_mgr.prompt_usage()"
psql -X -q -P footer=off -d "$many_db" <<'SQL'
SELECT c.relname AS relation, pg_size_pretty(sum(pg_total_relation_size(coalesce(i.inhrelid, c.oid)))) AS size, pg_size_pretty(sum(pg_indexes_size(coalesce(i.inhrelid, c.oid)))) AS "of it indexes", max(n.n) AS rows
FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhparent = c.oid
JOIN (SELECT 'execution' AS relname, count(*) AS n FROM prompt_mgr.execution UNION ALL SELECT 'execution_rollup', count(*) FROM prompt_mgr.execution_rollup
	UNION ALL SELECT 'execution_tally', count(*) FROM prompt_mgr.execution_tally UNION ALL SELECT 'execution_series', count(*) FROM prompt_mgr.execution_series) AS n USING (relname)
WHERE c.relnamespace = 'prompt_mgr'::regnamespace GROUP BY c.relname ORDER BY c.relname;
SELECT span, count(*) AS rows, round(avg(executions), 1) AS executions, round(avg(length(latency))) AS "latency, bytes", round(avg(length(users))) AS "users, bytes" FROM prompt_mgr.execution_rollup GROUP BY span ORDER BY span;
SQL
run -d postgres -c "DROP DATABASE $few_db"
[ -n "${KEEP:-}" ] || run -d postgres -c "DROP DATABASE $many_db"
