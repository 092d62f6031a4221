-- What changed from one version to another: lines, variables, settings, tokens,
-- and the semantic version that follows from it.

CREATE FUNCTION prompt_mgr._variable_schema(template text, messages jsonb, variables jsonb, format text, escape text) RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_variable_schema';

COMMENT ON FUNCTION prompt_mgr._variable_schema(text, jsonb, jsonb, text, text) IS
'internal: JSON Schema of the variables of a version that may not be stored yet';

CREATE FUNCTION prompt_mgr._init_semver() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- major: a caller of the old version may fail with the new one, or get an
	-- answer of another shape; minor: other content; patch: no other content.
	CREATE OR REPLACE FUNCTION prompt_mgr._semver_step(was prompt_mgr.prompt_version, new prompt_mgr.prompt_version) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		before jsonb;
		after jsonb;
	BEGIN
		IF was.content_sha256 = new.content_sha256 THEN
			RETURN 'patch';
		END IF;
		before := prompt_mgr._variable_schema(was.template, was.messages, was.variables, was.format, was.escape);
		after := prompt_mgr._variable_schema(new.template, new.messages, new.variables, new.format, new.escape);
		RETURN CASE WHEN EXISTS (SELECT FROM jsonb_array_elements_text(after -> 'required') AS r (name)
				WHERE NOT coalesce(before -> 'required' ? r.name, false))
			OR EXISTS (SELECT FROM jsonb_each(before -> 'properties') AS p
				WHERE NOT coalesce(after -> 'properties' ? p.key, false)
					OR p.value -> 'type' <> after -> 'properties' -> p.key -> 'type')
			OR (was.config -> 'response_format', was.config -> 'tools')
				IS DISTINCT FROM (new.config -> 'response_format', new.config -> 'tools')
			THEN 'major' ELSE 'minor' END;
	EXCEPTION WHEN syntax_error OR SQLSTATE 'PT413' THEN
		RETURN 'minor';		-- restored, or from before a limit was lowered
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._semver_step(prompt_mgr.prompt_version, prompt_mgr.prompt_version) IS 'internal: major, minor or patch, by what changed between two versions';

	CREATE OR REPLACE FUNCTION prompt_mgr._next_semver(content prompt_mgr.prompt_version) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		base prompt_mgr.prompt_version;
		parts integer[];
	BEGIN
		SELECT v.* INTO base FROM prompt_mgr.prompt_version AS v
		WHERE v.prompt_id = content.prompt_id AND v.status <> 'draft' AND v.semver IS NOT NULL
		ORDER BY string_to_array(v.semver, '.')::integer[] DESC LIMIT 1;
		IF content.semver ~ '^[0-9]' THEN
			IF string_to_array(content.semver, '.')::integer[] <= string_to_array(base.semver, '.')::integer[] THEN
				RAISE EXCEPTION 'semantic version % is not above %, which is published', content.semver, base.semver
					USING ERRCODE = 'PT409', HINT = 'Choose a higher one, or none, and it follows from what changed.';
			END IF;
			RETURN content.semver;
		ELSIF base IS NULL THEN
			RETURN '1.0.0';
		END IF;
		parts := string_to_array(base.semver, '.');
		RETURN CASE coalesce(content.semver, prompt_mgr._semver_step(base, content))
			WHEN 'major' THEN format('%s.0.0', parts[1] + 1)
			WHEN 'minor' THEN format('%s.%s.0', parts[1], parts[2] + 1)
			ELSE format('%s.%s.%s', parts[1], parts[2], parts[3] + 1) END;
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._next_semver(prompt_mgr.prompt_version) IS 'internal: the semantic version of content that is published now';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_semver() IS
'internal: makes the functions that number versions semantically';
