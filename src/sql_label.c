/*
 * sql_label.c
 *		Moving a label, and what the triggers of prompt_label do for every move.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "pm_audit.h"
#include "pm_fetch.h"
#include "pm_write.h"

#define EQ " OPERATOR(pg_catalog.=) "
#define MAX_LABEL 36

static PmTable prompt_table = {
	"prompt", "prompt_name_key", PM_INDEX_UNIQUE,
	1, {{2, "name", TEXTOID}},
	1, {{1, "prompt_id", UUIDOID}}
};

static PmTable version_table = {
	"prompt_version", "prompt_version_pkey", PM_INDEX_UNIQUE,
	2, {{1, "prompt_id", UUIDOID}, {2, "version", INT4OID}},
	1, {{4, "status", TEXTOID}}
};

static PmTable search_table = {
	"prompt_text", "prompt_text_pkey", PM_INDEX_UNIQUE,
	2, {{1, "prompt_id", UUIDOID}, {3, "version", INT4OID}},
	1, {{3, "version", INT4OID}}
};

static PmTable move_table = {
	"label_move", "label_move_pkey", PM_INDEX_UNIQUE,
	3, {{1, "prompt_id", UUIDOID}, {2, "label", TEXTOID}, {3, "move_no", INT4OID}},
	9, {{1, "prompt_id", UUIDOID}, {2, "label", TEXTOID}, {3, "move_no", INT4OID}, {4, "version", INT4OID},
	{5, "moved_at", TIMESTAMPTZOID}, {6, "moved_by", TEXTOID}, {7, "reason", TEXTOID}, {8, "restored_move", INT4OID},
	{9, "release_id", UUIDOID}}
};

static PmQuery lock_query = {
	"SELECT FROM prompt_mgr.prompt AS p WHERE p.name" EQ "$1 FOR NO KEY UPDATE",
	1, {TEXTOID}, true
};

static PmQuery lock_by_id_query = {
	"SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id" EQ "$1 FOR NO KEY UPDATE",
	1, {UUIDOID}, true
};

static PmQuery move_query = {
	"UPDATE prompt_mgr.prompt_label AS l SET version = $2, reason = $4, restored_move = NULL"
	" WHERE l.name" EQ "$1 AND l.label" EQ "$3",
	4, {TEXTOID, INT4OID, TEXTOID, TEXTOID}, true
};

static PmQuery find_query = {
	"SELECT g.prompt_id, g.name FROM prompt_mgr.get_prompt($1, $2) AS g",
	2, {TEXTOID, INT4OID}, true
};

static PmQuery is_there_query = {
	"SELECT FROM prompt_mgr.prompt_label AS l"
	" WHERE l.prompt_id" EQ "$1 AND l.label" EQ "$2 AND l.version" EQ "$3",
	3, {UUIDOID, TEXTOID, INT4OID}, true
};

static PmQuery set_query = {
	"INSERT INTO prompt_mgr.prompt_label (prompt_id, label, version, name, reason) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT ON CONSTRAINT prompt_label_pkey"
	" DO UPDATE SET version = EXCLUDED.version, reason = EXCLUDED.reason, restored_move = NULL",
	5, {UUIDOID, TEXTOID, INT4OID, TEXTOID, TEXTOID}, true
};

/* What _label_moved() is given: first the columns of label_move. */
enum
{
	PROMPT_ID, LABEL, MOVE_NO, VERSION, MOVED_AT, MOVED_BY, REASON, RESTORED_MOVE, RELEASE_ID,
	NAME, ACTOR, HAS_HISTORY, OLD_VERSION, OLD_MOVED_BY, OLD_MOVED_AT
};

static void lock_prompt(Datum name);
static void set_label(FunctionCallInfo fcinfo);
static void check_label(const char *label);
static void refuse_target(FunctionCallInfo fcinfo, const char *status);
static NullableDatum version_of(NullableDatum version);
static NullableDatum what_became(const NullableDatum *args);
static void whose_was_it(const NullableDatum *args, PmObject *fields);

/*
 * activate(name text, version integer, label text, reason text) -> void
 *
 * A label that is there is found by its prompt's name, and the trigger knows
 * whether there is such a version.  An upsert would fire the trigger of INSERT
 * for every move.
 */
PM_FUNCTION(prompt_mgr_activate);
Datum
prompt_mgr_activate(PG_FUNCTION_ARGS)
{
	pm_check_ready();
	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		Datum		args[] = {
			PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3)
		};

		lock_prompt(args[0]);
		if (PG_GETARG_INT32(1) > 0 && pm_query(&move_query, args, NULL))
			PG_RETURN_VOID();
	}
	set_label(fcinfo);
	PG_RETURN_VOID();
}

/* Who may read every prompt need not be asked about this one. */
static void
lock_prompt(Datum name)
{
	PmHeldRow	prompt;

	if (!pm_fetch_may_read(&prompt_table))
		pm_query(&lock_query, &name, NULL);
	else if (pm_hold_row(&prompt_table, &name, PM_HOLD_TO_CHANGE, &prompt))
		pm_release_row(&prompt);
}

/* A label that is not there, or points there already, or a name from before. */
static void
set_label(FunctionCallInfo fcinfo)
{
	Datum		wanted[] = {PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0), PG_ARGISNULL(1) ? Int32GetDatum(0) : PG_GETARG_DATUM(1)};
	PmQueryRow	found;
	Datum		args[5];

	check_label(PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2)));
	pm_query(&find_query, wanted, &found);
	args[0] = found.values[0];
	args[1] = PG_GETARG_DATUM(2);
	args[2] = wanted[1];
	args[3] = found.values[1];
	args[4] = PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3);
	pm_query(&lock_by_id_query, args, NULL);
	if (!pm_query(&is_there_query, args, NULL))
		pm_query(&set_query, args, NULL);
}

/* _check_label(label text) -> void */
PM_FUNCTION(prompt_mgr_check_label);
Datum
prompt_mgr_check_label(PG_FUNCTION_ARGS)
{
	check_label(PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}

static void
check_label(const char *label)
{
	size_t		len = label == NULL ? 0 : strlen(label);
	const char *reason = NULL;

	if (label != NULL && strcmp(label, "latest") == 0)
		reason = "is computed and always means the newest version";
	else if (len == 0 || len > MAX_LABEL || strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789_.-") < len
			 || strspn(label, "0123456789") == len)
		reason = "must have 1 to 36 characters of a-z, 0-9, \\\"_\\\", \\\".\\\" and \\\"-\\\" and not be a number";
	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("label \"%s\" cannot be set", label == NULL ? "null" : label),
				 errdetail_internal("[{\"path\": \"label\", \"reason\": \"%s\"}]", reason)));
}

/*
 * _check_label_target(prompt_id uuid, version integer, name text, label text)
 * -> boolean
 *
 * Nobody archives the version until this transaction is over.
 */
PM_FUNCTION(prompt_mgr_check_label_target);
Datum
prompt_mgr_check_label_target(PG_FUNCTION_ARGS)
{
	Datum		keys[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	PmHeldRow	version;
	PmQueryRow	found;
	char	   *status;

	if (!pm_hold_row(&version_table, keys, PM_HOLD_KEY, &version))
		refuse_target(fcinfo, NULL);
	status = TextDatumGetCString(version.values[0].value);
	pm_release_row(&version);
	if (strcmp(status, "active") != 0 && strcmp(status, "deprecated") != 0)
		refuse_target(fcinfo, status);
	PG_RETURN_BOOL(pm_fetch_row(&search_table, keys, 0, &found) == PM_FETCHED_ROW);
}

static void
refuse_target(FunctionCallInfo fcinfo, const char *status)
{
	int			version = PG_GETARG_INT32(1);

	if (status == NULL)
		ereport(ERROR,
				(errcode(PM_ERRCODE_NOT_FOUND),
				 errmsg("prompt \"%s\" has no version %d", text_to_cstring(PG_GETARG_TEXT_PP(2)), version),
				 errhint("list_versions() shows its versions.")));
	ereport(ERROR,
			(errcode(PM_ERRCODE_CONFLICT),
			 errmsg("version %d is %s and cannot carry the label \"%s\"", version, status, text_to_cstring(PG_GETARG_TEXT_PP(3))),
			 strcmp(status, "draft") == 0 ? errhint("Publish the draft first, with publish_version().")
			 : errhint("Choose an active version.")));
}

/*
 * _label_moved(prompt_id uuid, label text, move_no integer, version integer,
 *				moved_at timestamptz, moved_by text, reason text,
 *				restored_move integer, release_id uuid, name text, actor text,
 *				has_history boolean, old_version integer, old_moved_by text,
 *				old_moved_at timestamptz) -> boolean
 */
PM_FUNCTION(prompt_mgr_label_moved);
Datum
prompt_mgr_label_moved(PG_FUNCTION_ARGS)
{
	const NullableDatum *args = fcinfo->args;
	bool		dropped = PG_ARGISNULL(VERSION);
	NullableDatum row[PM_AUDIT_COLUMNS];
	PmObject	fields = {0};
	PmEvent		event = {dropped ? "label.dropped" : "label.moved", args[NAME], args[REASON], &fields};

	if (!PG_GETARG_BOOL(HAS_HISTORY))
		pm_write_row(&move_table, args);
	row[PM_AUDIT_CHAIN] = args[PROMPT_ID];
	row[PM_AUDIT_AT] = args[MOVED_AT];
	row[PM_AUDIT_ACTOR] = args[ACTOR];
	row[PM_AUDIT_OBJECT] = (NullableDatum) {CStringGetTextDatum("label"), false};
	row[PM_AUDIT_KEY] = args[LABEL];
	row[PM_AUDIT_ACTION] = (NullableDatum) {CStringGetTextDatum(dropped ? "drop" : "move"), false};
	row[PM_AUDIT_BEFORE] = (NullableDatum) {0, true};
	if (!PG_ARGISNULL(OLD_VERSION))
		row[PM_AUDIT_BEFORE] = version_of(args[OLD_VERSION]);
	row[PM_AUDIT_AFTER] = what_became(args);
	whose_was_it(args, &fields);
	pm_audit_append(row, &event);
	PG_RETURN_BOOL(true);
}

static NullableDatum
version_of(NullableDatum version)
{
	PmObject	before = {0};

	pm_object_int32(&before, "version", version);
	return (NullableDatum) {JsonbPGetDatum(pm_object_to_jsonb(&before)), false};
}

static NullableDatum
what_became(const NullableDatum *args)
{
	PmObject	after = {0};

	pm_object_int32(&after, "version", args[VERSION]);
	pm_object_text(&after, "reason", args[REASON]);
	pm_object_int32(&after, "restored_move", args[RESTORED_MOVE]);
	pm_object_uuid(&after, "release_id", args[RELEASE_ID]);
	return (NullableDatum) {JsonbPGetDatum(pm_object_to_jsonb(&after)), false};
}

/* What belongs to the events label.moved and label.dropped. */
static void
whose_was_it(const NullableDatum *args, PmObject *fields)
{
	pm_object_text(fields, "label", args[LABEL]);
	pm_object_int32(fields, "old_version", args[OLD_VERSION]);
	pm_object_int32(fields, "new_version", args[VERSION]);
	pm_object_text(fields, "old_moved_by", args[OLD_MOVED_BY]);
	pm_object_time(fields, "old_moved_at", args[OLD_MOVED_AT]);
	pm_object_uuid(fields, "release", args[RELEASE_ID]);
}
