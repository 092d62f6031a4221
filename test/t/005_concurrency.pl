# Many writers at once: version numbers without a gap, one holder per label,
# a history without a hole, and nobody waits in a circle.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', "max_connections = 100\nautovacuum = off");
install_in($node, 'postgres');

# pgbench_ok(SCRIPT, TEST, ARGUMENTS...): runs without a failed transaction;
# returns how many there were.
my $script_number = 0;

sub pgbench_ok
{
	my ($script, $test, @arguments) = @_;
	my $file = write_file('script' . ++$script_number . '.sql', $script);
	my ($out, $err);

	my $status = IPC::Run::run(
		[ 'pgbench', '-n', '-j', '2', '-f', $file, '-h', $node->host, '-p', $node->port, @arguments, 'postgres' ],
		'>', \$out, '2>', \$err);
	# pgbench goes on where one client of several has failed.
	my $complaints = join '', grep { /error|abort|fail/i } split /^/, $err;
	ok($status, "$test: pgbench succeeds");
	is($complaints, '', "$test: no client met an error");
	like($out, qr/number of failed transactions: 0 \(/, "$test: no transaction failed");
	return $out =~ /number of transactions actually processed: (\d+)/ ? $1 : 0;
}

sub deadlocks
{
	return $node->safe_psql('postgres', "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'");
}

# 20 sessions save the same prompt, which none of them finds there.
my $saves = pgbench_ok(q{SELECT prompt_mgr.save_prompt('shared', 'by :client_id') \gset}, 'saving', '-c', '20', '-t', '50');
is($saves, 1000, 'saving: 1000 saves');
is($node->safe_psql('postgres', q{
	SELECT count(*), min(version), max(version), count(DISTINCT version), max(last_version)
	FROM prompt_mgr.prompt_version AS v JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name = 'shared'}),
	'1000|1|1000|1000|1000', 'saving: numbers 1 to 1000 without a gap');

# Saves that move labels, each session naming them in another order.
$saves = pgbench_ok(q{
	\set turn random(0, 1)
	\if :turn
	SELECT prompt_mgr.save_prompt('labelled', 'x', labels => '{alpha,beta,gamma}') \gset
	\else
	SELECT prompt_mgr.save_prompt('labelled', 'x', labels => '{gamma,beta,alpha}') \gset
	\endif
}, 'saving with labels', '-c', '20', '-t', '20');
is($node->safe_psql('postgres', "SELECT string_agg(l.label || l.version, ' ' ORDER BY l.label) FROM prompt_mgr.prompt_label AS l JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name = 'labelled'"),
	"alpha$saves beta$saves gamma$saves", 'saving with labels: the last version holds them all');

# 64 clients move one label about, and look where it is.
$node->safe_psql('postgres', "SELECT prompt_mgr.activate('shared', 1)");
my $moves = pgbench_ok(q{
	\set version random(1, 1000)
	SELECT prompt_mgr.activate('shared', :version);
	SELECT version AS seen FROM prompt_mgr.get_prompt('shared') \gset
	SELECT 1 / (count(*) = 1)::int FROM prompt_mgr.prompt_label AS l JOIN prompt_mgr.prompt AS p USING (prompt_id)
	WHERE p.name = 'shared' AND l.label = 'production' AND l.version IS NOT NULL;
}, 'moving a label', '-c', '64', '-T', '5');
cmp_ok($moves, '>', 100, "moving a label: it was moved ($moves transactions)");
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM prompt_mgr.prompt_label AS l JOIN prompt_mgr.prompt AS p USING (prompt_id)
	JOIN prompt_mgr.prompt_version AS v USING (prompt_id, version) WHERE p.name = 'shared' AND l.label = 'production'}),
	'1', 'moving a label: exactly one holder, which exists');
is($node->safe_psql('postgres', q{
	SELECT count(*) = max(move_no) AND min(move_no) = 1 FROM prompt_mgr.label_history('shared')}),
	't', 'moving a label: moves are numbered without a gap');
differences_ok($node, 'postgres', q{
	SELECT * FROM (
		SELECT h.*, lag(held_until) OVER w AS previous_until, lag(version) OVER w AS previous_version
		FROM prompt_mgr.label_history('shared') AS h WINDOW w AS (ORDER BY move_no)) AS move
	WHERE (previous_until <> held_from OR previous_version = version OR held_until <= held_from)
		OR (previous_until IS NULL AND move_no > 1)}, 'moving a label: times follow each other without hole or overlap');
is($node->safe_psql('postgres', q{
	SELECT h.version = g.version FROM prompt_mgr.label_history('shared') AS h, prompt_mgr.get_prompt('shared') AS g
	WHERE h.held_until IS NULL}), 't', 'moving a label: the last move names the holder');
# In a random order of 1000 versions few moves go where the label is already.
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM prompt_mgr.label_history('shared')"),
	'>', $moves / 2, 'moving a label: history has them');

is(deadlocks(), '0', 'no deadlock');

$node->stop;
done_testing();
