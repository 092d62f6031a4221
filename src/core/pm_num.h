/*
 * pm_num.h
 *		Decimal numbers as text: exact comparison and rounding.
 *
 * A number is an optional minus sign, digits, and optionally a point and more
 * digits.  Leading and trailing zeros do not matter to its value.
 */
#ifndef PM_NUM_H
#define PM_NUM_H

#include "pm_buf.h"

extern bool pm_num_is_zero(const char *text, size_t len);

/* -1, 0 or 1 */
extern int	pm_num_compare(const char *a, size_t alen, const char *b, size_t blen);

/* The same for equal values. */
extern uint32_t pm_num_hash(const char *text, size_t len);

/*
 * Rounds to places digits behind the point, or before it where negative;
 * halves go away from zero.  False where the buffer is full.
 */
extern bool pm_num_round(const char *text, size_t len, int places, PmBuf *out);

/* An integer in [-max, max]; false where the number is not one. */
extern bool pm_num_integer(const char *text, size_t len, int64_t max, int64_t *out);

#endif							/* PM_NUM_H */
