/*
 * sql_serve.c
 *		Serving a prompt to a unit: variant chosen, version resolved, text
 *		rendered and exposure recorded in one call.
 *
 * Experiment, sticky row, version and label are all read through the snapshot
 * of the calling statement.  Only the write looks beyond it: where another
 * session has exposed the same unit in the meantime, that first exposure wins,
 * and its variant is what is served.  Variants are immutable, so the old
 * snapshot knows them all.
 *
 * Where no experiment runs on the prompt and label, the price is one look into
 * a small partial index.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "pm_catalog.h"
#include "pm_chat.h"
#include "pm_constraint.h"
#include "pm_error.h"
#include "pm_jsonb.h"
#include "pm_render.h"
#include "pm_row.h"
#include "pm_targeting.h"

#define EQ " OPERATOR(pg_catalog.=) "

/* Both are keys of an index, whose rows have a limit. */
#define MAX_UNIT_BYTES 1024

/*
 * The experiments that run under prompt $1 and label $2, one by one, and the
 * variant that their hashes give unit $3 with attributes $4: of layer, holdout,
 * exposure and variant, each with a salt of its own.  A share of a million is
 * asked for as weights, by which m3 decides alike.
 *
 * What the unit has had before, and the variant itself, are asked for after
 * that: three looks into one table each cost half of what one query over all
 * of them does, nearly all of it being the executor's start.
 */
#define SHARE(salt, share) \
	"prompt_mgr.pick_variant($3, " salt ", ARRAY[" share ", 1000000 OPERATOR(pg_catalog.-) " share "])" EQ "1"
#define COVERAGE \
	"CASE WHEN e.ramp_at IS NULL THEN e.coverage_ppm ELSE COALESCE((e.ramp_ppm)" \
	"[pg_catalog.width_bucket(pg_catalog.now(), e.ramp_at)], e.coverage_ppm) END"
#define CONCAT " OPERATOR(pg_catalog.||) "

static PmQuery running_query = {
	"SELECT e.experiment_id, e.name, e.epoch,"
	" (SELECT f.variant_no FROM prompt_mgr.experiment_force AS f WHERE f.experiment_id" EQ "e.experiment_id AND f.unit" EQ "$3),"
	" CASE"
	"  WHEN e.layer IS NOT NULL AND (prompt_mgr.pick_variant($3, e.layer" CONCAT "'/l',"
	"   ARRAY[e.layer_from, e.layer_to OPERATOR(pg_catalog.-) e.layer_from, 1000000 OPERATOR(pg_catalog.-) e.layer_to])" EQ "2) IS NOT TRUE THEN NULL"
	"  WHEN e.holdout IS NOT NULL AND " SHARE("e.holdout" CONCAT "'/h'", "e.holdout_ppm") " THEN NULL"
	"  WHEN NOT prompt_mgr.matches_targeting(e.targeting, $4) THEN NULL"
	"  WHEN (" SHARE("e.salt" CONCAT "'/x'", COVERAGE) ") IS NOT TRUE THEN NULL"
	"  ELSE prompt_mgr.pick_variant($3, CASE WHEN e.algorithm" EQ "ANY ('{m3,m3_rendezvous}') THEN e.salt" CONCAT "'/v' ELSE e.salt END,"
	"   e.weights, e.algorithm) END"
	" FROM prompt_mgr.experiment AS e"
	" WHERE e.prompt" EQ "$1 AND e.label" EQ "$2 AND e.status" EQ "'running'"
	" ORDER BY e.priority DESC, e.name OFFSET $5 LIMIT 1",
	5, {TEXTOID, TEXTOID, TEXTOID, JSONBOID, INT8OID}
};

static PmQuery sticky_query = {
	"SELECT x.variant_no, x.exposure_id FROM prompt_mgr.exposure AS x"
	" WHERE x.experiment_id" EQ "$1 AND x.unit" EQ "$2",
	2, {UUIDOID, TEXTOID}
};

static PmQuery variant_query = {
	"SELECT v.key, v.prompt, v.version, v.label FROM prompt_mgr.experiment_variant AS v"
	" WHERE v.experiment_id" EQ "$1 AND v.variant_no" EQ "$2",
	2, {UUIDOID, INT2OID}
};

static PmQuery expose_query = {
	"INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch, forced, exposure_id)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
	6, {UUIDOID, TEXTOID, INT2OID, INT4OID, BOOLOID, UUIDOID}, true
};

/* What the unit has by now, whoever wrote it. */
static PmQuery exposed_query = {
	"SELECT x.variant_no, x.exposure_id FROM prompt_mgr.exposure AS x"
	" WHERE x.experiment_id" EQ "$1 AND x.unit" EQ "$2",
	2, {UUIDOID, TEXTOID}, true
};

static PmQuery cross_query = {
	"INSERT INTO prompt_mgr.exposure_crossover (experiment_id, unit, variant_no)"
	" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	3, {UUIDOID, TEXTOID, INT2OID}, true
};

static PmQuery experiment_query = {
	"SELECT e.prompt, e.label FROM prompt_mgr.experiment AS e WHERE e.name" EQ "$1",
	1, {TEXTOID}
};

/* Which variant a unit has, and what is known of it. */
typedef struct Assignment
{
	bool		found;			/* else the unit is in no experiment */
	Datum		experiment_id;
	Datum		experiment;		/* its name */
	Datum		epoch;
	Datum		variant_no;
	Datum		key;
	Datum		prompt;			/* what the variant serves */
	Datum		version;		/* 0 = by label */
	Datum		label;
	bool		sticky;			/* the unit was exposed before, to: */
	int			sticky_no;
	Datum		exposure_id;
	bool		forced;
} Assignment;

static Datum serve(FunctionCallInfo fcinfo, bool record, bool logged, Datum label, Jsonb *options);
static void assign(Datum prompt, Datum label, Datum unit, Datum attributes, Assignment *a);
static void set_variant(Assignment *a, int variant_no);
static void expose(Datum unit, Assignment *a);
static void set_wanted(PmWanted *wanted, Datum prompt, Datum label, const Assignment *a);
static void render(const PmWanted *wanted, PmVersion *version, Jsonb *variables,
				   Jsonb *options, PmRow *row);
static Datum text_argument(FunctionCallInfo fcinfo, int number, const char *name);
static Datum unit_argument(FunctionCallInfo fcinfo, int number);
static Datum attributes_argument(FunctionCallInfo fcinfo, int number);
static Jsonb *empty_object(void);
static Datum new_uuid(void);

/* matches_targeting(rules jsonb, attributes jsonb) -> boolean */
PM_FUNCTION(prompt_mgr_matches_targeting);
Datum
prompt_mgr_matches_targeting(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		pm_bad_argument("targeting", "must not be null");
	PG_RETURN_BOOL(pm_targeting_matches(PG_GETARG_JSONB_P(0),
										PG_ARGISNULL(1) ? empty_object() : PG_GETARG_JSONB_P(1)));
}

/* assign_variant(experiment text, unit text, attributes jsonb) -> text */
PM_FUNCTION(prompt_mgr_assign_variant);
Datum
prompt_mgr_assign_variant(PG_FUNCTION_ARGS)
{
	Datum		name = text_argument(fcinfo, 0, "experiment");
	Datum		unit = unit_argument(fcinfo, 1);
	PmQueryRow	row;
	Assignment	a;

	if (!pm_query(&experiment_query, &name, &row))
		ereport(ERROR,
				(errcode(PM_ERRCODE_NOT_FOUND),
				 errmsg("experiment \"%s\" does not exist or is not visible", TextDatumGetCString(name))));
	assign(row.values[0], row.values[1], unit, attributes_argument(fcinfo, 2), &a);
	/* Another one, of higher priority, may have the unit. */
	if (!a.found || !DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, a.experiment, name)))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(a.key);
}

/*
 * serve_prompt(name text, unit text, variables jsonb, attributes jsonb,
 *				record boolean, label text, options jsonb) -> row
 */
PM_FUNCTION(prompt_mgr_serve_prompt);
Datum
prompt_mgr_serve_prompt(PG_FUNCTION_ARGS)
{
	return serve(fcinfo, PG_ARGISNULL(4) || PG_GETARG_BOOL(4), true,
				 text_argument(fcinfo, 5, "label"),
				 PG_ARGISNULL(6) ? NULL : PG_GETARG_JSONB_P(6));
}

/*
 * preview_prompt(name text, unit text, variables jsonb, attributes jsonb,
 *				  label text, options jsonb) -> row
 */
PM_FUNCTION(prompt_mgr_preview_prompt);
Datum
prompt_mgr_preview_prompt(PG_FUNCTION_ARGS)
{
	return serve(fcinfo, false, false, text_argument(fcinfo, 4, "label"),
				 PG_ARGISNULL(5) ? NULL : PG_GETARG_JSONB_P(5));
}

static Datum
serve(FunctionCallInfo fcinfo, bool record, bool logged, Datum label, Jsonb *options)
{
	Datum		name = text_argument(fcinfo, 0, "name");
	Datum		unit = unit_argument(fcinfo, 1);
	Jsonb	   *variables = PG_ARGISNULL(2) ? empty_object() :
		pm_jsonb_object_argument(PG_GETARG_JSONB_P(2), "variables");
	Assignment	a;
	PmWanted	wanted;
	PmVersion	version;
	PmRow		row;

	assign(name, label, unit, attributes_argument(fcinfo, 3), &a);
	if (a.found && record)
		expose(unit, &a);
	set_wanted(&wanted, name, label, &a);
	pm_load_version(&wanted, &version);

	pm_row_begin(&row, fcinfo);
	pm_row_text(&row, wanted.name);
	pm_row_int32(&row, version.version);
	pm_row_datum(&row, UUIDPGetDatum(&version.version_id));
	pm_row_datum(&row, label);
	pm_row_text(&row, a.found ? TextDatumGetCString(a.experiment) : NULL);
	pm_row_text(&row, a.found ? TextDatumGetCString(a.key) : NULL);
	if (a.found && logged && a.exposure_id != (Datum) 0)
		pm_row_datum(&row, a.exposure_id);
	else
		pm_row_text(&row, NULL);
	if (logged)
		pm_row_datum(&row, new_uuid());
	else
		pm_row_text(&row, NULL);
	render(&wanted, &version, variables, options, &row);
	pm_row_datum(&row, JsonbPGetDatum(version.config));
	/* The number of tokens, once there are tables to count them by. */
	pm_row_text(&row, NULL);
	return pm_row_end(&row);
}

/* Of several experiments, the first that the unit is in. */
static void
assign(Datum prompt, Datum label, Datum unit, Datum attributes, Assignment *a)
{
	PmQueryRow	running;
	PmQueryRow	sticky;

	memset(a, 0, sizeof(*a));
	if (unit == (Datum) 0)
		return;
	for (int64 place = 0; !a->found; place++)
	{
		if (!pm_query(&running_query, (Datum[]) {prompt, label, unit, attributes, Int64GetDatum(place)}, &running))
			return;
		a->experiment_id = running.values[0];
		a->experiment = running.values[1];
		a->epoch = running.values[2];
		a->forced = !running.nulls[3];
		a->sticky = pm_query(&sticky_query, (Datum[]) {a->experiment_id, unit}, &sticky);
		a->found = a->forced || a->sticky || !running.nulls[4];
	}
	if (a->sticky)
	{
		a->sticky_no = DatumGetInt16(sticky.values[0]);
		a->exposure_id = sticky.values[1];
	}
	set_variant(a, a->forced ? DatumGetInt16(running.values[3]) :
				a->sticky ? a->sticky_no : DatumGetInt32(running.values[4]));
}

static void
set_variant(Assignment *a, int variant_no)
{
	PmQueryRow	row;

	a->variant_no = Int16GetDatum(variant_no);
	if (!pm_query(&variant_query, (Datum[]) {a->experiment_id, a->variant_no}, &row))
		elog(ERROR, "could not read variant %d of an experiment", variant_no);
	a->key = row.values[0];
	a->prompt = row.values[1];
	a->version = row.nulls[2] ? (Datum) 0 : row.values[2];
	a->label = row.values[3];
}

/* Records the first exposure of a unit; what was recorded before stands. */
static void
expose(Datum unit, Assignment *a)
{
	PmQueryRow	row;

	if (!a->sticky)
	{
		a->exposure_id = new_uuid();
		if (pm_query(&expose_query, (Datum[]) {a->experiment_id, unit, a->variant_no, a->epoch,
											   BoolGetDatum(a->forced), a->exposure_id}, NULL))
			return;
		if (!pm_query(&exposed_query, (Datum[]) {a->experiment_id, unit}, &row))
			elog(ERROR, "could not read an exposure again");
		a->sticky_no = DatumGetInt16(row.values[0]);
		a->exposure_id = row.values[1];
		if (!a->forced)
			set_variant(a, a->sticky_no);
	}
	if (DatumGetInt16(a->variant_no) != a->sticky_no)
		pm_query(&cross_query, (Datum[]) {a->experiment_id, unit, a->variant_no}, NULL);
}

/* The version that the unit gets. */
static void
set_wanted(PmWanted *wanted, Datum prompt, Datum label, const Assignment *a)
{
	memset(wanted, 0, sizeof(*wanted));
	wanted->name_text = DatumGetTextPP(a->found ? a->prompt : prompt);
	wanted->name = text_to_cstring(wanted->name_text);
	if (a->found && a->version != (Datum) 0)
		wanted->version = DatumGetInt32(a->version);
	else
		wanted->label = TextDatumGetCString(a->found ? a->label : label);
}

/* Sets the columns text and messages. */
static void
render(const PmWanted *wanted, PmVersion *version, Jsonb *variables, Jsonb *options, PmRow *row)
{
	PmSettings	settings;
	PmRender	render;
	text	   *rendered = NULL;
	Jsonb	   *messages = NULL;

	pm_read_settings(version->format, version->escape, options, &settings);
	if (settings.declarations != NULL)
		pm_bad_argument("options.declared", "must not be given for a stored prompt, which has its own");
	settings.declarations = version->declarations;
	settings.constraints = version->constraints;
	pm_render_begin(&render, wanted->name, wanted->label, &version->version_id, variables, &settings);
	if (version->template != NULL)
		rendered = pm_render_text(&render, VARDATA_ANY(version->template), VARSIZE_ANY_EXHDR(version->template));
	else
		messages = pm_render_chat(&render, version->messages);
	pm_render_end(&render);
	if (rendered != NULL)
	{
		if (version->constraints != NULL)
			pm_constraint_check_output(wanted->name, version->constraints,
									   VARDATA_ANY(rendered), VARSIZE_ANY_EXHDR(rendered));
		pm_row_datum(row, PointerGetDatum(rendered));
		pm_row_text(row, NULL);
	}
	else
	{
		if (version->constraints != NULL)
			pm_constraint_check_messages(wanted->name, version->constraints, messages);
		pm_row_text(row, NULL);
		pm_row_datum(row, JsonbPGetDatum(messages));
	}
}

static Datum
text_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		pm_bad_argument(name, "must not be null");
	return PointerGetDatum(PG_GETARG_TEXT_PP(number));
}

/* 0 for NULL, a unit that is in no experiment. */
static Datum
unit_argument(FunctionCallInfo fcinfo, int number)
{
	text	   *unit;

	if (PG_ARGISNULL(number))
		return (Datum) 0;
	unit = PG_GETARG_TEXT_PP(number);
	if (VARSIZE_ANY_EXHDR(unit) > MAX_UNIT_BYTES)
		pm_bad_argument("unit", "must have at most 1024 bytes");
	return PointerGetDatum(unit);
}

static Datum
attributes_argument(FunctionCallInfo fcinfo, int number)
{
	return JsonbPGetDatum(PG_ARGISNULL(number) ? empty_object() :
						  pm_jsonb_object_argument(PG_GETARG_JSONB_P(number), "attributes"));
}

static Jsonb *
empty_object(void)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
}

/* A UUID of version 7: milliseconds, then randomness. */
static Datum
new_uuid(void)
{
	pg_uuid_t  *uuid = palloc(sizeof(*uuid));
	uint64		ms = (uint64) ((GetCurrentTimestamp() +
								(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY) / 1000);

	if (!pg_strong_random(&uuid->data[6], UUID_LEN - 6))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	for (int i = 0; i < 6; i++)
		uuid->data[i] = (unsigned char) (ms >> (40 - 8 * i));
	uuid->data[6] = (uuid->data[6] & 0x0f) | 0x70;
	uuid->data[8] = (uuid->data[8] & 0x3f) | 0x80;
	return UUIDPGetDatum(uuid);
}
