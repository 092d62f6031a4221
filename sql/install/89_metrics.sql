-- What monitoring and dashboards read: views over the figures that the periodic
-- job keeps.  They rest on tables alone, so that DROP EXTENSION leaves them, and
-- show what the reader may see of those.

CREATE FUNCTION prompt_mgr._init_metrics() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- Numbers as double precision: dashboards take numeric for text.
	CREATE OR REPLACE VIEW prompt_mgr.execution_usage WITH (security_invoker = true) AS
	SELECT x.span, x.bucket AS "time", p.name AS prompt, s.version, e.name AS experiment, v.key AS variant,
		s.provider_name AS provider, s.model,
		x.executions::double precision AS executions, x.errors::double precision AS errors, x.seconds::double precision AS seconds,
		x.input_tokens::double precision AS input_tokens, x.output_tokens::double precision AS output_tokens,
		x.cache_read_input_tokens::double precision AS cache_read_input_tokens,
		x.cache_write_input_tokens::double precision AS cache_write_input_tokens,
		x.reasoning_output_tokens::double precision AS reasoning_output_tokens,
		x.cost_usd::double precision AS cost_usd
	FROM prompt_mgr.execution_rollup AS x
	JOIN prompt_mgr.execution_series AS s ON s.series_id = x.series_id
	LEFT JOIN prompt_mgr.prompt AS p ON p.prompt_id = s.prompt_id
	LEFT JOIN prompt_mgr.experiment AS e ON e.experiment_id = s.experiment_id
	LEFT JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = s.experiment_id AND v.variant_no = s.variant_no;

	CREATE OR REPLACE VIEW prompt_mgr.execution_tallies WITH (security_invoker = true) AS
	SELECT x.kind, x.span, x.bucket AS "time", p.name AS prompt, s.version, e.name AS experiment, v.key AS variant,
		s.provider_name AS provider, s.model, x.name, x.n::double precision AS n, x.total::double precision AS total
	FROM prompt_mgr.execution_tally AS x
	JOIN prompt_mgr.execution_series AS s ON s.series_id = x.series_id
	LEFT JOIN prompt_mgr.prompt AS p ON p.prompt_id = s.prompt_id
	LEFT JOIN prompt_mgr.experiment AS e ON e.experiment_id = s.experiment_id
	LEFT JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = s.experiment_id AND v.variant_no = s.variant_no;

	CREATE OR REPLACE VIEW prompt_mgr.metrics WITH (security_invoker = true) AS
	-- Read once, whichever of the rows are asked for.
	WITH usage AS (
		SELECT coalesce(u.prompt, '') AS prompt, coalesce(u.provider, '') AS provider, coalesce(u.model, '') AS model,
			sum(u.executions) AS executions, sum(u.seconds) AS seconds, sum(u.input_tokens) AS input_tokens, sum(u.output_tokens) AS output_tokens,
			sum(u.cache_read_input_tokens) AS cache_read_input_tokens, sum(u.cache_write_input_tokens) AS cache_write_input_tokens,
			sum(u.reasoning_output_tokens) AS reasoning_output_tokens, sum(u.cost_usd) AS cost_usd
		FROM prompt_mgr.execution_usage AS u WHERE u.span = 'day'
		GROUP BY u.prompt, u.provider, u.model
	)
	SELECT 'prompt_mgr_prompts' AS name, jsonb_build_object('type', k.kind) AS labels, count(p.prompt_id)::double precision AS value,
		'gauge' AS type, 'Prompts' AS help
	FROM (VALUES ('text'), ('chat')) AS k (kind) LEFT JOIN prompt_mgr.prompt AS p ON p.kind = k.kind GROUP BY k.kind
	UNION ALL
	SELECT 'prompt_mgr_versions', jsonb_build_object('status', s.status), count(v.version), 'gauge', 'Versions of prompts'
	FROM (VALUES ('draft'), ('active'), ('deprecated'), ('archived')) AS s (status)
	LEFT JOIN prompt_mgr.prompt_version AS v ON v.status = s.status GROUP BY s.status
	UNION ALL
	SELECT 'prompt_mgr_label_moves_total', jsonb_build_object('label', l.label), sum(l.move_no), 'counter', 'Moves of labels, removals among them'
	FROM prompt_mgr.prompt_label AS l GROUP BY l.label
	UNION ALL
	SELECT 'prompt_mgr_executions_total', jsonb_build_object('prompt', u.prompt, 'provider', u.provider, 'model', u.model), u.executions,
		'counter', 'Executions of prompts'
	FROM usage AS u
	UNION ALL
	SELECT 'prompt_mgr_execution_seconds_total', jsonb_build_object('prompt', u.prompt, 'provider', u.provider, 'model', u.model), u.seconds,
		'counter', 'Time that executions took, in seconds'
	FROM usage AS u
	UNION ALL
	SELECT 'prompt_mgr_tokens_total', jsonb_build_object('prompt', u.prompt, 'provider', u.provider, 'model', u.model, 'kind', t.kind), t.tokens,
		'counter', 'Tokens of executions; those of the cache are part of the input, reasoning is part of the output'
	FROM usage AS u CROSS JOIN LATERAL (VALUES ('input', u.input_tokens), ('output', u.output_tokens),
		('cache_read', u.cache_read_input_tokens), ('cache_write', u.cache_write_input_tokens), ('reasoning', u.reasoning_output_tokens)) AS t (kind, tokens)
	UNION ALL
	SELECT 'prompt_mgr_cost_usd_total', jsonb_build_object('prompt', u.prompt, 'provider', u.provider, 'model', u.model), u.cost_usd,
		'counter', 'Cost of executions, in US dollars'
	FROM usage AS u
	UNION ALL
	SELECT 'prompt_mgr_execution_errors_total', jsonb_build_object('prompt', coalesce(t.prompt, ''), 'error_type', t.name), sum(t.n),
		'counter', 'Executions without success'
	FROM prompt_mgr.execution_tallies AS t WHERE t.kind = 'error' AND t.span = 'day' GROUP BY t.prompt, t.name
	UNION ALL
	SELECT 'prompt_mgr_quality_mean', jsonb_build_object('prompt', coalesce(t.prompt, ''), 'score', t.name), sum(t.total) / sum(t.n),
		'gauge', 'Mean of the values given to executions of the last 7 days'
	FROM prompt_mgr.execution_tallies AS t
	WHERE t.kind = 'score' AND t.span = 'hour' AND t."time" >= now() - interval '7 days' GROUP BY t.prompt, t.name HAVING sum(t.n) > 0
	UNION ALL
	SELECT 'prompt_mgr_experiments', jsonb_build_object('status', s.status), count(e.experiment_id), 'gauge', 'Experiments'
	FROM (VALUES ('draft'), ('running'), ('paused'), ('completed')) AS s (status)
	LEFT JOIN prompt_mgr.experiment AS e ON e.status = s.status GROUP BY s.status
	UNION ALL
	SELECT 'prompt_mgr_experiment_units_total', jsonb_build_object('experiment', e.name, 'variant', v.key), sum(x.units),
		'counter', 'Units that were given a variant; of experiments that run, or ended in the last 30 days'
	FROM prompt_mgr.exposure_total AS x
	JOIN prompt_mgr.experiment AS e ON e.experiment_id = x.experiment_id
	JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = x.experiment_id AND v.variant_no = x.variant_no
	WHERE e.stopped_at IS NULL OR e.stopped_at > now() - interval '30 days' GROUP BY e.name, v.key
	UNION ALL
	SELECT 'prompt_mgr_experiment_conversions_total', jsonb_build_object('experiment', e.name, 'variant', v.key, 'metric', m.name), sum(x.num),
		'counter', 'Units with success in a binary metric; of the same experiments'
	FROM prompt_mgr.metric_total AS x
	JOIN prompt_mgr.experiment AS e ON e.experiment_id = x.experiment_id
	JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = x.experiment_id AND v.variant_no = x.variant_no
	JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = x.experiment_id AND m.metric_no = x.metric_no AND m.kind = 'binary'
	WHERE e.stopped_at IS NULL OR e.stopped_at > now() - interval '30 days' GROUP BY e.name, v.key, m.name
	UNION ALL
	SELECT 'prompt_mgr_improvements_total', jsonb_build_object('source', i.source), i.n,
		'counter', 'Experiments that another variant than the control has won, and suggestions that became a version'
	FROM (SELECT 'experiment' AS source, count(*) AS n FROM prompt_mgr.experiment AS e
		JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = e.experiment_id AND v.key = e.winner AND v.variant_no > 1
		UNION ALL
		SELECT 'suggestion', count(*) FROM prompt_mgr.suggestion AS s WHERE s.version IS NOT NULL) AS i
	UNION ALL
	SELECT 'prompt_mgr_job_runs', jsonb_build_object('task', r.task), count(*), 'gauge', 'Runs of a step of the periodic job in the last hour'
	FROM prompt_mgr.job_run AS r WHERE r.started_at > now() - interval '1 hour' GROUP BY r.task
	UNION ALL
	SELECT 'prompt_mgr_job_failures', jsonb_build_object('task', r.task), count(*) FILTER (WHERE r.failures > 0), 'gauge', 'Those of them in which something failed'
	FROM prompt_mgr.job_run AS r WHERE r.started_at > now() - interval '1 hour' GROUP BY r.task
	UNION ALL
	SELECT 'prompt_mgr_figures_timestamp_seconds', '{}'::jsonb, extract(epoch FROM w.rolled_at),
		'gauge', 'When the periodic job last added up executions; what these figures are current to'
	FROM prompt_mgr.execution_watermark AS w;

	PERFORM prompt_mgr._comment_on(c.relation, c.attribute, c.text) FROM (VALUES
		('execution_usage', NULL, 'Figures of executions by hour and by day, as the periodic job has them, with names for dashboards.'),
		('execution_usage', 'span', 'hour or day (UTC): choose one, a day''s figures are those of its hours.'),
		('execution_usage', 'time', 'When the hour or the day began.'),
		('execution_usage', 'prompt', 'The prompt''s name; NULL where it is gone or not visible.'),
		('execution_usage', 'version', 'Its version.'),
		('execution_usage', 'experiment', 'The experiment, if the unit was in one.'),
		('execution_usage', 'variant', 'The variant of the experiment.'),
		('execution_usage', 'provider', 'Who served the model.'),
		('execution_usage', 'model', 'The model.'),
		('execution_usage', 'executions', 'How many executions.'),
		('execution_usage', 'errors', 'Those without success.'),
		('execution_usage', 'seconds', 'Sum of their durations.'),
		('execution_usage', 'input_tokens', 'Sum of the requests'' tokens.'),
		('execution_usage', 'output_tokens', 'Sum of the answers'' tokens.'),
		('execution_usage', 'cache_read_input_tokens', 'Of the input, read from a cache.'),
		('execution_usage', 'cache_write_input_tokens', 'Of the input, written to a cache.'),
		('execution_usage', 'reasoning_output_tokens', 'Of the output, spent on reasoning.'),
		('execution_usage', 'cost_usd', 'What they cost, in US dollars.'),
		('execution_tallies', NULL, 'Errors by type and values by name, by hour and by day, as the periodic job has them, with names for dashboards.'),
		('execution_tallies', 'kind', 'error or score.'),
		('execution_tallies', 'span', 'hour or day (UTC).'),
		('execution_tallies', 'time', 'When the hour or the day of the executions began.'),
		('execution_tallies', 'prompt', 'The prompt''s name; NULL where it is gone or not visible.'),
		('execution_tallies', 'version', 'Its version.'),
		('execution_tallies', 'experiment', 'The experiment, if the unit was in one.'),
		('execution_tallies', 'variant', 'The variant of the experiment.'),
		('execution_tallies', 'provider', 'Who served the model.'),
		('execution_tallies', 'model', 'The model.'),
		('execution_tallies', 'name', 'Class of the error, or what was valued.'),
		('execution_tallies', 'n', 'How many executions.'),
		('execution_tallies', 'total', 'Sum of the values; 0 of errors.'),
		('metrics', NULL, 'Metrics for Prometheus: a row per metric and labels, current to the periodic job''s last run.'),
		('metrics', 'name', 'Name of the metric; those that count end in _total.'),
		('metrics', 'labels', 'Labels, an object of strings; none is per user or per version.'),
		('metrics', 'value', 'The value.'),
		('metrics', 'type', 'counter or gauge.'),
		('metrics', 'help', 'What it is.')
	) AS c (relation, attribute, text);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_metrics() IS
'internal: makes or renews the views for monitoring and dashboards';
