-- Search, lists, contents of all holders of a label.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_category('search'), prompt_mgr.save_category('search below', 'search');
SELECT prompt_mgr.save_prompt('search/greeting-formal', 'Good day {{name}}, welcome to the laboratory.', description => 'Formal greeting', category => 'search', tags => '{greeting,formal}',
		attributes => '{"profile_type": "expert", "prompt_type": "greeting"}', labels => '{production}'),
	prompt_mgr.save_prompt('search/greeting/casual', 'Hi {{name}}! Laboratory tour?', category => 'search below', tags => '{greeting}', attributes => '{"profile_type": "novice", "prompt_type": "greeting"}', labels => '{production,staging}'),
	prompt_mgr.save_prompt('search/summary', 'Summarise the zebra_report of ACME.Corp: {{text}}', category => 'search', models => '{gpt-4o}', author => 'Zoe'),
	prompt_mgr.save_prompt('search/chat', messages => '[{"role": "system", "content": "You know every zebra."}, {"role": "user", "content": "{{q}}"}]', labels => '{production}'),
	prompt_mgr.save_prompt('search/draft', 'An unfinished walrus', draft => true);

-- Words: all of them, as beginnings, in any case, by the parts of a name; the name counts most.
SELECT query, array_agg(s.name ORDER BY n) AS found FROM unnest(ARRAY['laboratory', 'LABOR tour', 'zebra', 'zebra report acme', 'corp', 'greeting', 'formal greet', 'gpt 4o', 'zoe', 'walrus', 'nothing at all', 'every zebra', '"system"']) WITH ORDINALITY AS q (query, i),
	LATERAL prompt_mgr.search_prompts(query, prefix => 'search/') WITH ORDINALITY AS s (prompt_id, name, kind, description, category, tags, attributes, labels, version, excerpt, rank, last_change, n)
GROUP BY i, query ORDER BY i;
SELECT name, kind, description, category, tags, attributes, labels, version, excerpt, rank > 0 AS ranked, last_change IS NOT NULL AS changed FROM prompt_mgr.search_prompts('laboratory', prefix => 'search/') ORDER BY name;
SELECT count(*) FROM prompt_mgr.search_prompts(E'\'; DROP TABLE x; -- \\ & | ! :* <->', prefix => 'search/');
SELECT count(*) FROM prompt_mgr.search_prompts(repeat('word ', 1000) || repeat('x', 5000), prefix => 'search/');
-- A query of signs alone, or none, is a list.
SELECT array_agg(name) FROM prompt_mgr.search_prompts('-- !', prefix => 'search/');

-- Properties, alone and together.
SELECT array_agg(name ORDER BY name) AS tag FROM prompt_mgr.search_prompts(tag => 'greeting');
SELECT array_agg(name ORDER BY name) AS attributes FROM prompt_mgr.search_prompts(attributes => '{"profile_type": "expert", "prompt_type": "greeting"}', prefix => 'search/');
SELECT array_agg(name ORDER BY name) AS category FROM prompt_mgr.search_prompts(category => 'search');
SELECT array_agg(name ORDER BY name) AS category_below FROM prompt_mgr.search_prompts(category => 'search below');
SELECT array_agg(name ORDER BY name) AS label FROM prompt_mgr.search_prompts(label => 'staging', prefix => 'search/');
SELECT array_agg(name ORDER BY name) AS together FROM prompt_mgr.search_prompts('lab', tag => 'greeting', category => 'search', label => 'production');
SELECT count(*) AS none FROM prompt_mgr.search_prompts('lab', tag => 'formal', label => 'staging');
SELECT count(*) AS unknown_category FROM prompt_mgr.search_prompts(category => 'search nowhere');
-- Pages.
SELECT name FROM prompt_mgr.search_prompts(prefix => 'search/', page_size => 2);
SELECT name FROM prompt_mgr.search_prompts(prefix => 'search/', page_size => 2, page_offset => 2);
SELECT t.state, t.message FROM (VALUES ('page_size => 0'), ('page_size => NULL'), ('page_offset => -1'), ($$attributes => '[]'$$)) AS a (argument), pg_temp.try(format('SELECT prompt_mgr.search_prompts(%s)', argument)) AS t;

-- What is searched: the newest version and what production points at; nothing older.
SELECT prompt_mgr.save_prompt('search/moving', 'first aardvark', labels => '{production}'), prompt_mgr.save_prompt('search/moving', 'second badger'), prompt_mgr.save_prompt('search/moving', 'third civet');
CREATE FUNCTION pg_temp.where_is() RETURNS TABLE (word text, version integer) LANGUAGE sql AS $$
	SELECT w, s.version FROM unnest('{aardvark,badger,civet,dormouse}'::text[]) AS w LEFT JOIN prompt_mgr.search_prompts(w, prefix => 'search/moving') AS s ON true ORDER BY w $$;
SELECT string_agg(w.word || ' ' || coalesce(w.version::text, '-'), ', ' ORDER BY w.word) FROM pg_temp.where_is() AS w;
SELECT prompt_mgr.activate('search/moving', 2);
SELECT string_agg(w.word || ' ' || coalesce(w.version::text, '-'), ', ' ORDER BY w.word) FROM pg_temp.where_is() AS w;
SELECT prompt_mgr.activate('search/moving', 1, 'staging');
SELECT string_agg(w.word || ' ' || coalesce(w.version::text, '-'), ', ' ORDER BY w.word) FROM pg_temp.where_is() AS w;
SELECT name, version FROM prompt_mgr.search_prompts('aardvark', label => 'staging');
SELECT prompt_mgr.save_prompt('search/moving', 'fourth', draft => true), prompt_mgr.edit_draft('search/moving', 4, 'fourth dormouse') IS NOT NULL AS edited;
SELECT string_agg(w.word || ' ' || coalesce(w.version::text, '-'), ', ' ORDER BY w.word) FROM pg_temp.where_is() AS w;
SELECT t.version FROM prompt_mgr.prompt_text AS t WHERE t.name = 'search/moving' ORDER BY 1;
-- Renamed, described, archived.
SELECT prompt_mgr.rename_prompt('search/summary', 'search/digest'), prompt_mgr.update_prompt('search/digest', description => 'Shortens an okapi');
SELECT query, array_agg(s.name) FROM unnest('{digest,summary,okapi}'::text[]) AS query, LATERAL prompt_mgr.search_prompts(query, prefix => 'search/') AS s GROUP BY query ORDER BY query;
SELECT prompt_mgr.archive_prompt('search/digest');
SELECT count(*) AS live, (SELECT count(*) FROM prompt_mgr.search_prompts('okapi', archived => true)) AS archived FROM prompt_mgr.search_prompts('okapi');
SELECT name FROM prompt_mgr.list_prompts('search/');
SELECT name, archived_at IS NOT NULL AS archived FROM prompt_mgr.list_prompts('search/', archived => true);

-- The list, by the same properties.
SELECT name, attributes, last_change >= created_at AS changed FROM prompt_mgr.list_prompts('search/greeting');
SELECT array_agg(name) FROM prompt_mgr.list_prompts('search/', category => 'search');
SELECT array_agg(name) FROM prompt_mgr.list_prompts('search/', tag => 'greeting', attributes => '{"profile_type": "novice"}');
SELECT array_agg(name) FROM prompt_mgr.list_prompts('search/', label => 'staging');

-- Contents of all holders, in one snapshot.
SELECT name, version, kind, template, messages IS NOT NULL AS chat, status, semver, tags FROM prompt_mgr.get_prompts(prefix => 'search/');
SELECT name, version, template FROM prompt_mgr.get_prompts('staging', 'search/');
SELECT name, version FROM prompt_mgr.get_prompts('latest', 'search/');
SELECT count(*) FROM prompt_mgr.get_prompts('none');
SELECT t.state, t.message FROM pg_temp.try('SELECT prompt_mgr.get_prompts(NULL)') AS t;

-- Many: a word of every prompt is answered, those with it in their names first; long texts and words do not matter.
SELECT count(prompt_mgr.save_prompt(format('search/many/%s', lpad(i::text, 4, '0')), 'the common gnu ' || i)) FROM generate_series(1, 1100) AS i;
SELECT prompt_mgr.save_prompt('search/many/gnu', 'x') AS named, prompt_mgr.save_prompt('search/long', repeat('y', 3000) || ' ' || repeat('z ', 3000) || 'hippo') AS long;
SELECT name FROM prompt_mgr.search_prompts('gnu', page_size => 1);
SELECT count(*) >= 1000 AS enough FROM prompt_mgr.search_prompts('gnu', page_size => 2000);
SELECT name, length(excerpt) FROM prompt_mgr.search_prompts('hippo');

-- A role sees what its policies let it see; in a READ ONLY transaction.
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_search;
RESET client_min_messages;
CREATE ROLE regress_pm_search;
SELECT prompt_mgr.grant_access('regress_pm_search', 'viewer'), prompt_mgr.allow_folder('regress_pm_search', 'search/greeting', 'viewer');
BEGIN READ ONLY;
SET LOCAL ROLE regress_pm_search;
SELECT name FROM prompt_mgr.search_prompts('laboratory');
SELECT count(*) AS others FROM prompt_mgr.search_prompts('zebra');
SELECT count(*) AS texts FROM prompt_mgr.prompt_text;
SELECT name FROM prompt_mgr.get_prompts();
SELECT name FROM prompt_mgr.list_prompts();
ROLLBACK;
SET client_min_messages = error;
SELECT prompt_mgr.disallow_folder('regress_pm_search', 'search/greeting', 'viewer'), prompt_mgr.revoke_access('regress_pm_search', 'viewer');
RESET client_min_messages;
DROP ROLE regress_pm_search;
