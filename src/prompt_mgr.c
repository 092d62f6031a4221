/*
 * prompt_mgr.c
 *		The module: magic block, start-up, version.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm.h"
#include "pm_guc.h"

PM_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	pm_guc_init();
}

PM_FUNCTION(prompt_mgr_version);
Datum
prompt_mgr_version(FunctionCallInfo fcinfo pg_attribute_unused())
{
	PG_RETURN_TEXT_P(cstring_to_text(PM_VERSION));
}
