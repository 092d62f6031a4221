/*
 * pm_stat_beta.h
 *		Incomplete beta function, beta and Student t tails and quantiles.
 */
#ifndef PM_STAT_BETA_H
#define PM_STAT_BETA_H

#include "pm_stat_gamma.h"

/*
 * Both tails of Beta(a, b) at x, with y = 1 - x given apart so that neither
 * end loses digits; a, b > 0 and finite, x, y >= 0.
 */
extern PmTails pm_beta_tails(double a, double b, double x, double y);

/*
 * log of x^a y^b / B(a, b), the density of the logit, 0 < x < 1; and its two
 * summands, the constant and what depends on x.
 */
extern double pm_beta_log_front(double a, double b, double x, double y);
extern double pm_beta_log_constant(double a, double b);
extern double pm_beta_log_kernel(double a, double b, double x, double y);

/*
 * The point x with P(X <= x) = p, or P(X > x) = p where upper is set, and
 * y = 1 - x; 0 < p < 1.
 */
extern void pm_beta_quantile(double a, double b, double p, bool upper,
							 double *x, double *y);

/* Mean and standard deviation of the logit of a Beta(a, b) variable. */
extern void pm_beta_logit_moments(double a, double b, double *mean, double *sd);

/*
 * P(T > t) for df > 0 degrees of freedom, and its natural logarithm where
 * log_sf is not NULL.
 */
extern double pm_t_sf(double t, double df, double *log_sf);

/* t with P(T <= t) = p, 0 < p < 1. */
extern double pm_t_quantile(double p, double df);

/* As pm_norm_p_value, for Student's t. */
extern void pm_t_p_value(double t, double df, PmStatAlternative alternative,
						 double *p_value, double *log10_p);

#endif							/* PM_STAT_BETA_H */
