/*
 * pm_stat_fisher.h
 *		Fisher's exact test of a two by two table.
 */
#ifndef PM_STAT_FISHER_H
#define PM_STAT_FISHER_H

#include "pm_stat_types.h"

/* Exact p-values are not offered beyond this total. */
#define PM_FISHER_MAX_TOTAL INT64_C(1000000)

typedef struct PmFisher
{
	double		p_two_sided;
	double		p_less;			/* treatment rate below control's */
	double		p_greater;
	double		odds_ratio;		/* treatment odds over control odds, sample;
								 * NULL where undefined or unbounded */
} PmFisher;

/*
 * Two-sided p sums the tables whose probability is at most (1 + 1e-7) times
 * that of the observed one, which is R's rule.  An empty arm, X = 0 and X = N
 * admit one table only, hence p = 1.  Probabilities are NULL where the total
 * exceeds PM_FISHER_MAX_TOTAL.
 * Errors: BAD_COUNT, BAD_SUCCESSES.
 */
extern PmStatStatus pm_fisher_exact(int64_t x_control, int64_t n_control,
									int64_t x_treatment, int64_t n_treatment,
									PmFisher *result);

#endif							/* PM_STAT_FISHER_H */
