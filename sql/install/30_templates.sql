-- Rendering.

CREATE FUNCTION prompt_mgr.render_template(
	template text,
	variables jsonb DEFAULT '{}',
	options jsonb DEFAULT '{}')
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'prompt_mgr_render_template';

COMMENT ON FUNCTION prompt_mgr.render_template(text, jsonb, jsonb) IS
'Renders a template with variables.
options: format (prompt, mustache, text), escape (none, html, json, xml), on_missing (error, empty, keep), on_extra (ignore, notice, error), keep_blocks, dynamic_names, partials (an object, name to template), declared (an object, name to declaration), limits (an object that lowers the settings prompt_mgr.max_...: template_bytes, block_depth, tag_bytes, path_segments, tag_filters, ops, partial_depth, partial_calls, iterations, fuel, output_bytes, work_bytes, json_depth). Settings decide about errors alone, never about the text, so the function is IMMUTABLE. Values are inserted once and never scanned again; format prompt escapes nothing unless told to. Errors: 42601 template syntax with line and column, PM001 with all missing variables in DETAIL, PM003 with all values that are not as declared, PM002 with all that nothing asks for, PT404 a missing partial, PT413 a limit, 22023 wrong options.';

CREATE FUNCTION prompt_mgr.render_prompt(
	name text,
	variables jsonb DEFAULT '{}',
	version integer DEFAULT NULL,
	label text DEFAULT NULL,
	options jsonb DEFAULT '{}')
RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'prompt_mgr_render_prompt';

COMMENT ON FUNCTION prompt_mgr.render_prompt(text, jsonb, integer, text, jsonb) IS
'Renders a stored text prompt: the holder of label production, or of another label, or a version by number.
variables is a JSON object; options as for render_template, over what is stored with the version. Errors as for render_template, PM004 and PM005 where the text breaks the prompt''s constraints, and PT404 where prompt, version or label does not exist or is not visible, 22023 where both version and label are given, PT409 for a chat prompt.';

CREATE FUNCTION prompt_mgr.render_messages(
	name text,
	variables jsonb DEFAULT '{}',
	version integer DEFAULT NULL,
	label text DEFAULT NULL,
	options jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'prompt_mgr_render_messages';

COMMENT ON FUNCTION prompt_mgr.render_messages(text, jsonb, integer, text, jsonb) IS
'Renders a stored chat prompt into a JSON array of messages.
Every string of a message is a template of its own; a string that is one tag with the filter value, or an object {"$var": "path"}, becomes the JSON value itself. A placeholder {"type": "placeholder", "name": "history", "required": false, "max": 20} is replaced by the last messages of that variable, untouched. A message with "if" is left out where its condition is false. Arguments and errors as for render_prompt, and PM003 for a placeholder''s value that is no array of messages, PT413 for more than 1000 messages, PT409 for a text prompt.';

CREATE FUNCTION prompt_mgr._check_content(
	template text, messages jsonb, variables jsonb, config jsonb, constraints jsonb,
	format text, escape text, restored boolean)
RETURNS void
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_check_content';

COMMENT ON FUNCTION prompt_mgr._check_content(text, jsonb, jsonb, jsonb, jsonb, text, text, boolean) IS
'internal: raises the error of a version''s content, if it has one';
