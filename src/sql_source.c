/*
 * sql_source.c
 *		The rows of a metric's query, with the rights of who registered it.
 *
 * Whoever runs the job has more rights than who wrote the query, which may
 * call any function.  SET ROLE would not do: such a function could set the
 * role back.  So the query runs as maintenance commands run the functions of
 * an index: as the other role, in a context that allows no way out of it.
 */
#include "postgres.h"

#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "pm_catalog.h"

static Oid	role_to_be(const char *name);

/* _source_rows(query text, role name) -> set of (unit, value, denominator, time) */
PM_FUNCTION(prompt_mgr_source_rows);
Datum
prompt_mgr_source_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	DestReceiver *rows = CreateDestReceiver(DestTuplestore);
	StringInfoData query;
	Oid			role = role_to_be(NameStr(*PG_GETARG_NAME(1)));

	InitMaterializedSRF(fcinfo, 0);
	initStringInfo(&query);
	appendStringInfo(&query, "SELECT q.unit::text, q.value::double precision, q.denominator::double precision,"
					 " q.\"time\"::timestamptz FROM (%s) AS q", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	/* The receiver looks at the columns: the text may be more than one statement. */
	SetTuplestoreDestReceiverParams(rows, set->setResult, set->econtext->ecxt_per_query_memory,
									false, set->setDesc, "query of a metric has other columns");
	pm_query_as(query.data, role, rows);
	return (Datum) 0;
}

/* The caller must be a member of it, lest this lend anybody's rights. */
static Oid
role_to_be(const char *name)
{
	Oid			role = get_role_oid(name, true);

	if (!OidIsValid(role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\", which registered the query of a metric, does not exist", name),
				 errhint("Register the query again, under another name, and create another experiment.")));
	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\", which registered the query of a metric, cannot be used by \"%s\"",
						name, GetUserNameFromId(GetUserId(), false)),
				 errhint("Make whoever runs the job a member of it.")));
	return role;
}
