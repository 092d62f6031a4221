/*
 * pm_problem.h
 *		Everything that is wrong, told in one error.  Include it after
 *		postgres.h.
 */
#ifndef PM_PROBLEM_H
#define PM_PROBLEM_H

#include "lib/stringinfo.h"

#include "pm.h"

/* Lives in the memory context that was current at pm_problems_init(). */
typedef struct PmProblems
{
	int			n;
	StringInfoData detail;		/* elements of a JSON array */
	StringInfoData first;		/* path and reason of the first one */
	StringInfoData paths;		/* all, quoted, each once where they follow */
	StringInfoData last_path;
	int			npaths;
} PmProblems;

extern void pm_problems_init(PmProblems *problems);

/*
 * Adds one: the place, the rule that is broken or NULL, what was given or
 * NULL, and the reason, which reads on from the path ("must be ...").  What was
 * given is cut to some 40 characters.
 */
extern void pm_problem_add(PmProblems *problems, const char *path, const char *rule,
						   const char *given, const char *reason,...) __attribute__((format(printf, 5, 6)));

/* Raises 22023 where there is one: message of the first, all in DETAIL. */
extern void pm_problems_raise(const PmProblems *problems);

/* Raises PM003 where there is one; prompt is NULL for a bare template. */
extern void pm_problems_raise_values(const PmProblems *problems, const char *prompt);

#endif							/* PM_PROBLEM_H */
