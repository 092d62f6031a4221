# Everything that moves a label, at once: moves, saves with labels, rollbacks,
# releases, archiving, deleting, every tenth transaction given up.  Nobody waits in a circle, nothing fails but with the
# SQLSTATE of a conflict, and what must be true of the registry is true each
# second and afterwards.
#
# PROMPT_MGR_SECONDS and PROMPT_MGR_CLIENTS set its size; "make soak" runs it
# with 64 clients for a minute.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IPC::Run;
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{PROMPT_MGR_SECONDS} || 5;
my $clients = $ENV{PROMPT_MGR_CLIENTS} || 16;
my $prompts = 20;

my $node = new_node('main', "max_connections = 150\nautovacuum = off");
install_in($node, 'postgres');
$node->safe_psql('postgres', q{
	CREATE ROLE mover LOGIN;
	SELECT prompt_mgr.grant_access('mover', 'admin')});
$node->safe_psql('postgres', qq{
	SELECT prompt_mgr.save_prompt('load/' || p, 'Version ' || v)
	FROM generate_series(1, $prompts) AS p, generate_series(1, 30) AS v ORDER BY p, v;
	SELECT prompt_mgr.activate('load/' || p, v, l)
	FROM generate_series(1, $prompts) AS p, unnest('{production,staging}'::text[]) AS l, generate_series(25, 30) AS v ORDER BY v});

# What one client does in a transaction: PROMPT, OTHER and BACK are random
# numbers.  Versions are counted from the newest, so that some are archived.
my %work = (
	activate => [ 30, q{PERFORM prompt_mgr.activate('load/PROMPT', newest - BACK, CASE BACK % 2 WHEN 0 THEN 'production' ELSE 'staging' END)} ],
	rollback => [ 10, q{PERFORM prompt_mgr.rollback('load/PROMPT', CASE BACK % 2 WHEN 0 THEN 'production' ELSE 'staging' END)} ],
	save => [ 15, q{PERFORM prompt_mgr.save_prompt('load/PROMPT', 'new')} ],
	save_labelled => [ 5, q{PERFORM prompt_mgr.save_prompt('load/PROMPT', 'new', labels => '{staging,fresh-OTHER,production}')} ],
	archive => [ 10, q{PERFORM prompt_mgr.set_status('load/PROMPT', greatest(newest - 20 - BACK, 1), 'archived')} ],
	release => [ 15, q{PERFORM prompt_mgr.release(jsonb_build_array(
		jsonb_build_object('name', 'load/PROMPT', 'version', newest - BACK),
		jsonb_build_object('name', 'load/OTHER', 'version', 25 + BACK % 6, 'label', 'staging'),
		jsonb_build_object('name', 'load/PROMPT', 'version', newest, 'label', 'fresh-OTHER')))} ],
	rollback_release => [ 5, q{PERFORM prompt_mgr.rollback_release(r.release_id)
		FROM (SELECT * FROM prompt_mgr.list_releases('released', 'load/PROMPT', 1)) AS r} ],
	first => [ 3, q{PERFORM prompt_mgr.save_prompt('passing/PROMPT', 'x', labels => '{production}')} ],
	hide => [ 2, q{PERFORM prompt_mgr.archive_prompt('passing/PROMPT')} ],
	show => [ 2, q{PERFORM prompt_mgr.restore_prompt('passing/PROMPT')} ],
	delete => [ 2, q{PERFORM prompt_mgr.delete_prompt('passing/PROMPT')} ],
);

my @arguments;
foreach my $name (sort keys %work)
{
	my ($weight, $command) = @{ $work{$name} };
	# What another has archived or deleted is not there for the next.
	my $expected = $command =~ /passing/ ? "'PT409' OR SQLSTATE 'PT404'" : "'PT409'";

	$command =~ s/\b(PROMPT|OTHER|BACK)\b/':' . lc $1/ge;
	$command =~ s/'(load|passing)\/:(\w+)'/'$1\/' || :$2/g;
	$command =~ s/'fresh-:other'/'fresh-' || :other/g;
	$command =~ s/'\{staging,fresh-:other,production\}'/ARRAY['staging', 'fresh-' || :other, 'production']/;
	my $file = write_file("$name.sql", qq{
		\\set prompt random(1, $prompts)
		\\set other random(1, $prompts)
		\\set back random(0, 12)
		\\set give_up random(1, 10)
		BEGIN;
		DO \$\$
		DECLARE
			newest integer := (SELECT p.last_version FROM prompt_mgr.prompt AS p WHERE p.name = 'load/' || :prompt);
		BEGIN
			$command;
		EXCEPTION WHEN SQLSTATE $expected THEN
			NULL;
		END \$\$;
		\\if :give_up = 1
		ROLLBACK;
		\\else
		COMMIT;
		\\endif
	});
	push @arguments, '-f', "$file\@$weight";
}

# Nothing but what must be true, as rows that say what is not.
my $broken = qq{
	SELECT 'a label points at what is not to be served', l.name, l.label FROM prompt_mgr.prompt_label AS l
	LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (l.prompt_id, l.version)
	WHERE l.version IS NOT NULL AND v.status IN ('active', 'deprecated') IS NOT TRUE
	UNION ALL
	SELECT 'a label has not one holder', 'load/' || p, x.label FROM generate_series(1, $prompts) AS p, unnest('{production,staging}'::text[]) AS x (label)
	WHERE 1 <> (SELECT count(*) FROM prompt_mgr.prompt_label AS l WHERE (l.name, l.label) = ('load/' || p, x.label) AND l.version IS NOT NULL)
	UNION ALL
	SELECT 'the history ends elsewhere', l.name, l.label FROM prompt_mgr.prompt_label AS l
	LEFT JOIN prompt_mgr.label_move AS m ON (m.prompt_id, m.label, m.move_no) = (l.prompt_id, l.label, l.move_no)
	WHERE (m.version, m.moved_at, m.release_id) IS DISTINCT FROM (l.version, l.moved_at, l.release_id)
	UNION ALL
	SELECT 'versions have a gap', p.name, p.last_version::text FROM prompt_mgr.prompt AS p
	WHERE p.last_version <> (SELECT count(*) FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = p.prompt_id)
		OR p.last_version <> (SELECT max(v.version) FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = p.prompt_id)
	UNION ALL
	SELECT 'a release waits', r.release_id::text, r.status FROM prompt_mgr.release AS r WHERE r.status <> 'released'
	UNION ALL
	SELECT 'a release is not whole', i.release_id::text, i.label FROM prompt_mgr.release_item AS i
	LEFT JOIN prompt_mgr.label_move AS m ON (m.prompt_id, m.label, m.move_no) = (i.prompt_id, i.label, i.base_move + 1)
	WHERE i.version IS DISTINCT FROM i.base_version
		AND (m.version, m.release_id) IS DISTINCT FROM (i.version, i.release_id)};

my ($out, $err) = ('', '');
my $load = IPC::Run::start(
	[ 'pgbench', '-n', '-U', 'mover', '-c', $clients, '-j', '2', '-T', $seconds, @arguments, '-h', $node->host, '-p', $node->port, 'postgres' ],
	'>', \$out, '2>', \$err);
my $looks = 0;
my $found = '';
while ($load->pumpable)
{
	$found ||= $node->safe_psql('postgres', $broken);
	$looks++;
	sleep 1;
	$load->pump_nb;
}
ok($load->finish, 'pgbench succeeds');
is(join('', grep { /error|abort|fail/i } split /^/, $err), '', 'no client met another error than a conflict');
like($out, qr/number of failed transactions: 0 \(/, 'no transaction failed');
my ($transactions) = $out =~ /number of transactions actually processed: (\d+)/;
note("note: $transactions transactions of $clients clients in $seconds s, $looks looks");
cmp_ok($transactions, '>', 10 * $seconds, 'there was a load');
is($found, '', 'at every look all was well');
is($node->safe_psql('postgres', $broken), '', 'and afterwards');

differences_ok($node, 'postgres', q{
	SELECT * FROM (
		SELECT m.*, lag(m.move_no, 1, 0) OVER w AS last_no, lag(m.moved_at) OVER w AS last_at, lag(m.version) OVER w AS last_version
		FROM prompt_mgr.label_move AS m WINDOW w AS (PARTITION BY m.prompt_id, m.label ORDER BY m.move_no)) AS move
	WHERE move_no <> last_no + 1 OR moved_at <= last_at OR (move_no > 1 AND version IS NOT DISTINCT FROM last_version)},
	'moves are numbered without a gap, later and elsewhere than the one before');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM prompt_mgr.label_move AS m WHERE m.release_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM prompt_mgr.release_item AS i WHERE (i.release_id, i.prompt_id, i.label) = (m.release_id, m.prompt_id, m.label))}),
	'0', 'no move names a release that did not ask for it');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.label_move'), '>', $seconds, 'labels moved');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.release WHERE rolls_back IS NOT NULL'), '>', 0, 'releases were rolled back');
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM prompt_mgr.prompt_version WHERE status = 'archived'}), '>', 0, 'versions were archived');
is($node->safe_psql('postgres', q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');

$node->stop;
done_testing();
