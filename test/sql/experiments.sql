-- Experiments: creating, the life cycle, what may not change.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

\o /dev/null
SELECT prompt_mgr.save_prompt('exp/p', 'version ' || i) FROM generate_series(1, 3) AS i;
SELECT prompt_mgr.save_prompt('exp/p', 'a draft', draft => true);
SELECT prompt_mgr.activate('exp/p', 1);
SELECT prompt_mgr.save_prompt('exp/chat', messages => '[{"role": "user", "content": "hi"}]', labels => '{production}');
SELECT prompt_mgr.save_prompt('exp/other', 'another text', labels => '{production}');
\o

-- Defaults, and a row for everything.
SELECT prompt_mgr.create_experiment('exp/one', 'exp/p', '[{"key": "old", "version": 1}, {"key": "new", "version": 2, "weight": 3}]', '[{"name": "solved"}]') IS NOT NULL AS created;
SELECT status, label, method, alpha, planned_n, tuning_n, weights, epoch, salt = experiment_id::text AS own_salt, created_by = current_user AS mine FROM prompt_mgr.experiment WHERE name = 'exp/one';
SELECT v.variant_no, v.key, v.prompt, v.version, v.label FROM prompt_mgr.experiment_variant AS v JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'exp/one' ORDER BY 1;
SELECT metric_no, m.name, kind, role, direction, margin FROM prompt_mgr.experiment_metric AS m JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'exp/one';
SELECT prompt_mgr.create_experiment('exp/planned', 'exp/p', '[{"key": "a", "label": "production"}, {"key": "b", "prompt": "exp/other"}]', '[{"name": "cost", "kind": "continuous", "direction": "decrease"}]', '{"planned_n": 2000, "salt": "s"}') IS NOT NULL AS created;
SELECT method, planned_n, tuning_n, salt FROM prompt_mgr.experiment WHERE name = 'exp/planned';

-- The life.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.pause_experiment('exp/one')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.stop_experiment('exp/one')$$);
SELECT prompt_mgr.start_experiment('exp/one');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.start_experiment('exp/one')$$);
SELECT prompt_mgr.pause_experiment('exp/one', 'a look at the logs');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.start_experiment('exp/one')$$);
SELECT status, stop_reason FROM prompt_mgr.experiment WHERE name = 'exp/one';
SELECT prompt_mgr.resume_experiment('exp/one');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.resume_experiment('exp/one')$$);
SELECT status, stop_reason FROM prompt_mgr.experiment WHERE name = 'exp/one';

-- One running experiment per prompt and label.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.start_experiment('exp/planned')$$);

-- Weights change by epochs.
SELECT prompt_mgr.set_weights('exp/one', '{"old": 9}');
SELECT prompt_mgr.set_weights('exp/one', '{"old": 9, "new": 3}') AS same_weights;
SELECT epoch, weights, began_by = current_user AS mine FROM prompt_mgr.experiment_epoch JOIN prompt_mgr.experiment AS e USING (experiment_id, epoch, weights) WHERE e.name = 'exp/one';
SELECT w, t.state, t.message, t.detail, t.hint FROM unnest(ARRAY['{"old": 0, "new": 0}', '{"old": -1}', '{"old": 0.5}', '{"none": 1}', '[1]', '{"old": 1000001}', NULL]) AS w,
	pg_temp.try(format('SELECT prompt_mgr.set_weights(''exp/one'', %L)', w)) AS t;

-- What never changes, and what not once it runs, not even by hand.
SELECT c, t.state, t.message, t.hint FROM unnest(ARRAY['salt = ''x''', 'algorithm = ''unleash''', 'label = ''x''', 'planned_n = 7', 'tuning_n = 7', 'method = ''fixed''', 'alpha = 0.1', 'targeting = ''[1]''', 'options = ''{"a": 1}''', 'status = ''draft''']) AS c,
	pg_temp.try(format('UPDATE prompt_mgr.experiment SET %s WHERE name = ''exp/one''', c)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.experiment_variant SET version = 3 WHERE key = 'new'$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$DELETE FROM prompt_mgr.experiment WHERE name = 'exp/planned'$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.experiment SET salt = 'x' WHERE name = 'exp/planned'$$) AS t;

-- The stop is final.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.stop_experiment('exp/one', 'nobody')$$);
SELECT prompt_mgr.stop_experiment('exp/one', 'new', 'enough');
SELECT status, winner, stop_reason, stopped_at > started_at AS later FROM prompt_mgr.experiment WHERE name = 'exp/one';
SELECT version FROM prompt_mgr.get_prompt('exp/p');
SELECT f, t.state, t.message, t.hint FROM unnest(ARRAY['stop_experiment(''exp/one'')', 'start_experiment(''exp/one'')', 'pause_experiment(''exp/one'')', 'resume_experiment(''exp/one'')',
	'set_weights(''exp/one'', ''{"old": 2}'')', 'force_variant(''exp/one'', ''u'', ''old'')']) AS f, pg_temp.try('SELECT prompt_mgr.' || f) AS t;
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.experiment SET winner = 'old' WHERE name = 'exp/one'$$) AS t;
SELECT prompt_mgr.start_experiment('exp/planned');
SELECT prompt_mgr.stop_experiment('exp/planned');

-- A winner moves the label where that was asked for, in the same transaction.
SELECT prompt_mgr.create_experiment('exp/switch', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 3}]', '[{"name": "m"}]', '{"on_win": "activate"}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('exp/switch');
BEGIN;
SELECT prompt_mgr.stop_experiment('exp/switch', 'b', 'by hand');
SELECT version FROM prompt_mgr.get_prompt('exp/p');
ROLLBACK;
SELECT status FROM prompt_mgr.experiment WHERE name = 'exp/switch';
SELECT version FROM prompt_mgr.get_prompt('exp/p');
SELECT prompt_mgr.stop_experiment('exp/switch', 'b', 'by hand');
SELECT version, reason FROM prompt_mgr.label_history('exp/p');

-- Unknown names.
SELECT f, t.state, t.message FROM unnest(ARRAY['start_experiment(''none'')', 'pause_experiment(''none'')', 'resume_experiment(NULL)', 'stop_experiment(''none'')',
	'set_weights(''none'', ''{}'')', 'force_variant(''none'', ''u'', ''a'')', 'assign_variant(''none'', ''u'')', 'analyze_experiment(''none'')', 'experiment_report(''none'')',
	'experiment_totals(''none'')', 'experiment_srm(''none'')', 'experiment_client_config(''none'')', 'record_outcome(''none'', ''u'', ''m'')']) AS f, pg_temp.try('SELECT prompt_mgr.' || f) AS t;

-- Arguments that cannot be meant, all at once.
SELECT * FROM prompt_mgr.validate_experiment('exp/p', '[{"key": "a b", "version": 1, "weight": 1.5}, {"key": "b", "version": "x"}, {"key": "c", "version": 1, "label": "x", "extra": 1}, 7]',
	'[{"name": "", "kind": "k", "role": "r", "direction": "d", "margin": -1, "source": "none"}, {"name": "x", "role": "secondary"}, {"name": "x"}]');
SELECT * FROM prompt_mgr.validate_experiment('exp/p', '[{"key": "a", "version": 1}]', '[{"name": "x"}]');
SELECT * FROM prompt_mgr.validate_experiment('exp/p', '[{"key": "a", "version": 1, "weight": 0}, {"key": "b", "version": 1, "weight": 0}]', '[]');
SELECT * FROM prompt_mgr.validate_experiment('exp/p', NULL, '{}', '[]');
SELECT o, v.* FROM unnest(ARRAY['{"nope": 1}', '{"method": "x"}', '{"method": "hybrid"}', '{"method": "fixed", "auto_stop": true}', '{"method": "fixed", "auto_stop": true, "planned_n": 100}', '{"bandit": true, "planned_n": 10}',
	'{"alpha": 0}', '{"alpha": "x"}', '{"alpha": 0.5}', '{"planned_n": 0}', '{"planned_n": 1.5}', '{"min_units": -1}', '{"auto_stop": 1}', '{"traffic": 1.1}', '{"on_win": "x"}', '{"correction": "x"}', '{"salt": "a:b"}', '{"algorithm": "x"}',
	'{"ends_at": "never"}', '{"min_runtime": "x"}', '{"ramp": [{"after": "1 day"}]}', '{"ramp": 7}', '{"targeting": {}}', '{"targeting": [{"op": "eq"}]}', '{"layer": "a b"}', '{"layer": {"name": "l", "from": 0.5, "to": 0.5}}',
	'{"layer": {"name": "l", "from": 0.5}}', '{"holdout": 2}', '{"holdout": {"name": "h", "share": 0.1}}', '{"futility": {"mde": 0.1}}', '{"label": "Prod"}', '{"priority": 0.5}', '{"guardrail_action": "x"}']) AS o
LEFT JOIN LATERAL prompt_mgr.validate_experiment_options(o::jsonb) AS v ON true;
SELECT c, t.state, t.message, t.hint FROM unnest(ARRAY[
	$$'exp/one', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]'$$,
	$$'x', 'none', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]'$$,
	$$'x', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 99}]', '[{"name": "m"}]'$$,
	$$'x', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 4}]', '[{"name": "m"}]'$$,
	$$'x', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "label": "none"}]', '[{"name": "m"}]'$$,
	$$'x', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "prompt": "exp/chat"}]', '[{"name": "m"}]'$$,
	$$NULL, 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]'$$,
	$$'x', 'exp/p', '[{"key": "a", "version": 1}]', '[{"name": "m"}]'$$]) AS c,
	pg_temp.try('SELECT prompt_mgr.create_experiment(' || c || ')') AS t;

-- Layers: ranges that do not meet, or different layers by priority.
\o /dev/null
SELECT prompt_mgr.create_experiment('exp/layer' || i, 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', o::jsonb)
FROM unnest(ARRAY['{"layer": {"name": "l", "from": 0, "to": 0.5}}', '{"layer": {"name": "l", "from": 0.4, "to": 1}}', '{"layer": {"name": "l", "from": 0.5, "to": 1}}', '{"layer": "k"}', '{"layer": "k2", "priority": 5}']) WITH ORDINALITY AS u (o, i);
\o
SELECT i, t.state, t.message, t.hint FROM generate_series(1, 5) AS i, pg_temp.try(format('SELECT prompt_mgr.start_experiment(''exp/layer%s'')', i)) AS t;
SELECT prompt_mgr.stop_experiment(name) FROM prompt_mgr.experiment WHERE name ^@ 'exp/layer' AND status = 'running';

-- Rights: an app serves and records, a viewer reads, a publisher runs experiments.
\o /dev/null
CREATE ROLE exp_viewer; CREATE ROLE exp_app; CREATE ROLE exp_publisher;
SELECT prompt_mgr.grant_access('exp_viewer', 'viewer'), prompt_mgr.grant_access('exp_app', 'app'), prompt_mgr.grant_access('exp_publisher', 'publisher');
\o
SET ROLE exp_publisher;
SELECT prompt_mgr.create_experiment('exp/roles', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"on_win": "activate"}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('exp/roles');
SELECT prompt_mgr.set_weights('exp/roles', '{"a": 0}');
SELECT prompt_mgr.force_variant('exp/roles', 'guest', 'a');
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.experiment SET alpha = 0.1$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.register_metric_source('x', 'SELECT 1')$$) AS t;
SET ROLE exp_app;
SELECT variant, text FROM prompt_mgr.serve_prompt('exp/p', 'u');
SELECT variant, text FROM prompt_mgr.serve_prompt('exp/p', 'guest');
SELECT prompt_mgr.record_outcome('exp/roles', 'u', 'm');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.stop_experiment('exp/roles')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$DELETE FROM prompt_mgr.exposure$$) AS t;
SET ROLE exp_viewer;
SELECT variant, units, successes FROM prompt_mgr.analyze_experiment('exp/roles');
SELECT prompt_mgr.experiment_report('exp/roles') ->> 'summary' AS summary;
SELECT prompt_mgr.assign_variant('exp/roles', 'u');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.serve_prompt('exp/p', 'u')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.record_outcome('exp/roles', 'u', 'm')$$) AS t;
SET ROLE exp_publisher;
SELECT prompt_mgr.stop_experiment('exp/roles', 'b');
RESET ROLE;
SELECT look_no, units, decision FROM prompt_mgr.experiment_look JOIN prompt_mgr.experiment AS e USING (experiment_id) WHERE e.name = 'exp/roles';
SELECT version FROM prompt_mgr.get_prompt('exp/p');
\o /dev/null
SELECT prompt_mgr.revoke_access('exp_viewer', 'viewer'), prompt_mgr.revoke_access('exp_app', 'app'), prompt_mgr.revoke_access('exp_publisher', 'publisher');
DROP ROLE exp_viewer, exp_app, exp_publisher;

\o
-- Options mean the same later, and in sessions with other settings.
SET datestyle = 'SQL, DMY';
SELECT prompt_mgr.create_experiment('exp/kept', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]',
	'{"ends_at": "25/12/2026 10:00 UTC", "min_runtime": "PT36H", "ramp": [{"after": "P1D", "share": 0.5}], "traffic": 0.1}') IS NOT NULL AS created;
RESET datestyle;
SELECT options ->> 'ends_at' AS ends_at, options -> 'min_runtime' AS min_runtime, options -> 'ramp' AS ramp FROM prompt_mgr.experiment WHERE name = 'exp/kept';
SELECT prompt_mgr.create_experiment('exp/tomorrow', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"ends_at": "tomorrow"}') IS NOT NULL AS created;
SELECT options ->> 'ends_at' ~ '^\d{4}-\d\d-\d\dT' AS fixed FROM prompt_mgr.experiment WHERE name = 'exp/tomorrow';
SELECT o, v.* FROM unnest(ARRAY['{"futility": {"mde": 1e-400, "power": 0.2}, "max_n": 10}', '{"futility": {"mde": 0.1, "power": 1e-400}, "max_n": 10}', '{"ramp": [{"after": "300000 years", "share": 1}]}',
	'{"min_runtime": "300000 years"}', '{"layer": {}}', '{"layer": {"from": 0, "to": 0.5}}', '{"layer": {"name": "l", "from": 0.1, "to": 0.1000001}}', '{"layer": {"name": "l", "from": "x", "to": "y"}}', '{"holdout": {"share": 0.1}}']) AS o
LEFT JOIN LATERAL prompt_mgr.validate_experiment_options(o::jsonb) AS v ON true;
SELECT m, v.* FROM unnest(ARRAY['1e-400', '1e-300', '0']) AS m
LEFT JOIN LATERAL prompt_mgr.validate_experiment('exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', jsonb_build_array(jsonb_build_object('name', 'm', 'margin', m::numeric))) AS v ON true;

-- Weights by hand are still one per variant.
SELECT prompt_mgr.start_experiment('exp/kept');
SELECT w, t.state, t.message, t.detail, t.hint FROM unnest(ARRAY['{1}', '{1,1,1}', '{1,NULL}', '{-1,2}', '{0,0}', '{999999,2}', '{{1,1}}', '[0:1]={1,1}', '{}']) AS w,
	pg_temp.try(format('UPDATE prompt_mgr.experiment SET weights = %L WHERE name = ''exp/kept''', w)) AS t;
SELECT length(u), t.state, t.message, t.detail FROM unnest(ARRAY[repeat('x', 1025), repeat('x', 1024), NULL]) AS u, pg_temp.try(format('SELECT prompt_mgr.force_variant(''exp/kept'', %L, ''a'')', u)) AS t;

-- A look that fails is no reason to go on.
BEGIN;
CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no look today'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON prompt_mgr.experiment_look FOR EACH ROW EXECUTE FUNCTION pg_temp.fail();
SELECT prompt_mgr.stop_experiment('exp/kept');
SELECT status FROM prompt_mgr.experiment WHERE name = 'exp/kept';
ROLLBACK;
SELECT prompt_mgr.stop_experiment('exp/kept');

-- Whom a policy keeps from moving a label, the job moves none for.
\o /dev/null
CREATE ROLE exp_publisher;
SELECT prompt_mgr.grant_access('exp_publisher', 'publisher');
CREATE POLICY not_production ON prompt_mgr.prompt_label AS RESTRICTIVE FOR UPDATE TO exp_publisher USING (label <> 'production');
\o
SET ROLE exp_publisher;
SELECT prompt_mgr.create_experiment('exp/bound', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', '{"on_win": "activate"}') IS NOT NULL AS created;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.start_experiment('exp/bound')$$);
SELECT prompt_mgr.create_experiment('exp/free', 'exp/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('exp/free');
SELECT prompt_mgr.stop_experiment('exp/free');
RESET ROLE;
DROP POLICY not_production ON prompt_mgr.prompt_label;
SET ROLE exp_publisher;
SELECT prompt_mgr.start_experiment('exp/bound');
SELECT prompt_mgr.stop_experiment('exp/bound');
RESET ROLE;
\o /dev/null
SELECT prompt_mgr.revoke_access('exp_publisher', 'publisher');
DROP ROLE exp_publisher;
