/*
 * pm_stat_sequential.c
 *		Always-valid inference: the normal-mixture e-value and what rests on it.
 *
 * The e-value is a mixture of likelihood ratios and may be looked at after every
 * unit; the p-value 1/e, the confidence sequence and the decision are three
 * readings of it.  What the published versions divide by, the unpooled standard
 * error, is 0 in a small arm without events and makes z explode (stop rates up
 * to 1 in A/A tests at 99/1); so the test uses the null variance and stays
 * silent until each arm expects five events and five non-events.  The gate
 * counts expected events, so a treatment without any success still trips it.
 *
 * The interval has its own variance (Agresti-Caffo, Welch) because it must hold
 * away from the null.  Where the two disagree the decision stands and the bound
 * is moved.
 */
#include "pm_stat_sequential.h"

#include "pm_stat_chisq.h"
#include "pm_stat_interval.h"
#include "pm_stat_normal.h"
#include "pm_stat_ztest.h"

/* Tuned optimum of rho^2 times the planned size at alpha .05. */
#define SPLIT_TUNING 7.94

#define CRITICAL_MAX_STEPS 200

static PmStatStatus check_plan(double alpha, int64_t planned_n,
							   PmStatAlternative alternative);
static void start_result(PmAlwaysValid *r, double alpha, int64_t planned_n,
						 PmStatAlternative alternative, double margin);
static double null_z_counts(int64_t x_control, int64_t n_control,
							int64_t x_treatment, int64_t n_treatment,
							PmAlwaysValid *r);
static double null_z_means(const PmMeanArm *control, const PmMeanArm *treatment,
						   PmAlwaysValid *r);
static void judge(PmAlwaysValid *r);
static void finish_interval(PmAlwaysValid *r);
static void finish_hybrid(double alpha, int64_t planned_n, int64_t previous_n,
						  double p_value, PmHybrid *r);

double
pm_sequential_rho2(double alpha, double planned_n, PmStatAlternative alternative)
{
	double		log_a = log(alternative == PM_STAT_TWO_SIDED ? alpha : 2 * alpha);

	return (-2 * log_a + log1p(-2 * log_a)) / planned_n;
}

double
pm_sequential_log_e(double z, double n, double rho2, PmStatAlternative alternative)
{
	double		r = n * rho2;
	double		u = z * sqrt(r / (r + 1));

	if (alternative == PM_STAT_TWO_SIDED)
		return 0.5 * u * u - 0.5 * log1p(r);

	/* u^2/2 + log Phi(u): far below 0 the two cancel, so they come as one. */
	u = alternative == PM_STAT_LESS ? u : -u;
	return PM_LN_2 - 0.5 * log1p(r) + pm_norm_log_scaled_sf(u);
}

double
pm_sequential_critical(double n, double rho2, double alpha,
					   PmStatAlternative alternative)
{
	double		r = n * rho2;
	double		low = 0;
	double		high;

	if (alternative == PM_STAT_TWO_SIDED)
		return sqrt((r + 1) / r * (log1p(r) - 2 * log(alpha)));

	/* log e rises with z, is below its target at 0 and above at the loose z. */
	high = pm_sequential_critical_loose(n, rho2, alpha);
	for (int i = 0; i < CRITICAL_MAX_STEPS; i++)
	{
		double		middle = 0.5 * (low + high);

		if (middle <= low || middle >= high)
			break;
		if (pm_sequential_log_e(middle, n, rho2, PM_STAT_GREATER) >= -log(alpha))
			high = middle;
		else
			low = middle;
	}
	return high;
}

double
pm_sequential_critical_loose(double n, double rho2, double alpha)
{
	double		r = n * rho2;

	return sqrt(2 * (r + 1) / r * log1p(sqrt(r + 1) / (2 * alpha)));
}

PmStatStatus
pm_always_valid_counts(int64_t x_control, int64_t n_control,
					   int64_t x_treatment, int64_t n_treatment,
					   double alpha, int64_t planned_n,
					   PmStatAlternative alternative, double margin,
					   PmAlwaysValid *result)
{
	PmAlwaysValid *r = result;
	PmStatStatus status;

	if ((status = pm_stat_check_arm(x_control, n_control)) != PM_STAT_OK ||
		(status = pm_stat_check_arm(x_treatment, n_treatment)) != PM_STAT_OK ||
		(status = check_plan(alpha, planned_n, alternative)) != PM_STAT_OK)
		return status;
	if (!(margin > -1 && margin < 1))
		return PM_STAT_BAD_MARGIN;
	start_result(r, alpha, planned_n, alternative, margin);
	r->n_control = n_control;
	r->n_treatment = n_treatment;
	if (n_control > 0)
		r->mean_control = (double) x_control / (double) n_control;
	if (n_treatment > 0)
		r->mean_treatment = (double) x_treatment / (double) n_treatment;
	if (n_control == 0 || n_treatment == 0)
	{
		r->reason = PM_STAT_NO_UNITS;
		return PM_STAT_OK;
	}
	r->z = null_z_counts(x_control, n_control, x_treatment, n_treatment, r);
	judge(r);
	pm_diff_bounds(x_control, n_control, x_treatment, n_treatment,
				   r->critical_z, PM_DIFF_AGRESTI_CAFFO, &r->ci_low, &r->ci_high);
	r->ci_low = fmax(r->ci_low, -1);
	r->ci_high = fmin(r->ci_high, 1);
	finish_interval(r);
	return PM_STAT_OK;
}

PmStatStatus
pm_always_valid_means(const PmMeanArm *control, const PmMeanArm *treatment,
					  double alpha, int64_t planned_n,
					  PmStatAlternative alternative, double margin,
					  PmAlwaysValid *result)
{
	PmAlwaysValid *r = result;
	PmStatStatus status;
	PmTtest		welch;

	/* The t-test checks the arms and gives difference, error and reason. */
	if ((status = check_plan(alpha, planned_n, alternative)) != PM_STAT_OK ||
		(status = pm_welch_ttest(control, treatment, alternative, alpha, margin,
								 &welch)) != PM_STAT_OK)
		return status;
	start_result(r, alpha, planned_n, alternative, margin);
	r->n_control = control->n;
	r->n_treatment = treatment->n;
	r->mean_control = welch.mean_control;
	r->mean_treatment = welch.mean_treatment;
	r->diff = welch.diff;
	if (pm_stat_is_null(welch.se))
	{
		r->reason = welch.reason;
		return PM_STAT_OK;
	}
	r->z = null_z_means(control, treatment, r);
	judge(r);
	r->ci_low = r->diff - r->critical_z * welch.se;
	r->ci_high = r->diff + r->critical_z * welch.se;
	finish_interval(r);
	return PM_STAT_OK;
}

PmStatStatus
pm_hybrid_counts(int64_t x_control, int64_t n_control,
				 int64_t x_treatment, int64_t n_treatment,
				 double alpha, int64_t planned_n, int64_t previous_n,
				 PmStatAlternative alternative, double margin, PmHybrid *result)
{
	PmStatStatus status;
	PmZtest		fixed;

	if ((status = pm_ztest_counts(x_control, n_control, x_treatment, n_treatment,
								  alternative, alpha, margin,
								  &fixed)) != PM_STAT_OK ||
		(status = pm_always_valid_counts(x_control, n_control, x_treatment,
										 n_treatment, PM_HYBRID_SHARE * alpha,
										 planned_n, alternative, margin,
										 &result->sequential)) != PM_STAT_OK)
		return status;
	finish_hybrid(alpha, planned_n, previous_n, fixed.p_value, result);
	return PM_STAT_OK;
}

PmStatStatus
pm_hybrid_means(const PmMeanArm *control, const PmMeanArm *treatment,
				double alpha, int64_t planned_n, int64_t previous_n,
				PmStatAlternative alternative, double margin, PmHybrid *result)
{
	PmStatStatus status;
	PmTtest		fixed;

	if ((status = pm_welch_ttest(control, treatment, alternative, alpha, margin,
								 &fixed)) != PM_STAT_OK ||
		(status = pm_always_valid_means(control, treatment,
										PM_HYBRID_SHARE * alpha, planned_n,
										alternative, margin,
										&result->sequential)) != PM_STAT_OK)
		return status;
	finish_hybrid(alpha, planned_n, previous_n, fixed.p_value, result);
	return PM_STAT_OK;
}

PmStatStatus
pm_multinomial_split_log_e(int64_t x_control, int64_t x_treatment,
						   double weight_control, double weight_treatment,
						   double planned_events, double *log_e)
{
	const int64_t counts[2] = {x_control, x_treatment};
	const double weights[2] = {weight_control, weight_treatment};

	if (!(planned_events > 0) || isinf(planned_events))
		return PM_STAT_BAD_PLAN;
	return pm_multinomial_log_e(counts, weights, NULL,
								fmax(1, planned_events / SPLIT_TUNING), 2, log_e);
}

/* One-sided the mixture is that of 2 alpha, which has to be below 1. */
static PmStatStatus
check_plan(double alpha, int64_t planned_n, PmStatAlternative alternative)
{
	double		limit = alternative == PM_STAT_TWO_SIDED ? 1 : 0.5;

	if (!(alpha > 0 && alpha < limit))
		return PM_STAT_BAD_ALPHA;
	return planned_n >= 1 ? PM_STAT_OK : PM_STAT_BAD_PLAN;
}

static void
start_result(PmAlwaysValid *r, double alpha, int64_t planned_n,
			 PmStatAlternative alternative, double margin)
{
	r->mean_control = r->mean_treatment = r->diff = PM_STAT_NULL;
	r->z = r->log_e_value = r->p_value = r->critical_z = PM_STAT_NULL;
	r->ci_low = r->ci_high = PM_STAT_NULL;
	r->reject = r->gate_open = r->ci_adjusted = false;
	r->level = 1 - alpha;
	r->alpha = alpha;
	r->margin = margin;
	r->planned_n = planned_n;
	r->alternative = alternative;
	r->reason = PM_STAT_REASON_NONE;
}

/* z under the pooled variance; sets difference, gate and reason on the way. */
static double
null_z_counts(int64_t x_control, int64_t n_control,
			  int64_t x_treatment, int64_t n_treatment, PmAlwaysValid *r)
{
	double		nc = (double) n_control;
	double		nt = (double) n_treatment;
	double		total = (double) (n_control + n_treatment);
	double		hits = (double) (x_control + x_treatment);
	double		misses = (double) (n_control + n_treatment - x_control - x_treatment);
	double		cross = pm_cross_difference(x_control, n_control,
											x_treatment, n_treatment);

	r->diff = cross / (nc * nt);
	r->gate_open = fmin(nc, nt) * (fmin(hits, misses) / total) >= PM_GATE_EXPECTED;
	if (hits == 0 || misses == 0)
	{
		r->reason = PM_STAT_NO_VARIATION;
		return r->margin == 0 ? 0 : PM_STAT_NULL;
	}
	if (r->margin != 0)
		return (r->diff - r->margin) * total *
			sqrt(nc * nt / total) / sqrt(hits * misses);
	return cross * sqrt(total) / sqrt(nc * nt * (hits * misses));
}

/* The total variance, including what separates the arms, spec 4.9. */
static double
null_z_means(const PmMeanArm *control, const PmMeanArm *treatment,
			 PmAlwaysValid *r)
{
	double		nc = (double) control->n;
	double		nt = (double) treatment->n;
	double		between = r->diff * r->diff * (nc * (nt / (nc + nt)));
	double		within = control->variance * (nc - 1) + treatment->variance * (nt - 1);
	double		variance = (within + between) / (nc + nt - 1);
	double		z = (r->diff - r->margin) / sqrt(variance * (1 / nc + 1 / nt));

	r->gate_open = control->n >= PM_GATE_UNITS && treatment->n >= PM_GATE_UNITS;
	if (within > 0 && isfinite(z * z))
		return z;
	r->reason = PM_STAT_NO_VARIATION;
	return PM_STAT_NULL;
}

/* e-value, p-value, critical value and decision from z. */
static void
judge(PmAlwaysValid *r)
{
	double		n = (double) (r->n_control + r->n_treatment);
	double		rho2 = pm_sequential_rho2(r->alpha, (double) r->planned_n, r->alternative);

	r->critical_z = pm_sequential_critical(n, rho2, r->alpha, r->alternative);
	if (pm_stat_is_null(r->z))
		return;
	r->log_e_value = pm_sequential_log_e(r->z, n, rho2, r->alternative);
	r->p_value = fmin(1, exp(-r->log_e_value));
	r->reject = r->gate_open && r->log_e_value >= -log(r->alpha);
}

static void
finish_interval(PmAlwaysValid *r)
{
	if (r->alternative == PM_STAT_GREATER)
		r->ci_high = PM_STAT_NULL;
	else if (r->alternative == PM_STAT_LESS)
		r->ci_low = PM_STAT_NULL;
	if (!pm_stat_is_null(r->z))
		r->ci_adjusted = pm_stat_reconcile(r->reject, r->diff, r->margin,
										   &r->ci_low, &r->ci_high);
	r->ci_low = isinf(r->ci_low) ? PM_STAT_NULL : r->ci_low;
	r->ci_high = isinf(r->ci_high) ? PM_STAT_NULL : r->ci_high;
}

/* The union bound adds the two parts of alpha. */
static void
finish_hybrid(double alpha, int64_t planned_n, int64_t previous_n,
			  double p_value, PmHybrid *r)
{
	r->planned_look = previous_n < planned_n &&
		r->sequential.n_control + r->sequential.n_treatment >= planned_n;
	r->fixed_alpha = alpha - PM_HYBRID_SHARE * alpha;
	r->fixed_p_value = r->planned_look ? p_value : PM_STAT_NULL;
	r->reject = r->sequential.reject || r->fixed_p_value <= r->fixed_alpha;
}
