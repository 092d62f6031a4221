/*
 * pm_render_error.c
 *		The core's errors as errors of the server.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/varlena.h"

#include "pm.h"
#include "pm_render.h"

/* Longer names are not compared when a misspelt one is guessed. */
#define MAX_GUESSED 255

static int	render_sqlstate(PmStatus status);
static void append_missing(StringInfo detail, const char *where, const PmMissing *missing);
static bool was_told(const PmRender *render, const PmMissing *missing);
static char *nearest_key(const PmMissing *missing, Jsonb *variables);

/* The first error; validate_template() lists them all. */
void
pm_raise_compile(const PmCompileResult *failure, const char *where)
{
	const PmError *error = failure->diags;
	const PmError *end = failure->diags + failure->ndiags;

	while (error < end && error->severity != PM_SEV_ERROR)
		error++;
	if (error == end)
		elog(ERROR, "template was refused without an error");
	ereport(ERROR,
			(errcode(error->status == PM_ERR_LIMIT ? PM_ERRCODE_LIMIT : ERRCODE_SYNTAX_ERROR),
			 errmsg("%s", error->message),
			 error->line > 0 ? errdetail("%s%sline %u, column %u", where != NULL ? where : "",
										 where != NULL ? ": " : "", error->line, error->column) : 0,
			 error->hint[0] != '\0' ? errhint("%s", error->hint) : 0));
	pg_unreachable();
}

void
pm_raise_render(const PmRender *render, PmStatus status, const PmRenderResult *result)
{
	const PmError *error = &result->error;

	ereport(ERROR,
			(errcode(render_sqlstate(status)),
			 render->name != NULL ? errmsg("prompt \"%s\": %s", render->name, error->message) :
			 errmsg("%s", error->message),
			 error->line > 0 ? errdetail("line %u, column %u", error->line, error->column) : 0,
			 error->hint[0] != '\0' ? errhint("%s", error->hint) : 0));
	pg_unreachable();
}

static int
render_sqlstate(PmStatus status)
{
	switch (status)
	{
		case PM_ERR_LIMIT:
			return PM_ERRCODE_LIMIT;
		case PM_ERR_PARTIAL_NOT_FOUND:
			return PM_ERRCODE_NOT_FOUND;
		case PM_ERR_UNSUPPORTED:
			return ERRCODE_FEATURE_NOT_SUPPORTED;
		default:
			return ERRCODE_INVALID_PARAMETER_VALUE;
	}
}

/* PM001 with every missing path, so that a caller mends them in one go. */
void
pm_raise_missing(const PmRender *render)
{
	StringInfoData paths;
	StringInfoData detail;
	char	   *hint = NULL;
	int			n = 0;
	ListCell   *cell;

	initStringInfo(&paths);
	initStringInfo(&detail);
	foreach(cell, render->missing)
	{
		const PmMissingIn *in = lfirst(cell);

		for (uint32 i = 0; i < in->n; i++)
		{
			const PmMissing *missing = &in->missing[i];

			appendStringInfoString(&detail, detail.len > 0 ? ", " : "");
			append_missing(&detail, in->where, missing);
			if (was_told(render, missing))
				continue;
			appendStringInfo(&paths, "%s\"%.*s\"", n++ > 0 ? ", " : "",
							 (int) missing->path_len, missing->path);
			if (hint == NULL)
				hint = nearest_key(missing, render->variables);
		}
	}
	if (hint == NULL)
		hint = "Give them in variables, or choose on_missing \"empty\" or \"keep\" in options.";
	ereport(ERROR,
			(errcode(PM_ERRCODE_MISSING_VARIABLES),
			 errmsg("%s%s%s%d variable%s missing: %s",
					render->name != NULL ? "prompt \"" : "", render->name != NULL ? render->name : "",
					render->name != NULL ? "\": " : "", n, n == 1 ? " is" : "s are", paths.data),
			 errdetail_internal("[%s]", detail.data),
			 errhint("%s", hint)));
	pg_unreachable();
}

/* Is the path missing in an earlier text already? */
static bool
was_told(const PmRender *render, const PmMissing *missing)
{
	ListCell   *cell;

	foreach(cell, render->missing)
	{
		const PmMissingIn *in = lfirst(cell);

		for (uint32 i = 0; i < in->n; i++)
		{
			const PmMissing *other = &in->missing[i];

			if (other == missing)
				return false;
			if (other->path_len == missing->path_len &&
				memcmp(other->path, missing->path, missing->path_len) == 0)
				return true;
		}
	}
	return false;
}

static void
append_missing(StringInfo detail, const char *where, const PmMissing *missing)
{
	appendStringInfoString(detail, "{\"path\": ");
	escape_json(detail, pnstrdup(missing->path, missing->path_len));
	if (missing->partial != NULL)
	{
		appendStringInfoString(detail, ", \"partial\": ");
		escape_json(detail, pnstrdup(missing->partial, missing->partial_len));
	}
	if (where != NULL)
	{
		appendStringInfoString(detail, ", \"in\": ");
		escape_json(detail, where);
	}
	if (missing->line > 0)
		appendStringInfo(detail, ", \"line\": %u, \"column\": %u", missing->line, missing->column);
	appendStringInfoString(detail, ", \"required\": true}");
}

/* The key that was given and is spelt most like the path. */
static char *
nearest_key(const PmMissing *missing, Jsonb *variables)
{
	int			limit = 1 + (int) missing->path_len / 4;
	int			best = limit + 1;
	char	   *hint = NULL;
	JsonbIterator *walk;
	JsonbValue	key;
	JsonbIteratorToken token;

	if (!JB_ROOT_IS_OBJECT(variables) || missing->path_len > MAX_GUESSED)
		return NULL;
	walk = JsonbIteratorInit(&variables->root);
	while ((token = JsonbIteratorNext(&walk, &key, true)) != WJB_DONE)
	{
		int			distance;

		if (token != WJB_KEY || key.val.string.len > MAX_GUESSED)
			continue;
		distance = varstr_levenshtein_less_equal(missing->path, (int) missing->path_len,
												 key.val.string.val, key.val.string.len,
												 1, 1, 1, limit, true);
		if (distance > 0 && distance < best)
		{
			best = distance;
			hint = psprintf("\"%s\" was given; perhaps \"%s\" is misspelt.",
							pnstrdup(key.val.string.val, key.val.string.len),
							pnstrdup(missing->path, missing->path_len));
		}
	}
	return hint;
}
