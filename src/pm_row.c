/*
 * pm_row.c
 *		Composite results, built column by column in their declared order.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "pm_row.h"

static void add(PmRow *row, Datum value, bool isnull);
static void check_complete(const PmRow *row);

void
pm_row_begin(PmRow *row, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *from = (ReturnSetInfo *) fcinfo->resultinfo;

	/* In FROM the executor has made the descriptor already. */
	if (from != NULL && IsA(from, ReturnSetInfo) && from->expectedDesc != NULL)
		row->desc = from->expectedDesc;
	else if (get_call_result_type(fcinfo, NULL, &row->desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	row->desc = BlessTupleDesc(row->desc);
	row->n = 0;
}

void
pm_row_begin_set(PmRow *row, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	row->desc = set->setDesc;
	row->rows = set->setResult;
	row->n = 0;
}

void
pm_row_int32(PmRow *row, int32 value)
{
	add(row, Int32GetDatum(value), false);
}

void
pm_row_int64(PmRow *row, int64 value)
{
	add(row, Int64GetDatum(value), false);
}

void
pm_row_float8(PmRow *row, double value)
{
	add(row, Float8GetDatum(value), isnan(value) != 0);
}

void
pm_row_bool(PmRow *row, bool value)
{
	add(row, BoolGetDatum(value), false);
}

void
pm_row_text(PmRow *row, const char *value)
{
	add(row, value == NULL ? (Datum) 0 : CStringGetTextDatum(value), value == NULL);
}

void
pm_row_null(PmRow *row)
{
	add(row, (Datum) 0, true);
}

void
pm_row_datum(PmRow *row, Datum value)
{
	add(row, value, false);
}

Datum
pm_row_end(PmRow *row)
{
	check_complete(row);
	return HeapTupleGetDatum(heap_form_tuple(row->desc, row->values, row->nulls));
}

void
pm_row_next(PmRow *row)
{
	check_complete(row);
	tuplestore_putvalues(row->rows, row->desc, row->values, row->nulls);
	row->n = 0;
}

static void
check_complete(const PmRow *row)
{
	if (row->n != row->desc->natts)
		elog(ERROR, "row has %d columns instead of %d", row->n, row->desc->natts);
}

static void
add(PmRow *row, Datum value, bool isnull)
{
	if (row->n >= row->desc->natts || row->n >= PM_ROW_MAX)
		elog(ERROR, "row has more than %d columns", row->n);
	row->values[row->n] = value;
	row->nulls[row->n++] = isnull;
}
