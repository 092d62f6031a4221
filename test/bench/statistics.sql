-- Microseconds per call of the statistics functions, against ztest_counts();
-- and ab_summary() against stddev(float8) over 10 million rows.
\set QUIET on
\ir lib.sql
CREATE FUNCTION pg_temp.per_call(call text, calls integer) RETURNS double precision LANGUAGE sql AS $$
	SELECT (pg_temp.fastest(format('SELECT count(r) FROM (SELECT %s AS r FROM generate_series(1, %s) AS i OFFSET 0) AS f', call, calls), 3)
		- pg_temp.fastest(format('SELECT count(r) FROM (SELECT i AS r FROM generate_series(1, %s) AS i OFFSET 0) AS f', calls), 3)) / calls * 1e6
$$;
CREATE TEMP TABLE base AS SELECT pg_temp.per_call('prompt_mgr.ztest_counts(500 + i % 7, 5000, 560, 5000)', 100000) AS us;
INSERT INTO result (work, ours, theirs, against)
SELECT split_part(call, '(', 1) || what, pg_temp.per_call('prompt_mgr.' || call, calls), us, 'ztest_counts()'
FROM base, (VALUES
	('always_valid_counts(500 + i % 7, 5000, 560, 5000)', '', 100000),
	('always_valid_counts(500 + i % 7, 5000, 560, 5000, 0.05, 5000, ''greater'')', ', one-sided', 100000),
	('hybrid_counts(500 + i % 7, 5000, 560, 5000)', '', 100000),
	('proportion_ci(500 + i % 7, 5000)', ', Wilson', 100000),
	('proportion_ci(500 + i % 7, 5000, 0.95, ''clopper_pearson'')', ', exact', 20000),
	('diff_ci(500 + i % 7, 5000, 560, 5000)', '', 100000),
	('lift_ci(500 + i % 7, 5000, 560, 5000)', '', 100000),
	('welch_moments(1000, i, 2, 900, 7, 3)', '', 100000),
	('srm_test(ARRAY[1000 + i % 7, 1010], ARRAY[1, 1])', '', 50000),
	('homogeneity_test(ARRAY[10 + i % 7, 20, 30], ARRAY[100, 100, 100])', '', 50000),
	('sample_size(0.1, 0.12 + i / 1e9)', '', 100000),
	('test_power(0.1, 0.12, 1000 + i, 1000)', '', 100000),
	('mde(0.1, 1000 + i, 1000)', '', 20000),
	('p_adjust(ARRAY[0.01, 0.02, 0.03, i / 1e9])', '', 50000),
	('bayes_counts(100 + i % 7, 1000, 120, 1000)', ', 1,000 units', 2000),
	('bayes_counts(100000 + i % 7, 1000000, 120000, 1000000)', ', 1 million units', 2000),
	('best_arm_probabilities(ARRAY[100 + i % 7, 110, 120, 130], ARRAY[1000, 1000, 1000, 1000])', ', 4 arms', 500),
	('thompson_weights(ARRAY[100 + i % 7, 110, 120, 130], ARRAY[1000, 1000, 1000, 1000])', ', 4 arms', 500),
	('group_sequential_bounds(ARRAY[0.2, 0.4, 0.6, 0.8, 1 - i / 1e9])', ', 5 looks', 100),
	('group_sequential_bounds(ARRAY(SELECT j / 30.0 FROM generate_series(1, 30 + i * 0) AS j))', ', 30 looks', 20)) AS c (call, what, calls);

CREATE UNLOGGED TABLE bench_statistics AS
	SELECT i % 2 = 0 AS treatment, i::bigint * 7919 % 1000 / 7.0::double precision AS value FROM generate_series(1, 10000000) AS i;
VACUUM ANALYZE bench_statistics;
SET max_parallel_workers_per_gather = 0;
INSERT INTO result (work, ours, theirs, against)
	SELECT 'ab_summary of 10 million rows, serial', pg_temp.fastest('SELECT prompt_mgr.ab_summary(value, treatment) FROM bench_statistics', 3) * 1e6,
		pg_temp.fastest('SELECT stddev(value) FROM bench_statistics', 3) * 1e6, 'stddev(float8)';
INSERT INTO result (work, ours, theirs, against)
	SELECT 'ratio_summary of 10 million rows, serial', pg_temp.fastest('SELECT prompt_mgr.ratio_summary(value, value, treatment) FROM bench_statistics', 3) * 1e6,
		pg_temp.fastest('SELECT regr_sxy(value, value) FROM bench_statistics', 3) * 1e6, 'regr_sxy()';
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.ab_summary(value, treatment) FROM bench_statistics;
INSERT INTO result (work, ours, theirs, against)
	SELECT 'ab_summary, parallel', pg_temp.fastest('SELECT prompt_mgr.ab_summary(value, treatment) FROM bench_statistics', 3) * 1e6,
		pg_temp.fastest('SELECT stddev(value) FROM bench_statistics', 3) * 1e6, 'stddev(float8)';
DROP TABLE bench_statistics;

-- 1,000 experiments of 4 arms from a rollup table: a test for each pair and a correction.
CREATE TEMP TABLE bench_rollup AS
	SELECT e, arm, prompt_mgr.ab_summary(sin(e * i + arm), arm > 0) AS s FROM generate_series(1, 1000) AS e, generate_series(0, 3) AS arm, generate_series(1, 50) AS i GROUP BY e, arm;
INSERT INTO result (work, ours, theirs, against)
	SELECT '1,000 experiments of 4 arms from rollups', pg_temp.fastest('SELECT e, prompt_mgr.p_adjust(array_agg((prompt_mgr.always_valid_test(s)).p_value))
		FROM (SELECT t.e, t.arm, prompt_mgr.rollup(r.s) AS s FROM bench_rollup AS t JOIN bench_rollup AS r ON r.e = t.e AND r.arm IN (0, t.arm) WHERE t.arm > 0 GROUP BY 1, 2) AS pair GROUP BY e', 3) * 1e6,
		pg_temp.fastest('SELECT e, arm, count(*) FROM bench_rollup GROUP BY 1, 2', 3) * 1e6, 'count(*) over the same rows';
TABLE pg_temp.report;
