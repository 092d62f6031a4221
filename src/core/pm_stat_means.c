/*
 * pm_stat_means.c
 *		Welch's t-test, the lift of means, and ratio metrics.
 *
 * One test serves all means: latency and cost come with their moments, a ratio
 * metric (or a proportion of clustered rows) with the delta-method variance of
 * its ratio per unit.  The unit of randomisation is the row; the caller has
 * already summed whatever happens several times per unit.
 *
 * Sources: Welch (1947), Satterthwaite (1946); Deng et al., "Applying the delta
 * method in metric analytics" (2018) for ratios and lift; Fieller (1954).
 */
#include "pm_stat_means.h"
#include "pm_stat_beta.h"

/* Nearer to 0 than this many standard errors a baseline has no lift interval. */
#define BASELINE_SE 3.0

static PmStatStatus check_arm(const PmMeanArm *arm);
static void start_result(const PmMeanArm *control, const PmMeanArm *treatment,
						 PmTtest *r);
static double critical_value(const PmTtest *r);
static void add_interval(PmTtest *r, double crit);
static void add_lift(const PmMeanArm *control, const PmMeanArm *treatment,
					 PmTtest *r, double crit);

PmStatStatus
pm_welch_ttest(const PmMeanArm *control, const PmMeanArm *treatment,
			   PmStatAlternative alternative, double alpha, double margin,
			   PmTtest *result)
{
	PmStatStatus status;
	PmTtest    *r = result;
	double		part_c;
	double		part_t;
	double		crit = PM_STAT_NULL;

	if ((status = check_arm(control)) != PM_STAT_OK ||
		(status = check_arm(treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	if (!isfinite(margin))
		return PM_STAT_BAD_MARGIN;

	r->alternative = alternative;
	r->alpha = alpha;
	r->level = 1 - alpha;
	r->margin = margin;
	start_result(control, treatment, r);
	if (r->reason != PM_STAT_REASON_NONE)
		return PM_STAT_OK;
	if (isinf(r->diff) || isinf(control->variance + treatment->variance))
		return PM_STAT_OVERFLOW;

	part_c = control->variance / (double) control->n;
	part_t = treatment->variance / (double) treatment->n;
	r->se = sqrt(part_c + part_t);
	r->t = (r->diff - margin) / r->se;
	if (!isfinite(r->t))
	{
		/* No spread, or one too small for its quotient: nothing to judge by. */
		r->t = PM_STAT_NULL;
		r->reason = PM_STAT_NO_VARIATION;
	}
	else
	{
		double		share = part_c / (part_c + part_t);
		double		rest = part_t / (part_c + part_t);

		r->df = 1 / (share * share / (double) (control->n - 1) +
					 rest * rest / (double) (treatment->n - 1));
		pm_t_p_value(r->t, r->df, alternative, &r->p_value, &r->log10_p);
		r->reject = r->p_value <= alpha;
		crit = critical_value(r);
		add_interval(r, crit);
	}
	add_lift(control, treatment, r, crit);
	return PM_STAT_OK;
}

void
pm_fieller_bounds(const PmMeanArm *control, const PmMeanArm *treatment,
				  double crit, double *low, double *high)
{
	double		mc = control->mean;
	double		ratio = treatment->mean / mc;
	double		part_c = control->variance / (double) control->n / (mc * mc);
	double		part_t = treatment->variance / (double) treatment->n / (mc * mc);
	double		g = crit * crit * part_c;
	double		half;

	*low = *high = PM_STAT_NULL;
	if (!(g < 1) || mc <= 0)
		return;

	/* Roots r of (mt - r mc)^2 = crit^2 (vt/nt + r^2 vc/nc). */
	half = crit * sqrt(part_t * (1 - g) + ratio * ratio * part_c);
	*low = (ratio - half) / (1 - g) - 1;
	*high = (ratio + half) / (1 - g) - 1;
	if (!isfinite(*low) || !isfinite(*high))
		*low = *high = PM_STAT_NULL;
}

void
pm_moments_arm(const PmMoments *s, PmMeanArm *arm)
{
	arm->n = s->n;
	arm->mean = s->n > 0 ? pm_moments_mean(s) : 0;
	arm->variance = s->n > 1 ? pm_moments_var_samp(s) : 0;
}

bool
pm_ratio_arm(const PmCovMoments *s, PmMeanArm *arm)
{
	double		my = s->mean_y + s->mean_y_low;
	double		ratio = (s->mean_x + s->mean_x_low) / my;
	double		spread = s->m2x - 2 * ratio * s->cxy + ratio * ratio * s->m2y;

	arm->n = s->n;
	arm->variance = 0;
	arm->mean = s->n > 0 ? ratio : 0;
	if (s->n > 0 && !isfinite(ratio))
	{
		arm->mean = PM_STAT_NULL;
		return false;
	}

	/* Where x is proportional to y, rounding may leave a tiny negative. */
	if (s->n > 1 && spread > 0 && isfinite(spread))
		arm->variance = spread / (my * my) / (double) (s->n - 1);
	return true;
}

static PmStatStatus
check_arm(const PmMeanArm *arm)
{
	if (arm->n < 0 || arm->n > PM_STAT_COUNT_MAX)
		return PM_STAT_BAD_COUNT;
	if (arm->n == 0)
		return PM_STAT_OK;
	return isfinite(arm->mean) && isfinite(arm->variance) && arm->variance >= 0 ?
		PM_STAT_OK : PM_STAT_BAD_MOMENT;
}

static void
start_result(const PmMeanArm *control, const PmMeanArm *treatment, PmTtest *r)
{
	bool		both = control->n > 0 && treatment->n > 0;

	r->n_control = control->n;
	r->n_treatment = treatment->n;
	r->mean_control = control->n > 0 ? control->mean : PM_STAT_NULL;
	r->mean_treatment = treatment->n > 0 ? treatment->mean : PM_STAT_NULL;
	r->diff = both ? treatment->mean - control->mean : PM_STAT_NULL;
	r->se = r->t = r->df = r->p_value = r->log10_p = PM_STAT_NULL;
	r->ci_low = r->ci_high = PM_STAT_NULL;
	r->lift = r->lift_se = r->lift_low = r->lift_high = PM_STAT_NULL;
	r->reject = false;
	r->reason = !both ? PM_STAT_NO_UNITS :
		control->n < 2 || treatment->n < 2 ? PM_STAT_TOO_FEW :
		PM_STAT_REASON_NONE;
	if (isinf(r->diff) && r->reason != PM_STAT_REASON_NONE)
		r->diff = PM_STAT_NULL;
}

static double
critical_value(const PmTtest *r)
{
	return -pm_t_quantile(r->alternative == PM_STAT_TWO_SIDED ?
						  r->alpha / 2 : r->alpha, r->df);
}

/* diff +- crit se; a bound beyond the range of a double is no bound. */
static void
add_interval(PmTtest *r, double crit)
{
	if (r->alternative != PM_STAT_LESS)
		r->ci_low = r->diff - crit * r->se;
	if (r->alternative != PM_STAT_GREATER)
		r->ci_high = r->diff + crit * r->se;
	pm_stat_reconcile(r->reject, r->diff, r->margin, &r->ci_low, &r->ci_high);
	r->ci_low = isinf(r->ci_low) ? PM_STAT_NULL : r->ci_low;
	r->ci_high = isinf(r->ci_high) ? PM_STAT_NULL : r->ci_high;
}

/*
 * var(lift) = vt / (nt mc^2) + vc mt^2 / (nc mc^4), spec 4.3.  The interval is
 * reported as it is: the test judges the difference, and a skewed ratio may
 * well cover 0 where the difference does not.
 */
static void
add_lift(const PmMeanArm *control, const PmMeanArm *treatment, PmTtest *r,
		 double crit)
{
	double		base = fabs(control->mean);
	double		ratio = treatment->mean / base;
	double		part_c = sqrt(control->variance / (double) control->n) / base;
	double		part_t = sqrt(treatment->variance / (double) treatment->n) / base;
	double		lift = r->diff / base;

	if (!isfinite(lift))
	{
		if (r->reason == PM_STAT_REASON_NONE)
			r->reason = PM_STAT_ZERO_BASELINE;
		return;
	}
	r->lift = lift;
	if (pm_stat_is_null(crit))
		return;
	r->lift_se = hypot(part_t, part_c * ratio);
	if (part_c * BASELINE_SE > 1 || !isfinite(r->lift_se * crit))
	{
		if (!isfinite(r->lift_se))
			r->lift_se = PM_STAT_NULL;
		r->reason = PM_STAT_ZERO_BASELINE;
		return;
	}
	if (r->alternative != PM_STAT_LESS)
		r->lift_low = lift - crit * r->lift_se;
	if (r->alternative != PM_STAT_GREATER)
		r->lift_high = lift + crit * r->lift_se;
}
