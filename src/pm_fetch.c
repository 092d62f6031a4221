/*
 * pm_fetch.c
 *		The fast way to a row by its key.
 *
 * A query over two tables costs several times what rendering does, nearly all
 * of it setting up and tearing down the executor.  Here the same rows are read
 * by index scans under the statement's snapshot.
 *
 * That must not be a way around anybody's rights.  So each table is read only
 * where the executor would let all of its rows pass: the caller has SELECT on
 * the whole table, and row-level security does not apply, or has a permissive
 * policy that is true and no restrictive one for the caller.  Where that is
 * not plain, where a security module checks permissions, or where table or
 * index do not look as init() makes them, the answer is "ask by query".
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "commands/policy.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "pm_fetch.h"

static PmTable prompt_table = {
	"prompt", "prompt_name_key", PM_INDEX_UNIQUE,
	1, {{2, "name", TEXTOID}},
	1, {{1, "prompt_id", UUIDOID}}
};
static PmTable label_table = {
	"prompt_label", "prompt_label_name_label_key", PM_INDEX_UNIQUE,
	2, {{2, "name", TEXTOID}, {3, "label", TEXTOID}},
	2, {{1, "prompt_id", UUIDOID}, {4, "version", INT4OID}}
};
static PmTable version_table = {
	"prompt_version", "prompt_version_pkey", PM_INDEX_UNIQUE,
	2, {{1, "prompt_id", UUIDOID}, {2, "version", INT4OID}},
	8, {{3, "version_id", UUIDOID}, {5, "format", TEXTOID}, {6, "escape", TEXTOID}, {7, "template", TEXTOID},
	{8, "messages", JSONBOID}, {9, "variables", JSONBOID}, {11, "constraints", JSONBOID},
	{10, "config", JSONBOID}}
};

static bool every_row_is_readable(Relation heap);
static bool policies_let_all_pass(Relation heap);
static bool policy_applies(const RowSecurityPolicy *policy);
static bool read_row(Relation heap, Relation index, const PmTable *table,
					 const Datum *keys, int skip, PmQueryRow *row);

bool
pm_fetch_version(const PmWanted *wanted, PmVersion *result)
{
	Datum		keys[PM_TABLE_MAX_KEYS];
	PmQueryRow	row;

	if (wanted->has_as_of || (wanted->label != NULL && strcmp(wanted->label, "latest") == 0))
		return false;
	/* Who may not see every prompt may not find one by way of its label. */
	if (!pm_fetch_may_read(&prompt_table))
		return false;
	keys[0] = PointerGetDatum(wanted->name_text);
	if (wanted->version == 0)
	{
		keys[1] = CStringGetTextDatum(wanted->label);
		if (pm_fetch_row(&label_table, keys, 0, &row) != PM_FETCHED_ROW || row.nulls[1])
			return false;
		keys[1] = row.values[1];
	}
	else
	{
		row.values[0] = wanted->prompt_id;
		if (wanted->prompt_id == (Datum) 0 && pm_fetch_row(&prompt_table, keys, 0, &row) != PM_FETCHED_ROW)
			return false;
		keys[1] = Int32GetDatum(wanted->version);
	}
	keys[0] = row.values[0];
	if (pm_fetch_row(&version_table, keys, 0, &row) != PM_FETCHED_ROW)
		return false;
	result->version = DatumGetInt32(keys[1]);
	result->version_id = *DatumGetUUIDP(row.values[0]);
	result->format = TextDatumGetCString(row.values[1]);
	result->escape = row.nulls[2] ? NULL : TextDatumGetCString(row.values[2]);
	pm_set_content(result, &row.values[3]);
	result->config = (Jsonb *) DatumGetPointer(row.values[7]);
	return true;
}

bool
pm_fetch_may_read(PmTable *table)
{
	Relation	heap;
	Relation	index;
	bool		readable;

	if (ExecutorCheckPerms_hook != NULL || !pm_table_open(table, AccessShareLock, &heap, &index))
		return false;
	readable = every_row_is_readable(heap);
	relation_close(index, NoLock);
	relation_close(heap, NoLock);
	return readable;
}

PmFetched
pm_fetch_row(PmTable *table, const Datum *keys, int skip, PmQueryRow *row)
{
	Relation	heap;
	Relation	index;
	PmFetched	result = PM_FETCHED_UNKNOWN;

	if (ExecutorCheckPerms_hook != NULL || !pm_table_open(table, AccessShareLock, &heap, &index))
		return PM_FETCHED_UNKNOWN;
	if (every_row_is_readable(heap))
		result = read_row(heap, index, table, keys, skip, row) ? PM_FETCHED_ROW : PM_FETCHED_NONE;
	relation_close(index, NoLock);
	relation_close(heap, NoLock);
	return result;
}

static bool
every_row_is_readable(Relation heap)
{
	Oid			relid = RelationGetRelid(heap);

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return false;
	if (check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED)
		return true;
	return row_security && policies_let_all_pass(heap);
}

static bool
policies_let_all_pass(Relation heap)
{
	bool		pass = false;
	ListCell   *cell;

	if (heap->rd_rsdesc == NULL || row_security_policy_hook_permissive != NULL ||
		row_security_policy_hook_restrictive != NULL)
		return false;
	foreach(cell, heap->rd_rsdesc->policies)
	{
		RowSecurityPolicy *policy = lfirst(cell);
		Const	   *qual = (Const *) policy->qual;

		if (!(policy->polcmd == '*' || policy->polcmd == ACL_SELECT_CHR) || !policy_applies(policy))
			continue;
		if (!policy->permissive)
			return false;
		pass = pass || (qual != NULL && IsA(qual, Const) && DatumGetBool(qual->constvalue));
	}
	return pass;
}

/* Is the policy for the current user? */
static bool
policy_applies(const RowSecurityPolicy *policy)
{
	Oid		   *roles = (Oid *) ARR_DATA_PTR(policy->roles);

	for (int i = 0; i < ARR_DIMS(policy->roles)[0]; i++)
		if (roles[i] == ACL_ID_PUBLIC || has_privs_of_role(GetUserId(), roles[i]))
			return true;
	return false;
}

static bool
read_row(Relation heap, Relation index, const PmTable *table,
		 const Datum *keys, int skip, PmQueryRow *row)
{
	ScanKeyData scan_keys[PM_TABLE_MAX_KEYS];
	TupleTableSlot *slot;
	IndexScanDesc scan;
	bool		found;

	if (table->mostly_empty && pm_table_is_empty(heap))
		return false;
	pm_table_scan_keys(table, keys, scan_keys);
	slot = table_slot_create(heap, NULL);
	scan = pm_index_beginscan(heap, index, GetActiveSnapshot(), table->nkeys, 0);
	index_rescan(scan, scan_keys, table->nkeys, NULL, 0);
	do
		found = index_getnext_slot(scan, ForwardScanDirection, slot);
	while (found && skip-- > 0);
	for (int i = 0; found && i < table->ncolumns; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(heap), table->columns[i].number - 1);
		Datum		value = slot_getattr(slot, table->columns[i].number, &row->nulls[i]);

		row->values[i] = row->nulls[i] ? (Datum) 0 :
			attribute->attlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(value)) :
			datumCopy(value, attribute->attbyval, attribute->attlen);
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return found;
}
