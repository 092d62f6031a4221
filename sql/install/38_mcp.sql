-- Prompts in the shapes of the Model Context Protocol, for a server that only
-- passes them on: prompts/list and prompts/get.

CREATE FUNCTION prompt_mgr.mcp_list_prompts(
	cursor text DEFAULT NULL,
	page_size integer DEFAULT 100,
	label text DEFAULT 'production',
	prefix text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	result jsonb;
	last_name text;
	rows integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF mcp_list_prompts.label IS NULL THEN
		RAISE EXCEPTION 'label must not be null'
			USING ERRCODE = '22023', DETAIL = '[{"path": "label", "reason": "must not be null"}]';
	END IF;
	SELECT jsonb_build_object('prompts', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', l.name, 'description', l.description))
			|| jsonb_build_object('arguments', a.arguments) ORDER BY l.name), '[]')), max(l.name), count(*)
	INTO result, last_name, rows
	FROM prompt_mgr.list_prompts(prefix, mcp_list_prompts.label, mcp_list_prompts.page_size, cursor) AS l
	CROSS JOIN LATERAL (SELECT prompt_mgr.prompt_schema(l.name, label => mcp_list_prompts.label) AS described) AS s
	CROSS JOIN LATERAL (
		SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', p.key, 'description', p.value -> 'description',
			'required', coalesce(s.described -> 'required' ? p.key, false))) ORDER BY p.key COLLATE "C"), '[]') AS arguments
		FROM jsonb_each(s.described -> 'properties') AS p) AS a;
	RETURN result || CASE rows WHEN page_size THEN jsonb_build_object('nextCursor', last_name) ELSE '{}' END;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.mcp_list_prompts(text, integer, text, text) IS
'The answer to prompts/list of the Model Context Protocol: prompts that carry a label, with their arguments.
cursor: nextCursor of the page before; prefix of the names. 22023 wrong arguments.';

CREATE FUNCTION prompt_mgr.mcp_get_prompt(name text, arguments jsonb DEFAULT '{}', label text DEFAULT 'production') RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	wanted constant text := coalesce(mcp_get_prompt.label, 'production');
	prompt record;
	messages jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT g.name, g.kind, g.description INTO prompt FROM prompt_mgr.get_prompt(mcp_get_prompt.name, label => wanted) AS g;
	IF prompt.kind = 'chat' THEN
		messages := prompt_mgr.render_messages(prompt.name, coalesce(arguments, '{}'), label => wanted);
	ELSE
		messages := jsonb_build_array(jsonb_build_object('role', 'user',
			'content', prompt_mgr.render_prompt(prompt.name, coalesce(arguments, '{}'), label => wanted)));
	END IF;
	-- The protocol knows two roles, and one content in each message.
	RETURN jsonb_strip_nulls(jsonb_build_object('description', prompt.description)) || jsonb_build_object('messages', (
		SELECT coalesce(jsonb_agg(jsonb_build_object('role', CASE m.value ->> 'role' WHEN 'assistant' THEN 'assistant' ELSE 'user' END,
			'content', jsonb_build_object('type', 'text', 'text', CASE jsonb_typeof(m.value -> 'content')
				WHEN 'array' THEN (SELECT coalesce(string_agg(part.value ->> 'text', E'\n' ORDER BY part.n), '')
					FROM jsonb_array_elements(m.value -> 'content') WITH ORDINALITY AS part (value, n))
				ELSE coalesce(m.value ->> 'content', '') END)) ORDER BY m.n), '[]')
		FROM jsonb_array_elements(messages) WITH ORDINALITY AS m (value, n)));
END
$function$;

COMMENT ON FUNCTION prompt_mgr.mcp_get_prompt(text, jsonb, text) IS
'The answer to prompts/get of the Model Context Protocol: a prompt rendered with its arguments.
A message of role system or another that the protocol does not know becomes one of the user. Errors as for render_prompt().';
