-- Error rates by simulation, over the functions that analyses and jobs use.
-- psql variables: experiments, looks, units (of both arms per look), whole (experiments
-- made and looked at as a whole), seed.
--
-- A/A: how many of the experiments without any difference stop at one of their
-- looks.  The naive rule beside it, |z| > 1.96 at any look, shows that the
-- harness would notice.  A/B: power at the difference that one z-test at the
-- end finds four times in five.  Bayes: whether the stated probabilities hold.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET work_mem = '256MB';
SELECT setseed(:seed) \g /dev/null

-- Cumulative counts of many experiments: a row per experiment and look.
CREATE FUNCTION pg_temp.draw(experiments integer, looks integer, n1 integer, n2 integer, p1 double precision, p2 double precision)
RETURNS TABLE (experiment integer, look integer, control bigint, x_control bigint, treatment bigint, x_treatment bigint)
LANGUAGE sql VOLATILE AS $$
	WITH one AS MATERIALIZED (
		SELECT e, l, count(*) FILTER (WHERE u <= n1 AND random() < p1) AS x1, count(*) FILTER (WHERE u > n1 AND random() < p2) AS x2
		FROM generate_series(1, experiments) AS e, generate_series(1, looks) AS l, generate_series(1, n1 + n2) AS u
		GROUP BY e, l
	)
	SELECT e, l, l::bigint * n1, sum(x1) OVER w::bigint, l::bigint * n2, sum(x2) OVER w::bigint
	FROM one WINDOW w AS (PARTITION BY e ORDER BY l)
$$;

-- What each rule says of every experiment.
CREATE FUNCTION pg_temp.judge(experiments integer, looks integer, n1 integer, n2 integer, p1 double precision, p2 double precision,
	OUT naive double precision, OUT always_valid double precision, OUT hybrid double precision, OUT fixed double precision, OUT mean_n double precision)
LANGUAGE sql VOLATILE AS $$
	WITH seen AS MATERIALIZED (
		SELECT d.experiment, d.look, a.p_value, a.reject, h.reject AS hybrid_reject
		FROM pg_temp.draw($1, $2, $3, $4, $5, $6) AS d
		CROSS JOIN LATERAL prompt_mgr.compare_arms(true, d.control, d.x_control, NULL, NULL, d.treatment, d.x_treatment, NULL, NULL,
			0.05, (looks * (n1 + n2))::bigint, 'two-sided', 0) AS a
		CROSS JOIN LATERAL prompt_mgr.compare_arms(true, d.control, d.x_control, NULL, NULL, d.treatment, d.x_treatment, NULL, NULL,
			0.005, (looks * (n1 + n2))::bigint, 'two-sided', 0) AS h
	), judged AS (
		SELECT experiment, bool_or(p_value < 0.05) AS naive, bool_or(reject) AS always_valid,
			bool_or(hybrid_reject OR look = looks AND p_value <= 0.045) AS hybrid, bool_or(look = looks AND p_value < 0.05) AS fixed,
			coalesce(min(look) FILTER (WHERE reject), looks)::double precision / looks AS stopped
		FROM seen GROUP BY experiment
	)
	SELECT avg(naive::integer), avg(always_valid::integer), avg(hybrid::integer), avg(fixed::integer), avg(stopped) FROM judged
$$;

\echo A/A: share of experiments without a difference that stop at one of their looks
CREATE TEMP TABLE aa AS
SELECT s.allocation, s.p, j.*
FROM (VALUES ('50/50', 0.5), ('90/10', 0.9), ('99/1', 0.99)) AS a (allocation, share)
CROSS JOIN (VALUES (0.5), (0.1), (0.01)) AS r (p)
CROSS JOIN LATERAL (SELECT a.allocation, r.p, a.share) AS s
CROSS JOIN LATERAL pg_temp.judge(:experiments, :looks, round(:units * s.share)::integer, :units - round(:units * s.share)::integer, s.p, s.p) AS j;
SELECT allocation, p, round(naive::numeric, 4) AS naive, round(always_valid::numeric, 4) AS always_valid,
	round(hybrid::numeric, 4) AS hybrid, round(fixed::numeric, 4) AS "one test" FROM aa ORDER BY p DESC, allocation;

\echo A/B: power where one z-test at the end has .80, and mean size at the stop
CREATE TEMP TABLE ab AS
SELECT s.p1, s.p2, j.* FROM (VALUES (0.10), (0.50)) AS b (p)
CROSS JOIN LATERAL (SELECT b.p AS p1, b.p + prompt_mgr.mde(b.p, :units / 2 * :looks, :units / 2 * :looks) AS p2) AS s
CROSS JOIN LATERAL pg_temp.judge(:experiments, :looks, :units / 2, :units / 2, s.p1, s.p2) AS j;
SELECT p1, round(p2::numeric, 4) AS p2, round(always_valid::numeric, 3) AS always_valid, round(hybrid::numeric, 3) AS hybrid,
	round(fixed::numeric, 3) AS "one test", round(mean_n::numeric, 2) AS "mean n / planned" FROM ab ORDER BY p1;

\echo Bayes: rates drawn from the prior; stated probability against the share that was right
CREATE TEMP TABLE bayes AS
SELECT b.prob_beats, w.p2 > w.p1 AS better
FROM (SELECT random() AS p1, random() AS p2, e FROM generate_series(1, 10 * :experiments) AS e) AS w
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE u.a) AS x1, count(*) FILTER (WHERE u.b) AS x2
	FROM (SELECT random() < w.p1 AS a, random() < w.p2 AS b FROM generate_series(1, 20)) AS u) AS x
CROSS JOIN LATERAL prompt_mgr.bayes_counts(x.x1, 20, x.x2, 20) AS b;
SELECT width_bucket(prob_beats, 0, 1.0000001, 5) AS fifth, round(avg(prob_beats)::numeric, 3) AS stated, round(avg(better::integer)::numeric, 3) AS held
FROM bayes GROUP BY 1 ORDER BY 1;

-- The same through the job's own look at whole experiments: three variants and
-- two primary metrics, the counts put where the job adds them up.
\echo Whole experiments without a difference, 10 looks each: share with a decision
BEGIN;
SELECT prompt_mgr.init() \g /dev/null
SELECT prompt_mgr.save_prompt('simulated', 'text', labels => '{production}') \g /dev/null
SELECT count(prompt_mgr.activate('simulated', 1, 's' || i)), count(prompt_mgr.create_experiment('simulated ' || i, 'simulated',
	'[{"key": "a", "version": 1}, {"key": "b", "version": 1}, {"key": "c", "version": 1}]', '[{"name": "m"}, {"name": "n", "role": "primary"}]',
	jsonb_build_object('label', 's' || i))), count(prompt_mgr.start_experiment('simulated ' || i)) FROM generate_series(1, :whole) AS i \g /dev/null
CREATE TEMP TABLE decided (name text, decision text);
CREATE FUNCTION pg_temp.look_at_all() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO prompt_mgr.exposure_total AS t SELECT e.experiment_id, 1, v, 200 FROM prompt_mgr.experiment AS e, generate_series(1, 3) AS v
	WHERE e.name ^@ 'simulated ' ON CONFLICT (experiment_id, epoch, variant_no) DO UPDATE SET units = t.units + 200;
	INSERT INTO prompt_mgr.metric_total AS t SELECT x.experiment_id, x.m, 1, x.v, x.x, x.x, x.x, x.x, x.x, x.x
	FROM (SELECT e.experiment_id, m, v, count(*) FILTER (WHERE random() < 0.2) AS x
		FROM prompt_mgr.experiment AS e, generate_series(1, 2) AS m, generate_series(1, 3) AS v, generate_series(1, 200) AS u
		WHERE e.name ^@ 'simulated ' GROUP BY 1, 2, 3) AS x
	ON CONFLICT (experiment_id, metric_no, epoch, variant_no) DO UPDATE SET units = t.units + EXCLUDED.units, num = t.num + EXCLUDED.num, num2 = t.num2 + EXCLUDED.num2;
	INSERT INTO decided SELECT e.name, l.decision FROM prompt_mgr.experiment AS e, prompt_mgr._experiment_look(e.experiment_id, now()) AS l WHERE e.name ^@ 'simulated ';
END $$;
SELECT count(pg_temp.look_at_all()) FROM generate_series(1, 10) \g /dev/null
CREATE TEMP TABLE whole AS SELECT avg((decisions <> '{continue}')::integer) AS wrong FROM (SELECT array_agg(DISTINCT decision) AS decisions FROM decided GROUP BY name) AS d;
SELECT round(wrong, 4) AS decided FROM whole;

-- The bars, on which a test can rest: with few experiments they allow for chance.
SELECT (SELECT bool_and(always_valid <= 0.05 + CASE WHEN :experiments < 1000 THEN 3 * sqrt(0.05 * 0.95 / :experiments) ELSE 0 END) FROM aa) AS always_valid_holds,
	(SELECT bool_and(hybrid <= 0.05 + 3 * sqrt(0.05 * 0.95 / :experiments)) FROM aa WHERE allocation = '50/50') AS hybrid_holds,
	(SELECT bool_and(naive > CASE WHEN :experiments < 1000 THEN 0.1 ELSE 0.2 END) FROM aa WHERE allocation = '50/50' AND p >= 0.1) AS naive_found_out,
	(SELECT bool_and(hybrid >= 0.96 * fixed - 3 * sqrt(0.16 / :experiments)) FROM ab) AS hybrid_keeps_power,
	(SELECT bool_and(abs(stated - held) < 4 * sqrt(0.25 / n)) FROM (SELECT avg(prob_beats) AS stated, avg(better::integer) AS held, count(*) AS n
		FROM bayes GROUP BY width_bucket(prob_beats, 0, 1.0000001, 5)) AS b) AS probabilities_hold,
	(SELECT wrong <= 0.05 FROM whole) AS whole_experiments_hold \gset
ROLLBACK;
SELECT :'always_valid_holds' AS always_valid_holds, :'hybrid_holds' AS hybrid_holds, :'naive_found_out' AS naive_found_out,
	:'hybrid_keeps_power' AS hybrid_keeps_power, :'probabilities_hold' AS probabilities_hold, :'whole_experiments_hold' AS whole_experiments_hold;
