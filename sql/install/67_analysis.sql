-- From sums to statistics, a decision, and a sentence about it.

CREATE FUNCTION prompt_mgr.compare_arms(
	is_rate boolean,
	n_control bigint, x_control bigint, mean_control double precision, variance_control double precision,
	n_treatment bigint, x_treatment bigint, mean_treatment double precision, variance_treatment double precision,
	alpha double precision, planned_n bigint, alternative text, margin double precision,
	OUT diff double precision, OUT lift double precision, OUT lift_low double precision, OUT lift_high double precision,
	OUT z double precision, OUT p_value double precision, OUT fixed_low double precision, OUT fixed_high double precision,
	OUT log_e_value double precision, OUT always_valid_p double precision, OUT ci_low double precision, OUT ci_high double precision,
	OUT level double precision, OUT gate_open boolean, OUT reject boolean, OUT prob_beats double precision, OUT reason text)
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'prompt_mgr_compare_arms';

COMMENT ON FUNCTION prompt_mgr.compare_arms(boolean, bigint, bigint, double precision, double precision, bigint, bigint, double precision, double precision, double precision, bigint, text, double precision) IS
'Everything about two arms in one call: the fixed-horizon test, the always-valid test and the Bayesian probability.
is_rate: n units and x successes count, else n, mean and variance per unit (NULL for an arm without units). z, p_value, fixed_low and fixed_high are as of ztest_counts() or welch_moments(), except that z has the pooled variance; log_e_value to reject as of always_valid_counts().';

CREATE FUNCTION prompt_mgr.best_of_means(means double precision[], standard_errors double precision[]) RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'prompt_mgr_best_of_means';

COMMENT ON FUNCTION prompt_mgr.best_of_means(double precision[], double precision[]) IS
'Probability of each arm to have the highest mean, under flat priors; NULL where a standard error is 0. Up to 64 arms.';

-- Units, mean and variance per unit of every arm; epoch 0 is all epochs together.
CREATE FUNCTION prompt_mgr.experiment_arms(name text, raw boolean DEFAULT false, seen pg_snapshot DEFAULT NULL)
RETURNS TABLE (metric_no integer, epoch integer, variant_no integer, exposed bigint, units bigint, successes bigint,
	mean double precision, variance double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	-- The query below asks for the totals only where it finds the experiment.
	IF NOT EXISTS (SELECT FROM prompt_mgr.experiment AS e WHERE e.name = experiment_arms.name) THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', experiment_arms.name USING ERRCODE = 'PT404';
	END IF;
	RETURN QUERY
	WITH total AS MATERIALIZED (
		SELECT * FROM prompt_mgr.experiment_totals(experiment_arms.name, raw, seen)
	), pooled AS (
		SELECT t.metric_no, g.epoch, t.variant_no, sum(t.units) AS n, sum(t.num) AS num, sum(t.num2) AS num2,
			sum(t.den) AS den, sum(t.den2) AS den2, sum(t.numden) AS numden
		FROM total AS t CROSS JOIN LATERAL (SELECT 0 AS epoch UNION ALL SELECT t.epoch) AS g
		GROUP BY t.metric_no, g.epoch, t.variant_no
	)
	SELECT m.metric_no::integer, x.epoch, x.variant_no, x.n::bigint,
		CASE m.kind WHEN 'binary' THEN x.n ELSE coalesce(p.n, 0) END::bigint,
		CASE m.kind WHEN 'binary' THEN coalesce(p.num, 0)::bigint END,
		-- What a double cannot hold is cut off: an analysis never fails for its data.
		-- least() and greatest() would make a number of NULL.
		CASE WHEN abs(v.mean) < 1e-300 THEN 0 WHEN v.mean IS NOT NULL THEN least(greatest(v.mean, -1e300), 1e300) END::double precision,
		CASE WHEN v.variance < 1e-300 THEN 0 WHEN v.variance IS NOT NULL THEN least(v.variance, 1e300) END::double precision
	FROM prompt_mgr.experiment AS e
	JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = e.experiment_id
	JOIN pooled AS x ON x.metric_no = 0
	LEFT JOIN pooled AS p ON p.metric_no = m.metric_no AND p.epoch = x.epoch AND p.variant_no = x.variant_no AND p.n > 0
	CROSS JOIN LATERAL (SELECT p.num / nullif(p.den, 0) AS r) AS r
	CROSS JOIN LATERAL (SELECT
		CASE m.kind WHEN 'binary' THEN coalesce(p.num, 0) / x.n WHEN 'continuous' THEN p.num / p.n ELSE r.r END AS mean,
		CASE m.kind
			WHEN 'binary' THEN coalesce(p.num, 0) * (x.n - coalesce(p.num, 0)) / nullif(x.n * (x.n - 1), 0)
			WHEN 'continuous' THEN (p.n * p.num2 - p.num * p.num) / nullif(p.n * (p.n - 1), 0)
			ELSE ((p.n * p.num2 - p.num * p.num) - 2 * r.r * (p.n * p.numden - p.num * p.den) + r.r * r.r * (p.n * p.den2 - p.den * p.den))
				* p.n / nullif((p.n - 1) * p.den * p.den, 0) END AS variance) AS v
	WHERE e.name = experiment_arms.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_arms(text, boolean, pg_snapshot) IS
'Units, successes, mean and variance per unit for each metric, epoch and variant of an experiment; epoch 0 is all together.
A binary metric has all exposed units, the others those with an outcome. Arguments as of experiment_totals().';

CREATE FUNCTION prompt_mgr.experiment_standard_arms(name text, raw boolean DEFAULT false, seen pg_snapshot DEFAULT NULL)
RETURNS TABLE (metric_no integer, variant_no integer, mean double precision, standard_error double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	WITH stratum AS (
		SELECT a.*, sum(a.units) OVER w AS weight,
			count(*) OVER w AS arms, count(a.variance) OVER w AS measured
		FROM prompt_mgr.experiment_arms(experiment_standard_arms.name, raw, seen) AS a
		WHERE a.epoch > 0 AND a.units > 0
		WINDOW w AS (PARTITION BY a.metric_no, a.epoch)
	), present AS (
		SELECT s.metric_no, count(DISTINCT s.variant_no) AS arms FROM stratum AS s GROUP BY s.metric_no
	)
	SELECT s.metric_no, s.variant_no, (sum(s.weight * s.mean) / sum(s.weight))::double precision,
		(sqrt(sum(s.weight * s.weight * s.variance / s.units)) / sum(s.weight))::double precision
	FROM stratum AS s JOIN present AS p ON p.metric_no = s.metric_no AND p.arms = s.arms AND s.measured = s.arms
	GROUP BY s.metric_no, s.variant_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.experiment_standard_arms(text, boolean, pg_snapshot) IS
'Mean and standard error of every arm, standardised over the epochs of weights: each epoch counts by its units of all arms together.
So arms compare although they had their units at different times. Epochs in which an arm has fewer than two units are left out. Arguments as of experiment_totals().';

CREATE FUNCTION prompt_mgr.analyze_experiment(name text, raw boolean DEFAULT false, seen pg_snapshot DEFAULT NULL)
RETURNS TABLE (variant text, metric text, kind text, role text, units bigint, successes bigint, mean double precision, sd double precision,
	difference double precision, lift double precision, ci_low double precision, ci_high double precision, ci_level double precision,
	z double precision, p_value double precision, always_valid_p double precision, log_e_value double precision, prob_best double precision,
	decision text, reason text, p_adjusted double precision, lift_low double precision, lift_high double precision,
	gate_open boolean, test_p double precision, test_rejected boolean, metric_no integer, variant_no integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	e record;
	spend double precision;
	correction text;
	final jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT x.* INTO e FROM prompt_mgr.experiment AS x WHERE x.name = analyze_experiment.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'experiment "%" does not exist or is not visible', analyze_experiment.name USING ERRCODE = 'PT404';
	END IF;
	IF e.status = 'completed' AND NOT raw AND seen IS NULL THEN
		SELECT l.results INTO final FROM prompt_mgr.experiment_look AS l WHERE l.experiment_id = e.experiment_id ORDER BY l.look_no DESC LIMIT 1;
		IF FOUND THEN
			RETURN QUERY SELECT r.* FROM jsonb_to_recordset(final) AS r (variant text, metric text, kind text, role text, units bigint, successes bigint,
				mean double precision, sd double precision, difference double precision, lift double precision, ci_low double precision, ci_high double precision,
				ci_level double precision, z double precision, p_value double precision, always_valid_p double precision, log_e_value double precision,
				prob_best double precision, decision text, reason text, p_adjusted double precision, lift_low double precision, lift_high double precision,
				gate_open boolean, test_p double precision, test_rejected boolean, metric_no integer, variant_no integer);
			RETURN;
		END IF;
	END IF;
	-- The share of alpha that looks may spend at any time; 0.1 is that of method hybrid.
	spend := CASE e.method WHEN 'hybrid' THEN e.alpha / 10 ELSE e.alpha END;
	correction := replace(coalesce(e.options ->> 'correction', 'holm'), 'e_bh', 'bh');

	RETURN QUERY
	WITH arm AS MATERIALIZED (
		SELECT a.*, m.kind, m.role, m.direction, m.margin, m.name AS metric
		FROM prompt_mgr.experiment_arms(e.name, raw, seen) AS a
		JOIN prompt_mgr.experiment_metric AS m ON m.experiment_id = e.experiment_id AND m.metric_no = a.metric_no
	), stratum AS (
		-- Once weights have changed only units of one epoch compare: a difference
		-- is that within the epochs, each weighted by what it tells.
		SELECT t.metric_no, t.variant_no, sum(w.weight * (t.mean - c.mean)) / nullif(sum(w.weight), 0) AS diff,
			sum(w.weight * w.weight * (c.variance / c.units + t.variance / t.units)) / nullif(sum(w.weight) * sum(w.weight), 0) AS variance
		FROM arm AS t
		JOIN arm AS c ON c.metric_no = t.metric_no AND c.epoch = t.epoch AND c.variant_no = 1
		CROSS JOIN LATERAL (SELECT c.units::double precision * t.units / nullif(c.units + t.units, 0) AS weight) AS w
		WHERE e.epoch > 1 AND t.variant_no > 1 AND t.epoch > 0 AND c.variance IS NOT NULL AND t.variance IS NOT NULL
		GROUP BY t.metric_no, t.variant_no
	), compared AS MATERIALIZED (
		SELECT t.metric_no, t.variant_no, x.*
		FROM arm AS t
		JOIN arm AS c ON c.metric_no = t.metric_no AND c.epoch = 0 AND c.variant_no = 1
		LEFT JOIN stratum AS s ON s.metric_no = t.metric_no AND s.variant_no = t.variant_no
		CROSS JOIN LATERAL (SELECT s.variance * c.units * t.units / nullif(c.units + t.units, 0) AS variance) AS v
		CROSS JOIN LATERAL prompt_mgr.compare_arms(t.kind = 'binary' AND e.epoch = 1, c.units, c.successes, c.mean,
			CASE WHEN e.epoch > 1 THEN v.variance ELSE c.variance END, t.units, t.successes, CASE WHEN e.epoch > 1 THEN c.mean + s.diff ELSE t.mean END,
			CASE WHEN e.epoch > 1 THEN v.variance ELSE t.variance END, spend, e.tuning_n,
			CASE WHEN t.role <> 'guardrail' THEN 'two-sided' WHEN t.direction = 'increase' THEN 'less' ELSE 'greater' END,
			CASE WHEN t.role <> 'guardrail' THEN 0 WHEN t.direction = 'increase' THEN -t.margin ELSE t.margin END) AS x
		WHERE t.variant_no > 1 AND t.epoch = 0 AND (e.epoch = 1 OR s.diff IS NOT NULL)
	), side AS (
		-- e-values of epochs are independent, so their product is one.  Each side
		-- has its own: two epochs that contradict each other are no evidence.
		SELECT t.metric_no, t.variant_no, a.alternative, t.role, sum(x.log_e_value) FILTER (WHERE x.gate_open) AS log_e, bool_or(x.gate_open) AS gate_open
		FROM arm AS t
		JOIN arm AS c ON c.metric_no = t.metric_no AND c.epoch = t.epoch AND c.variant_no = 1
		CROSS JOIN LATERAL (SELECT s.alternative FROM (VALUES ('greater'), ('less')) AS s (alternative)
			WHERE t.role <> 'guardrail' OR s.alternative = CASE t.direction WHEN 'increase' THEN 'less' ELSE 'greater' END) AS a
		CROSS JOIN LATERAL prompt_mgr.compare_arms(t.kind = 'binary', c.units, c.successes, c.mean, c.variance, t.units, t.successes, t.mean, t.variance,
			spend, e.tuning_n, a.alternative,
			CASE WHEN t.role <> 'guardrail' THEN 0 WHEN t.direction = 'increase' THEN -t.margin ELSE t.margin END) AS x
		WHERE e.epoch > 1 AND t.variant_no > 1 AND t.epoch > 0
		GROUP BY t.metric_no, t.variant_no, a.alternative, t.role
	), by_epoch AS (
		-- Of two sides the mean of both is an e-value, and the larger one says which.
		SELECT s.metric_no, s.variant_no, bool_or(s.gate_open) AS gate_open,
			max(s.log_e) + CASE WHEN count(s.log_e) > 1 THEN ln((1 + exp(greatest(min(s.log_e) - max(s.log_e), -700))) / 2) ELSE 0 END AS log_e,
			CASE WHEN count(s.log_e) > 1 THEN sign(max(s.log_e) FILTER (WHERE s.alternative = 'greater') - max(s.log_e) FILTER (WHERE s.alternative = 'less')) END AS side
		FROM side AS s GROUP BY s.metric_no, s.variant_no
	), best AS (
		SELECT a.metric_no, array_agg(a.variant_no ORDER BY a.variant_no) AS arms,
			CASE WHEN e.epoch > 1 THEN prompt_mgr.best_of_means(
					array_agg(CASE a.direction WHEN 'increase' THEN s.mean ELSE -s.mean END ORDER BY a.variant_no), array_agg(s.standard_error ORDER BY a.variant_no))
				WHEN a.kind = 'binary' THEN prompt_mgr.best_arm_probabilities(
					array_agg(CASE a.direction WHEN 'increase' THEN a.successes ELSE a.units - a.successes END ORDER BY a.variant_no), array_agg(a.units ORDER BY a.variant_no))
				WHEN bool_and(a.mean IS NOT NULL AND a.variance IS NOT NULL) THEN prompt_mgr.best_of_means(
					array_agg(CASE a.direction WHEN 'increase' THEN a.mean ELSE -a.mean END ORDER BY a.variant_no),
					array_agg(coalesce(sqrt(a.variance / nullif(a.units, 0)), 0) ORDER BY a.variant_no)) END AS probability
		FROM arm AS a
		LEFT JOIN prompt_mgr.experiment_standard_arms(e.name, raw, seen) AS s ON e.epoch > 1 AND s.metric_no = a.metric_no AND s.variant_no = a.variant_no
		WHERE a.epoch = 0 AND (e.epoch = 1 OR s.mean IS NOT NULL) GROUP BY a.metric_no, a.kind, a.direction
	), full_row AS (
		SELECT m.metric_no, v.variant_no, v.key, m.name AS metric, m.kind, m.role, m.direction, m.margin,
			coalesce(a.units, 0) AS units, a.successes, a.mean, sqrt(a.variance) AS sd,
			c.diff, c.lift, c.lift_low, c.lift_high, c.z, c.p_value, c.level,
			CASE WHEN e.method IN ('always_valid', 'hybrid') THEN c.ci_low ELSE c.fixed_low END AS ci_low,
			CASE WHEN e.method IN ('always_valid', 'hybrid') THEN c.ci_high ELSE c.fixed_high END AS ci_high,
			CASE WHEN e.epoch > 1 THEN b.log_e ELSE c.log_e_value END AS log_e, CASE WHEN e.epoch > 1 THEN b.gate_open ELSE c.gate_open END AS gate_open,
			c.reason, p.probability[array_position(p.arms, v.variant_no::integer)] AS prob_best,
			t.p_value AS test_p, t.rejected AS test_rejected, t.side AS test_side, coalesce(b.side, sign(c.diff)) AS side,
			e.weights[v.variant_no] = 0 AND coalesce(a.exposed, 0) = 0 AS idle
		FROM prompt_mgr.experiment_metric AS m
		JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = m.experiment_id
		LEFT JOIN arm AS a ON a.metric_no = m.metric_no AND a.variant_no = v.variant_no AND a.epoch = 0
		LEFT JOIN compared AS c ON c.metric_no = m.metric_no AND c.variant_no = v.variant_no
		LEFT JOIN by_epoch AS b ON b.metric_no = m.metric_no AND b.variant_no = v.variant_no
		LEFT JOIN best AS p ON p.metric_no = m.metric_no
		LEFT JOIN LATERAL (SELECT y.p_value, bool_or(y.rejected) OVER () AS rejected, max(sign(y.z)) FILTER (WHERE y.rejected) OVER () AS side FROM prompt_mgr.experiment_test AS y
			WHERE y.experiment_id = e.experiment_id AND y.metric_no = m.metric_no AND y.variant_no = v.variant_no ORDER BY y.test_no DESC LIMIT 1) AS t ON e.method <> 'always_valid'
		WHERE m.experiment_id = e.experiment_id
	), ranked AS (
		SELECT f.*, CASE WHEN f.log_e IS NOT NULL THEN least(1, exp(-f.log_e)) END AS p, CASE WHEN f.gate_open THEN least(1, exp(-f.log_e)) ELSE 1 END AS judged,
			row_number() OVER w AS place, count(*) FILTER (WHERE NOT f.idle) OVER (PARTITION BY f.role, f.variant_no = 1) AS family
		FROM full_row AS f
		WINDOW w AS (PARTITION BY f.role, f.variant_no = 1 ORDER BY CASE WHEN f.gate_open THEN f.log_e ELSE 0 END DESC NULLS LAST, f.metric_no, f.variant_no)
	), adjusted AS (
		SELECT r.*, CASE correction WHEN 'none' THEN r.judged WHEN 'bonferroni' THEN least(1, r.family * r.judged)
			-- Of p-values that are inverse e-values this is the procedure e-BH.
			WHEN 'bh' THEN min(least(1, r.family * r.judged / r.place)) OVER (PARTITION BY r.role, r.variant_no = 1 ORDER BY r.place DESC)
			ELSE max(least(1, (r.family - r.place + 1) * r.judged)) OVER (PARTITION BY r.role, r.variant_no = 1 ORDER BY r.place) END AS p_adj
		FROM ranked AS r
	), judged AS (
		-- Which side the difference was found on, by whichever test has found it.
		-- Evidence from single epochs counts where all together agree.
		SELECT a.*, CASE WHEN e.method IN ('always_valid', 'hybrid') AND a.gate_open AND a.p_adj <= spend
				AND (e.epoch = 1 OR CASE a.side WHEN 1 THEN a.ci_low > 0 WHEN -1 THEN a.ci_high < 0 END) THEN a.side
			WHEN a.test_rejected THEN a.test_side END AS found
		FROM adjusted AS a
	), decided AS (
		SELECT d.*, CASE
			WHEN d.variant_no = 1 THEN 'control'
			WHEN d.diff IS NULL THEN 'no_data'
			WHEN d.role = 'guardrail' THEN CASE WHEN d.gate_open AND d.p_adj <= spend THEN 'breached' ELSE 'holds' END
			-- What has come since may point the other way.
			WHEN (d.found <> 0 AND d.found = sign(d.diff)) IS NOT TRUE THEN 'undecided'
			WHEN (d.diff > 0) <> (d.direction = 'increase') THEN 'worse'
			WHEN d.margin > 0 AND (CASE d.direction WHEN 'increase' THEN d.ci_low >= d.margin ELSE d.ci_high <= -d.margin END) IS NOT TRUE THEN 'undecided'
			ELSE 'better' END AS decision
		FROM judged AS d
	)
	SELECT d.key, d.metric, d.kind, d.role, d.units, d.successes, d.mean, d.sd, d.diff, d.lift,
		CASE WHEN d.kind = 'binary' AND d.ci_low < -1 THEN -1 ELSE d.ci_low END, CASE WHEN d.kind = 'binary' AND d.ci_high > 1 THEN 1 ELSE d.ci_high END,
		d.level, d.z, d.p_value, d.p, d.log_e, d.prob_best, d.decision,
		CASE d.decision WHEN 'control' THEN 'the others are compared with it'
			WHEN 'no_data' THEN 'there are no units to compare yet'
			WHEN 'better' THEN format('%s is better by %s, and chance does not explain it', d.metric, prompt_mgr.describe_number(d.diff, d.kind))
			WHEN 'worse' THEN format('%s is worse by %s, and chance does not explain it', d.metric, prompt_mgr.describe_number(d.diff, d.kind))
			WHEN 'breached' THEN format('%s has become worse by %s, more than the margin of %s', d.metric, prompt_mgr.describe_number(d.diff, d.kind), prompt_mgr.describe_number(d.margin, d.kind))
			WHEN 'holds' THEN format('%s shows no harm beyond the margin of %s', d.metric, prompt_mgr.describe_number(d.margin, d.kind))
			ELSE CASE WHEN d.reason = 'no_variation' THEN 'all units have the same value' WHEN NOT d.gate_open THEN 'there are too few units or events to judge'
				WHEN e.method = 'fixed' AND d.test_p IS NULL THEN 'a fixed-horizon test is judged once, at the planned size'
				ELSE format('%s differs by %s, which chance may explain', d.metric, prompt_mgr.describe_number(d.diff, d.kind)) END END,
		CASE WHEN d.variant_no > 1 THEN d.p_adj END, d.lift_low, d.lift_high, d.gate_open, d.test_p, d.test_rejected, d.metric_no::integer, d.variant_no::integer
	FROM decided AS d ORDER BY d.metric_no, d.variant_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.analyze_experiment(text, boolean, pg_snapshot) IS
'Every variant and metric of an experiment: estimates, intervals, p-values that hold however often one looks, and what follows.
One row of the statistics is one unit. difference, lift and what follows compare with the control. ci_low, ci_high: confidence sequence at ci_level (methods always_valid and hybrid), else the fixed interval; z, p_value: the fixed-horizon test, valid at one planned look; always_valid_p, log_e_value: valid at every look; p_adjusted: the former corrected for variants and metrics of the same role; test_p, test_rejected: the planned test once it has been made; prob_best: probability to be the best variant. decision: control, better, worse, undecided, no_data, for guardrails breached or holds. Guardrails are tested one-sided against their margin. Where weights have changed, units are compared within each epoch.
A completed experiment shows its last look. raw and seen as of experiment_totals(). PT404 unknown experiment.';

CREATE FUNCTION prompt_mgr.describe_number(value double precision, kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN 'an unknown amount' WHEN kind = 'binary' THEN round((abs(value) * 100)::numeric, 2)::text || ' percentage points'
	WHEN abs(value) < 1e15 THEN trim_scale(round(abs(value)::numeric, 4))::text ELSE abs(value)::text END;

COMMENT ON FUNCTION prompt_mgr.describe_number(double precision, text) IS
'A difference as people write it: that of a binary metric in percentage points.';
