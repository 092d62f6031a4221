/*
 * pm_stat_normal.h
 *		Tails and quantiles of the standard normal distribution.
 */
#ifndef PM_STAT_NORMAL_H
#define PM_STAT_NORMAL_H

#include "pm_stat_types.h"

#define PM_LN_10 2.302585092994045684
#define PM_LN_2 0.693147180559945309417
#define PM_HALF_LN_2PI 0.918938533204672741780

/* P(Z > z), any z; underflows to 0 past 38.5. */
extern double pm_norm_sf(double z);

/* P(Z <= z). */
extern double pm_norm_cdf(double z);

/* Density at z. */
extern double pm_norm_pdf(double z);

/* Natural logarithm of P(Z > z) for any finite z. */
extern double pm_norm_log_sf(double z);

/* log of P(Z > z) / exp(-z^2 / 2): what is left when the square cancels. */
extern double pm_norm_log_scaled_sf(double z);

/* z with P(Z <= z) = p, 0 < p < 1. */
extern double pm_norm_quantile(double p);

/* Critical value of a test at alpha: two tails, or one. */
extern double pm_norm_critical(double alpha, PmStatAlternative alternative);

/* p-value of z and its decimal logarithm, over the full range of both. */
extern void pm_norm_p_value(double z, PmStatAlternative alternative,
							double *p_value, double *log10_p);

#endif							/* PM_STAT_NORMAL_H */
