-- Reading the registry.  All of it is STABLE, parallel safe and works on a
-- standby and in a READ ONLY transaction.

CREATE FUNCTION prompt_mgr.get_prompt(
	name text,
	version integer DEFAULT NULL,
	label text DEFAULT NULL,
	as_of timestamptz DEFAULT NULL,
	OUT prompt_id uuid,
	OUT version_id uuid,
	OUT name text,
	OUT version integer,
	OUT labels text[],
	OUT kind text,
	OUT template text,
	OUT messages jsonb,
	OUT variables jsonb,
	OUT config jsonb,
	OUT constraints jsonb,
	OUT status text,
	OUT format text,
	OUT escape text,
	OUT description text,
	OUT category text,
	OUT tags text[],
	OUT change_note text,
	OUT content_sha256 text,
	OUT created_at timestamptz,
	OUT created_by text,
	OUT semver text,
	OUT metadata jsonb,
	OUT attributes jsonb,
	OUT author text,
	OUT language text,
	OUT complexity text,
	OUT models text[],
	OUT archived_at timestamptz)
RETURNS record
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_get_prompt';

COMMENT ON FUNCTION prompt_mgr.get_prompt(text, integer, text, timestamptz) IS
'A version of a prompt as one row: by number, by label, or by the label''s holder at a time.
With neither version nor label, label production; with both, 22023. Label latest is the highest version that is no draft and not archived. as_of asks for the label''s holder at that time. PT404 where the prompt, version or label does not exist or is not visible.';

CREATE FUNCTION prompt_mgr.list_prompts(
	prefix text DEFAULT '',
	label text DEFAULT NULL,
	page_size integer DEFAULT 100,
	after text DEFAULT NULL)
RETURNS TABLE (prompt_id uuid, name text, kind text, description text, category text, tags text[],
	last_version integer, labels jsonb, created_at timestamptz, created_by text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF page_size IS NULL OR page_size < 1 OR page_size > 10000 THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	SELECT p.prompt_id, p.name, p.kind, p.description, p.category, p.tags, p.last_version,
		coalesce(l.labels, '{}'), p.created_at, p.created_by
	FROM prompt_mgr.prompt AS p
	LEFT JOIN LATERAL (
		SELECT jsonb_object_agg(pl.label, pl.version) AS labels
		FROM prompt_mgr.prompt_label AS pl
		WHERE pl.prompt_id = p.prompt_id AND pl.version IS NOT NULL
	) AS l ON true
	WHERE starts_with(p.name, coalesce(prefix, ''))
		AND p.name >= coalesce(prefix, '')
		AND (list_prompts.after IS NULL OR p.name > list_prompts.after)
		AND (list_prompts.label IS NULL OR l.labels ? list_prompts.label)
	ORDER BY p.name
	LIMIT page_size;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_prompts(text, text, integer, text) IS
'Prompts in the order of their names, without their texts; labels is an object, label to version.
prefix: only names that begin so (a folder: "support/"); label: only prompts that carry it; after: the last name of the page before, for the next page of page_size rows.';

CREATE FUNCTION prompt_mgr.list_versions(name text)
RETURNS TABLE (version integer, version_id uuid, status text, labels text[], format text, change_note text,
	content_sha256 text, created_at timestamptz, created_by text, semver text, metadata jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.prompt_id INTO id FROM prompt_mgr.resolve_prompt(list_versions.name) AS r;
	RETURN QUERY
	SELECT v.version, v.version_id, v.status,
		ARRAY(SELECT l.label FROM prompt_mgr.prompt_label AS l
			WHERE l.prompt_id = v.prompt_id AND l.version = v.version ORDER BY l.label),
		v.format, v.change_note, encode(v.content_sha256, 'hex'), v.created_at, v.created_by, v.semver, v.metadata
	FROM prompt_mgr.prompt_version AS v
	WHERE v.prompt_id = id
	ORDER BY v.version DESC;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_versions(text) IS
'Versions of a prompt, newest first, without their texts.
PT404 where the prompt does not exist or is not visible.';
