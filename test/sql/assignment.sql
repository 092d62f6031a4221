-- Which variant a unit gets, and serving it.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

\o /dev/null
SELECT prompt_mgr.save_prompt('asg/p', 'v' || i || ' for {{ name }}', config => '{"model": "m"}') FROM generate_series(1, 3) AS i;
SELECT prompt_mgr.activate('asg/p', 3);
SELECT prompt_mgr.save_prompt('asg/chat', messages => jsonb_build_array(jsonb_build_object('role', 'user', 'content', 'c' || i || ' {{ name }}')), labels => '{production}') FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.create_experiment('asg/e', 'asg/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"salt": "asg"}');
\o

CREATE TEMP VIEW exposure AS SELECT x.* FROM prompt_mgr.exposure AS x JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'asg/e';

-- No experiment runs: the label's version.  Tokens are counted where their tables are installed.
SELECT prompt, version, label, experiment, variant, exposure_id, execution_id IS NOT NULL AS execution, text, messages, config, tokens = 4 OR tokens IS NULL AS tokens FROM prompt_mgr.serve_prompt('asg/p', 'u1', '{"name": "Ann"}');
SELECT experiment, variant, exposure_id, execution_id, text FROM prompt_mgr.preview_prompt('asg/p', 'u1', '{"name": "Ann"}');
SELECT prompt_mgr.assign_variant('asg/e', 'u1');

-- It runs: the variant by its hash, and what was said stays.
SELECT prompt_mgr.start_experiment('asg/e');
SELECT u, prompt_mgr.assign_variant('asg/e', u) = v.key AS by_hash, s.variant = v.key AS served, s.version, s.experiment, s.text,
	s.exposure_id IS NOT NULL AS exposure, substr(s.execution_id::text, 15, 1) AS uuid_version
FROM generate_series(1, 4) AS i, LATERAL (SELECT 'u' || i) AS n (u), LATERAL (SELECT (ARRAY['a', 'b'])[prompt_mgr.pick_variant(u, 'asg/v', '{1,1}')]) AS v (key),
	prompt_mgr.serve_prompt('asg/p', u, '{"name": "Ann"}') AS s;
SELECT x.unit, x.variant_no, x.epoch, x.forced, s.exposure_id = x.exposure_id AS same_exposure, s.execution_id IS NOT NULL AS execution
FROM exposure AS x, prompt_mgr.serve_prompt('asg/p', x.unit, '{"name": "Ann"}') AS s ORDER BY 1;
SELECT count(*) FROM exposure;
SELECT variant, exposure_id, execution_id FROM prompt_mgr.preview_prompt('asg/p', 'u1', '{"name": "Ann"}');
SELECT variant, exposure_id FROM prompt_mgr.serve_prompt('asg/p', 'new', '{"name": "Ann"}', record => false);
SELECT count(*) FROM exposure;

-- The same unit twice in one statement, and in one transaction that fails.
SELECT count(DISTINCT s.variant) AS variants, count(DISTINCT s.exposure_id) AS exposures FROM generate_series(1, 5), prompt_mgr.serve_prompt('asg/p', 'twice', '{"name": "Ann"}') AS s;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.serve_prompt('asg/p', 'missing')$$) AS t;
SELECT count(*) FROM exposure WHERE unit = 'missing';

-- Changed weights move nobody who was served before.
CREATE TEMP TABLE before AS SELECT 's' || i AS unit, s.variant FROM generate_series(1, 1000) AS i, prompt_mgr.serve_prompt('asg/p', 's' || i, '{"name": "x"}') AS s;
SELECT prompt_mgr.set_weights('asg/e', '{"a": 9, "b": 1}');
SELECT count(*) FILTER (WHERE prompt_mgr.assign_variant('asg/e', unit) <> variant) AS moved,
	count(*) FILTER (WHERE (prompt_mgr.serve_prompt('asg/p', unit, '{"name": "x"}')).variant <> variant) AS served_other, count(*) AS units,
	count(*) FILTER (WHERE variant = 'a') BETWEEN 436 AND 564 AS half FROM before;
SELECT count(*) FILTER (WHERE prompt_mgr.assign_variant('asg/e', 't' || i) = 'a') BETWEEN 860 AND 940 AS nine_tenths FROM generate_series(1, 1000) AS i;

-- A zero weight takes no new unit.
SELECT prompt_mgr.set_weights('asg/e', '{"a": 0}');
SELECT count(*) FILTER (WHERE prompt_mgr.assign_variant('asg/e', 't' || i) = 'a') FROM generate_series(1, 1000) AS i;

-- Forced variants: first of all, not analysed, and a crossover where the unit had another.
SELECT prompt_mgr.force_variant('asg/e', 'boss', 'a');
SELECT prompt_mgr.assign_variant('asg/e', 'boss'), variant, text FROM prompt_mgr.serve_prompt('asg/p', 'boss', '{"name": "Ann"}');
SELECT forced FROM exposure WHERE unit = 'boss';
SELECT prompt_mgr.force_variant('asg/e', unit, CASE variant WHEN 'a' THEN 'b' ELSE 'a' END) FROM before WHERE unit = 's1';
SELECT s.variant <> b.variant AS other, s.exposure_id = x.exposure_id AS first_exposure FROM before AS b, exposure AS x, prompt_mgr.serve_prompt('asg/p', 's1', '{"name": "x"}') AS s WHERE b.unit = 's1' AND x.unit = 's1';
SELECT count(*) FROM prompt_mgr.exposure_crossover JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'asg/e';
SELECT prompt_mgr.force_variant('asg/e', 's1', NULL);
SELECT s.variant = b.variant AS own_again FROM before AS b, prompt_mgr.serve_prompt('asg/p', 's1', '{"name": "x"}') AS s WHERE b.unit = 's1';
SELECT prompt_mgr.experiment_report('asg/e') -> 'crossovers' AS crossovers;
SELECT sum(units) = (SELECT count(*) FROM exposure WHERE NOT forced) AS without_forced FROM prompt_mgr.experiment_totals('asg/e') WHERE metric_no = 0;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.force_variant('asg/e', 'u', 'none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.force_variant('asg/e', '', 'a')$$);

-- Paused: the label's version; resumed: as before.
SELECT prompt_mgr.pause_experiment('asg/e');
SELECT variant, version, exposure_id FROM prompt_mgr.serve_prompt('asg/p', 's1', '{"name": "x"}');
SELECT prompt_mgr.assign_variant('asg/e', 's1');
SELECT prompt_mgr.resume_experiment('asg/e');
SELECT s.variant = b.variant AS own_again FROM before AS b, prompt_mgr.serve_prompt('asg/p', 's1', '{"name": "x"}') AS s WHERE b.unit = 's1';

-- Units and arguments at the edge.
SELECT u IS NULL AS is_null, length(u), t.state, t.message FROM unnest(ARRAY['', NULL, repeat('x', 1024), repeat('x', 1025), 'Zoë 東🚀']) AS u, pg_temp.try(format('SELECT prompt_mgr.serve_prompt(''asg/p'', %L, ''{"name": "x"}'')', u)) AS t;
SELECT count(*) FROM exposure WHERE unit = '';
SELECT a, t.state, t.message FROM unnest(ARRAY['NULL, ''u''', '''none'', ''u''', '''asg/p'', ''u'', ''[]''', '''asg/p'', ''u'', ''{"name": "x"}'', ''[]''', '''asg/p'', ''u'', ''{"name": "x"}'', label => NULL',
	'''asg/p'', ''u'', ''{"name": "x"}'', label => ''none''', '''asg/p'', ''u'', NULL, NULL, NULL']) AS a, pg_temp.try('SELECT prompt_mgr.serve_prompt(' || a || ')') AS t;
SELECT variant FROM prompt_mgr.serve_prompt('asg/p', 'u', '{"name": "x"}', label => 'latest');
BEGIN READ ONLY;
SELECT prompt_mgr.assign_variant('asg/e', 'u2') IS NOT NULL AS assigned, variant IS NOT NULL AS previewed FROM prompt_mgr.preview_prompt('asg/p', 'u2', '{"name": "x"}');
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.serve_prompt('asg/p', 'never seen', '{"name": "x"}')$$) AS t;
COMMIT;
SELECT prompt_mgr.stop_experiment('asg/e');

-- Chat prompts, variants by label, and a variant of another prompt.
\o /dev/null
SELECT prompt_mgr.create_experiment('asg/chat', 'asg/chat', '[{"key": "a", "version": 1}, {"key": "b", "label": "production"}]', '[{"name": "m"}]');
SELECT prompt_mgr.start_experiment('asg/chat');
SELECT prompt_mgr.save_prompt('asg/q', 'quite other {{ name }}', labels => '{production}');
SELECT prompt_mgr.create_experiment('asg/q', 'asg/p', '[{"key": "a", "version": 1}, {"key": "b", "prompt": "asg/q"}]', '[{"name": "m"}]');
SELECT prompt_mgr.start_experiment('asg/q');
\o
SELECT DISTINCT variant, version, text, messages FROM generate_series(1, 30) AS i, prompt_mgr.serve_prompt('asg/chat', 'u' || i, '{"name": "Ann"}') ORDER BY 1;
SELECT DISTINCT prompt, variant, version, text FROM generate_series(1, 30) AS i, prompt_mgr.serve_prompt('asg/p', 'u' || i, '{"name": "Ann"}') ORDER BY 1;
SELECT prompt_mgr.stop_experiment('asg/q');

-- Targeting: every operator, on its own and in combination.
SELECT c, prompt_mgr.matches_targeting(jsonb_build_array(c::jsonb), '{"plan": "pro", "age": 30, "vip": true, "tags": ["x", "y"], "nothing": null}') AS matches FROM unnest(ARRAY[
	'{"attribute": "plan", "op": "eq", "value": "pro"}', '{"attribute": "plan", "op": "ne", "value": "pro"}', '{"attribute": "none", "op": "ne", "value": "pro"}', '{"attribute": "none", "op": "eq", "value": "pro"}',
	'{"attribute": "plan", "op": "in", "value": ["free", "pro"]}', '{"attribute": "plan", "op": "not_in", "value": ["free"]}', '{"attribute": "age", "op": "lt", "value": 30}', '{"attribute": "age", "op": "lte", "value": 30.0}',
	'{"attribute": "age", "op": "gt", "value": 29.5}', '{"attribute": "age", "op": "gte", "value": 31}', '{"attribute": "age", "op": "gt", "value": "29"}', '{"attribute": "plan", "op": "gt", "value": "a"}',
	'{"attribute": "tags", "op": "contains", "value": "x"}', '{"attribute": "plan", "op": "contains", "value": "ro"}', '{"attribute": "plan", "op": "starts_with", "value": "pr"}', '{"attribute": "plan", "op": "starts_with", "value": "professional"}',
	'{"attribute": "vip", "op": "eq", "value": true}', '{"attribute": "nothing", "op": "exists", "value": true}', '{"attribute": "none", "op": "exists", "value": false}',
	'{"not": {"attribute": "plan", "op": "eq", "value": "pro"}}', '{"any": [{"attribute": "age", "op": "lt", "value": 3}, {"attribute": "vip", "op": "eq", "value": true}]}', '{"all": []}', '{"any": []}']) AS c;
SELECT c, t.state, t.message FROM unnest(ARRAY['{}', '[7]', '[{}]', '[{"attribute": "a", "op": "like", "value": "x"}]', '[{"attribute": "a", "op": "in", "value": "x"}]', '[{"attribute": "a", "op": "lt", "value": true}]', '[{"attribute": "a", "value": 1}]',
	'[{"attribute": "a", "op": "exists", "value": 1}]', '[{"not": []}]', '[{"any": {}}]', '[{"attribute": 1, "op": "eq", "value": 1}]', '[{"any": [], "all": []}]', '[{"any": [{"attribute": "a", "op": "eq", "value": 1}, {"bad": 1}]}]']) AS c,
	pg_temp.try(format('SELECT prompt_mgr.matches_targeting(%L, ''{}'')', c)) AS t;

-- Traffic, its ramp, targeting, holdout and layers, each by a number of its own.
\o /dev/null
SELECT prompt_mgr.save_prompt('asg/r' || i, 'text', labels => '{production}') FROM generate_series(1, 4) AS i;
SELECT prompt_mgr.create_experiment('asg/r1', 'asg/r1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"salt": "r1", "traffic": 0.2, "ramp": [{"after": "1 day", "share": 0.6}, {"after": "2 days", "share": 1}]}');
SELECT prompt_mgr.create_experiment('asg/r2', 'asg/r2', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"salt": "r2", "targeting": [{"attribute": "plan", "op": "eq", "value": "pro"}], "holdout": 0.1}');
SELECT prompt_mgr.create_experiment('asg/r3', 'asg/r3', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"salt": "r3", "layer": {"name": "l", "from": 0, "to": 0.3}}');
SELECT prompt_mgr.create_experiment('asg/r4', 'asg/r4', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"salt": "r4", "layer": {"name": "l", "from": 0.3}, "holdout": 0.1}');
SELECT prompt_mgr.start_experiment('asg/r' || i) FROM generate_series(1, 4) AS i;
CREATE TEMP TABLE unit AS SELECT 'unit ' || i AS u, prompt_mgr.assign_variant('asg/r1', 'unit ' || i) AS r1, prompt_mgr.assign_variant('asg/r2', 'unit ' || i, '{"plan": "pro"}') AS r2,
	prompt_mgr.assign_variant('asg/r3', 'unit ' || i) AS r3, prompt_mgr.assign_variant('asg/r4', 'unit ' || i) AS r4 FROM generate_series(1, 20000) AS i;
\o
-- Within four standard errors of the shares.
SELECT abs(count(r1) - 4000) < 226 AS traffic, abs(count(r2) - 18000) < 170 AS outside_holdout, abs(count(r3) - 6000) < 260 AS in_layer, abs(count(r4) - 14000 * 0.9) < 270 AS rest_of_layer,
	count(*) FILTER (WHERE r3 IS NOT NULL AND r4 IS NOT NULL) AS in_both, count(*) FILTER (WHERE r2 IS NULL AND r4 IS NOT NULL) AS held_out_of_one_only FROM unit;
SELECT count(prompt_mgr.assign_variant('asg/r2', u)) AS untargeted FROM unit WHERE u <= 'unit 2';
-- Exposure and variant are independent: both variants in and out of the traffic.
SELECT abs(count(*) FILTER (WHERE r1 = 'a') - 0.5 * count(r1)) < 2 * sqrt(count(r1)) AS split_within FROM unit;
-- More traffic only adds units, and as long as it is the ramp's the clock alone does it.
SELECT ramp_ppm, ramp_at[1] = started_at + interval '1 day' AS first_step FROM prompt_mgr.experiment WHERE name = 'asg/r1';
SELECT prompt_mgr.experiment_client_config('asg/r4') - 'status';
SELECT count(*) AS wrong FROM unit WHERE (r1 IS NOT NULL) <> (prompt_mgr.pick_variant(u, 'r1/x', '{200000,800000}') = 1)
	OR r1 <> (ARRAY['a', 'b'])[prompt_mgr.pick_variant(u, 'r1/v', '{1,1}')] OR (r3 IS NOT NULL) <> (prompt_mgr.pick_variant(u, 'l/l', '{0,300000,700000}') = 2)
	OR (r2 IS NULL) <> (prompt_mgr.pick_variant(u, 'global/h', '{100000,900000}') = 1);
BEGIN;
ALTER TABLE prompt_mgr.experiment DISABLE TRIGGER USER;
UPDATE prompt_mgr.experiment SET ramp_at = ARRAY[now() - interval '1 hour', now() + interval '1 hour'] WHERE name = 'asg/r1';
SELECT abs(count(prompt_mgr.assign_variant('asg/r1', u)) - 12000) < 280 AS second_step, count(*) FILTER (WHERE r1 IS NOT NULL AND prompt_mgr.assign_variant('asg/r1', u) IS DISTINCT FROM r1) AS moved FROM unit;
ROLLBACK;
SELECT prompt_mgr.stop_experiment('asg/r' || i) FROM generate_series(1, 4) AS i;

-- Two experiments on one label: the higher priority serves, and the other has the rest.
\o /dev/null
SELECT prompt_mgr.create_experiment('asg/low', 'asg/r1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"layer": "low"}');
SELECT prompt_mgr.create_experiment('asg/high', 'asg/r1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"layer": "high", "priority": 1, "traffic": 0.5}');
SELECT prompt_mgr.start_experiment('asg/low'), prompt_mgr.start_experiment('asg/high');
\o
SELECT s.experiment, count(*) BETWEEN 437 AND 563 AS half, bool_and(prompt_mgr.assign_variant(s.experiment, 'u' || i) = s.variant) AS agreed,
	bool_and(prompt_mgr.assign_variant(CASE s.experiment WHEN 'asg/low' THEN 'asg/high' ELSE 'asg/low' END, 'u' || i) IS NULL) AS in_one_only
FROM generate_series(1, 1000) AS i, prompt_mgr.preview_prompt('asg/r1', 'u' || i) AS s GROUP BY 1 ORDER BY 1;
SELECT prompt_mgr.stop_experiment('asg/low'), prompt_mgr.stop_experiment('asg/high');

-- Algorithms of other vendors take the salt as it is.
SELECT prompt_mgr.create_experiment('asg/unleash', 'asg/r1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', '{"algorithm": "unleash", "salt": "group"}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('asg/unleash');
SELECT count(*) FILTER (WHERE prompt_mgr.assign_variant('asg/unleash', 'u' || i) <> (ARRAY['a', 'b'])[prompt_mgr.pick_variant('u' || i, 'group', '{1,1}', 'unleash')]) AS wrong FROM generate_series(1, 500) AS i;
SELECT prompt_mgr.stop_experiment('asg/unleash');

-- What an app writes by hand has to be possible.
\o /dev/null
SELECT prompt_mgr.create_experiment('asg/hand', 'asg/r1', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]');
SELECT prompt_mgr.start_experiment('asg/hand');
CREATE ROLE asg_app;
SELECT prompt_mgr.grant_access('asg_app', 'app');
\o
SET ROLE asg_app;
SELECT v, t.state, t.message FROM unnest(ARRAY['experiment_id, ''u'', 99, 1', 'experiment_id, ''u'', 0, 1', 'experiment_id, ''u'', 1, 7', 'experiment_id, ''u'', 1, 0', 'gen_random_uuid(), ''u'', 1, 1',
	'experiment_id, '''', 1, 1', 'experiment_id, repeat(''u'', 1025), 1, 1', 'experiment_id, ''u'', 2, 1']) AS v,
	pg_temp.try(format('INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch) SELECT %s FROM prompt_mgr.experiment WHERE name = ''asg/hand''', v)) AS t;
SELECT variant FROM prompt_mgr.serve_prompt('asg/r1', 'u');
SELECT v, t.state, t.message FROM unnest(ARRAY['''u'', 99', '''nobody'', 1', '''u'', 2', '''u'', 1']) AS v,
	pg_temp.try(format('INSERT INTO prompt_mgr.exposure_crossover (experiment_id, unit, variant_no) SELECT experiment_id, %s FROM prompt_mgr.experiment WHERE name = ''asg/hand''', v)) AS t;
RESET ROLE;
SELECT w, t.state, t.message FROM unnest('{"{0,0}","{1}","{1,-1}","{1,NULL}","{}","[0:1]={1,1}","{{1,1}}"}'::text[]) AS w,
	pg_temp.try(format('INSERT INTO prompt_mgr.experiment (name, prompt_id, prompt, salt, weights) SELECT ''asg/weights'', prompt_id, name, ''s'', %L FROM prompt_mgr.prompt WHERE name = ''asg/r1''', w)) AS t;
INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch) SELECT experiment_id, 'lost', 99, 1 FROM prompt_mgr.experiment WHERE name = 'asg/hand';
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.serve_prompt('asg/r1', 'lost')$$);
SELECT prompt_mgr.stop_experiment('asg/hand');
\o /dev/null
SELECT prompt_mgr.revoke_access('asg_app', 'app');
DROP ROLE asg_app;
\o

-- What is looked for in a string is short.
SELECT o, n, t.state, t.message FROM unnest('{contains,starts_with}'::text[]) AS o, unnest('{1024,1025}'::integer[]) AS n,
	pg_temp.try(format('SELECT prompt_mgr.matches_targeting(jsonb_build_array(jsonb_build_object(''attribute'', ''a'', ''op'', %L, ''value'', repeat(''x'', %s))), ''{}'')', o, n)) AS t;

-- Assigning anew is asked for: units get what the weights now say, the first
-- exposures stay what is analysed, and who changed is counted.
\o /dev/null
SELECT prompt_mgr.activate('asg/p', 3, 'rebucket');
SELECT prompt_mgr.create_experiment('asg/rebucket', 'asg/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"label": "rebucket"}');
SELECT prompt_mgr.start_experiment('asg/rebucket');
CREATE TEMP TABLE first AS SELECT 'r' || i AS unit, s.variant FROM generate_series(1, 400) AS i, prompt_mgr.serve_prompt('asg/p', 'r' || i, '{"name": "x"}', label => 'rebucket') AS s;
CREATE TEMP TABLE sums AS SELECT t.* FROM prompt_mgr.experiment_totals('asg/rebucket') AS t;
\o
SELECT prompt_mgr.set_weights('asg/rebucket', '{"a": 1, "b": 9}', rebucket => true) AS epoch;
CREATE TEMP TABLE second AS SELECT f.unit, f.variant AS was, s.variant FROM first AS f, prompt_mgr.serve_prompt('asg/p', f.unit, '{"name": "x"}', label => 'rebucket') AS s;
SELECT count(*) FILTER (WHERE variant = 'b') BETWEEN 336 AND 384 AS nine_tenths, count(*) FILTER (WHERE was = 'b' AND variant = 'a') AS back FROM second;
SELECT count(*) FILTER (WHERE l.variant = s.was AND l.epoch = 1) AS as_first, count(*) FILTER (WHERE l.crossed_to = CASE WHEN s.was <> s.variant THEN ARRAY[s.variant] ELSE '{}' END) AS crossed
FROM prompt_mgr.list_assignments('asg/rebucket', page_size => 1000) AS l JOIN second AS s USING (unit);
SELECT count(*) AS changed_sums FROM (SELECT * FROM sums EXCEPT SELECT * FROM prompt_mgr.experiment_totals('asg/rebucket')) AS c;
-- The next exposures bind again, and so does the epoch that comes next.
SELECT prompt_mgr.set_weights('asg/rebucket', '{"a": 1, "b": 9}', rebucket => true) AS same_weights;
SELECT count(DISTINCT variant) FROM prompt_mgr.serve_prompt('asg/p', 'fresh', '{"name": "x"}', label => 'rebucket');
SELECT prompt_mgr.set_weights('asg/rebucket', CASE prompt_mgr.assign_variant('asg/rebucket', 'fresh') WHEN 'a' THEN '{"a": 0, "b": 1}'::jsonb ELSE '{"a": 1, "b": 0}' END) AS epoch;
SELECT l.variant = prompt_mgr.assign_variant('asg/rebucket', 'fresh') AS keeps FROM prompt_mgr.list_assignments('asg/rebucket') AS l WHERE l.unit = 'fresh';
SELECT l.unit FROM prompt_mgr.list_assignments('asg/rebucket', after => 'r397', page_size => 2) AS l;
SELECT c, t.state, t.message FROM unnest(ARRAY['list_assignments(''none'')', 'list_assignments(''asg/rebucket'', page_size => 0)', 'list_assignments(''asg/rebucket'', page_size => NULL)']) AS c, pg_temp.try('SELECT prompt_mgr.' || c) AS t;
SELECT prompt_mgr.stop_experiment('asg/rebucket');
