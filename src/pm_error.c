/*
 * pm_error.c
 *		Errors that several files raise.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/json.h"

#include "pm_error.h"

pg_noreturn static void raise(int sqlstate, const char *path, const char *reason);
static const char *status_argument(PmStatStatus status);

void
pm_bad_argument(const char *path, const char *reason)
{
	raise(ERRCODE_INVALID_PARAMETER_VALUE, path, reason);
}

void
pm_bad_variable(const char *path, const char *reason)
{
	raise(PM_ERRCODE_INVALID_VALUES, path, reason);
}

static void
raise(int sqlstate, const char *path, const char *reason)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfoString(&detail, "[{\"path\": ");
	escape_json(&detail, path);
	appendStringInfoString(&detail, ", \"reason\": ");
	escape_json(&detail, reason);
	ereport(ERROR,
			(errcode(sqlstate),
			 errmsg("%s %s", path, reason),
			 errdetail_internal("%s}]", detail.data)));
	pg_unreachable();
}

void
pm_stat_check(PmStatStatus status)
{
	if (status != PM_STAT_OK)
		ereport(ERROR,
				(errcode(status == PM_STAT_OVERFLOW ? ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE :
						 ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", pm_stat_status_text(status)),
				 errdetail("[{\"path\": \"%s\", \"reason\": \"%s\"}]",
						   status_argument(status), pm_stat_status_text(status))));
}

/* The argument, or group of arguments, that a status speaks of. */
static const char *
status_argument(PmStatStatus status)
{
	switch (status)
	{
		case PM_STAT_BAD_ALPHA:
			return "alpha";
		case PM_STAT_BAD_LEVEL:
			return "level";
		case PM_STAT_BAD_MARGIN:
			return "margin";
		case PM_STAT_BAD_WEIGHT:
			return "weights";
		case PM_STAT_BAD_PRIOR:
			return "prior";
		case PM_STAT_BAD_PROBABILITY:
			return "probability";
		case PM_STAT_BAD_POWER:
			return "power";
		case PM_STAT_BAD_PLAN:
			return "plan";
		case PM_STAT_BAD_MOMENT:
			return "moments";
		case PM_STAT_BAD_FRACTION:
			return "fractions";
		case PM_STAT_OVERFLOW:
			return "values";
		default:
			return "counts";
	}
}
