-- pick_variant() per row against hashing in SQL, over a million uuids.
\set QUIET on
\ir lib.sql
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE bench AS SELECT gen_random_uuid()::text AS unit FROM generate_series(1, 1000000);
ANALYZE bench;
CREATE TEMP TABLE took AS SELECT
	pg_temp.fastest('SELECT sum(octet_length(unit)) FROM bench') AS scan,
	pg_temp.fastest($$SELECT sum(prompt_mgr.pick_variant(unit, 'experiment-1', '{33,33,34}')) FROM bench$$) AS pick,
	pg_temp.fastest($$SELECT sum(width_bucket(abs(hashtextextended('experiment-1' || ':' || unit, 0) % 100), array[33, 66])) FROM bench$$) AS sql;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'pick_variant, uuid unit, 3 arms', pick - scan, sql - scan, 'width_bucket(hashtextextended())', '1.0' FROM took;
TABLE pg_temp.report;
