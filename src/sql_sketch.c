/*
 * sql_sketch.c
 *		The types latency_sketch and distinct_sketch, their aggregates and accessors.
 */
#include "postgres.h"

#include "pm_distinct.h"
#include "pm_error.h"
#include "pm_latency.h"
#include "pm_sketch_datum.h"

/* The functions that every sketch type has. */
#define SKETCH_FUNCTION(sql_name, body) \
	PM_FUNCTION(sql_name); \
	Datum \
	sql_name(PG_FUNCTION_ARGS) \
	{ \
		return body; \
	}

SKETCH_FUNCTION(prompt_mgr_latency_sketch_in, pm_sketch_in(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_out, pm_sketch_out(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_recv, pm_sketch_recv(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_send, pm_sketch_send(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_from_bytea, pm_sketch_from_bytea(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_of, pm_sketch_of(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_combine, pm_sketch_combine(fcinfo, &pm_latency_kind))
SKETCH_FUNCTION(prompt_mgr_latency_sketch_packed, pm_sketch_packed(fcinfo, &pm_latency_kind))

SKETCH_FUNCTION(prompt_mgr_distinct_sketch_in, pm_sketch_in(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_out, pm_sketch_out(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_recv, pm_sketch_recv(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_send, pm_sketch_send(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_from_bytea, pm_sketch_from_bytea(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_of, pm_sketch_of(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_combine, pm_sketch_combine(fcinfo, &pm_distinct_kind))
SKETCH_FUNCTION(prompt_mgr_distinct_sketch_packed, pm_sketch_packed(fcinfo, &pm_distinct_kind))

static int64 values_of(Datum sketch);

/* Transition: (latency_sketch, seconds float8), strict. */
PM_FUNCTION(prompt_mgr_latency_sketch_accum);
Datum
prompt_mgr_latency_sketch_accum(PG_FUNCTION_ARGS)
{
	int			bucket = pm_latency_bucket(PG_GETARG_FLOAT8(1));

	if (bucket < 0)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	return pm_sketch_accum(fcinfo, &pm_latency_kind, bucket, 1);
}

/* Transition: (distinct_sketch, value text), strict. */
PM_FUNCTION(prompt_mgr_distinct_sketch_accum);
Datum
prompt_mgr_distinct_sketch_accum(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(1);
	int64		rank;
	int			slot = pm_distinct_register(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &rank);

	return pm_sketch_accum(fcinfo, &pm_distinct_kind, slot, rank);
}

/* quantile(s latency_sketch, q float8) */
PM_FUNCTION(prompt_mgr_latency_quantile);
Datum
prompt_mgr_latency_quantile(PG_FUNCTION_ARGS)
{
	double		q = PG_GETARG_FLOAT8(1);
	int64		n = values_of(PG_GETARG_DATUM(0));
	PmSketchReader reader;

	if (!(q >= 0 && q <= 1))
		pm_bad_argument("q", "must be between 0 and 1");
	if (n == 0)
		PG_RETURN_NULL();
	pm_sketch_open(&reader, &pm_latency_kind, PG_GETARG_DATUM(0));
	PG_RETURN_FLOAT8(pm_latency_quantile(&reader, n, q));
}

/* count_within(s latency_sketch, seconds float8) */
PM_FUNCTION(prompt_mgr_latency_within);
Datum
prompt_mgr_latency_within(PG_FUNCTION_ARGS)
{
	PmSketchReader reader;

	pm_sketch_open(&reader, &pm_latency_kind, PG_GETARG_DATUM(0));
	PG_RETURN_INT64(pm_latency_within(&reader, PG_GETARG_FLOAT8(1)));
}

/* distinct_count(s distinct_sketch) */
PM_FUNCTION(prompt_mgr_distinct_count);
Datum
prompt_mgr_distinct_count(PG_FUNCTION_ARGS)
{
	PmSketchReader reader;
	double		estimate;

	pm_sketch_open(&reader, &pm_distinct_kind, PG_GETARG_DATUM(0));
	estimate = pm_distinct_estimate(&reader);
	PG_RETURN_INT64((int64) Min(estimate + 0.5, 9e18));
}

static int64
values_of(Datum sketch)
{
	PmSketchReader reader;
	int64		n = 0;
	int64		count;

	pm_sketch_open(&reader, &pm_latency_kind, sketch);
	while (pm_sketch_step(&reader, &count))
		n += count;
	return n;
}
