/*
 * sql_stat_bayes.c
 *		Beta-binomial posteriors of counts: two arms, the best of several, weights.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "pm_error.h"
#include "pm_stat_glue.h"
#include "pm_stat_row.h"

static int	read_arms(FunctionCallInfo fcinfo, int64 **successes, int64 **trials);

/*
 * bayes_counts(x_control, n_control, x_treatment, n_treatment bigint,
 *				prior_a, prior_b float8)
 */
PM_FUNCTION(prompt_mgr_bayes_counts);
Datum
prompt_mgr_bayes_counts(PG_FUNCTION_ARGS)
{
	PmBayes		bayes;
	PmBayesRow	fields;

	pm_stat_check(pm_bayes_counts(PG_GETARG_INT64(0), PG_GETARG_INT64(1),
								  PG_GETARG_INT64(2), PG_GETARG_INT64(3),
								  PG_GETARG_FLOAT8(4), PG_GETARG_FLOAT8(5), &bayes));
	pm_bayes_of_counts(&bayes, &fields);
	return pm_bayes_row(fcinfo, &fields);
}

/*
 * best_arm_probabilities(successes bigint[], trials bigint[], prior_a,
 *						  prior_b float8) -> float8[]
 */
PM_FUNCTION(prompt_mgr_best_arm_probabilities);
Datum
prompt_mgr_best_arm_probabilities(PG_FUNCTION_ARGS)
{
	int64	   *successes;
	int64	   *trials;
	int			n = read_arms(fcinfo, &successes, &trials);
	double	   *p_best = palloc_array(double, n + 1);

	pm_stat_check(pm_bayes_best(successes, trials, n, PG_GETARG_FLOAT8(2),
								PG_GETARG_FLOAT8(3), p_best));
	return pm_stat_doubles_datum(p_best, n, PG_GETARG_ARRAYTYPE_P(0));
}

/* thompson_weights(successes bigint[], trials bigint[], floor float8) -> int[] */
PM_FUNCTION(prompt_mgr_thompson_weights);
Datum
prompt_mgr_thompson_weights(PG_FUNCTION_ARGS)
{
	int64	   *successes;
	int64	   *trials;
	int			n = read_arms(fcinfo, &successes, &trials);
	int32_t    *weights = palloc_array(int32_t, n + 1);
	Datum	   *elements = palloc_array(Datum, n + 1);
	PmStatReason reason;

	if (!isfinite(PG_GETARG_FLOAT8(2)))
		pm_bad_argument("floor", "must be finite");
	pm_stat_check(pm_thompson_weights(successes, trials, n, PG_GETARG_FLOAT8(2),
									  weights, &reason));
	for (int i = 0; i < n; i++)
		elements[i] = Int32GetDatum(weights[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, n, INT4OID, 4, true, TYPALIGN_INT));
}

static int
read_arms(FunctionCallInfo fcinfo, int64 **successes, int64 **trials)
{
	int			n;
	int			m;

	*successes = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(0), "successes", &n);
	*trials = pm_stat_bigints(PG_GETARG_ARRAYTYPE_P(1), "trials", &m);
	pm_stat_check_length("successes", n, PM_STAT_MAX_ARMS);
	pm_stat_same_length("trials", m, "successes", n);
	return n;
}
