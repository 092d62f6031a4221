/*
 * pm_assign.c
 *		Which variant of which experiment a unit has.
 *
 * Experiment, forced variant, sticky row and variant are all read through the
 * snapshot of the calling statement, by index scans where pm_fetch.c can, else
 * by queries.  Only the write looks beyond it: where another session has
 * exposed the same unit in the meantime, that first exposure wins.  Variants
 * are immutable, so the old snapshot knows them all.
 *
 * Where no experiment runs on the prompt and label, the price is one look into
 * a small partial index.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "pm_assign.h"
#include "pm_catalog.h"
#include "pm_fetch.h"
#include "pm_targeting.h"
#include "pm_variant.h"

#define EQ " OPERATOR(pg_catalog.=) "

#define PPM 1000000

/* The same rows twice: for the index scan, and for the query. */
typedef struct Lookup
{
	PmTable		table;
	PmQuery		query;
} Lookup;

/* Columns of running. */
enum
{
	EXPERIMENT_ID, NAME, EPOCH, SALT, ALGORITHM, WEIGHTS, COVERAGE, RAMP_AT, RAMP_PPM,
	TARGETING, LAYER, LAYER_FROM, LAYER_TO, HOLDOUT, HOLDOUT_PPM, STICKY_FROM
};

static Lookup running = {
	{"experiment", "experiment_running_idx", PM_INDEX_PARTIAL,
		2, {{4, "prompt", TEXTOID}, {5, "label", TEXTOID}},
		16, {{1, "experiment_id", UUIDOID}, {2, "name", TEXTOID}, {14, "epoch", INT4OID}, {7, "salt", TEXTOID},
	{8, "algorithm", TEXTOID}, {13, "weights", INT4ARRAYOID}, {15, "coverage_ppm", INT4OID},
	{16, "ramp_at", TIMESTAMPTZARRAYOID}, {17, "ramp_ppm", INT4ARRAYOID}, {18, "targeting", JSONBOID},
	{19, "layer", TEXTOID}, {20, "layer_from", INT4OID}, {21, "layer_to", INT4OID},
	{23, "holdout", TEXTOID}, {24, "holdout_ppm", INT4OID}, {32, "sticky_from", INT4OID}}},
	{"SELECT e.experiment_id, e.name, e.epoch, e.salt, e.algorithm, e.weights, e.coverage_ppm, e.ramp_at, e.ramp_ppm,"
		" e.targeting, e.layer, e.layer_from, e.layer_to, e.holdout, e.holdout_ppm, e.sticky_from"
		" FROM prompt_mgr.experiment AS e"
		" WHERE e.prompt" EQ "$1 AND e.label" EQ "$2 AND e.status" EQ "'running'"
		" ORDER BY e.priority DESC, e.name OFFSET $3 LIMIT 1",
	3, {TEXTOID, TEXTOID, INT8OID}}
};

static Lookup forced = {
	{"experiment_force", "experiment_force_pkey", PM_INDEX_UNIQUE,
		2, {{1, "experiment_id", UUIDOID}, {2, "unit", TEXTOID}},
	1, {{3, "variant_no", INT2OID}}, .mostly_empty = true},
	{"SELECT f.variant_no FROM prompt_mgr.experiment_force AS f WHERE f.experiment_id" EQ "$1 AND f.unit" EQ "$2",
	2, {UUIDOID, TEXTOID}}
};

#define EXPOSURE_OF_UNIT \
	"SELECT x.variant_no, x.exposure_id, x.epoch FROM prompt_mgr.exposure AS x" \
	" WHERE x.experiment_id" EQ "$1 AND x.unit" EQ "$2"

static Lookup sticky = {
	{"exposure", "exposure_pkey", PM_INDEX_UNIQUE,
		2, {{1, "experiment_id", UUIDOID}, {2, "unit", TEXTOID}},
	3, {{3, "variant_no", INT2OID}, {6, "exposure_id", UUIDOID}, {4, "epoch", INT4OID}}},
	{EXPOSURE_OF_UNIT, 2, {UUIDOID, TEXTOID}}
};

static Lookup variant = {
	{"experiment_variant", "experiment_variant_pkey", PM_INDEX_UNIQUE,
		2, {{1, "experiment_id", UUIDOID}, {2, "variant_no", INT2OID}},
		5, {{3, "key", TEXTOID}, {5, "prompt", TEXTOID}, {6, "version", INT4OID}, {7, "label", TEXTOID},
	{4, "prompt_id", UUIDOID}}},
	{"SELECT v.key, v.prompt, v.version, v.label, v.prompt_id FROM prompt_mgr.experiment_variant AS v"
		" WHERE v.experiment_id" EQ "$1 AND v.variant_no" EQ "$2",
	2, {UUIDOID, INT2OID}}
};

static PmQuery expose_query = {
	"INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch, forced, exposure_id)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
	6, {UUIDOID, TEXTOID, INT2OID, INT4OID, BOOLOID, UUIDOID}, true
};

/* What the unit has by now, whoever wrote it. */
static PmQuery exposed_query = {
	EXPOSURE_OF_UNIT, 2, {UUIDOID, TEXTOID}, true
};

static PmQuery cross_query = {
	"INSERT INTO prompt_mgr.exposure_crossover (experiment_id, unit, variant_no)"
	" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	3, {UUIDOID, TEXTOID, INT2OID}, true
};

static bool look_up(Lookup *lookup, const Datum *keys, int skip, PmQueryRow *row);
static int	hashed_variant(const PmQueryRow *e, Datum unit, Jsonb *attributes);
static int32 coverage_now(const PmQueryRow *e);
static bool in_share(Datum unit, Datum salt, const char *suffix, int32 from, int32 to);
static text *salted(Datum salt, const char *suffix);
static void set_variant(PmAssignment *a, int variant_no);

/* Of several experiments, the first that the unit is in. */
void
pm_assign(Datum prompt, Datum label, Datum unit, Jsonb *attributes, PmAssignment *a)
{
	PmQueryRow	e;
	PmQueryRow	row;
	bool		bound;
	int			variant_no = 0;

	memset(a, 0, sizeof(*a));
	if (unit == (Datum) 0)
		return;
	for (int place = 0; !a->found; place++)
	{
		if (!look_up(&running, (Datum[]) {prompt, label, Int64GetDatum(place)}, place, &e))
			return;
		a->experiment_id = e.values[EXPERIMENT_ID];
		a->experiment = e.values[NAME];
		a->epoch = e.values[EPOCH];
		a->forced = look_up(&forced, (Datum[]) {a->experiment_id, unit}, 0, &row);
		if (a->forced)
			variant_no = DatumGetInt16(row.values[0]);
		a->sticky = look_up(&sticky, (Datum[]) {a->experiment_id, unit}, 0, &row);
		if (a->sticky)
		{
			a->sticky_no = DatumGetInt16(row.values[0]);
			a->exposure_id = row.values[1];
		}
		bound = a->sticky && DatumGetInt32(row.values[2]) >= DatumGetInt32(e.values[STICKY_FROM]);
		if (!a->forced)
			variant_no = bound ? a->sticky_no : hashed_variant(&e, unit, attributes);
		a->found = variant_no > 0;
	}
	set_variant(a, variant_no);
}

void
pm_expose(Datum unit, Datum exposure_id, PmAssignment *a)
{
	PmQueryRow	row;

	if (!a->sticky)
	{
		a->exposure_id = exposure_id;
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

/* keys are the arguments of the query, the first of them those of the index. */
static bool
look_up(Lookup *lookup, const Datum *keys, int skip, PmQueryRow *row)
{
	switch (pm_fetch_row(&lookup->table, keys, skip, row))
	{
		case PM_FETCHED_ROW:
			return true;
		case PM_FETCHED_NONE:
			return false;
		case PM_FETCHED_UNKNOWN:
			break;
	}
	return pm_query(&lookup->query, keys, row);
}

/*
 * The variant by the independent hashes of layer, holdout, exposure and
 * variant, each with a salt of its own; 0 where the unit takes no part.
 */
static int
hashed_variant(const PmQueryRow *e, Datum unit, Jsonb *attributes)
{
	text	   *algorithm = DatumGetTextPP(e->values[ALGORITHM]);
	bool		own = VARSIZE_ANY_EXHDR(algorithm) >= 2 && memcmp(VARDATA_ANY(algorithm), "m3", 2) == 0;

	if (!e->nulls[LAYER] && !in_share(unit, e->values[LAYER], "/l", DatumGetInt32(e->values[LAYER_FROM]),
									  DatumGetInt32(e->values[LAYER_TO])))
		return 0;
	if (!e->nulls[HOLDOUT] && in_share(unit, e->values[HOLDOUT], "/h", 0, DatumGetInt32(e->values[HOLDOUT_PPM])))
		return 0;
	if (!pm_targeting_matches(DatumGetJsonbP(e->values[TARGETING]), attributes) ||
		!in_share(unit, e->values[SALT], "/x", 0, coverage_now(e)))
		return 0;
	/* Vendors' algorithms need their salts as they are. */
	return pm_pick_variant(DatumGetTextPP(unit), salted(e->values[SALT], own ? "/v" : ""),
						   DatumGetArrayTypeP(e->values[WEIGHTS]), algorithm);
}

/* The share that takes part at the transaction's time: steps of the ramp are in order. */
static int32
coverage_now(const PmQueryRow *e)
{
	TimestampTz now = GetCurrentTransactionStartTimestamp();
	int32		coverage = DatumGetInt32(e->values[COVERAGE]);

	if (!e->nulls[RAMP_AT] && !e->nulls[RAMP_PPM])
	{
		ArrayType  *at = DatumGetArrayTypeP(e->values[RAMP_AT]);
		ArrayType  *ppm = DatumGetArrayTypeP(e->values[RAMP_PPM]);
		int			steps = ARR_NDIM(at) == 1 && ARR_NDIM(ppm) == 1 && !ARR_HASNULL(at) && !ARR_HASNULL(ppm) ?
			Min(ARR_DIMS(at)[0], ARR_DIMS(ppm)[0]) : 0;

		for (int i = 0; i < steps && ((TimestampTz *) ARR_DATA_PTR(at))[i] <= now; i++)
			coverage = ((int32 *) ARR_DATA_PTR(ppm))[i];
	}
	return coverage;
}

/* Is the unit from there and before there, in parts per million of a salt's hash? */
static bool
in_share(Datum unit, Datum salt, const char *suffix, int32 from, int32 to)
{
	Datum		weights[] = {Int32GetDatum(from), Int32GetDatum(to - from), Int32GetDatum(PPM - to)};

	if (from == 0 && to == PPM)
		return true;
	return pm_pick_variant(DatumGetTextPP(unit), salted(salt, suffix),
						   construct_array(weights, 3, INT4OID, sizeof(int32), true, TYPALIGN_INT),
						   cstring_to_text("m3")) == 2;
}

static text *
salted(Datum salt, const char *suffix)
{
	text	   *plain = DatumGetTextPP(salt);
	int			length = VARSIZE_ANY_EXHDR(plain);
	text	   *result = palloc(VARHDRSZ + length + strlen(suffix));

	memcpy(VARDATA(result), VARDATA_ANY(plain), length);
	memcpy(VARDATA(result) + length, suffix, strlen(suffix));
	SET_VARSIZE(result, VARHDRSZ + length + strlen(suffix));
	return result;
}

static void
set_variant(PmAssignment *a, int variant_no)
{
	PmQueryRow	row;

	a->variant_no = Int16GetDatum(variant_no);
	if (!look_up(&variant, (Datum[]) {a->experiment_id, a->variant_no}, 0, &row))
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("experiment \"%s\" has no variant %d", TextDatumGetCString(a->experiment), variant_no),
				 errhint("A row of exposure or experiment_force names it, or policies hide it; stop the experiment and create another.")));
	a->key = row.values[0];
	a->prompt = row.values[1];
	a->version = row.nulls[2] ? (Datum) 0 : row.values[2];
	a->label = row.values[3];
	a->prompt_id = row.values[4];
}
