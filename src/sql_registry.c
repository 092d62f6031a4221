/*
 * sql_registry.c
 *		SQL-callable reading of the registry.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/timestamp.h"

#include "pm_catalog.h"
#include "pm_error.h"

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
