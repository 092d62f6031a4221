/*
 * sql_audit.c
 *		SQL functions of the audit.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "pm_audit.h"
#include "pm_catalog.h"

/* What _audit_append() is given, by position. */
enum
{
	CHAIN, AT, ACTOR, OBJECT, KEY, ACTION, BEFORE, AFTER, NAME, EVENT_TYPE, FIELDS, REASON
};

static PmQuery actor_query = {
	"SELECT prompt_mgr.current_actor()", 0
};

/*
 * audit_hash(previous bytea, prompt_id uuid, audit_no bigint, at timestamptz,
 *			  actor text, session_role text, txid xid8, object text, key text,
 *			  action text, before jsonb, after jsonb) -> bytea
 */
PM_FUNCTION(prompt_mgr_audit_hash);
Datum
prompt_mgr_audit_hash(PG_FUNCTION_ARGS)
{
	/* The other arguments are the columns in their order. */
	PG_RETURN_BYTEA_P(pm_audit_hash(PG_ARGISNULL(0) ? NULL : PG_GETARG_BYTEA_PP(0), &fcinfo->args[1]));
}

/*
 * _audit_append(chain uuid, at timestamptz, actor text, object text, key text,
 *				 action text, before jsonb, after jsonb, name text,
 *				 event_type text, fields jsonb, reason text) -> boolean
 */
PM_FUNCTION(prompt_mgr_audit_append);
Datum
prompt_mgr_audit_append(PG_FUNCTION_ARGS)
{
	NullableDatum row[PM_AUDIT_COLUMNS];
	PmObject	fields = {0};
	PmEvent		event = {NULL, fcinfo->args[NAME], fcinfo->args[REASON], &fields};

	row[PM_AUDIT_CHAIN] = fcinfo->args[CHAIN];
	row[PM_AUDIT_AT] = fcinfo->args[AT];
	row[PM_AUDIT_ACTOR] = fcinfo->args[ACTOR];
	row[PM_AUDIT_OBJECT] = fcinfo->args[OBJECT];
	row[PM_AUDIT_KEY] = fcinfo->args[KEY];
	row[PM_AUDIT_ACTION] = fcinfo->args[ACTION];
	row[PM_AUDIT_BEFORE] = fcinfo->args[BEFORE];
	row[PM_AUDIT_AFTER] = fcinfo->args[AFTER];
	if (!PG_ARGISNULL(EVENT_TYPE))
	{
		event.type = text_to_cstring(PG_GETARG_TEXT_PP(EVENT_TYPE));
		pm_object_members(&fields, PG_GETARG_JSONB_P(FIELDS));
	}
	pm_audit_append(row, event.type == NULL ? NULL : &event);
	PG_RETURN_BOOL(true);
}

/*
 * _actor() -> text
 *
 * current_actor(), asked only where there are claims that could count.
 */
PM_FUNCTION(prompt_mgr_actor);
Datum
prompt_mgr_actor(FunctionCallInfo fcinfo pg_attribute_unused())
{
	const char *claims = GetConfigOption("request.jwt.claims", true, false);
	const char *role = GetConfigOption("role", false, false);
	const char *login = GetUserNameFromId(GetSessionUserId(), false);
	PmQueryRow	row;

	if (strcmp(role, "none") == 0)
		role = login;
	if (claims == NULL || claims[0] == '\0' || strcmp(role, login) == 0)
		PG_RETURN_TEXT_P(cstring_to_text(role));
	pm_query(&actor_query, NULL, &row);
	PG_RETURN_DATUM(row.values[0]);
}
