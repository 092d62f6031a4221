# A dump is a full export: what is restored from it is equal row by row, goes
# on counting where it stopped, and lets nobody in who was not let in before.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', 'max_connections = 50');
my $dumps = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', q{
	CREATE ROLE app_owner LOGIN;
	CREATE ROLE reader LOGIN;
	CREATE ROLE publisher LOGIN;
	CREATE ROLE confined LOGIN;
	CREATE ROLE stranger LOGIN});

# 20 prompts, 63 versions, labels that moved, were rolled back and dropped.
my $fill = q{
	SELECT prompt_mgr.save_prompt('bulk/' || p, E'Line 1 of ' || p || E',\nversion ' || v || ' for {{who}} "quoted" \\ back; $$ ünï',
		config => jsonb_build_object('temperature', v / 10.0), change_note => 'note ' || v)
	FROM generate_series(1, 18) AS p, generate_series(1, 3) AS v ORDER BY v, p;
	SELECT prompt_mgr.save_prompt('chat', messages => jsonb_build_array(
		jsonb_build_object('role', 'system', 'content', 'Be brief ' || v), jsonb_build_object('role', 'user', 'content', '{{q}}')),
		idempotency_key => 'key ' || v, tags => '{a,"b c"}', category => 'talk', description => 'A chat.')
	FROM generate_series(1, 4) AS v;
	SELECT prompt_mgr.save_prompt('life', 'v' || v, labels => CASE v WHEN 1 THEN '{production,canary}'::text[] END, draft => v = 5)
	FROM generate_series(1, 5) AS v;
	SELECT prompt_mgr.activate('bulk/' || p, v, reason => 'move ' || v)
	FROM generate_series(1, 18) AS p, generate_series(1, 3) AS v ORDER BY v, p;
	SELECT prompt_mgr.activate('life', 2);
	SELECT prompt_mgr.activate('life', 3);
	SELECT prompt_mgr.rollback('life');
	SELECT prompt_mgr.drop_label('life', 'canary');
	SELECT prompt_mgr.set_status('life', 4, 'deprecated');
	SELECT prompt_mgr.set_status('life', 4, 'archived');
	SELECT prompt_mgr.release('[{"name": "bulk/1", "version": 1}, {"name": "bulk/2", "version": 2}, {"name": "bulk/2", "version": 1, "label": "v1"}]', 'together');
	SELECT prompt_mgr.rollback_release((SELECT release_id FROM prompt_mgr.release));
	SELECT prompt_mgr.protect_label('v*', 'publisher', immutable => true);
	SELECT prompt_mgr.activate('bulk/8', 1, 'v1');
	SELECT prompt_mgr.protect_label('production', 'publisher', 2, 'bulk/1/', approvals_expire => '1 day');
	SELECT prompt_mgr.protect_label('approved', 'publisher', 1, gates => '{public.fine(uuid)}');
	SELECT prompt_mgr.save_category('code', 'system', icon => 'terminal'), prompt_mgr.save_category('talk', 'chat', 'Talk');
	SELECT prompt_mgr.set_default_prompt('{"profile_type": "a"}', 'bulk/1');
	SELECT prompt_mgr.rename_prompt('bulk/2', 'bulk/two'), prompt_mgr.rename_prompt('bulk/two', 'bulk/zwei');
	SELECT prompt_mgr.archive_prompt('bulk/3');
	SELECT prompt_mgr.update_prompt('bulk/4', tags => '{x}', attributes => '{"a": 1}', models => '{m}');
	SELECT prompt_mgr.edit_draft('life', 5, 'v5 edited', semver => '9.0.0');
	SELECT prompt_mgr.grant_access('publisher', 'publisher');
	SELECT prompt_mgr.request_release('[{"name": "bulk/4", "version": 3, "label": "approved"}]');
	SELECT prompt_mgr.request_release('[{"name": "bulk/5", "version": 3, "label": "approved"}]');
	SELECT prompt_mgr.request_release('[{"name": "bulk/6", "version": 3, "label": "approved"}]');
	SELECT prompt_mgr.log_executions((SELECT jsonb_agg(jsonb_build_object('prompt', 'life', 'version', 1 + n % 3, 'execution_id', '0' || left(x.hex, 7) || '-' || right(x.hex, 4) || '-7000-8000-' || lpad(n::text, 12, '0'),
			'user_id', 'user "' || n % 7 || '"', 'duration', sqrt(n), 'cost_usd', n / 7.0, 'response', E'Line\\n' || n, 'finish_reasons', '["stop", "a,b"]'::jsonb, 'ref', jsonb_build_object('n', n)))
		FROM generate_series(1, 300) AS n, LATERAL (SELECT to_hex((extract(epoch FROM now() - interval '2 hours' * n) * 1000)::bigint) AS hex) AS x));
	SELECT prompt_mgr.configure_executions(content => '{response}', retention => '100 days');
	SELECT prompt_mgr.maintain_partitions();
	SELECT prompt_mgr.record_feedback(execution_id, 4, 'fine'), prompt_mgr.record_score(execution_id, 'relevance', duration / 20) FROM prompt_mgr.execution WHERE duration < 5;
	SELECT count(*) FROM prompt_mgr.tick();
	SELECT prompt_mgr.record_feedback(execution_id, 5) FROM prompt_mgr.execution WHERE duration < 3;
	SELECT prompt_mgr.request_suggestion('bulk/1', '{"goal": "short"}');
	SELECT prompt_mgr.propose_suggestion('bulk/1', 'Shorter for {{who}}');
	SELECT prompt_mgr.create_experiment('forced', 'life', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]');
	SELECT prompt_mgr.force_variant('forced', u, 'b') FROM unnest('{ann,bob}'::text[]) AS u;
	SELECT prompt_mgr.grant_access('reader', 'app');
	SELECT prompt_mgr.grant_access('confined', 'editor');
	SELECT prompt_mgr.allow_folder('confined', 'bulk/', 'viewer'), prompt_mgr.allow_folder('confined', 'own/', 'editor', 'sub', 'x');
};

# One of the releases asked for is carried out, one rejected, one still waits.
my $review = q{
	SET ROLE publisher;
	SELECT prompt_mgr.review_release(release_id, CASE number WHEN 1 THEN 'approve' ELSE 'reject' END, 'so be it')
	FROM (SELECT r.release_id, row_number() OVER (ORDER BY r.requested_at) AS number FROM prompt_mgr.pending_reviews() AS r) AS r
	WHERE number < 3;
};
my $gate = q{CREATE FUNCTION public.fine(version_id uuid) RETURNS TABLE (ok boolean, reason text) LANGUAGE sql AS $$ SELECT true, 'fine' $$};

# What must be true of any restored database besides equal rows; it writes.
sub check_life_goes_on
{
	my ($database, $case) = @_;

	is($node->safe_psql($database, "SELECT prompt_mgr.save_prompt('bulk/7', 'the next')"),
		'4', "$case: the next version gets the next number");
	$node->safe_psql($database, "SELECT prompt_mgr.activate('bulk/7', 4)");
	is($node->safe_psql($database, "SELECT string_agg(version::text, ' ' ORDER BY move_no) FROM prompt_mgr.label_history('bulk/7')"),
		'1 2 3 4', "$case: the label's history goes on");
	is($node->safe_psql($database, "SELECT prompt_mgr.rollback('life')"),
		'1', "$case: a second rollback goes one holder further back");
	is(sqlstate_of($node, $database, "UPDATE prompt_mgr.prompt_version SET template = 'x' WHERE version = 1"),
		'PT409', "$case: published versions stay immutable");

	is(sqlstate_of($node, $database, "SELECT prompt_mgr.activate('bulk/8', 2, 'v1')"),
		'PT409', "$case: a release tag stays");
	is(sqlstate_of($node, $database, "SET ROLE publisher; SELECT prompt_mgr.activate('bulk/7', 1, 'approved')"),
		'42501', "$case: a protected label needs approval");
	is($node->safe_psql($database, "SET ROLE publisher; SELECT r.status FROM prompt_mgr.pending_reviews() AS p, prompt_mgr.review_release(p.release_id, 'approve') AS r"),
		'released', "$case: a release asked for before is approved after");
	is($node->safe_psql($database, "SELECT name FROM prompt_mgr.get_prompt('bulk/2')"),
		'bulk/zwei', "$case: a former name still finds its prompt");
	is(sqlstate_of($node, $database, "SELECT prompt_mgr.save_prompt('bulk/two', 'x')"),
		'23505', "$case: and nobody takes it");
	$node->safe_psql($database, "SELECT prompt_mgr.restore_prompt('bulk/3')");
	is($node->safe_psql($database, "SELECT version FROM prompt_mgr.get_prompt('bulk/3')"),
		'3', "$case: an archived prompt comes back with its label");
	$node->safe_psql($database, "SELECT prompt_mgr.publish_version('life', 5)");
	is($node->safe_psql($database, "SELECT semver FROM prompt_mgr.get_prompt('life', 5)"),
		'9.0.0', "$case: semantic versions go on");
	is($node->safe_psql($database, "SELECT prompt_mgr.save_prompt('deleted', 'x'); SELECT prompt_mgr.delete_prompt('deleted')"),
		"1\n", "$case: a prompt that nothing refers to can be deleted");

	is($node->safe_psql($database, q{SELECT prompt_mgr.log_executions((SELECT jsonb_agg(jsonb_build_object('execution_id', execution_id, 'prompt', 'life', 'version', 1)) FROM prompt_mgr.execution))}),
		'0', "$case: executions are not logged twice");
	$node->safe_psql($database, q{SELECT prompt_mgr.record_feedback(execution_id, 1) FROM prompt_mgr.execution WHERE duration = 1});
	is($node->safe_psql($database, q{SELECT string_agg(concat_ws(' ', score_no, value, was), ', ' ORDER BY score_no) FROM prompt_mgr.execution_score JOIN prompt_mgr.execution AS x USING (execution_id) WHERE x.duration = 1 AND name = 'rating'}),
		'1 4, 2 5 4, 3 1 5', "$case: a rating follows those before it");
	is($node->safe_psql($database, q{SELECT count(*) FROM prompt_mgr.maintain_partitions() WHERE action <> 'made'}),
		'0', "$case: partitions are looked after");
	$node->safe_psql($database, q{SELECT count(*) FROM prompt_mgr._tick_rollup('infinity')});
	is($node->safe_psql($database, q{SELECT (SELECT concat_ws(' ', sum(executions), sum(cost_usd)) FROM prompt_mgr.execution_rollup WHERE span = 'day') = (SELECT concat_ws(' ', count(*), sum(cost_usd)) FROM prompt_mgr.execution),
		(SELECT concat_ws(' ', sum(n), sum(total)) FROM prompt_mgr.execution_tally WHERE span = 'hour' AND name = 'rating') = (SELECT concat_ws(' ', count(*) FILTER (WHERE was IS NULL), sum(value) - sum(was)) FROM prompt_mgr.execution_score WHERE name = 'rating')}),
		't|t', "$case: figures are those of the rows, old and new");
	is($node->safe_psql($database, 'SELECT prompt, audit_no, problem FROM prompt_mgr.verify_audit()'),
		'', "$case: the audit holds, old rows and new");
	is($node->safe_psql($database, 'SELECT count(*), count(DISTINCT event_id) FROM prompt_mgr.event') =~ /^(\d+)\|\1$/,
		1, "$case: events are numbered on");

	is($node->safe_psql($database, "SET ROLE reader; SELECT prompt_mgr.render_prompt('life')"),
		'v1', "$case: a granted role still renders");
	is($node->safe_psql($database, 'SET ROLE reader; SELECT count(*) FROM prompt_mgr.prompt'),
		'20', "$case: and its policies still show it the rows");
	is(sqlstate_of($node, $database, "SET ROLE reader; SELECT prompt_mgr.activate('life', 3)"),
		'42501', "$case: but it moves no label");
	$node->safe_psql($database, "SET ROLE publisher; SELECT prompt_mgr.activate('life', 3)");
	is($node->safe_psql($database, "SET ROLE reader; SELECT prompt_mgr.render_prompt('life')"),
		'v3', "$case: a publisher does");
	is($node->safe_psql($database, 'SET ROLE confined; SELECT count(*), count(DISTINCT prompt_id) FROM prompt_mgr.prompt_version'),
		'55|18', "$case: folder rules confine a role");
	is(sqlstate_of($node, $database, "SET ROLE confined; SELECT prompt_mgr.save_prompt('bulk/7', 'x')"),
		'42501', "$case: also where it would write");
	foreach my $statement ("SELECT prompt_mgr.render_prompt('life')", 'SELECT FROM prompt_mgr.prompt')
	{
		is(sqlstate_of($node, $database, "SET ROLE stranger; $statement"),
			'42501', "$case: a stranger is refused: $statement");
	}
	return;
}

# Each partition with its bounds, rows, owner, and who may look into it.
my $partitions = q{
	SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), pg_get_userbyid(c.relowner), c.relrowsecurity, c.relacl,
		(SELECT string_agg(p.polname || pg_get_expr(p.polqual, c.oid), ',') FROM pg_policy AS p WHERE p.polrelid = c.oid),
		(SELECT count(*) FROM pg_index AS i WHERE i.indrelid = c.oid),
		(xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s', c.oid::regclass), true, true, '')))[1]
	FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relispartition AND c.relkind = 'r' ORDER BY 1};

# Compares a restored database with its origin, before anything writes to it.
sub check_equal
{
	my ($database, $origin, $case) = @_;

	is_deeply(table_digests($node, $database), table_digests($node, $origin), "$case: every table is equal");
	is($node->safe_psql($database, 'SELECT count(*) FROM prompt_mgr.label_move'),
		$node->safe_psql($origin, 'SELECT count(*) FROM prompt_mgr.label_move'),
		"$case: no trigger added history");
	same_picture($node, $database, $origin,
		"$case: columns, constraints, triggers, policies, grants and comments are equal");
	is($node->safe_psql($database, $partitions), $node->safe_psql($origin, $partitions), "$case: so are the partitions");
	return;
}

sub create_database
{
	my ($database) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	return;
}

sub psql_file
{
	my ($database, $file, $test, @arguments) = @_;
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $database, '-f', $file, @arguments ], $test);
	return;
}

foreach my $owner (undef, 'app_owner')
{
	my $who = $owner || 'superuser';
	my $origin = "origin_$who";

	create_database($origin);
	install_in($node, $origin, $owner);
	$node->safe_psql($origin, $gate);
	$node->safe_psql($origin, ($owner ? "SET ROLE $owner;" : '') . $fill);
	$node->safe_psql($origin, $review);
	my $before = table_digests($node, $origin);
	like($before->{prompt}, qr/^20\|/, "$who: 20 prompts are there");
	like($before->{prompt_version}, qr/^63\|/, "$who: 63 versions are there");
	like($before->{audit}, qr/^\d{3}\|/, "$who: what was done is in the audit");
	like($before->{event}, qr/^\d{3}\|/, "$who: events wait");

	# Plain text, through psql.
	my $case = "$who, plain";
	create_database("plain_$who");
	$node->command_ok([ 'pg_dump', '-f', "$dumps/$who.sql", $origin ], "$case: dump");
	psql_file("plain_$who", "$dumps/$who.sql", "$case: restore without an error");
	check_equal("plain_$who", $origin, $case);
	check_life_goes_on("plain_$who", $case);

	# Directory format, four jobs.
	$case = "$who, directory";
	create_database("directory_$who");
	$node->command_ok([ 'pg_dump', '-Fd', '-j4', '-f', "$dumps/$who.dir", $origin ], "$case: dump");
	$node->command_ok([ 'pg_restore', '-e', '-j4', '-d', "directory_$who", "$dumps/$who.dir" ],
		"$case: restore without an error");
	check_equal("directory_$who", $origin, $case);
	check_life_goes_on("directory_$who", $case);

	# Rows alone, into tables that init() made.
	$case = "$who, data only";
	create_database("data_$who");
	install_in($node, "data_$who", $owner);
	$node->safe_psql("data_$who", $gate);
	# By the table, as the partitions of another day may be others.
	$node->command_ok([ 'pg_dump', '--data-only', '--load-via-partition-root', '-f', "$dumps/$who.data.sql", $origin ], "$case: dump");
	psql_file("data_$who", "$dumps/$who.data.sql", "$case: restore without an error");
	is_deeply(table_digests($node, "data_$who"), $before, "$case: every table is equal");
	$node->safe_psql("data_$who", ($owner ? "SET ROLE $owner;" : '') . 'SELECT prompt_mgr.init()');
	same_picture($node, "data_$who", $origin, "$case: init() grants anew");
	check_life_goes_on("data_$who", $case);

	is_deeply(table_digests($node, $origin), $before, "$who: dumping changed nothing");

	# The extension is code, the tables are not.
	$case = "$who, extension dropped";
	$node->safe_psql($origin, 'DROP EXTENSION prompt_mgr');
	is_deeply(table_digests($node, $origin), $before, "$case: every row stays");
	is($node->safe_psql($origin, q{SELECT count(*) FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
		WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND l.lanname = 'c'}),
		'0', "$case: no function of the library stays");
	$node->safe_psql($origin, 'CREATE EXTENSION prompt_mgr');
	$node->safe_psql($origin, ($owner ? "SET ROLE $owner;" : '') . 'SELECT prompt_mgr.init()');
	is_deeply(table_digests($node, $origin), $before, "$case: and is there after creating it anew");
	check_life_goes_on($origin, $case);
}

# The owner takes his tables along without a superuser, into a database in
# which somebody has made the schema and the extension for him.
my $case = 'restored by the owner';
create_database('by_owner');
$node->safe_psql('by_owner', 'CREATE SCHEMA prompt_mgr AUTHORIZATION app_owner; CREATE EXTENSION prompt_mgr');
$node->command_ok([ 'pg_dump', '-Fd', '-j2', '-U', 'app_owner', '-f', "$dumps/by_owner.dir", 'data_app_owner' ],
	"$case: dump");
$node->command_ok([ 'pg_restore', '-e', '-j4', '-U', 'app_owner', '-n', 'prompt_mgr', '-d', 'by_owner', "$dumps/by_owner.dir" ],
	"$case: restore without an error");
is_deeply(table_digests($node, 'by_owner'), table_digests($node, 'data_app_owner'), "$case: every table is equal");
$node->safe_psql('by_owner', 'SET ROLE app_owner; SELECT prompt_mgr.init()');
is($node->safe_psql('by_owner', "SET ROLE reader; SELECT prompt_mgr.render_prompt('life')"),
	'v3', "$case: a granted role renders after init()");
is($node->safe_psql('by_owner', "SET ROLE app_owner; SELECT prompt_mgr.save_prompt('bulk/7', 'one more')"),
	'5', "$case: the next version gets the next number");

$node->stop;
done_testing();
