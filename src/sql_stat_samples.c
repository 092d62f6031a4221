/*
 * sql_stat_samples.c
 *		Counts of several arms: one rate for all, and the split of the traffic.
 */
#include "postgres.h"

#include "pm_error.h"
#include "pm_row.h"
#include "pm_stat_chisq.h"
#include "pm_stat_glue.h"

static Datum srm_row(FunctionCallInfo fcinfo, const char *path, const double *weights, int n);

/* srm_test(observed bigint[], weights int[]) */
PM_FUNCTION(prompt_mgr_srm_test);
Datum
prompt_mgr_srm_test(PG_FUNCTION_ARGS)
{
	int			n;
	double	   *weights = pm_stat_ints(PG_GETARG_ARRAYTYPE_P(1), "weights", &n);

	return srm_row(fcinfo, "weights", weights, n);
}

/* srm_test_expected(observed bigint[], expected float8[]) */
PM_FUNCTION(prompt_mgr_srm_test_expected);
Datum
prompt_mgr_srm_test_expected(PG_FUNCTION_ARGS)
{
	int			n;
	double	   *expected = pm_stat_doubles(PG_GETARG_ARRAYTYPE_P(1), "expected", &n);

	return srm_row(fcinfo, "expected", expected, n);
}

/* homogeneity_test(successes bigint[], trials bigint[]) */
PM_FUNCTION(prompt_mgr_homogeneity_test);
Datum
prompt_mgr_homogeneity_test(PG_FUNCTION_ARGS)
{
	int			n;
	int			m;
	int64	   *successes = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(0), "successes", &n);
	int64	   *trials = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(1), "trials", &m);
	PmHomogeneity test;
	PmRow		row;

	pm_stat_check_length("successes", n, PM_STAT_MAX_ARMS);
	pm_stat_same_length("trials", m, "successes", n);
	pm_stat_check(pm_homogeneity_test(successes, trials, n, &test));
	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, test.chi2);
	if (pm_stat_is_null(test.chi2))
		pm_row_null(&row);
	else
		pm_row_int32(&row, test.df);
	pm_row_float8(&row, test.p_value);
	pm_row_text(&row, pm_stat_reason_text(test.reason));
	return pm_row_end(&row);
}

/*
 * multinomial_log_e(counts bigint[], weights float8[], concentration float8,
 *					 prior float8[])
 */
PM_FUNCTION(prompt_mgr_multinomial_log_e);
Datum
prompt_mgr_multinomial_log_e(PG_FUNCTION_ARGS)
{
	int			n;
	int			m;
	int			priors;
	int64	   *counts = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(0), "counts", &n);
	double	   *weights = pm_stat_doubles(PG_GETARG_ARRAYTYPE_P(1), "weights", &m);
	double	   *prior = pm_stat_doubles(PG_GETARG_ARRAYTYPE_P(3), "prior", &priors);
	double		log_e;

	pm_stat_check_length("counts", n, PM_STAT_MAX_ARMS);
	pm_stat_same_length("weights", m, "counts", n);
	if (priors > 0)
		pm_stat_same_length("prior", priors, "counts", n);
	pm_stat_check(pm_multinomial_log_e(counts, weights, priors > 0 ? prior : NULL,
									   PG_GETARG_FLOAT8(2), n, &log_e));
	PG_RETURN_FLOAT8(log_e);
}

static Datum
srm_row(FunctionCallInfo fcinfo, const char *path, const double *weights, int n)
{
	int			m;
	int64	   *observed = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(0), "observed", &m);
	PmSrm		test;
	PmRow		row;

	pm_stat_check_length("observed", m, PM_STAT_MAX_ARMS);
	pm_stat_same_length(path, n, "observed", m);
	pm_stat_check(pm_srm_test(observed, weights, n, &test));
	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, test.chi2);
	pm_row_int32(&row, test.df);
	pm_row_float8(&row, test.p_value);
	pm_row_float8(&row, test.log_e_value);
	pm_row_bool(&row, test.alarm);
	pm_row_float8(&row, test.max_deviation);
	pm_row_text(&row, pm_stat_reason_text(test.reason));
	return pm_row_end(&row);
}
