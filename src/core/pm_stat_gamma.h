/*
 * pm_stat_gamma.h
 *		Pieces of the gamma function, the incomplete gamma, chi-square tails.
 */
#ifndef PM_STAT_GAMMA_H
#define PM_STAT_GAMMA_H

#include "pm_stat_types.h"

/* Both tails of a distribution at one point, and their natural logarithms. */
typedef struct PmTails
{
	double		lower;
	double		upper;
	double		log_lower;
	double		log_upper;
} PmTails;

/* log Gamma(x) - [(x - 1/2) log x - x + log(2 pi)/2], x > 0. */
extern double pm_stirling_error(double x);

/*
 * x log(x / m) + m - x >= 0 for x >= 0, m > 0: half the deviance.  The second
 * form takes the difference d = x - m from a caller who knows it better.
 */
extern double pm_deviance(double x, double m);
extern double pm_deviance_diff(double x, double m, double d);

/* First and second derivative of log Gamma, x > 0. */
extern double pm_digamma(double x);
extern double pm_trigamma(double x);

/* Regularised incomplete gamma P(a, x) and Q(a, x), a > 0, x >= 0. */
extern PmTails pm_gamma_tails(double a, double x);

/* P(chi-square with df > 0 degrees of freedom > x), x >= 0. */
extern double pm_chi2_sf(double x, double df);
extern double pm_chi2_cdf(double x, double df);

#endif							/* PM_STAT_GAMMA_H */
