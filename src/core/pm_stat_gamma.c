/*
 * pm_stat_gamma.c
 *		Pieces of the gamma function, the incomplete gamma, chi-square tails.
 *
 * log Gamma of a million is ten million, so a probability built from
 * differences of lgamma() loses seven digits and more.  Everything here is
 * built instead from what remains after the large parts have cancelled on
 * paper: the error of Stirling's formula and the deviance
 * D(x, m) = x log(x/m) + m - x (Loader, "Fast and accurate computation of
 * binomial probabilities", 2000).  lgamma() itself is not used, which also
 * keeps signgam, a global, out of the picture.
 */
#include "pm_stat_gamma.h"
#include "pm_stat_normal.h"

/* Stirling's series is used from here on; below, x is shifted upward. */
#define STIRLING_FROM 16.0

/* Series and fraction need some multiple of sqrt(a) terms. */
#define GAMMA_MAX_TERMS 200000

#define TINY 1e-300

static double polynomial(const double *series, int n, double x);
static double gamma_series(double a, double x);
static double gamma_fraction(double a, double x);

double
pm_stirling_error(double x)
{
	/* B_2k / 2k(2k-1), k = 6 down to 1 */
	static const double series[] = {
		-691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12
	};
	double		shift = 0;

	/* error(x) - error(x + 1) = (x + 1/2) log(1 + 1/x) - 1 */
	while (x < STIRLING_FROM)
	{
		shift += (x + 0.5) * log1p(1 / x) - 1;
		x += 1;
	}
	return shift + polynomial(series, 6, 1 / (x * x)) / x;
}

double
pm_deviance(double x, double m)
{
	return pm_deviance_diff(x, m, x - m);
}

double
pm_deviance_diff(double x, double m, double d)
{
	double		v = d / (x + m);
	double		term;
	double		sum;

	if (x <= 0)
		return m;
	if (fabs(v) >= 0.1)
		return x * log(x / m) - d;

	/* log(x/m) = 2 artanh(v); the first term of the series is merged with d. */
	sum = d * v;
	term = 2 * x * v;
	v *= v;
	for (int k = 3; k < 60; k += 2)
	{
		double		next;

		term *= v;
		next = sum + term / k;
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

double
pm_digamma(double x)
{
	/* -B_2k / 2k, k = 6 down to 1, and a 0 that gives the last factor */
	static const double series[] = {
		691.0 / 32760, -1.0 / 132, 1.0 / 240, -1.0 / 252, 1.0 / 120, -1.0 / 12, 0
	};
	double		shift = 0;

	while (x < STIRLING_FROM)
	{
		shift -= 1 / x;
		x += 1;
	}
	return shift + log(x) - 0.5 / x + polynomial(series, 7, 1 / (x * x));
}

double
pm_trigamma(double x)
{
	/* B_2k, k = 5 down to 1, and the leading 1 */
	static const double series[] = {
		5.0 / 66, -1.0 / 30, 1.0 / 42, -1.0 / 30, 1.0 / 6, 1
	};
	double		shift = 0;

	while (x < STIRLING_FROM)
	{
		shift += 1 / (x * x);
		x += 1;
	}
	return shift + 0.5 / (x * x) + polynomial(series, 6, 1 / (x * x)) / x;
}

PmTails
pm_gamma_tails(double a, double x)
{
	PmTails		tails;
	double		log_front;

	if (x <= 0)
	{
		tails.lower = 0;
		tails.upper = 1;
		tails.log_lower = PM_STAT_NULL;
		tails.log_upper = 0;
		return tails;
	}

	/* x^a exp(-x) / Gamma(a) */
	log_front = 0.5 * log(a) - PM_HALF_LN_2PI - pm_stirling_error(a) -
		pm_deviance(a, x);
	if (x < a + 1)
	{
		tails.log_lower = log_front + log(gamma_series(a, x));
		tails.lower = exp(tails.log_lower);
		tails.upper = 1 - tails.lower;
		tails.log_upper = log1p(-tails.lower);
	}
	else
	{
		tails.log_upper = log_front + log(gamma_fraction(a, x));
		tails.upper = exp(tails.log_upper);
		tails.lower = 1 - tails.upper;
		tails.log_lower = log1p(-tails.upper);
	}
	return tails;
}

/* One and two degrees of freedom have closed forms. */
double
pm_chi2_sf(double x, double df)
{
	if (x <= 0)
		return 1;
	if (df == 1)
		return 2 * pm_norm_sf(sqrt(x));
	if (df == 2)
		return exp(-x / 2);
	return pm_gamma_tails(df / 2, x / 2).upper;
}

double
pm_chi2_cdf(double x, double df)
{
	return x <= 0 ? 0 : pm_gamma_tails(df / 2, x / 2).lower;
}

/* Horner's rule, highest coefficient first. */
static double
polynomial(const double *series, int n, double x)
{
	double		sum = 0;

	for (int i = 0; i < n; i++)
		sum = sum * x + series[i];
	return sum;
}

/* sum of x^k / (a (a+1) ... (a+k)) */
static double
gamma_series(double a, double x)
{
	double		term = 1 / a;
	double		sum = term;

	for (int k = 1; k < GAMMA_MAX_TERMS; k++)
	{
		term *= x / (a + k);
		sum += term;
		if (term < sum * 1e-17)
			break;
	}
	return sum;
}

/* Legendre's continued fraction by the modified Lentz method. */
static double
gamma_fraction(double a, double x)
{
	double		b = x + 1 - a;
	double		c = 1 / TINY;
	double		d = 1 / b;
	double		h = d;

	for (int k = 1; k < GAMMA_MAX_TERMS; k++)
	{
		double		numerator = -k * (k - a);
		double		step;

		b += 2;
		d = numerator * d + b;
		d = fabs(d) < TINY ? 1 / TINY : 1 / d;
		c = b + numerator / c;
		if (fabs(c) < TINY)
			c = TINY;
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 1e-16)
			break;
	}
	return h;
}
