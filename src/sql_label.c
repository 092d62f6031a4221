/*
 * sql_label.c
 *		What the triggers of prompt_label do for every move.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "pm_audit.h"
#include "pm_fetch.h"
#include "pm_write.h"

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

/* What _label_moved() is given: first the columns of label_move. */
enum
{
	PROMPT_ID, LABEL, MOVE_NO, VERSION, MOVED_AT, MOVED_BY, REASON, RESTORED_MOVE, RELEASE_ID,
	NAME, ACTOR, HAS_HISTORY, OLD_VERSION, OLD_MOVED_BY, OLD_MOVED_AT
};

static void refuse_target(FunctionCallInfo fcinfo, const char *status);
static NullableDatum version_of(NullableDatum version);
static NullableDatum what_became(const NullableDatum *args);
static void whose_was_it(const NullableDatum *args, PmObject *what);

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
	PmObject	what = {0};
	PmEvent		event = {dropped ? "label.dropped" : "label.moved", args[NAME], args[REASON], &what};

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
	whose_was_it(args, &what);
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
whose_was_it(const NullableDatum *args, PmObject *what)
{
	pm_object_text(what, "label", args[LABEL]);
	pm_object_int32(what, "old_version", args[OLD_VERSION]);
	pm_object_int32(what, "new_version", args[VERSION]);
	pm_object_text(what, "old_moved_by", args[OLD_MOVED_BY]);
	pm_object_time(what, "old_moved_at", args[OLD_MOVED_AT]);
	pm_object_uuid(what, "release", args[RELEASE_ID]);
}
