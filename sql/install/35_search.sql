-- Search and lists.
--
-- What is searched stands in a table of its own: one row for the newest version
-- of a prompt and one for each that a label points at, whatever the number of
-- versions.  A row that has become neither stays until the next version is
-- saved; queries pass over it, so that moving a label seldom writes here, see _label_before_write().

CREATE FUNCTION prompt_mgr._init_search() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_text (
		prompt_id uuid NOT NULL,
		name text COLLATE "C" NOT NULL,
		version integer NOT NULL,
		document tsvector NOT NULL,
		CONSTRAINT prompt_text_pkey PRIMARY KEY (prompt_id, version),
		CONSTRAINT prompt_text_prompt_id_fkey FOREIGN KEY (prompt_id, name)
			REFERENCES prompt_mgr.prompt (prompt_id, name) ON UPDATE CASCADE ON DELETE CASCADE,
		CONSTRAINT prompt_text_version_fkey FOREIGN KEY (prompt_id, version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version) ON DELETE CASCADE
	);
	-- What has not been sorted in yet is read by every search, so it stays little.
	CREATE INDEX IF NOT EXISTS prompt_text_document_idx ON prompt_mgr.prompt_text
		USING gin (document) WITH (gin_pending_list_limit = 256);
	-- For roles that see one folder.
	CREATE INDEX IF NOT EXISTS prompt_text_name_idx ON prompt_mgr.prompt_text (name);
	CREATE INDEX IF NOT EXISTS prompt_tags_idx ON prompt_mgr.prompt USING gin (tags);
	CREATE INDEX IF NOT EXISTS prompt_attributes_idx ON prompt_mgr.prompt USING gin (attributes jsonb_path_ops);
	COMMENT ON TABLE prompt_mgr.prompt_text IS 'What search_prompts() searches: the newest version of each prompt, and those that labels point at; kept by triggers.';
	COMMENT ON COLUMN prompt_mgr.prompt_text.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_text.name IS 'Its name; follows it when the prompt is renamed.';
	COMMENT ON COLUMN prompt_mgr.prompt_text.version IS 'The version.';
	COMMENT ON COLUMN prompt_mgr.prompt_text.document IS 'Words of its name (A), of what is said of it (B) and of its text (D); the first two once more with "~".';

	-- Punctuation parts words: a file name or an address is found by its parts.
	-- Of a very long text the beginning is searched.  Words of the name and of
	-- what is said stand there once more with "~", to be found by themselves.
	CREATE OR REPLACE FUNCTION prompt_mgr._index_version(id uuid, number integer) RETURNS void
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
	AS $body$
		INSERT INTO prompt_mgr.prompt_text (prompt_id, name, version, document)
		SELECT p.prompt_id, p.name, v.version, said.words
			|| array_to_tsvector(ARRAY(SELECT '~' || w.lexeme FROM unnest(said.words) AS w))
			|| to_tsvector('simple', regexp_replace(left(coalesce(v.template, v.messages::text), 100000), '[^[:alnum:]]+', ' ', 'g'))
		FROM prompt_mgr.prompt AS p
		JOIN prompt_mgr.prompt_version AS v USING (prompt_id)
		CROSS JOIN LATERAL (SELECT setweight(to_tsvector('simple', regexp_replace(p.name, '[^[:alnum:]]+', ' ', 'g')), 'A')
			|| setweight(to_tsvector('simple', regexp_replace(concat_ws(' ', p.description, p.category, p.author,
				array_to_string(p.tags, ' '), array_to_string(p.models, ' ')), '[^[:alnum:]]+', ' ', 'g')), 'B') AS words) AS said
		WHERE p.prompt_id = id AND v.version = number
		ON CONFLICT ON CONSTRAINT prompt_text_pkey DO UPDATE SET document = EXCLUDED.document
	$body$;
	COMMENT ON FUNCTION prompt_mgr._index_version(uuid, integer) IS 'internal: takes a version up into what is searched';

	CREATE OR REPLACE FUNCTION prompt_mgr._version_after_index() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF TG_OP = 'UPDATE' THEN
			IF EXISTS (SELECT FROM prompt_mgr.prompt_text AS t WHERE t.prompt_id = NEW.prompt_id AND t.version = NEW.version) THEN
				PERFORM prompt_mgr._index_version(NEW.prompt_id, NEW.version);
			END IF;
		ELSIF NEW.version = (SELECT p.last_version FROM prompt_mgr.prompt AS p WHERE p.prompt_id = NEW.prompt_id) THEN
			DELETE FROM prompt_mgr.prompt_text AS t
			WHERE t.prompt_id = NEW.prompt_id AND t.version < NEW.version AND NOT EXISTS (
				SELECT FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = t.prompt_id AND l.version = t.version);
			-- A label that moved while an earlier save deleted has lost its row.
			PERFORM prompt_mgr._index_version(NEW.prompt_id, v.version)
			FROM (SELECT NEW.version UNION SELECT l.version FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = NEW.prompt_id) AS v (version)
			WHERE v.version IS NOT NULL AND NOT EXISTS (
				SELECT FROM prompt_mgr.prompt_text AS t WHERE t.prompt_id = NEW.prompt_id AND t.version = v.version);
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_after_index() IS 'internal: keeps the newest version in what is searched';
	CREATE OR REPLACE TRIGGER prompt_version_index_insert AFTER INSERT ON prompt_mgr.prompt_version
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._version_after_index();
	CREATE OR REPLACE TRIGGER prompt_version_index_update AFTER UPDATE OF template, messages ON prompt_mgr.prompt_version
		FOR EACH ROW WHEN ((OLD.template, OLD.messages) IS DISTINCT FROM (NEW.template, NEW.messages))
		EXECUTE FUNCTION prompt_mgr._version_after_index();

	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_after_index() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		PERFORM prompt_mgr._index_version(t.prompt_id, t.version)
		FROM prompt_mgr.prompt_text AS t WHERE t.prompt_id = NEW.prompt_id;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_after_index() IS 'internal: keeps what is said of a prompt in what is searched';
	CREATE OR REPLACE TRIGGER prompt_index_update AFTER UPDATE OF name, description, category, author, tags, models ON prompt_mgr.prompt
		FOR EACH ROW WHEN ((OLD.name, OLD.description, OLD.category, OLD.author, OLD.tags, OLD.models)
			IS DISTINCT FROM (NEW.name, NEW.description, NEW.category, NEW.author, NEW.tags, NEW.models))
		EXECUTE FUNCTION prompt_mgr._prompt_after_index();

	-- Restoring the data alone brings the rows after the triggers above have made them.
	CREATE OR REPLACE FUNCTION prompt_mgr._text_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF pg_trigger_depth() = 1 AND EXISTS (SELECT FROM prompt_mgr.prompt_text AS t
				WHERE (t.prompt_id, t.version) = (NEW.prompt_id, NEW.version)) THEN
			RETURN NULL;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._text_before_insert() IS 'internal: passes over a restored row that is there already';
	CREATE OR REPLACE TRIGGER prompt_text_before_insert BEFORE INSERT ON prompt_mgr.prompt_text
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._text_before_insert();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_search() IS
'internal: makes the table that is searched and the triggers that keep it';

CREATE TYPE prompt_mgr.found_prompt AS (
	prompt_id uuid,
	name text,
	kind text,
	description text,
	category text,
	tags text[],
	attributes jsonb,
	labels jsonb,
	version integer,
	excerpt text,
	rank real,
	last_change timestamptz
);

COMMENT ON TYPE prompt_mgr.found_prompt IS
'A row of search_prompts().';

CREATE FUNCTION prompt_mgr.search_prompts(
	query text DEFAULT NULL,
	tag text DEFAULT NULL,
	attributes jsonb DEFAULT NULL,
	label text DEFAULT NULL,
	category text DEFAULT NULL,
	prefix text DEFAULT '',
	archived boolean DEFAULT false,
	page_size integer DEFAULT 20,
	page_offset integer DEFAULT 0)
RETURNS SETOF prompt_mgr.found_prompt
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
	words text[] := array_remove(regexp_split_to_array(lower(search_prompts.query), '[^[:alnum:]]+'), '');
	sought tsquery;
	in_name tsquery;
	categories text[];
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM prompt_mgr.check_page(page_size, page_offset);
	IF jsonb_typeof(search_prompts.attributes) <> 'object' THEN
		RAISE EXCEPTION 'attributes: must be a JSON object'
			USING ERRCODE = '22023', DETAIL = '[{"path": "attributes", "reason": "must be a JSON object"}]';
	END IF;
	IF search_prompts.category IS NOT NULL THEN
		categories := ARRAY(
			WITH RECURSIVE below AS (
				SELECT c.name FROM prompt_mgr.category AS c WHERE c.name = search_prompts.category
				UNION
				SELECT c.name FROM below AS b JOIN prompt_mgr.category AS c ON c.parent = b.name)
			SELECT b.name FROM below AS b);
	END IF;
	IF cardinality(words) > 0 THEN
		-- A query may be as long as a text; more words find no less.
		SELECT to_tsquery('simple', string_agg(format('%L:*', left(w.word, 200)), ' & ')),
			string_agg(format('%L:*', '~' || left(w.word, 200)), ' & ')::tsquery INTO sought, in_name
		FROM (SELECT DISTINCT word FROM unnest(words[1:20]) AS word) AS w;
	END IF;

	RETURN QUERY
	WITH found AS NOT MATERIALIZED (
		SELECT p.prompt_id, p.name, t.version, t.document
		FROM prompt_mgr.prompt_text AS t
		JOIN prompt_mgr.prompt AS p ON p.prompt_id = t.prompt_id
		LEFT JOIN prompt_mgr.prompt_label AS l ON l.prompt_id = t.prompt_id AND l.label = coalesce(search_prompts.label, 'production')
		WHERE (sought IS NULL OR t.document @@ sought)
			AND (t.version = l.version OR search_prompts.label IS NULL AND t.version = p.last_version)
			AND (p.archived_at IS NOT NULL) = search_prompts.archived
			AND (search_prompts.tag IS NULL OR p.tags @> ARRAY[search_prompts.tag])
			AND (search_prompts.attributes IS NULL OR p.attributes @> search_prompts.attributes)
			AND (categories IS NULL OR p.category = ANY (categories))
			AND (coalesce(prefix, '') = '' OR p.name ^@ prefix AND p.name >= prefix)
	), hit AS (
		-- Without words it is a list.  With words that are everywhere, not every
		-- text is worth a rank: those that have them in their names come first.
		(SELECT f.prompt_id, f.name, f.version, 0::real AS rank FROM found AS f WHERE sought IS NULL)
		UNION ALL
		(SELECT f.prompt_id, f.name, f.version, ts_rank(f.document, sought) FROM found AS f WHERE f.document @@ in_name LIMIT 1000)
		UNION ALL
		(SELECT f.prompt_id, f.name, f.version, ts_rank(f.document, sought) FROM found AS f WHERE sought IS NOT NULL LIMIT 1000)
	), page AS (
		-- Of two versions that fit, the one that fits better, else the newer.
		SELECT best.* FROM (SELECT DISTINCT ON (h.prompt_id) h.* FROM hit AS h ORDER BY h.prompt_id, h.rank DESC, h.version DESC) AS best
		ORDER BY best.rank DESC, best.name
		LIMIT page_size OFFSET page_offset
	)
	SELECT p.prompt_id, p.name, p.kind, p.description, p.category, p.tags, p.attributes, coalesce(l.labels, '{}'), h.version,
		regexp_replace(substr(v.text, greatest(coalesce(at.place, 1) - 60, 1), 200), '\s+', ' ', 'g'),
		h.rank, greatest(p.changed_at, l.moved_at)
	FROM page AS h
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = h.prompt_id
	CROSS JOIN LATERAL (
		SELECT left(coalesce(pv.template, prompt_mgr.messages_text(pv.messages)), 20000) AS text
		FROM prompt_mgr.prompt_version AS pv WHERE pv.prompt_id = h.prompt_id AND pv.version = h.version) AS v
	CROSS JOIN LATERAL (
		SELECT jsonb_object_agg(pl.label, pl.version) FILTER (WHERE pl.version IS NOT NULL) AS labels, max(pl.moved_at) AS moved_at
		FROM prompt_mgr.prompt_label AS pl WHERE pl.prompt_id = h.prompt_id) AS l
	CROSS JOIN LATERAL (
		SELECT min(nullif(strpos(lower(v.text), w.word), 0)) AS place FROM unnest(words[1:20]) AS w (word)) AS at
	ORDER BY h.rank DESC, h.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.search_prompts(text, text, jsonb, text, text, text, boolean, integer, integer) IS
'Prompts by words and properties, best first.
query: words that all occur, each as the beginning of a word, in the name, in what is said of the prompt, or in the text that label production points at or of the newest version; NULL for all. tag, attributes (all of these pairs), category (or one below it), prefix of the name: what the prompt must have besides. label: only prompts that carry it, and the text it points at. archived: archived prompts instead. excerpt is the text around the first word found; rank counts the name most and the text least. page_size rows from page_offset on. Of more than 1,000 prompts that have the words in their texts alone, only 1,000 are ranked and returned. Words are letters and digits in any language, without stemming; of a text the first 100,000 characters are searched. 22023 wrong arguments.';

CREATE FUNCTION prompt_mgr.check_page(page_size integer, page_offset integer DEFAULT 0) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF (page_size BETWEEN 1 AND 10000) IS NOT TRUE THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = '[{"path": "page_size", "reason": "out of range"}]';
	ELSIF (page_offset >= 0) IS NOT TRUE THEN
		RAISE EXCEPTION 'page_offset must be 0 or more'
			USING ERRCODE = '22023', DETAIL = '[{"path": "page_offset", "reason": "out of range"}]';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.check_page(integer, integer) IS
'Refuses arguments that can be no page of a list, with 22023.';

CREATE FUNCTION prompt_mgr.get_prompts(label text DEFAULT 'production', prefix text DEFAULT '')
RETURNS TABLE (prompt_id uuid, version_id uuid, name text, version integer, kind text, template text, messages jsonb,
	variables jsonb, config jsonb, constraints jsonb, status text, format text, escape text, description text, category text,
	tags text[], attributes jsonb, semver text, metadata jsonb, content_sha256 text, created_at timestamptz, created_by text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF get_prompts.label IS NULL THEN
		RAISE EXCEPTION 'label must not be null'
			USING ERRCODE = '22023', DETAIL = '[{"path": "label", "reason": "must not be null"}]';
	END IF;
	RETURN QUERY
	SELECT p.prompt_id, v.version_id, p.name, v.version, p.kind, v.template, v.messages, v.variables, v.config, v.constraints,
		v.status, v.format, v.escape, p.description, p.category, p.tags, p.attributes, v.semver, v.metadata,
		encode(v.content_sha256, 'hex'), v.created_at, v.created_by
	FROM (
		SELECT l.prompt_id, l.version FROM prompt_mgr.prompt_label AS l
		WHERE get_prompts.label <> 'latest' AND l.label = get_prompts.label AND l.version IS NOT NULL
			AND (coalesce(prefix, '') = '' OR l.name ^@ prefix AND l.name >= prefix)
		UNION ALL
		SELECT n.prompt_id, (SELECT max(newest.version) FROM prompt_mgr.prompt_version AS newest
			WHERE newest.prompt_id = n.prompt_id AND newest.servable)
		FROM prompt_mgr.prompt AS n
		WHERE get_prompts.label = 'latest' AND n.archived_at IS NULL
			AND (coalesce(prefix, '') = '' OR n.name ^@ prefix AND n.name >= prefix)) AS holder
	JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = holder.prompt_id AND v.version = holder.version
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = v.prompt_id
	ORDER BY p.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.get_prompts(text, text) IS
'Contents of all prompts that carry a label, in one snapshot: never half of a release.
prefix: only names that begin so (a folder: "support/"). Label latest is the newest version that is no draft and not archived, of every prompt that is not archived.';
