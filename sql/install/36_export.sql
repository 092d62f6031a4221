-- Taking prompts out: as Langfuse's JSON array, and as files.

CREATE FUNCTION prompt_mgr.export_prompts(prefix text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	size record;
	document jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	-- Asked beforehand: one value cannot hold more than 256 MB of JSON.
	SELECT count(*) AS versions, sum(coalesce(octet_length(v.template), pg_column_size(v.messages))) AS bytes INTO size
	FROM prompt_mgr.prompt AS p
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = p.prompt_id
	WHERE starts_with(p.name, coalesce(prefix, '')) AND p.name >= coalesce(prefix, '');
	IF size.versions > 10000 OR size.bytes > 100000000 THEN
		RAISE EXCEPTION '% versions of % bytes are more than one document holds', size.versions, size.bytes
			USING ERRCODE = 'PT413', DETAIL = 'A document holds 10000 versions and 100000000 bytes of text.',
			HINT = 'Export one folder after the other, by prefix; pg_dump has no limit.';
	END IF;

	SELECT jsonb_agg(
		jsonb_build_object(
			'name', p.name,
			'version', v.version,
			'type', p.kind,
			'prompt', coalesce(to_jsonb(v.template), v.messages),
			'config', v.config,
			'tags', to_jsonb(p.tags),
			'labels', to_jsonb(ARRAY(
				SELECT l.label FROM prompt_mgr.prompt_label AS l
				WHERE l.prompt_id = v.prompt_id AND l.version = v.version
				UNION ALL
				SELECT 'latest' WHERE v.version = newest.version
				ORDER BY label)),
			'commitMessage', v.change_note,
			'id', v.version_id,
			'status', v.status,
			'format', v.format,
			'variables', v.variables,
			'constraints', v.constraints,
			'createdAt', to_char(v.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			'createdBy', v.created_by,
			'contentSha256', encode(v.content_sha256, 'hex'),
			'labelHistory', moves.history,
			'metadata', v.metadata,
			'attributes', p.attributes,
			'models', to_jsonb(p.models))
		|| jsonb_strip_nulls(jsonb_build_object(
			'escape', v.escape,
			'semver', v.semver,
			'description', p.description,
			'category', p.category,
			'author', p.author,
			'language', p.language,
			'complexity', p.complexity,
			'archivedAt', to_char(p.archived_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
		ORDER BY p.name, v.version) INTO document
	FROM prompt_mgr.prompt AS p
	CROSS JOIN LATERAL (
		SELECT max(last.version) AS version FROM prompt_mgr.prompt_version AS last
		WHERE last.prompt_id = p.prompt_id AND last.servable
	) AS newest
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = p.prompt_id
	-- A move stands with the version it made holder, a label's removal with the
	-- version that lost it.
	CROSS JOIN LATERAL (
		SELECT coalesce(jsonb_agg(jsonb_build_object('label', m.label, 'move', m.move_no, 'version', m.version,
			'at', to_char(m.moved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'by', m.moved_by,
			'reason', m.reason, 'restored', m.restored_move, 'release', m.release_id) ORDER BY m.label, m.move_no), '[]') AS history
		FROM prompt_mgr.label_move AS m
		WHERE m.prompt_id = v.prompt_id AND v.version = coalesce(m.version, (
			SELECT lost.version FROM prompt_mgr.label_move AS lost
			WHERE (lost.prompt_id, lost.label, lost.move_no) = (m.prompt_id, m.label, m.move_no - 1)))
	) AS moves
	WHERE starts_with(p.name, coalesce(prefix, '')) AND p.name >= coalesce(prefix, '');
	RETURN coalesce(document, '[]');
END
$function$;

COMMENT ON FUNCTION prompt_mgr.export_prompts(text) IS
'All versions of the prompts whose names begin with prefix, as a JSON array that Langfuse reads, ordered by name and version.
name, version, type, prompt, config, tags, labels and commitMessage are Langfuse''s; what else save_prompt() takes, and id, status, createdAt, createdBy, contentSha256, labelHistory and archivedAt, is added, and ignored there. Archived prompts are among them. import_prompts() reads it; a client may keep it for when the database is away. PT413 above 10000 versions or 100000000 bytes of text.';

CREATE FUNCTION prompt_mgr.prompt_path(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
	-- What file systems do not take, or read otherwise, is written %XX.  A
	-- folder cannot look like a file of ours.  What is too long for one name
	-- goes on in a folder whose name ends with "%".
	SELECT string_agg(CASE WHEN octet_length(fit) <= 240 THEN fit
		ELSE regexp_replace(fit, '((?:[^%]|%..){50})(?!$)', '\1%/', 'g') END, '/' ORDER BY place) || '.prompt'
	FROM (
		SELECT place,
			regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
				replace(replace(replace(replace(replace(replace(replace(replace(
					replace(part, '%', '%25'), '<', '%3C'), '>', '%3E'), ':', '%3A'), '"', '%22'), '\', '%5C'), '|', '%7C'), '?', '%3F'), '*', '%2A'),
				'^ ', '%20'), ' $', '%20'), '^[.]', '%2E'), '[.]$', '%2E'), '[.](prompt)$', '%2E\1') AS fit
		FROM string_to_table(name, '/') WITH ORDINALITY AS t (part, place)
	) AS parts
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_path(text) IS
'The path of a prompt''s file, relative to the folder of files: the name with ".prompt" behind it, "/" makes folders.
< > : " \ | ? * % and what else file systems do not take are written %XX; a part of more than 240 bytes goes on in a folder whose name ends with "%".';

CREATE FUNCTION prompt_mgr.prompt_path_name(path text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
	SELECT string_agg(coalesce(chr(('x' || piece[1])::bit(8)::integer), piece[2]), '' ORDER BY place)
	FROM regexp_matches(replace(regexp_replace(path, '[.]prompt$', ''), '%/', ''), '%([2-7][0-9A-F])|([^%]+|%)', 'g')
		WITH ORDINALITY AS t (piece, place)
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_path_name(text) IS
'The name of the prompt that a path stands for: the reverse of prompt_path().';

-- The body of a chat prompt: a section for each message, its role in the line
-- before it.  A message that is more than a role and a text is written as JSON.
CREATE FUNCTION prompt_mgr.messages_to_sections(messages jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
	SELECT string_agg(CASE
		WHEN jsonb_typeof(m.message) = 'object' AND m.message - '{role,content}'::text[] = '{}'
				AND jsonb_typeof(m.message -> 'content') = 'string' AND m.message ->> 'role' ~ '^[a-z]+$' AND m.message ->> 'role' <> 'json' THEN
			-- A line that looks like one of these gets another "=".
			format(E'=== %s ===\n%s', m.message ->> 'role', regexp_replace(m.message ->> 'content', '^(={3,} [^\n]* ===)$', '=\1', 'ng'))
		ELSE E'=== json ===\n' || jsonb_pretty(m.message)
		END, E'\n' ORDER BY m.place)
	FROM jsonb_array_elements(messages) WITH ORDINALITY AS m (message, place)
$function$;

COMMENT ON FUNCTION prompt_mgr.messages_to_sections(jsonb) IS
'The messages of a chat prompt as text to edit: "=== role ===" before each; anything but a role and a text as JSON after "=== json ===".
prompt_from_file() reads it.';

CREATE FUNCTION prompt_mgr.prompt_to_file(item jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
	SELECT concat(E'---\n', (
			SELECT string_agg(format(E'%s: %s\n', h.key, h.value), '' ORDER BY h.place)
			FROM (VALUES
				(1, 'type', nullif(item ->> 'type', 'text')),
				(2, 'format', nullif(item ->> 'format', 'prompt')),
				(3, 'escape', item ->> 'escape'),
				(4, 'description', nullif(item -> 'description', 'null')::text),
				(5, 'category', nullif(item -> 'category', 'null')::text),
				(6, 'tags', nullif(item -> 'tags', '[]')::text),
				(7, 'author', nullif(item -> 'author', 'null')::text),
				(8, 'language', nullif(item -> 'language', 'null')::text),
				(9, 'complexity', nullif(item -> 'complexity', 'null')::text),
				(10, 'models', nullif(item -> 'models', '[]')::text),
				-- All lines after the first are set in, as YAML wants them.
				(11, 'attributes', regexp_replace(jsonb_pretty(nullif(item -> 'attributes', '{}')), '\n}$', E'\n  }')),
				(12, 'config', regexp_replace(jsonb_pretty(nullif(item -> 'config', '{}')), '\n}$', E'\n  }')),
				(13, 'variables', regexp_replace(jsonb_pretty(nullif(item -> 'variables', '{}')), '\n}$', E'\n  }')),
				(14, 'constraints', regexp_replace(jsonb_pretty(nullif(item -> 'constraints', '{}')), '\n}$', E'\n  }'))
			) AS h (place, key, value)
			WHERE h.value IS NOT NULL),
		E'---\n',
		CASE item ->> 'type' WHEN 'chat' THEN prompt_mgr.messages_to_sections(item -> 'prompt') ELSE item ->> 'prompt' END,
		E'\n')
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_to_file(jsonb) IS
'An item of export_prompts() as a file: a YAML header between two lines "---", then the text, then one line feed.
The header has what is not the default: type, format, escape, description, category, tags, author, language, complexity, models, attributes, config, variables, constraints; every value is JSON, which is YAML. prompt_from_file() gives back the same to the byte.';

CREATE FUNCTION prompt_mgr.prompt_files(prefix text DEFAULT '', label text DEFAULT 'latest')
RETURNS TABLE (path text, content text, name text, version integer, base_version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT prompt_mgr.prompt_path(p.name),
		prompt_mgr.prompt_to_file(jsonb_build_object('type', p.kind, 'prompt', coalesce(to_jsonb(v.template), v.messages),
			'format', v.format, 'escape', v.escape, 'description', p.description, 'category', p.category, 'tags', p.tags,
			'author', p.author, 'language', p.language, 'complexity', p.complexity, 'models', p.models, 'attributes', p.attributes,
			'config', v.config, 'variables', v.variables, 'constraints', v.constraints)),
		p.name::text, v.version, CASE WHEN prompt_files.label = 'latest' THEN p.last_version ELSE v.version END
	FROM prompt_mgr.prompt AS p
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = p.prompt_id AND v.version = CASE
		WHEN prompt_files.label = 'latest' THEN (
			SELECT max(last.version) FROM prompt_mgr.prompt_version AS last
			WHERE last.prompt_id = p.prompt_id AND last.servable)
		ELSE (SELECT l.version FROM prompt_mgr.prompt_label AS l
			WHERE l.prompt_id = p.prompt_id AND l.label = prompt_files.label) END
	WHERE starts_with(p.name, coalesce(prefix, '')) AND p.name >= coalesce(prefix, '') AND p.archived_at IS NULL
	ORDER BY p.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_files(text, text) IS
'Prompts whose names begin with prefix as files to edit: path, content, and the version that is in it.
label: which version of each; latest is the newest that is no draft and not archived. Prompts without it, and archived ones, are left out. base_version is what save_prompt_file() is to be given, so that it refuses where somebody has saved meanwhile. See prompt_to_file() and prompt_path().';
