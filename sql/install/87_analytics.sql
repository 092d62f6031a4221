-- Reading the figures of executions: what the job has added up, and what it has
-- not, which is added up on the way.  Periods are made of whole hours (UTC), so
-- no figure needs the raw rows of hours that are over.

CREATE FUNCTION prompt_mgr.figure_ranges(from_time timestamptz, to_time timestamptz, span text DEFAULT NULL)
RETURNS TABLE (grain text, lower timestamptz, upper timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	hours_from timestamptz;
	first_day timestamptz;
	last_day timestamptz;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (from_time < to_time AND isfinite(from_time) AND isfinite(to_time)) IS NOT TRUE THEN
		RAISE EXCEPTION 'to_time must be after from_time'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'to_time', 'reason', 'must be after from_time'));
	END IF;
	IF span NOT IN ('hour', 'day', 'week', 'month') THEN
		RAISE EXCEPTION 'span "%" does not exist', span
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'span', 'reason', 'no such span')),
			HINT = 'The spans are hour, day, week and month.';
	END IF;
	SELECT w.hours_from INTO hours_from FROM prompt_mgr.execution_watermark AS w;
	-- To whole hours, and to whole days where no hours are kept.
	from_time := date_trunc(CASE WHEN from_time < hours_from THEN 'day' ELSE 'hour' END, from_time, 'UTC');
	to_time := CASE WHEN to_time < hours_from THEN date_trunc('day', to_time + interval '1 day' - interval '1 microsecond', 'UTC')
		ELSE date_trunc('hour', to_time + interval '1 hour' - interval '1 microsecond', 'UTC') END;
	first_day := date_trunc('day', from_time + interval '1 day' - interval '1 microsecond', 'UTC');
	last_day := date_trunc('day', to_time, 'UTC');
	IF span = 'hour' OR last_day <= first_day THEN
		RETURN QUERY SELECT 'hour', from_time, to_time;
	ELSE
		RETURN QUERY SELECT r.* FROM (VALUES ('hour', from_time, first_day), ('day', first_day, last_day), ('hour', last_day, to_time)) AS r (grain, lower, upper)
		WHERE r.lower < r.upper;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.figure_ranges(timestamptz, timestamptz, text) IS
'How a period is put together of whole days and, at its ends, of hours: its figures are those of these ranges.
A period is extended to whole hours, and to whole days where it begins or ends so long ago that hours are no longer kept. span: hour where figures per hour are wanted. 22023 for a period without length or another span.';

CREATE FUNCTION prompt_mgr.series_of(only_prompt uuid, only_version integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF coalesce(only_prompt::text, only_version::text) IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN ARRAY(SELECT s.series_id FROM prompt_mgr.execution_series AS s
		WHERE (only_prompt IS NULL OR s.prompt_id = only_prompt) AND (only_version IS NULL OR s.version = only_version));
END
$function$;

COMMENT ON FUNCTION prompt_mgr.series_of(uuid, integer) IS
'Series of figures of a prompt, or of versions of that number; NULL, which stands for all, where neither is given.';

-- Planned anew with the ranges and series of each question, which are few or
-- all.  A worker of a parallel query begins with empty caches: until it has
-- planned, one process alone is done.
CREATE FUNCTION prompt_mgr.execution_figures(
	from_time timestamptz, to_time timestamptz, span text DEFAULT NULL, split text[] DEFAULT '{prompt}',
	only_prompt uuid DEFAULT NULL, only_version integer DEFAULT NULL)
RETURNS TABLE ("time" timestamptz, prompt_id uuid, version integer, experiment_id uuid, variant_no smallint, provider_name text, model text,
	executions bigint, errors bigint, input_tokens bigint, output_tokens bigint,
	cache_read_input_tokens bigint, cache_write_input_tokens bigint, reasoning_output_tokens bigint,
	cost_usd numeric, seconds numeric, latency prompt_mgr.latency_sketch, users prompt_mgr.distinct_sketch)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET max_parallel_workers_per_gather = 0
AS $function$
#variable_conflict use_column
DECLARE
	mark xid8;
	lowest timestamptz;
	highest timestamptz;
	first_day timestamptz;
	last_day timestamptz;
	series uuid[];
BEGIN
	SELECT min(r.lower), max(r.upper), min(r.lower) FILTER (WHERE r.grain = 'day'), max(r.upper) FILTER (WHERE r.grain = 'day')
	INTO lowest, highest, first_day, last_day
	FROM prompt_mgr.figure_ranges(execution_figures.from_time, execution_figures.to_time, execution_figures.span) AS r;
	series := prompt_mgr.series_of(only_prompt, only_version);
	SELECT w.watermark INTO mark FROM prompt_mgr.execution_watermark AS w;
	RETURN QUERY
	WITH figure AS (
		SELECT s.prompt_id, s.version, s.experiment_id, s.variant_no, s.provider_name, s.model, x.bucket AS "time",
			x.executions, x.errors, x.input_tokens, x.output_tokens, x.cache_read_input_tokens, x.cache_write_input_tokens, x.reasoning_output_tokens,
			x.cost_usd, x.seconds, prompt_mgr.latency_sketch_of(x.latency) AS latency, prompt_mgr.distinct_sketch_of(x.users) AS users
		FROM (SELECT d.* FROM prompt_mgr.execution_rollup AS d
				WHERE (series IS NULL OR d.series_id = ANY(series)) AND d.span = 'day' AND d.bucket >= first_day AND d.bucket < last_day
			UNION ALL SELECT h.* FROM prompt_mgr.execution_rollup AS h
				WHERE (series IS NULL OR h.series_id = ANY(series)) AND h.span = 'hour' AND h.bucket >= lowest AND h.bucket < coalesce(first_day, highest)
			UNION ALL SELECT h.* FROM prompt_mgr.execution_rollup AS h
				WHERE (series IS NULL OR h.series_id = ANY(series)) AND h.span = 'hour' AND h.bucket >= last_day AND h.bucket < highest) AS x
		JOIN prompt_mgr.execution_series AS s ON s.series_id = x.series_id
		UNION ALL
		SELECT c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model, c.hour,
			c.executions, c.errors, c.input_tokens, c.output_tokens, c.cache_read_input_tokens, c.cache_write_input_tokens, c.reasoning_output_tokens,
			c.cost_usd, c.seconds, c.latency, c.users
		FROM prompt_mgr.execution_changes(coalesce(mark, '0'), '18446744073709551615', lowest, highest, only_prompt, only_version) AS c
	)
	SELECT g."time", g.prompt_id, g.version, g.experiment_id, g.variant_no, g.provider_name, g.model,
		sum(f.executions)::bigint, sum(f.errors)::bigint, sum(f.input_tokens)::bigint, sum(f.output_tokens)::bigint,
		sum(f.cache_read_input_tokens)::bigint, sum(f.cache_write_input_tokens)::bigint, sum(f.reasoning_output_tokens)::bigint,
		sum(f.cost_usd), sum(f.seconds), prompt_mgr.rollup(f.latency), prompt_mgr.rollup(f.users)
	FROM figure AS f
	CROSS JOIN LATERAL (SELECT date_trunc(execution_figures.span, f."time", 'UTC'), CASE WHEN 'prompt' = ANY(split) THEN f.prompt_id END,
		CASE WHEN 'version' = ANY(split) THEN f.version END,
		CASE WHEN 'variant' = ANY(split) THEN f.experiment_id END, CASE WHEN 'variant' = ANY(split) THEN f.variant_no END,
		CASE WHEN 'model' = ANY(split) THEN f.provider_name END, CASE WHEN 'model' = ANY(split) THEN f.model END)
		AS g ("time", prompt_id, version, experiment_id, variant_no, provider_name, model)
	GROUP BY g."time", g.prompt_id, g.version, g.experiment_id, g.variant_no, g.provider_name, g.model;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.execution_figures(timestamptz, timestamptz, text, text[], uuid, integer) IS
'Figures of executions of a period, current to the last committed one, from the job''s figures and what it has not yet added up.
from_time, to_time: the period, extended to whole hours (UTC), see figure_ranges(); span: hour, day, week or month for a row of each that has executions, NULL for the whole; split: rows per prompt, version, variant, model; columns not split by are NULL; only_prompt, only_version: only theirs. seconds is the sum of the durations; latency and users are sketches, read them with quantile(), count_within() and distinct_count(). 22023 for a bad period or span.';

CREATE FUNCTION prompt_mgr.tally_figures(
	kind text, from_time timestamptz, to_time timestamptz, span text DEFAULT NULL, split text[] DEFAULT '{prompt}',
	only_prompt uuid DEFAULT NULL, only_version integer DEFAULT NULL)
RETURNS TABLE ("time" timestamptz, prompt_id uuid, version integer, experiment_id uuid, variant_no smallint, provider_name text, model text,
	name text, n bigint, total numeric, total2 numeric, mean double precision, sd double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET max_parallel_workers_per_gather = 0
AS $function$
#variable_conflict use_column
DECLARE
	mark xid8;
	lowest timestamptz;
	highest timestamptz;
	first_day timestamptz;
	last_day timestamptz;
	series uuid[];
BEGIN
	SELECT min(r.lower), max(r.upper), min(r.lower) FILTER (WHERE r.grain = 'day'), max(r.upper) FILTER (WHERE r.grain = 'day')
	INTO lowest, highest, first_day, last_day
	FROM prompt_mgr.figure_ranges(tally_figures.from_time, tally_figures.to_time, tally_figures.span) AS r;
	series := prompt_mgr.series_of(only_prompt, only_version);
	IF (tally_figures.kind IN ('error', 'score')) IS NOT TRUE THEN
		RAISE EXCEPTION 'kind must be error or score'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'kind', 'reason', 'must be error or score'));
	END IF;
	SELECT w.watermark INTO mark FROM prompt_mgr.execution_watermark AS w;
	RETURN QUERY
	WITH figure AS (
		SELECT s.prompt_id, s.version, s.experiment_id, s.variant_no, s.provider_name, s.model, x.bucket AS "time", x.name, x.n, x.total, x.total2
		FROM (SELECT d.* FROM prompt_mgr.execution_tally AS d
				WHERE (series IS NULL OR d.series_id = ANY(series)) AND d.span = 'day' AND d.bucket >= first_day AND d.bucket < last_day
			UNION ALL SELECT h.* FROM prompt_mgr.execution_tally AS h
				WHERE (series IS NULL OR h.series_id = ANY(series)) AND h.span = 'hour' AND h.bucket >= lowest AND h.bucket < coalesce(first_day, highest)
			UNION ALL SELECT h.* FROM prompt_mgr.execution_tally AS h
				WHERE (series IS NULL OR h.series_id = ANY(series)) AND h.span = 'hour' AND h.bucket >= last_day AND h.bucket < highest) AS x
		JOIN prompt_mgr.execution_series AS s ON s.series_id = x.series_id
		WHERE x.kind = tally_figures.kind
		UNION ALL
		SELECT c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model, c.hour, c.name, c.n, c.total, c.total2
		FROM prompt_mgr.tally_changes(coalesce(mark, '0'), '18446744073709551615', lowest, highest, only_prompt, only_version) AS c
		WHERE c.kind = tally_figures.kind
	)
	SELECT g."time", g.prompt_id, g.version, g.experiment_id, g.variant_no, g.provider_name, g.model, f.name,
		sum(f.n)::bigint, sum(f.total), sum(f.total2), (sum(f.total) / nullif(sum(f.n), 0))::double precision,
		sqrt((sum(f.total2) - sum(f.total) * sum(f.total) / nullif(sum(f.n), 0)) / nullif(sum(f.n) - 1, 0))::double precision
	FROM figure AS f
	CROSS JOIN LATERAL (SELECT date_trunc(tally_figures.span, f."time", 'UTC'), CASE WHEN 'prompt' = ANY(split) THEN f.prompt_id END,
		CASE WHEN 'version' = ANY(split) THEN f.version END,
		CASE WHEN 'variant' = ANY(split) THEN f.experiment_id END, CASE WHEN 'variant' = ANY(split) THEN f.variant_no END,
		CASE WHEN 'model' = ANY(split) THEN f.provider_name END, CASE WHEN 'model' = ANY(split) THEN f.model END)
		AS g ("time", prompt_id, version, experiment_id, variant_no, provider_name, model)
	GROUP BY g."time", g.prompt_id, g.version, g.experiment_id, g.variant_no, g.provider_name, g.model, f.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.tally_figures(text, timestamptz, timestamptz, text, text[], uuid, integer) IS
'Errors by type, or values by name, of the executions of a period; n counts executions.
kind: error, or score for values with their total, mean and sample standard deviation; confidence is among them. The other arguments as for execution_figures().';

CREATE FUNCTION prompt_mgr.prompt_analytics(
	name text, from_time timestamptz DEFAULT now() - interval '7 days', to_time timestamptz DEFAULT now(), version integer DEFAULT NULL)
RETURNS TABLE (period_from timestamptz, period_to timestamptz, executions bigint, users bigint,
	successes bigint, errors bigint, success_rate double precision, error_rate double precision,
	latency_avg double precision, latency_p50 double precision, latency_p90 double precision, latency_p95 double precision, latency_p99 double precision,
	input_tokens bigint, output_tokens bigint, cache_read_input_tokens bigint, cost_usd numeric, cost_per_execution numeric,
	satisfaction double precision, quality jsonb, error_types jsonb, top_variables jsonb,
	executions_change double precision, users_change double precision, success_rate_change double precision,
	latency_p95_change double precision, tokens_change double precision, cost_change double precision, satisfaction_change double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(prompt_analytics.name);
	shift interval;
	now_figures record;
	was record;
	rating_was double precision;
BEGIN
	SELECT min(r.lower), max(r.upper) INTO period_from, period_to FROM prompt_mgr.figure_ranges(from_time, to_time) AS r;
	shift := period_to - period_from;
	-- One row each, also where there is nothing.
	SELECT coalesce(sum(f.executions), 0) AS executions, coalesce(sum(f.errors), 0) AS errors, coalesce(sum(f.input_tokens), 0) AS input_tokens,
		coalesce(sum(f.output_tokens), 0) AS output_tokens, coalesce(sum(f.cache_read_input_tokens), 0) AS cache_read, coalesce(sum(f.cost_usd), 0) AS cost_usd,
		sum(f.seconds) AS seconds, prompt_mgr.rollup(f.latency) AS latency, prompt_mgr.rollup(f.users) AS users
	INTO now_figures
	FROM prompt_mgr.execution_figures(from_time, to_time, only_prompt => id, only_version => version) AS f;
	SELECT coalesce(sum(f.executions), 0) AS executions, coalesce(sum(f.errors), 0) AS errors, coalesce(sum(f.input_tokens + f.output_tokens), 0) AS tokens,
		coalesce(sum(f.cost_usd), 0) AS cost_usd, prompt_mgr.rollup(f.latency) AS latency, prompt_mgr.rollup(f.users) AS users
	INTO was
	FROM prompt_mgr.execution_figures(period_from - shift, period_from, only_prompt => id, only_version => version) AS f;

	executions := now_figures.executions;
	users := prompt_mgr.distinct_count(now_figures.users);
	errors := now_figures.errors;
	successes := executions - errors;
	success_rate := successes::double precision / nullif(executions, 0);
	error_rate := errors::double precision / nullif(executions, 0);
	latency_avg := now_figures.seconds / nullif(prompt_mgr.count_within(now_figures.latency), 0);
	latency_p50 := prompt_mgr.quantile(now_figures.latency, 0.5);
	latency_p90 := prompt_mgr.quantile(now_figures.latency, 0.9);
	latency_p95 := prompt_mgr.quantile(now_figures.latency, 0.95);
	latency_p99 := prompt_mgr.quantile(now_figures.latency, 0.99);
	input_tokens := now_figures.input_tokens;
	output_tokens := now_figures.output_tokens;
	cache_read_input_tokens := now_figures.cache_read;
	cost_usd := now_figures.cost_usd;
	cost_per_execution := cost_usd / nullif(executions, 0);
	SELECT max(t.mean) FILTER (WHERE t.name = 'rating'),
		coalesce(jsonb_object_agg(t.name, jsonb_build_object('n', t.n, 'mean', t.mean, 'sd', t.sd)), '{}')
	INTO satisfaction, quality
	FROM prompt_mgr.tally_figures('score', from_time, to_time, only_prompt => id, only_version => version) AS t;
	SELECT coalesce(jsonb_object_agg(t.name, t.n), '{}') INTO error_types
	FROM prompt_mgr.tally_figures('error', from_time, to_time, only_prompt => id, only_version => version) AS t;
	-- The variables stored are the editors' to see.
	IF has_column_privilege('prompt_mgr.execution', 'variables', 'SELECT') THEN
		SELECT coalesce(jsonb_agg(jsonb_build_object('variable', v.variable, 'value', v.value, 'executions', v.executions) ORDER BY v.executions DESC, v.variable, v.value), '[]')
		INTO top_variables
		FROM prompt_mgr.top_variables(prompt_analytics.name, from_time, to_time, version, max_rows => 10, sample => 1000) AS v;
	END IF;

	SELECT max(t.mean) INTO rating_was
	FROM prompt_mgr.tally_figures('score', period_from - shift, period_from, only_prompt => id, only_version => version) AS t WHERE t.name = 'rating';
	executions_change := executions / nullif(was.executions, 0)::double precision - 1;
	users_change := users / nullif(prompt_mgr.distinct_count(was.users), 0)::double precision - 1;
	success_rate_change := success_rate - (was.executions - was.errors)::double precision / nullif(was.executions, 0);
	latency_p95_change := latency_p95 / nullif(prompt_mgr.quantile(was.latency, 0.95), 0) - 1;
	tokens_change := (input_tokens + output_tokens) / nullif(was.tokens, 0)::double precision - 1;
	cost_change := (cost_usd / nullif(was.cost_usd, 0))::double precision - 1;
	satisfaction_change := satisfaction - rating_was;
	RETURN NEXT;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_analytics(text, timestamptz, timestamptz, integer) IS
'What happened to a prompt, or to a version of it, in a period: usage, success, latency, tokens, cost, quality, and the change against the period of the same length before.
The period is extended to whole hours (UTC), period_from and period_to; figures are current to the last committed execution. Latency in seconds, percentiles within 1.1 %; users are estimated, with a standard error of 1.6 % at most; satisfaction is the mean rating; quality: name to n, mean and sd; error_types: type to number; top_variables: of the last 1000 executions with variables, NULL for who may not see them. ..._change: 0.1 is a tenth more; of success_rate and satisfaction the difference; NULL where there was nothing before. PT404 unknown prompt, 22023 for a period without length.';

CREATE FUNCTION prompt_mgr.prompt_id_of(name text) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN r.prompt_id FROM prompt_mgr.resolve_prompt(prompt_id_of.name) AS r;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_id_of(text) IS
'Identity of the prompt that has a name, or had it before it was renamed.
PT404 where it does not exist or is not visible.';

CREATE FUNCTION prompt_mgr.prompt_timeline(
	name text, from_time timestamptz DEFAULT now() - interval '7 days', to_time timestamptz DEFAULT now(), span text DEFAULT 'day', version integer DEFAULT NULL)
RETURNS TABLE ("time" timestamptz, executions bigint, users bigint, errors bigint, success_rate double precision,
	latency_avg double precision, latency_p50 double precision, latency_p95 double precision, latency_p99 double precision,
	input_tokens bigint, output_tokens bigint, cost_usd numeric, satisfaction double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 30
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(prompt_timeline.name);
BEGIN
	IF prompt_timeline.span IS NULL THEN
		RAISE EXCEPTION 'span must not be NULL'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'span', 'reason', 'must not be NULL'));
	END IF;
	RETURN QUERY
	SELECT f."time", f.executions, prompt_mgr.distinct_count(f.users), f.errors, (f.executions - f.errors)::double precision / f.executions,
		(f.seconds / nullif(prompt_mgr.count_within(f.latency), 0))::double precision,
		prompt_mgr.quantile(f.latency, 0.5), prompt_mgr.quantile(f.latency, 0.95), prompt_mgr.quantile(f.latency, 0.99),
		f.input_tokens, f.output_tokens, f.cost_usd, t.mean
	FROM prompt_mgr.execution_figures(prompt_timeline.from_time, prompt_timeline.to_time, prompt_timeline.span, only_prompt => id, only_version => prompt_timeline.version) AS f
	LEFT JOIN prompt_mgr.tally_figures('score', prompt_timeline.from_time, prompt_timeline.to_time, prompt_timeline.span, only_prompt => id, only_version => prompt_timeline.version) AS t
		ON t."time" = f."time" AND t.name = 'rating'
	ORDER BY f."time";
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_timeline(text, timestamptz, timestamptz, text, integer) IS
'Figures of a prompt, or of a version of it, per hour, day, week or month (UTC) in which it was executed.
Columns as in prompt_analytics(); "time" is when the span began, weeks begin on Monday. Only what of a span lies in the period counts.';

CREATE FUNCTION prompt_mgr.prompt_usage(
	from_time timestamptz DEFAULT now() - interval '30 days', to_time timestamptz DEFAULT now(), prefix text DEFAULT '')
RETURNS TABLE (name text, executions bigint, errors bigint, users bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, latency_p95 double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT p.name, f.executions, f.errors, prompt_mgr.distinct_count(f.users), f.input_tokens, f.output_tokens, f.cost_usd, prompt_mgr.quantile(f.latency, 0.95)
	FROM prompt_mgr.execution_figures(prompt_usage.from_time, prompt_usage.to_time) AS f
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = f.prompt_id
	WHERE starts_with(p.name, coalesce(prefix, ''))
	ORDER BY f.executions DESC, p.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_usage(timestamptz, timestamptz, text) IS
'How much each prompt was used in a period, the most used first; prompts that were not are left out.
prefix: only names that begin so. Join it with list_prompts() by name.';

CREATE FUNCTION prompt_mgr.version_usage(
	name text, from_time timestamptz DEFAULT now() - interval '30 days', to_time timestamptz DEFAULT now(), sample integer DEFAULT 10000)
RETURNS TABLE (version integer, executions bigint, errors bigint, users bigint, latency_p50 double precision,
	input_tokens_p50 double precision, output_tokens_p50 double precision, cost_usd_p50 double precision, scores jsonb,
	first_day date, last_day date)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(version_usage.name);
BEGIN
	IF (sample BETWEEN 1 AND 1000000) IS NOT TRUE THEN
		RAISE EXCEPTION 'sample must be between 1 and 1000000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'sample', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	WITH recent AS (
		-- The figures keep no distribution of these, so the newest rows tell.
		SELECT x.version, percentile_cont(0.5) WITHIN GROUP (ORDER BY x.input_tokens) AS input_tokens,
			percentile_cont(0.5) WITHIN GROUP (ORDER BY x.output_tokens) AS output_tokens, percentile_cont(0.5) WITHIN GROUP (ORDER BY x.cost_usd) AS cost_usd
		FROM (SELECT e.version, e.input_tokens, e.output_tokens, e.cost_usd FROM prompt_mgr.execution AS e
			WHERE e.prompt_id = id AND e.created_at >= version_usage.from_time AND e.created_at < version_usage.to_time
			ORDER BY e.created_at DESC LIMIT sample) AS x
		GROUP BY x.version
	), day AS (
		SELECT d.version, min(d."time" AT TIME ZONE 'UTC')::date AS first, max(d."time" AT TIME ZONE 'UTC')::date AS last
		FROM prompt_mgr.execution_figures(version_usage.from_time, version_usage.to_time, 'day', '{version}', id) AS d
		GROUP BY d.version
	), score AS (
		SELECT t.version, jsonb_object_agg(t.name, t.mean) AS means
		FROM prompt_mgr.tally_figures('score', version_usage.from_time, version_usage.to_time, split => '{version}', only_prompt => id) AS t
		GROUP BY t.version
	)
	SELECT f.version, f.executions, f.errors, prompt_mgr.distinct_count(f.users), prompt_mgr.quantile(f.latency, 0.5),
		r.input_tokens, r.output_tokens, r.cost_usd, s.means, d.first, d.last
	FROM prompt_mgr.execution_figures(version_usage.from_time, version_usage.to_time, split => '{version}', only_prompt => id) AS f
	LEFT JOIN recent AS r ON r.version = f.version
	LEFT JOIN score AS s ON s.version = f.version
	LEFT JOIN day AS d ON d.version = f.version
	ORDER BY f.version DESC;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.version_usage(text, timestamptz, timestamptz, integer) IS
'How each version of a prompt did in a period, the newest first: executions, median latency (seconds), tokens and cost (USD), means of the scores, first and last day of use (UTC).
Versions that were not used are left out. Medians of tokens and cost are over the last sample executions of the prompt, NULL for a version that is not among them. PT404 unknown prompt, 22023 sample or a period without length.';

CREATE FUNCTION prompt_mgr.compare_versions(
	name text, a integer, b integer, from_time timestamptz DEFAULT now() - interval '30 days', to_time timestamptz DEFAULT now())
RETURNS TABLE (metric text, value_a double precision, value_b double precision, difference double precision, change double precision, p_value double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(compare_versions.name);
	missing integer;
BEGIN
	SELECT w.version INTO missing FROM unnest(ARRAY[compare_versions.a, compare_versions.b]) AS w (version)
	WHERE NOT EXISTS (SELECT FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = id AND v.version = w.version);
	IF FOUND THEN
		RAISE EXCEPTION 'prompt "%" has no version %', compare_versions.name, missing USING ERRCODE = 'PT404';
	END IF;
	RETURN QUERY
	WITH side AS (
		SELECT w.version, coalesce(f.executions, 0) AS executions, coalesce(f.errors, 0) AS errors, m.*
		FROM unnest(ARRAY[compare_versions.a, compare_versions.b]) AS w (version)
		LEFT JOIN prompt_mgr.execution_figures(compare_versions.from_time, compare_versions.to_time, split => '{version}', only_prompt => id) AS f ON f.version = w.version
		CROSS JOIN LATERAL (VALUES
			(1, 'executions', coalesce(f.executions, 0)::double precision),
			(2, 'users', coalesce(prompt_mgr.distinct_count(f.users), 0)),
			(3, 'success_rate', (f.executions - f.errors)::double precision / f.executions),
			(4, 'latency_avg', f.seconds / nullif(prompt_mgr.count_within(f.latency), 0)),
			(5, 'latency_p50', prompt_mgr.quantile(f.latency, 0.5)),
			(6, 'latency_p95', prompt_mgr.quantile(f.latency, 0.95)),
			(7, 'latency_p99', prompt_mgr.quantile(f.latency, 0.99)),
			(8, 'input_tokens', f.input_tokens::double precision / f.executions),
			(9, 'output_tokens', f.output_tokens::double precision / f.executions),
			(10, 'cost_usd', f.cost_usd / f.executions)) AS m (place, metric, value)
	), score AS (
		SELECT t.* FROM prompt_mgr.tally_figures('score', compare_versions.from_time, compare_versions.to_time, split => '{version}', only_prompt => id) AS t
	), pair AS (
		SELECT x.place, x.metric, x.value AS a, y.value AS b, CASE WHEN x.metric = 'success_rate' AND x.executions > 0 AND y.executions > 0 THEN
			(SELECT z.p_value FROM prompt_mgr.ztest_counts(x.executions - x.errors, x.executions, y.executions - y.errors, y.executions) AS z) END AS p_value
		FROM side AS x JOIN side AS y ON y.place = x.place
		WHERE x.version = compare_versions.a AND y.version = compare_versions.b
		UNION ALL
		SELECT 11, 'score ' || n.name, x.mean, y.mean, CASE WHEN x.n > 1 AND y.n > 1 THEN
			(SELECT w.p_value FROM prompt_mgr.welch_moments(x.n, x.mean, x.sd, y.n, y.mean, y.sd) AS w) END
		FROM (SELECT DISTINCT s.name FROM score AS s WHERE s.version IN (compare_versions.a, compare_versions.b)) AS n
		LEFT JOIN score AS x ON x.name = n.name AND x.version = compare_versions.a
		LEFT JOIN score AS y ON y.name = n.name AND y.version = compare_versions.b
	)
	SELECT p.metric, p.a, p.b, p.b - p.a, p.b / nullif(p.a, 0) - 1, p.p_value FROM pair AS p ORDER BY p.place, p.metric;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.compare_versions(text, integer, integer, timestamptz, timestamptz) IS
'Two versions of a prompt side by side, a row per metric; difference is value_b - value_a, change 0.1 a tenth more.
Tokens and cost are per execution, latency in seconds, "score x" the mean of a value. p_value: of a two-proportion z-test for the success rate and of Welch''s test for values, each execution taken as a unit. That is an observation, not an experiment: who got which version was not drawn by lot, and looking again and again finds differences that are none. PT404 unknown prompt or version.';

CREATE FUNCTION prompt_mgr.error_summary(
	name text, from_time timestamptz DEFAULT now() - interval '7 days', to_time timestamptz DEFAULT now(), version integer DEFAULT NULL, max_rows integer DEFAULT 20)
RETURNS TABLE (error_type text, errors bigint, share double precision, error_rate double precision, versions integer[], last_at timestamptz, last_message text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(error_summary.name);
	executions bigint;
BEGIN
	IF (max_rows BETWEEN 1 AND 1000) IS NOT TRUE THEN
		RAISE EXCEPTION 'max_rows must be between 1 and 1000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'max_rows', 'reason', 'out of range'));
	END IF;
	SELECT sum(f.executions) INTO executions
	FROM prompt_mgr.execution_figures(error_summary.from_time, error_summary.to_time, only_prompt => id, only_version => error_summary.version) AS f;
	RETURN QUERY
	WITH type AS (
		SELECT t.name, sum(t.n)::bigint AS n, array_agg(t.version ORDER BY t.version) AS versions
		FROM prompt_mgr.tally_figures('error', error_summary.from_time, error_summary.to_time, split => '{version}', only_prompt => id, only_version => error_summary.version) AS t
		GROUP BY t.name
	), recent AS (
		SELECT DISTINCT ON (coalesce(x.error_type, '_OTHER')) coalesce(x.error_type, '_OTHER') AS name, x.created_at, x.error_message
		FROM (SELECT e.success, e.error_type, e.created_at, e.error_message FROM prompt_mgr.execution AS e
			WHERE e.prompt_id = id AND e.created_at >= error_summary.from_time AND e.created_at < error_summary.to_time
				AND (error_summary.version IS NULL OR e.version = error_summary.version)
			ORDER BY e.created_at DESC LIMIT 10000) AS x
		WHERE NOT x.success
		ORDER BY coalesce(x.error_type, '_OTHER'), x.created_at DESC
	)
	SELECT t.name, t.n, t.n::double precision / sum(t.n) OVER (), t.n::double precision / executions, t.versions, r.created_at, r.error_message
	FROM type AS t LEFT JOIN recent AS r ON r.name = t.name
	ORDER BY t.n DESC, t.name LIMIT max_rows;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.error_summary(text, timestamptz, timestamptz, integer, integer) IS
'Errors of a prompt, or of a version of it, by type, the most frequent first.
share: of the errors; error_rate: of the executions; versions: where it happened; last_at, last_message: the latest one, if it is among the last 10,000 executions of the period that are still there. _OTHER: an error without a type. Period and errors as for prompt_analytics().';

CREATE FUNCTION prompt_mgr.top_variables(
	name text, from_time timestamptz DEFAULT now() - interval '7 days', to_time timestamptz DEFAULT now(), version integer DEFAULT NULL,
	only_variable text DEFAULT NULL, max_rows integer DEFAULT 10, sample integer DEFAULT 10000)
RETURNS TABLE (variable text, value text, executions bigint, share double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid := prompt_mgr.prompt_id_of(top_variables.name);
	path text := CASE WHEN (max_rows BETWEEN 1 AND 1000) IS NOT TRUE THEN 'max_rows' WHEN (sample BETWEEN 1 AND 1000000) IS NOT TRUE THEN 'sample' END;
BEGIN
	IF path IS NOT NULL THEN
		RAISE EXCEPTION '% is out of range', path
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', path, 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	WITH last AS (
		SELECT x.variables FROM (SELECT e.variables FROM prompt_mgr.execution AS e
			WHERE e.prompt_id = id AND e.created_at >= top_variables.from_time AND e.created_at < top_variables.to_time
				AND (top_variables.version IS NULL OR e.version = top_variables.version)
			ORDER BY e.created_at DESC LIMIT sample) AS x
		WHERE jsonb_typeof(x.variables) = 'object'
	)
	SELECT v.key, v.value, count(*), count(*) / (SELECT count(*) FROM last AS l)::double precision
	FROM last AS l CROSS JOIN LATERAL jsonb_each_text(l.variables) AS v
	WHERE (only_variable IS NULL OR v.key = only_variable)
	GROUP BY v.key, v.value
	ORDER BY count(*) DESC, v.key COLLATE "C", v.value COLLATE "C" LIMIT max_rows;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.top_variables(text, timestamptz, timestamptz, integer, text, integer, integer) IS
'Which values of variables a prompt was executed with most, of the last sample executions of a period that are still there.
only_variable: only this one; share: of the executions looked at that have variables. Variables are stored only where configure_executions() says so, and seen from level editor on: 42501 below. PT404 unknown prompt.';
