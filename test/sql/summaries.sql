-- Summaries of values and of ratios: aggregates, storage, tests.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
-- 1000 groups of every kind: empty, one unit, constant, 0 of n, n of n, NaN, infinity, only one arm, NULL.
CREATE TABLE summary_rows AS
	SELECT g, i % 2 = 0 AS treatment, CASE g % 10 WHEN 0 THEN NULL WHEN 1 THEN CASE WHEN i = 1 THEN 5.5 END WHEN 2 THEN 7.25 WHEN 3 THEN 0 WHEN 4 THEN 1 WHEN 5 THEN 'NaN'
		WHEN 6 THEN CASE WHEN i % 7 = 0 THEN '-Infinity' ELSE i * 0.1 END WHEN 7 THEN CASE WHEN i % 2 = 0 THEN i END WHEN 8 THEN (i * 7919 + g) % 3 % 2 ELSE sin(i * g) END::float8 AS value
	FROM generate_series(1, 1000) AS g, generate_series(1, 60) AS i;
CREATE TABLE summaries AS SELECT g, prompt_mgr.ab_summary(value, treatment) AS s, prompt_mgr.ratio_summary(value, 1 + g % 3, treatment) AS ratio FROM summary_rows GROUP BY g;
SELECT g % 10 AS kind, count(*) AS groups, min(z.reason) AS ztest, min(t.reason) AS welch, min(a.reason) AS always_valid, min(h.reason) AS hybrid, min(b.reason) AS bayes, min(r.reason) AS ratio, min(ra.reason) AS ratio_always_valid,
	max(t.n_skipped) AS skipped, count(z.z) AS z, count(t.t) AS t, count(a.log_e_value) AS e, count(b.prob_beats) AS bayes, count(r.t) AS ratio_t
FROM summaries, prompt_mgr.ztest(s) AS z, prompt_mgr.welch_ttest(s) AS t, prompt_mgr.always_valid_test(s) AS a, prompt_mgr.hybrid_test(s) AS h, prompt_mgr.bayes_test(s) AS b, prompt_mgr.ratio_ttest(ratio) AS r,
	prompt_mgr.always_valid_test(ratio) AS ra GROUP BY 1 ORDER BY 1;
-- Nowhere a NaN or an infinity.
SELECT count(*) AS rows, count(*) FILTER (WHERE concat(zt.*, tt.*, av.*, hy.*, ba.*, ra.*, rv.*) ~* 'nan|inf') AS not_finite FROM summaries, prompt_mgr.ztest(s) AS zt, prompt_mgr.welch_ttest(s) AS tt, prompt_mgr.always_valid_test(s) AS av, prompt_mgr.hybrid_test(s) AS hy,
	prompt_mgr.bayes_test(s) AS ba, prompt_mgr.ratio_ttest(ratio) AS ra, prompt_mgr.always_valid_test(ratio) AS rv;
SELECT prompt_mgr.ab_summary(value, treatment) AS empty FROM summary_rows WHERE false;
SELECT prompt_mgr.ab_summary(v, t) AS some FROM (VALUES (1.5, true), (2.5, true), (NULL, true), (4, NULL), ('NaN', false), ('Infinity', true), (1, false), (0, false)) AS r (v, t);

-- Welch's test of rows is that of their moments.
SELECT t.n_control, t.mean_control, t.sd_control, t.t, t.df, t.p_value, bool_and(abs(t.p_value - m.p_value) < 1e-12 * m.p_value) AS as_moments
FROM (SELECT prompt_mgr.welch_ttest(prompt_mgr.ab_summary(value, treatment)) AS t, count(value) FILTER (WHERE NOT treatment) AS n1, avg(value) FILTER (WHERE NOT treatment) AS m1, stddev(value) FILTER (WHERE NOT treatment) AS s1,
	count(value) FILTER (WHERE treatment) AS n2, avg(value) FILTER (WHERE treatment) AS m2, stddev(value) FILTER (WHERE treatment) AS s2 FROM summary_rows WHERE g % 10 = 9) AS r, LATERAL (SELECT (r.t).*) AS t,
	prompt_mgr.welch_moments(n1, m1, s1, n2, m2, s2) AS m GROUP BY 1, 2, 3, 4, 5, 6;
-- Zeros and ones are counts, whoever summed them.
SELECT prompt_mgr.ztest(s) = prompt_mgr.ztest_counts(x1, n1, x2, n2) AS ztest, prompt_mgr.always_valid_test(s, 0.01, 700, 'less', 0.02) = prompt_mgr.always_valid_counts(x1, n1, x2, n2, 0.01, 700, 'less', 0.02) AS always_valid,
	prompt_mgr.hybrid_test(s, 0.1, 2000, 100, 'greater', -0.02) = prompt_mgr.hybrid_counts(x1, n1, x2, n2, 0.1, 2000, 100, 'greater', -0.02) AS hybrid, prompt_mgr.bayes_test(s, 2, 3) = prompt_mgr.bayes_counts(x1, n1, x2, n2, 2, 3) AS bayes,
	prompt_mgr.ztest(p, 'less', 0.1, 0.01) = prompt_mgr.ztest(s, 'less', 0.1, 0.01) AND prompt_mgr.always_valid_test(p) = prompt_mgr.always_valid_test(s) AND prompt_mgr.hybrid_test(p) = prompt_mgr.hybrid_test(s) AND prompt_mgr.bayes_test(p) = prompt_mgr.bayes_test(s) AS proportion_summary
FROM (SELECT prompt_mgr.ab_summary(value, treatment) AS s, prompt_mgr.proportion_summary(value = 1, treatment) AS p, count(*) FILTER (WHERE value = 1 AND NOT treatment) AS x1, count(*) FILTER (WHERE NOT treatment) AS n1,
	count(*) FILTER (WHERE value = 1 AND treatment) AS x2, count(*) FILTER (WHERE treatment) AS n2 FROM summary_rows WHERE g % 10 = 8) AS r;
-- Means: the total variance, 30 units per arm; normal posterior.
SELECT n, a.z, a.log_e_value, a.p_value, a.reject, a.gate_open, a.reason, h.p_value AS hybrid_p, h.planned_look, b.prob_beats, b.effect, b.ci_low, b.ci_high
FROM unnest('{58,60,600}'::int[]) AS n, LATERAL (SELECT prompt_mgr.ab_summary(sin(i) + (i % 2) * 1.2, i % 2 = 1) FROM generate_series(1, n) AS i) AS r (s), prompt_mgr.always_valid_test(s) AS a, prompt_mgr.hybrid_test(s, planned_n => 60) AS h, prompt_mgr.bayes_test(s) AS b;
-- A value of 2 makes it no proportion.
SELECT z.n_control, z.x_control, z.n_treatment, z.z, z.p_value, z.reason FROM prompt_mgr.ztest('(2,0,1,0,2,2,0,1,0,2,0,1,2)'::prompt_mgr.ab_summary) AS z;

-- Rolled up in parts it is one pass, exactly in counts and to rounding in moments; one arm at a time as well.
CREATE FUNCTION pg_temp.near(a text, b text) RETURNS boolean LANGUAGE sql AS $$ SELECT bool_and(abs(x - y) <= 1e-12 * greatest(abs(x), 1)) FROM unnest(translate(a, '()', '{}')::float8[], translate(b, '()', '{}')::float8[]) AS u (x, y) $$;
SELECT pg_temp.near(prompt_mgr.rollup(s)::text, (SELECT prompt_mgr.ab_summary(value, treatment)::text FROM summary_rows)) AS ab, pg_temp.near(prompt_mgr.rollup(ratio)::text, (SELECT prompt_mgr.ratio_summary(value, 1 + g % 3, treatment)::text FROM summary_rows)) AS ratio FROM summaries;
SELECT bool_and(rolled = whole) AS one_arm_each FROM (SELECT g, prompt_mgr.rollup(s)::text AS rolled FROM (SELECT g, prompt_mgr.ab_summary(value, treatment) AS s FROM summary_rows GROUP BY g, treatment) AS arm GROUP BY g) AS a
	JOIN (SELECT g, s::text AS whole FROM summaries) AS b USING (g);
SELECT prompt_mgr.rollup(s) AS nothing FROM summaries WHERE false;

-- A ratio metric: users with several calls each, by the delta method; rows taken as units would be too sure.
CREATE TABLE users AS SELECT u, u % 2 = 0 AS treatment, 1 + u % 5 AS calls, (1 + u % 5) * (0.3 + 0.4 * (u * 7 % 11 < 4)::int + 0.05 * (u % 2 = 0)::int) AS solved FROM generate_series(1, 400) AS u;
SELECT t.mean_control, t.mean_treatment, t.diff, t.se, t.t, t.p_value, t.lift, a.log_e_value, a.gate_open, h.p_value AS hybrid_p
FROM (SELECT prompt_mgr.ratio_summary(solved, calls, treatment) AS s FROM users) AS r, prompt_mgr.ratio_ttest(s) AS t, prompt_mgr.always_valid_test(s) AS a, prompt_mgr.hybrid_test(s, planned_n => 400) AS h;
SELECT abs(t.mean_control - r1) < 1e-15 AS ratio, abs(t.sd_control ^ 2 / v1 - 1) < 1e-12 AS variance
FROM (SELECT prompt_mgr.ratio_ttest(prompt_mgr.ratio_summary(solved, calls, treatment)) AS t FROM users) AS r, LATERAL (SELECT (r.t).*) AS t, (SELECT sum(solved) / sum(calls) AS r1 FROM users WHERE NOT treatment) AS s,
	LATERAL (SELECT var_samp(solved - r1 * calls) / avg(calls) ^ 2 AS v1 FROM users WHERE NOT treatment) AS v;
-- With a denominator of 1 it is the test of means; without a denominator there is no ratio.
SELECT bool_and(abs(a.t - b.t) < 1e-12) AS as_means FROM (SELECT prompt_mgr.ratio_summary(solved, 1, treatment) AS r, prompt_mgr.ab_summary(solved, treatment) AS s FROM users) AS r, prompt_mgr.ratio_ttest(r) AS a, prompt_mgr.welch_ttest(s) AS b;
SELECT t.n_control, t.n_treatment, t.t, t.mean_control, t.reason, a.n_control, a.p_value, a.reason, h.n_treatment, h.p_value, h.reason FROM (SELECT prompt_mgr.ratio_summary(solved, CASE WHEN treatment THEN 1 ELSE 0 END, treatment) AS s FROM users) AS r,
	prompt_mgr.ratio_ttest(s) AS t, prompt_mgr.always_valid_test(s) AS a, prompt_mgr.hybrid_test(s) AS h;

-- Text and binary form are exact, whatever extra_float_digits says.
SET extra_float_digits = 0;
SELECT count(*) FILTER (WHERE s::text::prompt_mgr.ab_summary::text <> s::text OR ratio::text::prompt_mgr.ratio_summary::text <> ratio::text) AS changed FROM summaries;
SELECT prompt_mgr.ab_summary(v, false) FROM unnest('{0.1,0.2,1e-300,1e300}'::float8[]) AS v WHERE v < 1e200;
SET extra_float_digits = -3;
CREATE TABLE summaries_copy (g int, s prompt_mgr.ab_summary, ratio prompt_mgr.ratio_summary);
\copy summaries TO 'results/summaries.bin' (FORMAT binary)
\copy summaries_copy FROM 'results/summaries.bin' (FORMAT binary)
SELECT count(*) AS rows, count(*) FILTER (WHERE a.s::text = b.s::text AND a.ratio::text = b.ratio::text AND pg_column_size(b.s) = 104 AND pg_column_size(b.ratio) = 144) AS equal FROM summaries AS a JOIN summaries_copy AS b USING (g);
SELECT ' ( 2 ,0, 1,0,2 ,2,0,1 ,0 ,2.0,0,1,2 ) '::prompt_mgr.ab_summary;
SELECT type, input, t.state, t.message FROM (VALUES ('ab_summary', ''), ('ab_summary', '(1,0,1)'), ('ab_summary', '(0,0,0,0,0,0,0,0,0,0,0,0,0,0)'), ('ab_summary', '(0,0,0,0,0,0,0,0,0,0,0,0,0)x'), ('ab_summary', '(0,0,0,0,0,0,0,0,0,0,0,0,a)'),
	('ab_summary', '(0.5,0,0,0,0,0,0,0,0,0,0,0,0)'), ('ab_summary', '(-1,0,0,0,0,0,0,0,0,0,0,0,0)'), ('ab_summary', '(99999999999999999999,0,0,0,0,0,0,0,0,0,0,0,0)'), ('ab_summary', '(1000000000000001,0,0,0,0,0,0,0,0,0,0,0,0)'),
	('ab_summary', '(2,0,NaN,0,1,0,0,0,0,0,0,0,2)'), ('ab_summary', '(2,0,1,0,Infinity,0,0,0,0,0,0,0,2)'), ('ab_summary', '(2,0,1e999,0,1,0,0,0,0,0,0,0,2)'), ('ab_summary', '(2,0,1,0,-1,0,0,0,0,0,0,0,2)'), ('ab_summary', '(0,0,1,0,0,0,0,0,0,0,0,0,0)'),
	('ab_summary', '(1,0,1,0,3,0,0,0,0,0,0,0,1)'), ('ab_summary', '(2,0,1,0,0,0,0,0,0,0,3,0,0)'), ('ab_summary', '(2,0,1,0,0,0,0,0,0,0,2,0,1)'), ('ab_summary', '(0,-1,0,0,0,0,0,0,0,0,0,0,0)'),
	('ratio_summary', '(1,2)'), ('ratio_summary', '(2,0,1,0,1,0,1,1,5,0,0,0,0,0,0,0,0,0)'), ('ratio_summary', '(2,0,1,0,1,0,1,-1,0,0,0,0,0,0,0,0,0,0)'), ('ratio_summary', '(1,0,1,0,1,0,0,0,1,0,0,0,0,0,0,0,0,0)'), ('ratio_summary', '(2,0,1,0,1,0,1,1,NaN,0,0,0,0,0,0,0,0,0)')) AS c (type, input),
	pg_temp.try(format('SELECT %L::prompt_mgr.%I', input, type)) AS t;
SELECT t.detail FROM unnest('{ab_summary,ratio_summary}'::text[]) AS type, pg_temp.try(format('SELECT %L::prompt_mgr.%I', '()', type)) AS t;
-- Overflow is an error, of counts and of sums.
SELECT command, t.state, t.message FROM unnest(ARRAY['SELECT prompt_mgr.ab_summary(v, false) FROM unnest(''{1e200,-1e200}''::float8[]) AS v', 'SELECT prompt_mgr.ratio_summary(1, v, false) FROM unnest(''{1e308,-1e308}''::float8[]) AS v',
	'SELECT prompt_mgr.rollup(s) FROM (SELECT ''(1000000000000000,0,0,0,0,0,0,0,0,0,0,0,0)''::prompt_mgr.ab_summary FROM generate_series(1, 2)) AS v (s)', 'SELECT prompt_mgr.always_valid_test(''(2,0,1,0,0,2,0,1,0,0,0,0,4)''::prompt_mgr.ab_summary, 2)',
	'SELECT prompt_mgr.welch_ttest(''(2,0,1,0,0,2,0,1,0,0,0,0,4)''::prompt_mgr.ab_summary, ''x'')', 'SELECT prompt_mgr.bayes_test(''(2,0,1,0,0,2,0,1,0,0,0,0,4)''::prompt_mgr.ab_summary, prior_variance => 0)',
	'SELECT prompt_mgr.ztest(''(2,0,1,0,0,2,0,1,0,0,0,0,4)''::prompt_mgr.ab_summary, alpha => 7)']) AS command, pg_temp.try(command) AS t;

-- Parallel: the plans are, and give the same answers.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.ab_summary(value, treatment), prompt_mgr.ratio_summary(value, 2, treatment) FROM summary_rows;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.rollup(s), prompt_mgr.rollup(ratio) FROM summaries;
CREATE TEMP TABLE summary_parallel AS SELECT prompt_mgr.ab_summary(value, treatment)::text AS s, prompt_mgr.ratio_summary(value, 2, treatment)::text AS r FROM summary_rows;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;
SELECT pg_temp.near(p.s, prompt_mgr.ab_summary(value, treatment)::text) AS ab, pg_temp.near(p.r, prompt_mgr.ratio_summary(value, 2, treatment)::text) AS ratio FROM summary_rows, summary_parallel AS p GROUP BY p.s, p.r;
-- In a window the state is read while it grows.
SELECT (prompt_mgr.welch_ttest(prompt_mgr.ab_summary(i, i % 2 = 0) OVER (ORDER BY i))).diff FROM generate_series(1, 5) AS i;

-- No two functions that a client may call by name have the same argument names.
SELECT p.proname, p.proargnames[1:p.pronargs] AS arguments, count(*) FROM pg_proc AS p WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.prokind = 'f' AND p.proname !~ '^_' AND p.proargnames IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;
DROP TABLE summary_rows, summaries, summaries_copy, users;
