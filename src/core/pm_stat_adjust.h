/*
 * pm_stat_adjust.h
 *		Multiple comparisons: adjusted p-values, e-BH.
 */
#ifndef PM_STAT_ADJUST_H
#define PM_STAT_ADJUST_H

#include "pm_stat_types.h"

typedef enum PmAdjustMethod
{
	PM_ADJUST_HOLM = 0,
	PM_ADJUST_BH,
	PM_ADJUST_BONFERRONI,
	PM_ADJUST_HOCHBERG,
	PM_ADJUST_BY,
	PM_ADJUST_NONE
} PmAdjustMethod;

/* holm, bh, bonferroni, hochberg, by, none; false for any other word. */
extern bool pm_adjust_method_parse(const char *text, size_t len,
								   PmAdjustMethod *method);

/*
 * Adjusted p-values in input order (spec 4.8).  NULLs stay NULL and do not
 * count in m.  order is workspace for n numbers; adjusted may be p itself.
 * Always-valid p-values may be given.  Errors: BAD_PROBABILITY, BAD_LENGTH
 * (n < 0).
 */
extern PmStatStatus pm_p_adjust(const double *p, int n, PmAdjustMethod method,
								int *order, double *adjusted);

/*
 * Weighted Bonferroni: the primary comparison has the share gamma of alpha, the
 * others have the rest in equal parts; adjusted p against the whole alpha.
 * Errors: as above, BAD_LENGTH (primary out of range or NULL), BAD_WEIGHT
 * (gamma not in (0,1)).
 */
extern PmStatStatus pm_p_adjust_primary(const double *p, int n, int primary,
										double gamma, double *adjusted);

/*
 * e-BH (Wang and Ramdas, 2009.02824): rejects the k largest e-values for the
 * largest k with e_(k) >= m / (k alpha); FDR holds under any dependence.
 * Natural logarithms come in, NULLs are left out.  Errors: BAD_ALPHA,
 * BAD_LENGTH.
 */
extern PmStatStatus pm_ebh(const double *log_e, int n, double alpha, int *order,
						   bool *reject);

#endif							/* PM_STAT_ADJUST_H */
