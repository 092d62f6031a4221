/*
 * pm_rules.h
 *		Rules of a prompt, read once: the cache of what was read from a jsonb
 *		object.  Include it after postgres.h.
 */
#ifndef PM_RULES_H
#define PM_RULES_H

#include "utils/jsonb.h"

#include "pm_problem.h"

/* One reading; what is read is allocated in the current memory context. */
typedef struct PmRulesReader
{
	const char *path;			/* of the object, begins every path told */
	PmProblems	problems;
	size_t		size;			/* of what is held outside of memory contexts */
	MemoryContext scratch;		/* dropped after the reading */
} PmRulesReader;

/* Reads the object; its result may point into it. */
typedef void *(*PmRulesRead) (PmRulesReader *reader, Jsonb *object);

/* Kinds of rules: the same text read as another kind is another entry. */
typedef enum PmRulesKind
{
	PM_RULES_DECLARATIONS,
	PM_RULES_CONSTRAINTS
} PmRulesKind;

/*
 * What read() makes of a copy of the object, now or before.  Raises 22023 with
 * all problems that read() tells.  It lives until the memory context pin is
 * reset or deleted; where pin is NULL, until the next call.
 */
extern void *pm_rules_get(PmRulesKind kind, Jsonb *object, const char *path,
						  PmRulesRead read, MemoryContext pin);

/* ---- help for reading ---- */

/* Adds a problem at path.member.key; member and key may be NULL. */
extern void pm_rules_problem(PmRulesReader *reader, const JsonbValue *member,
							 const char *key, const char *reason);

/* An integer from min to max, or the fallback and a problem. */
extern int64 pm_rules_integer(PmRulesReader *reader, const JsonbValue *member, const char *key,
							  const JsonbValue *value, int64 min, int64 max, int64 fallback);

/* True or false; false with a problem for anything else. */
extern bool pm_rules_flag(PmRulesReader *reader, const JsonbValue *member, const char *key,
						  const JsonbValue *value);

/*
 * The elements of an array of strings that are not empty; palloc'd, *n of them.
 * 0 with a problem for anything else.
 */
extern JsonbValue *pm_rules_strings(PmRulesReader *reader, const JsonbValue *member, const char *key,
									const JsonbValue *value, int *n);

/* A jsonb string that is this word. */
extern bool pm_rules_is(const JsonbValue *value, const char *word);

/* A NUL-terminated copy of a jsonb string. */
extern char *pm_rules_cstring(const JsonbValue *value);

#endif							/* PM_RULES_H */
