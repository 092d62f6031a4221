-- Logging executions, one by one and in batches, and what is said of them
-- later.

CREATE FUNCTION prompt_mgr.new_execution_id() RETURNS uuid
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_new_execution_id';

COMMENT ON FUNCTION prompt_mgr.new_execution_id() IS
'A new id for an execution: a UUID of version 7, of now.
For clients that cannot make one: with an id of its own a call of log_execution() may be repeated. serve_prompt() gives one too.';

CREATE FUNCTION prompt_mgr.execution_time(id uuid) RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_execution_time';

COMMENT ON FUNCTION prompt_mgr.execution_time(uuid) IS
'The time in a UUID of version 7, the created_at of an execution with that id; NULL for another version.
With it a query for one execution reads one partition: WHERE execution_id = id AND created_at = prompt_mgr.execution_time(id).';

CREATE FUNCTION prompt_mgr.check_executions(rows jsonb, oldest timestamptz, newest timestamptz, single boolean) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_check_executions';

COMMENT ON FUNCTION prompt_mgr.check_executions(jsonb, timestamptz, timestamptz, boolean) IS
'What log_executions() asks of its rows before it looks anything up; returns how many there are.
Ids must be of a time from oldest to newest. single: the one row is that of log_execution(), whose paths have no index. 22023 with everything that is wrong, at most a hundred; PT413 more than 5000 rows or 8 MB.';

CREATE FUNCTION prompt_mgr.execution_settings(OUT partition_by text, OUT retention interval, OUT content text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT s.partition_by, s.retention, s.content INTO partition_by, retention, content
	FROM prompt_mgr.execution_setting AS s;
	IF NOT FOUND THEN
		partition_by := 'day';
		retention := '90 days';
		content := '{}';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.execution_settings() IS
'How executions are kept: what configure_executions() has set, the defaults where it has not.';

CREATE FUNCTION prompt_mgr.configure_executions(
	partition_by text DEFAULT NULL,
	retention interval DEFAULT NULL,
	content text[] DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	was record;
	problem jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	problem := CASE
		WHEN configure_executions.partition_by NOT IN ('day', 'week', 'month')
			THEN jsonb_build_object('path', 'partition_by', 'reason', 'must be day, week or month')
		WHEN configure_executions.retention < interval '1 day'
			THEN jsonb_build_object('path', 'retention', 'reason', 'must be at least a day')
		WHEN NOT configure_executions.content <@ '{variables,rendered,response}' OR array_position(configure_executions.content, NULL) IS NOT NULL
			THEN jsonb_build_object('path', 'content', 'reason', 'must name variables, rendered or response') END;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION '% %', problem ->> 'path', problem ->> 'reason'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(problem);
	END IF;
	SELECT s.* INTO was FROM prompt_mgr.execution_settings() AS s;
	INSERT INTO prompt_mgr.execution_setting AS s (partition_by, retention, content)
	VALUES (coalesce(configure_executions.partition_by, was.partition_by), coalesce(configure_executions.retention, was.retention),
		coalesce(configure_executions.content, was.content))
	ON CONFLICT ON CONSTRAINT execution_setting_pkey DO UPDATE SET
		partition_by = coalesce(configure_executions.partition_by, s.partition_by),
		retention = coalesce(configure_executions.retention, s.retention),
		content = coalesce(configure_executions.content, s.content);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.configure_executions(text, interval, text[]) IS
'Sets how executions are kept; what is left out stays as it is.
partition_by: day (the default), week or month, for partitions made from then on. retention: how long executions are kept, 90 days by default; partitions that are older are dropped by the periodic job. content: which of variables, rendered and response are stored where a caller gives them, none by default. Level admin. 22023 for other values.';

CREATE FUNCTION prompt_mgr.log_executions(rows jsonb, single boolean DEFAULT false) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	settings record;
	problems jsonb;
	written integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT s.* INTO settings FROM prompt_mgr.execution_settings() AS s;
	PERFORM prompt_mgr.check_executions(coalesce(rows, 'null'), clock_timestamp() - settings.retention, clock_timestamp() + interval '1 hour', single);
	-- LIMIT keeps the look-ups on indexes, however many rows the batch has.
	WITH item AS MATERIALIZED (
		SELECT r.*, i.id, t.created_at, p.prompt_id, e.experiment_id, e.variant_no,
			CASE WHEN r.version IS NOT NULL THEN (SELECT v.version FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = p.prompt_id AND v.version = r.version)
				WHEN e.prompt_id = p.prompt_id AND e.version IS NOT NULL THEN e.version
				-- A time in an id is cut to the millisecond; that of a client whose
				-- clock is behind may be before the first version in production.
				ELSE coalesce((SELECT m.version FROM prompt_mgr.label_move AS m WHERE m.prompt_id = p.prompt_id AND m.label = 'production'
						AND m.moved_at < t.created_at + interval '1 millisecond' ORDER BY m.move_no DESC LIMIT 1),
					(SELECT m.version FROM prompt_mgr.label_move AS m WHERE m.prompt_id = p.prompt_id AND m.label = 'production' ORDER BY m.move_no LIMIT 1)) END AS version_no
		FROM ROWS FROM (jsonb_to_recordset(rows) AS (execution_id uuid, prompt text, version numeric, experiment text, variant text,
			unit text, user_id text, conversation_id text, operation_name text, provider_name text, request_model text, response_model text,
			response_id text, finish_reasons text[], input_tokens numeric, output_tokens numeric, cache_read_input_tokens numeric,
			cache_write_input_tokens numeric, reasoning_output_tokens numeric, duration double precision, time_to_first_chunk double precision,
			cost_usd numeric, success boolean, error_type text, error_message text, confidence double precision,
			ref jsonb, attributes jsonb, variables jsonb, rendered text, response text)) WITH ORDINALITY AS r
		CROSS JOIN LATERAL (SELECT coalesce(r.execution_id, prompt_mgr.new_execution_id()) AS id OFFSET 0) AS i
		CROSS JOIN LATERAL (SELECT prompt_mgr.execution_time(i.id) AS created_at) AS t
		LEFT JOIN LATERAL (SELECT x.prompt_id FROM prompt_mgr.prompt AS x WHERE x.name = r.prompt
			UNION ALL SELECT x.prompt_id FROM prompt_mgr.prompt_alias AS a JOIN prompt_mgr.prompt AS x USING (prompt_id) WHERE a.alias = r.prompt LIMIT 1) AS p ON true
		LEFT JOIN LATERAL (SELECT x.experiment_id, v.variant_no, v.prompt_id, v.version FROM prompt_mgr.experiment AS x
			LEFT JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = x.experiment_id AND v.key = r.variant
			WHERE x.name = r.experiment LIMIT 1) AS e ON true
	), problem AS MATERIALIZED (
		SELECT jsonb_agg(jsonb_build_object('path', CASE WHEN NOT single THEN format('rows[%s].', item.ordinality - 1) ELSE '' END || p.path,
			'reason', p.reason) ORDER BY item.ordinality) AS problems
		FROM item CROSS JOIN LATERAL (VALUES
			('prompt', 'does not exist or is not visible', item.prompt_id IS NULL),
			('experiment', 'does not exist or is not visible', item.experiment IS NOT NULL AND item.experiment_id IS NULL),
			('variant', 'is no variant of the experiment', item.experiment_id IS NOT NULL AND item.variant_no IS NULL),
			('version', CASE WHEN item.version IS NULL THEN 'must be given where no label "production" tells it' ELSE 'does not exist' END,
				item.prompt_id IS NOT NULL AND item.version_no IS NULL)
		) AS p (path, reason, broken)
		WHERE p.broken
	), new AS (
		INSERT INTO prompt_mgr.execution (execution_id, created_at, prompt_id, experiment_id, duration, time_to_first_chunk, confidence, version,
			input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens, variant_no, success, cost_usd,
			operation_name, provider_name, request_model, response_model, response_id, finish_reasons, error_type, error_message,
			unit, user_id, conversation_id, ref, attributes, variables, rendered, response)
		SELECT r.id, r.created_at, r.prompt_id, r.experiment_id, r.duration, r.time_to_first_chunk, r.confidence, r.version_no,
			r.input_tokens::integer, r.output_tokens::integer, r.cache_read_input_tokens::integer, r.cache_write_input_tokens::integer,
			r.reasoning_output_tokens::integer, r.variant_no, coalesce(r.success, r.error_type IS NULL AND r.error_message IS NULL), trim_scale(round(r.cost_usd, 12)),
			r.operation_name, r.provider_name, r.request_model, r.response_model, r.response_id, r.finish_reasons, r.error_type, r.error_message,
			r.unit, r.user_id, r.conversation_id, r.ref, r.attributes,
			CASE WHEN 'variables' = ANY (settings.content) THEN r.variables END,
			CASE WHEN 'rendered' = ANY (settings.content) THEN r.rendered END,
			CASE WHEN 'response' = ANY (settings.content) THEN r.response END
		FROM item AS r WHERE (SELECT p.problems IS NULL FROM problem AS p)
		-- Two batches that share ids wait for each other in one order.
		ORDER BY r.id
		ON CONFLICT DO NOTHING
		RETURNING true
	)
	SELECT (SELECT p.problems FROM problem AS p), (SELECT count(*) FROM new) INTO problems, written;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%', CASE WHEN single THEN concat_ws(' ', problems -> 0 ->> 'path', '"' || (rows -> 0 ->> (problems -> 0 ->> 'path')) || '"', problems -> 0 ->> 'reason')
				ELSE concat_ws(' ', problems -> 0 ->> 'path', problems -> 0 ->> 'reason') END
			USING ERRCODE = CASE WHEN single AND problems -> 0 ->> 'reason' !~ '^must' THEN 'PT404' ELSE '22023' END,
				DETAIL = problems, HINT = 'Nothing was logged.';
	END IF;
	RETURN written;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.log_executions(jsonb, boolean) IS
'Logs executions, an array of objects with the arguments of log_execution() as names; returns how many rows are new.
Fields that are null or left out are not known. A row whose execution_id was logged before is left out, so that a batch may be sent again. All or nothing. At most 5000 rows and 8 MB, PT413 otherwise; 22023 with everything that is wrong, for prompts and experiments that do not exist too. Level app. single: the one row is that of log_execution(), whose errors are told.';

CREATE FUNCTION prompt_mgr.log_execution(
	prompt text,
	version integer DEFAULT NULL,
	execution_id uuid DEFAULT NULL,
	experiment text DEFAULT NULL,
	variant text DEFAULT NULL,
	unit text DEFAULT NULL,
	user_id text DEFAULT NULL,
	conversation_id text DEFAULT NULL,
	operation_name text DEFAULT NULL,
	provider_name text DEFAULT NULL,
	request_model text DEFAULT NULL,
	response_model text DEFAULT NULL,
	response_id text DEFAULT NULL,
	finish_reasons text[] DEFAULT NULL,
	input_tokens integer DEFAULT NULL,
	output_tokens integer DEFAULT NULL,
	cache_read_input_tokens integer DEFAULT NULL,
	cache_write_input_tokens integer DEFAULT NULL,
	reasoning_output_tokens integer DEFAULT NULL,
	duration double precision DEFAULT NULL,
	time_to_first_chunk double precision DEFAULT NULL,
	cost_usd numeric DEFAULT NULL,
	success boolean DEFAULT NULL,
	error_type text DEFAULT NULL,
	error_message text DEFAULT NULL,
	confidence double precision DEFAULT NULL,
	ref jsonb DEFAULT NULL,
	attributes jsonb DEFAULT NULL,
	variables jsonb DEFAULT NULL,
	rendered text DEFAULT NULL,
	response text DEFAULT NULL)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	id uuid := coalesce(execution_id, prompt_mgr.new_execution_id());
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM prompt_mgr.log_executions(jsonb_build_array(jsonb_build_object(
		'execution_id', id, 'prompt', prompt, 'version', version, 'experiment', experiment, 'variant', variant,
		'unit', unit, 'user_id', user_id, 'conversation_id', conversation_id, 'operation_name', operation_name, 'provider_name', provider_name,
		'request_model', request_model, 'response_model', response_model, 'response_id', response_id, 'finish_reasons', finish_reasons,
		'input_tokens', input_tokens, 'output_tokens', output_tokens, 'cache_read_input_tokens', cache_read_input_tokens,
		'cache_write_input_tokens', cache_write_input_tokens, 'reasoning_output_tokens', reasoning_output_tokens,
		'duration', duration, 'time_to_first_chunk', time_to_first_chunk, 'cost_usd', cost_usd,
		'success', success, 'error_type', error_type, 'error_message', error_message, 'confidence', confidence,
		'ref', ref, 'attributes', attributes, 'variables', variables, 'rendered', rendered, 'response', response)), true);
	RETURN id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.log_execution(text, integer, uuid, text, text, text, text, text, text, text, text, text, text, text[],
	integer, integer, integer, integer, integer, double precision, double precision, numeric, boolean, text, text, double precision,
	jsonb, jsonb, jsonb, text, text) IS
'Logs what happened to a prompt; returns the execution''s id. Names are those of OpenTelemetry''s GenAI attributes where there is one.
version: left out, it is the variant''s, else the one that label production pointed at at the time of the id. execution_id: a UUID of version 7, as serve_prompt() gives it; its time, which says when the execution began, may be an hour ahead and must be within the retention; an id that was logged before changes nothing. experiment and variant: names, as serve_prompt() gives them, both or neither. duration and time_to_first_chunk in seconds, cost_usd in US dollars. success: left out, it is whether there is no error. ref: an object with keys of your own rows; attributes: an object for anything else. variables, rendered and response are stored only where configure_executions() says so. Level app. PT404 unknown prompt, version, experiment or variant; 22023 a bad value; PT413 more than 8 MB.';

CREATE FUNCTION prompt_mgr.record_score(execution_id uuid, name text, value double precision, comment text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
-- Planned for the execution's time, so that no other partition is locked.
SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
	id uuid := execution_id;
	problem text := CASE
		WHEN (length(name) BETWEEN 1 AND 100) IS NOT TRUE THEN 'name must have 1 to 100 characters'
		WHEN (abs(value) <= 1e300) IS NOT TRUE THEN 'value must be a number of at most 1e300 in size' END;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION '%', problem USING ERRCODE = '22023',
			DETAIL = jsonb_build_array(jsonb_build_object('path', split_part(problem, ' ', 1), 'reason', regexp_replace(problem, '^\w+ ', '')));
	END IF;
	IF NOT EXISTS (SELECT FROM prompt_mgr.execution AS x WHERE x.execution_id = id AND x.created_at = prompt_mgr.execution_time(id)) THEN
		RAISE EXCEPTION 'execution "%" does not exist or is not visible', id
			USING ERRCODE = 'PT404', HINT = 'It must have been logged, and is dropped after the retention.';
	END IF;
	INSERT INTO prompt_mgr.execution_score (execution_id, created_at, name, value, comment)
	VALUES (id, prompt_mgr.execution_time(id), record_score.name, record_score.value, record_score.comment);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.record_score(uuid, text, double precision, text) IS
'Gives an execution a value under a name, such as relevance or completeness, found by a later evaluation, with a comment.
May be repeated: the last value of a name counts, those before it stay as history, and the same again changes nothing. Level app. PT404 unknown execution, 22023 a name of more than 100 characters or a value that is no number.';

CREATE FUNCTION prompt_mgr.record_feedback(execution_id uuid, rating numeric, comment text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (abs(rating) <= 1e9) IS NOT TRUE THEN
		RAISE EXCEPTION 'rating must be a number of at most 1e9 in size'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'rating', 'reason', 'must be a number of at most 1e9 in size'));
	END IF;
	PERFORM prompt_mgr.record_score(execution_id, 'rating', rating::double precision, comment);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.record_feedback(uuid, numeric, text) IS
'What a user says of an execution: a rating, on a scale of your choice, and a comment; record_score() with the name rating.
May be repeated: the last rating counts, those before it stay as history, and the same again changes nothing. Level app. PT404 unknown execution, 22023 a rating that is no number.';
