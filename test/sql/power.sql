-- Planning, and several comparisons at a time.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
-- power.prop.test(p1 = .1, p2 = .12, power = .8) in R: n = 3840.847; one-sided 3025.315.
SELECT prompt_mgr.sample_size(0.1, 0.12) AS two_sided, prompt_mgr.sample_size(0.1, 0.12, alternative => 'greater') AS one_sided, prompt_mgr.sample_size(0.12, 0.1, alternative => 'less') AS less,
	prompt_mgr.sample_size(0.1, 0.12, ratio => 2) AS twice_the_treatment, prompt_mgr.sample_size(0.1, 0.12, 0.01, 0.95) AS sharper;
SELECT method, prompt_mgr.sample_size(0.1, 0.12, method => method) FROM unnest('{fixed,hybrid,always_valid}'::text[]) AS method;
SELECT prompt_mgr.sample_size(0.1, 0.1) AS equal, prompt_mgr.sample_size(0.1, 0.12, alternative => 'less') AS wrong_side, prompt_mgr.sample_size(0.5, 0.5 + 1e-15) AS too_many, prompt_mgr.sample_size(0, 1) AS extreme,
	prompt_mgr.sample_size(1e-6, 1.001e-6) AS tiny;
-- power.prop.test(n = 1000, p1 = .1, p2 = .12, strict = TRUE): 0.2980803.
SELECT prompt_mgr.test_power(0.1, 0.12, 1000, 1000) AS power, prompt_mgr.test_power(0.12, 0.1, 1000, 1000) AS mirrored, prompt_mgr.test_power(0.1, 0.1, 1000, 1000) AS at_the_null,
	prompt_mgr.test_power(0.1, 0.12, 1000, 1000, 0.05, 'greater') AS one_sided, prompt_mgr.test_power(0.1, 0.12, 1000, 1000, 0.05, 'less') AS wrong_side;
-- The sample size has the power, one unit less has not; the minimum detectable effect is its inverse.
SELECT bool_and(prompt_mgr.test_power(p, p + d, n, n) >= 0.8) AS enough, bool_and(prompt_mgr.test_power(p, p + d, n - 1, n - 1) < 0.8 + 1e-5) AS not_too_many, bool_and(prompt_mgr.mde(p, n, n) BETWEEN d * 0.99 AND d) AS inverse
FROM unnest('{0.01,0.1,0.5}'::float8[]) AS p, unnest('{0.005,0.02,0.1}'::float8[]) AS d, LATERAL (SELECT prompt_mgr.sample_size(p, p + d) AS n) AS s;
SELECT prompt_mgr.mde(0.1, 1000, 1000) AS up, prompt_mgr.mde(0.1, 1000, 1000, alternative => 'less') AS down, prompt_mgr.mde(0.9, 10, 10) AS not_reachable;
-- A metric of mean 10 and sd 62.5 in GrowthBook's calculator; the always-valid test needs more.
SELECT round(prompt_mgr.lift_power(10, sqrt(3909.9997749994377), 0.05, 400000 / 3.0, 400000 / 3.0)::numeric, 5) AS power, round(prompt_mgr.lift_power(10, sqrt(3909.9997749994377), 0.05, 400000 / 3.0, 400000 / 3.0, planned_n => 5000)::numeric, 5) AS always_valid,
	round(prompt_mgr.lift_mde(10, sqrt(3909.9997749994377), 400000 / 3.0, 400000 / 3.0)::numeric, 5) AS mde, prompt_mgr.lift_mde(1, 100, 10, 10) AS not_reachable;

SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['sample_size(-0.1, 0.2)', 'sample_size(0.1, 1.2)', 'sample_size(''NaN'', 0.2)', 'sample_size(0.1, 0.2, 0)', 'sample_size(0.1, 0.2, power => 1)', 'sample_size(0.1, 0.2, ratio => 0)', 'sample_size(0.1, 0.2, alternative => '''')',
	'sample_size(0.1, 0.2, method => ''bayes'')', 'test_power(0.1, 2, 10, 10)', 'test_power(0.1, 0.2, 0, 10)', 'test_power(0.1, 0.2, 10, -10)', 'test_power(0.1, 0.2, 10, 10, 1)', 'mde(2, 10, 10)', 'mde(0.1, 0, 10)', 'mde(0.1, 10, 10, power => 0)',
	'lift_power(0, 1, 0.1, 10, 10)', 'lift_power(1, 0, 0.1, 10, 10)', 'lift_power(1, -1, 0.1, 10, 10)', 'lift_power(1, 1, ''NaN'', 10, 10)', 'lift_power(1, 1, 0.1, 10, 10, planned_n => -1)', 'lift_mde(1, -1, 10, 10)', 'lift_mde(1, 1, 0, 10)', 'lift_mde(1, 1, 10, 10, power => 2)']) AS call,
	pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.sample_size(NULL, 0.1) IS NULL AND prompt_mgr.test_power(0.1, 0.2, NULL, 10) IS NULL AND prompt_mgr.mde(NULL, 1, 1) IS NULL AS null_in_null_out;

-- p.adjust(c(0.01, 0.04, 0.03, 0.005)) in R; NULL stays NULL and does not count.
SELECT method, prompt_mgr.p_adjust('{0.01,0.04,0.03,0.005}', method) AS adjusted, prompt_mgr.p_adjust('{0.01,NULL,0.04,0.03,NaN,0.005}', method) AS with_null FROM unnest('{holm,hochberg,bonferroni,bh,by,none}'::text[]) AS method;
SELECT prompt_mgr.p_adjust('{}') AS empty, prompt_mgr.p_adjust('{NULL}') AS unknown, prompt_mgr.p_adjust('[0:1]={0.02,0.5}') AS subscripts, prompt_mgr.p_adjust('{0,1,1}', 'bh') AS ends, prompt_mgr.p_adjust(ARRAY[0.01, 0.04]) AS default_is_holm;
-- The primary has half of alpha, the two others a quarter each.
SELECT prompt_mgr.p_adjust_primary('{0.02,0.01,0.03}') AS first, prompt_mgr.p_adjust_primary('{0.02,NULL,0.01,0.03}', 3, 0.8) AS third;
-- e-BH: 120 >= 3 / .05 rejects, 45 >= 3 / (2 * .05) does too, 3 does not; 59 alone of three is not enough.
SELECT prompt_mgr.e_bh(ARRAY[ln(45.0), ln(3.0), ln(120.0)]::float8[]) AS two, prompt_mgr.e_bh(ARRAY[ln(59.0), NULL, 0, 0]::float8[]) AS none, prompt_mgr.e_bh(ARRAY[ln(59.0), NULL, 0, 0]::float8[], 0.06) AS one, prompt_mgr.e_bh('{}') AS empty;
SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['p_adjust(''{0.1,1.1}'')', 'p_adjust(''{-0.1}'')', 'p_adjust(''{0.1}'', ''fdr'')', 'p_adjust(''{{0.1}}'')', 'p_adjust_primary(''{0.1,0.2}'', 3)', 'p_adjust_primary(''{0.1,0.2}'', 0)', 'p_adjust_primary(''{NULL,0.2}'')',
	'p_adjust_primary(''{0.1,0.2}'', 1, 1)', 'e_bh(''{1}'', 0)', 'e_bh(''{{1}}'')']) AS call, pg_temp.try('SELECT prompt_mgr.' || call) AS t;
