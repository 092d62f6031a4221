/*
 * pm_stat_moments.c
 *		States of the aggregates: counts, moments, paired moments, A/B summary.
 *
 * Sum and sum of squares lose everything where the mean is large against the
 * spread; Welford's update does not, except through the rounding of the mean
 * itself (at 1e12 a double moves in steps of 1e-4).  The mean is therefore kept
 * as an unevaluated sum of two doubles, and deviations are taken from both.
 *
 * There is no inverse: taking a value out of a sum of squares drifts.
 */
#include "pm_stat_moments.h"

static double deviation(double x, double mean, double mean_low);
static void shift_mean(double *mean, double *mean_low, double step);
static bool count_add(int64_t *into, int64_t from);
static bool finite2(double a, double b);

PmStatStatus
pm_counts_combine(PmCounts *into, const PmCounts *from)
{
	bool		ok = count_add(&into->n_control, from->n_control) &&
		count_add(&into->x_control, from->x_control) &&
		count_add(&into->n_treatment, from->n_treatment) &&
		count_add(&into->x_treatment, from->x_treatment) &&
		count_add(&into->n_skipped, from->n_skipped);

	return ok ? PM_STAT_OK : PM_STAT_OVERFLOW;
}

bool
pm_counts_valid(const PmCounts *s)
{
	return pm_stat_check_arm(s->x_control, s->n_control) == PM_STAT_OK &&
		pm_stat_check_arm(s->x_treatment, s->n_treatment) == PM_STAT_OK &&
		s->n_skipped >= 0 && s->n_skipped <= PM_STAT_COUNT_MAX;
}

PmStatStatus
pm_moments_add(PmMoments *s, double x)
{
	double		before;

	if (!isfinite(x))
		return count_add(&s->n_skipped, 1) ? PM_STAT_OK : PM_STAT_OVERFLOW;
	if (!count_add(&s->n, 1))
		return PM_STAT_OVERFLOW;
	before = deviation(x, s->mean, s->mean_low);
	shift_mean(&s->mean, &s->mean_low, before / (double) s->n);
	s->m2 += before * deviation(x, s->mean, s->mean_low);
	return finite2(s->mean, s->m2) ? PM_STAT_OK : PM_STAT_OVERFLOW;
}

PmStatStatus
pm_moments_combine(PmMoments *into, const PmMoments *from)
{
	double		na = (double) into->n;
	double		nb = (double) from->n;
	double		gap;

	if (!count_add(&into->n_skipped, from->n_skipped))
		return PM_STAT_OVERFLOW;
	if (from->n == 0)
		return PM_STAT_OK;
	if (into->n == 0)
	{
		int64_t		skipped = into->n_skipped;

		*into = *from;
		into->n_skipped = skipped;
		return PM_STAT_OK;
	}
	if (!count_add(&into->n, from->n))
		return PM_STAT_OVERFLOW;
	gap = deviation(from->mean, into->mean, into->mean_low) + from->mean_low;
	shift_mean(&into->mean, &into->mean_low, gap * (nb / (na + nb)));
	into->m2 += from->m2 + gap * gap * (na * nb / (na + nb));
	return finite2(into->mean, into->m2) ? PM_STAT_OK : PM_STAT_OVERFLOW;
}

bool
pm_moments_valid(const PmMoments *s)
{
	if (s->n < 0 || s->n > PM_STAT_COUNT_MAX || s->n_skipped < 0 ||
		s->n_skipped > PM_STAT_COUNT_MAX || !finite2(s->mean, s->mean_low) ||
		!isfinite(s->m2) || s->m2 < 0)
		return false;
	if (s->n == 0 && (s->mean != 0 || s->mean_low != 0))
		return false;
	return s->n > 1 || s->m2 == 0;
}

double
pm_moments_mean(const PmMoments *s)
{
	return s->n > 0 ? s->mean + s->mean_low : PM_STAT_NULL;
}

/* NULL too where the sum of finite values leaves the range of a double. */
double
pm_moments_sum(const PmMoments *s)
{
	double		sum = (double) s->n * s->mean + (double) s->n * s->mean_low;

	return s->n > 0 && isfinite(sum) ? sum : PM_STAT_NULL;
}

double
pm_moments_var_samp(const PmMoments *s)
{
	return s->n > 1 ? s->m2 / (double) (s->n - 1) : PM_STAT_NULL;
}

double
pm_moments_var_pop(const PmMoments *s)
{
	return s->n > 0 ? s->m2 / (double) s->n : PM_STAT_NULL;
}

PmStatStatus
pm_cov_add(PmCovMoments *s, double x, double y)
{
	double		before_x;
	double		before_y;
	double		after_y;

	if (!finite2(x, y))
		return count_add(&s->n_skipped, 1) ? PM_STAT_OK : PM_STAT_OVERFLOW;
	if (!count_add(&s->n, 1))
		return PM_STAT_OVERFLOW;
	before_x = deviation(x, s->mean_x, s->mean_x_low);
	before_y = deviation(y, s->mean_y, s->mean_y_low);
	shift_mean(&s->mean_x, &s->mean_x_low, before_x / (double) s->n);
	shift_mean(&s->mean_y, &s->mean_y_low, before_y / (double) s->n);
	after_y = deviation(y, s->mean_y, s->mean_y_low);
	s->m2x += before_x * deviation(x, s->mean_x, s->mean_x_low);
	s->m2y += before_y * after_y;
	s->cxy += before_x * after_y;
	return finite2(s->mean_x, s->m2x) && finite2(s->mean_y, s->m2y) &&
		isfinite(s->cxy) ? PM_STAT_OK : PM_STAT_OVERFLOW;
}

PmStatStatus
pm_cov_combine(PmCovMoments *into, const PmCovMoments *from)
{
	double		na = (double) into->n;
	double		nb = (double) from->n;
	double		gap_x;
	double		gap_y;
	double		weight;

	if (!count_add(&into->n_skipped, from->n_skipped))
		return PM_STAT_OVERFLOW;
	if (from->n == 0)
		return PM_STAT_OK;
	if (into->n == 0)
	{
		int64_t		skipped = into->n_skipped;

		*into = *from;
		into->n_skipped = skipped;
		return PM_STAT_OK;
	}
	if (!count_add(&into->n, from->n))
		return PM_STAT_OVERFLOW;
	gap_x = deviation(from->mean_x, into->mean_x, into->mean_x_low) + from->mean_x_low;
	gap_y = deviation(from->mean_y, into->mean_y, into->mean_y_low) + from->mean_y_low;
	weight = na * nb / (na + nb);
	shift_mean(&into->mean_x, &into->mean_x_low, gap_x * (nb / (na + nb)));
	shift_mean(&into->mean_y, &into->mean_y_low, gap_y * (nb / (na + nb)));
	into->m2x += from->m2x + gap_x * gap_x * weight;
	into->m2y += from->m2y + gap_y * gap_y * weight;
	into->cxy += from->cxy + gap_x * gap_y * weight;
	return finite2(into->mean_x, into->m2x) && finite2(into->mean_y, into->m2y) &&
		isfinite(into->cxy) ? PM_STAT_OK : PM_STAT_OVERFLOW;
}

/* The product of the spreads bounds the covariance, up to rounding. */
bool
pm_cov_valid(const PmCovMoments *s)
{
	PmMoments	x = {s->n, s->n_skipped, s->mean_x, s->mean_x_low, s->m2x};
	PmMoments	y = {s->n, s->n_skipped, s->mean_y, s->mean_y_low, s->m2y};

	return pm_moments_valid(&x) && pm_moments_valid(&y) && isfinite(s->cxy) &&
		fabs(s->cxy) <= sqrt(s->m2x) * sqrt(s->m2y) * (1 + 1e-9);
}

PmStatStatus
pm_summary_add(PmAbSummary *s, double value, bool treatment)
{
	if (value == 1)
		*(treatment ? &s->ones_treatment : &s->ones_control) += 1;
	else if (value != 0 && isfinite(value))
		s->n_other += 1;
	return pm_moments_add(treatment ? &s->treatment : &s->control, value);
}

PmStatStatus
pm_summary_combine(PmAbSummary *into, const PmAbSummary *from)
{
	PmStatStatus status;

	if (!count_add(&into->ones_control, from->ones_control) ||
		!count_add(&into->ones_treatment, from->ones_treatment) ||
		!count_add(&into->n_other, from->n_other))
		return PM_STAT_OVERFLOW;
	status = pm_moments_combine(&into->control, &from->control);
	return status != PM_STAT_OK ? status :
		pm_moments_combine(&into->treatment, &from->treatment);
}

bool
pm_summary_valid(const PmAbSummary *s)
{
	return pm_moments_valid(&s->control) && pm_moments_valid(&s->treatment) &&
		pm_stat_check_arm(s->ones_control, s->control.n) == PM_STAT_OK &&
		pm_stat_check_arm(s->ones_treatment, s->treatment.n) == PM_STAT_OK &&
		s->n_other >= 0 && s->n_other <= s->control.n + s->treatment.n -
		s->ones_control - s->ones_treatment;
}

bool
pm_summary_counts(const PmAbSummary *s, PmCounts *counts)
{
	counts->n_control = s->control.n;
	counts->x_control = s->ones_control;
	counts->n_treatment = s->treatment.n;
	counts->x_treatment = s->ones_treatment;
	counts->n_skipped = s->control.n_skipped + s->treatment.n_skipped;
	return s->n_other == 0;
}

static double
deviation(double x, double mean, double mean_low)
{
	return (x - mean) - mean_low;
}

/* mean + step with the rounding error kept (Knuth's two-sum). */
static void
shift_mean(double *mean, double *mean_low, double step)
{
	double		sum = *mean + step;
	double		part = sum - *mean;
	double		rest = (*mean - (sum - part)) + (step - part) + *mean_low;

	*mean = sum + rest;
	*mean_low = rest - (*mean - sum);
}

/* Both are between 0 and PM_STAT_COUNT_MAX, so the sum cannot wrap. */
static bool
count_add(int64_t *into, int64_t from)
{
	*into += from;
	return *into <= PM_STAT_COUNT_MAX;
}

static bool
finite2(double a, double b)
{
	return isfinite(a) && isfinite(b);
}
