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

-- Wrong arguments; NULL in, NULL out.
SELECT call, t.state, t.message, t.detail FROM (VALUES
	($$'u', 'a:b', '{1}'$$), ($$'u', 's', '{-1,2}'$$), ($$'u', 's', '{1,NULL}'$$), ($$'u', 's', '{}'$$), ($$'u', 's', '{{1,1},{1,1}}'$$),
	($$'u', 's', '{2147483647,1}'$$), ($$'u', 's', '{1}', 'md5'$$), ($$'u', 's', '{1}', 'm3', -1$$), ($$'u', 's', '{1}', 'm3', 1000001$$)) AS c (call),
	pg_temp.try(format('SELECT prompt_mgr.pick_variant(%s)', call)) AS t;
SELECT prompt_mgr.pick_variant(NULL, 's', '{1}'), prompt_mgr.pick_variant('u', NULL, '{1}'), prompt_mgr.pick_variant('u', 's', NULL),
	prompt_mgr.pick_variant('u', 's', '{1}', NULL), prompt_mgr.pick_variant('u', 's', '{1}', 'm3', NULL);
SELECT prompt_mgr.pick_variant('u', 's', '{2147483647}'), prompt_mgr.pick_variant('u', 's', '[5:6]={0,1}');
