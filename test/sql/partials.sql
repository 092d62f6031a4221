-- Partials between stored prompts: selection, dependencies, cycles, usages, manifest.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_prompt('partial/head', 'Dear {{name}},', labels => '{production,staging}'), prompt_mgr.save_prompt('partial/head', 'Hi {{name}},');
SELECT prompt_mgr.save_prompt('partial/letter', E'{{> partial/head}}\n{{body}}', labels => '{production,staging}'),
	prompt_mgr.save_prompt('partial/pinned', '{{> partial/head@2}} {{> partial/head@staging}}', labels => '{production}');
SELECT prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}'), prompt_mgr.render_prompt('partial/pinned', '{"name": "Ann"}');

-- Without a selector a partial is found under the prompt's own label, by number under production.
SELECT prompt_mgr.activate('partial/head', 2, 'staging');
SELECT prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}', label => 'staging'), prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}'),
	prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}', version => 1);
-- A label moved is seen by the next statement in partials too.
SELECT prompt_mgr.activate('partial/head', 2);
SELECT prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}');
-- A partial of the options stands before a stored one.
SELECT prompt_mgr.render_prompt('partial/letter', '{"name": "Ann", "body": "text"}', options => '{"partials": {"partial/head": "To {{name}}:"}}');
-- Its own format and escape hold in it.
SELECT prompt_mgr.save_prompt('partial/html', '<b>{{x}}</b>', escape => 'html', labels => '{production}'), prompt_mgr.save_prompt('partial/raw', '{{x}} {{> partial/html}}', labels => '{production}');
SELECT prompt_mgr.render_prompt('partial/raw', '{"x": "<"}');

-- Langfuse's own tag is the same reference, inline; malformed it is an error, and only in format prompt a tag.
SELECT prompt_mgr.save_prompt('partial/langfuse', E'[@@@langfusePrompt:name=partial/head|version=1@@@] {{x}}\n@@@langfusePrompt:name=partial/head|label=staging@@@\nend @@@ and @', labels => '{production}');
SELECT prompt_mgr.render_prompt('partial/langfuse', '{"name": "Ann", "x": "@@@langfusePrompt:name=partial/head|version=1@@@"}');
SELECT d.partial, d.wanted FROM prompt_mgr.prompt_dependency AS d JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name = 'partial/langfuse' ORDER BY 2;
SELECT template, t.state, t.message, t.detail FROM unnest(ARRAY['x @@@langfusePrompt:name=a@@@', '@@@langfusePrompt:', '@@@langfusePrompt:label=a|name=b@@@ {{ok}}', '@@@langfusePrompt:name=a|version=x@@@',
	'@@@langfusePrompt:name=a|label=@@@', '@@@langfusePrompt:name=|label=b@@@', '@@@langfusePrompt:name=a|label=b@@', '@@@langfusePrompt:name=a|label=b|c=d@@@ {{']) AS template,
	pg_temp.try(format('SELECT prompt_mgr.render_template(%L)', template)) AS t;
SELECT prompt_mgr.render_template('@@@langfusePrompt:name=a|label=b@@@', '{}', '{"format": "mustache"}');

-- What is missing in a partial, a partial that does not exist, a chat prompt as a partial.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/letter', '{"body": "text"}')$$);
SELECT prompt_mgr.save_prompt('partial/orphan', '{{> partial/none}}', labels => '{production}'), prompt_mgr.save_prompt('partial/chat', messages => '[{"role": "user", "content": "{{> partial/head}}"}]', labels => '{production}'),
	prompt_mgr.save_prompt('partial/ofchat', '{{> partial/chat}}', labels => '{production}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/orphan')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/ofchat')$$);
SELECT prompt_mgr.render_messages('partial/chat', '{"name": "Ann"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/pinned', '{"name": "Ann"}', options => '{"partials": {"partial/head": 1}}')$$);

-- Who uses what, what goes into what.
SELECT * FROM prompt_mgr.prompt_usages('partial/head');
SELECT prompt, used_version, depth FROM prompt_mgr.prompt_manifest('partial/pinned');
SELECT prompt, used_version, depth FROM prompt_mgr.prompt_manifest('partial/letter', label => 'staging');
SELECT count(*) AS nobody FROM prompt_mgr.prompt_usages('partial/raw');

-- Cycles: refused when saved, with the path; and when a label moves later, at rendering.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('partial/self', '{{> partial/self}}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('partial/head', '{{> partial/letter}}')$$);
SELECT last_version FROM prompt_mgr.list_prompts('partial/head');
SELECT prompt_mgr.save_prompt('partial/x', '{{> partial/y}}', labels => '{production}'), prompt_mgr.save_prompt('partial/y', 'y', labels => '{production}'),
	prompt_mgr.save_prompt('partial/z', '{{> partial/x}}', labels => '{production}');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.drop_label('partial/x', 'production')$$) AS t;
UPDATE prompt_mgr.prompt_label SET version = NULL WHERE name = 'partial/x';
SELECT prompt_mgr.save_prompt('partial/y', '{{> partial/x}}', labels => '{production}');
SELECT prompt_mgr.activate('partial/x', 1);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/x')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/z')$$);

-- The manifest follows label latest, inherited or asked for.
SELECT prompt_mgr.save_prompt('partial/host', '{{> partial/head}} {{> partial/html@latest}}');
SELECT prompt, used_version FROM prompt_mgr.prompt_manifest('partial/host', label => 'latest');

-- Many ways to the same partials are walked once.
SELECT count(prompt_mgr.save_prompt(format('partial/l%s_%s', layer, i), CASE WHEN layer = 12 THEN 'x' ELSE (
	SELECT string_agg(format('{{> partial/l%s_%s}}', layer + 1, j), '') FROM generate_series(1, 8) AS j) END, labels => '{production}'))
FROM (SELECT layer, i FROM generate_series(12, 1, -1) AS layer, generate_series(1, 8) AS i ORDER BY layer DESC) AS l;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('partial/l12_1', '{{> partial/l1_1}}')$$);

-- A draft's dependencies follow its edits.
SELECT prompt_mgr.save_prompt('partial/draft', '{{> partial/head}}', draft => true);
UPDATE prompt_mgr.prompt_version AS v SET template = '{{> partial/y@3}} {{> partial/html@beta}}' FROM prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name = 'partial/draft';
SELECT d.partial, d.wanted FROM prompt_mgr.prompt_dependency AS d JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name = 'partial/draft' ORDER BY 1;

-- A chain as deep as allowed, and one more.
SELECT count(prompt_mgr.save_prompt('partial/deep' || i, CASE WHEN i < 18 THEN '{{> partial/deep' || i + 1 || '}}' ELSE 'end' END, labels => '{production}')) FROM generate_series(1, 18) AS i;
SELECT prompt_mgr.render_prompt('partial/deep2');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('partial/deep1')$$);
