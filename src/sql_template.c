/*
 * sql_template.c
 *		SQL-callable rendering.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm_catalog.h"
#include "pm_chat.h"
#include "pm_constraint.h"
#include "pm_error.h"
#include "pm_jsonb.h"
#include "pm_render.h"

static void begin_stored(FunctionCallInfo fcinfo, PmWanted *wanted, PmVersion *version,
						 PmSettings *settings, PmRender *render);
static Jsonb *empty_object(void);

/* render_template(template text, variables jsonb, options jsonb) -> text */
PM_FUNCTION(prompt_mgr_render_template);
Datum
prompt_mgr_render_template(PG_FUNCTION_ARGS)
{
	text	   *source;
	text	   *result;
	PmSettings	settings;
	PmRender	render;

	if (PG_ARGISNULL(0))
		pm_bad_argument("template", "must not be null");
	source = PG_GETARG_TEXT_PP(0);
	pm_read_settings(NULL, NULL, PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2), &settings);
	pm_render_begin(&render, NULL, NULL, NULL,
					PG_ARGISNULL(1) ? empty_object() : pm_jsonb_argument(PG_GETARG_JSONB_P(1)),
					&settings);
	result = pm_render_text(&render, VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	pm_render_end(&render);
	PG_RETURN_TEXT_P(result);
}

/*
 * render_prompt(name text, variables jsonb, version int, label text,
 *				 options jsonb) -> text
 */
PM_FUNCTION(prompt_mgr_render_prompt);
Datum
prompt_mgr_render_prompt(PG_FUNCTION_ARGS)
{
	PmWanted	wanted;
	PmVersion	version;
	PmSettings	settings;
	PmRender	render;
	text	   *result;

	begin_stored(fcinfo, &wanted, &version, &settings, &render);
	if (version.template == NULL)
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("prompt \"%s\" is a chat prompt", wanted.name),
				 errhint("Use render_messages().")));
	result = pm_render_text(&render, VARDATA_ANY(version.template), VARSIZE_ANY_EXHDR(version.template));
	pm_render_end(&render);
	if (version.constraints != NULL)
		pm_constraint_check_output(wanted.name, version.constraints,
								   VARDATA_ANY(result), VARSIZE_ANY_EXHDR(result));
	PG_RETURN_TEXT_P(result);
}

/*
 * render_messages(name text, variables jsonb, version int, label text,
 *				   options jsonb) -> jsonb
 */
PM_FUNCTION(prompt_mgr_render_messages);
Datum
prompt_mgr_render_messages(PG_FUNCTION_ARGS)
{
	PmWanted	wanted;
	PmVersion	version;
	PmSettings	settings;
	PmRender	render;
	Jsonb	   *result;

	begin_stored(fcinfo, &wanted, &version, &settings, &render);
	if (version.messages == NULL)
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("prompt \"%s\" is a text prompt", wanted.name),
				 errhint("Use render_prompt().")));
	result = pm_render_chat(&render, version.messages);
	pm_render_end(&render);
	if (version.constraints != NULL)
		pm_constraint_check_messages(wanted.name, version.constraints, result);
	PG_RETURN_JSONB_P(result);
}

/* What both ways to render a stored prompt begin with; the arguments are alike. */
static void
begin_stored(FunctionCallInfo fcinfo, PmWanted *wanted, PmVersion *version,
			 PmSettings *settings, PmRender *render)
{
	Jsonb	   *variables = PG_ARGISNULL(1) ? empty_object() :
		pm_jsonb_object_argument(PG_GETARG_JSONB_P(1), "variables");

	pm_get_wanted(fcinfo, 0, 2, 3, wanted);
	pm_load_version(wanted, version);
	pm_read_settings(version->format, version->escape,
					 PG_ARGISNULL(4) ? NULL : PG_GETARG_JSONB_P(4), settings);
	if (settings->declarations != NULL)
		pm_bad_argument("options.declared", "must not be given for a stored prompt, which has its own");
	settings->declarations = version->declarations;
	settings->constraints = version->constraints;
	pm_render_begin(render, wanted->name, wanted->label, &version->version_id, variables, settings);
}

static Jsonb *
empty_object(void)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
}
