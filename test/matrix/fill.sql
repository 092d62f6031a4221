-- A database to take along: prompts with a history, an experiment with its
-- totals, executions.  Needs the extension and its tables.
SELECT prompt_mgr.save_prompt('bulk/' || p, E'Line 1 of ' || p || E',\nversion ' || v || ' for {{who}} "quoted" \\ back; $$ ünï',
	config => jsonb_build_object('temperature', v / 10.0), change_note => 'note ' || v)
FROM generate_series(1, 20) AS p, generate_series(1, 3) AS v ORDER BY v, p;
SELECT prompt_mgr.activate('bulk/' || p, v, reason => 'move ' || v)
FROM generate_series(1, 20) AS p, generate_series(1, 3) AS v ORDER BY v, p;
SELECT prompt_mgr.rollback('bulk/7');
SELECT prompt_mgr.drop_label('bulk/8', 'production');
SELECT prompt_mgr.save_prompt('chat', messages => '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{q}}"}]',
	tags => '{a,"b c"}', category => 'talk', description => 'A chat.', labels => '{production}');
SELECT prompt_mgr.save_prompt('main', 'uses {{> bulk/1}}', labels => '{production}');
SELECT prompt_mgr.save_prompt('main', 'draft', draft => true);
SELECT prompt_mgr.add_example('bulk/1', 1, '{"who": "you"}', 'Line', 'contains');
CREATE ROLE reader;
SELECT prompt_mgr.grant_access('reader', 'app');

SELECT prompt_mgr.create_experiment('greeting', 'bulk/1', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]',
	'[{"name": "ok"}, {"name": "time", "kind": "continuous", "role": "secondary"}, {"name": "cost", "kind": "ratio", "role": "guardrail"}]');
SELECT prompt_mgr.start_experiment('greeting');
SELECT count(*) FROM generate_series(1, 1000) AS g, prompt_mgr.serve_prompt('bulk/1', 'user ' || g, '{"who": "you"}');
SELECT count(prompt_mgr.record_outcome('greeting', 'user ' || g, 'ok', g % 2)) FROM generate_series(1, 1000) AS g;
SELECT count(prompt_mgr.record_outcome('greeting', 'user ' || g, 'time', sqrt(g))) FROM generate_series(1, 1000) AS g;
SELECT * FROM prompt_mgr.tick();
-- What the job has not seen.
SELECT prompt_mgr.set_weights('greeting', '{"a": 1, "b": 3}');
SELECT count(*) FROM generate_series(1001, 1500) AS g, prompt_mgr.serve_prompt('bulk/1', 'user ' || g, '{"who": "you"}');
SELECT count(prompt_mgr.record_outcome('greeting', 'user ' || g, 'ok', g % 3)) FROM generate_series(1001, 1500) AS g;
SELECT count(prompt_mgr.record_outcome('greeting', 'user ' || g, 'cost', g, denominator => 2)) FROM generate_series(1001, 1500) AS g;

SELECT count(prompt_mgr.log_execution('bulk/' || 1 + g % 20, 1, unit => 'user ' || g, duration => g / 100.0, input_tokens => g, cost_usd => g * 0.001,
	error_type => CASE WHEN g % 10 = 0 THEN 'timeout' END)) FROM generate_series(1, 500) AS g;
SELECT count(prompt_mgr.record_feedback(x.execution_id, 4)) FROM (SELECT e.execution_id FROM prompt_mgr.execution AS e ORDER BY e.execution_id LIMIT 50) AS x;
SELECT * FROM prompt_mgr.tick();
SELECT count(prompt_mgr.log_execution('bulk/1', 2, duration => g / 100.0)) FROM generate_series(1, 100) AS g;

-- Summaries in tables of the user's own.
CREATE TABLE public.summary AS
SELECT prompt_mgr.proportion_summary(g % 3 = 0, g % 2 = 0) AS proportions, prompt_mgr.ab_summary(sqrt(g), g % 2 = 0) AS values,
	prompt_mgr.ratio_summary(sqrt(g), g, g % 2 = 0) AS ratios
FROM generate_series(1, 1000) AS g;
CREATE VIEW public.result AS SELECT (prompt_mgr.ztest(proportions)).*, prompt_mgr.welch_ttest(values) AS welch, prompt_mgr.ratio_ttest(ratios) AS ratio FROM public.summary;
