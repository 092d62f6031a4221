# Rights on every path: each role x each relation, partitions included, x each
# verb, and x each function with arguments that point at another folder's
# prompts.  What there is comes from the catalog; see ../lib/matrix.sql.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# Ten thousand small statements, of which compiling would take most of the time.
my $node = new_node('main', "autovacuum = off\njit = off");
$node->safe_psql('postgres', 'CREATE ROLE keeper');
install_in($node, 'postgres', 'keeper');

my @levels = qw(viewer app editor publisher admin);
$node->safe_psql('postgres', join(';', 'CREATE ROLE nobody',
	(map { "CREATE ROLE free_$_; SET ROLE keeper; SELECT prompt_mgr.grant_access('free_$_', '$_'); RESET ROLE" } @levels),
	map { "CREATE ROLE only_$_; SET ROLE keeper; SELECT prompt_mgr.grant_access('only_$_', 'admin'); RESET ROLE" } qw(a b)));

# Two folders of the same, each with a word of its own in all that is said.  The
# other folder is used by nobody's prompt, so that nothing hangs together.
sub fill
{
	my ($f, $step) = @_;
	my $secret = "xsecret${f}x";
	my @steps = (
		qq{SELECT prompt_mgr.save_prompt('$f/two', 'Two $secret', labels => '{production,staging}');
		SELECT prompt_mgr.save_prompt('$f/one', 'Text $secret {{who}} {{> $f/two}}', variables => '{"who": {"type": "string", "default": "$secret"}}', config => '{"note": "$secret"}',
			change_note => 'note $secret', labels => '{production,staging}', idempotency_key => 'key $secret', description => 'about $secret', tags => '{$secret}');
		SELECT prompt_mgr.save_prompt('$f/one', 'More $secret'), prompt_mgr.save_prompt('$f/one', 'Draft $secret', draft => true);
		SELECT prompt_mgr.activate('$f/one', 2, reason => 'reason $secret');
		SELECT prompt_mgr.add_example('$f/one', 1, '{}', example => 'example $secret', rating => 5, feedback => 'feedback $secret')},
		qq{SELECT prompt_mgr.create_experiment('exp $f', '$f/one', '[{"key": "k1", "version": 1}, {"key": "k2", "version": 2}]', '[{"name": "m"}]', '{"label": "staging", "layer": {"name": "l", "from": @{[$f eq 'a' ? 0 : 0.5]}, "to": @{[$f eq 'a' ? 0.5 : 1]}}}');
		SELECT prompt_mgr.start_experiment('exp $f'), prompt_mgr.force_variant('exp $f', '$secret', 'k1');
		SELECT prompt_mgr.serve_prompt('$f/one', '$secret', label => 'staging');
		SELECT prompt_mgr.force_variant('exp $f', '$secret', 'k2');
		SELECT prompt_mgr.serve_prompt('$f/one', u, label => 'staging'), prompt_mgr.record_outcome('exp $f', u, 'm') FROM unnest('{$secret,more $secret}'::text[]) AS u;
		SELECT prompt_mgr.set_weights('exp $f', '{"k1": 1, "k2": 2}')},
		qq{SELECT prompt_mgr.record_score(prompt_mgr.log_execution('$f/two', version => 1, success => false, error_type => '$secret', user_id => '$secret', request_model => '$secret'), '$secret', 0.5);
		SELECT prompt_mgr.protect_label('$secret', 'publisher', approvals => 3, prefix => '$f/');
		SELECT prompt_mgr.request_release('[{"name": "$f/two", "version": 1, "label": "$secret"}]', '$secret');
		SET ROLE free_admin;
		SELECT prompt_mgr.review_release(release_id, 'approve', 'comment $secret') FROM prompt_mgr.list_releases(name => '$f/two')},
	);
	return $node->safe_psql('postgres', "SET ROLE keeper; $steps[$step]") if $step < @steps;
	return;
}
foreach my $step (0 .. 2)
{
	fill($_, $step) foreach qw(a b);
}
# The job runs while no statement of an older transaction could still come.
$node->safe_psql('postgres', 'SET ROLE keeper; SELECT prompt_mgr.tick()') foreach 1 .. 2;
$node->safe_psql('postgres', "SET ROLE keeper; SELECT prompt_mgr.allow_folder('only_$_', '$_/', 'publisher')") foreach qw(a b);

$node->safe_psql('postgres', PostgreSQL::Test::Utils::slurp_file("$FindBin::RealBin/../lib/matrix.sql"));
$node->safe_psql('postgres', q{
	SELECT matrix.collect_secrets();
	INSERT INTO matrix.subject VALUES ('nobody', 'none', NULL, 'b'), ('free_viewer', 'viewer', NULL, 'b'), ('free_app', 'app', NULL, 'b'),
		('free_editor', 'editor', NULL, 'b'), ('free_publisher', 'publisher', NULL, 'b'), ('free_admin', 'admin', NULL, 'b'),
		('only_a', 'admin', 'a', 'b'), ('only_b', 'admin', 'b', 'a'), ('keeper', 'owner', NULL, 'b')});

# A table without a row of the folders would be found free of leaks whatever its
# policies are.  What no function has filled gets a row as it comes.
$node->safe_psql('postgres', q{
	SELECT matrix.make_row(r, f) FROM matrix.empty_relations() AS r, unnest('{a,b}'::text[]) AS f;
	SELECT matrix.collect_secrets();
	INSERT INTO matrix.baseline SELECT f, matrix.digest(f) FROM unnest('{a,b}'::text[]) AS f});
is($node->safe_psql('postgres', 'SELECT matrix.empty_relations()'), '', 'every table has rows of the folders');

$node->safe_psql('postgres', q{
	SELECT count(matrix.try_relation(s, r)) FROM matrix.subject AS s, matrix.relations() AS r;
	SELECT count(matrix.try_function(s, f.routine, f.writes, s.other)) FROM matrix.subject AS s, matrix.functions() AS f;
	-- And at home: no word of the other folder, and all that an unconfined role of the level gets.
	SELECT count(matrix.try_function(s, f.routine, f.writes, 'a')) FROM matrix.subject AS s, matrix.functions() AS f WHERE s.role IN ('free_admin', 'only_a')});

diag $node->safe_psql('postgres', q{SELECT role, object, verb, left(command, 300), state, message, leak FROM matrix.attempt WHERE leak IS NOT NULL LIMIT 40});
is($node->safe_psql('postgres', 'SELECT count(*) FROM matrix.attempt WHERE leak IS NOT NULL'), '0', 'no leak');
differences_ok($node, 'postgres', 'SELECT * FROM matrix.verdict WHERE expected IS DISTINCT FROM found', 'allowed and denied as the levels say');
differences_ok($node, 'postgres', q{SELECT f.command, f.state, o.state AS confined, o.message FROM matrix.attempt AS f JOIN matrix.attempt AS o USING (command)
	WHERE f.role = 'free_admin' AND o.role = 'only_a' AND f.object ~ '\(' AND f.command ~ '\ma/|exp a' AND f.state <> o.state
	-- The tree of categories is shared: confined roles read it.
	AND o.message IS DISTINCT FROM 'new row violates row-level security policy "category_folder_insert" for table "category"'}, 'a confined role works as any other in its folder');
note $node->safe_psql('postgres', q{SELECT format('%s roles x %s relations and %s functions: %s attempts, %s cells allowed, %s denied, %s leaks',
	(SELECT count(*) FROM matrix.subject), (SELECT count(*) FROM matrix.relations()), (SELECT count(*) FROM matrix.functions()),
	(SELECT count(*) FROM matrix.attempt), count(*) FILTER (WHERE found), count(*) FILTER (WHERE NOT found), (SELECT count(*) FROM matrix.attempt WHERE leak IS NOT NULL))
	FROM matrix.verdict});

$node->stop;
done_testing();
