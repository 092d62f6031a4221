-- Taking prompts in: Langfuse's JSON array, and files.

CREATE FUNCTION prompt_mgr.import_prompts(document jsonb, mode text DEFAULT 'append', dry_run boolean DEFAULT false)
RETURNS TABLE (item integer, name text, source_version integer, version integer, action text, error text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	total integer;
	versions integer[];
	actions text[];
	errors text[];
	problems jsonb;
	entry record;
	parent record;
	twin record;
	before_import integer;
	moves jsonb;
	broken_rule text;
	new_label record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	-- One prompt alone, as Langfuse's API returns it.
	IF jsonb_typeof(document) = 'object' THEN
		document := jsonb_build_array(document);
	END IF;
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('document', 'must be a JSON array', jsonb_typeof(import_prompts.document) IS DISTINCT FROM 'array'),
		('mode', 'must be append or restore', import_prompts.mode IS NULL OR import_prompts.mode NOT IN ('append', 'restore')),
		('dry_run', 'must not be null', import_prompts.dry_run IS NULL)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '% %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	total := jsonb_array_length(import_prompts.document);
	IF total > 10000 THEN
		RAISE EXCEPTION 'document has % items', total
			USING ERRCODE = 'PT413', DETAIL = 'A document holds 10000 versions.', HINT = 'Import it in parts.';
	END IF;
	-- Numbers, times and authors are for the tables' owner alone, as in a dump
	-- that is restored: no level may write them.
	IF import_prompts.mode = 'restore' AND NOT pg_has_role(current_user,
			(SELECT c.relowner FROM pg_catalog.pg_class AS c WHERE c.oid = 'prompt_mgr.prompt'::regclass), 'USAGE') THEN
		RAISE EXCEPTION 'only the owner of the tables may restore'
			USING ERRCODE = '42501', HINT = 'Mode append needs level editor.';
	END IF;
	versions := array_fill(NULL::integer, ARRAY[total]);

	SELECT array_agg(shape.error ORDER BY i.place), array_agg(CASE WHEN shape.error IS NOT NULL THEN 'error' END ORDER BY i.place)
	INTO errors, actions
	FROM jsonb_array_elements(import_prompts.document) WITH ORDINALITY AS i (item, place)
	CROSS JOIN LATERAL (
		SELECT string_agg(concat_ws(' ', nullif(k.key, ''), k.reason), '; ' ORDER BY k.place) AS error
		FROM (VALUES
			(1, '', 'must be an object', jsonb_typeof(i.item) <> 'object'),
			(2, 'name', 'must be a string', jsonb_typeof(i.item -> 'name') IS DISTINCT FROM 'string'),
			(3, 'prompt', 'must be a string, or an array of messages', coalesce(jsonb_typeof(i.item -> 'prompt'), '') NOT IN ('string', 'array')),
			(4, 'type', 'must be text for a string and chat for an array', i.item ->> 'type' <> CASE jsonb_typeof(i.item -> 'prompt') WHEN 'string' THEN 'text' ELSE 'chat' END),
			(5, 'version', 'must be a whole number from 1 on', CASE WHEN import_prompts.mode = 'restore' OR coalesce(i.item -> 'version', 'null') <> 'null'
				THEN jsonb_typeof(i.item -> 'version') IS DISTINCT FROM 'number' OR i.item ->> 'version' !~ '^[1-9][0-9]{0,8}$' END),
			(6, 'config', 'must be an object', jsonb_typeof(i.item -> 'config') NOT IN ('object', 'null')),
			(7, 'variables', 'must be an object', jsonb_typeof(i.item -> 'variables') NOT IN ('object', 'null')),
			(8, 'constraints', 'must be an object', jsonb_typeof(i.item -> 'constraints') NOT IN ('object', 'null')),
			(9, 'tags', 'must be an array of strings', jsonb_typeof(i.item -> 'tags') NOT IN ('array', 'null') OR jsonb_path_exists(i.item, 'strict $.tags[*] ? (@.type() != "string")', silent => true)),
			(10, 'labels', 'must be an array of strings', jsonb_typeof(i.item -> 'labels') NOT IN ('array', 'null') OR jsonb_path_exists(i.item, 'strict $.labels[*] ? (@.type() != "string")', silent => true)),
			(11, 'labelHistory', 'must be an array of objects with label, move, at and by', jsonb_typeof(i.item -> 'labelHistory') NOT IN ('array', 'null') OR jsonb_path_exists(i.item,
				'$.labelHistory[*] ? (!(@.label.type() == "string" && @.move.type() == "number" && @.at.type() == "string" && @.by.type() == "string"))')),
			(12, 'status', 'must be draft, active, deprecated or archived', i.item ->> 'status' NOT IN ('draft', 'active', 'deprecated', 'archived')),
			(13, 'format', 'must be prompt, mustache or text', i.item ->> 'format' NOT IN ('prompt', 'mustache', 'text')),
			(14, 'escape', 'must be none, html, json or xml', i.item ->> 'escape' NOT IN ('none', 'html', 'json', 'xml')),
			(15, 'metadata', 'must be an object', jsonb_typeof(i.item -> 'metadata') NOT IN ('object', 'null')),
			(16, 'attributes', 'must be an object', jsonb_typeof(i.item -> 'attributes') NOT IN ('object', 'null')),
			(17, 'models', 'must be an array of strings', jsonb_typeof(i.item -> 'models') NOT IN ('array', 'null') OR jsonb_path_exists(i.item, 'strict $.models[*] ? (@.type() != "string")', silent => true)),
			(18, 'semver', 'must be as 1.2.3', i.item ->> 'semver' !~ '^(major|minor|patch|(0|[1-9][0-9]{0,8})([.](0|[1-9][0-9]{0,8})){2})$')
		) AS k (place, key, reason, broken)
		WHERE k.broken AND (k.place = 1 OR jsonb_typeof(i.item) = 'object')
	) AS shape;

	BEGIN
		-- By name, the order in which everybody locks prompts; within a prompt
		-- as the document has them, or by number where numbers are kept.
		FOR entry IN
			SELECT i.place, i.item, i.item ->> 'name' AS name, (i.item ->> 'version')::integer AS version,
				CASE jsonb_typeof(i.item -> 'prompt') WHEN 'string' THEN 'text' ELSE 'chat' END AS kind,
				content.*, array_remove(ARRAY(SELECT jsonb_array_elements_text(nullif(i.item -> 'labels', 'null'))), 'latest') AS labels,
				-- As the trigger of the versions has it.
				sha256(convert_to(jsonb_build_array(content.format, content.escape, content.template, content.messages,
					content.variables, content.config, content.constraints)::text,
					CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END)) AS content_sha256,
				row_number() OVER (PARTITION BY i.item ->> 'name' COLLATE "C" ORDER BY
					CASE import_prompts.mode WHEN 'restore' THEN (i.item ->> 'version')::integer END, i.place) = 1 AS first_of_name
			FROM jsonb_array_elements(import_prompts.document) WITH ORDINALITY AS i (item, place)
			CROSS JOIN LATERAL (
				SELECT coalesce(i.item ->> 'format', 'prompt') AS format, i.item ->> 'escape' AS escape,
					CASE jsonb_typeof(i.item -> 'prompt') WHEN 'string' THEN i.item ->> 'prompt' END AS template,
					CASE jsonb_typeof(i.item -> 'prompt') WHEN 'array' THEN i.item -> 'prompt' END AS messages,
					coalesce(nullif(i.item -> 'variables', 'null'), '{}') AS variables,
					coalesce(nullif(i.item -> 'config', 'null'), '{}') AS config,
					coalesce(nullif(i.item -> 'constraints', 'null'), '{}') AS constraints
			) AS content
			WHERE errors[i.place] IS NULL
			ORDER BY i.item ->> 'name' COLLATE "C", CASE import_prompts.mode WHEN 'restore' THEN (i.item ->> 'version')::integer END, i.place
		LOOP
			BEGIN
				SELECT p.* INTO parent FROM prompt_mgr.prompt AS p WHERE p.name = entry.name FOR NO KEY UPDATE;
				IF entry.first_of_name THEN
					before_import := coalesce(parent.last_version, 0);
				END IF;
				IF entry.item ->> 'contentSha256' <> encode(entry.content_sha256, 'hex') THEN
					RAISE EXCEPTION 'the content is not the one that contentSha256 was made of' USING ERRCODE = '22023';
				ELSIF import_prompts.mode = 'append' THEN
					-- Whatever was there before, or has just been written, is not written again.
					SELECT max(v.version) AS version INTO twin FROM prompt_mgr.prompt_version AS v
					WHERE v.prompt_id = parent.prompt_id AND v.content_sha256 = entry.content_sha256
						AND (v.version <= before_import OR v.version = parent.last_version)
						AND v.status = ANY (CASE entry.item ->> 'status' WHEN 'draft' THEN '{draft}' ELSE '{active,deprecated}' END::text[]);
					IF twin.version IS NULL THEN
						actions[entry.place] := 'create';
						versions[entry.place] := prompt_mgr.save_prompt(entry.name, entry.template, entry.messages, entry.variables, entry.config,
							entry.constraints, entry.format, entry.escape, entry.item ->> 'commitMessage',
							draft => coalesce(entry.item ->> 'status' = 'draft', false),
							description => entry.item ->> 'description', category => entry.item ->> 'category',
							tags => CASE WHEN jsonb_typeof(entry.item -> 'tags') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(entry.item -> 'tags')) END,
							metadata => nullif(entry.item -> 'metadata', 'null'), attributes => nullif(entry.item -> 'attributes', 'null'),
							author => entry.item ->> 'author', language => entry.item ->> 'language', complexity => entry.item ->> 'complexity',
							models => CASE WHEN jsonb_typeof(entry.item -> 'models') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(entry.item -> 'models')) END);
					ELSE
						actions[entry.place] := 'skip';
						versions[entry.place] := twin.version;
					END IF;
					FOR new_label IN
						SELECT DISTINCT l.label FROM unnest(entry.labels) AS l (label)
						WHERE l.label <> 'production' AND coalesce(entry.item ->> 'status' <> 'draft', true) ORDER BY l.label
					LOOP
						PERFORM prompt_mgr.activate(entry.name, versions[entry.place], new_label.label, 'import');
					END LOOP;
				ELSE
					versions[entry.place] := entry.version;
					IF parent.prompt_id IS NULL THEN
						INSERT INTO prompt_mgr.prompt AS p (name, kind, description, category, tags, author, language, complexity, models, attributes,
							archived_at, created_at, created_by)
						VALUES (entry.name, entry.kind, entry.item ->> 'description', entry.item ->> 'category',
							ARRAY(SELECT jsonb_array_elements_text(nullif(entry.item -> 'tags', 'null'))),
							entry.item ->> 'author', entry.item ->> 'language', entry.item ->> 'complexity',
							ARRAY(SELECT jsonb_array_elements_text(nullif(entry.item -> 'models', 'null'))),
							coalesce(nullif(entry.item -> 'attributes', 'null'), '{}'), (entry.item ->> 'archivedAt')::timestamptz,
							coalesce((entry.item ->> 'createdAt')::timestamptz, now()), entry.item ->> 'createdBy')
						RETURNING p.* INTO parent;
					ELSIF parent.kind <> entry.kind THEN
						RAISE EXCEPTION 'prompt "%" is a % prompt', entry.name, parent.kind USING ERRCODE = 'PT409';
					END IF;
					SELECT v.* INTO twin FROM prompt_mgr.prompt_version AS v
					WHERE v.prompt_id = parent.prompt_id AND v.version = entry.version;
					IF twin.version IS NULL THEN
						actions[entry.place] := 'create';
						INSERT INTO prompt_mgr.prompt_version (prompt_id, version, version_id, status, format, escape, template, messages,
							variables, config, constraints, change_note, semver, metadata, content_sha256, created_at, created_by)
						VALUES (parent.prompt_id, entry.version, CASE WHEN entry.item ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
								THEN (entry.item ->> 'id')::uuid ELSE gen_random_uuid() END,
							coalesce(entry.item ->> 'status', 'active'), entry.format, entry.escape, entry.template, entry.messages,
							entry.variables, entry.config, entry.constraints, entry.item ->> 'commitMessage',
							entry.item ->> 'semver', coalesce(nullif(entry.item -> 'metadata', 'null'), '{}'),
							-- With it, the content was checked when it was first saved.
							decode(entry.item ->> 'contentSha256', 'hex'),
							coalesce((entry.item ->> 'createdAt')::timestamptz, now()), entry.item ->> 'createdBy');
					ELSIF twin.content_sha256 = entry.content_sha256 AND twin.status = coalesce(entry.item ->> 'status', twin.status)
							AND twin.created_at = coalesce((entry.item ->> 'createdAt')::timestamptz, twin.created_at)
							AND twin.created_by = coalesce(entry.item ->> 'createdBy', twin.created_by) THEN
						actions[entry.place] := 'skip';
					ELSE
						RAISE EXCEPTION 'version % of prompt "%" exists with another content, status, date or author', entry.version, entry.name
							USING ERRCODE = 'PT409';
					END IF;

					moves := coalesce(nullif(entry.item -> 'labelHistory', 'null'), '[]');
					INSERT INTO prompt_mgr.label_move (prompt_id, label, move_no, version, moved_at, moved_by, reason, restored_move, release_id)
					SELECT parent.prompt_id, m.label, m.move, m.version, m.at, m.by, m.reason, m.restored, m.release
					FROM jsonb_to_recordset(moves) AS m (label text, move integer, version integer, at timestamptz, by text, reason text, restored integer, release uuid)
					ON CONFLICT ON CONSTRAINT label_move_pkey DO NOTHING;
					SELECT m.label INTO new_label
					FROM jsonb_to_recordset(moves) AS m (label text, move integer, version integer, at timestamptz, by text)
					JOIN prompt_mgr.label_move AS made ON (made.prompt_id, made.label, made.move_no) = (parent.prompt_id, m.label, m.move)
					LEFT JOIN prompt_mgr.prompt_label AS l ON (l.prompt_id, l.label) = (parent.prompt_id, m.label)
					WHERE (made.version, made.moved_at, made.moved_by) IS DISTINCT FROM (m.version, m.at, m.by) OR m.move > l.move_no
					ORDER BY m.label LIMIT 1;
					IF FOUND THEN
						RAISE EXCEPTION 'label "%" of prompt "%" has moved otherwise', new_label.label, entry.name USING ERRCODE = 'PT409';
					END IF;
				END IF;
			EXCEPTION
				WHEN data_exception OR syntax_error OR SQLSTATE 'PM005' OR SQLSTATE 'PT413' THEN
					actions[entry.place] := 'error';
					errors[entry.place] := SQLERRM;
				WHEN check_violation THEN
					actions[entry.place] := 'error';
					GET STACKED DIAGNOSTICS broken_rule = CONSTRAINT_NAME;
					errors[entry.place] := concat(substring(broken_rule FROM '^(?:prompt_version|prompt|category)_(.*)_check$'), ' is not valid');
				WHEN unique_violation OR SQLSTATE 'PT409' THEN
					actions[entry.place] := 'conflict';
					errors[entry.place] := SQLERRM;
			END;
		END LOOP;

		-- Labels come when all versions and moves are there: the trigger then
		-- finds in the history the move that it would write.
		FOR new_label IN
			SELECT i.place, p.prompt_id, p.name, l.label, (i.item ->> 'version')::integer AS version,
				coalesce(i.item -> 'labels', '[]') ? l.label AS is_listed, m.*
			FROM jsonb_array_elements(import_prompts.document) WITH ORDINALITY AS i (item, place)
			JOIN prompt_mgr.prompt AS p ON p.name = i.item ->> 'name'
			CROSS JOIN LATERAL (
				SELECT l.label FROM jsonb_array_elements_text(nullif(i.item -> 'labels', 'null')) AS l (label) WHERE l.label <> 'latest'
				UNION
				SELECT h.value ->> 'label' FROM jsonb_array_elements(nullif(i.item -> 'labelHistory', 'null')) AS h
			) AS l
			LEFT JOIN LATERAL (
				SELECT last.version AS holder, last.move_no, last.moved_at, last.moved_by, last.reason, last.restored_move, last.release_id
				FROM prompt_mgr.label_move AS last WHERE last.prompt_id = p.prompt_id AND last.label = l.label
				ORDER BY last.move_no DESC LIMIT 1
			) AS m ON true
			WHERE import_prompts.mode = 'restore' AND errors[i.place] IS NULL
			ORDER BY p.name, l.label, i.place
		LOOP
			BEGIN
				IF NOT EXISTS (SELECT FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = new_label.prompt_id AND l.label = new_label.label) THEN
					INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version, move_no, moved_at, moved_by, reason, restored_move, release_id)
					VALUES (new_label.prompt_id, new_label.name, new_label.label,
						CASE WHEN new_label.move_no IS NULL THEN new_label.version ELSE new_label.holder END,
						new_label.move_no, new_label.moved_at, new_label.moved_by, new_label.reason, new_label.restored_move, new_label.release_id);
				END IF;
				IF new_label.is_listed AND NOT EXISTS (
						SELECT FROM prompt_mgr.prompt_label AS l
						WHERE (l.prompt_id, l.label, l.version) = (new_label.prompt_id, new_label.label, new_label.version)) THEN
					RAISE EXCEPTION 'label "%" of prompt "%" points at another version', new_label.label, new_label.name USING ERRCODE = 'PT409';
				END IF;
			EXCEPTION
				WHEN invalid_parameter_value THEN
					actions[new_label.place] := 'error';
					errors[new_label.place] := format('"%s" is no label', new_label.label);
				WHEN foreign_key_violation OR SQLSTATE 'PT409' THEN
					actions[new_label.place] := 'conflict';
					errors[new_label.place] := SQLERRM;
			END;
		END LOOP;

		IF import_prompts.dry_run THEN
			RAISE SQLSTATE 'PM000';
		END IF;
	EXCEPTION WHEN SQLSTATE 'PM000' THEN
		NULL;	-- undoes all of it; the variables keep what would have happened
	END;

	SELECT jsonb_agg(jsonb_build_object('path', format('document[%s]', e.place - 1), 'reason', e.error) ORDER BY e.place) INTO problems
	FROM unnest(errors) WITH ORDINALITY AS e (error, place) WHERE e.error IS NOT NULL;
	IF problems IS NOT NULL AND NOT import_prompts.dry_run THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = CASE WHEN 'error' = ANY (actions) THEN '22023' ELSE 'PT409' END, DETAIL = problems,
			HINT = 'Nothing was imported. A dry run reports on every item.';
	END IF;
	RETURN QUERY
	SELECT (i.place - 1)::integer, i.item ->> 'name',
		CASE WHEN i.item ->> 'version' ~ '^[0-9]{1,9}$' THEN (i.item ->> 'version')::integer END,
		CASE WHEN r.error IS NULL THEN r.version END, r.action, r.error
	FROM jsonb_array_elements(import_prompts.document) WITH ORDINALITY AS i (item, place)
	JOIN unnest(versions, actions, errors) WITH ORDINALITY AS r (version, action, error, place) ON r.place = i.place
	ORDER BY i.place;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.import_prompts(jsonb, text, boolean) IS
'Imports the array that export_prompts() or Langfuse wrote, or one item of it, all or nothing; a row for each item says what became of it.
mode append: every item becomes the next version of its prompt, unless that content is there already; labels latest and production are left out, others move to it; level editor, and publisher where there are labels. mode restore: numbers, ids, labels and their history, dates and authors are kept; for the owner of the tables. item counts from 0; source_version is the number in the document, version the one here; action is create, skip (is there already), conflict or error. dry_run: writes nothing, and reports what the same call would do now, with errors. PT409 conflicts, 22023 errors, each with all of them in DETAIL; PT413 above 10000 items.';

CREATE FUNCTION prompt_mgr.sections_to_messages(sections text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	message record;
	messages jsonb[] := '{}'::jsonb[];
BEGIN
	FOR message IN
		WITH line AS (
			SELECT l.line, l.place, substring(l.line FROM '^=== ?([A-Za-z0-9_-]+) ?===$') AS role
			FROM string_to_table(sections_to_messages.sections, E'\n') WITH ORDINALITY AS l (line, place)
		), numbered AS (
			SELECT line.*, count(line.role) OVER (ORDER BY line.place) AS section FROM line
		)
		SELECT n.section, min(n.place) AS place, max(n.role) AS role,
			string_agg(n.line, E'\n' ORDER BY n.place) FILTER (WHERE n.role IS NULL) AS content
		FROM numbered AS n GROUP BY n.section ORDER BY n.section
	LOOP
		IF message.section = 0 THEN
			CONTINUE WHEN btrim(message.content, E' \t\r\n') = '';
			RAISE EXCEPTION 'the text of a chat prompt does not begin with a line "=== role ==="'
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'messages', 'reason', 'text before the first role'));
		ELSIF message.role = 'json' THEN
			BEGIN
				messages := messages || message.content::jsonb;
			EXCEPTION WHEN data_exception THEN
				RAISE EXCEPTION 'the message that begins in line % of the text is no JSON: %', message.place, SQLERRM
					USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', format('messages[%s]', cardinality(messages)), 'reason', SQLERRM));
			END;
		ELSE
			messages := messages || jsonb_build_object('role', message.role,
				'content', regexp_replace(coalesce(message.content, ''), '^=(={3,} [^\n]* ===)$', '\1', 'ng'));
		END IF;
	END LOOP;
	RETURN to_jsonb(messages);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.sections_to_messages(text) IS
'The messages that messages_to_sections() wrote as text.
22023 for text before the first role, or a section of JSON that is none.';

CREATE FUNCTION prompt_mgr.prompt_from_file(content text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	-- Where git or an editor has put CR LF at the ends of lines, it has done so in the text too.
	plain constant text := CASE WHEN prompt_from_file.content ^@ E'---\r\n' THEN replace(prompt_from_file.content, E'\r\n', E'\n')
		ELSE prompt_from_file.content END;
	lines text[];
	header_end integer;
	body text := plain;
	line text;
	place integer := 0;
	key text;
	written jsonb := '{}'::jsonb;
	entry record;
	item jsonb := '{"type": "text"}'::jsonb;
	value jsonb;
BEGIN
	IF plain ^@ E'---\n' THEN
		lines := string_to_array(plain, E'\n');
		header_end := array_position(lines, '---', 2);
		IF header_end IS NULL THEN
			RAISE EXCEPTION 'the header does not end with a line "---"'
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'header', 'reason', 'does not end'));
		END IF;
		body := substr(plain, length(array_to_string(lines[1:header_end], E'\n')) + 2);
		-- A line that is set in goes on with the value before it.
		FOREACH line IN ARRAY lines[2:header_end - 1]
		LOOP
			place := place + 1;
			CONTINUE WHEN line ~ '^(#.*|\s*)$';
			IF key IS NOT NULL AND line ~ '^[\s}\]]' THEN
				written := jsonb_set(written, ARRAY[key], to_jsonb(concat(written ->> key, E'\n', line)));
				CONTINUE;
			END IF;
			key := substring(line FROM '^([a-z_]+):(?:\s|$)');
			IF key IS NULL OR written ? key OR key NOT IN ('type', 'format', 'escape', 'description', 'category', 'tags',
					'author', 'language', 'complexity', 'models', 'attributes', 'config', 'variables', 'constraints') THEN
				RAISE EXCEPTION 'line % of the file cannot be read: %', place + 1, left(line, 80)
					USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'header', 'reason', 'line ' || place + 1)),
					HINT = 'A line is "key: value", with the keys that prompt_to_file() writes, each once.';
			END IF;
			written := written || jsonb_build_object(key, substr(line, length(key) + 2));
		END LOOP;
	END IF;

	FOR entry IN SELECT w.key, btrim(w.value, E' \t\n') AS text FROM jsonb_each_text(written) AS w
	LOOP
		CONTINUE WHEN entry.text = '';
		BEGIN
			value := CASE
				WHEN entry.key IN ('attributes', 'config', 'variables', 'constraints') OR entry.text ~ '^(".*"|null)$' THEN entry.text::jsonb
				WHEN entry.key NOT IN ('tags', 'models') THEN to_jsonb(entry.text)
				WHEN entry.text ~ '^\[\s*("|\])' THEN entry.text::jsonb
				ELSE (SELECT jsonb_agg(btrim(t)) FROM string_to_table(btrim(entry.text, '[]'), ',') AS t) END;
		EXCEPTION WHEN data_exception THEN
			RAISE EXCEPTION '% in the header is no JSON: %', entry.key, SQLERRM
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', entry.key, 'reason', SQLERRM)),
				HINT = 'Write objects as {"key": "value"}; lines after the first are set in.';
		END;
		item := item || jsonb_build_object(entry.key, value);
	END LOOP;

	-- The line feed at the end belongs to the file, not to the prompt.
	body := regexp_replace(body, '\n$', '');
	IF item ->> 'type' = 'chat' THEN
		RETURN item || jsonb_build_object('prompt', prompt_mgr.sections_to_messages(body));
	END IF;
	RETURN item || jsonb_build_object('prompt', body);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_from_file(text) IS
'What a file says, as an item of import_prompts() without a name: the reverse of prompt_to_file().
The header may be missing. Strings may stand without quotes, lists as [a, b]; objects are JSON, over as many lines as wanted, those after the first set in. 22023 where the header, or the messages of a chat prompt, cannot be read.';

CREATE FUNCTION prompt_mgr.save_prompt_file(
	path text,
	content text,
	base_version integer DEFAULT NULL,
	change_note text DEFAULT NULL,
	labels text[] DEFAULT NULL,
	dry_run boolean DEFAULT false,
	OUT name text, OUT version integer, OUT action text)
RETURNS record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	item jsonb;
	before record;
	message text;
	detail text;
	hint text;
BEGIN
	PERFORM prompt_mgr.check_ready();
	name := prompt_mgr.prompt_path_name(save_prompt_file.path);
	IF prompt_mgr.prompt_path(name) IS DISTINCT FROM save_prompt_file.path THEN
		RAISE EXCEPTION 'a file cannot be called "%"', save_prompt_file.path
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'path', 'reason', 'is not the path of a prompt''s file')),
			HINT = coalesce('The file of that prompt is called ' || prompt_mgr.prompt_path(name) || '.', 'It is the prompt''s name with ".prompt" behind it.');
	END IF;
	BEGIN
		item := prompt_mgr.prompt_from_file(save_prompt_file.content);
		SELECT p.last_version, p.description, p.category, p.tags, p.author, p.language, p.complexity, p.models, p.attributes INTO before
		FROM prompt_mgr.prompt AS p WHERE p.name = save_prompt_file.name;
		version := prompt_mgr.save_prompt(name,
			template => CASE WHEN item ->> 'type' <> 'chat' THEN item ->> 'prompt' END,
			messages => CASE WHEN item ->> 'type' = 'chat' THEN item -> 'prompt' END,
			variables => item -> 'variables', config => item -> 'config', constraints => item -> 'constraints',
			format => coalesce(item ->> 'format', 'prompt'), escape => item ->> 'escape',
			change_note => save_prompt_file.change_note, labels => save_prompt_file.labels,
			base_version => save_prompt_file.base_version, if_changed => true,
			description => item ->> 'description', category => item ->> 'category',
			tags => CASE WHEN item ? 'tags' THEN ARRAY(SELECT jsonb_array_elements_text(item -> 'tags')) END,
			author => item ->> 'author', language => item ->> 'language', complexity => item ->> 'complexity',
			models => CASE WHEN item ? 'models' THEN ARRAY(SELECT jsonb_array_elements_text(item -> 'models')) END, attributes => item -> 'attributes');
		action := CASE
			WHEN version > coalesce(before.last_version, 0) THEN 'create'
			WHEN EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.name = save_prompt_file.name
				AND (p.description, p.category, p.tags, p.author, p.language, p.complexity, p.models, p.attributes) IS DISTINCT FROM (before.description,
					before.category, before.tags, before.author, before.language, before.complexity, before.models, before.attributes)) THEN 'update'
			ELSE 'skip' END;
		IF save_prompt_file.dry_run THEN
			RAISE SQLSTATE 'PM000';
		END IF;
	EXCEPTION
		WHEN SQLSTATE 'PM000' THEN
			NULL;	-- undoes all of it
		WHEN OTHERS THEN
			-- The same error, with the file that it is about.
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			RAISE EXCEPTION '%: %', save_prompt_file.path, message USING ERRCODE = SQLSTATE,
				DETAIL = coalesce(nullif(detail, ''), jsonb_build_array(jsonb_build_object('path', 'content', 'reason', message))::text),
				HINT = coalesce(nullif(hint, ''), 'Nothing of this file was saved.');
	END;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.save_prompt_file(text, text, integer, text, text[], boolean) IS
'Saves a file that prompt_files() gave, or one written by hand, as the next version of its prompt; level editor.
path is relative to the folder of files and says the name. action is create (a new version), update (no new version, but something that belongs to the prompt) or skip. base_version: the version the file was made from, 0 where there was none: PT409 if the prompt has another by now and the content differs; NULL saves anyway. What belongs to the prompt, as description and tags, stays where the header does not have it. dry_run writes nothing. Errors are those of save_prompt() and prompt_from_file(), with the path before them.';
