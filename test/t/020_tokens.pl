# Tokens through SQL: the reference vectors, in databases of several encodings
# and in parallel workers; and tables that are absent, broken or replaced,
# which must end in an error that says what to do, and never in a crash.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use Encode qw(encode_utf8);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use JSON::PP;
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
install_in($node, 'postgres');
my $share = $node->safe_psql('postgres', "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'");

# A setting's value, or undef where this server has no such setting.
sub setting
{
	my ($name) = @_;
	my $found = $node->safe_psql('postgres', "SELECT 'is ' || setting FROM pg_settings WHERE name = '$name'");
	return $found eq '' ? undef : substr($found, 3);
}

my $destdir = setting('extension_destdir');
my $control_path = setting('extension_control_path');

# The folder that holds the tables of both encodings, or undef.
sub table_folder
{
	my @shares = map { $_ eq '$system' ? $share : $_ } split /:/, $control_path || '$system';

	unshift @shares, "$destdir$share" if $destdir;
	my ($found) = grep { -r "$_/cl100k_base.ptok" && -r "$_/o200k_base.ptok" } map { "$_/extension/prompt_mgr" } @shares;
	return $found;
}

# File of the vectors, one line for each text and encoding; texts in hexadecimal,
# so that any database can read it.  Only those that match the pattern.
sub vector_file
{
	my ($path, $name, $pattern) = @_;
	my @lines;

	open(my $in, '<', $path) or die "$path: $!";
	while (my $line = <$in>)
	{
		my $vector = decode_json($line);
		next if $vector->{text} !~ $pattern;
		my $hex = unpack('H*', encode_utf8($vector->{text}));
		foreach my $encoding (qw(cl100k_base o200k_base))
		{
			my $expected = $vector->{$encoding};
			my @lists = map { defined $_ ? '"{' . join(',', @$_) . '}"' : 'null' } @$expected{qw(ids first last)};
			push @lines, join(',', $vector->{id}, qq{"$hex"}, $encoding, $expected->{n}, @lists, $expected->{sha256});
		}
	}
	close($in);
	return (write_file($name, @lines), scalar @lines);
}

# Loads the vectors into a database and compares all of them.
sub test_vectors
{
	my ($database, $path, $pattern) = @_;
	my ($file, $lines) = vector_file($path, "$database.csv", $pattern);

	$node->safe_psql($database, qq{
		CREATE TABLE raw (id text, hex text, encoding text, n int, ids int[], first int[], last int[], sha text);
		COPY raw FROM '$file' (FORMAT csv, NULL 'null');
		CREATE TABLE vector AS SELECT *, convert_from(decode(hex, 'hex'), 'UTF8') AS source FROM raw});
	cmp_ok($lines, '>=', $database eq 'postgres' ? 400 : 100, "$database: vectors ($lines)");
	is($node->safe_psql($database, 'SELECT count(*) FROM vector'), $lines, "$database: all are loaded");
	differences_ok($node, $database, q{
		SELECT id, encoding, n, prompt_mgr.count_tokens(source, encoding) FROM vector
		WHERE prompt_mgr.count_tokens(source, encoding) <> n}, "$database: counts");
	differences_ok($node, $database, q{
		SELECT id, encoding, got FROM vector, prompt_mgr.token_ids(source, encoding) AS got
		WHERE cardinality(got) <> n OR got <> ids OR got[:cardinality(first)] <> first OR got[n - cardinality(last) + 1:] <> last
			OR encode(sha256(convert_to(array_to_string(got, ','), 'UTF8')), 'hex') <> sha}, "$database: ids");
	differences_ok($node, $database, q{
		SELECT id, encoding, n FROM vector
		WHERE NOT prompt_mgr.fits_tokens(source, n, encoding) OR n > 0 AND prompt_mgr.fits_tokens(source, n - 1, encoding)},
		"$database: each fits its count and nothing less");
	test_parts($database);
	return;
}

# Cut texts: within the limit, a start or end of the bytes, valid.
sub test_parts
{
	my ($database) = @_;

	differences_ok($node, $database, q{
		SELECT id, encoding, side, max_tokens, part
		FROM vector, unnest('{start,end}'::text[]) AS side, unnest(ARRAY[0, 1, 2, n / 3, n / 2, n - 1, n]) AS max_tokens,
			prompt_mgr.truncate_tokens(source, greatest(max_tokens, 0), encoding, side) AS part
		WHERE prompt_mgr.count_tokens(part, encoding) > greatest(max_tokens, 0) OR max_tokens = n AND part <> source
			OR CASE side WHEN 'start' THEN left(source, length(part)) ELSE right(source, length(part)) END <> part},
		"$database: parts");
	return;
}

# The same by parallel workers, each of which maps the tables for itself.
sub test_parallel
{
	my $query = q{SELECT sum(prompt_mgr.count_tokens(source, encoding)), sum(hashtext(prompt_mgr.token_ids(source, encoding)::text)::bigint) FROM vector};
	my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET parallel_leader_participation = off; SET max_parallel_workers_per_gather = 2';

	$node->safe_psql('postgres', 'ALTER TABLE vector SET (parallel_workers = 2)');
	like($node->safe_psql('postgres', "$parallel; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query"),
		qr/Workers Launched: [12]/, 'parallel: workers count');
	is($node->safe_psql('postgres', "$parallel; $query"), $node->safe_psql('postgres', $query), 'parallel: equal sums');
	return;
}

# In EUC_JIS_2004 one character becomes two of Unicode, between which a token
# may end but no text can be cut.
sub test_combined_characters
{
	$node->safe_psql('euc', q{
		CREATE TABLE vector AS
		SELECT bytes AS id, encoding, source, prompt_mgr.count_tokens(source, encoding) AS n
		FROM unnest('{a4f7a4f7a4f7a4f7a4f7a4f7a4f7,61a4f7a4ab62a4f7,a4ab20a4f820a4f9a4f9a4f9,a5b3a5e1a5f3a5fe}'::text[]) AS bytes,
			convert_from(decode(bytes, 'hex'), 'EUC_JIS_2004') AS source, unnest('{cl100k_base,o200k_base}'::text[]) AS encoding});
	cmp_ok($node->safe_psql('euc', "SELECT min(n) FROM vector WHERE id LIKE 'a4f7%'"), '>', 7, 'euc: a character is several tokens');
	test_parts('euc');
	return;
}

# A folder that the session looks in first, by the settings that are returned;
# undef where the server has none for that.
sub other_folder
{
	my $place = PostgreSQL::Test::Utils::tempdir();

	if (defined $control_path)
	{
		make_path("$place/extension/prompt_mgr");
		return ("$place/extension/prompt_mgr", "SET extension_control_path = '$place'");
	}
	return unless defined $destdir;
	make_path("$place$share/extension/prompt_mgr");
	# Libraries are looked for there, too.
	my $libraries = $node->safe_psql('postgres', "SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR'");
	if ($destdir ne '')
	{
		make_path("$place$libraries");
		symlink("$destdir$libraries/prompt_mgr.so", "$place$libraries/prompt_mgr.so");
	}
	return ("$place$share/extension/prompt_mgr", "SET extension_destdir = '$place'");
}

# What psql prints for the commands, errors with their parts, in one string.
sub answers
{
	my (@commands) = @_;
	my ($out, $err) = ('', '');

	# Into one pipe, an answer could come in the middle of a message's line.
	$node->psql('postgres', join("\n", '\set VERBOSITY verbose', @commands),
		stdout => \$out, stderr => \$err, on_error_stop => 0);
	return join("\n", grep { $_ ne '' } $out, $err);
}

sub test_absent
{
	my ($look_there) = @_;

	if (answers("$look_there;", "SELECT prompt_mgr.count_tokens('x');") !~ /ERROR/)
	{
		note('skipped: absent tables (this server finds installed ones, too)');
		return;
	}
	foreach my $call ("count_tokens('x')", "count_tokens('x', 'cl100k_base')", "token_ids('')", "fits_tokens('x', 100)",
		"truncate_tokens('x', 100)", "estimate_tokens('x', 'claude')")
	{
		my $answer = answers("$look_there;", "SELECT prompt_mgr.$call;");

		like($answer, qr/ERROR:  0A000: tokenizer table of encoding "(cl100k|o200k)_base" is not installed/, "absent: $call");
		like($answer, qr/HINT: .*"make tokenizers" and "make install"/, "absent: $call: the remedy");
	}
	like(answers("$look_there;", "SELECT prompt_mgr.count_tokens('x', 'x');"), qr/22023/, 'absent: other errors come first');
	is(answers("$look_there;", q[SELECT prompt_mgr.render_template('{{a}}', '{"a": "b"}');]), 'b', 'absent: everything else works');
	is(answers("$look_there;", q[SELECT text, tokens IS NULL FROM prompt_mgr.serve_prompt('served', 'u');]), 'Served|t', 'absent: serving does not count');
	return;
}

# patch(FILE, OFFSET, BYTES): writes into a file.
sub patch
{
	my ($file, $offset, $bytes) = @_;

	open(my $handle, '+<:raw', $file) or die "$file: $!";
	seek($handle, $offset, 0);
	print $handle $bytes;
	close($handle) or die "$file: $!";
	return;
}

sub test_broken
{
	my ($good, $folder, $look_there) = @_;
	my $file = "$folder/o200k_base.ptok";
	my $size = -s "$good/o200k_base.ptok";
	my %broken = (
		'no bytes' => [ qr/has a wrong size/, sub { truncate($file, 0) } ],
		'half of it' => [ qr/has a wrong size/, sub { truncate($file, int($size / 2)) } ],
		'the header alone' => [ qr/has a wrong size/, sub { truncate($file, 96) } ],
		'eight bytes more' => [ qr/has a wrong size/, sub { patch($file, $size, 'x' x 8) } ],
		'other file' => [ qr/not a tokenizer table/, sub { patch($file, 0, 'x') } ],
		'other version' => [ qr/another format version/, sub { patch($file, 8, "\x7f\x7f\x7f\x7f") } ],
		'other machine' => [ qr/another byte order/, sub { patch($file, 12, "\x7f\x7f\x7f\x7f") } ],
		'other encoding' => [ qr/of another encoding/, sub { copy("$good/cl100k_base.ptok", $file) } ],
		'one byte of the slots' => [ qr/is damaged/, sub { patch($file, 1_000_000, "\x2a\x2b") } ],
		'the last byte' => [ qr/is damaged/, sub { patch($file, $size - 1, "\x2a") } ],
		'no rights' => [ qr/denied/i, sub { chmod(0, $file) } ],
		'folder' => [ qr/not a regular file/, sub { unlink($file); mkdir($file) } ]);

	foreach my $case (sort keys %broken)
	{
		my ($message, $break) = @{ $broken{$case} };

		remove_tree($file);
		copy("$good/o200k_base.ptok", $file) or die "$file: $!";
		$break->();
		my $answer = answers("$look_there;", "SELECT prompt_mgr.count_tokens('x');", "SELECT prompt_mgr.count_tokens('x');", 'SELECT 4711;');
		like($answer, qr/ERROR:  0A000: tokenizer table of encoding "o200k_base" cannot be used: .*$message/, "broken: $case");
		like($answer, qr/DETAIL:  The file is "\Q$file\E"/, "broken: $case: the file");
		like($answer, qr/HINT: .*"make tokenizers"/, "broken: $case: the remedy");
		like($answer, qr/^4711$/m, "broken: $case: the session goes on");
		is(answers("$look_there;", q[SELECT text, tokens IS NULL FROM prompt_mgr.serve_prompt('served', 'u');]), 'Served|t', "broken: $case: serving does not count");
		chmod(0644, $file);
	}
	remove_tree($file);
	return;
}

# Tables come, are replaced and are overwritten while a session has them.
sub test_replaced
{
	my ($good, $folder, $look_there) = @_;
	my $count = "SELECT 'count ' || prompt_mgr.count_tokens('Hello, world!');";
	my $file = "$folder/o200k_base.ptok";
	my $install = "\\! cp '$good/o200k_base.ptok' '$file.new' && mv '$file.new' '$file'";
	my $answer = answers("$look_there;",
		$count, $install, "$count -- came", "\\! printf x > '$file.new' && mv '$file.new' '$file'", "$count -- went, the map stays",
		$install, "$count -- came again");
	my $counts = () = $answer =~ /^count 4$/mg;

	is($counts, $answer =~ /is not installed/ ? 3 : 4, 'replaced: a session uses what comes, and keeps what it has');
	$answer = answers("$look_there;", $count, "\\! : > '$file'", $count, '\echo :LAST_ERROR_MESSAGE', "\\! cp '$good/o200k_base.ptok' '$file'", $count);
	like($answer, qr/^count 4\n.*cannot be used: tokenizer table has a wrong size\ncount 4$/m, 'overwritten: an error as long as it lasts');
	return;
}

my $good = table_folder();
if (defined $good)
{
	$node->safe_psql('postgres', q[SELECT prompt_mgr.save_prompt('served', 'Served', labels => '{production}')]);
	$node->safe_psql('postgres', "CREATE DATABASE latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql('postgres', "CREATE DATABASE euc ENCODING 'EUC_JIS_2004' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql('postgres', "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql($_, 'CREATE EXTENSION prompt_mgr') foreach (qw(latin1 euc ascii));
	my $path = reference_file('tokens/tokens_shared_200.jsonl', 'vectors of tokens');
	if (defined $path)
	{
		test_vectors('postgres', $path, qr/^/);
		test_vectors('latin1', $path, qr/^[\x00-\xff]*$/s);
		test_parallel();
	}
	test_combined_characters();
	is($node->safe_psql('ascii', q{SELECT prompt_mgr.token_ids(convert_from('\xe697a5e69cac414243', 'SQL_ASCII'))}),
		'{9048,44197}', 'ascii: bytes are taken for UTF-8');
	is(sqlstate_of($node, 'ascii', q{SELECT prompt_mgr.count_tokens(convert_from('\xe697', 'SQL_ASCII'))}),
		'22021', 'ascii: and refused where they are not');
}
else
{
	note('skipped: tokens (the tokenizers\' tables are not installed; run "make tokenizers" first)');
}

my ($folder, $look_there) = other_folder();
if (defined $folder)
{
	test_absent($look_there);
	test_broken($good, $folder, $look_there) if defined $good;
	test_replaced($good, $folder, $look_there) if defined $good;
}
else
{
	note('skipped: absent and broken tables (this server looks in one place only)');
}
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal/, 'no backend has crashed');
done_testing();
