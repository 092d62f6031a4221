# Reference vectors through SQL: other people's numbers, and ours to 1e-12.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use JSON::PP;
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
install_in($node, 'postgres');

# The text of a JSON file as an SQL expression; the server reads the file.
sub json_of
{
	my ($path) = @_;
	return "convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb";
}

# The answer to a call, or its SQLSTATE and message where it fails.
$node->safe_psql('postgres', q{
	CREATE FUNCTION rendered(template text, variables jsonb, options jsonb) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		RETURN prompt_mgr.render_template(template, variables, options);
	EXCEPTION WHEN OTHERS THEN
		RETURN 'ERROR ' || SQLSTATE || ': ' || SQLERRM;
	END $$});

sub test_mustache
{
	my $tests = 0;

	reference_file('mustache/spec/sections.json', 'mustache') or return;
	foreach my $chapter (qw(comments delimiters interpolation inverted partials sections))
	{
		my $path = reference_file("mustache/spec/$chapter.json", "mustache $chapter") or next;

		$node->safe_psql('postgres', qq{
			DROP TABLE IF EXISTS spec;
			CREATE TABLE spec AS
			SELECT t ->> 'name' AS name, t ->> 'template' AS template, t ->> 'expected' AS expected,
				rendered(t ->> 'template', t -> 'data',
					jsonb_build_object('format', 'mustache', 'partials', coalesce(t -> 'partials', '{}'))) AS got
			FROM jsonb_array_elements(} . json_of($path) . qq{ -> 'tests') AS t});
		differences_ok($node, 'postgres',
			'SELECT name, template, expected, got FROM spec WHERE got IS DISTINCT FROM expected',
			"mustache: every test of chapter $chapter");
		$tests += $node->safe_psql('postgres', 'SELECT count(*) FROM spec');
	}
	is($tests, 136, 'mustache: 136 required tests were run');
	return;
}

# copy_text(VALUES...): a line of COPY's text format.
sub copy_text
{
	my @fields = @_;
	foreach (@fields)
	{
		s/([\\\t\n\r])/{"\\" => "\\\\", "\t" => "\\t", "\n" => "\\n", "\r" => "\\r"}->{$1}/ge;
	}
	return join("\t", @fields);
}

# The picks are those of the text in UTF-8, whatever the database's encoding.
sub test_picks
{
	my $path = reference_file('experiments/native_m3_vectors.json', 'picks') or return;
	my $vectors = decode_json(slurp_file($path));

	foreach my $encoding ('UTF8', 'LATIN1')
	{
		my $database = lc("picks_$encoding");
		my (@lines, $left_out);
		$left_out = 0;

		foreach my $row (@{ $vectors->{rows} })
		{
			my ($salt, $unit, $hash, $picks) = @$row;
			if ($encoding eq 'LATIN1' && "$salt$unit" =~ /[^\x00-\xff]/)
			{
				$left_out += @$picks;
				next;
			}
			foreach my $i (0 .. $#$picks)
			{
				push @lines, copy_text($salt, $unit, '{' . join(',', @{ $vectors->{weights}[$i] }) . '}', $picks->[$i]);
			}
		}
		note("note: $left_out picks left out in $encoding, which cannot hold their text") if $left_out;

		$node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
		install_in($node, $database);
		my $file = write_file("$database.copy", @lines);
		$node->safe_psql($database, qq{
			CREATE TABLE vector (salt text, unit text, weights int[], pick int);
			COPY vector FROM '$file' (ENCODING 'UTF8')});
		# The vectors count from 0, with -1 for no pick; the function from 1, with NULL.
		differences_ok($node, $database, q{
			SELECT v.*, prompt_mgr.pick_variant(unit, salt, weights) AS got FROM vector AS v
			WHERE prompt_mgr.pick_variant(unit, salt, weights)
				IS DISTINCT FROM CASE WHEN unit <> '' THEN nullif(pick, -1) + 1 END}, "picks in $encoding");
		is($node->safe_psql($database, 'SELECT count(*) FROM vector'), 6875 - $left_out, "picks in $encoding: all vectors");
		cmp_ok($node->safe_psql($database, "SELECT count(*) FROM vector WHERE octet_length(convert_to(unit, 'UTF8')) > length(unit)"),
			'>', 0, "picks in $encoding: text that is not ASCII is among them");
	}
	return;
}

# Fills table case with (x1, n1, x2, n2, z, p), sample 1 being the control and
# z that of treatment minus control; p is numeric, as it leaves the range of
# double precision.
my $case_table = 'CREATE TABLE case_ (x1 bigint, n1 bigint, x2 bigint, n2 bigint, z numeric, p numeric)';

# ztest_ok(WHAT, NUMBER): z, p and log10 p of table case_ to 1e-12.
sub ztest_ok
{
	my ($what, $number) = @_;

	is($node->safe_psql('postgres', 'SELECT count(*) FROM case_'), $number, "$what: $number cases");
	# Without variation there is no z in the reference; here it is 0, and said so.
	# log10_p is compared absolutely near 0, where p is near 1.
	differences_ok($node, 'postgres', q{
		SELECT c.*, t.z AS z_got, t.p_value, t.log10_p, t.reason
		FROM case_ AS c, prompt_mgr.ztest_counts(c.x1, c.n1, c.x2, c.n2) AS t
		WHERE CASE WHEN c.z IS NULL
			THEN (t.z, t.p_value, t.reason) IS DISTINCT FROM (0::float8, 1::float8, 'no_variation')
			ELSE t.reason = 'no_variation' OR t.z IS NULL OR t.p_value IS NULL OR t.log10_p IS NULL
				OR abs(t.z::text::numeric - c.z) > 1e-12 * abs(c.z)
				OR (c.p > 1e-300 AND abs(t.p_value::text::numeric - c.p) > 1e-12 * c.p)
				OR abs(t.log10_p::text::numeric - log(c.p)) > 1e-12 * greatest(abs(log(c.p)), 1)
			END}, "$what: z, p and log10 p to 1e-12");
	differences_ok($node, 'postgres', q{
		SELECT c.*, t.diff FROM case_ AS c, prompt_mgr.ztest_counts(c.x1, c.n1, c.x2, c.n2) AS t
		WHERE sign(t.diff) IS DISTINCT FROM sign(c.x2::numeric * c.n1 - c.x1::numeric * c.n2)},
		"$what: the difference is treatment minus control");
	$node->safe_psql('postgres', 'DROP TABLE case_');
	return;
}

sub test_ztest
{
	if (my $path = reference_file('stats/ztest_pooled.csv', 'z-tests of tables'))
	{
		# There z is that of sample 1 minus sample 2.
		$node->safe_psql('postgres', qq{
			$case_table;
			CREATE TABLE line (x1 bigint, n1 bigint, x2 bigint, n2 bigint, p1 text, p2 text, diff text, z numeric, p_two numeric,
				p_less text, p_greater text, chi2_yates text, p_yates text, z_unpooled text, p_two_unpooled text, lib_maxrel text);
			COPY line FROM '$path' (FORMAT csv, HEADER);
			INSERT INTO case_ SELECT x1, n1, x2, n2, -z, p_two FROM line;
			DROP TABLE line});
		ztest_ok('z-tests of tables', 221);
	}
	if (my $path = reference_file('experiments/two_proportions.json', 'z-tests of edge cases'))
	{
		$node->safe_psql('postgres', qq{
			$case_table;
			INSERT INTO case_
			SELECT (r ->> 'x1')::bigint, (r ->> 'n1')::bigint, (r ->> 'x2')::bigint, (r ->> 'n2')::bigint,
				(r ->> 'z_pooled')::numeric, (r ->> 'p_two_sided')::numeric
			FROM jsonb_array_elements(} . json_of($path) . q{ -> 'rows') AS r});
		ztest_ok('z-tests of edge cases', 33);
	}
	return;
}

sub test_prompts
{
	my $path = reference_file('prompts/prompts_cc0.json', 'real prompts') or return;

	# Two names occur twice: those prompts get a second version.
	$node->safe_psql('postgres', q{
		CREATE TABLE corpus AS
		SELECT n, p ->> 'name' AS name, p ->> 'content' AS content, p -> 'variables' AS variables, p ->> 'expected_unescaped' AS expected,
			NULL::int AS version, NULL::text AS by_label
		FROM jsonb_array_elements(} . json_of($path) . q{) WITH ORDINALITY AS c (p, n);
		DO $$
		DECLARE r record;
		BEGIN
			FOR r IN SELECT * FROM corpus ORDER BY n LOOP
				UPDATE corpus SET version = prompt_mgr.save_prompt(r.name, r.content) WHERE n = r.n;
				PERFORM prompt_mgr.activate(r.name, (SELECT version FROM corpus WHERE n = r.n));
				UPDATE corpus SET by_label = prompt_mgr.render_prompt(r.name, r.variables) WHERE n = r.n;
			END LOOP;
		END $$});
	is($node->safe_psql('postgres', 'SELECT count(*) FROM corpus'), 242, 'prompts: 242 were saved and activated');
	is($node->safe_psql('postgres', 'SELECT sum(last_version) FROM prompt_mgr.prompt'), 242, 'prompts: each is a version');
	is($node->safe_psql('postgres', "SELECT count(*) FROM corpus WHERE variables <> '{}'"), 73, 'prompts: 73 have variables');
	differences_ok($node, 'postgres', 'SELECT name, left(by_label, 200), left(expected, 200) FROM corpus WHERE by_label IS DISTINCT FROM expected',
		'prompts: each renders as expected where label production points');
	differences_ok($node, 'postgres',
		'SELECT name FROM corpus WHERE prompt_mgr.render_prompt(name, variables, version) IS DISTINCT FROM expected',
		'prompts: and by its number');
	return;
}

sub test_ab
{
	my $packed = reference_file('ab/upworthy_exploratory.csv.gz', 'real experiments') or return;
	my $answers = reference_file('ab/upworthy_results_R.csv', 'real experiments') or return;
	my $arms = PostgreSQL::Test::Utils::tempdir() . '/arms.csv';
	gunzip($packed => $arms) or die $GunzipError;

	$node->safe_psql('postgres', qq{
		CREATE TABLE arm (test_id text, arm int, test_week text, headline text, eyecatcher_id text,
			impressions bigint, clicks bigint, chosen_by_editors text);
		COPY arm FROM '$arms' (FORMAT csv, HEADER, ENCODING 'UTF8');
		CREATE TABLE answer (test_id text, arms int, impressions bigint, clicks bigint, chi2 text, df text, p text, srm_chi2 text,
			srm_p text, z12 numeric, p12 numeric, diff12 float8, newcombe12_lo float8, newcombe12_hi float8, p_holm text, p_bh text);
		COPY answer FROM '$answers' (FORMAT csv, HEADER);
		CREATE TABLE result AS
		SELECT r.*, t.*, c.impressions AS n_1, c.clicks AS x_1, b.impressions AS n_2, b.clicks AS x_2
		FROM answer AS r
		JOIN arm AS c ON c.test_id = r.test_id AND c.arm = 1
		JOIN arm AS b ON b.test_id = r.test_id AND b.arm = 2,
		prompt_mgr.ztest_counts(c.clicks, c.impressions, b.clicks, b.impressions) AS t});
	is($node->safe_psql('postgres', 'SELECT count(*) FROM result WHERE z12 IS NOT NULL'),
		4872, 'experiments: 4,872 pairs of arms are testable');

	# There everything is arm 1 minus arm 2, here arm 1 is the control.
	differences_ok($node, 'postgres', q{
		SELECT test_id, z12, z, p12, p_value, reason FROM result
		WHERE CASE WHEN z12 IS NULL THEN reason IS DISTINCT FROM 'no_variation'
			ELSE reason = 'no_variation' OR z IS NULL OR p_value IS NULL
				OR abs(z::text::numeric + z12) > 1e-9 * abs(z12) OR abs(p_value::text::numeric - p12) > 1e-9 * p12 END},
		'experiments: z and p equal those of R');
	differences_ok($node, 'postgres', q{
		SELECT test_id, diff12, diff, newcombe12_lo, ci_high, newcombe12_hi, ci_low FROM result
		WHERE abs(diff + diff12) > 1e-12 OR (NOT ci_adjusted AND (abs(ci_high + newcombe12_lo) > 1e-9 OR abs(ci_low + newcombe12_hi) > 1e-9))},
		'experiments: differences and intervals equal those of R');
	return;
}

test_mustache();
test_picks();
test_ztest();
test_prompts();
test_ab();

# At least one test, where there are no data at all.
is($node->safe_psql('postgres', "SELECT prompt_mgr.render_template('{{a}}', '{\"a\": 1}')"), '1', 'the function is there');

$node->stop;
done_testing();
