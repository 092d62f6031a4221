-- Figures of executions: added up by the job, read with what it has not added up.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Times are told from a midnight ten days ago.
SELECT date_trunc('day', now() - interval '10 days', 'UTC') AS base \gset
CREATE FUNCTION pg_temp.roll_up() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		PERFORM prompt_mgr._execution_rollup();
		EXIT WHEN NOT EXISTS (SELECT FROM prompt_mgr.execution WHERE xact >= prompt_mgr._rolled_up_to())
			AND NOT EXISTS (SELECT FROM prompt_mgr.execution_score WHERE xact >= prompt_mgr._rolled_up_to());
		PERFORM pg_sleep(0.01);
	END LOOP;
END $$;
\o /dev/null
SELECT prompt_mgr.save_prompt('fig/p', 'version ' || i) FROM generate_series(1, 3) AS i;
SELECT prompt_mgr.save_prompt('fig/other', 'text');
SELECT pg_temp.roll_up();
-- As the job leaves it: of long ago there are days alone.
SELECT * FROM prompt_mgr._tick_rollup('infinity');
\o
CREATE FUNCTION pg_temp.id(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5('fig' || n)::uuid $$;
INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, provider_name, request_model, user_id, duration, success, error_type, error_message,
	input_tokens, output_tokens, cache_read_input_tokens, cost_usd, confidence, variables)
SELECT pg_temp.id(n), :'base'::timestamptz + at, p.prompt_id, r.version, 'acme', r.model, u, duration, error IS NULL, nullif(error, ''), 'message ' || n, tin, tout, cached, cost, confidence, variables::jsonb
FROM prompt_mgr.prompt AS p, (VALUES
	(1, interval '00:30', 1, 'm1', 'u1', 1.28, NULL, 100, 10, 5, 0.010, 0.5, '{"lang": "de", "tone": "dry"}'),
	(2, '00:59:59', 1, 'm1', 'u2', 0.64, NULL, 100, 20, NULL, 0.020, 0.7, '{"lang": "de"}'),
	(3, '10:00', 1, 'm2', 'u1', 2.56, 'timeout', 100, NULL, NULL, NULL, NULL, '{"lang": "en"}'),
	(4, '23:59:59.999', 2, 'm1', 'u3', 5.12, NULL, 200, 40, NULL, 0.040, 0.9, NULL),
	(5, '24:00', 2, 'm1', 'u3', 0.32, NULL, 200, 50, 7, 0.050, NULL, '{"lang": "de", "tone": "warm"}'),
	(6, '36:00', 2, 'm2', 'u4', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL),
	(7, '47:30', 2, 'm1', NULL, 0.32, 'timeout', 10, 0, NULL, 0.005, NULL, NULL),
	(8, '48:00', 2, 'm1', 'u5', 81.92, NULL, 1000, 1000, 1000, 1, 1, '{"lang": "fr"}'),
	(9, '-12:00', 1, 'm1', 'u1', 1.28, NULL, 100, 100, NULL, 0.5, 0.3, NULL),
	(10, '-48:00', 1, 'm1', 'u1', 2.56, 'refused', 100, 100, NULL, 0.5, NULL, NULL),
	(11, '-48:00:00.001', 1, 'm1', 'u9', 40.96, NULL, 1, 1, 1, 1, 1, NULL)
) AS r (n, at, version, model, u, duration, error, tin, tout, cached, cost, confidence, variables) WHERE p.name = 'fig/p';
INSERT INTO prompt_mgr.execution_score (execution_id, created_at, name, value)
SELECT x.execution_id, x.created_at, 'rating', 5 - r.n FROM generate_series(1, 4) AS r (n) JOIN prompt_mgr.execution AS x ON x.execution_id = pg_temp.id(r.n);

-- What one looks for: the same before, while and after the job has added them up.
CREATE FUNCTION pg_temp.answers(base timestamptz) RETURNS TABLE (question text, answer text) LANGUAGE sql SET extra_float_digits = 0 SET TimeZone = 'UTC' AS $$
	SELECT 'analytics', to_jsonb(a)::text FROM prompt_mgr.prompt_analytics('fig/p', base, base + interval '2 days') AS a
	UNION ALL SELECT 'version 1', to_jsonb(a)::text FROM prompt_mgr.prompt_analytics('fig/p', base, base + interval '2 days', 1) AS a
	UNION ALL SELECT 'odd hours', to_jsonb(a)::text FROM prompt_mgr.prompt_analytics('fig/p', base + interval '30 minutes', base + interval '47 hours 1 minute') AS a
	UNION ALL SELECT 'spans ' || s, jsonb_agg(to_jsonb(t) ORDER BY t."time")::text FROM unnest('{hour,day,week,month}'::text[]) AS s, prompt_mgr.prompt_timeline('fig/p', base - interval '3 days', base + interval '3 days', s) AS t GROUP BY s
	UNION ALL SELECT 'medians', jsonb_agg(to_jsonb(u) ORDER BY u.version)::text FROM prompt_mgr.version_usage('fig/p', base, base + interval '2 days') AS u
	UNION ALL SELECT 'versions', jsonb_agg(to_jsonb(c) ORDER BY c.metric)::text FROM prompt_mgr.compare_versions('fig/p', 1, 2, base, base + interval '2 days') AS c
	UNION ALL SELECT 'errors', jsonb_agg(to_jsonb(e))::text FROM prompt_mgr.error_summary('fig/p', base - interval '2 days', base + interval '2 days') AS e
	UNION ALL SELECT 'usage', to_jsonb(u)::text FROM prompt_mgr.prompt_usage(base, base + interval '2 days', 'fig/') AS u
	UNION ALL SELECT 'figures', jsonb_agg(to_jsonb(f) - 'prompt_id' ORDER BY f."time", f.version, f.model)::text FROM prompt_mgr.execution_figures(base - interval '5 days', base + interval '5 days', 'hour', '{prompt,version,variant,model}',
		only_prompt => prompt_mgr.prompt_id_of('fig/p')) AS f
	UNION ALL SELECT 'scores', jsonb_agg(to_jsonb(f) - 'prompt_id' ORDER BY f."time", f.version, f.model, f.name)::text FROM prompt_mgr.tally_figures('score', base - interval '5 days', base + interval '5 days', 'day', '{prompt,version,variant,model}',
		only_prompt => prompt_mgr.prompt_id_of('fig/p')) AS f
$$;
CREATE TEMP TABLE expected AS SELECT * FROM pg_temp.answers(:'base');
SELECT count(*) FROM expected;
SELECT pg_temp.roll_up();
SELECT * FROM pg_temp.answers(:'base') EXCEPT SELECT * FROM expected;
-- That there was nothing to add up, the time says as well, which alerts look at.
CREATE FUNCTION pg_temp.rolled_after(at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. 100 LOOP
		PERFORM prompt_mgr._execution_rollup();
		IF EXISTS (SELECT FROM prompt_mgr.execution_watermark AS w WHERE w.rolled_at > at) THEN
			RETURN true;
		END IF;
		PERFORM pg_sleep(0.05);
	END LOOP;
	RETURN false;
END $$;
SELECT rolled_at FROM prompt_mgr.execution_watermark \gset
SELECT pg_temp.rolled_after(:'rolled_at');
SELECT span, count(*), sum(executions) FROM prompt_mgr.execution_rollup AS r JOIN prompt_mgr.execution_series AS s USING (series_id) WHERE s.prompt_id = prompt_mgr.prompt_id_of('fig/p') GROUP BY span ORDER BY span;

-- By hand.
SET extra_float_digits = -6;
\x
SELECT period_from - :'base' AS from_base, period_to - :'base' AS to_base, a.* FROM prompt_mgr.prompt_analytics('fig/p', :'base', :'base'::timestamptz + interval '2 days') AS q,
	LATERAL (SELECT q.executions, q.users, q.successes, q.errors, q.success_rate = 4 / 7.0::float8 AS success_rate, q.error_rate = 3 / 7.0::float8 AS error_rate,
		q.latency_avg, q.latency_p50, q.latency_p90, q.latency_p95, q.latency_p99, q.input_tokens, q.output_tokens, q.cache_read_input_tokens, q.cost_usd, round(q.cost_per_execution, 6) AS cost_per_execution,
		q.satisfaction, q.quality -> 'rating' AS rating, q.quality -> 'confidence' ->> 'n' AS confidences, round((q.quality -> 'confidence' ->> 'mean')::numeric, 6) AS confidence, round((q.quality -> 'confidence' ->> 'sd')::numeric, 6) AS confidence_sd,
		q.error_types, q.top_variables, q.executions_change, q.users_change, q.success_rate_change, q.latency_p95_change, q.tokens_change, q.cost_change, q.satisfaction_change) AS a;
-- Nothing happened.
SELECT q.executions, q.users, q.success_rate, q.latency_avg, q.latency_p95, q.input_tokens, q.cost_usd, q.cost_per_execution, q.satisfaction, q.quality, q.error_types, q.top_variables, q.executions_change, q.success_rate_change, q.cost_change
FROM prompt_mgr.prompt_analytics('fig/other', :'base', :'base'::timestamptz + interval '2 days') AS q;
\x
SELECT metric, value_a, value_b, difference, change, p_value FROM prompt_mgr.compare_versions('fig/p', 1, 2, :'base', :'base'::timestamptz + interval '2 days');
SELECT u.version, u.executions, u.errors, u.users, u.latency_p50, u.input_tokens_p50, u.output_tokens_p50, u.cost_usd_p50, u.scores, u.first_day - (:'base'::timestamptz AT TIME ZONE 'UTC')::date AS first_day, u.last_day - (:'base'::timestamptz AT TIME ZONE 'UTC')::date AS last_day
FROM prompt_mgr.version_usage('fig/p', :'base', :'base'::timestamptz + interval '2 days') AS u;
SELECT version, executions, input_tokens_p50 FROM prompt_mgr.version_usage('fig/p', :'base', :'base'::timestamptz + interval '3 days', sample => 1);
SELECT e.error_type, e.errors, e.share, e.error_rate, e.versions, e.last_at - :'base' AS last_at, e.last_message FROM prompt_mgr.error_summary('fig/p', :'base'::timestamptz - interval '2 days', :'base'::timestamptz + interval '2 days') AS e;
SELECT error_type, errors FROM prompt_mgr.error_summary('fig/p', :'base'::timestamptz - interval '2 days', :'base'::timestamptz + interval '2 days', 1, max_rows => 1);
SELECT * FROM prompt_mgr.top_variables('fig/p', :'base', :'base'::timestamptz + interval '2 days');
SELECT * FROM prompt_mgr.top_variables('fig/p', :'base', :'base'::timestamptz + interval '2 days', only_variable => 'lang', max_rows => 1);
SELECT * FROM prompt_mgr.top_variables('fig/p', :'base', :'base'::timestamptz + interval '2 days', sample => 4);
SELECT t."time" - :'base' AS at, executions, users, errors, latency_p50, input_tokens, output_tokens, cost_usd, satisfaction FROM prompt_mgr.prompt_timeline('fig/p', :'base'::timestamptz - interval '3 days', :'base'::timestamptz + interval '3 days') AS t;
SELECT t."time" - :'base' AS at, executions, users FROM prompt_mgr.prompt_timeline('fig/p', :'base'::timestamptz + interval '23 hours 30 minutes', :'base'::timestamptz + interval '24 hours 1 second', 'hour') AS t;
SELECT * FROM prompt_mgr.prompt_usage(:'base', :'base'::timestamptz + interval '2 days', 'fig/');
SELECT model, executions, errors FROM prompt_mgr.execution_figures(:'base', :'base'::timestamptz + interval '2 days', split => '{model}', only_prompt => prompt_mgr.prompt_id_of('fig/p')) ORDER BY model;
-- A period is put together of days and, at its ends, hours.
SELECT grain, lower - :'base' AS lower, upper - :'base' AS upper FROM prompt_mgr.figure_ranges(:'base'::timestamptz - interval '90 minutes', :'base'::timestamptz + interval '49 hours 1 second') ORDER BY lower;
SELECT grain, lower - :'base' AS lower, upper - :'base' AS upper FROM prompt_mgr.figure_ranges(:'base'::timestamptz + interval '1 hour', :'base'::timestamptz + interval '30 hours') ORDER BY lower;
SELECT grain, lower - :'base' AS lower, upper - :'base' AS upper FROM prompt_mgr.figure_ranges(:'base'::timestamptz, :'base'::timestamptz + interval '48 hours', 'hour');
SELECT grain, lower - :'base' AS lower, upper - :'base' AS upper FROM prompt_mgr.figure_ranges(:'base'::timestamptz - interval '300 days 1 hour', :'base'::timestamptz - interval '200 days 1 hour');

-- New rows are looked for where there are some: in whole partitions, or anywhere where one is outside of all.
BEGIN;
SELECT date_trunc('day', now(), 'UTC') AS today, pg_current_xact_id() AS xact \gset
CREATE FUNCTION pg_temp.add_at(at timestamptz) RETURNS void LANGUAGE sql AS $$
	INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, success) VALUES (gen_random_uuid(), at, gen_random_uuid(), 1, true) $$;
CREATE FUNCTION pg_temp.written(relation regclass, since xid8, from_time timestamptz, to_time timestamptz, today timestamptz) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(CASE WHEN isfinite(w.lower) THEN (w.lower - today)::text ELSE w.lower::text END, 'none') || ' to ' ||
		coalesce(CASE WHEN isfinite(w.upper) THEN (w.upper - today)::text ELSE w.upper::text END, 'none')
	FROM prompt_mgr.written_since(relation, since, from_time, to_time) AS w $$;
SELECT pg_temp.written('prompt_mgr.execution', :'xact', '-infinity', 'infinity', :'today') AS nothing;
SELECT pg_temp.add_at(:'today'::timestamptz + interval '5 hours');
SELECT pg_temp.written('prompt_mgr.execution', :'xact', '-infinity', 'infinity', :'today') AS a_day,
	pg_temp.written('prompt_mgr.execution', :'xact', :'today'::timestamptz + interval '1 hour', :'today'::timestamptz + interval '2 hours', :'today') AS of_it,
	pg_temp.written('prompt_mgr.execution', :'xact', :'today'::timestamptz + interval '24 hours', 'infinity', :'today') AS another_day,
	pg_temp.written('prompt_mgr.execution', (:'xact'::text::bigint + 1)::text::xid8, '-infinity', 'infinity', :'today') AS later,
	pg_temp.written('prompt_mgr.execution', NULL, '-infinity', 'infinity', :'today') AS unknown,
	pg_temp.written('prompt_mgr.execution_score', :'xact', '-infinity', 'infinity', :'today') AS of_values;
SELECT pg_temp.add_at(:'today'::timestamptz + interval '48 hours');
SELECT pg_temp.written('prompt_mgr.execution', :'xact', '-infinity', 'infinity', :'today') AS days;
SELECT pg_temp.add_at(:'base');
SELECT pg_temp.written('prompt_mgr.execution', :'xact', '-infinity', 'infinity', :'today') AS anywhere,
	pg_temp.written('prompt_mgr.execution', :'xact', :'today', :'today'::timestamptz + interval '2 hours', :'today') AS within;
SELECT state FROM pg_temp.try(format('SELECT prompt_mgr.written_since(%L, %L, now(), now())', 'prompt_mgr.prompt', :'xact'));
ROLLBACK;

-- Values that come late, and those that replace others, are those that count.
INSERT INTO prompt_mgr.execution_score (execution_id, created_at, name, value)
SELECT x.execution_id, x.created_at, r.name, r.value FROM (VALUES (1, 'rating', 1), (2, 'rating', 3), (9, 'rating', 4.5), (5, 'relevance', 0.25)) AS r (n, name, value) JOIN prompt_mgr.execution AS x ON x.execution_id = pg_temp.id(r.n);
CREATE TEMP TABLE late AS SELECT * FROM pg_temp.answers(:'base');
SELECT pg_temp.roll_up();
SELECT * FROM pg_temp.answers(:'base') EXCEPT SELECT * FROM late;
-- 4, 3, 2, 1 have become 1, 3, 2, 1; the period before has a 4.5.
SELECT satisfaction, satisfaction_change, quality -> 'relevance' AS relevance, quality -> 'rating' ->> 'n' AS ratings FROM prompt_mgr.prompt_analytics('fig/p', :'base', :'base'::timestamptz + interval '2 days');
SELECT name, n, total, total2, mean, sd FROM prompt_mgr.tally_figures('score', :'base', :'base'::timestamptz + interval '2 days', only_prompt => prompt_mgr.prompt_id_of('fig/p')) ORDER BY name;

-- Many rows, half of them added up, in several goes: the figures are those of the raw rows.
\o /dev/null
SELECT prompt_mgr.activate('fig/p', 1);
SELECT prompt_mgr.create_experiment('fig', 'fig/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]');
\o
CREATE FUNCTION pg_temp.fill(a integer, b integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, experiment_id, variant_no, provider_name, request_model, response_model, user_id, duration, success, error_type, input_tokens, output_tokens, cost_usd, confidence)
	SELECT pg_temp.id(1000 + i), date_trunc('day', now() - interval '20 days', 'UTC') + i * 7919 % 432000 * interval '1 second', p.prompt_id, 1 + i % 3, CASE WHEN i % 4 = 0 THEN e.experiment_id END, CASE WHEN i % 4 = 0 THEN 1 + i % 8 / 4 END,
		(ARRAY['acme', NULL])[1 + i % 2], (ARRAY['m1', 'm2', NULL])[1 + i % 3], 'answered', CASE WHEN i % 5 > 0 THEN 'user ' || i % 97 END, CASE WHEN i % 11 > 0 THEN (i % 1000 + 1) / 128.0 END, i % 10 > 0, CASE i % 30 WHEN 10 THEN 'timeout' WHEN 20 THEN 'refused' END,
		i % 100, i % 37, (i % 13) / 1000.0, CASE WHEN i % 2 = 0 THEN i % 8 / 8.0 END
	FROM generate_series(a, b) AS i, prompt_mgr.prompt AS p, prompt_mgr.experiment AS e WHERE p.name = 'fig/p' AND e.name = 'fig';
	INSERT INTO prompt_mgr.execution_score (execution_id, created_at, name, value)
	SELECT x.execution_id, x.created_at, 'rating', i % 5 FROM generate_series(a, b, 3) AS i JOIN prompt_mgr.execution AS x ON x.execution_id = pg_temp.id(1000 + i);
$$;
CREATE VIEW pg_temp.wrong AS
	WITH raw AS (
		SELECT date_trunc('hour', x.created_at, 'UTC') AS "time", x.prompt_id, x.version, x.experiment_id, x.variant_no, x.provider_name, coalesce(x.request_model, x.response_model) AS model,
			count(*) AS executions, count(*) FILTER (WHERE NOT x.success) AS errors, coalesce(sum(x.input_tokens), 0) AS input_tokens, coalesce(sum(x.output_tokens), 0) AS output_tokens,
			coalesce(sum(x.cost_usd), 0) AS cost_usd, coalesce(sum(x.duration::numeric), 0) AS seconds, prompt_mgr.latency_sketch(x.duration)::text AS latency, prompt_mgr.distinct_sketch(x.user_id)::text AS users
		FROM prompt_mgr.execution AS x WHERE x.prompt_id = prompt_mgr.prompt_id_of('fig/p') GROUP BY 1, 2, 3, 4, 5, 6, 7
	), figure AS (
		SELECT f."time", f.prompt_id, f.version, f.experiment_id, f.variant_no, f.provider_name, f.model, f.executions, f.errors, f.input_tokens, f.output_tokens, f.cost_usd, f.seconds, f.latency::text, f.users::text
		FROM prompt_mgr.execution_figures(now() - interval '90 days', now() + interval '1 day', 'hour', '{prompt,version,variant,model}', prompt_mgr.prompt_id_of('fig/p')) AS f
	), raw_day AS (SELECT date_trunc('day', r."time", 'UTC'), r.prompt_id, sum(r.executions), sum(r.cost_usd), sum(r.seconds), prompt_mgr.rollup(r.latency::prompt_mgr.latency_sketch)::text FROM raw AS r GROUP BY 1, 2
	), day AS (SELECT f."time", f.prompt_id, f.executions, f.cost_usd, f.seconds, f.latency::text FROM prompt_mgr.execution_figures(now() - interval '90 days', now() + interval '1 day', 'day', only_prompt => prompt_mgr.prompt_id_of('fig/p')) AS f)
	SELECT 'not in the figures', count(*) FROM (SELECT * FROM raw EXCEPT SELECT * FROM figure) AS d
	UNION ALL SELECT 'not in the rows', count(*) FROM (SELECT * FROM figure EXCEPT SELECT * FROM raw) AS d
	UNION ALL SELECT 'days', count(*) FROM (SELECT * FROM day EXCEPT SELECT * FROM raw_day) AS d
	UNION ALL SELECT 'no days', count(*) FROM (SELECT * FROM raw_day EXCEPT SELECT * FROM day) AS d;
CREATE VIEW pg_temp.wrong_scores AS
	WITH raw AS (SELECT x.prompt_id, x.version, s.name, count(*) AS n, sum(s.value::numeric) AS total, sum(s.value::numeric * s.value::numeric) AS total2
		FROM (SELECT DISTINCT ON (execution_id, name) * FROM prompt_mgr.execution_score ORDER BY execution_id, name, score_no DESC) AS s JOIN prompt_mgr.execution AS x USING (execution_id, created_at) WHERE x.prompt_id = prompt_mgr.prompt_id_of('fig/p') GROUP BY 1, 2, 3
	), figure AS (SELECT f.prompt_id, f.version, f.name, f.n, f.total, f.total2 FROM prompt_mgr.tally_figures('score', now() - interval '90 days', now() + interval '1 day', split => '{prompt,version}', only_prompt => prompt_mgr.prompt_id_of('fig/p')) AS f WHERE f.name <> 'confidence')
	SELECT 'scores not in the figures', count(*) FROM (SELECT * FROM raw EXCEPT SELECT * FROM figure) AS d
	UNION ALL SELECT 'scores not in the rows', count(*) FROM (SELECT * FROM figure EXCEPT SELECT * FROM raw) AS d;
SELECT pg_temp.fill(1, 3000);
SELECT pg_temp.roll_up();
SELECT pg_temp.fill(3001, 4000);
SELECT pg_temp.fill(4001, 4500);
SELECT * FROM pg_temp.wrong UNION ALL SELECT * FROM pg_temp.wrong_scores;
-- Whole transactions, a hundred rows or more at a time.
SELECT prompt_mgr._execution_rollup('-infinity', 100) >= 0 AS stopped_early;
SELECT count(*) > 0 AS some_left FROM prompt_mgr.execution WHERE xact >= prompt_mgr._rolled_up_to();
SELECT * FROM pg_temp.wrong UNION ALL SELECT * FROM pg_temp.wrong_scores;
SELECT pg_temp.roll_up();
SELECT * FROM pg_temp.wrong UNION ALL SELECT * FROM pg_temp.wrong_scores;
SELECT prompt_mgr._execution_rollup() AS again;

-- What is dropped is not forgotten.
CREATE TEMP TABLE kept AS SELECT * FROM pg_temp.answers(:'base') WHERE question <> 'errors' AND question !~ 'analytics|version 1|odd';
BEGIN;
DELETE FROM prompt_mgr.execution_score;
DELETE FROM prompt_mgr.execution;
SELECT * FROM pg_temp.answers(:'base') WHERE question <> 'errors' AND question !~ 'analytics|version 1|odd|medians' EXCEPT SELECT * FROM kept;
SELECT executions, users, errors, latency_p95, cost_usd, satisfaction, top_variables FROM prompt_mgr.prompt_analytics('fig/p', :'base', :'base'::timestamptz + interval '2 days');
SELECT error_type, errors, last_at, last_message FROM prompt_mgr.error_summary('fig/p', :'base'::timestamptz - interval '2 days', :'base'::timestamptz + interval '2 days');
-- Hours end after a quarter; what began before is told by days.
UPDATE prompt_mgr.execution_watermark SET hours_from = :'base'::timestamptz + interval '1 day';
SELECT grain, lower - :'base' AS lower, upper - :'base' AS upper FROM prompt_mgr.figure_ranges(:'base'::timestamptz + interval '90 minutes', :'base'::timestamptz + interval '34 hours') ORDER BY lower;
ROLLBACK;
BEGIN;
INSERT INTO prompt_mgr.execution_rollup SELECT series_id, span, bucket - interval '9600 hours', executions, errors, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens, cost_usd, seconds, latency, users FROM prompt_mgr.execution_rollup;
UPDATE prompt_mgr.execution_watermark SET hours_from = '-infinity';
SELECT count(*) FROM prompt_mgr._tick_rollup('infinity');
SELECT span, count(*) > 0 AS old FROM prompt_mgr.execution_rollup WHERE bucket < now() - interval '93 days' GROUP BY span ORDER BY span;
ROLLBACK;

-- In another cluster the rows' transactions mean nothing: all are added up once more.
BEGIN;
UPDATE prompt_mgr.execution_watermark SET cluster = 1, watermark = '1000000000';
UPDATE prompt_mgr.execution SET xact = '5000000000' WHERE execution_id < '80000000-0000-0000-0000-000000000000';
SELECT prompt_mgr._rolled_up_to();
SELECT prompt_mgr._execution_rollup() >= 4500 AS added;
SELECT * FROM pg_temp.wrong UNION ALL SELECT * FROM pg_temp.wrong_scores;
SELECT prompt_mgr._execution_rollup() AS again;
ROLLBACK;
-- But what was dropped before stays as it is.
BEGIN;
CREATE TEMP TABLE was ON COMMIT DROP AS SELECT r.*, r.latency::text AS l FROM prompt_mgr.execution_rollup AS r WHERE span = 'day';
DELETE FROM prompt_mgr.execution_score WHERE created_at < now() - interval '17 days';
DELETE FROM prompt_mgr.execution WHERE created_at < now() - interval '17 days';
UPDATE prompt_mgr.execution_watermark SET cluster = 1, watermark = '1000000000', dropped_to = date_trunc('day', now() - interval '17 days', 'UTC') + interval '1 day';
DELETE FROM prompt_mgr.execution WHERE created_at < (SELECT dropped_to FROM prompt_mgr.execution_watermark);
DELETE FROM prompt_mgr.execution_score WHERE created_at < (SELECT dropped_to FROM prompt_mgr.execution_watermark);
SELECT prompt_mgr._execution_rollup() > 0 AS added;
SELECT count(*) AS differences FROM was FULL JOIN (SELECT r.*, r.latency::text AS l FROM prompt_mgr.execution_rollup AS r WHERE span = 'day') AS n USING (series_id, bucket) WHERE (was.executions, was.cost_usd, was.l) IS DISTINCT FROM (n.executions, n.cost_usd, n.l);
ROLLBACK;

-- Bad arguments.
SELECT c, r.state, r.message FROM unnest(ARRAY['prompt_analytics(''fig/none'', now() - interval ''1 day'', now())', 'prompt_analytics(''fig/p'', now(), now())', 'prompt_analytics(''fig/p'', ''-infinity'', now())',
	'prompt_timeline(''fig/p'', span => ''year'')', 'prompt_timeline(''fig/p'', span => NULL)', 'compare_versions(''fig/p'', 1, 9)', 'compare_versions(''fig/none'', 1, 2)', 'error_summary(''fig/p'', max_rows => 0)', 'version_usage(''fig/none'')', 'version_usage(''fig/p'', sample => 0)',
	'top_variables(''fig/p'', sample => 0)', 'top_variables(''fig/p'', max_rows => NULL)', 'tally_figures(''x'', now(), now() + interval ''1 hour'')', 'prompt_id_of(NULL)']) AS c, pg_temp.try('SELECT prompt_mgr.' || c) AS r;

-- Viewers see figures but no variables; a role confined to a folder sees its own; all in a READ ONLY transaction.
CREATE ROLE fig_viewer;
CREATE ROLE fig_confined;
\o /dev/null
SELECT prompt_mgr.grant_access('fig_viewer', 'viewer'), prompt_mgr.grant_access('fig_confined', 'viewer');
SELECT prompt_mgr.save_prompt('figs/mine', 'text');
SELECT prompt_mgr.allow_folder('fig_confined', 'figs/', 'viewer');
INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, success, cost_usd) SELECT gen_random_uuid(), :'base', prompt_id, 1, true, 1 FROM prompt_mgr.prompt, generate_series(1, 3) WHERE name = 'figs/mine';
SELECT pg_temp.roll_up();
INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, success, cost_usd) SELECT gen_random_uuid(), :'base', prompt_id, 1, true, 1 FROM prompt_mgr.prompt, generate_series(1, 2) WHERE name = 'figs/mine';
\o
SELECT prompt_mgr.prompt_id_of('fig/p') AS id \gset
BEGIN READ ONLY;
SET LOCAL ROLE fig_viewer;
SELECT executions, users, top_variables FROM prompt_mgr.prompt_analytics('fig/p', :'base', :'base'::timestamptz + interval '2 days');
SELECT state FROM pg_temp.try('SELECT prompt_mgr.top_variables(''fig/p'')');
SELECT c, state FROM unnest('{_execution_rollup(),_rolled_up_to(),_drop_partitions()}'::text[]) AS c, pg_temp.try('SELECT prompt_mgr.' || c);
SELECT count(*) FROM prompt_mgr.compare_versions('fig/p', 1, 2);
ROLLBACK;
BEGIN READ ONLY;
SET LOCAL ROLE fig_confined;
SELECT name, executions, cost_usd FROM prompt_mgr.prompt_usage(:'base'::timestamptz - interval '30 days', now());
SELECT state FROM pg_temp.try('SELECT prompt_mgr.prompt_analytics(''fig/p'')');
SELECT count(*) FROM prompt_mgr.execution_figures(:'base'::timestamptz - interval '30 days', now(), only_prompt => :'id');
SELECT count(*) AS series, sum(executions) FROM prompt_mgr.execution_series LEFT JOIN prompt_mgr.execution_rollup USING (series_id) WHERE span = 'day';
SELECT count(*) FROM prompt_mgr.execution_tally;
ROLLBACK;
\o /dev/null
SET client_min_messages = error;
SELECT prompt_mgr.disallow_folder('fig_confined', 'figs/', 'viewer');
RESET client_min_messages;
SELECT prompt_mgr.revoke_access('fig_viewer', 'viewer'), prompt_mgr.revoke_access('fig_confined', 'viewer');
\o
DROP ROLE fig_viewer, fig_confined;
