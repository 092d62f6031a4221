/*
 * pm_targeting.h
 *		Targeting rules of experiments.  Include it after postgres.h.
 */
#ifndef PM_TARGETING_H
#define PM_TARGETING_H

#include "utils/jsonb.h"

/*
 * Whether attributes fulfil all rules, an array; 22023 for rules that cannot
 * be meant, whether or not they would have been reached.
 */
extern bool pm_targeting_matches(Jsonb *rules, Jsonb *attributes);

#endif							/* PM_TARGETING_H */
