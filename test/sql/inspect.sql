-- template_variables() against hand-made lists, and prompt_schema().
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

-- Each list: path kind parent@depth occurrences line:column, g guarded, d has a default, then filters.
CREATE TEMP TABLE listed (n serial, template text, variables text[], format text DEFAULT 'prompt');
INSERT INTO listed (template, variables) VALUES
	('no tags', '{}'),
	('{{a}}', '{a var -@0 1 1:1}'),
	('{{a}} {{ a }} {{b}}', '{a var -@0 2 1:1,b var -@0 1 1:15}'),
	('{{{a}}}{{&b}}', '{a raw -@0 1 1:1,b raw -@0 1 1:8}'),
	('{{a}}{{{a}}}', '{a var -@0 1 1:1,a raw -@0 1 1:6}'),
	('{{user.name.first}}', '{user.name.first var -@0 1 1:1}'),
	('{{items.0.name}}', '{items.0.name var -@0 1 1:1}'),
	(E'x\n  {{a}}\r\n{{b}}', '{a var -@0 1 2:3,b var -@0 1 3:1}'),
	('日本 {{名前}} {{é}}', '{名前 var -@0 1 1:4,é var -@0 1 1:11}'),
	('{{#items}}{{name}}{{/items}}', '{items section -@0 1 1:1,items[].name var items@1 1 1:11}'),
	('{{#items}}{{.}}{{@index}}{{this}}{{/items}}', '{items section -@0 1 1:1}'),
	('{{#items}}{{price}}{{price}}{{/items}}{{price}}', '{items section -@0 1 1:1,items[].price var items@1 2 1:11,price var -@0 1 1:39}'),
	('{{^items}}{{none}}{{/items}}', '{items inverted -@0 1 1:1,none var items@1 1 1:11}'),
	('{{#a}}{{#b}}{{c}}{{/b}}{{/a}}', '{a section -@0 1 1:1,a[].b section a@1 1 1:7,a[].b[].c var a[].b@2 1 1:13}'),
	('{{#each items}}{{name}}{{else}}{{empty}}{{/each}}', '{items each -@0 1 1:1,items[].name var items@1 1 1:16,empty var items@1 1 1:32}'),
	('{{#each items as |item i|}}{{item.name}} {{i}} {{other}}{{/each}}', '{items each -@0 1 1:1,items[].name var items@1 1 1:28,other var items@1 1 1:48}'),
	('{{#each a}}{{#each b}}{{../x}}{{@root.y}}{{/each}}{{/each}}', '{a each -@0 1 1:1,a[].b each a@1 1 1:12,a[].x var a[].b@2 1 1:23,y var a[].b@2 1 1:31}'),
	('{{#with user}}{{name}}{{/with}}', '{user with -@0 1 1:1,user.name var user@1 1 1:15}'),
	('{{#if a}}{{a}}{{/if}}', '{a if -@0 1 1:1,a var -@1 1 1:10 g}'),
	('{{#if a}}{{b}}{{else}}{{a}}{{/if}}', '{a if -@0 1 1:1,b var -@1 1 1:10,a var -@1 1 1:23 g}'),
	('{{#if a and (b or not c)}}x{{/if}}', '{a if -@0 1 1:1,b if -@0 1 1:1,c if -@0 1 1:1}'),
	('{{#if age >= 18}}{{else if vip}}{{vip}}{{/if}}', '{age if -@0 1 1:1,vip if -@1 1 1:18,vip var -@1 1 1:33 g}'),
	('{{#unless a}}{{b}}{{/unless}}', '{a if -@0 1 1:1,b var -@1 1 1:14}'),
	('{{#if a}}{{a}}{{/if}}{{a}}', '{a if -@0 1 1:1,a var -@1 2 1:10}'),
	('{{a | default: "x"}}', '{a var -@0 1 1:1 d default}'),
	('{{a | default: b}} {{a}}', '{a var -@0 2 1:1 d default,b var -@0 1 1:1}'),
	('{{a | trim | upper}}{{a | lower}}', '{a var -@0 2 1:1 upper+lower+trim}'),
	('{{#each items | sort}}{{x}}{{/each}}', '{items each -@0 1 1:1 sort,items[].x var items@1 1 1:23}'),
	('{{> head}} {{> foot@7 who=name}} {{> head}}', '{head partial -@0 2 1:1,foot partial -@0 1 1:12,name var -@0 1 1:12}'),
	('{{#a}}{{> p}}{{/a}}', '{a section -@0 1 1:1,p partial a@1 1 1:7}'),
	('{{! {{a}} }}\{{b}}{{{{raw}}}}{{c}}{{{{/raw}}}}', '{}'),
	('{{=<% %>=}}<%a%>{{b}}', '{a var -@0 1 1:12}'),
	('{{ "text" }}{{ 1 }}{{ true }}', '{}'),
	('{{[weird key].x}}', '{weird key.x var -@0 1 1:1}');
INSERT INTO listed (template, variables, format) VALUES
	('{{#if}}{{else}}{{/if}}', '{if section -@0 1 1:1,if[].else var if@1 1 1:8}', 'mustache'),
	('{{#a}}{{b.c}}{{/a}}{{{d}}}', '{a section -@0 1 1:1,a[].b.c var a@1 1 1:7,d raw -@0 1 1:20}', 'mustache'),
	('{{a}}', '{}', 'text');
SELECT count(*) AS templates FROM listed;
SELECT l.n, l.template, l.variables AS listed, v.found FROM listed AS l
CROSS JOIN LATERAL (
	SELECT coalesce(array_agg(format('%s %s %s@%s %s %s:%s%s%s%s', t.path, t.kind, coalesce(t.parent_path, '-'), t.depth, t.occurrences, t.first_line, t.first_column,
		CASE WHEN t.guarded THEN ' g' END, CASE WHEN t.has_default THEN ' d' END, ' ' || nullif(array_to_string(t.filters, '+'), '')) ORDER BY t.ordinality), '{}') AS found
	FROM prompt_mgr.template_variables(l.template, l.format) WITH ORDINALITY AS t) AS v
WHERE l.variables IS DISTINCT FROM v.found ORDER BY l.n;
SELECT * FROM prompt_mgr.template_variables('{{#if a}}{{a | trim}}{{/if}}{{#items}}{{name | default: "?"}}{{/items}}');

-- What does not compile raises; NULL and wrong formats too.
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.template_variables('{{#a}}')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.template_variables(NULL)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.template_variables('x', 'jinja')$$) AS t;
SELECT count(*) FROM prompt_mgr.template_variables('{{a}}', NULL);

-- The schema of a text prompt, from its template alone.
SELECT prompt_mgr.save_prompt('schema/text', E'{{user.name}} {{user.address.city}} {{topic}} {{tone | default: "calm"}}\n{{#if premium}}{{plan}}{{/if}}{{#notes}}{{text}}{{/notes}}'
	'{{#each orders}}{{id}} {{#each lines}}{{sku}}{{/each}}{{/each}}{{#each tags}}{{.}}{{/each}}{{#with company}}{{vat}}{{/with}}{{list.0}}', labels => '{production}');
SELECT jsonb_pretty(prompt_mgr.prompt_schema('schema/text'));

-- Declarations stand over what was inferred.
SELECT prompt_mgr.save_prompt('schema/declared', '{{city}} {{days}} {{tone}} {{any}} {{user.name}} {{user.mail | default: "-"}} {{free | default: ""}}', variables => '{
	"city": {"type": "string", "required": true, "description": "Where", "minLength": 1, "maxLength": 80, "pattern": "^[A-Z]", "examples": ["Ulm"]},
	"days": {"type": "integer", "min": 1, "max": 14, "default": 3},
	"tone": {"type": "string", "nullable": true, "enum": ["calm", "brisk"], "required": false},
	"tags": {"type": "array", "minItems": 1, "maxItems": 5, "required": false},
	"any": {"type": "context"}, "free": {"required": false}, "code": {"type": "string", "required": false, "requires": ["city"]},
	"count": {"type": "integer", "coerce": true}, "late": {"requiredIf": {"variable": "tone", "equals": "calm"}},
	"user": {"type": "object"}}', labels => '{production}');
SELECT jsonb_pretty(prompt_mgr.prompt_schema('schema/declared'));

-- A chat prompt: every text below a message, conditions, placeholders.
SELECT prompt_mgr.save_prompt('schema/chat', messages => '[
	{"role": "system", "content": "You are {{persona}}."},
	{"type": "placeholder", "name": "history", "required": false},
	{"type": "placeholder", "name": "shots"},
	{"if": "vip and age >= 18", "role": "system", "content": "Treat {{who}} well."},
	{"role": "user", "content": [{"type": "text", "text": "{{question}}"}, {"type": "image_url", "image_url": {"url": "{{image.url}}"}}]},
	{"role": "user", "content": "{{topic}}"}]', labels => '{production}');
SELECT jsonb_pretty(prompt_mgr.prompt_schema('schema/chat'));

-- In format mustache nothing is required, in format text nothing is a variable.
SELECT prompt_mgr.save_prompt('schema/mustache', '{{a}}', format => 'mustache'), prompt_mgr.save_prompt('schema/plain', '{{a}}', format => 'text');
SELECT s -> 'required' AS required, s -> 'properties' AS properties FROM unnest('{schema/mustache,schema/plain}'::text[]) AS name, prompt_mgr.prompt_schema(name, 1) AS s;

-- Required is what is printed whatever the data: not in a branch, no argument, no side of "or".
SELECT prompt_mgr.save_prompt('schema/needed', '{{#if x}}{{a}}{{b}}{{/if}}{{a}}{{c | default: d}}{{e | truncate: f}}{{(g or h)}}{{> part i=j}}{{k | default: "-"}}{{k}}{{#l}}{{l}}{{/l}}{{{m | trim | upper}}}{{~ n ~}}', draft => true);
SELECT prompt_mgr.prompt_schema('schema/needed', 1) -> 'required' AS required;

-- What is required by the schema is what rendering misses.
SELECT (SELECT array_agg(r ORDER BY r) FROM jsonb_array_elements_text(prompt_mgr.prompt_schema('schema/text') -> 'required') AS r) AS required,
	(SELECT array_agg(DISTINCT split_part(m ->> 'path', '.', 1) ORDER BY split_part(m ->> 'path', '.', 1)) FROM jsonb_array_elements(t.detail::jsonb) AS m) AS missing
FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('schema/text')$$) AS t;

SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.prompt_schema('schema/none')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.prompt_schema('schema/text', 9)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.prompt_schema('schema/text', 1, 'production')$$) AS t;
