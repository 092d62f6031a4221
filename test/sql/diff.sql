-- What changed between two versions.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Lines of two texts.
SELECT * FROM prompt_mgr.diff_text(E'a\nb\nc\nd', E'a\nx\nd\ne');
SELECT * FROM prompt_mgr.diff_text(E'1\n2\n3\n4\n5\n6\n7\n8\n9', E'1\n2\n3\n4\nfive\n6\n7\n8\n9\n', 1);
SELECT count(*) FILTER (WHERE d.kind = 'equal') AS equal, count(*) AS all FROM generate_series(0, 5) AS context, LATERAL prompt_mgr.diff_text(E'1\n2\n3\n4\n5', E'1\n2\n3\n4', context) AS d GROUP BY context ORDER BY context;
SELECT old, new, string_agg(format('%s %s %s %s', d.kind, d.old_line, d.new_line, d.text), '; ' ORDER BY n)
FROM (VALUES (NULL, 'a'), ('a', NULL), ('', ''), (NULL, NULL), ('a', 'a'), (E'a\n', 'a'), (E'ä\nö', E'ö\nä')) AS t (old, new), LATERAL prompt_mgr.diff_text(old, new) WITH ORDINALITY AS d (kind, old_line, new_line, text, n)
GROUP BY old, new ORDER BY old, new;
SELECT t.state, t.message FROM (VALUES ($$'a', 'b', -1$$), ($$'a', repeat('x', 4194305)$$)) AS a (arguments), pg_temp.try(format('SELECT prompt_mgr.diff_text(%s)', arguments)) AS t;
-- Huge and unlike: an answer all the same, both texts in it.
SELECT count(*) FILTER (WHERE d.kind <> 'added') AS old_lines, count(*) FILTER (WHERE d.kind <> 'removed') AS new_lines
FROM prompt_mgr.diff_text((SELECT string_agg((i * 7919 % 3)::text, E'\n' ORDER BY i) FROM generate_series(1, 100000) AS i), (SELECT string_agg((i * i % 5)::text, E'\n' ORDER BY i) FROM generate_series(1::bigint, 100000) AS i)) AS d;

-- A chat as lines.
SELECT prompt_mgr.messages_text('[{"role": "system", "content": "Be\nbrief", "if": "x"}, {"type": "placeholder", "name": "history", "max": 3}, {"role": "user", "content": [{"type": "text", "text": "{{q}}"}, {"type": "image"}]}]');
SELECT prompt_mgr.messages_text('[]') IS NULL AS none, prompt_mgr.messages_text(NULL) IS NULL AS nothing;

-- Versions: lines, variables, settings.
SELECT prompt_mgr.save_prompt('diff/p', E'Hello {{name}},\nhow are you?\nBye.', variables => '{"name": {"type": "string"}}', config => '{"model": "small", "temperature": 1}', constraints => '{"maxTokens": 100}');
SELECT prompt_mgr.save_prompt('diff/p', E'Hello {{name}} in {{city}},\nhow are you?\nBye.\n{{#if note}}{{note}}{{/if}}', variables => '{"name": {"type": "string", "maxLength": 20}, "city": {"type": "string"}, "note": {"type": "string", "required": false}}',
	config => '{"model": "small", "temperature": 1.0, "tools": []}', escape => 'html');
SELECT prompt_mgr.save_prompt('diff/p', E'how are you?\nBye.', format => 'mustache', config => '{"model": "small"}', change_note => 'shorter');
SELECT section, kind, path, old_line, new_line, text, old_value, new_value, breaking FROM prompt_mgr.diff_versions('diff/p', 1, 2) WHERE section <> 'tokens';
SELECT section, kind, path, old_value, new_value, breaking FROM prompt_mgr.diff_versions('diff/p', 2, 3) WHERE section NOT IN ('tokens', 'text');
SELECT section, kind, path, text, new_value, breaking FROM prompt_mgr.diff_versions('diff/p', 0, 3) WHERE section <> 'tokens';
SELECT section, kind, count(*) FROM prompt_mgr.diff_versions('diff/p', 2, 2) GROUP BY 1, 2;
SELECT kind, text FROM prompt_mgr.diff_versions('diff/p', 3, 1, context => 0) WHERE section = 'text';
-- The release of a version with a new required variable can be refused by it.
SELECT a, b, array_agg(d.path ORDER BY d.path) AS breaking FROM (VALUES (1, 2), (2, 3), (3, 1)) AS v (a, b), LATERAL prompt_mgr.diff_versions('diff/p', a, b) AS d WHERE d.breaking GROUP BY a, b ORDER BY a;
-- Tokens, where they can be counted.
SELECT count(*) = prompt_mgr.can_count_tokens()::integer AS tokens, bool_and(path = 'o200k_base' AND text ~ '^[+-]\d+$' AND new_value::integer - old_value::integer = text::integer) IS NOT FALSE AS sum
FROM prompt_mgr.diff_versions('diff/p', 1, 2) WHERE section = 'tokens';
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.can_count_tokens('none')$$) AS t;
-- A chat.
SELECT prompt_mgr.save_prompt('diff/chat', messages => '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{q}}"}]'),
	prompt_mgr.save_prompt('diff/chat', messages => '[{"role": "system", "content": "Be brief.\nBe kind."}, {"type": "placeholder", "name": "history"}, {"role": "user", "content": "{{q}}"}]');
SELECT section, kind, path, old_line, new_line, text, breaking FROM prompt_mgr.diff_versions('diff/chat', 1, 2) WHERE section <> 'tokens';
SELECT t.state, t.message FROM (VALUES ($$'diff/p', 1, 9$$), ($$'diff/p', NULL, 1$$), ($$'diff/p', 1, NULL$$), ($$'diff/none', 1, 2$$), ($$'diff/p', 1, 2, -1$$)) AS a (arguments), pg_temp.try(format('SELECT prompt_mgr.diff_versions(%s)', arguments)) AS t;

-- Versions with a summary each, page by page.
SELECT version, semver, status, labels, change_note, lines_added, lines_removed, variables_added, variables_removed, variables_changed, settings_changed, breaking FROM prompt_mgr.list_changes('diff/p');
SELECT version FROM prompt_mgr.list_changes('diff/p', 1);
SELECT version FROM prompt_mgr.list_changes('diff/p', 1, before => 3);
SELECT t.state, t.message FROM (VALUES ($$'diff/none'$$), ($$'diff/p', 0$$)) AS a (arguments), pg_temp.try(format('SELECT prompt_mgr.list_changes(%s)', arguments)) AS t;

-- All of it is read in a READ ONLY transaction, and by who may see the prompt.
BEGIN READ ONLY;
SELECT count(*) > 0 AS rows FROM prompt_mgr.diff_versions('diff/p', 1, 2);
SELECT count(*) AS versions FROM prompt_mgr.list_changes('diff/p');
ROLLBACK;
