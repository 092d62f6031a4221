/*
 * pm_stat_power.h
 *		Planning: sample size, power, and minimum detectable effect.
 */
#ifndef PM_STAT_POWER_H
#define PM_STAT_POWER_H

#include "pm_stat_types.h"

typedef enum PmPlanMethod
{
	PM_PLAN_FIXED = 0,
	PM_PLAN_HYBRID,
	PM_PLAN_ALWAYS_VALID
} PmPlanMethod;

/* Always-valid maximum over the fixed sample, at power .80 (spec 4.7). */
#define PM_PLAN_ALWAYS_VALID_FACTOR 1.75

typedef struct PmSampleSize
{
	double		raw;			/* units in the control arm, before rounding */
	int64_t		n_control;		/* rounded up; -1 = NULL, no such size */
	int64_t		n_treatment;	/* ratio times raw, rounded up; -1 = NULL */
} PmSampleSize;

extern bool pm_plan_method_parse(const char *text, size_t len,
								 PmPlanMethod *method);

/*
 * Size of the control arm for a two-proportion test (spec 4.7): pooled variance
 * under the null, ratio = n_treatment / n_control.  Equal rates, a difference
 * against the alternative, and sizes beyond the 64-bit range give NULL.
 * Errors: BAD_PROBABILITY, BAD_ALPHA, BAD_POWER, BAD_PLAN (ratio).
 */
extern PmStatStatus pm_sample_size(double p_control, double p_treatment,
								   double alpha, double power, double ratio,
								   PmStatAlternative alternative,
								   PmPlanMethod method, PmSampleSize *result);

/*
 * Power of the pooled z-test; arms may have fractional size.  Two-sided,
 * far_tail adds the probability of rejecting in the wrong direction (R:
 * strict = TRUE).  Errors: BAD_PROBABILITY, BAD_ALPHA, BAD_PLAN (a size <= 0).
 */
extern PmStatStatus pm_test_power(double p_control, double p_treatment,
								  double n_control, double n_treatment,
								  double alpha, PmStatAlternative alternative,
								  bool far_tail, double *power);

/*
 * Smallest difference from p_control that has the power, as a magnitude:
 * upward for 'two-sided' and 'greater', downward for 'less'.  NULL where even
 * the largest possible difference has not.  Without far_tail it is the inverse
 * of pm_sample_size.  Errors as above and BAD_POWER.
 */
extern PmStatStatus pm_mde(double p_control, double n_control,
						   double n_treatment, double alpha, double power,
						   PmStatAlternative alternative, bool far_tail,
						   double *mde);

/*
 * The same for the lift of a metric with this mean and variance per unit, the
 * effect kept in the treatment's variance (delta method), two-sided with both
 * tails.  tuning_n = 0 plans a fixed test; otherwise an always-valid one tuned
 * to tuning_n units, by widening the standard error.  The MDE is the positive
 * root of a quadratic, NULL where there is none.
 * Errors: BAD_MOMENT (mean 0, variance <= 0), BAD_ALPHA, BAD_POWER, BAD_PLAN.
 */
extern PmStatStatus pm_lift_power(double mean, double variance, double lift,
								  double n_control, double n_treatment,
								  double alpha, double tuning_n, double *power);
extern PmStatStatus pm_lift_mde(double mean, double variance, double n_control,
								double n_treatment, double alpha, double power,
								double tuning_n, double *mde);

#endif							/* PM_STAT_POWER_H */
