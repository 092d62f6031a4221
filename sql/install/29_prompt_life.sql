-- The life of a prompt: renaming, archiving, copying, deleting; editing drafts.
--
-- A former name is kept as an alias, which is looked up only where no prompt
-- has the name.  A prompt is deleted by deleting its row: a trigger refuses
-- that while anything refers to the prompt, and its versions, labels and
-- history let themselves be deleted only once the row is gone.

CREATE FUNCTION prompt_mgr._init_prompt_life() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_alias (
		alias text COLLATE "C" NOT NULL,
		prompt_id uuid NOT NULL,
		created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		created_by text NOT NULL,
		CONSTRAINT prompt_alias_pkey PRIMARY KEY (alias),
		CONSTRAINT prompt_alias_prompt_id_fkey FOREIGN KEY (prompt_id)
			REFERENCES prompt_mgr.prompt (prompt_id) ON DELETE CASCADE
	);
	CREATE INDEX IF NOT EXISTS prompt_alias_prompt_id_idx ON prompt_mgr.prompt_alias (prompt_id);
	COMMENT ON TABLE prompt_mgr.prompt_alias IS 'Former names of prompts, which still find them; written by a trigger.';
	COMMENT ON COLUMN prompt_mgr.prompt_alias.alias IS 'The former name; no other prompt may have it.';
	COMMENT ON COLUMN prompt_mgr.prompt_alias.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_alias.created_at IS 'When the prompt was renamed.';
	COMMENT ON COLUMN prompt_mgr.prompt_alias.created_by IS 'By whom: JWT subject, else role.';

	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_before_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		NEW.changed_at := clock_timestamp();
		IF NEW.archived_at IS NOT NULL AND OLD.archived_at IS NULL THEN
			IF EXISTS (SELECT FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = OLD.prompt_id AND l.version IS NOT NULL)
				OR EXISTS (SELECT FROM prompt_mgr.experiment AS e WHERE e.status IN ('running', 'paused')
					AND (e.prompt_id = OLD.prompt_id OR e.experiment_id IN (
						SELECT v.experiment_id FROM prompt_mgr.experiment_variant AS v WHERE v.prompt_id = OLD.prompt_id))) THEN
				RAISE EXCEPTION 'prompt "%" cannot be archived while a label points at it or an experiment runs on it', OLD.name
					USING ERRCODE = 'PT409', HINT = 'archive_prompt() drops its labels; stop its experiments first.';
			END IF;
			-- Not before the last change: labels dropped since then come back with it.
			NEW.archived_at := greatest(least(NEW.archived_at, NEW.changed_at), OLD.changed_at);
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_before_update() IS 'internal: times a change of a prompt, and refuses to archive one that is served';
	CREATE OR REPLACE TRIGGER prompt_before_update BEFORE UPDATE ON prompt_mgr.prompt
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._prompt_before_update();

	-- Names and aliases share one space of names.  What another transaction has
	-- committed meanwhile is found by the unique index, whatever the snapshot.
	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_after_name() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		DELETE FROM prompt_mgr.prompt_alias AS a WHERE a.alias = NEW.name AND a.prompt_id = NEW.prompt_id;
		BEGIN
			INSERT INTO prompt_mgr.prompt_alias (alias, prompt_id, created_by) VALUES (NEW.name, NEW.prompt_id, '');
			RAISE SQLSTATE 'PM000';
		EXCEPTION
			WHEN SQLSTATE 'PM000' THEN
				NULL;	-- undoes it, so that the audit knows of real ones alone
			WHEN unique_violation THEN
				RAISE EXCEPTION 'name "%" is the former name of a prompt', NEW.name
					USING ERRCODE = '23505', HINT = 'Use that prompt, or another name; drop_alias() gives a former name free.';
		END;
		IF TG_OP = 'UPDATE' THEN
			INSERT INTO prompt_mgr.prompt_alias (alias, prompt_id, created_by)
			VALUES (OLD.name, OLD.prompt_id, prompt_mgr._actor());
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_after_name() IS 'internal: refuses a name that is an alias, and keeps a former name as one';
	CREATE OR REPLACE TRIGGER prompt_after_insert AFTER INSERT ON prompt_mgr.prompt
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._prompt_after_name();
	CREATE OR REPLACE TRIGGER prompt_after_rename AFTER UPDATE OF name ON prompt_mgr.prompt
		FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION prompt_mgr._prompt_after_name();

	-- The trigger sees what its caller may not; it counts and names nothing.
	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_before_delete() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		reasons jsonb;
	BEGIN
		SELECT jsonb_agg(jsonb_build_object('path', r.path, 'reason', format('%s %s', r.n, r.reason))) INTO reasons
		FROM (
			SELECT 'labels' AS path, count(*) AS n, 'point at its versions' AS reason
			FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = OLD.prompt_id AND l.version IS NOT NULL
			UNION ALL
			SELECT 'parents', count(DISTINCT d.prompt_id), 'prompts use it as a partial'
			FROM prompt_mgr.prompt_dependency AS d
			WHERE d.prompt_id <> OLD.prompt_id AND d.partial IN (SELECT OLD.name
				UNION ALL SELECT a.alias FROM prompt_mgr.prompt_alias AS a WHERE a.prompt_id = OLD.prompt_id)
			UNION ALL
			SELECT 'defaults', count(*), 'times it is a default prompt'
			FROM prompt_mgr.prompt_default AS d WHERE d.prompt_id = OLD.prompt_id
			UNION ALL
			SELECT 'experiments', count(*), 'experiments are on it or have it as a variant'
			FROM prompt_mgr.experiment AS e
			WHERE e.prompt_id = OLD.prompt_id OR e.experiment_id IN (
				SELECT v.experiment_id FROM prompt_mgr.experiment_variant AS v WHERE v.prompt_id = OLD.prompt_id)) AS r
		WHERE r.n > 0;
		IF EXISTS (SELECT FROM prompt_mgr.execution AS e WHERE e.prompt_id = OLD.prompt_id) THEN
			reasons := coalesce(reasons, '[]') || '[{"path": "executions", "reason": "executions of it are logged"}]';
		END IF;
		IF reasons IS NOT NULL THEN
			RAISE EXCEPTION 'prompt "%" is in use', OLD.name
				USING ERRCODE = 'PT409', DETAIL = reasons, HINT = 'Archive it with archive_prompt() instead.';
		END IF;
		RETURN OLD;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_before_delete() IS 'internal: refuses to delete a prompt that something refers to';
	CREATE OR REPLACE TRIGGER prompt_before_delete BEFORE DELETE ON prompt_mgr.prompt
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._prompt_before_delete();

	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_after_delete() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		DELETE FROM prompt_mgr.label_move AS m WHERE m.prompt_id = OLD.prompt_id;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_after_delete() IS 'internal: the history of labels goes with their prompt';
	CREATE OR REPLACE TRIGGER prompt_after_delete AFTER DELETE ON prompt_mgr.prompt
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._prompt_after_delete();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_prompt_life() IS
'internal: makes the table of aliases and the triggers of a prompt''s life';

CREATE FUNCTION prompt_mgr.resolve_prompt(name text, OUT prompt_id uuid, OUT current_name text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF resolve_prompt.name IS NULL THEN
		RAISE EXCEPTION 'name must not be null'
			USING ERRCODE = '22023', DETAIL = '[{"path": "name", "reason": "must not be null"}]';
	END IF;
	SELECT p.prompt_id, p.name INTO prompt_id, current_name FROM prompt_mgr.prompt AS p WHERE p.name = resolve_prompt.name;
	IF NOT FOUND THEN
		SELECT p.prompt_id, p.name INTO prompt_id, current_name
		FROM prompt_mgr.prompt_alias AS a JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE a.alias = resolve_prompt.name;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'prompt "%" does not exist or is not visible', resolve_prompt.name
				USING ERRCODE = 'PT404', HINT = 'list_prompts() shows the prompts that you may see.';
		END IF;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.resolve_prompt(text) IS
'The prompt that has a name now, or had it before it was renamed.
PT404 where it does not exist or is not visible.';

CREATE FUNCTION prompt_mgr.rename_prompt(name text, new_name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	prompt record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (length(new_name) BETWEEN 1 AND 255 AND new_name ~ '^[^[:space:]/|]' AND new_name ~ '[^[:space:]/]$'
			AND new_name !~ '[[:cntrl:]|]|//') IS NOT TRUE THEN
		RAISE EXCEPTION 'new_name: is no name of a prompt'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'new_name',
				'reason', 'must have 1 to 255 characters, not begin or end with white space or "/", nor contain "|", "//" or a control character'));
	END IF;
	SELECT r.* INTO prompt FROM prompt_mgr.resolve_prompt(rename_prompt.name) AS r;
	BEGIN
		UPDATE prompt_mgr.prompt AS p SET name = new_name WHERE p.prompt_id = prompt.prompt_id;
	EXCEPTION WHEN unique_violation THEN
		RAISE EXCEPTION 'name "%" is taken', new_name
			USING ERRCODE = '23505', HINT = 'Another prompt has it, or had it before it was renamed; drop_alias() gives a former name free.';
	END;
	IF NOT FOUND THEN
		PERFORM prompt_mgr.resolve_prompt(rename_prompt.name);	-- somebody may have deleted it
		RAISE EXCEPTION 'permission denied for prompt "%"', prompt.current_name USING ERRCODE = '42501';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.rename_prompt(text, text) IS
'Gives a prompt another name; versions, labels, history and experiments stay with it.
The old name stays as an alias: it still finds the prompt everywhere, and no new prompt may take it until drop_alias(). PT404 unknown prompt, 23505 where the new name is taken, 22023 where it is no name, 42501 below level publisher or where a policy forbids it.';

CREATE FUNCTION prompt_mgr.drop_alias(alias text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM FROM prompt_mgr.prompt_alias AS a WHERE a.alias = drop_alias.alias;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alias "%" does not exist or is not visible', drop_alias.alias
			USING ERRCODE = 'PT404', HINT = 'describe_prompt() shows the aliases of a prompt.';
	END IF;
	DELETE FROM prompt_mgr.prompt_alias AS a WHERE a.alias = drop_alias.alias;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'permission denied for alias "%"', drop_alias.alias USING ERRCODE = '42501';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.drop_alias(text) IS
'Gives the former name of a prompt free.
PT404 unknown alias, 42501 below level publisher.';

CREATE FUNCTION prompt_mgr.archive_prompt(name text, reason text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	prompt record;
	began timestamptz;
	parents text;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.* INTO prompt FROM prompt_mgr.resolve_prompt(archive_prompt.name) AS r;
	-- Whoever sets a first label has a share of this lock, see _label_before_write().
	SELECT p.* INTO prompt FROM prompt_mgr.prompt AS p WHERE p.prompt_id = prompt.prompt_id FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM prompt_mgr.resolve_prompt(archive_prompt.name);	-- somebody may have deleted it
		RAISE EXCEPTION 'permission denied for prompt "%"', archive_prompt.name USING ERRCODE = '42501';
	ELSIF prompt.archived_at IS NOT NULL THEN
		RETURN;
	END IF;
	began := clock_timestamp();
	-- By version a partial is found ever after; by label no more.
	SELECT string_agg(DISTINCT format('"%s"', u.prompt), ', ') INTO parents
	FROM prompt_mgr.prompt_usages(prompt.name) AS u
	WHERE u.depth = 1 AND u.wanted !~ '^[0-9]+$' AND cardinality(u.labels) > 0 AND u.prompt <> prompt.name;
	IF parents IS NOT NULL THEN
		RAISE EXCEPTION 'prompt "%" is used by prompts that are served: %', prompt.name, parents
			USING ERRCODE = 'PT409', HINT = 'Change or archive those first, or pin the version that they use.';
	END IF;
	UPDATE prompt_mgr.prompt_label AS l
	SET version = NULL, reason = coalesce(archive_prompt.reason, 'archived'), restored_move = NULL
	WHERE l.prompt_id = prompt.prompt_id AND l.version IS NOT NULL;
	UPDATE prompt_mgr.prompt AS p SET archived_at = began WHERE p.prompt_id = prompt.prompt_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.archive_prompt(text, text) IS
'Takes a prompt out of lists, search and service: its labels are dropped, versions asked for by number still render.
restore_prompt() brings it back with its labels. Nothing happens where it is archived already. PT404 unknown prompt; PT409 while an experiment runs on it, or prompts that are served use it as a partial by label; 42501 below level publisher.';

CREATE FUNCTION prompt_mgr.restore_prompt(name text, labels boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	prompt record;
	dropped record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.* INTO prompt FROM prompt_mgr.resolve_prompt(restore_prompt.name) AS r;
	SELECT p.* INTO prompt FROM prompt_mgr.prompt AS p WHERE p.prompt_id = prompt.prompt_id FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM prompt_mgr.resolve_prompt(restore_prompt.name);	-- somebody may have deleted it
		RAISE EXCEPTION 'permission denied for prompt "%"', restore_prompt.name USING ERRCODE = '42501';
	ELSIF prompt.archived_at IS NULL THEN
		RETURN;
	END IF;
	UPDATE prompt_mgr.prompt AS p SET archived_at = NULL WHERE p.prompt_id = prompt.prompt_id;
	-- No label has moved since, so those dropped from then on went by archiving.
	FOR dropped IN
		SELECT l.label, was.version, coalesce(was.restored_move, was.move_no) AS move
		FROM prompt_mgr.prompt_label AS l
		JOIN prompt_mgr.label_move AS was ON was.prompt_id = l.prompt_id AND was.label = l.label AND was.move_no = l.move_no - 1
		JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = l.prompt_id AND v.version = was.version
		WHERE l.prompt_id = prompt.prompt_id AND l.version IS NULL AND l.moved_at >= prompt.archived_at
			AND v.servable AND restore_prompt.labels
		ORDER BY l.label
	LOOP
		UPDATE prompt_mgr.prompt_label AS l
		SET version = dropped.version, reason = 'restored', restored_move = dropped.move
		WHERE l.prompt_id = prompt.prompt_id AND l.label = dropped.label;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.restore_prompt(text, boolean) IS
'Brings an archived prompt back.
labels: so do the labels that archiving dropped, each to the version that it pointed at. Nothing happens where it is not archived. PT404 unknown prompt, 42501 below level publisher.';

CREATE FUNCTION prompt_mgr.copy_prompt(name text, new_name text, version integer DEFAULT NULL, draft boolean DEFAULT false)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	source record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.prompt_id INTO id FROM prompt_mgr.resolve_prompt(copy_prompt.name) AS r;
	IF copy_prompt.version IS NOT NULL THEN
		PERFORM prompt_mgr.get_prompt(copy_prompt.name, copy_prompt.version);
	END IF;
	SELECT v.*, p.name, p.description, p.category, p.tags, p.author, p.language, p.complexity, p.models, p.attributes INTO source
	FROM prompt_mgr.prompt AS p
	JOIN prompt_mgr.prompt_version AS v USING (prompt_id)
	WHERE p.prompt_id = id AND v.version = coalesce(copy_prompt.version, v.version)
	ORDER BY v.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'prompt "%" has no version', copy_prompt.name USING ERRCODE = 'PT404';
	END IF;
	IF EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.name = new_name) THEN
		RAISE EXCEPTION 'name "%" is taken', new_name
			USING ERRCODE = '23505', HINT = 'Choose another name, or save the text there with save_prompt().';
	END IF;
	-- base_version 0: where somebody else makes the prompt meanwhile, this fails.
	RETURN prompt_mgr.save_prompt(new_name, source.template, source.messages, source.variables, source.config, source.constraints,
		source.format, source.escape, format('copy of %s, version %s', source.name, source.version), draft => copy_prompt.draft,
		base_version => 0, description => source.description, category => source.category, tags => source.tags, metadata => source.metadata,
		attributes => source.attributes, author => source.author, language => source.language, complexity => source.complexity,
		models => source.models);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.copy_prompt(text, text, integer, boolean) IS
'Makes a new prompt of a version of another, with what is said of it; returns the new version number.
version: NULL is the newest, drafts included; draft: the copy is a draft. Labels, history and defaults are not copied. PT404 unknown prompt or version, 23505 where the new name is taken, others as for save_prompt().';

CREATE FUNCTION prompt_mgr.delete_prompt(name text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	prompt record;
	schema_name text;
	table_name text;
	place text := 'another table';
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.* INTO prompt FROM prompt_mgr.resolve_prompt(delete_prompt.name) AS r;
	-- Its own statement: what is looked at afterwards includes what others did until now.
	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = prompt.prompt_id FOR UPDATE;
	DELETE FROM prompt_mgr.prompt AS p WHERE p.prompt_id = prompt.prompt_id;
	IF NOT FOUND THEN
		PERFORM prompt_mgr.resolve_prompt(delete_prompt.name);	-- somebody may have deleted it
		RAISE EXCEPTION 'permission denied for prompt "%"', prompt.current_name USING ERRCODE = '42501';
	END IF;
EXCEPTION WHEN foreign_key_violation THEN
	GET STACKED DIAGNOSTICS schema_name = SCHEMA_NAME, table_name = TABLE_NAME;
	IF has_schema_privilege(schema_name, 'USAGE') AND has_any_column_privilege(format('%I.%I', schema_name, table_name), 'SELECT') THEN
		place := format('table %I.%I', schema_name, table_name);
	END IF;
	RAISE EXCEPTION 'prompt "%" is in use', prompt.current_name
		USING ERRCODE = 'PT409', HINT = 'Archive it with archive_prompt() instead.',
		DETAIL = jsonb_build_array(jsonb_build_object('path', 'foreign_keys', 'reason', format('rows of %s reference it', place)));
END
$function$;

COMMENT ON FUNCTION prompt_mgr.delete_prompt(text) IS
'Deletes a prompt with all its versions, drafts and published ones, and the history of its labels.
Refused with PT409 while anything refers to it: labels, prompts that use it as a partial, defaults, experiments, logged executions, foreign keys of your own tables; DETAIL lists what. PT404 unknown prompt, 42501 below level admin.';

CREATE FUNCTION prompt_mgr.edit_draft(
	name text,
	version integer,
	template text DEFAULT NULL,
	messages jsonb DEFAULT NULL,
	variables jsonb DEFAULT NULL,
	config jsonb DEFAULT NULL,
	constraints jsonb DEFAULT NULL,
	format text DEFAULT NULL,
	escape text DEFAULT NULL,
	change_note text DEFAULT NULL,
	semver text DEFAULT NULL,
	metadata jsonb DEFAULT NULL,
	base_sha256 text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
	was record;
	problems jsonb;
	result text;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('template', 'give at most one of template and messages', num_nonnulls(edit_draft.template, edit_draft.messages) > 1),
		('messages', 'must be a JSON array', jsonb_typeof(edit_draft.messages) <> 'array'),
		('variables', 'must be a JSON object', jsonb_typeof(edit_draft.variables) <> 'object'),
		('config', 'must be a JSON object', jsonb_typeof(edit_draft.config) <> 'object'),
		('constraints', 'must be a JSON object', jsonb_typeof(edit_draft.constraints) <> 'object'),
		('metadata', 'must be a JSON object', jsonb_typeof(edit_draft.metadata) <> 'object'),
		('format', 'must be prompt, mustache or text', edit_draft.format NOT IN ('prompt', 'mustache', 'text')),
		('escape', 'must be none, html, json or xml, or empty for the default of the format', edit_draft.escape NOT IN ('', 'none', 'html', 'json', 'xml')),
		('semver', 'must be major, minor, patch or as 1.2.3, or empty for none',
			edit_draft.semver !~ '^(|major|minor|patch|(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2})$')
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	SELECT g.prompt_id INTO id FROM prompt_mgr.get_prompt(edit_draft.name, coalesce(edit_draft.version, 0)) AS g;
	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = id FOR NO KEY UPDATE;
	SELECT v.* INTO was FROM prompt_mgr.prompt_version AS v
	WHERE v.prompt_id = id AND v.version = edit_draft.version FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'permission denied for version % of prompt "%"', edit_draft.version, edit_draft.name USING ERRCODE = '42501';
	ELSIF was.status <> 'draft' THEN
		RAISE EXCEPTION 'version % of prompt "%" is not a draft but %', edit_draft.version, edit_draft.name, was.status
			USING ERRCODE = 'PT409', HINT = 'Save a new version instead.';
	ELSIF base_sha256 <> encode(was.content_sha256, 'hex') THEN
		RAISE EXCEPTION 'version % of prompt "%" has been edited meanwhile', edit_draft.version, edit_draft.name
			USING ERRCODE = 'PT409', HINT = 'Look at it again, then edit it with its content_sha256 as base_sha256.';
	END IF;
	UPDATE prompt_mgr.prompt_version AS v
	SET template = CASE WHEN edit_draft.messages IS NULL THEN coalesce(edit_draft.template, v.template) ELSE edit_draft.template END,
		messages = CASE WHEN edit_draft.template IS NULL THEN coalesce(edit_draft.messages, v.messages) ELSE edit_draft.messages END,
		variables = coalesce(edit_draft.variables, v.variables),
		config = coalesce(edit_draft.config, v.config),
		constraints = coalesce(edit_draft.constraints, v.constraints),
		format = coalesce(edit_draft.format, v.format),
		escape = nullif(coalesce(edit_draft.escape, v.escape), ''),
		change_note = nullif(coalesce(edit_draft.change_note, v.change_note), ''),
		semver = nullif(coalesce(edit_draft.semver, v.semver), ''),
		metadata = coalesce(edit_draft.metadata, v.metadata)
	WHERE v.prompt_id = id AND v.version = edit_draft.version
	RETURNING encode(v.content_sha256, 'hex') INTO result;
	RETURN result;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.edit_draft(text, integer, text, jsonb, jsonb, jsonb, jsonb, text, text, text, text, jsonb, text) IS
'Edits a draft; what is NULL stays as it is. Returns the new content_sha256.
base_sha256: the content_sha256 of what was read; PT409 where somebody else has edited it since. Empty texts for escape, change_note and semver take them away. PT404 unknown version, PT409 where it is no draft, others as for save_prompt().';
