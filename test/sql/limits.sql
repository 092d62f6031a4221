-- Limits: settings, their ceilings, and that nothing gets past them.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- The settings of templates, with their ceilings.  The first call loads the library, and them.
SELECT prompt_mgr.version() IS NOT NULL AS loaded;
SELECT name, setting, unit, min_val, max_val, context, short_desc FROM pg_settings WHERE name ~ '^prompt_mgr\.max_' ORDER BY name COLLATE "C";
SELECT count(*) AS not_for_everybody FROM pg_settings WHERE name ~ '^prompt_mgr\.max_' AND context <> 'user';
-- Nobody gets above a ceiling, and nothing else has the prefix.
SELECT t.state FROM pg_temp.try('SET prompt_mgr.max_fuel = 1000000001') AS t;
SELECT t.state FROM pg_temp.try('SET prompt_mgr.max_output_size = ''1GB''') AS t;
SELECT t.state, t.message FROM pg_temp.try('SET prompt_mgr.max_everything = 1') AS t;
SELECT 'numbers' AS data, jsonb_build_object('a', jsonb_agg(i)) AS vars FROM generate_series(1, 100) AS i \gset

-- Of a template: what is too large is refused, one less is not.
CREATE TEMP TABLE compile_limit (name text, least int, template text);
INSERT INTO compile_limit VALUES ('template_bytes', 5, '{{a}}'), ('block_depth', 2, '{{#a}}{{#a}}{{/a}}{{/a}}'), ('tag_bytes', 19, '{{ a | truncate:1 }}'),
	('path_segments', 3, '{{a.b.c}}'), ('tag_filters', 2, '{{a | trim | upper}}'), ('ops', 3, '{{a}}{{a}}');
UPDATE compile_limit SET least = length(template) WHERE name = 'tag_bytes';
SELECT l.name, t.state, t.message, t.detail FROM compile_limit AS l, generate_series(0, 1) AS less,
	pg_temp.try(format('SELECT prompt_mgr.render_template(%L, ''{"a": {"b": {"c": ""}}}'', %L)', l.template, jsonb_build_object('limits', jsonb_build_object(l.name, l.least - less)))) AS t
ORDER BY l.name COLLATE "C", less;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template(repeat(' ', 262145))$$) AS t;
SELECT length(prompt_mgr.render_template(repeat(' ', 262144)));

-- Of a render.  Empty loops, one in the other.
SELECT t.state, t.message, t.detail FROM pg_temp.try(format('SELECT prompt_mgr.render_template(%L, %L)', repeat('{{#a}}', 32) || repeat('{{/a}}', 32), :'vars')) AS t;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(%L, %L, ''{"limits": {"iterations": 99}}'')', '{{#each a}}{{/each}}', :'vars')) AS t;
SELECT prompt_mgr.render_template('{{#each a}}{{/each}}ok', :'vars', '{"limits": {"iterations": 100}}');
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(%L, %L, ''{"limits": {"fuel": 5000}}'')', '{{#each a}}{{#each @root.a}}{{/each}}{{/each}}', :'vars')) AS t;
-- Inside filters: each makes more out of little.
SELECT template, t.state, t.message FROM unnest('{"{{s | replace: \"x\", s | replace: \"x\", s}}","{{n | indent: 1000}}","{{l | join: s}}","{{s | prefix: s | suffix: s}}","{{l | json: 10}}","{{s | html}}","{{l | sort | join: s}}"}'::text[]) AS template,
	pg_temp.try(format('SELECT length(prompt_mgr.render_template(%L, jsonb_build_object(''s'', repeat(''x'', 4000) || ''<'', ''n'', repeat(E''a\n'', 1000), ''l'', (SELECT jsonb_agg(i) FROM generate_series(1, 1000) AS i)), ''{"limits": {"output_bytes": 4003}}''))', template)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{#if (a | replace: "x", b | replace: "y", b)}}{{/if}}', jsonb_build_object('a', repeat('x', 4000), 'b', repeat('y', 4000)))$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a | replace: "x", "yy" | length}}', jsonb_build_object('a', repeat('x', 4000)), '{"limits": {"work_bytes": 5000}}')$$) AS t;
-- Partials: ten of ten of ten ..., and one inside the other.
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(''{{> p1}}'', ''{}'', %L)', jsonb_build_object('partials',
	(SELECT jsonb_object_agg('p' || i, repeat('{{> p' || i + 1 || '}}', 10)) FROM generate_series(1, 9) AS i) || '{"p10": "ha"}'))) AS t;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(''{{> p1}}'', ''{}'', %L)', jsonb_build_object('partials',
	(SELECT jsonb_object_agg('p' || i, '{{> p' || i + 1 || '}}') FROM generate_series(1, 16) AS i) || '{"p17": "ha"}'))) AS t;
SELECT prompt_mgr.render_template('{{> p2}}', '{}', jsonb_build_object('partials',
	(SELECT jsonb_object_agg('p' || i, '{{> p' || i + 1 || '}}') FROM generate_series(2, 16) AS i) || '{"p17": "ha"}'));
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> p}}', '{}', '{"partials": {"p": "{{> p}}"}, "format": "mustache"}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{> p}}', '{}', '{"partials": {"p": "x"}, "limits": {"partial_depth": 0}}')$$) AS t;
-- Printing as JSON: size and depth.
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(''{{a}}'', %L, ''{"limits": {"output_bytes": 100}}'')', :'vars')) AS t;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.render_template(''{{a}}'', %L)', '{"a": ' || repeat('[', 65) || 1 || repeat(']', 65) || '}')) AS t;
SELECT length(prompt_mgr.render_template('{{a}}', ('{"a": ' || repeat('[', 64) || 1 || repeat(']', 64) || '}')::jsonb));
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a}}', '{"a": [[1]]}', '{"limits": {"json_depth": 1}}')$$) AS t;
-- The output, to the byte.
SELECT prompt_mgr.render_template('a{{x}}', '{"x": "bcd"}', '{"limits": {"output_bytes": 4}}');
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.render_template('a{{x}}', '{"x": "bcd"}', '{"limits": {"output_bytes": 3}}')$$) AS t;

-- A setting holds for the session; a call may go below it and not above.
SET prompt_mgr.max_output_size = 3;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('abcd')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('abcd', '{}', '{"limits": {"output_bytes": 1000}}')$$) AS t;
BEGIN;
SET LOCAL prompt_mgr.max_output_size = 4;
SELECT prompt_mgr.render_template('abcd');
ROLLBACK;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('abcd')$$) AS t;
RESET prompt_mgr.max_output_size;
SELECT prompt_mgr.render_template('abcd');
-- What was compiled before a limit was lowered does not pass it afterwards.
SELECT prompt_mgr.render_template('{{a | upper | trim}}', '{"a": "x"}');
SET prompt_mgr.max_tag_filters = 1;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a | upper | trim}}', '{"a": "x"}')$$) AS t;
RESET prompt_mgr.max_tag_filters;
SELECT prompt_mgr.render_template('{{a | upper | trim}}', '{"a": "x"}');
-- In a parallel worker the session's settings hold.
SET prompt_mgr.max_output_size = 2;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
CREATE TABLE limits_many AS SELECT i::text AS t FROM generate_series(1, 2000) AS i;
ANALYZE limits_many;
SELECT t.state, t.message FROM pg_temp.try($$SELECT count(*) FROM limits_many WHERE prompt_mgr.render_template('{{t}}', jsonb_build_object('t', t)) = 'x'$$) AS t;
DROP TABLE limits_many;
RESET prompt_mgr.max_output_size;

-- Options that are no limits.
SELECT limits, t.state, t.message, t.detail FROM unnest('{"{\"output_bytes\": -1}","{\"output_bytes\": 1.5}","{\"output_bytes\": \"1\"}","{\"output_bytes\": 1e30}","{\"bytes\": 1}","[]","{\"fuel\": null}"}'::text[]) AS limits,
	pg_temp.try(format('SELECT prompt_mgr.render_template(''x'', ''{}'', %L)', format('{"limits": %s}', limits))) AS t;

-- At the ceilings a statement can still be cancelled at any time.
SET prompt_mgr.max_iterations = 10000000; SET prompt_mgr.max_fuel = 1000000000; SET prompt_mgr.max_output_size = '512MB';
SET prompt_mgr.max_work_size = '512MB'; SET prompt_mgr.max_partial_calls = 100000; SET prompt_mgr.max_template_size = '4MB';
SET statement_timeout = 50;
\set VERBOSITY sqlstate
SELECT length(prompt_mgr.render_template(repeat('{{#a}}', 32) || repeat('{{/a}}', 32), :'vars'));
SELECT length(prompt_mgr.render_template('{{a | replace: "x", b | replace: "y", b}}', jsonb_build_object('a', repeat('x', 10000), 'b', repeat('y', 10000))));
SELECT length(prompt_mgr.render_template('{{#each a}}{{#each @root.a}}{{#if (@root.b contains "y")}}{{/if}}{{/each}}{{/each}}', jsonb_build_object('b', repeat('x', 10000000)) || :'vars'));
\set VERBOSITY default
RESET statement_timeout;
