-- render_template() against format() and nested replace(), render_prompt()
-- against a prepared SELECT by primary key, all in one run.
\set QUIET on
\ir lib.sql
\set calls 200000

-- 1.4 kB, six variables; the same text for all three ways.
CREATE TEMP TABLE bench AS
WITH body AS (
	SELECT 'You are {{role}} for {{company}}. Answer in {{language}}, in a {{tone}} tone.' || E'\n'
		|| repeat('Stay within the facts that are given, cite them, and say so where they do not suffice. ', 14)
		|| E'\nCustomer: {{customer}}\nQuestion: {{question}}\n' AS template
), vars AS (
	SELECT '{"role": "a support agent", "company": "Acme", "language": "English", "tone": "friendly", "customer": "Ann Example", "question": "Where is my parcel?"}'::jsonb AS variables
)
SELECT template, variables, regexp_replace(template, '\{\{\w+\}\}', '%s', 'g') AS format,
	variables ->> 'role' AS v1, variables ->> 'company' AS v2, variables ->> 'language' AS v3,
	variables ->> 'tone' AS v4, variables ->> 'customer' AS v5, variables ->> 'question' AS v6,
	'{{#items}}{{name}}: {{qty}} x {{price}}{{#sale}} (sale){{/sale}}' || E'\n' || '{{/items}}{{^items}}empty{{/items}}Total {{total}}' AS loop_template,
	(SELECT jsonb_build_object('total', 99.5, 'items', jsonb_agg(jsonb_build_object('name', 'article ' || i, 'qty', i, 'price', i + 0.5, 'sale', i % 3 = 0)))
	 FROM generate_series(1, 20) AS i) AS loop_variables
FROM body, vars;
-- As a client sends them: a stored text this repetitive would be compressed,
-- and every call on it would measure the decompression too.
ALTER TABLE bench ALTER template SET STORAGE PLAIN, ALTER format SET STORAGE PLAIN, ALTER variables SET STORAGE PLAIN,
	ALTER loop_template SET STORAGE PLAIN, ALTER loop_variables SET STORAGE PLAIN;
CREATE TEMP TABLE bench_plain (LIKE bench INCLUDING STORAGE);
INSERT INTO bench_plain SELECT template || '', (variables::text)::jsonb, format || '', v1, v2, v3, v4, v5, v6, loop_template || '', (loop_variables::text)::jsonb FROM bench;
DROP TABLE bench;
ALTER TABLE bench_plain RENAME TO bench;
SELECT format('template %s bytes, rendered %s bytes; loop rendered %s bytes', octet_length(template),
	octet_length(prompt_mgr.render_template(template, variables)), octet_length(prompt_mgr.render_template(loop_template, loop_variables))) FROM bench \g (tuples_only=on)
SELECT prompt_mgr.render_template(template, variables) = format(format, v1, v2, v3, v4, v5, v6)
	AND prompt_mgr.render_template(template, variables) = replace(replace(replace(replace(replace(replace(template, '{{role}}', v1), '{{company}}', v2), '{{language}}', v3), '{{tone}}', v4), '{{customer}}', v5), '{{question}}', v6) AS same_text
FROM bench \gset
\if :same_text
\else
	\echo the ways to render differ
	\quit
\endif

CREATE FUNCTION pg_temp.per_call(expression text, calls integer) RETURNS double precision LANGUAGE sql AS $$
	SELECT pg_temp.fastest(format('SELECT count(%s) FROM bench, generate_series(1, %s)', expression, calls)) / calls * 1e6
$$;
CREATE TEMP TABLE took AS SELECT
	pg_temp.per_call('octet_length(template)', :calls) AS noop,
	pg_temp.per_call('prompt_mgr.render_template(template, variables)', :calls) AS render,
	pg_temp.per_call('format(format, v1, v2, v3, v4, v5, v6)', :calls) AS format,
	pg_temp.per_call($$replace(replace(replace(replace(replace(replace(template, '{{role}}', v1), '{{company}}', v2), '{{language}}', v3), '{{tone}}', v4), '{{customer}}', v5), '{{question}}', v6)$$, :calls) AS replace,
	pg_temp.per_call('prompt_mgr.render_template(loop_template, loop_variables)', :calls / 10) AS loop,
	pg_temp.per_call('loop_variables::text', :calls / 10) AS jsonb_text;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'render_template, 6 variables', render - noop, format - noop, 'format()', '0.4' FROM took UNION ALL
	SELECT 'render_template, 6 variables', render - noop, replace - noop, 'nested replace()', '0.1' FROM took UNION ALL
	SELECT 'render_template, over a no-op call', render - noop, 0.6, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'render_template, loop of 20 items', loop - noop, 12, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'render_template, loop of 20 items', loop - noop, jsonb_text - noop, 'jsonb::text of the variables', '' FROM took;

-- The server loop: both sides as a statement of plpgsql.
SELECT prompt_mgr.save_prompt('bench/render', template, labels => '{production}', if_changed => true) FROM bench \g /dev/null
CREATE TEMP TABLE bench_pk (id integer PRIMARY KEY, template text);
INSERT INTO bench_pk SELECT i, template FROM bench, generate_series(1, 300) AS i;
ANALYZE bench_pk;
CREATE FUNCTION pg_temp.loop_select(n integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text; BEGIN FOR i IN 1 .. n LOOP SELECT b.template INTO t FROM bench_pk AS b WHERE b.id = i % 300 + 1; END LOOP; END $$;
CREATE FUNCTION pg_temp.loop_render(n integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text; v jsonb; BEGIN SELECT variables INTO v FROM bench; FOR i IN 1 .. n LOOP t := prompt_mgr.render_prompt('bench/render', v); END LOOP; END $$;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'render_prompt, by label', pg_temp.fastest(format('SELECT pg_temp.loop_render(%s)', :calls)) / :calls * 1e6,
		pg_temp.fastest(format('SELECT pg_temp.loop_select(%s)', :calls)) / :calls * 1e6, 'SELECT by primary key', '1.5';
TABLE pg_temp.report;
