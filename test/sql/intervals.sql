-- Intervals for a proportion, a difference and a lift.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
-- 10 of 100, in R: binom.test for the exact one, prop.test(correct = FALSE) for Wilson's.
SELECT method, i.* FROM unnest('{wilson,clopper_pearson,jeffreys,agresti_coull,wald}'::text[]) AS method, prompt_mgr.proportion_ci(10, 100, method => method) AS i;
-- The rule of three: at 0 of n the exact upper bound is 1 - (alpha / 2)^(1/n).
SELECT low, high, abs(high - (1 - 0.025 ^ (1 / 50.0))) < 1e-15 AS exact FROM prompt_mgr.proportion_ci(0, 50, method => 'clopper_pearson');
SELECT method, x, low, high FROM unnest('{wilson,clopper_pearson,jeffreys,agresti_coull,wald}'::text[]) AS method, unnest('{0,10}'::bigint[]) AS x,
	prompt_mgr.proportion_ci(x, 10, 0.99, method);
SELECT * FROM prompt_mgr.proportion_ci(0, 0);

-- Fagerland et al. (2015), 7/34 against 1/34: Wald .029 to .32, Agresti-Caffo .012 to .32, Newcombe .019 to .34.
SELECT method, i.* FROM unnest('{wald,agresti_caffo,newcombe}'::text[]) AS method, prompt_mgr.diff_ci(1, 34, 7, 34, method => method) AS i;
SELECT method, i.low, i.high, i.reason FROM unnest('{wald,agresti_caffo,newcombe}'::text[]) AS method, prompt_mgr.diff_ci(0, 3, 3, 3, 0.999, method) AS i;
SELECT * FROM prompt_mgr.diff_ci(0, 0, 5, 10);

-- Lift of 100 % with Katz' interval exp(ln 2 -+ 1.96 sqrt(0.13)) - 1.
SELECT method, i.* FROM unnest('{log,delta}'::text[]) AS method, prompt_mgr.lift_ci(10, 100, 20, 100, method => method) AS i;
SELECT x_control, n_control, x_treatment, n_treatment, i.low, i.high, i.estimate, i.reason
FROM (VALUES (0, 10, 5, 10), (5, 10, 0, 10), (0, 0, 5, 10), (5, 10, 0, 0), (0, 10, 0, 10), (10, 10, 10, 10)) AS c (x_control, n_control, x_treatment, n_treatment),
	prompt_mgr.lift_ci(x_control, n_control, x_treatment, n_treatment) AS i;

-- Every interval holds its estimate, lies within its range, and widens with the level.
SELECT count(*) AS intervals, count(*) FILTER (WHERE NOT (low <= estimate AND estimate <= high)) AS without_estimate, count(*) FILTER (WHERE low < least_low OR high > most) AS beyond,
	count(*) FILTER (WHERE wider_low > low OR wider_high < high) AS narrower
FROM generate_series(1, 13) AS n_control, generate_series(1, 40, 13) AS n_treatment, generate_series(0, n_control) AS x_control, generate_series(0, n_treatment) AS x_treatment,
	LATERAL (SELECT i.low, i.high, i.estimate, w.low AS wider_low, w.high AS wider_high, -1.0 AS least_low, 1.0 AS most
		FROM unnest('{wald,agresti_caffo,newcombe}'::text[]) AS method, prompt_mgr.diff_ci(x_control, n_control, x_treatment, n_treatment, 0.9, method) AS i,
			prompt_mgr.diff_ci(x_control, n_control, x_treatment, n_treatment, 0.99, method) AS w WHERE method <> 'agresti_caffo'
		UNION ALL
		SELECT i.low, i.high, i.estimate, w.low, w.high, -1, 'Infinity' FROM prompt_mgr.lift_ci(x_control, n_control, x_treatment, n_treatment, 0.9) AS i,
			prompt_mgr.lift_ci(x_control, n_control, x_treatment, n_treatment, 0.99) AS w WHERE x_control > 0) AS f;

-- Wrong arguments.
SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['proportion_ci(11, 10)', 'proportion_ci(-1, 10)', 'proportion_ci(1, -10)', 'proportion_ci(1, 1000000000000001)', 'proportion_ci(1, 10, 0)', 'proportion_ci(1, 10, 1)',
	'proportion_ci(1, 10, ''NaN'')', 'proportion_ci(1, 10, method => ''exact'')', 'diff_ci(1, 10, 11, 10)', 'diff_ci(1, 10, 1, 10, 2)', 'diff_ci(1, 10, 1, 10, method => ''wilson'')',
	'lift_ci(11, 10, 1, 10)', 'lift_ci(1, 10, 1, 10, -1)', 'lift_ci(1, 10, 1, 10, method => '''')']) AS call, pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.proportion_ci(NULL, 10) IS NULL AND prompt_mgr.diff_ci(1, 10, 1, 10, NULL) IS NULL AND prompt_mgr.lift_ci(1, 10, 1, 10, method => NULL) IS NULL AS null_in_null_out;
