-- Choosing a variant.

CREATE FUNCTION prompt_mgr.pick_variant(
	unit text,
	salt text,
	weights integer[],
	algorithm text DEFAULT 'm3',
	coverage_ppm integer DEFAULT 1000000)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_pick_variant';

COMMENT ON FUNCTION prompt_mgr.pick_variant(text, text, integer[], text, integer) IS
'Variant of a unit: a 1-based index into weights, or NULL where the unit is not in the experiment.
The same unit, salt and weights give the same variant everywhere and for ever. NULL for an empty unit, where all weights are 0, and outside of coverage_ppm (parts per million of the units). All text counts as UTF-8, whatever the database''s encoding. 22023: an unknown algorithm, a salt that it cannot take, weights negative or null or more than 2147483647 in sum, coverage outside of 0 to 1000000.
Algorithms of our own: m3 (the default): h = MurmurHash3 x86 32 of salt:unit, and the pick is the first whose running sum C of weights has h * sum(weights) < C * 2^32. m3_rendezvous: each arm i draws u = (murmur3(salt:i:unit) + 0.5) / 2^32, and the largest -weight / ln(u) wins, so that a weight set to 0 moves only that arm''s units, and an arm appended takes its share evenly from the others. Neither takes a colon in the salt.
Algorithms of other vendors, so that their SDKs outside the database see the same arm; salt and weights stand for: growthbook_v2, growthbook_v1: seed (by default the experiment''s key), weights; with the ending _utf8 as SDKs hash that take bytes for UTF-16 units (Go). unleash: group id, weights exactly as there. flagd: the text before the unit, weights. optimizely: experiment id, sizes of the traffic ranges. split: seed (a number), per cent. planout: experiment salt.salt, weights of weightedChoice. launchdarkly: flag key.salt, or the seed, weights. posthog: flag key, per cent. statsig: the experiment''s salt, group sizes. eppo: the salt of a shard, sizes of its ranges in 10000.
Coverage: growthbook and optimizely take the first part of each variant''s range, unleash the rollout percentage, posthog the rollout of the flag; all others, which have none in these terms, are asked by the hash of salt/x:unit as in m3, unknown to their SDKs.
Caution: growthbook_v1 and split are there for migration only: growthbook_v1 gives the same units the same arm in too many experiments (of 273 pairs of salts 173 were dependent), split knows 100 buckets; choose m3 for what is new. docs/assignment.md says how each vendor''s inputs map, and what does not.';

CREATE FUNCTION prompt_mgr.unit_hash(
	unit text,
	salt text,
	algorithm text DEFAULT 'm3')
RETURNS numeric
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_unit_hash';

COMMENT ON FUNCTION prompt_mgr.unit_hash(text, text, text) IS
'The whole number that an algorithm of pick_variant() makes of unit and salt, before any weights.
For what other vendors decide by the same number but not by weights: a namespace, an exposure, a pass percentage. Less than 2^32 for m3, growthbook_*, unleash, flagd, optimizely, split and eppo, than 2^60 for planout, launchdarkly and posthog, than 2^64 for statsig. Buckets: mod(n, 10000) for growthbook_v2, eppo and statsig''s pass percentage, mod(n, 1000) for growthbook_v1 and statsig''s groups, mod(n, 100) + 1 for split, mod(n, sum of weights) + 1 for unleash, floor(n * 10000 / 2^32) for optimizely, n / (2^60 - 1) for the others. 22023: as pick_variant(), and for m3_rendezvous, which has a number per arm.';

-- The answers come from another program, in another language.  Units are bytes
-- of UTF-8; those that are not ASCII are left out where the database's encoding
-- may lack their letters.
CREATE FUNCTION prompt_mgr.selftest_hash(OUT algorithm text, OUT vectors integer)
RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 15
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	wrong integer;
BEGIN
	FOR algorithm, vectors, wrong IN
		SELECT k.algorithm, count(*), count(*) FILTER (WHERE
			prompt_mgr.pick_variant(convert_from(k.unit, 'UTF8'), k.salt, k.weights, k.algorithm, k.coverage_ppm) IS DISTINCT FROM k.pick
			OR CASE WHEN k.hash IS NOT NULL THEN prompt_mgr.unit_hash(convert_from(k.unit, 'UTF8'), k.salt, k.algorithm) <> k.hash END)
		FROM (VALUES
			('m3', 'visitor 1'::bytea, 'tone-of-voice', '{3,4,3}'::integer[], 1000000, 580073511, 1),
			('m3', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 2633171689, 2),
			('m3', 'visitor 3', 'tone-of-voice', '{3,4,3}', 1000000, 4096231712, 3),
			('m3', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 1784193509, 2),
			('m3', 'visitor 3', 'tone-of-voice', '{3,4,3}', 400000, 4096231712, 3),
			('m3', 'visitor 4', 'tone-of-voice', '{3,4,3}', 400000, 2633171689, NULL),
			('m3_rendezvous', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, NULL, 1),
			('m3_rendezvous', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, NULL, 2),
			('m3_rendezvous', 'visitor 5', 'tone-of-voice', '{3,4,3}', 1000000, NULL, 3),
			('m3_rendezvous', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, NULL, 3),
			('growthbook_v2', 'visitor 6', 'tone-of-voice', '{3,4,3}', 1000000, 1555941544, 1),
			('growthbook_v2', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 3434236792, 2),
			('growthbook_v2', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 3657837038, 3),
			('growthbook_v2', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 2646281844, 1),
			('growthbook_v2', 'visitor 4', 'tone-of-voice', '{3,4,3}', 400000, 3657837038, 3),
			('growthbook_v2', 'visitor 1', 'tone-of-voice', '{3,4,3}', 400000, 3434236792, NULL),
			('growthbook_v1', 'visitor 2', 'tone-of-voice', '{3,4,3}', 1000000, 2842647264, 1),
			('growthbook_v1', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 3060621671, 2),
			('growthbook_v1', 'visitor 8', 'tone-of-voice', '{3,4,3}', 1000000, 3826903902, 3),
			('growthbook_v1', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 3121144590, 2),
			('growthbook_v1', 'visitor 10', 'tone-of-voice', '{3,4,3}', 400000, 4051814419, 2),
			('growthbook_v1', 'visitor 1', 'tone-of-voice', '{3,4,3}', 400000, 3060621671, NULL),
			('growthbook_v2_utf8', 'visitor 6', 'tone-of-voice', '{3,4,3}', 1000000, 1555941544, 1),
			('growthbook_v2_utf8', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 3434236792, 2),
			('growthbook_v2_utf8', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 3657837038, 3),
			('growthbook_v2_utf8', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 3431055995, 2),
			('growthbook_v1_utf8', 'visitor 2', 'tone-of-voice', '{3,4,3}', 1000000, 2842647264, 1),
			('growthbook_v1_utf8', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 3060621671, 2),
			('growthbook_v1_utf8', 'visitor 8', 'tone-of-voice', '{3,4,3}', 1000000, 3826903902, 3),
			('growthbook_v1_utf8', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 707138348, 2),
			('unleash', 'visitor 3', 'tone-of-voice', '{400,350,250}', 1000000, 314824155, 1),
			('unleash', 'visitor 1', 'tone-of-voice', '{400,350,250}', 1000000, 1758762455, 2),
			('unleash', 'visitor 2', 'tone-of-voice', '{400,350,250}', 1000000, 4258833811, 3),
			('unleash', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{400,350,250}', 1000000, 2779992242, 1),
			('unleash', 'visitor 1', 'tone-of-voice', '{400,350,250}', 400000, 1758762455, 2),
			('unleash', 'visitor 2', 'tone-of-voice', '{400,350,250}', 400000, 4258833811, NULL),
			('flagd', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 1139531104, 1),
			('flagd', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 1731686146, 2),
			('flagd', 'visitor 2', 'tone-of-voice', '{3,4,3}', 1000000, 3997107956, 3),
			('flagd', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 52885020, 1),
			('optimizely', 'visitor 1', 'tone-of-voice', '{3334,3333,3333}', 1000000, 415159511, 1),
			('optimizely', 'visitor 3', 'tone-of-voice', '{3334,3333,3333}', 1000000, 2828120546, 2),
			('optimizely', 'visitor 2', 'tone-of-voice', '{3334,3333,3333}', 1000000, 3704169234, 3),
			('optimizely', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3334,3333,3333}', 1000000, 594367163, 1),
			('optimizely', 'visitor 9', 'tone-of-voice', '{3334,3333,3333}', 400000, 1581135831, 2),
			('optimizely', 'visitor 2', 'tone-of-voice', '{3334,3333,3333}', 400000, 3704169234, NULL),
			('split', 'visitor 7', '-1640531527', '{20,30,50}', 1000000, 3322702504, 1),
			('split', 'visitor 2', '2654435769', '{20,30,50}', 1000000, 3086259031, 2),
			('split', 'visitor 2', '90125', '{20,30,50}', 1000000, 1807920994, 3),
			('split', 'Zo\303\253 \346\235\261 \360\237\232\200', '-1640531527', '{20,30,50}', 1000000, 3689928466, 3),
			('planout', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 30998505022430082, 1),
			('planout', 'visitor 6', 'tone-of-voice', '{3,4,3}', 1000000, 530928117689529357, 2),
			('planout', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 958268170374346511, 3),
			('planout', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 700153288615531745, 2),
			('launchdarkly', 'visitor 1', 'tone-of-voice', '{60000,30000,10000}', 1000000, 30998505022430082, 1),
			('launchdarkly', 'visitor 4', 'tone-of-voice', '{60000,30000,10000}', 1000000, 958268170374346511, 2),
			('launchdarkly', 'visitor 12', 'tone-of-voice', '{60000,30000,10000}', 1000000, 1108662116591897044, 3),
			('launchdarkly', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{60000,30000,10000}', 1000000, 700153288615531745, 2),
			('posthog', 'visitor 4', 'tone-of-voice', '{3,4,3}', 1000000, 40216920033292647, 1),
			('posthog', 'visitor 1', 'tone-of-voice', '{3,4,3}', 1000000, 788159593963352166, 2),
			('posthog', 'visitor 5', 'tone-of-voice', '{3,4,3}', 1000000, 969825993517325889, 3),
			('posthog', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{3,4,3}', 1000000, 223417377681472570, 1),
			('posthog', 'visitor 1', 'tone-of-voice', '{3,4,3}', 400000, 788159593963352166, 2),
			('posthog', 'visitor 5', 'tone-of-voice', '{3,4,3}', 400000, 969825993517325889, NULL),
			('statsig', 'visitor 3', 'tone-of-voice', '{200,300,500}', 1000000, 1031339434528376096, 1),
			('statsig', 'visitor 1', 'tone-of-voice', '{200,300,500}', 1000000, 2120448860483190489, 2),
			('statsig', 'visitor 4', 'tone-of-voice', '{200,300,500}', 1000000, 15369132026161610665, 3),
			('statsig', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{200,300,500}', 1000000, 17266212197885034320, 2),
			('eppo', 'visitor 2', 'tone-of-voice', '{2500,2500,5000}', 1000000, 555790358, 1),
			('eppo', 'visitor 4', 'tone-of-voice', '{2500,2500,5000}', 1000000, 3919173660, 2),
			('eppo', 'visitor 1', 'tone-of-voice', '{2500,2500,5000}', 1000000, 2382007720, 3),
			('eppo', 'Zo\303\253 \346\235\261 \360\237\232\200', 'tone-of-voice', '{2500,2500,5000}', 1000000, 2729288701, 3)
		) AS k (algorithm, unit, salt, weights, coverage_ppm, hash, pick)
		WHERE getdatabaseencoding() = 'UTF8' OR encode(k.unit, 'escape') !~ '\\'
		GROUP BY k.algorithm
		ORDER BY k.algorithm COLLATE "C"
	LOOP
		IF wrong > 0 THEN
			RAISE EXCEPTION 'algorithm % gives % of % known answers wrong', algorithm, wrong, vectors
				USING ERRCODE = 'PT500', DETAIL = jsonb_build_array(jsonb_build_object('path', algorithm, 'reason', 'wrong answers')),
				HINT = 'Assign nobody by it: the installed library is damaged, or belongs to another release than the SQL functions.';
		END IF;
		RETURN NEXT;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.selftest_hash() IS
'Compares every algorithm of pick_variant() with built-in known answers: a row per algorithm, with how many were right.
Raises PT500, naming the algorithm, where one is wrong. Worth calling after an upgrade of server, machine or extension. 0A000 where the server''s cryptographic library has no MD5 (FIPS), which eppo needs.';
