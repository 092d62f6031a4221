-- Choosing a variant.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Known answers, worked out by hand from the definition with the published
-- MurmurHash3 of the joined text: murmur3_x86_32("s:u") decides.
SELECT prompt_mgr.pick_variant('', 's', '{1,1}') AS empty_unit, prompt_mgr.pick_variant('u', 's', '{0,0}') AS no_weight,
	prompt_mgr.pick_variant('u', 's', '{0,1}') AS only_second, prompt_mgr.pick_variant('u', 's', '{1}') AS only_one;

-- Scale does not matter, a weight of 0 is never picked, every unit gets one.
WITH p AS (
	SELECT 'unit-' || i AS u FROM generate_series(1, 20000) AS i
)
SELECT count(*) FILTER (WHERE prompt_mgr.pick_variant(u, 'salt', '{1,1}') IS DISTINCT FROM prompt_mgr.pick_variant(u, 'salt', '{50,50}')) AS scale_1,
	count(*) FILTER (WHERE prompt_mgr.pick_variant(u, 'salt', '{1,2,3}') IS DISTINCT FROM prompt_mgr.pick_variant(u, 'salt', '{1000,2000,3000}')) AS scale_2,
	count(*) FILTER (WHERE prompt_mgr.pick_variant(u, 'salt', '{1,0,1}') = 2) AS zero_picked,
	count(*) FILTER (WHERE prompt_mgr.pick_variant(u, 'salt', '{1,2,3}') IS NULL) AS none
FROM p;

-- Shares: chi-square over 100,000 units stays below its 0.999 quantile.
SELECT sum((n - e) ^ 2 / e) < 16.27 AS fair FROM (
	SELECT count(*) AS n, 100000 * (ARRAY[.1, .2, .3, .4])[prompt_mgr.pick_variant('user-' || i, 'fair', '{10,20,30,40}')] AS e
	FROM generate_series(1, 100000) AS i GROUP BY e) AS s;

-- Two salts are independent, and so are coverage and variant.
SELECT sum((n - 2500.0) ^ 2 / 2500) < 16.27 AS independent FROM (
	SELECT count(*) AS n FROM generate_series(1, 10000) AS i
	GROUP BY prompt_mgr.pick_variant('u' || i, 'one', '{1,1}'), prompt_mgr.pick_variant('u' || i, 'two', '{1,1}')) AS s;

-- Coverage: about the share asked for, growing only adds, the variant stays.
WITH p AS (
	SELECT prompt_mgr.pick_variant('u' || i, 'cover', '{1,1}') AS everybody, prompt_mgr.pick_variant('u' || i, 'cover', '{1,1}', coverage_ppm => 100000) AS ten,
		prompt_mgr.pick_variant('u' || i, 'cover', '{1,1}', coverage_ppm => 300000) AS thirty, prompt_mgr.pick_variant('u' || i, 'cover', '{1,1}', coverage_ppm => 0) AS nobody
	FROM generate_series(1, 20000) AS i
)
SELECT count(ten) BETWEEN 1800 AND 2200 AS about_ten, count(thirty) BETWEEN 5740 AND 6260 AS about_thirty, count(nobody) AS nobody,
	count(*) FILTER (WHERE ten IS NOT NULL AND ten IS DISTINCT FROM thirty) AS lost, count(*) FILTER (WHERE thirty <> everybody) AS changed
FROM p;

-- What is prepared once for constants is not kept where arguments change: in
-- prepared statements, plpgsql, and over columns.
PREPARE pick (text, text, int[]) AS SELECT prompt_mgr.pick_variant($1, $2, $3);
SET plan_cache_mode = force_generic_plan;
EXECUTE pick('u', 's', '{0,1}');
EXECUTE pick('u', 's', '{0,0,1}');
EXECUTE pick('u', 's:', '{1}');
RESET plan_cache_mode;
DO $$
DECLARE
	weights int[];
	picks int[];
BEGIN
	FOR i IN 1 .. 3 LOOP
		weights := array_fill(0, ARRAY[i]) || 1;
		picks := picks || prompt_mgr.pick_variant('u', 'salt ' || i, weights) || prompt_mgr.pick_variant('u', 's', '{0,1}');
	END LOOP;
	RAISE NOTICE '%', picks;
END $$;
WITH p AS MATERIALIZED (
	SELECT 'u' || i AS u, 'salt' AS s, '{1,2,3}'::int[] AS w, a FROM generate_series(1, 1000) AS i, unnest(ARRAY['m3', 'm3_rendezvous', 'eppo']) AS a
)
SELECT count(*) AS all, count(*) FILTER (WHERE prompt_mgr.pick_variant(u, s, w, a, 500000) IS DISTINCT FROM CASE a
	WHEN 'm3' THEN prompt_mgr.pick_variant(u, 'salt', '{1,2,3}', 'm3', 500000)
	WHEN 'eppo' THEN prompt_mgr.pick_variant(u, 'salt', '{1,2,3}', 'eppo', 500000)
	ELSE prompt_mgr.pick_variant(u, 'salt', '{1,2,3}', 'm3_rendezvous', 500000) END) AS different
FROM p;

-- Rendezvous: an arm's end moves its own units and no other, a new arm takes
-- about its share from each; m3 moves others too.
WITH p AS (
	SELECT a, prompt_mgr.pick_variant('u' || i, 'salt', '{1,1,1,0}', a) AS three, prompt_mgr.pick_variant('u' || i, 'salt', '{0,1,1,0}', a) AS two,
		prompt_mgr.pick_variant('u' || i, 'salt', '{1,1,1,1}', a) AS four
	FROM generate_series(1, 30000) AS i, unnest(ARRAY['m3', 'm3_rendezvous']) AS a
)
SELECT a, count(*) FILTER (WHERE three <> 1 AND two <> three) AS moved_by_an_end, count(*) FILTER (WHERE two = 1) AS picked_after_its_end,
	count(*) FILTER (WHERE four <> three AND four <> 4) AS moved_between_old
FROM p GROUP BY a ORDER BY a COLLATE "C";
SELECT three, count(*) BETWEEN 9590 AND 10410 AS a_third, count(*) FILTER (WHERE four = 4) BETWEEN 2280 AND 2720 AS a_quarter_of_it_to_the_new
FROM (SELECT prompt_mgr.pick_variant('u' || i, 'salt', '{1,1,1}', 'm3_rendezvous') AS three, prompt_mgr.pick_variant('u' || i, 'salt', '{1,1,1,1}', 'm3_rendezvous') AS four
	FROM generate_series(1, 30000) AS i) AS p
GROUP BY three ORDER BY three;

-- Every algorithm: share and coverage within four standard errors, an arm
-- without weight for nobody, and what is covered keeps its variant.
WITH p AS (
	SELECT a, prompt_mgr.pick_variant(u, s, '{200,0,800}', a) AS whole, prompt_mgr.pick_variant(u, s, '{200,0,800}', a, 300000) AS part,
		prompt_mgr.pick_variant(u, s, '{200,0,800}', a, 600000) AS more, prompt_mgr.pick_variant(u, s, '{200,0,800}', a, 0) AS never,
		prompt_mgr.pick_variant('', s, '{1}', a) AS empty, prompt_mgr.pick_variant(u, s, '{0,0}', a) AS no_weight
	FROM prompt_mgr.selftest_hash() AS f (a), LATERAL (SELECT CASE a WHEN 'split' THEN '-7' ELSE 'salt' END AS s) AS s, generate_series(1, 10000) AS i,
		LATERAL (SELECT 'unit-' || i AS u) AS u
)
SELECT a AS algorithm, count(*) FILTER (WHERE whole IS NULL) AS none, count(*) FILTER (WHERE whole = 2) AS without_weight,
	abs(count(*) FILTER (WHERE whole = 1) - 2000) < 160 AS share, abs(count(part) - 3000) < 180 AS coverage,
	count(*) FILTER (WHERE part IS NOT NULL AND part IS DISTINCT FROM more OR more <> whole) AS changed, count(never) + count(empty) + count(no_weight) AS never
FROM p GROUP BY a ORDER BY a COLLATE "C";

-- The numbers: published values of murmur3 of "test" and FNV-1a of "a", m3's by
-- split's seed 0, and digests made in SQL.
SELECT prompt_mgr.unit_hash('test', '', 'flagd') = x'ba6bd213'::bigint AS flagd, prompt_mgr.unit_hash('s:u', '0', 'split') = prompt_mgr.unit_hash('u', 's') AS split_is_m3,
	prompt_mgr.unit_hash('a', '', 'growthbook_v1') = x'e40c292c'::bigint AS fnv, prompt_mgr.unit_hash('', 'abc', 'eppo') AS eppo_abc_dash, prompt_mgr.unit_hash('y', 'x', 'statsig') AS statsig;
SELECT ('x' || left(md5('abc-'), 8))::bit(32)::bigint AS eppo_abc_dash,
	('x' || left(encode(sha256('x.y'), 'hex'), 8))::bit(32)::bigint::numeric * 4294967296 + ('x' || substr(encode(sha256('x.y'), 'hex'), 9, 8))::bit(32)::bigint AS statsig;

-- The known answers: all right; and where a function answers otherwise, an
-- error that says which algorithm.
SELECT * FROM prompt_mgr.selftest_hash();
BEGIN;
CREATE OR REPLACE FUNCTION prompt_mgr.unit_hash(unit text, salt text, algorithm text DEFAULT 'm3') RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN CASE algorithm WHEN 'flagd' THEN 1 END;
SELECT * FROM pg_temp.try('SELECT prompt_mgr.selftest_hash()');
ROLLBACK;

-- Wrong arguments; NULL in, NULL out.
SELECT call, t.state, t.message, t.detail FROM (VALUES
	($$'u', 'a:b', '{1}'$$), ($$'u', 's', '{-1,2}'$$), ($$'u', 's', '{1,NULL}'$$), ($$'u', 's', '{}'$$), ($$'u', 's', '{{1,1},{1,1}}'$$),
	($$'u', 's', '{2147483647,1}'$$), ($$'u', 's', '{1}', 'md5'$$), ($$'u', 's', '{1}', 'm3', -1$$), ($$'u', 's', '{1}', 'm3', 1000001$$),
	($$'u', 'a:b', '{1}', 'm3_rendezvous'$$), ($$'u', 'a:b', '{1}', 'unleash'$$), ($$'u', 's', '{1}', 'split'$$), ($$'u', '4294967296', '{1}', 'split'$$),
	($$'u', '', '{1}', 'split'$$), ($$'u', '-2147483648', '{1}', 'split'$$), ($$'u', 's', '{1}', 'M3'$$), ($$'u', 's', '{1}', ''$$)) AS c (call),
	pg_temp.try(format('SELECT prompt_mgr.pick_variant(%s)', call)) AS t;
SELECT call, t.state, t.message, t.detail FROM (VALUES
	($$'u', 'a:b'$$), ($$'u', 's', 'm3_rendezvous'$$), ($$'u', 's', 'split'$$), ($$'u', 's', 'sha1'$$)) AS c (call),
	pg_temp.try(format('SELECT prompt_mgr.unit_hash(%s)', call)) AS t;
SELECT prompt_mgr.pick_variant(NULL, 's', '{1}'), prompt_mgr.pick_variant('u', NULL, '{1}'), prompt_mgr.pick_variant('u', 's', NULL),
	prompt_mgr.pick_variant('u', 's', '{1}', NULL), prompt_mgr.pick_variant('u', 's', '{1}', 'm3', NULL),
	prompt_mgr.unit_hash(NULL, 's'), prompt_mgr.unit_hash('u', NULL), prompt_mgr.unit_hash('u', 's', NULL);
SELECT prompt_mgr.pick_variant('u', 's', '{2147483647}'), prompt_mgr.pick_variant('u', 's', '[5:6]={0,1}');
