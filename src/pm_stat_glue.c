/*
 * pm_stat_glue.c
 *		Arguments of the statistics functions: words, arrays of numbers.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_stat_glue.h"

static int	elements_of(ArrayType *array, const char *path, int length, bool by_value,
						Datum **elements, bool **nulls);
static void refuse_nulls(const bool *nulls, int n, const char *path);

PmStatAlternative
pm_stat_side(text *word)
{
	PmStatAlternative side;

	if (!pm_stat_alternative_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &side))
		pm_bad_argument("alternative", "must be two-sided, greater or less");
	return side;
}

int64 *
pm_stat_bigints(ArrayType *array, const char *path, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	int64	   *values;

	*n = elements_of(array, path, 8, FLOAT8PASSBYVAL, &elements, &nulls);
	refuse_nulls(nulls, *n, path);
	values = palloc_array(int64, *n + 1);
	for (int i = 0; i < *n; i++)
		values[i] = DatumGetInt64(elements[i]);
	return values;
}

double *
pm_stat_ints(ArrayType *array, const char *path, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	double	   *values;

	*n = elements_of(array, path, 4, true, &elements, &nulls);
	refuse_nulls(nulls, *n, path);
	values = palloc_array(double, *n + 1);
	for (int i = 0; i < *n; i++)
		values[i] = DatumGetInt32(elements[i]);
	return values;
}

double *
pm_stat_doubles(ArrayType *array, const char *path, int *n)
{
	if (array_contains_nulls(array))
		pm_bad_argument(path, "must not contain NULL");
	return pm_stat_nullable(array, path, n);
}

double *
pm_stat_nullable(ArrayType *array, const char *path, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	double	   *values;

	*n = elements_of(array, path, 8, FLOAT8PASSBYVAL, &elements, &nulls);
	values = palloc_array(double, *n + 1);
	for (int i = 0; i < *n; i++)
		values[i] = nulls[i] ? PM_STAT_NULL : DatumGetFloat8(elements[i]);
	return values;
}

void
pm_stat_check_length(const char *path, int n, int most)
{
	if (n < 1 || n > most)
		pm_bad_argument(path, psprintf("must have between 1 and %d elements", most));
}

void
pm_stat_same_length(const char *path, int n, const char *other, int m)
{
	if (n != m)
		pm_bad_argument(path, psprintf("must have as many elements as %s", other));
}

Datum
pm_stat_doubles_datum(const double *values, int n, ArrayType *like)
{
	Datum	   *elements = palloc_array(Datum, n + 1);
	bool	   *nulls = palloc_array(bool, n + 1);
	int			bound = ARR_NDIM(like) > 0 ? ARR_LBOUND(like)[0] : 1;

	for (int i = 0; i < n; i++)
	{
		elements[i] = Float8GetDatum(values[i]);
		nulls[i] = pm_stat_is_null(values[i]);
	}
	return PointerGetDatum(construct_md_array(elements, nulls, n > 0 ? 1 : 0, &n, &bound,
											  FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The type is known to be the declared one: its length says how to read it. */
static int
elements_of(ArrayType *array, const char *path, int length, bool by_value,
			Datum **elements, bool **nulls)
{
	int			n;

	if (ARR_NDIM(array) > 1)
		pm_bad_argument(path, "must be an array of one dimension");
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value,
					  length == 8 ? TYPALIGN_DOUBLE : TYPALIGN_INT, elements, nulls, &n);
	return n;
}

static void
refuse_nulls(const bool *nulls, int n, const char *path)
{
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			pm_bad_argument(path, "must not contain NULL");
	}
}
