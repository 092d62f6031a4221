-- From executions to figures.  The same functions add up what the job takes up
-- and what it has not yet taken up, so that figures read are those of the raw
-- rows at any moment.

-- What a series is named by.
CREATE FUNCTION prompt_mgr._series_id(prompt_id uuid, version integer, experiment_id uuid, variant_no smallint, provider_name text, model text)
RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(substr(sha256(convert_to(jsonb_build_array(prompt_id, version, experiment_id, variant_no, provider_name, model)::text, 'UTF8')), 1, 16), 'hex')::uuid;

COMMENT ON FUNCTION prompt_mgr._series_id(uuid, integer, uuid, smallint, text, text) IS
'internal: the identity of a series, a hash of what it is';

CREATE FUNCTION prompt_mgr.written_since(relation regclass, since xid8, from_time timestamptz, to_time timestamptz, OUT lower timestamptz, OUT upper timestamptz)
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_written_since';

COMMENT ON FUNCTION prompt_mgr.written_since(regclass, xid8, timestamptz, timestamptz) IS
'Time within a period that its rows of transactions from since on are of, made of whole partitions; NULL where there are none.
relation: the log of executions or that of values. Asked before a query for such rows, so that the query is planned over the partitions that have some. 42809 for another table.';

-- With many partitions the planning is what costs, so it is for those alone
-- that have what is asked for.  A small table that a policy looks at is scanned
-- all the same, at a cost that compilation would take for a long query.
CREATE FUNCTION prompt_mgr.execution_changes(
	since xid8, before xid8, from_time timestamptz DEFAULT '-infinity', to_time timestamptz DEFAULT 'infinity',
	only_prompt uuid DEFAULT NULL, only_version integer DEFAULT NULL)
RETURNS TABLE (prompt_id uuid, version integer, experiment_id uuid, variant_no smallint, provider_name text, model text,
	hour timestamptz, executions bigint, errors bigint, input_tokens bigint, output_tokens bigint,
	cache_read_input_tokens bigint, cache_write_input_tokens bigint, reasoning_output_tokens bigint,
	cost_usd numeric, seconds numeric, latency prompt_mgr.latency_sketch, users prompt_mgr.distinct_sketch)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
	written record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT w.* INTO written FROM prompt_mgr.written_since('prompt_mgr.execution', execution_changes.since, execution_changes.from_time, execution_changes.to_time) AS w;
	IF written.lower IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT x.prompt_id, x.version, x.experiment_id, x.variant_no, x.provider_name, coalesce(x.request_model, x.response_model) AS model,
		date_trunc('hour', x.created_at, 'UTC') AS hour, count(*), count(*) FILTER (WHERE NOT x.success),
		coalesce(sum(x.input_tokens), 0), coalesce(sum(x.output_tokens), 0), coalesce(sum(x.cache_read_input_tokens), 0),
		coalesce(sum(x.cache_write_input_tokens), 0), coalesce(sum(x.reasoning_output_tokens), 0),
		coalesce(sum(x.cost_usd), 0), coalesce(sum(x.duration::numeric), 0),
		prompt_mgr.latency_sketch(x.duration), prompt_mgr.distinct_sketch(x.user_id)
	FROM prompt_mgr.execution AS x
	WHERE x.xact >= execution_changes.since AND x.xact < execution_changes.before
		AND x.created_at >= written.lower AND x.created_at < written.upper
		AND (only_prompt IS NULL OR x.prompt_id = only_prompt)
		AND (only_version IS NULL OR x.version = only_version)
	GROUP BY x.prompt_id, x.version, x.experiment_id, x.variant_no, x.provider_name, coalesce(x.request_model, x.response_model), date_trunc('hour', x.created_at, 'UTC');
END
$function$;

COMMENT ON FUNCTION prompt_mgr.execution_changes(xid8, xid8, timestamptz, timestamptz, uuid, integer) IS
'Executions written by the transactions from since up to, not including, before, added up per version, variant, model and hour (UTC); what the job adds to the figures.
from_time, to_time: only those that began then; only_prompt, only_version: only theirs.';

CREATE FUNCTION prompt_mgr.tally_changes(
	since xid8, before xid8, from_time timestamptz DEFAULT '-infinity', to_time timestamptz DEFAULT 'infinity',
	only_prompt uuid DEFAULT NULL, only_version integer DEFAULT NULL)
RETURNS TABLE (prompt_id uuid, version integer, experiment_id uuid, variant_no smallint, provider_name text, model text,
	hour timestamptz, kind text, name text, n bigint, total numeric, total2 numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
	written record;
	valued record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT w.* INTO written FROM prompt_mgr.written_since('prompt_mgr.execution', tally_changes.since, tally_changes.from_time, tally_changes.to_time) AS w;
	SELECT w.* INTO valued FROM prompt_mgr.written_since('prompt_mgr.execution_score', tally_changes.since, tally_changes.from_time, tally_changes.to_time) AS w;
	IF coalesce(written.lower, valued.lower) IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH named AS (
		SELECT x.prompt_id, x.version, x.experiment_id, x.variant_no, x.provider_name, coalesce(x.request_model, x.response_model) AS model,
			x.created_at, t.kind, t.name, 1 AS n, t.value::numeric AS value, 0::numeric AS was
		FROM prompt_mgr.execution AS x
		CROSS JOIN LATERAL (VALUES ('error', coalesce(x.error_type, '_OTHER'), CASE WHEN NOT x.success THEN 0 END),
			('score', 'confidence', x.confidence)) AS t (kind, name, value)
		WHERE x.xact >= tally_changes.since AND x.xact < tally_changes.before
			AND x.created_at >= written.lower AND x.created_at < written.upper
			AND t.value IS NOT NULL
		UNION ALL
		SELECT x.prompt_id, x.version, x.experiment_id, x.variant_no, x.provider_name, coalesce(x.request_model, x.response_model),
			s.created_at, 'score', s.name, (s.was IS NULL)::integer, s.value::numeric, coalesce(s.was, 0)::numeric
		FROM prompt_mgr.execution_score AS s
		-- LIMIT keeps this an index lookup per value.
		CROSS JOIN LATERAL (SELECT e.prompt_id, e.version, e.experiment_id, e.variant_no, e.provider_name, e.request_model, e.response_model
			FROM prompt_mgr.execution AS e WHERE e.execution_id = s.execution_id AND e.created_at = s.created_at
				AND e.created_at >= valued.lower AND e.created_at < valued.upper LIMIT 1) AS x
		WHERE s.xact >= tally_changes.since AND s.xact < tally_changes.before
			AND s.created_at >= valued.lower AND s.created_at < valued.upper
	)
	SELECT c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model, date_trunc('hour', c.created_at, 'UTC'), c.kind, c.name,
		sum(c.n), sum(c.value - c.was), sum(c.value * c.value - c.was * c.was)
	FROM named AS c
	WHERE (only_prompt IS NULL OR c.prompt_id = only_prompt)
		AND (only_version IS NULL OR c.version = only_version)
	GROUP BY c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model, date_trunc('hour', c.created_at, 'UTC'), c.kind, c.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.tally_changes(xid8, xid8, timestamptz, timestamptz, uuid, integer) IS
'Errors by type and values by name, written by the transactions from since up to, not including, before, per version, variant, model and hour (UTC) of the execution.
A value that replaces another takes the place of it in the sums. Arguments as for execution_changes().';

CREATE FUNCTION prompt_mgr._rolled_up_to() RETURNS xid8
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN coalesce((SELECT w.watermark FROM prompt_mgr.execution_watermark AS w
		WHERE w.cluster = (SELECT s.system_identifier FROM pg_control_system() AS s)), '0');
END
$function$;

COMMENT ON FUNCTION prompt_mgr._rolled_up_to() IS
'internal: executions and values of older transactions are in the figures; a partition that has others must not be dropped';

-- A state of the sketches is 13 kB for a group.
CREATE FUNCTION prompt_mgr._add_figures(since xid8, before xid8, from_time timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
AS $function$
DECLARE
	added bigint;
BEGIN
	WITH change AS MATERIALIZED (
		SELECT prompt_mgr._series_id(c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model) AS series_id, c.*
		FROM prompt_mgr.execution_changes(since, before, from_time) AS c
	), series AS (
		INSERT INTO prompt_mgr.execution_series (series_id, prompt_id, version, experiment_id, variant_no, provider_name, model)
		SELECT DISTINCT c.series_id, c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model FROM change AS c
		ON CONFLICT ON CONSTRAINT execution_series_pkey DO NOTHING
	), kept AS (
		INSERT INTO prompt_mgr.execution_rollup AS r (series_id, span, bucket, executions, errors, input_tokens, output_tokens,
			cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens, cost_usd, seconds, latency, users)
		SELECT c.series_id, s.span, date_trunc(s.span, c.hour, 'UTC'), sum(c.executions), sum(c.errors), sum(c.input_tokens), sum(c.output_tokens),
			sum(c.cache_read_input_tokens), sum(c.cache_write_input_tokens), sum(c.reasoning_output_tokens), sum(c.cost_usd), sum(c.seconds),
			prompt_mgr.rollup(c.latency), prompt_mgr.rollup(c.users)
		FROM change AS c CROSS JOIN unnest('{hour,day}'::text[]) AS s (span)
		GROUP BY c.series_id, s.span, date_trunc(s.span, c.hour, 'UTC')
		ON CONFLICT ON CONSTRAINT execution_rollup_pkey DO UPDATE SET
			executions = r.executions + EXCLUDED.executions, errors = r.errors + EXCLUDED.errors,
			input_tokens = r.input_tokens + EXCLUDED.input_tokens, output_tokens = r.output_tokens + EXCLUDED.output_tokens,
			cache_read_input_tokens = r.cache_read_input_tokens + EXCLUDED.cache_read_input_tokens,
			cache_write_input_tokens = r.cache_write_input_tokens + EXCLUDED.cache_write_input_tokens,
			reasoning_output_tokens = r.reasoning_output_tokens + EXCLUDED.reasoning_output_tokens,
			cost_usd = r.cost_usd + EXCLUDED.cost_usd, seconds = r.seconds + EXCLUDED.seconds,
			latency = prompt_mgr._latency_sketch_combine(r.latency::prompt_mgr.latency_sketch, EXCLUDED.latency::prompt_mgr.latency_sketch),
			users = prompt_mgr._distinct_sketch_combine(r.users::prompt_mgr.distinct_sketch, EXCLUDED.users::prompt_mgr.distinct_sketch)
	)
	SELECT coalesce(sum(c.executions), 0) INTO added FROM change AS c;

	-- What is said of an execution may be due before the execution itself is.
	WITH change AS MATERIALIZED (
		SELECT prompt_mgr._series_id(c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model) AS series_id, c.*
		FROM prompt_mgr.tally_changes(since, before, from_time) AS c
	), series AS (
		INSERT INTO prompt_mgr.execution_series (series_id, prompt_id, version, experiment_id, variant_no, provider_name, model)
		SELECT DISTINCT c.series_id, c.prompt_id, c.version, c.experiment_id, c.variant_no, c.provider_name, c.model FROM change AS c
		ON CONFLICT ON CONSTRAINT execution_series_pkey DO NOTHING
	)
	INSERT INTO prompt_mgr.execution_tally AS t (series_id, span, bucket, kind, name, n, total, total2)
	SELECT c.series_id, s.span, date_trunc(s.span, c.hour, 'UTC'), c.kind, c.name, sum(c.n), sum(c.total), sum(c.total2)
	FROM change AS c CROSS JOIN unnest('{hour,day}'::text[]) AS s (span)
	GROUP BY c.series_id, s.span, date_trunc(s.span, c.hour, 'UTC'), c.kind, c.name
	ON CONFLICT ON CONSTRAINT execution_tally_pkey DO UPDATE SET
		n = t.n + EXCLUDED.n, total = t.total + EXCLUDED.total, total2 = t.total2 + EXCLUDED.total2;
	RETURN added;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._add_figures(xid8, xid8, timestamptz) IS
'internal: adds the executions and values of some transactions to the figures of hours and days';

-- Restored elsewhere: the rows' transactions mean nothing here.  All that came
-- with the dump are over.  What there are rows of is added up once more, older
-- figures stay as they are.
CREATE FUNCTION prompt_mgr._readd_figures(before xid8, dropped_to timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	from_time timestamptz := CASE WHEN isfinite(dropped_to) THEN date_trunc('day', dropped_to + interval '1 day' - interval '1 microsecond', 'UTC') ELSE dropped_to END;
BEGIN
	UPDATE prompt_mgr.execution AS x SET xact = '1' WHERE x.xact >= before;
	UPDATE prompt_mgr.execution_score AS s SET xact = '1' WHERE s.xact >= before;
	DELETE FROM prompt_mgr.execution_tally AS t WHERE t.bucket >= from_time;
	DELETE FROM prompt_mgr.execution_rollup AS r WHERE r.bucket >= from_time;
	RETURN from_time;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._readd_figures(xid8, timestamptz) IS
'internal: forgets the figures that can be added up once more from rows; since when';

CREATE FUNCTION prompt_mgr._execution_rollup(until timestamptz DEFAULT 'infinity', batch integer DEFAULT 50000) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $function$
DECLARE
	state record;
	here bigint := (SELECT s.system_identifier FROM pg_control_system() AS s);
	horizon xid8;
	upto xid8;
	written record;
	from_time timestamptz := '-infinity'::timestamptz;
	added bigint := 0;
BEGIN
	INSERT INTO prompt_mgr.execution_watermark (cluster) VALUES (here) ON CONFLICT DO NOTHING;
	SELECT w.* INTO state FROM prompt_mgr.execution_watermark AS w FOR NO KEY UPDATE;
	horizon := pg_snapshot_xmin(pg_current_snapshot());
	IF state.cluster <> here THEN
		from_time := prompt_mgr._readd_figures(horizon, state.dropped_to);
		state.watermark := '0';
	END IF;
	WHILE state.watermark < horizon LOOP
		SELECT w.* INTO written FROM prompt_mgr.written_since('prompt_mgr.execution', state.watermark, '-infinity', 'infinity') AS w;
		-- Whole transactions, until there is enough for once.
		upto := coalesce((SELECT min(n.xact) FROM prompt_mgr.execution AS n WHERE n.xact < horizon AND n.created_at >= written.lower AND n.created_at < written.upper
			AND n.xact > (SELECT x.xact FROM prompt_mgr.execution AS x WHERE x.xact >= state.watermark AND x.xact < horizon
				AND x.created_at >= written.lower AND x.created_at < written.upper ORDER BY x.xact OFFSET batch LIMIT 1)), horizon);
		added := added + prompt_mgr._add_figures(state.watermark, upto, from_time);
		UPDATE prompt_mgr.execution_watermark AS w SET watermark = upto, cluster = here, rolled_at = clock_timestamp();
		state.watermark := upto;
		state.cluster := here;
		-- What is added up once more is so in one go.
		EXIT WHEN clock_timestamp() >= until AND from_time = '-infinity';
	END LOOP;
	RETURN added;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._execution_rollup(timestamptz, integer) IS
'internal: adds executions and values of transactions that have ended since the last time to the figures, each once; how many executions';

CREATE FUNCTION prompt_mgr._tick_rollup(until timestamptz)
RETURNS TABLE (subject text, action text, detail text)
LANGUAGE plpgsql VOLATILE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	added bigint := prompt_mgr._execution_rollup(until);
	oldest timestamptz;
BEGIN
	IF added > 0 THEN
		RETURN QUERY SELECT NULL::text, 'rolled up', format('%s executions', added);
	END IF;
	-- Hours are kept as long as the executions are, and a quarter at least.
	oldest := date_trunc('day', clock_timestamp() - greatest(interval '92 days', (SELECT s.retention FROM prompt_mgr.execution_settings() AS s)), 'UTC');
	UPDATE prompt_mgr.execution_watermark AS w SET hours_from = oldest WHERE w.hours_from < oldest;
	IF FOUND THEN
		DELETE FROM prompt_mgr.execution_tally AS t WHERE t.span = 'hour' AND t.bucket < oldest;
		DELETE FROM prompt_mgr.execution_rollup AS r WHERE r.span = 'hour' AND r.bucket < oldest;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._tick_rollup(timestamptz) IS
'internal: step of tick(): figures of executions, and once a day an end to old hours';
