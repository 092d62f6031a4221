/*
 * pm_stat_interval.h
 *		Intervals for one proportion, a difference of two, and the lift.
 */
#ifndef PM_STAT_INTERVAL_H
#define PM_STAT_INTERVAL_H

#include "pm_stat_types.h"

typedef enum PmProportionMethod
{
	PM_PROPORTION_WILSON = 0,
	PM_PROPORTION_CLOPPER_PEARSON,
	PM_PROPORTION_JEFFREYS,
	PM_PROPORTION_AGRESTI_COULL,
	PM_PROPORTION_WALD
} PmProportionMethod;

typedef enum PmDiffMethod
{
	PM_DIFF_NEWCOMBE = 0,
	PM_DIFF_AGRESTI_CAFFO,
	PM_DIFF_WALD
} PmDiffMethod;

typedef enum PmLiftMethod
{
	PM_LIFT_LOG = 0,
	PM_LIFT_DELTA
} PmLiftMethod;

typedef struct PmInterval
{
	double		estimate;		/* x/n, the difference, or the lift */
	double		low;			/* NULL = unbounded or undefined */
	double		high;
	double		level;
	PmStatReason reason;
} PmInterval;

/* Method names of the SQL surface; false where the word is unknown. */
extern bool pm_proportion_method_parse(const char *text, size_t len,
									   PmProportionMethod *method);
extern bool pm_diff_method_parse(const char *text, size_t len,
								 PmDiffMethod *method);
extern bool pm_lift_method_parse(const char *text, size_t len,
								 PmLiftMethod *method);

/*
 * Interval for one proportion (spec 4.2), within [0,1].  n = 0: no_units.
 * Errors: BAD_COUNT, BAD_SUCCESSES, BAD_LEVEL.
 */
extern PmStatStatus pm_proportion_ci(int64_t x, int64_t n, double level,
									 PmProportionMethod method,
									 PmInterval *result);

/*
 * Interval for p_treatment - p_control (spec 4.2), within [-1,1].  An empty
 * arm: no_units.  Errors: BAD_COUNT, BAD_SUCCESSES, BAD_LEVEL.
 */
extern PmStatStatus pm_diff_ci(int64_t x_control, int64_t n_control,
							   int64_t x_treatment, int64_t n_treatment,
							   double level, PmDiffMethod method,
							   PmInterval *result);

/*
 * Interval for p_treatment / p_control - 1 (spec 4.3), never below -1.
 * No success in control: NULL and zero_baseline; an empty arm: no_units; no
 * success in treatment: [-1, Wilson high of treatment / Wilson low of
 * control - 1] by the log method.  Errors: BAD_COUNT, BAD_SUCCESSES,
 * BAD_LEVEL.
 */
extern PmStatStatus pm_lift_ci(int64_t x_control, int64_t n_control,
							   int64_t x_treatment, int64_t n_treatment,
							   double level, PmLiftMethod method,
							   PmInterval *result);

/*
 * The same two with the critical value given instead of the level: what the
 * z-test and the confidence sequence build on.  Arms must be checked and
 * non-empty (lift: x_control > 0 as well).  Bounds come back unclipped.
 */
extern void pm_diff_bounds(int64_t x_control, int64_t n_control,
						   int64_t x_treatment, int64_t n_treatment,
						   double z, PmDiffMethod method,
						   double *low, double *high);
extern void pm_lift_bounds(int64_t x_control, int64_t n_control,
						   int64_t x_treatment, int64_t n_treatment,
						   double z, PmLiftMethod method,
						   double *low, double *high);

/* Wilson bounds of one non-empty arm at critical value z. */
extern void pm_wilson_bounds(int64_t x, int64_t n, double z,
							 double *low, double *high);

#endif							/* PM_STAT_INTERVAL_H */
