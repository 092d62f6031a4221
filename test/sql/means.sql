-- Tests of means from their moments.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
\pset expanded on
-- t.test() in R: two samples with these moments, t = 2.2361, df = 19.8, p = 0.03703.
SELECT * FROM prompt_mgr.welch_moments(10, 100, 5, 12, 105, sqrt(30::float8));
\pset expanded off
-- Student's sleep data (R: t.test(extra ~ group, data = sleep)): t = -1.8608, df = 17.776, p = 0.07939.
SELECT round(t.t::numeric, 4) AS t, round(t.df::numeric, 3) AS df, round(t.p_value::numeric, 5) AS p, round(t.ci_low::numeric, 4) AS low, round(t.ci_high::numeric, 4) AS high
FROM (SELECT count(g1) AS n1, avg(g1) AS m1, stddev(g1) AS s1, count(g2) AS n2, avg(g2) AS m2, stddev(g2) AS s2
	FROM unnest('{0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0.0,2.0}'::float8[], '{1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4}'::float8[]) AS sleep (g1, g2)) AS m,
	prompt_mgr.welch_moments(n2, m2, s2, n1, m1, s1) AS t;
SELECT t.alternative, t.p_value, t.ci_low, t.ci_high, t.lift_low, t.lift_high FROM unnest('{two-sided,greater,less}'::text[]) AS a, prompt_mgr.welch_moments(10, 100, 5, 12, 105, 6, a) AS t;
SELECT margin, t, p_value FROM prompt_mgr.welch_moments(100, 10, 2, 100, 9.9, 2, 'greater', margin => -0.5);
-- p underflows, its logarithm does not.
SELECT t, p_value, log10_p FROM prompt_mgr.welch_moments(1000000, 0, 1, 1000000, 1, 1);

-- Conditions of the data: a row and a reason, never an error.
SELECT n, m, s, n2, t.diff, t.t, t.p_value, t.ci_low, t.lift, t.reason
FROM (VALUES (0, NULL::float8, NULL::float8, 10), (10, 1, 1, 0), (0, NULL, NULL, 0), (1, 5, NULL, 10), (1, 5, 'NaN', 10), (10, 1, 0, 10), (10, 'NaN', 1, 10), (10, 'Infinity', 1, 10), (10, 1, 'NaN', 10), (10, 1, 'Infinity', 10),
	(10, 0, 1, 10), (10, 0.1, 1, 10), (10, -1, 1, 10), (2, 1e-300, 1e-300, 10)) AS c (n, m, s, n2),
	prompt_mgr.welch_moments(n, m, s, n2, 2, CASE WHEN s = 0 THEN 0 ELSE 1 END) AS t;
SELECT prompt_mgr.welch_moments(NULL, 1, 1, 10, 1, 1) IS NULL AS n, prompt_mgr.welch_moments(10, NULL, 1, 10, 1, 1) IS NULL AS mean, prompt_mgr.welch_moments(10, 1, NULL, 10, 1, 1) IS NULL AS sd,
	prompt_mgr.welch_moments(10, 1, 1, 10, 1, 1, NULL) IS NULL AS alternative, prompt_mgr.welch_moments(10, 1, 1, 10, 1, 1, margin => NULL) IS NULL AS margin;

-- Wrong arguments.
SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['-1, 1, 1, 10, 1, 1', '10, 1, -1, 10, 1, 1', '10, 1, 1, 10, 1, 1, ''bigger''', '10, 1, 1, 10, 1, 1, alpha => 0', '10, 1, 1, 10, 1, 1, alpha => 1',
	'10, 1, 1, 10, 1, 1, margin => ''Infinity''', '10, 1, 1, 10, 1, 1, margin => ''NaN''', '10, 1, 1e200, 10, 1, 1', '10, -1e308, 1, 10, 1.5e308, 1']) AS call,
	pg_temp.try(format('SELECT prompt_mgr.welch_moments(%s)', call)) AS t;

-- A normal posterior with a flat prior is the confidence interval of z, and P(better) is 1 - p of one side.
SELECT b.* FROM prompt_mgr.bayes_moments(1000, 10, 2, 1000, 10.1, 2) AS b;
-- A prior as sharp as the data meets them half way; lift in place of the difference.
SELECT b.effect, b.prob_beats, b.ci_low, b.ci_high FROM prompt_mgr.bayes_moments(1000, 10, 2, 1000, 10.1, 2, 0, 0.008) AS b;
SELECT b.effect, b.prob_beats, b.loss_control - b.loss_treatment AS losses_differ_by FROM prompt_mgr.bayes_moments(1000, 10, 2, 1000, 10.1, 2, effect => 'lift') AS b;
SELECT n, m, s, b.prob_beats, b.effect, b.reason FROM (VALUES (0, NULL::float8, NULL::float8), (1, 5, NULL), (10, 1, 0), (10, 'NaN', 1), (10, 0, 1)) AS c (n, m, s),
	prompt_mgr.bayes_moments(n, m, s, 10, 2, CASE WHEN s = 0 THEN 0 ELSE 1 END, effect => 'lift') AS b;
SELECT call, t.state, t.message FROM unnest(ARRAY['0, -1', '0, 0', '0, ''NaN''', '''NaN'', 1', '''Infinity'', 1', 'effect => ''ratio''', 'level => 1', '0, ''-Infinity''']) AS call,
	pg_temp.try(format('SELECT prompt_mgr.bayes_moments(10, 1, 1, 10, 1, 1, %s)', call)) AS t;
