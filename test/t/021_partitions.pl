# The log of executions under load, while partitions are made, filled from the
# default one, taken away and dropped: no insert fails, and every row that was
# committed is there once, wherever it went meanwhile.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# More of it by these, for a long run.
my $seconds = $ENV{PROMPT_MGR_SECONDS} || 6;
my $writers = $ENV{PROMPT_MGR_CLIENTS} || 32;

my $node = new_node('main', "max_connections = 100\nmax_locks_per_transaction = 256\nlog_lock_waits = on");
install_in($node, 'postgres');

# Each writer numbers its batches; a batch is the same whenever it is sent.  Its
# executions are of one of three times: now, where partitions are ahead; a month
# ago, where they come and go; and a time that the retention ends for, of which
# none come any more after a while: what is not in the figures is not dropped.
my $setup = q{
	SELECT prompt_mgr.save_prompt('load', 'x', labels => '{production}');
	CREATE TABLE written (client integer, batch integer, n integer, execution_id uuid NOT NULL, kept boolean NOT NULL, PRIMARY KEY (client, batch, n));
	CREATE TABLE event (action text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(), seconds double precision NOT NULL);
	CREATE TABLE began AS SELECT date_trunc('milliseconds', now()) AS at;
	CREATE FUNCTION ids(client integer, batch integer) RETURNS TABLE (n integer, id uuid, kept boolean) LANGUAGE sql STABLE AS $$
		SELECT n, (lpad(to_hex((extract(epoch FROM CASE batch % 3 WHEN 0 THEN at + interval '1 minute' * (spread % 100 - 50)
				WHEN 1 THEN at - interval '20 days' - interval '1 hour' * (spread % 240) ELSE at - interval '75 days' - interval '1 hour' * (spread % 240) END) * 1000)::bigint), 12, '0')
			|| '7' || lpad(client::text, 3, '0') || '8' || lpad(n::text, 3, '0') || lpad(batch::text, 12, '0'))::uuid, batch % 3 < 2
		FROM began, generate_series(1, 4) AS n, LATERAL (SELECT abs(hashint8(client * 1000000000::bigint + batch * 10 + n))) AS h (spread)
	$$;
	CREATE FUNCTION write(client integer, batch integer) RETURNS integer LANGUAGE plpgsql AS $$
	DECLARE
		new integer;
	BEGIN
		IF batch % 3 = 2 AND clock_timestamp() > (SELECT at FROM began) + interval 'SECONDS seconds' / 3 THEN
			RETURN 0;
		END IF;
		new := prompt_mgr.log_executions((SELECT jsonb_agg(jsonb_build_object('execution_id', i.id, 'prompt', 'load', 'version', 1, 'input_tokens', i.n)) FROM ids(client, batch) AS i));
		IF new = 4 THEN
			INSERT INTO written SELECT client, batch, i.n, i.id, i.kept FROM ids(client, batch) AS i ON CONFLICT DO NOTHING;
			PERFORM prompt_mgr.record_feedback(i.id, 5) FROM ids(client, batch) AS i WHERE i.n = 1 AND i.kept;
		END IF;
		RETURN new;
	END $$;
	-- What nobody does: a partition goes, and its rows go to the default one.
	CREATE PROCEDURE unmake() LANGUAGE plpgsql AS $$
	DECLARE
		old record;
	BEGIN
		IF NOT pg_try_advisory_xact_lock(hashtextextended('prompt_mgr partitions', 0)) THEN
			RETURN;
		END IF;
		SELECT p.* INTO old FROM prompt_mgr._partitions() AS p, began AS b
		WHERE p.relation = 'execution' AND p.upper < b.at - interval '15 days' AND p.lower > b.at - interval '40 days' ORDER BY random() LIMIT 1;
		IF FOUND THEN
			SET LOCAL lock_timeout = '100ms';
			EXECUTE format('ALTER TABLE prompt_mgr.execution DETACH PARTITION prompt_mgr.%I', old.partition);
			EXECUTE format('INSERT INTO prompt_mgr.execution SELECT * FROM prompt_mgr.%I', old.partition);
			EXECUTE format('DROP TABLE prompt_mgr.%I', old.partition);
			INSERT INTO event (action, seconds) VALUES ('unmade', 0);
		END IF;
	EXCEPTION WHEN lock_not_available THEN
		NULL;
	END $$;
};
$setup =~ s/SECONDS/$seconds/;
$node->safe_psql('postgres', $setup);

# start_pgbench(CLIENTS, SCRIPT): in the background; [ handle, output, errors ].
my $script_number = 0;

sub start_pgbench
{
	my ($clients, $script) = @_;
	my ($out, $err) = ('', '');
	my $file = write_file('script' . ++$script_number . '.sql', $script);

	my $run = IPC::Run::start([ 'pgbench', '-n', '-j', '2', '-c', $clients, '-T', $seconds, '-f', $file,
		'-h', $node->host, '-p', $node->port, 'postgres' ], '>', \$out, '2>', \$err);
	return [ $run, \$out, \$err ];
}

# finish_ok(RUN, TEST): how many transactions there were, none of which failed.
sub finish_ok
{
	my ($run, $test) = @_;

	ok($run->[0]->finish, "$test: pgbench succeeds");
	is(join('', grep { /error|abort|fail/i } split /^/, ${ $run->[2] }), '', "$test: no client met an error");
	return ${ $run->[1] } =~ /number of transactions actually processed: (\d+)/ ? $1 : 0;
}

# One batch in five is sent again, at once or later.
my $writing = start_pgbench($writers, q{
	\set batch random(1, 20000)
	SELECT write(:client_id, :batch) AS new \gset
	\set again random(1, 5)
	\if :again = 1
	SELECT write(:client_id, :batch) AS new \gset
	\endif
});
my $reading = start_pgbench(4, q{
	SELECT count(*), sum(input_tokens) FROM prompt_mgr.executions WHERE created_at > now() - interval '1 day';
	\sleep 20 ms
	SELECT count(*) FROM prompt_mgr.execution;
	\sleep 20 ms
});
my $maintaining = start_pgbench(2, q{
	INSERT INTO event (action, seconds) SELECT action, extract(epoch FROM clock_timestamp() - now()) FROM prompt_mgr._make_partitions();
	\sleep 10 ms
	CALL unmake();
	\sleep 10 ms
	SELECT prompt_mgr._execution_rollup() AS added \gset
	INSERT INTO event (action, seconds) SELECT action, extract(epoch FROM clock_timestamp() - now()) FROM prompt_mgr._drop_partitions(now() + interval '20 days');
	\sleep 10 ms
});

my $batches = finish_ok($writing, "$writers writers");
finish_ok($reading, 'readers');
my $rounds = finish_ok($maintaining, 'maintenance');
my %count = map { split /\|/ } split /\n/, $node->safe_psql('postgres', 'SELECT action, count(*) FROM event GROUP BY action');
note("note: $batches batches, $rounds rounds of maintenance; partitions "
	. join(', ', map { "$_: $count{$_}" } sort keys %count) . '; longest drop '
	. $node->safe_psql('postgres', q{SELECT round(max(seconds)::numeric, 3) FROM event WHERE action = 'dropped'}) . ' s');
cmp_ok($batches, '>', 100, 'much was written');
# In a few seconds of a busy machine there may be one round of it.
cmp_ok($count{$_} // 0, '>', 0, "partitions were $_") foreach $seconds < 30 ? qw(made) : qw(made unmade dropped);

$node->safe_psql('postgres', 'SELECT prompt_mgr._execution_rollup()');
# After minutes there is so much that the comparisons have to be planned well.
$node->safe_psql('postgres', 'ANALYZE');
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr._make_partitions() WHERE action <> 'made'}), '0', 'nothing is postponed when nobody is about');
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution_default}), '0', 'nothing is left over');
differences_ok($node, 'postgres', q{
	SELECT w.execution_id, x.n FROM written AS w LEFT JOIN (SELECT execution_id, count(*) AS n FROM prompt_mgr.execution GROUP BY execution_id) AS x USING (execution_id)
	WHERE w.kept AND x.n IS DISTINCT FROM 1}, 'every row that was committed is there once');
differences_ok($node, 'postgres', q{
	SELECT x.execution_id FROM prompt_mgr.execution AS x, began AS b WHERE x.created_at > b.at - interval '60 days'
		AND NOT EXISTS (SELECT FROM written AS w WHERE w.execution_id = x.execution_id)}, 'and no other');
differences_ok($node, 'postgres', q{
	SELECT x.execution_id FROM prompt_mgr.execution AS x JOIN prompt_mgr._partitions() AS p ON p.relation = 'execution' AND x.created_at >= p.lower AND x.created_at < p.upper
	WHERE x.tableoid <> ('prompt_mgr.' || p.partition)::regclass}, 'each in its partition');
differences_ok($node, 'postgres', q{
	SELECT w.execution_id, s.n FROM written AS w LEFT JOIN (SELECT execution_id, count(*) AS n FROM prompt_mgr.execution_score GROUP BY execution_id) AS s USING (execution_id)
	WHERE w.kept AND w.n = 1 AND s.n IS DISTINCT FROM 1}, 'so are the values given later');
$node->safe_psql('postgres', 'SELECT prompt_mgr._drop_partitions(now() + interval $$20 days$$)');
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr._partitions() AS p, began AS b WHERE p.upper <= b.at - interval '71 days'}),
	'0', 'what is past the retention is dropped');
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution AS x, began AS b WHERE x.created_at < b.at - interval '71 days'}), '0', 'and its rows with it');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relname ~ '^execution.*_[0-9]+$' AND c.relkind = 'r' AND NOT c.relispartition}), '0', 'no partition is left detached');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relispartition AND c.relkind = 'r' AND NOT c.relrowsecurity}), '0', 'each is closed');
is($node->safe_psql('postgres', q{SELECT sum(executions) FROM prompt_mgr.execution_rollup WHERE span = 'day' AND bucket > now() - interval '60 days'}),
	$node->safe_psql('postgres', 'SELECT count(*) FROM written WHERE kept'), 'the figures count each row once');
is($node->safe_psql('postgres', "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'"), '0', 'no deadlock');

$node->stop;
done_testing();
