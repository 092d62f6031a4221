# Announcements come at commit, for what committed, and fit into PostgreSQL's
# limit; workers at once deliver each event once.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use JSON::PP;

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', 'max_connections = 50');
install_in($node, 'postgres');
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('events/part', 'part ' || i) FROM generate_series(1, 2) AS i;
	SELECT prompt_mgr.save_prompt('events/user', 'uses {{> events/part}}')});

# announced(SQL): what a listener hears of it.  psql prints what came in with
# the answer of the next statement of its own session.
sub announced
{
	my ($sql) = @_;
	my $heard = $node->safe_psql('postgres', "LISTEN prompt_mgr; $sql; SELECT 'done'");
	my @payloads = $heard =~ /Asynchronous notification "prompt_mgr" with payload "(.*)" received/g;
	return @payloads;
}

sub count_of { return scalar(@_) }

my @heard = announced("SELECT prompt_mgr.activate('events/part', 1, reason => 'secret')");
is(scalar(@heard), 1, 'a move is announced once');
like($heard[0], qr/"type": "label\.moved"/, 'with its type');
my $told = decode_json($heard[0]);
is_deeply([ @$told{qw(name dependants label old_version new_version)} ], [ 'events/part', ['events/user'], 'production', undef, 1 ],
	'with name, dependants, label and both versions');
like($heard[0], qr/"event_id": \d+/, 'with its number');
unlike($heard[0], qr/secret|actor/, 'without reason and actor');

is(count_of(announced("BEGIN; SELECT prompt_mgr.activate('events/part', 2); ROLLBACK")), 0, 'what was rolled back is not announced');
is(count_of(announced("SELECT prompt_mgr.activate('events/part', 1)")), 0, 'nor is what changed nothing');
is(count_of(announced("SET prompt_mgr.notify = off; SELECT prompt_mgr.activate('events/part', 2)")), 0, 'announcing can be turned off');
is($node->safe_psql('postgres', "SELECT count(*) FROM prompt_mgr.event WHERE type = 'label.moved'"), '2', 'the events are there all the same');

$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('events/' || repeat('x', 240) || i, 'uses {{> events/part}}') FROM generate_series(1, 60) AS i});
@heard = announced("SELECT prompt_mgr.activate('events/part', 1)");
is(scalar(@heard), 1, 'a change with many dependants is announced');
like($heard[0], qr/^\{"type": "label\.moved", "prompt_id": "[0-9a-f-]{36}", "event_id": \d+\}$/, 'by its number alone');
is($node->safe_psql('postgres', "SELECT jsonb_array_length(payload -> 'dependants') FROM prompt_mgr.event ORDER BY event_id DESC LIMIT 1"),
	'61', 'the event has them all');

# Four workers at once over a thousand events, some of which give their work
# back: each event is acknowledged once, those of a worker are in order.
$node->safe_psql('postgres', q{
	SET prompt_mgr.notify = off;
	DELETE FROM prompt_mgr.event;
	SELECT prompt_mgr.activate('events/part', i % 2 + 1) FROM generate_series(1, 1000) AS i;
	CREATE TABLE delivered (worker int, event_id bigint, position bigint GENERATED ALWAYS AS IDENTITY)});
my $waiting = $node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.event');
is($waiting, '1000', 'a thousand events wait');
$node->pgbench(
	'--no-vacuum --client=4 --transactions=60', 0,
	[qr{processed: 240/240}], [qr{^$}],
	'workers take and acknowledge',
	{   '041_worker' => q{
			\set give_back random(1, 10)
			BEGIN;
			WITH claimed AS MATERIALIZED (SELECT event_id FROM prompt_mgr.claim_events('worker ' || :client_id, 7)),
				kept AS (INSERT INTO delivered (worker, event_id) SELECT :client_id, event_id FROM claimed WHERE :give_back > 1 ORDER BY event_id RETURNING event_id)
			SELECT coalesce(array_agg(event_id), '{}') AS ids FROM kept \gset
			\if :give_back = 1
			ROLLBACK;
			\else
			SELECT prompt_mgr.ack_events(':ids');
			COMMIT;
			\endif
		} });
is($node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.event'), '0', 'all are acknowledged');
is($node->safe_psql('postgres', 'SELECT count(*), count(DISTINCT event_id) FROM delivered'), '1000|1000', 'each once');
is($node->safe_psql('postgres', q{SELECT count(*) FROM (SELECT event_id, lag(event_id) OVER (PARTITION BY worker ORDER BY position) AS last FROM delivered) AS d
	WHERE event_id < last AND event_id > last - 7}), '0', 'those of one claim in order');

# Writers of one prompt and of several keep whole chains.
$node->pgbench(
	'--no-vacuum --client=8 --transactions=50', 0,
	[qr{processed: 400/400}], [qr{^$}],
	'movers and savers at once',
	{   '041_movers@3' => q{
			\set v random(1, 2)
			\set l random(1, 3)
			SELECT prompt_mgr.activate('events/part', :v, 'l' || :l);
		},
		'041_savers@1' => q{
			\set p random(1, 3)
			SELECT prompt_mgr.save_prompt('events/saved' || :p, 'text ' || random());
		} });
is($node->safe_psql('postgres', 'SELECT prompt, audit_no, problem FROM prompt_mgr.verify_audit()'), '', 'the audit holds');

$node->stop;
done_testing();
