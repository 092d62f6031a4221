/*
 * pm_row.h
 *		Composite results, built column by column in their declared order.
 *		Include it after postgres.h.
 */
#ifndef PM_ROW_H
#define PM_ROW_H

#include "access/tupdesc.h"
#include "utils/tuplestore.h"

#include "pm.h"

#define PM_ROW_MAX 40

typedef struct PmRow
{
	TupleDesc	desc;
	Tuplestorestate *rows;		/* where a set is returned */
	int			n;				/* columns set so far */
	Datum		values[PM_ROW_MAX];
	bool		nulls[PM_ROW_MAX];
} PmRow;

/* Begins a row of the type that the function being called returns. */
extern void pm_row_begin(PmRow *row, FunctionCallInfo fcinfo);

/* The same for a function that returns a set, which is stored as a whole. */
extern void pm_row_begin_set(PmRow *row, FunctionCallInfo fcinfo);

extern void pm_row_int32(PmRow *row, int32 value);
extern void pm_row_int64(PmRow *row, int64 value);
extern void pm_row_float8(PmRow *row, double value);	/* NaN becomes NULL */
extern void pm_row_bool(PmRow *row, bool value);
extern void pm_row_text(PmRow *row, const char *value); /* NULL becomes NULL */
extern void pm_row_null(PmRow *row);
extern void pm_row_datum(PmRow *row, Datum value);	/* of the column's type */

/* Every column must have been set. */
extern Datum pm_row_end(PmRow *row);

/* The same in a set: the row is stored, and the next one begins. */
extern void pm_row_next(PmRow *row);

#endif							/* PM_ROW_H */
