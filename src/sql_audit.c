/*
 * sql_audit.c
 *		Writing the audit: the hash of a row, and appending one, with its event.
 *
 * Label moves pass through here, so a row costs two short queries, an event a
 * third, and JSON is written as text: there is a notification to send as text
 * anyhow.
 *
 * The hash is over UTF-8, whatever the database's encoding, so that it can be
 * computed anywhere else; and over the row's fields as text, each led by its
 * length, so that no two rows have the same bytes.  docs/audit.md has the same
 * in SQL.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "pm_catalog.h"
#include "pm_guc.h"

#define EQ " OPERATOR(pg_catalog.=) "
#define CHANNEL "prompt_mgr"

/* PostgreSQL's own limit on the text of a notification, less what tells it apart. */
#define MAX_NOTIFICATION 7900

/* Between the epochs of Unix and PostgreSQL. */
#define UNIX_TO_POSTGRES ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* What _audit_append() is given, by position. */
enum
{
	CHAIN, AT, ACTOR, OBJECT, KEY, ACTION, BEFORE, AFTER, NAME, EVENT_TYPE, FIELDS, REASON, APPEND_ARGS
};

/*
 * The head of the chain moves on by one row; its lock is what makes the
 * writers of one chain go one after the other.  On the way it is asked whether
 * anybody uses the prompt as a partial.
 */
static PmQuery head_query = {
	"UPDATE prompt_mgr.audit_chain AS c"
	" SET audit_no = c.audit_no OPERATOR(pg_catalog.+) 1, at = GREATEST(c.at, $2),"
	"  hash = prompt_mgr.audit_hash(c.hash, c.prompt_id, c.audit_no OPERATOR(pg_catalog.+) 1, GREATEST(c.at, $2),"
	"   $3, SESSION_USER::pg_catalog.text, pg_catalog.pg_current_xact_id(), $4, $5, $6, $7, $8)"
	" WHERE c.prompt_id" EQ "$1 RETURNING c.audit_no, c.at, c.hash, pg_catalog.encode(c.hash, 'hex'),"
	"  EXISTS (SELECT FROM prompt_mgr.prompt_dependency AS d WHERE d.partial" EQ "$9)",
	9, {UUIDOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID, TEXTOID}, true
};

/* Begins a chain, where nobody else has meanwhile. */
static PmQuery chain_query = {
	"INSERT INTO prompt_mgr.audit_chain (prompt_id, audit_no, at, hash) VALUES ($1, 0, $2, '')"
	" ON CONFLICT ON CONSTRAINT audit_chain_pkey DO NOTHING",
	2, {UUIDOID, TIMESTAMPTZOID}, true
};

static PmQuery entry_query = {
	"INSERT INTO prompt_mgr.audit (prompt_id, at, actor, object, key, action, before, after, audit_no, hash, session_role, txid)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, SESSION_USER, pg_catalog.pg_current_xact_id())",
	10, {UUIDOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID, INT8OID, BYTEAOID}, true
};

static PmQuery dependants_query = {
	"SELECT pg_catalog.jsonb_agg(DISTINCT u.prompt ORDER BY u.prompt)::pg_catalog.text"
	" FROM prompt_mgr.prompt_usages($1) AS u",
	1, {TEXTOID}, true
};

static PmQuery event_query = {
	"INSERT INTO prompt_mgr.event AS e (type, at, prompt_id, payload)"
	" VALUES ($1, $2, $3, $4) RETURNING e.event_id",
	4, {TEXTOID, TIMESTAMPTZOID, UUIDOID, JSONBOID}, true
};

static void announce(const Datum *args, const PmQueryRow *head);
static const char *dependants_of(const Datum *name);
static void add_string(StringInfo json, const char *name, Datum value);
static void add_field(StringInfo message, const char *value);
static char *argument_text(FunctionCallInfo fcinfo, int number);

/*
 * audit_hash(previous bytea, prompt_id uuid, audit_no bigint, at timestamptz,
 *			  actor text, session_role text, txid xid8, object text, key text,
 *			  action text, before jsonb, after jsonb) -> bytea
 */
PM_FUNCTION(prompt_mgr_audit_hash);
Datum
prompt_mgr_audit_hash(PG_FUNCTION_ARGS)
{
	bytea	   *previous = PG_ARGISNULL(0) ? NULL : PG_GETARG_BYTEA_PP(0);
	bytea	   *result = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	StringInfoData message;
	pg_cryptohash_ctx *context;

	initStringInfo(&message);
	for (int i = 1; i < 12; i++)
		add_field(&message, argument_text(fcinfo, i));

	context = pg_cryptohash_create(PG_SHA256);
	if (context == NULL || pg_cryptohash_init(context) < 0
		|| (previous != NULL
			&& pg_cryptohash_update(context, (uint8 *) VARDATA_ANY(previous), VARSIZE_ANY_EXHDR(previous)) < 0)
		|| pg_cryptohash_update(context, (uint8 *) message.data, message.len) < 0
		|| pg_cryptohash_final(context, (uint8 *) VARDATA(result), PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("could not compute a SHA-256 digest")));
	pg_cryptohash_free(context);
	SET_VARSIZE(result, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	PG_RETURN_BYTEA_P(result);
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
	Datum		args[APPEND_ARGS];
	Datum		entry[AFTER + 3];
	PmQueryRow	head;

	for (int i = 0; i < APPEND_ARGS; i++)
		args[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
	while (!pm_query(&head_query, args, &head))
		pm_query(&chain_query, args, NULL);

	memcpy(entry, args, sizeof(entry));
	entry[AT] = head.values[1];
	entry[AFTER + 1] = head.values[0];
	entry[AFTER + 2] = head.values[2];
	pm_query(&entry_query, entry, NULL);
	if (args[EVENT_TYPE] != (Datum) 0)
		announce(args, &head);
	PG_RETURN_BOOL(true);
}

/*
 * Adds the event of a change, and announces it at commit.  Whoever may connect
 * may listen: the announcement has what a cache needs to know, and not who did
 * it and why.
 */
static void
announce(const Datum *args, const PmQueryRow *head)
{
	char	   *fields = JsonbToCString(NULL, &DatumGetJsonbP(args[FIELDS])->root, 0);
	/* a release has a chain, and no name */
	bool		of_prompt = args[NAME] != (Datum) 0;
	const char *prompt_id = !of_prompt ? "null"
		: psprintf("\"%s\"", DatumGetCString(DirectFunctionCall1(uuid_out, args[CHAIN])));
	Datum		event[] = {args[EVENT_TYPE], head->values[1], of_prompt ? args[CHAIN] : (Datum) 0, (Datum) 0};
	StringInfoData json;
	StringInfoData note;
	PmQueryRow	row;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	add_string(&json, "type", args[EVENT_TYPE]);
	appendStringInfo(&json, ", \"prompt_id\": %s, \"audit_no\": " INT64_FORMAT ", \"txid\": \"" UINT64_FORMAT "\", ",
					 prompt_id, DatumGetInt64(head->values[0]), U64FromFullTransactionId(GetTopFullTransactionId()));
	add_string(&json, "name", args[NAME]);
	appendStringInfo(&json, ", \"dependants\": %s", DatumGetBool(head->values[4]) ? dependants_of(&args[NAME]) : "[]");
	if (fields[1] != '}')
		appendStringInfo(&json, ", %.*s", (int) strlen(fields) - 2, fields + 1);
	initStringInfo(&note);
	appendBinaryStringInfo(&note, json.data, json.len);

	appendStringInfoString(&json, ", ");
	add_string(&json, "actor", args[ACTOR]);
	appendStringInfoString(&json, ", ");
	add_string(&json, "reason", args[REASON]);
	appendStringInfoString(&json, ", ");
	add_string(&json, "audit_hash", head->values[3]);
	appendStringInfoChar(&json, '}');
	event[3] = DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
	pm_query(&event_query, event, &row);

	if (!pm_guc_notify())
		return;
	if (note.len > MAX_NOTIFICATION)
	{
		resetStringInfo(&note);
		appendStringInfoChar(&note, '{');
		add_string(&note, "type", args[EVENT_TYPE]);
		appendStringInfo(&note, ", \"prompt_id\": %s", prompt_id);
	}
	appendStringInfo(&note, ", \"event_id\": " INT64_FORMAT "}", DatumGetInt64(row.values[0]));
	Async_Notify(CHANNEL, note.data);
}

/* The names of the prompts that use a prompt as a partial, as a JSON array. */
static const char *
dependants_of(const Datum *name)
{
	PmQueryRow	row;

	pm_query(&dependants_query, name, &row);
	return row.nulls[0] ? "[]" : TextDatumGetCString(row.values[0]);
}

static void
add_string(StringInfo json, const char *name, Datum value)
{
	appendStringInfo(json, "\"%s\": ", name);
	if (value == (Datum) 0)
		appendStringInfoString(json, "null");
	else
		escape_json(json, TextDatumGetCString(value));
}

/* "<bytes>:<value>", or "-" for NULL, which begins no number. */
static void
add_field(StringInfo message, const char *value)
{
	if (value == NULL)
		appendStringInfoChar(message, '-');
	else
		appendStringInfo(message, "%zu:%s", strlen(value), value);
}

/* An argument of audit_hash() as UTF-8 text that no setting changes; NULL for NULL. */
static char *
argument_text(FunctionCallInfo fcinfo, int number)
{
	Datum		value = PG_GETARG_DATUM(number);
	char	   *result;

	if (PG_ARGISNULL(number))
		return NULL;
	switch (number)
	{
		case 1:
			return DatumGetCString(DirectFunctionCall1(uuid_out, value));
		case 2:
			return psprintf(INT64_FORMAT, DatumGetInt64(value));
		case 3:
			return psprintf(INT64_FORMAT, DatumGetTimestampTz(value) + UNIX_TO_POSTGRES);
		case 6:
			return psprintf(UINT64_FORMAT, DatumGetUInt64(value));
		case 10:
		case 11:
			{
				Jsonb	   *document = DatumGetJsonbP(value);

				result = JsonbToCString(NULL, &document->root, VARSIZE(document));
				break;
			}
		default:
			result = TextDatumGetCString(value);
	}
	return pg_server_to_any(result, strlen(result), PG_UTF8);
}
