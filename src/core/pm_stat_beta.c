/*
 * pm_stat_beta.c
 *		Incomplete beta function, beta and Student t tails and quantiles.
 *
 * A tail is written as front * factor: the front is x^a y^b / B(a, b), built
 * from Stirling errors and deviances (pm_stat_gamma.c) so that it keeps its
 * digits for parameters up to 1e15; the factor is a slowly varying number.
 *
 * The classical continued fraction gives the factor while the parameter on the
 * tail's side is moderate.  For a large one its terms approach 1 and cancel, and
 * their number grows with the square root, so there the tail is integrated in
 * the logit, where the density is smooth and log-concave: with t the distance
 * below w0, the log density falls by d t + n (log(y + x e^-t) + x t), d = a - n x.
 * That replaces Hill's expansion of the t tail as well, which is good for
 * 2e-6 only where p is 5e-37.
 */
#include "pm_stat_beta.h"
#include "pm_stat_normal.h"
#include "pm_stat_quad.h"

/* The side parameter up to which the continued fraction is used. */
#define FRACTION_LIMIT 300.0
#define FRACTION_MAX_TERMS 5000

/* Terms of the quadrature below e^-42 of the first do not count. */
#define DROP_LIMIT 42.0
#define QUAD_MAX_PANELS 2000

#define NEWTON_MAX_STEPS 100

/* Beyond, exp() of a logit would leave the range of a double. */
#define LOGIT_LIMIT 700.0

#define TINY 1e-300

static double side_distance(double a, double b, double x, double y);
static double tail_factor(double a, double b, double x, double y);
static double fraction_factor(double a, double b, double x);
static double quad_factor(double a, double b, double x, double y);
static double log_drop(double d, double n, double x, double y, double t);
static double logit_newton(double a, double b, double log_p, bool upper);

PmTails
pm_beta_tails(double a, double b, double x, double y)
{
	PmTails		tails;
	double		front;
	bool		below = x < (a + 1) / (a + b + 2);

	if (x <= 0 || y <= 0)
	{
		tails.lower = y <= 0 ? 1 : 0;
		tails.upper = 1 - tails.lower;
		tails.log_lower = y <= 0 ? 0 : PM_STAT_NULL;
		tails.log_upper = y <= 0 ? PM_STAT_NULL : 0;
		return tails;
	}

	/* The tail on x's side of the mean is computed, the other one follows. */
	front = pm_beta_log_front(a, b, x, y);
	if (below)
	{
		tails.log_lower = fmin(front + log(tail_factor(a, b, x, y)), 0);
		tails.lower = exp(tails.log_lower);
		tails.upper = 1 - tails.lower;
		tails.log_upper = log1p(-tails.lower);
	}
	else
	{
		tails.log_upper = fmin(front + log(tail_factor(b, a, y, x)), 0);
		tails.upper = exp(tails.log_upper);
		tails.lower = 1 - tails.upper;
		tails.log_lower = log1p(-tails.upper);
	}
	return tails;
}

double
pm_beta_log_front(double a, double b, double x, double y)
{
	return pm_beta_log_constant(a, b) + pm_beta_log_kernel(a, b, x, y);
}

double
pm_beta_log_constant(double a, double b)
{
	return pm_stirling_error(a + b) - pm_stirling_error(a) - pm_stirling_error(b) +
		0.5 * log(a / (a + b) * b) - PM_HALF_LN_2PI;
}

double
pm_beta_log_kernel(double a, double b, double x, double y)
{
	double		n = a + b;
	double		d = side_distance(a, b, x, y);

	return -(pm_deviance_diff(a, n * x, d) + pm_deviance_diff(b, n * y, -d));
}

void
pm_beta_quantile(double a, double b, double p, bool upper, double *x, double *y)
{
	double		w = logit_newton(a, b, log(p), upper);

	*x = w > 0 ? 1 / (1 + exp(-w)) : exp(w) / (1 + exp(w));
	*y = w > 0 ? exp(-w) / (1 + exp(-w)) : 1 / (1 + exp(w));
}

void
pm_beta_logit_moments(double a, double b, double *mean, double *sd)
{
	*mean = pm_digamma(a) - pm_digamma(b);
	*sd = sqrt(pm_trigamma(a) + pm_trigamma(b));
}

double
pm_t_sf(double t, double df, double *log_sf)
{
	double		ratio = t / sqrt(df);
	double		square = ratio * ratio;
	PmTails		tails;
	double		log_upper;

	/* Past 1e150 the square overflows while the tail still has a value. */
	tails = square < 1e300 ?
		pm_beta_tails(df / 2, 0.5, 1 / (1 + square), square / (1 + square)) :
		pm_beta_tails(df / 2, 0.5, 1e-300, 1);
	log_upper = square == 0 ? -PM_LN_2 : tails.log_lower - PM_LN_2;
	if (log_sf != NULL)
		*log_sf = t >= 0 ? log_upper : log1p(-exp(log_upper));
	if (square == 0)
		return 0.5;
	return t > 0 ? 0.5 * tails.lower : 1 - 0.5 * tails.lower;
}

double
pm_t_quantile(double p, double df)
{
	double		tail = p < 0.5 ? p : 1 - p;
	double		x;
	double		y;
	double		t;

	if (p == 0.5)
		return 0;
	pm_beta_quantile(df / 2, 0.5, 2 * tail, false, &x, &y);
	t = sqrt(df) * sqrt(y) / sqrt(x);
	return p < 0.5 ? -t : t;
}

void
pm_t_p_value(double t, double df, PmStatAlternative alternative,
			 double *p_value, double *log10_p)
{
	double		log_p;

	if (alternative == PM_STAT_TWO_SIDED)
	{
		*p_value = fmin(2 * pm_t_sf(fabs(t), df, &log_p), 1);
		log_p = fmin(log_p + PM_LN_2, 0);
	}
	else
		*p_value = pm_t_sf(alternative == PM_STAT_LESS ? -t : t, df, &log_p);
	*log10_p = log_p / PM_LN_10;
}

/* a - (a + b) x, from whichever of x and y is the smaller and so the sharper. */
static double
side_distance(double a, double b, double x, double y)
{
	double		n = a + b;
	double		product;

	if (x <= y)
	{
		product = n * x;
		return (a - product) - fma(n, x, -product);
	}
	product = n * y;
	return fma(n, y, -product) + (product - b);
}

static double
tail_factor(double a, double b, double x, double y)
{
	return a <= FRACTION_LIMIT ? fraction_factor(a, b, x) / a :
		quad_factor(a, b, x, y);
}

/* DLMF 8.17.22 by the modified Lentz method; x is below the mean. */
static double
fraction_factor(double a, double b, double x)
{
	double		c = 1;
	double		d = 1 - (a + b) * x / (a + 1);
	double		h;

	d = fabs(d) < TINY ? 1 / TINY : 1 / d;
	h = d;
	for (int m = 1; m < FRACTION_MAX_TERMS; m++)
	{
		double		even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double		odd = -(a + m) * (a + b + m) * x /
			((a + 2 * m) * (a + 2 * m + 1));
		double		step;

		d = 1 + even * d;
		d = fabs(d) < TINY ? 1 / TINY : 1 / d;
		c = 1 + even / c;
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;

		d = 1 + odd * d;
		d = fabs(d) < TINY ? 1 / TINY : 1 / d;
		c = 1 + odd / c;
		c = fabs(c) < TINY ? TINY : c;
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 2e-16)
			break;
	}
	return h;
}

/*
 * Integral over t > 0 of the density at w0 - t over that at w0.  The panel is a
 * few times the distance over which the density falls by e, and never wider
 * than 2, the logistic function having its poles at +-i pi.
 */
static double
quad_factor(double a, double b, double x, double y)
{
	double		n = a + b;
	double		d = side_distance(a, b, x, y);
	double		half = fmin(2.5 / (fmax(d, 0) + sqrt(n * x * y)), 1);
	double		sum = 0;

	for (int panel = 0; panel < QUAD_MAX_PANELS; panel++)
	{
		double		center = (2 * panel + 1) * half;
		double		part = 0;

		for (int i = 0; i < PM_QUAD_NODES; i++)
			part += pm_quad_weight[i] *
				exp(-log_drop(d, n, x, y, center + half * pm_quad_node[i]));
		sum += part;
		if (log_drop(d, n, x, y, center + half) > DROP_LIMIT)
			break;
	}
	return sum * half;
}

/*
 * d t + n (log(y + x e^-t) + x t).  The bracket is of second order in t; where
 * t is small it is taken from the cumulants of a Bernoulli variable, and
 * otherwise written with whichever of x and y is the smaller.
 */
static double
log_drop(double d, double n, double x, double y, double t)
{
	double		xy = x * y;
	double		skew = y - x;
	double		bracket;

	if (t < 0.03)
	{
		/* The second to seventh cumulant, each over its factorial and x y. */
		double		series[] = {
			1.0 / 2,
			-skew / 6,
			(1 - 6 * xy) / 24,
			-skew * (1 - 12 * xy) / 120,
			(1 - xy * (30 - 120 * xy)) / 720,
			-skew * (1 - xy * (60 - 360 * xy)) / 5040
		};

		bracket = 0;
		for (int i = 5; i >= 0; i--)
			bracket = bracket * t + series[i];
		bracket *= xy * t * t;
	}
	else if (x <= y)
		bracket = log1p(x * expm1(-t)) + x * t;
	else
		bracket = log1p(y * expm1(t)) - y * t;
	return d * t + n * bracket;
}

/*
 * Newton's method on log tail(w) = log_p.  Log tails are concave in the logit
 * and their slope is density over tail, so that a step from the far side lands
 * beyond the root and the steps that follow approach it monotonically; the
 * bracket catches a first step that leaves the range.
 */
static double
logit_newton(double a, double b, double log_p, bool upper)
{
	double		mean;
	double		sd;
	double		w;
	double		low = -LOGIT_LIMIT;
	double		high = LOGIT_LIMIT;

	pm_beta_logit_moments(a, b, &mean, &sd);
	w = log_p > -700 && log_p < -1e-300 ? pm_norm_quantile(exp(log_p)) : 0;
	w = fmin(fmax(mean + (upper ? -w : w) * sd, low), high);
	for (int i = 0; i < NEWTON_MAX_STEPS; i++)
	{
		double		x = w > 0 ? 1 / (1 + exp(-w)) : exp(w) / (1 + exp(w));
		double		y = w > 0 ? exp(-w) / (1 + exp(-w)) : 1 / (1 + exp(w));
		PmTails		tails = pm_beta_tails(a, b, x, y);
		double		log_tail = upper ? tails.log_upper : tails.log_lower;
		double		excess = log_tail - log_p;
		double		slope = exp(pm_beta_log_front(a, b, x, y) - log_tail);
		double		next;

		if ((excess > 0) != upper)
			high = w;
		else
			low = w;
		next = upper ? w + excess / slope : w - excess / slope;
		if (fabs(next - w) <= 4e-16 * fmax(fabs(w), 1))
			return next;
		w = next > low && next < high ? next : 0.5 * (low + high);
	}
	return w;
}
