# Logical replication of everything through the partition root: into tables of
# init() with partitions of their own, and into a plain table of a warehouse.
# Counts stay equal while partitions come and go; triggers act once, where the
# row was written; the subscriber can take over.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# More executions a round by this, for a long run.
my $executions = $ENV{PROMPT_MGR_EXECUTIONS} || 4000;

my $publisher = new_node('publisher', '', allows_streaming => 'logical');
my $subscriber = new_node('subscriber', '', allows_streaming => 'logical');
$subscriber->safe_psql('postgres', 'CREATE DATABASE warehouse');
foreach my $node ($publisher, $subscriber)
{
	$node->safe_psql('postgres', 'CREATE ROLE reader; CREATE ROLE latecomer');
}
install_in($publisher, 'postgres');

# Every table can be replicated, and no trigger acts on replicated rows.
is($publisher->safe_psql('postgres', q{SELECT string_agg(c.oid::regclass::text, ' ') FROM pg_class AS c
	WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relreplident = 'd'
		AND EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary))}),
	'', 'every table and partition has a primary key, which is its replica identity');
is($publisher->safe_psql('postgres', q{SELECT string_agg(t.tgrelid::regclass || '.' || t.tgname, ' ') FROM pg_trigger AS t
	JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND t.tgenabled <> 'O'}),
	'', 'every trigger acts on the origin alone');

# log_script(DAYS, PER DAY): executions of so many days, the last of them today.
sub log_script
{
	my ($days, $count) = @_;
	return qq{
		SELECT sum(prompt_mgr.log_executions(b.rows)) FROM (
			SELECT jsonb_agg(jsonb_build_object('prompt', 'p', 'version', 1, 'duration', n % 100 / 10.0, 'unit', 'u' || n % 50, 'execution_id',
				substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || substr(gen_random_uuid()::text, 16))) AS rows
			FROM generate_series(0, $days - 1) AS day, generate_series(1, $count) AS n,
				lpad(to_hex((extract(epoch FROM now() - day * interval '1 day') * 1000)::bigint), 12, '0') AS h
			GROUP BY day, n / 2000) AS b};
}

$publisher->safe_psql('postgres', q{
	SELECT prompt_mgr.grant_access('reader', 'viewer');
	SELECT prompt_mgr.save_prompt('p', v || ': Hello {{who}}') FROM generate_series(1, 3) AS v;
	SELECT prompt_mgr.activate('p', v) FROM generate_series(1, 3) AS v;
	SELECT prompt_mgr.create_experiment('e', 'p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "ok"}]');
	SELECT prompt_mgr.start_experiment('e');
	SELECT count(*) FROM generate_series(1, 200) AS g, prompt_mgr.serve_prompt('p', 'u' || g, '{"who": "x"}');
	SELECT prompt_mgr.record_outcome('e', 'u' || g, 'ok', g % 2) FROM generate_series(1, 200) AS g;
	SELECT count(*) FROM prompt_mgr.maintain_partitions();
	CREATE PUBLICATION prompt_mgr FOR TABLES IN SCHEMA prompt_mgr WITH (publish_via_partition_root = true);
	CREATE PUBLICATION warehouse FOR TABLE prompt_mgr.execution WITH (publish_via_partition_root = true);
});
$publisher->safe_psql('postgres', log_script(2, $executions));

# The warehouse has the columns, and a key of its own.
my $columns = $publisher->safe_psql('postgres', q{SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = 'prompt_mgr.execution'::regclass AND attnum > 0 AND NOT attisdropped});
$subscriber->safe_psql('warehouse', "CREATE SCHEMA prompt_mgr; CREATE TABLE prompt_mgr.execution ($columns, PRIMARY KEY (execution_id))");
my $connection = $publisher->connstr . ' dbname=postgres';
my $schema = PostgreSQL::Test::Utils::tempdir() . '/schema.sql';
$publisher->command_ok([ 'pg_dump', '--schema-only', '--no-publications', '-f', $schema, 'postgres' ], 'the schema is dumped');
$subscriber->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', $schema ], 'and restored on the subscriber');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION prompt_mgr CONNECTION '$connection' PUBLICATION prompt_mgr");
$subscriber->safe_psql('warehouse', "CREATE SUBSCRIPTION warehouse CONNECTION '$connection' PUBLICATION warehouse");
$subscriber->wait_for_subscription_sync($publisher, 'prompt_mgr');
$subscriber->wait_for_subscription_sync($publisher, 'warehouse', 'warehouse');

# Partitions differ, as each side makes its own.
sub digests
{
	my ($node) = @_;
	my $digests = table_digests($node, 'postgres');
	delete @$digests{ grep { /^execution(_score)?_(default|\d+)$/ } keys %$digests };
	return $digests;
}

sub check_equal
{
	my ($case) = @_;

	$publisher->wait_for_catchup($_, 'flush') foreach ('prompt_mgr', 'warehouse');
	is_deeply(digests($subscriber), digests($publisher), "$case: every table is equal");
	return;
}

sub count_of
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, 'SELECT count(*) FROM prompt_mgr.execution');
}

check_equal('copied');
my $logged = count_of($publisher, 'postgres');
is(count_of($subscriber, 'warehouse'), $logged, 'the warehouse has them all');

$publisher->safe_psql('postgres', "SELECT prompt_mgr.grant_access('latecomer', 'viewer')");

# Three rotations: rows arrive while either side makes partitions, and where
# only one of them has any.  Rows of days that have none stray and are moved.
foreach my $round (1 .. 3)
{
	my $from = $round == 2 ? 'subscriber' : 'publisher';
	$publisher->safe_psql('postgres', qq{
		SELECT prompt_mgr.save_prompt('p', 'round $round {{who}}', labels => '{production}');
		SELECT prompt_mgr.save_prompt('d', 'draft', draft => true);
		DELETE FROM prompt_mgr.prompt_version AS v USING prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name = 'd';
		SELECT prompt_mgr.set_weights('e', '{"a": 1, "b": $round}');
		SELECT count(*) FROM generate_series(1, 200) AS g, prompt_mgr.serve_prompt('p', 'r$round ' || g, '{"who": "x"}');
		SELECT prompt_mgr.record_outcome('e', 'r$round ' || g, 'ok', g % 2) FROM generate_series(1, 200) AS g;
		SELECT prompt_mgr.record_feedback(execution_id, 1 + $round) FROM (SELECT execution_id FROM prompt_mgr.execution ORDER BY execution_id LIMIT 100) AS x;
		SELECT count(*) FROM prompt_mgr.tick()});
	$publisher->safe_psql('postgres', log_script(3 * $round, $executions / 2));
	$publisher->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.maintain_partitions()') if $round != 2;
	$subscriber->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.maintain_partitions()') if $round == 2;
	check_equal("round $round");
}
cmp_ok($publisher->safe_psql('postgres', "SELECT count(*) FROM prompt_mgr._partitions()"), '>', 20, 'partitions were made');
is($publisher->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.execution_default'), '0', 'and strayed rows moved there');
is(count_of($subscriber, 'warehouse'), count_of($publisher, 'postgres'), 'the warehouse has each once');
is($subscriber->safe_psql('postgres', q{SELECT count(*), max(move_no) FROM prompt_mgr.label_history('p')}), '6|6', 'each move is in the history once');
is($subscriber->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.experiment_totals('e') AS t
	FULL JOIN prompt_mgr.experiment_totals('e', true) AS r USING (metric_no, epoch, variant_no) WHERE t IS DISTINCT FROM r}),
	'0', 'the totals that came over are those of the rows');
is($subscriber->safe_psql('postgres', q{SELECT prompt_mgr.render_prompt('p', '{"who": "you"}')}), 'round 3 you', 'the subscriber renders');

# A partition is dropped: DDL is not replicated, so the others keep its rows.
my $before = count_of($publisher, 'postgres');
$publisher->safe_psql('postgres', q{
	SELECT prompt_mgr.configure_executions(retention => '4 days');
	SELECT count(*) FROM prompt_mgr.tick();
	SELECT count(*) FROM prompt_mgr.maintain_partitions()});
cmp_ok(count_of($publisher, 'postgres'), '<', $before, 'old partitions were dropped');
$publisher->wait_for_catchup($_, 'flush') foreach ('prompt_mgr', 'warehouse');
is(count_of($subscriber, 'postgres'), $before, 'the subscriber keeps the rows');
is(count_of($subscriber, 'warehouse'), $before, 'and so does the warehouse');
$publisher->safe_psql('postgres', log_script(2, $executions / 2));
$publisher->wait_for_catchup($_, 'flush') foreach ('prompt_mgr', 'warehouse');
is(count_of($subscriber, 'postgres'), $before + $executions, 'rows go on arriving');
# As docs/scaling.md says: what is older than the publisher's retention goes by hand.
my $drop = $subscriber->safe_psql('postgres', q{
	SELECT string_agg(format('ALTER TABLE prompt_mgr.%I DETACH PARTITION prompt_mgr.%I; DROP TABLE prompt_mgr.%2$I', p.relation, p.partition), '; ')
	FROM prompt_mgr._partitions() AS p WHERE p.upper < now() - interval '4 days'});
$subscriber->safe_psql('postgres', "$drop; DELETE FROM prompt_mgr.execution WHERE created_at < date_trunc('day', now() - interval '4 days', 'UTC')");
is(count_of($subscriber, 'postgres'), count_of($publisher, 'postgres'), 'dropped there as well, the counts are equal');

# Taking over: what replication does not bring along.
$publisher->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
$publisher->wait_for_catchup('prompt_mgr', 'flush');
my $totals = q{SELECT * FROM prompt_mgr.experiment_totals('e') ORDER BY 1, 2, 3};
my $was = $publisher->safe_psql('postgres', $totals);
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION prompt_mgr');
$subscriber->safe_psql('warehouse', 'DROP SUBSCRIPTION warehouse');
$publisher->stop;
is($subscriber->safe_psql('postgres', 'SET ROLE reader; SELECT count(*) FROM prompt_mgr.prompt'), '2', 'grants came with the schema');
is(sqlstate_of($subscriber, 'postgres', 'SET ROLE latecomer; SELECT * FROM prompt_mgr.prompt'), '42501', 'later ones are not replicated');
$subscriber->safe_psql('postgres', q{
	SELECT prompt_mgr.init();
	SELECT setval(pg_get_serial_sequence(a.attrelid::regclass::text, a.attname),
		1 + (xpath('/row/n/text()', query_to_xml(format('SELECT coalesce(max(%I), 0) AS n FROM %s', a.attname, a.attrelid::regclass), false, true, '')))[1]::text::bigint)
	FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND a.attidentity <> ''});
is($subscriber->safe_psql('postgres', 'SET ROLE latecomer; SELECT count(*) FROM prompt_mgr.prompt'), '2', 'taken over: init() grants anew');
is($subscriber->safe_psql('postgres', $totals), $was, 'taken over: the totals are as they were');
$subscriber->safe_psql('postgres', q{
	SELECT count(*) FROM prompt_mgr.tick();
	SELECT count(*) FROM generate_series(1, 200) AS g, prompt_mgr.serve_prompt('p', 'after ' || g, '{"who": "x"}');
	SELECT prompt_mgr.record_outcome('e', 'after ' || g, 'ok', g % 2) FROM generate_series(1, 200) AS g;
	SELECT count(*) FROM prompt_mgr.tick()});
is($subscriber->safe_psql('postgres', q{SELECT sum(units) FROM prompt_mgr.experiment_totals('e') WHERE metric_no = 0}), '1000', 'taken over: and go on');
is($subscriber->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.experiment_totals('e') AS t
	FULL JOIN prompt_mgr.experiment_totals('e', true) AS r USING (metric_no, epoch, variant_no) WHERE t IS DISTINCT FROM r}),
	'0', 'taken over: the totals are those of the rows');
is($subscriber->safe_psql('postgres', "SELECT prompt_mgr.save_prompt('p', 'taken over')"), '7', 'taken over: the next number');

$subscriber->stop;
done_testing();
