/*
 * pm_stat_row.h
 *		Results of the statistics core as rows of their SQL types.
 *		Include it after postgres.h.
 */
#ifndef PM_STAT_ROW_H
#define PM_STAT_ROW_H

#include "pm_row.h"
#include "pm_stat_bayes.h"
#include "pm_stat_sequential.h"
#include "pm_stat_ztest.h"

/* Values of a test of proportions were neither 0 nor 1. */
#define PM_REASON_NOT_BINARY "not_binary"

/* A mean or a standard deviation was NaN or infinite. */
#define PM_REASON_NOT_FINITE "not_finite"

/* What rows show beside a test: deviations, and values left out. */
typedef struct PmTtestExtra
{
	double		sd_control;
	double		sd_treatment;
	int64		n_skipped;
	const char *reason;			/* instead of the test's own, or NULL */
} PmTtestExtra;

/* The fields of bayes_result, for rates and for means. */
typedef struct PmBayesRow
{
	double		prob_beats;
	double		loss_treatment;
	double		loss_control;
	const char *reason;
	double		mean_control;
	double		mean_treatment;
	double		effect;
	double		low;
	double		high;
	double		level;
} PmBayesRow;

/* Where the values were not binary there are no successes to show. */
extern Datum pm_ztest_row(FunctionCallInfo fcinfo, const PmZtest *test, bool binary);
extern Datum pm_ttest_row(FunctionCallInfo fcinfo, const PmTtest *test, const PmTtestExtra *extra);

/*
 * An always-valid result as users may act on it.  While the gate is closed
 * there is no evidence: log e is at most 0, p is 1 and, unless there is a
 * better reason, the reason is too_few.
 */
extern void pm_always_valid_guard(PmAlwaysValid *test);
extern Datum pm_always_valid_row(FunctionCallInfo fcinfo, PmAlwaysValid *test);

/*
 * The hybrid tests.  Arguments from number first on are alpha float8,
 * planned_n bigint, previous_n bigint, alternative text and margin float8.
 */
extern Datum pm_hybrid_counts_row(FunctionCallInfo fcinfo,
								  int64 x_control, int64 n_control,
								  int64 x_treatment, int64 n_treatment, int first);

/* With a reason both arms are empty, and their sizes are those given. */
extern Datum pm_hybrid_means_row(FunctionCallInfo fcinfo, const PmMeanArm *control,
								 const PmMeanArm *treatment, int first, PmStatReason reason,
								 int64 n_control, int64 n_treatment);

/*
 * The normal posterior of the difference of a test of means, or of its lift,
 * with a normal prior; a variance of infinity is the flat one.  NULL fields
 * and a reason where the test has no standard error.
 */
extern void pm_bayes_of_test(const PmTtest *test, bool relative, double prior_mean,
							 double prior_variance, double level, PmBayesRow *fields);
extern void pm_bayes_of_counts(const PmBayes *bayes, PmBayesRow *fields);
extern Datum pm_bayes_row(FunctionCallInfo fcinfo, const PmBayesRow *fields);

#endif							/* PM_STAT_ROW_H */
