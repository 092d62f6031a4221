-- From rows to sums.  The unit is the row of every statistic: the outcomes of a
-- unit are first made one value.  The sums are numeric and so exact: adding a
-- unit's new value and taking away its old one leaves no trace of the order in
-- which rows came, and sums kept by the job equal sums over the raw rows to the
-- last bit.

-- An execution is an outcome too, of the metrics that name a column of it.
CREATE FUNCTION prompt_mgr.experiment_executions(id uuid, since xid8, before xid8, seen pg_snapshot)
RETURNS TABLE (metric_no smallint, unit text, value double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	-- Mostly there is no such metric, and no partition need be looked at.
	IF EXISTS (SELECT FROM prompt_mgr.experiment_metric AS m WHERE m.experiment_id = experiment_executions.id AND m.field IS NOT NULL) THEN
		RETURN QUERY
		SELECT m.metric_no, x.unit, v.value
		FROM prompt_mgr.execution AS x
		JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = x.experiment_id
		CROSS JOIN LATERAL (SELECT CASE m.field WHEN 'success' THEN x.success::integer WHEN 'duration' THEN x.duration
			WHEN 'time_to_first_chunk' THEN x.time_to_first_chunk WHEN 'cost_usd' THEN x.cost_usd::double precision
			WHEN 'input_tokens' THEN x.input_tokens WHEN 'output_tokens' THEN x.output_tokens WHEN 'confidence' THEN x.confidence END AS value) AS v
		WHERE x.experiment_id = experiment_executions.id AND x.xact >= since AND (x.xact < before) IS NOT FALSE
			AND (seen IS NULL OR pg_visible_in_snapshot(x.xact, seen))
			AND x.unit IS NOT NULL AND v.value IS NOT NULL;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_executions(uuid, xid8, xid8, pg_snapshot) IS
'What the executions of an experiment give for its metrics whose source is a column of them; arguments as for experiment_unit_changes().';

-- Units with new outcomes, or newly exposed: what is known of each before and
-- after.  since: rows of transactions from there on; before: and older than
-- that; seen: and committed there; with_totals: the units' older rows are in
-- unit_total.
CREATE FUNCTION prompt_mgr.experiment_unit_changes(
	id uuid, since xid8, before xid8, seen pg_snapshot, with_totals boolean)
RETURNS TABLE (metric_no smallint, unit text, was_variant smallint, was_events bigint, was_num numeric, was_den numeric,
	variant_no smallint, epoch integer, events bigint, num numeric, den numeric,
	was_y numeric, was_d numeric, y numeric, d numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	WITH fresh AS MATERIALIZED (
		SELECT o.metric_no, o.unit, count(*) AS events, sum(o.denominator::numeric) AS den,
			sum(CASE m.kind WHEN 'binary' THEN (o.value > 0)::integer::numeric ELSE o.value::numeric END) AS num
		FROM (SELECT r.metric_no, r.unit, r.value, r.denominator FROM prompt_mgr.outcome AS r
			WHERE r.experiment_id = experiment_unit_changes.id AND r.xact >= since AND (r.xact < before) IS NOT FALSE
				AND (seen IS NULL OR pg_visible_in_snapshot(r.xact, seen))
			UNION ALL
			SELECT r.metric_no, r.unit, r.value, 1 FROM prompt_mgr.experiment_executions(experiment_unit_changes.id, since, before, seen) AS r) AS o
		JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = experiment_unit_changes.id AND m.metric_no = o.metric_no
		WHERE abs(o.value) <= 1e300 AND o.denominator BETWEEN 0 AND 1e300
			AND (o.value = 0 OR abs(o.value) >= 1e-300) AND (o.denominator = 0 OR o.denominator >= 1e-300)
		GROUP BY o.metric_no, o.unit
	), change AS (
		SELECT f.metric_no, f.unit, t.variant_no AS was_variant, t.events AS was_events, t.num AS was_num, t.den AS was_den,
			coalesce(t.variant_no, x.variant_no) AS variant_no, coalesce(t.epoch, x.epoch) AS epoch,
			f.events + coalesce(t.events, 0) AS events, f.num + coalesce(t.num, 0) AS num, f.den + coalesce(t.den, 0) AS den
		FROM fresh AS f
		-- LIMIT keeps these an index lookup per unit, so that the cost follows the new rows.
		LEFT JOIN LATERAL (SELECT u.* FROM prompt_mgr.unit_total AS u
			WHERE with_totals AND u.experiment_id = experiment_unit_changes.id AND u.unit = f.unit AND u.metric_no = f.metric_no LIMIT 1) AS t ON true
		LEFT JOIN LATERAL (SELECT e.variant_no, e.epoch FROM prompt_mgr.exposure AS e
			WHERE e.experiment_id = experiment_unit_changes.id AND e.unit = f.unit AND NOT e.forced
				AND (e.xact < before) IS NOT FALSE AND (seen IS NULL OR pg_visible_in_snapshot(e.xact, seen)) LIMIT 1) AS x ON true
		UNION ALL
		SELECT t.metric_no, e.unit, NULL, t.events, t.num, t.den, e.variant_no, e.epoch, t.events, t.num, t.den
		FROM prompt_mgr.exposure AS e
		CROSS JOIN LATERAL (SELECT u.* FROM prompt_mgr.unit_total AS u
			WHERE u.experiment_id = e.experiment_id AND u.unit = e.unit AND u.variant_no IS NULL OFFSET 0) AS t
		WHERE with_totals AND e.experiment_id = experiment_unit_changes.id AND NOT e.forced
			AND e.xact >= since AND (e.xact < before) IS NOT FALSE AND (seen IS NULL OR pg_visible_in_snapshot(e.xact, seen))
			AND NOT EXISTS (SELECT FROM fresh AS f WHERE f.unit = e.unit AND f.metric_no = t.metric_no)
	)
	-- y and d are what the sums are of: a unit's value and its denominator.
	SELECT c.*, v.was_y, v.was_d, v.y, v.d
	FROM change AS c
	JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = experiment_unit_changes.id AND m.metric_no = c.metric_no
	CROSS JOIN LATERAL (SELECT
		CASE m.kind WHEN 'binary' THEN (c.num > 0)::integer::numeric WHEN 'continuous' THEN c.num / c.events ELSE c.num END AS y,
		CASE m.kind WHEN 'ratio' THEN c.den ELSE 1 END AS d,
		CASE WHEN c.was_variant IS NULL THEN 0 ELSE
			CASE m.kind WHEN 'binary' THEN (c.was_num > 0)::integer::numeric WHEN 'continuous' THEN c.was_num / c.was_events ELSE c.was_num END END AS was_y,
		CASE WHEN c.was_variant IS NULL THEN 0 ELSE CASE m.kind WHEN 'ratio' THEN c.was_den ELSE 1 END END AS was_d) AS v;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_unit_changes(uuid, xid8, xid8, pg_snapshot, boolean) IS
'Units of an experiment with rows newer than its totals, before and after; what experiment_totals() adds to them.
y and d, was_y and was_d: the unit''s value and denominator as the sums take them, 0 before it counted.';

CREATE FUNCTION prompt_mgr.experiment_totals(name text, raw boolean DEFAULT false, seen pg_snapshot DEFAULT NULL)
RETURNS TABLE (metric_no integer, epoch integer, variant_no integer, units bigint,
	num numeric, num2 numeric, den numeric, den2 numeric, numden numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	mark xid8 := '0'::xid8;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.experiment_id INTO e FROM prompt_mgr.experiment AS x WHERE x.name = experiment_totals.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_totals.name USING ERRCODE = 'PT404';
	END IF;
	IF NOT raw THEN
		SELECT w.watermark INTO mark FROM prompt_mgr.experiment_watermark AS w WHERE w.experiment_id = e.experiment_id;
		mark := coalesce(mark, '0');
		-- Mostly the totals are all there is.
		IF NOT EXISTS (SELECT FROM prompt_mgr.exposure AS x WHERE x.experiment_id = e.experiment_id AND x.xact >= mark)
				AND NOT EXISTS (SELECT FROM prompt_mgr.outcome AS o WHERE o.experiment_id = e.experiment_id AND o.xact >= mark)
				AND NOT EXISTS (SELECT FROM prompt_mgr.experiment_executions(e.experiment_id, mark, NULL, NULL)) THEN
			RETURN QUERY
			SELECT 0, t.epoch, t.variant_no::integer, t.units, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric
			FROM prompt_mgr.exposure_total AS t WHERE t.experiment_id = e.experiment_id
			UNION ALL
			SELECT t.metric_no::integer, t.epoch, t.variant_no::integer, t.units, t.num, t.num2, t.den, t.den2, t.numden
			FROM prompt_mgr.metric_total AS t WHERE t.experiment_id = e.experiment_id;
			RETURN;
		END IF;
	END IF;
	RETURN QUERY
	SELECT s.metric_no::integer, s.epoch, s.variant_no::integer, sum(s.units)::bigint,
		sum(s.num), sum(s.num2), sum(s.den), sum(s.den2), sum(s.numden)
	FROM (
		SELECT 0 AS metric_no, x.epoch, x.variant_no, count(*) AS units, 0::numeric AS num, 0::numeric AS num2, 0::numeric AS den, 0::numeric AS den2, 0::numeric AS numden
		FROM prompt_mgr.exposure AS x
		WHERE x.experiment_id = e.experiment_id AND NOT x.forced AND x.xact >= mark AND (seen IS NULL OR pg_visible_in_snapshot(x.xact, seen))
		GROUP BY x.epoch, x.variant_no
		UNION ALL
		SELECT 0, t.epoch, t.variant_no, t.units, 0, 0, 0, 0, 0
		FROM prompt_mgr.exposure_total AS t WHERE t.experiment_id = e.experiment_id AND NOT raw
		UNION ALL
		SELECT t.metric_no, t.epoch, t.variant_no, t.units, t.num, t.num2, t.den, t.den2, t.numden
		FROM prompt_mgr.metric_total AS t
		JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = t.experiment_id AND m.metric_no = t.metric_no
		WHERE t.experiment_id = e.experiment_id AND (NOT raw OR m.source IS NOT NULL)
		UNION ALL
		SELECT c.metric_no, c.epoch, c.variant_no, (c.was_variant IS NULL)::integer,
			c.y - c.was_y, c.y * c.y - c.was_y * c.was_y, c.d - c.was_d, c.d * c.d - c.was_d * c.was_d, c.y * c.d - c.was_y * c.was_d
		FROM prompt_mgr.experiment_unit_changes(e.experiment_id, mark, NULL, seen, NOT raw) AS c
		WHERE c.variant_no IS NOT NULL
	) AS s
	GROUP BY s.metric_no, s.epoch, s.variant_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_totals(text, boolean, pg_snapshot) IS
'Exact sums over units per metric, epoch and variant, as of now; metric_no 0 counts the exposed units.
raw => true computes them from the raw rows instead of the job''s totals: the result is the same. seen limits both to what was committed then: with experiment_look.snapshot it reproduces a look. Metrics with a query of their own are as the job last read them; executions count for ever in the totals, in the raw rows until they are dropped. PT404 unknown experiment.';

CREATE FUNCTION prompt_mgr._experiment_rollup(id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	state record;
	here bigint := (SELECT s.system_identifier FROM pg_control_system() AS s);
	upto xid8;
BEGIN
	INSERT INTO prompt_mgr.experiment_watermark (experiment_id, cluster) VALUES (_experiment_rollup.id, here) ON CONFLICT DO NOTHING;
	SELECT w.* INTO state FROM prompt_mgr.experiment_watermark AS w WHERE w.experiment_id = _experiment_rollup.id FOR NO KEY UPDATE;
	upto := pg_snapshot_xmin(pg_current_snapshot());
	IF state.cluster <> here THEN
		-- Restored elsewhere: the rows' transactions mean nothing here.  All
		-- that came with the dump are over, so it is added up once more.
		UPDATE prompt_mgr.exposure AS x SET xact = '1' WHERE x.experiment_id = _experiment_rollup.id;
		UPDATE prompt_mgr.outcome AS o SET xact = '1' WHERE o.experiment_id = _experiment_rollup.id;
		-- Of these there are more, and others go by their transactions: those from
		-- the future alone.
		UPDATE prompt_mgr.execution AS x SET xact = '1' WHERE x.experiment_id = _experiment_rollup.id AND x.xact >= pg_snapshot_xmax(pg_current_snapshot());
		DELETE FROM prompt_mgr.unit_total AS t WHERE t.experiment_id = _experiment_rollup.id;
		DELETE FROM prompt_mgr.exposure_total AS t WHERE t.experiment_id = _experiment_rollup.id;
		DELETE FROM prompt_mgr.metric_total AS t WHERE t.experiment_id = _experiment_rollup.id;
		state.watermark := '0';
	END IF;

	IF NOT EXISTS (SELECT FROM prompt_mgr.exposure AS x WHERE x.experiment_id = _experiment_rollup.id AND x.xact >= state.watermark AND x.xact < upto)
			AND NOT EXISTS (SELECT FROM prompt_mgr.experiment_executions(_experiment_rollup.id, state.watermark, upto, NULL))
			AND NOT EXISTS (SELECT FROM prompt_mgr.outcome AS o WHERE o.experiment_id = _experiment_rollup.id AND o.xact >= state.watermark AND o.xact < upto)
			AND NOT EXISTS (SELECT FROM prompt_mgr.experiment_metric AS m WHERE m.experiment_id = _experiment_rollup.id AND m.source IS NOT NULL)
			AND state.cluster = here THEN
		RETURN;
	END IF;

	INSERT INTO prompt_mgr.exposure_total AS t (experiment_id, epoch, variant_no, units)
	SELECT x.experiment_id, x.epoch, x.variant_no, count(*) FROM prompt_mgr.exposure AS x
	WHERE x.experiment_id = _experiment_rollup.id AND NOT x.forced AND x.xact >= state.watermark AND x.xact < upto
	GROUP BY x.experiment_id, x.epoch, x.variant_no
	ON CONFLICT ON CONSTRAINT exposure_total_pkey DO UPDATE SET units = t.units + EXCLUDED.units;

	WITH changed AS MATERIALIZED (
		SELECT c.* FROM prompt_mgr.experiment_unit_changes(_experiment_rollup.id, state.watermark, upto, NULL, true) AS c
	), kept AS (
		INSERT INTO prompt_mgr.unit_total AS t (experiment_id, metric_no, unit, variant_no, epoch, events, num, den)
		SELECT _experiment_rollup.id, c.metric_no, c.unit, c.variant_no, c.epoch, c.events, c.num, c.den FROM changed AS c
		ON CONFLICT ON CONSTRAINT unit_total_pkey DO UPDATE SET variant_no = EXCLUDED.variant_no, epoch = EXCLUDED.epoch,
			events = EXCLUDED.events, num = EXCLUDED.num, den = EXCLUDED.den
	)
	INSERT INTO prompt_mgr.metric_total AS t (experiment_id, metric_no, epoch, variant_no, units, num, num2, den, den2, numden)
	SELECT _experiment_rollup.id, c.metric_no, c.epoch, c.variant_no, count(*) FILTER (WHERE c.was_variant IS NULL),
		sum(c.y - c.was_y), sum(c.y * c.y - c.was_y * c.was_y), sum(c.d - c.was_d), sum(c.d * c.d - c.was_d * c.was_d), sum(c.y * c.d - c.was_y * c.was_d)
	FROM changed AS c
	WHERE c.variant_no IS NOT NULL
	GROUP BY c.metric_no, c.epoch, c.variant_no
	ON CONFLICT ON CONSTRAINT metric_total_pkey DO UPDATE SET units = t.units + EXCLUDED.units, num = t.num + EXCLUDED.num,
		num2 = t.num2 + EXCLUDED.num2, den = t.den + EXCLUDED.den, den2 = t.den2 + EXCLUDED.den2, numden = t.numden + EXCLUDED.numden;

	PERFORM prompt_mgr._experiment_read_sources(_experiment_rollup.id, upto);
	UPDATE prompt_mgr.experiment_watermark AS w SET watermark = upto, cluster = here, rolled_at = clock_timestamp()
	WHERE w.experiment_id = _experiment_rollup.id AND (w.watermark, w.cluster) IS DISTINCT FROM (upto, here);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_rollup(uuid) IS
'internal: adds the rows of transactions that have ended since the last time to an experiment''s totals, each once';

CREATE FUNCTION prompt_mgr._source_rows(query text, role name)
RETURNS TABLE (unit text, value double precision, denominator double precision, "time" timestamptz)
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', 'prompt_mgr_source_rows';

COMMENT ON FUNCTION prompt_mgr._source_rows(text, name) IS
'internal: the rows of a metric''s query, run with the rights of the role that registered it';

CREATE FUNCTION prompt_mgr._experiment_read_sources(id uuid, upto xid8) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	metric record;
BEGIN
	FOR metric IN
		SELECT m.metric_no, m.kind, s.query, s.registered_as FROM prompt_mgr.experiment_metric AS m
		JOIN prompt_mgr.metric_source AS s ON s.name = m.source
		WHERE m.experiment_id = _experiment_read_sources.id
	LOOP
		DELETE FROM prompt_mgr.metric_total AS t WHERE t.experiment_id = _experiment_read_sources.id AND t.metric_no = metric.metric_no;
		INSERT INTO prompt_mgr.metric_total (experiment_id, metric_no, epoch, variant_no, units, num, num2, den, den2, numden)
		SELECT _experiment_read_sources.id, metric.metric_no, u.epoch, u.variant_no, count(*), sum(u.y), sum(u.y * u.y), sum(u.d), sum(u.d * u.d), sum(u.y * u.d)
		FROM (SELECT x.epoch, x.variant_no,
				CASE metric.kind WHEN 'binary' THEN max((q.value > 0)::integer)::numeric WHEN 'continuous' THEN sum(q.value::numeric) / count(*) ELSE sum(q.value::numeric) END AS y,
				CASE metric.kind WHEN 'ratio' THEN sum(coalesce(q.denominator, 1)::numeric) ELSE 1 END AS d
			FROM prompt_mgr._source_rows(metric.query, metric.registered_as) AS q
			JOIN prompt_mgr.exposure AS x ON x.experiment_id = _experiment_read_sources.id AND x.unit = q.unit AND NOT x.forced AND x.xact < upto
			WHERE (q."time" >= x.exposed_at) IS NOT FALSE AND abs(q.value) <= 1e300 AND (q.denominator BETWEEN 0 AND 1e300) IS NOT FALSE
				AND (q.value = 0 OR abs(q.value) >= 1e-300) AND (q.denominator = 0 OR q.denominator >= 1e-300) IS NOT FALSE
			GROUP BY x.unit, x.epoch, x.variant_no) AS u
		GROUP BY u.epoch, u.variant_no;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_read_sources(uuid, xid8) IS
'internal: reads the metrics of an experiment that have a query of their own';
