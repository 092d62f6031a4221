-- Looking into templates without rendering them.

CREATE FUNCTION prompt_mgr.validate_template(
	template text,
	options jsonb DEFAULT '{}')
RETURNS TABLE (line integer, col integer, severity text, code text, message text, hint text)
LANGUAGE c STABLE PARALLEL SAFE COST 20 ROWS 5
AS 'MODULE_PATHNAME', 'prompt_mgr_validate_template';

COMMENT ON FUNCTION prompt_mgr.validate_template(text, jsonb) IS
'What is wrong with a template: up to 20 errors and warnings by place, none for a good one.
options as for render_template; where they name partials, missing, broken and circular ones are found too. line and col count from 1, in characters; severity is error or warning; code is a constant word for programs. A bad template is no error of the call; 22023 for wrong options.';

CREATE FUNCTION prompt_mgr.template_variables(
	template text,
	format text DEFAULT 'prompt')
RETURNS TABLE (path text, kind text, parent_path text, depth integer, guarded boolean, has_default boolean,
	filters text[], occurrences integer, first_line integer, first_column integer)
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20 ROWS 10
AS 'MODULE_PATHNAME', 'prompt_mgr_template_variables';

COMMENT ON FUNCTION prompt_mgr.template_variables(text, text) IS
'The variables that a template uses, by place: one row for each different path, kind and enclosing block.
path is seen from the root, a member of a list''s items is items[].name; kind is var, raw, section, inverted, if, each, with or partial; parent_path is the subject of the enclosing block; guarded: every use stands inside a condition on itself; has_default: a use has the filter default. What a block binds by "as" and @index are no variables. Settings decide about errors alone: 42601 where the template does not compile, PT413 where it passes a limit.';

CREATE FUNCTION prompt_mgr.prompt_schema(
	name text,
	version integer DEFAULT NULL,
	label text DEFAULT NULL)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'prompt_mgr_prompt_schema';

COMMENT ON FUNCTION prompt_mgr.prompt_schema(text, integer, text) IS
'JSON Schema (2020-12) of the variables that a stored prompt needs.
Declared variables are described as declared. What only the template tells is described as far as it does: nested paths as objects, the items of #each as objects in an array, placeholders of chat prompts as arrays of messages; required is what is always inserted and has no default. A section may as well be a condition as a list, so its type is left open. PT404 where prompt, version or label does not exist or is not visible, 22023 where both version and label are given.';
