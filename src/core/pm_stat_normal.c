/*
 * pm_stat_normal.c
 *		Tails and quantiles of the standard normal distribution.
 *
 * The tail is erfc(z / sqrt 2) / 2.  A rounding error of one unit in z / sqrt 2
 * changes a p-value of 1e-300 by 1e-13 of itself, so what the product rounds
 * away is put back to first order.  Logarithms go on where the tail underflows,
 * by Laplace's continued fraction for Mills' ratio, which there needs few terms.
 *
 * The quantile is Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37
 * (1988), relative error about 1e-16 down to the smallest double; a further
 * Newton step would only add the noise of erfc.
 */
#include "pm_stat_normal.h"

#define INV_SQRT_2 0.70710678118654752440
#define INV_SQRT_2_REST (-4.8336466567264567e-17)
#define TWO_OVER_SQRT_PI 1.1283791670955125739

/* From here on Mills' ratio is taken from its continued fraction. */
#define MILLS_FROM 10.0
#define MILLS_TERMS 60

static double erfc_scaled_argument(double z);
static double log_mills(double z);
static double quantile_tail(double r);

double
pm_norm_sf(double z)
{
	return 0.5 * erfc_scaled_argument(z);
}

double
pm_norm_cdf(double z)
{
	return 0.5 * erfc_scaled_argument(-z);
}

double
pm_norm_pdf(double z)
{
	return exp(-0.5 * z * z - PM_HALF_LN_2PI);
}

double
pm_norm_log_sf(double z)
{
	if (z < 0)
		return log1p(-pm_norm_sf(-z));
	if (z < MILLS_FROM)
		return log(pm_norm_sf(z));
	return -0.5 * z * z + log_mills(z);
}

double
pm_norm_log_scaled_sf(double z)
{
	return z < MILLS_FROM ? pm_norm_log_sf(z) + 0.5 * z * z : log_mills(z);
}

double
pm_norm_quantile(double p)
{
	static const double num[] = {
		2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
		45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
		133.14166789178437745, 3.3871328727963666080
	};
	static const double den[] = {
		5226.4952788528545610, 28729.085735721942674, 39307.895800092710610,
		21213.794301586595867, 5394.1960214247511077, 687.18700749205790830,
		42.313330701600911252, 1.0
	};
	double		center = p - 0.5;
	double		r = 0.180625 - center * center;
	double		top = 0;
	double		bottom = 0;

	if (fabs(center) > 0.425)
	{
		r = sqrt(-log(center < 0 ? p : 0.5 - center));
		return center < 0 ? -quantile_tail(r) : quantile_tail(r);
	}
	for (int i = 0; i < 8; i++)
	{
		top = top * r + num[i];
		bottom = bottom * r + den[i];
	}
	return center * top / bottom;
}

double
pm_norm_critical(double alpha, PmStatAlternative alternative)
{
	return -pm_norm_quantile(alternative == PM_STAT_TWO_SIDED ? alpha / 2 : alpha);
}

void
pm_norm_p_value(double z, PmStatAlternative alternative,
				double *p_value, double *log10_p)
{
	double		magnitude = fabs(z);

	if (alternative == PM_STAT_TWO_SIDED)
	{
		*p_value = erfc_scaled_argument(magnitude);
		/* Near z = 0 the logarithm of a number near 1 would lose digits. */
		*log10_p = magnitude < 0.5 ?
			log1p(-erf(magnitude * INV_SQRT_2)) / PM_LN_10 :
			(PM_LN_2 + pm_norm_log_sf(magnitude)) / PM_LN_10;
		return;
	}
	if (alternative == PM_STAT_LESS)
		z = -z;
	*p_value = pm_norm_sf(z);
	*log10_p = pm_norm_log_sf(z) / PM_LN_10;
}

/* erfc(z / sqrt 2), with the rounding error of the argument taken out. */
static double
erfc_scaled_argument(double z)
{
	double		h = z * INV_SQRT_2;
	double		rest = fma(z, INV_SQRT_2, -h) + z * INV_SQRT_2_REST;

	return erfc(h) - TWO_OVER_SQRT_PI * exp(-h * h) * rest;
}

/* log(Mills' ratio / sqrt(2 pi)) for z >= MILLS_FROM, from the last term up. */
static double
log_mills(double z)
{
	double		fraction = z;

	for (int k = MILLS_TERMS; k >= 1; k--)
		fraction = z + k / fraction;
	return -log(fraction) - PM_HALF_LN_2PI;
}

/* AS 241 beyond the centre; r = sqrt(-log(tail probability)). */
static double
quantile_tail(double r)
{
	static const double near_num[] = {
		7.74545014278341407640e-4, 2.27238449892691845833e-2,
		2.41780725177450611770e-1, 1.27045825245236838258,
		3.64784832476320460504, 5.76949722146069140550,
		4.63033784615654529590, 1.42343711074968357734
	};
	static const double near_den[] = {
		1.05075007164441684324e-9, 5.47593808499534494600e-4,
		1.51986665636164571966e-2, 1.48103976427480074590e-1,
		6.89767334985100004550e-1, 1.67638483018380384940,
		2.05319162663775882187, 1.0
	};
	static const double far_num[] = {
		2.01033439929228813265e-7, 2.71155556874348757815e-5,
		1.24266094738807843860e-3, 2.65321895265761230930e-2,
		2.96560571828504891230e-1, 1.78482653991729133580,
		5.46378491116411436990, 6.65790464350110377720
	};
	static const double far_den[] = {
		2.04426310338993978564e-15, 1.42151175831644588870e-7,
		1.84631831751005468180e-5, 7.86869131145613259100e-4,
		1.48753612908506148525e-2, 1.36929880922735805310e-1,
		5.99832206555887937690e-1, 1.0
	};
	const double *num = r <= 5 ? near_num : far_num;
	const double *den = r <= 5 ? near_den : far_den;
	double		s = r <= 5 ? r - 1.6 : r - 5;
	double		top = 0;
	double		bottom = 0;

	for (int i = 0; i < 8; i++)
	{
		top = top * s + num[i];
		bottom = bottom * s + den[i];
	}
	return top / bottom;
}
