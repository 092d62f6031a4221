-- Who may do what, tried out: each role x each relation, partitions too, x each
-- verb, and x each function with arguments that point at another folder.  What
-- there is comes from the catalog, so that a new table or function is tried as
-- soon as it exists.  Run as superuser in a database with two folders a/ and b/
-- (see 030_rights_matrix.pl); every attempt is rolled back.

CREATE SCHEMA matrix;

-- role: who tries; level: its access level, or none or owner; folder: the one
-- it is confined to, if it is; other: the one that it tries to get at.
CREATE TABLE matrix.subject (role name, level text, folder text, other text);

-- What nobody outside of a folder may read in an answer that was not in the question.
CREATE TABLE matrix.secret (folder text, value text, PRIMARY KEY (folder, value));

-- One row per attempt: what was tried, its SQLSTATE, and which secret came out.
CREATE TABLE matrix.attempt (role name, object text, verb text, command text, state text, message text, leak text);

-- The secrets of a folder as a pattern, and of a relation the rows that have one.
-- Not by the names, which anybody may have written down.
CREATE FUNCTION matrix.pattern(in_folder text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(s.value, '|') FROM matrix.secret AS s WHERE s.folder = in_folder AND s.value !~ '^(exp )?.(/|$)'
$$;
CREATE FUNCTION matrix.rows_of(relation regclass, in_folder text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT to_jsonb(t) FROM %s AS t WHERE t::text ~ %L', relation, matrix.pattern(in_folder));
END $$;

CREATE FUNCTION matrix.relations() RETURNS SETOF regclass LANGUAGE sql AS $$
	SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname
$$;

-- Everything that says something of a folder's rows: the words put there, and every id.
CREATE FUNCTION matrix.collect_secrets() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	relation regclass;
	before bigint := 0;
	found bigint;
BEGIN
	INSERT INTO matrix.secret SELECT f, s FROM unnest('{a,b}'::text[]) AS f, unnest(ARRAY['xsecret' || f || 'x', f || '/one', f || '/two', 'exp ' || f]) AS s ON CONFLICT DO NOTHING;
	-- Ids of rows lead to rows that have nothing else of the folder.
	LOOP
		FOR relation IN SELECT matrix.relations() LOOP
			INSERT INTO matrix.secret
			SELECT f, v.value #>> '{}' FROM unnest('{a,b}'::text[]) AS f, matrix.rows_of(relation, f) AS r, jsonb_each(r) AS v
			WHERE v.value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' ON CONFLICT DO NOTHING;
		END LOOP;
		SELECT count(*) INTO found FROM matrix.secret;
		EXIT WHEN found = before;
		before := found;
	END LOOP;
	-- An id that both have in common is nobody's secret.
	DELETE FROM matrix.secret AS s WHERE EXISTS (SELECT FROM matrix.secret AS o WHERE o.value = s.value AND o.folder <> s.folder);
END $$;

-- A row for a table that the functions have left empty; false where its checks
-- ask for more than a value of the right type.
CREATE FUNCTION matrix.make_row(relation regclass, in_folder text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	made jsonb;
	bare boolean;
BEGIN
	SET LOCAL session_replication_role = replica;
	FOREACH bare IN ARRAY '{false,true}'::boolean[] LOOP
		SELECT jsonb_object_agg(a.attname, CASE
				WHEN a.attname ~ '_id$' AND a.atttypid = 'uuid'::regtype THEN coalesce(matrix.id_of(a.attname, in_folder), gen_random_uuid()::text)
				WHEN a.atttypid IN ('text'::regtype, 'name'::regtype) THEN 'xsecret' || in_folder || 'x'
				WHEN a.atttypid = 'timestamptz'::regtype THEN now()::text
				WHEN a.atttypid = 'pg_snapshot'::regtype THEN pg_current_snapshot()::text
				WHEN a.atttypid = 'boolean'::regtype THEN 'true'
				WHEN a.atttypid = 'bytea'::regtype THEN '\x00'
				ELSE '1' END) || coalesce(jsonb_object_agg(a.attname, jsonb_build_object('x', 'xsecret' || in_folder || 'x')) FILTER (WHERE a.atttypid = 'jsonb'::regtype), '{}') INTO made
		FROM pg_attribute AS a
		WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
			AND format_type(a.atttypid, NULL) !~ '\[\]$' AND (a.attnotnull AND NOT a.atthasdef OR a.attname ~ '_id$' AND a.atttypid = 'uuid'::regtype
				OR NOT bare AND a.atttypid = 'text'::regtype);
		BEGIN
			EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)', relation,
				(SELECT string_agg(quote_ident(k), ', ') FROM jsonb_object_keys(made) AS k), made);
			RETURN true;
		EXCEPTION WHEN check_violation OR not_null_violation THEN
		END;
	END LOOP;
	RETURN false;
END $$;

-- An id by which the folder's rows are known.
CREATE FUNCTION matrix.id_of(key name, in_folder text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	relation regclass;
	id text;
BEGIN
	FOR relation IN SELECT i.indrelid::regclass FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE a.attname = key AND i.indisunique AND i.indrelid IN (SELECT matrix.relations()) ORDER BY i.indnkeyatts, i.indrelid LOOP
		SELECT r ->> key INTO id FROM matrix.rows_of(relation, in_folder) AS r LIMIT 1;
		EXIT WHEN id IS NOT NULL;
	END LOOP;
	RETURN id;
END $$;

CREATE FUNCTION matrix.empty_relations() RETURNS SETOF regclass LANGUAGE sql AS $$
	SELECT r FROM matrix.relations() AS r JOIN pg_class AS c ON c.oid = r
	WHERE NOT c.relispartition AND NOT EXISTS (SELECT FROM matrix.rows_of(r, 'a'))
		AND EXISTS (SELECT FROM prompt_mgr._folder_policies() AS p WHERE r = format('prompt_mgr.%I', p.relation)::regclass AND p.command = 'select')
$$;

-- What a folder's rows are, and were before any attempt; partitions are read with the table that they are part of.
CREATE FUNCTION matrix.digest(in_folder text) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(r.relation::text || d::text, '' ORDER BY r.relation::text, d::text))
	FROM matrix.relations() AS r (relation) JOIN pg_class AS c ON c.oid = r.relation AND NOT c.relispartition, matrix.rows_of(r.relation, in_folder) AS d
$$;
CREATE TABLE matrix.baseline (folder text, digest text);

-- A command that gives one text; what it gave, or what error.
CREATE FUNCTION matrix.try(s matrix.subject, object text, verb text, command text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	state text := 'ok';
	answer text;
	message text;
	detail text;
	hint text;
	context text;
	changed boolean := false;
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', s.role);
		EXECUTE command INTO answer;
		RESET ROLE;
		IF s.folder IS NOT NULL AND verb <> 'SELECT' THEN
			changed := matrix.digest(s.other) <> (SELECT b.digest FROM matrix.baseline AS b WHERE b.folder = s.other);
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'YES00';
	EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
		IF SQLSTATE <> 'YES00' THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
			state := SQLSTATE;
			answer := concat_ws(' ', message, detail, hint, context);
		END IF;
	END;
	INSERT INTO matrix.attempt
	SELECT s.role, object, verb, command, state, message,
		CASE WHEN s.folder IS NULL AND s.level <> 'none' THEN NULL
			WHEN changed THEN 'changed rows of ' || s.other
			ELSE (SELECT string_agg(x.value, ', ') FROM matrix.secret AS x
				WHERE (x.folder = s.other OR s.level = 'none') AND strpos(answer, x.value) > 0 AND strpos(command, x.value) = 0) END;
END $$;

-- What the columns of a role's grant allow, as a list.
CREATE FUNCTION matrix.columns_for(s matrix.subject, relation regclass, privilege text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
	WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND has_column_privilege(s.role, relation, a.attname, privilege)
$$;

CREATE FUNCTION matrix.try_relation(s matrix.subject, relation regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	row jsonb;
	names text;
BEGIN
	PERFORM matrix.try(s, relation::text, 'SELECT', format('SELECT string_agg(ROW(%s)::text, '' '') FROM %s AS t',
		coalesce(matrix.columns_for(s, relation, 'SELECT'), 't'), relation));
	IF (SELECT c.relkind FROM pg_class AS c WHERE c.oid = relation) NOT IN ('r', 'p') THEN
		RETURN;
	END IF;
	PERFORM matrix.try(s, relation::text, 'TRUNCATE', format('TRUNCATE %s CASCADE', relation));
	PERFORM matrix.try(s, relation::text, 'DELETE', format('WITH x AS (DELETE FROM %s AS t RETURNING t::text AS row) SELECT string_agg(row, '' '') FROM x', relation));
	PERFORM matrix.try(s, relation::text, 'DELETE', format('DELETE FROM %s', relation));
	names := matrix.columns_for(s, relation, 'UPDATE');
	PERFORM matrix.try(s, relation::text, 'UPDATE', format('WITH x AS (UPDATE %s AS t SET %s RETURNING t::text AS row) SELECT string_agg(row, '' '') FROM x', relation, c.assignment)),
		matrix.try(s, relation::text, 'UPDATE', format('UPDATE %s AS t SET %s', relation, c.assignment))
	FROM unnest(string_to_array(coalesce(names, (SELECT quote_ident(a.attname) FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum = 1)), ', ')) AS n (name),
		LATERAL (VALUES (n.name || ' = ' || n.name)) AS c (assignment);
	-- The other folder's rows once more, and with ids of their own.
	names := matrix.columns_for(s, relation, 'INSERT');
	FOR row IN SELECT r FROM matrix.rows_of(relation, s.other) AS r LIMIT 3 LOOP
		PERFORM matrix.try(s, relation::text, 'INSERT', CASE WHEN names IS NULL THEN format('INSERT INTO %s DEFAULT VALUES', relation)
			ELSE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L) AS r', relation, names, row) END);
	END LOOP;
END $$;

-- What to call an argument with, by its name, else by its type; %1$s is the folder.
CREATE TABLE matrix.value (argument text, type regtype, n integer, value text);
INSERT INTO matrix.value (argument, n, value) VALUES
	('name', 1, '%1$s/one'), ('name', 2, 'exp %1$s'), ('name', 3, '%1$s/two'), ('prompt', 1, '%1$s/one'), ('experiment', 1, 'exp %1$s'), ('new_name', 1, '%1$s/three'), ('new_name', 2, '%1$s/two'),
	('target', 1, '%1$s/three'), ('prefix', 1, ''), ('prefix', 2, '%1$s/'), ('label', 1, 'production'), ('unit', 1, 'xsecret%1$sx'), ('metric', 1, 'm'), ('variant', 1, 'k1'), ('winner', 1, 'k1'),
	('template', 1, 'x{{> %1$s/one}}'), ('template', 2, 'x'), ('messages', 1, NULL), ('status', 1, 'deprecated'), ('level', 1, 'viewer'), ('decision', 1, 'approve'), ('role', 1, 'pg_monitor'),
	('variants', 1, '[{"key": "x", "prompt": "%1$s/one"}, {"key": "y", "prompt": "%1$s/one", "version": 1}]'), ('metrics', 1, '[{"name": "m"}]'),
	('changes', 1, '[{"name": "%1$s/one", "version": 1, "label": "production"}]'), ('document', 1, '[{"name": "%1$s/one", "prompt": "x", "type": "text", "version": 1}]'),
	('rows', 1, '[{"experiment": "exp %1$s", "unit": "u", "metric": "m", "prompt": "%1$s/one", "version": 1, "success": true}]'), ('weights', 1, '{"k1": 1, "k2": 1}'),
	('options', 1, '{}'), ('search', 1, 'xsecret'), ('query', 1, 'xsecret'), ('page_size', 1, '100'), ('after', 1, NULL), ('as_of', 1, 'now'), ('since', 1, '-infinity'),
	('from_time', 1, '2000-01-01'), ('to_time', 1, '2100-01-01'), ('algorithm', 1, 'm3');
INSERT INTO matrix.value (type, n, value) VALUES
	('text', 1, '%1$s/one'), ('integer', 1, '1'), ('bigint', 1, '1'), ('numeric', 1, '1'), ('float8', 1, '0.5'), ('boolean', 1, 'true'), ('jsonb', 1, '{}'), ('text[]', 1, '{production}'),
	('timestamptz', 1, 'now'), ('interval', 1, '1 day'), ('name', 1, 'pg_monitor'), ('integer[]', 1, '{1,1}'), ('bigint[]', 1, '{1,1}'), ('float8[]', 1, '{0.5,0.5}');
INSERT INTO matrix.value (type, n, value) VALUES ('smallint', 1, '1'), ('date', 1, 'today');

CREATE FUNCTION matrix.values_for(argument text, type regtype, folder text) RETURNS text[] LANGUAGE sql AS $$
	SELECT coalesce(
		(SELECT array_agg(format(v.value, values_for.folder) ORDER BY v.n) FROM matrix.value AS v WHERE v.argument = values_for.argument AND values_for.type = ANY ('{text,name,jsonb,timestamptz}'::regtype[])),
		CASE values_for.type WHEN 'uuid'::regtype THEN (SELECT array_agg(s.value ORDER BY s.value) FROM matrix.secret AS s WHERE s.folder = values_for.folder AND s.value ~ '-') END,
		(SELECT array_agg(format(v.value, values_for.folder) ORDER BY v.n) FROM matrix.value AS v WHERE v.type = values_for.type),
		ARRAY[NULL::text])
$$;

-- A function with arguments of the folder: those it must have, all, and the version besides.
CREATE FUNCTION matrix.calls(routine regprocedure, folder text) RETURNS SETOF text LANGUAGE sql AS $$
	WITH p AS (SELECT * FROM pg_proc WHERE oid = routine),
	argument AS (
		SELECT a.name, a.type, a.n <= p.pronargs - p.pronargdefaults AS required, matrix.values_for(a.name, a.type, folder) AS candidates
		FROM p, LATERAL (SELECT (p.proargnames)[n] AS name, t::regtype AS type, n FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) AS a),
	choice AS (
		SELECT DISTINCT coalesce(string_agg(format('%I => %L::%s', coalesce(a.name, ''), a.candidates[1 + (g.i - 1) % cardinality(a.candidates)], a.type), ', ') FILTER (WHERE a.name IS NOT NULL), '') AS arguments
		FROM generate_series(1, (SELECT coalesce(max(cardinality(candidates)), 1) FROM argument)) AS g (i)
		CROSS JOIN unnest('{required,version,all}'::text[]) AS m (mode)
		LEFT JOIN argument AS a ON a.required OR m.mode = 'all' AND a.name <> 'draft' OR m.mode = a.name
		WHERE m.mode = 'required' OR g.i <= 3
		GROUP BY g.i, m.mode)
	SELECT format(CASE WHEN p.proretset OR p.proargmodes IS NOT NULL THEN 'SELECT string_agg(r::text, '' '') FROM prompt_mgr.%I(%s) AS r' ELSE 'SELECT prompt_mgr.%I(%s)::text' END, p.proname, c.arguments)
	FROM p, choice AS c
$$;

CREATE FUNCTION matrix.functions() RETURNS TABLE (routine regprocedure, name name, level text, writes boolean) LANGUAGE sql AS $$
	SELECT p.oid::regprocedure, p.proname, f.level, p.provolatile = 'v' FROM pg_proc AS p
	JOIN prompt_mgr._function_levels() AS f ON f.function_name = p.proname
	WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.prokind = 'f' AND p.proname !~ '_(in|out|recv|send)$'
	ORDER BY p.proname, p.oid::regprocedure::text
$$;

-- Once is enough for statistics of numbers, which know no folder, and for roles
-- that may see both folders, of which only the right to call is asked.
CREATE FUNCTION matrix.try_function(s matrix.subject, routine regprocedure, writes boolean, folder text) RETURNS void LANGUAGE sql AS $$
	SELECT matrix.try(s, routine::text, CASE WHEN writes THEN 'CALL' ELSE 'SELECT' END, c.command)
	FROM matrix.calls(routine, folder) WITH ORDINALITY AS c (command, n)
	WHERE c.n = 1 OR (s.folder IS NOT NULL OR s.level = 'none' OR folder = 'a') AND (SELECT p.provolatile <> 'i' FROM pg_proc AS p WHERE p.oid = routine)
$$;

-- A role's level as a place among the levels: none is before all, the owner behind them.
CREATE FUNCTION matrix.reach(level text) RETURNS integer LANGUAGE sql AS $$
	SELECT CASE level WHEN 'none' THEN 0 WHEN 'owner' THEN 99 ELSE array_position(prompt_mgr._levels(), level) END
$$;

-- Right or no right, as the levels say, and as it turned out.
CREATE VIEW matrix.verdict AS
	SELECT a.role, s.level, a.object, a.verb, CASE WHEN a.verb = ANY ('{INSERT,UPDATE,DELETE,TRUNCATE}') OR a.object !~ '\(' THEN matrix.reach(s.level) >= coalesce(
			(SELECT min(matrix.reach(p.level)) FROM prompt_mgr._table_privileges() AS p
				WHERE format('prompt_mgr.%I', p.relation) = a.object AND p.privileges ~ ('\m' || a.verb || '\M')), 99)
		ELSE matrix.reach(s.level) >= (SELECT min(matrix.reach(f.level)) FROM prompt_mgr._function_levels() AS f WHERE format('prompt_mgr.%I', f.function_name) = split_part(a.object, '(', 1)) END AS expected,
		string_agg(DISTINCT a.state || ' ' || a.message, '; ') AS messages, bool_and(coalesce(a.state <> '42501' OR a.message !~ ('^permission denied for (schema prompt_mgr|(function|table|view) "?' || substring(a.object FROM '^prompt_mgr\."?([a-z_0-9]+)') || '"?)$'), true)) AS found
	FROM matrix.attempt AS a JOIN matrix.subject AS s USING (role)
	GROUP BY a.role, s.level, a.object, a.verb;
