/*
 * pm_write.c
 *		Writing single rows of our own tables without a query.
 *
 * A label move writes four rows beside its own.  Most of what a query for each
 * costs is setting up the executor; here rows go in as logical replication
 * applies them.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "pm_write.h"

static void open_table(PmTable *table, LOCKMODE mode, const char *command, Relation *heap, Relation *index);
static EState *begin_writing(Relation heap, ResultRelInfo **result);
static void end_writing(EState *estate, ResultRelInfo *result);
static void fill_slot(TupleTableSlot *slot, const PmTable *table, const NullableDatum *values);
static bool lock_found(PmHeldRow *row, Snapshot snapshot, PmHold how);

void
pm_write_row(PmTable *table, const NullableDatum *values)
{
	Relation	heap;
	Relation	index;
	EState	   *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot;

	open_table(table, RowExclusiveLock, "INSERT", &heap, &index);
	estate = begin_writing(heap, &result);
	slot = table_slot_create(heap, NULL);
	/* What somebody has added to the table. */
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts);
	fill_slot(slot, table, values);
	ExecSimpleRelationInsert(result, estate, slot);
	end_writing(estate, result);
	ExecDropSingleTupleTableSlot(slot);
	relation_close(index, NoLock);
	relation_close(heap, NoLock);
}

bool
pm_hold_row(PmTable *table, const Datum *keys, PmHold how, PmHeldRow *row)
{
	ScanKeyData scan_keys[PM_TABLE_MAX_KEYS];
	Snapshot	snapshot = GetLatestSnapshot();
	IndexScanDesc scan;
	bool		held;

	row->table = table;
	open_table(table, how == PM_HOLD_KEY ? RowShareLock : RowExclusiveLock, "SELECT FOR UPDATE", &row->heap, &row->index);
	row->slot = table_slot_create(row->heap, NULL);
	pm_table_scan_keys(table, keys, scan_keys);
	PushActiveSnapshot(snapshot);
	scan = pm_index_beginscan(row->heap, row->index, GetActiveSnapshot(), table->nkeys, 0);
	index_rescan(scan, scan_keys, table->nkeys, NULL, 0);
	held = index_getnext_slot(scan, ForwardScanDirection, row->slot) && lock_found(row, GetActiveSnapshot(), how);
	index_endscan(scan);
	PopActiveSnapshot();
	if (!held)
	{
		pm_release_row(row);
		return false;
	}
	for (int i = 0; i < table->ncolumns; i++)
		row->values[i].value = slot_getattr(row->slot, table->columns[i].number, &row->values[i].isnull);
	return true;
}

void
pm_release_row(PmHeldRow *row)
{
	ExecDropSingleTupleTableSlot(row->slot);
	relation_close(row->index, NoLock);
	relation_close(row->heap, NoLock);
}

void
pm_change_row(PmHeldRow *row)
{
	EState	   *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot = table_slot_create(row->heap, NULL);
	EPQState	recheck;

	estate = begin_writing(row->heap, &result);
	pm_eval_plan_qual_init(&recheck, estate);
	slot_getallattrs(row->slot);
	memcpy(slot->tts_values, row->slot->tts_values, slot->tts_tupleDescriptor->natts * sizeof(Datum));
	memcpy(slot->tts_isnull, row->slot->tts_isnull, slot->tts_tupleDescriptor->natts);
	fill_slot(slot, row->table, row->values);
	ExecSimpleRelationUpdate(result, estate, &recheck, row->slot, slot);
	EvalPlanQualEnd(&recheck);
	end_writing(estate, result);
	ExecDropSingleTupleTableSlot(slot);
	pm_release_row(row);
}

static void
open_table(PmTable *table, LOCKMODE mode, const char *command, Relation *heap, Relation *index)
{
	PreventCommandIfReadOnly(command);
	PreventCommandIfParallelMode(command);
	if (!pm_table_open(table, mode, heap, index))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				 errmsg("table \"%s.%s\" is not as init() makes it", PM_SCHEMA, table->name),
				 errhint("Its columns and the index \"%s\" must be as they were made.", table->index)));
}

/* What an executor would have at hand for one table. */
static EState *
begin_writing(Relation heap, ResultRelInfo **result)
{
	EState	   *estate = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);

	*result = makeNode(ResultRelInfo);
	InitResultRelInfo(*result, heap, 0, NULL, 0);
	estate->es_opened_result_relations = list_make1(*result);
	estate->es_output_cid = GetCurrentCommandId(true);
	ExecOpenIndices(*result, false);
	MemoryContextSwitchTo(caller);
	estate->es_snapshot = GetActiveSnapshot();
	AfterTriggerBeginQuery();
	return estate;
}

/* Fires the triggers, and makes the row visible to what follows. */
static void
end_writing(EState *estate, ResultRelInfo *result)
{
	AfterTriggerEndQuery(estate);
	ExecCloseIndices(result);
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
	CommandCounterIncrement();
}

static void
fill_slot(TupleTableSlot *slot, const PmTable *table, const NullableDatum *values)
{
	for (int i = 0; i < table->ncolumns; i++)
	{
		int			place = table->columns[i].number - 1;

		slot->tts_values[place] = values[i].value;
		slot->tts_isnull[place] = values[i].isnull;
	}
	ExecStoreVirtualTuple(slot);
}

/* Waits for who has the row, and goes on to what they have left. */
static bool
lock_found(PmHeldRow *row, Snapshot snapshot, PmHold how)
{
	TM_FailureData failure;
	TM_Result	result = table_tuple_lock(row->heap, &row->slot->tts_tid, snapshot, row->slot, GetCurrentCommandId(false),
										  how == PM_HOLD_KEY ? LockTupleKeyShare : LockTupleNoKeyExclusive,
										  LockWaitBlock, TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);

	if (result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "unexpected result of locking a row: %d", (int) result);
	return true;
}
