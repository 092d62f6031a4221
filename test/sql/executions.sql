-- Logging executions, what is said of them later, partitions.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
SET client_min_messages = warning;
SELECT prompt_mgr.save_prompt('exe/greet', 'version ' || v) FROM generate_series(1, 3) AS v;
SELECT prompt_mgr.activate('exe/greet', 2);
SELECT prompt_mgr.save_prompt('exe/quiet', 'never in production');
SELECT prompt_mgr.create_experiment('exe/test', 'exe/greet', '[{"key": "a", "version": 1}, {"key": "b", "version": 3}]', '[{"name": "m"}]');
CREATE TEMP TABLE clock AS SELECT date_trunc('milliseconds', now()) AS at;
GRANT SELECT ON clock TO PUBLIC;
-- The n-th id of the time that the test began, or of another so long after.
CREATE FUNCTION pg_temp.id(n integer, after interval DEFAULT '0') RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT (lpad(to_hex((extract(epoch FROM at + after) * 1000)::bigint), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid FROM clock
$$;
\o
\pset format unaligned
\pset null '(null)'

-- One by one; what is left out is not known.
SELECT prompt_mgr.log_execution('exe/greet') IS NOT NULL AS logged;
SELECT prompt_mgr.log_execution('exe/greet', 1, pg_temp.id(1), user_id => 'u1', unit => 'u1', conversation_id => 'c1', operation_name => 'chat',
	provider_name => 'openai', request_model => 'gpt-5-mini', response_model => 'gpt-5-mini-2026', response_id => 'r1', finish_reasons => '{stop,length}',
	input_tokens => 120, output_tokens => 30, cache_read_input_tokens => 64, cache_write_input_tokens => 0, reasoning_output_tokens => 10,
	duration => 1.25, time_to_first_chunk => 0.25, cost_usd => 0.00012300, confidence => 0.9, ref => '{"analysis_id": 42}', attributes => '{"region": null}',
	variables => '{"name": "Ann"}', rendered => 'Hi Ann', response => 'Hello') = pg_temp.id(1) AS same_id;
SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(2), experiment => 'exe/test', variant => 'b', error_type => 'timeout', error_message => 'no answer in 30 s') IS NOT NULL AS logged;
SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(3), success => true, error_type => 'retried') IS NOT NULL AS logged;
\pset format aligned
\x
SELECT prompt, version, experiment, variant, unit, user_id, conversation_id, operation_name, provider_name, request_model, response_model, response_id,
	success, processing_time_ms, confidence, error_type, error_message, finish_reasons, input_tokens, output_tokens, cache_read_input_tokens,
	cache_write_input_tokens, reasoning_output_tokens, cost_usd, duration, time_to_first_chunk, ref, attributes, scores, feedback
FROM prompt_mgr.executions WHERE execution_id = pg_temp.id(1);
\x
\pset format unaligned
-- The version is the variant's, or what production was; success is that there is no error.
SELECT version, experiment, variant, success, error_type, error_message FROM prompt_mgr.executions WHERE prompt = 'exe/greet' ORDER BY version, success, error_type;
SELECT x.created_at = (SELECT at FROM clock) AS time_of_id, x.tableoid::regclass::text = 'prompt_mgr.execution_' || to_char(x.created_at AT TIME ZONE 'UTC', 'YYYYMMDD') AS partition_of_day,
	x.xact IS NOT NULL AS xact, num_nonnulls(x.variables, x.rendered, x.response) AS texts
FROM prompt_mgr.execution AS x WHERE x.execution_id = pg_temp.id(1);

-- The same id again changes nothing.
SELECT prompt_mgr.log_execution('exe/greet', 3, pg_temp.id(1), user_id => 'somebody else') = pg_temp.id(1) AS same_id;
SELECT version, user_id FROM prompt_mgr.executions WHERE execution_id = pg_temp.id(1);

-- Batches: new rows are counted, all or nothing.
CREATE FUNCTION pg_temp.batch(first integer, last integer) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('execution_id', pg_temp.id(n), 'prompt', 'exe/greet', 'version', 1 + n % 3, 'input_tokens', n, 'cost_usd', n / 1000.0)) FROM generate_series(first, last) AS n
$$;
SELECT prompt_mgr.log_executions(pg_temp.batch(10, 19)) AS new;
SELECT prompt_mgr.log_executions(pg_temp.batch(10, 19)) AS again;
SELECT prompt_mgr.log_executions(pg_temp.batch(15, 24)) AS half;
SELECT prompt_mgr.log_executions(pg_temp.batch(25, 25) || pg_temp.batch(25, 25)) AS twice_in_one;
SELECT prompt_mgr.log_executions('[]') AS none;
SELECT prompt_mgr.log_executions('[{"prompt": "exe/greet"}, {"prompt": "exe/greet", "version": null, "input_tokens": 7.0, "duration": 1e-5, "finish_reasons": [], "ref": null}]') AS without_ids;
SELECT count(*), sum(input_tokens), sum(cost_usd) FROM prompt_mgr.executions WHERE input_tokens BETWEEN 10 AND 30;

SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions('{"prompt": "exe/greet"}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions('[{"prompt": "exe/greet"}, 7, {}, {"prompt": "exe/greet", "execution_id": "x", "version": 1.5, "input_tokens": -1, "output_tokens": 1e10,
	"duration": -1e-9, "cost_usd": "1", "confidence": 1e400, "success": 1, "user_id": "", "unit": 7, "ref": [], "finish_reasons": ["a", null], "tokens": 1, "variant": "a", "time_to_first_chunk": 1e-400}]')$$);
SELECT message, jsonb_array_length(detail::jsonb) AS problems FROM pg_temp.try($$SELECT prompt_mgr.log_executions((SELECT jsonb_agg('7'::jsonb) FROM generate_series(1, 1000)))$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions('[{"prompt": "exe/greet"}, {"prompt": "exe/gone"}, {"prompt": "exe/greet", "version": 9, "experiment": "exe/gone", "variant": "a"},
	{"prompt": "exe/greet", "experiment": "exe/test", "variant": "c"}, {"prompt": "exe/quiet"}]')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions((SELECT jsonb_agg('{"prompt": "exe/greet"}'::jsonb) FROM generate_series(1, 5001)))$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_executions(jsonb_build_array(jsonb_build_object('prompt', 'exe/greet', 'response', repeat('x', 8388608))))$$);
SELECT count(*) AS as_before FROM prompt_mgr.executions WHERE prompt ^@ 'exe/';

-- The same for one.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/gone')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', 9)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/quiet')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', experiment => 'exe/test')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', experiment => 'exe/test', variant => 'c')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', duration => 'NaN', input_tokens => -1)$$);
SELECT state, message, hint FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', response => repeat('x', 8388608))$$);

-- Ids: of version 7, neither before the retention nor of a time to come.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', execution_id => '6ba7b810-9dad-41d1-80b4-00c04fd430c8')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(1, '-91 days'))$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(1, '+61 minutes'))$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(1, '+59 minutes'))$$);
-- A time that no partition is for, and the version that production was then.
SELECT prompt_mgr.log_execution('exe/greet', execution_id => pg_temp.id(30, '-20 days')) = pg_temp.id(30, '-20 days') AS logged;
SELECT tableoid::regclass, version FROM prompt_mgr.execution WHERE execution_id = pg_temp.id(30, '-20 days');
-- serve_prompt() gives such ids.
SELECT prompt_mgr.log_execution(s.prompt, s.version, s.execution_id) = s.execution_id AS logged FROM prompt_mgr.serve_prompt('exe/greet', 'u9') AS s;

-- What is said later: the last of a name counts, the same again changes nothing.
SELECT prompt_mgr.record_feedback(pg_temp.id(1), 4, 'fine');
SELECT prompt_mgr.record_feedback(pg_temp.id(1), 4);
SELECT prompt_mgr.record_feedback(pg_temp.id(1), 5);
SELECT prompt_mgr.record_score(pg_temp.id(1), 'relevance', 0.75);
SELECT prompt_mgr.record_score(pg_temp.id(1), 'relevance', 0.75);
SELECT prompt_mgr.record_score(pg_temp.id(1), 'relevance', 0.5);
SELECT prompt_mgr.record_score(pg_temp.id(1), 'relevance', 0.75);
SELECT prompt_mgr.record_score(pg_temp.id(30, '-20 days'), 'late', 1);
SELECT scores, feedback FROM prompt_mgr.executions WHERE execution_id = pg_temp.id(1);
SELECT name, score_no, value, was, comment FROM prompt_mgr.execution_score WHERE execution_id IN (pg_temp.id(1), pg_temp.id(30, '-20 days')) ORDER BY name, score_no;
SELECT name, sum(value) - coalesce(sum(was), 0) AS sum_of_last, count(*) - count(was) AS executions FROM prompt_mgr.execution_score WHERE execution_id = pg_temp.id(1) GROUP BY name ORDER BY name;
SELECT state, regexp_replace(message, '[-0-9a-f]{36}', 'ID') AS message, hint FROM pg_temp.try($$SELECT prompt_mgr.record_feedback(pg_temp.id(99), 4)$$);
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.record_score('6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'x', 1)$$);
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.record_score(NULL, 'x', 1)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_score(pg_temp.id(1), '', 1)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_score(pg_temp.id(1), 'x', 'NaN')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_feedback(pg_temp.id(1), NULL)$$);

-- Metrics that are columns of the log: an execution counts once, in the totals
-- of the job as in the raw rows.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.create_experiment('exe/bad', 'exe/greet', '[{"key": "a", "version": 1}, {"key": "b", "version": 3}]', '[{"name": "m", "source": "execution.response"}]')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.register_metric_source('execution.mine', 'SELECT 1')$$);
\o /dev/null
SELECT prompt_mgr.create_experiment('exe/cost', 'exe/greet', '[{"key": "a", "version": 1}, {"key": "b", "version": 3}]',
	'[{"name": "ok", "source": "execution.success"}, {"name": "cost", "kind": "continuous", "direction": "decrease", "source": "execution.cost_usd"},
	  {"name": "seconds", "kind": "ratio", "direction": "decrease", "source": "execution.duration"}, {"name": "told", "role": "secondary"}]', '{"salt": "exe"}');
SELECT prompt_mgr.start_experiment('exe/cost');
CREATE FUNCTION pg_temp.serve_and_log(first integer, last integer) RETURNS integer LANGUAGE sql AS $$
	SELECT prompt_mgr.log_executions(jsonb_agg(jsonb_build_object('execution_id', s.execution_id, 'prompt', s.prompt, 'version', s.version, 'experiment', s.experiment, 'variant', s.variant,
		'unit', 'u' || n % 20, 'cost_usd', CASE s.variant WHEN 'a' THEN 2 ELSE 1 END * n, 'duration', n, 'success', n % 3 > 0)))
	FROM generate_series(first, last) AS n, prompt_mgr.serve_prompt('exe/greet', 'u' || n % 20) AS s
$$;
CREATE FUNCTION pg_temp.same_totals() RETURNS boolean LANGUAGE sql AS $$
	SELECT NOT EXISTS ((SELECT * FROM prompt_mgr.experiment_totals('exe/cost') EXCEPT SELECT * FROM prompt_mgr.experiment_totals('exe/cost', raw => true))
		UNION ALL (SELECT * FROM prompt_mgr.experiment_totals('exe/cost', raw => true) EXCEPT SELECT * FROM prompt_mgr.experiment_totals('exe/cost')))
$$;
\o
SELECT pg_temp.serve_and_log(1, 50) AS logged;
SELECT pg_temp.same_totals();
SELECT t.action FROM prompt_mgr._experiment_tick() AS t WHERE t.experiment = 'exe/cost';
SELECT pg_temp.same_totals();
SELECT pg_temp.serve_and_log(51, 100) AS logged;
SELECT prompt_mgr.log_execution('exe/greet', experiment => 'exe/cost', variant => 'a', cost_usd => 1000) IS NOT NULL AS of_no_unit;
SELECT pg_temp.same_totals();
SELECT t.action FROM prompt_mgr._experiment_tick() AS t WHERE t.experiment = 'exe/cost';
SELECT pg_temp.same_totals();
SELECT m.name, t.variant_no, t.units, round(t.num, 6) AS num, t.den FROM prompt_mgr.experiment_totals('exe/cost') AS t
JOIN prompt_mgr.experiment_metric AS m ON m.metric_no = t.metric_no AND m.experiment_id = (SELECT e.experiment_id FROM prompt_mgr.experiment AS e WHERE e.name = 'exe/cost') ORDER BY m.metric_no, t.variant_no;
-- The same by hand.
SELECT x.variant, count(DISTINCT x.unit) AS units, count(DISTINCT x.unit) FILTER (WHERE x.success) AS ok, sum(x.duration) AS seconds, count(*) AS executions,
	(SELECT round(sum(u.mean), 6) FROM (SELECT avg(y.cost_usd) AS mean FROM prompt_mgr.executions AS y WHERE y.experiment = 'exe/cost' AND y.variant = x.variant AND y.unit IS NOT NULL GROUP BY y.unit) AS u) AS cost
FROM prompt_mgr.executions AS x WHERE x.experiment = 'exe/cost' AND x.unit IS NOT NULL GROUP BY x.variant ORDER BY x.variant;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_outcome('exe/cost', 'u1', 'cost', 1)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_outcomes('[{"experiment": "exe/cost", "unit": "u1", "metric": "cost"}]')$$);
SELECT prompt_mgr.record_outcome('exe/cost', 'u1', 'told', 1);
SELECT pg_temp.same_totals();
\o /dev/null
SELECT prompt_mgr.stop_experiment('exe/cost');
\o

-- Settings; texts are stored from then on.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.configure_executions(partition_by => 'hour')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.configure_executions(retention => '1 hour')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.configure_executions(content => '{response,everything}')$$);
SELECT prompt_mgr.configure_executions(content => '{variables,response}');
SELECT prompt_mgr.log_execution('exe/greet', 1, pg_temp.id(40), variables => '{"name": null}', rendered => 'Hi', response => 'Hello') = pg_temp.id(40) AS logged;
SELECT variables, rendered, response FROM prompt_mgr.execution WHERE execution_id = pg_temp.id(40);
SELECT prompt_mgr.configure_executions(retention => '10 days');
SELECT partition_by, retention, content FROM prompt_mgr.execution_setting;
SELECT key, action, before, after FROM prompt_mgr.audit WHERE object = 'setting' ORDER BY audit_no;

-- Partitions: rows of no partition are moved, those older than the retention dropped.
SET TimeZone = 'Asia/Kathmandu';
SELECT count(*) FROM prompt_mgr.execution_default;
-- Not before they are in the figures, which waits for transactions older than theirs.
CREATE FUNCTION pg_temp.roll_up() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		PERFORM prompt_mgr._execution_rollup();
		EXIT WHEN NOT EXISTS (SELECT FROM prompt_mgr.execution WHERE xact >= prompt_mgr._rolled_up_to())
			AND NOT EXISTS (SELECT FROM prompt_mgr.execution_score WHERE xact >= prompt_mgr._rolled_up_to());
		PERFORM pg_sleep(0.01);
	END LOOP;
END $$;
SELECT * FROM prompt_mgr.maintain_partitions();
SELECT pg_temp.roll_up();
SELECT * FROM prompt_mgr.maintain_partitions();
SELECT count(*) FROM prompt_mgr.execution_default;
SELECT prompt_mgr.configure_executions(retention => '90 days');
SELECT prompt_mgr.log_execution('exe/greet', 1, execution_id => pg_temp.id(n, interval '-1 day' * n)) IS NOT NULL AS logged FROM generate_series(30, 32) AS n;
SELECT prompt_mgr.record_score(pg_temp.id(30, '-30 days'), 'late', 1);
SELECT count(*) FROM prompt_mgr.execution_default;
SELECT regexp_replace(partition, '\d+', 'DAY') AS partition, action, count(*) FROM prompt_mgr.maintain_partitions() GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM prompt_mgr.maintain_partitions();
SELECT count(*) FROM prompt_mgr.execution_default;
SELECT p.upper - p.lower AS length, x.tableoid::regclass::text = 'prompt_mgr.' || p.partition AS there, s.tableoid::regclass::text = 'prompt_mgr.execution_score_' || right(p.partition, 8) AS score_there
FROM prompt_mgr.execution AS x JOIN prompt_mgr._partitions() AS p ON x.created_at >= p.lower AND x.created_at < p.upper AND p.relation = 'execution'
LEFT JOIN prompt_mgr.execution_score AS s USING (execution_id, created_at)
WHERE x.execution_id IN (SELECT pg_temp.id(n, interval '-1 day' * n) FROM generate_series(30, 32) AS n) ORDER BY x.created_at DESC;
-- A retry finds its row there.
SELECT prompt_mgr.log_execution('exe/greet', 2, execution_id => pg_temp.id(31, '-31 days')) IS NOT NULL AS logged;
SELECT count(*) FROM prompt_mgr.execution WHERE execution_id = pg_temp.id(31, '-31 days');

-- From days to weeks to months and back: no overlap, no gap, made ahead.
CREATE FUNCTION pg_temp.look(at timestamptz) RETURNS TABLE (lengths text, days_ahead integer, gaps bigint) LANGUAGE sql SET TimeZone = 'UTC' AS $$
	SELECT string_agg((p.upper - p.lower)::text, ', ' ORDER BY p.lower) FILTER (WHERE p.upper > at), extract(day FROM max(p.upper) - at)::integer, count(*) FILTER (WHERE p.upper > at AND p.next <> p.upper)
	FROM (SELECT p.*, lead(p.lower) OVER (ORDER BY p.lower) AS next FROM prompt_mgr._partitions() AS p WHERE p.relation = 'execution') AS p
$$;
BEGIN;
SELECT prompt_mgr.configure_executions(partition_by => 'week');
SELECT count(*) > 0 AS made FROM prompt_mgr._make_partitions('2030-01-30 12:00Z');
SELECT * FROM pg_temp.look('2030-01-30 00:00Z');
SELECT prompt_mgr.configure_executions(partition_by => 'day');
SELECT count(*) FROM prompt_mgr._make_partitions('2030-01-30 12:00Z');
SELECT count(*) FROM prompt_mgr._make_partitions('2030-03-01 12:00Z');
SELECT * FROM pg_temp.look('2030-02-20 00:00Z');
SELECT prompt_mgr.configure_executions(partition_by => 'month');
SELECT count(*) FROM prompt_mgr._make_partitions('2030-03-01 12:00Z');
SELECT * FROM pg_temp.look('2030-02-20 00:00Z');
-- All of them are dropped when their time has come, once they are in the figures; the day is over for everybody.
SELECT regexp_replace(partition, '\d+', 'DAY') AS partition, action FROM prompt_mgr._drop_partitions('2030-09-30 00:00Z') WHERE action <> 'dropped';
SELECT pg_temp.roll_up();
SELECT action, count(*) > 30 AS many FROM prompt_mgr._drop_partitions('2030-09-30 00:00Z') GROUP BY action;
SELECT count(*) FROM prompt_mgr._partitions();
SELECT count(*) FROM prompt_mgr.execution;
ROLLBACK;

-- What a role may: app writes, viewers read all but the texts, editors those too, nobody a partition.
CREATE ROLE exe_app;
CREATE ROLE exe_viewer;
CREATE ROLE exe_editor;
\o /dev/null
SELECT prompt_mgr.grant_access('exe_app', 'app'), prompt_mgr.grant_access('exe_viewer', 'viewer'), prompt_mgr.grant_access('exe_editor', 'editor');
\o
SELECT 'SELECT FROM prompt_mgr.execution_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') AS of_partition \gset
SET ROLE exe_app;
SELECT prompt_mgr.log_executions('[{"prompt": "exe/greet", "user_id": "by app"}]') AS new;
SELECT prompt_mgr.record_feedback(pg_temp.id(1), 3);
SELECT state FROM pg_temp.try($$INSERT INTO prompt_mgr.execution (execution_id, created_at, xact, prompt_id, version, success) VALUES (gen_random_uuid(), now(), '1', gen_random_uuid(), 1, true)$$);
SELECT state FROM pg_temp.try($$INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, version, success) VALUES (gen_random_uuid(), now(), gen_random_uuid(), 1, true)$$);
SELECT state FROM pg_temp.try($$INSERT INTO prompt_mgr.execution_score (execution_id, created_at, name, value, was, score_no) VALUES (gen_random_uuid(), now(), 'x', 1, 2, 3)$$);
SELECT state FROM pg_temp.try($$DELETE FROM prompt_mgr.execution$$);
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.configure_executions(retention => '1 day')$$);
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.maintain_partitions()$$);
SET ROLE exe_viewer;
SELECT count(*) FROM prompt_mgr.executions WHERE user_id = 'by app';
SELECT state FROM pg_temp.try($$SELECT response FROM prompt_mgr.execution$$);
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.log_execution('exe/greet')$$);
SELECT state FROM pg_temp.try(:'of_partition');
SET ROLE exe_editor;
SELECT response FROM prompt_mgr.execution WHERE execution_id = pg_temp.id(40);
SELECT state FROM pg_temp.try(:'of_partition');
RESET ROLE;
-- Even with a privilege, the partition shows nothing.
SELECT replace(:'of_partition', 'SELECT FROM ', '') AS partition \gset
GRANT SELECT, INSERT ON :partition TO exe_editor;
SET ROLE exe_editor;
SELECT count(*) FROM :partition;
\set VERBOSITY sqlstate
INSERT INTO :partition (execution_id, created_at, prompt_id, version, success) VALUES (gen_random_uuid(), now(), gen_random_uuid(), 1, true);
\set VERBOSITY default
RESET ROLE;
REVOKE ALL ON :partition FROM exe_editor;
\o /dev/null
SELECT prompt_mgr.revoke_access('exe_app', 'app'), prompt_mgr.revoke_access('exe_viewer', 'viewer'), prompt_mgr.revoke_access('exe_editor', 'editor');
\o
DROP ROLE exe_app, exe_viewer, exe_editor;

-- A new partition is closed though the database grants on every new table.
CREATE ROLE exe_world;
ALTER DEFAULT PRIVILEGES IN SCHEMA prompt_mgr GRANT ALL ON TABLES TO PUBLIC, exe_world;
SELECT count(*) > 0 AS made FROM prompt_mgr._make_partitions(now() + interval '1 year');
ALTER DEFAULT PRIVILEGES IN SCHEMA prompt_mgr REVOKE ALL ON TABLES FROM PUBLIC, exe_world;
SELECT bool_or(EXISTS (SELECT FROM aclexplode(c.relacl) AS a WHERE a.grantee <> c.relowner)) AS granted, bool_and(c.relrowsecurity) AS rls
FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relispartition AND c.relkind = 'r';
DROP ROLE exe_world;
DELETE FROM prompt_mgr.execution_setting;
