-- Outcomes: recording them, and queries that give a metric's rows.

CREATE FUNCTION prompt_mgr.record_outcome(
	experiment text,
	unit text,
	metric text,
	value double precision DEFAULT 1,
	at timestamptz DEFAULT now(),
	denominator double precision DEFAULT 1)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	m record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.experiment_id, x.status INTO e FROM prompt_mgr.experiment AS x WHERE x.name = record_outcome.experiment;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', record_outcome.experiment USING ERRCODE = 'PT404';
	END IF;
	SELECT x.metric_no, x.source, x.field INTO m FROM prompt_mgr.experiment_metric AS x
	WHERE x.experiment_id = e.experiment_id AND x.name = record_outcome.metric;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" has no metric "%"', record_outcome.experiment, record_outcome.metric
			USING ERRCODE = 'PT404', HINT = (SELECT 'Its metrics are: ' || string_agg(x.name, ', ' ORDER BY x.metric_no) || '.'
				FROM prompt_mgr.experiment_metric AS x WHERE x.experiment_id = e.experiment_id);
	ELSIF m.source IS NOT NULL THEN
		RAISE EXCEPTION 'metric "%" of experiment "%" takes its rows from query "%"', record_outcome.metric, record_outcome.experiment, m.source
			USING ERRCODE = 'PT409', HINT = 'Write to the tables that the query reads.';
	ELSIF m.field IS NOT NULL THEN
		RAISE EXCEPTION 'metric "%" of experiment "%" takes its rows from executions', record_outcome.metric, record_outcome.experiment
			USING ERRCODE = 'PT409', HINT = 'Log them with log_execution(), with experiment, variant and unit.';
	ELSIF (length(record_outcome.unit) > 0 AND octet_length(record_outcome.unit) <= 1024) IS NOT TRUE
			OR num_nulls(record_outcome.value, record_outcome.at, record_outcome.denominator) > 0 THEN
		RAISE EXCEPTION 'unit must have 1 to 1024 bytes, and value, at and denominator must not be null'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'unit', 'reason', 'must have 1 to 1024 bytes'));
	ELSIF record_outcome.denominator < 0 THEN
		RAISE EXCEPTION 'denominator must not be negative'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'denominator', 'reason', 'must not be negative'));
	ELSIF record_outcome.value <> 0 AND abs(record_outcome.value) < 1e-300 OR record_outcome.denominator <> 0 AND record_outcome.denominator < 1e-300 THEN
		-- Squares and quotients of these are beyond a double precision.
		RAISE EXCEPTION 'value and denominator must be 0 or at least 1e-300 in size'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object(
				'path', CASE WHEN record_outcome.value <> 0 AND abs(record_outcome.value) < 1e-300 THEN 'value' ELSE 'denominator' END,
				'reason', 'must be 0 or at least 1e-300 in size'));
	END IF;
	-- What comes after the stop changes nothing, and is no reason to fail.
	IF e.status <> 'completed' THEN
		INSERT INTO prompt_mgr.outcome (experiment_id, metric_no, unit, value, denominator, at)
		VALUES (e.experiment_id, m.metric_no, record_outcome.unit, record_outcome.value, record_outcome.denominator, record_outcome.at);
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.record_outcome(text, text, text, double precision, timestamptz, double precision) IS
'Records an outcome of a unit. All outcomes of a unit are grouped: the unit counts once, however many calls it made.
binary: the unit has succeeded where any value is above 0; continuous: the mean of its values; ratio: sum of values by sum of denominators. A unit that was never exposed counts nowhere, one exposed later counts from then on; so do outcomes recorded before the exposure. Values that are not finite are left out. Nothing is recorded once the experiment is completed. PT404 unknown experiment or metric, PT409 a metric with a query of its own, 22023 a negative denominator, or a number other than 0 below 1e-300.';

CREATE FUNCTION prompt_mgr.record_outcomes(rows jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	problems jsonb;
	written integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF jsonb_typeof(record_outcomes.rows) IS DISTINCT FROM 'array' THEN
		RAISE EXCEPTION 'rows must be a JSON array'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'rows', 'reason', 'must be a JSON array'));
	END IF;
	SELECT jsonb_agg(jsonb_build_object('path', format('rows[%s]%s', r.n - 1, p.path), 'reason', p.reason) ORDER BY r.n) FILTER (WHERE p.broken) INTO problems
	FROM jsonb_array_elements(record_outcomes.rows) WITH ORDINALITY AS r (item, n)
	LEFT JOIN prompt_mgr.experiment AS e ON e.name = r.item ->> 'experiment'
	LEFT JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = e.experiment_id AND m.name = r.item ->> 'metric'
	CROSS JOIN LATERAL (VALUES
		('', 'must be a JSON object', jsonb_typeof(r.item) <> 'object'),
		('.experiment', 'does not exist or is not visible', jsonb_typeof(r.item) = 'object' AND e.experiment_id IS NULL),
		('.metric', 'is no metric of the experiment', e.experiment_id IS NOT NULL AND m.metric_no IS NULL),
		('.metric', 'takes its rows from a query', m.source IS NOT NULL),
		('.metric', 'takes its rows from executions', m.field IS NOT NULL),
		('.unit', 'must have 1 to 1024 bytes', (jsonb_typeof(r.item -> 'unit') = 'string' AND octet_length(r.item ->> 'unit') BETWEEN 1 AND 1024) IS NOT TRUE),
		('.value', 'must be a number', r.item ? 'value' AND (jsonb_typeof(r.item -> 'value') = 'number' AND abs((r.item ->> 'value')::numeric) <= 1e300) IS NOT TRUE),
		('.denominator', 'must be a number', r.item ? 'denominator' AND (jsonb_typeof(r.item -> 'denominator') = 'number' AND abs((r.item ->> 'denominator')::numeric) <= 1e300) IS NOT TRUE),
		('.value', 'must be 0 or at least 1e-300 in size', CASE jsonb_typeof(r.item -> 'value') WHEN 'number' THEN
			(r.item ->> 'value')::numeric <> 0 AND abs((r.item ->> 'value')::numeric) < 1e-300 END),
		('.denominator', 'must not be negative', CASE jsonb_typeof(r.item -> 'denominator') WHEN 'number' THEN (r.item ->> 'denominator')::numeric < 0 END),
		('.denominator', 'must be 0 or at least 1e-300 in size', CASE jsonb_typeof(r.item -> 'denominator') WHEN 'number' THEN
			(r.item ->> 'denominator')::numeric > 0 AND (r.item ->> 'denominator')::numeric < 1e-300 END)
	) AS p (path, reason, broken);
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '% %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems, HINT = 'Nothing was recorded.';
	END IF;
	INSERT INTO prompt_mgr.outcome (experiment_id, metric_no, unit, value, denominator, at)
	SELECT e.experiment_id, m.metric_no, r.item ->> 'unit', coalesce((r.item ->> 'value')::double precision, 1),
		coalesce((r.item ->> 'denominator')::double precision, 1), coalesce((r.item ->> 'at')::timestamptz, now())
	FROM jsonb_array_elements(record_outcomes.rows) AS r (item)
	JOIN prompt_mgr.experiment AS e ON e.name = r.item ->> 'experiment'
	JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = e.experiment_id AND m.name = r.item ->> 'metric'
	WHERE e.status <> 'completed';
	GET DIAGNOSTICS written = ROW_COUNT;
	RETURN written;
EXCEPTION WHEN invalid_datetime_format OR datetime_field_overflow OR invalid_time_zone_displacement_value THEN
	RAISE EXCEPTION 'at is no time: %', SQLERRM
		USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'rows', 'reason', SQLERRM)), HINT = 'Nothing was recorded.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr.record_outcomes(jsonb) IS
'Records many outcomes at once: [{"experiment", "unit", "metric", "value", "at", "denominator"}]; returns how many were written.
value and denominator are 1, at is now, where they are left out. All or nothing: 22023 with everything that is wrong. Rows of completed experiments are left out.';

CREATE FUNCTION prompt_mgr.register_metric_source(name text, query text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (register_metric_source.name ~ '^[A-Za-z0-9_.-]{1,64}$') IS NOT TRUE OR register_metric_source.query IS NULL THEN
		RAISE EXCEPTION 'name must have 1 to 64 characters of A-Z, a-z, 0-9, "_", "." and "-", and query must not be null'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'name', 'reason', 'must have 1 to 64 characters of A-Z, a-z, 0-9, "_", "." and "-"'));
	ELSIF register_metric_source.name ^@ 'execution.' THEN
		RAISE EXCEPTION 'name must not begin with "execution.", which stands for columns of the log of executions'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'name', 'reason', 'must not begin with execution.'));
	END IF;
	INSERT INTO prompt_mgr.metric_source (name, query) VALUES (register_metric_source.name, register_metric_source.query);
	BEGIN
		EXECUTE format('SELECT FROM (SELECT q.unit::text, q.value::double precision, q.denominator::double precision, q."time"::timestamptz FROM (%s) AS q) AS q LIMIT 0',
					   register_metric_source.query);
	EXCEPTION WHEN syntax_error_or_access_rule_violation OR feature_not_supported THEN
		RAISE EXCEPTION 'query cannot be used: %', SQLERRM
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'query', 'reason', SQLERRM)),
			HINT = 'It must be one SELECT with the columns unit, value, denominator and time, every table with its schema.';
	END;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'metric source "%" exists already', register_metric_source.name
		USING ERRCODE = '23505', HINT = 'Experiments may rest on it; register another name.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr.register_metric_source(text, text) IS
'Registers a query that gives a metric''s rows: unit, value, denominator and time, from any tables of yours.
Name it as "source" of a metric. The periodic job runs it with the rights of the role that registered it, which whoever runs the job must be a member of; level admin. Rows count from a unit''s first exposure on (time NULL: always) and are grouped by unit as those of record_outcome(). The job reads it anew as a whole at each look. Tables must be named with their schema. 22023 a query that cannot be used, 23505 name in use.';
