/*
 * pm_fetch.h
 *		The fast way to a version's row.  Include it after postgres.h.
 */
#ifndef PM_FETCH_H
#define PM_FETCH_H

#include "pm_catalog.h"

/*
 * Reads a version by number or by label straight through the indexes.  False
 * where it was not found, or where reading it so could pass by a rule that the
 * executor keeps; the caller then asks by query.
 */
extern bool pm_fetch_version(const PmWanted *wanted, PmVersion *result);

#endif							/* PM_FETCH_H */
