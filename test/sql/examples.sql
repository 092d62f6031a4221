-- Examples of a version, and running them as its tests.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_prompt('ex/hello', 'Hello {{name}}!', labels => '{production}');
-- The version is published, and may have examples all the same.
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Ann"}', 'Hello Ann!', example => 'plain') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Bo"}', 'Bo', 'contains', rating => 4, feedback => 'short') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Cy"}', '^Hello \w+!$', 'regex') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Di"}') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Ed"}', 'Goodbye Ed!', example => 'wrong') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"nam": "Flo"}', 'Hello Flo!', example => 'cannot be rendered') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/hello', NULL, '{"name": "<b>"}', 'b', 'exact', example => 'version of production') IS NOT NULL AS added;
SELECT example, passed, expected, actual, sqlstate, error FROM prompt_mgr.run_examples('ex/hello');
SELECT example, variables, expected, expected_messages, match, rating, feedback, created_by = current_user AS mine FROM prompt_mgr.list_examples('ex/hello', 1);

-- The next version has its own.
SELECT prompt_mgr.save_prompt('ex/hello', 'Hi {{name}}!');
SELECT count(*) FROM prompt_mgr.run_examples('ex/hello', 2);
SELECT prompt_mgr.add_example('ex/hello', 2, e.variables, e.expected, e.match, example => e.example) IS NOT NULL AS copied
FROM prompt_mgr.list_examples('ex/hello', 1) AS e WHERE e.example = 'plain';
SELECT example, passed, expected, actual FROM prompt_mgr.run_examples('ex/hello', 2);

-- Rating, and dropping.
SELECT example_id AS id FROM prompt_mgr.list_examples('ex/hello', 2) \gset
SELECT prompt_mgr.rate_example(:'id', 2, 'too short');
SELECT rating, feedback FROM prompt_mgr.list_examples('ex/hello', 2);
SELECT prompt_mgr.rate_example(:'id', NULL);
SELECT rating, feedback FROM prompt_mgr.list_examples('ex/hello', 2);
SELECT * FROM pg_temp.try(format('SELECT prompt_mgr.rate_example(%L, 6)', :'id'));
SELECT prompt_mgr.drop_example(:'id');
SELECT count(*) FROM prompt_mgr.list_examples('ex/hello', 2);
SELECT t.state, t.hint FROM pg_temp.try(format('SELECT prompt_mgr.drop_example(%L)', :'id')) AS t;
SELECT t.state, t.message FROM pg_temp.try('SELECT prompt_mgr.rate_example(NULL, 1)') AS t;

-- Chat prompts: messages, exact or contained; an example that need only render.
SELECT prompt_mgr.save_prompt('ex/chat', messages => '[{"role": "system", "content": "Be {{mood}}."}, {"role": "user", "content": "{{question}}"}]', labels => '{production}');
SELECT prompt_mgr.add_example('ex/chat', 1, '{"mood": "kind", "question": "Why?"}', expected_messages => '[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why?"}]') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/chat', 1, '{"mood": "kind", "question": "Why?"}', match => 'contains', expected_messages => '[{"content": "Why?"}]') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/chat', 1, '{"mood": "kind", "question": "Why?"}', expected_messages => '[{"content": "Why?"}]') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/chat', 1, '{"mood": "kind", "question": ""}') IS NOT NULL AS added;
SELECT prompt_mgr.add_example('ex/chat', 1, '{"mood": "kind"}') IS NOT NULL AS added;
SELECT example, passed, expected, actual, sqlstate, error FROM prompt_mgr.run_examples('ex/chat');

-- A draft's examples go with it.
SELECT prompt_mgr.save_prompt('ex/hello', 'draft {{x}}', draft => true);
SELECT prompt_mgr.add_example('ex/hello', 3, '{"x": 1}', 'draft 1') IS NOT NULL AS added;
SELECT passed FROM prompt_mgr.run_examples('ex/hello', 3);
DELETE FROM prompt_mgr.prompt_version AS v USING prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name = 'ex/hello' AND v.version = 3;
SELECT count(*) FROM prompt_mgr.prompt_example AS e JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name = 'ex/hello' AND e.version = 3;

-- Arguments that cannot be meant, all told at once.
SELECT t.state, t.message, t.detail FROM unnest(ARRAY[
	$$'ex/hello', 1, '[]', 'x', 'like', NULL, NULL, 9$$, $$'ex/hello', 1, NULL$$, $$'ex/hello', 1, '{}', 'a(', 'regex'$$, $$'ex/hello', 1, '{}', 'x', NULL$$,
	$$'ex/hello', 1, '{}', expected_messages => '[]'$$, $$'ex/chat', 1, '{}', 'x'$$, $$'ex/chat', 1, '{}', match => 'regex'$$, $$'ex/chat', 1, '{}', expected_messages => '{}'$$,
	$$'ex/hello', 7, '{}'$$, $$'ex/hello', 0, '{}'$$, $$'ex/none', 1, '{}'$$]) AS arguments, pg_temp.try(format('SELECT prompt_mgr.add_example(%s)', arguments)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT * FROM prompt_mgr.run_examples('ex/none')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT * FROM prompt_mgr.list_examples('ex/hello', 7)$$) AS t;

-- Who may: a viewer reads and runs, an editor adds, rates and drops.
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_ex_viewer, regress_pm_ex_editor;
RESET client_min_messages;
CREATE ROLE regress_pm_ex_viewer; CREATE ROLE regress_pm_ex_editor;
SELECT prompt_mgr.grant_access('regress_pm_ex_viewer', 'viewer'), prompt_mgr.grant_access('regress_pm_ex_editor', 'editor');
SELECT example_id AS id FROM prompt_mgr.list_examples('ex/hello', 1) LIMIT 1 \gset
SET ROLE regress_pm_ex_viewer;
SELECT example, passed FROM prompt_mgr.run_examples('ex/hello', 1) ORDER BY example COLLATE "C";
SELECT count(*) FROM prompt_mgr.list_examples('ex/hello', 1);
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.add_example('ex/hello', 1, '{}')$$) AS t;
SELECT t.state FROM pg_temp.try(format('SELECT prompt_mgr.rate_example(%L, 1)', :'id')) AS t;
SELECT t.state FROM pg_temp.try('DELETE FROM prompt_mgr.prompt_example') AS t;
SET ROLE regress_pm_ex_editor;
SELECT prompt_mgr.add_example('ex/hello', 1, '{"name": "Gil"}', example => 'by an editor') IS NOT NULL AS added;
SELECT prompt_mgr.rate_example(:'id', 5);
SELECT t.state FROM pg_temp.try('UPDATE prompt_mgr.prompt_example SET expected = ''x''') AS t;
SELECT t.state FROM pg_temp.try('UPDATE prompt_mgr.prompt_example SET created_by = ''x''') AS t;
RESET ROLE;
SELECT example, created_by FROM prompt_mgr.list_examples('ex/hello', 1) WHERE created_by = 'regress_pm_ex_editor';

-- Who does not see a version does not see its examples, nor add any.
CREATE POLICY no_chat ON prompt_mgr.prompt_version AS RESTRICTIVE FOR SELECT TO regress_pm_ex_editor USING (template IS NOT NULL);
SET ROLE regress_pm_ex_editor;
SELECT count(*) FILTER (WHERE expected_messages IS NOT NULL) AS of_chat, count(*) > 0 AS of_text FROM prompt_mgr.prompt_example;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.run_examples('ex/chat')$$) AS t;
SELECT t.state FROM pg_temp.try($$INSERT INTO prompt_mgr.prompt_example (prompt_id, version, name) SELECT prompt_id, 1, 'x' FROM prompt_mgr.prompt WHERE name = 'ex/chat'$$) AS t;
RESET ROLE;
DROP POLICY no_chat ON prompt_mgr.prompt_version;

-- Running writes nothing.
BEGIN TRANSACTION READ ONLY;
SELECT count(*) FROM prompt_mgr.run_examples('ex/hello', 1);
ROLLBACK;
-- A cancelled run is no failed example.
SELECT prompt_mgr.save_prompt('ex/slow', repeat('{{#a}}', 20) || repeat('{{/a}}', 20));
SELECT prompt_mgr.add_example('ex/slow', 1, jsonb_build_object('a', jsonb_agg(i))) IS NOT NULL AS added FROM generate_series(1, 100) AS i;
SET prompt_mgr.max_iterations = 10000000; SET prompt_mgr.max_fuel = 1000000000;
SET statement_timeout = 50;
\set VERBOSITY sqlstate
SELECT count(*) FROM prompt_mgr.run_examples('ex/slow', 1);
\set VERBOSITY default
RESET statement_timeout; RESET prompt_mgr.max_iterations; RESET prompt_mgr.max_fuel;

SELECT prompt_mgr.revoke_access('regress_pm_ex_viewer', 'viewer'), prompt_mgr.revoke_access('regress_pm_ex_editor', 'editor');
DROP ROLE regress_pm_ex_viewer, regress_pm_ex_editor;
