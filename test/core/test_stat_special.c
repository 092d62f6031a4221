/*
 * test_stat_special.c
 *		Tails and quantiles against the reference tables.
 */
#include "pm_stat_beta.h"
#include "pm_stat_normal.h"
#include "pm_stat_quad.h"
#include "stat_util.h"

static void
test_normal(void)
{
	Csv		   *csv = stat_csv("stats/dist_normal.csv");
	Worst		worst = {0};
	double		p;
	double		log10_p;

	pm_norm_p_value(200, PM_STAT_TWO_SIDED, &p, &log10_p);
	CHECK(p == 0);
	CHECK_NEAR(log10_p, -8688.28873885589916, 1e-15, "log10 p at z = 200");
	pm_norm_p_value(-200, PM_STAT_GREATER, &p, &log10_p);
	CHECK(p == 1 && log10_p == 0);
	pm_norm_p_value(0, PM_STAT_TWO_SIDED, &p, &log10_p);
	CHECK(p == 1 && log10_p == 0);
	CHECK(pm_norm_quantile(0.5) == 0);
	CHECK_NEAR(pm_norm_log_sf(nextafter(10, 0)), pm_norm_log_sf(10), 1e-15,
			   "the two branches of the log tail meet");
	for (double z = -37; z <= 37; z += 0.125)
	{
		CHECK_NEAR(pm_norm_quantile(pm_norm_sf(fabs(z))), -fabs(z), 4e-15,
				   "quantile inverts the tail");
		CHECK_NEAR(pm_norm_cdf(z), pm_norm_sf(-z), 0, "symmetry");
	}
	if (csv == NULL)
		return;
	for (int i = 0; i < csv->rows; i++)
	{
		double		x = csv_double(csv, i, "x");

		stat_near(pm_norm_cdf(x), csv_double(csv, i, "cdf"), 1e-14, "cdf", i, &worst);
		stat_near(pm_norm_sf(x), csv_double(csv, i, "sf"), 1e-14, "sf", i, &worst);
		stat_near(pm_norm_quantile(csv_double(csv, i, "p")),
				  csv_double(csv, i, "quantile"), 1e-15, "quantile", i, &worst);
	}
	stat_report("dist_normal.csv", &worst);
}

static void
test_t(void)
{
	Csv		   *csv = stat_csv("stats/dist_t.csv");
	Worst		worst = {0};
	double		log_sf;

	/* One and two degrees of freedom have closed forms. */
	for (double t = 0.01; t < 1e9; t *= 3.7)
	{
		CHECK_NEAR(pm_t_sf(t, 1, &log_sf), atan2(1, t) / 3.14159265358979323846,
				   1e-14, "Cauchy tail");
		CHECK_NEAR(exp(log_sf), pm_t_sf(t, 1, NULL), 1e-13, "log of the tail");
		CHECK_NEAR(pm_t_sf(t, 2, NULL),
				   1 / (sqrt(2 + t * t) * (sqrt(2 + t * t) + t)), 1e-14,
				   "two degrees of freedom");
	}
	/* A trillion degrees of freedom are normal to all digits. */
	for (double t = 0; t < 20; t += 0.5)
		CHECK_NEAR(pm_t_sf(t, 1e15, NULL), pm_norm_sf(t), 1e-10, "normal limit");
	CHECK(pm_t_sf(0, 7, &log_sf) == 0.5);
	CHECK_NEAR(log_sf, -0.693147180559945309, 1e-15, "log tail at 0");
	if (csv == NULL)
		return;
	for (int i = 0; i < csv->rows; i++)
	{
		double		t = csv_double(csv, i, "t");
		double		df = csv_double(csv, i, "df");

		stat_near(pm_t_sf(-t, df, NULL), csv_double(csv, i, "cdf"), 1e-12, "cdf", i, &worst);
		stat_near(pm_t_sf(t, df, NULL), csv_double(csv, i, "sf"), 1e-12, "sf", i, &worst);
		stat_near(pm_t_quantile(csv_double(csv, i, "p"), df),
				  csv_double(csv, i, "quantile"), 1e-12, "quantile", i, &worst);
	}
	stat_report("dist_t.csv", &worst);
}

static void
test_gamma(void)
{
	const double pi = 3.14159265358979323846;
	double		sum = 0;

	CHECK_NEAR(pm_stirling_error(1), 1 - 0.918938533204672742, 1e-14, "log Gamma(1) = 0");
	CHECK_NEAR(pm_stirling_error(0.5), log(sqrt(pi)) + 0.5 - 0.918938533204672742, 1e-14,
			   "Gamma(1/2)");
	CHECK_NEAR(pm_digamma(1), -0.57721566490153286061, 1e-15, "Euler's constant");
	CHECK_NEAR(pm_digamma(0.5), -0.57721566490153286061 - 2 * log(2), 1e-15, "digamma(1/2)");
	CHECK_NEAR(pm_trigamma(1), pi * pi / 6, 1e-15, "trigamma(1)");
	CHECK_NEAR(pm_trigamma(0.5), pi * pi / 2, 1e-15, "trigamma(1/2)");
	for (int n = 1; n < 400; n++)
	{
		sum += log(n);
		CHECK_NEAR((n + 0.5) * log(n) - n + 0.918938533204672742 + pm_stirling_error(n), sum,
				   n < 3 ? 1e-14 : 1e-14 * n, "log n!");
		CHECK_NEAR(pm_digamma(n + 1), pm_digamma(n) + 1.0 / n, 1e-14, "digamma steps");
	}
	CHECK_NEAR(pm_deviance(3, 2), 3 * log(1.5) - 1, 1e-15, "deviance");
	CHECK_NEAR(pm_deviance(1e15 + 1e8, 1e15), 5 * (1 - 1e-7 / 3), 1e-13, "close deviance");
	CHECK(pm_deviance(0, 7) == 7 && pm_deviance(7, 7) == 0);
}

static void
test_chi2(void)
{
	Csv		   *csv = stat_csv("stats/dist_chi2.csv");
	Worst		worst = {0};

	CHECK(pm_chi2_sf(0, 3) == 1);
	CHECK_NEAR(pm_chi2_sf(1400, 2), exp(-700), 1e-15, "two degrees of freedom");
	for (double x = 0.5; x < 600; x *= 1.7)
		CHECK_NEAR(pm_chi2_sf(x, 4), exp(-x / 2) * (1 + x / 2), 1e-13,
				   "four degrees of freedom");
	if (csv == NULL)
		return;
	for (int i = 0; i < csv->rows; i++)
	{
		double		x = csv_double(csv, i, "x");
		double		df = csv_double(csv, i, "df");

		stat_near(pm_chi2_cdf(x, df), csv_double(csv, i, "cdf"), 1e-12, "cdf", i, &worst);
		stat_near(pm_chi2_sf(x, df), csv_double(csv, i, "sf"), 1e-12, "sf", i, &worst);
	}
	stat_report("dist_chi2.csv", &worst);
}

static void
test_beta(void)
{
	Csv		   *csv = stat_csv("stats/dist_beta.csv");
	Worst		worst = {0};

	for (double x = 0.125; x < 1; x += 0.125)
	{
		double		q;
		double		rest;

		CHECK_NEAR(pm_beta_tails(1, 1, x, 1 - x).lower, x, 1e-15, "uniform");
		CHECK_NEAR(pm_beta_tails(2, 1, x, 1 - x).lower, x * x, 1e-15, "x squared");
		CHECK_NEAR(pm_beta_tails(1, 900, x, 1 - x).upper, pow(1 - x, 900), 1e-12,
				   "power");
		pm_beta_quantile(1, 1, x, false, &q, &rest);
		CHECK_NEAR(q, x, 1e-15, "uniform quantile");
		pm_beta_quantile(1, 5e14, x, true, &q, &rest);
		CHECK_NEAR(q, -expm1(log(x) / 5e14), 1e-13, "huge parameter");
	}
	if (csv == NULL)
		return;
	for (int i = 0; i < csv->rows; i++)
	{
		double		x = csv_double(csv, i, "x");
		double		a = csv_double(csv, i, "a");
		double		b = csv_double(csv, i, "b");
		double		p = csv_double(csv, i, "p");
		PmTails		tails = pm_beta_tails(a, b, x, 1 - x);
		double		q;
		double		rest;

		pm_beta_quantile(a, b, p > 0.5 ? 1 - p : p, p > 0.5, &q, &rest);
		stat_near(tails.lower, csv_double(csv, i, "cdf"), 2e-12, "cdf", i, &worst);
		stat_near(tails.upper, csv_double(csv, i, "sf"), 2e-12, "sf", i, &worst);
		stat_near(q, csv_double(csv, i, "quantile"), 1e-12, "quantile", i, &worst);
	}
	stat_report("dist_beta.csv", &worst);
}

static void
test_json(void)
{
	const Json *root = stat_json("experiments/special_functions.json");
	Worst		worst = {0};
	const Json *list;

	if (root == NULL)
		return;
	list = json_get(root, "norm_sf");
	for (size_t i = 0; i < list->n; i++)
	{
		double		want = stat_item(&list->items[i], 1);

		/* Subnormal numbers have no digits to compare. */
		stat_near(pm_norm_sf(stat_item(&list->items[i], 0)), want,
				  want < 1e-307 ? 0.1 : 1e-14, "norm_sf", (int) i, &worst);
	}
	worst.value = 0;
	list = json_get(root, "norm_log_sf");
	for (size_t i = 0; i < list->n; i++)
		stat_near(pm_norm_log_sf(stat_item(&list->items[i], 0)),
				  stat_item(&list->items[i], 1), 1e-14, "norm_log_sf", (int) i, &worst);
	list = json_get(root, "norm_ppf");
	for (size_t i = 0; i < list->n; i++)
		stat_near(pm_norm_quantile(stat_item(&list->items[i], 0)),
				  stat_item(&list->items[i], 1), 1e-14, "norm_ppf", (int) i, &worst);
	list = json_get(root, "t_sf");
	for (size_t i = 0; i < list->n; i++)
		stat_near(pm_t_sf(stat_item(&list->items[i], 0),
						  stat_item(&list->items[i], 1), NULL),
				  stat_item(&list->items[i], 2), 1e-12, "t_sf", (int) i, &worst);
	list = json_get(root, "chi2_sf");
	for (size_t i = 0; i < list->n; i++)
		stat_near(pm_chi2_sf(stat_item(&list->items[i], 0),
							 stat_item(&list->items[i], 1)),
				  stat_item(&list->items[i], 2), 1e-12, "chi2_sf", (int) i, &worst);
	list = json_get(root, "ibeta");
	for (size_t i = 0; i < list->n; i++)
	{
		double		x = stat_item(&list->items[i], 2);

		stat_near(pm_beta_tails(stat_item(&list->items[i], 0),
								stat_item(&list->items[i], 1), x, 1 - x).lower,
				  stat_item(&list->items[i], 3), 1e-12, "ibeta", (int) i, &worst);
	}
	stat_report("special_functions.json", &worst);
}

/* The panel rule integrates polynomials of its degree, also from the left. */
static void
test_panel(void)
{
	for (int power = 0; power < PM_QUAD_NODES; power++)
	{
		double		whole = 0;

		for (int i = 0; i < PM_QUAD_NODES; i++)
		{
			double		part = 0;
			double		end = pm_quad_node[i];

			whole += pm_quad_weight[i] * pow(end, power);
			for (int j = 0; j < PM_QUAD_NODES; j++)
				part += pm_quad_partial[i][j] * pow(pm_quad_node[j], power);
			CHECK(fabs(part - (pow(end, power + 1) - pow(-1, power + 1)) /
					   (power + 1)) < 1e-15);
		}
		CHECK(fabs(whole - (power % 2 ? 0 : 2.0 / (power + 1))) < 1e-15);
	}
}

/* Edges and huge parameters: always a probability, never NaN. */
static void
test_finite(void)
{
	static const double params[] = {1e-3, 0.5, 1, 2, 30, 299, 301, 1e4, 1e7, 1e11, 1e15};
	const int	n = (int) (sizeof(params) / sizeof(params[0]));

	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
		{
			double		a = params[i];
			double		b = params[j];
			double		mean = a / (a + b);

			for (double f = 0; f <= 1; f += 0.0625)
			{
				double		x = f < 0.5 ? 2 * f * mean : mean + (2 * f - 1) * (1 - mean);
				PmTails		tails = pm_beta_tails(a, b, x, 1 - x);

				CHECK(tails.lower >= 0 && tails.lower <= 1);
				CHECK(tails.upper >= 0 && tails.upper <= 1);
			}
		}
	}
}

int
main(void)
{
	test_panel();
	test_normal();
	test_gamma();
	test_t();
	test_chi2();
	test_beta();
	test_json();
	test_finite();
	return check_report("stat_special");
}
