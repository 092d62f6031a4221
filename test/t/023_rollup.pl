# Figures of executions: each execution, and each value said of it later, is in
# them exactly once, with writers that commit late, jobs that overlap and a
# server that is killed meanwhile.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# More of each by these, for a long run.
my $kills = $ENV{PROMPT_MGR_KILLS} || 2;
my $seconds = $ENV{PROMPT_MGR_SECONDS} || 3;
my $delay = $ENV{PROMPT_MGR_DELAY} || 500;
my $writers = $ENV{PROMPT_MGR_WRITERS} || 12;

my $node = new_node('main', "max_connections = 100\nautovacuum = off");
install_in($node, 'postgres');
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('p' || i, 'version ' || v) FROM generate_series(1, 3) AS i, generate_series(1, 2) AS v;
	CREATE TABLE said (execution_id uuid);
});

# Writers hold their transactions open; now and then one rolls back.
my $write = write_file('write.sql', q{
\set p random(1, 3)
\set n random(1, 20)
\set ms random(0, } . $delay . q{)
\set back random(1, 20)
BEGIN;
SELECT prompt_mgr.log_executions((SELECT jsonb_agg(jsonb_build_object('prompt', 'p' || :p, 'version', 1 + i % 2, 'request_model', 'm' || i % 3, 'user_id', 'u' || i * :p,
	'input_tokens', i, 'output_tokens', :n, 'cost_usd', i / 1000.0, 'duration', i / 8.0, 'success', i % 5 <> 0, 'confidence', i / 32.0)) FROM generate_series(1, :n) AS i));
\sleep :ms ms
SELECT :back = 1 AS back \gset
\if :back
ROLLBACK;
\else
COMMIT;
\endif
});
my $score = write_file('score.sql', q{
\set ms random(0, } . $delay . q{)
\set v random(1, 5)
BEGIN;
SELECT prompt_mgr.record_score(x.execution_id, 'rating', :v) FROM (SELECT e.execution_id FROM prompt_mgr.execution AS e ORDER BY random() LIMIT 1) AS x;
\sleep :ms ms
COMMIT;
});
my $tick = write_file('tick.sql', q{
SELECT count(*) FROM prompt_mgr.tick();
\sleep 50 ms
});

# What of the raw rows and of the figures differs, series by series and hour by
# hour.
my $differences = q{
	WITH raw AS (
		SELECT prompt_id, version, request_model, date_trunc('hour', created_at, 'UTC') AS hour, count(*) AS n, count(*) FILTER (WHERE NOT success) AS errors, coalesce(sum(input_tokens), 0) AS tin, coalesce(sum(output_tokens), 0) AS tout,
			sum(cost_usd) AS cost, coalesce(sum(duration::numeric), 0) AS seconds, prompt_mgr.latency_sketch(duration)::text AS latency, prompt_mgr.distinct_sketch(user_id)::text AS users
		FROM prompt_mgr.execution GROUP BY 1, 2, 3, 4
	), figure AS (
		SELECT s.prompt_id, s.version, s.model, r.bucket, r.executions, r.errors, r.input_tokens, r.output_tokens, r.cost_usd, r.seconds, r.latency::prompt_mgr.latency_sketch::text, r.users::prompt_mgr.distinct_sketch::text
		FROM prompt_mgr.execution_rollup AS r JOIN prompt_mgr.execution_series AS s USING (series_id) WHERE r.span = 'hour'
	), raw_score AS (
		SELECT x.prompt_id, x.version, x.request_model, s.name, count(*) AS n, sum(s.value::numeric) AS total, sum(s.value::numeric * s.value::numeric) AS total2
		FROM (SELECT DISTINCT ON (execution_id, name) execution_id, created_at, name, value FROM prompt_mgr.execution_score ORDER BY execution_id, name, score_no DESC) AS s
		JOIN prompt_mgr.execution AS x USING (execution_id, created_at) GROUP BY 1, 2, 3, 4
	), score AS (
		SELECT s.prompt_id, s.version, s.model, t.name, sum(t.n), sum(t.total), sum(t.total2)
		FROM prompt_mgr.execution_tally AS t JOIN prompt_mgr.execution_series AS s USING (series_id) WHERE t.span = 'day' AND t.kind = 'score' AND t.name = 'rating' GROUP BY 1, 2, 3, 4
	)
	SELECT 'row', d::text FROM (SELECT * FROM raw EXCEPT SELECT * FROM figure) AS d UNION ALL SELECT 'figure', d::text FROM (SELECT * FROM figure EXCEPT SELECT * FROM raw) AS d
	UNION ALL SELECT 'score', d::text FROM (SELECT * FROM raw_score EXCEPT SELECT * FROM score) AS d UNION ALL SELECT 'score figure', d::text FROM (SELECT * FROM score EXCEPT SELECT * FROM raw_score) AS d};

# At any moment what is read is the raw rows of that moment.
my $read = q{SELECT (SELECT count(*) FROM prompt_mgr.execution) - (SELECT coalesce(sum(f.executions), 0) FROM prompt_mgr.execution_figures(now() - interval '1 day', now() + interval '1 day') AS f)};

foreach my $round (0 .. $kills)
{
	my @clients;
	foreach my $load ([ $write, $writers ], [ $score, 4 ], [ $tick, 3 ])
	{
		my ($out, $err) = ('', '');
		push @clients, [ IPC::Run::start([ 'pgbench', '-n', '-c', $load->[1], '-j', '1', '-T', $seconds, '-f', $load->[0],
				'-h', $node->host, '-p', $node->port, 'postgres' ], '>', \$out, '2>', \$err), \$err ];
	}
	my $wrong = 0;
	for (my $until = time + $seconds - 1; time < $until;)
	{
		$wrong++ if $node->safe_psql('postgres', $read) ne '0';
	}
	is($wrong, 0, "round $round: figures read while rows come in are those of the rows");
	if ($round < $kills)
	{
		$node->stop('immediate');
		$_->[0]->finish foreach @clients;
		$node->start;
	}
	else
	{
		ok($_->[0]->finish, 'pgbench goes through to the end') || diag(${ $_->[1] }) foreach @clients;
		is(join('', map { grep { /error|abort|fail|warning/i } split /^/, ${ $_->[1] } } @clients), '', 'no client met an error');
	}
}
# Nobody writes any more.
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()') foreach 1 .. 2;
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution WHERE xact >= prompt_mgr._rolled_up_to()}), '0', 'all of it has been added up');
differences_ok($node, 'postgres', $differences, 'and the figures are those of the raw rows');
is($node->safe_psql('postgres', q{SELECT (SELECT sum(executions) FROM prompt_mgr.execution_rollup WHERE span = 'day') - count(*) FROM prompt_mgr.execution}), '0', 'those of days as well');
note('note: executions: ' . $node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.execution') . ', values: ' . $node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.execution_score')
	. ', runs of the job that added: ' . $node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.job_run WHERE task = 'rollup' AND actions > 0}));
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution}), '>', 200, 'many executions were logged');
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.job_run WHERE task = 'rollup' AND actions > 0}), '>', 3, 'the job has added up many times meanwhile');
is($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.job_run WHERE failures > 0}), '0', 'no step failed');

# A writer that commits late is waited for: it is read at once, and added up
# when it is certain that none before it is still to come.
my $late = $node->background_psql('postgres');
$late->query_safe(q{BEGIN; SELECT prompt_mgr.log_execution('p1', 1, cost_usd => 1000000)});
$node->safe_psql('postgres', q{SELECT prompt_mgr.log_execution('p1', 1, cost_usd => 999999)});
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
my $cost = q{SELECT sum(cost_usd) > 1500000, sum(cost_usd) > 900000 FROM };
is($node->safe_psql('postgres', $cost . q{prompt_mgr.execution_rollup WHERE span = 'day'}), 'f|f', 'neither a late one nor one after it is in what is kept');
is($node->safe_psql('postgres', $cost . q{prompt_mgr.execution_figures(now() - interval '1 hour', now() + interval '1 hour')}), 'f|t', 'what has been committed is in what is read');
$late->query_safe('COMMIT');
$late->quit;
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
is($node->safe_psql('postgres', $cost . q{prompt_mgr.execution_rollup WHERE span = 'day'}), 't|t', 'both are kept in the end');
differences_ok($node, 'postgres', $differences, 'each once');

# Restored in another cluster, from a dump with rows that were not added up; its
# transactions have other numbers.
$node->safe_psql('postgres', q{SELECT prompt_mgr.log_execution('p3', 1, cost_usd => i) FROM generate_series(1, 50) AS i});
my $dump = PostgreSQL::Test::Utils::tempdir() . '/executions.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'dump');
my $other = new_node('other', 'autovacuum = off');
$other->command_ok([ 'psql', '-q', '-X', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $other->connstr('postgres') ], 'restore');
$other->safe_psql('postgres', q{SELECT prompt_mgr.log_execution('p3', 1, cost_usd => 0.5) FROM generate_series(1, 5)});
$other->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()') foreach 1 .. 2;
is($other->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution}) - $node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.execution}), 5, 'all rows are there, and new ones');
differences_ok($other, 'postgres', $differences, 'all of them are in the figures once');
$other->safe_psql('postgres', q{SELECT prompt_mgr.log_execution('p3', 1, cost_usd => 0.5); SELECT count(*) FROM prompt_mgr.tick()});
differences_ok($other, 'postgres', $differences, 'and it goes on');

# A partition is not dropped before its rows are in the figures, which stay.
is($node->safe_psql('postgres', q{SELECT DISTINCT action FROM prompt_mgr._drop_partitions(now() + interval '200 days') WHERE action <> 'dropped'}), 'kept', 'a partition with new rows is kept');
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
my $figures = q{SELECT sum(executions), sum(cost_usd), sum(errors) FROM prompt_mgr.execution_figures(now() - interval '1 day', now() + interval '1 day')};
my $before = $node->safe_psql('postgres', $figures);
$node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr._drop_partitions(now() + interval '200 days')});
is($node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.execution'), '0', 'and dropped later');
is($node->safe_psql('postgres', $figures), $before, 'the figures are what they were');

done_testing();
