-- Saving prompts and the life of a version.

CREATE FUNCTION prompt_mgr.save_prompt(
	name text,
	template text DEFAULT NULL,
	messages jsonb DEFAULT NULL,
	variables jsonb DEFAULT NULL,
	config jsonb DEFAULT NULL,
	constraints jsonb DEFAULT NULL,
	format text DEFAULT 'prompt',
	escape text DEFAULT NULL,
	change_note text DEFAULT NULL,
	labels text[] DEFAULT NULL,
	draft boolean DEFAULT false,
	base_version integer DEFAULT NULL,
	if_changed boolean DEFAULT false,
	idempotency_key text DEFAULT NULL,
	description text DEFAULT NULL,
	category text DEFAULT NULL,
	tags text[] DEFAULT NULL,
	semver text DEFAULT NULL,
	metadata jsonb DEFAULT NULL,
	attributes jsonb DEFAULT NULL,
	author text DEFAULT NULL,
	language text DEFAULT NULL,
	complexity text DEFAULT NULL,
	models text[] DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	parent record;
	twin record;
	problems jsonb;
	new_version integer;
	new_label text;
BEGIN
	PERFORM prompt_mgr.check_ready();

	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('name', 'must not be null', save_prompt.name IS NULL),
		('name', 'must have 1 to 255 characters', length(save_prompt.name) NOT BETWEEN 1 AND 255),
		('name', 'must not begin or end with white space or "/", nor contain "|", "//" or a control character',
			save_prompt.name !~ '^[^[:space:]/|]' OR save_prompt.name !~ '[^[:space:]/]$' OR save_prompt.name ~ '[[:cntrl:]|]|//'),
		('template', 'give exactly one of template and messages', num_nonnulls(save_prompt.template, save_prompt.messages) <> 1),
		('messages', 'must be a JSON array', jsonb_typeof(save_prompt.messages) <> 'array'),
		('variables', 'must be a JSON object', jsonb_typeof(save_prompt.variables) <> 'object'),
		('config', 'must be a JSON object', jsonb_typeof(save_prompt.config) <> 'object'),
		('constraints', 'must be a JSON object', jsonb_typeof(save_prompt.constraints) <> 'object'),
		('format', 'must be prompt, mustache or text', save_prompt.format IS NULL OR save_prompt.format NOT IN ('prompt', 'mustache', 'text')),
		('escape', 'must be none, html, json or xml', save_prompt.escape NOT IN ('none', 'html', 'json', 'xml')),
		('draft', 'must not be null', save_prompt.draft IS NULL),
		('labels', 'a draft carries no label', save_prompt.draft AND cardinality(save_prompt.labels) > 0),
		('tags', 'must be a list without null', array_ndims(save_prompt.tags) > 1 OR 'null' = ANY (SELECT coalesce(t, 'null') FROM unnest(save_prompt.tags) AS t WHERE t IS NULL)),
		('semver', 'must be major, minor, patch or as 1.2.3',
			save_prompt.semver !~ '^(major|minor|patch|(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2})$'),
		('metadata', 'must be a JSON object', jsonb_typeof(save_prompt.metadata) <> 'object'),
		('attributes', 'must be a JSON object', jsonb_typeof(save_prompt.attributes) <> 'object'),
		('category', 'must have at most 100 characters, none of them a control character, and no space at either end',
			length(save_prompt.category) > 100 OR save_prompt.category ~ '^[[:space:]]|[[:space:]]$|[[:cntrl:]]'),
		('author', 'must have at most 200 characters', length(save_prompt.author) > 200),
		('language', 'must have at most 35 characters', length(save_prompt.language) > 35),
		('complexity', 'must have at most 50 characters', length(save_prompt.complexity) > 50),
		('models', 'must be a list without null', array_ndims(save_prompt.models) > 1 OR array_position(save_prompt.models, NULL) IS NOT NULL),
		('idempotency_key', 'must have at most 200 characters', length(save_prompt.idempotency_key) > 200)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;

	-- The prompt's row is both made and locked here: savers of one prompt go
	-- one after the other, those of different prompts do not meet.
	INSERT INTO prompt_mgr.prompt (name, kind, description, category, tags, author, language, complexity, models, attributes)
	VALUES (save_prompt.name, CASE WHEN save_prompt.template IS NULL THEN 'chat' ELSE 'text' END,
		nullif(save_prompt.description, ''), nullif(save_prompt.category, ''), coalesce(save_prompt.tags, '{}'), nullif(save_prompt.author, ''),
		nullif(save_prompt.language, ''), nullif(save_prompt.complexity, ''), coalesce(save_prompt.models, '{}'), coalesce(save_prompt.attributes, '{}'))
	ON CONFLICT ON CONSTRAINT prompt_name_key DO NOTHING;
	SELECT p.* INTO parent FROM prompt_mgr.prompt AS p WHERE p.name = save_prompt.name FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'prompt "%" does not exist or is not visible', save_prompt.name USING ERRCODE = 'PT404';
	END IF;
	IF (parent.kind = 'chat') <> (save_prompt.template IS NULL) THEN
		RAISE EXCEPTION 'prompt "%" is a % prompt', save_prompt.name, parent.kind
			USING ERRCODE = 'PT409', HINT = 'A prompt stays of one kind; save this one under another name.';
	END IF;

	-- The version that this one may be a repetition of.  Compared as text: jsonb
	-- calls 1 and 1.00 equal, which render differently.
	SELECT v.* INTO twin FROM prompt_mgr.prompt_version AS v
	WHERE v.prompt_id = parent.prompt_id AND v.idempotency_key = save_prompt.idempotency_key;
	IF NOT FOUND AND if_changed THEN
		SELECT v.* INTO twin FROM prompt_mgr.prompt_version AS v
		WHERE v.prompt_id = parent.prompt_id AND v.version = parent.last_version
			AND v.status = ANY (CASE WHEN save_prompt.draft THEN '{draft}' ELSE '{active,deprecated}' END::text[]);
	END IF;
	IF twin.version IS NOT NULL AND
		jsonb_build_array(twin.template, twin.messages, twin.variables, twin.config, twin.constraints, twin.format, twin.escape)::text =
		jsonb_build_array(save_prompt.template, save_prompt.messages, coalesce(save_prompt.variables, '{}'), coalesce(save_prompt.config, '{}'),
			coalesce(save_prompt.constraints, '{}'), save_prompt.format, save_prompt.escape)::text THEN
		new_version := twin.version;
	ELSIF twin.idempotency_key = save_prompt.idempotency_key THEN
		RAISE EXCEPTION 'idempotency key "%" was used for other content, version %', save_prompt.idempotency_key, twin.version
			USING ERRCODE = 'PT409', HINT = 'Use a new key for new content.';
	ELSIF base_version <> parent.last_version THEN
		RAISE EXCEPTION 'prompt "%" has moved on from version % to %', save_prompt.name, base_version, parent.last_version
			USING ERRCODE = 'PT409', HINT = 'Look at the newer version, then save with it as base_version.';
	END IF;

	IF parent.last_version > 0 AND num_nonnulls(save_prompt.description, save_prompt.category, save_prompt.tags, save_prompt.author,
			save_prompt.language, save_prompt.complexity, save_prompt.models, save_prompt.attributes) > 0 THEN
		PERFORM prompt_mgr.update_prompt(save_prompt.name, save_prompt.description, save_prompt.category, save_prompt.tags, save_prompt.author,
			save_prompt.language, save_prompt.complexity, save_prompt.models, save_prompt.attributes);
	END IF;
	IF new_version IS NULL THEN
		INSERT INTO prompt_mgr.prompt_version AS v (prompt_id, status, format, escape, template, messages,
			variables, config, constraints, change_note, idempotency_key, semver, metadata)
		VALUES (parent.prompt_id, CASE WHEN save_prompt.draft THEN 'draft' ELSE 'active' END,
			save_prompt.format, save_prompt.escape, save_prompt.template, save_prompt.messages,
			coalesce(save_prompt.variables, '{}'), coalesce(save_prompt.config, '{}'),
			coalesce(save_prompt.constraints, '{}'), save_prompt.change_note, save_prompt.idempotency_key,
			save_prompt.semver, coalesce(save_prompt.metadata, '{}'))
		RETURNING v.version INTO new_version;
	END IF;

	-- Labels are locked in the order of their names, as releases do, so that two
	-- never wait for each other in a circle.
	FOR new_label IN SELECT DISTINCT l COLLATE "C" AS l FROM unnest(save_prompt.labels) AS l ORDER BY l
	LOOP
		PERFORM prompt_mgr.activate(save_prompt.name, new_version, new_label, save_prompt.change_note);
	END LOOP;
	RETURN new_version;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.save_prompt(text, text, jsonb, jsonb, jsonb, jsonb, text, text, text, text[], boolean, integer, boolean, text, text, text, text[], text, jsonb, jsonb, text, text, text, text[]) IS
'Saves the next version of a prompt, creating the prompt on first use; returns the version number.
Exactly one of template (text prompt) and messages (chat prompt). draft: may still be edited; labels: moved to the new version in the same transaction, which needs level publisher; base_version: PT409 unless it is the newest; if_changed: returns the newest version where the content is the same; idempotency_key: a retry returns the version of the first call. description, category, tags, attributes, author, language, complexity and models belong to the prompt and stay as they are where NULL, see update_prompt(); an unknown category is made. metadata belongs to the version. semver: major, minor, patch or a number as 1.2.3, instead of the one that follows from what changed. Errors: 22023 arguments, declarations and constraints (DETAIL lists all), 42601 template syntax or an undeclared variable with line and column, PM005 a forbidden pattern, 42501 a validator that the caller may not execute, PT409 conflicts and an archived prompt, 23505 a name that is the former name of another prompt, PT413 limits.';

CREATE FUNCTION prompt_mgr.set_status(name text, version integer, status text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF set_status.status IS NULL OR set_status.status NOT IN ('draft', 'active', 'deprecated', 'archived') THEN
		RAISE EXCEPTION 'status "%" does not exist', coalesce(set_status.status, 'null')
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'status', 'reason', 'no such status')),
			HINT = 'The statuses are draft, active, deprecated and archived.';
	END IF;
	SELECT g.prompt_id INTO id FROM prompt_mgr.get_prompt(set_status.name, coalesce(set_status.version, 0)) AS g;
	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = id FOR NO KEY UPDATE;
	UPDATE prompt_mgr.prompt_version AS v SET status = set_status.status
	WHERE v.prompt_id = id AND v.version = set_status.version;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'permission denied for version % of prompt "%"', set_status.version, set_status.name USING ERRCODE = '42501';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.set_status(text, integer, text) IS
'Moves a version along its life: draft, active, deprecated, archived; only forward.
PT404 unknown prompt or version, 22023 unknown status, PT409 backward, or archiving while a label points at it.';

CREATE FUNCTION prompt_mgr.publish_version(name text, version integer) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	was text;
BEGIN
	SELECT g.status INTO was FROM prompt_mgr.get_prompt(publish_version.name, coalesce(publish_version.version, 0)) AS g;
	IF was <> 'draft' THEN
		RAISE EXCEPTION 'version % of prompt "%" is not a draft but %', publish_version.version, publish_version.name, was
			USING ERRCODE = 'PT409';
	END IF;
	PERFORM prompt_mgr.set_status(publish_version.name, publish_version.version, 'active');
END
$function$;

COMMENT ON FUNCTION prompt_mgr.publish_version(text, integer) IS
'Makes a draft active; its content can no longer change.
PT404 unknown prompt or version, PT409 where it is no draft.';
