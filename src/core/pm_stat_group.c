/*
 * pm_stat_group.c
 *		Group sequential bounds by alpha spending.
 *
 * S_k = z_k sqrt(t_k) is a Brownian motion looked at in t_1 < t_2 < ...  The
 * density of S_k among the experiments that have not crossed yet is carried
 * from look to look on a grid of quadrature nodes; being symmetric, it is kept
 * on the positive half only.  Panels are as wide as the smaller of the two steps
 * next to them allows, so looks may lie close together: a fixed number of nodes
 * could not resolve a step of a thousandth.
 *
 * Memory is on the stack: four arrays of GRID_MAX doubles.
 */
#include "pm_stat_group.h"
#include "pm_stat_normal.h"
#include "pm_stat_quad.h"

#define PANEL_MAX 72
#define GRID_MAX (PANEL_MAX * PM_QUAD_NODES)

/* Panel width in standard deviations of a step; 16 nodes give 1e-14 there. */
#define PANEL_STEPS 4.0

/* Spending less is no stop, and beyond 8 sigma there is nothing left. */
#define SPEND_MIN 1e-13
#define SIGMA_MAX 8.0

/* Steps farther than this many standard deviations do not happen. */
#define REACH 9.5

#define NEWTON_MAX_STEPS 60

typedef struct Grid
{
	int			n;				/* 0 before the first look */
	double		t;				/* time of the look the grid belongs to */
	double		at[GRID_MAX];
	double		mass[GRID_MAX]; /* density times quadrature weight */
} Grid;

static double crossing(const Grid *grid, double t, double c, double *slope);
static double solve_bound(const Grid *grid, double t, double spend);
static void advance(const Grid *from, double t, double c, double next_t,
					Grid *to);

double
pm_group_spent(double t, double alpha, PmSpending spending)
{
	if (t >= 1)
		return alpha;
	if (spending == PM_SPEND_POCOCK)
		return alpha * log1p((exp(1) - 1) * t);
	return 4 * pm_norm_sf(-pm_norm_quantile(alpha / 4) / sqrt(t));
}

PmStatStatus
pm_group_bounds(const double *fractions, int k, double alpha,
				PmSpending spending, void (*poll) (void *), void *poll_arg,
				double *bounds)
{
	PmStatStatus status = pm_stat_check_alpha(alpha);
	Grid		grids[2];
	int			current = 0;
	double		used = 0;

	if (status != PM_STAT_OK)
		return status;
	if (k < 1 || k > PM_GROUP_MAX_LOOKS)
		return PM_STAT_BAD_LENGTH;
	for (int i = 0; i < k; i++)
	{
		if (!(fractions[i] > (i > 0 ? fractions[i - 1] : 0) && fractions[i] <= 1))
			return PM_STAT_BAD_FRACTION;
	}

	grids[0].n = 0;
	grids[0].t = 0;
	for (int i = 0; i < k; i++)
	{
		double		t = fractions[i];
		double		spend = pm_group_spent(t, alpha, spending) - used;
		double		next_t = 1;

		if (poll != NULL)
			poll(poll_arg);
		bounds[i] = PM_STAT_NULL;
		if (t - grids[current].t < PM_GROUP_MIN_STEP && grids[current].n > 0)
			continue;
		if (spend >= SPEND_MIN)
		{
			bounds[i] = solve_bound(&grids[current], t, spend);
			used += spend;
		}

		/* The next look that will be used decides how fine the grid must be. */
		for (int j = i + 1; j < k; j++)
		{
			if (fractions[j] - t >= PM_GROUP_MIN_STEP)
			{
				next_t = fractions[j];
				break;
			}
		}
		if (i + 1 < k)
		{
			advance(&grids[current], t,
					pm_stat_is_null(bounds[i]) ? SIGMA_MAX : fmin(bounds[i], SIGMA_MAX),
					next_t, &grids[1 - current]);
			current = 1 - current;
		}
	}
	return PM_STAT_OK;
}

/* P(no earlier crossing, |S_t| > c sqrt(t)), and minus its derivative in c. */
static double
crossing(const Grid *grid, double t, double c, double *slope)
{
	double		step = sqrt(t - grid->t);
	double		edge = c * sqrt(t);
	double		sum = 0;

	if (grid->n == 0)
	{
		*slope = 2 * pm_norm_pdf(c);
		return 2 * pm_norm_sf(c);
	}
	*slope = 0;
	for (int i = 0; i < grid->n; i++)
	{
		double		far = (edge + grid->at[i]) / step;
		double		near = (edge - grid->at[i]) / step;

		sum += grid->mass[i] * (pm_norm_sf(near) + pm_norm_sf(far));
		*slope += grid->mass[i] * (pm_norm_pdf(near) + pm_norm_pdf(far));
	}
	*slope *= 2 * sqrt(t) / step;
	return 2 * sum;
}

/* Newton on the logarithm of the crossing probability, within a bracket. */
static double
solve_bound(const Grid *grid, double t, double spend)
{
	double		low = 0;
	double		high = 40;
	double		c = -pm_norm_quantile(spend / 2);

	for (int i = 0; i < NEWTON_MAX_STEPS; i++)
	{
		double		slope;
		double		p = crossing(grid, t, c, &slope);
		double		next;

		if (p > spend)
			low = c;
		else
			high = c;
		next = c + log(p / spend) * p / slope;
		if (fabs(next - c) < 1e-14 * c)
			return next;
		c = next > low && next < high ? next : 0.5 * (low + high);
	}
	return c;
}

/* The density of S_t on |S_t| <= c sqrt(t), on a grid fit for the next step. */
static void
advance(const Grid *from, double t, double c, double next_t, Grid *to)
{
	double		step = sqrt(t - from->t);
	double		edge = c * sqrt(t);
	double		finest = fmin(step, sqrt(fmax(next_t - t, PM_GROUP_MIN_STEP)));
	int			panels = (int) ceil(edge / (PANEL_STEPS * finest));
	double		half;

	panels = panels < 1 ? 1 : panels > PANEL_MAX ? PANEL_MAX : panels;
	half = edge / (2 * panels);
	to->t = t;
	to->n = panels * PM_QUAD_NODES;
	for (int i = 0; i < to->n; i++)
	{
		int			panel = i / PM_QUAD_NODES;
		int			node = i % PM_QUAD_NODES;
		double		s = half * (2 * panel + 1 + pm_quad_node[node]);
		double		density = 0;

		for (int j = 0; j < from->n; j++)
		{
			double		near = (s - from->at[j]) / step;
			double		far = (s + from->at[j]) / step;

			if (fabs(near) < REACH)
				density += from->mass[j] * (pm_norm_pdf(near) + pm_norm_pdf(far));
		}
		if (from->n == 0)
			density = pm_norm_pdf(s / step);
		to->at[i] = s;
		to->mass[i] = density / step * half * pm_quad_weight[node];
	}
}
