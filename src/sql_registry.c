/*
 * sql_registry.c
 *		SQL-callable reading of the registry.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/timestamp.h"

#include "pm_catalog.h"
#include "pm_error.h"
#include "pm_table.h"

#define EQ " OPERATOR(pg_catalog.=) "
#define LEVELS "'{viewer,app,editor,publisher,admin}'::pg_catalog.text[]"

#define FOR_LABEL \
	" WHERE $1 OPERATOR(pg_catalog.^@) p.prefix AND CASE WHEN pg_catalog.right(p.label, 1)" EQ "'*'" \
	" THEN $2 OPERATOR(pg_catalog.^@) pg_catalog.left(p.label, -1) ELSE p.label" EQ "$2 END"

/* All that the rules for a label ask together: one may only add to another. */
#define PROTECTION_QUERY \
	"SELECT (" LEVELS ")[pg_catalog.max(pg_catalog.array_position(" LEVELS ", p.level))]," \
	" coalesce(pg_catalog.array_agg(DISTINCT p.role) FILTER (WHERE p.role IS NOT NULL), '{}')," \
	" coalesce(pg_catalog.max(p.approvals), 0), pg_catalog.min(p.approvals_expire)," \
	" coalesce(pg_catalog.bool_or(p.immutable), false)," \
	" coalesce(pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_object('gate', g.gate, 'as', p.set_as))" \
	"  FILTER (WHERE g.gate IS NOT NULL), '[]')" \
	" FROM prompt_mgr.label_policy AS p LEFT JOIN LATERAL pg_catalog.unnest(p.gates) AS g (gate) ON true" FOR_LABEL

static PmQuery protection_query = {
	.text = PROTECTION_QUERY, .nargs = 2, .types = {TEXTOID, TEXTOID}
};

/* A move with an old snapshot is bound by a rule made meanwhile. */
static PmQuery protection_now_query = {
	.text = PROTECTION_QUERY, .nargs = 2, .types = {TEXTOID, TEXTOID}, .latest = true
};

/* Most labels have no rule, and every move asks first whether there is one. */
static PmQuery protected_now_query = {
	.text = "SELECT true FROM prompt_mgr.label_policy AS p" FOR_LABEL,
	.nargs = 2, .types = {TEXTOID, TEXTOID}, .latest = true
};

static PmTable policy_table = {
	"label_policy", "label_policy_pkey", PM_INDEX_UNIQUE,
	2, {{1, "label", TEXTOID}, {2, "prefix", TEXTOID}}
};

static Datum protection(FunctionCallInfo fcinfo, PmQuery *query);

PM_FUNCTION(prompt_mgr_check_ready);
Datum
prompt_mgr_check_ready(FunctionCallInfo fcinfo pg_attribute_unused())
{
	pm_check_ready();
	PG_RETURN_VOID();
}

/* get_prompt(name text, version int, label text, as_of timestamptz) -> record */
PM_FUNCTION(prompt_mgr_get_prompt);
Datum
prompt_mgr_get_prompt(PG_FUNCTION_ARGS)
{
	PmWanted	wanted;
	TupleDesc	desc;

	pm_get_wanted(fcinfo, 0, 1, 2, &wanted);
	if (!PG_ARGISNULL(3))
	{
		if (wanted.version != 0)
			pm_bad_argument("as_of", "must not be given together with version");
		if (strcmp(wanted.label, "latest") == 0)
			pm_bad_argument("as_of", "must not be given together with label latest, which has no history");
		wanted.has_as_of = true;
		wanted.as_of = PG_GETARG_TIMESTAMPTZ(3);
	}
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	PG_RETURN_DATUM(pm_load_prompt_row(&wanted, BlessTupleDesc(desc)));
}

/* label_protection(name text, label text) -> record */
PM_FUNCTION(prompt_mgr_label_protection);
Datum
prompt_mgr_label_protection(PG_FUNCTION_ARGS)
{
	pm_check_ready();
	return protection(fcinfo, &protection_query);
}

/* _label_protection(name text, label text) -> record */
PM_FUNCTION(prompt_mgr_label_protection_now);
Datum
prompt_mgr_label_protection_now(PG_FUNCTION_ARGS)
{
	return protection(fcinfo, &protection_now_query);
}

/* _is_protected(name text, label text) -> boolean */
PM_FUNCTION(prompt_mgr_is_protected);
Datum
prompt_mgr_is_protected(PG_FUNCTION_ARGS)
{
	Datum		args[2] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	Relation	heap;
	Relation	index;
	bool		no_rules = false;

	if (pm_table_open(&policy_table, AccessShareLock, &heap, &index))
	{
		no_rules = pm_table_is_empty(heap);
		relation_close(index, NoLock);
		relation_close(heap, NoLock);
	}
	PG_RETURN_BOOL(!no_rules && pm_query(&protected_now_query, args, NULL));
}

static Datum
protection(FunctionCallInfo fcinfo, PmQuery *query)
{
	Datum		args[2] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	PmQueryRow	row;
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	pm_query(query, args, &row);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), row.values, row.nulls));
}
