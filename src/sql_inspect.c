/*
 * sql_inspect.c
 *		SQL-callable looking into templates: findings, variables, schema.
 *
 * validate_template() does not go through the cache, which keeps neither
 * warnings nor errors.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "pm_catalog.h"
#include "pm_error.h"
#include "pm_render.h"
#include "pm_row.h"
#include "pm_schema.h"
#include "pm_validate.h"

static void add_finding(PmRow *row, const PmError *finding);
static void add_variable(PmRow *row, const PmVariable *variable);
static Datum filter_names(uint64 filters);

/* validate_template(template text, options jsonb) -> setof record */
PM_FUNCTION(prompt_mgr_validate_template);
Datum
prompt_mgr_validate_template(PG_FUNCTION_ARGS)
{
	text	   *source;
	PmSettings	settings;
	PmCompileResult result;
	PmRow		row;

	if (PG_ARGISNULL(0))
		pm_bad_argument("template", "must not be null");
	source = PG_GETARG_TEXT_PP(0);
	pm_read_settings(NULL, NULL, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1), &settings);
	pm_row_begin_set(&row, fcinfo);
	pm_validate(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), &settings, &result);
	for (int i = 0; i < result.ndiags; i++)
		add_finding(&row, &result.diags[i]);
	return (Datum) 0;
}

/* template_variables(template text, format text) -> setof record */
PM_FUNCTION(prompt_mgr_template_variables);
Datum
prompt_mgr_template_variables(PG_FUNCTION_ARGS)
{
	PmArena		arena = {.alloc = pm_arena_palloc};
	char	   *format = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	text	   *source;
	PmSettings	settings;
	const PmProgram *program;
	const PmVariable *variables;
	uint32_t	n;
	PmRow		row;

	if (PG_ARGISNULL(0))
		pm_bad_argument("template", "must not be null");
	source = PG_GETARG_TEXT_PP(0);
	pm_read_settings(format, NULL, NULL, &settings);
	program = pm_compile(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), &settings.compile, NULL);
	variables = pm_tmpl_variables(program, settings.compile.char_len, &arena, &n);
	pm_row_begin_set(&row, fcinfo);
	for (uint32_t i = 0; i < n; i++)
		add_variable(&row, &variables[i]);
	return (Datum) 0;
}

/* prompt_schema(name text, version int, label text) -> jsonb */
PM_FUNCTION(prompt_mgr_prompt_schema);
Datum
prompt_mgr_prompt_schema(PG_FUNCTION_ARGS)
{
	PmWanted	wanted;
	PmVersion	version;

	pm_get_wanted(fcinfo, 0, 1, 2, &wanted);
	pm_load_version(&wanted, &version);
	PG_RETURN_JSONB_P(pm_schema_build(wanted.name, &version));
}

/*
 * _variable_schema(template text, messages jsonb, variables jsonb, format text,
 *					escape text) -> jsonb
 *
 * The schema of a version that may not be stored yet.
 */
PM_FUNCTION(prompt_mgr_variable_schema);
Datum
prompt_mgr_variable_schema(PG_FUNCTION_ARGS)
{
	PmVersion	version = {0};
	Datum		content[4] = {0};

	for (int i = 0; i < 3; i++)
		if (!PG_ARGISNULL(i))
			content[i] = PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(i)));
	pm_set_content(&version, content);
	version.format = PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3));
	version.escape = PG_ARGISNULL(4) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(4));
	PG_RETURN_JSONB_P(pm_schema_build("", &version));
}

static void
add_finding(PmRow *row, const PmError *finding)
{
	pm_row_int32(row, (int32) finding->line);
	pm_row_int32(row, (int32) finding->column);
	pm_row_text(row, finding->severity == PM_SEV_ERROR ? "error" : "warning");
	pm_row_text(row, finding->code);
	pm_row_text(row, finding->message);
	pm_row_text(row, finding->hint[0] != '\0' ? finding->hint : NULL);
	pm_row_next(row);
}

static void
add_variable(PmRow *row, const PmVariable *variable)
{
	pm_row_datum(row, PointerGetDatum(cstring_to_text_with_len(variable->path, variable->path_len)));
	pm_row_text(row, pm_var_kind_name(variable->kind));
	pm_row_text(row, variable->parent_len > 0 ? pnstrdup(variable->parent, variable->parent_len) : NULL);
	pm_row_int32(row, (int32) variable->depth);
	pm_row_bool(row, variable->guarded);
	pm_row_bool(row, variable->has_default);
	pm_row_datum(row, filter_names(variable->filters));
	pm_row_int32(row, (int32) variable->occurrences);
	pm_row_int32(row, (int32) variable->first_line);
	pm_row_int32(row, (int32) variable->first_column);
	pm_row_next(row);
}

/* text[] of the names of the filters whose bits are set, in the bits' order */
static Datum
filter_names(uint64 filters)
{
	Datum		names[64];
	int			n = 0;

	for (uint32_t i = 0; i < 64 && pm_filter_name(i) != NULL; i++)
		if (filters & UINT64CONST(1) << i)
			names[n++] = CStringGetTextDatum(pm_filter_name(i));
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}
