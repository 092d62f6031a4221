# What was committed survives a restart and a crash, and nothing else does.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# A crash is to be survived by the log, so that is really written.
my $node = new_node('main', "fsync = on\nsynchronous_commit = on");
install_in($node, 'postgres');

my $session_in_the_middle = q{
	BEGIN;
	SELECT prompt_mgr.save_prompt('greeting', 'never committed');
	SELECT prompt_mgr.activate('greeting', 4);
};

sub render
{
	return $node->safe_psql('postgres', q{SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada"}')});
}

$node->safe_psql('postgres', q{
	CREATE ROLE reader;
	SELECT prompt_mgr.grant_access('reader', 'viewer');
	SELECT prompt_mgr.save_prompt('greeting', 'Hello {{name}} ' || v) FROM generate_series(1, 3) AS v;
	SELECT prompt_mgr.activate('greeting', v) FROM generate_series(1, 3) AS v});
my $digests = table_digests($node, 'postgres');

$node->restart;
is_deeply(table_digests($node, 'postgres'), $digests, 'restart: every table is equal');
is(render(), 'Hello Ada 3', 'restart: renders as before');

# A backend is killed with a transaction open, then the whole server.
foreach my $crash (1 .. 3)
{
	my ($in, $out) = ($session_in_the_middle . "\\echo ready\n", '');
	my $timer = IPC::Run::timer(60);
	my $session = IPC::Run::start(
		[ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ],
		'<', \$in, '>', \$out, '2>&1', $timer);
	$session->pump until $out =~ /ready/ or !$session->pumpable;
	like($out, qr/ready/, "crash $crash: a transaction is open");

	$node->stop('immediate');
	eval { $session->finish };
	$node->start;
	is_deeply(table_digests($node, 'postgres'), $digests, "crash $crash: every table is equal");
	is(render(), 'Hello Ada 3', "crash $crash: renders as before");
	is($node->safe_psql('postgres', q{SET ROLE reader; SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada"}')}),
		'Hello Ada 3', "crash $crash: access is as before");
}

is($node->safe_psql('postgres', "SELECT prompt_mgr.save_prompt('greeting', 'after the crash')"),
	'4', 'the number of a lost transaction is given out again');
$node->safe_psql('postgres', "SELECT prompt_mgr.activate('greeting', 4)");
$node->stop('immediate');
$node->start;
is(render(), 'after the crash', 'a commit just before a crash is kept');

$node->stop;
done_testing();
