-- Failures: executions that went wrong or were found poor, one by one and in
-- groups, for whoever is to improve the prompt.

CREATE FUNCTION prompt_mgr.collect_failures(
	name text,
	since timestamptz DEFAULT now() - interval '7 days',
	threshold double precision DEFAULT 0.5,
	max_rows integer DEFAULT 20,
	score text DEFAULT 'quality')
RETURNS TABLE (execution_id uuid, created_at timestamptz, version integer, success boolean, error_type text, error_message text,
	value double precision, comment text, variables jsonb, rendered text, response text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (max_rows BETWEEN 1 AND 1000) IS NOT TRUE THEN
		RAISE EXCEPTION 'max_rows must be between 1 and 1000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'max_rows', 'reason', 'out of range'));
	END IF;
	SELECT g.prompt_id INTO id FROM prompt_mgr.describe_prompt(collect_failures.name) AS g;
	RETURN QUERY
	SELECT e.execution_id, e.created_at, e.version, e.success, e.error_type, e.error_message,
		s.value, s.comment, e.variables, e.rendered, e.response
	FROM prompt_mgr.execution AS e
	LEFT JOIN LATERAL (
		SELECT x.value, x.comment FROM prompt_mgr.execution_score AS x
		WHERE x.execution_id = e.execution_id AND x.created_at = e.created_at AND x.name = collect_failures.score
		ORDER BY x.score_no DESC LIMIT 1
	) AS s ON true
	WHERE e.prompt_id = id AND e.created_at >= collect_failures.since
		AND (NOT e.success OR s.value < collect_failures.threshold)
	ORDER BY e.created_at DESC, e.execution_id
	LIMIT collect_failures.max_rows;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.collect_failures(text, timestamptz, double precision, integer, text) IS
'Executions of a prompt that failed, or whose last value of a score is under a threshold, newest first.
By default at most 20 of the last 7 days with a quality under 0.5. variables, rendered and response are there where they are stored. It looks at every execution since then until it has enough. Level editor. PT404 unknown prompt, 22023 max_rows.';

CREATE FUNCTION prompt_mgr.group_failures(
	name text,
	since timestamptz DEFAULT now() - interval '7 days',
	threshold double precision DEFAULT 0.5,
	max_rows integer DEFAULT 20,
	score text DEFAULT 'quality')
RETURNS TABLE (error_type text, pattern text, failures bigint, share double precision, versions integer[],
	mean_value double precision, first_at timestamptz, last_at timestamptz, examples uuid[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (max_rows BETWEEN 1 AND 1000) IS NOT TRUE THEN
		RAISE EXCEPTION 'max_rows must be between 1 and 1000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'max_rows', 'reason', 'out of range'));
	END IF;
	SELECT g.prompt_id INTO id FROM prompt_mgr.describe_prompt(group_failures.name) AS g;
	RETURN QUERY
	WITH failure AS (
		SELECT e.execution_id, e.created_at, e.version, s.value,
			CASE WHEN NOT e.success THEN coalesce(e.error_type, '_OTHER') END AS error_type,
			-- What differs from one occurrence to the next: quoted text, identifiers, numbers.
			CASE WHEN NOT e.success THEN left(btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(coalesce(e.error_message, ''), 2000),
				'("[^"]*"|''[^'']*'')+', '?', 'g'),
				'\m[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\M|\m(?=[a-z_]*[0-9])[0-9a-z_]{12,}\M', '?', 'gi'),
				'[0-9]+([.,:][0-9]+)*', '#', 'g'),
				'\s+', ' ', 'g')), 200)
			ELSE format('%s under %s', group_failures.score, group_failures.threshold) END AS pattern
		FROM prompt_mgr.execution AS e
		LEFT JOIN LATERAL (
			SELECT x.value FROM prompt_mgr.execution_score AS x
			WHERE x.execution_id = e.execution_id AND x.created_at = e.created_at AND x.name = group_failures.score
			ORDER BY x.score_no DESC LIMIT 1
		) AS s ON true
		WHERE e.prompt_id = id AND e.created_at >= group_failures.since
			AND (NOT e.success OR s.value < group_failures.threshold)
	)
	SELECT f.error_type, f.pattern, count(*), count(*)::double precision / sum(count(*)) OVER (),
		array_agg(DISTINCT f.version ORDER BY f.version), avg(f.value), min(f.created_at), max(f.created_at),
		(array_agg(f.execution_id ORDER BY f.created_at DESC, f.execution_id))[1:5]
	FROM failure AS f
	GROUP BY f.error_type, f.pattern
	ORDER BY count(*) DESC, f.error_type COLLATE "C", f.pattern COLLATE "C"
	LIMIT group_failures.max_rows;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.group_failures(text, timestamptz, double precision, integer, text) IS
'The failures of a prompt in groups: those with one error type and one message, but for quoted texts, identifiers and numbers; the most frequent first.
What was found poor without an error is a group of its own, error_type NULL. share is of all failures since then; examples are the five latest executions. It reads every execution since then. PT404 unknown prompt, 22023 max_rows.';
