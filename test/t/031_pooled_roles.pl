# One pooled connection, used by roles of different folders in turn, as behind
# pgbouncer in transaction mode: what is cached for one is never seen by another.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';
plan(skip_all => 'skipped: pgbouncer is not installed') unless $pgbouncer;

my $node = new_node('main', 'log_statement = none');
install_in($node, 'postgres');
$node->safe_psql('postgres', q{
	CREATE ROLE gate LOGIN NOINHERIT;
	CREATE ROLE free; CREATE ROLE team_a; CREATE ROLE team_b; CREATE ROLE web;
	GRANT free, team_a, team_b, web TO gate;
	SELECT prompt_mgr.grant_access(r::name, 'viewer') FROM unnest('{free,team_a,team_b,web}'::text[]) AS r;
	SELECT prompt_mgr.save_prompt(f || '/greeting', 'Greeting of ' || f || ' for {{who}}', labels => '{production}') FROM unnest('{a,b}'::text[]) AS f;
	SELECT prompt_mgr.allow_folder('team_a', 'a/', 'viewer'), prompt_mgr.allow_folder('team_b', 'b/', 'viewer'),
		prompt_mgr.allow_folder('web', 'a/', 'viewer', 'sub', 'ann'), prompt_mgr.allow_folder('web', 'b/', 'viewer', 'app_metadata.team', 'bees');
	CREATE TABLE backend (pid integer, role text, renders bigint);
	GRANT INSERT ON backend TO PUBLIC;
	-- What a role gets of the two greetings, by label and by number, and by reading the tables.
	CREATE FUNCTION greeting(folder text, version integer) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		RETURN prompt_mgr.render_prompt(folder || '/greeting', '{"who": "me"}', version => version);
	EXCEPTION WHEN SQLSTATE 'PT404' THEN
		RETURN '-';
	END $$;
	CREATE FUNCTION expect(a boolean, b boolean, renders integer) RETURNS void LANGUAGE plpgsql AS $$
	DECLARE
		wanted text := concat_ws(' ', CASE WHEN a THEN 'Greeting of a for me' ELSE '-' END, CASE WHEN b THEN 'Greeting of b for me' ELSE '-' END);
		got text;
	BEGIN
		FOR i IN 1..renders LOOP
			got := greeting('a', CASE WHEN i % 2 = 0 THEN 1 END) || ' ' || greeting('b', CASE WHEN i % 2 = 0 THEN 1 END);
			IF got <> wanted THEN
				RAISE EXCEPTION '% got "%" instead of "%"', current_user, got, wanted;
			END IF;
		END LOOP;
		IF (SELECT count(*) FROM prompt_mgr.prompt_version) <> a::integer + b::integer OR (SELECT count(*) FROM prompt_mgr.list_prompts()) <> a::integer + b::integer THEN
			RAISE EXCEPTION '% sees other rows than it should', current_user;
		END IF;
		INSERT INTO backend VALUES (pg_backend_pid(), current_user, 2 * renders);
	END $$});

# Each transaction says who it is, and nothing of that outlives it.
my $dir = PostgreSQL::Test::Utils::tempdir_short();
my %turn = (
	free => [ 'true, true', '' ], team_a => [ 'true, false', '{"sub": "bob", "app_metadata": {"team": "bees"}}' ], team_b => [ 'false, true', '' ],
	ann => [ 'true, false', '{"sub": "ann"}' ], bee => [ 'false, true', '{"app_metadata": {"team": "bees"}}' ], both => [ 'true, true', '{"sub": "ann", "app_metadata": {"team": "bees"}}' ], none => [ 'false, false', '' ]);
my @scripts;
foreach my $who (sort keys %turn)
{
	my ($sees, $claims) = @{ $turn{$who} };
	my $role = $who =~ /^(free|team_.)$/ ? $who : 'web';

	push @scripts, '-f', write_file("$who.sql", 'BEGIN;', "SET LOCAL ROLE $role;", "SET LOCAL request.jwt.claims = '$claims';", "SELECT expect($sees, 50);", 'COMMIT;');
}
push @scripts, '-f', write_file('discard.sql', 'DISCARD ALL;') . '@1';

my $config = write_file('pgbouncer.ini', '[databases]', '* = host=' . $node->host . ' port=' . $node->port, '[pgbouncer]', 'pool_mode = transaction', 'default_pool_size = 1',
	'auth_type = trust', 'auth_file = ' . write_file('users.txt', '"gate" ""'), "unix_socket_dir = $dir", 'listen_addr =', 'listen_port = 6432', 'logfile = ' . "$dir/log", "pidfile = $dir/pid",
	'ignore_startup_parameters = extra_float_digits');
command_ok([ $pgbouncer, '-d', '-q', $config ], 'pgbouncer starts');
# It answers a moment later.
for (1 .. 100)
{
	last if -S "$dir/.s.PGSQL.6432";
	select(undef, undef, undef, 0.1);
}

foreach my $protocol (qw(simple extended))
{
	command_ok([ 'pgbench', '-n', '-M', $protocol, '-c', 8, '-j', 2, '-t', 20, '-h', $dir, '-p', 6432, '-U', 'gate', @scripts, 'postgres' ], "$protocol: every role its own");
}
is($node->safe_psql('postgres', 'SELECT count(DISTINCT pid), count(DISTINCT role), sum(renders) > 25000 FROM backend'), '1|4|t', 'by one backend, 4 roles, more than 25,000 renders');

kill 'INT', PostgreSQL::Test::Utils::slurp_file("$dir/pid");
$node->stop;
done_testing();
