/*
 * sql_stat_interval.c
 *		Intervals for one proportion, a difference and a lift, from counts.
 */
#include "postgres.h"

#include "pm_error.h"
#include "pm_row.h"
#include "pm_stat_interval.h"

static Datum interval_row(FunctionCallInfo fcinfo, const PmInterval *interval);

/* proportion_ci(x bigint, n bigint, level float8, method text) */
PM_FUNCTION(prompt_mgr_proportion_ci);
Datum
prompt_mgr_proportion_ci(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(3);
	PmProportionMethod method;
	PmInterval	interval;

	if (!pm_proportion_method_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &method))
		pm_bad_argument("method", "must be wilson, clopper_pearson, jeffreys, agresti_coull or wald");
	pm_stat_check(pm_proportion_ci(PG_GETARG_INT64(0), PG_GETARG_INT64(1),
								   PG_GETARG_FLOAT8(2), method, &interval));
	return interval_row(fcinfo, &interval);
}

/*
 * diff_ci(x_control, n_control, x_treatment, n_treatment bigint, level float8,
 *		   method text)
 */
PM_FUNCTION(prompt_mgr_diff_ci);
Datum
prompt_mgr_diff_ci(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(5);
	PmDiffMethod method;
	PmInterval	interval;

	if (!pm_diff_method_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &method))
		pm_bad_argument("method", "must be newcombe, agresti_caffo or wald");
	pm_stat_check(pm_diff_ci(PG_GETARG_INT64(0), PG_GETARG_INT64(1),
							 PG_GETARG_INT64(2), PG_GETARG_INT64(3),
							 PG_GETARG_FLOAT8(4), method, &interval));
	return interval_row(fcinfo, &interval);
}

/* lift_ci(): arguments as of diff_ci() */
PM_FUNCTION(prompt_mgr_lift_ci);
Datum
prompt_mgr_lift_ci(PG_FUNCTION_ARGS)
{
	text	   *word = PG_GETARG_TEXT_PP(5);
	PmLiftMethod method;
	PmInterval	interval;

	if (!pm_lift_method_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &method))
		pm_bad_argument("method", "must be log or delta");
	pm_stat_check(pm_lift_ci(PG_GETARG_INT64(0), PG_GETARG_INT64(1),
							 PG_GETARG_INT64(2), PG_GETARG_INT64(3),
							 PG_GETARG_FLOAT8(4), method, &interval));
	return interval_row(fcinfo, &interval);
}

static Datum
interval_row(FunctionCallInfo fcinfo, const PmInterval *interval)
{
	PmRow		row;

	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, interval->low);
	pm_row_float8(&row, interval->high);
	pm_row_text(&row, pm_stat_reason_text(interval->reason));
	pm_row_float8(&row, interval->estimate);
	pm_row_float8(&row, interval->level);
	return pm_row_end(&row);
}
