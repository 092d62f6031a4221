-- Which variant a unit gets, and serving it.

CREATE FUNCTION prompt_mgr.assign_variant(experiment text, unit text, attributes jsonb DEFAULT '{}') RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_assign_variant';

COMMENT ON FUNCTION prompt_mgr.assign_variant(text, text, jsonb) IS
'The variant that serve_prompt() would give a unit, by its key; logs nothing.
In this order: what force_variant() says, what the unit was exposed to before, then by hash. NULL where the unit is not in the experiment: it does not run, or the unit is outside of its layer, its targeting or its traffic, in its holdout, empty, or in another experiment of higher priority. PT404 unknown experiment.
The hashes, for clients elsewhere: variant = pick_variant(unit, salt || ''/v'', weights) by m3 and m3_rendezvous, and with the bare salt by other vendors'' algorithms; in the traffic where pick_variant(unit, salt || ''/x'', {ppm, 1000000 - ppm}) is 1; in the holdout likewise with its name and ''/h''; in the layer with its name and ''/l''.';

-- A type of its own, which the executor knows by heart, costs less per call
-- than a list of output columns.
CREATE TYPE prompt_mgr.served_prompt AS (
	prompt text,
	version integer,
	version_id uuid,
	label text,
	experiment text,
	variant text,
	exposure_id uuid,
	execution_id uuid,
	text text,
	messages jsonb,
	config jsonb,
	tokens integer);

COMMENT ON TYPE prompt_mgr.served_prompt IS
'A prompt as it was served to a unit, by serve_prompt() or preview_prompt().
tokens: those of text, or of all contents of messages together, by the encoding that the version''s constraints name (o200k_base by default); NULL where its table is not installed.';

CREATE FUNCTION prompt_mgr.serve_prompt(
	name text,
	unit text,
	variables jsonb DEFAULT '{}',
	attributes jsonb DEFAULT '{}',
	record boolean DEFAULT true,
	label text DEFAULT 'production',
	options jsonb DEFAULT '{}')
RETURNS prompt_mgr.served_prompt
LANGUAGE c VOLATILE COST 1000
AS 'MODULE_PATHNAME', 'prompt_mgr_serve_prompt';

COMMENT ON FUNCTION prompt_mgr.serve_prompt(text, text, jsonb, jsonb, boolean, text, jsonb) IS
'Serves a prompt to a unit: variant chosen, version resolved, text rendered and exposure recorded in one statement.
The text is always that of the variant recorded. The first exposure of a unit decides: it keeps its variant whatever happens to weights and traffic. Where no experiment runs on the prompt and label, or the unit is in none, it is the label''s version, with experiment, variant and exposure_id NULL. execution_id is new each time, for log_execution(). record => false records nothing. text is that of a text prompt, messages those of a chat prompt. Errors are those of render_prompt().';

CREATE FUNCTION prompt_mgr.preview_prompt(
	name text,
	unit text,
	variables jsonb DEFAULT '{}',
	attributes jsonb DEFAULT '{}',
	label text DEFAULT 'production',
	options jsonb DEFAULT '{}')
RETURNS prompt_mgr.served_prompt
LANGUAGE c STABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'prompt_mgr_preview_prompt';

COMMENT ON FUNCTION prompt_mgr.preview_prompt(text, text, jsonb, jsonb, text, jsonb) IS
'What serve_prompt() would serve a unit now; records nothing and works on a standby.
exposure_id and execution_id are NULL.';

CREATE FUNCTION prompt_mgr.list_assignments(experiment text, after text DEFAULT NULL, page_size integer DEFAULT 100)
RETURNS TABLE (unit text, variant text, epoch integer, forced boolean, exposed_at timestamptz, exposure_id uuid, crossed_to text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT e.experiment_id INTO id FROM prompt_mgr.experiment AS e WHERE e.name = list_assignments.experiment;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', list_assignments.experiment USING ERRCODE = 'PT404';
	ELSIF (page_size BETWEEN 1 AND 10000) IS NOT TRUE THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	SELECT x.unit, v.key, x.epoch, x.forced, x.exposed_at, x.exposure_id,
		ARRAY(SELECT w.key FROM prompt_mgr.exposure_crossover AS c
			JOIN prompt_mgr.experiment_variant AS w ON w.experiment_id = c.experiment_id AND w.variant_no = c.variant_no
			WHERE c.experiment_id = x.experiment_id AND c.unit = x.unit ORDER BY c.crossed_at, w.variant_no)
	FROM prompt_mgr.exposure AS x
	JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = x.experiment_id AND v.variant_no = x.variant_no
	WHERE x.experiment_id = id AND (list_assignments.after IS NULL OR x.unit > list_assignments.after)
	ORDER BY x.unit
	LIMIT page_size;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_assignments(text, text, integer) IS
'Units of an experiment in the order of their names, with the variant that each had first and those that it had later.
forced: the unit is not analysed. after: the last unit of the page before, for the next page of page_size rows. PT404 unknown experiment, 22023 page_size outside of 1 to 10000.';

CREATE FUNCTION prompt_mgr.experiment_client_config(name text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.name = experiment_client_config.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_client_config.name USING ERRCODE = 'PT404';
	END IF;
	RETURN jsonb_build_object('experiment', e.name, 'status', e.status, 'prompt', e.prompt, 'label', e.label,
		'algorithm', e.algorithm, 'salt', e.salt, 'variant_salt', CASE WHEN e.algorithm IN ('m3', 'm3_rendezvous') THEN e.salt || '/v' ELSE e.salt END,
		'exposure_salt', e.salt || '/x', 'coverage_ppm', CASE WHEN e.ramp_at IS NULL THEN e.coverage_ppm
			ELSE coalesce(e.ramp_ppm[width_bucket(now(), e.ramp_at)], e.coverage_ppm) END,
		'epoch', e.epoch, 'targeting', e.targeting,
		'layer', CASE WHEN e.layer IS NOT NULL THEN jsonb_build_object('salt', e.layer || '/l', 'from_ppm', e.layer_from, 'to_ppm', e.layer_to) END,
		'holdout', CASE WHEN e.holdout IS NOT NULL THEN jsonb_build_object('salt', e.holdout || '/h', 'ppm', e.holdout_ppm) END,
		'variants', (SELECT jsonb_agg(jsonb_build_object('key', v.key, 'weight', e.weights[v.variant_no]) ORDER BY v.variant_no)
			FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = e.experiment_id));
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_client_config(text) IS
'What a client outside of the database needs in order to choose the same variants: algorithm, salts, shares, weights.
PT404 unknown experiment.';
