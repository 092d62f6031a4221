/*
 * sql_ztest.c
 *		The two-proportion z-test in SQL: summary type, aggregate, accessors.
 *
 * The state of the aggregate is the summary type itself, four counts of fixed
 * size.  So it needs no serialization in parallel plans, can be stored in a
 * table and rolled up, and is the same on disk for ever.
 */
#include "postgres.h"

#include "common/int.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_row.h"
#include "pm_stat_ztest.h"

/* The type proportion_summary as it is stored; its size is in 50_ztest.sql. */
typedef struct ProportionSummary
{
	int64		n_control;
	int64		x_control;
	int64		n_treatment;
	int64		x_treatment;
} ProportionSummary;

/* Leads the binary form, in case another one is ever needed. */
#define SUMMARY_FORMAT 1

#define WHITE_SPACE " \t\n\r\v\f"

static bool parse_summary(const char *input, ProportionSummary *value);
static bool is_possible(const ProportionSummary *value);
static ProportionSummary *writable_state(FunctionCallInfo fcinfo);
static int64 add_counts(int64 a, int64 b);
static Datum ztest_row(FunctionCallInfo fcinfo, const ProportionSummary *summary,
					   text *alternative, double alpha, double margin);

PM_FUNCTION(prompt_mgr_proportion_summary_in);
Datum
prompt_mgr_proportion_summary_in(PG_FUNCTION_ARGS)
{
	char	   *input = PG_GETARG_CSTRING(0);
	ProportionSummary *value = palloc(sizeof(*value));

	if (!parse_summary(input, value))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "proportion_summary", input),
				 errdetail("Expected (n_control,x_control,n_treatment,x_treatment).")));
	if (!is_possible(value))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("impossible value for type %s: \"%s\"", "proportion_summary", input),
				 errdetail("Successes must be between 0 and the number of units.")));
	PG_RETURN_POINTER(value);
}

PM_FUNCTION(prompt_mgr_proportion_summary_out);
Datum
prompt_mgr_proportion_summary_out(PG_FUNCTION_ARGS)
{
	ProportionSummary *value = (ProportionSummary *) PG_GETARG_POINTER(0);

	PG_RETURN_CSTRING(psprintf("(" INT64_FORMAT "," INT64_FORMAT "," INT64_FORMAT "," INT64_FORMAT ")",
							   value->n_control, value->x_control,
							   value->n_treatment, value->x_treatment));
}

PM_FUNCTION(prompt_mgr_proportion_summary_recv);
Datum
prompt_mgr_proportion_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	ProportionSummary *value = palloc(sizeof(*value));

	if (pq_getmsgbyte(buf) != SUMMARY_FORMAT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unknown format of type %s", "proportion_summary")));
	value->n_control = pq_getmsgint64(buf);
	value->x_control = pq_getmsgint64(buf);
	value->n_treatment = pq_getmsgint64(buf);
	value->x_treatment = pq_getmsgint64(buf);
	if (!is_possible(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("impossible value for type %s", "proportion_summary")));
	PG_RETURN_POINTER(value);
}

PM_FUNCTION(prompt_mgr_proportion_summary_send);
Datum
prompt_mgr_proportion_summary_send(PG_FUNCTION_ARGS)
{
	ProportionSummary *value = (ProportionSummary *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, SUMMARY_FORMAT);
	pq_sendint64(&buf, value->n_control);
	pq_sendint64(&buf, value->x_control);
	pq_sendint64(&buf, value->n_treatment);
	pq_sendint64(&buf, value->x_treatment);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Transition: (proportion_summary, success boolean, treatment boolean), strict. */
PM_FUNCTION(prompt_mgr_proportion_summary_accum);
Datum
prompt_mgr_proportion_summary_accum(PG_FUNCTION_ARGS)
{
	ProportionSummary *state = writable_state(fcinfo);
	bool		success = PG_GETARG_BOOL(1);

	/* One row at a time cannot overflow 63 bits. */
	if (PG_GETARG_BOOL(2))
	{
		state->n_treatment++;
		state->x_treatment += success;
	}
	else
	{
		state->n_control++;
		state->x_control += success;
	}
	PG_RETURN_POINTER(state);
}

/* Combine function and transition of rollup(); strict. */
PM_FUNCTION(prompt_mgr_proportion_summary_combine);
Datum
prompt_mgr_proportion_summary_combine(PG_FUNCTION_ARGS)
{
	ProportionSummary *state = writable_state(fcinfo);
	ProportionSummary *other = (ProportionSummary *) PG_GETARG_POINTER(1);

	state->n_control = add_counts(state->n_control, other->n_control);
	state->x_control = add_counts(state->x_control, other->x_control);
	state->n_treatment = add_counts(state->n_treatment, other->n_treatment);
	state->x_treatment = add_counts(state->x_treatment, other->x_treatment);
	PG_RETURN_POINTER(state);
}

/* ztest(summary, alternative text, alpha float8, margin float8) */
PM_FUNCTION(prompt_mgr_ztest);
Datum
prompt_mgr_ztest(PG_FUNCTION_ARGS)
{
	return ztest_row(fcinfo, (ProportionSummary *) PG_GETARG_POINTER(0),
					 PG_GETARG_TEXT_PP(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3));
}

/* Final function of two_proportion_ztest(): ztest() with its defaults. */
PM_FUNCTION(prompt_mgr_ztest_final);
Datum
prompt_mgr_ztest_final(PG_FUNCTION_ARGS)
{
	return ztest_row(fcinfo, (ProportionSummary *) PG_GETARG_POINTER(0), NULL, 0.05, 0);
}

/*
 * ztest_counts(x_control, n_control, x_treatment, n_treatment bigint,
 *				alternative text, alpha float8, margin float8)
 */
PM_FUNCTION(prompt_mgr_ztest_counts);
Datum
prompt_mgr_ztest_counts(PG_FUNCTION_ARGS)
{
	ProportionSummary summary = {
		.x_control = PG_GETARG_INT64(0),
		.n_control = PG_GETARG_INT64(1),
		.x_treatment = PG_GETARG_INT64(2),
		.n_treatment = PG_GETARG_INT64(3)
	};

	return ztest_row(fcinfo, &summary, PG_GETARG_TEXT_PP(4), PG_GETARG_FLOAT8(5), PG_GETARG_FLOAT8(6));
}

/* "(1,2,3,4)", with white space wherever it may stand. */
static bool
parse_summary(const char *input, ProportionSummary *value)
{
	int64	   *fields[] = {
		&value->n_control, &value->x_control, &value->n_treatment, &value->x_treatment
	};

	for (int i = 0; i < 4; i++)
	{
		char	   *end;

		input += strspn(input, WHITE_SPACE);
		if (*input++ != (i == 0 ? '(' : ','))
			return false;
		errno = 0;
		*fields[i] = strtoi64(input, &end, 10);
		if (errno != 0 || end == input)
			return false;
		input = end;
	}
	input += strspn(input, WHITE_SPACE);
	if (*input++ != ')')
		return false;
	return input[strspn(input, WHITE_SPACE)] == '\0';
}

static bool
is_possible(const ProportionSummary *value)
{
	return value->x_control >= 0 && value->x_control <= value->n_control &&
		value->x_treatment >= 0 && value->x_treatment <= value->n_treatment;
}

/* The state: changed in place inside an aggregate, on a copy elsewhere. */
static ProportionSummary *
writable_state(FunctionCallInfo fcinfo)
{
	ProportionSummary *state = (ProportionSummary *) PG_GETARG_POINTER(0);
	ProportionSummary *copy;

	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	copy = palloc(sizeof(*copy));
	*copy = *state;
	return copy;
}

static int64
add_counts(int64 a, int64 b)
{
	int64		sum;

	if (pg_add_s64_overflow(a, b, &sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	return sum;
}

static Datum
ztest_row(FunctionCallInfo fcinfo, const ProportionSummary *summary,
		  text *alternative, double alpha, double margin)
{
	PmStatAlternative side = PM_STAT_TWO_SIDED;
	PmZtest		test;
	PmRow		row;

	if (alternative != NULL &&
		!pm_stat_alternative_parse(VARDATA_ANY(alternative), VARSIZE_ANY_EXHDR(alternative), &side))
		pm_bad_argument("alternative", "must be two-sided, greater or less");
	pm_stat_check(pm_ztest_counts(summary->x_control, summary->n_control,
								  summary->x_treatment, summary->n_treatment,
								  side, alpha, margin, &test));

	pm_row_begin(&row, fcinfo);
	pm_row_int64(&row, test.n_control);
	pm_row_int64(&row, test.x_control);
	pm_row_int64(&row, test.n_treatment);
	pm_row_int64(&row, test.x_treatment);
	pm_row_float8(&row, test.p_control);
	pm_row_float8(&row, test.p_treatment);
	pm_row_float8(&row, test.diff);
	pm_row_float8(&row, test.lift);
	pm_row_float8(&row, test.z);
	pm_row_float8(&row, test.p_value);
	pm_row_float8(&row, test.log10_p);
	pm_row_float8(&row, test.ci_low);
	pm_row_float8(&row, test.ci_high);
	pm_row_float8(&row, test.level);
	pm_row_text(&row, pm_stat_reason_text(test.reason));
	pm_row_text(&row, pm_stat_alternative_text(test.alternative));
	pm_row_float8(&row, test.margin);
	pm_row_float8(&row, test.p_exact);
	pm_row_float8(&row, test.lift_low);
	pm_row_float8(&row, test.lift_high);
	pm_row_bool(&row, test.ci_adjusted);
	return pm_row_end(&row);
}
