/*
 * sql_stat_summary.c
 *		The type ab_summary: moments of two arms, its aggregates and its tests.
 *
 * The type is PmAbSummary of the core as it stands, 13 members of 8 bytes.  A
 * summary that saw only zeros and ones knows exact counts, and is tested as
 * proportions wherever that makes a difference; any other is tested as means.
 */
#include "postgres.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_row.h"
#include "pm_state.h"

StaticAssertDecl(sizeof(PmAbSummary) == 104, "size of ab_summary in 58_summaries.sql");

static bool is_possible(const void *value);
static void means_of(const PmAbSummary *summary, PmMeanArm *control, PmMeanArm *treatment);

static const PmStateType ab_summary = {
	.name = "ab_summary",
	.members = "iiddd" "iiddd" "iii",
	.shape = "(n,skipped,mean,mean_low,m2 of control,n,skipped,mean,mean_low,m2 of treatment,ones of control,ones of treatment,others)",
	.rule = "No rows could have led to these numbers.",
	.valid = is_possible
};

PM_FUNCTION(prompt_mgr_ab_summary_in);
Datum
prompt_mgr_ab_summary_in(PG_FUNCTION_ARGS)
{
	return pm_state_in(fcinfo, &ab_summary);
}

PM_FUNCTION(prompt_mgr_ab_summary_out);
Datum
prompt_mgr_ab_summary_out(PG_FUNCTION_ARGS)
{
	return pm_state_out(fcinfo, &ab_summary);
}

PM_FUNCTION(prompt_mgr_ab_summary_recv);
Datum
prompt_mgr_ab_summary_recv(PG_FUNCTION_ARGS)
{
	return pm_state_recv(fcinfo, &ab_summary);
}

PM_FUNCTION(prompt_mgr_ab_summary_send);
Datum
prompt_mgr_ab_summary_send(PG_FUNCTION_ARGS)
{
	return pm_state_send(fcinfo, &ab_summary);
}

/* Transition: (ab_summary, value float8, treatment boolean), strict. */
PM_FUNCTION(prompt_mgr_ab_summary_accum);
Datum
prompt_mgr_ab_summary_accum(PG_FUNCTION_ARGS)
{
	PmAbSummary *state = pm_state_writable(fcinfo, sizeof(PmAbSummary));

	pm_stat_check(pm_summary_add(state, PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2)));
	PG_RETURN_POINTER(state);
}

/* Combine function and transition of rollup(); strict. */
PM_FUNCTION(prompt_mgr_ab_summary_combine);
Datum
prompt_mgr_ab_summary_combine(PG_FUNCTION_ARGS)
{
	PmAbSummary *state = pm_state_writable(fcinfo, sizeof(PmAbSummary));

	pm_stat_check(pm_summary_combine(state, (PmAbSummary *) PG_GETARG_POINTER(1)));
	PG_RETURN_POINTER(state);
}

/* ztest(s ab_summary, alternative text, alpha float8, margin float8) */
PM_FUNCTION(prompt_mgr_ab_ztest);
Datum
prompt_mgr_ab_ztest(PG_FUNCTION_ARGS)
{
	const PmAbSummary *summary = (PmAbSummary *) PG_GETARG_POINTER(0);
	PmCounts	counts;
	PmZtest		test;
	bool		binary = pm_summary_counts(summary, &counts);

	/* Without counts it is the result of two empty arms, but for their sizes. */
	if (!binary)
		memset(&counts, 0, sizeof(counts));
	pm_stat_check(pm_ztest_counts(counts.x_control, counts.n_control,
								  counts.x_treatment, counts.n_treatment,
								  pm_stat_side(PG_GETARG_TEXT_PP(1)),
								  PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), &test));
	if (!binary)
	{
		test.n_control = summary->control.n;
		test.n_treatment = summary->treatment.n;
	}
	return pm_ztest_row(fcinfo, &test, binary);
}

/* welch_ttest(s ab_summary, alternative text, alpha float8, margin float8) */
PM_FUNCTION(prompt_mgr_ab_welch);
Datum
prompt_mgr_ab_welch(PG_FUNCTION_ARGS)
{
	const PmAbSummary *summary = (PmAbSummary *) PG_GETARG_POINTER(0);
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmTtest		test;
	PmTtestExtra extra = {0};

	means_of(summary, &control, &treatment);
	pm_stat_check(pm_welch_ttest(&control, &treatment, pm_stat_side(PG_GETARG_TEXT_PP(1)),
								 PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), &test));
	extra.sd_control = sqrt(pm_moments_var_samp(&summary->control));
	extra.sd_treatment = sqrt(pm_moments_var_samp(&summary->treatment));
	extra.n_skipped = summary->control.n_skipped + summary->treatment.n_skipped;
	return pm_ttest_row(fcinfo, &test, &extra);
}

/*
 * always_valid_test(s ab_summary, alpha float8, planned_n bigint,
 *					 alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_ab_always_valid);
Datum
prompt_mgr_ab_always_valid(PG_FUNCTION_ARGS)
{
	const PmAbSummary *summary = (PmAbSummary *) PG_GETARG_POINTER(0);
	double		alpha = PG_GETARG_FLOAT8(1);
	int64		planned_n = PG_GETARG_INT64(2);
	PmStatAlternative side = pm_stat_side(PG_GETARG_TEXT_PP(3));
	double		margin = PG_GETARG_FLOAT8(4);
	PmCounts	counts;
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmAlwaysValid test;

	if (pm_summary_counts(summary, &counts))
		pm_stat_check(pm_always_valid_counts(counts.x_control, counts.n_control,
											 counts.x_treatment, counts.n_treatment,
											 alpha, planned_n, side, margin, &test));
	else
	{
		means_of(summary, &control, &treatment);
		pm_stat_check(pm_always_valid_means(&control, &treatment, alpha, planned_n,
											side, margin, &test));
	}
	return pm_always_valid_row(fcinfo, &test);
}

/*
 * hybrid_test(s ab_summary, alpha float8, planned_n bigint, previous_n bigint,
 *			   alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_ab_hybrid);
Datum
prompt_mgr_ab_hybrid(PG_FUNCTION_ARGS)
{
	const PmAbSummary *summary = (PmAbSummary *) PG_GETARG_POINTER(0);
	PmCounts	counts;
	PmMeanArm	control;
	PmMeanArm	treatment;

	if (pm_summary_counts(summary, &counts))
		return pm_hybrid_counts_row(fcinfo, counts.x_control, counts.n_control,
									counts.x_treatment, counts.n_treatment, 1);
	means_of(summary, &control, &treatment);
	return pm_hybrid_means_row(fcinfo, &control, &treatment, 1, PM_STAT_REASON_NONE, 0, 0);
}

/*
 * bayes_test(s ab_summary, prior_a, prior_b, prior_mean, prior_variance float8)
 */
PM_FUNCTION(prompt_mgr_ab_bayes);
Datum
prompt_mgr_ab_bayes(PG_FUNCTION_ARGS)
{
	const PmAbSummary *summary = (PmAbSummary *) PG_GETARG_POINTER(0);
	PmCounts	counts;
	PmMeanArm	control;
	PmMeanArm	treatment;
	PmBayes		bayes;
	PmTtest		test;
	PmBayesRow	fields;

	if (pm_summary_counts(summary, &counts))
	{
		pm_stat_check(pm_bayes_counts(counts.x_control, counts.n_control,
									  counts.x_treatment, counts.n_treatment,
									  PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), &bayes));
		pm_bayes_of_counts(&bayes, &fields);
	}
	else
	{
		means_of(summary, &control, &treatment);
		pm_stat_check(pm_welch_ttest(&control, &treatment, PM_STAT_TWO_SIDED, 0.05, 0, &test));
		pm_bayes_of_test(&test, false, PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4), 0.95, &fields);
	}
	return pm_bayes_row(fcinfo, &fields);
}

static bool
is_possible(const void *value)
{
	return pm_summary_valid(value);
}

static void
means_of(const PmAbSummary *summary, PmMeanArm *control, PmMeanArm *treatment)
{
	pm_moments_arm(&summary->control, control);
	pm_moments_arm(&summary->treatment, treatment);
}
