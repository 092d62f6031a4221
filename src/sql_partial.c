/*
 * sql_partial.c
 *		Which other prompts a prompt's texts use as partials.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "pm_chat.h"
#include "pm_error.h"
#include "pm_render.h"

typedef struct PartialRows
{
	ReturnSetInfo *set;
	const PmCompileOptions *options;
} PartialRows;

static void add_partials(void *ctx, const char *where, const char *src, size_t len);

/*
 * _partials(template text, messages jsonb, format text)
 *		-> setof (name text, version int, label text)
 *
 * One row per reference; a name that is a value, and so not known before the
 * rendering, gives none.
 */
PM_FUNCTION(prompt_mgr_partials);
Datum
prompt_mgr_partials(PG_FUNCTION_ARGS)
{
	PmSettings	settings;
	PartialRows rows;

	if (PG_ARGISNULL(2))
		pm_bad_argument("format", "must not be null");
	InitMaterializedSRF(fcinfo, 0);
	pm_read_settings(text_to_cstring(PG_GETARG_TEXT_PP(2)), NULL, NULL, &settings);
	rows.set = (ReturnSetInfo *) fcinfo->resultinfo;
	rows.options = &settings.compile;
	if (!PG_ARGISNULL(0))
	{
		text	   *source = PG_GETARG_TEXT_PP(0);

		add_partials(&rows, NULL, VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	}
	if (!PG_ARGISNULL(1))
		pm_chat_each_text(PG_GETARG_JSONB_P(1), add_partials, &rows);
	return (Datum) 0;
}

static void
add_partials(void *ctx, const char *where pg_attribute_unused(), const char *src, size_t len)
{
	PartialRows *rows = ctx;
	const PmProgram *program = pm_compile(src, len, rows->options, NULL);
	uint32_t	pos = 0;
	uint32_t	offset;
	bool		dynamic;
	PmPartialRef ref;

	while (pm_tmpl_next_partial(program, &pos, &ref, &dynamic, &offset))
	{
		Datum		values[3] = {0};
		bool		nulls[3] = {false, true, true};

		if (dynamic)
			continue;
		values[0] = PointerGetDatum(cstring_to_text_with_len(ref.name, (int) ref.name_len));
		if (ref.selector_kind == PM_SELECT_VERSION)
		{
			values[1] = Int32GetDatum(pg_strtoint32(pnstrdup(ref.selector, ref.selector_len)));
			nulls[1] = false;
		}
		else if (ref.selector_kind == PM_SELECT_LABEL)
		{
			values[2] = PointerGetDatum(cstring_to_text_with_len(ref.selector, (int) ref.selector_len));
			nulls[2] = false;
		}
		tuplestore_putvalues(rows->set->setResult, rows->set->setDesc, values, nulls);
	}
}
