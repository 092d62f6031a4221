-- Saving prompts, the life of a version, reading.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Numbers count from 1, nothing is served before a label points at it.
SELECT prompt_mgr.save_prompt('registry/greeting', 'Hello {{name}}', description => 'says hello', tags => '{a,b}');
SELECT prompt_mgr.save_prompt('registry/greeting', 'Hello {{name}}!', change_note => 'louder', config => '{"model": "small"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting')$$);
SELECT version, status, labels, change_note FROM prompt_mgr.list_versions('registry/greeting');
SELECT name, kind, description, tags, last_version, labels FROM prompt_mgr.list_prompts('registry/');

-- By number, by label, newest; the row has what was saved.
SELECT prompt_mgr.activate('registry/greeting', 1);
SELECT version, template, labels, status, config, tags FROM prompt_mgr.get_prompt('registry/greeting');
SELECT version, template, labels, change_note, config FROM prompt_mgr.get_prompt('registry/greeting', 2);
SELECT version FROM prompt_mgr.get_prompt('registry/greeting', label => 'latest');
SELECT version_id = (SELECT v.version_id FROM prompt_mgr.list_versions('registry/greeting') AS v WHERE v.version = 1) AS same_id,
	content_sha256 ~ '^[0-9a-f]{64}$' AS hashed, created_by = current_user AS mine
FROM prompt_mgr.get_prompt('registry/greeting');

-- Unknown things are PT404 and say which.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting', 3)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting', label => 'staging')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('registry/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.list_versions('registry/none')$$);

-- Arguments that cannot be meant are 22023.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting', 1, 'production')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting', 0)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/greeting', 1, as_of => now())$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('x', 'y', '[]')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('x')$$);
SELECT name, t.state, t.message FROM unnest(ARRAY['', ' x', 'x ', '/x', 'x/', 'a//b', 'a|b', E'a\nb', repeat('n', 256)]) AS name,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(%L, %L)', name, 'y')) AS t;
SELECT t.state, t.message FROM (VALUES ($$variables => '[]'$$), ($$variables => '1'$$), ($$config => '[1]'$$), ($$constraints => 'null'$$),
	($$format => 'jinja'$$), ($$format => NULL$$), ($$escape => 'url'$$), ($$draft => NULL$$), ($$tags => '{a,NULL}'$$),
	($$draft => true, labels => '{production}'$$), ($$labels => '{Bad}'$$)) AS a (argument),
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''registry/bad'', ''y'', %s)', argument)) AS t;
SELECT count(*) AS nothing_saved FROM prompt_mgr.list_prompts('registry/bad');

-- A template that does not compile: line and column, and nothing saved.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/broken', E'first line\nHi {{#a}}x')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/greeting', 'Hi {{name')$$);
SELECT count(*) AS prompts, (SELECT last_version FROM prompt_mgr.list_prompts('registry/greeting')) AS last_version
FROM prompt_mgr.list_prompts('registry/broken');
SELECT prompt_mgr.save_prompt('registry/broken', 'Hi {{name', format => 'text');

-- Optimistic saving: if_changed, base_version, idempotency_key.
SELECT prompt_mgr.save_prompt('registry/same', 'one'), prompt_mgr.save_prompt('registry/same', 'one', if_changed => true),
	prompt_mgr.save_prompt('registry/same', 'one'), prompt_mgr.save_prompt('registry/same', 'two', if_changed => true);
SELECT prompt_mgr.save_prompt('registry/same', 'four', base_version => 3);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/same', 'five', base_version => 3)$$);
SELECT prompt_mgr.save_prompt('registry/same', 'five', idempotency_key => 'k'), prompt_mgr.save_prompt('registry/same', 'five', idempotency_key => 'k');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/same', 'six', idempotency_key => 'k')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/same', messages => '[]')$$);

-- What belongs to the prompt changes only where it is given.
SELECT prompt_mgr.save_prompt('registry/greeting', 'Hello {{name}}!!', description => 'says hello loudly');
SELECT description, tags FROM prompt_mgr.list_prompts('registry/greeting');

-- Life: draft, active, deprecated, archived, and only forward.
SELECT prompt_mgr.save_prompt('registry/life', 'draft', draft => true);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('registry/life', 1)$$);
UPDATE prompt_mgr.prompt_version AS v SET template = 'edited draft' FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = v.prompt_id AND p.name = 'registry/life';
SELECT template, status FROM prompt_mgr.get_prompt('registry/life', 1);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('registry/life', label => 'latest')$$);
SELECT prompt_mgr.publish_version('registry/life', 1);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.publish_version('registry/life', 1)$$);
SELECT prompt_mgr.set_status('registry/life', 1, 'deprecated');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.set_status('registry/life', 1, 'active')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.set_status('registry/life', 1, 'gone')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.set_status('registry/life', 2, 'active')$$);
SELECT prompt_mgr.activate('registry/life', 1);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.set_status('registry/life', 1, 'archived')$$);
SELECT prompt_mgr.drop_label('registry/life', 'production');
SELECT prompt_mgr.set_status('registry/life', 1, 'archived');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('registry/life', 1)$$);

-- A published version is immutable for every role, its owner included.
SELECT t.state, t.message FROM (VALUES
	('template = ''x'''), ('messages = ''[]'', template = NULL'), ('variables = ''{"a": 1}'''), ('config = ''{"a": 1}'''),
	('constraints = ''{"a": 1}'''), ('format = ''text'''), ('escape = ''html'''), ('version = 9'), ('version_id = gen_random_uuid()'),
	('created_at = now() + interval ''1 day'''), ('created_by = ''me'''), ('change_note = ''x'''), ('content_sha256 = ''\x00'''),
	('idempotency_key = ''x''')) AS a (assignment),
	pg_temp.try(format('UPDATE prompt_mgr.prompt_version AS v SET %s FROM prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name = ''registry/life''', assignment)) AS t;
SET client_min_messages = warning;
SELECT t.state, t.message FROM (VALUES ('DELETE FROM prompt_mgr.prompt_version'), ('TRUNCATE prompt_mgr.prompt_version CASCADE'),
	('DELETE FROM prompt_mgr.label_move'), ('UPDATE prompt_mgr.label_move SET reason = ''x'''), ('TRUNCATE prompt_mgr.label_move'),
	('DELETE FROM prompt_mgr.prompt_label'), ('TRUNCATE prompt_mgr.prompt_label')) AS c (command), pg_temp.try(command) AS t;
RESET client_min_messages;
SELECT template FROM prompt_mgr.get_prompt('registry/life', 1);
-- The same for a role that may edit; what no level may do at all fails for want of the right.
CREATE ROLE registry_editor;
SELECT prompt_mgr.grant_access('registry_editor', 'editor');
SELECT c.command, t.state FROM (VALUES ('UPDATE prompt_mgr.prompt_version SET template = ''x'' WHERE status <> ''draft'''), ('UPDATE prompt_mgr.prompt_version SET config = ''{"a": 1}'' WHERE status <> ''draft'''),
	('UPDATE prompt_mgr.prompt_version SET status = ''draft'' WHERE status <> ''draft'''), ('UPDATE prompt_mgr.prompt_version SET version = 9'), ('UPDATE prompt_mgr.prompt_version SET created_by = ''me'''),
	('DELETE FROM prompt_mgr.prompt_version'), ('TRUNCATE prompt_mgr.prompt_version')) AS c (command), pg_temp.try('SET LOCAL ROLE registry_editor; ' || command) AS t;
SELECT prompt_mgr.revoke_access('registry_editor', 'editor');
DROP ROLE registry_editor;

-- To the byte: numbers that are equal but print differently are other content.
SELECT prompt_mgr.save_prompt('registry/bytes', '{{x}}', config => '{"n": 100}');
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_version SET config = '{"n": 100.00}' WHERE config = '{"n": 100}'$$) AS t;
SELECT prompt_mgr.save_prompt('registry/bytes', '{{x}}', config => '{"n": 100.0}', if_changed => true);

-- Numbers have no gap, even where a direct insert is skipped; a prompt stays of one kind.
SELECT t.state, t.message FROM (VALUES ('INSERT INTO prompt_mgr.prompt_version (prompt_id, template, idempotency_key) SELECT prompt_id, ''zz'', ''k'' FROM prompt_mgr.prompt WHERE name = ''registry/same'' ON CONFLICT DO NOTHING'),
	('INSERT INTO prompt_mgr.prompt_version (prompt_id, messages) SELECT prompt_id, ''[{"role": "user", "content": "x"}]'' FROM prompt_mgr.prompt WHERE name = ''registry/same''')) AS c (command), pg_temp.try(command) AS t;
SELECT prompt_mgr.save_prompt('registry/same', 'next');
SELECT max(version) = count(*) AS no_gap FROM prompt_mgr.list_versions('registry/same');
SELECT prompt_mgr.save_prompt('registry/kind', 'x', draft => true);
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_version SET template = NULL, messages = '[{"role": "user", "content": "x"}]' WHERE status = 'draft'$$) AS t;

-- if_changed: a draft is no repetition of a version; labels and description are applied to the one that is found.
SELECT prompt_mgr.save_prompt('registry/again', 'x', draft => true), prompt_mgr.save_prompt('registry/again', 'x', if_changed => true),
	prompt_mgr.save_prompt('registry/again', 'x', if_changed => true, labels => '{production}', description => 'd');
SELECT description, labels FROM prompt_mgr.list_prompts('registry/again');

-- Arguments whose errors would come from the server.
SELECT t.state, t.message FROM (VALUES ($$idempotency_key => repeat('k', 9600)$$), ($$tags => '{{a,b},{c,d}}'$$)) AS a (argument),
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''registry/bad'', ''y'', %s)', argument)) AS t;

-- Pages of the list.
SELECT count(prompt_mgr.save_prompt(format('registry/page/%s', i), 'x')) FROM generate_series(1, 5) AS i;
SELECT name FROM prompt_mgr.list_prompts('registry/page/', page_size => 2);
SELECT name FROM prompt_mgr.list_prompts('registry/page/', page_size => 2, after => 'registry/page/2');
SELECT name FROM prompt_mgr.list_prompts('registry/', label => 'production');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.list_prompts(page_size => 0)$$);

-- Reads run in a READ ONLY transaction, writes there are refused by the server.
BEGIN READ ONLY;
SELECT prompt_mgr.render_prompt('registry/greeting', '{"name": "Ann"}');
SELECT count(*) FROM prompt_mgr.list_versions('registry/greeting');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('registry/greeting', 'x')$$);
ROLLBACK;

-- One transaction: a rolled-back save leaves no number behind.
BEGIN;
SELECT prompt_mgr.save_prompt('registry/greeting', 'gone');
ROLLBACK;
SELECT prompt_mgr.save_prompt('registry/greeting', 'Hello {{name}}?');
