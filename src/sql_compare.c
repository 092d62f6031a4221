/*
 * sql_compare.c
 *		Everything that is said about two arms of an experiment, in one call.
 *
 * An analysis asks for the z-test or Welch's test, the always-valid test, and
 * the Bayesian probability of the same two arms.  One row of one function
 * costs less than three, and all of it follows from the same numbers.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_row.h"
#include "pm_stat_bayes.h"
#include "pm_stat_normal.h"
#include "pm_stat_sequential.h"
#include "pm_stat_ztest.h"

/* What is wrong where the numbers are too large to compute with. */
#define TOO_LARGE "out_of_range"

/* Points of the quadrature over +-8 standard errors. */
#define BEST_POINTS 641
#define BEST_REACH 8.0

static const char *const argument_names[] = {
	"is_rate", "n_control", "x_control", "mean_control", "variance_control",
	"n_treatment", "x_treatment", "mean_treatment", "variance_treatment",
	"alpha", "planned_n", "alternative", "margin"
};

typedef struct Comparison
{
	PmAlwaysValid sequential;
	double		lift;
	double		lift_low;
	double		lift_high;
	double		p_value;
	double		fixed_low;
	double		fixed_high;
	double		prob_beats;
	const char *reason;
} Comparison;

static void check_not_null(FunctionCallInfo fcinfo);
static void compare_rates(FunctionCallInfo fcinfo, PmStatAlternative side, Comparison *c);
static void compare_means(FunctionCallInfo fcinfo, PmStatAlternative side, Comparison *c);
static void out_of_range(double alpha, Comparison *c);
static PmMeanArm mean_arm(FunctionCallInfo fcinfo, int first);
static int	float8_array(ArrayType *array, double **values);
static Datum float8_result(const double *values, int n);

/*
 * compare_arms(is_rate boolean, n_control bigint, x_control bigint,
 *				mean_control float8, variance_control float8, n_treatment ...,
 *				alpha float8, planned_n bigint, alternative text, margin float8)
 */
PM_FUNCTION(prompt_mgr_compare_arms);
Datum
prompt_mgr_compare_arms(PG_FUNCTION_ARGS)
{
	text	   *word;
	PmStatAlternative side;
	Comparison	c;
	PmRow		row;

	check_not_null(fcinfo);
	word = PG_GETARG_TEXT_PP(11);
	if (!pm_stat_alternative_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &side))
		pm_bad_argument("alternative", "must be two-sided, greater or less");
	if (PG_GETARG_BOOL(0))
		compare_rates(fcinfo, side, &c);
	else
		compare_means(fcinfo, side, &c);

	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, c.sequential.diff);
	pm_row_float8(&row, c.lift);
	pm_row_float8(&row, c.lift_low);
	pm_row_float8(&row, c.lift_high);
	pm_row_float8(&row, c.sequential.z);
	pm_row_float8(&row, c.p_value);
	pm_row_float8(&row, c.fixed_low);
	pm_row_float8(&row, c.fixed_high);
	pm_row_float8(&row, c.sequential.log_e_value);
	pm_row_float8(&row, c.sequential.p_value);
	pm_row_float8(&row, c.sequential.ci_low);
	pm_row_float8(&row, c.sequential.ci_high);
	pm_row_float8(&row, c.sequential.level);
	pm_row_bool(&row, c.sequential.gate_open);
	pm_row_bool(&row, c.sequential.reject);
	pm_row_float8(&row, c.prob_beats);
	pm_row_text(&row, c.reason);
	return pm_row_end(&row);
}

/* Each kind of metric needs its own numbers, and has none of the other's. */
static void
check_not_null(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < (int) lengthof(argument_names); i++)
	{
		bool		of_means = i == 3 || i == 4 || i == 7 || i == 8;
		bool		of_rates = i == 2 || i == 6;

		if (PG_ARGISNULL(i) && !of_means && !(of_rates && !PG_GETARG_BOOL(0)))
			pm_bad_argument(argument_names[i], "must not be null");
	}
}

static void
compare_rates(FunctionCallInfo fcinfo, PmStatAlternative side, Comparison *c)
{
	int64		n_control = PG_GETARG_INT64(1);
	int64		x_control = PG_GETARG_INT64(2);
	int64		n_treatment = PG_GETARG_INT64(5);
	int64		x_treatment = PG_GETARG_INT64(6);
	double		alpha = PG_GETARG_FLOAT8(9);
	double		margin = PG_GETARG_FLOAT8(12);
	PmZtest		fixed;
	PmBayes		bayes;

	pm_stat_check(pm_always_valid_counts(x_control, n_control, x_treatment, n_treatment, alpha,
										 PG_GETARG_INT64(10), side, margin, &c->sequential));
	pm_stat_check(pm_ztest_counts(x_control, n_control, x_treatment, n_treatment, side, alpha,
								  margin, &fixed));
	pm_stat_check(pm_bayes_counts(x_control, n_control, x_treatment, n_treatment, 1, 1, &bayes));
	c->lift = fixed.lift;
	c->lift_low = fixed.lift_low;
	c->lift_high = fixed.lift_high;
	c->p_value = fixed.p_value;
	c->fixed_low = fixed.ci_low;
	c->fixed_high = fixed.ci_high;
	c->prob_beats = bayes.prob_beats;
	c->reason = pm_stat_reason_text(c->sequential.reason != PM_STAT_REASON_NONE ?
									c->sequential.reason : fixed.reason);
}

static void
compare_means(FunctionCallInfo fcinfo, PmStatAlternative side, Comparison *c)
{
	PmMeanArm	control = mean_arm(fcinfo, 1);
	PmMeanArm	treatment = mean_arm(fcinfo, 5);
	double		alpha = PG_GETARG_FLOAT8(9);
	double		margin = PG_GETARG_FLOAT8(12);
	PmStatStatus status;
	PmTtest		fixed;
	PmBayesNormal bayes;

	status = pm_always_valid_means(&control, &treatment, alpha, PG_GETARG_INT64(10),
								   side, margin, &c->sequential);
	if (status == PM_STAT_OK)
		status = pm_welch_ttest(&control, &treatment, side, alpha, margin, &fixed);
	/* One arm's values must not keep the others from being analysed. */
	if (status == PM_STAT_OVERFLOW)
	{
		out_of_range(alpha, c);
		return;
	}
	pm_stat_check(status);
	c->prob_beats = PM_STAT_NULL;
	if (!pm_stat_is_null(fixed.se) && fixed.se > 0 &&
		pm_bayes_normal(fixed.diff, fixed.se, 0, PM_STAT_NULL, 0.95, &bayes) == PM_STAT_OK)
		c->prob_beats = bayes.prob_beats;
	c->lift = fixed.lift;
	c->lift_low = fixed.lift_low;
	c->lift_high = fixed.lift_high;
	c->p_value = fixed.p_value;
	c->fixed_low = fixed.ci_low;
	c->fixed_high = fixed.ci_high;
	c->reason = pm_stat_reason_text(c->sequential.reason != PM_STAT_REASON_NONE ?
									c->sequential.reason : fixed.reason);
}

static void
out_of_range(double alpha, Comparison *c)
{
	PmAlwaysValid *s = &c->sequential;

	s->diff = s->z = s->log_e_value = s->p_value = s->ci_low = s->ci_high = PM_STAT_NULL;
	s->level = 1 - alpha;
	s->gate_open = s->reject = false;
	c->lift = c->lift_low = c->lift_high = c->p_value = PM_STAT_NULL;
	c->fixed_low = c->fixed_high = c->prob_beats = PM_STAT_NULL;
	c->reason = TOO_LARGE;
}

/* An arm without a mean is an empty one. */
static PmMeanArm
mean_arm(FunctionCallInfo fcinfo, int first)
{
	PmMeanArm	arm = {0};

	if (PG_ARGISNULL(first + 2))
		return arm;
	arm.n = PG_GETARG_INT64(first);
	arm.mean = PG_GETARG_FLOAT8(first + 2);
	arm.variance = PG_ARGISNULL(first + 3) ? 0 : PG_GETARG_FLOAT8(first + 3);
	return arm;
}

/* best_of_means(means float8[], standard_errors float8[]) -> float8[] */
PM_FUNCTION(prompt_mgr_best_of_means);
Datum
prompt_mgr_best_of_means(PG_FUNCTION_ARGS)
{
	double	   *mean;
	double	   *se;
	double		best[PM_STAT_MAX_ARMS];
	double		sum = 0;
	int			n = float8_array(PG_GETARG_ARRAYTYPE_P(0), &mean);

	if (float8_array(PG_GETARG_ARRAYTYPE_P(1), &se) != n)
		pm_bad_argument("standard_errors", "must be as many as means");
	for (int i = 0; i < n; i++)
		if (!(se[i] > 0) || isinf(se[i]) || isnan(mean[i]) || isinf(mean[i]))
			PG_RETURN_NULL();
	for (int i = 0; i < n; i++)
	{
		best[i] = 0;
		for (int point = 0; point < BEST_POINTS; point++)
		{
			double		t = -BEST_REACH + 2 * BEST_REACH * point / (BEST_POINTS - 1);
			double		weight = exp(-0.5 * t * t);

			for (int j = 0; j < n; j++)
				if (j != i)
					weight *= pm_norm_cdf((mean[i] + se[i] * t - mean[j]) / se[j]);
			best[i] += weight;
		}
		sum += best[i];
	}
	if (!(sum > 0) || isinf(sum))
		PG_RETURN_NULL();
	for (int i = 0; i < n; i++)
		best[i] /= sum;
	return float8_result(best, n);
}

static int
float8_array(ArrayType *array, double **values)
{
	int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (n < 1 || n > PM_STAT_MAX_ARMS || array_contains_nulls(array))
		pm_bad_argument("arms", "must be 1 to 64 and not null");
	*values = (double *) ARR_DATA_PTR(array);
	return n;
}

/* NaN becomes NULL. */
static Datum
float8_result(const double *values, int n)
{
	Datum	   *elements = palloc(n * sizeof(Datum));
	bool	   *nulls = palloc(n * sizeof(bool));
	int			lower = 1;

	for (int i = 0; i < n; i++)
	{
		nulls[i] = pm_stat_is_null(values[i]);
		elements[i] = nulls[i] ? (Datum) 0 : Float8GetDatum(values[i]);
	}
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
