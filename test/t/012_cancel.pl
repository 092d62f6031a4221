# A render at the ceilings of all limits, or the compilation of the largest
# template, ends within 50 ms of a cancel or a timeout, whatever it is doing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IPC::Run qw(start pump finish timer);
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# On a busy machine one of these tries finds a processor at once.
my $tries = 5;
my $allowed = 50;
my $timeout = 100;

my $node = new_node('cancel');
install_in($node, 'postgres');

my $ceilings = join ' ', map { "SET prompt_mgr.$_;" } (
	"max_template_size = '4MB'", 'max_ops = 1048576', 'max_partial_depth = 64',
	'max_partial_calls = 100000', 'max_iterations = 10000000', 'max_fuel = 1000000000',
	"max_output_size = '512MB'", "max_work_size = '512MB'");

# Values are not compressed, so that what is measured is the render.
$node->safe_psql('postgres', q{
	CREATE TABLE worst (name text PRIMARY KEY, template text, variables jsonb DEFAULT '{}', options jsonb DEFAULT '{}');
	ALTER TABLE worst ALTER template SET STORAGE EXTERNAL, ALTER variables SET STORAGE EXTERNAL;
	INSERT INTO worst SELECT 'empty loops', repeat('{{#each a}}', 30) || repeat('{{/each}}', 30),
		jsonb_build_object('a', jsonb_agg(i)) FROM generate_series(1, 100) AS i;
	INSERT INTO worst VALUES ('replace in replace', '{{a | replace: "x", b | replace: "y", b}}',
		jsonb_build_object('a', repeat('x', 10000), 'b', repeat('y', 10000)));
	INSERT INTO worst SELECT 'comparing lists', '{{#each a}}{{#if (b == b)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i) FILTER (WHERE i <= 1000), 'b', jsonb_agg(i)) FROM generate_series(1, 200000) AS i;
	INSERT INTO worst SELECT 'searching', '{{#each a}}{{#if (b contains c)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i), 'b', repeat('a', 2000000), 'c', repeat('a', 100000) || 'b') FROM generate_series(1, 1000) AS i;
	INSERT INTO worst SELECT 'sorting', '{{#each a}}{{#if (b | sort | unique)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i) FILTER (WHERE i <= 1000), 'b', jsonb_agg(repeat('x', 50) || md5(i::text))) FROM generate_series(1, 50000) AS i;
	INSERT INTO worst SELECT 'long numbers', '{{#each a}}{{#if n < m}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i), 'n', (repeat('9', 100000) || '.5')::numeric, 'm', (repeat('9', 100000) || '.6')::numeric)
		FROM generate_series(1, 100000) AS i;
	INSERT INTO worst SELECT 'printing JSON', '{{#each a}}{{#if (b | json: 4)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i) FILTER (WHERE i <= 1000), 'b', jsonb_agg(i)) FROM generate_series(1, 100000) AS i;
	INSERT INTO worst SELECT 'escaping', '{{#each a}}{{#if (b | html)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i), 'b', repeat('<', 4000000)) FROM generate_series(1, 1000) AS i;
	INSERT INTO worst SELECT 'stripping', '{{#each a}}{{#if (b | strip_tags | squeeze | trim)}}{{/if}}{{/each}}',
		jsonb_build_object('a', jsonb_agg(i), 'b', repeat('< ', 2000000)) FROM generate_series(1, 1000) AS i;
	INSERT INTO worst SELECT 'partials', '{{> p1}}', '{}', jsonb_build_object('partials',
		jsonb_object_agg('p' || i, CASE WHEN i < 20 THEN repeat('{{> p' || i + 1 || '}}', 10) || repeat('{{#if (x | upper)}}{{/if}}', 1000) ELSE '' END))
		FROM generate_series(1, 20) AS i;
	INSERT INTO worst VALUES ('compiling', repeat('{{! comment }}x{{y}}', 190000));
});

# Milliseconds that a statement went on after its timeout; undef where it ended
# by itself.
sub overrun
{
	my ($name) = @_;
	my ($status, $out) = $node->psql('postgres', qq{
		$ceilings
		SET statement_timeout = $timeout;
		SELECT clock_timestamp() AS begun \\gset
		SELECT sum(length(prompt_mgr.render_template(template || i, variables, options)))
		FROM worst, generate_series(1, 1000) AS i WHERE name = '$name';
		\\echo state :SQLSTATE
		SELECT 'overrun ' || extract(epoch FROM clock_timestamp() - :'begun'::timestamptz) * 1000 - $timeout;
	}, on_error_stop => 0);

	return undef if $out !~ /^state 57014$/m;
	return $out =~ /^overrun (-?[\d.]+)$/m ? $1 : undef;
}

# The best of several tries, or undef.
sub best
{
	my ($measure) = @_;
	my $best;

	for (1 .. $tries)
	{
		my $ms = $measure->();
		return undef if !defined $ms;
		$best = $ms if !defined $best || $ms < $best;
		last if $best <= $allowed / 2;
	}
	return $best;
}

foreach my $name (split /\n/, $node->safe_psql('postgres', 'SELECT name FROM worst ORDER BY name'))
{
	my $ms = best(sub { overrun($name) });

	ok(defined $ms && $ms <= $allowed, "statement_timeout ends: $name");
	note(sprintf("%s: %.1f ms after the timeout", $name, $ms)) if defined $ms;
}

# Milliseconds from pg_cancel_backend() in one session to the error in another.
sub cancel_latency
{
	my ($in, $out, $err) = ('', '', '');
	my $psql = start [ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err,
	  timer($PostgreSQL::Test::Utils::timeout_default);

	$in = "$ceilings\nSELECT 'pid ' || pg_backend_pid();\n"
	  . "SELECT length(prompt_mgr.render_template(template, variables, options)) FROM worst WHERE name = 'empty loops';\n"
	  . "SELECT 'ended ' || extract(epoch FROM clock_timestamp()) * 1000;\n\\q\n";
	pump $psql until $out =~ /^pid (\d+)$/m;
	my $pid = $1;
	$node->poll_query_until('postgres',
		"SELECT state = 'active' AND query ~ 'render_template' FROM pg_stat_activity WHERE pid = $pid");
	select(undef, undef, undef, 0.05);
	my ($sent) = split /\|/, $node->safe_psql('postgres',
		"SELECT extract(epoch FROM clock_timestamp()) * 1000, pg_cancel_backend($pid)");
	finish $psql;
	return $err =~ /canceling statement due to user request/ && $out =~ /^ended ([\d.]+)$/m ? $1 - $sent : undef;
}

my $ms = best(\&cancel_latency);
ok(defined $ms && $ms <= $allowed, 'pg_cancel_backend() ends a render');
note(sprintf('%.1f ms after the cancel', $ms)) if defined $ms;

$node->stop;
done_testing();
