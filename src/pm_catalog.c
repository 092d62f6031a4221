/*
 * pm_catalog.c
 *		Reading the registry's tables.
 *
 * The only file that uses SPI.  Each query is prepared once and kept; it runs
 * read-only through the caller's snapshot, so that names and labels are as the
 * statement sees them, privileges and row-level security hold, and a standby
 * will do.  No OID of our tables is remembered: a saved plan looks them up
 * anew where they change.
 *
 * Every name and operator is qualified, because the text is parsed under the
 * caller's search_path.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "pm_catalog.h"
#include "pm_error.h"
#include "pm_fetch.h"

#define EQ " OPERATOR(pg_catalog.=) "

/* What is read: for rendering, or the row of get_prompt(). */
#define RENDER_COLUMNS \
	"SELECT v.version, v.version_id, v.format, v.escape, v.template, v.messages, v.variables, v.constraints, v.config"
#define ROW_COLUMNS \
	"SELECT p.prompt_id, v.version_id, p.name, v.version," \
	" ARRAY(SELECT x.label FROM prompt_mgr.prompt_label AS x" \
	"  WHERE x.prompt_id" EQ "v.prompt_id AND x.version" EQ "v.version ORDER BY x.label)," \
	" p.kind, v.template, v.messages, v.variables, v.config, v.constraints, v.status," \
	" v.format, v.escape, p.description, p.category, p.tags, v.change_note," \
	" pg_catalog.encode(v.content_sha256, 'hex'), v.created_at, v.created_by," \
	" v.semver, v.metadata, p.attributes, p.author, p.language, p.complexity, p.models, p.archived_at"

/* How the version is found; $1 name, $2 version, $3 label, $4 time. */
#define FROM_PROMPT \
	" FROM prompt_mgr.prompt AS p" \
	" JOIN prompt_mgr.prompt_version AS v ON v.prompt_id" EQ "p.prompt_id"
#define BY_LABEL FROM_PROMPT \
	" JOIN prompt_mgr.prompt_label AS l ON l.prompt_id" EQ "v.prompt_id AND l.version" EQ "v.version" \
	" WHERE l.name" EQ "$1 AND l.label" EQ "$3"
#define BY_VERSION FROM_PROMPT " WHERE p.name" EQ "$1 AND v.version" EQ "$2"
#define LATEST FROM_PROMPT \
	" WHERE p.name" EQ "$1 AND v.status" EQ "ANY ('{active,deprecated}')" \
	" ORDER BY v.version DESC LIMIT 1"
#define AS_OF FROM_PROMPT \
	" WHERE p.name" EQ "$1 AND v.version" EQ "(SELECT m.version FROM prompt_mgr.label_move AS m" \
	"  WHERE m.prompt_id" EQ "p.prompt_id AND m.label" EQ "$3" \
	"   AND m.moved_at OPERATOR(pg_catalog.<=) $4" \
	"  ORDER BY m.move_no DESC LIMIT 1)"

typedef struct RegistryQuery
{
	const char *text;
	SPIPlanPtr	plan;			/* NULL until first used */
} RegistryQuery;

enum
{
	FIND_BY_LABEL, FIND_BY_VERSION, FIND_LATEST, FIND_AS_OF, FIND_WAYS
};

static RegistryQuery render_queries[FIND_WAYS] = {
	{RENDER_COLUMNS BY_LABEL}, {RENDER_COLUMNS BY_VERSION},
	{RENDER_COLUMNS LATEST}, {RENDER_COLUMNS AS_OF}
};
static RegistryQuery row_queries[FIND_WAYS] = {
	{ROW_COLUMNS BY_LABEL}, {ROW_COLUMNS BY_VERSION},
	{ROW_COLUMNS LATEST}, {ROW_COLUMNS AS_OF}
};
static RegistryQuery labels_query = {
	"SELECT pg_catalog.string_agg(l.label, ', ' ORDER BY l.label)"
	" FROM prompt_mgr.prompt AS p"
	" LEFT JOIN (prompt_mgr.prompt_label AS l"
	"  JOIN prompt_mgr.prompt_version AS v ON v.prompt_id" EQ "l.prompt_id AND v.version" EQ "l.version)"
	" ON l.prompt_id" EQ "p.prompt_id"
	" WHERE p.name" EQ "$1 GROUP BY p.prompt_id"
};

static PmQuery alias_query = {
	"SELECT p.name, p.prompt_id FROM prompt_mgr.prompt_alias AS a"
	" JOIN prompt_mgr.prompt AS p ON p.prompt_id" EQ "a.prompt_id"
	" WHERE a.alias" EQ "$1",
	1, {TEXTOID}
};

static void copy_row(PmQueryRow *row, MemoryContext context);
static void run(RegistryQuery *query, const PmWanted *wanted);
static bool find(RegistryQuery *queries, const PmWanted *wanted);
pg_noreturn static void raise_not_found(const PmWanted *wanted);
static Datum column(int number, bool *isnull);
static char *text_column(int number, MemoryContext context);

void
pm_check_ready(void)
{
	Oid			schema = get_namespace_oid(PM_SCHEMA, true);

	if (!OidIsValid(schema) || !OidIsValid(get_relname_relid("access_grant", schema)))
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("prompt_mgr has no tables yet in this database"),
				 errhint("Run SELECT prompt_mgr.init(); as the owner of schema prompt_mgr.")));
}

void
pm_get_wanted(FunctionCallInfo fcinfo, int name, int version, int label, PmWanted *wanted)
{
	if (PG_ARGISNULL(name))
		pm_bad_argument("name", "must not be null");
	memset(wanted, 0, sizeof(*wanted));
	wanted->name_text = PG_GETARG_TEXT_PP(name);
	wanted->name = text_to_cstring(wanted->name_text);
	if (!PG_ARGISNULL(label))
		wanted->label = text_to_cstring(PG_GETARG_TEXT_PP(label));
	if (!PG_ARGISNULL(version))
	{
		wanted->version = PG_GETARG_INT32(version);
		if (wanted->version < 1)
			pm_bad_argument("version", "must be 1 or more");
		if (wanted->label != NULL)
			pm_bad_argument("label", "must not be given together with version");
	}
	else if (wanted->label == NULL)
		wanted->label = "production";
}

bool
pm_find_version(const PmWanted *wanted, PmVersion *result)
{
	MemoryContext caller = CurrentMemoryContext;
	bool		isnull;
	Datum		values[5];

	if (pm_fetch_version(wanted, result))
		return true;
	SPI_connect();
	if (!find(render_queries, wanted))
	{
		SPI_finish();
		return false;
	}
	result->version = DatumGetInt32(column(1, &isnull));
	result->version_id = *DatumGetUUIDP(column(2, &isnull));
	result->format = text_column(3, caller);
	result->escape = text_column(4, caller);
	for (int i = 0; i < 5; i++)
	{
		values[i] = column(5 + i, &isnull);
		MemoryContextSwitchTo(caller);
		values[i] = isnull ? (Datum) 0 : PointerGetDatum(PG_DETOAST_DATUM_COPY(values[i]));
	}
	pm_set_content(result, values);
	result->config = (Jsonb *) DatumGetPointer(values[4]);
	SPI_finish();
	return true;
}

bool
pm_follow_alias(PmWanted *wanted)
{
	Datum		alias = PointerGetDatum(wanted->name_text);
	PmQueryRow	row;

	if (!pm_query(&alias_query, &alias, &row))
		return false;
	wanted->name_text = DatumGetTextPP(row.values[0]);
	wanted->name = text_to_cstring(wanted->name_text);
	wanted->prompt_id = row.values[1];
	return true;
}

void
pm_load_version(PmWanted *wanted, PmVersion *result)
{
	if (!pm_find_version(wanted, result) &&
		!(pm_follow_alias(wanted) && pm_find_version(wanted, result)))
		raise_not_found(wanted);
}

void
pm_set_content(PmVersion *version, const Datum *content)
{
	version->template = (text *) DatumGetPointer(content[0]);
	version->messages = (Jsonb *) DatumGetPointer(content[1]);
	version->declarations = (Jsonb *) DatumGetPointer(content[2]);
	version->constraints = (Jsonb *) DatumGetPointer(content[3]);
	if (version->declarations != NULL && JB_ROOT_COUNT(version->declarations) == 0)
		version->declarations = NULL;
	if (version->constraints != NULL && JB_ROOT_COUNT(version->constraints) == 0)
		version->constraints = NULL;
}

Datum
pm_load_prompt_row(PmWanted *wanted, TupleDesc desc)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum		row;

	SPI_connect();
	if (!find(row_queries, wanted))
	{
		bool		followed;

		MemoryContextSwitchTo(caller);
		followed = pm_follow_alias(wanted);
		if (!followed || !find(row_queries, wanted))
			raise_not_found(wanted);
	}
	row = PointerGetDatum(SPI_returntuple(SPI_tuptable->vals[0], desc));
	SPI_finish();
	return row;
}

bool
pm_query(PmQuery *query, const Datum *args, PmQueryRow *row)
{
	MemoryContext caller = CurrentMemoryContext;
	char		nulls[PM_QUERY_MAX_ARGS];
	bool		found;

	SPI_connect();
	if (query->plan == NULL)
	{
		SPIPlanPtr	plan;

		pm_check_ready();
		/* All of them look into indexes: planning anew would cost more than running. */
		plan = SPI_prepare_cursor(query->text, query->nargs, query->types, CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL)
			elog(ERROR, "could not prepare a query: %s", SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
		query->plan = plan;
	}
	for (int i = 0; i < query->nargs; i++)
		nulls[i] = args[i] == (Datum) 0 && !get_typbyval(query->types[i]) ? 'n' : ' ';
	if (query->latest)
		PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_plan(query->plan, (Datum *) args, nulls, !query->fresh, 1) < 0)
		elog(ERROR, "could not run a query: %s", SPI_result_code_string(SPI_result));
	if (query->latest)
		PopActiveSnapshot();
	found = SPI_processed > 0;
	if (found && row != NULL)
		copy_row(row, caller);
	SPI_finish();
	return found;
}

void
pm_query_as(const char *text, Oid role, DestReceiver *to)
{
	SPIExecuteOptions options = {.read_only = true, .dest = to};
	Oid			caller;
	int			context;

	SPI_connect();
	/* An error puts the user back by itself, with the transaction's state. */
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	SPI_execute_extended(text, &options);
	SetUserIdAndSecContext(caller, context);
	SPI_finish();
}

/* The row in SPI_tuptable, its values detoasted. */
static void
copy_row(PmQueryRow *row, MemoryContext context)
{
	TupleDesc	desc = SPI_tuptable->tupdesc;

	Assert(desc->natts <= PM_QUERY_MAX_COLUMNS);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		MemoryContext own;

		row->values[i] = column(i + 1, &row->nulls[i]);
		if (row->nulls[i])
			continue;
		own = MemoryContextSwitchTo(context);
		row->values[i] = attribute->attlen == -1 ?
			PointerGetDatum(PG_DETOAST_DATUM_COPY(row->values[i])) :
			datumCopy(row->values[i], attribute->attbyval, attribute->attlen);
		MemoryContextSwitchTo(own);
	}
}

/* Leaves exactly one row in SPI_tuptable, or returns false. */
static bool
find(RegistryQuery *queries, const PmWanted *wanted)
{
	int			way = FIND_BY_LABEL;

	if (wanted->version != 0)
		way = FIND_BY_VERSION;
	else if (wanted->has_as_of)
		way = FIND_AS_OF;
	else if (strcmp(wanted->label, "latest") == 0)
		way = FIND_LATEST;
	run(&queries[way], wanted);
	return SPI_processed > 0;
}

static void
run(RegistryQuery *query, const PmWanted *wanted)
{
	static Oid types[] = {TEXTOID, INT4OID, TEXTOID, TIMESTAMPTZOID};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};

	if (query->plan == NULL)
	{
		SPIPlanPtr	plan;

		pm_check_ready();
		plan = SPI_prepare(query->text, lengthof(types), types);
		if (plan == NULL)
			elog(ERROR, "could not prepare a query: %s", SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
		query->plan = plan;
	}
	values[0] = PointerGetDatum(wanted->name_text);
	values[1] = Int32GetDatum(wanted->version);
	values[2] = CStringGetTextDatum(wanted->label != NULL ? wanted->label : "");
	values[3] = TimestampTzGetDatum(wanted->as_of);
	if (SPI_execute_plan(query->plan, values, nulls, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not run a query: %s", SPI_result_code_string(SPI_result));
}

/* Says what is missing: the prompt, its version, or its label. */
static void
raise_not_found(const PmWanted *wanted)
{
	bool		isnull;
	Datum		labels;

	SPI_connect();
	run(&labels_query, wanted);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(PM_ERRCODE_NOT_FOUND),
				 errmsg("prompt \"%s\" does not exist or is not visible", wanted->name),
				 errhint("list_prompts() shows the prompts that you may see.")));
	if (wanted->version != 0)
		ereport(ERROR,
				(errcode(PM_ERRCODE_NOT_FOUND),
				 errmsg("prompt \"%s\" has no version %d", wanted->name, wanted->version),
				 errhint("list_versions() shows its versions.")));
	labels = column(1, &isnull);
	ereport(ERROR,
			(errcode(PM_ERRCODE_NOT_FOUND),
			 wanted->has_as_of ?
			 errmsg("label \"%s\" of prompt \"%s\" pointed at no version at that time", wanted->label, wanted->name) :
			 errmsg("prompt \"%s\" has no label \"%s\"", wanted->name, wanted->label),
			 isnull ? errhint("It has no label yet; activate() sets one.") :
			 errhint("Its labels are: %s.", TextDatumGetCString(labels))));
}

static Datum
column(int number, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number, isnull);
}

static char *
text_column(int number, MemoryContext context)
{
	bool		isnull;
	Datum		value = column(number, &isnull);

	return isnull ? NULL : MemoryContextStrdup(context, TextDatumGetCString(value));
}
