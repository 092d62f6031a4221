/*
 * pm_fetch.h
 *		The fast way to a row by its key.  Include it after postgres.h.
 */
#ifndef PM_FETCH_H
#define PM_FETCH_H

#include "pm_catalog.h"

#define PM_FETCH_MAX_KEYS 2

/* A column as init() makes it. */
typedef struct PmFetchColumn
{
	AttrNumber	number;
	const char *name;
	Oid			type;
} PmFetchColumn;

/*
 * A table, the index to find rows by, and the columns to read.  The keys are
 * the index's first columns: all of them in a unique index; in a partial one
 * there may be more, by which rows are ordered.
 */
typedef struct PmFetchTable
{
	const char *name;
	const char *index;
	bool		partial;
	int			nkeys;
	PmFetchColumn keys[PM_FETCH_MAX_KEYS];
	int			ncolumns;
	PmFetchColumn columns[PM_QUERY_MAX_COLUMNS];
	bool		mostly_empty;	/* its size is worth asking before a scan */

	/* What the names stand for, once looked up; valid for a generation. */
	uint64		generation;
	Oid			heap_oid;
	Oid			index_oid;
} PmFetchTable;

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
extern PmFetched pm_fetch_row(PmFetchTable *table, const Datum *keys, int skip, PmQueryRow *row);

/*
 * Reads a version by number or by label straight through the indexes.  False
 * where it was not found, or where reading it so could pass by a rule that the
 * executor keeps; the caller then asks by query.
 */
extern bool pm_fetch_version(const PmWanted *wanted, PmVersion *result);

#endif							/* PM_FETCH_H */
