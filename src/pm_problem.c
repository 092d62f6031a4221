/*
 * pm_problem.c
 *		Everything that is wrong, told in one error.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/json.h"

#include "pm_problem.h"

/* Of a value that is told in an error; it may be long, and not for a log. */
#define SHOWN_CHARACTERS 40

void
pm_problems_init(PmProblems *problems)
{
	problems->n = problems->npaths = 0;
	initStringInfo(&problems->detail);
	initStringInfo(&problems->first);
	initStringInfo(&problems->paths);
	initStringInfo(&problems->last_path);
}

void
pm_problem_add(PmProblems *problems, const char *path, const char *rule,
			   const char *given, const char *reason,...)
{
	StringInfoData text;
	int			needed;
	va_list		args;

	initStringInfo(&text);
	do
	{
		va_start(args, reason);
		needed = appendStringInfoVA(&text, reason, args);
		va_end(args);
		if (needed > 0)
			enlargeStringInfo(&text, needed);
	} while (needed > 0);

	appendStringInfoString(&problems->detail, problems->n > 0 ? ", {\"path\": " : "{\"path\": ");
	escape_json(&problems->detail, path);
	if (rule != NULL)
		appendStringInfo(&problems->detail, ", \"rule\": \"%s\"", rule);
	appendStringInfoString(&problems->detail, ", \"reason\": ");
	escape_json(&problems->detail, text.data);
	if (given != NULL)
	{
		int			len = strlen(given);
		int			shown = pg_mbcharcliplen(given, len, SHOWN_CHARACTERS);
		char	   *cut = pnstrdup(given, shown);

		appendStringInfoString(&problems->detail, ", \"value\": ");
		escape_json(&problems->detail, shown < len ? psprintf("%s...", cut) : cut);
	}
	appendStringInfoChar(&problems->detail, '}');

	if (problems->n == 0)
		appendStringInfo(&problems->first, "%s %s", path, text.data);
	if (problems->n == 0 || strcmp(problems->last_path.data, path) != 0)
	{
		appendStringInfo(&problems->paths, "%s\"%s\"", problems->npaths > 0 ? ", " : "", path);
		resetStringInfo(&problems->last_path);
		appendStringInfoString(&problems->last_path, path);
		problems->npaths++;
	}
	problems->n++;
}

void
pm_problems_raise(const PmProblems *problems)
{
	if (problems->n == 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", problems->first.data),
				 errdetail_internal("[%s]", problems->detail.data)));
	if (problems->n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s (and %d more)", problems->first.data, problems->n - 1),
				 errdetail_internal("[%s]", problems->detail.data)));
}

void
pm_problems_raise_values(const PmProblems *problems, const char *prompt)
{
	if (problems->n > 0)
		ereport(ERROR,
				(errcode(PM_ERRCODE_INVALID_VALUES),
				 errmsg("%s%s%s%d variable%s not valid: %s",
						prompt != NULL ? "prompt \"" : "", prompt != NULL ? prompt : "",
						prompt != NULL ? "\": " : "", problems->npaths,
						problems->npaths == 1 ? " is" : "s are", problems->paths.data),
				 errdetail_internal("[%s]", problems->detail.data)));
}
