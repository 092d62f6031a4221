-- Chat prompts: messages, placeholders, conditions, typed values, roles.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_prompt('chat/support', messages => '[
	{"role": "system", "content": "You are {{persona}}.", "name": "{{persona}}"},
	{"type": "placeholder", "name": "history", "required": false, "max": 2},
	{"if": "vip and level >= 2", "role": "system", "content": "Be generous."},
	{"role": "user", "content": [
		{"type": "text", "text": "{{question}}"},
		{"type": "image_url", "image_url": {"url": "{{image}}"}},
		{"temperature": "{{temperature | value}}", "tools": {"$var": "tools"}, "fixed": 7, "none": null}]}]', labels => '{production}');

-- Strings are templates, typed values keep their type, keys and numbers stay.
SELECT jsonb_pretty(prompt_mgr.render_messages('chat/support', '{"persona": "a bot", "question": "Why?", "image": "https://example.org/a.png",
	"temperature": 0.50, "tools": [{"type": "function", "f": {}}], "vip": true, "level": 3}'));

-- A value is never a template, in a text or in a placeholder's message; a placeholder keeps the last max
-- messages, their extra keys and their null content.
SELECT jsonb_pretty(prompt_mgr.render_messages('chat/support', '{"persona": "a \"bot\"", "question": "{{persona}} {{#x}}", "image": "", "temperature": 1, "tools": null, "vip": false,
	"history": [{"role": "user", "content": "dropped"}, {"role": "user", "content": "{{persona}}", "extra": [1]}, {"role": "assistant", "content": null, "tool_calls": []}]}') -> 1) AS first,
	prompt_mgr.render_messages('chat/support', '{"persona": "a \"bot\"", "question": "{{persona}} {{#x}}", "image": "", "temperature": 1, "tools": null, "vip": false,
	"history": [{"role": "user", "content": "dropped"}, {"role": "user", "content": "{{persona}}", "extra": [1]}, {"role": "assistant", "content": null, "tool_calls": []}]}') #> '{3,content}' AS last;

-- Everything that is missing, with its place in the messages; a condition misses nothing.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/support', '{"person": 1}')$$);
SELECT prompt_mgr.render_messages('chat/support', '{"persona": "x"}', options => '{"on_missing": "empty"}') #> '{1,content}' AS emptied;

-- Placeholder values that are no messages.
SELECT history, t.state, t.message FROM (VALUES ('"text"'), ('{}'), ('[1]'), ('[{"role": "king", "content": "x"}]'), ('[{"content": "x"}]'), ('[{"role": "user"}]'),
	('[{"role": "user", "content": 7}]'), ('[{"role": "assistant", "content": null}]')) AS h (history),
	pg_temp.try(format('SELECT prompt_mgr.render_messages(''chat/support'', ''{"persona": "a", "question": "b", "image": "c", "temperature": 1, "tools": 1, "history": %s}'')', history)) AS t;

-- A required placeholder; an empty list is a value.
SELECT prompt_mgr.save_prompt('chat/required', messages => '[{"type": "placeholder", "name": "history"}, {"role": "user", "content": "x"}]', labels => '{production}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/required')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/required', '{"history": null}')$$);
SELECT prompt_mgr.render_messages('chat/required', '{"history": []}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/required', jsonb_build_object('history', (SELECT jsonb_agg('{"role": "user", "content": "x"}'::jsonb) FROM generate_series(1, 1001))))$$);
SELECT jsonb_array_length(prompt_mgr.render_messages('chat/required', jsonb_build_object('history', (SELECT jsonb_agg('{"role": "user", "content": "x"}'::jsonb) FROM generate_series(1, 999)))));

-- What cannot be saved: everything wrong with the shape at once, and texts with their place.
SELECT messages, t.state, t.message, t.detail FROM (VALUES ('[]'), ('{}'), ('[7, {"role": "king", "content": "x"}, {"type": "placeholder"}, {"role": "user"}]'),
	('[{"type": "placeholder", "name": "1x", "max": 0, "require": true, "required": "yes"}]'), ('[{"role": "{{r}}", "content": "x"}]'), ('[{"role": "user", "content": 7}]'),
	('[{"role": "user", "content": "x", "if": 7}]'), ('[{"role": "user", "content": [{"text": "a\n {{b"}]}]'), ('[{"if": "a ==", "role": "user", "content": "x"}]')) AS m (messages),
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''chat/bad'', messages => %L)', messages)) AS t;
-- A text may ask for the messages of a placeholder, or print a part of them, but not print them.
SELECT content, t.state, t.message, t.detail FROM unnest(ARRAY['{{history}}', 'a {{{history}}} {{ b | default: "x" }}', '{{#if history}}so far: {{#each history as |m|}}{{m.content}}{{/each}}{{history.0.role}}{{/if}}{{historys}}']) AS content,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''chat/clash'', messages => %L)', jsonb_build_array('{"type": "placeholder", "name": "history"}'::jsonb,
		jsonb_build_object('role', 'user', 'content', jsonb_build_array(jsonb_build_object('type', 'text', 'text', content)))))) AS t;
-- Nor by way of partials.
SELECT prompt_mgr.save_prompt('chat/part', '{{#if history}}They said: {{history}}{{/if}}', labels => '{production}'),
	prompt_mgr.save_prompt('chat/outer', '{{> chat/part }}', labels => '{production}'), prompt_mgr.save_prompt('chat/part', '{{#if history}}They spoke.{{/if}}');
SELECT t.state, t.message, t.detail FROM unnest('{chat/part,chat/outer,chat/part@2}'::text[]) AS partial,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''chat/clash'', messages => %L)', jsonb_build_array('{"type": "placeholder", "name": "history"}'::jsonb,
		jsonb_build_object('role', 'user', 'content', format('{{> %s }}', partial))))) AS t;
SELECT prompt_mgr.save_prompt('chat/draft', messages => '[{"role": "user", "content": "{{> chat/outer }}"}]', draft => true);
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.edit_draft('chat/draft', 1, messages => '[{"type": "placeholder", "name": "history"}, {"role": "user", "content": "{{> chat/outer }}"}]')$$) AS t;
SELECT prompt_mgr.activate('chat/part', 2);
SELECT prompt_mgr.edit_draft('chat/draft', 1, messages => '[{"type": "placeholder", "name": "history"}, {"role": "user", "content": "{{> chat/outer }}"}]') IS NOT NULL AS edited;
SELECT count(*) AS nothing_saved FROM prompt_mgr.list_prompts('chat/bad');

-- A role from a variable needs an enum that has nothing but roles.
SELECT prompt_mgr.save_prompt('chat/role', messages => '[{"role": "{{r}}", "content": "x"}]', variables => '{"r": {"type": "string", "enum": ["user", "assistant"]}}', labels => '{production}');
SELECT prompt_mgr.render_messages('chat/role', '{"r": "assistant"}');
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/role', '{"r": "system"}')$$) AS t;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('chat/role2', messages => '[{"role": "{{r}}", "content": "x"}]', variables => '{"r": {"type": "string", "enum": ["user", "king"]}}')$$) AS t;

-- Each kind has its own way to be rendered.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('chat/role', '{"r": "user"}')$$);
SELECT prompt_mgr.save_prompt('chat/text', 'x', labels => '{production}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/text')$$);

-- More texts than the cache holds: what is written into the messages, or told as missing, stays what it was.
SELECT prompt_mgr.save_prompt('chat/many', messages => (SELECT jsonb_agg(CASE WHEN i = 0 THEN '{"role": "user", "content": "{{x | default: \"a literal of the template\" | value}}"}'
	ELSE jsonb_build_object('role', 'user', 'content', repeat(md5(i::text), 8), 'name', 'n' || i) END ORDER BY i) FROM generate_series(0, 900) AS i), labels => '{production}');
SELECT prompt_mgr.render_messages('chat/many') -> 0 AS first;
SELECT prompt_mgr.save_prompt('chat/manymissing', messages => (SELECT jsonb_agg(CASE WHEN i = 0 THEN '{"role": "user", "content": "{{a_rather_long_missing_name}}"}'
	ELSE jsonb_build_object('role', 'user', 'content', repeat(md5(i::text), 8), 'name', 'n' || i) END ORDER BY i) FROM generate_series(0, 900) AS i), labels => '{production}');
SELECT t.message FROM pg_temp.try($$SELECT prompt_mgr.render_messages('chat/manymissing')$$) AS t;

-- Deep content is refused or printed, never a crash.
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('chat/deep', messages => format('[{"role": "user", "content": %s"{{x}}"%s}]', repeat('[', 3000), repeat(']', 3000))::jsonb)$$) AS t;
