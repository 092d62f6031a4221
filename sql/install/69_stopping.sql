-- What the periodic job does with experiments: add up, look, act.  Each has a
-- subtransaction of its own, so that one in trouble leaves the others alone;
-- two jobs at once share the work, and every stop happens once.

CREATE FUNCTION prompt_mgr._experiment_planned_tests(id uuid, name text, seen pg_snapshot, at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	e record;
	c record;
	bounds double precision[];
	level double precision;
BEGIN
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.experiment_id = id;
	-- Looks spend a share of alpha each time, the planned test the rest, in
	-- equal parts per comparison.
	level := e.alpha * CASE e.method WHEN 'hybrid' THEN 0.9 ELSE 1 END
		/ CASE WHEN e.options ->> 'correction' = 'none' THEN 1 ELSE
			(SELECT count(*) FROM prompt_mgr.experiment_metric AS m WHERE m.experiment_id = id AND m.role = 'primary') * (cardinality(e.weights) - 1) END;
	FOR c IN
		SELECT t.metric_no, t.variant_no, t.units + b.units AS n, least(1, (t.units + b.units)::double precision / e.planned_n) AS fraction,
			t.z, t.p_value, p.tests, p.fractions
		FROM prompt_mgr.analyze_experiment(name, seen => seen) AS t
		JOIN prompt_mgr.analyze_experiment(name, seen => seen) AS b ON b.metric_no = t.metric_no AND b.variant_no = 1
		CROSS JOIN LATERAL (SELECT count(*) AS tests, array_agg(y.fraction ORDER BY y.test_no) AS fractions, coalesce(max(y.fraction), 0) AS last,
			coalesce(bool_or(y.rejected), false) AS rejected
			FROM prompt_mgr.experiment_test AS y WHERE y.experiment_id = id AND y.metric_no = t.metric_no AND y.variant_no = t.variant_no) AS p
		WHERE t.role = 'primary' AND t.variant_no > 1 AND t.z IS NOT NULL AND NOT p.rejected
			AND CASE e.method WHEN 'group_sequential' THEN p.last < 1 AND (t.units + b.units = 0) IS FALSE
				AND (t.units + b.units >= e.planned_n OR p.tests < 199 AND (t.units + b.units)::double precision / e.planned_n >= p.last + 0.001)
				ELSE p.tests = 0 AND t.units + b.units >= e.planned_n END
	LOOP
		bounds := NULL;
		IF e.method = 'group_sequential' THEN
			bounds := prompt_mgr.group_sequential_bounds(c.fractions || c.fraction, level);
		END IF;
		INSERT INTO prompt_mgr.experiment_test (experiment_id, metric_no, variant_no, test_no, units, fraction, z, p_value, bound, rejected, tested_at)
		VALUES (id, c.metric_no, c.variant_no, c.tests + 1, c.n, c.fraction, c.z, c.p_value, bounds[c.tests + 1],
			CASE e.method WHEN 'group_sequential' THEN coalesce(abs(c.z) >= bounds[c.tests + 1], false) ELSE coalesce(c.p_value <= level, false) END, at)
		ON CONFLICT ON CONSTRAINT experiment_test_pkey DO NOTHING;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_planned_tests(uuid, text, pg_snapshot, timestamptz) IS
'internal: makes the tests that an experiment''s plan provides for at this size, each once';

-- A snapshot leaves out the transaction that takes it where no later one has
-- ended yet.  What a transaction recorded before it stopped the experiment
-- belongs to the last look, and commits with it.
CREATE FUNCTION prompt_mgr._snapshot_with_own() RETURNS pg_snapshot
LANGUAGE sql STABLE
BEGIN ATOMIC
	-- A snapshot much older than its transaction would list all ids between.
	SELECT CASE WHEN own.id IS NULL OR own.id < pg_snapshot_xmax(s.seen)
			OR own.id::text::numeric - pg_snapshot_xmax(s.seen)::text::numeric > 100000 THEN s.seen
		ELSE format('%s:%s:%s', pg_snapshot_xmin(s.seen), own.id::text::numeric + 1, concat_ws(',',
			(SELECT string_agg(x.id::text, ',' ORDER BY x.id) FROM pg_snapshot_xip(s.seen) AS x (id)),
			(SELECT string_agg(x.id::text, ',' ORDER BY x.id)
			 FROM generate_series(pg_snapshot_xmax(s.seen)::text::numeric, own.id::text::numeric - 1) AS x (id))))::pg_snapshot END
	FROM pg_current_snapshot() AS s (seen), pg_current_xact_id_if_assigned() AS own (id);
END;

COMMENT ON FUNCTION prompt_mgr._snapshot_with_own() IS
'internal: the current snapshot, with the current transaction in it';

CREATE FUNCTION prompt_mgr._experiment_look(id uuid, at timestamptz, OUT decision text, OUT variant text, OUT reason text, OUT ended boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	last record;
	seen pg_snapshot := prompt_mgr._snapshot_with_own();
	totals jsonb;
	results jsonb;
	srm jsonb;
BEGIN
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.experiment_id = _experiment_look.id;
	SELECT l.look_no, l.epoch, l.totals, l.results, l.srm, l.decision, l.reason INTO last FROM prompt_mgr.experiment_look AS l
	WHERE l.experiment_id = e.experiment_id ORDER BY l.look_no DESC LIMIT 1;
	SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.metric_no, t.epoch, t.variant_no), '[]') INTO totals
	FROM prompt_mgr.experiment_totals(e.name, seen => seen) AS t;
	-- After the stop only what the last look has not seen is worth another.
	IF e.status = 'completed' AND last.totals = totals THEN
		RETURN;
	END IF;
	-- Of the same totals under the same weights only the time can tell more.
	IF (last.totals, last.epoch) = (totals, e.epoch) THEN
		results := last.results;
		srm := last.srm;
	ELSE
		IF e.planned_n IS NOT NULL AND e.method <> 'always_valid' AND e.status <> 'completed' THEN
			PERFORM prompt_mgr._experiment_planned_tests(e.experiment_id, e.name, seen, at);
		END IF;
		SELECT coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('max_log_e', greatest(
				CASE WHEN a.gate_open THEN a.log_e_value END,
				(SELECT (p ->> 'max_log_e')::double precision FROM jsonb_array_elements(last.results) AS p
				 WHERE p -> 'metric_no' = to_jsonb(a.metric_no) AND p -> 'variant_no' = to_jsonb(a.variant_no)))) ORDER BY a.metric_no, a.variant_no), '[]')
		INTO results FROM prompt_mgr.analyze_experiment(e.name, seen => seen) AS a;
		srm := prompt_mgr.experiment_srm(e.name, seen => seen);
	END IF;
	SELECT d.decision, d.variant, d.reason, d.ended INTO decision, variant, reason, ended
	FROM prompt_mgr.experiment_decision(e.name, results, srm, at) AS d;
	IF last.look_no IS NULL OR (last.totals, last.decision, last.reason) IS DISTINCT FROM (totals, decision, reason) THEN
		INSERT INTO prompt_mgr.experiment_look (experiment_id, look_no, looked_at, snapshot, units, epoch, totals, results, srm, decision, variant, reason)
		SELECT e.experiment_id, coalesce(last.look_no, 0) + 1, at, seen,
			(SELECT coalesce(sum((t ->> 'units')::bigint), 0) FROM jsonb_array_elements(totals) AS t WHERE t -> 'metric_no' = '0'),
			e.epoch, totals, results, srm, decision, variant, reason;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_look(uuid, timestamptz) IS
'internal: looks at an experiment, keeps what it saw, and says what follows';

CREATE FUNCTION prompt_mgr._experiment_reweigh(id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	e record;
	arms integer[];
	shares integer[];
	new_weights integer[];
BEGIN
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.experiment_id = id;
	-- Arms with a weight, by the counts that tell of their rates as much as the
	-- rates standardised over the epochs do.
	SELECT array_agg(a.variant_no ORDER BY a.variant_no), prompt_mgr.thompson_weights(
		array_agg(CASE m.direction WHEN 'increase' THEN r.successes ELSE r.trials - r.successes END ORDER BY a.variant_no),
		array_agg(r.trials ORDER BY a.variant_no)) INTO arms, shares
	FROM prompt_mgr.experiment_metric AS m
	JOIN prompt_mgr.experiment_arms(e.name) AS a ON a.metric_no = m.metric_no AND a.epoch = 0 AND e.weights[a.variant_no] > 0
	LEFT JOIN prompt_mgr.experiment_standard_arms(e.name) AS s ON s.metric_no = a.metric_no AND s.variant_no = a.variant_no
	CROSS JOIN LATERAL (SELECT CASE WHEN e.epoch > 1 AND s.standard_error > 0
		THEN least(round(s.mean * (1 - s.mean) / (s.standard_error * s.standard_error)), 1e15)::bigint ELSE a.units END AS trials) AS t
	CROSS JOIN LATERAL (SELECT t.trials, CASE WHEN e.epoch > 1 AND s.standard_error > 0 THEN round(s.mean * t.trials)::bigint ELSE a.successes END AS successes) AS r
	WHERE m.experiment_id = id AND m.metric_no = (SELECT min(x.metric_no) FROM prompt_mgr.experiment_metric AS x
		WHERE x.experiment_id = id AND x.role = 'primary' AND x.kind = 'binary')
	HAVING min(a.units) >= 100 AND count(*) = (SELECT count(*) FROM unnest(e.weights) AS w WHERE w > 0);
	new_weights := (SELECT array_agg(coalesce(shares[array_position(arms, n)], 0) ORDER BY n) FROM generate_subscripts(e.weights, 1) AS n WHERE shares IS NOT NULL);
	-- Changes of less than a hundredth are not worth an epoch.
	IF new_weights IS NOT NULL AND EXISTS (SELECT FROM unnest(new_weights, e.weights) AS w (new, old)
			WHERE abs(w.new / 1000000.0 - w.old::numeric / (SELECT sum(o) FROM unnest(e.weights) AS o)) > 0.01) THEN
		UPDATE prompt_mgr.experiment AS x SET weights = new_weights WHERE x.experiment_id = id;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_reweigh(uuid) IS
'internal: moves a bandit''s weights to the variants that are probably best';

CREATE FUNCTION prompt_mgr._experiment_act(id uuid, decision text, variant text, reason text, ended boolean) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	e record;
	auto_stop boolean;
	action text;
BEGIN
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.experiment_id = id;
	auto_stop := coalesce((e.options ->> 'auto_stop')::boolean, e.options ->> 'on_win' = 'activate', false);
	action := CASE
		-- A paused experiment waits for somebody, but not beyond its end.
		WHEN ended THEN 'stopped'
		WHEN e.status = 'paused' THEN 'looked'
		WHEN decision = 'guardrail' AND coalesce(e.options ->> 'guardrail_action', 'pause') = 'pause' THEN 'paused'
		WHEN decision = 'guardrail' AND e.options ->> 'guardrail_action' = 'stop' OR decision IN ('win', 'no_win') AND auto_stop THEN 'stopped'
		ELSE 'looked' END;
	IF action <> 'looked' THEN
		-- Whoever has the prompt may want the experiment, which is in hand: it is
		-- not waited for, the next run comes.
		PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = e.prompt_id FOR NO KEY UPDATE SKIP LOCKED;
		IF NOT FOUND THEN
			RETURN 'looked';
		ELSIF action = 'paused' THEN
			PERFORM prompt_mgr.pause_experiment(e.name, reason);
		ELSE
			PERFORM prompt_mgr.stop_experiment(e.name, CASE decision WHEN 'win' THEN variant END, reason);
		END IF;
		RETURN action;
	ELSIF e.status = 'paused' THEN
		RETURN action;
	END IF;
	IF (e.options ->> 'bandit')::boolean AND decision <> 'srm' THEN
		PERFORM prompt_mgr._experiment_reweigh(id);
	END IF;
	RETURN 'looked';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_act(uuid, text, text, text, boolean) IS
'internal: pauses or stops an experiment as a look says, or gives a bandit new weights';

CREATE FUNCTION prompt_mgr._experiment_tick(at timestamptz DEFAULT clock_timestamp(), until timestamptz DEFAULT 'infinity')
RETURNS TABLE (experiment text, action text, decision text, reason text)
LANGUAGE plpgsql VOLATILE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	verdict record;
	-- Where there is no time for all, each run begins with others.
	first uuid := gen_random_uuid();
BEGIN
	PERFORM prompt_mgr.check_ready();
	FOR e IN SELECT x.experiment_id, x.name FROM prompt_mgr.experiment AS x WHERE x.status IN ('running', 'paused')
		ORDER BY x.experiment_id < first, x.experiment_id
	LOOP
		EXIT WHEN clock_timestamp() >= until;
		experiment := e.name;
		action := NULL;
		decision := NULL;
		reason := NULL;
		BEGIN
			-- Whoever holds the lock does the work; by now it may be done.
			CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended('prompt_mgr experiment ' || e.experiment_id, 0));
			PERFORM FROM prompt_mgr.experiment AS x WHERE x.experiment_id = e.experiment_id AND x.status IN ('running', 'paused')
			FOR NO KEY UPDATE SKIP LOCKED;
			CONTINUE WHEN NOT FOUND;
			PERFORM prompt_mgr._experiment_rollup(e.experiment_id);
			SELECT l.* INTO verdict FROM prompt_mgr._experiment_look(e.experiment_id, at) AS l;
			decision := verdict.decision;
			reason := verdict.reason;
			action := prompt_mgr._experiment_act(e.experiment_id, verdict.decision, verdict.variant, verdict.reason, verdict.ended);
		EXCEPTION WHEN OTHERS THEN
			action := 'failed';
			reason := SQLERRM;
			RAISE WARNING 'experiment "%": %', e.name, SQLERRM;
		END;
		RETURN NEXT;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._experiment_tick(timestamptz, timestamptz) IS
'internal: adds up, looks at and acts on every experiment that is not over; a row each, for the job''s log';
