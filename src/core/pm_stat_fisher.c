/*
 * pm_stat_fisher.c
 *		Fisher's exact test of a two by two table.
 *
 * The hypergeometric probability of the observed table is built from Stirling
 * errors and deviances (Loader 2000) and so keeps twelve digits or more; each
 * tail then follows by the ratio of neighbours, outward from its start, and
 * stops where further terms no longer count.  Where the two tails of the
 * two-sided test begin is found by bisection, the probabilities being unimodal.
 */
#include "pm_stat_fisher.h"
#include "pm_stat_gamma.h"
#include "pm_stat_normal.h"

/* Tables this much likelier than the observed one still count as equal. */
#define TIE_TOLERANCE 1e-7

/* Successes of the treatment arm vary, all four margins being fixed. */
typedef struct Margins
{
	int64_t		hits;
	int64_t		misses;
	int64_t		drawn;			/* units of the treatment arm */
	int64_t		low;			/* smallest and largest possible count */
	int64_t		high;
} Margins;

static double log_binomial(double x, double n, double p, double q);
static double log_table(const Margins *m, int64_t x);
static double far_tail(const Margins *m, int64_t x);
static Margins mirrored(const Margins *m);
static double upper_tail(const Margins *m, int64_t x);
static double lower_tail(const Margins *m, int64_t x);
static double two_sided(const Margins *m, int64_t x);
static int64_t last_unlikely(const Margins *m, int64_t unlikely, int64_t likely,
							 double limit);

PmStatStatus
pm_fisher_exact(int64_t x_control, int64_t n_control,
				int64_t x_treatment, int64_t n_treatment, PmFisher *result)
{
	PmStatStatus status;
	Margins		m;
	double		bottom;

	if ((status = pm_stat_check_arm(x_control, n_control)) != PM_STAT_OK ||
		(status = pm_stat_check_arm(x_treatment, n_treatment)) != PM_STAT_OK)
		return status;

	m.hits = x_control + x_treatment;
	m.misses = n_control + n_treatment - m.hits;
	m.drawn = n_treatment;
	m.low = m.drawn > m.misses ? m.drawn - m.misses : 0;
	m.high = m.drawn < m.hits ? m.drawn : m.hits;

	bottom = (double) x_control * (double) (n_treatment - x_treatment);
	result->odds_ratio = bottom == 0 ? PM_STAT_NULL :
		(double) x_treatment * (double) (n_control - x_control) / bottom;
	if (m.hits + m.misses > PM_FISHER_MAX_TOTAL)
	{
		result->p_two_sided = result->p_less = result->p_greater = PM_STAT_NULL;
		return PM_STAT_OK;
	}
	result->p_less = lower_tail(&m, x_treatment);
	result->p_greater = upper_tail(&m, x_treatment);
	result->p_two_sided = two_sided(&m, x_treatment);
	return PM_STAT_OK;
}

/* Binomial probability of x in n at rate p = 1 - q. */
static double
log_binomial(double x, double n, double p, double q)
{
	if (x == 0)
		return n == 0 ? 0 : (q < 0.5 ? n * log(q) : n * log1p(-p));
	if (x == n)
		return p < 0.5 ? n * log(p) : n * log1p(-q);
	return pm_stirling_error(n) - pm_stirling_error(x) -
		pm_stirling_error(n - x) - pm_deviance(x, n * p) -
		pm_deviance(n - x, n * q) +
		0.5 * log(n / (x * (n - x))) - PM_HALF_LN_2PI;
}

/* A ratio of three binomials, all at the rate "drawn of all". */
static double
log_table(const Margins *m, int64_t x)
{
	double		hits = (double) m->hits;
	double		misses = (double) m->misses;
	double		drawn = (double) m->drawn;
	double		p = drawn / (hits + misses);
	double		q = (hits + misses - drawn) / (hits + misses);

	if (m->low == m->high)
		return 0;
	return log_binomial((double) x, hits, p, q) +
		log_binomial(drawn - (double) x, misses, p, q) -
		log_binomial(drawn, hits + misses, p, q);
}

/* Sum upward from a count x at or above the mean, where terms only fall. */
static double
far_tail(const Margins *m, int64_t x)
{
	double		sum = 1;
	double		term = 1;

	if (x > m->high)
		return 0;
	for (int64_t k = x; k < m->high && term > sum * 1e-17; k++)
	{
		term *= ((double) (m->hits - k) * (double) (m->drawn - k)) /
			((double) (k + 1) * (double) (m->misses - m->drawn + k + 1));
		sum += term;
	}
	return fmin(exp(log_table(m, x)) * sum, 1);
}

/* Counts the misses drawn instead of the hits: the table read backward. */
static Margins
mirrored(const Margins *m)
{
	Margins		other = *m;

	other.hits = m->misses;
	other.misses = m->hits;
	other.low = m->drawn - m->high;
	other.high = m->drawn - m->low;
	return other;
}

/* P(count >= x); below the mean the other tail is the one to sum. */
static double
upper_tail(const Margins *m, int64_t x)
{
	Margins		other;

	if (x <= m->low)
		return 1;
	if ((double) x * (double) (m->hits + m->misses) >=
		(double) m->drawn * (double) m->hits)
		return far_tail(m, x);
	other = mirrored(m);
	return 1 - far_tail(&other, m->drawn - (x - 1));
}

static double
lower_tail(const Margins *m, int64_t x)
{
	Margins		other = mirrored(m);

	return upper_tail(&other, m->drawn - x);
}

/*
 * Both tails of tables no likelier than the observed one.  Each begins at the
 * first count beyond the mode that is unlikely enough.
 */
static double
two_sided(const Margins *m, int64_t x)
{
	double		limit = log_table(m, x) + log1p(TIE_TOLERANCE);
	int64_t		mode = (int64_t) ((double) (m->drawn + 1) *
								  (double) (m->hits + 1) /
								  (double) (m->hits + m->misses + 2));
	int64_t		below;
	int64_t		above;

	mode = mode < m->low ? m->low : mode > m->high ? m->high : mode;
	if (log_table(m, mode) <= limit)
		return 1;
	below = last_unlikely(m, m->low - 1, mode, limit);
	above = last_unlikely(m, m->high + 1, mode, limit);
	return fmin((below < m->low ? 0 : lower_tail(m, below)) +
				(above > m->high ? 0 : upper_tail(m, above)), 1);
}

/*
 * Bisection between a count that is unlikely, or one beyond the end of the
 * range, and the mode, which is not; returns the one nearest to the mode.
 */
static int64_t
last_unlikely(const Margins *m, int64_t unlikely, int64_t likely, double limit)
{
	while (likely - unlikely > 1 || unlikely - likely > 1)
	{
		int64_t		middle = unlikely + (likely - unlikely) / 2;

		if (log_table(m, middle) <= limit)
			unlikely = middle;
		else
			likely = middle;
	}
	return unlikely;
}
