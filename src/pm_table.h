/*
 * pm_table.h
 *		Tables of ours that are read and written without a query.  Include it
 *		after postgres.h.
 */
#ifndef PM_TABLE_H
#define PM_TABLE_H

#include "access/skey.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"

#include "pm.h"

#define PM_TABLE_MAX_KEYS 3
#define PM_TABLE_MAX_COLUMNS 16

/* A column as init() makes it. */
typedef struct PmTableColumn
{
	AttrNumber	number;
	const char *name;
	Oid			type;
} PmTableColumn;

typedef enum PmTableIndex
{
	PM_INDEX_UNIQUE,			/* by all its columns, which are the keys */
	PM_INDEX_SHARED,			/* rows may share the keys, and there may be more of them */
	PM_INDEX_PARTIAL			/* the same, and not all rows are in it */
} PmTableIndex;

/*
 * A table, the index to find rows by, with its first columns as keys, and the
 * columns to read or to write.
 */
typedef struct PmTable
{
	const char *name;
	const char *index;
	PmTableIndex kind;
	int			nkeys;
	PmTableColumn keys[PM_TABLE_MAX_KEYS];
	int			ncolumns;
	PmTableColumn columns[PM_TABLE_MAX_COLUMNS];
	bool		mostly_empty;	/* its size is worth asking before a scan */

	/* What the names stand for, once looked up; valid for a generation. */
	uint64		generation;
	Oid			heap_oid;
	Oid			index_oid;
} PmTable;

/*
 * Opens table and index, with the lock held to the end of the transaction;
 * close both with NoLock.  False where they are not as init() makes them.
 */
extern bool pm_table_open(PmTable *table, LOCKMODE mode, Relation *heap, Relation *index);

/* Is there surely no row in it?  Cheaper than a scan. */
extern bool pm_table_is_empty(Relation heap);

/* Fills in the scan keys for rows with these values. */
extern void pm_table_scan_keys(const PmTable *table, const Datum *values, ScanKeyData *keys);

#endif							/* PM_TABLE_H */
