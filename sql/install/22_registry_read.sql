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

CREATE TYPE prompt_mgr.listed_prompt AS (
	prompt_id uuid,
	name text,
	kind text,
	description text,
	category text,
	tags text[],
	last_version integer,
	labels jsonb,
	created_at timestamptz,
	created_by text,
	attributes jsonb,
	last_change timestamptz,
	archived_at timestamptz
);

COMMENT ON TYPE prompt_mgr.listed_prompt IS
'A row of list_prompts().';

CREATE FUNCTION prompt_mgr.list_prompts(
	prefix text DEFAULT '',
	label text DEFAULT NULL,
	page_size integer DEFAULT 100,
	after text DEFAULT NULL,
	category text DEFAULT NULL,
	tag text DEFAULT NULL,
	attributes jsonb DEFAULT NULL,
	archived boolean DEFAULT false)
RETURNS SETOF prompt_mgr.listed_prompt
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
	categories text[];
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM prompt_mgr.check_page(page_size);
	IF list_prompts.category IS NOT NULL THEN
		categories := ARRAY(
			WITH RECURSIVE below AS (
				SELECT c.name FROM prompt_mgr.category AS c WHERE c.name = list_prompts.category
				UNION
				SELECT c.name FROM below AS b JOIN prompt_mgr.category AS c ON c.parent = b.name)
			SELECT b.name FROM below AS b);
	END IF;
	RETURN QUERY
	SELECT p.prompt_id, p.name, p.kind, p.description, p.category, p.tags, p.last_version,
		coalesce(l.labels, '{}'), p.created_at, p.created_by, p.attributes, greatest(p.changed_at, l.moved_at), p.archived_at
	FROM (
		SELECT page.* FROM prompt_mgr.prompt AS page
		WHERE (coalesce(prefix, '') = '' OR page.name ^@ prefix AND page.name >= prefix)
			AND (list_prompts.after IS NULL OR page.name > list_prompts.after)
			AND (page.archived_at IS NOT NULL) = list_prompts.archived
			AND (categories IS NULL OR page.category = ANY (categories))
			AND (list_prompts.tag IS NULL OR page.tags @> ARRAY[list_prompts.tag])
			AND (list_prompts.attributes IS NULL OR page.attributes @> list_prompts.attributes)
			AND (list_prompts.label IS NULL OR EXISTS (SELECT FROM prompt_mgr.prompt_label AS carried
				WHERE carried.prompt_id = page.prompt_id AND carried.label = list_prompts.label AND carried.version IS NOT NULL))
		ORDER BY page.name
		LIMIT page_size) AS p
	CROSS JOIN LATERAL (
		SELECT jsonb_object_agg(pl.label, pl.version) FILTER (WHERE pl.version IS NOT NULL) AS labels, max(pl.moved_at) AS moved_at
		FROM prompt_mgr.prompt_label AS pl
		WHERE pl.prompt_id = p.prompt_id
	) AS l
	ORDER BY p.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_prompts(text, text, integer, text, text, text, jsonb, boolean) IS
'Prompts in the order of their names, without their texts; labels is an object, label to version.
prefix: only names that begin so (a folder: "support/"); label: only prompts that carry it; category: in it or one below; tag; attributes: with all of these pairs; archived: archived prompts instead; after: the last name of the page before, for the next page of page_size rows. last_change is that of the prompt, its versions or labels.';

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
