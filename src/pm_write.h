/*
 * pm_write.h
 *		Writing single rows of our own tables without a query.  Include it after
 *		postgres.h.
 *
 * Neither privileges nor row-level security are asked: it is for what triggers
 * write and no role may write by hand.  Triggers, constraints and indexes of
 * the table have their part as in a query.
 */
#ifndef PM_WRITE_H
#define PM_WRITE_H

#include "pm_table.h"

/* Appends a row; values[i] is for table->columns[i]. */
extern void pm_write_row(PmTable *table, const NullableDatum *values);

/* A row that is locked until the end of the transaction. */
typedef struct PmHeldRow
{
	PmTable    *table;
	Relation	heap;
	Relation	index;
	struct TupleTableSlot *slot;
	NullableDatum values[PM_TABLE_MAX_COLUMNS]; /* valid as long as it is held */
} PmHeldRow;

/* How a row is held: against others that change it, or only against its removal and new keys. */
typedef enum PmHold
{
	PM_HOLD_TO_CHANGE,
	PM_HOLD_KEY
} PmHold;

/*
 * Locks the row with these keys as it is committed last, however old the
 * transaction's snapshot; false where there is none.  Ends with
 * pm_release_row() or pm_change_row().
 */
extern bool pm_hold_row(PmTable *table, const Datum *keys, PmHold how, PmHeldRow *row);
extern void pm_release_row(PmHeldRow *row);

/* Writes row->values, columns that do not belong to the key, and lets go of the row. */
extern void pm_change_row(PmHeldRow *row);

#endif							/* PM_WRITE_H */
