/*
 * sql_partition.c
 *		Which times the new rows of the log of executions are of.
 *
 * New are the rows of transactions from some number on, and a query for those
 * is planned over every partition of its period.  They are in one or two: which
 * ones, the index tells that each partition has for this, and asking it costs
 * less than planning to.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "pm_catalog.h"
#include "pm_row.h"

typedef struct Span
{
	TimestampTz lower;
	TimestampTz upper;
} Span;

static Relation open_log(Oid relid);
static Span written_span(PartitionDesc partitions, FullTransactionId since, Span within);
static Span partition_span(PartitionBoundInfo bounds, int i);
static bool has_since(Oid relid, FullTransactionId since);
static Oid	xact_index(Relation partition);
static bool index_has_since(Relation partition, Relation index, FullTransactionId since);

/*
 * written_since(relation regclass, since xid8, from_time timestamptz, to_time timestamptz)
 *		-> (lower timestamptz, upper timestamptz)
 */
PM_FUNCTION(prompt_mgr_written_since);
Datum
prompt_mgr_written_since(PG_FUNCTION_ARGS)
{
	Span		found = {DT_NOEND, DT_NOBEGIN};
	PmRow		row;

	pm_check_ready();
	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1) && !PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		Relation	table = open_log(PG_GETARG_OID(0));
		Span		within = {PG_GETARG_TIMESTAMPTZ(2), PG_GETARG_TIMESTAMPTZ(3)};

		found = written_span(RelationGetPartitionDesc(table, true), PG_GETARG_FULLTRANSACTIONID(1), within);
		/* The lock stays until the end of the transaction, as in a query. */
		table_close(table, NoLock);
	}
	pm_row_begin(&row, fcinfo);
	if (found.lower < found.upper)
	{
		pm_row_datum(&row, TimestampTzGetDatum(found.lower));
		pm_row_datum(&row, TimestampTzGetDatum(found.upper));
	}
	else
	{
		pm_row_null(&row);
		pm_row_null(&row);
	}
	return pm_row_end(&row);
}

/* A table as those of the log are, of which the caller may read the column asked for. */
static Relation
open_log(Oid relid)
{
	Relation	table = table_open(relid, AccessShareLock);
	AttrNumber	xact = get_attnum(relid, "xact");
	PartitionKey key = RelationGetPartitionKey(table);

	if (key == NULL || key->strategy != PARTITION_STRATEGY_RANGE || key->partnatts != 1 ||
		key->parttypid[0] != TIMESTAMPTZOID || xact == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not partitioned by time", RelationGetRelationName(table))));
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck(relid, xact, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(table));
	return table;
}

/* From the first partition with new rows to the last one; empty without any. */
static Span
written_span(PartitionDesc partitions, FullTransactionId since, Span within)
{
	PartitionBoundInfo bounds = partitions->boundinfo;
	Span		found = {DT_NOEND, DT_NOBEGIN};

	if (bounds == NULL)
		return found;
	/* Rows of the default one may be of any time. */
	if (partition_bound_has_default(bounds) && has_since(partitions->oids[bounds->default_index], since))
		return within;
	for (int i = 0; i <= bounds->ndatums; i++)
	{
		Span		span = partition_span(bounds, i);

		if (bounds->indexes[i] < 0 || span.upper <= within.lower || span.lower >= within.upper ||
			!has_since(partitions->oids[bounds->indexes[i]], since))
			continue;
		found.lower = Min(found.lower, Max(span.lower, within.lower));
		found.upper = Max(found.upper, Min(span.upper, within.upper));
	}
	return found;
}

/* What lies before bound i and from the one before it on. */
static Span
partition_span(PartitionBoundInfo bounds, int i)
{
	Span		span = {DT_NOBEGIN, DT_NOEND};

	if (i > 0 && bounds->kind[i - 1][0] == PARTITION_RANGE_DATUM_VALUE)
		span.lower = DatumGetTimestampTz(bounds->datums[i - 1][0]);
	if (i < bounds->ndatums && bounds->kind[i][0] == PARTITION_RANGE_DATUM_VALUE)
		span.upper = DatumGetTimestampTz(bounds->datums[i][0]);
	return span;
}

/* May a partition have such rows?  Without an index to ask, it may. */
static bool
has_since(Oid relid, FullTransactionId since)
{
	Relation	partition = try_relation_open(relid, AccessShareLock);
	Oid			index_oid;
	bool		found = true;

	if (partition == NULL)
		return false;			/* taken away and dropped meanwhile */
	index_oid = xact_index(partition);
	if (OidIsValid(index_oid))
	{
		Relation	index = index_open(index_oid, AccessShareLock);

		found = index->rd_rel->relam != BTREE_AM_OID || index_has_since(partition, index, since);
		index_close(index, NoLock);
	}
	relation_close(partition, NoLock);
	return found;
}

/* The index on column xact alone, of all rows. */
static Oid
xact_index(Relation partition)
{
	AttrNumber	xact = get_attnum(RelationGetRelid(partition), "xact");
	List	   *indexes = partition->rd_rel->relkind == RELKIND_RELATION ? RelationGetIndexList(partition) : NIL;
	Oid			found = InvalidOid;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index index;

		if (!HeapTupleIsValid(tuple))
			continue;
		index = (Form_pg_index) GETSTRUCT(tuple);
		if (index->indnatts == 1 && index->indkey.values[0] == xact && index->indisvalid && !index->indcheckxmin &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
			found = lfirst_oid(cell);
		ReleaseSysCache(tuple);
	}
	list_free(indexes);
	return found;
}

/* An entry will do, whether or not its row can be seen. */
static bool
index_has_since(Relation partition, Relation index, FullTransactionId since)
{
	ScanKeyData key;
	IndexScanDesc scan;
	bool		found;

	ScanKeyEntryInitialize(&key, 0, 1, BTGreaterEqualStrategyNumber, InvalidOid, InvalidOid,
						   F_XID8GE, FullTransactionIdGetDatum(since));
	scan = pm_index_beginscan(partition, index, GetActiveSnapshot(), 1, 0);
	index_rescan(scan, &key, 1, NULL, 0);
	found = index_getnext_tid(scan, ForwardScanDirection) != NULL;
	index_endscan(scan);
	return found;
}
