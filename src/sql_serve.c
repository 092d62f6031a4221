/*
 * sql_serve.c
 *		Serving a prompt to a unit: variant chosen, version resolved, text
 *		rendered and exposure recorded in one call.
 *
 * Which variant that is, pm_assign.c says; version and label are read through
 * the same snapshot, the statement's.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "pm_assign.h"
#include "pm_catalog.h"
#include "pm_chat.h"
#include "pm_constraint.h"
#include "pm_error.h"
#include "pm_jsonb.h"
#include "pm_render.h"
#include "pm_row.h"
#include "pm_targeting.h"
#include "pm_uuid.h"

#define EQ " OPERATOR(pg_catalog.=) "

/* Both are keys of an index, whose rows have a limit. */
#define MAX_UNIT_BYTES 1024

static PmQuery experiment_query = {
	"SELECT e.prompt, e.label FROM prompt_mgr.experiment AS e WHERE e.name" EQ "$1",
	1, {TEXTOID}
};

static Datum serve(FunctionCallInfo fcinfo, bool record, bool logged, Datum label, Jsonb *options);
static void set_wanted(PmWanted *wanted, Datum prompt, Datum label, const PmAssignment *a);
static void render(const PmWanted *wanted, PmVersion *version, Jsonb *variables,
				   Jsonb *options, PmRow *row);
static Datum text_argument(FunctionCallInfo fcinfo, int number, const char *name);
static Datum unit_argument(FunctionCallInfo fcinfo, int number);
static Jsonb *attributes_argument(FunctionCallInfo fcinfo, int number);
static Jsonb *empty_object(void);

/* matches_targeting(rules jsonb, attributes jsonb) -> boolean */
PM_FUNCTION(prompt_mgr_matches_targeting);
Datum
prompt_mgr_matches_targeting(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		pm_bad_argument("targeting", "must not be null");
	PG_RETURN_BOOL(pm_targeting_matches(PG_GETARG_JSONB_P(0),
										PG_ARGISNULL(1) ? empty_object() : PG_GETARG_JSONB_P(1)));
}

/* assign_variant(experiment text, unit text, attributes jsonb) -> text */
PM_FUNCTION(prompt_mgr_assign_variant);
Datum
prompt_mgr_assign_variant(PG_FUNCTION_ARGS)
{
	Datum		name = text_argument(fcinfo, 0, "experiment");
	Datum		unit = unit_argument(fcinfo, 1);
	PmQueryRow	row;
	PmAssignment a;

	if (!pm_query(&experiment_query, &name, &row))
		ereport(ERROR,
				(errcode(PM_ERRCODE_NOT_FOUND),
				 errmsg("experiment \"%s\" does not exist or is not visible", TextDatumGetCString(name))));
	pm_assign(row.values[0], row.values[1], unit, attributes_argument(fcinfo, 2), &a);
	/* Another one, of higher priority, may have the unit. */
	if (!a.found || !DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, a.experiment, name)))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(a.key);
}

/*
 * serve_prompt(name text, unit text, variables jsonb, attributes jsonb,
 *				record boolean, label text, options jsonb) -> row
 */
PM_FUNCTION(prompt_mgr_serve_prompt);
Datum
prompt_mgr_serve_prompt(PG_FUNCTION_ARGS)
{
	return serve(fcinfo, PG_ARGISNULL(4) || PG_GETARG_BOOL(4), true,
				 text_argument(fcinfo, 5, "label"),
				 PG_ARGISNULL(6) ? NULL : PG_GETARG_JSONB_P(6));
}

/*
 * preview_prompt(name text, unit text, variables jsonb, attributes jsonb,
 *				  label text, options jsonb) -> row
 */
PM_FUNCTION(prompt_mgr_preview_prompt);
Datum
prompt_mgr_preview_prompt(PG_FUNCTION_ARGS)
{
	return serve(fcinfo, false, false, text_argument(fcinfo, 4, "label"),
				 PG_ARGISNULL(5) ? NULL : PG_GETARG_JSONB_P(5));
}

static Datum
serve(FunctionCallInfo fcinfo, bool record, bool logged, Datum label, Jsonb *options)
{
	Datum		name = text_argument(fcinfo, 0, "name");
	Datum		unit = unit_argument(fcinfo, 1);
	Jsonb	   *variables = PG_ARGISNULL(2) ? empty_object() :
		pm_jsonb_object_argument(PG_GETARG_JSONB_P(2), "variables");
	PmAssignment a;
	PmWanted	wanted;
	PmVersion	version;
	PmRow		row;
	pg_uuid_t	uuids[2];		/* of exposure and execution */

	if (logged)
		pm_uuid_make(uuids, lengthof(uuids));
	pm_assign(name, label, unit, attributes_argument(fcinfo, 3), &a);
	if (a.found && record)
		pm_expose(unit, UUIDPGetDatum(&uuids[0]), &a);
	set_wanted(&wanted, name, label, &a);
	pm_load_version(&wanted, &version);

	pm_row_begin(&row, fcinfo);
	pm_row_text(&row, wanted.name);
	pm_row_int32(&row, version.version);
	pm_row_datum(&row, UUIDPGetDatum(&version.version_id));
	pm_row_datum(&row, label);
	pm_row_text(&row, a.found ? TextDatumGetCString(a.experiment) : NULL);
	pm_row_text(&row, a.found ? TextDatumGetCString(a.key) : NULL);
	if (a.found && logged && a.exposure_id != (Datum) 0)
		pm_row_datum(&row, a.exposure_id);
	else
		pm_row_null(&row);
	if (logged)
		pm_row_datum(&row, UUIDPGetDatum(&uuids[1]));
	else
		pm_row_null(&row);
	render(&wanted, &version, variables, options, &row);
	return pm_row_end(&row);
}

/* The version that the unit gets. */
static void
set_wanted(PmWanted *wanted, Datum prompt, Datum label, const PmAssignment *a)
{
	memset(wanted, 0, sizeof(*wanted));
	wanted->name_text = DatumGetTextPP(a->found ? a->prompt : prompt);
	wanted->name = text_to_cstring(wanted->name_text);
	wanted->prompt_id = a->found ? a->prompt_id : (Datum) 0;
	if (a->found && a->version != (Datum) 0)
		wanted->version = DatumGetInt32(a->version);
	else
		wanted->label = TextDatumGetCString(a->found ? a->label : label);
}

/* Sets the columns from text on. */
static void
render(const PmWanted *wanted, PmVersion *version, Jsonb *variables, Jsonb *options, PmRow *row)
{
	PmSettings	settings;
	PmRender	render;
	text	   *rendered = NULL;
	Jsonb	   *messages = NULL;
	int32		tokens;

	pm_read_settings(version->format, version->escape, options, &settings);
	if (settings.declarations != NULL)
		pm_bad_argument("options.declared", "must not be given for a stored prompt, which has its own");
	settings.declarations = version->declarations;
	settings.constraints = version->constraints;
	pm_render_begin(&render, wanted->name, wanted->label, &version->version_id, variables, &settings);
	if (version->template != NULL)
		rendered = pm_render_text(&render, VARDATA_ANY(version->template), VARSIZE_ANY_EXHDR(version->template));
	else
		messages = pm_render_chat(&render, version->messages);
	pm_render_end(&render);
	if (rendered != NULL)
	{
		if (version->constraints != NULL)
			pm_constraint_check_output(wanted->name, version->constraints,
									   VARDATA_ANY(rendered), VARSIZE_ANY_EXHDR(rendered));
		pm_row_datum(row, PointerGetDatum(rendered));
		pm_row_null(row);
	}
	else
	{
		if (version->constraints != NULL)
			pm_constraint_check_messages(wanted->name, version->constraints, messages);
		pm_row_null(row);
		pm_row_datum(row, JsonbPGetDatum(messages));
	}
	pm_row_datum(row, JsonbPGetDatum(version->config));
	tokens = pm_constraint_count_tokens(version->constraints, rendered, messages);
	if (tokens >= 0)
		pm_row_int32(row, tokens);
	else
		pm_row_null(row);
}

static Datum
text_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		pm_bad_argument(name, "must not be null");
	return PointerGetDatum(PG_GETARG_TEXT_PP(number));
}

/* 0 for NULL, a unit that is in no experiment. */
static Datum
unit_argument(FunctionCallInfo fcinfo, int number)
{
	text	   *unit;

	if (PG_ARGISNULL(number))
		return (Datum) 0;
	unit = PG_GETARG_TEXT_PP(number);
	if (VARSIZE_ANY_EXHDR(unit) > MAX_UNIT_BYTES)
		pm_bad_argument("unit", "must have at most 1024 bytes");
	return PointerGetDatum(unit);
}

static Jsonb *
attributes_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? empty_object() :
		pm_jsonb_object_argument(PG_GETARG_JSONB_P(number), "attributes");
}

static Jsonb *
empty_object(void)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
}
