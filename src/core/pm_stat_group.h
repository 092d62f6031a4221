/*
 * pm_stat_group.h
 *		Group sequential bounds by alpha spending.
 */
#ifndef PM_STAT_GROUP_H
#define PM_STAT_GROUP_H

#include "pm_stat_types.h"

#define PM_GROUP_MAX_LOOKS 200

/* A look that follows another within this fraction gets no bound. */
#define PM_GROUP_MIN_STEP 0.001

typedef enum PmSpending
{
	PM_SPEND_OBRIEN_FLEMING = 0,	/* 4 (1 - Phi(z_{1-alpha/4} / sqrt t)) */
	PM_SPEND_POCOCK				/* alpha ln(1 + (e - 1) t) */
} PmSpending;

/* Two-sided alpha spent by the fraction t of the information, 0 < t <= 1. */
extern double pm_group_spent(double t, double alpha, PmSpending spending);

/*
 * Two-sided bounds on |z| at each look (spec 4.10; Lan and DeMets 1983;
 * Armitage, McPherson and Rowe 1969).  fractions[i] = N_i / planned_n, strictly
 * increasing, the last one 1 if it is the last look; 1 <= k <=
 * PM_GROUP_MAX_LOOKS.  bounds[i] is NULL where the look may not stop: less than
 * 1e-13 to spend, or too close to the look before; what it does not spend goes
 * to the next.  poll, if not NULL, is called once a look and may jump out.
 * Errors: BAD_LENGTH, BAD_ALPHA, BAD_FRACTION.
 */
extern PmStatStatus pm_group_bounds(const double *fractions, int k, double alpha,
									PmSpending spending,
									void (*poll) (void *), void *poll_arg,
									double *bounds);

#endif							/* PM_STAT_GROUP_H */
