/*
 * stat_util.h
 *		What the statistics tests share: fixtures and the worst error so far.
 */
#ifndef STAT_UTIL_H
#define STAT_UTIL_H

#include "check.h"
#include "csv.h"
#include "json.h"

/* Worst relative difference met per fixture, printed at its end. */
typedef struct Worst
{
	double		value;
	char		where[96];
} Worst;

/* NaN on both sides is agreement: NULL where NULL is wanted. */
static inline void
stat_near(double got, double want, double rel, const char *what, int row,
		  Worst *worst)
{
	char		label[96];
	double		error = want == 0 ? fabs(got) : fabs(got / want - 1);

	snprintf(label, sizeof(label), "%s, row %d", what, row);
	if (isnan(want) || isnan(got))
	{
		if (!check_that(isnan(want) && isnan(got), label, __FILE__, __LINE__))
			printf("  got:  %.17g\n  want: %.17g\n", got, want);
		return;
	}
	check_near(got, want, rel, label, __FILE__, __LINE__);
	if (error > worst->value)
	{
		worst->value = error;
		snprintf(worst->where, sizeof(worst->where), "%s", label);
	}
}

static inline void
stat_report(const char *file, const Worst *worst)
{
	printf("# %s: worst relative difference %.2g (%s)\n", file, worst->value,
		   worst->where);
}

static inline bool
stat_fixture_path(const char *file, char *path, size_t size)
{
	FILE	   *probe;

	snprintf(path, size, "%s/%s", check_data_dir(), file);
	probe = fopen(path, "r");
	if (probe == NULL)
	{
		printf("# %s not found, its checks are skipped\n", path);
		return false;
	}
	fclose(probe);
	return true;
}

/* NULL, after saying so, where the folder of reference data is absent. */
static inline Csv *
stat_csv(const char *file)
{
	char		path[512];

	return stat_fixture_path(file, path, sizeof(path)) ? csv_read(path) : NULL;
}

static inline const Json *
stat_json(const char *file)
{
	char		path[512];
	size_t		len;
	char	   *text;

	if (!stat_fixture_path(file, path, sizeof(path)))
		return NULL;
	text = file_read(path, &len);
	return json_parse(text, len);
}

/* A member as a number; NaN where it is absent or null. */
static inline double
stat_num(const Json *object, const char *key)
{
	const Json *value = json_get(object, key);

	return value == NULL || value->type == JSON_NULL ? NAN : json_double(value);
}

static inline int64_t
stat_int(const Json *object, const char *key)
{
	return (int64_t) stat_num(object, key);
}

static inline double
stat_item(const Json *array, size_t i)
{
	if (array == NULL || array->type != JSON_ARRAY || i >= array->n ||
		array->items[i].type == JSON_NULL)
		return NAN;
	return json_double(&array->items[i]);
}

/* A small generator with a fixed seed: every run tests the same tables. */
static inline double
stat_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double) (*state >> 11) / 9007199254740992.0;
}

#endif							/* STAT_UTIL_H */
