-- What happened to each prompt, and what follows from it.  No real executions
-- are at hand, so these are simulated, and said to be.

SELECT setseed(0.42) \g /dev/null

-- Two days of calls: the first version on the first day, the second after it.
CREATE TABLE demo.call AS
SELECT at, 1 + (n > 6000)::integer AS version, 'user-' || ceil(random() * 900) AS user_id,
	exp(0.2 - 0.4 * (n > 6000)::integer + 0.6 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS seconds,
	random() < CASE WHEN n > 6000 THEN 0.02 ELSE 0.05 END AS failed, random() AS luck
FROM (SELECT n, now() - interval '46 hours' + n * interval '46 hours' / 12000 AS at FROM generate_series(1, 12000) AS n) AS t;

-- A client makes the id when a call begins: a UUID of version 7 with that time.
CREATE FUNCTION demo.id_of(at timestamptz, luck float8) RETURNS uuid
LANGUAGE sql IMMUTABLE
RETURN left(overlay(overlay(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || md5(extract(epoch FROM at)::text || luck::text)
	PLACING '7' FROM 13) PLACING 'a' FROM 17), 32)::uuid;

SELECT clock_timestamp() AS began \gset
SELECT sum(prompt_mgr.log_executions(b.rows)) AS logged FROM (
	SELECT jsonb_agg(jsonb_build_object('prompt', 'greeting', 'version', version, 'user_id', user_id, 'request_model', 'small',
		'execution_id', demo.id_of(at, luck),
		'duration', seconds, 'input_tokens', 20 + 10 * (3 - version), 'output_tokens', 40 + (luck * 60)::integer, 'cost_usd', round(0.00002 * (60 + luck::numeric * 60), 6),
		'error_type', CASE WHEN failed THEN CASE WHEN luck < 0.7 THEN 'timeout' ELSE 'content_filter' END END)) AS rows
	FROM (SELECT c.*, row_number() OVER (ORDER BY at) / 500 AS batch FROM demo.call AS c) AS c GROUP BY batch) AS b \gset
SELECT round(extract(epoch FROM clock_timestamp() - :'began'::timestamptz), 2) AS took \gset
\echo ' SIMULATED:' :logged 'calls of a model, logged in batches of 500 in' :took 's.  The job adds them up:'
\echo
SELECT task, count(*) AS actions, string_agg(DISTINCT action, ', ' ORDER BY action) AS what FROM prompt_mgr.tick() GROUP BY task ORDER BY task;

\echo
\echo ' The last day, and how it differs from the day before:'
\echo
SELECT executions, users, demo.rate(success_rate) || ' %' AS success, round(latency_p50::numeric, 2) || ' s' AS p50, round(latency_p95::numeric, 2) || ' s' AS p95,
	'$' || round(cost_usd, 2) AS cost, to_char(100 * latency_p95_change, 'S990') || ' %' AS "p95 changed", error_types::text AS errors
FROM prompt_mgr.prompt_analytics('greeting', now() - interval '23 hours', now());

\echo
\echo ' Version 1 against version 2:'
\echo
SELECT metric, trim_scale(round(value_a::numeric, 4)) AS "version 1", trim_scale(round(value_b::numeric, 4)) AS "version 2", demo.p(p_value) AS p
FROM prompt_mgr.compare_versions('greeting', 1, 2);
