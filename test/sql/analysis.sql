-- Outcomes, sums over units, analysis and report.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'
SET extra_float_digits = 0;

\o /dev/null
SELECT prompt_mgr.save_prompt('ana/p', 'v' || i) FROM generate_series(1, 3) AS i;
SELECT prompt_mgr.activate('ana/p', 1);
SELECT prompt_mgr.create_experiment('ana/e', 'ana/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}, {"key": "c", "version": 3}]',
	'[{"name": "solved"}, {"name": "cost", "kind": "continuous", "role": "secondary", "direction": "decrease"}, {"name": "ctr", "kind": "ratio", "role": "guardrail", "margin": 0.05}]', '{"salt": "ana"}');
SELECT prompt_mgr.start_experiment('ana/e');
\o

-- Nothing yet: every row is there, and nothing raises.
SELECT variant, metric, units, mean, difference, p_value, decision, reason FROM prompt_mgr.analyze_experiment('ana/e');
SELECT r ->> 'decision' AS decision, r ->> 'summary' AS summary, r -> 'units' AS units FROM prompt_mgr.experiment_report('ana/e') AS r;

-- Units, their outcomes in several calls each, and some before the exposure.
SELECT prompt_mgr.record_outcome('ana/e', 'u1', 'solved');
SELECT prompt_mgr.record_outcome('ana/e', 'never exposed', 'solved');
\o /dev/null
SELECT prompt_mgr.serve_prompt('ana/p', 'u' || i) FROM generate_series(1, 900) AS i;
\o
SELECT prompt_mgr.record_outcomes(jsonb_agg(jsonb_build_object('experiment', 'ana/e', 'unit', 'u' || i, 'metric', m, 'value',
	CASE m WHEN 'solved' THEN ((i * 37) % 100 < 30)::integer WHEN 'cost' THEN (i * 13) % 50 + n ELSE (i * 7) % 4 END, 'denominator', CASE m WHEN 'ctr' THEN 4 ELSE 1 END)))
FROM generate_series(1, 900) AS i, generate_series(1, 3) AS n, unnest('{solved,cost,ctr}'::text[]) AS m WHERE i % 10 < 8;
CREATE TEMP VIEW checked AS
	SELECT t.metric_no, t.variant_no, t.units, t.num FROM prompt_mgr.experiment_totals('ana/e') AS t;

-- The sums are those over units, computed here in another way.
SELECT count(*) AS differences FROM (
	SELECT m.metric_no::integer, x.variant_no::integer, count(*) AS units,
		sum(CASE m.kind WHEN 'binary' THEN u.solved::integer WHEN 'continuous' THEN u.mean ELSE u.total END)
	FROM (SELECT o.experiment_id, o.metric_no, o.unit, bool_or(o.value > 0) AS solved, avg(o.value::numeric) AS mean, sum(o.value::numeric) AS total
		FROM prompt_mgr.outcome AS o GROUP BY 1, 2, 3) AS u
	JOIN prompt_mgr.exposure AS x USING (experiment_id, unit)
	JOIN prompt_mgr.experiment_metric AS m USING (experiment_id, metric_no)
	JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'ana/e'
	GROUP BY 1, 2
	EXCEPT SELECT * FROM checked) AS d;
SELECT (SELECT sum(units) FROM checked WHERE metric_no = 0) AS exposed, (SELECT sum(units) FROM checked WHERE metric_no = 1) AS with_outcome;

-- The same from raw rows, after adding up, and with rows after that.
CREATE FUNCTION pg_temp.same(name text) RETURNS boolean LANGUAGE sql AS $$
	SELECT NOT EXISTS ((SELECT * FROM prompt_mgr.experiment_totals(name) EXCEPT SELECT * FROM prompt_mgr.experiment_totals(name, raw => true))
		UNION ALL (SELECT * FROM prompt_mgr.experiment_totals(name, raw => true) EXCEPT SELECT * FROM prompt_mgr.experiment_totals(name))) $$;
CREATE TEMP TABLE first_look AS SELECT * FROM prompt_mgr.analyze_experiment('ana/e');
SELECT pg_temp.same('ana/e');
SELECT action, decision FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/e';
SELECT pg_temp.same('ana/e');
SELECT count(*) AS changed FROM (SELECT * FROM prompt_mgr.analyze_experiment('ana/e') EXCEPT SELECT * FROM first_look) AS d;
\o /dev/null
SELECT prompt_mgr.record_outcome('ana/e', 'u' || i, 'cost', i / 7.0) FROM generate_series(1, 900, 3) AS i;
SELECT prompt_mgr.record_outcome('ana/e', 'late ' || i, 'cost', i) FROM generate_series(1, 50) AS i;
\o
SELECT pg_temp.same('ana/e');
\o /dev/null
SELECT prompt_mgr._experiment_tick();
SELECT prompt_mgr.serve_prompt('ana/p', 'late ' || i) FROM generate_series(1, 50) AS i;
SELECT prompt_mgr.record_outcome('ana/e', 'late ' || i, 'cost', i) FROM generate_series(1, 25) AS i;
\o
SELECT pg_temp.same('ana/e');
\o /dev/null
SELECT prompt_mgr._experiment_tick();
SELECT prompt_mgr._experiment_tick();
\o
SELECT pg_temp.same('ana/e');
SELECT units, (SELECT sum(x.units) FROM checked AS x WHERE x.metric_no = 2) FROM (SELECT sum(units) AS units FROM checked WHERE metric_no = 0) AS u;

-- Values that are no numbers to work with count nowhere.
SELECT prompt_mgr.record_outcome('ana/e', 'u1', 'cost', v) FROM unnest('{NaN,Infinity,-Infinity}'::float8[]) AS v;
SELECT pg_temp.same('ana/e'), bool_and(mean IS NOT NULL AND mean < 100) AS sane FROM prompt_mgr.analyze_experiment('ana/e') WHERE metric = 'cost';

-- The statistics are those of the public functions on the same counts.
SELECT a.variant, a.p_value = z.p_value AS same_p, a.lift = z.lift AS same_lift, abs(a.z - z.z) < 1e-12 AS same_z, a.always_valid_p = v.p_value AS same_always_valid_p,
	a.log_e_value = v.log_e_value AS same_e, a.ci_low = v.ci_low AND a.ci_high = v.ci_high AS same_interval
FROM prompt_mgr.analyze_experiment('ana/e') AS a
JOIN prompt_mgr.analyze_experiment('ana/e') AS c ON c.metric = a.metric AND c.variant = 'a'
CROSS JOIN LATERAL prompt_mgr.ztest_counts(c.successes, c.units, a.successes, a.units) AS z
CROSS JOIN LATERAL prompt_mgr.always_valid_counts(c.successes, c.units, a.successes, a.units) AS v
WHERE a.metric = 'solved' AND a.variant <> 'a';
SELECT a.variant, abs(a.p_value - w.p_value) < 1e-9 AS same_p FROM prompt_mgr.analyze_experiment('ana/e') AS a
JOIN prompt_mgr.analyze_experiment('ana/e') AS c ON c.metric = a.metric AND c.variant = 'a'
CROSS JOIN LATERAL prompt_mgr.welch_moments(c.units, c.mean, c.sd, a.units, a.mean, a.sd) AS w
WHERE a.metric = 'cost' AND a.variant <> 'a';
SELECT a.metric, array_agg(a.p_adjusted ORDER BY a.variant) = prompt_mgr.p_adjust(array_agg(CASE WHEN a.gate_open THEN a.always_valid_p ELSE 1 END ORDER BY a.variant), 'holm') AS holm, round(sum(b.p)::numeric, 9) AS best
FROM prompt_mgr.analyze_experiment('ana/e') AS a JOIN LATERAL (SELECT sum(x.prob_best) / 2 AS p FROM prompt_mgr.analyze_experiment('ana/e') AS x WHERE x.metric = a.metric) AS b ON true
WHERE a.variant <> 'a' GROUP BY a.metric ORDER BY a.metric;

-- Looks: one each time something is new, and each can be computed again from the raw rows.
SELECT l.look_no, l.units, l.epoch, l.decision, l.totals = (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.metric_no, t.epoch, t.variant_no) FROM prompt_mgr.experiment_totals('ana/e', true, l.snapshot) AS t) AS reproduced,
	NOT EXISTS (SELECT (r - 'max_log_e') FROM jsonb_array_elements(l.results) AS r EXCEPT SELECT to_jsonb(a) FROM prompt_mgr.analyze_experiment('ana/e', true, l.snapshot) AS a) AS same_results
FROM prompt_mgr.experiment_look AS l JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'ana/e' ORDER BY 1;
SELECT bool_and(later >= earlier) AS monotone FROM (SELECT (r ->> 'max_log_e')::float8 AS later, lag((r ->> 'max_log_e')::float8) OVER (PARTITION BY r -> 'metric_no', r -> 'variant_no' ORDER BY l.look_no) AS earlier
	FROM prompt_mgr.experiment_look AS l JOIN prompt_mgr.experiment AS e USING (experiment_id), jsonb_array_elements(l.results) AS r WHERE e.name = 'ana/e') AS m;

SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.record_outcomes('[{"experiment": "ana/e", "unit": "u", "metric": "solved", "at": "never"}]')$$) AS t;

-- A stop fixes the result.
SELECT prompt_mgr.stop_experiment('ana/e', 'b', 'chosen');
CREATE TEMP TABLE final AS SELECT to_jsonb(a) AS r FROM prompt_mgr.analyze_experiment('ana/e') AS a;
SELECT prompt_mgr.record_outcome('ana/e', 'u1', 'solved'), prompt_mgr.record_outcomes('[{"experiment": "ana/e", "unit": "u1", "metric": "solved"}]');
SELECT count(*) AS changed FROM (SELECT to_jsonb(a) FROM prompt_mgr.analyze_experiment('ana/e') AS a EXCEPT SELECT r FROM final) AS d;
SELECT r ->> 'status' AS status, r ->> 'winner' AS winner, r ->> 'stop_reason' AS reason, jsonb_array_length(r -> 'metrics') AS rows, r ->> 'recommendation' AS recommendation FROM prompt_mgr.experiment_report('ana/e') AS r;

-- Weights that change: units compare within each epoch.  Here both epochs have
-- the same rates in both arms, and only their mixture differs.
\o /dev/null
SELECT prompt_mgr.create_experiment('ana/epochs', 'ana/p', '[{"key": "a", "version": 1, "weight": 9}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"salt": "epochs"}');
SELECT prompt_mgr.start_experiment('ana/epochs');
SELECT prompt_mgr.serve_prompt('ana/p', 'e' || i) FROM generate_series(1, 1500) AS i;
SELECT prompt_mgr.record_outcome('ana/epochs', 'e' || i, 'm', 1) FROM generate_series(1, 1500) AS i WHERE i % 10 = 0;
SELECT prompt_mgr.set_weights('ana/epochs', '{"a": 1, "b": 9}');
SELECT prompt_mgr.serve_prompt('ana/p', 'f' || i) FROM generate_series(1, 1500) AS i;
SELECT prompt_mgr.record_outcome('ana/epochs', 'f' || i, 'm', 1) FROM generate_series(1, 1500) AS i WHERE i % 10 < 6;
\o
SELECT variant, units, round(mean::numeric, 2) AS mean, round(difference::numeric, 1) AS difference, p_value > 0.05 AS chance, always_valid_p, decision FROM prompt_mgr.analyze_experiment('ana/epochs');
SELECT prompt_mgr.experiment_srm('ana/epochs') - '{log_e_value,max_deviation}'::text[] AS srm;
SELECT pg_temp.same('ana/epochs');
SELECT prompt_mgr.stop_experiment('ana/epochs');

-- A metric by a query over one's own table, with its time.
CREATE TABLE ana_order (customer text, amount numeric, at timestamptz);
SELECT prompt_mgr.register_metric_source('orders', 'SELECT customer AS unit, amount AS value, NULL::float8 AS denominator, at AS "time" FROM public.ana_order');
SELECT n, t.state, t.message FROM unnest(ARRAY['orders', 'bad name', 'x', 'y', 'z']) WITH ORDINALITY AS n (name, i),
	pg_temp.try(format('SELECT prompt_mgr.register_metric_source(%L, %L)', name, (ARRAY['SELECT 1', 'SELECT 1', 'SELECT 1 AS unit', 'DROP TABLE ana_order', 'SELECT 1; SELECT 2'])[i])) AS t;
\o /dev/null
SELECT prompt_mgr.create_experiment('ana/query', 'ana/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "revenue", "kind": "continuous", "source": "orders"}, {"name": "bought", "source": "orders", "role": "secondary"}]', '{"salt": "query"}');
SELECT prompt_mgr.start_experiment('ana/query');
INSERT INTO ana_order SELECT 'q' || i, 1000, now() - interval '1 day' FROM generate_series(1, 200) AS i;
SELECT prompt_mgr.serve_prompt('ana/p', 'q' || i) FROM generate_series(1, 200) AS i;
INSERT INTO ana_order SELECT 'q' || i, n, now() FROM generate_series(1, 100) AS i, generate_series(1, 3) AS n;
INSERT INTO ana_order SELECT 'stranger', 7, now();
\o
SELECT action FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/query';
SELECT metric, sum(units) AS units, sum(successes) AS successes, min(mean) AS least, max(mean) AS greatest FROM prompt_mgr.analyze_experiment('ana/query') GROUP BY metric, metric_no ORDER BY metric_no;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_outcome('ana/query', 'q1', 'revenue')$$);
ALTER TABLE ana_order RENAME TO ana_gone;
SET client_min_messages = error;
SELECT action, reason FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/query';
RESET client_min_messages;
SELECT prompt_mgr.stop_experiment('ana/query');
DROP TABLE ana_gone;

-- Wrong outcomes: all of a batch, or nothing.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.record_outcomes('[{"experiment": "none", "unit": "u", "metric": "m"}, {"experiment": "ana/e", "unit": "", "metric": "none", "value": "x"}, 7]')$$);
SELECT t.state, t.message FROM unnest(ARRAY['NULL', '''{}''', '''[]''']) AS a, pg_temp.try(format('SELECT prompt_mgr.record_outcomes(%s)', a)) AS t;
SELECT a, t.state, t.message, t.hint FROM unnest(ARRAY['''ana/e'', ''u'', ''none''', '''ana/e'', NULL, ''solved''', '''ana/e'', ''u'', ''solved'', NULL', '''ana/e'', '''', ''solved''']) AS a, pg_temp.try(format('SELECT prompt_mgr.record_outcome(%s)', a)) AS t;

-- Arms compared in one call, and the best of several means.
SELECT round(z::numeric, 6) AS z, round(p_value::numeric, 6) AS p, reject, gate_open, round(prob_beats::numeric, 4) AS prob_beats FROM prompt_mgr.compare_arms(true, 100, 10, NULL, NULL, 100, 20, NULL, NULL, 0.05, 5000, 'two-sided', 0);
SELECT diff, z, p_value, log_e_value, reason FROM prompt_mgr.compare_arms(false, 0, NULL, NULL, NULL, 5, NULL, 1, 1, 0.05, 5000, 'two-sided', 0);
SELECT round(p::numeric, 4) AS means FROM unnest(prompt_mgr.best_of_means('{0,0,0}', '{1,1,1}')) AS p;
SELECT round((prompt_mgr.best_of_means('{0,1}', '{1,1}'))[2]::numeric, 6) AS two_arms, prompt_mgr.best_of_means('{0,1}', '{0,1}') AS without_variance;

-- No argument is missing, and numbers of any size are no error.
SELECT i, t.state, t.message, t.detail FROM generate_series(0, 12) AS i, LATERAL (SELECT array_agg(CASE n - 1 WHEN i THEN 'NULL' ELSE a END ORDER BY n)
	FROM unnest('{true,100,10,0.1,0.09,100,20,0.2,0.16,0.05,5000,''two-sided'',0}'::text[]) WITH ORDINALITY AS u (a, n)) AS l (list),
	pg_temp.try(format('SELECT prompt_mgr.compare_arms(%s)', array_to_string(list, ', '))) AS t;
SELECT diff, lift, z, p_value, log_e_value, level, gate_open, reject, prob_beats, reason FROM prompt_mgr.compare_arms(false, 100, NULL, -1e308, 1, 100, NULL, 1e308, 1, 0.05, 5000, 'two-sided', 0);
SELECT reason FROM prompt_mgr.compare_arms(false, 100, NULL, 0, 1e308, 100, NULL, 1, 1e308, 0.05, 5000, 'two-sided', 0);

-- Outcomes that no analysis could work with.
\o /dev/null
SELECT prompt_mgr.create_experiment('ana/hard', 'ana/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "r", "kind": "ratio"}, {"name": "q", "source": "orders", "role": "secondary"}]');
SELECT prompt_mgr.start_experiment('ana/hard');
SELECT prompt_mgr.serve_prompt('ana/p', 'h' || i) FROM generate_series(1, 100) AS i;
CREATE ROLE ana_app;
SELECT prompt_mgr.grant_access('ana_app', 'app');
\o
SELECT a, t.state, t.message, t.detail FROM unnest(ARRAY['1, now(), -1', '1e-301', '-1e-301', '1, now(), 1e-301', '1, now(), ''NaN''', '0, now(), 0']) AS a, pg_temp.try(format('SELECT prompt_mgr.record_outcome(''ana/hard'', ''h1'', ''r'', %s)', a)) AS t;
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.record_outcomes('[{"experiment": "ana/hard", "unit": "h1", "metric": "r", "denominator": -1}, {"experiment": "ana/hard", "unit": "h1", "metric": "r", "value": 1e-301, "denominator": 1e-301}]')$$) AS t;
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.record_outcomes('[{"experiment": "ana/hard", "unit": "h1", "metric": "r", "at": "2026-01-01 00:00:00+99"}]')$$) AS t;
SET ROLE ana_app;
SELECT v, t.state, t.message FROM unnest(ARRAY['experiment_id, 9, ''h1'', 1, 1', 'experiment_id, 2, ''h1'', 1, 1', 'gen_random_uuid(), 1, ''h1'', 1, 1', 'experiment_id, 1, '''', 1, 1',
	'experiment_id, 1, ''h1'', 1, -1', 'experiment_id, 1, ''h1'', 1, 1']) AS v,
	pg_temp.try(format('INSERT INTO prompt_mgr.outcome (experiment_id, metric_no, unit, value, denominator) SELECT %s FROM prompt_mgr.experiment WHERE name = ''ana/hard''', v)) AS t;
RESET ROLE;
SELECT sum(t.num) AS num, sum(t.den) AS den FROM prompt_mgr.experiment_totals('ana/hard') AS t WHERE t.metric_no = 1;
SELECT prompt_mgr.stop_experiment('ana/hard');

-- A query runs with the rights of who registered it, and nobody's else.
\o /dev/null
SELECT prompt_mgr.revoke_access('ana_app', 'app');
DROP ROLE ana_app;
CREATE ROLE ana_admin;
SELECT prompt_mgr.grant_access('ana_admin', 'admin');
CREATE FUNCTION public.ana_escape() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN IF current_setting('ana.escape', true) = 'on' THEN PERFORM set_config('role', 'none', false); END IF; RETURN 1; END $$;
SET ROLE ana_admin;
SELECT prompt_mgr.register_metric_source('who', 'SELECT ''w'' || i AS unit, CASE current_user WHEN ''ana_admin'' THEN 7 ELSE 9 END AS value, NULL::float8 AS denominator, NULL::timestamptz AS "time" FROM pg_catalog.generate_series(1, 100) AS i');
SELECT prompt_mgr.register_metric_source('escape', 'SELECT ''w1'' AS unit, public.ana_escape() AS value, NULL::float8 AS denominator, NULL::timestamptz AS "time"');
\o
SELECT t.state, t.message FROM pg_temp.try($$INSERT INTO prompt_mgr.metric_source (name, query, registered_as) VALUES ('forged', 'SELECT 1', 'postgres')$$) AS t;
RESET ROLE;
\o /dev/null
SELECT prompt_mgr.create_experiment('ana/who', 'ana/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "w", "kind": "continuous", "source": "who"}, {"name": "e", "source": "escape", "role": "secondary"}]');
SELECT prompt_mgr.start_experiment('ana/who');
SELECT prompt_mgr.serve_prompt('ana/p', 'w' || i) FROM generate_series(1, 100) AS i;
\o
SELECT action FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/who';
SELECT metric, sum(units) AS units, min(mean) AS mean FROM prompt_mgr.analyze_experiment('ana/who') WHERE metric = 'w' GROUP BY 1;
SET client_min_messages = error;
SET ana.escape = 'on';
SELECT action, reason FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/who';
SELECT current_user = session_user AS nothing_changed;
RESET ana.escape;
ALTER ROLE ana_admin RENAME TO ana_other;
SELECT action, reason FROM prompt_mgr._experiment_tick() WHERE experiment = 'ana/who';
ALTER ROLE ana_other RENAME TO ana_admin;
SELECT prompt_mgr.stop_experiment('ana/who');
\o /dev/null
SET ROLE ana_admin;
INSERT INTO prompt_mgr.metric_source (name, query) VALUES ('two', 'SELECT ''w1'' AS unit, 1 AS value, 1 AS denominator, now() AS "time") AS q; SELECT 5 FROM (SELECT 1'),
	('writes', 'SELECT ''w1'' AS unit, 1 AS value, 1 AS denominator, now() AS "time") AS q; DELETE FROM prompt_mgr.prompt_label; SELECT 5 FROM (SELECT 1');
RESET ROLE;
SELECT prompt_mgr.create_experiment('ana/' || s, 'ana/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', jsonb_build_array(jsonb_build_object('name', 'm', 'source', s)), jsonb_build_object('layer', jsonb_build_object('name', 'l', 'from', f, 'to', f + 0.5)))
FROM (VALUES ('two', 0), ('writes', 0.5)) AS v (s, f);
SELECT prompt_mgr.start_experiment('ana/two'), prompt_mgr.start_experiment('ana/writes');
\o
SELECT experiment, action, reason FROM prompt_mgr._experiment_tick() WHERE experiment IN ('ana/two', 'ana/writes') ORDER BY 1;
SELECT prompt_mgr.stop_experiment('ana/two'), prompt_mgr.stop_experiment('ana/writes');
RESET client_min_messages;
\o /dev/null
SELECT prompt_mgr.revoke_access('ana_admin', 'admin');
DROP ROLE ana_admin;
DROP FUNCTION public.ana_escape();

\o
-- Values at the ends of what a double holds do not stop an analysis.
SELECT prompt_mgr.save_prompt('ana/ends', 'a', labels => '{production}');
SELECT prompt_mgr.create_experiment('ana/ends', 'ana/ends', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]',
	'[{"name": "c", "kind": "continuous"}, {"name": "r", "kind": "ratio"}]') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('ana/ends');
SELECT count(prompt_mgr.record_outcome('ana/ends', 'u' || i, 'c', i * 1e-300)), count(prompt_mgr.record_outcome('ana/ends', 'u' || i, 'r', i * 1e298, denominator => 1e-300))
FROM generate_series(1, 60) AS i, prompt_mgr.serve_prompt('ana/ends', 'u' || i) AS s;
SELECT variant, metric, decision FROM prompt_mgr.analyze_experiment('ana/ends');
SELECT action FROM prompt_mgr.tick() WHERE subject = 'ana/ends';
SELECT prompt_mgr.stop_experiment('ana/ends');

-- Nor do metrics without a value, or with one, in an epoch.
SELECT prompt_mgr.save_prompt('ana/none', 'a', labels => '{production}');
SELECT prompt_mgr.create_experiment('ana/none', 'ana/none', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]',
	'[{"name": "b"}, {"name": "c", "kind": "continuous"}, {"name": "r", "kind": "ratio"}]', '{"salt": "none"}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('ana/none');
SELECT count(*) FROM generate_series(1, 20) AS i, prompt_mgr.serve_prompt('ana/none', 'u' || i);
SELECT metric_no, variant_no, units, mean, variance FROM prompt_mgr.experiment_arms('ana/none') WHERE epoch = 1 ORDER BY 1, 2;
SELECT prompt_mgr.record_outcome('ana/none', 'u1', 'c', 2.5);
SELECT variant, metric, units, mean, sd, decision FROM prompt_mgr.analyze_experiment('ana/none');
SELECT prompt_mgr.set_weights('ana/none', '{"a": 1, "b": 3}');
SELECT count(*) FROM generate_series(21, 60) AS i, prompt_mgr.serve_prompt('ana/none', 'u' || i);
SELECT count(prompt_mgr.record_outcome('ana/none', 'u' || i, 'c', i)) FROM generate_series(21, 60) AS i;
SELECT variant, metric, units, round(mean::numeric, 6) AS mean, round(sd::numeric, 6) AS sd, round(difference::numeric, 6) AS difference, decision FROM prompt_mgr.analyze_experiment('ana/none');
SELECT action FROM prompt_mgr.tick() WHERE subject = 'ana/none';
