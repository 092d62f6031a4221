/*
 * pm_stat_types.h
 *		What every statistics function shares: status, reason, alternative.
 *
 * Three conventions hold in all pm_stat_* files.
 *
 * 1. NaN means NULL.  A result field that cannot be given is NaN; no other
 *    NaN and no infinity ever leaves this layer.  The glue tests a field with
 *    pm_stat_is_null() and writes SQL NULL.
 * 2. Two kinds of trouble.  A wrong call (more successes than trials, alpha
 *    outside (0,1), ...) returns a PmStatStatus other than PM_STAT_OK and
 *    leaves the result untouched; the glue raises SQLSTATE 22023 with
 *    pm_stat_status_text().  A condition of the data never is an error: it
 *    gives NULL fields and a PmStatReason.
 * 3. Control first, and every effect is treatment minus control.
 *
 * Nothing here allocates, locks, recurses, prints, or keeps state.
 */
#ifndef PM_STAT_TYPES_H
#define PM_STAT_TYPES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts up to here are exact in every formula, products being 128 bits. */
#define PM_STAT_COUNT_MAX INT64_C(1000000000000000)

/* Arms of one experiment, and p-values of one family, that fit an array. */
#define PM_STAT_MAX_ARMS 64

typedef enum PmStatStatus
{
	PM_STAT_OK = 0,
	PM_STAT_BAD_COUNT,			/* negative, or above PM_STAT_COUNT_MAX */
	PM_STAT_BAD_SUCCESSES,		/* more successes than trials */
	PM_STAT_BAD_ALPHA,			/* not in (0,1); one-sided sequential (0,1/2) */
	PM_STAT_BAD_LEVEL,			/* not in (0,1) */
	PM_STAT_BAD_MARGIN,			/* not finite, or outside (-1,1) for rates */
	PM_STAT_BAD_LENGTH,			/* too few or too many elements */
	PM_STAT_BAD_WEIGHT,			/* negative, not finite, all zero, or a share
								 * below 1e-16 that is not 0 */
	PM_STAT_BAD_PRIOR,			/* not positive and finite */
	PM_STAT_BAD_PROBABILITY,	/* not in [0,1] */
	PM_STAT_BAD_POWER,			/* not in (0,1) */
	PM_STAT_BAD_PLAN,			/* planned size or ratio not positive */
	PM_STAT_BAD_MOMENT,			/* mean or variance not finite, variance < 0 */
	PM_STAT_BAD_FRACTION,		/* information fractions do not increase */
	PM_STAT_OVERFLOW			/* a running sum left its range */
} PmStatStatus;

typedef enum PmStatReason
{
	PM_STAT_REASON_NONE = 0,
	PM_STAT_NO_UNITS,
	PM_STAT_NO_VARIATION,
	PM_STAT_ZERO_BASELINE,
	PM_STAT_TOO_FEW,
	PM_STAT_ZERO_WEIGHT_UNITS
} PmStatReason;

typedef enum PmStatAlternative
{
	PM_STAT_TWO_SIDED = 0,
	PM_STAT_GREATER,			/* treatment above control */
	PM_STAT_LESS				/* treatment below control */
} PmStatAlternative;

#define PM_STAT_NULL ((double) NAN)

static inline bool
pm_stat_is_null(double value)
{
	return isnan(value) != 0;
}

/* One sentence fragment, lower case; "ok" for PM_STAT_OK. */
extern const char *pm_stat_status_text(PmStatStatus status);

/* The word that the SQL column "reason" carries; NULL where all is fine. */
extern const char *pm_stat_reason_text(PmStatReason reason);

/* 'two-sided', 'greater', 'less' and back; false where the word is unknown. */
extern const char *pm_stat_alternative_text(PmStatAlternative alternative);
extern bool pm_stat_alternative_parse(const char *text, size_t len,
									  PmStatAlternative *alternative);

/* Shared argument checks; each returns PM_STAT_OK or the fitting error. */
extern PmStatStatus pm_stat_check_arm(int64_t x, int64_t n);
extern PmStatStatus pm_stat_check_alpha(double alpha);
extern PmStatStatus pm_stat_check_level(double level);

/*
 * Makes an interval agree with the decision it stands beside (spec 4.9).
 * null_value is the effect tested against; the bound that would contradict
 * "rejected" (or "not rejected") is moved onto it.  NULL bounds stay NULL.
 * Returns whether a bound was moved.
 */
extern bool pm_stat_reconcile(bool rejected, double effect, double null_value,
							  double *low, double *high);

#endif							/* PM_STAT_TYPES_H */
