/*
 * test_stat_means.c
 *		Welch's t-test, the lift of means, ratio metrics.
 */
#include "pm_stat_beta.h"
#include "pm_stat_means.h"
#include "stat_util.h"

/* Sample 2 of the fixture is our control. */
static void
test_welch_csv(void)
{
	Csv		   *csv = stat_csv("stats/welch_t.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		double		sd1 = csv_double(csv, i, "sd1");
		double		sd2 = csv_double(csv, i, "sd2");
		PmMeanArm	t = {csv_int(csv, i, "n1"), csv_double(csv, i, "mean1"), sd1 * sd1};
		PmMeanArm	c = {csv_int(csv, i, "n2"), csv_double(csv, i, "mean2"), sd2 * sd2};
		double		alpha = 1 - csv_double(csv, i, "conf");
		PmTtest		r;

		CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, alpha, 0, &r) == PM_STAT_OK);
		stat_near(r.t, csv_double(csv, i, "t"), 1e-12, "t", i, &worst);
		if (isnan(csv_double(csv, i, "t")))
		{
			CHECK(r.reason == PM_STAT_NO_VARIATION && isnan(r.p_value) && isnan(r.ci_low));
			continue;
		}
		stat_near(r.diff, csv_double(csv, i, "diff"), 1e-15, "diff", i, &worst);
		stat_near(r.se, csv_double(csv, i, "se"), 1e-14, "se", i, &worst);
		stat_near(r.df, csv_double(csv, i, "df"), 1e-12, "df", i, &worst);
		stat_near(r.p_value, csv_double(csv, i, "p_two"), 1e-11, "p_two", i, &worst);
		stat_near(r.ci_low, csv_double(csv, i, "ci_lo"), 1e-10, "ci_lo", i, &worst);
		stat_near(r.ci_high, csv_double(csv, i, "ci_hi"), 1e-10, "ci_hi", i, &worst);
		CHECK(pm_welch_ttest(&c, &t, PM_STAT_LESS, alpha, 0, &r) == PM_STAT_OK);
		stat_near(r.p_value, csv_double(csv, i, "p_less"), 1e-11, "p_less", i, &worst);
		CHECK(pm_welch_ttest(&c, &t, PM_STAT_GREATER, alpha, 0, &r) == PM_STAT_OK);
		stat_near(r.p_value, csv_double(csv, i, "p_greater"), 1e-11, "p_greater", i, &worst);
		CHECK_NEAR(pow(10, r.log10_p), r.p_value, 1e-11, "log10_p");
	}
	if (csv != NULL)
		stat_report("welch_t.csv", &worst);
}

/*
 * Beyond df = 1e7 the fixture gives the normal tail; the t tail is larger by
 * t^4 / 4 df, which is what scipy's value beside it shows.
 */
static void
test_welch_json(void)
{
	const Json *rows = json_get(stat_json("experiments/welch_from_moments.json"), "rows");
	Worst		worst = {0};

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		PmMeanArm	c = {stat_int(row, "n1"), stat_num(row, "mean1"), stat_num(row, "var1")};
		PmMeanArm	t = {stat_int(row, "n2"), stat_num(row, "mean2"), stat_num(row, "var2")};
		PmTtest		r;

		CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
		stat_near(r.t, stat_num(row, "t"), 2e-12, "t", i, &worst);
		stat_near(r.df, stat_num(row, "df"), 1e-14, "df", i, &worst);
		if (r.df < 1e7)
			stat_near(r.p_value, stat_num(row, "p_two_sided"), 2e-11, "p", i, &worst);
		else
			CHECK_NEAR(r.p_value, stat_num(row, "p_two_sided"),
					   pow(r.t, 4) / r.df, "normal tail");
		CHECK_NEAR(r.p_value, stat_item(json_get(row, "scipy"), 1), 1e-9, "scipy");
	}
	if (rows != NULL)
		stat_report("welch_from_moments.json", &worst);
}

static void
test_ratio_json(void)
{
	const Json *root = stat_json("experiments/ratio_metric.json");
	static const char *const names[] = {"a", "b"};
	PmMeanArm	arm[2];
	PmTtest		r;
	Worst		worst = {0};

	if (root == NULL)
		return;
	for (int k = 0; k < 2; k++)
	{
		const Json *num = json_get(json_get(root, names[k]), "num");
		const Json *den = json_get(json_get(root, names[k]), "den");
		PmCovMoments s = {0};

		for (size_t i = 0; i < num->n; i++)
			CHECK(pm_cov_add(&s, stat_item(num, i), stat_item(den, i)) == PM_STAT_OK);
		CHECK(pm_ratio_arm(&s, &arm[k]));
		stat_near(arm[k].mean, stat_num(root, k ? "ratio_b" : "ratio_a"), 1e-14, "ratio", k, &worst);
		stat_near(arm[k].variance, stat_num(root, k ? "var_b" : "var_a"), 1e-13, "var", k, &worst);
	}
	CHECK(pm_welch_ttest(&arm[0], &arm[1], PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
	stat_near(r.diff, stat_num(root, "diff"), 1e-13, "diff", 0, &worst);
	stat_near(r.se, stat_num(root, "se_diff"), 1e-13, "se_diff", 0, &worst);
	stat_near(r.t, stat_num(root, "z"), 1e-13, "z", 0, &worst);
	stat_near(r.lift, stat_num(root, "lift"), 1e-13, "lift", 0, &worst);
	stat_near(r.lift_se, stat_num(root, "se_lift"), 1e-13, "se_lift", 0, &worst);
	stat_report("ratio_metric.json", &worst);
}

/* An arm of the gbstats fixture from its sums. */
static PmMeanArm
gb_arm(const Json *stat)
{
	const char *type = json_get(stat, "type")->str;
	double		n = stat_num(stat, "n");
	PmMeanArm	arm = {(int64_t) n, stat_num(stat, "sum") / n, 0};

	if (strcmp(type, "proportion") == 0)
		arm.variance = arm.mean * (1 - arm.mean);
	else if (strcmp(type, "mean") == 0)
		arm.variance = (stat_num(stat, "sum_squares") - n * arm.mean * arm.mean) / (n - 1);
	else
	{
		const Json *m = json_get(stat, "m");
		const Json *d = json_get(stat, "d");
		PmCovMoments s = {0};

		s.n = arm.n;
		s.mean_x = stat_num(m, "sum") / n;
		s.mean_y = stat_num(d, "sum") / n;
		s.m2x = stat_num(m, "sum_squares") - n * s.mean_x * s.mean_x;
		s.m2y = stat_num(d, "sum_squares") - n * s.mean_y * s.mean_y;
		s.cxy = stat_num(stat, "sum_of_products") - n * s.mean_x * s.mean_y;
		CHECK(pm_ratio_arm(&s, &arm));
	}
	return arm;
}

static void
check_gb_case(const Json *row, int i, Worst *worst)
{
	const Json *params = json_get(row, "params");
	const Json *want = json_get(row, "expected");
	const Json *full = json_get(row, "recomputed_full_precision");
	bool		relative = strcmp(json_get(params, "difference")->str, "relative") == 0;
	const Json *side_text = json_get(params, "side");
	double		round = 0.51 * pow(10, -stat_num(row, "expected_decimals"));
	PmMeanArm	c = gb_arm(json_get(row, "a_control"));
	PmMeanArm	t = gb_arm(json_get(row, "b_treatment"));
	PmStatAlternative side = PM_STAT_TWO_SIDED;
	PmTtest		r;
	double		p;
	double		log10_p;
	double		low;
	double		high;

	CHECK(pm_stat_alternative_parse(side_text->str, side_text->len, &side));
	CHECK(pm_welch_ttest(&c, &t, side, stat_num(params, "alpha"), 0, &r) == PM_STAT_OK);
	p = r.p_value;
	low = relative ? r.lift_low : r.ci_low;
	high = relative ? r.lift_high : r.ci_high;
	if (relative)
		pm_t_p_value(r.lift / r.lift_se, r.df, side, &p, &log10_p);
	CHECK(fabs((relative ? r.lift : r.diff) - stat_num(want, "expected")) <= round);
	CHECK(fabs(p - stat_num(want, "pValue")) <= round);
	if (full == NULL)
		return;
	stat_near(relative ? r.lift : r.diff, stat_num(full, "expected"), 1e-10, "effect", i, worst);
	stat_near(relative ? r.lift_se : r.se, stat_num(full, "stddev"), 1e-10, "stddev", i, worst);
	stat_near(r.df, stat_num(full, "dof"), 1e-9, "dof", i, worst);
	stat_near(p, stat_num(full, "p"), 1e-8, "p", i, worst);
	stat_near(low, stat_item(json_get(full, "ci"), 0), 1e-9, "low", i, worst);
	stat_near(high, stat_item(json_get(full, "ci"), 1), 1e-9, "high", i, worst);
}

static void
test_gbstats_json(void)
{
	const Json *cases = json_get(stat_json("experiments/gbstats_posthog_expected.json"), "cases");
	Worst		worst = {0};
	int			seen = 0;

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		if (strcmp(json_get(&cases->items[i], "method")->str, "welch_t") == 0)
		{
			check_gb_case(&cases->items[i], i, &worst);
			seen++;
		}
	}
	if (cases != NULL)
	{
		CHECK(seen == 10);
		stat_report("gbstats_posthog_expected.json, welch_t", &worst);
	}
}

/* Relative differences divide by |control mean|. */
static void
test_gbstats_diff(void)
{
	static const double cases[][3] = {{10, 15, 0.5}, {10, 5, -0.5}, {-10, -5, 0.5},
	{-10, -15, -0.5}, {-2, 3, 2.5}};

	for (int i = 0; i < 5; i++)
	{
		PmMeanArm	c = {100, cases[i][0], 1};
		PmMeanArm	t = {100, cases[i][1], 1};
		PmTtest		r;

		CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
		CHECK_NEAR(r.lift, cases[i][2], 1e-15, "lift");
		CHECK(r.lift_low < r.lift && r.lift < r.lift_high);
	}
}

/* bigquery-utils: |t| of Welch from raw values; and its t and chi-square tails. */
static void
test_bigquery(void)
{
	const Json *root = stat_json("experiments/sql_engines_misc.json");
	const Json *cases = json_get(json_get(root, "bigquery_utils"), "cases");

	for (size_t i = 0; cases != NULL && i < cases->n; i++)
	{
		const Json *row = &cases->items[i];
		const char *fn = json_get(row, "fn")->str;
		const Json *args = json_get(row, "args");
		double		want = stat_num(row, "expected");

		if (strncmp(fn, "t_test", 6) == 0)
		{
			PmMoments	s[2] = {{0}, {0}};
			PmMeanArm	arm[2];
			PmTtest		r;

			for (int k = 0; k < 2; k++)
			{
				const Json *values = json_get(row, k ? "y" : "x");

				for (size_t j = 0; j < values->n; j++)
					CHECK(pm_moments_add(&s[k], stat_item(values, j)) == PM_STAT_OK);
				pm_moments_arm(&s[k], &arm[k]);
			}
			CHECK(pm_welch_ttest(&arm[0], &arm[1], PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
			CHECK_NEAR(fabs(r.t), stat_num(json_get(row, "expected"), "t"), 1e-13, "t");
			CHECK_NEAR(r.df, 20.988799905638157, 1e-13, "df");
		}
		else if (strncmp(fn, "corr_pvalue", 11) == 0)
		{
			double		rho = stat_item(args, 0);
			double		df = stat_item(args, 1) - 2;
			double		t = fabs(rho) * sqrt(df / (1 - rho * rho));

			/* The source takes t with n - 2 but its tail with n - 3. */
			CHECK_NEAR(2 * pm_t_sf(t, df - 1, NULL), want, 1e-9, fn);
		}
		else if (strncmp(fn, "studentt_cdf", 12) == 0)
			CHECK_NEAR(pm_t_sf(-stat_item(args, 0), stat_item(args, 1), NULL), want, 1e-12, fn);
	}
}

static void
check_finite(const PmTtest *r)
{
	const double fields[] = {r->mean_control, r->mean_treatment, r->diff, r->se, r->t,
		r->df, r->p_value, r->log10_p, r->ci_low, r->ci_high, r->lift, r->lift_se,
	r->lift_low, r->lift_high};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		CHECK(!isinf(fields[i]));
	CHECK(!(r->p_value < 0 || r->p_value > 1) && !(r->log10_p > 0));
	CHECK(!(r->ci_low > r->ci_high));
	if (isnan(r->p_value))
		CHECK(r->reason != PM_STAT_REASON_NONE && !r->reject);
	else if (r->reject)
		CHECK(!(r->ci_low < r->margin && r->ci_high > r->margin));
	else
		CHECK(!(r->ci_low > r->margin || r->ci_high < r->margin));
}

static void
test_edges(void)
{
	static const int64_t sizes[] = {0, 1, 2, 3, 1000, PM_STAT_COUNT_MAX};
	static const double means[] = {0, 1, -1, 1e-300, 1e15, -1e300};
	static const double vars[] = {0, 1e-300, 1, 1e12, 1e300};

	for (int i = 0; i < 6 * 6 * 5; i++)
		for (int j = 0; j < 6 * 6 * 5; j++)
			for (int side = 0; side < 3; side++)
			{
				PmMeanArm	c = {sizes[i % 6], means[i / 6 % 6], vars[i / 36]};
				PmMeanArm	t = {sizes[j % 6], means[j / 6 % 6], vars[j / 36]};
				PmTtest		r;

				CHECK(pm_welch_ttest(&c, &t, (PmStatAlternative) side, 0.05, 0, &r) ==
					  PM_STAT_OK);
				check_finite(&r);
			}
}

static void
test_known(void)
{
	PmMeanArm	c = {4, 1, 4};
	PmMeanArm	t = {9, 4, 9};
	PmMeanArm	flat = {5, 3, 0};
	PmMeanArm	flat2 = {5, 4, 0};
	PmMeanArm	one = {1, 3, 0};
	PmMeanArm	none = {0, 0, 0};
	PmMeanArm	huge = {5, 1.5e308, 1};
	PmMeanArm	minus = {5, -1.5e308, 1};
	PmMeanArm	bad = {5, NAN, 1};
	PmMeanArm	negative = {5, 1, -1};
	PmCovMoments zero = {0};
	PmTtest		r;
	double		low;
	double		high;

	/* se^2 = 1 + 1; df = 4 / (1/3 + 1/8) */
	CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
	CHECK_NEAR(r.t, 3 / sqrt(2), 1e-15, "t");
	CHECK_NEAR(r.df, 4 / (1.0 / 3 + 1.0 / 8), 1e-15, "df");
	CHECK(r.lift == 3 && r.reason == PM_STAT_ZERO_BASELINE && isnan(r.lift_low));
	CHECK(pm_welch_ttest(&c, &t, PM_STAT_GREATER, 0.05, 3, &r) == PM_STAT_OK);
	CHECK(r.t == 0 && fabs(r.p_value - 0.5) < 1e-15 && isnan(r.ci_high));
	CHECK(pm_welch_ttest(&flat, &flat2, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_NO_VARIATION && isnan(r.p_value) && r.diff == 1);
	CHECK(pm_welch_ttest(&one, &flat, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_TOO_FEW && isnan(r.t) && r.diff == 0);
	CHECK(pm_welch_ttest(&none, &flat, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_NO_UNITS && isnan(r.diff) && r.mean_treatment == 3);
	CHECK(pm_welch_ttest(&huge, &minus, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_OVERFLOW);
	CHECK(pm_welch_ttest(&bad, &c, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_BAD_MOMENT);
	CHECK(pm_welch_ttest(&c, &negative, PM_STAT_TWO_SIDED, 0.05, 0, &r) == PM_STAT_BAD_MOMENT);
	CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, 0.05, NAN, &r) == PM_STAT_BAD_MARGIN);
	CHECK(pm_welch_ttest(&c, &t, PM_STAT_TWO_SIDED, 1, 0, &r) == PM_STAT_BAD_ALPHA);

	/* Fieller's bounds solve (mt - r mc)^2 = z^2 (vt/nt + r^2 vc/nc). */
	c.n = 400;
	pm_fieller_bounds(&c, &t, 1.96, &low, &high);
	CHECK_NEAR(pow(4 - (low + 1), 2), 3.8416 * (1 + (low + 1) * (low + 1) * 0.01), 1e-12, "fieller");
	CHECK_NEAR(pow(4 - (high + 1), 2), 3.8416 * (1 + (high + 1) * (high + 1) * 0.01), 1e-12, "fieller");
	c.mean = 0.1;
	pm_fieller_bounds(&c, &t, 1.96, &low, &high);
	CHECK(isnan(low) && isnan(high));

	CHECK(pm_cov_add(&zero, 3, 0) == PM_STAT_OK && pm_cov_add(&zero, 4, 0) == PM_STAT_OK);
	CHECK(!pm_ratio_arm(&zero, &c) && isnan(c.mean));
}

int
main(void)
{
	test_known();
	test_welch_csv();
	test_welch_json();
	test_ratio_json();
	test_gbstats_json();
	test_gbstats_diff();
	test_bigquery();
	test_edges();
	return check_report("stat_means");
}
