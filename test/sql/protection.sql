-- Protected labels: who may move them, on every path; release tags.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET client_min_messages = warning;
DROP ROLE IF EXISTS prot_editor, prot_publisher, prot_admin, prot_team, prot_caller;
CREATE ROLE prot_editor;
CREATE ROLE prot_publisher;
CREATE ROLE prot_admin;
CREATE ROLE prot_team;
CREATE ROLE prot_caller;
SELECT prompt_mgr.grant_access('prot_editor', 'editor'), prompt_mgr.grant_access('prot_publisher', 'publisher'),
	prompt_mgr.grant_access('prot_admin', 'admin');
RESET client_min_messages;
SELECT prompt_mgr.save_prompt('prot/p', 'version ' || i) FROM generate_series(1, 4) AS i;
SELECT prompt_mgr.save_prompt('prot/other', 'x', labels => '{production}');
SELECT prompt_mgr.save_prompt('prot/archived', 'x', labels => '{production}');
SELECT prompt_mgr.archive_prompt('prot/archived');
SELECT prompt_mgr.activate('prot/p', 1);
SELECT prompt_mgr.activate('prot/p', 2);
SELECT prompt_mgr.activate('prot/p', 2, 'staging');
SELECT * FROM prompt_mgr.label_protection('prot/p');

-- The paths to a label.  Each runs as a role, sees whether the label moved, and is undone.
CREATE SCHEMA prot;
GRANT USAGE ON SCHEMA prot TO PUBLIC;
CREATE FUNCTION prot.wrapper() RETURNS void LANGUAGE sql SECURITY DEFINER
	AS $$ SELECT prompt_mgr.activate('prot/p', 3) $$;
ALTER FUNCTION prot.wrapper() OWNER TO prot_admin;
SELECT prompt_mgr.create_experiment('prot', 'prot/p', '[{"key": "a", "version": 2}, {"key": "b", "version": 3}]', '[{"name": "m"}]',
	'{"on_win": "activate"}') IS NOT NULL AS created;
CREATE TABLE prot.path (n serial, path text, command text);
INSERT INTO prot.path (path, command) VALUES
	('activate', $$SELECT prompt_mgr.activate('prot/p', 3)$$),
	('rollback', $$SELECT prompt_mgr.rollback('prot/p')$$),
	('drop_label', $$SELECT prompt_mgr.drop_label('prot/p', 'production')$$),
	('save_prompt', $$SELECT prompt_mgr.save_prompt('prot/p', 'version 5', labels => '{staging,production}')$$),
	('first save', $$SELECT prompt_mgr.save_prompt('prot/new', 'x', labels => '{production}')$$),
	('release', $$SELECT prompt_mgr.release('[{"name": "prot/p", "version": 3, "label": "staging"}, {"name": "prot/p", "version": 3}]')$$),
	('update', $$UPDATE prompt_mgr.prompt_label SET version = 3 WHERE name = 'prot/p' AND label = 'production'$$),
	('upsert', $$INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version)
		SELECT prompt_id, name, 'production', 3 FROM prompt_mgr.get_prompt('prot/p', 1)
		ON CONFLICT (prompt_id, label) DO UPDATE SET version = EXCLUDED.version$$),
	('forged release', $$UPDATE prompt_mgr.prompt_label SET version = 3, release_id = gen_random_uuid() WHERE name = 'prot/p' AND label = 'production'$$),
	('definer', 'SELECT prot.wrapper()'),
	('archive', $$SELECT prompt_mgr.archive_prompt('prot/other')$$),
	('import', $$SELECT prompt_mgr.import_prompts('[{"name": "prot/p", "version": 1, "type": "text", "prompt": "imported", "labels": ["imported"]}]')$$),
	('rename', $$SELECT prompt_mgr.rename_prompt('prot/other', 'prot/renamed')$$),
	('rename out', $$SELECT prompt_mgr.rename_prompt('prot/other', 'free/renamed')$$),
	('copy', $$SELECT prompt_mgr.copy_prompt('prot/p', 'prot/copy')$$),
	('delete', $$SELECT prompt_mgr.delete_prompt('prot/p')$$),
	('restore', $$SELECT prompt_mgr.restore_prompt('prot/archived')$$),
	('experiment', $$SELECT prompt_mgr.start_experiment('prot'); SELECT prompt_mgr.stop_experiment('prot', 'b')$$);

CREATE FUNCTION pg_temp.walk(role name, claims text DEFAULT '')
RETURNS TABLE (path text, state text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
	p record;
	before text;
BEGIN
	FOR p IN SELECT * FROM prot.path ORDER BY n LOOP
		path := p.path;
		before := (SELECT string_agg(concat(l.name, l.label, l.version, l.move_no), ' ' ORDER BY l.name, l.label) FROM prompt_mgr.prompt_label AS l)
			|| (SELECT count(*) FROM prompt_mgr.label_move) || (SELECT count(*) FROM prompt_mgr.prompt_version);
		BEGIN
			PERFORM set_config('request.jwt.claims', claims, true);
			EXECUTE format('SET LOCAL ROLE %I', role);
			EXECUTE p.command;
			RESET ROLE;
			outcome := CASE WHEN before = (SELECT string_agg(concat(l.name, l.label, l.version, l.move_no), ' ' ORDER BY l.name, l.label) FROM prompt_mgr.prompt_label AS l)
				|| (SELECT count(*) FROM prompt_mgr.label_move) || (SELECT count(*) FROM prompt_mgr.prompt_version) THEN 'nothing' ELSE 'moved' END;
			RAISE EXCEPTION USING ERRCODE = 'PTEST';
		EXCEPTION WHEN OTHERS THEN
			state := replace(SQLSTATE, 'PTEST', '00000');
			IF state <> '00000' THEN
				outcome := SQLERRM;
			END IF;
		END;
		RETURN NEXT;
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION prot.wrapper() TO PUBLIC;

-- Not protected: whoever may move labels, and a definer's caller.
SELECT * FROM pg_temp.walk('prot_publisher');
SELECT * FROM pg_temp.walk('prot_caller') WHERE path IN ('activate', 'definer');

-- Level admin.
SELECT prompt_mgr.protect_label('production', 'admin'), prompt_mgr.protect_label('imported', 'admin');
SELECT * FROM prompt_mgr.label_protection('prot/p');
SELECT * FROM pg_temp.walk('prot_publisher');
SELECT * FROM pg_temp.walk('prot_admin');
SELECT * FROM pg_temp.walk('prot_caller') WHERE path = 'definer';
SELECT * FROM pg_temp.walk('prot_publisher', '{"sub": "somebody", "role": "prot_admin"}') WHERE path IN ('activate', 'update');

-- Other labels and what they point at are free.
SET ROLE prot_publisher;
SELECT prompt_mgr.activate('prot/p', 3, 'staging');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('prot/p', 3)$$);
-- Where it points there already, nothing is asked.
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('prot/p', 2)$$);
-- Below level admin nobody takes a protection away.
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.protect_label('production', NULL)$$) AS t;
SELECT t.state FROM pg_temp.try($$DELETE FROM prompt_mgr.label_policy$$) AS t;
RESET ROLE;

-- A job that would move the label needs somebody's right to start it.
SELECT t.state, t.message, t.hint FROM pg_temp.try($$SET LOCAL ROLE prot_publisher; SELECT prompt_mgr.start_experiment('prot')$$) AS t;

-- A role.
SELECT prompt_mgr.protect_label('production', 'publisher', role => 'prot_team');
SELECT path, state FROM pg_temp.walk('prot_publisher') WHERE path IN ('activate', 'update');
GRANT prot_team TO prot_publisher;
SELECT * FROM pg_temp.walk('prot_publisher') WHERE path IN ('activate', 'update');
REVOKE prot_team FROM prot_publisher;

-- Rules add up; one for a folder holds there alone.
SELECT prompt_mgr.protect_label('prod*', 'publisher', approvals => 1, prefix => 'prot/o', approvals_expire => '1 day');
SELECT * FROM prompt_mgr.label_protection('prot/p');
SELECT * FROM prompt_mgr.label_protection('prot/other');
SELECT * FROM prompt_mgr.label_protection('prot/other', 'staging');
SELECT prompt_mgr.protect_label('production', NULL);
SELECT * FROM prompt_mgr.label_protection('prot/other');

-- Approvals: no direct move, not even the owner's.
SELECT prompt_mgr.protect_label('production', 'publisher', 2, 'prot/');
SELECT * FROM pg_temp.walk('prot_publisher');
SELECT path, state FROM pg_temp.walk(current_user::name);

-- A rename carries no label past a rule.
SELECT * FROM pg_temp.try($$SET LOCAL ROLE prot_editor; UPDATE prompt_mgr.prompt SET name = 'unprot/p' WHERE name = 'prot/p'$$);
GRANT UPDATE (name) ON prompt_mgr.prompt TO prot_editor, prot_admin;
SELECT * FROM pg_temp.try($$SET LOCAL ROLE prot_editor; UPDATE prompt_mgr.prompt SET name = 'unprot/p' WHERE name = 'prot/p'$$);
SELECT * FROM pg_temp.try($$SET LOCAL ROLE prot_editor; UPDATE prompt_mgr.prompt SET name = 'prot/q' WHERE name = 'prot/p'$$);
SELECT * FROM pg_temp.try($$SET LOCAL ROLE prot_admin; UPDATE prompt_mgr.prompt SET name = 'unprot/p' WHERE name = 'prot/q'; UPDATE prompt_mgr.prompt SET name = 'prot/p' WHERE name = 'unprot/p'$$);
REVOKE UPDATE (name) ON prompt_mgr.prompt FROM prot_editor, prot_admin;

-- Versions that it points at stay.
SELECT t.state FROM pg_temp.try($$DELETE FROM prompt_mgr.prompt_version WHERE version = 2$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.set_status('prot/p', 2, 'archived')$$) AS t;
SELECT prompt_mgr.protect_label('production', NULL, prefix => 'prot/');
SELECT prompt_mgr.protect_label('prod*', NULL, prefix => 'prot/o'), prompt_mgr.protect_label('imported', NULL);
SELECT count(*) FROM prompt_mgr.label_policy;

-- Release tags: set once, whoever asks.
SET ROLE prot_admin;
SELECT prompt_mgr.protect_label('prot-*', 'publisher', immutable => true);
RESET ROLE;
SELECT prompt_mgr.activate('prot/p', 1, 'prot-1');
SELECT prompt_mgr.activate('prot/p', 1, 'prot-1');
SELECT r.role, t.* FROM unnest(ARRAY['prot_publisher', 'prot_admin', current_user]) AS r (role),
	pg_temp.try(format($$SET LOCAL ROLE %I; SELECT prompt_mgr.activate('prot/p', 2, 'prot-1')$$, r.role)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.drop_label('prot/p', 'prot-1')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.release('[{"name": "prot/p", "version": 2, "label": "prot-1"}]', 'must', true)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_label SET version = 2 WHERE label = 'prot-1'$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$DELETE FROM prompt_mgr.prompt_label WHERE label = 'prot-1'$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.protect_label('prot-*', NULL)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.protect_label('prot-*', 'publisher')$$) AS t;
SELECT t.state FROM pg_temp.try($$TRUNCATE prompt_mgr.label_policy$$) AS t;
-- Other prompts have tags of their own; another rule adds to it.
SELECT prompt_mgr.activate('prot/other', 1, 'prot-1');
SELECT prompt_mgr.protect_label('prot-1', 'admin');
SELECT t.state FROM pg_temp.try($$SET LOCAL ROLE prot_publisher; SELECT prompt_mgr.activate('prot/p', 2, 'prot-1')$$) AS t;
SELECT label, version FROM prompt_mgr.prompt_label WHERE label = 'prot-1' ORDER BY name;

-- Arguments.
SELECT t.state, t.message, t.detail FROM unnest(ARRAY['''latest'', ''admin''', '''7'', ''admin''', '''a*b'', ''admin''', 'NULL, ''admin''', '''x'', ''root''',
	'''x'', ''admin'', -1', '''x'', ''admin'', NULL', '''x'', ''admin'', prefix => NULL', '''x'', ''admin'', role => ''nobody_there''',
	'''x'', ''admin'', approvals_expire => ''0''', '''x'', ''admin'', prefix => ''a/'', immutable => true', '''*'', ''root'', 101',
	'''x'', ''admin'', gates => ''{prot.none(uuid)}''', '''x'', ''admin'', gates => ''{prot.wrapper()}''', '''x'', ''admin'', gates => ''{"; DROP TABLE x"}''', '''x'', ''admin'', gates => ''{NULL}''']) AS arguments,
	pg_temp.try(format('SELECT prompt_mgr.protect_label(%s)', arguments)) AS t;
SELECT label, prefix, level, immutable, set_by = current_user AS by_me FROM prompt_mgr.label_policy ORDER BY label, prefix;

DELETE FROM prompt_mgr.label_policy WHERE NOT immutable;
SET client_min_messages = warning;
DROP SCHEMA prot CASCADE;
DROP OWNED BY prot_editor, prot_publisher, prot_admin, prot_team, prot_caller;
DROP ROLE prot_editor, prot_publisher, prot_admin, prot_team, prot_caller;
