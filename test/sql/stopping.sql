-- Looks, stops and promotions: each condition alone, with the time given.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

\o /dev/null
SELECT prompt_mgr.save_prompt('stop/p', 'v' || i) FROM generate_series(1, 3) AS i;
SELECT prompt_mgr.activate('stop/p', 1);
\o
-- launch: an experiment of two variants on a label of its own.
CREATE FUNCTION pg_temp.launch(name text, options jsonb DEFAULT '{}', metrics jsonb DEFAULT '[{"name": "m"}]') RETURNS void LANGUAGE sql AS $$
	SELECT prompt_mgr.activate('stop/p', 1, name);
	SELECT prompt_mgr.create_experiment(name, 'stop/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', metrics,
		options || jsonb_build_object('label', name, 'salt', 'stop'));
	SELECT prompt_mgr.start_experiment(name);
$$;
-- feed: units from .. upto, of whom so many in a hundred succeed in each variant.
CREATE FUNCTION pg_temp.feed(name text, lower integer, upper integer, a integer, b integer, metric text DEFAULT 'm') RETURNS void LANGUAGE sql AS $$
	SELECT count(prompt_mgr.record_outcome(name, 'u' || i, metric, (row_in_arm * 37 % 100 < CASE variant WHEN 'a' THEN a ELSE b END)::integer))
	FROM (SELECT i, s.variant, row_number() OVER (PARTITION BY s.variant ORDER BY i) AS row_in_arm
		FROM generate_series(lower, upper) AS i, prompt_mgr.serve_prompt('stop/p', 'u' || i, label => name) AS s) AS served;
$$;
-- look: what the job does and says, so long after the start.
CREATE FUNCTION pg_temp.look(name text, after interval DEFAULT '0') RETURNS TABLE (action text, decision text, status text, winner text, version integer, reason text) LANGUAGE plpgsql AS $$
DECLARE
	t record;
BEGIN
	SELECT x.* INTO t FROM prompt_mgr._experiment_tick((SELECT e.started_at + after FROM prompt_mgr.experiment AS e WHERE e.name = look.name)) AS x WHERE x.experiment = look.name;
	RETURN QUERY SELECT t.action, t.decision, e.status, e.winner, (SELECT g.version FROM prompt_mgr.get_prompt('stop/p', label => look.name) AS g), t.reason
	FROM prompt_mgr.experiment AS e WHERE e.name = look.name;
END $$;

-- A win is recommended by default, and nothing moves.
SELECT pg_temp.launch('recommend');
SELECT pg_temp.feed('recommend', 1, 2000, 20, 35);
SELECT * FROM pg_temp.look('recommend');
SELECT * FROM pg_temp.look('recommend');
SELECT r ->> 'recommendation' AS recommendation, r ->> 'summary' AS summary, r -> 'looks' AS looks FROM prompt_mgr.experiment_report('recommend') AS r;
SELECT prompt_mgr.stop_experiment('recommend', 'b');

-- What chance may explain is no win, however clear it would be to a test that looks once.
SELECT pg_temp.launch('chance', '{"auto_stop": true}');
SELECT pg_temp.feed('chance', 1, 2000, 20, 24);
SELECT * FROM pg_temp.look('chance');
SELECT variant, p_value < 0.05 AS significant_once, round(always_valid_p::numeric, 3) AS always_valid_p, decision FROM prompt_mgr.analyze_experiment('chance') WHERE variant = 'b';
SELECT prompt_mgr.stop_experiment('chance');

-- With auto_stop it ends; with on_win => activate the label moves, once.
SELECT pg_temp.launch('stops', '{"auto_stop": true}');
SELECT pg_temp.feed('stops', 1, 2000, 20, 35);
SELECT * FROM pg_temp.look('stops');
SELECT * FROM pg_temp.look('stops');
SELECT pg_temp.launch('promotes', '{"on_win": "activate"}');
SELECT pg_temp.feed('promotes', 1, 2000, 20, 35);
SELECT * FROM pg_temp.look('promotes');
SELECT * FROM pg_temp.look('promotes');
SELECT version, reason FROM prompt_mgr.label_history('stop/p', 'promotes');
SELECT variant, version FROM prompt_mgr.serve_prompt('stop/p', 'u1', label => 'promotes');

-- A loss stops it too, and the label stays.
SELECT pg_temp.launch('loses', '{"on_win": "activate"}');
SELECT pg_temp.feed('loses', 1, 2000, 35, 20);
SELECT * FROM pg_temp.look('loses');

-- min_units and min_runtime hold a decision back, ends_at and max_n force one.
SELECT pg_temp.launch('patient', '{"auto_stop": true, "min_units": 1500, "min_runtime": "2 days"}');
SELECT pg_temp.feed('patient', 1, 2000, 20, 35);
SELECT * FROM pg_temp.look('patient', '1 day');
SELECT pg_temp.feed('patient', 2001, 4000, 20, 35);
SELECT * FROM pg_temp.look('patient', '1 day');
SELECT * FROM pg_temp.look('patient', '2 days');
SELECT pg_temp.launch('ends', jsonb_build_object('ends_at', now() + interval '10 days'));
SELECT pg_temp.feed('ends', 1, 200, 20, 20);
SELECT action, decision, status, winner, version FROM pg_temp.look('ends', '9 days');
SELECT action, decision, status, winner, version, reason LIKE 'it has reached its end, %' AS reason FROM pg_temp.look('ends', '11 days');
SELECT pg_temp.launch('full', '{"max_n": 300}');
SELECT pg_temp.feed('full', 1, 299, 20, 20);
SELECT * FROM pg_temp.look('full');
SELECT pg_temp.feed('full', 300, 300, 20, 20);
SELECT * FROM pg_temp.look('full');
-- One that has reached its end ships a win, though nobody asked for auto_stop.
SELECT pg_temp.launch('late_win', '{"max_n": 2000, "on_win": "recommend"}');
SELECT pg_temp.feed('late_win', 1, 2000, 20, 35);
SELECT * FROM pg_temp.look('late_win');

-- Futility: what it could still find is worth less than was asked for.
SELECT pg_temp.launch('futile', '{"max_n": 1000, "futility": {"mde": 0.02, "power": 0.5}}');
SELECT pg_temp.feed('futile', 1, 200, 20, 20);
SELECT * FROM pg_temp.look('futile');
SELECT pg_temp.launch('hopeful', '{"max_n": 1000, "futility": {"mde": 0.2, "power": 0.5}}');
SELECT pg_temp.feed('hopeful', 1, 200, 20, 20);
SELECT * FROM pg_temp.look('hopeful');
SELECT prompt_mgr.stop_experiment('hopeful');

-- A guardrail goes before a win, and pauses, stops, or only says so.
SELECT pg_temp.launch('rail_' || a, jsonb_build_object('auto_stop', true, 'guardrail_action', a), '[{"name": "m"}, {"name": "complaint", "role": "guardrail", "direction": "decrease", "margin": 0.02}]') FROM unnest('{pause,stop,none}'::text[]) AS a;
SELECT pg_temp.feed('rail_' || a, 1, 2000, 20, 35), pg_temp.feed('rail_' || a, 1, 2000, 5, 20, 'complaint') FROM unnest('{pause,stop,none}'::text[]) AS a;
SELECT experiment, action, decision, reason FROM prompt_mgr._experiment_tick() WHERE experiment LIKE 'rail%' ORDER BY 1;
SELECT name, status, winner FROM prompt_mgr.experiment WHERE name LIKE 'rail%' ORDER BY 1;
SELECT variant, version FROM prompt_mgr.serve_prompt('stop/p', 'u1', label => 'rail_pause');
SELECT l.action, l.decision, l.status FROM pg_temp.look('rail_pause') AS l;
SELECT prompt_mgr.stop_experiment('rail_pause'), prompt_mgr.stop_experiment('rail_none');

-- Hybrid: the planned test is made once, at the planned size, and never again.
SELECT pg_temp.launch('hybrid', '{"planned_n": 1000, "auto_stop": true}');
SELECT pg_temp.feed('hybrid', 1, 900, 20, 25);
SELECT * FROM pg_temp.look('hybrid');
SELECT count(*) FROM prompt_mgr.experiment_test JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'hybrid';
SELECT pg_temp.feed('hybrid', 901, 1010, 20, 25);
SELECT * FROM pg_temp.look('hybrid');
SELECT test_no, units, fraction, round(p_value::numeric, 4) AS p, rejected FROM prompt_mgr.experiment_test JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'hybrid';
SELECT pg_temp.feed('hybrid', 1011, 1600, 20, 29);
SELECT * FROM pg_temp.look('hybrid');
SELECT test_no, units FROM prompt_mgr.experiment_test JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'hybrid';
SELECT prompt_mgr.stop_experiment('hybrid');
SELECT pg_temp.launch('hybrid2', '{"planned_n": 1000, "auto_stop": true}');
SELECT pg_temp.feed('hybrid2', 1, 1000, 20, 28);
SELECT * FROM pg_temp.look('hybrid2');

-- Fixed: refused with auto_stop and no plan; with a plan it looks once and is over.
SELECT state, message, hint FROM pg_temp.try($$SELECT pg_temp.launch('refused', '{"method": "fixed", "auto_stop": true}')$$);
SELECT pg_temp.launch('fixed', '{"method": "fixed", "planned_n": 1000, "auto_stop": true}');
SELECT pg_temp.feed('fixed', 1, 900, 20, 40);
SELECT * FROM pg_temp.look('fixed');
SELECT pg_temp.feed('fixed', 901, 1000, 20, 40);
SELECT * FROM pg_temp.look('fixed');
SELECT pg_temp.launch('fixed_none', '{"method": "fixed", "planned_n": 1000, "auto_stop": true}');
SELECT pg_temp.feed('fixed_none', 1, 1000, 20, 20);
SELECT * FROM pg_temp.look('fixed_none');
SELECT pg_temp.launch('fixed_free', '{"method": "fixed"}');
SELECT pg_temp.feed('fixed_free', 1, 1000, 20, 40);
SELECT * FROM pg_temp.look('fixed_free');
SELECT variant, p_value < 0.001 AS significant, decision, reason FROM prompt_mgr.analyze_experiment('fixed_free') WHERE variant = 'b';
SELECT prompt_mgr.stop_experiment('fixed_free');

-- Group sequential: a bound per look, by the fractions that there were.
SELECT pg_temp.launch('groups', '{"method": "group_sequential", "planned_n": 2000, "auto_stop": true}');
SELECT pg_temp.feed('groups', 1, 500, 20, 25);
SELECT * FROM pg_temp.look('groups');
SELECT pg_temp.feed('groups', 501, 1000, 20, 25);
SELECT * FROM pg_temp.look('groups');
SELECT pg_temp.feed('groups', 1001, 1500, 20, 32);
SELECT * FROM pg_temp.look('groups');
SELECT test_no, units, round(fraction::numeric, 3) AS fraction, round(z::numeric, 2) AS z, round(bound::numeric, 3) AS bound, rejected FROM prompt_mgr.experiment_test JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'groups' ORDER BY 1;

-- Units that do not split as the weights say: nothing ships.
SELECT pg_temp.launch('srm', '{"on_win": "activate"}');
SELECT pg_temp.feed('srm', 1, 3000, 20, 35);
SET ROLE NONE;
INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch) SELECT e.experiment_id, 'x' || i, 2, 1 FROM prompt_mgr.experiment AS e, generate_series(1, 600) AS i WHERE e.name = 'srm';
SELECT * FROM pg_temp.look('srm');
SELECT prompt_mgr.experiment_srm('srm') -> 'alarm' AS alarm, prompt_mgr.experiment_report('srm') ->> 'recommendation' AS recommendation;
SELECT prompt_mgr.stop_experiment('srm');

-- A bandit's weights follow the better variant, an epoch each; units keep theirs.
SELECT pg_temp.launch('bandit', '{"bandit": true}');
SELECT pg_temp.feed('bandit', 1, 150, 20, 26);
SELECT action FROM pg_temp.look('bandit');
SELECT epoch FROM prompt_mgr.experiment WHERE name = 'bandit';
SELECT pg_temp.feed('bandit', 151, 600, 20, 26);
SELECT action FROM pg_temp.look('bandit');
SELECT epoch, weights[1] < weights[2] AS follows, (SELECT sum(w) FROM unnest(weights) AS w) AS total FROM prompt_mgr.experiment WHERE name = 'bandit';
SELECT count(*) FILTER (WHERE s.variant <> v.key) AS moved FROM prompt_mgr.exposure AS x JOIN prompt_mgr.experiment AS e USING (experiment_id)
JOIN prompt_mgr.experiment_variant AS v USING (experiment_id, variant_no), prompt_mgr.serve_prompt('stop/p', x.unit, label => 'bandit') AS s WHERE e.name = 'bandit';
SELECT action FROM pg_temp.look('bandit');
SELECT prompt_mgr.stop_experiment('bandit');

-- Three variants and two metrics: corrected together.
\o /dev/null
SELECT prompt_mgr.activate('stop/p', 1, 'three');
SELECT prompt_mgr.create_experiment('three', 'stop/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}, {"key": "c", "version": 3}]', '[{"name": "m"}, {"name": "n", "role": "primary"}]', '{"label": "three", "salt": "stop", "auto_stop": true}');
SELECT prompt_mgr.start_experiment('three');
SELECT pg_temp.feed('three', 1, 3000, 20, 30);
SELECT pg_temp.feed('three', 1, 3000, 20, 21, 'n');
\o
SELECT variant, metric, decision, round((p_adjusted / nullif(always_valid_p, 0))::numeric) AS times FROM prompt_mgr.analyze_experiment('three') WHERE variant <> 'a' ORDER BY always_valid_p;
SELECT action, decision, winner IN ('b', 'c') AS a_winner FROM pg_temp.look('three');

-- The public job says the same, a row for each experiment that is not over.
SELECT pg_temp.launch('ticked', '{"auto_stop": true}');
SELECT pg_temp.feed('ticked', 1, 3000, 20, 30);
SELECT task, subject, action, detail IS NOT NULL AS says_why FROM prompt_mgr.tick() WHERE subject = 'ticked';
SELECT count(*) FROM prompt_mgr.tick() WHERE subject = 'ticked';

-- fill: units of a variant with their outcomes, as if they had been served.
CREATE FUNCTION pg_temp.fill(experiment text, variant integer, units integer, successes integer, tag text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch) SELECT e.experiment_id, tag || i, variant, e.epoch
	FROM prompt_mgr.experiment AS e, generate_series(1, units) AS i WHERE e.name = experiment;
	INSERT INTO prompt_mgr.outcome (experiment_id, metric_no, unit, value) SELECT e.experiment_id, 1, tag || i, 1
	FROM prompt_mgr.experiment AS e, generate_series(1, successes) AS i WHERE e.name = experiment;
$$;

-- Weights that change while the rate does: all together b looks far better, within each epoch it is not.
SELECT pg_temp.launch('simpson', '{"method": "fixed", "planned_n": 4000, "auto_stop": true, "on_win": "activate"}');
SELECT prompt_mgr.set_weights('simpson', '{"a": 9, "b": 1}');
SELECT pg_temp.fill('simpson', 1, 1800, 180, 'a'), pg_temp.fill('simpson', 2, 200, 21, 'b');
SELECT prompt_mgr.set_weights('simpson', '{"a": 1, "b": 9}');
SELECT pg_temp.fill('simpson', 1, 200, 80, 'c'), pg_temp.fill('simpson', 2, 1800, 721, 'd');
SELECT action, decision, version, reason FROM pg_temp.look('simpson');
SELECT round(difference::numeric, 4) AS difference, abs(z) < 1 AS no_evidence, p_value > 0.05 AS chance, round(prob_best::numeric, 1) AS prob_best FROM prompt_mgr.analyze_experiment('simpson') WHERE variant = 'b';

-- Two epochs that contradict each other are no win.
SELECT pg_temp.launch('contradiction', '{"auto_stop": true}');
SELECT pg_temp.fill('contradiction', 1, 1000, 100, 'a'), pg_temp.fill('contradiction', 2, 1000, 205, 'b');
SELECT prompt_mgr.set_weights('contradiction', '{"a": 1, "b": 2}');
SELECT pg_temp.fill('contradiction', 1, 1000, 205, 'c'), pg_temp.fill('contradiction', 2, 2000, 272, 'd');
SELECT action, decision FROM pg_temp.look('contradiction');
-- And two that agree are one.
SELECT pg_temp.launch('agreement', '{"auto_stop": true}');
SELECT pg_temp.fill('agreement', 1, 1000, 100, 'a'), pg_temp.fill('agreement', 2, 1000, 150, 'b');
SELECT prompt_mgr.set_weights('agreement', '{"a": 1, "b": 2}');
SELECT pg_temp.fill('agreement', 1, 1000, 200, 'c'), pg_temp.fill('agreement', 2, 2000, 520, 'd');
SELECT action, decision, winner FROM pg_temp.look('agreement');

-- A planned test that found b better is not turned into "worse" by what comes later.
SELECT pg_temp.launch('turned', '{"planned_n": 4000, "min_runtime": "1 day", "auto_stop": true}');
SELECT pg_temp.fill('turned', 1, 2000, 200, 'a'), pg_temp.fill('turned', 2, 2000, 245, 'b');
SELECT action, decision FROM pg_temp.look('turned');
SELECT pg_temp.fill('turned', 1, 1000, 170, 'c'), pg_temp.fill('turned', 2, 1000, 110, 'd');
SELECT action, decision FROM pg_temp.look('turned', '2 days');
SELECT difference < 0 AS worse_by_now, test_rejected, decision FROM prompt_mgr.analyze_experiment('turned') WHERE variant = 'b';

-- A variant without weight holds nothing up.
SELECT prompt_mgr.activate('stop/p', 1, 'idle');
SELECT prompt_mgr.create_experiment('idle', 'stop/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}, {"key": "c", "version": 3, "weight": 0}]', '[{"name": "m"}]', '{"label": "idle", "auto_stop": true}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('idle');
SELECT pg_temp.fill('idle', 1, 3000, 300, 'a'), pg_temp.fill('idle', 2, 3000, 900, 'b');
SELECT action, decision, winner FROM pg_temp.look('idle');

-- A breach that only is shown does not keep it running beyond its end; neither does a pause.
SELECT pg_temp.launch('shown', '{"guardrail_action": "none", "max_n": 2000, "auto_stop": true}', '[{"name": "m", "role": "guardrail"}, {"name": "n", "role": "primary"}]');
SELECT pg_temp.fill('shown', 1, 900, 450, 'a'), pg_temp.fill('shown', 2, 900, 270, 'b');
SELECT action, decision, status FROM pg_temp.look('shown');
SELECT pg_temp.fill('shown', 1, 200, 100, 'c'), pg_temp.fill('shown', 2, 200, 60, 'd');
SELECT action, decision, status, winner FROM pg_temp.look('shown');
SELECT pg_temp.launch('waits', '{"max_n": 100}');
SELECT prompt_mgr.pause_experiment('waits');
SELECT pg_temp.fill('waits', 1, 40, 4, 'a'), pg_temp.fill('waits', 2, 40, 4, 'b');
SELECT action, status FROM pg_temp.look('waits');
SELECT pg_temp.fill('waits', 1, 20, 2, 'c'), pg_temp.fill('waits', 2, 20, 2, 'd');
SELECT action, status FROM pg_temp.look('waits');
-- The largest size counts exposed units, whether they have an outcome or not.
SELECT pg_temp.launch('few', '{"max_n": 1000}', '[{"name": "m", "kind": "continuous"}]');
SELECT pg_temp.fill('few', 1, 600, 20, 'a'), pg_temp.fill('few', 2, 600, 20, 'b');
SELECT action, status FROM pg_temp.look('few');

-- Better by the margin means that the interval says so, not the estimate.
SELECT pg_temp.launch('margin', '{}', '[{"name": "m", "margin": 0.1}]');
SELECT pg_temp.fill('margin', 1, 2000, 200, 'a'), pg_temp.fill('margin', 2, 2000, 401, 'b');
SELECT action, decision FROM pg_temp.look('margin');
SELECT pg_temp.fill('margin', 1, 2000, 200, 'c'), pg_temp.fill('margin', 2, 2000, 701, 'd');
SELECT action, decision FROM pg_temp.look('margin');
SELECT state, message FROM pg_temp.try($$SELECT prompt_mgr.experiment_decision('nobody', '[]', '{}')$$);

-- What a transaction records before it stops an experiment is in the last look,
-- which raw rows reproduce.
SELECT pg_temp.launch('own_rows');
SELECT pg_temp.feed('own_rows', 1, 20, 20, 35);
BEGIN;
SELECT pg_temp.feed('own_rows', 21, 50, 20, 35);
SELECT prompt_mgr.stop_experiment('own_rows');
COMMIT;
SELECT r -> 'units' AS units, sum((m ->> 'units')::integer) AS judged FROM prompt_mgr.experiment_report('own_rows') AS r, jsonb_array_elements(r -> 'metrics') AS m GROUP BY 1;
SELECT jsonb_agg(to_jsonb(t) ORDER BY t.metric_no, t.epoch, t.variant_no) = l.totals AS reproduced
FROM prompt_mgr.experiment_look AS l JOIN prompt_mgr.experiment AS e USING (experiment_id), prompt_mgr.experiment_totals('own_rows', true, l.snapshot) AS t
WHERE e.name = 'own_rows' AND l.look_no = (SELECT max(m.look_no) FROM prompt_mgr.experiment_look AS m WHERE m.experiment_id = l.experiment_id) GROUP BY l.totals;

-- Correction e_bh finds what e_bh() says, which holm does not find.
SELECT pg_temp.launch(c, jsonb_build_object('correction', c), '[{"name": "m"}, {"name": "n", "role": "primary"}, {"name": "o", "role": "primary"}]') FROM unnest('{e_bh,holm}'::text[]) AS c;
SELECT pg_temp.feed(c, 1, 2200, 20, x.b, x.metric) FROM unnest('{e_bh,holm}'::text[]) AS c, (VALUES (26, 'm'), (26, 'n'), (20, 'o')) AS x (b, metric);
SELECT c, array_agg(a.decision ORDER BY a.metric) AS decisions,
	(SELECT bool_and(r.found = (r.decision = 'better')) FROM (SELECT y.decision, f.found FROM prompt_mgr.analyze_experiment(c) AS y
		JOIN unnest((SELECT prompt_mgr.e_bh(array_agg(CASE WHEN z.gate_open THEN z.log_e_value ELSE 0 END ORDER BY z.metric_no)) FROM prompt_mgr.analyze_experiment(c) AS z WHERE z.variant = 'b')) WITH ORDINALITY AS f (found, n) ON f.n = y.metric_no
		WHERE y.variant = 'b') AS r) AS as_e_bh
FROM unnest('{e_bh,holm}'::text[]) AS c, prompt_mgr.analyze_experiment(c) AS a WHERE a.variant = 'b' GROUP BY c ORDER BY c;
SELECT prompt_mgr.stop_experiment(c) FROM unnest('{e_bh,holm}'::text[]) AS c;
SELECT path, reason FROM prompt_mgr.validate_experiment_options('{"correction": "e_bh", "planned_n": 100}');

-- An experiment that came after the last ANALYZE is no empty one: its units are
-- found by their own index, and its new rows by that of transactions.
BEGIN;
SELECT pg_temp.launch('unseen');
ANALYZE prompt_mgr.exposure, prompt_mgr.outcome, prompt_mgr.unit_total;
SELECT pg_temp.feed('unseen', 1, 300, 20, 35);
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		line := coalesce(substring(line FROM 'Index (?:Only )?Scan (?:using|on) (\w+)'), substring(line FROM 'Index Cond: .*'));
		IF line IS NOT NULL THEN
			RETURN NEXT regexp_replace(line, '''[0-9a-f-]{36}''::uuid', 'ID', 'g');
		END IF;
	END LOOP;
END $$;
SELECT p FROM pg_temp.plan(format($$SELECT FROM generate_series(1, 300) AS f (i) LEFT JOIN LATERAL (
	SELECT FROM prompt_mgr.exposure AS e WHERE e.experiment_id = %L AND e.unit = 'u' || f.i AND NOT e.forced LIMIT 1) AS x ON true$$,
	(SELECT experiment_id FROM prompt_mgr.experiment WHERE name = 'unseen'))) AS p;
SELECT p FROM pg_temp.plan(format($$SELECT FROM prompt_mgr.exposure AS e WHERE e.experiment_id = %L AND e.xact >= '1000000000'$$,
	(SELECT experiment_id FROM prompt_mgr.experiment WHERE name = 'unseen'))) AS p;
ROLLBACK;

-- The list for a screen.
SELECT name, status, units, decision, variant, winner, variants -> 1 ->> 'key' AS second, metrics -> 0 ->> 'name' AS metric, looked_at IS NOT NULL AS looked FROM prompt_mgr.list_experiments('stop/p', page_size => 4);
SELECT count(*) FILTER (WHERE e.status = 'completed') AS completed, count(*) AS listed, min(e.name) AS first FROM prompt_mgr.list_experiments(prompt_name => 'stop/p', with_status => 'completed', after => 'ends') AS e;
SELECT count(*) FROM prompt_mgr.list_experiments('no such prompt');
SELECT t.state, t.message FROM pg_temp.try('SELECT prompt_mgr.list_experiments(page_size => 0)') AS t;
