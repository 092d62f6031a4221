-- Creating experiments, and their life: start, pause, resume, stop, weights.

CREATE FUNCTION prompt_mgr.create_experiment(name text, prompt text, variants jsonb, metrics jsonb, options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
AS $function$
#variable_conflict use_column
DECLARE
	o jsonb := coalesce(create_experiment.options, '{}');
	problems jsonb;
	home record;
	target record;
	item jsonb;
	n integer := 0;
	new_id uuid := gen_random_uuid();
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (SELECT 'name' AS path, 'must have 1 to 255 characters and no control character' AS reason
			WHERE (length(create_experiment.name) BETWEEN 1 AND 255 AND create_experiment.name !~ '[[:cntrl:]]') IS NOT TRUE
		UNION ALL SELECT v.path, v.reason FROM prompt_mgr.validate_experiment(create_experiment.prompt, variants, metrics, o) AS v) AS p;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems, HINT = 'validate_experiment() lists what is wrong without creating anything.';
	END IF;
	SELECT p.prompt_id, p.name, p.kind INTO home
	FROM prompt_mgr.resolve_prompt(create_experiment.prompt) AS r JOIN prompt_mgr.prompt AS p USING (prompt_id);

	-- Times and intervals are read again elsewhere, under other settings, and later.
	IF o ->> 'ends_at' IS NOT NULL THEN
		o := o || jsonb_build_object('ends_at', (o ->> 'ends_at')::timestamptz);
	END IF;
	IF o ->> 'min_runtime' IS NOT NULL THEN
		o := o || jsonb_build_object('min_runtime', (o ->> 'min_runtime')::interval::text);
	END IF;
	IF o ? 'ramp' THEN
		o := o || jsonb_build_object('ramp', (SELECT coalesce(jsonb_agg(r.value || jsonb_build_object('after', (r.value ->> 'after')::interval::text) ORDER BY r.n), '[]')
			FROM jsonb_array_elements(o -> 'ramp') WITH ORDINALITY AS r (value, n)));
	END IF;

	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = home.prompt_id FOR NO KEY UPDATE;
	INSERT INTO prompt_mgr.experiment AS e (experiment_id, name, prompt_id, prompt, label, salt, algorithm, method, alpha, planned_n,
		weights, coverage_ppm, targeting, layer, layer_from, layer_to, priority, holdout, holdout_ppm, options)
	SELECT new_id, create_experiment.name, home.prompt_id, home.name, coalesce(o ->> 'label', 'production'),
		coalesce(o ->> 'salt', new_id::text), coalesce(o ->> 'algorithm', 'm3'),
		coalesce(o ->> 'method', CASE WHEN o ? 'planned_n' THEN 'hybrid' ELSE 'always_valid' END),
		coalesce((o ->> 'alpha')::double precision, 0.05), (o ->> 'planned_n')::numeric::bigint,
		(SELECT array_agg(coalesce((v.value ->> 'weight')::numeric::integer, 1) ORDER BY v.n) FROM jsonb_array_elements(variants) WITH ORDINALITY AS v (value, n)),
		round(coalesce((o ->> 'traffic')::numeric, 1) * 1000000)::integer, coalesce(o -> 'targeting', '[]'),
		CASE jsonb_typeof(o -> 'layer') WHEN 'object' THEN o -> 'layer' ->> 'name' ELSE o ->> 'layer' END,
		CASE jsonb_typeof(o -> 'layer') WHEN 'object' THEN round(coalesce((o -> 'layer' ->> 'from')::numeric, 0) * 1000000)::integer ELSE 0 END,
		CASE jsonb_typeof(o -> 'layer') WHEN 'object' THEN round(coalesce((o -> 'layer' ->> 'to')::numeric, 1) * 1000000)::integer ELSE 1000000 END,
		coalesce((o ->> 'priority')::integer, 0),
		CASE jsonb_typeof(o -> 'holdout') WHEN 'object' THEN coalesce(o -> 'holdout' ->> 'name', 'global') WHEN 'number' THEN 'global' END,
		CASE jsonb_typeof(o -> 'holdout') WHEN 'object' THEN round((o -> 'holdout' ->> 'share')::numeric * 1000000)::integer
			WHEN 'number' THEN round((o ->> 'holdout')::numeric * 1000000)::integer ELSE 0 END, o;

	FOR item IN SELECT v FROM jsonb_array_elements(variants) AS v LOOP
		n := n + 1;
		-- Raises PT404 where prompt, version or label does not exist.
		SELECT g.prompt_id, g.name, g.version, g.kind, g.status INTO target
		FROM prompt_mgr.get_prompt(coalesce(item ->> 'prompt', home.name), (item ->> 'version')::integer, item ->> 'label') AS g;
		IF target.status IN ('draft', 'archived') THEN
			RAISE EXCEPTION 'version % of prompt "%" is %', target.version, target.name, target.status
				USING ERRCODE = 'PT409', HINT = 'Publish it with publish_version(), or choose another.';
		ELSIF target.kind <> home.kind THEN
			RAISE EXCEPTION 'prompt "%" is a % prompt, and prompt "%" a % prompt', target.name, target.kind, home.name, home.kind
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', format('variants[%s].prompt', n - 1), 'reason', 'must be of the same kind')),
				HINT = 'All variants of an experiment are texts, or all are chats.';
		END IF;
		INSERT INTO prompt_mgr.experiment_variant (experiment_id, variant_no, key, prompt_id, prompt, version, label)
		VALUES (new_id, n, item ->> 'key', target.prompt_id, target.name, (item ->> 'version')::integer,
			CASE WHEN NOT item ? 'version' THEN coalesce(item ->> 'label', 'production') END);
	END LOOP;
	INSERT INTO prompt_mgr.experiment_metric (experiment_id, metric_no, name, kind, role, direction, margin, source, field)
	SELECT new_id, m.n, m.value ->> 'name', coalesce(m.value ->> 'kind', 'binary'),
		coalesce(m.value ->> 'role', CASE m.n WHEN 1 THEN 'primary' ELSE 'secondary' END),
		coalesce(m.value ->> 'direction', 'increase'), coalesce((m.value ->> 'margin')::double precision, 0),
		CASE WHEN m.value ->> 'source' !~ '^execution\.' THEN m.value ->> 'source' END, substring(m.value ->> 'source' FROM '^execution\.(.*)')
	FROM jsonb_array_elements(metrics) WITH ORDINALITY AS m (value, n);
	RETURN new_id;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'experiment "%" exists already', create_experiment.name
		USING ERRCODE = '23505', HINT = 'Names of experiments are used once, so that their history stays clear.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr.create_experiment(text, text, jsonb, jsonb, jsonb) IS
'Creates an experiment in status draft; returns its id.
variants: [{"key", "version" or "label" or "prompt", "weight"}], the first is the control; weights are whole numbers, 1 by default. metrics: [{"name", "kind": binary, continuous or ratio, "role": primary, secondary or guardrail, "direction": increase or decrease, "margin", "source"}]; source is a query of register_metric_source(), or a column of the executions that were logged with the experiment and unit: execution.success, .duration, .time_to_first_chunk, .cost_usd, .input_tokens, .output_tokens or .confidence.
options: label (production); method (always_valid; with planned_n hybrid; group_sequential; fixed), alpha (0.05), planned_n (units of the control and one treatment together), correction (holm, bh, e_bh, bonferroni, none); min_units per variant (10), min_runtime, max_n (units of all variants), ends_at, futility {"mde", "power"}; auto_stop (false: a win is recommended), on_win (recommend; activate moves the label to the winner when the experiment stops), guardrail_action (pause, stop, none); traffic (1), ramp [{"after": "1 day", "share": 0.5}], targeting, layer (a name, or {"name", "from", "to"}), priority, holdout (a share, or {"name", "share"}); salt, algorithm; bandit (false).
22023 with all that is wrong, PT404 unknown prompt, version or label, PT409 draft or archived version, 23505 name in use.';

-- The prompt before the experiment, and both before the prompt's chain of the
-- audit, as whoever renames or releases has them.
CREATE FUNCTION prompt_mgr.lock_experiment(name text) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = (SELECT e.prompt_id FROM prompt_mgr.experiment AS e WHERE e.name = lock_experiment.name) FOR NO KEY UPDATE;
	SELECT e.experiment_id INTO id FROM prompt_mgr.experiment AS e WHERE e.name = lock_experiment.name FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', lock_experiment.name USING ERRCODE = 'PT404';
	END IF;
	RETURN id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.lock_experiment(text) IS
'Identity of an experiment that is locked from then on, its prompt too, until the transaction ends; for start_experiment() and its like.
PT404 where it does not exist or is not visible.';

CREATE FUNCTION prompt_mgr.start_experiment(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
BEGIN
	id := prompt_mgr.lock_experiment(start_experiment.name);
	SELECT e.experiment_id, e.status, e.prompt_id, e.prompt, e.label, e.options INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status <> 'draft' THEN
		RAISE EXCEPTION 'experiment "%" is % and cannot be started', start_experiment.name, was.status
			USING ERRCODE = 'PT409', HINT = CASE was.status WHEN 'paused' THEN 'Continue it with resume_experiment().' WHEN 'running' THEN 'It runs already.' ELSE 'Create another experiment.' END;
	END IF;
	-- The job will move the label with its own rights.  Whoever starts the
	-- experiment has to be allowed each move that it may make: tried, and undone.
	-- Where others must approve, or a gate agree, a win only asks for a release.
	IF was.options ->> 'on_win' = 'activate' AND NOT EXISTS (SELECT FROM prompt_mgr.label_protection(was.prompt, was.label) AS l
			WHERE l.approvals > 0 OR l.gates <> '[]') THEN
		BEGIN
			PERFORM prompt_mgr.activate(was.prompt, (SELECT g.version FROM prompt_mgr.get_prompt(was.prompt, v.version, v.label) AS g), was.label)
			FROM prompt_mgr.experiment_variant AS v
			WHERE v.experiment_id = was.experiment_id AND v.prompt_id = was.prompt_id;
			RAISE EXCEPTION USING ERRCODE = 'PM099';
		EXCEPTION
			WHEN SQLSTATE 'PM099' THEN
				NULL;
			WHEN insufficient_privilege THEN
				RAISE EXCEPTION 'label "%" of prompt "%" may not be moved by you, and a win would move it', was.label, was.prompt
					USING ERRCODE = '42501', DETAIL = SQLERRM,
					HINT = 'Let somebody start the experiment who may move the label, or create it without "on_win".';
		END;
	END IF;
	UPDATE prompt_mgr.experiment AS e SET status = 'running' WHERE e.experiment_id = was.experiment_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.start_experiment(text) IS
'Starts a draft experiment: serve_prompt() splits the units from the next statement on, and the plan is frozen.
PT404 unknown experiment; PT409 where it is no draft, or another experiment claims the same units of the prompt and label, or of the layer; 42501 where a win would move a label that you may not move.';

CREATE FUNCTION prompt_mgr.pause_experiment(name text, reason text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
BEGIN
	id := prompt_mgr.lock_experiment(pause_experiment.name);
	SELECT e.experiment_id, e.status INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status <> 'running' THEN
		RAISE EXCEPTION 'experiment "%" is % and cannot be paused', pause_experiment.name, was.status
			USING ERRCODE = 'PT409', HINT = 'Only a running experiment can be paused.';
	END IF;
	UPDATE prompt_mgr.experiment AS e SET status = 'paused', stop_reason = pause_experiment.reason WHERE e.experiment_id = was.experiment_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.pause_experiment(text, text) IS
'Pauses a running experiment: everybody gets the label''s version until it is resumed; units keep their variants for then.
PT404 unknown experiment, PT409 where it does not run.';

CREATE FUNCTION prompt_mgr.resume_experiment(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
BEGIN
	id := prompt_mgr.lock_experiment(resume_experiment.name);
	SELECT e.experiment_id, e.status INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status <> 'paused' THEN
		RAISE EXCEPTION 'experiment "%" is % and cannot be resumed', resume_experiment.name, was.status
			USING ERRCODE = 'PT409', HINT = CASE was.status WHEN 'draft' THEN 'Start it with start_experiment().' WHEN 'running' THEN 'It runs already.' ELSE 'Create another experiment.' END;
	END IF;
	UPDATE prompt_mgr.experiment AS e SET status = 'running', stop_reason = NULL WHERE e.experiment_id = was.experiment_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.resume_experiment(text) IS
'Continues a paused experiment; units keep their variants.
PT404 unknown experiment, PT409 where it is not paused.';

CREATE FUNCTION prompt_mgr.stop_experiment(name text, winner text DEFAULT NULL, reason text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
	won record;
	rules record;
	request uuid;
	why text;
BEGIN
	id := prompt_mgr.lock_experiment(stop_experiment.name);
	SELECT e.* INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status NOT IN ('running', 'paused') THEN
		RAISE EXCEPTION 'experiment "%" is % and cannot be stopped', stop_experiment.name, was.status
			USING ERRCODE = 'PT409', HINT = CASE was.status WHEN 'completed' THEN 'It was stopped already; experiment_report() says how it ended.' ELSE 'It was never started.' END;
	END IF;
	SELECT v.prompt_id, v.version, v.label INTO won FROM prompt_mgr.experiment_variant AS v
	WHERE v.experiment_id = was.experiment_id AND v.key = stop_experiment.winner;
	IF NOT FOUND AND stop_experiment.winner IS NOT NULL THEN
		RAISE EXCEPTION 'experiment "%" has no variant "%"', stop_experiment.name, stop_experiment.winner
			USING ERRCODE = 'PT404', HINT = (SELECT 'Its variants are: ' || string_agg(v.key, ', ' ORDER BY v.variant_no) || '.'
				FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = was.experiment_id);
	END IF;
	UPDATE prompt_mgr.experiment AS e
	SET status = 'completed', winner = stop_experiment.winner, stop_reason = coalesce(stop_experiment.reason, 'stopped by hand')
	WHERE e.experiment_id = was.experiment_id;

	-- In the same transaction, and so once: the row's lock is held.
	IF was.options ->> 'on_win' = 'activate' AND won.prompt_id = was.prompt_id THEN
		won.version := coalesce(won.version, (SELECT g.version FROM prompt_mgr.get_prompt(was.prompt, label => won.label) AS g));
		why := format('winner of experiment "%s": %s', was.name, coalesce(stop_experiment.reason, 'stopped by hand'));
		SELECT p.approvals, p.gates <> '[]' AS gated INTO rules FROM prompt_mgr.label_protection(was.prompt, was.label) AS p;
		IF rules.approvals > 0 OR rules.gated THEN
			-- Others must agree first, or may say no: the stop does not wait for them.
			request := prompt_mgr.request_release(jsonb_build_array(
				jsonb_build_object('name', was.prompt, 'label', was.label, 'version', won.version)), why);
			IF rules.approvals = 0 THEN
				PERFORM prompt_mgr.apply_release(request);
			END IF;
		ELSE
			PERFORM prompt_mgr.activate(was.prompt, won.version, was.label, why);
		END IF;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.stop_experiment(text, text, text) IS
'Stops an experiment for good, with or without a winner.
Everybody gets the label''s version again; where the option on_win is activate, the label moves to the winner in the same transaction, or where approvals or a gate stand before that, a release is asked for. Rows and looks stay as they are. PT404 unknown experiment or variant, PT409 where it neither runs nor is paused.';

CREATE FUNCTION prompt_mgr.set_weights(name text, weights jsonb, rebucket boolean DEFAULT false) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
	new_weights integer[];
	stranger text;
	new_epoch integer;
BEGIN
	id := prompt_mgr.lock_experiment(set_weights.name);
	SELECT e.experiment_id, e.status, e.weights INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status = 'completed' THEN
		RAISE EXCEPTION 'experiment "%" is completed, its weights cannot be changed', set_weights.name
			USING ERRCODE = 'PT409', HINT = 'Create another experiment.';
	END IF;
	IF jsonb_typeof(set_weights.weights) IS DISTINCT FROM 'object' OR EXISTS (SELECT FROM jsonb_each(set_weights.weights) AS w
			WHERE CASE jsonb_typeof(w.value) WHEN 'number' THEN w.value NOT BETWEEN '0' AND '1000000' OR w.value::numeric % 1 <> 0 ELSE true END) THEN
		RAISE EXCEPTION 'weights must be an object of variants and whole numbers from 0 to 1000000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'weights', 'reason', 'must be an object such as {"a": 1, "b": 9}'));
	END IF;
	SELECT k.key INTO stranger FROM jsonb_object_keys(set_weights.weights) AS k (key)
	WHERE NOT EXISTS (SELECT FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = was.experiment_id AND v.key = k.key);
	IF FOUND THEN
		RAISE EXCEPTION 'experiment "%" has no variant "%"', set_weights.name, stranger USING ERRCODE = 'PT404';
	END IF;
	SELECT array_agg(coalesce((set_weights.weights ->> v.key)::numeric::integer, was.weights[v.variant_no]) ORDER BY v.variant_no)
	INTO new_weights FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = was.experiment_id;
	IF (SELECT sum(w) FROM unnest(new_weights) AS w) NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'weights must sum to 1 to 1000000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'weights', 'reason', 'must sum to 1 to 1000000')),
			HINT = 'To stop serving every variant, use pause_experiment().';
	END IF;
	UPDATE prompt_mgr.experiment AS e SET weights = new_weights, sticky_from = e.sticky_from + coalesce(rebucket, false)::integer
	WHERE e.experiment_id = was.experiment_id
	RETURNING e.epoch INTO new_epoch;
	RETURN new_epoch;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.set_weights(text, jsonb, boolean) IS
'Changes the weights of an experiment, {"variant": weight}; returns the number of the epoch now in force.
Variants not named keep theirs. Units served before keep their variant; the analysis compares within each epoch. rebucket: they are assigned anew instead; the analysis still counts each under the variant that it had first, so that a difference shows weaker, and those that changed as crossovers. PT404 unknown experiment or variant, PT409 completed, 22023 weights that cannot be meant.';

CREATE FUNCTION prompt_mgr.force_variant(name text, unit text, variant text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
	forced smallint;
BEGIN
	id := prompt_mgr.lock_experiment(force_variant.name);
	SELECT e.experiment_id, e.status INTO was FROM prompt_mgr.experiment AS e WHERE e.experiment_id = id;
	IF was.status = 'completed' THEN
		RAISE EXCEPTION 'experiment "%" is completed', force_variant.name USING ERRCODE = 'PT409', HINT = 'Create another experiment.';
	ELSIF (octet_length(force_variant.unit) BETWEEN 1 AND 1024) IS NOT TRUE THEN
		RAISE EXCEPTION 'unit must have 1 to 1024 bytes'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'unit', 'reason', 'must have 1 to 1024 bytes'));
	END IF;
	IF force_variant.variant IS NULL THEN
		DELETE FROM prompt_mgr.experiment_force AS f WHERE f.experiment_id = was.experiment_id AND f.unit = force_variant.unit;
		RETURN;
	END IF;
	SELECT v.variant_no INTO forced FROM prompt_mgr.experiment_variant AS v
	WHERE v.experiment_id = was.experiment_id AND v.key = force_variant.variant;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" has no variant "%"', force_variant.name, force_variant.variant USING ERRCODE = 'PT404';
	END IF;
	INSERT INTO prompt_mgr.experiment_force (experiment_id, unit, variant_no) VALUES (was.experiment_id, force_variant.unit, forced)
	ON CONFLICT ON CONSTRAINT experiment_force_pkey DO UPDATE SET variant_no = EXCLUDED.variant_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.force_variant(text, text, text) IS
'Gives a unit a fixed variant whatever its hash, for trying things out; NULL takes that back.
A unit that was forced before its first exposure is not analysed; one forced later stays in the analysis under the variant that it had first, and counts as a crossover. PT404 unknown experiment or variant, PT409 completed.';
