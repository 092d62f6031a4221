-- Export and import: Langfuse's array both ways, and prompts as files.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\set golden :srcdir '/data/langfuse_export.json'
\setenv GOLDEN :golden
\set langfuse `cat "$GOLDEN"`
\o
\pset format unaligned
\pset null '(null)'
SET timezone = 'Asia/Tokyo';

CREATE TEMP TABLE golden AS SELECT :'langfuse'::jsonb AS document;

-- An export without what we add to it is what Langfuse writes.
CREATE FUNCTION pg_temp.langfuse_fields(document jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(i.item - '{id,status,format,escape,variables,constraints,description,category,createdAt,createdBy,contentSha256,labelHistory,
		semver,metadata,attributes,models,author,language,complexity,archivedAt}'::text[] ORDER BY i.place)
	FROM jsonb_array_elements(document) WITH ORDINALITY AS i (item, place)
$$;
-- The same document under another folder, without the ids, which are unique.
CREATE FUNCTION pg_temp.renamed(document jsonb, folder text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_set(i.item, '{name}', to_jsonb(folder || substring(i.item ->> 'name' FROM '/.*'))) - 'id' ORDER BY i.place)
	FROM jsonb_array_elements(document) WITH ORDINALITY AS i (item, place)
$$;
-- What a call may change, as one value.
CREATE FUNCTION pg_temp.picture() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT md5(concat((SELECT string_agg(p::text, ',' ORDER BY p.prompt_id) FROM prompt_mgr.prompt AS p), (SELECT string_agg(v::text, ',' ORDER BY v.version_id) FROM prompt_mgr.prompt_version AS v),
		(SELECT string_agg(l::text, ',' ORDER BY l.prompt_id, l.label) FROM prompt_mgr.prompt_label AS l), (SELECT string_agg(m::text, ',' ORDER BY m.prompt_id, m.label, m.move_no) FROM prompt_mgr.label_move AS m)))
$$;
-- A dry run writes nothing, and then the same call does what it said.
CREATE FUNCTION pg_temp.import_twice(document jsonb, mode text)
RETURNS TABLE (item integer, name text, source_version integer, version integer, action text, error text) LANGUAGE plpgsql AS $$
DECLARE
	before constant text := pg_temp.picture();
	dry text := (SELECT string_agg(i::text, ',') FROM prompt_mgr.import_prompts(document, mode, true) AS i);
	wet text;
BEGIN
	IF pg_temp.picture() <> before THEN
		RAISE WARNING 'the dry run wrote something';
	END IF;
	RETURN QUERY SELECT * FROM prompt_mgr.import_prompts(document, mode);
	wet := (SELECT string_agg(i::text, ',') FROM prompt_mgr.import_prompts(document, mode) AS i);
	IF replace(dry, 'create', 'skip') <> wet THEN
		RAISE WARNING 'the dry run said % and what came was %', dry, wet;
	END IF;
END $$;

-- Restore keeps numbers, labels and holes; what goes out is what came in.
SELECT i.* FROM golden, pg_temp.import_twice(document, 'restore') AS i;
SELECT pg_temp.langfuse_fields(prompt_mgr.export_prompts('import/'))::text = document::text AS same FROM golden;
SELECT p.name, p.last_version, p.labels FROM prompt_mgr.list_prompts('import/') AS p;
SELECT prompt_mgr.render_prompt('import/answer', '{"question": "why"}', version => 4);
SELECT prompt_mgr.render_messages('import/chat', '{"persona": "x", "question": "why", "history": []}');
SELECT prompt_mgr.save_prompt('import/answer', 'the next');
SELECT item ->> 'version' AS version, item -> 'labels' AS labels FROM jsonb_array_elements(prompt_mgr.export_prompts('import/answer')) AS item;

-- Append: new numbers, neither latest nor production; a second time everything is there.
SELECT i.* FROM golden, pg_temp.import_twice(pg_temp.renamed(document, 'import2'), 'append') AS i;
SELECT p.name, p.tags, p.last_version, p.labels FROM prompt_mgr.list_prompts('import2/') AS p;
SELECT item ->> 'name' AS name, item ->> 'version' AS version, item ->> 'commitMessage' AS note, item -> 'labels' AS labels FROM jsonb_array_elements(prompt_mgr.export_prompts('import2/')) AS item;
-- The newest content twice is one version; content that an older version has is not saved again.
SELECT * FROM prompt_mgr.import_prompts('[{"name": "import3/x", "prompt": "one"}, {"name": "import3/x", "prompt": "one"}, {"name": "import3/x", "prompt": "two", "labels": ["canary"]}, {"name": "import3/x", "prompt": "one"}]');
SELECT * FROM prompt_mgr.import_prompts('[{"name": "import3/x", "prompt": "two"}, {"name": "import3/x", "prompt": "one", "labels": ["canary", "production"]}, {"name": "import3/x", "prompt": "two", "status": "draft"}]');
SELECT last_version, labels FROM prompt_mgr.list_prompts('import3/x');
SELECT * FROM prompt_mgr.import_prompts('[]');
-- One prompt as Langfuse's API returns it; what is not known is passed over.
SELECT * FROM prompt_mgr.import_prompts('{"id": "cm4x1q", "name": "import3/object", "version": 3, "type": "chat", "prompt": [{"role": "user", "content": "Hi {{name}}"}, {"type": "placeholder", "name": "history"}],
	"config": {}, "labels": ["production", "latest"], "tags": ["t"], "commitMessage": null, "resolutionGraph": null, "createdAt": "2025-01-02T03:04:05.678Z", "updatedAt": "2025-01-02T03:04:05.678Z",
	"projectId": "p", "createdBy": "API", "isActive": true}', 'restore');
SELECT i.item - '{status,format,variables,constraints,contentSha256,labelHistory,metadata,attributes,models,semver,id}'::text[] AS object FROM jsonb_array_elements(prompt_mgr.export_prompts('import3/object')) AS i (item);
SELECT prompt_mgr.export_prompts('no such folder');

-- Our own fields and the labels' history come back too, and life goes on as it would have.
SELECT prompt_mgr.save_prompt('import4/a', 'v1', labels => '{production,canary}', description => 'Says "a".', category => 'chat', escape => 'html', author => 'Ann',
		language => 'en', complexity => 'low', models => '{x,y}', attributes => '{"profile_type": "new", "n": null}', metadata => '{"ticket": 1.0}'),
	prompt_mgr.save_prompt('import4/a', 'v2 {{x}}', variables => '{"x": {"type": "string"}}', constraints => '{"maxTokens": 10}', labels => '{production}'),
	prompt_mgr.save_prompt('import4/a', 'v3', format => 'mustache', labels => '{production}'),
	prompt_mgr.rollback('import4/a', reason => 'worse'), prompt_mgr.save_prompt('import4/a', 'v4', draft => true);
SELECT prompt_mgr.drop_label('import4/a', 'canary');
SELECT i.item, i.name, i.version, i.action, i.error FROM pg_temp.import_twice(pg_temp.renamed(prompt_mgr.export_prompts('import4/'), 'import5'), 'restore') AS i;
SELECT pg_temp.renamed(prompt_mgr.export_prompts('import5/'), 'import4')::text = pg_temp.renamed(prompt_mgr.export_prompts('import4/'), 'import4')::text AS same;
SELECT count(*) AS different FROM prompt_mgr.label_history('import4/a') AS a FULL JOIN prompt_mgr.label_history('import5/a') AS b USING (move_no) WHERE a IS DISTINCT FROM b;
-- The audit has who restored them, and it is whole.
SELECT a.object, a.key, a.action, a.actor = current_user AS mine, a.at > now() - interval '1 hour' AS now FROM prompt_mgr.audit AS a JOIN prompt_mgr.prompt AS p USING (prompt_id)
WHERE p.name = 'import5/a' AND a.object <> 'prompt' ORDER BY a.object, a.key;
SELECT count(*) AS problems FROM prompt_mgr.verify_audit('import5/a');
SELECT prompt_mgr.rollback('import5/a');
SELECT prompt_mgr.activate('import5/a', 3, 'canary');
SELECT move_no, version FROM prompt_mgr.label_history('import5/a', 'canary');

-- What was deleted comes back as it was, and what is archived stays so.
SELECT prompt_mgr.save_prompt('import11/gone', 'v1', semver => '2.5.0'), prompt_mgr.save_prompt('import11/gone', 'v2', labels => '{production}'),
	prompt_mgr.archive_prompt('import11/gone');
CREATE TEMP TABLE deleted AS SELECT prompt_mgr.export_prompts('import11/') AS document;
SELECT prompt_mgr.delete_prompt('import11/gone');
SELECT i.version, i.action, i.error FROM deleted, prompt_mgr.import_prompts(document, 'restore') AS i;
SELECT prompt_mgr.export_prompts('import11/')::text = document::text AS same, document -> 1 ->> 'semver' AS semver, document -> 1 ? 'archivedAt' AS archived FROM deleted;
SELECT i.action, i.error FROM prompt_mgr.import_prompts('[{"name": "import11/gone", "prompt": "v3"}]', dry_run => true) AS i;
SELECT count(*) AS files FROM prompt_mgr.prompt_files('import11/');
SELECT prompt_mgr.restore_prompt('import11/gone');
SELECT prompt_mgr.render_prompt('import11/gone');

-- A move keeps the release that it was a part of, though the release itself is not in the document.
SELECT prompt_mgr.save_prompt('import21/a', 'v1'), prompt_mgr.save_prompt('import21/a', 'v2'), prompt_mgr.save_prompt('import21/b', 'v1');
SELECT prompt_mgr.release('[{"name": "import21/a", "version": 1}, {"name": "import21/b", "version": 1, "label": "beta"}]', 'together') AS together \gset
SELECT prompt_mgr.activate('import21/a', 2);
SELECT prompt_mgr.rollback_release((SELECT prompt_mgr.release('[{"name": "import21/a", "version": 1}]'))) IS NOT NULL AS done;
SELECT h ->> 'label' AS label, h -> 'move' AS move, h ->> 'release' = :'together' AS together, h -> 'release' = 'null' AS alone
FROM jsonb_array_elements(prompt_mgr.export_prompts('import21/')) AS i, jsonb_array_elements(i -> 'labelHistory') AS h ORDER BY i ->> 'name', h -> 'move';
SELECT i.item, i.name, i.action, i.error FROM pg_temp.import_twice(pg_temp.renamed(prompt_mgr.export_prompts('import21/'), 'import22'), 'restore') AS i;
SELECT pg_temp.renamed(prompt_mgr.export_prompts('import22/'), 'import21')::text = pg_temp.renamed(prompt_mgr.export_prompts('import21/'), 'import21')::text AS same;
SELECT l.label, l.move_no, l.release_id = o.release_id AS same FROM prompt_mgr.prompt_label AS l JOIN prompt_mgr.prompt_label AS o ON (o.name, o.label) = (replace(l.name, '22', '21'), l.label)
WHERE l.name ^@ 'import22/' ORDER BY l.name;
SELECT prompt_mgr.activate('import22/b', 1, 'alpha'), prompt_mgr.rollback('import22/a');
-- Appended, what moves is this import's doing.
SELECT i.action FROM prompt_mgr.import_prompts(pg_temp.renamed(prompt_mgr.export_prompts('import21/'), 'import23')) AS i;
SELECT h.version, h.reason, h.release_id FROM prompt_mgr.label_history('import23/b', 'beta') AS h;
SELECT i.action, i.error FROM prompt_mgr.import_prompts('[{"name": "import23/x", "version": 1, "prompt": "x",
	"labelHistory": [{"label": "beta", "move": 1, "version": 1, "at": "2024-01-01", "by": "x", "release": "first"}]}]', 'restore', true) AS i;

-- The content is checked against its hash.
SELECT i.action, i.error FROM prompt_mgr.import_prompts(jsonb_set(pg_temp.renamed(prompt_mgr.export_prompts('import4/'), 'import6'), '{1,prompt}', '"forged"'), 'restore', true) AS i;

-- Dates, authors and ids where they are given.
SELECT i.action FROM prompt_mgr.import_prompts('[{"name": "import6/dated", "version": 7, "prompt": "x", "createdAt": "2024-02-29T23:00:00.123Z", "createdBy": "ann",
	"id": "5a0a1d3e-7c3d-4c6e-9f0c-0d6a5b1f3a11", "labels": ["production"]}]', 'restore') AS i;
SELECT version_id, version, created_at AT TIME ZONE 'UTC' AS created_at, created_by, labels FROM prompt_mgr.get_prompt('import6/dated');
SELECT created_at AT TIME ZONE 'UTC' AS created_at, created_by FROM prompt_mgr.list_prompts('import6/');

-- Everything that is wrong is said at once, and nothing is written.
CREATE TEMP TABLE bad AS SELECT '[{"name": "import7/good", "prompt": "fine"}, 5, {"prompt": "x"}, {"name": "import7/b", "type": "chat", "prompt": "x", "config": [], "tags": "a", "labels": [1]},
	{"name": "import7/c", "prompt": "{{#if a}}"}, {"name": " import7", "prompt": "x"}, {"name": "import7/d", "prompt": "x", "labels": ["Bad"]}, {"name": "import7/e", "prompt": "x", "version": 1.5},
	{"name": "import7/f", "prompt": []}, {"name": "import/chat", "prompt": "x"}]'::jsonb AS document;
SELECT i.* FROM bad, prompt_mgr.import_prompts(document, dry_run => true) AS i;
SELECT t.state, t.message, t.hint, jsonb_array_length(t.detail::jsonb) AS problems, t.detail::jsonb -> 0 AS first FROM pg_temp.try('SELECT prompt_mgr.import_prompts(document) FROM bad') AS t;
SELECT count(*) AS written FROM prompt_mgr.list_prompts('import7/');
SELECT t.state, t.message FROM (VALUES ('{}', 'append', 'false'), ('null', 'append', 'false'), ('[]', 'merge', 'false'), ('[]', NULL, 'false'), ('[]', 'append', NULL)) AS a (document, mode, dry_run),
	pg_temp.try(format('SELECT prompt_mgr.import_prompts(%L, %L, %L)', a.document, a.mode, a.dry_run)) AS t;
SELECT t.state FROM pg_temp.try('SELECT prompt_mgr.import_prompts(NULL)') AS t;

-- Restore refuses what is there in another form.
SELECT i.item, i.action, i.error FROM prompt_mgr.import_prompts('[
	{"name": "import4/a", "version": 1, "prompt": "v1", "escape": "html"},
	{"name": "import4/a", "version": 2, "prompt": "other"},
	{"name": "import4/a", "version": 3, "prompt": "v3", "format": "mustache", "createdBy": "somebody else"},
	{"name": "import4/a", "version": 5, "prompt": "v5", "labels": ["production"]},
	{"name": "import4/a", "version": 6, "prompt": "v6", "labelHistory": [{"label": "production", "move": 2, "version": 6, "at": "2024-01-01", "by": "x"}]},
	{"name": "import4/a", "version": 7, "prompt": "v7", "labelHistory": [{"label": "production", "move": 9, "version": 7, "at": "2024-01-01", "by": "x"}]},
	{"name": "import4/a", "version": 8, "prompt": [{"role": "user", "content": "x"}]},
	{"name": "import8/a", "version": 1, "prompt": "x", "labels": ["production"]},
	{"name": "import8/a", "version": 2, "prompt": "y", "labels": ["production"]},
	{"name": "import8/a", "version": 2, "prompt": "z"},
	{"name": "import8/a", "version": 3, "prompt": "x", "status": "draft", "labels": ["canary"]},
	{"name": "import8/a", "version": 4, "prompt": "x", "status": "gone"},
	{"name": "import8/a", "version": 5, "prompt": "x", "createdAt": "yesterday in June"},
	{"name": "import8/a", "version": 6, "prompt": "x", "labels": ["Bad"]},
	{"name": "import8/a", "version": 7, "prompt": "x", "labelHistory": [{"label": "beta", "move": 1, "version": 7, "at": "2024-01-01"}]},
	{"name": "import8//a", "version": 7, "prompt": "x"},
	{"name": "import8/b", "version": 1, "prompt": "x", "semver": "one", "metadata": []},
	{"name": "import8/b", "version": 2, "prompt": "x", "semver": "one"},
	{"name": "import8/a", "version": 8, "prompt": "x", "format": "jinja", "escape": "url"},
	{"name": "import8/a", "prompt": "x"}]', 'restore', true) AS i;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.import_prompts('[{"name": "import8/new", "version": 1, "prompt": "x"}, {"name": "import4/a", "version": 2, "prompt": "other"}]', 'restore')$$) AS t;
SELECT count(*) AS written FROM prompt_mgr.list_prompts('import8/');

-- Rights: an import may do what its caller may, and restoring is the owner's.
CREATE ROLE regress_pm_import_editor;
CREATE ROLE regress_pm_import_admin;
SELECT prompt_mgr.grant_access('regress_pm_import_editor', 'editor'), prompt_mgr.grant_access('regress_pm_import_admin', 'admin');
SET ROLE regress_pm_import_editor;
SELECT i.action FROM prompt_mgr.import_prompts('[{"name": "import9/a", "prompt": "x", "labels": ["latest", "production"]}]') AS i;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.import_prompts('[{"name": "import9/b", "prompt": "x"}, {"name": "import9/a", "prompt": "x", "labels": ["canary"]}]')$$) AS t;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.import_prompts('[{"name": "import9/b", "prompt": "x"}, {"name": "import9/a", "prompt": "x", "labels": ["canary"]}]', dry_run => true)$$) AS t;
SET ROLE regress_pm_import_admin;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.import_prompts('[]', 'restore')$$) AS t;
SELECT t.state FROM pg_temp.try($$INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template) SELECT prompt_id, 9, 'x' FROM prompt_mgr.prompt WHERE name = 'import9/a'$$) AS t;
RESET ROLE;
SELECT name, last_version, labels FROM prompt_mgr.list_prompts('import9/');
-- A protected label is not moved by way of an import either.
CREATE ROLE regress_pm_import_publisher;
SELECT prompt_mgr.grant_access('regress_pm_import_publisher', 'publisher'), prompt_mgr.protect_label('import-live', 'admin');
SET ROLE regress_pm_import_publisher;
SELECT t.state FROM (VALUES ('false'), ('true')) AS a (dry_run), pg_temp.try(format($$SELECT prompt_mgr.import_prompts('[{"name": "import12/c", "prompt": "x", "labels": ["import-live"]}]', dry_run => %L)$$, dry_run)) AS t;
SELECT i.action FROM prompt_mgr.import_prompts('[{"name": "import12/c", "prompt": "x", "labels": ["import-free"]}]') AS i;
RESET ROLE;
SELECT name, labels FROM prompt_mgr.list_prompts('import12/c');
SELECT prompt_mgr.protect_label('import-live', 'publisher', 1);
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.import_prompts('[{"name": "import12/d", "version": 1, "prompt": "x", "labels": ["import-live"]}]', 'restore')$$) AS t;
SELECT prompt_mgr.protect_label('import-live', NULL), prompt_mgr.revoke_access('regress_pm_import_publisher', 'publisher');
DROP ROLE regress_pm_import_publisher;
SELECT prompt_mgr.revoke_access('regress_pm_import_editor', 'editor'), prompt_mgr.revoke_access('regress_pm_import_admin', 'admin');
DROP ROLE regress_pm_import_editor, regress_pm_import_admin;

-- Limits.
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.import_prompts(jsonb_agg(1)) FROM generate_series(1, 10001)$$) AS t;
BEGIN;
ALTER TABLE prompt_mgr.prompt_version DISABLE TRIGGER USER;
INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template, content_sha256, created_by)
SELECT p.prompt_id, v, 'x', 'x', 'x' FROM prompt_mgr.prompt AS p, generate_series(10, 10009) AS v WHERE p.name = 'import9/a';
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.export_prompts('import9/')$$) AS t;
ROLLBACK;

-- Paths: folders, nothing that leaves the folder, back again.
SELECT name, prompt_mgr.prompt_path(name) AS path, prompt_mgr.prompt_path_name(prompt_mgr.prompt_path(name)) = name AS back
FROM unnest(ARRAY['a', 'a/b c/d', '../x', 'a/../../x', '.git/x', '100% sure?', 'C:\con', 'a:b*"<c>"', 'x.prompt', 'x.prompt/y', 'a. /b./ c', 'ünï/日本', '%2E', '-rf', '~', 'a''b$(c)`d`;']) AS name;
SELECT count(*) AS long_paths, bool_and(prompt_mgr.prompt_path_name(path) = name) AS back, max(octet_length(part)) AS longest_part
FROM (VALUES (repeat('a', 255)), (repeat('ü', 255)), (repeat('%', 255)), (repeat('ab/', 20) || repeat('日', 190))) AS n (name), prompt_mgr.prompt_path(name) AS path, string_to_table(path, '/') AS part;

-- A file.
SELECT prompt_mgr.prompt_to_file('{"type": "text", "prompt": "Hello {{name}}\n", "description": "Says \"hi\".", "tags": ["a", "b c"], "config": {"model": "x", "temperature": 0.20}, "format": "prompt", "variables": {},
	"author": "Ann", "language": null, "models": ["m"], "attributes": {"a": 1}}');
SELECT prompt_mgr.prompt_to_file('{"type": "chat", "format": "mustache", "escape": "html", "prompt": [{"role": "system", "content": "Be brief.\n=== user ===\n"}, {"type": "placeholder", "name": "history"}, {"role": "user", "content": "{{q}}"}]}');

-- Every text goes to a file and comes back to the byte, whatever is in it.
SELECT setseed(0.4);
CREATE TEMP TABLE text AS
	SELECT string_agg((ARRAY['---', E'\n', E'\n', E'\r\n', '=== user ===', '=== json ===', '==== x ===', '=', ' ', 'a', ':', '#', '"', '{', '}', '\', E'\t', 'ü', '🙂', E'\x01', '- x', 'key: value', '', '%', '$(x)', ''''])[ceil(random() * 26)], '') AS text
	FROM generate_series(1, 2000) AS n, generate_series(1, n % 12) GROUP BY n
	UNION ALL VALUES (''), (E'\n'), (E'\n\n'), ('---'), (E'---\n'), (E'---\n---\n'), (E'\r'), (E'x\r\n'), ('=== user ===');
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE prompt_mgr.prompt_from_file(prompt_mgr.prompt_to_file(i.item)) <> i.item) AS text_differs
FROM text, jsonb_build_object('type', 'text', 'prompt', text, 'description', text, 'tags', jsonb_build_array(text, ']', ','), 'author', text, 'models', jsonb_build_array(text), 'attributes', jsonb_build_object('a', text, text, NULL), 'config', jsonb_build_object('a', text, text, 1.50)) AS i (item);
SELECT count(*) FILTER (WHERE prompt_mgr.prompt_from_file(prompt_mgr.prompt_to_file(i.item)) <> i.item) AS chat_differs
FROM text, jsonb_build_object('type', 'chat', 'prompt', jsonb_build_array(jsonb_build_object('role', 'user', 'content', text),
	jsonb_build_object('role', 'assistant', 'content', text, 'x', text), jsonb_build_object('role', 'tool', 'content', jsonb_build_array(text)), jsonb_build_object('role', 'user', 'content', text))) AS i (item);

-- Files as people write them.
SELECT prompt_mgr.prompt_from_file(file) FROM (VALUES (1, E'no header'), (2, E'no header, two lines\n\n'), (3, E'---\n---\n'), (4, E'---\n# a comment\n\ndescription: a: b # c\ntags: [x, y z]\nformat: mustache\n---\n---\n'),
	(5, E'---\r\ntype: chat\r\n---\r\n=== system ===\r\nHi\r\n\r\n===user===\r\nthere\r\n'), (6, E'---\nconfig:\n  {"a":\n  1.0\n}\ntags: []\ncategory:\n---\nx\n'), (7, E'--- \nno header\n')) AS f (n, file) ORDER BY n;
SELECT t.state, t.message, t.detail FROM unnest(ARRAY[E'---\nformat: text\n', E'---\nmodel: x\n---\n', E'---\nconfig: {a: 1}\n---\n', E'---\nescape: html\nescape: xml\n---\n', E'---\n  config: {}\n---\n', E'---\nnothing\n---\n',
	E'---\ntype: chat\n---\nhello', E'---\ntype: chat\n---\n=== json ===\n{"a"\n']) AS file, pg_temp.try(format('SELECT prompt_mgr.prompt_from_file(%L)', file)) AS t;

-- What is written from the database is saved as what it was; a newer draft (import3, import4) does not stand in the way.
SELECT f.path, f.version, f.base_version, s.action FROM prompt_mgr.prompt_files('import') AS f, prompt_mgr.save_prompt_file(f.path, f.content, f.base_version, dry_run => true) AS s;
SELECT path, version, base_version FROM prompt_mgr.prompt_files('import/', 'production');
SELECT path, content FROM prompt_mgr.prompt_files('import/', 'staging');

-- Saving: new, the same, changed beside the text, dry, moved on.
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'---\ntags: [x]\n---\nHello\n', 0, 'from a file');
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'Hello\n', 1);
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'---\ntags: [x, y]\n---\nHello', 1);
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'Hello!\n', 1, dry_run => true);
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'Hello!\n', 1, labels => '{production}');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.save_prompt_file('import10/a b.prompt', E'Hello!!\n', 1)$$);
SELECT * FROM prompt_mgr.save_prompt_file('import10/a b.prompt', E'Hello!!\n');
SELECT version, template, tags, change_note, labels FROM prompt_mgr.get_prompt('import10/a b', 1) UNION ALL SELECT version, template, tags, change_note, labels FROM prompt_mgr.get_prompt('import10/a b', 3);
SELECT t.* FROM unnest(ARRAY['a?.prompt', 'a', 'a.txt', '/a.prompt', '../a.prompt', 'a//b.prompt', '.prompt', '']) AS path, pg_temp.try(format('SELECT prompt_mgr.save_prompt_file(%L, %L)', path, 'x')) AS t;
SELECT t.* FROM pg_temp.try($$SELECT prompt_mgr.save_prompt_file('import10/c.prompt', 'Hello {{')$$) AS t;
