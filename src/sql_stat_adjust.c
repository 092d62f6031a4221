/*
 * sql_stat_adjust.c
 *		Several comparisons at a time: adjusted p-values, e-BH.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "pm_error.h"
#include "pm_stat_adjust.h"
#include "pm_stat_glue.h"

/* p_adjust(p float8[], method text) -> float8[] */
PM_FUNCTION(prompt_mgr_p_adjust);
Datum
prompt_mgr_p_adjust(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	text	   *word = PG_GETARG_TEXT_PP(1);
	PmAdjustMethod method;
	int			n;
	double	   *p = pm_stat_nullable(array, "p", &n);

	if (!pm_adjust_method_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &method))
		pm_bad_argument("method", "must be holm, bh, bonferroni, hochberg, by or none");
	pm_stat_check(pm_p_adjust(p, n, method, palloc_array(int, n + 1), p));
	return pm_stat_doubles_datum(p, n, array);
}

/* p_adjust_primary(p float8[], primary_index int, share float8) -> float8[] */
PM_FUNCTION(prompt_mgr_p_adjust_primary);
Datum
prompt_mgr_p_adjust_primary(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int32		primary = PG_GETARG_INT32(1);
	double		share = PG_GETARG_FLOAT8(2);
	int			n;
	double	   *p = pm_stat_nullable(array, "p", &n);

	if (primary < 1 || primary > n || pm_stat_is_null(p[primary - 1]))
		pm_bad_argument("primary_index", "must be the place of a p-value, counted from 1");
	if (!(share > 0 && share < 1))
		pm_bad_argument("share", "must lie between 0 and 1");
	pm_stat_check(pm_p_adjust_primary(p, n, primary - 1, share, p));
	return pm_stat_doubles_datum(p, n, array);
}

/* e_bh(log_e_values float8[], alpha float8) -> boolean[] */
PM_FUNCTION(prompt_mgr_e_bh);
Datum
prompt_mgr_e_bh(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			n;
	double	   *log_e = pm_stat_nullable(array, "log_e_values", &n);
	bool	   *reject = palloc_array(bool, n + 1);
	Datum	   *elements = palloc_array(Datum, n + 1);
	bool	   *nulls = palloc_array(bool, n + 1);
	int			bound = ARR_NDIM(array) > 0 ? ARR_LBOUND(array)[0] : 1;

	pm_stat_check(pm_ebh(log_e, n, PG_GETARG_FLOAT8(1), palloc_array(int, n + 1), reject));
	for (int i = 0; i < n; i++)
	{
		elements[i] = BoolGetDatum(reject[i]);
		nulls[i] = pm_stat_is_null(log_e[i]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, n > 0 ? 1 : 0, &n, &bound,
											 BOOLOID, 1, true, TYPALIGN_CHAR));
}
