/*
 * pm_stat_glue.h
 *		Arguments of the statistics functions: words, arrays of numbers.
 *		Include it after postgres.h.
 */
#ifndef PM_STAT_GLUE_H
#define PM_STAT_GLUE_H

#include "utils/array.h"

#include "pm.h"
#include "pm_stat_types.h"

/* two-sided, greater or less; 22023 for any other word. */
extern PmStatAlternative pm_stat_side(text *word);

/*
 * The elements of a one-dimensional array, palloc'ed, with their number.  path
 * is the argument's name, for the error 22023 of an array of more dimensions
 * or with a NULL.
 */
extern int64 *pm_stat_bigints(ArrayType *array, const char *path, int *n);
extern double *pm_stat_ints(ArrayType *array, const char *path, int *n);
extern double *pm_stat_doubles(ArrayType *array, const char *path, int *n);

/* The same where a NULL may stand: it becomes PM_STAT_NULL. */
extern double *pm_stat_nullable(ArrayType *array, const char *path, int *n);

/* 22023 unless the array has between one and this many elements. */
extern void pm_stat_check_length(const char *path, int n, int most);

/* 22023 unless the array named path has as many elements as that named other. */
extern void pm_stat_same_length(const char *path, int n, const char *other, int m);

/* An array of float8, PM_STAT_NULL as NULL, with the subscripts of like. */
extern Datum pm_stat_doubles_datum(const double *values, int n, ArrayType *like);

#endif							/* PM_STAT_GLUE_H */
