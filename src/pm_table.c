/*
 * pm_table.c
 *		Tables of ours that are read and written without a query.
 *
 * Names are looked up once and believed until anything changes that they could
 * stand for.  A table is used so only while it and its index look as init()
 * makes them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "pm_table.h"

/* Begins anew whenever anything changes that names could stand for. */
static uint64 generation = 1;

static bool find_table(PmTable *table);
static void watch(void);
static void relation_changed(Datum arg, Oid relid);
static void schema_changed(Datum arg, int cacheid, uint32 hashvalue);
static bool looks_as_made(Relation heap, Relation index, const PmTable *table);
static bool index_looks_as_made(Relation index, const PmTable *table);
static bool column_is(TupleDesc desc, const PmTableColumn *column);

bool
pm_table_open(PmTable *table, LOCKMODE mode, Relation *heap, Relation *index)
{
	uint64		started;

	/* By the time the locks are granted the names may stand for others. */
	do
	{
		bool		known;

		started = generation;
		known = table->generation == started;
		table->generation = 0;
		*heap = *index = NULL;
		if ((known || find_table(table)) &&
			(*heap = try_relation_open(table->heap_oid, mode)) != NULL &&
			(*index = try_relation_open(table->index_oid, mode)) != NULL &&
			started == generation && (known || looks_as_made(*heap, *index, table)))
		{
			table->generation = started;
			return true;
		}
		if (*index != NULL)
			relation_close(*index, NoLock);
		if (*heap != NULL)
			relation_close(*heap, NoLock);
	} while (started != generation);
	return false;
}

/* Looks up what the names stand for, to be believed once it looks as made. */
static bool
find_table(PmTable *table)
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
looks_as_made(Relation heap, Relation index, const PmTable *table)
{
	if (heap->rd_rel->relkind != RELKIND_RELATION || heap->rd_rel->relhassubclass ||
		index->rd_rel->relkind != RELKIND_INDEX ||
		index->rd_index->indrelid != RelationGetRelid(heap) ||
		!index_looks_as_made(index, table))
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
index_looks_as_made(Relation index, const PmTable *table)
{
	bool		partial = !heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);

	if (!index->rd_index->indisvalid || index->rd_index->indcheckxmin ||
		partial != (table->kind == PM_INDEX_PARTIAL))
		return false;
	if (table->kind == PM_INDEX_UNIQUE)
		return index->rd_index->indisunique && index->rd_index->indnkeyatts == table->nkeys;
	return index->rd_index->indnkeyatts >= table->nkeys;
}

static bool
column_is(TupleDesc desc, const PmTableColumn *column)
{
	Form_pg_attribute attribute;

	if (column->number > desc->natts)
		return false;
	attribute = TupleDescAttr(desc, column->number - 1);
	return attribute->atttypid == column->type && !attribute->attisdropped &&
		strcmp(NameStr(attribute->attname), column->name) == 0;
}

bool
pm_table_is_empty(Relation heap)
{
	/* A scan would also lock the place of a row to come. */
	return !IsolationIsSerializable() && RelationGetNumberOfBlocks(heap) == 0;
}

void
pm_table_scan_keys(const PmTable *table, const Datum *values, ScanKeyData *keys)
{
	for (int i = 0; i < table->nkeys; i++)
	{
		Oid			type = table->keys[i].type;
		RegProcedure equal = type == TEXTOID ? F_TEXTEQ : type == UUIDOID ? F_UUID_EQ :
			type == INT2OID ? F_INT2EQ : F_INT4EQ;

		ScanKeyEntryInitialize(&keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   type == TEXTOID ? C_COLLATION_OID : InvalidOid, equal, values[i]);
	}
}
