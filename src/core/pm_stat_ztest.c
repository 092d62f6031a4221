/*
 * pm_stat_ztest.c
 *		Pooled two-proportion z-test from counts.
 *
 * The statistic is written with one exact subtraction, x_t n_c - x_c n_t in
 * 128 bits: at a trillion units per arm the difference of the two rates, taken
 * in doubles, would have lost seven digits.  Everything else is a product of
 * correctly rounded integers, so z is right to a few units in the last place.
 *
 * The test and the interval estimate different variances.  At the border they
 * may disagree by a hair; then the test decides and the bound is moved
 * (pm_stat_reconcile), so that a reader never meets a contradiction.
 */
#include "pm_stat_ztest.h"

#include "pm_stat_fisher.h"
#include "pm_stat_interval.h"
#include "pm_stat_normal.h"

static void start_result(PmZtest *r);
static void test_pooled(PmZtest *r);
static void test_margin(PmZtest *r);
static void exact_if_small(PmZtest *r);
static void add_intervals(PmZtest *r);
static void drop_open_side(PmStatAlternative alternative, double *low,
						   double *high);

PmStatStatus
pm_ztest_counts(int64_t x_control, int64_t n_control,
				int64_t x_treatment, int64_t n_treatment,
				PmStatAlternative alternative, double alpha, double margin,
				PmZtest *result)
{
	PmStatStatus status;

	if ((status = pm_stat_check_arm(x_control, n_control)) != PM_STAT_OK ||
		(status = pm_stat_check_arm(x_treatment, n_treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	if (!(margin > -1 && margin < 1))
		return PM_STAT_BAD_MARGIN;

	result->n_control = n_control;
	result->x_control = x_control;
	result->n_treatment = n_treatment;
	result->x_treatment = x_treatment;
	result->alternative = alternative;
	result->alpha = alpha;
	result->level = 1 - alpha;
	result->margin = margin;
	start_result(result);
	if (n_control == 0 || n_treatment == 0)
	{
		result->reason = PM_STAT_NO_UNITS;
		return PM_STAT_OK;
	}

	if (margin == 0)
		test_pooled(result);
	else
		test_margin(result);
	result->reject = result->p_value <= alpha;
	add_intervals(result);
	return PM_STAT_OK;
}

double
pm_cross_difference(int64_t x_control, int64_t n_control,
					int64_t x_treatment, int64_t n_treatment)
{
	return (double) ((__int128) x_treatment * n_control -
					 (__int128) x_control * n_treatment);
}

/* Rates and difference where they exist, NULL everywhere else. */
static void
start_result(PmZtest *r)
{
	double		nc = (double) r->n_control;
	double		nt = (double) r->n_treatment;

	r->p_control = nc > 0 ? (double) r->x_control / nc : PM_STAT_NULL;
	r->p_treatment = nt > 0 ? (double) r->x_treatment / nt : PM_STAT_NULL;
	r->diff = nc > 0 && nt > 0 ?
		pm_cross_difference(r->x_control, r->n_control,
							r->x_treatment, r->n_treatment) / (nc * nt) :
		PM_STAT_NULL;
	r->se = r->z = r->p_value = r->log10_p = r->p_exact = PM_STAT_NULL;
	r->ci_low = r->ci_high = PM_STAT_NULL;
	r->lift = r->lift_low = r->lift_high = PM_STAT_NULL;
	r->reject = r->ci_adjusted = r->lift_adjusted = false;
	r->reason = PM_STAT_REASON_NONE;
}

static void
test_pooled(PmZtest *r)
{
	double		nc = (double) r->n_control;
	double		nt = (double) r->n_treatment;
	double		total = (double) (r->n_control + r->n_treatment);
	int64_t		hits = r->x_control + r->x_treatment;
	double		spread = (double) hits *
		(double) (r->n_control + r->n_treatment - hits);

	if (spread == 0)
	{
		/* All alike: the exact test has one table only, and so says 1. */
		r->se = 0;
		r->z = 0;
		r->p_value = 1;
		r->log10_p = 0;
		r->p_exact = total <= (double) PM_FISHER_MAX_TOTAL ? 1 : PM_STAT_NULL;
		r->reason = PM_STAT_NO_VARIATION;
		return;
	}
	r->se = sqrt(spread / (nc * nt) / total);
	r->z = pm_cross_difference(r->x_control, r->n_control,
							   r->x_treatment, r->n_treatment) *
		sqrt(total) / sqrt(nc * nt * spread);
	pm_norm_p_value(r->z, r->alternative, &r->p_value, &r->log10_p);
	exact_if_small(r);
}

/* Null hypothesis diff = margin; the two rates differ, so no pooling. */
static void
test_margin(PmZtest *r)
{
	double		nc = (double) r->n_control;
	double		nt = (double) r->n_treatment;
	double		variance = r->p_control *
		((double) (r->n_control - r->x_control) / nc) / nc +
		r->p_treatment *
		((double) (r->n_treatment - r->x_treatment) / nt) / nt;

	r->se = sqrt(variance);
	if (variance == 0)
	{
		r->reason = PM_STAT_NO_VARIATION;
		return;
	}
	r->z = (r->diff - r->margin) / r->se;
	pm_norm_p_value(r->z, r->alternative, &r->p_value, &r->log10_p);
}

/* The exact p-value joins where a cell expects fewer than five. */
static void
exact_if_small(PmZtest *r)
{
	double		total = (double) (r->n_control + r->n_treatment);
	double		hits = (double) (r->x_control + r->x_treatment);
	double		rarer = fmin(hits, total - hits);
	double		smaller = (double) (r->n_control < r->n_treatment ?
									r->n_control : r->n_treatment);
	PmFisher	fisher;

	if (smaller * rarer / total >= PM_ZTEST_SMALL_EXPECTED)
		return;
	pm_fisher_exact(r->x_control, r->n_control,
					r->x_treatment, r->n_treatment, &fisher);
	if (r->alternative == PM_STAT_GREATER)
		r->p_exact = fisher.p_greater;
	else if (r->alternative == PM_STAT_LESS)
		r->p_exact = fisher.p_less;
	else
		r->p_exact = fisher.p_two_sided;
}

static void
add_intervals(PmZtest *r)
{
	double		z = pm_norm_critical(r->alpha, r->alternative);

	pm_diff_bounds(r->x_control, r->n_control, r->x_treatment, r->n_treatment,
				   z, PM_DIFF_NEWCOMBE, &r->ci_low, &r->ci_high);
	r->ci_low = fmax(r->ci_low, -1);
	r->ci_high = fmin(r->ci_high, 1);
	drop_open_side(r->alternative, &r->ci_low, &r->ci_high);
	if (!pm_stat_is_null(r->z))
		r->ci_adjusted = pm_stat_reconcile(r->reject, r->diff, r->margin,
										   &r->ci_low, &r->ci_high);

	if (r->x_control == 0)
	{
		if (r->reason == PM_STAT_REASON_NONE)
			r->reason = PM_STAT_ZERO_BASELINE;
		return;
	}
	r->lift = pm_cross_difference(r->x_control, r->n_control,
								  r->x_treatment, r->n_treatment) /
		((double) r->x_control * (double) r->n_treatment);
	pm_lift_bounds(r->x_control, r->n_control, r->x_treatment, r->n_treatment,
				   z, PM_LIFT_LOG, &r->lift_low, &r->lift_high);
	drop_open_side(r->alternative, &r->lift_low, &r->lift_high);

	/* The lift shares its null value with the difference only without margin. */
	if (r->margin == 0)
		r->lift_adjusted = pm_stat_reconcile(r->reject, r->diff, 0,
											 &r->lift_low, &r->lift_high);
}

/* A one-sided test has a one-sided interval. */
static void
drop_open_side(PmStatAlternative alternative, double *low, double *high)
{
	if (alternative == PM_STAT_GREATER)
		*high = PM_STAT_NULL;
	else if (alternative == PM_STAT_LESS)
		*low = PM_STAT_NULL;
}
