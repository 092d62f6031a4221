-- validate_template(): places, codes and hints of what is wrong.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Each template with the place and the code of its first error, counted by hand.
CREATE TEMP TABLE bad (n serial, template text, line int, col int, code text, options jsonb DEFAULT '{}');
INSERT INTO bad (template, line, col, code) VALUES
	('{{', 1, 1, 'unclosed_tag'),
	('a {{b', 1, 3, 'unclosed_tag'),
	('a {{b {{c}}', 1, 3, 'unclosed_tag'),
	('{{~', 1, 1, 'unclosed_tag'),
	('{{}}', 1, 1, 'empty_tag'),
	('{{ }}', 1, 1, 'empty_tag'),
	('{{~}}', 1, 1, 'empty_tag'),
	('{{{}}}', 1, 1, 'empty_tag'),
	('{{& }}', 1, 1, 'empty_tag'),
	('{{{a}}', 1, 1, 'unclosed_triple'),
	('{{! open', 1, 1, 'unclosed_comment'),
	('x{{!-- a -- b', 1, 2, 'unclosed_comment'),
	('{{{{raw}}}} x', 1, 1, 'unclosed_raw'),
	('{{#a}}', 1, 1, 'unclosed_block'),
	(E'x\n  {{#if a}}\ny', 2, 3, 'unclosed_block'),
	('{{/a}}', 1, 1, 'close_without_open'),
	('{{#a}}{{/b}}', 1, 7, 'close_mismatch'),
	(E'{{#a}}\n{{#b}}\n{{/a}}', 3, 1, 'close_mismatch'),
	('{{/}}', 1, 4, 'unexpected_end'),
	('{{#}}', 1, 4, 'unexpected_end'),
	('{{else}}', 1, 1, 'else_outside_block'),
	('{{^}}', 1, 1, 'else_outside_block'),
	('{{#if a}}{{else}}{{else}}{{/if}}', 1, 18, 'second_else'),
	('{{#if a}}{{else}}{{else if b}}{{/if}}', 1, 18, 'second_else'),
	('{{#if a}}{{else x}}{{/if}}', 1, 17, 'unexpected_token'),
	('{{a b}}', 1, 5, 'unexpected_token'),
	('{{a + b}}', 1, 5, 'unexpected_token'),
	('{{a == b}}', 1, 5, 'unexpected_token'),
	('{{a ! b}}', 1, 5, 'unexpected_token'),
	('{{a | uper}}', 1, 7, 'unknown_filter'),
	(E'{{a\n| nofilter}}', 2, 3, 'unknown_filter'),
	('{{a | truncate}}', 1, 7, 'filter_arguments'),
	('{{a | default}}', 1, 7, 'filter_arguments'),
	('{{a | default: 1, 2}}', 1, 7, 'filter_arguments'),
	('{{a | upper: 1}}', 1, 7, 'filter_arguments'),
	('{{a | json_str("x")}}', 1, 7, 'filter_arguments'),
	('{{a | truncate: "x"}}', 1, 7, 'filter_arguments'),
	('{{a | truncate: 1.5}}', 1, 7, 'filter_arguments'),
	('{{a | replace: 1, 2}}', 1, 7, 'filter_arguments'),
	('{{a | }}', 1, 7, 'unexpected_end'),
	('{{x | slice: 1,}}', 1, 16, 'unexpected_end'),
	('{{a..b}}', 1, 5, 'empty_segment'),
	('{{a.}}', 1, 5, 'empty_segment'),
	('{{.a}}', 1, 3, 'empty_segment'),
	('{{a.[x}}', 1, 5, 'unclosed_bracket'),
	('{{"abc}}', 1, 3, 'unclosed_string'),
	('{{"\q"}}', 1, 4, 'bad_escape'),
	('{{=x=}}', 1, 1, 'bad_delimiters'),
	('{{= a b c =}}', 1, 1, 'bad_delimiters'),
	('{{=<% %>', 1, 1, 'unclosed_tag'),
	('{{#loop a}}{{/loop}}', 1, 4, 'unknown_block'),
	('{{> }}', 1, 1, 'bad_partial'),
	('{{> a@}}', 1, 7, 'bad_partial'),
	('{{> a@12345678901}}', 1, 7, 'bad_partial'),
	('{{> a b}}', 1, 7, 'bad_partial'),
	('{{> a b=}}', 1, 9, 'unexpected_end'),
	('{{f(x)}}', 1, 3, 'function_call'),
	('{{@foo}}', 1, 3, 'unknown_loop_data'),
	('{{#if a ==}}{{/if}}', 1, 11, 'unexpected_end'),
	('{{#if a and}}{{/if}}', 1, 12, 'unexpected_end'),
	('{{#if (a}}{{/if}}', 1, 7, 'unclosed_paren'),
	('{{#if a)}}{{/if}}', 1, 8, 'unexpected_token'),
	('{{#if a < b < c}}{{/if}}', 1, 13, 'unexpected_token'),
	('{{#each a as x}}{{/each}}', 1, 14, 'unexpected_token'),
	('{{#each a as |}}{{/each}}', 1, 15, 'unexpected_end'),
	('{{#each a as |x y z|}}{{/each}}', 1, 19, 'unexpected_token'),
	('{{"key": {{x}}}}', 1, 8, 'doubled_braces'),
	-- places count characters, and CR LF as one end of a line
	(E'é{{é\né | nope}}', 2, 1, 'unexpected_token'),
	(E'a\r\nb\r\n  {{/x}}', 3, 3, 'close_without_open'),
	('日本語 {{#名前}} 😀 {{/名}}', 1, 15, 'close_mismatch'),
	(E'naïve\r\n\r\n\tçà {{x | lowr}}\r\n', 3, 11, 'unknown_filter'),
	(E'{{#if a}}\r\n日本 {{"\\u12"}}\r\n{{/if}}', 2, 7, 'bad_escape');
-- What passes a limit is a finding too.
INSERT INTO bad (template, line, col, code, options) VALUES
	('{{a}}', 1, 1, 'template_too_long', '{"limits": {"template_bytes": 4}}'),
	('{{#a}}{{#b}}{{/b}}{{/a}}', 1, 7, 'too_deep', '{"limits": {"block_depth": 1}}'),
	('{{aaaaaaaaaaaaaaaaaaaa}}', 1, 1, 'tag_too_long', '{"limits": {"tag_bytes": 16}}'),
	('x {{a.b.c}}', 1, 5, 'path_too_long', '{"limits": {"path_segments": 2}}'),
	('{{a | trim | upper}}', 1, 14, 'too_many_filters', '{"limits": {"tag_filters": 1}}'),
	('{{a}}{{b}}', 1, 6, 'too_many_ops', '{"limits": {"ops": 1}}'),
	('{{#if ' || repeat('(', 33) || 'a', 1, 39, 'too_deep', '{}'),
	('{{> p a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1}}', 1, 39, 'too_many_arguments', '{}'),
	('{{#a}}{{/b}}', 1, 7, 'close_mismatch', '{"format": "mustache"}'),
	('{{#a.}}{{/a.}}', 1, 6, 'empty_segment', '{"format": "mustache"}'),
	('{{a', 1, 1, 'unclosed_tag', '{"format": "mustache"}');

SELECT count(*) AS templates FROM bad;
SELECT b.*, v.line AS got_line, v.col AS got_col, v.code AS got_code
FROM bad AS b LEFT JOIN LATERAL (SELECT * FROM prompt_mgr.validate_template(b.template, b.options) WITH ORDINALITY AS f
	WHERE f.severity = 'error' ORDER BY f.ordinality LIMIT 1) AS v ON true
WHERE (b.line, b.col, b.code) IS DISTINCT FROM (v.line, v.col, v.code) ORDER BY n;

-- Their messages and hints.
SELECT b.n, left(b.template, 40) AS template, f.line, f.col, f.code, f.message, f.hint
FROM bad AS b, prompt_mgr.validate_template(b.template, b.options) WITH ORDINALITY AS f ORDER BY b.n, f.ordinality;

-- The first of them is what rendering raises.
SELECT b.n, b.template, t.* FROM bad AS b, pg_temp.try(format('SELECT prompt_mgr.render_template(%L, ''{}'', %L)', b.template, b.options)) AS t
WHERE (t.state, t.detail) IS DISTINCT FROM (CASE WHEN b.code LIKE 'too%' OR b.code LIKE '%too_long' THEN 'PT413' ELSE '42601' END, format('line %s, column %s', b.line, b.col));

-- Good templates have no findings.
SELECT template, f.* FROM unnest(ARRAY['', 'x', '{{a}}', '{"a": {"b": {{x}}}}', '} }} {', '\{{x', '{{{{raw}}}}{{x{{{{/raw}}}}',
	'{{#if}}{{/if}}', '{{#a}}{{else}}{{/a}}', '{{> a@7 b=c}}', '{{=<% %>=}}<%x%>', '{{ "{{" }}', E'{{!\n-- }}']) AS template,
	prompt_mgr.validate_template(template) AS f;
SELECT * FROM prompt_mgr.validate_template('{{ {{# }}', '{"format": "text"}');

-- Many errors at once, in the order of their places; at most 20.
SELECT * FROM prompt_mgr.validate_template(E'{{a | uper}}\n{{#if x}}{{b c}}\n{{/each}} {{}} {{> }}\n{{#y}}');
SELECT count(*), count(*) FILTER (WHERE f.code = 'empty_tag') AS empty, max(f.line) FROM prompt_mgr.validate_template(repeat(E'{{}}\n', 1000)) AS f;

-- Warnings do not keep a template from rendering.
SELECT * FROM prompt_mgr.validate_template(E'{% if x %}\n{{#if a | default: true}}b{{/if}}{% endif %}');
SELECT prompt_mgr.render_template('{% if x %}{{#if a | default: true}}b{{/if}}');

-- Partials that the options give are looked at as well.
SELECT * FROM prompt_mgr.validate_template('{{> good}}{{> none}}{{> bad}}{{> a}}{{> b}}{{> self}}{{> deep}}{{> stored@7}}', '{"partials":
	{"good": "x", "bad": "é {{#x}}", "a": "{{> b}}", "b": "{{> a}}", "self": "{{> self}}", "deep": "{{> deeper}}", "deeper": "{{> nothing}}"}}');
SELECT count(*) FROM prompt_mgr.validate_template('{{> none}}');
SELECT count(*) FROM prompt_mgr.validate_template('{{> none}}', '{"partials": {}, "on_missing": "empty"}');
SELECT count(*) FROM prompt_mgr.validate_template('{{> none}}{{> self}}', '{"partials": {"self": "{{> self}}"}, "format": "mustache"}');
-- A thousand partials that refer to a thousand others cost no more than that.
SELECT count(*) FROM prompt_mgr.validate_template('{{> p1}}', jsonb_build_object('partials',
	(SELECT jsonb_object_agg('p' || i, CASE WHEN i < 40 THEN repeat('{{> p' || i + 1 || '}}', 50) ELSE 'x' END) FROM generate_series(1, 1000) AS i)));

-- Wrong arguments are errors of the call.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.validate_template(NULL)$$);
SELECT options, t.state, t.message, t.detail FROM unnest('{"[]","{\"formt\": 1}","{\"partials\": {\"a\": 1}}","{\"limits\": {\"opps\": 1}}","{\"limits\": {\"ops\": 0}}","{\"limits\": 1}"}'::text[]) AS options,
	pg_temp.try(format('SELECT prompt_mgr.validate_template(''{{> a}}'', %L)', options)) AS t;
