-- The catalogue: a tree of categories, what else is said of a prompt, and the
-- default prompts for attributes.

CREATE FUNCTION prompt_mgr._init_categories() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF to_regclass('prompt_mgr.category') IS NOT NULL THEN
		RETURN;		-- defaults that were removed stay so
	END IF;
	CREATE TABLE prompt_mgr.category (
		name text COLLATE "C" NOT NULL,
		parent text COLLATE "C",
		title text,
		icon text,
		colour text,
		position integer NOT NULL DEFAULT 0,
		CONSTRAINT category_pkey PRIMARY KEY (name),
		CONSTRAINT category_parent_fkey FOREIGN KEY (parent) REFERENCES prompt_mgr.category (name) DEFERRABLE,
		CONSTRAINT category_name_check CHECK (length(name) BETWEEN 1 AND 100 AND name !~ '^[[:space:]]|[[:space:]]$|[[:cntrl:]]'),
		CONSTRAINT category_parent_check CHECK (parent <> name),
		CONSTRAINT category_title_check CHECK (length(title) <= 200),
		CONSTRAINT category_icon_check CHECK (length(icon) <= 100),
		CONSTRAINT category_colour_check CHECK (colour ~ '^#[0-9a-f]{6}$')
	);
	CREATE INDEX category_parent_idx ON prompt_mgr.category (parent);
	INSERT INTO prompt_mgr.category (name, title, icon, colour, position) VALUES
		('chat', 'Chat', 'message-circle', '#2563eb', 1),
		('documentation', 'Documentation', 'book-open', '#16a34a', 2),
		('code', 'Code', 'code', '#9333ea', 3),
		('analysis', 'Analysis', 'bar-chart', '#ea580c', 4),
		('system', 'System', 'settings', '#475569', 5);
	COMMENT ON TABLE prompt_mgr.category IS 'Categories of prompts, a tree.';
	COMMENT ON COLUMN prompt_mgr.category.name IS 'Its name, unique in the whole tree.';
	COMMENT ON COLUMN prompt_mgr.category.parent IS 'The category above it; NULL at the top.';
	COMMENT ON COLUMN prompt_mgr.category.title IS 'What to show people.';
	COMMENT ON COLUMN prompt_mgr.category.icon IS 'Name of an icon.';
	COMMENT ON COLUMN prompt_mgr.category.colour IS 'Colour as #rrggbb.';
	COMMENT ON COLUMN prompt_mgr.category.position IS 'Order among those with the same parent.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_categories() IS
'internal: makes the table of categories with the five defaults';

CREATE FUNCTION prompt_mgr._init_catalogue() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_default (
		attributes jsonb NOT NULL,
		prompt_id uuid NOT NULL,
		set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		CONSTRAINT prompt_default_pkey PRIMARY KEY (attributes),
		CONSTRAINT prompt_default_prompt_id_fkey FOREIGN KEY (prompt_id)
			REFERENCES prompt_mgr.prompt (prompt_id),
		CONSTRAINT prompt_default_attributes_check CHECK (jsonb_typeof(attributes) = 'object' AND attributes <> '{}'
			AND NOT jsonb_path_exists(attributes, '$.* ? (@.type() == "object" || @.type() == "array" || @.type() == "null")')
			AND octet_length(attributes::text) <= 1000)
	);
	CREATE INDEX IF NOT EXISTS prompt_default_prompt_id_idx ON prompt_mgr.prompt_default (prompt_id);
	COMMENT ON TABLE prompt_mgr.prompt_default IS 'Default prompts for attributes, such as a profile_type and a prompt_type.';
	COMMENT ON COLUMN prompt_mgr.prompt_default.attributes IS 'The attributes, an object of scalars.';
	COMMENT ON COLUMN prompt_mgr.prompt_default.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_default.set_at IS 'Since when.';

	-- A restored row takes the place of a default that init() has made.
	CREATE OR REPLACE FUNCTION prompt_mgr._category_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF NEW.name IN ('chat', 'documentation', 'code', 'analysis', 'system') THEN
			UPDATE prompt_mgr.category AS c
			SET parent = NEW.parent, title = NEW.title, icon = NEW.icon, colour = NEW.colour, position = NEW.position
			WHERE c.name = NEW.name;
			IF FOUND THEN
				RETURN NULL;
			END IF;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._category_before_insert() IS 'internal: a default category is there once';
	CREATE OR REPLACE TRIGGER category_before_insert BEFORE INSERT ON prompt_mgr.category
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._category_before_insert();

	CREATE OR REPLACE FUNCTION prompt_mgr._category_refuse_cycle() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		-- Two moves that make a cycle only together go one after the other.
		PERFORM pg_advisory_xact_lock('prompt_mgr.category'::regclass::integer, 0);
		IF EXISTS (
			WITH RECURSIVE above AS (
				SELECT NEW.parent AS name
				UNION
				SELECT c.parent FROM above AS a JOIN prompt_mgr.category AS c ON c.name = a.name
			)
			SELECT FROM above AS a WHERE a.name = NEW.name) THEN
			RAISE EXCEPTION 'category "%" cannot be below itself', NEW.name
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'parent', 'reason', 'is the category itself or below it'));
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._category_refuse_cycle() IS 'internal: refuses a category below itself';
	CREATE OR REPLACE TRIGGER category_refuse_cycle AFTER UPDATE OF parent ON prompt_mgr.category
		FOR EACH ROW WHEN (NEW.parent IS NOT NULL) EXECUTE FUNCTION prompt_mgr._category_refuse_cycle();

	-- An unknown category is made, so that saving a prompt never waits for the
	-- tree to be tidied; its editor may not write the table, hence the trigger.
	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_before_category() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		INSERT INTO prompt_mgr.category (name)
		SELECT NEW.category WHERE NOT EXISTS (SELECT FROM prompt_mgr.category AS c WHERE c.name = NEW.category)
		ON CONFLICT ON CONSTRAINT category_pkey DO NOTHING;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_before_category() IS 'internal: makes the category of a prompt where it is unknown';
	CREATE OR REPLACE TRIGGER prompt_before_category BEFORE INSERT OR UPDATE OF category ON prompt_mgr.prompt
		FOR EACH ROW WHEN (NEW.category IS NOT NULL) EXECUTE FUNCTION prompt_mgr._prompt_before_category();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_catalogue() IS
'internal: makes the table of default prompts, and the triggers of the catalogue';

CREATE FUNCTION prompt_mgr.list_categories()
RETURNS TABLE (name text, parent text, path text[], title text, icon text, colour text, "position" integer, prompts bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	WITH RECURSIVE tree AS (
		SELECT c.*, ARRAY[c.name]::text[] AS path,
			ARRAY[to_char(c.position + 2147483648, 'FM0000000000') || c.name] AS place
		FROM prompt_mgr.category AS c WHERE c.parent IS NULL
		UNION ALL
		SELECT c.*, t.path || c.name, t.place || (to_char(c.position + 2147483648, 'FM0000000000') || c.name)
		FROM tree AS t JOIN prompt_mgr.category AS c ON c.parent = t.name
	)
	SELECT t.name, t.parent, t.path, t.title, t.icon, t.colour, t.position, coalesce(n.prompts, 0)
	FROM tree AS t
	LEFT JOIN (SELECT p.category, count(*) AS prompts FROM prompt_mgr.prompt AS p
		WHERE p.archived_at IS NULL GROUP BY p.category) AS n ON n.category = t.name
	ORDER BY t.place COLLATE "C";
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_categories() IS
'Categories as a tree in reading order: parents before their children, those of one parent by position and name.
path leads from the top to the category; prompts counts those in the category itself that you may see and that are not archived.';

CREATE FUNCTION prompt_mgr.save_category(
	name text,
	parent text DEFAULT NULL,
	title text DEFAULT NULL,
	icon text DEFAULT NULL,
	colour text DEFAULT NULL,
	"position" integer DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	problems jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('name', 'must have 1 to 100 characters, none of them a control character, and no space at either end',
			(length(save_category.name) BETWEEN 1 AND 100 AND save_category.name !~ '^[[:space:]]|[[:space:]]$|[[:cntrl:]]') IS NOT TRUE),
		('parent', 'does not exist', save_category.parent <> '' AND NOT EXISTS (SELECT FROM prompt_mgr.category AS c WHERE c.name = save_category.parent)),
		('title', 'must have at most 200 characters', length(save_category.title) > 200),
		('icon', 'must have at most 100 characters', length(save_category.icon) > 100),
		('colour', 'must be as #rrggbb', save_category.colour <> '' AND lower(save_category.colour) !~ '^#[0-9a-f]{6}$')
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	IF save_category.parent = save_category.name THEN
		RAISE EXCEPTION 'category "%" cannot be below itself', save_category.name
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'parent', 'reason', 'is the category itself or below it'));
	END IF;
	INSERT INTO prompt_mgr.category (name)
	SELECT save_category.name WHERE NOT EXISTS (SELECT FROM prompt_mgr.category AS c WHERE c.name = save_category.name)
	ON CONFLICT ON CONSTRAINT category_pkey DO NOTHING;
	UPDATE prompt_mgr.category AS c
	SET parent = nullif(coalesce(save_category.parent, c.parent), ''),
		title = nullif(coalesce(save_category.title, c.title), ''),
		icon = nullif(coalesce(save_category.icon, c.icon), ''),
		colour = nullif(lower(coalesce(save_category.colour, c.colour)), ''),
		position = coalesce(save_category.position, c.position)
	WHERE c.name = save_category.name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.save_category(text, text, text, text, text, integer) IS
'Makes a category or changes it; what is NULL stays as it is, an empty text takes it away.
parent: the category above it, '''' puts it at the top; colour as #rrggbb; position: order among those with the same parent. 22023 for wrong arguments, an unknown parent or a category below itself.';

CREATE FUNCTION prompt_mgr.remove_category(name text, move_to text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	home text;
	reasons jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM FROM prompt_mgr.category AS c WHERE c.name = remove_category.name FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'category "%" does not exist', remove_category.name
			USING ERRCODE = 'PT404', HINT = 'list_categories() shows them.';
	END IF;
	IF move_to IS NOT NULL THEN
		IF move_to = remove_category.name OR NOT EXISTS (SELECT FROM prompt_mgr.category AS c WHERE c.name = move_to) THEN
			RAISE EXCEPTION 'move_to: must be another category'
				USING ERRCODE = '22023', DETAIL = '[{"path": "move_to", "reason": "must be another category"}]';
		END IF;
		UPDATE prompt_mgr.prompt AS p SET category = move_to WHERE p.category = remove_category.name;
	END IF;
	SELECT c.parent INTO home FROM prompt_mgr.category AS c WHERE c.name = remove_category.name;
	SELECT jsonb_agg(jsonb_build_object('path', r.path, 'reason', r.reason)) INTO reasons
	FROM (SELECT 'prompts' AS path, format('%s prompts are in it', count(*)) AS reason
			FROM prompt_mgr.prompt AS p WHERE p.category = remove_category.name HAVING count(*) > 0
		UNION ALL SELECT 'categories', format('%s categories are below it', count(*))
			FROM prompt_mgr.category AS c WHERE c.parent = remove_category.name AND move_to IS NULL HAVING count(*) > 0) AS r;
	IF reasons IS NULL THEN
		BEGIN
			UPDATE prompt_mgr.category AS c SET parent = home WHERE c.parent = remove_category.name;
			DELETE FROM prompt_mgr.category AS c WHERE c.name = remove_category.name;
			RETURN;
		EXCEPTION WHEN foreign_key_violation THEN
			reasons := '[{"path": "prompts", "reason": "prompts that you may not see or change are in it"}]';
		END;
	END IF;
	RAISE EXCEPTION 'category "%" is in use', remove_category.name
		USING ERRCODE = 'PT409', DETAIL = reasons, HINT = 'Name in move_to the category that is to take its prompts.';
END
$function$;

COMMENT ON FUNCTION prompt_mgr.remove_category(text, text) IS
'Removes a category that is not in use.
move_to: its prompts go there, and the categories below it one step up. PT404 unknown category, PT409 while it is in use (DETAIL lists by what).';

CREATE FUNCTION prompt_mgr.set_default_prompt(attributes jsonb, name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (jsonb_typeof(set_default_prompt.attributes) = 'object' AND set_default_prompt.attributes <> '{}'
			AND NOT jsonb_path_exists(set_default_prompt.attributes, '$.* ? (@.type() == "object" || @.type() == "array" || @.type() == "null")')
			AND octet_length(set_default_prompt.attributes::text) <= 1000) IS NOT TRUE THEN
		RAISE EXCEPTION 'attributes: must be a JSON object of scalars, with one at least'
			USING ERRCODE = '22023', DETAIL = '[{"path": "attributes", "reason": "must be a JSON object of scalars, with one at least, and of at most 1000 bytes"}]';
	END IF;
	IF set_default_prompt.name IS NULL THEN
		DELETE FROM prompt_mgr.prompt_default AS d WHERE d.attributes = set_default_prompt.attributes;
		RETURN;
	END IF;
	SELECT r.prompt_id INTO id FROM prompt_mgr.resolve_prompt(set_default_prompt.name) AS r;
	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = id FOR NO KEY UPDATE;
	INSERT INTO prompt_mgr.prompt_default (attributes, prompt_id)
	VALUES (set_default_prompt.attributes, id)
	ON CONFLICT ON CONSTRAINT prompt_default_pkey DO UPDATE SET prompt_id = EXCLUDED.prompt_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.set_default_prompt(jsonb, text) IS
'Makes a prompt the default for exactly these attributes; name NULL takes the default away.
attributes is a JSON object of scalars, as {"profile_type": "expert", "prompt_type": "summary"}. 22023 for others, PT404 unknown prompt, 42501 below level publisher.';

CREATE FUNCTION prompt_mgr.find_default_prompt(attributes jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	found_name text;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF jsonb_typeof(find_default_prompt.attributes) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'attributes: must be a JSON object'
			USING ERRCODE = '22023', DETAIL = '[{"path": "attributes", "reason": "must be a JSON object"}]';
	END IF;
	-- Every pair of the default is given; the most pairs win, then the first by their keys.
	SELECT p.name INTO found_name
	FROM prompt_mgr.prompt_default AS d
	JOIN prompt_mgr.prompt AS p USING (prompt_id)
	WHERE find_default_prompt.attributes @> d.attributes AND p.archived_at IS NULL
	ORDER BY (SELECT count(*) FROM jsonb_object_keys(d.attributes)) DESC,
		(SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(d.attributes) AS k) COLLATE "C"
	LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no default prompt fits these attributes'
			USING ERRCODE = 'PT404', HINT = 'set_default_prompt() sets one; list_default_prompts() shows them.';
	END IF;
	RETURN found_name;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.find_default_prompt(jsonb) IS
'Name of the default prompt for some attributes: of all defaults whose every pair is given, the one with the most pairs.
Between as many pairs, the one whose keys come first in the alphabet. Defaults that are archived or not visible do not count. Use it as the name: render_prompt(find_default_prompt(...), ...). PT404 where none fits.';

CREATE FUNCTION prompt_mgr.list_default_prompts(pairs jsonb DEFAULT '{}')
RETURNS TABLE (attributes jsonb, name text, set_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT d.attributes, p.name, d.set_at
	FROM prompt_mgr.prompt_default AS d
	JOIN prompt_mgr.prompt AS p USING (prompt_id)
	WHERE d.attributes @> pairs
	ORDER BY p.name, d.attributes;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_default_prompts(jsonb) IS
'Default prompts and the attributes that they are for.
pairs: only defaults that have all of these.';

CREATE FUNCTION prompt_mgr.update_prompt(
	name text,
	description text DEFAULT NULL,
	category text DEFAULT NULL,
	tags text[] DEFAULT NULL,
	author text DEFAULT NULL,
	language text DEFAULT NULL,
	complexity text DEFAULT NULL,
	models text[] DEFAULT NULL,
	attributes jsonb DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	problems jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('category', 'must have at most 100 characters, none of them a control character, and no space at either end',
			length(update_prompt.category) > 100 OR update_prompt.category ~ '^[[:space:]]|[[:space:]]$|[[:cntrl:]]'),
		('tags', 'must be a list without null', array_ndims(update_prompt.tags) > 1 OR array_position(update_prompt.tags, NULL) IS NOT NULL),
		('models', 'must be a list without null', array_ndims(update_prompt.models) > 1 OR array_position(update_prompt.models, NULL) IS NOT NULL),
		('author', 'must have at most 200 characters', length(update_prompt.author) > 200),
		('language', 'must have at most 35 characters', length(update_prompt.language) > 35),
		('complexity', 'must have at most 50 characters', length(update_prompt.complexity) > 50),
		('attributes', 'must be a JSON object', jsonb_typeof(update_prompt.attributes) <> 'object')
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	SELECT r.prompt_id INTO id FROM prompt_mgr.resolve_prompt(update_prompt.name) AS r;
	UPDATE prompt_mgr.prompt AS p
	SET description = nullif(coalesce(update_prompt.description, p.description), ''),
		category = nullif(coalesce(update_prompt.category, p.category), ''),
		tags = coalesce(update_prompt.tags, p.tags),
		author = nullif(coalesce(update_prompt.author, p.author), ''),
		language = nullif(coalesce(update_prompt.language, p.language), ''),
		complexity = nullif(coalesce(update_prompt.complexity, p.complexity), ''),
		models = coalesce(update_prompt.models, p.models),
		attributes = coalesce((SELECT jsonb_object_agg(a.key, a.value)
			FROM jsonb_each(p.attributes || update_prompt.attributes) AS a WHERE a.value <> 'null'),
			CASE WHEN update_prompt.attributes IS NULL THEN p.attributes ELSE '{}' END)
	WHERE p.prompt_id = id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'permission denied for prompt "%"', update_prompt.name USING ERRCODE = '42501';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.update_prompt(text, text, text, text[], text, text, text, text[], jsonb) IS
'Changes what is said of a prompt, with no new version; what is NULL stays as it is, an empty text or list takes it away.
attributes are merged into those that are there, one that is null is taken away. PT404 unknown prompt, 22023 wrong arguments.';

CREATE FUNCTION prompt_mgr.describe_prompt(name text,
	OUT prompt_id uuid, OUT prompt text, OUT aliases text[], OUT kind text, OUT description text,
	OUT category text, OUT category_path text[], OUT tags text[], OUT author text, OUT language text, OUT complexity text,
	OUT models text[], OUT attributes jsonb, OUT default_for jsonb, OUT labels jsonb, OUT last_version integer,
	OUT drafts integer[], OUT created_at timestamptz, OUT created_by text, OUT changed_at timestamptz, OUT archived_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.prompt_id INTO id FROM prompt_mgr.resolve_prompt(describe_prompt.name) AS r;
	SELECT p.prompt_id, p.name,
		ARRAY(SELECT a.alias FROM prompt_mgr.prompt_alias AS a WHERE a.prompt_id = p.prompt_id ORDER BY a.alias),
		p.kind, p.description, p.category,
		(SELECT c.path FROM prompt_mgr.list_categories() AS c WHERE c.name = p.category),
		p.tags, p.author, p.language, p.complexity, p.models, p.attributes,
		(SELECT coalesce(jsonb_agg(d.attributes ORDER BY d.attributes), '[]') FROM prompt_mgr.prompt_default AS d WHERE d.prompt_id = p.prompt_id),
		(SELECT coalesce(jsonb_object_agg(l.label, l.version), '{}') FROM prompt_mgr.prompt_label AS l
			WHERE l.prompt_id = p.prompt_id AND l.version IS NOT NULL),
		p.last_version,
		ARRAY(SELECT v.version FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = p.prompt_id AND v.status = 'draft' ORDER BY v.version),
		p.created_at, p.created_by,
		(SELECT max(t.at) FROM (SELECT p.changed_at AS at UNION ALL SELECT l.moved_at FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = p.prompt_id) AS t),
		p.archived_at
	INTO prompt_id, prompt, aliases, kind, description, category, category_path, tags, author, language, complexity,
		models, attributes, default_for, labels, last_version, drafts, created_at, created_by, changed_at, archived_at
	FROM prompt_mgr.prompt AS p WHERE p.prompt_id = id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.describe_prompt(text) IS
'All that is said of a prompt, as one row, without its texts.
aliases are its former names; labels is an object, label to version; default_for lists the attributes that it is the default for; changed_at is the last change of the prompt, its versions or labels. PT404 where it does not exist or is not visible.';
