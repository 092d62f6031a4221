/*
 * pm_pattern.h
 *		Patterns of prompt authors: PostgreSQL's regular expressions, within
 *		limits.  Include it after postgres.h.
 */
#ifndef PM_PATTERN_H
#define PM_PATTERN_H

#include "mb/pg_wchar.h"

typedef struct PmPattern PmPattern;

/* A text in the form that patterns are matched against. */
typedef struct PmSubject
{
	pg_wchar   *chars;
	size_t		len;
} PmSubject;

/*
 * A compiled pattern, in the current memory context, which frees what it holds
 * besides; NULL where it is refused, and then *reason tells why.
 */
extern PmPattern *pm_pattern_compile(const char *source, size_t len, char **reason);

/* Bytes that the pattern takes outside of memory contexts, roughly. */
extern size_t pm_pattern_size(const PmPattern *pattern);

/* NUL-terminated. */
extern const char *pm_pattern_source(const PmPattern *pattern);

/* palloc'd */
extern PmSubject pm_pattern_subject(const char *text, size_t len);

/* Place of the first match, in characters from 1 on; 0 where there is none. */
extern size_t pm_pattern_find(PmPattern *pattern, const PmSubject *subject);

#endif							/* PM_PATTERN_H */
