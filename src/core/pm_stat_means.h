/*
 * pm_stat_means.h
 *		Welch's t-test, the lift of means, and ratio metrics.
 */
#ifndef PM_STAT_MEANS_H
#define PM_STAT_MEANS_H

#include "pm_stat_moments.h"

/* One arm: units, mean per unit, sample variance per unit. */
typedef struct PmMeanArm
{
	int64_t		n;
	double		mean;
	double		variance;
} PmMeanArm;

typedef struct PmTtest
{
	int64_t		n_control;
	int64_t		n_treatment;
	double		mean_control;	/* NULL for an empty arm */
	double		mean_treatment;
	double		diff;
	double		se;
	double		t;
	double		df;				/* Welch-Satterthwaite, real-valued */
	double		p_value;
	double		log10_p;
	double		ci_low;			/* NULL = unbounded side */
	double		ci_high;
	double		lift;			/* diff / |mean_control| */
	double		lift_se;
	double		lift_low;		/* delta method, same t quantile */
	double		lift_high;
	double		level;
	double		alpha;
	double		margin;
	PmStatAlternative alternative;
	bool		reject;
	PmStatReason reason;
} PmTtest;

/*
 * Welch's test of "diff = margin" (spec 4.4).  A one-sided alternative has
 * one-sided intervals.
 *
 * Data conditions: an empty arm gives no_units; one unit in an arm gives
 * too_few; both variances 0 gives no_variation and NULL, even where the means
 * differ.  A control mean of 0 leaves the lift NULL, one within three standard
 * errors of 0 its interval, with zero_baseline.
 * Errors: BAD_COUNT, BAD_ALPHA, BAD_MARGIN (not finite), BAD_MOMENT, OVERFLOW.
 */
extern PmStatStatus pm_welch_ttest(const PmMeanArm *control,
								   const PmMeanArm *treatment,
								   PmStatAlternative alternative, double alpha,
								   double margin, PmTtest *result);

/*
 * Fieller's interval for the lift of means at critical value crit > 0.
 * Both bounds are NULL where the control mean does not differ from 0 at that
 * value, or is negative, the set then being no interval of lifts.
 */
extern void pm_fieller_bounds(const PmMeanArm *control,
							  const PmMeanArm *treatment, double crit,
							  double *low, double *high);

/* What a state says of an arm; an arm of fewer than two units has variance 0. */
extern void pm_moments_arm(const PmMoments *s, PmMeanArm *arm);

/*
 * Ratio metric: mean = mean x / mean y, variance per unit by the delta method
 * (vx - 2 R cxy + R^2 vy) / mean_y^2, spec 4.5.  False, with the arm's mean
 * NULL, where the mean of y is 0 (reason zero_baseline).
 */
extern bool pm_ratio_arm(const PmCovMoments *s, PmMeanArm *arm);

#endif							/* PM_STAT_MEANS_H */
