-- What changed from one version to another: lines, variables, settings, tokens,
-- and the semantic version that follows from it.

CREATE FUNCTION prompt_mgr._variable_schema(template text, messages jsonb, variables jsonb, format text, escape text) RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_variable_schema';

COMMENT ON FUNCTION prompt_mgr._variable_schema(text, jsonb, jsonb, text, text) IS
'internal: JSON Schema of the variables of a version that may not be stored yet';

CREATE FUNCTION prompt_mgr._init_semver() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- major: a caller of the old version may fail with the new one, or get an
	-- answer of another shape; minor: other content; patch: no other content.
	CREATE OR REPLACE FUNCTION prompt_mgr._semver_step(was prompt_mgr.prompt_version, new prompt_mgr.prompt_version) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		before jsonb;
		after jsonb;
	BEGIN
		IF was.content_sha256 = new.content_sha256 THEN
			RETURN 'patch';
		END IF;
		before := prompt_mgr._variable_schema(was.template, was.messages, was.variables, was.format, was.escape);
		after := prompt_mgr._variable_schema(new.template, new.messages, new.variables, new.format, new.escape);
		RETURN CASE WHEN EXISTS (SELECT FROM jsonb_array_elements_text(after -> 'required') AS r (name)
				WHERE NOT coalesce(before -> 'required' ? r.name, false))
			OR EXISTS (SELECT FROM jsonb_each(before -> 'properties') AS p
				WHERE NOT coalesce(after -> 'properties' ? p.key, false)
					OR p.value -> 'type' <> after -> 'properties' -> p.key -> 'type')
			OR (was.config -> 'response_format', was.config -> 'tools')
				IS DISTINCT FROM (new.config -> 'response_format', new.config -> 'tools')
			THEN 'major' ELSE 'minor' END;
	EXCEPTION WHEN syntax_error OR SQLSTATE 'PT413' THEN
		RETURN 'minor';		-- restored, or from before a limit was lowered
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._semver_step(prompt_mgr.prompt_version, prompt_mgr.prompt_version) IS 'internal: major, minor or patch, by what changed between two versions';

	CREATE OR REPLACE FUNCTION prompt_mgr._next_semver(content prompt_mgr.prompt_version) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		base prompt_mgr.prompt_version;
		parts integer[];
	BEGIN
		SELECT v.* INTO base FROM prompt_mgr.prompt_version AS v
		WHERE v.prompt_id = content.prompt_id AND v.status <> 'draft' AND v.semver IS NOT NULL
		ORDER BY string_to_array(v.semver, '.')::integer[] DESC LIMIT 1;
		IF content.semver ~ '^[0-9]' THEN
			IF string_to_array(content.semver, '.')::integer[] <= string_to_array(base.semver, '.')::integer[] THEN
				RAISE EXCEPTION 'semantic version % is not above %, which is published', content.semver, base.semver
					USING ERRCODE = 'PT409', HINT = 'Choose a higher one, or none, and it follows from what changed.';
			END IF;
			RETURN content.semver;
		ELSIF base IS NULL THEN
			RETURN '1.0.0';
		END IF;
		parts := string_to_array(base.semver, '.');
		RETURN CASE coalesce(content.semver, prompt_mgr._semver_step(base, content))
			WHEN 'major' THEN format('%s.0.0', parts[1] + 1)
			WHEN 'minor' THEN format('%s.%s.0', parts[1], parts[2] + 1)
			ELSE format('%s.%s.%s', parts[1], parts[2], parts[3] + 1) END;
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._next_semver(prompt_mgr.prompt_version) IS 'internal: the semantic version of content that is published now';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_semver() IS
'internal: makes the functions that number versions semantically';

CREATE FUNCTION prompt_mgr.diff_text(old text, new text, context integer DEFAULT NULL,
	OUT kind text, OUT old_line integer, OUT new_line integer, OUT text text)
RETURNS SETOF record
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 50
AS 'MODULE_PATHNAME', 'prompt_mgr_diff_text';

COMMENT ON FUNCTION prompt_mgr.diff_text(text, text, integer) IS
'Lines of two texts: equal, removed or added, in order, with their numbers in either text.
The difference is the least there is, unless the texts are huge and have next to nothing in common. context: only so many equal lines around each change; NULL is all of them. A NULL text is an empty one. PT413 for texts above 4 MB.';

CREATE FUNCTION prompt_mgr.messages_text(messages jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT string_agg('[' || coalesce(m.value ->> 'role', m.value ->> 'type', 'message') || ']'
		|| coalesce(E'\n' || CASE jsonb_typeof(m.value -> 'content')
			WHEN 'array' THEN (SELECT string_agg(coalesce(part.value ->> 'text', part.value::text), E'\n' ORDER BY part.n)
				FROM jsonb_array_elements(m.value -> 'content') WITH ORDINALITY AS part (value, n))
			ELSE m.value ->> 'content' END, '')
		|| coalesce((SELECT string_agg(E'\n' || other.key || ': ' || other.value::text, '' ORDER BY other.key)
			FROM jsonb_each(m.value) AS other WHERE other.key NOT IN ('role', 'content')), ''), E'\n' ORDER BY m.n)
	FROM jsonb_array_elements(messages) WITH ORDINALITY AS m (value, n);
END;

COMMENT ON FUNCTION prompt_mgr.messages_text(jsonb) IS
'The messages of a chat prompt as lines: [role], then the content, then other members, for reading and comparing.';

CREATE FUNCTION prompt_mgr.diff_versions(name text, a integer, b integer, context integer DEFAULT NULL)
RETURNS TABLE (section text, kind text, path text, old_line integer, new_line integer, text text,
	old_value jsonb, new_value jsonb, breaking boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	was record;
	new record;
	was_text text;
	new_text text;
	was_schema jsonb := '{}'::jsonb;
	new_schema jsonb := '{}'::jsonb;
	was_tokens integer;
	new_tokens integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT g.* INTO new FROM prompt_mgr.get_prompt(diff_versions.name, coalesce(b, 0)) AS g;
	new_text := coalesce(new.template, prompt_mgr.messages_text(new.messages));
	new_schema := prompt_mgr.prompt_schema(diff_versions.name, b);
	-- Nothing stands before the first version.
	SELECT NULL::jsonb AS variables, NULL::jsonb AS config, NULL::jsonb AS constraints, new.format AS format, new.escape AS escape INTO was;
	IF a IS DISTINCT FROM 0 THEN
		SELECT g.* INTO was FROM prompt_mgr.get_prompt(diff_versions.name, coalesce(a, 0)) AS g;
		was_text := coalesce(was.template, prompt_mgr.messages_text(was.messages));
		was_schema := prompt_mgr.prompt_schema(diff_versions.name, a);
	END IF;

	RETURN QUERY
	SELECT 'text', d.kind, NULL::text, d.old_line, d.new_line, d.text, NULL::jsonb, NULL::jsonb, false
	FROM prompt_mgr.diff_text(was_text, new_text, diff_versions.context) AS d;

	-- A variable is what the schema says of it, with all of its declaration.
	RETURN QUERY
	SELECT 'variable', CASE WHEN v.was IS NULL THEN 'added' WHEN v.new IS NULL THEN 'removed' ELSE 'changed' END, v.name,
		NULL::integer, NULL::integer, NULL::text, v.was, v.new,
		a IS DISTINCT FROM 0 AND (v.new IS NULL OR v.new ->> 'required' > coalesce(v.was ->> 'required', 'false')
			OR coalesce(v.was -> 'type' <> v.new -> 'type', false))
	FROM (SELECT n.name,
			was_schema -> 'properties' -> n.name || coalesce(was.variables -> n.name, '{}')
				|| jsonb_build_object('required', coalesce(was_schema -> 'required' ? n.name, false)) AS was,
			new_schema -> 'properties' -> n.name || coalesce(new.variables -> n.name, '{}')
				|| jsonb_build_object('required', coalesce(new_schema -> 'required' ? n.name, false)) AS new
		FROM (SELECT jsonb_object_keys(was_schema -> 'properties') UNION SELECT jsonb_object_keys(new_schema -> 'properties')) AS n (name)) AS v
	WHERE v.was::text IS DISTINCT FROM v.new::text
	ORDER BY v.name COLLATE "C";

	RETURN QUERY
	SELECT 'setting', CASE WHEN s.was IS NULL THEN 'added' WHEN s.new IS NULL THEN 'removed' ELSE 'changed' END, s.path,
		NULL::integer, NULL::integer, NULL::text, s.was, s.new,
		a IS DISTINCT FROM 0 AND s.path IN ('config.response_format', 'config.tools')
	FROM (SELECT 'config.' || k.key AS path, was.config -> k.key AS was, new.config -> k.key AS new
			FROM (SELECT jsonb_object_keys(was.config) UNION SELECT jsonb_object_keys(new.config)) AS k (key)
		UNION ALL
		SELECT 'constraints.' || k.key, was.constraints -> k.key, new.constraints -> k.key
			FROM (SELECT jsonb_object_keys(was.constraints) UNION SELECT jsonb_object_keys(new.constraints)) AS k (key)
		UNION ALL SELECT 'format', to_jsonb(was.format), to_jsonb(new.format)
		UNION ALL SELECT 'escape', to_jsonb(was.escape), to_jsonb(new.escape)) AS s
	WHERE s.was::text IS DISTINCT FROM s.new::text
	ORDER BY s.path COLLATE "C";

	IF prompt_mgr.can_count_tokens() THEN
		was_tokens := prompt_mgr.count_tokens(coalesce(was_text, ''));
		new_tokens := prompt_mgr.count_tokens(new_text);
	END IF;
	IF new_tokens <> was_tokens THEN
		RETURN QUERY SELECT 'tokens', 'changed', 'o200k_base', NULL::integer, NULL::integer, to_char(new_tokens - was_tokens, 'FMS999999999'),
			to_jsonb(was_tokens), to_jsonb(new_tokens), false;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.diff_versions(text, integer, integer, integer) IS
'What changed from version a to version b of a prompt; a = 0 is the empty prompt.
section text: the lines of template or messages, as of diff_text(); variable: variables added, removed or changed, with what is known of them before and after; setting: format, escape, members of config and constraints; tokens: the number of tokens of the template before and after, text is the difference, path the encoding; none without the tables of make tokenizers. breaking: callers of a may fail with b, or get answers of another shape: a variable has become required, was removed or has another type, or response_format or tools changed. context: only so many equal lines around each change. PT404 unknown prompt or version.';

CREATE FUNCTION prompt_mgr.list_changes(name text, page_size integer DEFAULT 20, before integer DEFAULT NULL)
RETURNS TABLE (version integer, semver text, status text, labels text[], change_note text, created_at timestamptz, created_by text,
	lines_added bigint, lines_removed bigint, variables_added text[], variables_removed text[], variables_changed text[],
	settings_changed text[], breaking boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF page_size IS NULL OR page_size < 1 OR page_size > 1000 THEN
		RAISE EXCEPTION 'page_size must be between 1 and 1000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	SELECT v.version, v.semver, v.status,
		ARRAY(SELECT l.label::text FROM prompt_mgr.prompt_label AS l
			WHERE l.prompt_id = v.prompt_id AND l.version = v.version ORDER BY l.label),
		v.change_note, v.created_at, v.created_by,
		d.lines_added, d.lines_removed, d.variables_added, d.variables_removed, d.variables_changed, d.settings_changed, d.breaking
	FROM (SELECT page.* FROM prompt_mgr.resolve_prompt(list_changes.name) AS r
		JOIN prompt_mgr.prompt_version AS page USING (prompt_id)
		WHERE list_changes.before IS NULL OR page.version < list_changes.before
		ORDER BY page.version DESC LIMIT page_size) AS v
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE x.section = 'text' AND x.kind = 'added') AS lines_added,
			count(*) FILTER (WHERE x.section = 'text' AND x.kind = 'removed') AS lines_removed,
			coalesce(array_agg(x.path ORDER BY x.path COLLATE "C") FILTER (WHERE x.section = 'variable' AND x.kind = 'added'), '{}') AS variables_added,
			coalesce(array_agg(x.path ORDER BY x.path COLLATE "C") FILTER (WHERE x.section = 'variable' AND x.kind = 'removed'), '{}') AS variables_removed,
			coalesce(array_agg(x.path ORDER BY x.path COLLATE "C") FILTER (WHERE x.section = 'variable' AND x.kind = 'changed'), '{}') AS variables_changed,
			coalesce(array_agg(x.path ORDER BY x.path COLLATE "C") FILTER (WHERE x.section = 'setting'), '{}') AS settings_changed,
			coalesce(bool_or(x.breaking), false) AS breaking
		FROM prompt_mgr.diff_versions(list_changes.name, coalesce((
			SELECT max(earlier.version) FROM prompt_mgr.prompt_version AS earlier
			WHERE earlier.prompt_id = v.prompt_id AND earlier.version < v.version), 0), v.version, 0) AS x) AS d
	ORDER BY v.version DESC;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_changes(text, integer, integer) IS
'Versions of a prompt, newest first, each with a summary of what changed from the one before it, see diff_versions().
page_size rows; before: only versions below this number, for the next page. PT404 unknown prompt.';
