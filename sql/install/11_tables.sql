-- The registry's tables.  They are ordinary tables of the role that calls
-- init(), not members of the extension: pg_dump restores them like any other,
-- and DROP EXTENSION leaves them alone.  Nothing in them (default, check,
-- policy) may depend on a function of the extension, for the same reason.

CREATE FUNCTION prompt_mgr._init_tables() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt (
		prompt_id uuid NOT NULL DEFAULT gen_random_uuid(),
		name text COLLATE "C" NOT NULL,
		kind text NOT NULL,
		description text,
		category text,
		tags text[] NOT NULL DEFAULT '{}',
		last_version integer NOT NULL DEFAULT 0,
		created_at timestamptz NOT NULL DEFAULT now(),
		created_by text NOT NULL,
		author text,
		language text,
		complexity text,
		models text[] NOT NULL DEFAULT '{}',
		attributes jsonb NOT NULL DEFAULT '{}',
		changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		archived_at timestamptz,
		CONSTRAINT prompt_pkey PRIMARY KEY (prompt_id),
		CONSTRAINT prompt_name_key UNIQUE (name),
		CONSTRAINT prompt_prompt_id_name_key UNIQUE (prompt_id, name),
		CONSTRAINT prompt_category_fkey FOREIGN KEY (category)
			REFERENCES prompt_mgr.category (name),
		CONSTRAINT prompt_name_check CHECK (length(name) BETWEEN 1 AND 255
			AND name ~ '^[^[:space:]/|]' AND name ~ '[^[:space:]/]$'
			AND name !~ '[[:cntrl:]|]|//'),
		CONSTRAINT prompt_kind_check CHECK (kind IN ('text', 'chat')),
		CONSTRAINT prompt_last_version_check CHECK (last_version >= 0),
		CONSTRAINT prompt_author_check CHECK (length(author) <= 200),
		CONSTRAINT prompt_language_check CHECK (length(language) <= 35),
		CONSTRAINT prompt_complexity_check CHECK (length(complexity) <= 50),
		CONSTRAINT prompt_attributes_check CHECK (jsonb_typeof(attributes) = 'object')
	);
	CREATE INDEX IF NOT EXISTS prompt_category_idx ON prompt_mgr.prompt (category) WHERE category IS NOT NULL;

	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_version (
		prompt_id uuid NOT NULL,
		version integer NOT NULL,
		version_id uuid NOT NULL DEFAULT gen_random_uuid(),
		status text NOT NULL DEFAULT 'active',
		format text NOT NULL DEFAULT 'prompt',
		escape text,
		template text,
		messages jsonb,
		variables jsonb NOT NULL DEFAULT '{}',
		config jsonb NOT NULL DEFAULT '{}',
		constraints jsonb NOT NULL DEFAULT '{}',
		change_note text,
		idempotency_key text,
		content_sha256 bytea NOT NULL,
		created_at timestamptz NOT NULL DEFAULT now(),
		created_by text NOT NULL,
		edited_by text,
		servable boolean NOT NULL GENERATED ALWAYS AS (status IN ('active', 'deprecated')) STORED,
		semver text,
		metadata jsonb NOT NULL DEFAULT '{}',
		CONSTRAINT prompt_version_pkey PRIMARY KEY (prompt_id, version),
		CONSTRAINT prompt_version_version_id_key UNIQUE (version_id),
		CONSTRAINT prompt_version_servable_key UNIQUE (prompt_id, version, servable),
		CONSTRAINT prompt_version_idempotency_key_key UNIQUE (prompt_id, idempotency_key),
		CONSTRAINT prompt_version_prompt_id_fkey FOREIGN KEY (prompt_id)
			REFERENCES prompt_mgr.prompt (prompt_id) ON DELETE CASCADE,
		CONSTRAINT prompt_version_version_check CHECK (version > 0),
		CONSTRAINT prompt_version_idempotency_key_check CHECK (length(idempotency_key) <= 200),
		CONSTRAINT prompt_version_status_check CHECK (status IN ('draft', 'active', 'deprecated', 'archived')),
		CONSTRAINT prompt_version_format_check CHECK (format IN ('prompt', 'mustache', 'text')),
		CONSTRAINT prompt_version_escape_check CHECK (escape IN ('none', 'html', 'json', 'xml')),
		CONSTRAINT prompt_version_content_check CHECK (num_nonnulls(template, messages) = 1),
		CONSTRAINT prompt_version_variables_check CHECK (jsonb_typeof(variables) = 'object'),
		CONSTRAINT prompt_version_config_check CHECK (jsonb_typeof(config) = 'object'),
		CONSTRAINT prompt_version_constraints_check CHECK (jsonb_typeof(constraints) = 'object'),
		CONSTRAINT prompt_version_semver_check CHECK (semver ~ '^(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}$'
			OR status = 'draft' AND semver IN ('major', 'minor', 'patch')),
		CONSTRAINT prompt_version_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
	);
	-- The highest one published, which the next one follows.
	CREATE INDEX IF NOT EXISTS prompt_version_semver_idx ON prompt_mgr.prompt_version
		(prompt_id, (string_to_array(semver, '.')::integer[])) WHERE status <> 'draft' AND semver IS NOT NULL;

	-- One row is one label: moving it is one atomic write.  A dropped label
	-- keeps its row with no version, so that its moves go on counting.  The
	-- prompt's name stands here too, kept equal by the foreign key, so that a
	-- name and a label find the version without a look at the prompt.
	-- No index contains version: moves then are heap-only updates.  The foreign
	-- key asks for a version that may be served, so that no draft or archived one
	-- carries a label, whatever snapshot its writer has.  What a label may be
	-- called, and that servable is true, is kept by the trigger: a CHECK would
	-- be prepared and evaluated anew for every move.
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_label (
		prompt_id uuid NOT NULL,
		name text COLLATE "C" NOT NULL,
		label text COLLATE "C" NOT NULL,
		version integer,
		move_no integer NOT NULL,
		moved_at timestamptz NOT NULL,
		moved_by text NOT NULL,
		reason text,
		restored_move integer,
		release_id uuid,
		servable boolean NOT NULL DEFAULT true,
		CONSTRAINT prompt_label_pkey PRIMARY KEY (prompt_id, label),
		CONSTRAINT prompt_label_name_label_key UNIQUE (name, label),
		CONSTRAINT prompt_label_prompt_id_fkey FOREIGN KEY (prompt_id, name)
			REFERENCES prompt_mgr.prompt (prompt_id, name) ON UPDATE CASCADE ON DELETE CASCADE,
		CONSTRAINT prompt_label_version_fkey FOREIGN KEY (prompt_id, version, servable)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version, servable)
	) WITH (fillfactor = 50);	-- room for a row's next version on its page

	-- Append-only, written by a trigger alone.  A holder's time runs from its
	-- own moved_at to that of the next move, so ranges cannot overlap.  It
	-- references prompt_version no second time: prompt_label has done so in
	-- the same statement, and label moves are to be cheap.
	CREATE TABLE IF NOT EXISTS prompt_mgr.label_move (
		prompt_id uuid NOT NULL,
		label text COLLATE "C" NOT NULL,
		move_no integer NOT NULL,
		version integer,
		moved_at timestamptz NOT NULL,
		moved_by text NOT NULL,
		reason text,
		restored_move integer,
		release_id uuid,
		CONSTRAINT label_move_pkey PRIMARY KEY (prompt_id, label, move_no)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.access_grant (
		role name NOT NULL,
		level text NOT NULL,
		granted_at timestamptz NOT NULL DEFAULT now(),
		granted_by name NOT NULL DEFAULT current_user,
		CONSTRAINT access_grant_pkey PRIMARY KEY (role, level),
		CONSTRAINT access_grant_level_check CHECK (level IN ('viewer', 'app', 'editor', 'publisher', 'admin'))
	);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_tables() IS
'internal: makes the tables and indexes that are missing';

CREATE FUNCTION prompt_mgr._init_comments() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	COMMENT ON TABLE prompt_mgr.prompt IS 'A prompt: its name and what all its versions share.';
	COMMENT ON COLUMN prompt_mgr.prompt.prompt_id IS 'Identity; stays the same when the name changes.';
	COMMENT ON COLUMN prompt_mgr.prompt.name IS 'Unique name, "/" makes folders; at most 255 characters, no "|".';
	COMMENT ON COLUMN prompt_mgr.prompt.kind IS 'text (one template) or chat (a list of messages).';
	COMMENT ON COLUMN prompt_mgr.prompt.description IS 'What the prompt is for.';
	COMMENT ON COLUMN prompt_mgr.prompt.category IS 'Category of the prompt; one that was unknown is made at the top of the tree.';
	COMMENT ON COLUMN prompt_mgr.prompt.tags IS 'Tags of the prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt.last_version IS 'Highest version number given out; counted by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt.created_at IS 'When the prompt was first saved.';
	COMMENT ON COLUMN prompt_mgr.prompt.created_by IS 'Who saved it first: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.prompt.author IS 'Whom to name as its author.';
	COMMENT ON COLUMN prompt_mgr.prompt.language IS 'Language it is written in, as "en" or "pt-BR".';
	COMMENT ON COLUMN prompt_mgr.prompt.complexity IS 'How demanding it is, in the team''s words.';
	COMMENT ON COLUMN prompt_mgr.prompt.models IS 'Models it is optimised for.';
	COMMENT ON COLUMN prompt_mgr.prompt.attributes IS 'Attributes to select prompts by, such as profile_type; an object.';
	COMMENT ON COLUMN prompt_mgr.prompt.changed_at IS 'When anything in this row changed last, the saving of a version included; set by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt.archived_at IS 'Since when it is archived: hidden from lists and served by no label; NULL: it is not.';

	COMMENT ON TABLE prompt_mgr.prompt_version IS 'A version of a prompt. Drafts can be edited, everything else is immutable for every role.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.version IS 'Number within the prompt, 1..n without a gap.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.version_id IS 'Identity of the version, for foreign keys of your own tables.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.status IS 'draft, active, deprecated or archived; only forward.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.format IS 'Template language: prompt, mustache or text.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.escape IS 'Escaping of values: none, html, json or xml; NULL is the format''s default.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.template IS 'The template of a text prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.messages IS 'The messages of a chat prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.variables IS 'Declared variables: an object, name to declaration.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.config IS 'Model and tool settings, handed to the caller as they are.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.constraints IS 'Limits on the rendered text.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.change_note IS 'What changed, in the author''s words.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.idempotency_key IS 'Caller''s key: a retry with the same key returns the same version.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.content_sha256 IS 'SHA-256 over the content in canonical form; computed by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.created_at IS 'When the version was saved.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.created_by IS 'Who saved it: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.edited_by IS 'Who edited the draft last; NULL where nobody did.';

	COMMENT ON COLUMN prompt_mgr.prompt_version.servable IS 'May a label point at it: active or deprecated.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.semver IS 'Semantic version; follows from what changed, unless it was given. A draft has none before it is published, at most the wish for one.';
	COMMENT ON COLUMN prompt_mgr.prompt_version.metadata IS 'Notes of the team''s own; no part of the content.';

	COMMENT ON TABLE prompt_mgr.prompt_label IS 'A label of a prompt points at one version; "production" is what is served by default.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.name IS 'The prompt''s name; follows it when the prompt is renamed.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.label IS 'Label: a-z 0-9 _ . -, at most 36 characters, not a number.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.version IS 'The version it points at; NULL where the label was dropped.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.move_no IS 'Number of its latest move; counted by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.moved_at IS 'When that move took the label''s lock.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.moved_by IS 'Who moved it: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.reason IS 'Why, in the mover''s words.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.restored_move IS 'For a rollback: the move whose holder it restored.';
	COMMENT ON COLUMN prompt_mgr.prompt_label.release_id IS 'The release that the move was a part of.';

	COMMENT ON COLUMN prompt_mgr.prompt_label.servable IS 'Always true; what the foreign key asks of the version.';

	COMMENT ON TABLE prompt_mgr.label_move IS 'Every move of every label. Append-only, written by a trigger.';
	COMMENT ON COLUMN prompt_mgr.label_move.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.label_move.label IS 'The label.';
	COMMENT ON COLUMN prompt_mgr.label_move.move_no IS 'Counts the moves of this label from 1.';
	COMMENT ON COLUMN prompt_mgr.label_move.version IS 'The new holder; NULL where the label was dropped.';
	COMMENT ON COLUMN prompt_mgr.label_move.moved_at IS 'From when it held: the time the move took the label''s lock.';
	COMMENT ON COLUMN prompt_mgr.label_move.moved_by IS 'Who moved it.';
	COMMENT ON COLUMN prompt_mgr.label_move.reason IS 'Why.';
	COMMENT ON COLUMN prompt_mgr.label_move.restored_move IS 'For a rollback: the move whose holder it restored.';
	COMMENT ON COLUMN prompt_mgr.label_move.release_id IS 'The release that the move was a part of.';

	COMMENT ON TABLE prompt_mgr.access_grant IS 'Levels that grant_access() has given; init() grants them anew.';
	COMMENT ON COLUMN prompt_mgr.access_grant.role IS 'The role.';
	COMMENT ON COLUMN prompt_mgr.access_grant.level IS 'viewer, app, editor, publisher or admin; each includes those before it.';
	COMMENT ON COLUMN prompt_mgr.access_grant.granted_at IS 'When.';
	COMMENT ON COLUMN prompt_mgr.access_grant.granted_by IS 'By which role.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_comments() IS
'internal: comments on the tables and columns';
