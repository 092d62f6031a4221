-- Limits on what is saved, and on how much of it stays in service.  They are
-- settings; a version's constraints may say otherwise for itself, where
-- everybody can see it.

CREATE FUNCTION prompt_mgr._init_limits() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE OR REPLACE FUNCTION prompt_mgr._check_limits(content prompt_mgr.prompt_version) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		place constant text := CASE WHEN content.template IS NULL THEN 'messages' ELSE 'template' END;
		source constant text := coalesce(content.template, prompt_mgr.messages_text(content.messages));
		pattern constant text := current_setting('prompt_mgr.forbidden_patterns', true);
		most integer := coalesce((content.constraints ->> 'maxTemplateLength')::integer, current_setting('prompt_mgr.max_prompt_length')::integer);
		longest integer := length(content.template);
		variables integer;
		found_at integer;
	BEGIN
		IF content.messages IS NOT NULL THEN
			SELECT max(length(t.value #>> '{}')) INTO longest FROM (
				SELECT jsonb_path_query(content.messages, '$[*].content[*] ? (@.type() == "string")')
				UNION ALL SELECT jsonb_path_query(content.messages, '$[*].content[*].text')) AS t (value);
		END IF;
		IF longest > most THEN
			RAISE EXCEPTION '% characters in the %, and % are allowed', longest, CASE place WHEN 'messages' THEN 'longest message' ELSE place END, most
				USING ERRCODE = 'PT413', DETAIL = jsonb_build_array(jsonb_build_object('path', place, 'limit', most, 'count', longest)),
				HINT = 'Shorten it, move parts of it into partials, or allow this version more with {"maxTemplateLength": ...} in its constraints; the setting is prompt_mgr.max_prompt_length.';
		END IF;

		most := coalesce((content.constraints ->> 'maxVariables')::integer, current_setting('prompt_mgr.max_variables')::integer);
		SELECT count(*) INTO variables FROM jsonb_object_keys(prompt_mgr._variable_schema(
			content.template, content.messages, content.variables, content.format, content.escape) -> 'properties');
		IF variables > most THEN
			RAISE EXCEPTION '% variables in the %, and % are allowed', variables, place, most
				USING ERRCODE = 'PT413', DETAIL = jsonb_build_array(jsonb_build_object('path', 'variables', 'limit', most, 'count', variables)),
				HINT = 'Put some of them into an object, or allow this version more with {"maxVariables": ...} in its constraints; the setting is prompt_mgr.max_variables.';
		END IF;

		IF pattern <> '' AND NOT coalesce((content.constraints ->> 'allowForbidden')::boolean, false) THEN
			found_at := regexp_instr(source, pattern);
			IF found_at > 0 THEN
				-- Never what was found: that may be the secret.
				RAISE EXCEPTION 'something like a password, token or key is in the %', place
					USING ERRCODE = 'PM005', DETAIL = jsonb_build_array(jsonb_build_object('path', place, 'rule', 'prompt_mgr.forbidden_patterns', 'position', found_at)),
					HINT = 'Make it a variable. If it is none, save with {"allowForbidden": true} in constraints; the setting is prompt_mgr.forbidden_patterns.';
			END IF;
		END IF;
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._check_limits(prompt_mgr.prompt_version) IS 'internal: refuses content that is too long, has too many variables or a secret in it';

	-- What is referred to stays: labels, experiments that are not over, partials
	-- by version.  Who is just moving a label to a version keeps it, too.
	CREATE OR REPLACE FUNCTION prompt_mgr._version_after_limit() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		most constant integer := current_setting('prompt_mgr.max_versions', true);
	BEGIN
		-- Restored rows come with their own time.
		IF most > 0 AND NEW.created_at = now() THEN
			UPDATE prompt_mgr.prompt_version AS v SET status = 'archived'
			WHERE v.prompt_id = NEW.prompt_id AND v.version IN (
				SELECT past.version FROM prompt_mgr.prompt_version AS past
				WHERE past.prompt_id = NEW.prompt_id AND past.servable AND past.version <= (
						SELECT last.version FROM prompt_mgr.prompt_version AS last
						WHERE last.prompt_id = NEW.prompt_id AND last.servable ORDER BY last.version DESC OFFSET most LIMIT 1)
					AND NOT EXISTS (SELECT FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = past.prompt_id AND l.version = past.version)
					AND NOT EXISTS (SELECT FROM prompt_mgr.experiment_variant AS x JOIN prompt_mgr.experiment AS e USING (experiment_id)
						WHERE x.prompt_id = past.prompt_id AND x.version = past.version AND e.status <> 'completed')
					AND NOT EXISTS (SELECT FROM prompt_mgr.prompt_dependency AS d
						WHERE d.wanted = past.version::text AND d.partial IN (
							SELECT p.name FROM prompt_mgr.prompt AS p WHERE p.prompt_id = past.prompt_id
							UNION ALL SELECT a.alias FROM prompt_mgr.prompt_alias AS a WHERE a.prompt_id = past.prompt_id))
				FOR NO KEY UPDATE OF past SKIP LOCKED);
		END IF;
		RETURN NULL;
	EXCEPTION WHEN SQLSTATE 'PT409' THEN
		RETURN NULL;	-- a label has just moved there; the next save looks again
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_after_limit() IS 'internal: archives the oldest versions of a prompt beyond the limit';
	CREATE OR REPLACE TRIGGER prompt_version_limit AFTER INSERT ON prompt_mgr.prompt_version
		FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION prompt_mgr._version_after_limit();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_limits() IS
'internal: makes the check of limits on what is saved, and the trigger that archives old versions';
