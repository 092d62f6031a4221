-- two_proportion_ztest() against avg(float8) over the same 10 million rows,
-- serial and parallel.
\set QUIET on
\ir lib.sql
CREATE UNLOGGED TABLE bench_ztest AS
	SELECT i % 7 = 0 AS success, i % 2 = 0 AS treatment, (i % 7)::double precision AS value FROM generate_series(1, 10000000) AS i;
VACUUM ANALYZE bench_ztest;
SET max_parallel_workers_per_gather = 0;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'z-test of 10 million rows, serial', pg_temp.fastest('SELECT prompt_mgr.two_proportion_ztest(success, treatment) FROM bench_ztest', 3) * 1e6,
		pg_temp.fastest('SELECT avg(value) FROM bench_ztest', 3) * 1e6, 'avg(float8)', '1.3';
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT prompt_mgr.two_proportion_ztest(success, treatment) FROM bench_ztest;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'the same, parallel', pg_temp.fastest('SELECT prompt_mgr.two_proportion_ztest(success, treatment) FROM bench_ztest', 3) * 1e6,
		pg_temp.fastest('SELECT avg(value) FROM bench_ztest', 3) * 1e6, 'avg(float8)', '1.3';
TABLE pg_temp.report;
DROP TABLE bench_ztest;
