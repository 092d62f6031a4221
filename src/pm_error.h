/*
 * pm_error.h
 *		Errors that several files raise.  Include it after postgres.h.
 */
#ifndef PM_ERROR_H
#define PM_ERROR_H

#include "pm.h"
#include "pm_stat_types.h"

/*
 * Raises 22023: message "<path> <reason>", DETAIL [{"path", "reason"}].  Both
 * are literals or identifiers, never user text.
 */
pg_noreturn extern void pm_bad_argument(const char *path, const char *reason);

/* The same for the value of a variable, with PM003. */
pg_noreturn extern void pm_bad_variable(const char *path, const char *reason);

/* Raises 22023 where the statistics core refuses an argument, 22003 where it overflows. */
extern void pm_stat_check(PmStatStatus status);

#endif							/* PM_ERROR_H */
