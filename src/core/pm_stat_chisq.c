/*
 * pm_stat_chisq.c
 *		k-sample chi-square, sample ratio mismatch, multinomial e-values.
 *
 * Each statistic is a sum over arms of the square of an exact difference.  For
 * counts it is taken in 128 bits; for weights, which need not be integers, from
 * an error-free product (fma).
 *
 * The e-value is the ratio of two likelihoods whose logarithms reach 1e10; with
 * Stirling's formula inserted they cancel on paper and what is left is
 * sum D(a_i + o_i, (A + N) q_i) - sum D(a_i, A q_i) plus small terms, D being the
 * deviance and q the null rates.
 */
#include "pm_stat_chisq.h"
#include "pm_stat_gamma.h"

/* A smaller share could not get a unit, and would leave the range of a double. */
#define SMALLEST_SHARE 1e-16

static PmStatStatus check_weights(const double *weights, int k, double *sum);
static double excess(int64_t count, double total, double weight, double sum);
static double prior_of(const double *prior, double concentration,
					   double share, int i);

PmStatStatus
pm_homogeneity_test(const int64_t *successes, const int64_t *trials, int k,
					PmHomogeneity *result)
{
	int64_t		hits = 0;
	int64_t		total = 0;
	int			arms = 0;
	double		sum = 0;

	if (k < 1 || k > PM_STAT_MAX_ARMS)
		return PM_STAT_BAD_LENGTH;
	for (int i = 0; i < k; i++)
	{
		PmStatStatus status = pm_stat_check_arm(successes[i], trials[i]);

		if (status != PM_STAT_OK)
			return status;
		hits += successes[i];
		total += trials[i];
		arms += trials[i] > 0;
	}
	result->reason = arms < 2 ? PM_STAT_NO_UNITS :
		hits == 0 || hits == total ? PM_STAT_NO_VARIATION :
		PM_STAT_REASON_NONE;
	result->df = arms < 2 ? 0 : arms - 1;
	if (result->reason != PM_STAT_REASON_NONE)
	{
		result->chi2 = arms < 2 ? PM_STAT_NULL : 0;
		result->p_value = arms < 2 ? PM_STAT_NULL : 1;
		return PM_STAT_OK;
	}
	for (int i = 0; i < k; i++)
	{
		double		cross = (double) ((__int128) successes[i] * total -
									 (__int128) trials[i] * hits);

		if (trials[i] > 0)
			sum += cross / (double) trials[i] * cross;
	}
	result->chi2 = sum / (double) hits / (double) (total - hits);
	result->p_value = pm_chi2_sf(result->chi2, result->df);
	return PM_STAT_OK;
}

PmStatStatus
pm_srm_test(const int64_t *observed, const double *weights, int k, PmSrm *result)
{
	int64_t		kept_counts[PM_STAT_MAX_ARMS];
	double		kept_weights[PM_STAT_MAX_ARMS];
	PmStatStatus status;
	double		total = 0;
	double		sum;
	int			kept = 0;
	bool		leak = false;

	if (k < 1 || k > PM_STAT_MAX_ARMS)
		return PM_STAT_BAD_LENGTH;
	if ((status = check_weights(weights, k, &sum)) != PM_STAT_OK)
		return status;
	for (int i = 0; i < k; i++)
	{
		if (pm_stat_check_arm(0, observed[i]) != PM_STAT_OK)
			return PM_STAT_BAD_COUNT;
		if (weights[i] > 0)
		{
			kept_counts[kept] = observed[i];
			kept_weights[kept++] = weights[i];
			total += (double) observed[i];
		}
		else if (observed[i] > 0)
			leak = true;
	}

	result->chi2 = 0;
	result->df = kept - 1;
	result->log_e_value = 0;
	result->max_deviation = total > 0 ? 0 : PM_STAT_NULL;
	for (int i = 0; i < kept && total > 0; i++)
	{
		double		expected = total * (kept_weights[i] / sum);
		double		d = excess(kept_counts[i], total, kept_weights[i], sum);

		result->chi2 += d / expected * d;
		result->max_deviation = fmax(result->max_deviation, fabs(d / expected));
	}
	if (kept > 1)
		pm_multinomial_log_e(kept_counts, kept_weights, NULL,
							 PM_SRM_CONCENTRATION, kept, &result->log_e_value);
	result->p_value = leak ? 0 : kept > 1 ? pm_chi2_sf(result->chi2, result->df) : 1;
	result->alarm = leak || result->log_e_value >= log(PM_SRM_ALARM_E);
	result->reason = leak ? PM_STAT_ZERO_WEIGHT_UNITS :
		total == 0 ? PM_STAT_NO_UNITS : PM_STAT_REASON_NONE;
	return PM_STAT_OK;
}

PmStatStatus
pm_multinomial_log_e(const int64_t *counts, const double *weights,
					 const double *prior, double concentration, int k,
					 double *log_e)
{
	PmStatStatus status;
	double		total = 0;
	double		prior_total = 0;
	double		sum;
	double		result;

	if (k < 1 || k > PM_STAT_MAX_ARMS)
		return PM_STAT_BAD_LENGTH;
	if ((status = check_weights(weights, k, &sum)) != PM_STAT_OK)
		return status;
	for (int i = 0; i < k; i++)
	{
		double		a = prior_of(prior, concentration, weights[i] / sum, i);

		if (pm_stat_check_arm(0, counts[i]) != PM_STAT_OK)
			return PM_STAT_BAD_COUNT;
		if (weights[i] == 0)
			return PM_STAT_BAD_WEIGHT;
		if (!(a > 0) || isinf(a))
			return PM_STAT_BAD_PRIOR;
		prior_total += a;
		total += (double) counts[i];
	}

	/* log1p of a ratio: (1/2) log((A + N) / A) */
	result = 0.5 * log1p(total / prior_total) -
		pm_stirling_error(prior_total + total) + pm_stirling_error(prior_total);
	for (int i = 0; i < k; i++)
	{
		double		q = weights[i] / sum;
		double		a = prior_of(prior, concentration, q, i);
		double		o = (double) counts[i];
		double		gap = prior == NULL ? 0 : a - prior_total * q;
		double		d = gap + excess(counts[i], total, weights[i], sum);

		result += pm_deviance_diff(a + o, (prior_total + total) * q, d) -
			pm_deviance_diff(a, prior_total * q, gap) - 0.5 * log1p(o / a) +
			pm_stirling_error(a + o) - pm_stirling_error(a);
	}
	*log_e = result;
	return PM_STAT_OK;
}

static PmStatStatus
check_weights(const double *weights, int k, double *sum)
{
	*sum = 0;
	for (int i = 0; i < k; i++)
	{
		if (!(weights[i] >= 0) || isinf(weights[i]))
			return PM_STAT_BAD_WEIGHT;
		*sum += weights[i];
	}
	if (!(*sum > 0) || isinf(*sum))
		return PM_STAT_BAD_WEIGHT;
	for (int i = 0; i < k; i++)
	{
		if (weights[i] > 0 && weights[i] / *sum < SMALLEST_SHARE)
			return PM_STAT_BAD_WEIGHT;
	}
	return PM_STAT_OK;
}

/* count - total * weight / sum, from the error-free difference of products. */
static double
excess(int64_t count, double total, double weight, double sum)
{
	double		o = (double) count;
	double		expected = total * weight;
	double		got = o * sum;

	return ((got - expected) + (fma(o, sum, -got) - fma(total, weight, -expected))) / sum;
}

static double
prior_of(const double *prior, double concentration, double share, int i)
{
	return prior != NULL ? prior[i] : concentration * share;
}
