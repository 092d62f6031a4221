/*
 * pm_config.h
 *		The check of a version's config when it is saved.  Include it after
 *		postgres.h.
 */
#ifndef PM_CONFIG_H
#define PM_CONFIG_H

#include "utils/jsonb.h"

#include "pm.h"

/*
 * What models are commonly told by these names has the range that they take;
 * tools and response_format hold JSON schemas.  Other members are the team's
 * own.  Raises 22023 with all problems.
 */
extern void pm_config_check(Jsonb *config);

#endif							/* PM_CONFIG_H */
