-- Privileges and definitions, asked of the catalog.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset footer off
\pset null '(null)'

-- Nothing for PUBLIC: functions, types, tables, schema.
SELECT p.oid::regprocedure AS public_may_execute FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND a.grantee = 0;
SELECT t.oid::regtype AS public_may_use FROM pg_type AS t, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) AS a
WHERE t.typnamespace = 'prompt_mgr'::regnamespace AND a.grantee = 0 AND t.typcategory <> 'A' AND t.typrelid NOT IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'v'));
SELECT c.relname AS public_may_touch FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND a.grantee = 0;
SELECT nspname AS public_may_use FROM pg_namespace, aclexplode(nspacl) AS a WHERE nspname = 'prompt_mgr' AND a.grantee = 0;

-- Every public function has a level, every level names a function that exists.
SELECT DISTINCT p.proname AS without_level FROM pg_proc AS p
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proname !~ '^_' AND p.proname NOT IN (SELECT function_name FROM prompt_mgr._function_levels());
SELECT function_name AS without_function FROM prompt_mgr._function_levels() WHERE function_name NOT IN (SELECT proname FROM pg_proc WHERE pronamespace = 'prompt_mgr'::regnamespace);
SELECT relation AS without_policies FROM (SELECT relname AS relation FROM pg_class WHERE relnamespace = 'prompt_mgr'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition) AS r
WHERE relation NOT IN (SELECT p.relation FROM prompt_mgr._policies() AS p);

-- A partition shows nothing to whoever names it: no privilege, and a policy that says so.
SELECT count(*) > 0 AS partitions, count(*) FILTER (WHERE c.relrowsecurity) = count(*) AS rls, count(*) FILTER (WHERE p.polname = c.relname || '_closed') = count(*) AS closed,
	count(*) FILTER (WHERE p.polpermissive AND p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) = 'false' AND p.polwithcheck IS NULL) = count(*) AS to_all,
	bool_or(EXISTS (SELECT FROM aclexplode(c.relacl) AS a WHERE a.grantee <> c.relowner)) AS granted
FROM pg_class AS c LEFT JOIN pg_policy AS p ON p.polrelid = c.oid
WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relispartition AND c.relkind = 'r';

-- SECURITY DEFINER only in trigger functions and their helper, which init() made and nobody may call; nothing leakproof.
SELECT p.oid::regprocedure AS definer_that_is_no_trigger FROM pg_proc AS p WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.prosecdef AND p.prorettype <> 'trigger'::regtype;
SELECT p.oid::regprocedure AS leakproof FROM pg_proc AS p WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proleakproof;

-- Every plpgsql function pins its search_path.
SELECT p.oid::regprocedure AS unpinned FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND (l.lanname = 'plpgsql' OR l.lanname = 'sql' AND p.prosqlbody IS NULL)
	AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false);

-- Reads are parallel safe and not volatile, writes volatile and unsafe; named arguments.
SELECT p.proname, p.provolatile AS volatility, p.proparallel AS parallel, p.proisstrict AS strict, p.proretset AS set
FROM pg_proc AS p WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proname !~ '^_' AND p.prokind = 'f' ORDER BY p.proname COLLATE "C", p.pronargs;
-- Catching an error takes a subtransaction, which a parallel query may not start.
SELECT p.oid::regprocedure AS not_parallel_safe FROM pg_proc AS p
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proparallel <> 'u' AND p.prosrc ~ '\mEXCEPTION\s+WHEN\M';
SELECT p.oid::regprocedure AS unnamed_arguments FROM pg_proc AS p
WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proname !~ '_(in|out|recv|send)$' AND p.pronargs > 0
	AND (p.proargnames IS NULL OR '' = ANY (p.proargnames[1:p.pronargs]));

-- Policies: one per relation and command, with the roles of their level.
SELECT tablename, policyname, cmd, permissive, roles = ARRAY[current_user] AS owner_only, qual, with_check FROM pg_policies WHERE schemaname = 'prompt_mgr' AND policyname !~ '_closed$' ORDER BY tablename COLLATE "C", cmd COLLATE "C";

-- Names given to callers, to the letter.
SELECT signature FROM (
	SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ')' AS signature FROM pg_proc AS p
	WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proname !~ '^_' AND p.proname !~ '_(in|out|recv|send)$') AS s
ORDER BY signature COLLATE "C";

-- After all these tests the audit holds.
SELECT prompt, audit_no, problem FROM prompt_mgr.verify_audit();
