-- The audit: what is written, by whom it can be read, how tampering shows.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'
SET client_min_messages = warning;
CREATE ROLE audit_viewer;
CREATE ROLE audit_editor;
CREATE ROLE audit_publisher;
CREATE ROLE audit_admin;
SELECT prompt_mgr.grant_access('audit_viewer', 'viewer');
SELECT prompt_mgr.grant_access('audit_editor', 'editor');
SELECT prompt_mgr.grant_access('audit_publisher', 'publisher');
SELECT prompt_mgr.grant_access('audit_admin', 'admin');
SELECT prompt_mgr.revoke_access('audit_editor', 'editor');
SELECT prompt_mgr.grant_access('audit_editor', 'editor');

-- Each change is a row.
SET ROLE audit_editor;
SELECT prompt_mgr.save_prompt('audit/a', 'one {{x}}', description => 'first', tags => '{t}');
SELECT prompt_mgr.save_prompt('audit/a', 'two {{x}}', config => '{"model": "m"}', change_note => 'better', draft => true, description => 'second');
UPDATE prompt_mgr.prompt_version SET template = 'two and a half {{x}}', change_note = 'better still' WHERE version = 2
	AND prompt_id = (SELECT prompt_id FROM prompt_mgr.prompt WHERE name = 'audit/a');
SELECT prompt_mgr.publish_version('audit/a', 2);
SELECT prompt_mgr.save_prompt('audit/a', 'no good', draft => true);
RESET ROLE;
DELETE FROM prompt_mgr.prompt_version WHERE version = 3 AND prompt_id = (SELECT prompt_id FROM prompt_mgr.prompt WHERE name = 'audit/a');
SET ROLE audit_publisher;
SELECT prompt_mgr.activate('audit/a', 1);
SELECT prompt_mgr.activate('audit/a', 2, reason => 'better');
SELECT prompt_mgr.activate('audit/a', 2, reason => 'there already');
SELECT prompt_mgr.rollback('audit/a', reason => 'worse');
SELECT prompt_mgr.drop_label('audit/a', 'production');
SELECT prompt_mgr.create_experiment('audit-x', 'audit/a', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('audit-x');
SELECT prompt_mgr.set_weights('audit-x', '{"a": 10, "b": 90}');
SELECT prompt_mgr.stop_experiment('audit-x', reason => 'enough');
RESET ROLE;
UPDATE prompt_mgr.prompt SET name = 'audit/b' WHERE name = 'audit/a';
CREATE VIEW audit_rows AS
	SELECT a.* FROM prompt_mgr.audit AS a JOIN prompt_mgr.prompt AS p ON p.prompt_id = a.prompt_id WHERE p.name = 'audit/b';
CREATE FUNCTION pg_temp.some(fields jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(fields) AS f
	WHERE f.key IN ('name', 'description', 'tags', 'status', 'version', 'template', 'config', 'change_note', 'reason', 'restored_move', 'weights', 'stop_reason')
$$;
SELECT audit_no, CASE actor WHEN session_user THEN 'owner' ELSE actor END AS actor, session_role = session_user AS logged_in, object,
	CASE object WHEN 'prompt' THEN CASE WHEN key = prompt_id::text THEN 'its id' END ELSE key END AS key, action,
	pg_temp.some(before) AS before, pg_temp.some(after) AS after
FROM audit_rows ORDER BY audit_no;
SELECT bool_and(at <= clock_timestamp()) AS past, bool_and(at >= before_at) AS ordered, bool_and(txid::text ~ '^\d+$') AS txid
FROM (SELECT *, lag(at, 1, '-infinity') OVER (ORDER BY audit_no) AS before_at FROM audit_rows) AS a;
SELECT actor = session_user AS by_owner, object, key, action FROM prompt_mgr.audit WHERE prompt_id = '00000000-0000-0000-0000-000000000000' AND key ^@ 'audit_' ORDER BY audit_no;

SELECT prompt_mgr.save_category('audit-tree', icon => i) FROM unnest('{a,b,b,a}'::text[]) AS i \g /dev/null
SELECT prompt_mgr.save_category('code', icon => i) FROM unnest('{terminal,code}'::text[]) AS i \g /dev/null
SELECT key, action, before -> 'icon' AS icon_was, after -> 'icon' AS icon FROM prompt_mgr.audit
WHERE prompt_id = '00000000-0000-0000-0000-000000000000' AND object = 'category' AND key IN ('audit-tree', 'code') ORDER BY audit_no;

-- With the request's JWT, the subject acts.
SET ROLE audit_publisher;
SELECT set_config('request.jwt.claims', '{"sub": "ann"}', false);
SELECT prompt_mgr.activate('audit/b', 2);
SELECT set_config('request.jwt.claims', '', false);
RESET ROLE;
SELECT actor, action FROM audit_rows ORDER BY audit_no DESC LIMIT 1;

-- What a rolled-back transaction did leaves no row.
SELECT count(*) AS rows FROM audit_rows \gset was_
BEGIN;
SELECT prompt_mgr.activate('audit/b', 1);
SAVEPOINT s;
SELECT prompt_mgr.save_prompt('audit/b', 'gone');
ROLLBACK TO s;
SELECT count(*) - :was_rows AS written FROM audit_rows;
ROLLBACK;
SELECT count(*) - :was_rows AS written FROM audit_rows;

-- Field by field.
SELECT object, action, field, old_value, new_value FROM prompt_mgr.prompt_changes('audit/b') WHERE object IN ('prompt', 'version', 'label')
	AND field IN ('name', 'description', 'tags', 'status', 'template', 'config', 'change_note', 'version', 'reason', 'restored_move');
SELECT min(audit_no) AS first_of_page FROM prompt_mgr.prompt_changes('audit/b', page_size => 3) \gset
SELECT count(DISTINCT audit_no) = 2 AS two, max(audit_no) = :first_of_page - 1 AS next_page FROM prompt_mgr.prompt_changes('audit/b', :first_of_page, 2);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.prompt_changes('audit/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.prompt_changes('audit/b', page_size => 0)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.verify_audit('audit/none')$$);

-- The hash, by its description.
SELECT bool_and(a.hash = sha256(a.last || convert_to((
	SELECT string_agg(coalesce(octet_length(convert_to(f.value, 'UTF8')) || ':' || f.value, '-'), '' ORDER BY f.no)
	FROM unnest(ARRAY[a.prompt_id::text, a.audit_no::text, (extract(epoch FROM a.at) * 1000000)::bigint::text, a.actor, a.session_role,
		a.txid::text, a.object, a.key, a.action, a.before::text, a.after::text]) WITH ORDINALITY AS f (value, no)), 'UTF8'))) AS as_described
FROM (SELECT *, lag(hash, 1, '') OVER (ORDER BY audit_no) AS last FROM audit_rows) AS a;
SELECT encode(prompt_mgr.audit_hash(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), 'hex') = encode(sha256('-----------'), 'hex') AS of_nothing;

-- Nobody writes it by hand; viewers read what happened to the prompts they see, admins all.
CREATE FUNCTION pg_temp.try_as(role text, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('role', role, true);
	SELECT t.state INTO result FROM pg_temp.try(command) AS t;
	PERFORM set_config('role', 'none', true);
	RETURN result;
END $$;
SELECT command, pg_temp.try_as('audit_viewer', command) AS viewer, pg_temp.try_as('audit_publisher', command) AS publisher, pg_temp.try_as('audit_admin', command) AS admin
FROM unnest(ARRAY['SELECT * FROM prompt_mgr.audit', 'INSERT INTO prompt_mgr.audit DEFAULT VALUES', 'UPDATE prompt_mgr.audit SET actor = ''x''',
	'DELETE FROM prompt_mgr.audit', 'TRUNCATE prompt_mgr.audit', 'UPDATE prompt_mgr.audit_chain SET audit_no = 1', 'DELETE FROM prompt_mgr.audit_chain',
	'SELECT prompt_mgr._audit_append(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)']) AS command;
SELECT t.state, t.message FROM unnest(ARRAY['UPDATE prompt_mgr.audit SET actor = ''x''', 'DELETE FROM prompt_mgr.audit', 'TRUNCATE prompt_mgr.audit',
	'DELETE FROM prompt_mgr.audit_chain', 'TRUNCATE prompt_mgr.audit_chain']) AS command, pg_temp.try(command) AS t;
SET ROLE audit_viewer;
SELECT count(*) > 0 AS sees_changes FROM prompt_mgr.prompt_changes('audit/b');
SELECT count(*) AS of_no_prompt FROM prompt_mgr.audit WHERE prompt_id = '00000000-0000-0000-0000-000000000000';
SELECT state FROM pg_temp.try('SELECT prompt_mgr.verify_audit()');
SET ROLE audit_admin;
SELECT count(*) > 0 AS of_no_prompt FROM prompt_mgr.audit WHERE prompt_id = '00000000-0000-0000-0000-000000000000';
SELECT count(*) AS problems FROM prompt_mgr.verify_audit();
RESET ROLE;

-- Each way to tamper, by somebody who can disable triggers, is found and named.
CREATE FUNCTION pg_temp.tamper(command text) RETURNS TABLE (audit_no bigint, problem text) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	EXECUTE replace(command, 'CHAIN', quote_literal((SELECT p.prompt_id FROM prompt_mgr.prompt AS p WHERE p.name = 'audit/b')));
	CREATE TEMP TABLE finding ON COMMIT DROP AS SELECT v.audit_no, v.problem FROM prompt_mgr.verify_audit('audit/b') AS v;
	RAISE EXCEPTION USING ERRCODE = 'TTTTT', DETAIL = (SELECT coalesce(json_agg(f), '[]') FROM finding AS f)::text;
EXCEPTION WHEN SQLSTATE 'TTTTT' THEN
	DECLARE
		found text;
	BEGIN
		GET STACKED DIAGNOSTICS found = PG_EXCEPTION_DETAIL;
		RETURN QUERY SELECT * FROM json_to_recordset(found::json) AS f (audit_no bigint, problem text);
	END;
END $$;
SELECT * FROM pg_temp.tamper('SELECT 1');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.audit SET actor = ''eve'' WHERE prompt_id = CHAIN AND audit_no = 3');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.audit SET after = after || ''{"template": "x"}'' WHERE prompt_id = CHAIN AND audit_no = 4');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.audit SET at = at + interval ''1 microsecond'' WHERE prompt_id = CHAIN AND audit_no = 4');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.audit AS a SET actor = ''eve'', hash = prompt_mgr.audit_hash((SELECT b.hash FROM prompt_mgr.audit AS b WHERE b.prompt_id = a.prompt_id AND b.audit_no = 2),
	a.prompt_id, a.audit_no, a.at, ''eve'', a.session_role, a.txid, a.object, a.key, a.action, a.before, a.after) WHERE prompt_id = CHAIN AND audit_no = 3');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit WHERE prompt_id = CHAIN AND audit_no = 5');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit WHERE prompt_id = CHAIN AND audit_no BETWEEN 1 AND 2');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit WHERE prompt_id = CHAIN AND audit_no > 15');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit WHERE prompt_id = CHAIN');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit WHERE prompt_id = CHAIN; DELETE FROM prompt_mgr.audit_chain WHERE prompt_id = CHAIN') WHERE audit_no = 0 AND problem LIKE '%chain%';
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.audit_chain WHERE prompt_id = CHAIN');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.audit SET audit_no = 9 - audit_no + 1000 WHERE prompt_id = CHAIN AND audit_no IN (4, 5);
	UPDATE prompt_mgr.audit SET audit_no = audit_no - 1000 WHERE prompt_id = CHAIN AND audit_no > 1000');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.prompt_version SET template = ''other'' WHERE prompt_id = CHAIN AND version = 1');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.prompt_version SET template = ''other'', content_sha256 = prompt_mgr.content_sha256(format, escape, ''other'', messages, variables, config, constraints)
	WHERE prompt_id = CHAIN AND version = 1');
SELECT * FROM pg_temp.tamper('DELETE FROM prompt_mgr.prompt_version WHERE prompt_id = CHAIN AND version = 1');
SELECT * FROM pg_temp.tamper('UPDATE prompt_mgr.prompt_label SET version = 1 WHERE prompt_id = CHAIN');
SELECT * FROM pg_temp.tamper('INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template, content_sha256, created_by) SELECT CHAIN, 9, ''nine'', '''', ''eve''');

-- Former names and forced units.  A name that was only looked up leaves nothing.
SET ROLE audit_publisher;
SELECT prompt_mgr.rename_prompt('audit/b', 'audit/c'), prompt_mgr.rename_prompt('audit/c', 'audit/d');
SELECT prompt_mgr.rename_prompt('audit/d', 'audit/c');
SELECT prompt_mgr.drop_alias('audit/b');
SELECT prompt_mgr.create_experiment('audit-y', 'audit/c', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]') IS NOT NULL AS created;
SELECT prompt_mgr.force_variant('audit-y', 'ann', v) FROM unnest('{a,b,b,null}'::text[]) AS v;
RESET ROLE;
SELECT a.actor, a.object, replace(a.key, e.experiment_id::text, 'audit-y') AS key, a.action, a.before -> 'variant_no' AS was, a.after -> 'variant_no' AS becomes
FROM prompt_mgr.audit AS a JOIN prompt_mgr.prompt AS p ON p.prompt_id = a.prompt_id JOIN prompt_mgr.experiment AS e ON e.name = 'audit-y'
WHERE p.name = 'audit/c' AND a.object IN ('alias', 'force') AND a.actor = 'audit_publisher' ORDER BY a.audit_no;
SELECT count(*) AS problems FROM prompt_mgr.verify_audit('audit/c');

DROP VIEW audit_rows;
SELECT prompt_mgr.revoke_access(r, l) FROM (VALUES ('audit_viewer'::name, 'viewer'), ('audit_editor', 'editor'), ('audit_publisher', 'publisher'), ('audit_admin', 'admin')) AS v (r, l);
DROP ROLE audit_viewer, audit_editor, audit_publisher, audit_admin;
