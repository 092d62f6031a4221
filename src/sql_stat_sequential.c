/*
 * sql_stat_sequential.c
 *		Tests that may be looked at repeatedly: always valid, hybrid, group
 *		sequential.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_group.h"
#include "pm_stat_row.h"

static Datum hybrid_row(FunctionCallInfo fcinfo, PmHybrid *test,
						double fixed_low, double fixed_high);
static void intersect(double low, double high, double *ci_low, double *ci_high);
static PmSpending spending_of(text *word);
static void poll_interrupts(void *arg);

/*
 * always_valid_counts(x_control, n_control, x_treatment, n_treatment bigint,
 *					   alpha float8, planned_n bigint, alternative text,
 *					   margin float8)
 */
PM_FUNCTION(prompt_mgr_always_valid_counts);
Datum
prompt_mgr_always_valid_counts(PG_FUNCTION_ARGS)
{
	PmAlwaysValid test;

	pm_stat_check(pm_always_valid_counts(PG_GETARG_INT64(0), PG_GETARG_INT64(1),
										 PG_GETARG_INT64(2), PG_GETARG_INT64(3),
										 PG_GETARG_FLOAT8(4), PG_GETARG_INT64(5),
										 pm_stat_side(PG_GETARG_TEXT_PP(6)),
										 PG_GETARG_FLOAT8(7), &test));
	return pm_always_valid_row(fcinfo, &test);
}

/*
 * hybrid_counts(x_control, n_control, x_treatment, n_treatment bigint,
 *				 alpha float8, planned_n bigint, previous_n bigint,
 *				 alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_hybrid_counts);
Datum
prompt_mgr_hybrid_counts(PG_FUNCTION_ARGS)
{
	return pm_hybrid_counts_row(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1),
								PG_GETARG_INT64(2), PG_GETARG_INT64(3), 4);
}

/* group_sequential_bounds(fractions float8[], alpha float8, spending text) */
PM_FUNCTION(prompt_mgr_group_sequential_bounds);
Datum
prompt_mgr_group_sequential_bounds(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			n;
	double	   *fractions = pm_stat_doubles(array, "fractions", &n);
	double	   *bounds = palloc_array(double, n + 1);

	pm_stat_check_length("fractions", n, PM_GROUP_MAX_LOOKS);
	pm_stat_check(pm_group_bounds(fractions, n, PG_GETARG_FLOAT8(1),
								  spending_of(PG_GETARG_TEXT_PP(2)),
								  poll_interrupts, NULL, bounds));
	return pm_stat_doubles_datum(bounds, n, array);
}

Datum
pm_hybrid_counts_row(FunctionCallInfo fcinfo, int64 x_control, int64 n_control,
					 int64 x_treatment, int64 n_treatment, int first)
{
	PmStatAlternative side = pm_stat_side(PG_GETARG_TEXT_PP(first + 3));
	double		margin = PG_GETARG_FLOAT8(first + 4);
	PmHybrid	test;
	PmZtest		fixed;

	pm_stat_check(pm_hybrid_counts(x_control, n_control, x_treatment, n_treatment,
								   PG_GETARG_FLOAT8(first), PG_GETARG_INT64(first + 1),
								   PG_GETARG_INT64(first + 2), side, margin, &test));
	pm_stat_check(pm_ztest_counts(x_control, n_control, x_treatment, n_treatment,
								  side, test.fixed_alpha, margin, &fixed));
	if (test.planned_look && !test.sequential.gate_open)
	{
		/* Counts too small for the normal distribution: the exact test, or none. */
		test.fixed_p_value = margin == 0 ? fixed.p_exact : PM_STAT_NULL;
		test.reject = test.fixed_p_value <= test.fixed_alpha;
	}
	return hybrid_row(fcinfo, &test, fixed.ci_low, fixed.ci_high);
}

Datum
pm_hybrid_means_row(FunctionCallInfo fcinfo, const PmMeanArm *control,
					const PmMeanArm *treatment, int first, PmStatReason reason,
					int64 n_control, int64 n_treatment)
{
	PmStatAlternative side = pm_stat_side(PG_GETARG_TEXT_PP(first + 3));
	double		margin = PG_GETARG_FLOAT8(first + 4);
	PmHybrid	test;
	PmTtest		fixed;

	pm_stat_check(pm_hybrid_means(control, treatment, PG_GETARG_FLOAT8(first),
								  PG_GETARG_INT64(first + 1), PG_GETARG_INT64(first + 2),
								  side, margin, &test));
	pm_stat_check(pm_welch_ttest(control, treatment, side, test.fixed_alpha, margin, &fixed));
	if (reason != PM_STAT_REASON_NONE)
	{
		test.sequential.reason = reason;
		test.sequential.n_control = n_control;
		test.sequential.n_treatment = n_treatment;
	}
	return hybrid_row(fcinfo, &test, fixed.ci_low, fixed.ci_high);
}

/*
 * The p-value is the weighted Bonferroni of the two parts, at most alpha where
 * one of them is at most its share.  By the same union bound both intervals
 * hold together at the full level, so at the planned look theirs is the common
 * part.
 */
static Datum
hybrid_row(FunctionCallInfo fcinfo, PmHybrid *test, double fixed_low, double fixed_high)
{
	PmAlwaysValid *part = &test->sequential;
	double		p_value;
	PmRow		row;

	pm_always_valid_guard(part);
	p_value = fmin(part->p_value / PM_HYBRID_SHARE,
				   test->fixed_p_value / (1 - PM_HYBRID_SHARE));
	if (p_value > 1)
		p_value = 1;
	if (test->planned_look && part->gate_open)
		intersect(fixed_low, fixed_high, &part->ci_low, &part->ci_high);
	if (!pm_stat_is_null(p_value))
		pm_stat_reconcile(test->reject, part->diff, part->margin, &part->ci_low, &part->ci_high);
	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, part->diff);
	pm_row_float8(&row, p_value);
	pm_row_float8(&row, part->ci_low);
	pm_row_float8(&row, part->ci_high);
	pm_row_bool(&row, test->reject);
	pm_row_bool(&row, test->planned_look);
	pm_row_float8(&row, test->fixed_p_value);
	pm_row_float8(&row, test->fixed_alpha);
	pm_row_float8(&row, part->log_e_value);
	pm_row_float8(&row, part->alpha);
	pm_row_bool(&row, part->gate_open);
	pm_row_float8(&row, 1 - (part->alpha + test->fixed_alpha));
	pm_row_text(&row, pm_stat_reason_text(part->reason));
	pm_row_text(&row, pm_stat_alternative_text(part->alternative));
	pm_row_float8(&row, part->margin);
	pm_row_int64(&row, part->planned_n);
	pm_row_int64(&row, part->n_control);
	pm_row_float8(&row, part->mean_control);
	pm_row_int64(&row, part->n_treatment);
	pm_row_float8(&row, part->mean_treatment);
	return pm_row_end(&row);
}

/*
 * The common part of two intervals, NULL being an open side.  Of two that lie
 * apart, which chance makes of them once in a lifetime, the sequence's stays.
 */
static void
intersect(double low, double high, double *ci_low, double *ci_high)
{
	double		lower = fmax(low, *ci_low);
	double		upper = fmin(high, *ci_high);

	if (lower > upper)
		return;
	*ci_low = lower;
	*ci_high = upper;
}

static PmSpending
spending_of(text *word)
{
	char	   *name = text_to_cstring(word);

	if (strcmp(name, "obrien_fleming") == 0)
		return PM_SPEND_OBRIEN_FLEMING;
	if (strcmp(name, "pocock") != 0)
		pm_bad_argument("spending", "must be obrien_fleming or pocock");
	return PM_SPEND_POCOCK;
}

static void
poll_interrupts(void *arg)
{
	(void) arg;
	CHECK_FOR_INTERRUPTS();
}
