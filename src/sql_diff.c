/*
 * sql_diff.c
 *		SQL-callable differences of texts.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm_diff.h"
#include "pm_error.h"
#include "pm_render.h"
#include "pm_row.h"

#define MAX_TEXT (4 * 1024 * 1024)	/* as the longest template that can be saved */

static const char *kind_names[] = {"equal", "removed", "added"};

static size_t text_argument(FunctionCallInfo fcinfo, int number, const char *name, const char **data);
static bool *near_changes(const PmDiff *diff, size_t context);
static void add_line(PmRow *row, const PmDiffLine *line);

/* diff_text(old text, new text, context int) -> setof record */
PM_FUNCTION(prompt_mgr_diff_text);
Datum
prompt_mgr_diff_text(PG_FUNCTION_ARGS)
{
	PmArena		arena = {.alloc = pm_arena_palloc};
	const char *old_text;
	const char *new_text;
	size_t		old_len = text_argument(fcinfo, 0, "old", &old_text);
	size_t		new_len = text_argument(fcinfo, 1, "new", &new_text);
	bool	   *wanted = NULL;	/* NULL: all lines */
	PmDiff		diff;
	PmRow		row;

	if (!PG_ARGISNULL(2) && PG_GETARG_INT32(2) < 0)
		pm_bad_argument("context", "must be 0 or more");
	pm_diff(old_text, old_len, new_text, new_len, PM_DIFF_BUDGET, &arena, &diff);
	if (!PG_ARGISNULL(2))
		wanted = near_changes(&diff, (size_t) PG_GETARG_INT32(2));
	pm_row_begin_set(&row, fcinfo);
	for (size_t i = 0; i < diff.n; i++)
		if (wanted == NULL || wanted[i])
			add_line(&row, &diff.lines[i]);
	return (Datum) 0;
}

/* NULL is an empty text. */
static size_t
text_argument(FunctionCallInfo fcinfo, int number, const char *name, const char **data)
{
	text	   *value;

	*data = "";
	if (PG_ARGISNULL(number))
		return 0;
	value = PG_GETARG_TEXT_PP(number);
	if (VARSIZE_ANY_EXHDR(value) > MAX_TEXT)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("text \"%s\" is longer than %d bytes", name, MAX_TEXT)));
	*data = VARDATA_ANY(value);
	return VARSIZE_ANY_EXHDR(value);
}

/* Which lines have at most so many between themselves and a change. */
static bool *
near_changes(const PmDiff *diff, size_t context)
{
	bool	   *near = palloc0(diff->n + 1);
	size_t		left = 0;

	for (size_t i = 0; i < diff->n; i++)
	{
		if (diff->lines[i].kind != PM_DIFF_EQUAL)
			left = context + 1;
		near[i] = left > 0;
		left -= left > 0;
	}
	left = 0;
	for (size_t i = diff->n; i-- > 0;)
	{
		if (diff->lines[i].kind != PM_DIFF_EQUAL)
			left = context + 1;
		near[i] = near[i] || left > 0;
		left -= left > 0;
	}
	return near;
}

static void
add_line(PmRow *row, const PmDiffLine *line)
{
	pm_row_text(row, kind_names[line->kind]);
	if (line->kind == PM_DIFF_ADDED)
		pm_row_null(row);
	else
		pm_row_int32(row, (int32) line->old_line);
	if (line->kind == PM_DIFF_REMOVED)
		pm_row_null(row);
	else
		pm_row_int32(row, (int32) line->new_line);
	pm_row_datum(row, PointerGetDatum(cstring_to_text_with_len(line->text, (int) line->len)));
	pm_row_next(row);
}
