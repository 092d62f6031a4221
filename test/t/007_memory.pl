# Memory of one backend: the cache of templates stays within its bound, and
# renders, picks and errors leave nothing behind.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
install_in($node, 'postgres');

# One session: statements that share a backend, each answer on a line.
sub in_one_session
{
	my (@statements) = @_;

	return split /\n/, $node->safe_psql('postgres', join("\n", @statements));
}

my $all_contexts = 'SELECT sum(total_bytes) FROM pg_backend_memory_contexts;';
my $cache = q{SELECT coalesce(sum(total_bytes), 0) FROM pg_backend_memory_contexts WHERE name = 'prompt_mgr templates';};

my ($full) = in_one_session(
	q{DO $$ BEGIN FOR i IN 1 .. 100000 LOOP
		PERFORM prompt_mgr.render_template(repeat('text ', 60) || i || '{{x}}', '{"x": 1}');
	END LOOP; END $$;},
	$cache);
cmp_ok($full, '<=', 17 * 1024 * 1024, "the cache stays within its bound after 100,000 distinct templates ($full bytes)");
cmp_ok($full, '>', 100 * 1024, 'and it did keep some');

my ($before, $after) = in_one_session(
	q{SELECT prompt_mgr.save_prompt('memory/p', 'Hello {{name}}, {{#items}}{{n}} {{/items}}{{obj}}', labels => '{production}') \g /dev/null},
	q{CREATE FUNCTION work(n integer) RETURNS void LANGUAGE plpgsql AS $$
	DECLARE
		t text;
		k integer;
	BEGIN
		FOR i IN 1 .. n LOOP
			t := prompt_mgr.render_prompt('memory/p', '{"name": "Ann", "items": [{"n": 1}, {"n": 2.50}], "obj": {"a": [1, "x"]}}');
			k := prompt_mgr.pick_variant('user-' || i, 'salt', '{1,2,3}');
			IF i % 1000 = 0 THEN
				BEGIN
					t := prompt_mgr.render_prompt('memory/p', '{}');
				EXCEPTION WHEN OTHERS THEN
					NULL;
				END;
			END IF;
		END LOOP;
	END $$;},
	'SELECT work(20000) \g /dev/null',
	$all_contexts,
	'SELECT work(1000000) \g /dev/null',
	$all_contexts);
cmp_ok($after - $before, '<', 5 * 1024 * 1024,
	'a million renders and picks, and a thousand errors, grow the backend by less than 5 MB (' . ($after - $before) . ' bytes)');

done_testing();
