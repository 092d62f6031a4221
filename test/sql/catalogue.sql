-- The catalogue: categories, what is said of a prompt, default prompts.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- The five that are there from the start.
SELECT name, parent, path, title, icon, colour, "position" FROM prompt_mgr.list_categories() WHERE name IN ('chat', 'documentation', 'code', 'analysis', 'system');

-- A tree: saving, changing what is given, the order.
SELECT prompt_mgr.save_category('catalogue', title => 'Tests', colour => '#ABCDEF', "position" => 100);
SELECT prompt_mgr.save_category('catalogue review', 'catalogue', "position" => 2), prompt_mgr.save_category('catalogue style', 'catalogue', "position" => -1),
	prompt_mgr.save_category('catalogue naming', 'catalogue style', 'Naming', 'tag');
SELECT prompt_mgr.save_category('catalogue naming', icon => '', colour => '#000000');
SELECT name, parent, path, title, icon, colour, "position" FROM prompt_mgr.list_categories() WHERE name ~ '^catalogue';
SELECT t.state, t.message, t.detail FROM (VALUES
	($$save_category(NULL)$$), ($$save_category('')$$), ($$save_category(' x')$$), ($$save_category(repeat('x', 101))$$), ($$save_category('x', 'no such')$$),
	($$save_category('x', colour => 'red')$$), ($$save_category('catalogue', 'catalogue')$$), ($$save_category('catalogue', 'catalogue naming')$$)) AS c (call),
	pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.save_category('catalogue naming', '');
SELECT name, parent FROM prompt_mgr.list_categories() WHERE name ~ '^catalogue';
SELECT prompt_mgr.save_category('catalogue naming', 'catalogue style');

-- Prompts in them: an unknown category is made.
SELECT prompt_mgr.save_prompt('catalogue/a', 'A {{x}}', category => 'catalogue style', tags => '{one,two}', description => 'the first',
	author => 'Ann', language => 'en', complexity => 'simple', models => '{gpt-4o,small}', attributes => '{"profile_type": "expert", "prompt_type": "summary"}');
SELECT prompt_mgr.save_prompt('catalogue/b', 'B', category => 'catalogue free text');
SELECT name, parent, prompts FROM prompt_mgr.list_categories() WHERE name ~ '^catalogue';
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('catalogue/c', 'C', category => ' x')$$) AS t;
SELECT category, tags, author, language, complexity, models, attributes, semver, metadata, archived_at FROM prompt_mgr.get_prompt('catalogue/a', 1);

-- Removing: not while in use, by prompts or by categories below.
SELECT t.state, t.message, t.detail, t.hint FROM (VALUES ('catalogue style'), ('catalogue free text'), ('no such')) AS c (name),
	pg_temp.try(format('SELECT prompt_mgr.remove_category(%L)', name)) AS t;
SELECT t.state, t.message FROM (VALUES ('catalogue style'), ('no such')) AS c (name),
	pg_temp.try(format('SELECT prompt_mgr.remove_category(''catalogue style'', %L)', name)) AS t;
SELECT prompt_mgr.remove_category('catalogue style', move_to => 'catalogue review');
SELECT name, parent, prompts FROM prompt_mgr.list_categories() WHERE name ~ '^catalogue';
SELECT prompt_mgr.remove_category('catalogue naming');

-- What is said of a prompt changes without a version.
SELECT prompt_mgr.update_prompt('catalogue/a', description => '', tags => '{three}', language => 'de', attributes => '{"prompt_type": null, "tone": "dry"}');
SELECT prompt, description, category, category_path, tags, author, language, complexity, models, attributes, labels, last_version, drafts
FROM prompt_mgr.describe_prompt('catalogue/a');
SELECT prompt_mgr.update_prompt('catalogue/a', models => '{}', attributes => '{"profile_type": null, "tone": null}');
SELECT models, attributes, default_for, aliases FROM prompt_mgr.describe_prompt('catalogue/a');
SELECT t.state, t.message, t.detail FROM (VALUES
	($$'catalogue/a', tags => '{a,NULL}'$$), ($$'catalogue/a', models => '{{a,b}}'$$), ($$'catalogue/a', author => repeat('x', 201)$$),
	($$'catalogue/a', attributes => '[]'$$), ($$'catalogue/a', category => E'a\tb', language => repeat('x', 36)$$), ($$'catalogue/none'$$), ($$NULL$$)) AS c (arguments),
	pg_temp.try(format('SELECT prompt_mgr.update_prompt(%s)', arguments)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.describe_prompt('catalogue/none')$$) AS t;
-- The time of the last change is that of the prompt, a version or a label.
SELECT d.changed_at AS before FROM prompt_mgr.describe_prompt('catalogue/a') AS d \gset
SELECT prompt_mgr.save_prompt('catalogue/a', 'A again');
SELECT d.changed_at > :'before' AS saved, d.changed_at AS before FROM prompt_mgr.describe_prompt('catalogue/a') AS d \gset
SELECT prompt_mgr.activate('catalogue/a', 2);
SELECT :'saved' AS by_saving, d.changed_at > :'before' AS by_activating FROM prompt_mgr.describe_prompt('catalogue/a') AS d;

-- Default prompts: exact pairs, the most specific match.
SELECT prompt_mgr.save_prompt('catalogue/general', 'general {{name}}', labels => '{production}'),
	prompt_mgr.save_prompt('catalogue/expert', 'expert {{name}}', labels => '{production}'), prompt_mgr.save_prompt('catalogue/summary', 'summary {{name}}', labels => '{production}');
SELECT prompt_mgr.set_default_prompt('{"catalogue": 1}', 'catalogue/general'), prompt_mgr.set_default_prompt('{"catalogue": 1, "profile_type": "expert"}', 'catalogue/general'),
	prompt_mgr.set_default_prompt('{"catalogue": 1, "prompt_type": "summary"}', 'catalogue/summary');
SELECT prompt_mgr.set_default_prompt('{"profile_type": "expert", "catalogue": 1}', 'catalogue/expert');
SELECT attributes, prompt_mgr.find_default_prompt(attributes::jsonb), prompt_mgr.render_prompt(prompt_mgr.find_default_prompt(attributes::jsonb), '{"name": "Ann"}')
FROM unnest(ARRAY['{"catalogue": 1}', '{"catalogue": 1, "profile_type": "novice"}', '{"catalogue": 1, "profile_type": "expert", "other": true}',
	'{"catalogue": 1, "prompt_type": "summary"}', '{"catalogue": 1, "prompt_type": "summary", "profile_type": "expert"}']) AS attributes;
SELECT attributes, name FROM prompt_mgr.list_default_prompts('{"catalogue": 1}');
SELECT default_for FROM prompt_mgr.describe_prompt('catalogue/expert');
SELECT t.state, t.message, t.hint FROM (VALUES ($$find_default_prompt('{"catalogue": 2}')$$), ($$find_default_prompt('{"catalogue": "1"}')$$), ($$find_default_prompt(NULL)$$), ($$find_default_prompt('[]')$$),
	($$set_default_prompt('{}', 'catalogue/a')$$), ($$set_default_prompt('{"a": {}}', 'catalogue/a')$$), ($$set_default_prompt('{"a": null}', 'catalogue/a')$$),
	($$set_default_prompt(NULL, 'catalogue/a')$$), ($$set_default_prompt('{"a": 1}', 'catalogue/none')$$)) AS c (call), pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.set_default_prompt('{"catalogue": 1, "profile_type": "expert"}', NULL);
SELECT prompt_mgr.find_default_prompt('{"catalogue": 1, "profile_type": "expert"}');

-- Rights: editors say what there is to say, publishers keep the tree and the defaults.
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_cat_viewer, regress_pm_cat_editor, regress_pm_cat_publisher;
RESET client_min_messages;
CREATE ROLE regress_pm_cat_viewer; CREATE ROLE regress_pm_cat_editor; CREATE ROLE regress_pm_cat_publisher;
SELECT prompt_mgr.grant_access(('regress_pm_cat_' || level)::name, level) FROM unnest('{viewer,editor,publisher}'::text[]) AS level;
CREATE FUNCTION pg_temp.as_role(role name, command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE command;
	RAISE EXCEPTION USING ERRCODE = 'YES00';
EXCEPTION WHEN OTHERS THEN
	RETURN CASE SQLSTATE WHEN 'YES00' THEN 'ok' ELSE SQLSTATE END;
END $$;
SELECT call, string_agg(pg_temp.as_role(('regress_pm_cat_' || role)::name, 'SELECT prompt_mgr.' || call), ' ' ORDER BY i) AS "viewer editor publisher"
FROM unnest(ARRAY[$$list_categories()$$, $$describe_prompt('catalogue/a')$$, $$find_default_prompt('{"catalogue": 1}')$$, $$update_prompt('catalogue/a', author => 'me')$$,
	$$save_prompt('catalogue/new', 'x', category => 'catalogue by an editor')$$, $$save_category('catalogue new')$$, $$save_category('catalogue', title => 'New')$$,
	$$remove_category('catalogue by nobody')$$, $$set_default_prompt('{"a": 1}', 'catalogue/a')$$]) WITH ORDINALITY AS c (call, n),
	unnest('{viewer,editor,publisher}'::text[]) WITH ORDINALITY AS r (role, i)
GROUP BY n, call ORDER BY n;
-- A default that its reader may not see does not count, and a category with such prompts is not removed.
CREATE POLICY hidden ON prompt_mgr.prompt AS RESTRICTIVE FOR SELECT TO regress_pm_cat_publisher USING (name <> 'catalogue/summary');
SELECT prompt_mgr.update_prompt('catalogue/summary', category => 'catalogue hidden');
BEGIN;
SET LOCAL ROLE regress_pm_cat_publisher;
SELECT prompt_mgr.find_default_prompt('{"catalogue": 1, "prompt_type": "summary"}');
SELECT attributes, name FROM prompt_mgr.list_default_prompts('{"catalogue": 1}');
SELECT name, prompts FROM prompt_mgr.list_categories() WHERE name = 'catalogue hidden';
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.remove_category('catalogue hidden')$$) AS t;
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.remove_category('catalogue hidden', 'catalogue')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.set_default_prompt('{"catalogue": 1}', 'catalogue/summary')$$) AS t;
ROLLBACK;
DROP POLICY hidden ON prompt_mgr.prompt;
SELECT prompt_mgr.revoke_access(role, level) FROM prompt_mgr.access_grant WHERE role ~ '^regress_pm_cat' ORDER BY role;
DROP ROLE regress_pm_cat_viewer, regress_pm_cat_editor, regress_pm_cat_publisher;

-- Reads in a READ ONLY transaction.
BEGIN READ ONLY;
SELECT prompt_mgr.find_default_prompt('{"catalogue": 1}'), count(*) > 5 AS categories FROM prompt_mgr.list_categories();
ROLLBACK;
