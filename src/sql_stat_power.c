/*
 * sql_stat_power.c
 *		Planning: sample size, power, minimum detectable effect.
 */
#include "postgres.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_power.h"

static double tuning_of(int64 planned_n);
static Datum float8_or_null(FunctionCallInfo fcinfo, double value);

/*
 * sample_size(p_control, p_treatment, alpha, power, ratio float8,
 *			   alternative text, method text) -> bigint
 */
PM_FUNCTION(prompt_mgr_sample_size);
Datum
prompt_mgr_sample_size(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(6);
	PmPlanMethod method;
	PmSampleSize size;

	if (!pm_plan_method_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &method))
		pm_bad_argument("method", "must be fixed, hybrid or always_valid");
	pm_stat_check(pm_sample_size(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1),
								 PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
								 PG_GETARG_FLOAT8(4), pm_stat_side(PG_GETARG_TEXT_PP(5)),
								 method, &size));
	if (size.n_control < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(size.n_control);
}

/*
 * test_power(p_control, p_treatment float8, n_control, n_treatment bigint,
 *			  alpha float8, alternative text)
 */
PM_FUNCTION(prompt_mgr_test_power);
Datum
prompt_mgr_test_power(PG_FUNCTION_ARGS)
{
	double		power;

	pm_stat_check(pm_test_power(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1),
								(double) PG_GETARG_INT64(2), (double) PG_GETARG_INT64(3),
								PG_GETARG_FLOAT8(4), pm_stat_side(PG_GETARG_TEXT_PP(5)),
								true, &power));
	PG_RETURN_FLOAT8(power);
}

/*
 * mde(p_control float8, n_control, n_treatment bigint, alpha, power float8,
 *	   alternative text)
 */
PM_FUNCTION(prompt_mgr_mde);
Datum
prompt_mgr_mde(PG_FUNCTION_ARGS)
{
	double		effect;

	pm_stat_check(pm_mde(PG_GETARG_FLOAT8(0), (double) PG_GETARG_INT64(1),
						 (double) PG_GETARG_INT64(2), PG_GETARG_FLOAT8(3),
						 PG_GETARG_FLOAT8(4), pm_stat_side(PG_GETARG_TEXT_PP(5)),
						 false, &effect));
	return float8_or_null(fcinfo, effect);
}

/*
 * lift_power(mean, sd, lift, n_control, n_treatment, alpha float8,
 *			  planned_n bigint)
 */
PM_FUNCTION(prompt_mgr_lift_power);
Datum
prompt_mgr_lift_power(PG_FUNCTION_ARGS)
{
	double		sd = PG_GETARG_FLOAT8(1);
	double		power;

	if (sd < 0)
		pm_stat_check(PM_STAT_BAD_MOMENT);
	pm_stat_check(pm_lift_power(PG_GETARG_FLOAT8(0), sd * sd, PG_GETARG_FLOAT8(2),
								PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4),
								PG_GETARG_FLOAT8(5), tuning_of(PG_GETARG_INT64(6)), &power));
	PG_RETURN_FLOAT8(power);
}

/*
 * lift_mde(mean, sd, n_control, n_treatment, alpha, power float8,
 *			planned_n bigint)
 */
PM_FUNCTION(prompt_mgr_lift_mde);
Datum
prompt_mgr_lift_mde(PG_FUNCTION_ARGS)
{
	double		sd = PG_GETARG_FLOAT8(1);
	double		effect;

	if (sd < 0)
		pm_stat_check(PM_STAT_BAD_MOMENT);
	pm_stat_check(pm_lift_mde(PG_GETARG_FLOAT8(0), sd * sd, PG_GETARG_FLOAT8(2),
							  PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4),
							  PG_GETARG_FLOAT8(5), tuning_of(PG_GETARG_INT64(6)), &effect));
	return float8_or_null(fcinfo, effect);
}

/* 0 plans a fixed test. */
static double
tuning_of(int64 planned_n)
{
	if (planned_n < 0)
		pm_bad_argument("planned_n", "must not be negative");
	return (double) planned_n;
}

static Datum
float8_or_null(FunctionCallInfo fcinfo, double value)
{
	if (pm_stat_is_null(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}
