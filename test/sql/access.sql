-- Access levels: granting, what each may do, revoking.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_viewer, regress_pm_app, regress_pm_editor, regress_pm_publisher, regress_pm_admin, regress_pm_nobody, regress_pm_member;
RESET client_min_messages;
CREATE ROLE regress_pm_viewer; CREATE ROLE regress_pm_app; CREATE ROLE regress_pm_editor; CREATE ROLE regress_pm_publisher;
CREATE ROLE regress_pm_admin; CREATE ROLE regress_pm_nobody; CREATE ROLE regress_pm_member IN ROLE regress_pm_viewer;
SELECT prompt_mgr.grant_access(('regress_pm_' || level)::name, level) FROM unnest('{viewer,app,editor,publisher,admin}'::text[]) AS level;
SELECT role, level FROM prompt_mgr.access_grant WHERE role ~ 'regress_pm' ORDER BY role COLLATE "C";
SELECT prompt_mgr.save_prompt('access/p', 'Hello {{name}}', labels => '{production}'), prompt_mgr.save_prompt('access/p', 'Hi {{name}}');

-- What each level may do.  Each attempt is rolled back.
CREATE FUNCTION pg_temp.attempt(role name, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text := 'ok';
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', role);
		EXECUTE command;
		RAISE EXCEPTION USING ERRCODE = 'YES00';
	EXCEPTION WHEN OTHERS THEN
		IF SQLSTATE <> 'YES00' THEN
			state := SQLSTATE;
		END IF;
	END;
	RETURN state;
END $$;
CREATE TEMP TABLE attempts (n serial, command text);
INSERT INTO attempts (command) VALUES
	('SELECT prompt_mgr.get_prompt(''access/p'')'), ('SELECT prompt_mgr.list_prompts()'), ('SELECT prompt_mgr.list_versions(''access/p'')'),
	('SELECT prompt_mgr.label_history(''access/p'')'), ('SELECT prompt_mgr.render_prompt(''access/p'', ''{"name": "x"}'')'),
	('SELECT prompt_mgr.render_template(''x'')'), ('SELECT prompt_mgr.ztest_counts(1, 10, 2, 10)'), ('SELECT prompt_mgr.pick_variant(''u'', ''s'', ''{1}'')'),
	('SELECT prompt_mgr.save_prompt(''access/new'', ''x'')'), ('SELECT prompt_mgr.save_prompt(''access/p'', ''x'')'),
	('SELECT prompt_mgr.save_prompt(''access/p'', ''x'', labels => ''{production}'')'), ('SELECT prompt_mgr.set_status(''access/p'', 2, ''deprecated'')'),
	('SELECT prompt_mgr.activate(''access/p'', 2)'), ('SELECT prompt_mgr.activate(''access/p'', 2, ''staging'')'), ('SELECT prompt_mgr.drop_label(''access/p'', ''production'')'),
	('SELECT prompt_mgr.init()'), ('SELECT prompt_mgr.grant_access(''regress_pm_nobody'', ''admin'')'), ('SELECT prompt_mgr._check_owner()'),
	('SELECT * FROM prompt_mgr.prompt_version'), ('SELECT * FROM prompt_mgr.access_grant'),
	('INSERT INTO prompt_mgr.label_move (prompt_id, label, move_no, moved_at, moved_by) SELECT prompt_id, ''x'', 1, now(), ''me'' FROM prompt_mgr.prompt'),
	('UPDATE prompt_mgr.prompt SET last_version = 100'), ('UPDATE prompt_mgr.prompt_label SET moved_by = ''somebody'''),
	('INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template) SELECT prompt_id, 50, ''x'' FROM prompt_mgr.prompt LIMIT 1'),
	('DELETE FROM prompt_mgr.prompt'), ('TRUNCATE prompt_mgr.prompt CASCADE'),
	('CREATE TABLE prompt_mgr.mine (x int)');
SELECT command, string_agg(pg_temp.attempt(('regress_pm_' || role)::name, command), ' ' ORDER BY i) AS "nobody member viewer app editor publisher admin"
FROM attempts, unnest('{nobody,member,viewer,app,editor,publisher,admin}'::text[]) WITH ORDINALITY AS r (role, i)
GROUP BY n, command ORDER BY n;

-- The author is who acts, by the request's JWT or by role, never by argument.
BEGIN;
SET LOCAL ROLE regress_pm_editor;
SELECT prompt_mgr.save_prompt('access/author', 'x');
SELECT set_config('request.jwt.claims', '{"sub": "user-7"}', true);
SELECT prompt_mgr.save_prompt('access/author', 'y');
SELECT set_config('request.jwt.claims', 'not json', true);
SELECT prompt_mgr.save_prompt('access/author', 'z');
SELECT set_config('request.jwt.claims', '{"sub": "\u0000"}', true);
SELECT prompt_mgr.save_prompt('access/author', 'nul');
RESET ROLE;
SELECT set_config('request.jwt.claims', '{"sub": "somebody-else"}', true);
SELECT prompt_mgr.save_prompt('access/author', 'a login that sets claims itself');
SELECT v.version, v.created_by = current_user AS by_role FROM prompt_mgr.list_versions('access/author') AS v LIMIT 1;
SELECT version, created_by FROM prompt_mgr.list_versions('access/author') WHERE version <= 4;
ROLLBACK;

-- Row-level security added by the team holds on the way that rendering takes.
CREATE POLICY only_version_2 ON prompt_mgr.prompt_version AS RESTRICTIVE FOR SELECT TO regress_pm_app USING (version > 1);
BEGIN;
SET LOCAL ROLE regress_pm_app;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$);
SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}', 2);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('access/p', 1)$$);
ROLLBACK;
DROP POLICY only_version_2 ON prompt_mgr.prompt_version;
REVOKE SELECT ON prompt_mgr.prompt_version FROM regress_pm_app;
SELECT pg_temp.attempt('regress_pm_app', $$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$);

CREATE POLICY without_using ON prompt_mgr.prompt_version FOR ALL TO regress_pm_editor WITH CHECK (false);
SELECT pg_temp.attempt('regress_pm_editor', $$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$) AS policy_without_using;
DROP POLICY without_using ON prompt_mgr.prompt_version;
CREATE POLICY hidden ON prompt_mgr.prompt AS RESTRICTIVE FOR SELECT TO regress_pm_viewer USING (name <> 'access/p');
SELECT pg_temp.attempt('regress_pm_viewer', command) FROM unnest(ARRAY[$$SELECT prompt_mgr.get_prompt('access/p')$$,
	$$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$, $$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}', 1)$$]) AS command;
DROP POLICY hidden ON prompt_mgr.prompt;

-- A policy that hides the update from an editor is an error, not a silent nothing.
CREATE POLICY no_update ON prompt_mgr.prompt_version AS RESTRICTIVE FOR UPDATE TO regress_pm_editor USING (false);
SELECT pg_temp.attempt('regress_pm_editor', $$SELECT prompt_mgr.set_status('access/p', 2, 'deprecated')$$);
DROP POLICY no_update ON prompt_mgr.prompt_version;

-- Default privileges give nobody the trigger functions or the tables, and the team's own grants survive init().
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO regress_pm_nobody;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO regress_pm_nobody;
GRANT SELECT ON prompt_mgr.label_move TO regress_pm_member;
SELECT prompt_mgr.init();
SELECT p.oid::regprocedure AS given FROM pg_proc AS p, aclexplode(p.proacl) AS a WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND a.grantee = 'regress_pm_nobody'::regrole;
SELECT c.relname AS given FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND a.grantee = 'regress_pm_nobody'::regrole;
SELECT has_table_privilege('regress_pm_member', 'prompt_mgr.label_move', 'SELECT') AS own_grant_stays;
REVOKE SELECT ON prompt_mgr.label_move FROM regress_pm_member;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM regress_pm_nobody;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM regress_pm_nobody;

-- A role that is gone leaves nothing to a new one of its name, and its rows can be revoked.
CREATE ROLE regress_pm_gone;
SELECT prompt_mgr.grant_access('regress_pm_gone', 'publisher');
DROP OWNED BY regress_pm_gone;
DROP ROLE regress_pm_gone;
SELECT prompt_mgr.revoke_access('regress_pm_gone', 'publisher');
SELECT count(*) AS left_behind FROM prompt_mgr.access_grant WHERE role = 'regress_pm_gone';

-- init() grants anew what the levels say; a second level stays when one is revoked.
SELECT prompt_mgr.init();
SELECT pg_temp.attempt('regress_pm_app', $$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$);
SELECT prompt_mgr.grant_access('regress_pm_app', 'publisher');
SELECT pg_temp.attempt('regress_pm_app', $$SELECT prompt_mgr.activate('access/p', 2)$$);
SELECT prompt_mgr.revoke_access('regress_pm_app', 'publisher');
SELECT pg_temp.attempt('regress_pm_app', $$SELECT prompt_mgr.activate('access/p', 2)$$), pg_temp.attempt('regress_pm_app', $$SELECT prompt_mgr.render_prompt('access/p', '{"name": "x"}')$$);

-- Wrong arguments.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.grant_access('regress_pm_none', 'viewer')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.grant_access('regress_pm_app', 'king')$$);
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.grant_access(current_user, 'viewer')$$) AS t;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.grant_access('public', 'viewer')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.grant_access(NULL, 'viewer')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.revoke_access('regress_pm_app', NULL)$$);

-- Revoked to the last: nothing is left, and the role can be dropped.
SELECT prompt_mgr.revoke_access(role, level) FROM prompt_mgr.access_grant WHERE role ~ '^regress_pm';
SELECT string_agg(DISTINCT pg_temp.attempt(('regress_pm_' || role)::name, 'SELECT prompt_mgr.render_template(''x'')'), ' ')
FROM unnest('{viewer,app,editor,publisher,admin}'::text[]) AS role;
DROP ROLE regress_pm_viewer, regress_pm_app, regress_pm_editor, regress_pm_publisher, regress_pm_admin, regress_pm_nobody, regress_pm_member;
