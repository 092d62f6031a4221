/*
 * pm_stat_chisq.h
 *		k-sample chi-square, sample ratio mismatch, multinomial e-values.
 */
#ifndef PM_STAT_CHISQ_H
#define PM_STAT_CHISQ_H

#include "pm_stat_types.h"

/* An e-value of 1000 raises the alarm: P <= .001 over the whole life. */
#define PM_SRM_ALARM_E 1000.0

/* Concentration of the Dirichlet prior of the mismatch test. */
#define PM_SRM_CONCENTRATION 1000.0

typedef struct PmHomogeneity
{
	double		chi2;
	int			df;				/* arms with units - 1; 0 where chi2 is NULL */
	double		p_value;
	PmStatReason reason;
} PmHomogeneity;

typedef struct PmSrm
{
	double		chi2;
	int			df;				/* arms with weight - 1 */
	double		p_value;
	double		log_e_value;
	bool		alarm;
	double		max_deviation;	/* largest |observed / expected - 1| */
	PmStatReason reason;
} PmSrm;

/*
 * Pearson's test that k arms share one rate (spec 4.6), without continuity
 * correction.  Arms without units do not count; fewer than two with units give
 * NULL and no_units; a pooled rate of 0 or 1 gives chi2 = 0, p = 1 and
 * no_variation.  1 <= k <= PM_STAT_MAX_ARMS.
 * Errors: BAD_LENGTH, BAD_COUNT, BAD_SUCCESSES.
 */
extern PmStatStatus pm_homogeneity_test(const int64_t *successes,
										const int64_t *trials, int k,
										PmHomogeneity *result);

/*
 * Sample ratio mismatch of k observed counts against weights (spec 4.6): the
 * fixed chi-square for reports, the sequential e-value for the alarm.  Where
 * weights changed over time, pass the expected counts (sum over epochs of the
 * epoch's units times its weight share) as weights.
 *
 * Units in an arm of weight 0 are an error of the assignment: p = 0, alarm, and
 * zero_weight_units; the other fields then describe the remaining arms.
 * Without units: p = 1, no_units.  A single weighted arm: p = 1.
 * Errors: BAD_LENGTH, BAD_COUNT, BAD_WEIGHT.
 */
extern PmStatStatus pm_srm_test(const int64_t *observed, const double *weights,
								int k, PmSrm *result);

/*
 * Natural logarithm of the Dirichlet-multinomial e-value of counts against the
 * null rates weights / sum(weights) (Lindon and Malek, 2011.03567): the prior is
 * prior[i] where given, else concentration * weights[i] / sum(weights).  All
 * weights must be positive.  Valid at every look; p = min(1, exp(-log e)).
 * Errors: BAD_LENGTH, BAD_COUNT, BAD_WEIGHT, BAD_PRIOR.
 */
extern PmStatStatus pm_multinomial_log_e(const int64_t *counts,
										 const double *weights,
										 const double *prior,
										 double concentration, int k,
										 double *log_e);

#endif							/* PM_STAT_CHISQ_H */
