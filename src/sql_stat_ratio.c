/*
 * sql_stat_ratio.c
 *		The type ratio_summary: ratio metrics of two arms, aggregates and tests.
 *
 * A row is one unit with its numerator and its denominator, such as successes
 * and calls of one user; the metric is the ratio of the sums.
 */
#include "postgres.h"

#include <math.h>

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_row.h"
#include "pm_state.h"

/* The type as it is stored. */
typedef struct RatioSummary
{
	PmCovMoments control;
	PmCovMoments treatment;
} RatioSummary;

StaticAssertDecl(sizeof(RatioSummary) == 144, "size of ratio_summary in 58_summaries.sql");

/* Below this a sum of squares may have lost its digits to underflow. */
#define SMALLEST_M2 1e-290

static bool is_possible(const void *value);
static bool arm_possible(const PmCovMoments *arm);
static PmStatReason arms_of(const RatioSummary *summary, PmMeanArm *control,
							PmMeanArm *treatment);
static double sd_of(const PmMeanArm *arm);

static const PmStateType ratio_summary = {
	.name = "ratio_summary",
	.members = "iiddddddd" "iiddddddd",
	.shape = "(n,skipped,mean_num,mean_num_low,mean_den,mean_den_low,m2_num,m2_den,c_num_den of control, and the same of treatment)",
	.rule = "No rows could have led to these numbers.",
	.valid = is_possible
};

PM_FUNCTION(prompt_mgr_ratio_summary_in);
Datum
prompt_mgr_ratio_summary_in(PG_FUNCTION_ARGS)
{
	return pm_state_in(fcinfo, &ratio_summary);
}

PM_FUNCTION(prompt_mgr_ratio_summary_out);
Datum
prompt_mgr_ratio_summary_out(PG_FUNCTION_ARGS)
{
	return pm_state_out(fcinfo, &ratio_summary);
}

PM_FUNCTION(prompt_mgr_ratio_summary_recv);
Datum
prompt_mgr_ratio_summary_recv(PG_FUNCTION_ARGS)
{
	return pm_state_recv(fcinfo, &ratio_summary);
}

PM_FUNCTION(prompt_mgr_ratio_summary_send);
Datum
prompt_mgr_ratio_summary_send(PG_FUNCTION_ARGS)
{
	return pm_state_send(fcinfo, &ratio_summary);
}

/* Transition: (ratio_summary, num float8, den float8, treatment boolean), strict. */
PM_FUNCTION(prompt_mgr_ratio_summary_accum);
Datum
prompt_mgr_ratio_summary_accum(PG_FUNCTION_ARGS)
{
	RatioSummary *state = pm_state_writable(fcinfo, sizeof(RatioSummary));

	pm_stat_check(pm_cov_add(PG_GETARG_BOOL(3) ? &state->treatment : &state->control,
							 PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2)));
	PG_RETURN_POINTER(state);
}

/* Combine function and transition of rollup(); strict. */
PM_FUNCTION(prompt_mgr_ratio_summary_combine);
Datum
prompt_mgr_ratio_summary_combine(PG_FUNCTION_ARGS)
{
	RatioSummary *state = pm_state_writable(fcinfo, sizeof(RatioSummary));
	const RatioSummary *other = (RatioSummary *) PG_GETARG_POINTER(1);

	pm_stat_check(pm_cov_combine(&state->control, &other->control));
	pm_stat_check(pm_cov_combine(&state->treatment, &other->treatment));
	PG_RETURN_POINTER(state);
}

/* ratio_ttest(ratio ratio_summary, alternative text, alpha float8, margin float8) */
PM_FUNCTION(prompt_mgr_ratio_ttest);
Datum
prompt_mgr_ratio_ttest(PG_FUNCTION_ARGS)
{
	const RatioSummary *summary = (RatioSummary *) PG_GETARG_POINTER(0);
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmStatReason reason = arms_of(summary, &control, &treatment);
	PmTtest		test;
	PmTtestExtra extra = {0};

	pm_stat_check(pm_welch_ttest(&control, &treatment, pm_stat_side(PG_GETARG_TEXT_PP(1)),
								 PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), &test));
	test.n_control = summary->control.n;
	test.n_treatment = summary->treatment.n;
	extra.sd_control = sd_of(&control);
	extra.sd_treatment = sd_of(&treatment);
	extra.n_skipped = summary->control.n_skipped + summary->treatment.n_skipped;
	extra.reason = pm_stat_reason_text(reason);
	return pm_ttest_row(fcinfo, &test, &extra);
}

/*
 * always_valid_test(ratio ratio_summary, alpha float8, planned_n bigint,
 *					 alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_ratio_always_valid);
Datum
prompt_mgr_ratio_always_valid(PG_FUNCTION_ARGS)
{
	const RatioSummary *summary = (RatioSummary *) PG_GETARG_POINTER(0);
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmStatReason reason = arms_of(summary, &control, &treatment);
	PmAlwaysValid test;

	pm_stat_check(pm_always_valid_means(&control, &treatment, PG_GETARG_FLOAT8(1),
										PG_GETARG_INT64(2), pm_stat_side(PG_GETARG_TEXT_PP(3)),
										PG_GETARG_FLOAT8(4), &test));
	test.n_control = summary->control.n;
	test.n_treatment = summary->treatment.n;
	if (reason != PM_STAT_REASON_NONE)
		test.reason = reason;
	return pm_always_valid_row(fcinfo, &test);
}

/*
 * hybrid_test(ratio ratio_summary, alpha float8, planned_n bigint,
 *			   previous_n bigint, alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_ratio_hybrid);
Datum
prompt_mgr_ratio_hybrid(PG_FUNCTION_ARGS)
{
	const RatioSummary *summary = (RatioSummary *) PG_GETARG_POINTER(0);
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmStatReason reason = arms_of(summary, &control, &treatment);

	return pm_hybrid_means_row(fcinfo, &control, &treatment, 1, reason,
							   summary->control.n, summary->treatment.n);
}

static bool
is_possible(const void *value)
{
	const RatioSummary *summary = value;

	return arm_possible(&summary->control) && arm_possible(&summary->treatment);
}

/*
 * What pm_cov_valid() asks, with room for the rounding and the underflow of
 * long sums: a state that was ever written has to be read again.
 */
static bool
arm_possible(const PmCovMoments *arm)
{
	PmMoments	num = {arm->n, arm->n_skipped, arm->mean_x, arm->mean_x_low, arm->m2x};
	PmMoments	den = {arm->n, arm->n_skipped, arm->mean_y, arm->mean_y_low, arm->m2y};

	if (!pm_moments_valid(&num) || !pm_moments_valid(&den) || !isfinite(arm->cxy))
		return false;
	if (arm->n < 2)
		return arm->cxy == 0;
	return arm->m2x < SMALLEST_M2 || arm->m2y < SMALLEST_M2 ||
		fabs(arm->cxy) <= sqrt(arm->m2x) * sqrt(arm->m2y) * (1 + 1e-6);
}

/*
 * The arms of a test of means.  Where one has units but no denominator neither
 * has a ratio to compare with: both come back empty, with the reason.
 */
static PmStatReason
arms_of(const RatioSummary *summary, PmMeanArm *control, PmMeanArm *treatment)
{
	bool		known = pm_ratio_arm(&summary->control, control);

	known = pm_ratio_arm(&summary->treatment, treatment) && known;
	if (known)
		return PM_STAT_REASON_NONE;
	control->n = treatment->n = 0;
	return PM_STAT_ZERO_BASELINE;
}

static double
sd_of(const PmMeanArm *arm)
{
	return arm->n > 1 ? sqrt(arm->variance) : PM_STAT_NULL;
}
