/*
 * pm_stat_power.c
 *		Planning: sample size, power, and minimum detectable effect.
 *
 * All of it is the normal approximation of the pooled z-test.  The difference
 * enters as its own argument wherever it is searched for, so that an effect of
 * 1e-9 on a rate of 1e-6 is not lost in p + d - p.
 *
 * Sources: Fleiss (1981) eq 3.14 with unequal sizes, which is R's
 * power.prop.test; the lift version is GrowthBook's published quadratic.
 */
#include "pm_stat_power.h"

#include <string.h>

#include "pm_stat_normal.h"
#include "pm_stat_sequential.h"

#define BISECTION_STEPS 1100

static double power_of(double p_control, double d, double n_control,
					   double n_treatment, double crit,
					   PmStatAlternative alternative, bool far_tail);
static PmStatStatus check_rate(double p);
static PmStatStatus check_sizes(double n_control, double n_treatment);
static PmStatStatus check_metric(double mean, double variance,
								 double n_control, double n_treatment,
								 double alpha, double tuning_n);
static double widening(double n, double alpha, double tuning_n);
static int64_t round_up(double raw);

bool
pm_plan_method_parse(const char *text, size_t len, PmPlanMethod *method)
{
	static const char *const words[] = {"fixed", "hybrid", "always_valid"};

	for (int i = 0; i < 3; i++)
	{
		if (strlen(words[i]) == len && memcmp(text, words[i], len) == 0)
		{
			*method = (PmPlanMethod) i;
			return true;
		}
	}
	return false;
}

PmStatStatus
pm_sample_size(double p_control, double p_treatment, double alpha, double power,
			   double ratio, PmStatAlternative alternative, PmPlanMethod method,
			   PmSampleSize *result)
{
	PmStatStatus status;
	double		d = p_treatment - p_control;
	double		pooled = (p_control + ratio * p_treatment) / (1 + ratio);
	double		spread;
	double		root;

	if ((status = check_rate(p_control)) != PM_STAT_OK ||
		(status = check_rate(p_treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	if (!(power > 0 && power < 1))
		return PM_STAT_BAD_POWER;
	if (!(ratio > 0) || isinf(ratio))
		return PM_STAT_BAD_PLAN;

	result->raw = PM_STAT_NULL;
	result->n_control = result->n_treatment = -1;
	if (d == 0 || (alternative == PM_STAT_GREATER && d < 0) ||
		(alternative == PM_STAT_LESS && d > 0))
		return PM_STAT_OK;

	/* The planned test of the hybrid method has the rest of alpha. */
	if (method == PM_PLAN_HYBRID)
		alpha -= PM_HYBRID_SHARE * alpha;
	spread = p_control * (1 - p_control) + p_treatment * (1 - p_treatment) / ratio;
	root = pm_norm_critical(alpha, alternative) *
		sqrt(pooled * (1 - pooled) * (1 + 1 / ratio)) +
		pm_norm_quantile(power) * sqrt(spread);

	/* A power below alpha is had by any sample. */
	result->raw = root > 0 ? root / d * (root / d) : 0;
	if (method == PM_PLAN_ALWAYS_VALID)
		result->raw *= PM_PLAN_ALWAYS_VALID_FACTOR;
	if (isinf(result->raw))
		result->raw = PM_STAT_NULL;
	result->n_control = round_up(result->raw);
	result->n_treatment = round_up(result->raw * ratio);
	return PM_STAT_OK;
}

PmStatStatus
pm_test_power(double p_control, double p_treatment, double n_control,
			  double n_treatment, double alpha, PmStatAlternative alternative,
			  bool far_tail, double *power)
{
	PmStatStatus status;

	if ((status = check_rate(p_control)) != PM_STAT_OK ||
		(status = check_rate(p_treatment)) != PM_STAT_OK ||
		(status = check_sizes(n_control, n_treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	*power = power_of(p_control, p_treatment - p_control, n_control, n_treatment,
					  pm_norm_critical(alpha, alternative), alternative, far_tail);
	return PM_STAT_OK;
}

PmStatStatus
pm_mde(double p_control, double n_control, double n_treatment, double alpha,
	   double power, PmStatAlternative alternative, bool far_tail, double *mde)
{
	PmStatStatus status;
	double		sign = alternative == PM_STAT_LESS ? -1 : 1;
	double		low = 0;
	double		high = alternative == PM_STAT_LESS ? p_control : 1 - p_control;
	double		crit;

	if ((status = check_rate(p_control)) != PM_STAT_OK ||
		(status = check_sizes(n_control, n_treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	if (!(power > 0 && power < 1))
		return PM_STAT_BAD_POWER;
	crit = pm_norm_critical(alpha, alternative);
	*mde = PM_STAT_NULL;
	if (power_of(p_control, sign * high, n_control, n_treatment, crit,
				 alternative, far_tail) < power)
		return PM_STAT_OK;

	/* Until the two ends are neighbours, however small the effect. */
	for (int i = 0; i < BISECTION_STEPS; i++)
	{
		double		middle = 0.5 * (low + high);

		if (middle <= low || middle >= high)
			break;
		if (power_of(p_control, sign * middle, n_control, n_treatment, crit,
					 alternative, far_tail) >= power)
			high = middle;
		else
			low = middle;
	}
	*mde = high;
	return PM_STAT_OK;
}

PmStatStatus
pm_lift_power(double mean, double variance, double lift, double n_control,
			  double n_treatment, double alpha, double tuning_n, double *power)
{
	PmStatStatus status = check_metric(mean, variance, n_control, n_treatment,
									   alpha, tuning_n);
	double		scale;
	double		crit;
	double		se;

	if (status != PM_STAT_OK)
		return status;
	if (!isfinite(lift))
		return PM_STAT_BAD_MOMENT;
	scale = sqrt(variance) / fabs(mean) *
		widening(n_control + n_treatment, alpha, tuning_n);
	se = scale * sqrt(1 / n_treatment + (1 + lift) * (1 + lift) / n_control);
	crit = pm_norm_critical(alpha, PM_STAT_TWO_SIDED);
	*power = pm_norm_sf(crit - lift / se) + pm_norm_sf(crit + lift / se);
	return PM_STAT_OK;
}

PmStatStatus
pm_lift_mde(double mean, double variance, double n_control, double n_treatment,
			double alpha, double power, double tuning_n, double *mde)
{
	PmStatStatus status = check_metric(mean, variance, n_control, n_treatment,
									   alpha, tuning_n);
	double		factor;
	double		kc;
	double		kt;

	if (status != PM_STAT_OK)
		return status;
	if (!(power > 0 && power < 1))
		return PM_STAT_BAD_POWER;

	/* L^2 = c^2 v/m^2 (1/nt + (1 + L)^2/nc), c = z_alpha + z_power */
	factor = (pm_norm_critical(alpha, PM_STAT_TWO_SIDED) + pm_norm_quantile(power)) *
		sqrt(variance) / fabs(mean) *
		widening(n_control + n_treatment, alpha, tuning_n);
	kc = factor * factor / n_control;
	kt = factor * factor / n_treatment;
	*mde = PM_STAT_NULL;
	if (factor > 0 && kc < 1)
		*mde = (kc + sqrt(kc + kt - kc * kt)) / (1 - kc);
	if (isinf(*mde))
		*mde = PM_STAT_NULL;
	return PM_STAT_OK;
}

/* d = p_treatment - p_control; crit is that of the alternative. */
static double
power_of(double p_control, double d, double n_control, double n_treatment,
		 double crit, PmStatAlternative alternative, bool far_tail)
{
	double		p_treatment = fmin(fmax(p_control + d, 0), 1);
	double		pooled = (n_control * p_control + n_treatment * p_treatment) /
		(n_control + n_treatment);
	double		null_se = sqrt(pooled * (1 - pooled) * (1 / n_control + 1 / n_treatment));
	double		se = sqrt(p_control * (1 - p_control) / n_control +
						  p_treatment * (1 - p_treatment) / n_treatment);
	double		effect = alternative == PM_STAT_TWO_SIDED ? fabs(d) :
		alternative == PM_STAT_GREATER ? d : -d;
	double		power;

	/* Without any variance the outcome is certain. */
	if (se == 0)
		return effect > crit * null_se ? 1 : 0;
	power = pm_norm_sf((crit * null_se - effect) / se);
	if (far_tail && alternative == PM_STAT_TWO_SIDED)
		power += pm_norm_sf((crit * null_se + effect) / se);
	return fmin(power, 1);
}

static PmStatStatus
check_rate(double p)
{
	return p >= 0 && p <= 1 ? PM_STAT_OK : PM_STAT_BAD_PROBABILITY;
}

static PmStatStatus
check_sizes(double n_control, double n_treatment)
{
	bool		ok = n_control > 0 && n_treatment > 0 &&
		isfinite(n_control + n_treatment);

	return ok ? PM_STAT_OK : PM_STAT_BAD_PLAN;
}

static PmStatStatus
check_metric(double mean, double variance, double n_control, double n_treatment,
			 double alpha, double tuning_n)
{
	PmStatStatus status;
	double		spread = sqrt(variance) / fabs(mean);

	if (!(spread > 0) || !isfinite(spread * spread) || spread * spread == 0)
		return PM_STAT_BAD_MOMENT;
	if ((status = check_sizes(n_control, n_treatment)) != PM_STAT_OK ||
		(status = pm_stat_check_alpha(alpha)) != PM_STAT_OK)
		return status;
	return tuning_n >= 0 && isfinite(tuning_n) ? PM_STAT_OK : PM_STAT_BAD_PLAN;
}

/* How much wider the confidence sequence is than the fixed interval. */
static double
widening(double n, double alpha, double tuning_n)
{
	double		rho2;

	if (tuning_n == 0)
		return 1;
	rho2 = pm_sequential_rho2(alpha, tuning_n, PM_STAT_TWO_SIDED);
	return pm_sequential_critical(n, rho2, alpha, PM_STAT_TWO_SIDED) /
		pm_norm_critical(alpha, PM_STAT_TWO_SIDED);
}

/* At least one unit; -1 beyond what 64 bits hold. */
static int64_t
round_up(double raw)
{
	if (!(raw < 9e18))
		return -1;
	return raw <= 1 ? 1 : (int64_t) ceil(raw);
}
