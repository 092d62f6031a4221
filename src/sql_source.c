/*
 * sql_source.c
 *		The rows of a metric's query, and the verdict of a label's gate, with the
 *		rights of who registered them.
 *
 * Whoever runs the job, or moves the label, has more rights than who wrote the
 * query, which may call any function.  SET ROLE would not do: such a function
 * could set the role back.  So the query runs as maintenance commands run the
 * functions of an index: as the other role, in a context that allows no way
 * out of it.
 */
#include "postgres.h"

#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "pm_catalog.h"

static void collect_rows(FunctionCallInfo fcinfo, const char *query, const char *complaint, Oid role);
static Oid	role_to_be(const char *name, const char *what, const char *remedy);

/* _source_rows(query text, role name) -> set of (unit, value, denominator, time) */
PM_FUNCTION(prompt_mgr_source_rows);
Datum
prompt_mgr_source_rows(PG_FUNCTION_ARGS)
{
	StringInfoData query;
	Oid			role = role_to_be(NameStr(*PG_GETARG_NAME(1)), "the query of a metric",
								  "Register the query again, under another name, and create another experiment.");

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT q.unit::text, q.value::double precision, q.denominator::double precision,"
					 " q.\"time\"::timestamptz FROM (%s) AS q", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	collect_rows(fcinfo, query.data, "query of a metric has other columns", role);
	return (Datum) 0;
}

/* _gate_verdict(gate text, version_id uuid, role name) -> set of (ok, reason) */
PM_FUNCTION(prompt_mgr_gate_verdict);
Datum
prompt_mgr_gate_verdict(PG_FUNCTION_ARGS)
{
	StringInfoData query;
	Oid			role = role_to_be(NameStr(*PG_GETARG_NAME(2)), "a gate",
								  "Protect the label again.");
	/* By the catalog, so that nothing but a function's name enters the query. */
	Oid			gate = DatumGetObjectId(DirectFunctionCall1(regprocedurein,
															CStringGetDatum(text_to_cstring(PG_GETARG_TEXT_PP(0)))));

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT g.* FROM %s('%s'::pg_catalog.uuid) AS g",
					 quote_qualified_identifier(get_namespace_name(get_func_namespace(gate)), get_func_name(gate)),
					 DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(1))));
	collect_rows(fcinfo, query.data, "gate returns other columns than ok boolean, reason text", role);
	return (Datum) 0;
}

/* Makes the rows of a query, run as a role, the function's result. */
static void
collect_rows(FunctionCallInfo fcinfo, const char *query, const char *complaint, Oid role)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	DestReceiver *rows = CreateDestReceiver(DestTuplestore);

	InitMaterializedSRF(fcinfo, 0);
	/* The receiver looks at the columns: the text may be more than one statement. */
	SetTuplestoreDestReceiverParams(rows, set->setResult, set->econtext->ecxt_per_query_memory,
									false, set->setDesc, complaint);
	pm_query_as(query, role, rows);
}

/* The caller must be a member of it, lest this lend anybody's rights. */
static Oid
role_to_be(const char *name, const char *what, const char *remedy)
{
	Oid			role = get_role_oid(name, true);

	if (!OidIsValid(role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\", which registered %s, does not exist", name, what),
				 errhint("%s", remedy)));
	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\", which registered %s, cannot be used by \"%s\"",
						name, what, GetUserNameFromId(GetUserId(), false)),
				 errhint("Make \"%s\" a member of it.", GetUserNameFromId(GetUserId(), false))));
	return role;
}
