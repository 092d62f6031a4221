/*
 * pm_stat_interval.c
 *		Intervals for one proportion, a difference of two, and the lift.
 *
 * Each formula is arranged so that nothing cancels: the distance from p to its
 * Wilson bound is computed as such (Newcombe squares it), Wilson's smaller
 * root comes from the product of the roots, and differences start from the
 * exact x_t n_c - x_c n_t.  So 0 successes give a lower bound of exactly 0, n
 * of n an upper bound of exactly 1, and a trillion units keep their digits.
 *
 * Sources: Newcombe, Statistics in Medicine 17 (1998), methods 3 and 10;
 * Agresti and Caffo, The American Statistician 54 (2000); Agresti and Coull
 * (1998); Katz et al. (1978) for the log ratio; spec/experiments 4.2, 4.3.
 */
#include "pm_stat_interval.h"

#include <string.h>

#include "pm_stat_beta.h"
#include "pm_stat_normal.h"
#include "pm_stat_ztest.h"

static bool find_word(const char *text, size_t len, const char *const *words,
					  int count, int *found);
static void beta_bounds(int64_t x, int64_t n, double alpha, double extra,
						double *low, double *high);
static void agresti_coull_bounds(int64_t x, int64_t n, double z,
								 double *low, double *high);
static void wald_bounds(int64_t x, int64_t n, double z,
						double *low, double *high);
static void wilson_distances(int64_t x, int64_t n, double z,
							 double *below, double *above);
static double rate_variance(double x, double n);
static void start_interval(PmInterval *r, double level);
static PmStatStatus check_arms(int64_t x_control, int64_t n_control,
							   int64_t x_treatment, int64_t n_treatment,
							   double level);

bool
pm_proportion_method_parse(const char *text, size_t len,
						   PmProportionMethod *method)
{
	static const char *const words[] = {
		"wilson", "clopper_pearson", "jeffreys", "agresti_coull", "wald"
	};
	int			found;

	if (!find_word(text, len, words, 5, &found))
		return false;
	*method = (PmProportionMethod) found;
	return true;
}

bool
pm_diff_method_parse(const char *text, size_t len, PmDiffMethod *method)
{
	static const char *const words[] = {"newcombe", "agresti_caffo", "wald"};
	int			found;

	if (!find_word(text, len, words, 3, &found))
		return false;
	*method = (PmDiffMethod) found;
	return true;
}

bool
pm_lift_method_parse(const char *text, size_t len, PmLiftMethod *method)
{
	static const char *const words[] = {"log", "delta"};
	int			found;

	if (!find_word(text, len, words, 2, &found))
		return false;
	*method = (PmLiftMethod) found;
	return true;
}

PmStatStatus
pm_proportion_ci(int64_t x, int64_t n, double level,
				 PmProportionMethod method, PmInterval *result)
{
	PmStatStatus status;
	double		z;

	if ((status = pm_stat_check_arm(x, n)) != PM_STAT_OK ||
		(status = pm_stat_check_level(level)) != PM_STAT_OK)
		return status;
	start_interval(result, level);
	if (n == 0)
	{
		result->reason = PM_STAT_NO_UNITS;
		return PM_STAT_OK;
	}
	result->estimate = (double) x / (double) n;
	z = pm_norm_critical(1 - level, PM_STAT_TWO_SIDED);
	switch (method)
	{
		case PM_PROPORTION_WILSON:
			pm_wilson_bounds(x, n, z, &result->low, &result->high);
			break;
		case PM_PROPORTION_CLOPPER_PEARSON:
			beta_bounds(x, n, 1 - level, 0, &result->low, &result->high);
			break;
		case PM_PROPORTION_JEFFREYS:
			beta_bounds(x, n, 1 - level, 0.5, &result->low, &result->high);
			break;
		case PM_PROPORTION_AGRESTI_COULL:
			agresti_coull_bounds(x, n, z, &result->low, &result->high);
			break;
		case PM_PROPORTION_WALD:
			wald_bounds(x, n, z, &result->low, &result->high);
			break;
	}
	result->low = fmax(result->low, 0);
	result->high = fmin(result->high, 1);
	return PM_STAT_OK;
}

PmStatStatus
pm_diff_ci(int64_t x_control, int64_t n_control,
		   int64_t x_treatment, int64_t n_treatment,
		   double level, PmDiffMethod method, PmInterval *result)
{
	PmStatStatus status = check_arms(x_control, n_control, x_treatment,
									 n_treatment, level);

	if (status != PM_STAT_OK)
		return status;
	start_interval(result, level);
	if (n_control == 0 || n_treatment == 0)
	{
		result->reason = PM_STAT_NO_UNITS;
		return PM_STAT_OK;
	}
	result->estimate = pm_cross_difference(x_control, n_control,
										   x_treatment, n_treatment) /
		((double) n_control * (double) n_treatment);
	pm_diff_bounds(x_control, n_control, x_treatment, n_treatment,
				   pm_norm_critical(1 - level, PM_STAT_TWO_SIDED), method,
				   &result->low, &result->high);
	result->low = fmin(fmax(result->low, -1), 1);
	result->high = fmax(fmin(result->high, 1), -1);
	return PM_STAT_OK;
}

PmStatStatus
pm_lift_ci(int64_t x_control, int64_t n_control,
		   int64_t x_treatment, int64_t n_treatment,
		   double level, PmLiftMethod method, PmInterval *result)
{
	PmStatStatus status = check_arms(x_control, n_control, x_treatment,
									 n_treatment, level);

	if (status != PM_STAT_OK)
		return status;
	start_interval(result, level);
	if (n_control == 0 || n_treatment == 0)
		result->reason = PM_STAT_NO_UNITS;
	else if (x_control == 0)
		result->reason = PM_STAT_ZERO_BASELINE;
	if (result->reason != PM_STAT_REASON_NONE)
		return PM_STAT_OK;
	result->estimate = pm_cross_difference(x_control, n_control,
										   x_treatment, n_treatment) /
		((double) x_control * (double) n_treatment);
	pm_lift_bounds(x_control, n_control, x_treatment, n_treatment,
				   pm_norm_critical(1 - level, PM_STAT_TWO_SIDED), method,
				   &result->low, &result->high);
	result->low = fmax(result->low, -1);
	return PM_STAT_OK;
}

void
pm_diff_bounds(int64_t x_control, int64_t n_control,
			   int64_t x_treatment, int64_t n_treatment,
			   double z, PmDiffMethod method, double *low, double *high)
{
	int64_t		plus = method == PM_DIFF_AGRESTI_CAFFO ? 1 : 0;
	int64_t		xc = x_control + plus;
	int64_t		nc = n_control + 2 * plus;
	int64_t		xt = x_treatment + plus;
	int64_t		nt = n_treatment + 2 * plus;
	double		d = pm_cross_difference(xc, nc, xt, nt) /
		((double) nc * (double) nt);
	double		half;

	if (method == PM_DIFF_NEWCOMBE)
	{
		double		below_c;
		double		above_c;
		double		below_t;
		double		above_t;

		wilson_distances(xc, nc, z, &below_c, &above_c);
		wilson_distances(xt, nt, z, &below_t, &above_t);
		*low = d - copysign(hypot(below_t, above_c), z);
		*high = d + copysign(hypot(above_t, below_c), z);
		return;
	}
	half = z * sqrt(rate_variance((double) xc, (double) nc) +
					rate_variance((double) xt, (double) nt));
	*low = d - half;
	*high = d + half;
}

void
pm_lift_bounds(int64_t x_control, int64_t n_control,
			   int64_t x_treatment, int64_t n_treatment,
			   double z, PmLiftMethod method, double *low, double *high)
{
	double		xc = (double) x_control;
	double		nc = (double) n_control;
	double		xt = (double) x_treatment;
	double		nt = (double) n_treatment;
	double		lift = pm_cross_difference(x_control, n_control,
										   x_treatment, n_treatment) / (xc * nt);
	double		half;

	if (method == PM_LIFT_DELTA)
	{
		double		ratio = 1 + lift;

		half = z * sqrt(rate_variance(xt, nt) +
						rate_variance(xc, nc) * ratio * ratio) * nc / xc;
		*low = lift - half;
		*high = lift + half;
	}
	else if (x_treatment == 0)
	{
		double		wilson[2][2];

		pm_wilson_bounds(x_control, n_control, z, &wilson[0][0], &wilson[0][1]);
		pm_wilson_bounds(x_treatment, n_treatment, z, &wilson[1][0], &wilson[1][1]);
		*low = -1;
		*high = wilson[1][1] / wilson[0][0] - 1;
	}
	else
	{
		half = z * sqrt((nc - xc) / (nc * xc) + (nt - xt) / (nt * xt));
		*low = expm1(log1p(lift) - half);
		*high = expm1(log1p(lift) + half);
	}
}

/*
 * Roots of (n + z^2) t^2 - (2x + z^2) t + x^2 / n = 0.  The larger one has a
 * sum for numerator; the smaller one follows from the product of the roots.
 */
void
pm_wilson_bounds(int64_t x, int64_t n, double z, double *low, double *high)
{
	double		hits = (double) x;
	double		misses = (double) (n - x);
	double		total = (double) n;
	double		z2 = z * z;
	double		root = z * sqrt(z2 + 4 * hits * (misses / total));

	*low = 2 * hits * (hits / total) / (2 * hits + z2 + root);
	*high = x == n ? 1 : (2 * hits + z2 + root) / (2 * (total + z2));
}

/*
 * Equal-tailed beta quantiles: Clopper-Pearson (extra = 0), whose ends at
 * x = 0 and x = n are exactly 0 and 1, or Jeffreys (extra = 1/2), which has
 * no such rule.
 */
static void
beta_bounds(int64_t x, int64_t n, double alpha, double extra,
			double *low, double *high)
{
	double		hits = (double) x;
	double		misses = (double) (n - x);
	double		other = extra > 0 ? extra : 1;
	double		unused;

	*low = 0;
	*high = 1;
	if (hits + extra > 0)
		pm_beta_quantile(hits + extra, misses + other, alpha / 2, false,
						 low, &unused);
	if (misses + extra > 0)
		pm_beta_quantile(hits + other, misses + extra, alpha / 2, true,
						 high, &unused);
}

static void
agresti_coull_bounds(int64_t x, int64_t n, double z, double *low, double *high)
{
	double		hits = (double) x + z * z / 2;
	double		total = (double) n + z * z;
	double		half = z * sqrt(rate_variance(hits, total));

	*low = hits / total - half;
	*high = hits / total + half;
}

static void
wald_bounds(int64_t x, int64_t n, double z, double *low, double *high)
{
	double		half = z * sqrt(rate_variance((double) x, (double) n));

	*low = (double) x / (double) n - half;
	*high = (double) x / (double) n + half;
}

/*
 * p - lower and upper - p of Wilson's interval.  With s = sqrt(z^2 + 4npq)
 * they are z (s -+ z(1 - 2p)) / 2(n + z^2); since s^2 - z^2 (1-2p)^2 is
 * 4pq(n + z^2), the one that would cancel is 2zpq / (s + z |1 - 2p|).
 */
static void
wilson_distances(int64_t x, int64_t n, double z, double *below, double *above)
{
	double		total = (double) n;
	double		p = (double) x / total;
	double		q = (double) (n - x) / total;
	double		skew = z * ((double) (n - 2 * x) / total);
	double		s = sqrt(z * z + 4 * total * p * q) + fabs(skew);
	double		shorter = 2 * z * p * q / s;
	double		longer = z * s / (2 * (total + z * z));

	*below = skew >= 0 ? shorter : longer;
	*above = skew >= 0 ? longer : shorter;
}

/* p q / n */
static double
rate_variance(double x, double n)
{
	return (x / n) * ((n - x) / n) / n;
}

static void
start_interval(PmInterval *r, double level)
{
	r->estimate = r->low = r->high = PM_STAT_NULL;
	r->level = level;
	r->reason = PM_STAT_REASON_NONE;
}

static PmStatStatus
check_arms(int64_t x_control, int64_t n_control,
		   int64_t x_treatment, int64_t n_treatment, double level)
{
	PmStatStatus status = pm_stat_check_arm(x_control, n_control);

	if (status == PM_STAT_OK)
		status = pm_stat_check_arm(x_treatment, n_treatment);
	if (status == PM_STAT_OK)
		status = pm_stat_check_level(level);
	return status;
}

static bool
find_word(const char *text, size_t len, const char *const *words,
		  int count, int *found)
{
	for (*found = 0; *found < count; (*found)++)
	{
		if (strlen(words[*found]) == len &&
			memcmp(text, words[*found], len) == 0)
			return true;
	}
	return false;
}
