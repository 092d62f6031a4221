-- The two-proportion z-test: aggregate, summary, counts.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
-- 10/100 against 20/100; prop.test(c(20, 10), c(100, 100), correct = FALSE) in R gives X-squared 3.9216, p 0.04767.
SELECT x_control, n_control, x_treatment, n_treatment, p_control, p_treatment, diff, lift, z, p_value, log10_p, ci_low, ci_high, level, reason, alternative
FROM prompt_mgr.ztest_counts(10, 100, 20, 100);
SELECT z, p_value FROM prompt_mgr.ztest_counts(20, 100, 10, 100);
SELECT alternative, z, p_value, ci_low, ci_high FROM unnest('{two-sided,greater,less}'::text[]) AS a, prompt_mgr.ztest_counts(10, 100, 20, 100, a);
SELECT level, ci_low, ci_high FROM prompt_mgr.ztest_counts(10, 100, 20, 100, alpha => 0.01);
SELECT margin, z, p_value FROM prompt_mgr.ztest_counts(100, 1000, 98, 1000, 'greater', margin => -0.03);

-- Far tails: p underflows, its logarithm does not.
SELECT z, p_value = 0 AS underflow, log10_p FROM prompt_mgr.ztest_counts(10000, 100000, 30000, 100000);
-- Counts beyond 2^53 / n stay exact in the numerator.
SELECT diff, z, p_value FROM prompt_mgr.ztest_counts(500000000000, 1000000000000, 500000001000, 1000000000000);

-- Conditions of the data never raise: NULL fields and a reason.
SELECT c.*, t.z, t.p_value, t.diff, t.lift, t.ci_low IS NULL AS no_ci, t.p_exact, t.reason FROM (VALUES (0, 0, 0, 0), (0, 0, 5, 10), (5, 10, 0, 0), (0, 10, 0, 10), (10, 10, 10, 10),
	(0, 10, 5, 10), (5, 10, 0, 10), (10, 10, 0, 10), (0, 1, 1, 1)) AS c (xc, nc, xt, nt), prompt_mgr.ztest_counts(xc, nc, xt, nt) AS t;

-- Wrong arguments do.
SELECT call, t.state, t.message, t.detail FROM (VALUES ('11, 10, 1, 10'), ('1, 10, 11, 10'), ('-1, 10, 1, 10'), ('1, -10, 1, 10'), ('1, 10, 1, 10, ''better'''),
	('1, 10, 1, 10, ''two-sided'', 0'), ('1, 10, 1, 10, ''two-sided'', 1'), ('1, 10, 1, 10, ''two-sided'', ''NaN'''), ('1, 10, 1, 10, ''two-sided'', 0.05, 1'),
	('1, 10, 1, 10, ''two-sided'', 0.05, ''Infinity''')) AS c (call), pg_temp.try(format('SELECT prompt_mgr.ztest_counts(%s)', call)) AS t;
SELECT prompt_mgr.ztest_counts(NULL, 10, 1, 10) IS NULL AS null_in_null_out;

-- The aggregate over rows equals the counts; NULLs are skipped; no rows, no units.
CREATE TABLE ztest_rows AS SELECT i % 3 = 0 AS treatment, CASE WHEN i % 50 = 7 THEN NULL ELSE (i * 7919) % 1000 < CASE WHEN i % 3 = 0 THEN 230 ELSE 200 END END AS success, i % 4 AS country
	FROM generate_series(1, 30000) AS i;
SELECT prompt_mgr.two_proportion_ztest(success, treatment)
	= prompt_mgr.ztest_counts(count(*) FILTER (WHERE success AND NOT treatment), count(success) FILTER (WHERE NOT treatment),
		count(*) FILTER (WHERE success AND treatment), count(success) FILTER (WHERE treatment)) AS equal, (prompt_mgr.two_proportion_ztest(success, treatment)).z
FROM ztest_rows;
SELECT (prompt_mgr.two_proportion_ztest(success, treatment)).reason FROM ztest_rows WHERE false;
SELECT country, prompt_mgr.proportion_summary(success, treatment), (prompt_mgr.ztest(prompt_mgr.proportion_summary(success, treatment), 'greater')).p_value FROM ztest_rows GROUP BY country ORDER BY country;

-- Summaries store, roll up, and round-trip in text and binary.
CREATE TABLE ztest_summaries AS SELECT country, prompt_mgr.proportion_summary(success, treatment) AS s FROM ztest_rows GROUP BY country;
SELECT prompt_mgr.rollup(s)::text = (SELECT prompt_mgr.proportion_summary(success, treatment)::text FROM ztest_rows) AS rolled_up FROM ztest_summaries;
SELECT count(*) FROM ztest_summaries WHERE s::text::prompt_mgr.proportion_summary::text <> s::text;
CREATE TABLE ztest_copy (country int, s prompt_mgr.proportion_summary);
\copy ztest_summaries TO 'results/ztest.bin' (FORMAT binary)
\copy ztest_copy FROM 'results/ztest.bin' (FORMAT binary)
SELECT count(*) AS rows, count(*) FILTER (WHERE a.s::text = b.s::text) AS equal FROM ztest_summaries AS a JOIN ztest_copy AS b USING (country);
SELECT prompt_mgr.rollup(s) FROM ztest_summaries WHERE false;
SELECT input, t.state, t.message FROM unnest(ARRAY['', '(1,2,3)', '(1,2,3,4,5)', '(1,0,1,0)x', '(a,0,1,0)', '(1,2,1,0)', '(-1,0,0,0)', '(99999999999999999999,0,0,0)']) AS input,
	pg_temp.try(format('SELECT %L::prompt_mgr.proportion_summary', input)) AS t;
SELECT ' ( 10 , 1,20 ,2 ) '::prompt_mgr.proportion_summary;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollup(s) FROM (VALUES ('(9223372036854775807,0,0,0)'::prompt_mgr.proportion_summary), ('(1,0,0,0)')) AS v (s)$$);

-- Parallel: the plan is, and gives the same answer.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.two_proportion_ztest(success, treatment) FROM ztest_rows;
CREATE TEMP TABLE ztest_parallel AS SELECT prompt_mgr.two_proportion_ztest(success, treatment) AS t FROM ztest_rows;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.rollup(s) FROM ztest_summaries;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;
SELECT (SELECT t FROM ztest_parallel) = prompt_mgr.two_proportion_ztest(success, treatment) AS equal FROM ztest_rows;
RESET max_parallel_workers_per_gather;
DROP TABLE ztest_rows, ztest_summaries, ztest_copy;
