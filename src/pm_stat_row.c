/*
 * pm_stat_row.c
 *		Results of the statistics core as rows of their SQL types.
 *
 * Each function follows the columns of the type in sql/install, in order.
 */
#include "postgres.h"

#include "pm_error.h"
#include "pm_stat_row.h"

static void add_count(PmRow *row, int64 value, bool known);

Datum
pm_ztest_row(FunctionCallInfo fcinfo, const PmZtest *test, bool binary)
{
	PmRow		row;

	pm_row_begin(&row, fcinfo);
	pm_row_int64(&row, test->n_control);
	add_count(&row, test->x_control, binary);
	pm_row_int64(&row, test->n_treatment);
	add_count(&row, test->x_treatment, binary);
	pm_row_float8(&row, test->p_control);
	pm_row_float8(&row, test->p_treatment);
	pm_row_float8(&row, test->diff);
	pm_row_float8(&row, test->lift);
	pm_row_float8(&row, test->z);
	pm_row_float8(&row, test->p_value);
	pm_row_float8(&row, test->log10_p);
	pm_row_float8(&row, test->ci_low);
	pm_row_float8(&row, test->ci_high);
	pm_row_float8(&row, test->level);
	pm_row_text(&row, binary ? pm_stat_reason_text(test->reason) : PM_REASON_NOT_BINARY);
	pm_row_text(&row, pm_stat_alternative_text(test->alternative));
	pm_row_float8(&row, test->margin);
	pm_row_float8(&row, test->p_exact);
	pm_row_float8(&row, test->lift_low);
	pm_row_float8(&row, test->lift_high);
	pm_row_bool(&row, test->ci_adjusted);
	return pm_row_end(&row);
}

Datum
pm_ttest_row(FunctionCallInfo fcinfo, const PmTtest *test, const PmTtestExtra *extra)
{
	PmRow		row;

	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, test->diff);
	pm_row_float8(&row, test->t);
	pm_row_float8(&row, test->df);
	pm_row_float8(&row, test->p_value);
	pm_row_float8(&row, test->log10_p);
	pm_row_float8(&row, test->ci_low);
	pm_row_float8(&row, test->ci_high);
	pm_row_float8(&row, test->level);
	pm_row_text(&row, extra->reason != NULL ? extra->reason : pm_stat_reason_text(test->reason));
	pm_row_text(&row, pm_stat_alternative_text(test->alternative));
	pm_row_float8(&row, test->margin);
	pm_row_int64(&row, test->n_control);
	pm_row_float8(&row, test->mean_control);
	pm_row_float8(&row, extra->sd_control);
	pm_row_int64(&row, test->n_treatment);
	pm_row_float8(&row, test->mean_treatment);
	pm_row_float8(&row, extra->sd_treatment);
	pm_row_float8(&row, test->se);
	pm_row_float8(&row, test->lift);
	pm_row_float8(&row, test->lift_se);
	pm_row_float8(&row, test->lift_low);
	pm_row_float8(&row, test->lift_high);
	pm_row_int64(&row, extra->n_skipped);
	return pm_row_end(&row);
}

void
pm_always_valid_guard(PmAlwaysValid *test)
{
	if (test->gate_open || pm_stat_is_null(test->log_e_value))
		return;
	test->log_e_value = Min(test->log_e_value, 0);
	test->p_value = 1;
	if (test->reason == PM_STAT_REASON_NONE)
		test->reason = PM_STAT_TOO_FEW;
}

Datum
pm_always_valid_row(FunctionCallInfo fcinfo, PmAlwaysValid *test)
{
	PmRow		row;

	pm_always_valid_guard(test);
	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, test->diff);
	pm_row_float8(&row, test->log_e_value);
	pm_row_float8(&row, test->p_value);
	pm_row_float8(&row, test->ci_low);
	pm_row_float8(&row, test->ci_high);
	pm_row_bool(&row, test->reject);
	pm_row_bool(&row, test->gate_open);
	pm_row_bool(&row, test->ci_adjusted);
	pm_row_float8(&row, test->level);
	pm_row_text(&row, pm_stat_reason_text(test->reason));
	pm_row_text(&row, pm_stat_alternative_text(test->alternative));
	pm_row_float8(&row, test->margin);
	pm_row_int64(&row, test->planned_n);
	pm_row_int64(&row, test->n_control);
	pm_row_float8(&row, test->mean_control);
	pm_row_int64(&row, test->n_treatment);
	pm_row_float8(&row, test->mean_treatment);
	pm_row_float8(&row, test->z);
	pm_row_float8(&row, test->critical_z);
	return pm_row_end(&row);
}

void
pm_bayes_of_test(const PmTtest *test, bool relative, double prior_mean,
				 double prior_variance, double level, PmBayesRow *fields)
{
	double		effect = relative ? test->lift : test->diff;
	double		se = relative ? test->lift_se : test->se;
	bool		known = !pm_stat_is_null(effect) && se > 0;
	PmBayesNormal posterior;

	if (isnan(prior_variance))
		pm_stat_check(PM_STAT_BAD_PRIOR);
	pm_stat_check(pm_bayes_normal(known ? effect : 0, known ? se : 1, prior_mean,
								  isinf(prior_variance) && prior_variance > 0 ? PM_STAT_NULL : prior_variance,
								  level, &posterior));
	fields->mean_control = test->mean_control;
	fields->mean_treatment = test->mean_treatment;
	fields->level = level;
	fields->reason = known ? NULL : pm_stat_reason_text(test->reason);
	fields->prob_beats = known ? posterior.prob_beats : PM_STAT_NULL;
	fields->loss_treatment = known ? posterior.loss_treatment : PM_STAT_NULL;
	fields->loss_control = known ? posterior.loss_control : PM_STAT_NULL;
	fields->effect = known ? posterior.mean : PM_STAT_NULL;
	fields->low = known ? posterior.low : PM_STAT_NULL;
	fields->high = known ? posterior.high : PM_STAT_NULL;
}

void
pm_bayes_of_counts(const PmBayes *bayes, PmBayesRow *fields)
{
	fields->prob_beats = bayes->prob_beats;
	fields->loss_treatment = bayes->loss_treatment;
	fields->loss_control = bayes->loss_control;
	fields->reason = pm_stat_reason_text(bayes->reason);
	fields->mean_control = bayes->mean_control;
	fields->mean_treatment = bayes->mean_treatment;
	fields->effect = bayes->mean_treatment - bayes->mean_control;
	fields->low = fields->high = fields->level = PM_STAT_NULL;
}

Datum
pm_bayes_row(FunctionCallInfo fcinfo, const PmBayesRow *fields)
{
	PmRow		row;

	pm_row_begin(&row, fcinfo);
	pm_row_float8(&row, fields->prob_beats);
	pm_row_float8(&row, fields->loss_treatment);
	pm_row_float8(&row, fields->loss_control);
	pm_row_text(&row, fields->reason);
	pm_row_float8(&row, fields->mean_control);
	pm_row_float8(&row, fields->mean_treatment);
	pm_row_float8(&row, fields->effect);
	pm_row_float8(&row, fields->low);
	pm_row_float8(&row, fields->high);
	pm_row_float8(&row, fields->level);
	return pm_row_end(&row);
}

static void
add_count(PmRow *row, int64 value, bool known)
{
	if (known)
		pm_row_int64(row, value);
	else
		pm_row_null(row);
}
