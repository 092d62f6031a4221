/*
 * pm_stat_moments.h
 *		States of the aggregates: counts, moments, paired moments, A/B summary.
 *
 * Each state is a plain struct that starts as all zeros, takes one row at a time
 * and combines with another.  Rows that are NULL or not finite are skipped and
 * counted.  A function that returns PM_STAT_OVERFLOW has left its state unfit
 * for use; the glue raises an error.
 */
#ifndef PM_STAT_MOMENTS_H
#define PM_STAT_MOMENTS_H

#include "pm_stat_types.h"

typedef struct PmCounts
{
	int64_t		n_control;
	int64_t		x_control;
	int64_t		n_treatment;
	int64_t		x_treatment;
	int64_t		n_skipped;
} PmCounts;

/*
 * mean + mean_low is the mean in twice the precision, so that values of the
 * size 1e15 with a spread of 1 keep their variance.
 */
typedef struct PmMoments
{
	int64_t		n;
	int64_t		n_skipped;
	double		mean;
	double		mean_low;
	double		m2;				/* sum of squared deviations */
} PmMoments;

typedef struct PmCovMoments
{
	int64_t		n;
	int64_t		n_skipped;
	double		mean_x;			/* numerator */
	double		mean_x_low;
	double		mean_y;			/* denominator */
	double		mean_y_low;
	double		m2x;
	double		m2y;
	double		cxy;			/* sum of products of deviations */
} PmCovMoments;

/* Both arms; exact counts beside the moments while all values are 0 or 1. */
typedef struct PmAbSummary
{
	PmMoments	control;
	PmMoments	treatment;
	int64_t		ones_control;
	int64_t		ones_treatment;
	int64_t		n_other;		/* values that are neither 0 nor 1 */
} PmAbSummary;

/* One row.  In the header because it runs once a row of somebody's table. */
static inline PmStatStatus
pm_counts_add(PmCounts *s, bool success, bool treatment)
{
	int64_t    *n = treatment ? &s->n_treatment : &s->n_control;
	int64_t    *x = treatment ? &s->x_treatment : &s->x_control;

	if (*n >= PM_STAT_COUNT_MAX)
		return PM_STAT_OVERFLOW;
	*n += 1;
	*x += success;
	return PM_STAT_OK;
}

/* into += from.  Errors: OVERFLOW (a count above PM_STAT_COUNT_MAX). */
extern PmStatStatus pm_counts_combine(PmCounts *into, const PmCounts *from);

/* Whether the fields could have come from rows: for bytes from outside. */
extern bool pm_counts_valid(const PmCounts *s);

/* Welford's update; a value that is not finite is skipped and counted. */
extern PmStatStatus pm_moments_add(PmMoments *s, double x);

/* Chan, Golub, LeVeque (1983), with branches of their own for n = 0. */
extern PmStatStatus pm_moments_combine(PmMoments *into, const PmMoments *from);
extern bool pm_moments_valid(const PmMoments *s);

/* NULL for n = 0, and the sample variance for n = 1 as well. */
extern double pm_moments_mean(const PmMoments *s);
extern double pm_moments_sum(const PmMoments *s);
extern double pm_moments_var_samp(const PmMoments *s);
extern double pm_moments_var_pop(const PmMoments *s);

/* A pair is skipped as soon as one of the two is not finite. */
extern PmStatStatus pm_cov_add(PmCovMoments *s, double x, double y);
extern PmStatStatus pm_cov_combine(PmCovMoments *into, const PmCovMoments *from);
extern bool pm_cov_valid(const PmCovMoments *s);

extern PmStatStatus pm_summary_add(PmAbSummary *s, double value, bool treatment);
extern PmStatStatus pm_summary_combine(PmAbSummary *into, const PmAbSummary *from);
extern bool pm_summary_valid(const PmAbSummary *s);

/* Exact counts of a summary of zeros and ones; false for other values. */
extern bool pm_summary_counts(const PmAbSummary *s, PmCounts *counts);

#endif							/* PM_STAT_MOMENTS_H */
