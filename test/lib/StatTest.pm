package StatTest;

# What the tests of the statistics' reference numbers share: a node, tables of
# a file's rows, and the comparison with what SQL gives.

use strict;
use warnings;

use Exporter 'import';
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(stat_node load_csv load_json checked_ok);

my $node;

# The node, with the extension and the SQL helpers:
# summary(n, m2, n, m2) is a summary of values whose means are 0 and which are
# neither 0 nor 1; member(summary, i) is a number of a summary's text form;
# clip() is what the clipped bounds of a file have to be, and what its 40 digits
# leave of an exact 0; floats() are the numbers of a JSON array.
sub stat_node
{
	$node = new_node('main');
	install_in($node, 'postgres');
	$node->safe_psql('postgres', q{
		CREATE FUNCTION summary(n_control bigint, m2_control float8, n_treatment bigint, m2_treatment float8) RETURNS prompt_mgr.ab_summary
		LANGUAGE sql AS $$ SELECT format('(%s,0,0,0,%s,%s,0,0,0,%s,0,0,%s)', $1, $2, $3, $4, $1 + $3)::prompt_mgr.ab_summary $$;
		CREATE FUNCTION member(summary prompt_mgr.ab_summary, i int) RETURNS float8
		LANGUAGE sql AS $$ SELECT (string_to_array(btrim($1::text, '()'), ','))[i]::float8 $$;
		CREATE FUNCTION clip(value float8, low float8, high float8) RETURNS float8
		LANGUAGE sql AS $$ SELECT CASE WHEN value IS NULL THEN NULL WHEN abs(value) < 1e-40 THEN 0 ELSE least(greatest(value, low), high) END $$;
		CREATE FUNCTION floats(value jsonb) RETURNS float8[]
		LANGUAGE sql AS $$ SELECT array_agg((e #>> '{}')::float8 ORDER BY n) FROM jsonb_array_elements(value) WITH ORDINALITY AS a (e, n) $$});
	return $node;
}

# load_csv(FILE, TEXT COLUMNS...): table line with a number n_ for each row;
# false where the file is absent.
sub load_csv
{
	my ($file, @text) = @_;
	my $path = reference_file($file, $file) or return 0;
	my %is_text = map { $_ => 1 } @text;

	return load_table($path, \%is_text);
}

sub load_table
{
	my ($path, $is_text) = @_;
	my ($header) = split /\r?\n/, slurp_file($path);
	my @names = split /,/, $header;
	my $columns = join(', ', map { qq{"$_" } . ($is_text->{$_} ? 'text' : 'double precision') } @names);
	my $list = join(', ', map { qq{"$_"} } @names);

	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS line;
		CREATE TABLE line (n_ serial, $columns);
		COPY line ($list) FROM '$path' (FORMAT csv, HEADER)});
	return 1;
}

# load_json(FILE, PATH): table line of (n_, r jsonb), the elements of the array at PATH.
sub load_json
{
	my ($file, $at) = @_;
	my $path = reference_file($file, $file) or return 0;

	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS line;
		CREATE TABLE line AS SELECT n AS n_, r
		FROM jsonb_array_elements(convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb #> '$at') WITH ORDINALITY AS a (r, n)});
	return 1;
}

# checked_ok(WHAT, ROWS, QUERY): the query gives (n, field, got, want, tol);
# NULL is wanted where want is NULL, and a wanted 0 is compared absolutely.
sub checked_ok
{
	my ($what, $rows, $query) = @_;

	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS checked;
		CREATE TABLE checked AS SELECT *,
			CASE WHEN got IS NULL AND want IS NULL THEN 0
				WHEN got IS NULL OR want IS NULL THEN 'Infinity'
				WHEN want = 0 THEN abs(got)
				ELSE abs(got - want) / abs(want) END AS error
		FROM ($query) AS q (n, field, got, want, tol)});
	is($node->safe_psql('postgres', 'SELECT n, field, got, want, tol FROM checked WHERE NOT error <= tol ORDER BY n LIMIT 5'), '', $what);
	is($node->safe_psql('postgres', 'SELECT count(DISTINCT n) FROM checked'), $rows, "$what: $rows rows");
	note("$what: worst relative error " . $node->safe_psql('postgres', q{
		SELECT coalesce((SELECT format('%s (%s, row %s)', to_char(error, '9.9EEEE'), field, n) FROM checked ORDER BY error DESC, n LIMIT 1), 'none')}));
	return;
}

1;
