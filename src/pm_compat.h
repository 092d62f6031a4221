/*
 * pm_compat.h
 *		What differs between PostgreSQL 15 and 18.
 *
 * The only file in which PG_VERSION_NUM occurs.  Include it after postgres.h.
 */
#ifndef PM_COMPAT_H
#define PM_COMPAT_H

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "prompt_mgr needs PostgreSQL 15 or later"
#endif

/* Before 16 the macro was empty, and modules exported everything. */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))

/* Before 16 there were no soft errors: input functions raise. */
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)

/* Before 16 each kind of object had a function of its own. */
#define pm_function_aclcheck(function, role, mode) pg_proc_aclcheck(function, role, mode)
#define pm_schema_aclcheck(schema, role, mode) pg_namespace_aclcheck(schema, role, mode)

/* Before 16 it was told nothing of result relations, of which ours has none. */
#define pm_eval_plan_qual_init(recheck, estate) EvalPlanQualInit(recheck, estate, NULL, NIL, -1)
#else
#include "nodes/miscnodes.h"
#include "varatt.h"

#define pm_function_aclcheck(function, role, mode) \
	object_aclcheck(ProcedureRelationId, function, role, mode)
#define pm_schema_aclcheck(schema, role, mode) \
	object_aclcheck(NamespaceRelationId, schema, role, mode)
#define pm_eval_plan_qual_init(recheck, estate) EvalPlanQualInit(recheck, estate, NULL, NIL, -1, NIL)
#endif

/* Before 18 it was an attribute, pg_attribute_noreturn(), behind the declaration. */
#ifndef pg_noreturn
#define pg_noreturn __attribute__((noreturn))
#endif

/* Since 18 a scan can count for EXPLAIN, which ours has no part in. */
#if PG_VERSION_NUM < 180000
#define pm_index_beginscan(heap, index, snapshot, nkeys, norderbys) \
	index_beginscan(heap, index, snapshot, nkeys, norderbys)
#else
#define pm_index_beginscan(heap, index, snapshot, nkeys, norderbys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, norderbys)
#endif

/* Declares, exports and registers a SQL-callable function. */
#define PM_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

#ifdef PG_MODULE_MAGIC_EXT
#define PM_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "prompt_mgr", .version = PM_VERSION)
#else
#define PM_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* PM_COMPAT_H */
