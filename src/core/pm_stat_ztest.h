/*
 * pm_stat_ztest.h
 *		Pooled two-proportion z-test from counts.
 */
#ifndef PM_STAT_ZTEST_H
#define PM_STAT_ZTEST_H

#include "pm_stat_types.h"

/* Below this expected count in any cell the exact p-value is given too. */
#define PM_ZTEST_SMALL_EXPECTED 5.0

typedef struct PmZtest
{
	int64_t		n_control;
	int64_t		x_control;
	int64_t		n_treatment;
	int64_t		x_treatment;
	double		p_control;		/* rates; NULL for an empty arm */
	double		p_treatment;
	double		diff;			/* p_treatment - p_control */
	double		se;				/* standard error that z divides by */
	double		z;
	double		p_value;
	double		log10_p;		/* given even where p_value underflows to 0 */
	double		p_exact;		/* Fisher's, of the same alternative; NULL unless
								 * counts are small */
	double		ci_low;			/* Newcombe; NULL = unbounded side */
	double		ci_high;
	double		lift;			/* diff / p_control */
	double		lift_low;		/* log method; NULL = unbounded side */
	double		lift_high;
	double		level;			/* 1 - alpha */
	double		alpha;
	double		margin;
	PmStatAlternative alternative;
	bool		reject;			/* p_value <= alpha */
	bool		ci_adjusted;	/* a bound was moved onto the margin */
	bool		lift_adjusted;	/* a lift bound was moved onto 0 */
	PmStatReason reason;
} PmZtest;

/*
 * z = (x_t n_c - x_c n_t) sqrt(N) / sqrt(n_c n_t X (N - X)), spec 4.1, the
 * numerator exact.  With margin != 0 the null is "diff = margin" and z is
 * (diff - margin) / unpooled standard error.  alternative "greater" asks
 * whether the treatment is better; intervals are then one-sided.
 *
 * Data conditions: an empty arm gives NULL fields and no_units; X = 0 or
 * X = N gives z = 0, p = 1 and no_variation (NULL with a margin, where the
 * statistic has no denominator); no success in control leaves lift NULL with
 * zero_baseline.
 * Errors: BAD_COUNT, BAD_SUCCESSES, BAD_ALPHA, BAD_MARGIN (not in (-1,1)).
 */
extern PmStatStatus pm_ztest_counts(int64_t x_control, int64_t n_control,
									int64_t x_treatment, int64_t n_treatment,
									PmStatAlternative alternative,
									double alpha, double margin,
									PmZtest *result);

/* Numerator x_t n_c - x_c n_t without rounding until the last step. */
extern double pm_cross_difference(int64_t x_control, int64_t n_control,
								  int64_t x_treatment, int64_t n_treatment);

#endif							/* PM_STAT_ZTEST_H */
