/*
 * pm_stat_adjust.c
 *		Multiple comparisons: adjusted p-values, e-BH.
 *
 * All step methods are one pass over the sorted values with a running maximum
 * (Holm) or minimum (Hochberg, BH, BY).  The sort is a heap sort of indices: it
 * needs neither memory nor recursion, and ties keep their input order because
 * the index decides them, so equal input gives equal output everywhere.
 */
#include "pm_stat_adjust.h"

#include <string.h>

static int	sort_indices(const double *value, int n, double sign, int *order);
static bool comes_first(const double *value, double sign, int a, int b);
static void sift_down(const double *value, double sign, int *order, int root,
					  int count);
static double step_factor(PmAdjustMethod method, int rank, int m);

bool
pm_adjust_method_parse(const char *text, size_t len, PmAdjustMethod *method)
{
	static const char *const words[] = {
		"holm", "bh", "bonferroni", "hochberg", "by", "none"
	};

	for (int i = 0; i < 6; i++)
	{
		if (strlen(words[i]) == len && memcmp(text, words[i], len) == 0)
		{
			*method = (PmAdjustMethod) i;
			return true;
		}
	}
	return false;
}

PmStatStatus
pm_p_adjust(const double *p, int n, PmAdjustMethod method, int *order,
			double *adjusted)
{
	int			m;
	double		scale = 1;
	double		running;

	if (n < 0)
		return PM_STAT_BAD_LENGTH;
	for (int i = 0; i < n; i++)
	{
		if (!pm_stat_is_null(p[i]) && !(p[i] >= 0 && p[i] <= 1))
			return PM_STAT_BAD_PROBABILITY;
	}
	m = sort_indices(p, n, 1, order);
	if (method == PM_ADJUST_BY)
	{
		scale = 0;
		for (int i = 1; i <= m; i++)
			scale += 1.0 / i;
	}
	running = method == PM_ADJUST_HOLM ? 0 : 1;
	for (int i = 0; i < m; i++)
	{
		/* Holm steps up from the smallest p, the others down from the largest. */
		int			rank = method == PM_ADJUST_HOLM ? i + 1 : m - i;
		int			at = order[rank - 1];
		double		value = fmin(scale * step_factor(method, rank, m) * p[at], 1);

		if (method == PM_ADJUST_HOLM)
			running = fmax(running, value);
		else if (method == PM_ADJUST_BONFERRONI || method == PM_ADJUST_NONE)
			running = value;
		else
			running = fmin(running, value);
		adjusted[at] = running;
	}
	for (int i = 0; i < n; i++)
	{
		if (pm_stat_is_null(p[i]))
			adjusted[i] = PM_STAT_NULL;
	}
	return PM_STAT_OK;
}

PmStatStatus
pm_p_adjust_primary(const double *p, int n, int primary, double gamma,
					double *adjusted)
{
	int			m = 0;

	if (n < 0 || primary < 0 || primary >= n || pm_stat_is_null(p[primary]))
		return PM_STAT_BAD_LENGTH;
	if (!(gamma > 0 && gamma < 1))
		return PM_STAT_BAD_WEIGHT;
	for (int i = 0; i < n; i++)
	{
		if (pm_stat_is_null(p[i]))
			continue;
		if (!(p[i] >= 0 && p[i] <= 1))
			return PM_STAT_BAD_PROBABILITY;
		m++;
	}
	for (int i = 0; i < n; i++)
	{
		double		share = i == primary ? gamma : (1 - gamma) / (m - 1);

		adjusted[i] = pm_stat_is_null(p[i]) ? PM_STAT_NULL : fmin(p[i] / share, 1);
	}
	return PM_STAT_OK;
}

PmStatStatus
pm_ebh(const double *log_e, int n, double alpha, int *order, bool *reject)
{
	PmStatStatus status = pm_stat_check_alpha(alpha);
	int			m;
	int			last = 0;

	if (status != PM_STAT_OK)
		return status;
	if (n < 0)
		return PM_STAT_BAD_LENGTH;
	m = sort_indices(log_e, n, -1, order);
	for (int k = 1; k <= m; k++)
	{
		if (log_e[order[k - 1]] >= log((double) m / (k * alpha)))
			last = k;
	}
	for (int i = 0; i < n; i++)
		reject[i] = false;
	for (int k = 0; k < last; k++)
		reject[order[k]] = true;
	return PM_STAT_OK;
}

/* Heap sort of the indices of what is not NULL; returns how many those are. */
static int
sort_indices(const double *value, int n, double sign, int *order)
{
	int			m = 0;

	for (int i = 0; i < n; i++)
	{
		if (!pm_stat_is_null(value[i]))
			order[m++] = i;
	}
	for (int root = m / 2 - 1; root >= 0; root--)
		sift_down(value, sign, order, root, m);
	for (int end = m - 1; end > 0; end--)
	{
		int			swap = order[0];

		order[0] = order[end];
		order[end] = swap;
		sift_down(value, sign, order, 0, end);
	}
	return m;
}

static bool
comes_first(const double *value, double sign, int a, int b)
{
	double		va = sign * value[a];
	double		vb = sign * value[b];

	return va < vb || (va == vb && a < b);
}

static void
sift_down(const double *value, double sign, int *order, int root, int count)
{
	int			moving = order[root];

	while (2 * root + 1 < count)
	{
		int			child = 2 * root + 1;

		if (child + 1 < count &&
			comes_first(value, sign, order[child], order[child + 1]))
			child++;
		if (!comes_first(value, sign, moving, order[child]))
			break;
		order[root] = order[child];
		root = child;
	}
	order[root] = moving;
}

/* What the p-value of this rank (1 = smallest) is multiplied with. */
static double
step_factor(PmAdjustMethod method, int rank, int m)
{
	switch (method)
	{
		case PM_ADJUST_HOLM:
		case PM_ADJUST_HOCHBERG:
			return m - rank + 1;
		case PM_ADJUST_BH:
		case PM_ADJUST_BY:
			return (double) m / rank;
		case PM_ADJUST_BONFERRONI:
			return m;
		case PM_ADJUST_NONE:
			break;
	}
	return 1;
}
