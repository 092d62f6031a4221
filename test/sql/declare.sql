-- Declared variables: types, validators, defaults, coercion, formatting,
-- dependencies, own functions; what saving refuses.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- One variable x, one value; shows the text, or what is wrong with it.
CREATE FUNCTION pg_temp.given(declaration jsonb, value jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	code text;
	detail text;
BEGIN
	RETURN prompt_mgr.render_template('<{{x}}>', jsonb_build_object('x', value), jsonb_build_object('declared', jsonb_build_object('x', declaration)));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
	IF detail = '' THEN
		RETURN code || ' ' || SQLERRM;
	END IF;
	RETURN code || ' ' || (SELECT string_agg(concat_ws(' ', p ->> 'path', p ->> 'rule', p ->> 'reason', '(' || (p ->> 'value') || ')'), '; ' ORDER BY n) FROM jsonb_array_elements(detail::jsonb) WITH ORDINALITY AS d (p, n));
END $$;

-- Types: every one with every kind of value.
SELECT v AS value, string_agg(CASE WHEN pg_temp.given(jsonb_build_object('type', t), v) LIKE '<%' THEN t END, ' ' ORDER BY n) AS fits
FROM unnest('{string,number,integer,boolean,array,object,context}'::text[]) WITH ORDINALITY AS d (t, n),
	unnest(ARRAY['"a"', '1.5', '3', '3.0', '-0', 'true', '[]', '{}', '[1]', '{"a": 1}', '"3"']::jsonb[]) WITH ORDINALITY AS j (v, m)
GROUP BY m, v ORDER BY m;
SELECT t, pg_temp.given(jsonb_build_object('type', t), '"three"') FROM unnest('{string,number,integer,boolean,array,object,context}'::text[]) AS t;
SELECT pg_temp.given('{}', '[1, {"a": null}]') AS no_type_is_context;

-- Null is no value, unless it is declared to be one.
SELECT pg_temp.given('{"type": "string"}', 'null') AS required, pg_temp.given('{"type": "string", "nullable": true, "minLength": 5}', 'null') AS nullable,
	pg_temp.given('{"type": "string", "required": false}', 'null') AS optional, pg_temp.given('{"type": "string", "default": "d"}', 'null') AS defaulted,
	pg_temp.given('{"type": "string", "default": "d", "nullable": true}', 'null') AS nullable_defaulted, pg_temp.given('{"default": null, "nullable": true}', NULL) AS null_default;

-- Lengths count characters, and the limits themselves are allowed.
SELECT v, pg_temp.given('{"type": "string", "minLength": 2, "maxLength": 3}', to_jsonb(v))
FROM unnest(ARRAY['', 'a', 'ab', 'abc', 'abcd', 'äöü', 'äöüß', '日本', '👍👍👍', '👍👍👍👍']) AS v;
SELECT pg_temp.given('{"maxLength": 1}', '[1, 2, 3]') AS of_strings_alone;

-- Numbers keep size and digits.
SELECT v, pg_temp.given('{"type": "number", "min": 0.3, "max": 1e400}', v)
FROM unnest(ARRAY['0.3', '0.30', '0.29999999999999999999', '0.1', '12345678901234567890.5']::jsonb[]) AS v;
SELECT pg_temp.given('{"type": "number", "max": 1e400}', '1e400') = '<1' || repeat('0', 400) || '>' AS the_limit, left(pg_temp.given('{"type": "number", "max": 1e400}', '1.1e400'), 40) AS more;
SELECT pg_temp.given('{"type": "number", "enum": [0.3]}', to_jsonb(0.1 + 0.2)) AS exact, pg_temp.given('{"type": "integer"}', '1e20') AS big, pg_temp.given('{"type": "integer"}', '2.5') AS fraction;
SELECT pg_temp.given('{"type": "integer", "min": 1, "max": 3}', v) FROM unnest(ARRAY['0', '1', '3', '4']::jsonb[]) AS v;

-- Patterns are PostgreSQL's, and find unless they are anchored.
SELECT v, pg_temp.given('{"pattern": "^[a-zäöü]{2,4}$"}', to_jsonb(v)) FROM unnest(ARRAY['a', 'ab', 'äöüä', 'ABC', 'abcde']) AS v;
SELECT pg_temp.given('{"pattern": "(?i)ABC"}', '"xabcx"') AS embedded_option, pg_temp.given('{"pattern": "\\d{3}-\\w+"}', '"x 123-a y"') AS found, pg_temp.given('{"pattern": "a"}', '7') AS of_strings_alone;

-- enum, also of objects and lists; numbers by value, keys in any order.
SELECT v, pg_temp.given('{"enum": ["a", 1, null, true, [1, 2], {"a": 1, "b": {"c": []}}], "nullable": true}', v)
FROM unnest(ARRAY['"a"', '"b"', '1.0', '2', 'true', 'false', '[1, 2]', '[2, 1]', '{"b": {"c": []}, "a": 1.0}', '{"a": 1}', 'null']::jsonb[]) AS v;

-- Items of arrays.
SELECT v, pg_temp.given('{"type": "array", "minItems": 1, "maxItems": 2}', v) FROM unnest(ARRAY['[]', '[1]', '[1, 2]', '[1, 2, 3]']::jsonb[]) AS v;

-- A value is shown in part; it may be long and may be secret.
SELECT pg_temp.given('{"maxLength": 3}', to_jsonb(repeat('ä', 41)));
SELECT pg_temp.given('{"type": "string"}', '{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]}');

-- All failures together, of all variables.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '{"a": "xyz1", "b": 17, "d": "no", "e": null, "extra": 1}', '{"declared": {
	"a": {"type": "string", "maxLength": 3, "pattern": "^[a-z]+$", "enum": ["abc"]}, "b": {"type": "integer", "min": 18},
	"c": {"type": "string"}, "d": {"type": "boolean"}, "e": {}, "ok": {"required": false}}}')$$);
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '[]', '{"declared": {"a": {}}}')$$) AS t;

-- Defaults apply where nothing is given; they satisfy "required".
SELECT prompt_mgr.render_template('{{a}} {{b}} {{#c}}{{.}},{{/c}} {{d.e}}', '{"a": "given"}', '{"declared": {"a": {"default": "A"}, "b": {"default": 2, "required": true}, "c": {"default": [1, 2]}, "d": {"default": {"e": "deep"}}}}');
-- An optional variable that is not given prints nothing, and is false.
SELECT prompt_mgr.render_template('[{{a}}]{{#a}}yes{{/a}}{{^a}}no{{/a}}', '{}', '{"declared": {"a": {"required": false}}}');
-- What is not declared passes, and is missing where it is missing.
SELECT prompt_mgr.render_template('{{a}}{{b}}', '{"b": 1, "a": "x"}', '{"declared": {"a": {"format": ["uppercase"]}}}');
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('{{a}}{{b}}', '{"a": 1}', '{"declared": {"a": {}}}')$$) AS t;
-- keep leaves what is not given for a second rendering, which applies the rest.
SELECT first, prompt_mgr.render_template(first, '{"b": "two"}', '{"declared": {"b": {}, "c": {"default": "C"}}}') AS second
FROM prompt_mgr.render_template('{{a}} {{b}} {{c}}', '{"a": "one"}', '{"on_missing": "keep", "declared": {"a": {"format": ["uppercase"]}, "b": {}, "c": {"default": "C"}}}') AS first;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '{"a": 1}', '{"on_missing": "keep", "declared": {"a": {"type": "string"}, "b": {}}}')$$) AS t;
-- empty is about paths; what is declared as required stays so.
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '{}', '{"on_missing": "empty", "declared": {"a": {}}}')$$) AS t;

-- Coercion: off by default; text to number and truth, these to text.
SELECT t, v, pg_temp.given(jsonb_build_object('type', t, 'coerce', true), v)
FROM (VALUES ('integer', '"3"'), ('integer', '"3.0"'), ('integer', '"3.5"'), ('number', '"-1.50"'), ('number', '"1e3"'), ('number', '"0x10"'), ('number', '" 1"'), ('number', '""'),
	('number', '"NaN"'), ('number', '"1e999999999"'), ('number', 'true'), ('boolean', '"true"'), ('boolean', '"yes"'), ('boolean', '1'), ('string', '1.50'), ('string', 'false'),
	('string', '[1]'), ('array', '"[1]"'), ('object', '"{}"')) AS c (t, v0), LATERAL (SELECT v0::jsonb) AS j (v);
SELECT pg_temp.given('{"type": "integer", "coerce": true, "max": 2}', '"3"') AS rules_see_the_number, pg_temp.given('{"type": "string", "coerce": true, "pattern": "^\\d+$"}', '12') AS rules_see_the_text;
SELECT prompt_mgr.render_template('{{#if (n == 3)}}number{{/if}}', '{"n": "3"}', '{"declared": {"n": {"type": "number", "coerce": true}}}');

-- Formatting: one order, however it is written.
SELECT pg_temp.given(jsonb_build_object('format', f), '"  Straße\u200b \u202e12 "') FROM unnest(ARRAY['["uppercase"]', '["lowercase"]', '["trim"]', '["sanitize"]',
	'[{"maxLength": 5}]', '[{"prefix": "["}]', '[{"suffix": "]"}]', '[{"suffix": "]"}, {"prefix": "["}, {"maxLength": 4}, "sanitize", "trim", "uppercase"]',
	'["uppercase", "trim", "sanitize", {"maxLength": 4}, {"prefix": "["}, {"suffix": "]"}]']::jsonb[]) AS f;
SELECT pg_temp.given('{"maxLength": 3, "format": ["trim"]}', '" abc "') AS rules_come_first, pg_temp.given('{"format": [{"prefix": "#"}], "default": "d"}', NULL) AS defaults_too,
	pg_temp.given('{"format": [{"prefix": "#"}], "required": false}', NULL) AS not_null, pg_temp.given('{"format": ["uppercase"]}', '[1, "a"]') AS not_arrays, pg_temp.given('{"format": [{"maxLength": 0}]}', '"abc"') AS to_nothing;
-- sanitize reaches into arrays and objects; strict takes out more.
SELECT pg_temp.given('{"type": "object", "sanitize": "basic"}', '{"k\u200b": ["a\u202eb", {"c": "\u0007d"}], "n": 1}'), pg_temp.given('{"sanitize": "basic"}', '"a\u00adb"') = E'<a\u00ADb>' AS basic_keeps, pg_temp.given('{"sanitize": "strict", "format": ["sanitize"]}', '"a\u00adb"') = '<ab>' AS strict_does_not;

-- Dependencies.
SELECT v, t.state, t.detail FROM unnest(ARRAY['{}', '{"card": "1"}', '{"card": "1", "code": "2"}', '{"card": "1", "code": null}', '{"iban": "3", "card": "1", "code": "2"}', '{"kind": "company"}', '{"kind": "company", "vat": "DE1"}',
		'{"kind": "person"}', '{"iban": "x"}', '{"iban": "x", "bank": "y"}']::jsonb[]) AS v,
	pg_temp.try(format('SELECT prompt_mgr.render_template('''', %L, %L)', v, '{"declared": {"card": {"required": false, "requires": ["code"]}, "code": {"required": false}, "iban": {"required": false, "excludes": ["card"]},
		"kind": {"default": "person"}, "vat": {"requiredIf": {"variable": "kind", "equals": "company"}}, "bank": {"requiredIf": {"variable": "iban"}}}}')) AS t;
-- A default is enough for those that others require, and asks nothing itself.
SELECT prompt_mgr.render_template('{{a}}{{b}}', '{"a": 1}', '{"declared": {"a": {"requires": ["b"]}, "b": {"default": 2, "requires": ["c"]}, "c": {"required": false}}}');

-- Mistakes in declarations, all at once.
SELECT t.state, t.message, jsonb_pretty(t.detail::jsonb) AS detail FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('declare/bad', '{{a}}', variables => '{"a": {"tpye": "string"}, "b": 1, "c": {"type": "text"},
	"d": {"type": "number", "minLength": 1, "pattern": "x", "format": ["trim"]}, "e": {"required": "yes", "min": "1", "minLength": -1, "maxLength": 1.5, "enum": [], "description": 1, "examples": {}},
	"f": {"min": 2, "max": 1, "minLength": 2, "maxLength": 1, "minItems": 2, "maxItems": 1}, "g": {"type": "string", "default": 7}, "h": {"type": "integer", "enum": [1, "two"]}, "i": {"default": null},
	"j": {"requires": ["none", "j"], "excludes": "a", "requiredIf": {"variable": "nowhere"}}, "k": {"requiredIf": {"variable": "a", "equal": 1}}, "l": {"requiredIf": ["a"]}, "m": {"validate": "f"},
	"n": {"trust": "maybe", "sanitize": "hard", "delimit": 1, "coerce": true}, "o": {"format": ["upper", {"prefix": 1}, {}, {"prefix": "a", "suffix": "b"}, "uppercase", "lowercase"]}, "p": {"format": "trim"},
	"q": {"type": "string", "maxLength": 2, "default": "abc"}, "": {}}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '{}', '{"declared": {"a": {"typ": "string"}}}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_template('', '{}', '{"declared": ["a"]}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.save_prompt(''declare/bad'', ''x'', variables => %L)', (SELECT jsonb_object_agg('v' || i, '{}'::jsonb) FROM generate_series(1, 1001) AS i))) AS t;

-- Patterns that are refused: syntax, length, back references, look-around, and
-- repeat counts that multiply.
SELECT p, (t.detail::jsonb -> 0) ->> 'reason' AS reason FROM unnest(ARRAY['(', '[a', 'a{2,1}', '', '(a)\1', '(?=a)b', '(?<!a)b', '(x{200}){200}y', '((a{1,50}){1,50}){1,50}', '(a{30}){34}', '(?x)(a{200} # [
){200}', '***=a', '(?b)a', '[\]]{200}[[:alpha:]{]{200}(?#{)a{250}.{200}[]]{200}', repeat('(', 100) || repeat(')', 100)]) AS p,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''declare/bad'', ''{{x}}'', variables => %L)', jsonb_build_object('x', jsonb_build_object('pattern', p)))) AS t;
SELECT t.message FROM pg_temp.try(format('SELECT prompt_mgr.save_prompt(''declare/bad'', ''{{x}}'', variables => %L)', jsonb_build_object('x', jsonb_build_object('pattern', repeat('ä', 513))))) AS t;
SELECT p, pg_temp.given(jsonb_build_object('pattern', p), '"aaaa"') FROM unnest(ARRAY['^(a{2}){2}$', '(a{30}){33}', '^[^]{}]{4}$', '\{', '^a{1,}', '(?i)A', '^(?:aa|b)+$', '^(a+)+$']) AS p;
-- Whatever is accepted is matched fast, and nothing is matched for long.
SET statement_timeout = '10s';
SELECT count(*) FILTER (WHERE r LIKE '<%' OR r LIKE 'PM003 x pattern %') AS answered, count(*) AS asked FROM unnest(ARRAY['^(a+)+$', '(a|aa)+$', '(a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*a){12}b', '(a?){255}a{255}b',
	'(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x', 'a.{250}b', '(a|b|ab)*c.{100}d', '(\w+\s?)+$', '.*?.*?.*?=.*']) AS p,
	LATERAL pg_temp.given(jsonb_build_object('pattern', p), to_jsonb(repeat('a', 65535) || 'B')) AS r;
RESET statement_timeout;
SELECT pg_temp.given('{"pattern": "a"}', to_jsonb(repeat('a', 65537)));

-- A prompt that declares variables declares all that it uses.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('declare/use', E'{{name}}\n{{ nmae }} {{#if (age > 3)}}{{user.age}}{{/if}}', variables => '{"name": {}, "age": {}}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('declare/chat', messages => '[{"role": "user", "content": "{{a}} {{b}}"}]', variables => '{"a": {}}')$$);
SELECT prompt_mgr.save_prompt('declare/use', '{{#each items as |i|}}{{i.name}}{{@index}}{{/each}}{{#items}}{{anything}}{{.}}{{/items}}{{[a.b]}}{{@root.items}}{{! no }}{{> part}}', variables => '{"items": {"type": "array"}, "a.b": {}, "unused": {}}');

-- The same as findings of validate_template; what is declared and not used is a
-- warning there, and neither is extra for on_extra.
SELECT line, col, severity, code, message, hint FROM prompt_mgr.validate_template(E'{{nmae}}\n{{#items}}{{company}}{{/items}}{{other}}', '{"declared": {"name": {}, "items": {}, "company": {}, "unused": {}}}');
SELECT count(*) AS findings FROM prompt_mgr.validate_template('{{a}}{{> p}}', '{"declared": {"a": {}, "b": {}}, "partials": {"p": "{{b}}"}}');
SELECT prompt_mgr.render_template('{{a}}', '{"a": 1, "b": 2}', '{"on_extra": "error", "declared": {"a": {}, "b": {}, "c": {"default": 1}, "d": {"required": false}}}');

-- Own functions: boolean, or text with the reason.
CREATE SCHEMA declare_app;
CREATE FUNCTION declare_app.is_even(value jsonb) RETURNS boolean IMMUTABLE PARALLEL SAFE RETURN (value #>> '{}')::int % 2 = 0;
CREATE FUNCTION declare_app.reason(value jsonb) RETURNS text STABLE PARALLEL SAFE RETURN CASE WHEN value ? 'id' THEN NULL ELSE 'must have an id' END;
CREATE FUNCTION declare_app.unknown(value jsonb) RETURNS boolean IMMUTABLE PARALLEL SAFE RETURN NULL::boolean;
CREATE FUNCTION declare_app.raises(value jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN RAISE EXCEPTION 'no such customer' USING ERRCODE = 'ZZ001'; END $$;
CREATE FUNCTION declare_app.renders(value jsonb) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
	PERFORM prompt_mgr.render_template('{{x}}', jsonb_build_object('x', i), jsonb_build_object('declared', jsonb_build_object('x', jsonb_build_object('description', 'd' || i)))) FROM generate_series(1, 600) AS i;
	RETURN true;
END $$;
CREATE FUNCTION declare_app.volatile(value jsonb) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION declare_app.unsafe(value jsonb) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION declare_app.definer(value jsonb) RETURNS boolean STABLE PARALLEL SAFE SECURITY DEFINER LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION declare_app.wrong_result(value jsonb) RETURNS integer STABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION declare_app.wrong_argument(value json) RETURNS boolean STABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT true';
SELECT pg_temp.given('{"validate": "declare_app.is_even"}', '4'), pg_temp.given('{"validate": "declare_app.is_even(jsonb)"}', '5'), pg_temp.given('{"validate": "declare_app.unknown"}', '5'),
	pg_temp.given('{"validate": "declare_app.raises"}', '5'), pg_temp.given('{"validate": "declare_app.reason"}', '{}'), pg_temp.given('{"validate": "declare_app.none"}', '5');
-- It sees the coerced value, and only one that all other rules let pass.
SELECT pg_temp.given('{"type": "integer", "coerce": true, "validate": "declare_app.is_even"}', '"5"'), pg_temp.given('{"type": "integer", "validate": "declare_app.is_even"}', '"five"'), pg_temp.given('{"default": 5, "validate": "declare_app.is_even"}', NULL);
SELECT f, t.state, t.message FROM unnest('{declare_app.none,none.f,declare_app.volatile,declare_app.unsafe,declare_app.definer,declare_app.wrong_result,declare_app.wrong_argument,is_even,a.b.c,"x; y"}'::text[]) AS f,
	pg_temp.try(format('SELECT prompt_mgr.save_prompt(''declare/bad'', ''{{x}}'', variables => %L)', jsonb_build_object('x', jsonb_build_object('validate', f)))) AS t;
SELECT prompt_mgr.save_prompt('declare/own', '{{x.id}}{{y}}', variables => '{"x": {"type": "object", "validate": "declare_app.reason"}, "y": {"type": "integer", "validate": "declare_app.is_even"}}', labels => '{production}');
SELECT prompt_mgr.render_prompt('declare/own', '{"x": {"id": "i"}, "y": 2}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/own', '{"x": {}, "y": 1}')$$);
-- It may render itself: what is in use stays, however much else is declared.
SELECT prompt_mgr.save_prompt('declare/renders', '{{x}}', variables => '{"x": {"validate": "declare_app.renders", "format": ["uppercase"]}}', labels => '{production}');
SELECT prompt_mgr.render_prompt('declare/renders', '{"x": "a"}');
SELECT total_bytes < 16 * 1024 * 1024 AS bounded FROM (SELECT sum(total_bytes) AS total_bytes FROM pg_backend_memory_contexts WHERE name LIKE 'prompt_mgr rules%') AS m;

-- Rights: who saves and who renders may execute it, and it belongs to somebody
-- whom the one who renders has to trust.
CREATE ROLE declare_editor;
CREATE ROLE declare_app_user;
SELECT prompt_mgr.grant_access('declare_editor', 'editor'), prompt_mgr.grant_access('declare_app_user', 'app');
REVOKE EXECUTE ON FUNCTION declare_app.is_even FROM PUBLIC;
GRANT USAGE ON SCHEMA declare_app TO declare_editor, declare_app_user;
GRANT CREATE ON SCHEMA declare_app TO declare_editor;
SET ROLE declare_editor;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt('declare/even', '{{x}}', variables => '{"x": {"validate": "declare_app.is_even"}}')$$);
CREATE FUNCTION declare_app.trojan(value jsonb) RETURNS boolean STABLE PARALLEL SAFE LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'as %', current_user; RETURN true; END $$;
SELECT prompt_mgr.save_prompt('declare/trojan', '{{x}}', variables => '{"x": {"validate": "declare_app.trojan"}}');
SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1);
SET ROLE declare_app_user;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/own', '{"x": {"id": 1}, "y": 2}')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1)$$);
RESET ROLE;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1)$$) AS t;
ALTER FUNCTION declare_app.trojan OWNER TO CURRENT_USER;
SET ROLE declare_app_user;
SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1);
RESET ROLE;
REVOKE USAGE ON SCHEMA declare_app FROM declare_app_user;
SET ROLE declare_app_user;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1)$$) AS t;
RESET ROLE;
-- One that was dropped since is told when it is needed.
DROP FUNCTION declare_app.trojan;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/trojan', '{"x": 1}', version => 1)$$) AS t;
-- A caller's options cannot replace what is stored.
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('declare/own', '{}', options => '{"declared": {"x": {}}}')$$) AS t;

-- Chat prompts; and 50 variables, with a failure in each.
SELECT prompt_mgr.save_prompt('declare/chat', messages => '[{"role": "user", "content": "{{a}}"}, {"role": "user", "content": "again {{a}}"}]', variables => '{"a": {"format": [{"prefix": ">"}]}}', labels => '{production}');
SELECT prompt_mgr.render_messages('declare/chat', '{"a": "x"}');
SELECT prompt_mgr.save_prompt('declare/fifty', string_agg('{{v' || i || '}}', ' ' ORDER BY i), variables => jsonb_object_agg('v' || i, jsonb_build_object('type', 'string', 'pattern', '^' || i || '[a-z]*$', 'maxLength', 20, 'format', '["uppercase"]'::jsonb)), labels => '{production}')
FROM generate_series(1, 50) AS i;
SELECT prompt_mgr.render_prompt('declare/fifty', jsonb_object_agg('v' || i, i || 'x')) FROM generate_series(1, 50) AS i;
SELECT t.state, jsonb_array_length(t.detail::jsonb) FROM pg_temp.try(format('SELECT prompt_mgr.render_prompt(''declare/fifty'', %L)', (SELECT jsonb_object_agg('v' || i, '!') FROM generate_series(1, 50) AS i))) AS t;
SELECT count(*) FROM generate_series(1, 600) AS i, LATERAL (SELECT pg_temp.given(jsonb_build_object('description', repeat(i::text, 100), 'pattern', i::text), to_jsonb(i::text)) AS r) AS x WHERE r = '<' || i || '>';

-- In a parallel worker.
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
CREATE TABLE declare_rows AS SELECT i FROM generate_series(1, 1000) AS i;
SELECT count(*) FROM declare_rows WHERE prompt_mgr.render_prompt('declare/own', jsonb_build_object('x', '{"id": 1}'::jsonb, 'y', 2 * i)) LIKE '1%';
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP TABLE declare_rows;

SELECT prompt_mgr.revoke_access('declare_editor', 'editor'), prompt_mgr.revoke_access('declare_app_user', 'app');
DROP SCHEMA declare_app CASCADE;
DROP ROLE declare_editor, declare_app_user;
