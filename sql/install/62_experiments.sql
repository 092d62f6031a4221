-- Experiments: checking, creating, the life cycle, weights, forced variants.

CREATE FUNCTION prompt_mgr.matches_targeting(rules jsonb, attributes jsonb) RETURNS boolean
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_matches_targeting';

COMMENT ON FUNCTION prompt_mgr.matches_targeting(jsonb, jsonb) IS
'Whether a unit''s attributes fulfil the targeting rules of an experiment.
rules: an array of conditions that must all hold, {"attribute": "plan", "op": "in", "value": ["pro"]}, {"any": [...]}, {"all": [...]} or {"not": condition}. Operators: eq, ne, in, not_in, lt, lte, gt, gte (two numbers or two strings, these by code point), contains (element of an array, or part of a string), starts_with (strings of at most 1024 bytes, as of contains), exists (value true or false). A missing attribute fulfils only ne, not_in and exists false. No rule: true. 22023 for rules that cannot be meant.';

CREATE FUNCTION prompt_mgr.validate_experiment(prompt text, variants jsonb, metrics jsonb, options jsonb DEFAULT '{}')
RETURNS TABLE (path text, reason text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 5
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	o constant jsonb := coalesce(validate_experiment.options, '{}');
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF jsonb_typeof(variants) IS DISTINCT FROM 'array' OR jsonb_typeof(metrics) IS DISTINCT FROM 'array' OR jsonb_typeof(o) <> 'object' THEN
		RETURN QUERY SELECT p.path, p.reason FROM (VALUES
			('variants', 'must be a JSON array', jsonb_typeof(variants) IS DISTINCT FROM 'array'),
			('metrics', 'must be a JSON array', jsonb_typeof(metrics) IS DISTINCT FROM 'array'),
			('options', 'must be a JSON object', jsonb_typeof(o) <> 'object')) AS p (path, reason, broken) WHERE p.broken;
		RETURN;
	END IF;

	IF validate_experiment.prompt IS NULL THEN
		RETURN QUERY SELECT 'prompt', 'must not be null';
	END IF;
	RETURN QUERY SELECT p.path, p.reason FROM (
		SELECT format('variants[%s]', v.n - 1) AS place, v.value AS item, v.n FROM jsonb_array_elements(variants) WITH ORDINALITY AS v (value, n)) AS i
	CROSS JOIN LATERAL (VALUES
		(i.place, 'must be a JSON object', jsonb_typeof(i.item) <> 'object'),
		(i.place || '.key', 'must have 1 to 64 characters of A-Z, a-z, 0-9, "_", "." and "-"', (i.item ->> 'key' ~ '^[A-Za-z0-9_.-]{1,64}$') IS NOT TRUE),
		(i.place || '.weight', 'must be a whole number from 0 to 1000000',
			CASE jsonb_typeof(i.item -> 'weight') WHEN 'number' THEN (i.item ->> 'weight')::numeric NOT BETWEEN 0 AND 1000000 OR (i.item ->> 'weight')::numeric % 1 <> 0
				ELSE i.item ? 'weight' END),
		(i.place, 'give one of version and label, or a prompt', jsonb_typeof(i.item) = 'object'
			AND (i.item ? 'version' AND i.item ? 'label' OR NOT i.item ?| '{version,label,prompt}')),
		(i.place || '.version', 'must be a whole number', i.item ? 'version' AND (i.item ->> 'version' ~ '^[0-9]{1,9}$') IS NOT TRUE),
		(i.place, 'has a key that is none of key, version, label, prompt, weight',
			jsonb_typeof(i.item) = 'object' AND i.item - '{key,version,label,prompt,weight}'::text[] <> '{}')
	) AS p (path, reason, broken) WHERE p.broken ORDER BY i.n;
	RETURN QUERY SELECT p.path, p.reason FROM (VALUES
		('variants', 'must be 2 to 64: a control and at least one treatment', jsonb_array_length(variants) NOT BETWEEN 2 AND 64),
		('variants', 'have two of the same key', (SELECT count(*) <> count(DISTINCT v ->> 'key') FROM jsonb_array_elements(variants) AS v)),
		('variants', 'weights must sum to 1 to 1000000', (SELECT sum(CASE jsonb_typeof(v -> 'weight') WHEN 'number' THEN (v ->> 'weight')::numeric ELSE 1 END)
			FROM jsonb_array_elements(variants) AS v) NOT BETWEEN 1 AND 1000000),
		('metrics', 'must be 1 to 64', jsonb_array_length(metrics) NOT BETWEEN 1 AND 64),
		('metrics', 'must have at least one of role primary', NOT EXISTS (SELECT FROM jsonb_array_elements(metrics) WITH ORDINALITY AS m (value, n)
			WHERE coalesce(m.value ->> 'role', CASE m.n WHEN 1 THEN 'primary' ELSE 'secondary' END) = 'primary')),
		('metrics', 'have two of the same name', (SELECT count(*) <> count(DISTINCT m ->> 'name') FROM jsonb_array_elements(metrics) AS m))
	) AS p (path, reason, broken) WHERE p.broken;

	RETURN QUERY SELECT p.path, p.reason FROM (
		SELECT format('metrics[%s]', m.n - 1) AS place, m.value AS item, m.n FROM jsonb_array_elements(metrics) WITH ORDINALITY AS m (value, n)) AS i
	CROSS JOIN LATERAL (VALUES
		(i.place, 'must be a JSON object', jsonb_typeof(i.item) <> 'object'),
		(i.place || '.name', 'must have 1 to 64 characters of A-Z, a-z, 0-9, "_", "." and "-"', (i.item ->> 'name' ~ '^[A-Za-z0-9_.-]{1,64}$') IS NOT TRUE),
		(i.place || '.kind', 'must be binary, continuous or ratio', coalesce(i.item ->> 'kind', 'binary') NOT IN ('binary', 'continuous', 'ratio')),
		(i.place || '.role', 'must be primary, secondary or guardrail', coalesce(i.item ->> 'role', 'primary') NOT IN ('primary', 'secondary', 'guardrail')),
		(i.place || '.direction', 'must be increase or decrease', coalesce(i.item ->> 'direction', 'increase') NOT IN ('increase', 'decrease')),
		(i.place || '.margin', 'must be a number from 0, for a binary metric below 1', CASE jsonb_typeof(i.item -> 'margin')
			WHEN 'number' THEN (i.item ->> 'margin')::numeric < 0 OR (i.item ->> 'margin')::numeric > 1e300
				OR (i.item ->> 'margin')::numeric > 0 AND (i.item ->> 'margin')::numeric < 1e-300
				OR coalesce(i.item ->> 'kind', 'binary') = 'binary' AND (i.item ->> 'margin')::numeric >= 1
			ELSE i.item ? 'margin' END),
		(i.place || '.source', 'must be execution. and one of success, duration, time_to_first_chunk, cost_usd, input_tokens, output_tokens, confidence',
			i.item ->> 'source' ^@ 'execution.' AND i.item ->> 'source' !~ '^execution\.(success|duration|time_to_first_chunk|cost_usd|input_tokens|output_tokens|confidence)$'),
		(i.place || '.source', 'is not registered, see register_metric_source()', i.item ? 'source' AND (i.item ->> 'source' ^@ 'execution.') IS NOT TRUE
			AND NOT EXISTS (SELECT FROM prompt_mgr.metric_source AS s WHERE s.name = i.item ->> 'source')),
		(i.place, 'has a key that is none of name, kind, role, direction, margin, source',
			jsonb_typeof(i.item) = 'object' AND i.item - '{name,kind,role,direction,margin,source}'::text[] <> '{}')
	) AS p (path, reason, broken) WHERE p.broken ORDER BY i.n;
	RETURN QUERY SELECT * FROM prompt_mgr.validate_experiment_options(o);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.validate_experiment(text, jsonb, jsonb, jsonb) IS
'Everything that create_experiment() would refuse about the shape of its arguments, a row each; none where it is fine.';

CREATE FUNCTION prompt_mgr.validate_experiment_options(options jsonb) RETURNS TABLE (path text, reason text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 5
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	o constant jsonb := validate_experiment_options.options;
	method constant text := coalesce(o ->> 'method', CASE WHEN o ? 'planned_n' THEN 'hybrid' ELSE 'always_valid' END);
	step jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY SELECT k.key, 'is not an option' FROM jsonb_object_keys(o) AS k (key)
	WHERE k.key <> ALL ('{method,alpha,planned_n,min_units,min_runtime,max_n,ends_at,auto_stop,on_win,correction,targeting,layer,priority,holdout,salt,algorithm,label,traffic,ramp,futility,guardrail_action,bandit}'::text[]);
	RETURN QUERY SELECT p.path, p.reason FROM (VALUES
		('method', 'must be always_valid, hybrid, group_sequential or fixed', method NOT IN ('always_valid', 'hybrid', 'group_sequential', 'fixed')),
		('planned_n', 'is needed by this method', method IN ('hybrid', 'group_sequential') AND NOT o ? 'planned_n'),
		('auto_stop', 'would make a fixed-horizon test look again and again; set planned_n, at which it then looks once, or choose method always_valid',
			method = 'fixed' AND o -> 'auto_stop' = 'true' AND NOT o ? 'planned_n'),
		('correction', 'needs e-values for e_bh, which method always_valid has', o ->> 'correction' = 'e_bh' AND method <> 'always_valid'),
		('bandit', 'has weights that follow the data, which only method always_valid allows for', o -> 'bandit' = 'true' AND method <> 'always_valid'),
		('on_win', 'must be recommend or activate', coalesce(o ->> 'on_win', 'recommend') NOT IN ('recommend', 'activate')),
		('correction', 'must be holm, bh, e_bh, bonferroni or none', coalesce(o ->> 'correction', 'holm') NOT IN ('holm', 'bh', 'e_bh', 'bonferroni', 'none')),
		('guardrail_action', 'must be pause, stop or none', coalesce(o ->> 'guardrail_action', 'pause') NOT IN ('pause', 'stop', 'none')),
		('salt', 'must have 1 to 64 characters of A-Z, a-z, 0-9, "_", "." and "-"', o ? 'salt' AND (o ->> 'salt' ~ '^[A-Za-z0-9_.-]{1,64}$') IS NOT TRUE),
		('label', 'is no label', o ? 'label' AND (o ->> 'label' ~ '^[a-z0-9_.-]{1,36}$' AND o ->> 'label' <> 'latest') IS NOT TRUE),
		('targeting', 'must be a JSON array', o ? 'targeting' AND jsonb_typeof(o -> 'targeting') <> 'array'),
		('priority', 'must be a whole number', o ? 'priority' AND (o ->> 'priority' ~ '^-?[0-9]{1,9}$') IS NOT TRUE),
		('futility', 'must have "mde", a difference of rates, and "power", both between 1e-9 and 1', o ? 'futility' AND
			(jsonb_typeof(o -> 'futility' -> 'mde') = 'number' AND jsonb_typeof(o -> 'futility' -> 'power') = 'number'
				AND o -> 'futility' -> 'mde' BETWEEN '0.000000001' AND '1' AND o -> 'futility' -> 'power' BETWEEN '0.000000001' AND '1') IS NOT TRUE),
		('futility', 'needs max_n', o ? 'futility' AND NOT o ? 'max_n')
	) AS p (path, reason, broken) WHERE p.broken;

	RETURN QUERY SELECT n.name, n.reason FROM (VALUES
		('alpha', 'must be a number between 0 and 0.5, both excluded', '0.000000001'::jsonb, '0.499999999'::jsonb),
		('planned_n', 'must be a whole number from 1', '1', '1000000000000'), ('max_n', 'must be a whole number from 1', '1', '1000000000000'),
		('min_units', 'must be a whole number from 0', '0', '1000000000000'), ('traffic', 'must be a number from 0 to 1', '0', '1')) AS n (name, reason, low, high)
	WHERE o ? n.name AND (jsonb_typeof(o -> n.name) = 'number' AND o -> n.name BETWEEN n.low AND n.high
		AND (n.reason NOT LIKE '%whole%' OR (o ->> n.name)::numeric % 1 = 0)) IS NOT TRUE;
	RETURN QUERY SELECT b.name, 'must be true or false' FROM unnest('{auto_stop,bandit}'::text[]) AS b (name)
	WHERE o ? b.name AND jsonb_typeof(o -> b.name) <> 'boolean';

	RETURN QUERY SELECT l.name, format('must be %s', l.shape) FROM (VALUES
		('layer', 'a name, or an object with "name", "from" and "to", shares from 0 to 1', o -> 'layer', '0'::jsonb, '1'::jsonb),
		('holdout', 'a share from 0 to 1, or an object with "name" and "share"', CASE jsonb_typeof(o -> 'holdout')
			WHEN 'object' THEN (o -> 'holdout') || jsonb_build_object('from', 0, 'to', o -> 'holdout' -> 'share')
			WHEN 'number' THEN jsonb_build_object('name', 'global', 'from', 0, 'to', o -> 'holdout') ELSE '[]' END, '0', '1')) AS l (name, shape, value, low, high)
	WHERE o ? l.name AND (CASE jsonb_typeof(l.value) WHEN 'string' THEN o ->> l.name ~ '^[A-Za-z0-9_.-]{1,64}$'
		WHEN 'object' THEN CASE l.name WHEN 'layer' THEN l.value ->> 'name' ELSE coalesce(l.value ->> 'name', 'global') END ~ '^[A-Za-z0-9_.-]{1,64}$'
			AND jsonb_typeof(coalesce(l.value -> 'from', '0')) = 'number' AND jsonb_typeof(coalesce(l.value -> 'to', '1')) = 'number'
			AND coalesce(l.value -> 'from', '0') BETWEEN l.low AND l.high AND coalesce(l.value -> 'to', '1') BETWEEN l.low AND l.high
			AND (l.name = 'holdout' OR CASE WHEN coalesce(l.value -> 'from', '0') < coalesce(l.value -> 'to', '1')
				AND jsonb_typeof(coalesce(l.value -> 'from', '0')) = 'number' AND jsonb_typeof(coalesce(l.value -> 'to', '1')) = 'number'
				-- As they are kept: in parts per million.
				THEN round(coalesce((l.value ->> 'from')::numeric, 0) * 1000000) < round(coalesce((l.value ->> 'to')::numeric, 1) * 1000000) END) END) IS NOT TRUE;

	-- What only the types' input functions can tell.
	BEGIN
		PERFORM (o ->> 'ends_at')::timestamptz;
		IF (o ->> 'min_runtime')::interval NOT BETWEEN interval '0' AND interval '100 years' THEN
			RETURN QUERY SELECT 'min_runtime', 'must be an interval from 0 to 100 years';
		END IF;
		IF o ? 'ramp' AND jsonb_typeof(o -> 'ramp') <> 'array' THEN
			RETURN QUERY SELECT 'ramp', 'must be a JSON array';
		ELSE
			FOR step IN SELECT r FROM jsonb_array_elements(o -> 'ramp') AS r LOOP
				IF (jsonb_typeof(step -> 'share') = 'number' AND step -> 'share' BETWEEN '0' AND '1'
						AND (step ->> 'after')::interval BETWEEN interval '0' AND interval '100 years') IS NOT TRUE THEN
					RETURN QUERY SELECT 'ramp', 'must have steps with "after", an interval of at most 100 years, and "share", a number from 0 to 1';
				END IF;
			END LOOP;
		END IF;
		PERFORM prompt_mgr.pick_variant('unit', coalesce(o ->> 'salt', 'salt'), '{1,1}', coalesce(o ->> 'algorithm', 'm3'));
		PERFORM prompt_mgr.matches_targeting(CASE jsonb_typeof(o -> 'targeting') WHEN 'array' THEN o -> 'targeting' ELSE '[]' END, '{}');
	EXCEPTION WHEN invalid_parameter_value OR invalid_datetime_format OR datetime_field_overflow OR invalid_text_representation
			OR interval_field_overflow OR invalid_time_zone_displacement_value THEN
		RETURN QUERY SELECT 'options', SQLERRM;
	END;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.validate_experiment_options(jsonb) IS
'Everything that create_experiment() would refuse about its options, a row each; none where they are fine.';
