/*
 * sql_ztest.c
 *		The two-proportion z-test in SQL: summary type, aggregate, accessors; and
 *		the other tests of that summary.
 *
 * The state of the aggregate is the summary type itself, four counts of fixed
 * size.  So it needs no serialization in parallel plans, can be stored in a
 * table and rolled up, and is the same on disk for ever.
 */
#include "postgres.h"

#include "common/int.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_row.h"
#include "pm_state.h"

/* The type proportion_summary as it is stored; its size is in 50_ztest.sql. */
typedef struct ProportionSummary
{
	int64		n_control;
	int64		x_control;
	int64		n_treatment;
	int64		x_treatment;
} ProportionSummary;

static bool is_possible(const void *value);
static int64 add_counts(int64 a, int64 b);
static Datum ztest_row(FunctionCallInfo fcinfo, const ProportionSummary *summary,
					   PmStatAlternative side, double alpha, double margin);

static const PmStateType proportion_summary = {
	.name = "proportion_summary",
	.members = "iiii",
	.shape = "(n_control,x_control,n_treatment,x_treatment)",
	.rule = "Successes must be between 0 and the number of units.",
	.valid = is_possible
};

PM_FUNCTION(prompt_mgr_proportion_summary_in);
Datum
prompt_mgr_proportion_summary_in(PG_FUNCTION_ARGS)
{
	return pm_state_in(fcinfo, &proportion_summary);
}

PM_FUNCTION(prompt_mgr_proportion_summary_out);
Datum
prompt_mgr_proportion_summary_out(PG_FUNCTION_ARGS)
{
	return pm_state_out(fcinfo, &proportion_summary);
}

PM_FUNCTION(prompt_mgr_proportion_summary_recv);
Datum
prompt_mgr_proportion_summary_recv(PG_FUNCTION_ARGS)
{
	return pm_state_recv(fcinfo, &proportion_summary);
}

PM_FUNCTION(prompt_mgr_proportion_summary_send);
Datum
prompt_mgr_proportion_summary_send(PG_FUNCTION_ARGS)
{
	return pm_state_send(fcinfo, &proportion_summary);
}

/* Transition: (proportion_summary, success boolean, treatment boolean), strict. */
PM_FUNCTION(prompt_mgr_proportion_summary_accum);
Datum
prompt_mgr_proportion_summary_accum(PG_FUNCTION_ARGS)
{
	ProportionSummary *state = pm_state_writable(fcinfo, sizeof(ProportionSummary));
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
	ProportionSummary *state = pm_state_writable(fcinfo, sizeof(ProportionSummary));
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
					 pm_stat_side(PG_GETARG_TEXT_PP(1)), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3));
}

/* Final function of two_proportion_ztest(): ztest() with its defaults. */
PM_FUNCTION(prompt_mgr_ztest_final);
Datum
prompt_mgr_ztest_final(PG_FUNCTION_ARGS)
{
	return ztest_row(fcinfo, (ProportionSummary *) PG_GETARG_POINTER(0), PM_STAT_TWO_SIDED, 0.05, 0);
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

	return ztest_row(fcinfo, &summary, pm_stat_side(PG_GETARG_TEXT_PP(4)),
					 PG_GETARG_FLOAT8(5), PG_GETARG_FLOAT8(6));
}

/* always_valid_test(summary, alpha, planned_n, alternative, margin) */
PM_FUNCTION(prompt_mgr_proportion_always_valid);
Datum
prompt_mgr_proportion_always_valid(PG_FUNCTION_ARGS)
{
	const ProportionSummary *summary = (ProportionSummary *) PG_GETARG_POINTER(0);
	PmAlwaysValid test;

	pm_stat_check(pm_always_valid_counts(summary->x_control, summary->n_control,
										 summary->x_treatment, summary->n_treatment,
										 PG_GETARG_FLOAT8(1), PG_GETARG_INT64(2),
										 pm_stat_side(PG_GETARG_TEXT_PP(3)),
										 PG_GETARG_FLOAT8(4), &test));
	return pm_always_valid_row(fcinfo, &test);
}

/* hybrid_test(summary, alpha, planned_n, previous_n, alternative, margin) */
PM_FUNCTION(prompt_mgr_proportion_hybrid);
Datum
prompt_mgr_proportion_hybrid(PG_FUNCTION_ARGS)
{
	const ProportionSummary *summary = (ProportionSummary *) PG_GETARG_POINTER(0);

	return pm_hybrid_counts_row(fcinfo, summary->x_control, summary->n_control,
								summary->x_treatment, summary->n_treatment, 1);
}

/* bayes_test(summary, prior_a float8, prior_b float8) */
PM_FUNCTION(prompt_mgr_proportion_bayes);
Datum
prompt_mgr_proportion_bayes(PG_FUNCTION_ARGS)
{
	const ProportionSummary *summary = (ProportionSummary *) PG_GETARG_POINTER(0);
	PmBayes		bayes;
	PmBayesRow	fields;

	pm_stat_check(pm_bayes_counts(summary->x_control, summary->n_control,
								  summary->x_treatment, summary->n_treatment,
								  PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), &bayes));
	pm_bayes_of_counts(&bayes, &fields);
	return pm_bayes_row(fcinfo, &fields);
}

static bool
is_possible(const void *value)
{
	const ProportionSummary *summary = value;

	return summary->x_control >= 0 && summary->x_control <= summary->n_control &&
		summary->x_treatment >= 0 && summary->x_treatment <= summary->n_treatment;
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
		  PmStatAlternative side, double alpha, double margin)
{
	PmZtest		test;

	pm_stat_check(pm_ztest_counts(summary->x_control, summary->n_control,
								  summary->x_treatment, summary->n_treatment,
								  side, alpha, margin, &test));
	return pm_ztest_row(fcinfo, &test, true);
}
