-- Constraints: required variables, forbidden patterns, lengths, tokens, models.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Mistakes, all at once; a misspelt rule does not pass in silence.
SELECT t.state, t.message, jsonb_pretty(t.detail::jsonb) AS detail FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('constraints/bad', 'x', constraints => '{"maxToken": 1, "max_tokens": 1, "minTokens": 5, "maxTokens": 4,
	"maxLength": -1, "encoding": "p50k", "requiredVariables": ["a", ""], "forbiddenPatterns": ["ok", "(", "(a)\\1", "(x{200}){200}"], "checkOutput": 1, "allowedModels": "small"}')$$) AS t;
SELECT t.message FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('constraints/bad', 'x', constraints => '{"forbiddenPatterns": "a", "maxTokens": 1.5}')$$) AS t;
SELECT count(*) AS nothing_saved FROM prompt_mgr.list_prompts('constraints/');

-- Allowed models: config.model is one of them, where it is there.
SELECT c, t.state, t.message, t.detail FROM unnest(ARRAY['{"model": "small"}', '{}', '{"model": null}', '{"model": "large"}', '{"model": ["small"]}']) AS c,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''constraints/model'', ''x'', config => %L, constraints => ''{"allowedModels": ["small", "medium"]}'')', c)) AS t;
-- A draft may not become bad either.
SELECT prompt_mgr.save_prompt('constraints/draft', 'x', config => '{"model": "small"}', constraints => '{"allowedModels": ["small"]}', draft => true);
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_version AS v SET config = '{"model": "large"}' FROM prompt_mgr.prompt AS p WHERE p.prompt_id = v.prompt_id AND p.name = 'constraints/draft'$$) AS t;

-- Required variables: given by the caller or by a default; told together with
-- whatever else is wrong.
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('constraints/required', '{{a}}', variables => '{"a": {}}', constraints => '{"requiredVariables": ["a", "b"]}')$$) AS t;
SELECT prompt_mgr.save_prompt('constraints/required', '{{#a}}{{a}}{{/a}}', constraints => '{"requiredVariables": ["a", "b"]}', labels => '{production}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('constraints/required', '{"b": null}')$$);
SELECT prompt_mgr.render_prompt('constraints/required', '{"a": "x", "b": false}');
SELECT prompt_mgr.render_prompt('constraints/required', '{}', options => '{"on_missing": "keep"}');
SELECT prompt_mgr.save_prompt('constraints/both', '{{a}}{{b}}{{c}}', variables => '{"a": {"required": false}, "b": {"default": 1}, "c": {"type": "string"}, "d": {}}', constraints => '{"requiredVariables": ["a", "b", "c", "d"]}', labels => '{production}');
SELECT t.detail FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('constraints/both', '{"c": 1}')$$) AS t;

-- Forbidden patterns: in the template when it is saved, with the place in
-- characters; in the output where that is asked for; never what was found.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('constraints/forbidden', 'Ä: my API key is sk-1234', constraints => '{"forbiddenPatterns": ["(?i)api key", "nothing", "sk-\\d+"]}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('constraints/forbidden', messages => '[{"role": "user", "content": "fine"}, {"role": "user", "content": "a secret"}]', constraints => '{"forbiddenPatterns": ["secret"]}')$$);
SELECT prompt_mgr.save_prompt('constraints/forbidden', 'Ä: {{x}}', constraints => '{"forbiddenPatterns": ["sk-\\d+"], "checkOutput": true}', labels => '{production}'),
	prompt_mgr.save_prompt('constraints/template_only', '{{x}}', constraints => '{"forbiddenPatterns": ["sk-\\d+"]}', labels => '{production}');
SELECT prompt_mgr.render_prompt('constraints/forbidden', '{"x": "sk-"}'), prompt_mgr.render_prompt('constraints/template_only', '{"x": "sk-1"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('constraints/forbidden', '{"x": "sk-1234"}')$$);
SELECT prompt_mgr.save_prompt('constraints/chat', messages => '[{"role": "user", "content": "{{x}}"}, {"role": "user", "content": [{"type": "text", "text": "{{y}}"}, {"type": "image", "url": "{{y}}"}]}]',
	constraints => '{"forbiddenPatterns": ["sk-\\d+"], "checkOutput": true, "maxLength": 20}', labels => '{production}');
SELECT prompt_mgr.render_messages('constraints/chat', '{"x": "a", "y": "b"}');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_messages('constraints/chat', '{"x": "a", "y": "sk-1"}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_messages('constraints/chat', '{"x": "0123456789", "y": "01234567890"}')$$) AS t;

-- Length in characters.
SELECT prompt_mgr.save_prompt('constraints/length', '{{x}}', constraints => '{"maxLength": 3}', labels => '{production}');
SELECT prompt_mgr.render_prompt('constraints/length', '{"x": "äöü"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('constraints/length', '{"x": "äöüß"}')$$);

-- A pattern that matches slowly is stopped by statement_timeout.
SELECT prompt_mgr.save_prompt('constraints/slow', '{{x}}', constraints => '{"forbiddenPatterns": ["(.*a.{200}){4}b"], "checkOutput": true}', labels => '{production}');
SET statement_timeout = '100ms';
DO $$ BEGIN PERFORM prompt_mgr.render_prompt('constraints/slow', jsonb_build_object('x', (SELECT string_agg(md5(i::text), 'a') FROM generate_series(1, 60000) AS i))); EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'stopped'; END $$;
RESET statement_timeout;

-- Config: what models take by these names has a range, tools and response_format hold schemas.
SELECT c AS config, t.state, t.message, t.detail FROM unnest(ARRAY[
	'{"temperature": 2, "top_p": 0.95, "top_k": 0, "max_tokens": 4096, "frequency_penalty": -2.0, "presence_penalty": null, "seed": -7, "anything": [1, {"temperature": 9}]}',
	'{"temperature": 2.01}', '{"temperature": "0.5"}', '{"temperature": 1e400}', '{"top_p": -0.1}', '{"top_k": 1.5}', '{"max_tokens": 0, "max_completion_tokens": true, "presence_penalty": 3}',
	'{"tools": [], "response_format": {"type": "text"}}',
	'{"tools": [{"type": "web_search"}, {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"items": {"enum": [1]}}}, "required": ["a"], "additionalProperties": false}}}]}',
	'{"tools": "x"}', '{"tools": ["x"]}', '{"tools": [{"function": 5}]}', '{"tools": [{}, {"function": {"parameters": "none"}}]}', '{"tools": [{"input_schema": {"type": 5, "required": "a"}}]}',
	'{"tools": [{"parameters": {"properties": {"a": 7, "b": {"anyOf": [{}, 1, true]}}, "items": [{}, "x"]}}]}',
	'{"response_format": "json"}', '{"response_format": {"type": "json_schema", "json_schema": {"schema": []}}}', '{"response_format": {"json_schema": 1, "schema": {"required": [1]}}}']) AS c,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''constraints/config'', ''x'', config => %L)', c)) AS t;
SELECT state, message, length(detail) < 1000 AS short FROM pg_temp.try(format('SELECT prompt_mgr.save_prompt(''constraints/config'', ''x'', config => %L)',
	'{"response_format": {"schema": ' || repeat('{"items": ', 66) || '{}' || repeat('}', 66) || '}}'));
SELECT state, message FROM pg_temp.try($$SELECT prompt_mgr.edit_draft('constraints/draft', 1, config => '{"model": "small", "top_p": 2}')$$);
