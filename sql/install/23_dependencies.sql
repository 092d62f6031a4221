-- Partials: which prompts use which.  The rows are made when a version is
-- saved; the name is kept as it is written, because a partial may be given at
-- rendering instead of being a stored prompt.

CREATE FUNCTION prompt_mgr._partials(template text, messages jsonb, format text,
	OUT name text, OUT version integer, OUT label text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE ROWS 2
AS 'MODULE_PATHNAME', 'prompt_mgr_partials';

COMMENT ON FUNCTION prompt_mgr._partials(text, jsonb, text) IS
'internal: references to partials in the texts of a version';

CREATE FUNCTION prompt_mgr._init_dependencies() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_dependency (
		prompt_id uuid NOT NULL,
		version integer NOT NULL,
		partial text COLLATE "C" NOT NULL,
		wanted text COLLATE "C" NOT NULL,
		CONSTRAINT prompt_dependency_pkey PRIMARY KEY (prompt_id, version, partial, wanted),
		CONSTRAINT prompt_dependency_version_fkey FOREIGN KEY (prompt_id, version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version) ON DELETE CASCADE
	);
	CREATE INDEX IF NOT EXISTS prompt_dependency_partial_idx
		ON prompt_mgr.prompt_dependency (partial);
	COMMENT ON TABLE prompt_mgr.prompt_dependency IS 'Partials that a version uses; written by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt_dependency.prompt_id IS 'The prompt that uses the partial.';
	COMMENT ON COLUMN prompt_mgr.prompt_dependency.version IS 'Its version.';
	COMMENT ON COLUMN prompt_mgr.prompt_dependency.partial IS 'The partial''s name as written.';
	COMMENT ON COLUMN prompt_mgr.prompt_dependency.wanted IS 'A version number, a label, or nothing: then the label by which the prompt itself is found.';

	CREATE OR REPLACE FUNCTION prompt_mgr._version_after_write() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF TG_OP = 'UPDATE' THEN
			DELETE FROM prompt_mgr.prompt_dependency AS d
			WHERE d.prompt_id = NEW.prompt_id AND d.version = NEW.version;
		END IF;
		-- A restored version may find its dependencies restored before it.
		INSERT INTO prompt_mgr.prompt_dependency (prompt_id, version, partial, wanted)
		SELECT DISTINCT NEW.prompt_id, NEW.version, p.name, coalesce(p.version::text, p.label, '')
		FROM prompt_mgr._partials(NEW.template, NEW.messages, NEW.format) AS p
		ON CONFLICT ON CONSTRAINT prompt_dependency_pkey DO NOTHING;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_after_write() IS 'internal: records the partials of a version';
	-- Restoring the data alone brings the rows after the trigger above has made them.
	CREATE OR REPLACE FUNCTION prompt_mgr._dependency_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF EXISTS (SELECT FROM prompt_mgr.prompt_dependency AS d
				WHERE (d.prompt_id, d.version, d.partial, d.wanted) = (NEW.prompt_id, NEW.version, NEW.partial, NEW.wanted)) THEN
			RETURN NULL;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._dependency_before_insert() IS 'internal: passes over a dependency that is there already';
	CREATE OR REPLACE TRIGGER prompt_dependency_before_insert BEFORE INSERT ON prompt_mgr.prompt_dependency
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._dependency_before_insert();

	CREATE OR REPLACE TRIGGER prompt_version_after_insert AFTER INSERT ON prompt_mgr.prompt_version
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._version_after_write();
	CREATE OR REPLACE TRIGGER prompt_version_after_update AFTER UPDATE ON prompt_mgr.prompt_version
		FOR EACH ROW WHEN ((OLD.template, OLD.messages, OLD.format) IS DISTINCT FROM (NEW.template, NEW.messages, NEW.format))
		EXECUTE FUNCTION prompt_mgr._version_after_write();

	-- Runs with the writer's rights, so that an error names no prompt that the
	-- writer may not see; rendering refuses the rest.
	CREATE OR REPLACE FUNCTION prompt_mgr._version_refuse_cycle() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		own_name text := (SELECT p.name FROM prompt_mgr.prompt AS p WHERE p.prompt_id = NEW.prompt_id);
		sources text[];
		partials text[];
		cycle text := own_name;
		place integer;
	BEGIN
		-- Each step from a prompt to a partial once, nearest first; a former name counts as the name.
		WITH RECURSIVE walk AS (
			SELECT own_name COLLATE "C" AS source, coalesce(p.name, d.partial) AS partial, d.wanted, 1 AS depth
			FROM prompt_mgr.prompt_dependency AS d
			LEFT JOIN prompt_mgr.prompt_alias AS a ON a.alias = d.partial
			LEFT JOIN prompt_mgr.prompt AS p ON p.prompt_id = a.prompt_id
			WHERE d.prompt_id = NEW.prompt_id AND d.version = NEW.version
			UNION
			SELECT w.partial, coalesce(called.name, d.partial), d.wanted, w.depth + 1
			FROM (SELECT DISTINCT last.partial, last.wanted, last.depth FROM walk AS last) AS w
			JOIN prompt_mgr.prompt AS p ON p.name = w.partial
			JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = p.prompt_id AND CASE
				WHEN w.wanted ~ '^[0-9]+$' THEN v.version = w.wanted::integer
				ELSE v.version IN (SELECT l.version FROM prompt_mgr.prompt_label AS l
					WHERE l.prompt_id = p.prompt_id AND w.wanted IN ('', l.label)) END
			JOIN prompt_mgr.prompt_dependency AS d ON d.prompt_id = v.prompt_id AND d.version = v.version
			LEFT JOIN prompt_mgr.prompt_alias AS a ON a.alias = d.partial
			LEFT JOIN prompt_mgr.prompt AS called ON called.prompt_id = a.prompt_id
			WHERE w.partial <> own_name AND w.depth < 16
		), step AS (
			SELECT w.source, w.partial, min(w.depth) AS depth FROM walk AS w GROUP BY w.source, w.partial
		)
		SELECT array_agg(s.source ORDER BY s.depth, s.source, s.partial),
			array_agg(s.partial ORDER BY s.depth, s.source, s.partial) INTO sources, partials
		FROM step AS s;

		-- Back from a use of itself to where the walk began.
		place := array_position(partials, own_name);
		IF place IS NOT NULL THEN
			WHILE sources[place] <> own_name LOOP
				cycle := sources[place] || ' -> ' || cycle;
				place := array_position(partials, sources[place]);
			END LOOP;
			RAISE EXCEPTION 'partials form a cycle: % -> %', own_name, cycle
				USING ERRCODE = '22023',
				DETAIL = jsonb_build_array(jsonb_build_object('path', 'template', 'reason', 'uses itself by way of its partials'));
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_refuse_cycle() IS 'internal: refuses a version that would be its own partial';
	-- The text itself was looked at by _check_content(); this is what its partials
	-- print, as they stand.  With the writer's rights, as above.
	CREATE OR REPLACE FUNCTION prompt_mgr._version_refuse_clash() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		placeholders constant text[] := ARRAY(SELECT jsonb_array_elements_text(
			jsonb_path_query_array(NEW.messages, '$[*] ? (@.type == "placeholder").name')));
		clash record;
	BEGIN
		IF placeholders = '{}' THEN
			RETURN NULL;
		END IF;
		SELECT u.path, m.prompt INTO clash
		FROM prompt_mgr.prompt AS p
		CROSS JOIN LATERAL prompt_mgr.prompt_manifest(p.name, NEW.version) AS m
		JOIN prompt_mgr.prompt_version AS v ON v.version_id = m.version_id
		CROSS JOIN LATERAL prompt_mgr.template_variables(v.template, v.format) AS u
		WHERE p.prompt_id = NEW.prompt_id AND m.depth > 0 AND u.kind IN ('var', 'raw') AND u.path = ANY (placeholders)
		ORDER BY m.depth, m.prompt, u.path LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION 'partial "%" prints "%", which is a placeholder for messages', clash.prompt, clash.path
				USING ERRCODE = '22023',
				DETAIL = jsonb_build_array(jsonb_build_object('path', 'messages', 'reason', format('partial "%s" prints "%s"', clash.prompt, clash.path)));
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_refuse_clash() IS 'internal: refuses messages whose partials print what is a placeholder';
	CREATE OR REPLACE TRIGGER prompt_version_refuse_clash AFTER INSERT OR UPDATE OF messages ON prompt_mgr.prompt_version
		FOR EACH ROW WHEN (NEW.messages IS NOT NULL) EXECUTE FUNCTION prompt_mgr._version_refuse_clash();

	CREATE OR REPLACE TRIGGER prompt_version_refuse_cycle AFTER INSERT OR UPDATE OF template, messages, format ON prompt_mgr.prompt_version
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._version_refuse_cycle();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_dependencies() IS
'internal: makes the table of dependencies and its triggers';

CREATE FUNCTION prompt_mgr.prompt_usages(name text)
RETURNS TABLE (prompt text, version integer, status text, labels text[], partial text, wanted text, depth integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	names text[];
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF prompt_usages.name IS NULL THEN
		PERFORM prompt_mgr.get_prompt(prompt_usages.name);
	END IF;
	-- Whatever the prompt is or was called; there need not be one.
	SELECT array_agg(n.name) INTO names FROM (
		SELECT prompt_usages.name AS name
		UNION ALL
		SELECT unnest(p.name || ARRAY(SELECT other.alias FROM prompt_mgr.prompt_alias AS other WHERE other.prompt_id = p.prompt_id))
		FROM prompt_mgr.prompt AS p
		WHERE p.name = prompt_usages.name
			OR p.prompt_id = (SELECT a.prompt_id FROM prompt_mgr.prompt_alias AS a WHERE a.alias = prompt_usages.name)) AS n;
	RETURN QUERY
	WITH RECURSIVE usage AS (
		SELECT d.prompt_id, d.version, d.partial, d.wanted, 1 AS depth
		FROM prompt_mgr.prompt_dependency AS d WHERE d.partial = ANY (names)
		UNION
		SELECT d.prompt_id, d.version, d.partial, d.wanted, u.depth + 1
		FROM usage AS u
		JOIN prompt_mgr.prompt AS p ON p.prompt_id = u.prompt_id
		JOIN prompt_mgr.prompt_dependency AS d ON d.partial = ANY (p.name || ARRAY(
			SELECT a.alias FROM prompt_mgr.prompt_alias AS a WHERE a.prompt_id = p.prompt_id))
		WHERE u.depth < 16
	)
	SELECT p.name, u.version, v.status,
		ARRAY(SELECT l.label FROM prompt_mgr.prompt_label AS l
			WHERE l.prompt_id = v.prompt_id AND l.version = v.version ORDER BY l.label),
		u.partial, u.wanted, min(u.depth)
	FROM usage AS u
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = u.prompt_id
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = u.prompt_id AND v.version = u.version
	GROUP BY p.name, u.version, v.status, v.prompt_id, v.version, u.partial, u.wanted
	ORDER BY min(u.depth), p.name, u.version;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_usages(text) IS
'Versions that use a prompt as a partial, directly (depth 1) or by way of others.
wanted is the version or label asked for, empty where it is the label by which the user itself is found. Names are those written in the templates, former names of the prompt among them.';

CREATE FUNCTION prompt_mgr.prompt_manifest(name text, version integer DEFAULT NULL, label text DEFAULT NULL)
RETURNS TABLE (prompt text, used_version integer, version_id uuid, content_sha256 text, depth integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 5
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	top record;
	own_label text := CASE WHEN prompt_manifest.version IS NULL THEN coalesce(prompt_manifest.label, 'production') ELSE 'production' END;
BEGIN
	SELECT g.* INTO top FROM prompt_mgr.get_prompt(prompt_manifest.name, prompt_manifest.version, prompt_manifest.label) AS g;
	RETURN QUERY
	WITH RECURSIVE used AS (
		SELECT v.prompt_id, v.version, 0 AS depth
		FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = top.prompt_id AND v.version = top.version
		UNION
		SELECT v.prompt_id, v.version, u.depth + 1
		FROM used AS u
		JOIN prompt_mgr.prompt_dependency AS d ON d.prompt_id = u.prompt_id AND d.version = u.version
		LEFT JOIN prompt_mgr.prompt_alias AS a ON a.alias = d.partial
		JOIN prompt_mgr.prompt AS p ON a.alias IS NULL AND p.name = d.partial OR p.prompt_id = a.prompt_id
		JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = p.prompt_id AND CASE
			WHEN d.wanted ~ '^[0-9]+$' THEN v.version = d.wanted::integer
			WHEN coalesce(nullif(d.wanted, ''), own_label) = 'latest' THEN v.version = (
				SELECT max(newest.version) FROM prompt_mgr.prompt_version AS newest
				WHERE newest.prompt_id = p.prompt_id AND newest.servable)
			ELSE v.version = (SELECT l.version FROM prompt_mgr.prompt_label AS l
				WHERE l.prompt_id = p.prompt_id AND l.label = coalesce(nullif(d.wanted, ''), own_label)) END
		WHERE u.depth < 16
	)
	SELECT p.name, v.version, v.version_id, encode(v.content_sha256, 'hex'), min(u.depth)
	FROM used AS u
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = u.prompt_id
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = u.prompt_id AND v.version = u.version
	GROUP BY p.name, v.version, v.version_id, v.content_sha256
	ORDER BY min(u.depth), p.name, v.version;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_manifest(text, integer, text) IS
'Every version whose text goes into a prompt: itself (depth 0) and its partials as they stand in this statement.
Keep it with an output to know later what it came from. Arguments and errors as for get_prompt().';
