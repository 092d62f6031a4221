-- The life of a prompt: rename, archive, restore, copy, delete; drafts; semantic versions.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Renaming: versions, labels, history, experiments and partials stay with it.
SELECT prompt_mgr.save_prompt('life/old', 'one {{x}}', labels => '{production}'), prompt_mgr.save_prompt('life/old', 'two {{x}}');
SELECT prompt_mgr.save_prompt('life/parent', 'parent of [{{> life/old}}]', labels => '{production}');
SELECT prompt_mgr.create_experiment('life/experiment', 'life/old', '[{"key": "a", "version": 2}, {"key": "b", "version": 2, "weight": 0}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('life/experiment');
SELECT p.prompt_id AS id FROM prompt_mgr.describe_prompt('life/old') AS p \gset
SELECT prompt_mgr.rename_prompt('life/old', 'life/new');
SELECT prompt, prompt_id = :'id' AS same_prompt, aliases, labels, last_version FROM prompt_mgr.describe_prompt('life/new');
SELECT name, template, labels FROM prompt_mgr.get_prompt('life/new');
-- The old name finds it everywhere.
SELECT name, template FROM prompt_mgr.get_prompt('life/old');
SELECT name, template FROM prompt_mgr.get_prompt('life/old', 2);
SELECT name, template FROM prompt_mgr.get_prompt('life/old', label => 'latest');
SELECT name, template FROM prompt_mgr.get_prompt('life/old', as_of => now() + interval '1 day');
SELECT prompt_mgr.render_prompt('life/old', '{"x": 1}'), prompt_mgr.render_prompt('life/old', '{"x": 1}', 2), prompt_mgr.render_prompt('life/parent', '{"x": 1}');
SELECT prompt, version, experiment, variant, text FROM prompt_mgr.serve_prompt('life/old', 'unit', '{"x": 1}');
SELECT prompt, version, experiment, variant, text FROM prompt_mgr.preview_prompt('life/new', 'unit', '{"x": 1}');
SELECT prompt_mgr.activate('life/old', 2), prompt_mgr.activate('life/old', 2, 'staging');
SELECT prompt_mgr.rollback('life/old'), prompt_mgr.drop_label('life/old', 'staging');
SELECT count(*) AS moves FROM prompt_mgr.label_history('life/old');
SELECT version, status FROM prompt_mgr.list_versions('life/old');
SELECT prompt_mgr.set_status('life/old', 2, 'deprecated'), prompt_mgr.update_prompt('life/old', tags => '{renamed}');
SELECT tags FROM prompt_mgr.describe_prompt('life/old');
SELECT prompt, partial, wanted, depth FROM prompt_mgr.prompt_usages('life/new');
SELECT prompt, partial, wanted, depth FROM prompt_mgr.prompt_usages('life/old');
SELECT prompt, used_version, depth FROM prompt_mgr.prompt_manifest('life/parent');
SELECT (prompt_mgr.prompt_schema('life/old')) -> 'required' AS required;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('life/old', 9)$$) AS t;
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('life/old', label => 'nowhere')$$) AS t;
-- A cycle is found by way of a former name too.
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('life/new', '{{> life/old}}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('life/new', '{{> life/parent}}')$$) AS t;
-- Nobody may take it: not by saving, not by renaming, copying or importing rows.
SELECT prompt_mgr.save_prompt('life/other', 'x');
SELECT t.state, t.message, t.hint FROM (VALUES ($$SELECT prompt_mgr.save_prompt('life/old', 'x')$$), ($$SELECT prompt_mgr.rename_prompt('life/other', 'life/old')$$),
	($$SELECT prompt_mgr.rename_prompt('life/other', 'life/new')$$), ($$SELECT prompt_mgr.copy_prompt('life/other', 'life/old')$$),
	($$INSERT INTO prompt_mgr.prompt (name, kind) VALUES ('life/old', 'text')$$), ($$UPDATE prompt_mgr.prompt SET name = 'life/old' WHERE name = 'life/other'$$)) AS c (command),
	pg_temp.try(command) AS t;
SELECT t.state, t.message FROM unnest(ARRAY['', ' x', '/x', 'a//b', 'a|b', NULL]) AS name, pg_temp.try(format('SELECT prompt_mgr.rename_prompt(''life/other'', %L)', name)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.rename_prompt('life/none', 'life/x')$$) AS t;
-- Renamed again, by its former name; back to a former name; to itself.
SELECT prompt_mgr.rename_prompt('life/old', 'life/newer');
SELECT prompt, aliases FROM prompt_mgr.describe_prompt('life/old');
SELECT prompt_mgr.rename_prompt('life/newer', 'life/new'), prompt_mgr.rename_prompt('life/new', 'life/new');
SELECT prompt, aliases FROM prompt_mgr.describe_prompt('life/old');
SELECT prompt_mgr.drop_alias('life/newer');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.drop_alias('life/newer')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('life/newer', 1)$$) AS t;
SELECT prompt_mgr.save_prompt('life/newer', 'another prompt');
SELECT prompt_mgr.stop_experiment('life/experiment');

-- Archiving: out of service and of lists, by number it still renders; and back with its labels.
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.archive_prompt('life/new')$$) AS t;
-- Nor is a label dropped by which a prompt that is served finds its partial.
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.drop_label('life/new', 'production')$$) AS t;
SELECT prompt_mgr.activate('life/new', 1, 'staging'), prompt_mgr.drop_label('life/new', 'staging');
SELECT prompt_mgr.save_prompt('life/parent', 'parent of [{{> life/old@2}}]', labels => '{production}');
SELECT prompt_mgr.activate('life/new', 2, 'staging'), prompt_mgr.activate('life/new', 1, 'canary'), prompt_mgr.drop_label('life/new', 'canary');
SELECT prompt_mgr.archive_prompt('life/new', 'no longer sold'), prompt_mgr.archive_prompt('life/new');
SELECT archived_at IS NOT NULL AS archived, labels FROM prompt_mgr.describe_prompt('life/new');
SELECT version, reason, held_until IS NULL AS now FROM prompt_mgr.label_history('life/new');
SELECT prompt_mgr.render_prompt('life/new', '{"x": 1}', 1), prompt_mgr.render_prompt('life/parent', '{"x": 1}');
SELECT t.state, t.message, t.hint FROM (VALUES ($$SELECT prompt_mgr.render_prompt('life/new')$$), ($$SELECT prompt_mgr.activate('life/new', 1)$$), ($$SELECT prompt_mgr.activate('life/new', 1, 'fresh')$$),
	($$SELECT prompt_mgr.save_prompt('life/new', 'x')$$), ($$SELECT prompt_mgr.rollback('life/new')$$), ($$UPDATE prompt_mgr.prompt_label SET version = 1 WHERE name = 'life/new'$$)) AS c (command), pg_temp.try(command) AS t;
SELECT prompt_mgr.create_experiment('life/archived', 'life/new', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.start_experiment('life/archived')$$) AS t;
SELECT prompt_mgr.restore_prompt('life/new'), prompt_mgr.restore_prompt('life/new');
SELECT archived_at IS NOT NULL AS archived, labels FROM prompt_mgr.describe_prompt('life/new');
SELECT move_no, version, reason, restored_move FROM prompt_mgr.label_history('life/new') ORDER BY move_no DESC LIMIT 2;
SELECT prompt_mgr.archive_prompt('life/new'), prompt_mgr.restore_prompt('life/new', labels => false);
SELECT archived_at IS NOT NULL AS archived, labels FROM prompt_mgr.describe_prompt('life/new');
SELECT prompt_mgr.activate('life/new', 1);
SELECT t.state, t.message, t.hint FROM pg_temp.try($$UPDATE prompt_mgr.prompt SET archived_at = now() WHERE name = 'life/new'$$) AS t;
SELECT prompt_mgr.start_experiment('life/archived');
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.archive_prompt('life/new')$$) AS t;
SELECT prompt_mgr.stop_experiment('life/archived');

-- Copying: one version with what is said of it, no label, no history.
SELECT prompt_mgr.save_prompt('life/new', 'three', draft => true, category => 'chat', attributes => '{"a": 1}', config => '{"model": "m"}', metadata => '{"ticket": 7}');
SELECT prompt_mgr.copy_prompt('life/new', 'life/copy'), prompt_mgr.copy_prompt('life/old', 'life/copy of one', 1), prompt_mgr.copy_prompt('life/new', 'life/copy draft', draft => true);
SELECT g.name, g.version, g.template, g.status, g.category, g.attributes, g.config, g.metadata, g.change_note, g.labels
FROM unnest('{life/copy,life/copy of one,life/copy draft}'::text[]) AS c (name), prompt_mgr.get_prompt(c.name, 1) AS g;
SELECT t.state, t.message FROM (VALUES ($$'life/new', 'life/copy'$$), ($$'life/none', 'life/x'$$), ($$'life/new', 'life/x', 9$$), ($$'life/new', NULL$$), ($$'life/new', '/x'$$)) AS c (arguments),
	pg_temp.try(format('SELECT prompt_mgr.copy_prompt(%s)', arguments)) AS t;

-- Deleting: refused, with all the reasons, while anything refers to it.
SELECT prompt_mgr.save_prompt('life/used', 'x', labels => '{production,staging}'), prompt_mgr.save_prompt('life/used', 'y', draft => true);
SELECT prompt_mgr.save_prompt('life/user', '{{> life/used}}'), prompt_mgr.set_default_prompt('{"life": 1}', 'life/used');
SELECT prompt_mgr.create_experiment('life/uses', 'life/other', '[{"key": "a", "version": 1}, {"key": "b", "prompt": "life/used", "version": 1}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT t.state, t.message, t.detail, t.hint FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/used')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$DELETE FROM prompt_mgr.prompt WHERE name = 'life/used'$$) AS t;
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/new')$$) AS t;
-- A foreign key of somebody's own table, named to who may see it.
SELECT prompt_mgr.save_prompt('life/gone', 'x', labels => '{production}'), prompt_mgr.save_prompt('life/gone', 'y {{> life/other}}'), prompt_mgr.save_prompt('life/gone', 'z', draft => true);
SELECT prompt_mgr.add_example('life/gone', 1, '{}', 'x') IS NOT NULL AS added;
SELECT prompt_mgr.drop_label('life/gone', 'production'), prompt_mgr.rename_prompt('life/gone', 'life/gone/by now');
CREATE TABLE life_answer (answer text, version_id uuid REFERENCES prompt_mgr.prompt_version (version_id));
INSERT INTO life_answer SELECT 'y', g.version_id FROM prompt_mgr.get_prompt('life/gone', 2) AS g;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_life_admin, regress_pm_life_publisher;
RESET client_min_messages;
CREATE ROLE regress_pm_life_admin; CREATE ROLE regress_pm_life_publisher;
SELECT prompt_mgr.grant_access('regress_pm_life_admin', 'admin'), prompt_mgr.grant_access('regress_pm_life_publisher', 'publisher');
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/gone')$$) AS t;
BEGIN;
SET LOCAL ROLE regress_pm_life_admin;
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/gone')$$) AS t;
SET LOCAL ROLE regress_pm_life_publisher;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/gone')$$) AS t;
ROLLBACK;
DROP TABLE life_answer;
-- Nobody gets round it: neither versions nor history can be deleted by hand.
SELECT t.state, t.message FROM (VALUES ($$DELETE FROM prompt_mgr.prompt_version AS v USING prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name ~ '^life/gone' AND v.status = 'active'$$),
	($$DELETE FROM prompt_mgr.prompt_label WHERE name ~ '^life/gone'$$), ($$DELETE FROM prompt_mgr.label_move AS m USING prompt_mgr.prompt AS p WHERE p.prompt_id = m.prompt_id AND p.name ~ '^life/gone'$$)) AS c (command),
	pg_temp.try(command) AS t;
BEGIN;
SET LOCAL ROLE regress_pm_life_admin;
SELECT t.state FROM (VALUES ('DELETE FROM prompt_mgr.prompt_version'), ('DELETE FROM prompt_mgr.prompt_label'), ('DELETE FROM prompt_mgr.label_move'), ('DELETE FROM prompt_mgr.prompt_dependency')) AS c (command), pg_temp.try(command) AS t;
SELECT p.prompt_id AS id FROM prompt_mgr.describe_prompt('life/gone') AS p \gset
SELECT prompt_mgr.delete_prompt('life/gone');
COMMIT;
SELECT (SELECT count(*) FROM prompt_mgr.prompt WHERE prompt_id = :'id') AS prompts, (SELECT count(*) FROM prompt_mgr.prompt_version WHERE prompt_id = :'id') AS versions,
	(SELECT count(*) FROM prompt_mgr.prompt_label WHERE prompt_id = :'id') AS labels, (SELECT count(*) FROM prompt_mgr.label_move WHERE prompt_id = :'id') AS moves,
	(SELECT count(*) FROM prompt_mgr.prompt_dependency WHERE prompt_id = :'id') AS dependencies, (SELECT count(*) FROM prompt_mgr.prompt_alias WHERE prompt_id = :'id') AS aliases,
	(SELECT count(*) FROM prompt_mgr.prompt_example WHERE prompt_id = :'id') AS examples;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.delete_prompt('life/gone')$$) AS t;
SELECT prompt_mgr.save_prompt('life/gone', 'the name is free again');

-- Rights: a role confined to a folder cannot rename out of it, and an alias tells it nothing.
CREATE POLICY life_folder ON prompt_mgr.prompt AS RESTRICTIVE FOR ALL TO regress_pm_life_publisher USING (name ^@ 'life/mine/');
SELECT prompt_mgr.save_prompt('life/mine/a', 'a'), prompt_mgr.save_prompt('life/mine/left', 'secret'), prompt_mgr.rename_prompt('life/mine/left', 'life/left');
BEGIN;
SET LOCAL ROLE regress_pm_life_publisher;
SELECT t.state, t.message FROM (VALUES ($$SELECT prompt_mgr.rename_prompt('life/mine/a', 'life/a')$$), ($$SELECT prompt_mgr.rename_prompt('life/mine/a', 'life/mine/b')$$), ($$SELECT prompt_mgr.get_prompt('life/mine/a', 1)$$),
	($$SELECT prompt_mgr.rename_prompt('life/other', 'life/mine/c')$$), ($$SELECT prompt_mgr.get_prompt('life/mine/left', 1)$$), ($$SELECT prompt_mgr.render_prompt('life/mine/left', version => 1)$$),
	($$SELECT prompt_mgr.describe_prompt('life/mine/left')$$), ($$SELECT prompt_mgr.drop_alias('life/mine/left')$$), ($$SELECT prompt_mgr.archive_prompt('life/mine/left')$$)) AS c (command), pg_temp.try(command) AS t;
SELECT alias FROM prompt_mgr.prompt_alias;
-- That a name is taken, an error tells for every name; whose it is, it does not.
SELECT t.state, t.message, t.detail, t.hint FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('life/mine/left', 'x')$$) AS t;
ROLLBACK;
DROP POLICY life_folder ON prompt_mgr.prompt;
SELECT prompt_mgr.revoke_access('regress_pm_life_admin', 'admin'), prompt_mgr.revoke_access('regress_pm_life_publisher', 'publisher');
DROP ROLE regress_pm_life_admin, regress_pm_life_publisher;

-- Drafts are edited in place, with what was read as the base.
SELECT prompt_mgr.save_prompt('life/draft', 'first {{a}}', config => '{"model": "m"}', draft => true);
SELECT g.content_sha256 AS base FROM prompt_mgr.get_prompt('life/draft', 1) AS g \gset
SELECT prompt_mgr.edit_draft('life/draft', 1, 'second {{a}}', change_note => 'shorter', base_sha256 => :'base') <> :'base' AS changed;
SELECT t.state, t.message, t.hint FROM pg_temp.try(format('SELECT prompt_mgr.edit_draft(''life/draft'', 1, ''third'', base_sha256 => %L)', :'base')) AS t;
SELECT prompt_mgr.edit_draft('life/draft', 1, escape => 'html', metadata => '{"by": "hand"}', semver => 'major') = prompt_mgr.edit_draft('life/draft', 1) AS unchanged;
SELECT template, config, escape, change_note, metadata, semver, status FROM prompt_mgr.get_prompt('life/draft', 1);
SELECT prompt_mgr.edit_draft('life/draft', 1, escape => '', change_note => '', semver => '') IS NOT NULL AS edited;
SELECT template, escape, change_note, semver FROM prompt_mgr.get_prompt('life/draft', 1);
SELECT t.state, t.message, t.detail FROM (VALUES ($$'life/draft', 1, 'broken {{'$$), ($$'life/draft', 1, messages => '[]'$$), ($$'life/draft', 1, messages => '[{"role": "user", "content": "x"}]'$$), ($$'life/draft', 1, 'x', '[]'$$),
	($$'life/draft', 1, config => '[]', semver => '1.2'$$), ($$'life/draft', 2$$), ($$'life/draft', NULL$$), ($$'life/none', 1$$)) AS c (arguments), pg_temp.try(format('SELECT prompt_mgr.edit_draft(%s)', arguments)) AS t;
SELECT prompt_mgr.publish_version('life/draft', 1);
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SELECT prompt_mgr.edit_draft('life/draft', 1, 'x')$$) AS t;

-- Semantic versions follow from what changed.
SELECT prompt_mgr.save_prompt('life/semver', 'Hello {{name}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello, {{name}}!'),
	prompt_mgr.save_prompt('life/semver', 'Hello, {{name}}!', change_note => 'nothing else'),
	prompt_mgr.save_prompt('life/semver', 'Hello, {{name}}! {{#if city}}{{city}}{{/if}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello, {{name}}! {{city}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello! {{city}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello! {{city}}', config => '{"temperature": 1}'),
	prompt_mgr.save_prompt('life/semver', 'Hello! {{city}}', config => '{"temperature": 1, "response_format": {"type": "json_object"}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello! {{city}}', variables => '{"city": {"type": "string", "default": "Rome"}}', config => '{"response_format": {"type": "json_object"}}'),
	prompt_mgr.save_prompt('life/semver', 'Hello! {{city}}', variables => '{"city": {"type": "string"}}', config => '{"response_format": {"type": "json_object"}}');
SELECT version, semver, status FROM prompt_mgr.list_versions('life/semver') ORDER BY version;
-- Unless one is given; it has to be above what is published.
SELECT prompt_mgr.save_prompt('life/semver', 'a', semver => 'patch'), prompt_mgr.save_prompt('life/semver', 'b', semver => '7.0.0'), prompt_mgr.save_prompt('life/semver', 'c', semver => 'minor');
SELECT t.state, t.message, t.detail, t.hint FROM (VALUES ('7.0.9'), ('7.1.0'), ('07.2.0'), ('8'), ('8.0.0-rc'), ('9999999999.0.0')) AS s (semver),
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''life/semver'', ''d'', semver => %L)', semver)) AS t;
SELECT version, semver FROM prompt_mgr.list_versions('life/semver') LIMIT 4;
-- A draft gets one when it is published, above all that are published by then.
SELECT prompt_mgr.save_prompt('life/semver', 'e', draft => true), prompt_mgr.save_prompt('life/semver', 'f {{new}}', draft => true), prompt_mgr.save_prompt('life/semver', 'g', draft => true, semver => '7.5.0');
SELECT prompt_mgr.save_prompt('life/semver', 'h');
SELECT prompt_mgr.publish_version('life/semver', version) FROM unnest('{14,15}'::int[]) AS version;
SELECT version, semver, status FROM prompt_mgr.list_versions('life/semver') LIMIT 4;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.publish_version('life/semver', 16)$$) AS t;
SELECT prompt_mgr.edit_draft('life/semver', 16, semver => '') IS NOT NULL AS edited, prompt_mgr.publish_version('life/semver', 16);
SELECT version, semver, status FROM prompt_mgr.list_versions('life/semver') LIMIT 4;
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_version SET semver = '99.0.0' WHERE semver = '7.0.0'$$) AS t;
