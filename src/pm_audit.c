/*
 * pm_audit.c
 *		Writing the audit and the events.
 *
 * The head of a chain is a row, and its lock makes those who write to one
 * chain go one after the other.
 *
 * The hash is over UTF-8, whatever the database's encoding, so that it can be
 * computed anywhere else; and over the row's fields as text, each led by its
 * length, so that no two rows have the same bytes.  docs/audit.md has the same
 * in SQL.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "commands/sequence.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "pm_audit.h"
#include "pm_fetch.h"
#include "pm_guc.h"
#include "pm_write.h"

#define CHANNEL "prompt_mgr"

/* PostgreSQL's own limit on the text of a notification, less what tells it apart. */
#define MAX_NOTIFICATION 7900

/* Between the epochs of Unix and PostgreSQL. */
#define UNIX_TO_POSTGRES ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

static PmTable chain_table = {
	"audit_chain", "audit_chain_pkey", PM_INDEX_UNIQUE,
	1, {{1, "prompt_id", UUIDOID}},
	3, {{2, "audit_no", INT8OID}, {3, "at", TIMESTAMPTZOID}, {4, "hash", BYTEAOID}}
};

/* Its columns are in the order of PM_AUDIT_CHAIN to PM_AUDIT_HASH. */
static PmTable entry_table = {
	"audit", "audit_pkey", PM_INDEX_UNIQUE,
	2, {{1, "prompt_id", UUIDOID}, {2, "audit_no", INT8OID}},
	PM_AUDIT_COLUMNS, {{1, "prompt_id", UUIDOID}, {2, "audit_no", INT8OID}, {3, "at", TIMESTAMPTZOID}, {4, "actor", TEXTOID},
	{5, "session_role", TEXTOID}, {6, "txid", XID8OID}, {7, "object", TEXTOID}, {8, "key", TEXTOID},
	{9, "action", TEXTOID}, {10, "before", JSONBOID}, {11, "after", JSONBOID}, {12, "hash", BYTEAOID}}
};

static PmTable event_table = {
	"event", "event_pkey", PM_INDEX_UNIQUE,
	1, {{1, "event_id", INT8OID}},
	8, {{1, "event_id", INT8OID}, {2, "type", TEXTOID}, {3, "at", TIMESTAMPTZOID}, {4, "prompt_id", UUIDOID},
	{5, "payload", JSONBOID}, {6, "attempts", INT4OID}, {7, "claimed_by", TEXTOID}, {8, "leased_until", TIMESTAMPTZOID}}
};

static PmTable dependency_table = {
	"prompt_dependency", "prompt_dependency_partial_idx", PM_INDEX_SHARED,
	1, {{3, "partial", TEXTOID}},
	1, {{1, "prompt_id", UUIDOID}},
	.mostly_empty = true
};

/* Begins a chain, where nobody else has meanwhile. */
static PmQuery chain_query = {
	"INSERT INTO prompt_mgr.audit_chain (prompt_id, audit_no, at, hash) VALUES ($1, 0, $2, '')"
	" ON CONFLICT ON CONSTRAINT audit_chain_pkey DO NOTHING",
	2, {UUIDOID, TIMESTAMPTZOID}, true
};

static PmQuery dependants_query = {
	"SELECT pg_catalog.jsonb_agg(DISTINCT u.prompt ORDER BY u.prompt)"
	" FROM prompt_mgr.prompt_usages($1) AS u",
	1, {TEXTOID}, true
};

static void add_event(const NullableDatum *row, const PmEvent *event);
static int64 next_event_id(void);
static void announce(const PmObject *what, int64 event_id);
static Jsonb *dependants_of(NullableDatum name);
static char *hash_text(const bytea *hash);
static char *column_text(int column, Datum value);

bytea *
pm_audit_hash(const bytea *previous, const NullableDatum *row)
{
	bytea	   *result = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	StringInfoData message;
	pg_cryptohash_ctx *context;

	/* "<bytes>:<value>", or "-" for NULL, which begins no number */
	initStringInfo(&message);
	for (int i = 0; i < PM_AUDIT_HASH; i++)
	{
		const char *value = row[i].isnull ? NULL : column_text(i, row[i].value);

		if (value == NULL)
			appendStringInfoChar(&message, '-');
		else
		{
			char		length[MAXINT8LEN + 1];

			appendBinaryStringInfo(&message, length, pg_ulltoa_n(strlen(value), length));
			appendStringInfoChar(&message, ':');
			appendStringInfoString(&message, value);
		}
	}

	context = pg_cryptohash_create(PG_SHA256);
	if (context == NULL || pg_cryptohash_init(context) < 0
		|| (previous != NULL
			&& pg_cryptohash_update(context, (const uint8 *) VARDATA_ANY(previous), VARSIZE_ANY_EXHDR(previous)) < 0)
		|| pg_cryptohash_update(context, (uint8 *) message.data, message.len) < 0
		|| pg_cryptohash_final(context, (uint8 *) VARDATA(result), PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("could not compute a SHA-256 digest")));
	pg_cryptohash_free(context);
	SET_VARSIZE(result, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	return result;
}

void
pm_audit_append(NullableDatum *row, const PmEvent *event)
{
	Datum		key = row[PM_AUDIT_CHAIN].value;
	PmHeldRow	head;
	bytea	   *hash;

	while (!pm_hold_row(&chain_table, &key, PM_HOLD_TO_CHANGE, &head))
		pm_query(&chain_query, (Datum[]) {key, row[PM_AUDIT_AT].value}, NULL);

	row[PM_AUDIT_NO] = (NullableDatum) {Int64GetDatum(DatumGetInt64(head.values[0].value) + 1), false};
	if (DatumGetTimestampTz(row[PM_AUDIT_AT].value) < DatumGetTimestampTz(head.values[1].value))
		row[PM_AUDIT_AT].value = head.values[1].value;
	row[PM_AUDIT_SESSION_ROLE] = (NullableDatum) {CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false)), false};
	row[PM_AUDIT_TXID] = (NullableDatum) {FullTransactionIdGetDatum(GetTopFullTransactionId()), false};
	hash = pm_audit_hash(DatumGetByteaPP(head.values[2].value), row);
	row[PM_AUDIT_HASH] = (NullableDatum) {PointerGetDatum(hash), false};

	head.values[0] = row[PM_AUDIT_NO];
	head.values[1] = row[PM_AUDIT_AT];
	head.values[2] = row[PM_AUDIT_HASH];
	pm_change_row(&head);
	pm_write_row(&entry_table, row);
	if (event != NULL)
		add_event(row, event);
}

/*
 * Adds the event of a change, and announces it at commit.  Whoever may connect
 * may listen: the announcement has what a cache needs to know, and not who did
 * it and why.
 */
static void
add_event(const NullableDatum *row, const PmEvent *event)
{
	PmObject	what = {0};
	NullableDatum prompt_id = {row[PM_AUDIT_CHAIN].value, event->name.isnull};	/* a release has a chain, and no name */
	int64		event_id = next_event_id();

	pm_object_string(&what, "type", event->type);
	pm_object_uuid(&what, "prompt_id", prompt_id);
	pm_object_int64(&what, "audit_no", DatumGetInt64(row[PM_AUDIT_NO].value));
	pm_object_string(&what, "txid", column_text(PM_AUDIT_TXID, row[PM_AUDIT_TXID].value));
	pm_object_text(&what, "name", event->name);
	pm_object_jsonb(&what, "dependants", dependants_of(event->name));
	pm_object_add_all(&what, event->fields);
	if (pm_guc_notify())
		announce(&what, event_id);
	pm_object_text(&what, "actor", row[PM_AUDIT_ACTOR]);
	pm_object_text(&what, "reason", event->reason);
	pm_object_string(&what, "audit_hash", hash_text(DatumGetByteaPP(row[PM_AUDIT_HASH].value)));
	pm_write_row(&event_table, (NullableDatum[])
				 {
					 {Int64GetDatum(event_id), false}, {CStringGetTextDatum(event->type), false}, row[PM_AUDIT_AT],
					 prompt_id, {JsonbPGetDatum(pm_object_to_jsonb(&what)), false},
					 {Int32GetDatum(0), false}, {0, true}, {0, true}
				 });
}

static int64
next_event_id(void)
{
	return nextval_internal(get_relname_relid("event_event_id_seq", get_namespace_oid(PM_SCHEMA, false)), false);
}

static void
announce(const PmObject *what, int64 event_id)
{
	StringInfoData note;

	initStringInfo(&note);
	pm_object_to_text(what, &note);
	if (note.len > MAX_NOTIFICATION)
	{
		PmObject	little = {0};

		for (int i = 0; i < what->n; i++)
			if (strcmp(what->members[i].name, "type") == 0 || strcmp(what->members[i].name, "prompt_id") == 0)
				little.members[little.n++] = what->members[i];
		resetStringInfo(&note);
		pm_object_to_text(&little, &note);
	}
	note.len--;					/* the closing brace */
	appendStringInfo(&note, ", \"event_id\": " INT64_FORMAT "}", event_id);
	Async_Notify(CHANNEL, note.data);
}

/* The names of the prompts that use a prompt as a partial, as an array. */
static Jsonb *
dependants_of(NullableDatum name)
{
	PmQueryRow	row;

	if (!name.isnull && pm_fetch_row(&dependency_table, &name.value, 0, &row) != PM_FETCHED_NONE)
	{
		pm_query(&dependants_query, &name.value, &row);
		if (!row.nulls[0])
			return DatumGetJsonbP(row.values[0]);
	}
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("[]")));
}

static char *
hash_text(const bytea *hash)
{
	char	   *result = palloc(2 * PG_SHA256_DIGEST_LENGTH + 1);

	result[hex_encode(VARDATA_ANY(hash), PG_SHA256_DIGEST_LENGTH, result)] = '\0';
	return result;
}

/* A column of the audit as UTF-8 text that no setting changes. */
static char *
column_text(int column, Datum value)
{
	char	   *result;

	switch (column)
	{
		case PM_AUDIT_CHAIN:
			return DatumGetCString(DirectFunctionCall1(uuid_out, value));
		case PM_AUDIT_NO:
			return psprintf(INT64_FORMAT, DatumGetInt64(value));
		case PM_AUDIT_AT:
			return psprintf(INT64_FORMAT, DatumGetTimestampTz(value) + UNIX_TO_POSTGRES);
		case PM_AUDIT_TXID:
			return psprintf(UINT64_FORMAT, DatumGetUInt64(value));
		case PM_AUDIT_BEFORE:
		case PM_AUDIT_AFTER:
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
