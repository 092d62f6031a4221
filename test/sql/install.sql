-- Installing, before init(), init() twice, DROP EXTENSION keeps the rows.
\pset format unaligned
\pset null '(null)'
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION prompt_mgr;

-- The library and the catalog speak of one version.
SELECT prompt_mgr.version() = extversion AS same_version FROM pg_extension WHERE extname = 'prompt_mgr';

-- Before init() everything that needs tables says what to do.
DO $$
DECLARE
	command text;
	hint text;
	called integer := 0;
BEGIN
	FOR command IN
		SELECT format('SELECT prompt_mgr.%I(%s)', p.proname, (
			SELECT string_agg(CASE t.type WHEN 'text'::regtype THEN quote_literal('a') WHEN 'name'::regtype THEN quote_literal(current_user) || '::name'
				WHEN 'integer'::regtype THEN '1' WHEN 'uuid'::regtype THEN 'gen_random_uuid()' WHEN 'jsonb'::regtype THEN quote_literal('{}') || '::jsonb'
				ELSE format('NULL::%s', t.type::regtype) END, ', ' ORDER BY t.place)
			FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, place) WHERE t.place <= p.pronargs - p.pronargdefaults))
		FROM pg_proc AS p
		WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.prokind = 'f' AND p.provolatile <> 'i' AND p.proname !~ '^_'
			AND p.proname NOT IN ('init', 'validate_template', 'selftest_hash', 'can_count_tokens', 'new_execution_id', 'current_actor')
		ORDER BY p.proname COLLATE "C"
	LOOP
		called := called + 1;
		BEGIN
			EXECUTE command;
			RAISE WARNING 'no error: %', command;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
			IF SQLSTATE <> 'PT409' OR hint !~ 'prompt_mgr\.init\(\)' THEN
				RAISE WARNING '% %: %', command, SQLSTATE, SQLERRM;
			END IF;
		END;
	END LOOP;
	IF called < 20 THEN
		RAISE WARNING 'only % functions were called', called;
	END IF;
END $$;
SELECT prompt_mgr.check_ready();

-- What needs no tables works.
SELECT prompt_mgr.render_template('Hi {{name}}', '{"name": "Ann"}');

-- Of servers with known flaws it warns, of others not.
SELECT prompt_mgr._warn_of_server(v) FROM unnest('{150013,150014,160009,160010,170005,170006,180000,190000}'::integer[]) AS v;

-- init() is repeatable and rolls back as one.
BEGIN;
SELECT prompt_mgr.init();
ROLLBACK;
SELECT to_regclass('prompt_mgr.prompt') AS after_rollback;
SELECT prompt_mgr.init();
CREATE TEMP TABLE made AS
	SELECT c.oid, c.relname, c.relacl::text AS acl FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p', 'v');
SELECT prompt_mgr.init();
SELECT count(*) AS changed_by_second_init FROM made
	FULL JOIN (SELECT c.oid, c.relacl::text AS acl FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p', 'v')) AS now USING (oid)
	WHERE made.acl IS DISTINCT FROM now.acl OR made.oid IS NULL OR now.oid IS NULL;

-- Ordinary tables of the caller, row-level security on, comments everywhere,
-- a primary key each, no member of the extension.
SELECT c.relname, c.relowner::regrole = current_user::regrole AS mine, c.relrowsecurity AS rls, c.relforcerowsecurity AS force,
	obj_description(c.oid) IS NOT NULL AS comment,
	EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p') AS pkey,
	EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e') AS member,
	(SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
		AND col_description(c.oid, attnum) IS NULL) AS uncommented
FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition ORDER BY 1;

-- Every function, aggregate and type has a comment.
SELECT p.oid::regprocedure AS without_comment FROM pg_proc AS p
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL;
SELECT t.oid::regtype AS without_comment FROM pg_type AS t
WHERE t.typnamespace = 'prompt_mgr'::regnamespace AND t.typcategory <> 'A' AND t.typrelid NOT IN (SELECT oid FROM made)
	AND obj_description(t.oid, 'pg_type') IS NULL;

-- DROP EXTENSION leaves the tables, and a new one finds them.
SELECT prompt_mgr.save_prompt('kept', 'Hello {{name}}', labels => '{production}');
DROP EXTENSION prompt_mgr;
SELECT p.name, v.version, v.template FROM prompt_mgr.prompt AS p JOIN prompt_mgr.prompt_version AS v USING (prompt_id);
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.render_prompt('kept', '{"name": "again"}');
SELECT prompt_mgr.save_prompt('kept', 'Hello again {{name}}');

-- A schema made beforehand may be full of traps; the script falls into none of them.
DROP EXTENSION prompt_mgr;
CREATE FUNCTION prompt_mgr.trap(oid, regclass) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE OPERATOR prompt_mgr.= (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = prompt_mgr.trap);
CREATE FUNCTION prompt_mgr.format(text, text, text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE EXTENSION prompt_mgr;
DROP OPERATOR prompt_mgr.= (oid, regclass);
DROP FUNCTION prompt_mgr.trap(oid, regclass), prompt_mgr.format(text, text, text, text);
SELECT prompt_mgr.init();
SELECT prompt_mgr.render_prompt('kept', '{"name": "once more"}');

-- Somebody else's schema is refused, and so is a relation planted in ours.
CREATE ROLE regress_pm_other;
ALTER SCHEMA prompt_mgr OWNER TO regress_pm_other;
\set VERBOSITY sqlstate
SELECT prompt_mgr.init();
DO $$ BEGIN EXECUTE format('ALTER SCHEMA prompt_mgr OWNER TO %I', current_user); END $$;
CREATE TABLE prompt_mgr.planted (x int);
ALTER TABLE prompt_mgr.planted OWNER TO regress_pm_other;
SELECT prompt_mgr.init();
\set VERBOSITY default
DROP TABLE prompt_mgr.planted;
SELECT prompt_mgr.init();
DROP ROLE regress_pm_other;
