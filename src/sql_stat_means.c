/*
 * sql_stat_means.c
 *		Tests of two means whose moments are the arguments.
 *
 * The moments usually come straight from count(), avg() and stddev() of a
 * group, which are NULL or NaN for reasons of the data.  So these functions
 * are not strict: a group that has no test gets its row, with a reason.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_row.h"

/* A control and a treatment, ready for a test of means. */
typedef struct MeanArms
{
	PmMeanArm	control;
	PmMeanArm	treatment;
	double		sd_control;		/* as given; NULL where it is undefined */
	double		sd_treatment;
	const char *reason;			/* why there is no test, or NULL */
} MeanArms;

static bool read_arms(FunctionCallInfo fcinfo, MeanArms *arms);
static bool read_arm(FunctionCallInfo fcinfo, int first, PmMeanArm *arm, double *sd,
					 const char **reason);

/*
 * welch_moments(n_control bigint, mean_control, sd_control float8,
 *				 n_treatment bigint, mean_treatment, sd_treatment float8,
 *				 alternative text, alpha float8, margin float8)
 */
PM_FUNCTION(prompt_mgr_welch_moments);
Datum
prompt_mgr_welch_moments(PG_FUNCTION_ARGS)
{
	MeanArms	arms;
	PmTtest		test;
	PmTtestExtra extra = {0};

	if (PG_ARGISNULL(6) || PG_ARGISNULL(7) || PG_ARGISNULL(8) ||
		!read_arms(fcinfo, &arms))
		PG_RETURN_NULL();
	pm_stat_check(pm_welch_ttest(&arms.control, &arms.treatment,
								 pm_stat_side(PG_GETARG_TEXT_PP(6)),
								 PG_GETARG_FLOAT8(7), PG_GETARG_FLOAT8(8), &test));
	test.n_control = PG_GETARG_INT64(0);
	test.n_treatment = PG_GETARG_INT64(3);
	extra.sd_control = arms.sd_control;
	extra.sd_treatment = arms.sd_treatment;
	extra.reason = arms.reason;
	return pm_ttest_row(fcinfo, &test, &extra);
}

/*
 * bayes_moments(moments as above, prior_mean float8, prior_variance float8,
 *				 effect text, level float8)
 */
PM_FUNCTION(prompt_mgr_bayes_moments);
Datum
prompt_mgr_bayes_moments(PG_FUNCTION_ARGS)
{
	MeanArms	arms;
	PmTtest		test;
	PmBayesRow	fields;
	char	   *effect;

	if (PG_ARGISNULL(6) || PG_ARGISNULL(7) || PG_ARGISNULL(8) || PG_ARGISNULL(9) ||
		!read_arms(fcinfo, &arms))
		PG_RETURN_NULL();
	effect = text_to_cstring(PG_GETARG_TEXT_PP(8));
	if (strcmp(effect, "difference") != 0 && strcmp(effect, "lift") != 0)
		pm_bad_argument("effect", "must be difference or lift");
	pm_stat_check(pm_welch_ttest(&arms.control, &arms.treatment, PM_STAT_TWO_SIDED, 0.05, 0, &test));
	pm_bayes_of_test(&test, strcmp(effect, "lift") == 0, PG_GETARG_FLOAT8(6),
					 PG_GETARG_FLOAT8(7), PG_GETARG_FLOAT8(9), &fields);
	if (arms.reason != NULL)
		fields.reason = arms.reason;
	return pm_bayes_row(fcinfo, &fields);
}

/*
 * Arguments 0 to 5: n, mean and sd of the control, the same of the treatment.
 * False where the result is NULL because one of them is, save that an empty
 * arm needs neither mean nor sd, and a single unit no sd.  A mean or sd that
 * is not finite is a condition of the data: the arms come back empty, with a
 * reason.
 */
static bool
read_arms(FunctionCallInfo fcinfo, MeanArms *arms)
{
	arms->reason = NULL;
	if (!read_arm(fcinfo, 0, &arms->control, &arms->sd_control, &arms->reason) ||
		!read_arm(fcinfo, 3, &arms->treatment, &arms->sd_treatment, &arms->reason))
		return false;
	if (arms->reason != NULL)
		arms->control.n = arms->treatment.n = 0;
	return true;
}

static bool
read_arm(FunctionCallInfo fcinfo, int first, PmMeanArm *arm, double *sd, const char **reason)
{
	if (PG_ARGISNULL(first))
		return false;
	arm->n = PG_GETARG_INT64(first);
	arm->mean = arm->variance = 0;
	*sd = PM_STAT_NULL;
	pm_stat_check(pm_stat_check_arm(0, arm->n));
	if ((PG_ARGISNULL(first + 1) && arm->n > 0) || (PG_ARGISNULL(first + 2) && arm->n > 1))
		return false;
	if (arm->n > 0)
		arm->mean = PG_GETARG_FLOAT8(first + 1);
	if (arm->n > 1)
	{
		*sd = PG_GETARG_FLOAT8(first + 2);
		if (*sd < 0)
			pm_stat_check(PM_STAT_BAD_MOMENT);
		arm->variance = *sd * *sd;
		if (isfinite(*sd) && isinf(arm->variance))
			pm_stat_check(PM_STAT_OVERFLOW);
	}
	if (!isfinite(arm->mean) || (arm->n > 1 && !isfinite(*sd)))
	{
		*sd = PM_STAT_NULL;
		*reason = PM_REASON_NOT_FINITE;
	}
	return true;
}
