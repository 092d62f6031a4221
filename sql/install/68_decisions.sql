-- The split, the decision, the report.

CREATE FUNCTION prompt_mgr.experiment_srm(name text, raw boolean DEFAULT false, seen pg_snapshot DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	result jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.experiment_id, x.name INTO e FROM prompt_mgr.experiment AS x WHERE x.name = experiment_srm.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_srm.name USING ERRCODE = 'PT404';
	END IF;
	WITH observed AS (
		SELECT p.epoch, p.weights, array_agg(coalesce(t.units, 0) ORDER BY v.variant_no) AS units
		FROM prompt_mgr.experiment_epoch AS p
		JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = p.experiment_id
		LEFT JOIN prompt_mgr.experiment_totals(e.name, raw, seen) AS t ON t.metric_no = 0 AND t.epoch = p.epoch AND t.variant_no = v.variant_no
		WHERE p.experiment_id = e.experiment_id
		GROUP BY p.epoch, p.weights
	)
	SELECT jsonb_build_object('log_e_value', coalesce(sum(s.log_e_value), 0),
		'alarm', coalesce(sum(s.log_e_value) >= ln(1000::double precision), false) OR coalesce(bool_or(s.reason = 'zero_weight_units'), false),
		'chi2', CASE count(*) WHEN 1 THEN max(s.chi2) END, 'df', CASE count(*) WHEN 1 THEN max(s.df) END,
		'p_value', CASE count(*) WHEN 1 THEN max(s.p_value) END, 'max_deviation', max(s.max_deviation),
		'reason', max(s.reason) FILTER (WHERE s.reason = 'zero_weight_units'), 'epochs', count(*),
		'exposed', (SELECT coalesce(jsonb_agg(x.units ORDER BY x.variant_no), '[]') FROM (SELECT u.variant_no, sum(u.units) AS units
			FROM observed AS p, unnest(p.units) WITH ORDINALITY AS u (units, variant_no) GROUP BY u.variant_no) AS x))
	INTO result
	FROM observed AS o CROSS JOIN LATERAL prompt_mgr.srm_test(o.units, o.weights) AS s
	WHERE (SELECT sum(u) FROM unnest(o.units) AS u) > 0;
	RETURN result;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_srm(text, boolean, pg_snapshot) IS
'Whether the units split as the weights say: the product of the e-values of all epochs, with alarm from 1000 on.
exposed: units per variant. Valid at every look. After an alarm nothing that the experiment shows can be trusted: look for units that are lost on the way. chi2 and p_value are given where the weights never changed. Arguments as of experiment_totals(). PT404 unknown experiment.';

CREATE FUNCTION prompt_mgr.experiment_decision(name text, results jsonb, srm jsonb, at timestamptz DEFAULT now(),
	OUT decision text, OUT variant text, OUT reason text, OUT ended boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	r record;
	control text;
	units bigint;
	fewest bigint;
	ends_at timestamptz;
	power double precision;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.name = experiment_decision.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_decision.name USING ERRCODE = 'PT404';
	END IF;
	SELECT max(x.variant) INTO control FROM jsonb_to_recordset(results) AS x (variant text, decision text) WHERE x.decision = 'control';
	-- A variant that gets no units holds nothing up.
	SELECT coalesce(sum(x.units::bigint), 0), coalesce(min(x.units::bigint) FILTER (WHERE e.weights[x.variant_no] > 0), 0) INTO units, fewest
	FROM jsonb_array_elements_text(srm -> 'exposed') WITH ORDINALITY AS x (units, variant_no);
	ends_at := (e.options ->> 'ends_at')::timestamptz;
	reason := CASE WHEN at >= ends_at THEN format('it has reached its end, %s', ends_at)
		WHEN units >= (e.options ->> 'max_n')::numeric THEN format('it has reached its largest size, %s of %s units', units, e.options ->> 'max_n') END;
	ended := reason IS NOT NULL;

	IF (srm ->> 'alarm')::boolean THEN
		decision := 'srm';
		reason := 'the units do not split as the weights say, so the results cannot be trusted; find out where units are lost';
		RETURN;
	END IF;
	SELECT x.variant, x.reason INTO r FROM jsonb_to_recordset(results) AS x (variant text, decision text, reason text) WHERE x.decision = 'breached' LIMIT 1;
	IF FOUND THEN
		decision := 'guardrail';
		variant := r.variant;
		reason := format('variant %s does harm: %s', r.variant, r.reason);
		RETURN;
	END IF;
	IF NOT ended AND fewest < coalesce((e.options ->> 'min_units')::numeric, 10) THEN
		decision := 'continue';
		reason := format('the smallest variant has %s units, and it needs %s', fewest, coalesce(e.options ->> 'min_units', '10'));
		RETURN;
	ELSIF NOT ended AND at < e.started_at + (e.options ->> 'min_runtime')::interval THEN
		decision := 'continue';
		reason := format('it has to run for %s before anything is decided', e.options ->> 'min_runtime');
		RETURN;
	END IF;

	SELECT x.variant, min(x.reason) FILTER (WHERE x.decision = 'better') AS reason INTO r
	FROM jsonb_to_recordset(results) AS x (variant text, role text, decision text, reason text, prob_best double precision)
	WHERE x.role = 'primary'
	GROUP BY x.variant HAVING bool_or(x.decision = 'better') AND NOT bool_or(x.decision = 'worse')
	ORDER BY max(x.prob_best) FILTER (WHERE x.decision = 'better') DESC NULLS LAST, x.variant LIMIT 1;
	IF FOUND THEN
		decision := 'win';
		variant := r.variant;
		reason := format('variant %s beats %s: %s', r.variant, control, r.reason);
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM jsonb_array_elements(results) AS x WHERE x ->> 'decision' = 'worse' AND x ->> 'role' = 'primary')
			AND NOT EXISTS (SELECT FROM jsonb_to_recordset(results) AS x (variant text, variant_no integer, role text, decision text)
			WHERE x.role = 'primary' AND x.decision <> 'control' AND (x.decision <> 'no_data' OR e.weights[x.variant_no] > 0)
			GROUP BY x.variant HAVING NOT bool_or(x.decision = 'worse')) THEN
		decision := 'no_win';
		variant := control;
		reason := format('every other variant is worse than %s', control);
		RETURN;
	END IF;

	IF NOT ended AND e.options ? 'futility' THEN
		SELECT max(prompt_mgr.test_power(c.mean, least(greatest(c.mean + CASE m.direction WHEN 'increase' THEN 1 ELSE -1 END * (e.options -> 'futility' ->> 'mde')::double precision, 0), 1),
			greatest(1, share.control)::bigint, greatest(1, share.treatment)::bigint, e.alpha)) INTO power
		FROM jsonb_to_recordset(results) AS c (metric_no integer, variant_no integer, kind text, role text, mean double precision)
		JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = e.experiment_id AND m.metric_no = c.metric_no
		CROSS JOIN LATERAL (SELECT (e.options ->> 'max_n')::double precision * e.weights[1] / sum(w) AS control,
			(e.options ->> 'max_n')::double precision * max(w) FILTER (WHERE n > 1) / sum(w) AS treatment FROM unnest(e.weights) WITH ORDINALITY AS u (w, n)) AS share
		WHERE c.role = 'primary' AND c.kind = 'binary' AND c.variant_no = 1 AND c.mean IS NOT NULL;
		IF power < (e.options -> 'futility' ->> 'power')::double precision THEN
			ended := true;
			reason := format('even at its largest size it would find the difference sought with a probability of %s only', round(power::numeric, 2));
		END IF;
	END IF;
	IF NOT ended AND e.method IN ('fixed', 'group_sequential') AND NOT EXISTS (
			SELECT FROM jsonb_to_recordset(results) AS x (metric_no integer, variant_no integer, role text, decision text)
			WHERE x.role = 'primary' AND x.variant_no > 1 AND (x.decision <> 'no_data' OR e.weights[x.variant_no] > 0) AND NOT EXISTS (SELECT FROM prompt_mgr.experiment_test AS t
				WHERE t.experiment_id = e.experiment_id AND t.metric_no = x.metric_no AND t.variant_no = x.variant_no AND t.fraction = 1)) THEN
		ended := true;
		reason := 'the planned test has been made and found no difference';
	END IF;
	decision := CASE WHEN ended THEN 'stop' ELSE 'continue' END;
	reason := coalesce(reason, 'no difference has shown yet that chance could not explain');
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_decision(text, jsonb, jsonb, timestamptz) IS
'What follows from the rows of analyze_experiment() and from experiment_srm() at a time, and why.
decision: srm, guardrail, win, no_win, stop or continue, in this order of precedence; ended: its end, its largest size or its plan is reached, or it has become futile.';

CREATE FUNCTION prompt_mgr.experiment_report(name text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	look record;
	results jsonb;
	srm jsonb;
	verdict record;
	variants jsonb;
	power jsonb;
	crossed bigint;
	exposed bigint;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.name = experiment_report.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_report.name USING ERRCODE = 'PT404';
	END IF;
	SELECT l.* INTO look FROM prompt_mgr.experiment_look AS l WHERE l.experiment_id = e.experiment_id ORDER BY l.look_no DESC LIMIT 1;
	IF e.status = 'completed' AND look.look_no IS NOT NULL THEN
		results := look.results;
		srm := look.srm;
		SELECT look.decision, look.variant, look.reason INTO verdict;
	ELSE
		SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.metric_no, a.variant_no), '[]') INTO results FROM prompt_mgr.analyze_experiment(e.name) AS a;
		srm := prompt_mgr.experiment_srm(e.name);
		SELECT d.decision, d.variant, d.reason INTO verdict FROM prompt_mgr.experiment_decision(e.name, results, srm) AS d;
	END IF;
	SELECT jsonb_agg(jsonb_build_object('key', v.key, 'weight', e.weights[v.variant_no], 'prompt', v.prompt, 'version', v.version, 'label', v.label,
			'exposed', (SELECT coalesce(sum(t.units), 0) FROM prompt_mgr.experiment_totals(e.name) AS t WHERE t.metric_no = 0 AND t.variant_no = v.variant_no)) ORDER BY v.variant_no)
	INTO variants FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = e.experiment_id;
	SELECT sum((v ->> 'exposed')::bigint) INTO exposed FROM jsonb_array_elements(variants) AS v;
	SELECT count(DISTINCT c.unit) INTO crossed FROM prompt_mgr.exposure_crossover AS c WHERE c.experiment_id = e.experiment_id;
	SELECT jsonb_agg(jsonb_build_object('metric', t.metric, 'variant', t.variant, 'mde', prompt_mgr.mde(c.mean, c.units, t.units, e.alpha)) ORDER BY t.metric_no, t.variant_no)
	INTO power
	FROM jsonb_to_recordset(results) AS t (metric text, variant text, metric_no integer, variant_no integer, kind text, role text, units bigint, mean double precision)
	JOIN jsonb_to_recordset(results) AS c (metric_no integer, variant_no integer, units bigint, mean double precision) ON c.metric_no = t.metric_no AND c.variant_no = 1
	WHERE t.role = 'primary' AND t.kind = 'binary' AND t.variant_no > 1 AND t.units > 0 AND c.units > 0;

	RETURN jsonb_build_object('experiment', e.name, 'status', e.status, 'prompt', e.prompt, 'label', e.label,
		'method', e.method, 'alpha', e.alpha, 'planned_n', e.planned_n, 'tuning_n', e.tuning_n,
		'started_at', e.started_at, 'stopped_at', e.stopped_at, 'winner', e.winner, 'stop_reason', e.stop_reason,
		'units', exposed, 'variants', variants, 'metrics', results, 'srm', srm, 'power', coalesce(power, '[]'),
		'epochs', (SELECT coalesce(jsonb_agg(jsonb_build_object('epoch', p.epoch, 'weights', p.weights, 'began_at', p.began_at) ORDER BY p.epoch), '[]')
			FROM prompt_mgr.experiment_epoch AS p WHERE p.experiment_id = e.experiment_id),
		'looks', coalesce(look.look_no, 0), 'crossovers', crossed,
		'crossover_share', CASE WHEN exposed > 0 THEN round(crossed::numeric / exposed, 6) END,
		'decision', verdict.decision, 'variant', verdict.variant, 'reason', verdict.reason,
		'recommendation', CASE e.status WHEN 'draft' THEN 'start it'
			WHEN 'completed' THEN CASE WHEN e.winner IS NULL THEN 'keep what you have' ELSE format('serve variant %s', e.winner) END
			ELSE CASE verdict.decision
			WHEN 'win' THEN format('switch label %s of prompt %s to variant %s', e.label, e.prompt, verdict.variant)
			WHEN 'no_win' THEN format('keep variant %s', verdict.variant) WHEN 'guardrail' THEN format('take variant %s out', verdict.variant)
			WHEN 'srm' THEN 'do not act on these results' WHEN 'stop' THEN 'stop it and keep what you have' ELSE 'keep it running' END END,
		'summary', format('Experiment %s on prompt %s has seen %s units. %s%s', e.name, e.prompt, coalesce(exposed, 0),
			CASE verdict.decision WHEN 'win' THEN 'There is a winner: '
				WHEN 'continue' THEN CASE e.status WHEN 'completed' THEN format('It was stopped (%s) without a result: ', e.stop_reason) ELSE 'There is no result yet: ' END WHEN 'stop' THEN 'It ends without a winner: '
				WHEN 'no_win' THEN 'The control stays: ' WHEN 'guardrail' THEN 'It should not go on: ' ELSE 'Something is wrong: ' END, verdict.reason || '.')
			|| CASE WHEN crossed >= 0.01 * exposed AND crossed > 0 THEN format(' Caution: %s units have seen more than one variant.', crossed) ELSE '' END);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_report(text) IS
'All about an experiment in one document: variants, metrics, split, power, decision, recommendation and a summary in plain words.
metrics are the rows of analyze_experiment(); srm is of experiment_srm(); power gives the smallest difference that the units seen would show four times in five. A completed experiment reports its last look. PT404 unknown experiment.';

CREATE FUNCTION prompt_mgr.list_experiments(prompt_name text DEFAULT NULL, with_status text DEFAULT NULL, page_size integer DEFAULT 100, after text DEFAULT NULL)
RETURNS TABLE (experiment_id uuid, name text, prompt text, label text, status text, method text, alpha double precision, planned_n bigint,
	variants jsonb, metrics jsonb, units bigint, decision text, variant text, reason text, looked_at timestamptz,
	created_at timestamptz, created_by text, started_at timestamptz, stopped_at timestamptz, winner text, stop_reason text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (page_size BETWEEN 1 AND 10000) IS NOT TRUE THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	SELECT e.experiment_id, e.name, e.prompt, e.label, e.status, e.method, e.alpha, e.planned_n,
		(SELECT jsonb_agg(jsonb_build_object('key', v.key, 'weight', e.weights[v.variant_no], 'prompt', v.prompt, 'version', v.version, 'label', v.label) ORDER BY v.variant_no)
			FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = e.experiment_id),
		(SELECT jsonb_agg(jsonb_build_object('name', m.name, 'kind', m.kind, 'role', m.role, 'direction', m.direction) ORDER BY m.metric_no)
			FROM prompt_mgr.experiment_metric AS m WHERE m.experiment_id = e.experiment_id),
		coalesce(l.units, 0), l.decision, l.variant, l.reason, l.looked_at,
		e.created_at, e.created_by, e.started_at, e.stopped_at, e.winner, e.stop_reason
	FROM prompt_mgr.experiment AS e
	LEFT JOIN LATERAL (SELECT x.* FROM prompt_mgr.experiment_look AS x WHERE x.experiment_id = e.experiment_id ORDER BY x.look_no DESC LIMIT 1) AS l ON true
	WHERE (prompt_name IS NULL OR e.prompt = prompt_name)
		AND (with_status IS NULL OR e.status = with_status)
		AND (list_experiments.after IS NULL OR e.name > list_experiments.after)
	ORDER BY e.name
	LIMIT page_size;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_experiments(text, text, integer, text) IS
'Experiments in the order of their names: plan, variants, metrics, and what the last look of the periodic job found.
prompt_name, with_status: only those; after: the last name of the page before, for the next page of page_size rows. units, decision, variant and reason are of that look, see experiment_report() for the present. 22023 page_size outside of 1 to 10000.';
