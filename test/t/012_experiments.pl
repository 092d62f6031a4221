# Experiments under load: jobs that race stop and promote each experiment once;
# sessions that serve while weights change always serve what they recorded;
# writers that commit late lose no outcome.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# More of each by these, for a long run.
my $rounds = $ENV{PROMPT_MGR_ROUNDS} || 12;
my $seconds = $ENV{PROMPT_MGR_SECONDS} || 3;

my $node = new_node('main', "max_connections = 100\nautovacuum = off");
install_in($node, 'postgres');

my $script_number = 0;

# run_pgbench(TEST, ARGUMENTS, SCRIPTS...): all clients go through to the end.
sub run_pgbench
{
	my ($test, $arguments, @scripts) = @_;
	my ($out, $err);

	my @files = map { ('-f', write_file('script' . ++$script_number . '.sql', $_)) } @scripts;
	my $status = IPC::Run::run(
		[ 'pgbench', '-n', '-j', '2', @files, '-h', $node->host, '-p', $node->port, @$arguments, 'postgres' ],
		'>', \$out, '2>', \$err);
	ok($status, "$test: pgbench succeeds");
	is(join('', grep { /error|abort|fail|warning/i } split /^/, $err), '', "$test: no client met an error");
	return;
}

# Jobs that race: a few experiments a round, decided as soon as somebody looks.
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('race', 'version ' || i) FROM generate_series(1, 2) AS i;
	CREATE FUNCTION new_round(round integer) RETURNS void LANGUAGE sql AS $$
		SELECT prompt_mgr.activate('race', 1, format('r%s.%s', round, i)) FROM generate_series(1, 5) AS i;
		SELECT prompt_mgr.create_experiment(format('r%s.%s', round, i), 'race', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]',
			jsonb_build_object('label', format('r%s.%s', round, i), 'salt', 'race', 'on_win', 'activate')) FROM generate_series(1, 5) AS i;
		SELECT prompt_mgr.start_experiment(format('r%s.%s', round, i)) FROM generate_series(1, 5) AS i;
		SELECT prompt_mgr.record_outcome(format('r%s.%s', round, i), 'u' || u, 'm', (s.variant = 'b')::integer)
		FROM generate_series(1, 5) AS i, generate_series(1, 100) AS u, prompt_mgr.serve_prompt('race', 'u' || u, label => format('r%s.%s', round, i)) AS s;
	$$;
});
foreach my $round (1 .. $rounds)
{
	$node->safe_psql('postgres', "SELECT new_round($round)");
	run_pgbench("round $round", [ '-c', '16', '-t', '2' ],
		'SELECT count(*) FROM prompt_mgr.tick();');
}
is($node->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE status = 'completed' AND winner = 'b') FROM prompt_mgr.experiment}),
	($rounds * 5) . '|' . ($rounds * 5), 'every experiment was stopped with its winner');
is($node->safe_psql('postgres', q{SELECT count(*), min(looks), max(looks) FROM (SELECT count(*) AS looks FROM prompt_mgr.experiment_look GROUP BY experiment_id) AS l}),
	($rounds * 5) . '|1|1', 'each was looked at once');
is($node->safe_psql('postgres', q{SELECT count(*), min(move_no), max(move_no), min(version) FROM prompt_mgr.prompt_label}),
	($rounds * 5) . '|2|2|2', 'each label was moved once, to the winner');

# Sessions that serve while weights change.
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('served', 'text of version ' || i) FROM generate_series(1, 3) AS i;
	SELECT prompt_mgr.activate('served', 1);
	SELECT prompt_mgr.create_experiment('served', 'served', '[{"key": "v1", "version": 1}, {"key": "v2", "version": 2}, {"key": "v3", "version": 3}]', '[{"name": "m"}]');
	SELECT prompt_mgr.start_experiment('served');
	CREATE TABLE served (unit text, variant text, version integer, text text, exposure_id uuid);
});
run_pgbench('serving', [ '-c', '9', '-T', $seconds ],
	q{\set u random(1, 2000)
INSERT INTO served SELECT 'u' || :u, variant, version, text, exposure_id FROM prompt_mgr.serve_prompt('served', 'u' || :u);
} . "\n",
	q{\set a random(0, 3)
\set b random(0, 3)
SELECT prompt_mgr.set_weights('served', jsonb_build_object('v1', :a::integer, 'v2', :b::integer, 'v3', 1));
});
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM served'), '>', 100, 'many units were served');
cmp_ok($node->safe_psql('postgres', q{SELECT epoch FROM prompt_mgr.experiment WHERE name = 'served'}), '>', 3, 'the weights changed meanwhile');
differences_ok($node, 'postgres', q{SELECT * FROM served WHERE variant <> 'v' || version OR text <> 'text of version ' || version OR variant IS NULL},
	'the text served is always that of the variant served');
differences_ok($node, 'postgres', q{
	SELECT s.* FROM served AS s LEFT JOIN (prompt_mgr.exposure AS x JOIN prompt_mgr.experiment AS e ON e.experiment_id = x.experiment_id AND e.name = 'served') ON x.unit = s.unit
	WHERE (x.variant_no, x.exposure_id) IS DISTINCT FROM (s.version, s.exposure_id)}, 'and that of the variant recorded');
differences_ok($node, 'postgres', 'SELECT unit FROM served GROUP BY unit HAVING count(DISTINCT variant) > 1', 'a unit has one variant');
is($node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.exposure_crossover'), '0', 'there are no crossovers');

# Writers that commit late, and jobs that add up meanwhile.
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.stop_experiment('served');
	SELECT prompt_mgr.create_experiment('late', 'served', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]',
		'[{"name": "m"}, {"name": "c", "kind": "continuous", "role": "secondary"}]');
	SELECT prompt_mgr.start_experiment('late');
});
run_pgbench('writing', [ '-c', '16', '-T', $seconds ],
	q{\set u random(1, 300)
\set v random(0, 1)
\set ms random(1, 50)
BEGIN;
SELECT prompt_mgr.serve_prompt('served', 'u' || :u);
SELECT prompt_mgr.record_outcome('late', 'u' || :u, 'm', :v);
SELECT prompt_mgr.record_outcome('late', 'w' || :u, 'c', :u);
\sleep :ms ms
COMMIT;
} . "\n",
	q{SELECT count(*) FROM prompt_mgr.tick();
\sleep 20 ms
});
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
my $same = q{SELECT * FROM ((SELECT * FROM prompt_mgr.experiment_totals('late') EXCEPT SELECT * FROM prompt_mgr.experiment_totals('late', true))
	UNION ALL (SELECT * FROM prompt_mgr.experiment_totals('late', true) EXCEPT SELECT * FROM prompt_mgr.experiment_totals('late'))) AS d};
differences_ok($node, 'postgres', $same, 'the totals are those of the raw rows');
differences_ok($node, 'postgres', q{
	SELECT o.unit, o.n, t.events FROM (SELECT experiment_id, metric_no, unit, count(*) AS n FROM prompt_mgr.outcome
		WHERE experiment_id = (SELECT experiment_id FROM prompt_mgr.experiment WHERE name = 'late') GROUP BY 1, 2, 3) AS o
	LEFT JOIN prompt_mgr.unit_total AS t USING (experiment_id, metric_no, unit) WHERE o.n IS DISTINCT FROM t.events}, 'no outcome is lost, none is counted twice');

# Restored elsewhere: transaction ids mean nothing there, and the sums are made anew.
my $dump = PostgreSQL::Test::Utils::tempdir() . '/experiments.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'dump');
my $other = new_node('other', 'autovacuum = off');
$other->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS plpgsql');
$other->command_ok([ 'psql', '-q', '-X', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $other->connstr('postgres') ], 'restore');
$other->safe_psql('postgres', q{
	SELECT count(*) FROM prompt_mgr.tick();
	SELECT prompt_mgr.serve_prompt('served', 'there'), prompt_mgr.record_outcome('late', 'there', 'm');
	SELECT count(*) FROM prompt_mgr.tick();
});
differences_ok($other, 'postgres', $same, 'the totals are those of the raw rows after a restore in another cluster');
is($other->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.unit_total WHERE unit = 'there' AND variant_no IS NOT NULL}), '1', 'and new rows are added');

done_testing();
