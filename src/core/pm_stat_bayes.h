/*
 * pm_stat_bayes.h
 *		Beta-binomial comparison, best of k arms, Thompson weights, normal lift.
 */
#ifndef PM_STAT_BAYES_H
#define PM_STAT_BAYES_H

#include "pm_stat_types.h"

/* Units that every arm needs before weights follow the data. */
#define PM_THOMPSON_MIN_UNITS 100
#define PM_THOMPSON_TOTAL 1000000

typedef struct PmBayes
{
	double		mean_control;	/* posterior means */
	double		mean_treatment;
	double		prob_beats;		/* P(treatment rate > control rate) */
	double		prob_control;	/* P(control rate > treatment rate) */
	double		loss_treatment; /* expected loss of choosing the treatment */
	double		loss_control;
	PmStatReason reason;		/* no_units where an arm shows the prior only */
} PmBayes;

typedef struct PmBayesNormal
{
	double		mean;			/* posterior of the effect */
	double		sd;
	double		prob_beats;		/* P(effect > 0) */
	double		loss_treatment; /* E max(-effect, 0) */
	double		loss_control;	/* E max(effect, 0) */
	double		low;			/* equal-tailed at the level */
	double		high;
	double		level;
} PmBayesNormal;

/*
 * Posteriors Beta(prior_a + x, prior_b + n - x) (spec 4.11).  An arm without
 * units is its prior.  Errors: BAD_COUNT, BAD_SUCCESSES, BAD_PRIOR (not in
 * [1e-3, 1e15]).
 */
extern PmStatStatus pm_bayes_counts(int64_t x_control, int64_t n_control,
									int64_t x_treatment, int64_t n_treatment,
									double prior_a, double prior_b,
									PmBayes *result);

/*
 * P(arm i has the largest rate) for k arms; the sum is 1 but for rounding.
 * 1 <= k <= PM_STAT_MAX_ARMS.  Errors: as above, BAD_LENGTH.
 */
extern PmStatStatus pm_bayes_best(const int64_t *successes,
								  const int64_t *trials, int k,
								  double prior_a, double prior_b,
								  double *p_best);

/*
 * Integer weights that sum to PM_THOMPSON_TOTAL (spec 4.12): P(best) under a
 * uniform prior, with the additive floor w = f + (1 - k f) w, f = floor_share, by largest
 * remainder, ties to the earlier arm.  f < 0 counts as 0 and k f >= 1 gives
 * equal weights; so does an arm with fewer than PM_THOMPSON_MIN_UNITS, with
 * too_few.  Errors: as above, BAD_PROBABILITY (floor not finite).
 */
extern PmStatStatus pm_thompson_weights(const int64_t *successes,
										const int64_t *trials, int k,
										double floor_share, int32_t *weights,
										PmStatReason *reason);

/*
 * Normal posterior of an effect with standard error se > 0 and prior
 * N(prior_mean, prior_variance); prior_variance = NULL is the flat prior.
 * Errors: BAD_MOMENT, BAD_PRIOR, BAD_LEVEL.
 */
extern PmStatStatus pm_bayes_normal(double effect, double se, double prior_mean,
									double prior_variance, double level,
									PmBayesNormal *result);

#endif							/* PM_STAT_BAYES_H */
