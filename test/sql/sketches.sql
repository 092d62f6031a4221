-- Sketches of latencies and of distinct texts: aggregates, storage, accessors.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- By hand: 1.28 s ends bucket 544, and the values of a bucket count together.
SELECT prompt_mgr.latency_sketch(v) AS s FROM (VALUES (1.28), (1.279), (1.2801), (0.01), (0.0), (NULL), ('NaN'), (-1), (1e9)) AS r (v);
SELECT prompt_mgr.count_within('{0:1,320:1,544:2,545:1,1088:1}', x) FROM unnest('{0,0.00001,0.01,0.5,1.27,1.28,1.29,1.31,200000,Infinity}'::float8[]) AS x;
SELECT prompt_mgr.count_within('{0:1,320:1,544:2,545:1,1088:1}');
SELECT q, round(prompt_mgr.quantile('{0:1,320:1,544:2,545:1,1088:1}', q)::numeric, 4) AS quantile FROM unnest('{0,0.16,0.17,0.34,0.5,0.66,0.7,0.84,1}'::float8[]) AS q;
SELECT prompt_mgr.latency_sketch(NULL::float8) AS empty, prompt_mgr.quantile(prompt_mgr.latency_sketch(NULL::float8), 0.5), prompt_mgr.count_within(prompt_mgr.latency_sketch(NULL::float8));
SELECT prompt_mgr.distinct_count(prompt_mgr.distinct_sketch(v)) FROM (VALUES ('a'), ('b'), ('a'), (NULL), ('')) AS r (v);
SELECT prompt_mgr.distinct_sketch(NULL::text) AS empty, prompt_mgr.distinct_count('{}') AS none;

-- Within the promise of the sample's quantile, whatever the distribution.
CREATE TABLE sketch_rows AS SELECT i % 50 AS g, 'user ' || i % 7000 AS u, s.shape, s.v FROM generate_series(1, 50000) AS i,
	LATERAL (SELECT ('x' || substr(md5(i::text), 1, 8))::bit(32)::bigint / 4294967296.0 + 1e-10 AS r) AS random,
	LATERAL (VALUES ('lognormal', exp(sqrt(-2 * ln(r::float8)) * cos(i))), ('heavy tail', 0.2 * power(r, -1 / 1.1)), ('constant', 0.75)) AS s (shape, v);
SELECT shape, max(abs(prompt_mgr.quantile(s, q) / (SELECT percentile_disc(q) WITHIN GROUP (ORDER BY r.v) FROM sketch_rows AS r WHERE r.shape = k.shape) - 1)) < 0.0109 AS within_promise, pg_column_size(max(s::text)::prompt_mgr.latency_sketch) < 900 AS small
FROM (SELECT shape, prompt_mgr.latency_sketch(v) AS s FROM sketch_rows GROUP BY shape) AS k, unnest('{0,0.01,0.5,0.9,0.95,0.99,0.999,1}'::float8[]) AS q GROUP BY shape ORDER BY shape;
SELECT abs(prompt_mgr.distinct_count(prompt_mgr.distinct_sketch(u)) / 7000.0 - 1) < 0.05 AS near_7000 FROM sketch_rows;

-- Merged in parts, in parallel, sorted or not, the bytes are the same.
CREATE TABLE sketches AS SELECT shape, g, prompt_mgr.latency_sketch(v) AS l, prompt_mgr.distinct_sketch(u) AS d FROM sketch_rows GROUP BY shape, g;
SELECT bool_and(a.l = b.l AND a.d = b.d) AS same
FROM (SELECT shape, prompt_mgr.rollup(l)::text AS l, prompt_mgr.rollup(d)::text AS d FROM sketches GROUP BY shape) AS a
JOIN (SELECT shape, prompt_mgr.latency_sketch(v)::text AS l, prompt_mgr.distinct_sketch(u)::text AS d FROM sketch_rows GROUP BY shape) AS b USING (shape);
SELECT md5(prompt_mgr.latency_sketch(v)::text || prompt_mgr.distinct_sketch(u)::text) AS serial FROM sketch_rows \gset
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_leader_participation = off;
ALTER TABLE sketch_rows SET (parallel_workers = 3);
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END $$;
SELECT count(*) FROM pg_temp.plan('SELECT prompt_mgr.latency_sketch(v), prompt_mgr.distinct_sketch(u) FROM sketch_rows') AS p WHERE p ~ 'Partial Aggregate';
SELECT md5(prompt_mgr.latency_sketch(v)::text || prompt_mgr.distinct_sketch(u)::text) = :'serial' AS parallel FROM sketch_rows;
ROLLBACK;
-- Text and binary form give the value back; so does a table.
SELECT bool_and(l::text::prompt_mgr.latency_sketch::text = l::text AND d::text::prompt_mgr.distinct_sketch::text = d::text) AS text FROM sketches;
\copy sketches TO 'results/sketches.bin' (FORMAT binary)
CREATE TABLE sketches_back (LIKE sketches);
\copy sketches_back FROM 'results/sketches.bin' (FORMAT binary)
SELECT count(*) AS rows, bool_and(a.l::text = b.l::text AND a.d::text = b.d::text) AS binary FROM sketches AS a JOIN sketches_back AS b USING (shape, g);

-- So does what the extension stores, taken as it is.
SELECT bool_and(prompt_mgr.latency_sketch_of(l::bytea)::text = l::text AND prompt_mgr.distinct_sketch_of(d::bytea)::text = d::text) AS stored FROM sketches;
SELECT md5(prompt_mgr.rollup(prompt_mgr.latency_sketch_of(l::bytea))::text || prompt_mgr.rollup(prompt_mgr.distinct_sketch_of(d::bytea))::text) = :'serial' AS merged FROM sketches;
-- Bytes that are no sketch are refused at once, or as they are merged.
SELECT b, c.state AS cast, o.state AS latency, m.state AS merged, d.state AS distinct
FROM unnest('{"",00,02,01,0101,0100,0181,010f,01918801,02ffff}'::text[]) AS b,
	pg_temp.try(format('SELECT (%L::bytea)::prompt_mgr.latency_sketch', '\x' || b)) AS c,
	pg_temp.try(format('SELECT FROM (SELECT prompt_mgr.latency_sketch_of(%L) AS s OFFSET 0) AS q WHERE s IS NULL', '\x' || b)) AS o,
	pg_temp.try(format('SELECT prompt_mgr.rollup(prompt_mgr.latency_sketch_of(%L))', '\x' || b)) AS m,
	pg_temp.try(format('SELECT prompt_mgr.rollup(prompt_mgr.distinct_sketch_of(%L))', '\x' || b)) AS d;
SELECT state FROM pg_temp.try(format('SELECT prompt_mgr.distinct_count(prompt_mgr.distinct_sketch_of(%L))', '\x02' || repeat('ff', 4096)));

-- What is no sketch.
CREATE TEMP TABLE bad (t text);
INSERT INTO bad VALUES (''), ('{'), ('}'), ('{}x'), ('{1}'), ('{1:}'), ('{1:0}'), ('{1:-1}'), ('{-1:1}'), ('{2:1,1:1}'), ('{1:1,1:1}'), ('{1:1,}'), ('{1089:1}'), ('{1:1000000000000001}'), ('{1:99999999999999999999}'), ('{1.5:1}'), ('(1:1)');
SELECT t, r.state FROM bad, pg_temp.try(format('SELECT %L::prompt_mgr.latency_sketch', t)) AS r;
SELECT * FROM pg_temp.try($$SELECT '{4096:1}'::prompt_mgr.distinct_sketch$$);
SELECT * FROM pg_temp.try($$SELECT '{1:54}'::prompt_mgr.distinct_sketch$$);
SELECT '{1088:1000000000000000}'::prompt_mgr.latency_sketch, prompt_mgr.distinct_count('{4095:53}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollup(s) FROM (VALUES ('{1:1000000000000000}'::prompt_mgr.latency_sketch), ('{1:1}')) AS r (s)$$);
SELECT x, r.state, r.message, r.detail FROM unnest('{-0.1,1.1,NaN}'::float8[]) AS x, pg_temp.try(format('SELECT prompt_mgr.quantile(%L, %L)', '{1:1}', x)) AS r;
DROP TABLE sketch_rows, sketches, sketches_back;
