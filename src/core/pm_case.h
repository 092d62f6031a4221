/*
 * pm_case.h
 *		Upper and lower case of single characters.
 *
 * The same on every server and in every locale: simple case mapping, one code
 * point to one, from generated tables.
 */
#ifndef PM_CASE_H
#define PM_CASE_H

#include "pm_core.h"

/* Code points first, first + step, ... last map to themselves plus delta. */
typedef struct PmCaseRange
{
	uint32_t	first;
	uint32_t	last;
	uint32_t	step;
	int32_t		delta;
} PmCaseRange;

extern const PmCaseRange pm_case_upper[];
extern const uint32_t pm_case_upper_n;
extern const PmCaseRange pm_case_lower[];
extern const uint32_t pm_case_lower_n;

extern uint32_t pm_to_upper(uint32_t cp);
extern uint32_t pm_to_lower(uint32_t cp);

/* Unicode's White_Space property. */
extern bool pm_is_white(uint32_t cp);

#endif							/* PM_CASE_H */
