# What Langfuse's two SDK engines make of 38 templates, and what we make of
# them: format prompt with on_missing keep beside the Python engine, format
# mustache without escaping beside the JavaScript one.  Where we differ, this
# says why, and that we do differ.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $path = reference_file('templates/langfuse_render_vectors.json', 'Langfuse vectors');
plan skip_all => 'no reference data' unless $path;

my $python_is_no_json = 'Python spells a value as Python, we as JSON';
my $more_than_a_name = 'the Python engine knows names alone, and leaves this tag as it is; here it has a meaning';
my $strict = 'the Python engine leaves a malformed tag as it is; here it is a syntax error';
my %not_like_python = (
	9 => $python_is_no_json, 10 => $python_is_no_json, 11 => $python_is_no_json, 12 => $python_is_no_json,
	14 => 'a dot reaches into an object here, and is part of the name there',
	15 => 'a key with a dot in it is written {{[a.b]}}',
	16 => 'a name with a blank in it is written {{[user name]}}',
	17 => $strict, 18 => $strict, 19 => $strict, 36 => $strict, 38 => $strict,
	31 => 'a partial that does not exist is an error',
	map { $_ => $more_than_a_name } 21, 23, 27, 28, 29, 30, 34, 37);
my %not_like_javascript = (
	7 => 'JavaScript has lost the digit: 1.0 is 1 there; jsonb keeps it',
	11 => 'an object prints as JSON, not as [object Object]',
	12 => 'an array prints as JSON',
	17 => 'an empty tag is a syntax error', 18 => 'an empty tag is a syntax error');

my $node = new_node('main');
install_in($node, 'postgres');
$node->safe_psql('postgres', qq{
	CREATE FUNCTION rendered(template text, variables jsonb, options jsonb) RETURNS text LANGUAGE plpgsql AS \$\$
	BEGIN
		RETURN prompt_mgr.render_template(template, variables, options);
	EXCEPTION WHEN syntax_error OR SQLSTATE 'PT404' THEN
		RETURN NULL;
	END \$\$;
	CREATE TABLE answers AS
	SELECT (v ->> 'n')::integer AS n, v ->> 'langfuse_py' AS python, v ->> 'mustache_js_4_2_0_noescape' AS javascript,
		rendered(v ->> 'template', v -> 'data', '{"on_missing": "keep"}') AS prompt,
		rendered(v ->> 'template', v -> 'data', '{"format": "mustache", "escape": "none"}') AS mustache
	FROM jsonb_array_elements(convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb) AS v});
is($node->safe_psql('postgres', 'SELECT count(*) FROM answers'), 38, 'all 38 vectors were run');

# An engine's error is NULL in the file, ours is NULL by rendered().
sub compare
{
	my ($ours, $theirs, %differs) = @_;
	my %same = map { split /\|/ } split /\n/,
	  $node->safe_psql('postgres', "SELECT n, ($ours IS NOT DISTINCT FROM $theirs)::integer FROM answers");

	foreach my $n (sort { $a <=> $b } keys %same)
	{
		if ($differs{$n})
		{
			ok(!$same{$n}, "vector $n: $ours differs from $theirs: $differs{$n}");
		}
		else
		{
			ok($same{$n}, "vector $n: $ours is like $theirs");
		}
	}
	return;
}

compare('prompt', 'python', %not_like_python);
compare('mustache', 'javascript', %not_like_javascript);

done_testing();
