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
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "commands/policy.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "rewrite/rowsecurity.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "pm_fetch.h"

static PmFetchTable prompt_table = {
	"prompt", "prompt_name_key", false,
	1, {{2, "name", TEXTOID}},
	1, {{1, "prompt_id", UUIDOID}}
};
static PmFetchTable label_table = {
	"prompt_label", "prompt_label_name_label_key", false,
	2, {{2, "name", TEXTOID}, {3, "label", TEXTOID}},
	2, {{1, "prompt_id", UUIDOID}, {4, "version", INT4OID}}
};
static PmFetchTable version_table = {
	"prompt_version", "prompt_version_pkey", false,
	2, {{1, "prompt_id", UUIDOID}, {2, "version", INT4OID}},
	8, {{3, "version_id", UUIDOID}, {5, "format", TEXTOID}, {6, "escape", TEXTOID}, {7, "template", TEXTOID},
	{8, "messages", JSONBOID}, {9, "variables", JSONBOID}, {11, "constraints", JSONBOID},
	{10, "config", JSONBOID}}
};

/* Begins anew whenever anything changes that names could stand for. */
static uint64 generation = 1;

static bool find_table(PmFetchTable *table);
static void watch(void);
static void relation_changed(Datum arg, Oid relid);
static void schema_changed(Datum arg, int cacheid, uint32 hashvalue);
static bool looks_as_made(Relation heap, Relation index, const PmFetchTable *table);
static bool column_is(TupleDesc desc, const PmFetchColumn *column);
static bool table_is_readable(Oid relid);
static bool every_row_is_readable(Relation heap);
static bool policies_let_all_pass(Relation heap);
static bool policy_applies(const RowSecurityPolicy *policy);
static bool read_row(Relation heap, Relation index, const PmFetchTable *table,
					 const Datum *keys, int skip, PmQueryRow *row);

bool
pm_fetch_version(const PmWanted *wanted, PmVersion *result)
{
	Oid			schema = get_namespace_oid(PM_SCHEMA, true);
	Datum		keys[PM_FETCH_MAX_KEYS];
	PmQueryRow	row;

	if (wanted->has_as_of || (wanted->label != NULL && strcmp(wanted->label, "latest") == 0))
		return false;
	/* Who may not see every prompt may not find one by way of its label. */
	if (!OidIsValid(schema) || !table_is_readable(get_relname_relid(prompt_table.name, schema)))
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

static bool
table_is_readable(Oid relid)
{
	Relation	heap = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;
	bool		readable;

	if (heap == NULL)
		return false;
	readable = every_row_is_readable(heap);
	relation_close(heap, NoLock);
	return readable;
}

PmFetched
pm_fetch_row(PmFetchTable *table, const Datum *keys, int skip, PmQueryRow *row)
{
	uint64		started = generation;
	bool		known = table->generation == started;
	Relation	heap;
	Relation	index;
	PmFetched	result = PM_FETCHED_UNKNOWN;

	table->generation = 0;
	if (ExecutorCheckPerms_hook != NULL || !(known || find_table(table)))
		return PM_FETCHED_UNKNOWN;
	if ((heap = try_relation_open(table->heap_oid, AccessShareLock)) == NULL)
		return PM_FETCHED_UNKNOWN;
	if ((index = try_relation_open(table->index_oid, AccessShareLock)) != NULL)
	{
		/* By the time the locks are granted the names may stand for others. */
		if (started == generation && (known || looks_as_made(heap, index, table)) && every_row_is_readable(heap))
		{
			result = read_row(heap, index, table, keys, skip, row) ? PM_FETCHED_ROW : PM_FETCHED_NONE;
			table->generation = started;
		}
		/* Locks stay until the end of the transaction, as in a query. */
		relation_close(index, NoLock);
	}
	relation_close(heap, NoLock);
	return result;
}

/* Looks up what the names stand for, to be believed once it looks as made. */
static bool
find_table(PmFetchTable *table)
{
	Oid			schema = get_namespace_oid(PM_SCHEMA, true);

	watch();
	if (!OidIsValid(schema))
		return false;
	table->heap_oid = get_relname_relid(table->name, schema);
	table->index_oid = get_relname_relid(table->index, schema);
	return OidIsValid(table->heap_oid) && OidIsValid(table->index_oid);
}

/* From now on every change of a table, an index or a schema begins a generation. */
static void
watch(void)
{
	static bool watching = false;

	if (watching)
		return;
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
	watching = true;
}

static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid pg_attribute_unused())
{
	generation++;
}

static void
schema_changed(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(),
			   uint32 hashvalue pg_attribute_unused())
{
	generation++;
}

static bool
looks_as_made(Relation heap, Relation index, const PmFetchTable *table)
{
	if (heap->rd_rel->relkind != RELKIND_RELATION || heap->rd_rel->relhassubclass ||
		index->rd_rel->relkind != RELKIND_INDEX ||
		index->rd_index->indrelid != RelationGetRelid(heap) ||
		!index->rd_index->indisvalid || index->rd_index->indcheckxmin ||
		heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) == table->partial ||
		(table->partial ? index->rd_index->indnkeyatts < table->nkeys :
		 index->rd_index->indnkeyatts != table->nkeys || !index->rd_index->indisunique))
		return false;
	for (int i = 0; i < table->nkeys; i++)
		if (index->rd_index->indkey.values[i] != table->keys[i].number ||
			!column_is(RelationGetDescr(heap), &table->keys[i]))
			return false;
	for (int i = 0; i < table->ncolumns; i++)
		if (!column_is(RelationGetDescr(heap), &table->columns[i]))
			return false;
	return true;
}

static bool
column_is(TupleDesc desc, const PmFetchColumn *column)
{
	Form_pg_attribute attribute;

	if (column->number > desc->natts)
		return false;
	attribute = TupleDescAttr(desc, column->number - 1);
	return attribute->atttypid == column->type && !attribute->attisdropped &&
		strcmp(NameStr(attribute->attname), column->name) == 0;
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
read_row(Relation heap, Relation index, const PmFetchTable *table,
		 const Datum *keys, int skip, PmQueryRow *row)
{
	ScanKeyData scan_keys[PM_FETCH_MAX_KEYS];
	TupleTableSlot *slot;
	IndexScanDesc scan;
	bool		found;

	/* A scan would also lock the place of a row to come. */
	if (table->mostly_empty && !IsolationIsSerializable() && RelationGetNumberOfBlocks(heap) == 0)
		return false;
	for (int i = 0; i < table->nkeys; i++)
	{
		Oid			type = table->keys[i].type;
		RegProcedure equal = type == TEXTOID ? F_TEXTEQ : type == UUIDOID ? F_UUID_EQ :
			type == INT2OID ? F_INT2EQ : F_INT4EQ;

		ScanKeyEntryInitialize(&scan_keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   type == TEXTOID ? C_COLLATION_OID : InvalidOid, equal, keys[i]);
	}
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
