-- Rendering: variables, sections, missing values, options, stored prompts.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.render_template('Hello {{name}}, {{ user.city }}!', '{"name": "Ann", "user": {"city": "Ulm"}}');
SELECT prompt_mgr.render_template('{{#items}}- {{name}}: {{price}}{{/items}}{{^items}}none{{/items}}', '{"items": [{"name": "a", "price": 1.10}, {"name": "b", "price": 2}]}');
SELECT prompt_mgr.render_template('{{! a comment }}{{#ok}}yes{{/ok}}{{^ok}}no{{/ok}}', '{"ok": false}');
SELECT prompt_mgr.render_template('no tags'), prompt_mgr.render_template('');

-- Types print as JSON spells them: numbers keep their digits, containers are compact.
SELECT prompt_mgr.render_template('{{a}} {{b}} {{c}} [{{d}}] {{e}} {{f}}',
	'{"a": 1.10, "b": 12345678901234567890.5, "c": true, "d": null, "e": {"x": [1, "y"]}, "f": [1, 2]}');

-- No escaping by default; each escape once; the triple is raw.
SELECT escape, prompt_mgr.render_template('{{x}} {{{x}}} {{&x}}', '{"x": "<a href=\"b\">&''</a>"}', jsonb_build_object('escape', escape))
FROM unnest('{none,html,json,xml}'::text[]) AS escape;

-- A value is never parsed again.
SELECT prompt_mgr.render_template('{{a}}|{{b}}', '{"a": "{{b}}", "b": "{{#a}}{{a}}{{/a}} \\1 $& {% x %}"}');

-- Missing: an error that names all of them, once each and only what was
-- evaluated; or empty; or kept for a second rendering.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template(E'{{a}} {{b.c}}\n{{name}} {{a}}{{#no}}{{unseen}}{{/no}}', '{"nmae": 1}')$$);
SELECT prompt_mgr.render_template('[{{a}}{{b.c}}]', '{}', '{"on_missing": "empty"}');
SELECT prompt_mgr.render_template('[{{ a }}{{b.c}}{{d}}]', '{"d": 1}', '{"on_missing": "keep"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a}}', NULL)$$);

-- What nothing asks for: ignored, told, or refused; what is used anywhere is never called extra.
SELECT prompt_mgr.render_template('{{a}}', '{"a": 1, "b": 2}');
SELECT prompt_mgr.render_template('{{a}}', '{"a": 1, "b": 2}', '{"on_extra": "notice"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a}} {{c.d}}', '{"a": 1, "b": 2, "c": {"d": 1}, "d": 1, "z": 1}', '{"on_extra": "error"}')$$);
SELECT prompt_mgr.render_template('{{#items}}{{n}}{{outer}}{{/items}}{{#if x.y}}{{/if}}{{> p}}', '{"items": [{"n": 1}], "outer": 2, "x": 1, "inp": 3, "y": 1}', '{"on_extra": "error", "partials": {"p": "{{inp}}"}}'),
	prompt_mgr.render_template('{{.}}', '{"a": 1}', '{"on_extra": "error"}');

-- Format text has no tags; format mustache escapes html and lets pass what is missing.
SELECT prompt_mgr.render_template('{{name}} {{#', '{"name": "Ann"}', '{"format": "text"}');
SELECT prompt_mgr.render_template('{{a}}|{{x}}', '{"x": "<"}', '{"format": "mustache"}');

-- Partials of the options.
SELECT prompt_mgr.render_template('{{> head}} {{> body}}', '{"name": "Ann"}', '{"partials": {"head": "Dear {{name}},", "body": "{{> head}} again"}}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> none}}', '{}', '{"partials": {}}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> none}}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> a}}', '{}', '{"partials": {"a": 1}}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> a}}', '{}', '{"partials": {"a": "{{"}}')$$);

-- Syntax errors: line and column, in characters.
SELECT template, t.state, t.message, t.detail FROM unnest(ARRAY['{{', '{{a', '{{}}', '{{#a}}', '{{/a}}', '{{#a}}{{/b}}',
	E'é\r\né {{#a}}x', '{{a b}}', '{{=x=}}', '{{! open']) AS template,
	pg_temp.try(format('SELECT prompt_mgr.render_template(%L)', template)) AS t;

-- Arguments that cannot be meant.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template(NULL)$$);
SELECT options, t.state, t.message, t.detail FROM (VALUES ('[]'), ('1'), ('{"onmissing": "keep"}'), ('{"on_missing": "maybe"}'), ('{"format": 1}'),
	('{"escape": "url"}'), ('{"partials": []}'), ('{"keep_blocks": "yes"}')) AS o (options),
	pg_temp.try(format('SELECT prompt_mgr.render_template(''x'', ''{}'', %L)', options)) AS t;
SELECT prompt_mgr.render_template('x', '{}', NULL), prompt_mgr.render_template('x', '{}', '{"escape": null}');

-- Stored prompts: what is saved with the version holds, options stand over it.
SELECT prompt_mgr.save_prompt('render/p', '{{x}}', escape => 'html', labels => '{production}'), prompt_mgr.save_prompt('render/m', '{{x}}{{y}}', format => 'mustache', labels => '{production}');
SELECT prompt_mgr.render_prompt('render/p', '{"x": "<"}'), prompt_mgr.render_prompt('render/p', '{"x": "<"}', options => '{"escape": "none"}'), prompt_mgr.render_prompt('render/m', '{"x": "<"}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('render/p')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('render/p', '[1]')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('render/p', '{}', 1, 'production')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('render/p', '{}', -1)$$);

-- Over a table: set-based, and in a parallel plan.
CREATE TABLE render_customers AS SELECT i AS id, 'name ' || i AS name FROM generate_series(1, 1000) AS i;
SELECT count(DISTINCT text) AS texts, min(text) FROM (SELECT prompt_mgr.render_prompt('render/p', jsonb_build_object('x', name)) AS text FROM render_customers) AS r;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT count(*) FROM render_customers WHERE prompt_mgr.render_prompt('render/p', jsonb_build_object('x', name)) = name;
SELECT count(*) FROM render_customers WHERE prompt_mgr.render_prompt('render/p', jsonb_build_object('x', name)) = name;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP TABLE render_customers;

-- A label move is seen by the next statement, in plpgsql too, and never half.
DO $$
DECLARE
	seen text;
BEGIN
	PERFORM prompt_mgr.save_prompt('render/p', 'second {{x}}');
	seen := prompt_mgr.render_prompt('render/p', '{"x": 1}');
	PERFORM prompt_mgr.activate('render/p', 2);
	RAISE NOTICE 'before: %, after: %', seen, prompt_mgr.render_prompt('render/p', '{"x": 1}');
END $$;

-- The cache gives each its own: same length, same edges, other middle.
SELECT count(DISTINCT prompt_mgr.render_template(repeat('a', 500) || chr(65 + i) || repeat('b', 500) || '{{x}}', '{"x": 1}')) FROM generate_series(0, 25) AS i;
-- More distinct templates than it holds, partials among them.
SELECT count(DISTINCT prompt_mgr.render_template('{{> p}}' || i, '{}', jsonb_build_object('partials', jsonb_build_object('p', 'p' || i)))) FROM generate_series(1, 3000) AS i;
SELECT total_bytes < 18 * 1024 * 1024 AS bounded FROM pg_backend_memory_contexts WHERE name = 'prompt_mgr templates';
