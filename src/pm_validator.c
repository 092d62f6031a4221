/*
 * pm_validator.c
 *		A prompt author's own functions that check a value.
 *
 * A declaration names a function; whoever renders runs it, with his own rights
 * and never with anybody else's.  So that an author can neither make others run
 * what he may not run himself, nor run code of his own with the rights of
 * whoever renders, three things must hold: who saves the prompt may execute the
 * function, who renders may too, and the function belongs to a role that the
 * renderer has to trust anyway: himself, a role that has his rights (as
 * superusers do), or the owner of schema prompt_mgr, whose policies run for
 * him.
 *
 * The function is looked up by name each time, so nothing about it is cached.
 * Rendering is read-only and may run in a parallel worker: hence neither
 * VOLATILE nor anything but PARALLEL SAFE.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "pm.h"
#include "pm_validator.h"

#define ARGUMENTS "(jsonb)"

/* What has to be known of the function. */
typedef struct Validator
{
	Oid			schema;
	Oid			function;
	Oid			owner;
	Oid			result;
} Validator;

static const char *find(const char *name, bool immutable_only, Validator *validator);
static const char *unfit(Form_pg_proc form, bool immutable_only);
static void check_rights(const char *name, const Validator *validator, Oid user);
static bool is_trusted(const Validator *validator);
static const char *call(const char *name, const Validator *validator, Jsonb *value);

bool
pm_validator_name(const char *name, char **schema, char **function)
{
	char	   *names = pstrdup(name);
	size_t		len = strlen(names);
	List	   *parts;

	if (len > strlen(ARGUMENTS) && strcmp(names + len - strlen(ARGUMENTS), ARGUMENTS) == 0)
		names[len - strlen(ARGUMENTS)] = '\0';
	if (!SplitIdentifierString(names, '.', &parts) || list_length(parts) != 2)
		return false;
	*schema = linitial(parts);
	*function = lsecond(parts);
	return true;
}

const char *
pm_validator_check(const char *name)
{
	Validator	validator;
	const char *reason = find(name, false, &validator);

	/* the trigger that checks runs as the tables' owner, who saves does not */
	if (reason == NULL)
		check_rights(name, &validator, GetOuterUserId());
	return reason;
}

const char *
pm_validator_run(const char *name, bool immutable_only, Jsonb *value)
{
	Validator	validator;
	const char *reason = find(name, immutable_only, &validator);

	if (reason != NULL)
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("validator \"%s\" %s", name, reason)));
	check_rights(name, &validator, GetUserId());
	if (!is_trusted(&validator))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("validator \"%s\" belongs to a role that \"%s\" need not trust",
						name, GetUserNameFromId(GetUserId(), false)),
				 errdetail("It would run with the rights of \"%s\".", GetUserNameFromId(GetUserId(), false)),
				 errhint("Give the function to the owner of schema prompt_mgr, with ALTER FUNCTION ... OWNER TO.")));
	return call(name, &validator, value);
}

/* Fills in *validator, or returns why there is none. */
static const char *
find(const char *name, bool immutable_only, Validator *validator)
{
	Oid			argument = JSONBOID;
	char	   *schema;
	char	   *function;
	const char *reason;
	HeapTuple	tuple = NULL;

	if (!pm_validator_name(name, &schema, &function))
		return "must be the name of a function with its schema";
	validator->schema = get_namespace_oid(schema, true);
	if (OidIsValid(validator->schema))
		tuple = SearchSysCache3(PROCNAMEARGSNSP, CStringGetDatum(function),
								PointerGetDatum(buildoidvector(&argument, 1)),
								ObjectIdGetDatum(validator->schema));
	if (!HeapTupleIsValid(tuple))
		return "does not exist as a function of one jsonb argument";
	validator->function = ((Form_pg_proc) GETSTRUCT(tuple))->oid;
	validator->owner = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
	validator->result = ((Form_pg_proc) GETSTRUCT(tuple))->prorettype;
	reason = unfit((Form_pg_proc) GETSTRUCT(tuple), immutable_only);
	ReleaseSysCache(tuple);
	return reason;
}

static const char *
unfit(Form_pg_proc form, bool immutable_only)
{
	if (form->prokind != PROKIND_FUNCTION || form->proretset ||
		(form->prorettype != BOOLOID && form->prorettype != TEXTOID))
		return "must be a function that returns boolean or text";
	if (form->prosecdef)
		return "must not be SECURITY DEFINER";
	if (form->provolatile == PROVOLATILE_VOLATILE || form->proparallel != PROPARALLEL_SAFE)
		return "must be IMMUTABLE or STABLE, and PARALLEL SAFE";
	if (immutable_only && form->provolatile != PROVOLATILE_IMMUTABLE)
		return "must be IMMUTABLE for render_template, as that is";
	return NULL;
}

static void
check_rights(const char *name, const Validator *validator, Oid user)
{
	if (pm_schema_aclcheck(validator->schema, user, ACL_USAGE) != ACLCHECK_OK ||
		pm_function_aclcheck(validator->function, user, ACL_EXECUTE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for validator \"%s\"", name),
				 errhint("Role \"%s\" needs USAGE on its schema and EXECUTE on the function.",
						 GetUserNameFromId(user, false))));
}

static bool
is_trusted(const Validator *validator)
{
	Oid			schema = get_namespace_oid(PM_SCHEMA, true);
	HeapTuple	tuple = NULL;
	bool		trusted = has_privs_of_role(validator->owner, GetUserId());

	if (!trusted && OidIsValid(schema))
		tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	if (HeapTupleIsValid(tuple))
	{
		trusted = has_privs_of_role(validator->owner, ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner);
		ReleaseSysCache(tuple);
	}
	return trusted;
}

static const char *
call(const char *name, const Validator *validator, Jsonb *value)
{
	LOCAL_FCINFO(fcinfo, 1);
	FmgrInfo	function;
	Datum		result;

	InvokeFunctionExecuteHook(validator->function);
	fmgr_info(validator->function, &function);
	InitFunctionCallInfoData(*fcinfo, &function, 1, DEFAULT_COLLATION_OID, NULL, NULL);
	fcinfo->args[0].value = JsonbPGetDatum(value);
	fcinfo->args[0].isnull = false;
	result = FunctionCallInvoke(fcinfo);
	if (validator->result == TEXTOID)
		return fcinfo->isnull ? NULL : TextDatumGetCString(result);
	/* not known is not yes */
	return !fcinfo->isnull && DatumGetBool(result) ? NULL : psprintf("is refused by %s", name);
}
