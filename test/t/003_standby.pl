# Every read works on a hot standby, byte for byte as on the primary; writes
# are refused as PostgreSQL refuses them; a label move arrives with the log.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', '', allows_streaming => 1);
install_in($primary, 'postgres');
$primary->safe_psql('postgres', q{
	CREATE ROLE reader;
	SELECT prompt_mgr.grant_access('reader', 'viewer');
	SELECT prompt_mgr.save_prompt('greeting', v || ': Hällo {{name}}{{#items}}, {{.}}{{/items}}') FROM generate_series(1, 10) AS v;
	SELECT prompt_mgr.save_prompt('draft', 'not yet', draft => true);
	SELECT prompt_mgr.activate('greeting', 1);
	CREATE TABLE unit AS SELECT 'user-' || g AS unit, g % 3 = 0 AS success, g % 2 = 0 AS treatment FROM generate_series(1, 1000) AS g});

my $backup = 'base';
$primary->backup($backup);
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, $backup, has_streaming => 1);
$standby->start;

my %read = (
	get_prompt => "SELECT * FROM prompt_mgr.get_prompt('greeting')",
	'get_prompt as_of' => "SELECT version FROM prompt_mgr.get_prompt('greeting', label => 'production', as_of => now())",
	list_prompts => 'SELECT * FROM prompt_mgr.list_prompts()',
	list_versions => "SELECT * FROM prompt_mgr.list_versions('greeting')",
	label_history => "SELECT * FROM prompt_mgr.label_history('greeting')",
	render_prompt => q{SELECT prompt_mgr.render_prompt('greeting', jsonb_build_object('name', 'Zoë ' || g, 'items', array[g, g + 1])) FROM generate_series(1, 1000) AS g},
	render_template => q{SELECT prompt_mgr.render_template('{{a}} & {{b}}', jsonb_build_object('a', g, 'b', '<' || g || '>'), '{"escape": "html"}') FROM generate_series(1, 1000) AS g},
	pick_variant => q{SELECT unit, prompt_mgr.pick_variant(unit, 'salt', array[1, 2, 3]) FROM unit ORDER BY unit COLLATE "C"},
	two_proportion_ztest => 'SELECT (prompt_mgr.two_proportion_ztest(success, treatment)).* FROM unit',
	ztest => 'SELECT (prompt_mgr.ztest(prompt_mgr.proportion_summary(success, treatment))).* FROM unit',
	ztest_counts => 'SELECT * FROM prompt_mgr.ztest_counts(100, 1000, 130, 1000)',
	version => 'SELECT prompt_mgr.version(), prompt_mgr.check_ready()',
	'as a viewer' => q{SET ROLE reader; SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada", "items": []}'), current_user},
);

my %write = (
	save_prompt => "SELECT prompt_mgr.save_prompt('other', 'x')",
	activate => "SELECT prompt_mgr.activate('greeting', 2)",
	rollback => "SELECT prompt_mgr.rollback('greeting')",
	drop_label => "SELECT prompt_mgr.drop_label('greeting', 'production')",
	set_status => "SELECT prompt_mgr.set_status('greeting', 3, 'deprecated')",
	publish_version => "SELECT prompt_mgr.publish_version('draft', 1)",
	grant_access => "SELECT prompt_mgr.grant_access('reader', 'app')",
	revoke_access => "SELECT prompt_mgr.revoke_access('reader', 'viewer')",
	init => 'SELECT prompt_mgr.init()',
);

sub catch_up
{
	$primary->wait_for_catchup($standby, 'flush');
	$primary->wait_for_catchup($standby, 'replay');
	return;
}

catch_up();
foreach my $name (sort keys %read)
{
	my $here = $primary->safe_psql('postgres', $read{$name});
	isnt($here, '', "$name gives something");
	is($standby->safe_psql('postgres', $read{$name}), $here, "$name is equal on the standby");
	is($primary->safe_psql('postgres', "BEGIN READ ONLY; $read{$name}; COMMIT"), $here, "$name works in a READ ONLY transaction");
}
foreach my $name (sort keys %write)
{
	is(sqlstate_of($standby, 'postgres', $write{$name}), '25006', "$name is refused on the standby");
}

# One session of the standby watches the label move: its caches must not
# outlive what they were made from.
my ($in, $out) = ('', '');
my $timer = IPC::Run::timer(120);
my $session = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $standby->connstr('postgres') ],
	'<', \$in, '>', \$out, '2>&1', $timer);
foreach my $version (2 .. 10, 1)
{
	$primary->safe_psql('postgres', "SELECT prompt_mgr.activate('greeting', $version)");
	catch_up();
	$out = '';
	$in .= q{SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada", "items": []}');} . "\n";
	$session->pump until $out =~ /\n/ or !$session->pumpable;
	utf8::decode($out);
	is($out, "$version: Hällo Ada\n", "the standby's next statement sees the move to version $version");
}
$in .= "\\q\n";
$session->finish;

is_deeply(table_digests($standby, 'postgres'), table_digests($primary, 'postgres'), 'every table is equal on both');

# The standby becomes a primary that goes on where the other stopped.
$primary->stop('immediate');
$standby->promote;
is($standby->safe_psql('postgres', "SELECT prompt_mgr.save_prompt('greeting', 'promoted')"), '11', 'promoted: the next number');
$standby->safe_psql('postgres', "SELECT prompt_mgr.activate('greeting', 11)");
is($standby->safe_psql('postgres', "SELECT prompt_mgr.render_prompt('greeting')"), 'promoted', 'promoted: renders the new version');

$standby->stop;
done_testing();
