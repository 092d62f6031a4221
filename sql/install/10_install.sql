-- Installing: the version, the tables' driver, who acts.

CREATE FUNCTION prompt_mgr.version() RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_version';

COMMENT ON FUNCTION prompt_mgr.version() IS
'Version of the installed library.
It equals pg_extension.extversion unless a new package waits for ALTER EXTENSION prompt_mgr UPDATE.';

CREATE FUNCTION prompt_mgr.check_ready() RETURNS void
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_check_ready';

COMMENT ON FUNCTION prompt_mgr.check_ready() IS
'Succeeds where init() has made the tables of this release, and raises PT409 with the remedy otherwise.
Fit for a health check; every function that needs the tables begins with it.';

-- The person behind a change: the subject of the request's JWT where PostgREST
-- passed one on, else the role in force.  PostgREST verifies the token and sets
-- the role; who has merely logged in may set anything, so claims count only
-- under a role other than the login's.  Trigger functions run as the tables'
-- owner, hence current_setting('role') and not current_user.
CREATE FUNCTION prompt_mgr.current_actor() RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	claims text := nullif(current_setting('request.jwt.claims', true), '');
	role_in_force text := nullif(current_setting('role'), 'none');
	subject text;
BEGIN
	IF claims IS NOT NULL AND role_in_force <> session_user THEN
		BEGIN
			subject := claims::jsonb ->> 'sub';
		EXCEPTION WHEN data_exception THEN
			subject := NULL;
		END;
	END IF;
	RETURN coalesce(subject, role_in_force, session_user::text);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.current_actor() IS
'Who you are to the history: the subject of the request''s JWT, else the role in force.
Authors, movers and reviewers are recorded by this name.';

CREATE FUNCTION prompt_mgr._actor() RETURNS text
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'prompt_mgr_actor';

COMMENT ON FUNCTION prompt_mgr._actor() IS
'internal: who acts; the JWT subject of the request, else the role in force';

CREATE FUNCTION prompt_mgr._check_owner() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	schema_owner oid;
	stranger record;
BEGIN
	SELECT n.nspowner INTO STRICT schema_owner
	FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'prompt_mgr';
	IF schema_owner <> current_user::regrole THEN
		RAISE EXCEPTION 'schema "prompt_mgr" belongs to role "%"', pg_get_userbyid(schema_owner)
			USING ERRCODE = '42501',
			DETAIL = 'The tables are owned by whoever calls init(), and that must be the owner of their schema.',
			HINT = format('Call it after SET ROLE %I.', pg_get_userbyid(schema_owner));
	END IF;

	-- Nothing that somebody else planted in the schema may be adopted.
	SELECT c.relname, pg_get_userbyid(c.relowner) AS owner INTO stranger
	FROM pg_catalog.pg_class AS c
	WHERE c.relnamespace = 'prompt_mgr'::regnamespace
		AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
		AND c.relowner <> schema_owner
	ORDER BY c.relname LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'relation "prompt_mgr.%" belongs to role "%"', stranger.relname, stranger.owner
			USING ERRCODE = '42501',
			HINT = format('Give it to %I with ALTER TABLE ... OWNER TO, or drop it.', current_user);
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_owner() IS
'internal: refuses init() where the schema, or a relation in it, belongs to somebody else';

-- Row-level security of these releases forgets roles when plans are used again,
-- and shows statistics of rows that policies hide.
CREATE FUNCTION prompt_mgr._warn_of_server(version_num integer) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	fixed_in constant text := CASE version_num / 10000 WHEN 15 THEN '15.14' WHEN 16 THEN '16.10' WHEN 17 THEN '17.6' END;
BEGIN
	IF version_num % 10000 < split_part(fixed_in, '.', 2)::integer THEN
		RAISE WARNING 'this server lacks fixes of row-level security, on which access by folder rests'
			USING HINT = format('Update PostgreSQL to %s or later.', fixed_in);
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._warn_of_server(integer) IS
'internal: warns of a minor release whose row-level security has known flaws';

CREATE FUNCTION prompt_mgr._comment_on(relation text, attribute text, comment text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF attribute IS NOT NULL THEN
		EXECUTE format('COMMENT ON COLUMN prompt_mgr.%I.%I IS %L', relation, attribute, comment);
	ELSIF (SELECT c.relkind FROM pg_catalog.pg_class AS c WHERE c.oid = format('prompt_mgr.%I', relation)::regclass) = 'v' THEN
		EXECUTE format('COMMENT ON VIEW prompt_mgr.%I IS %L', relation, comment);
	ELSE
		EXECUTE format('COMMENT ON TABLE prompt_mgr.%I IS %L', relation, comment);
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._comment_on(text, text, text) IS
'internal: comments on a table, a view, or a column of one';

CREATE FUNCTION prompt_mgr.init() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $function$
BEGIN
	PERFORM prompt_mgr._check_owner();
	PERFORM prompt_mgr._warn_of_server(current_setting('server_version_num')::integer);
	-- Two sessions may call it at once; the second finds the work done.
	PERFORM pg_advisory_xact_lock('pg_namespace'::regclass::integer, 'prompt_mgr'::regnamespace::oid::integer);
	PERFORM prompt_mgr._init_categories();
	PERFORM prompt_mgr._init_tables();
	PERFORM prompt_mgr._init_comments();
	PERFORM prompt_mgr._init_examples();
	PERFORM prompt_mgr._init_catalogue();
	PERFORM prompt_mgr._init_semver();
	PERFORM prompt_mgr._init_limits();
	PERFORM prompt_mgr._init_triggers();
	PERFORM prompt_mgr._init_protection();
	PERFORM prompt_mgr._init_releases();
	PERFORM prompt_mgr._init_reviews();
	PERFORM prompt_mgr._init_prompt_life();
	PERFORM prompt_mgr._init_dependencies();
	PERFORM prompt_mgr._init_search();
	PERFORM prompt_mgr._init_experiments();
	PERFORM prompt_mgr._init_executions();
	PERFORM prompt_mgr._init_suggestions();
	PERFORM prompt_mgr._init_rollups();
	PERFORM prompt_mgr._init_jobs();
	PERFORM prompt_mgr._init_metrics();
	PERFORM prompt_mgr._init_folders();
	PERFORM prompt_mgr._init_events();
	PERFORM prompt_mgr._init_audit();
	PERFORM prompt_mgr._init_policies();
	PERFORM prompt_mgr._init_folder_policies();
	PERFORM prompt_mgr._init_access();
	-- PostgREST, where one listens, reads the schema anew.
	NOTIFY pgrst, 'reload schema';
END
$function$;

COMMENT ON FUNCTION prompt_mgr.init() IS
'Makes the tables, owned by the caller, or brings those of an older release up to date.
One transaction, and safe to repeat. The caller must own schema prompt_mgr; 42501 otherwise. Call it after CREATE EXTENSION and after ALTER EXTENSION prompt_mgr UPDATE.';
