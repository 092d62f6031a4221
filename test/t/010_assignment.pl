# Assignment: vectors of every vendor through SQL, and the references of
# docs/assignment.md against the server's picks.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use Encode qw(decode);
use File::Spec;
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
install_in($node, 'postgres');

# The sizes of ranges [[name, end], ...] that follow each other.
$node->safe_psql('postgres', q{
	CREATE FUNCTION sizes(ranges jsonb) RETURNS int[] LANGUAGE sql RETURN (
		SELECT array_agg(size ORDER BY i)
		FROM (SELECT i, (r ->> 1)::int - lag((r ->> 1)::int, 1, 0) OVER (ORDER BY i) AS size
			FROM jsonb_array_elements(ranges) WITH ORDINALITY AS r (r, i)) AS s)});

# The text of a JSON file as an SQL expression; the server reads the file.
sub json_of
{
	my ($path) = @_;
	return "convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb";
}

# vectors_ok(WHAT, NUMBER, QUERY): the query gives so many rows, and got and
# want are the same in each.
sub vectors_ok
{
	my ($what, $number, $query) = @_;

	$node->safe_psql('postgres', "DROP TABLE IF EXISTS vector; CREATE TABLE vector AS $query");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM vector'), $number, "$what: $number vectors");
	differences_ok($node, 'postgres', 'SELECT * FROM vector WHERE got IS DISTINCT FROM want', $what);
	return;
}

sub test_growthbook
{
	if (my $path = reference_file('experiments/growthbook_sdk_cases.json', "GrowthBook's hashes"))
	{
		my $cases = json_of($path);

		# A version that does not exist is null there and an error here.
		vectors_ok('growthbook: hash', 15, qq{
			SELECT v, CASE v ->> 2
					WHEN '1' THEN mod(prompt_mgr.unit_hash(v ->> 1, v ->> 0, 'growthbook_v1'), 1000) / 1000
					WHEN '2' THEN mod(prompt_mgr.unit_hash(v ->> 1, v ->> 0, 'growthbook_v2'), 10000) / 10000 END AS got,
				(v ->> 3)::numeric AS want
			FROM jsonb_array_elements($cases -> 'hash') AS v});
		is(sqlstate_of($node, 'postgres', "SELECT prompt_mgr.unit_hash('def', 'abc', 'growthbook_v99')"),
			'22023', 'growthbook: no version 99');
		vectors_ok('growthbook: namespaces', 16, qq{
			SELECT v, n >= (v -> 2 ->> 1)::numeric AND n < (v -> 2 ->> 2)::numeric AS got, (v ->> 3)::boolean AS want
			FROM jsonb_array_elements($cases -> 'inNamespace') AS v,
				LATERAL (SELECT mod(prompt_mgr.unit_hash(v ->> 1, '__' || (v -> 2 ->> 0), 'growthbook_v1'), 1000) / 1000 AS n) AS h});
	}
	if (my $path = reference_file('experiments/growthbook_run_assignments.json', "GrowthBook's assignments"))
	{
		# Explicit ranges and namespaces are asked of the hash, the rest picks.
		vectors_ok('growthbook: assignments', 49, q{
			SELECT c, CASE
					WHEN jsonb_typeof(c -> 'ranges') = 'array' THEN
						(SELECT min(i) FROM jsonb_array_elements(c -> 'ranges') WITH ORDINALITY AS r (r, i)
						 WHERE n >= (r ->> 0)::numeric AND n < (r ->> 1)::numeric)
					WHEN jsonb_typeof(c -> 'namespace') <> 'array'
						OR inside >= (c -> 'namespace' ->> 1)::numeric AND inside < (c -> 'namespace' ->> 2)::numeric THEN
						prompt_mgr.pick_variant(c ->> 'unit', c ->> 'seed', weights, algorithm,
							coalesce((c ->> 'coverage')::numeric * 1000000, 1000000)::int) END AS got,
				nullif((c ->> 'expected_index')::int, -1) + 1 AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'cases') AS c,
				LATERAL (SELECT 'growthbook_v' || (c ->> 'hashVersion') AS algorithm,
					CASE jsonb_typeof(c -> 'weights') WHEN 'array' THEN
						(SELECT array_agg((w::numeric * 1000)::int) FROM jsonb_array_elements_text(c -> 'weights') AS w)
					ELSE array_fill(1, ARRAY[(c ->> 'numVariations')::int]) END AS weights) AS a,
				LATERAL (SELECT CASE algorithm WHEN 'growthbook_v1' THEN mod(h, 1000) / 1000 ELSE mod(h, 10000) / 10000 END AS n,
						mod(prompt_mgr.unit_hash(c ->> 'unit', '__' || (c -> 'namespace' ->> 0), 'growthbook_v1'), 1000) / 1000 AS inside
					FROM prompt_mgr.unit_hash(c ->> 'unit', c ->> 'seed', algorithm) AS h) AS b});
	}
	return;
}

sub test_unleash
{
	my $path = reference_file('experiments/unleash_variants_and_rollout.json', 'Unleash') or return;
	my $vectors = json_of($path);

	# An overridden variant is no hash: there the number alone is compared.  A
	# unit that is missing is drawn at random there: here any unit has to do.
	vectors_ok('unleash: variants', 26, qq{
		SELECT v, concat_ws(' ', CASE WHEN v ->> 'unit' IS NOT NULL
					THEN mod(prompt_mgr.unit_hash(v ->> 'unit', v ->> 'group_id', 'unleash'), total) + 1 END,
				CASE WHEN NOT (v ->> 'override')::boolean THEN
					(SELECT string_agg(DISTINCT names[prompt_mgr.pick_variant(u, v ->> 'group_id', weights, 'unleash')], '?')
					 FROM generate_series(1, CASE WHEN v ->> 'unit' IS NULL THEN 100 ELSE 1 END) AS i,
						coalesce(v ->> 'unit', 'anybody ' || i) AS u) END) AS got,
			concat_ws(' ', v ->> 'normalized_value',
				CASE WHEN NOT (v ->> 'override')::boolean THEN v ->> 'expected_variant' END) AS want
		FROM jsonb_array_elements($vectors -> 'variants') AS v,
			LATERAL (SELECT sum((w ->> 'weight')::int) AS total, array_agg((w ->> 'weight')::int ORDER BY i) AS weights,
					array_agg(w ->> 'name' ORDER BY i) AS names
				FROM jsonb_array_elements(v -> 'variants') WITH ORDINALITY AS w (w, i)) AS a});
	vectors_ok('unleash: rollouts', 24, qq{
		SELECT v, (mod(prompt_mgr.unit_hash(v ->> 'unit', v ->> 'group_id'), 100) + 1,
				prompt_mgr.pick_variant(v ->> 'unit', v ->> 'group_id', '{1}', 'unleash', (v ->> 'percent')::int * 10000) IS NOT NULL)::text AS got,
			((v ->> 'normalized_value_1_100')::numeric, (v ->> 'expected_enabled')::boolean)::text AS want
		FROM jsonb_array_elements($vectors -> 'rollout') AS v});
	vectors_ok('unleash: numbers', 2, qq{
		SELECT v, mod(prompt_mgr.unit_hash(v ->> 'unit', v ->> 'group_id'), (v ->> 'N')::int) + 1 AS got, (v ->> 'expected')::numeric AS want
		FROM jsonb_array_elements($vectors -> 'unit_test_values') AS v WHERE (v ->> 'seed')::int = 0});
	return;
}

sub test_optimizely
{
	my $path = reference_file('experiments/optimizely_murmur3_buckets.json', 'Optimizely') or return;
	my $vectors = json_of($path);

	vectors_ok('optimizely: buckets', 5, qq{
		SELECT v, div(prompt_mgr.unit_hash(v ->> 'bucketing_id', v ->> 'parent_id', 'optimizely') * 10000, 4294967296) AS got,
			(v ->> 'expected_bucket')::numeric AS want
		FROM jsonb_array_elements($vectors -> 'cases') AS v});

	# These give buckets, so units are looked for that fall into them.  No hash
	# gives 424242, which means "beyond all ranges": so does the last bucket.
	vectors_ok('optimizely: traffic ranges', 4, qq{
		SELECT bucket, (nullif(names[prompt_mgr.pick_variant(unit, 'layer', sizes, 'optimizely')], ''),
				nullif(names[2 * prompt_mgr.pick_variant(unit, 'layer', '{1,1}', 'optimizely', 800000) - 1], ''))::text AS got,
			(want, want)::text AS want
		FROM (SELECT sizes(a) || 1000 AS sizes, ARRAY(SELECT r ->> 0 FROM jsonb_array_elements(a) AS r) AS names
				FROM (SELECT $vectors -> 'traffic_allocation_cases' -> 'allocation' AS a) AS a) AS allocation,
			LATERAL (SELECT least((c ->> 'bucket')::int, 9999) AS bucket, c ->> 'expected' AS want
				FROM jsonb_array_elements($vectors -> 'traffic_allocation_cases' -> 'cases') AS c) AS c,
			LATERAL (SELECT min('unit ' || i) AS unit FROM generate_series(1, 60000) AS i
				WHERE div(prompt_mgr.unit_hash('unit ' || i, 'layer', 'optimizely') * 10000, 4294967296) = bucket) AS u
		WHERE unit IS NOT NULL});
	return;
}

sub test_murmur
{
	if (my $path = reference_file('experiments/flagd_fractional_murmur3.json', 'flagd'))
	{
		vectors_ok('flagd', 16, q{
			SELECT v, (prompt_mgr.unit_hash(v ->> 'unit', v ->> 'salt_prefix', 'flagd'),
					v -> 'variants' -> prompt_mgr.pick_variant(v ->> 'unit', v ->> 'salt_prefix',
						(SELECT array_agg((w ->> 1)::int ORDER BY i) FROM jsonb_array_elements(v -> 'variants') WITH ORDINALITY AS w (w, i)),
						'flagd') - 1 ->> 0)::text AS got,
				((v ->> 'murmur3_x86_32_seed0')::numeric, v ->> 'expected')::text AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'cases') AS v});
	}
	if (my $path = reference_file('experiments/split_murmur3_x86_32.csv', 'Split'))
	{
		$node->safe_psql('postgres', qq{
			CREATE TABLE split (seed bigint, key text, hash numeric, bucket int, source text);
			COPY split FROM '$path' (FORMAT csv, HEADER, ENCODING 'UTF8')});

		# A hundred treatments of one per cent each are the buckets.
		vectors_ok('split', 2100, q{
			SELECT s.*, (prompt_mgr.unit_hash(key, seed::text, 'split'),
					prompt_mgr.pick_variant(key, seed::text, array_fill(1, ARRAY[100]), 'split'))::text AS got,
				(hash, bucket)::text AS want
			FROM split AS s});
	}
	return;
}

sub test_posthog
{
	my $path = reference_file('experiments/posthog_sha1_flags.json', 'PostHog') or return;
	my $vectors = json_of($path);

	vectors_ok('posthog: rollout', 1000, qq{
		SELECT i, prompt_mgr.pick_variant('distinct_id_' || i - 1, v ->> 'key', '{1}', 'posthog', (v ->> 'rollout_percentage')::int * 10000) IS NOT NULL AS got,
			want::boolean AS want
		FROM (SELECT $vectors -> 'simple' AS v) AS v, jsonb_array_elements(v -> 'expected') WITH ORDINALITY AS e (want, i)});
	vectors_ok('posthog: variants', 1000, qq{
		SELECT i, coalesce(v -> 'variants' -> prompt_mgr.pick_variant('distinct_id_' || i - 1, v ->> 'key', weights, 'posthog',
				(v ->> 'rollout_percentage')::int * 10000) - 1 ->> 0, 'false') AS got, want
		FROM (SELECT v, (SELECT array_agg((w ->> 1)::int ORDER BY n) FROM jsonb_array_elements(v -> 'variants') WITH ORDINALITY AS w (w, n)) AS weights
				FROM (SELECT $vectors -> 'multivariate' AS v) AS v) AS v,
			jsonb_array_elements_text(v -> 'expected') WITH ORDINALITY AS e (want, i)});
	return;
}

sub test_statsig
{
	my $path = reference_file('experiments/statsig_sha256_buckets.json', 'Statsig') or return;
	my $vectors = json_of($path);

	vectors_ok('statsig: experiments', 2, qq{
		SELECT v, (prompt_mgr.unit_hash(v ->> 'unit', v ->> 'salt', 'statsig'),
				v -> 'groups' -> prompt_mgr.pick_variant(v ->> 'unit', v ->> 'salt', sizes(v -> 'groups'), 'statsig') - 1 ->> 0)::text AS got,
			((v ->> 'computed_uint64')::numeric, v ->> 'expected')::text AS want
		FROM jsonb_array_elements($vectors -> 'from_source') AS v});
	vectors_ok('statsig: numbers', $node->safe_psql('postgres', "SELECT jsonb_array_length($vectors -> 'computed')"), qq{
		SELECT v, (h, mod(h, 1000), mod(h, 10000))::text AS got,
			((v ->> 'uint64')::numeric, (v ->> 'bucket_1000')::numeric, (v ->> 'bucket_10000')::numeric)::text AS want
		FROM jsonb_array_elements($vectors -> 'computed') AS v, prompt_mgr.unit_hash(v ->> 'unit', v ->> 'salt', 'statsig') AS h});
	return;
}

sub test_eppo
{
	if (my $path = reference_file('experiments/eppo_md5_assignments.json', "Eppo's assignments"))
	{
		vectors_ok('eppo: assignments', 1953, q{
			SELECT r, (exposure, assignment, CASE WHEN exposure <= (e ->> 'percent_exposure')::numeric * total
					THEN e -> 'variations' -> prompt_mgr.pick_variant(name, 'assignment', sizes, 'eppo') - 1 ->> 0 END)::text AS got,
				((r ->> 1)::numeric, (r ->> 2)::numeric, r ->> 3)::text AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'experiments') AS e,
				LATERAL (SELECT (e ->> 'total_shards')::int AS total,
					(SELECT array_agg((v ->> 2)::int - (v ->> 1)::int ORDER BY i)
					 FROM jsonb_array_elements(e -> 'variations') WITH ORDINALITY AS v (v, i)) AS sizes) AS t,
				jsonb_array_elements(e -> 'rows') AS r,
				LATERAL (SELECT (r ->> 0) || '-' || (e ->> 'experiment') AS name) AS n,
				LATERAL (SELECT mod(prompt_mgr.unit_hash(name, 'exposure', 'eppo'), total) AS exposure,
					mod(prompt_mgr.unit_hash(name, 'assignment', 'eppo'), total) AS assignment) AS s});
	}
	if (my $path = reference_file('experiments/eppo_ufc_shards.json', "Eppo's shards"))
	{
		# The first split of which no shard lacks a range for the subject.
		vectors_ok('eppo: shards', 60, q{
			SELECT c, (SELECT s ->> 'variationKey' FROM jsonb_array_elements(c -> 'splits') WITH ORDINALITY AS s (s, i)
				WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(s -> 'shards') AS d WHERE NOT EXISTS (
					SELECT FROM jsonb_array_elements(d -> 'ranges') AS r,
						mod(prompt_mgr.unit_hash(c ->> 'subject', d ->> 'salt', 'eppo'), (c ->> 'total_shards')::int) AS shard
					WHERE shard >= (r ->> 'start')::int AND shard < (r ->> 'end')::int))
				ORDER BY i LIMIT 1) AS got, c ->> 'expected_variation_key' AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'cases') AS c});
	}
	return;
}

sub test_sha1
{
	if (my $path = reference_file('experiments/launchdarkly_sha1_buckets.json', 'LaunchDarkly'))
	{
		vectors_ok('launchdarkly', 7, q{
			SELECT v, abs(bucket - (v ->> 'expected_bucket_float')::float8) <= 1e-6 * bucket
					AND coalesce(floor(bucket * 100000) = (v ->> 'expected_bucket_0_100000')::int, true)
					AND prompt_mgr.pick_variant(v ->> 'unit', salt, ARRAY[floor(bucket * 100000)::int, 1, 99999 - floor(bucket * 100000)::int], 'launchdarkly') = 2 AS got,
				true AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'cases') AS v,
				LATERAL (SELECT coalesce(v ->> 'seed', (v ->> 'flag_key') || '.' || (v ->> 'salt')) AS salt) AS s,
				LATERAL (SELECT prompt_mgr.unit_hash(v ->> 'unit', salt, 'launchdarkly')::float8 / 1152921504606846975 AS bucket) AS b});
	}
	if (my $path = reference_file('experiments/planout_sha1.json', 'PlanOut'))
	{
		vectors_ok('planout', 6, q{
			SELECT v, (h, v -> 'choices' -> CASE v ->> 'op'
					WHEN 'uniformChoice' THEN mod(h, jsonb_array_length(v -> 'choices'))::int
					WHEN 'weightedChoice' THEN prompt_mgr.pick_variant(v ->> 'unit', salt,
						(SELECT array_agg(w::int) FROM jsonb_array_elements_text(v -> 'weights') AS w), 'planout') - 1 END)::text AS got,
				((v ->> 'computed_hash')::numeric, v -> 'expected')::text AS want
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'cases') AS v,
				LATERAL (SELECT (v ->> 'experiment_salt') || '.' || (v ->> 'salt') AS salt) AS s,
				LATERAL prompt_mgr.unit_hash(v ->> 'unit', salt, 'planout') AS h});
	}
	return;
}

# Keys and units of all scripts, against numbers that several libraries agree on.
sub test_buckets
{
	my $path = reference_file('hash/bucket_vectors.csv', 'buckets off ASCII') or return;

	$node->safe_psql('postgres', qq{
		CREATE TABLE bucket (key text, unit text, is_ascii int, unleash_100 numeric, unleash_1000 numeric, unleash_node_100 int, unleash_node_1000 int,
			v1 numeric, v2 numeric, v1_utf8 numeric, v2_utf8 numeric, optimizely_id text, optimizely numeric,
			statsig_input text, statsig numeric, statsig_10000 numeric, eppo_input text, eppo numeric);
		COPY bucket FROM '$path' (FORMAT csv, HEADER, ENCODING 'UTF8', FORCE_NOT_NULL (unit))});
	vectors_ok('buckets of all vendors', 150, q{
		SELECT b.*, ARRAY[mod(prompt_mgr.unit_hash(unit, key, 'unleash'), 1000) + 1,
				mod(prompt_mgr.unit_hash(unit, key, 'growthbook_v1'), 1000) / 1000, mod(prompt_mgr.unit_hash(unit, key, 'growthbook_v2'), 10000) / 10000,
				mod(prompt_mgr.unit_hash(unit, key, 'growthbook_v1_utf8'), 1000) / 1000, mod(prompt_mgr.unit_hash(unit, key, 'growthbook_v2_utf8'), 10000) / 10000,
				div(prompt_mgr.unit_hash(unit, optimizely_id, 'optimizely') * 10000, 4294967296),
				prompt_mgr.unit_hash(substr(statsig_input, strpos(statsig_input, '.') + 1), split_part(statsig_input, '.', 1), 'statsig'), mod(prompt_mgr.unit_hash(unit, key, 'eppo'), 10000)] AS got,
			ARRAY[unleash_1000, v1, v2, v1_utf8, v2_utf8, optimizely, statsig, eppo] AS want
		FROM bucket AS b});
	return;
}

# Where a database's encoding holds the text, its picks are those of UTF-8.  The
# letters of this one are not all in EUC_JP, where the known answers have to do.
sub test_encodings
{
	my $query = q{
		SELECT string_agg(prompt_mgr.pick_variant(convert_from('\x5a6fc3ab20'::bytea, 'UTF8') || i, salt, '{1,2,3}', algorithm)::text, '' ORDER BY algorithm COLLATE "C", i)
		FROM prompt_mgr.selftest_hash(), generate_series(1, 50) AS i, LATERAL (SELECT CASE algorithm WHEN 'split' THEN '7' ELSE 'caf' || convert_from('\xc3a9'::bytea, 'UTF8') END AS salt) AS s};
	my $want = $node->safe_psql('postgres', $query);

	is(length($want), 750, 'encodings: fifty picks of each algorithm');
	foreach my $encoding ('LATIN1', 'SQL_ASCII', 'EUC_JP')
	{
		my $database = lc("assign_$encoding");

		$node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
		install_in($node, $database);
		cmp_ok($node->safe_psql($database, 'SELECT sum(vectors) FROM prompt_mgr.selftest_hash()'), '>', 50, "encodings: the known answers in $encoding");
		is($node->safe_psql($database, $query), $want, "encodings: the picks in $encoding are those in UTF8") if $encoding ne 'EUC_JP';
	}
	return;
}

# code_block(LANGUAGE): the one such block of docs/assignment.md.
sub code_block
{
	my ($language) = @_;
	my $page = slurp_file("$FindBin::RealBin/../../docs/assignment.md");
	my @blocks = $page =~ /^```$language\n(.*?)^```$/msg;

	is(scalar(@blocks), 1, "references: one block of $language");
	cmp_ok(scalar(() = $blocks[0] =~ /\n/g), '<=', 20, "references: $language has at most 20 lines");
	return decode('UTF-8', $blocks[0]);
}

# reference_ok(PROGRAM, LANGUAGE, CASES, CALL): the block and a few lines that
# read the cases print how many there were and how many differ.
sub reference_ok
{
	my ($program, $language, $cases, $number, $call) = @_;
	my $code = code_block($language);

	if (!grep { -x "$_/$program" } File::Spec->path)
	{
		note("skipped: the reference in $language ($program is not installed)");
		return;
	}
	my ($out, $err) = run_command([ $program, write_file("reference.$language", $code, $call), $cases ]);
	is($err, '', "references: $language runs");
	is($out, "$number 0", "references: $language picks as the server does");
	return;
}

sub test_references
{
	my $number = 9 * 8 * 60 * 4;
	my $cases = write_file('cases.json', decode('UTF-8', $node->safe_psql('postgres', q{
		SELECT json_build_array(unit, salt, weights, coverage, prompt_mgr.pick_variant(unit, salt, weights, 'm3', coverage))
		FROM unnest(ARRAY['', 's', 'exp_1', 'a.b-c', 'größe', 'испытание', '実験', '🚀🚀🚀', 'seventeen letters']) AS salt,
			unnest(ARRAY['{1}', '{1,1}', '{0,3,0,7}', '{33,33,34}', '{0,0}', '{2147483647}', '{1,2147483646}', '{1000000007,1147483640}']) AS list,
			LATERAL (SELECT list::int[] AS weights) AS w,
			generate_series(1, 60) AS i,
			LATERAL (SELECT (ARRAY['', 'user-', 'josé ', '日本語', '😀', E'tab\t"quote\\ '])[1 + i % 6] || CASE WHEN i % 6 = 0 AND i > 30 THEN '' ELSE i::text END AS unit) AS u,
			unnest(ARRAY[0, 1, 437500, 1000000]) AS coverage})));

	reference_ok('node', 'js', $cases, $number, q{
		const cases = require('fs').readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
		const wrong = cases.filter(([unit, salt, weights, coverage, want]) => pickVariant(unit, salt, weights, coverage) !== want);
		console.log(cases.length, wrong.length);});
	reference_ok('python3', 'python', $cases, $number, join("\n",
		'import json, sys',
		'cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]',
		'print(len(cases), sum(pick_variant(*case[:4]) != case[4] for case in cases))'));
	return;
}

test_growthbook();
test_unleash();
test_optimizely();
test_murmur();
test_posthog();
test_statsig();
test_eppo();
test_sha1();
test_buckets();
test_encodings();
test_references();

$node->stop;
done_testing();
