/*
 * pm_fetch.h
 *		The fast way to a row by its key.  Include it after postgres.h.
 */
#ifndef PM_FETCH_H
#define PM_FETCH_H

#include "pm_catalog.h"
#include "pm_table.h"

typedef enum PmFetched
{
	PM_FETCHED_ROW,
	PM_FETCHED_NONE,			/* there is no such row */
	PM_FETCHED_UNKNOWN			/* the executor has to be asked */
} PmFetched;

/*
 * Reads the row with these keys, after skipping some, through the statement's
 * snapshot; values are detoasted copies.
 */
extern PmFetched pm_fetch_row(PmTable *table, const Datum *keys, int skip, PmQueryRow *row);

/* May the caller read the whole table, whatever its rows? */
extern bool pm_fetch_may_read(PmTable *table);

/*
 * Reads a version by number or by label straight through the indexes.  False
 * where it was not found, or where reading it so could pass by a rule that the
 * executor keeps; the caller then asks by query.
 */
extern bool pm_fetch_version(const PmWanted *wanted, PmVersion *result);

#endif							/* PM_FETCH_H */
