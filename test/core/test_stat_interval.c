/*
 * test_stat_interval.c
 *		Intervals for a proportion, a difference and a lift.
 */
#include "pm_stat_interval.h"
#include "pm_stat_normal.h"
#include "stat_util.h"

/*
 * Bounds of the fixtures are not clipped, ours are; and what their 40 digits
 * leave of an exact 0 is 0.
 */
static double
clip(double value, double low, double high)
{
	if (fabs(value) < 1e-40)
		return 0;
	return isnan(value) ? value : fmin(fmax(value, low), high);
}

static void
check_proportion(const Csv *csv, int i, PmProportionMethod method,
				 const char *low, const char *high, Worst *worst)
{
	PmInterval	ci;

	CHECK(pm_proportion_ci(csv_int(csv, i, "x"), csv_int(csv, i, "n"),
						   csv_double(csv, i, "conf"), method, &ci) == PM_STAT_OK);
	stat_near(ci.low, clip(csv_double(csv, i, low), 0, 1), 1e-11, low, i, worst);
	stat_near(ci.high, clip(csv_double(csv, i, high), 0, 1), 1e-11, high, i, worst);
	stat_near(ci.estimate, csv_double(csv, i, "p"), 1e-15, "p", i, worst);
}

static void
test_proportion_csv(void)
{
	Csv		   *csv = stat_csv("stats/proportion_ci.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		check_proportion(csv, i, PM_PROPORTION_WILSON, "wilson_lo", "wilson_hi", &worst);
		check_proportion(csv, i, PM_PROPORTION_WALD, "wald_lo", "wald_hi", &worst);
		check_proportion(csv, i, PM_PROPORTION_AGRESTI_COULL, "ac_lo", "ac_hi", &worst);
		check_proportion(csv, i, PM_PROPORTION_CLOPPER_PEARSON, "cp_lo", "cp_hi", &worst);
		check_proportion(csv, i, PM_PROPORTION_JEFFREYS, "jeffreys_lo", "jeffreys_hi", &worst);
	}
	if (csv != NULL)
		stat_report("proportion_ci.csv", &worst);
}

static void
check_pair(const PmInterval *ci, const Json *want, double rel, const char *what,
		   int row, Worst *worst)
{
	double		low = stat_item(want, 0);

	/* The reference program leaves a rounding error where 0 is exact. */
	stat_near(ci->low, fabs(low) < 1e-17 ? 0 : low, rel, what, row, worst);
	stat_near(ci->high, fmin(stat_item(want, 1), 1), rel, what, row, worst);
}

/*
 * Here Jeffreys' ends were set to 0 and 1 at 0 and n successes; the quantile
 * itself, which we give, is compared at the other end.
 */
static void
test_proportion_json(void)
{
	const Json *rows = json_get(stat_json("experiments/one_proportion_ci.json"), "rows");
	Worst		worst = {0};
	PmInterval	ci;

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		const Json *jeffreys = json_get(row, "jeffreys");
		int64_t		x = stat_int(row, "x");
		int64_t		n = stat_int(row, "n");

		pm_proportion_ci(x, n, 0.95, PM_PROPORTION_WILSON, &ci);
		check_pair(&ci, json_get(row, "wilson"), 1e-9, "wilson", i, &worst);
		pm_proportion_ci(x, n, 0.95, PM_PROPORTION_CLOPPER_PEARSON, &ci);
		check_pair(&ci, json_get(row, "clopper_pearson"), 1e-9, "clopper", i, &worst);
		pm_proportion_ci(x, n, 0.95, PM_PROPORTION_AGRESTI_COULL, &ci);
		check_pair(&ci, json_get(row, "agresti_coull_clipped"), 1e-9, "coull", i, &worst);
		pm_proportion_ci(x, n, 0.95, PM_PROPORTION_JEFFREYS, &ci);
		if (x > 0)
			stat_near(ci.low, stat_item(jeffreys, 0), 1e-9, "jeffreys", i, &worst);
		if (x < n)
			stat_near(ci.high, stat_item(jeffreys, 1), 1e-9, "jeffreys", i, &worst);
	}
	if (rows != NULL)
		stat_report("one_proportion_ci.json", &worst);
}

static void
check_diff(const Csv *csv, int i, PmDiffMethod method, const char *low,
		   const char *high, Worst *worst)
{
	PmInterval	ci;

	CHECK(pm_diff_ci(csv_int(csv, i, "x2"), csv_int(csv, i, "n2"),
					 csv_int(csv, i, "x1"), csv_int(csv, i, "n1"),
					 csv_double(csv, i, "conf"), method, &ci) == PM_STAT_OK);
	stat_near(ci.estimate, csv_double(csv, i, "diff"), 1e-15, "diff", i, worst);
	stat_near(ci.low, clip(csv_double(csv, i, low), -1, 1), 1e-10, low, i, worst);
	stat_near(ci.high, clip(csv_double(csv, i, high), -1, 1), 1e-10, high, i, worst);
}

static void
test_diff_csv(void)
{
	Csv		   *csv = stat_csv("stats/diff_ci.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		check_diff(csv, i, PM_DIFF_WALD, "wald_lo", "wald_hi", &worst);
		check_diff(csv, i, PM_DIFF_NEWCOMBE, "newcombe_lo", "newcombe_hi", &worst);
		check_diff(csv, i, PM_DIFF_AGRESTI_CAFFO, "ac_lo", "ac_hi", &worst);
	}
	if (csv != NULL)
		stat_report("diff_ci.csv", &worst);
}

static void
check_lift(const Csv *csv, int i, PmLiftMethod method, const char *low,
		   const char *high, Worst *worst)
{
	PmInterval	ci;
	double		want = csv_double(csv, i, low);

	CHECK(pm_lift_ci(csv_int(csv, i, "xc"), csv_int(csv, i, "nc"),
					 csv_int(csv, i, "xt"), csv_int(csv, i, "nt"),
					 csv_double(csv, i, "conf"), method, &ci) == PM_STAT_OK);
	/* Empty cells of the fixture where we still have a one-sided answer. */
	if (isnan(want))
	{
		CHECK(csv_int(csv, i, "xc") == 0 || csv_int(csv, i, "xt") == 0);
		return;
	}
	stat_near(ci.estimate, csv_double(csv, i, "lift"), 1e-14, "lift", i, worst);
	stat_near(ci.low, clip(want, -1, INFINITY), 1e-11, low, i, worst);
	stat_near(ci.high, csv_double(csv, i, high), 1e-11, high, i, worst);
}

static void
test_lift_csv(void)
{
	Csv		   *csv = stat_csv("stats/lift_ci.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		check_lift(csv, i, PM_LIFT_LOG, "lift_lo", "lift_hi", &worst);
		check_lift(csv, i, PM_LIFT_DELTA, "delta_lo", "delta_hi", &worst);
	}
	if (csv != NULL)
		stat_report("lift_ci.csv", &worst);
}

static void
check_bounds(const PmInterval *ci, const Json *want, double low, double high,
			 const char *what, int row, Worst *worst)
{
	stat_near(ci->low, clip(stat_item(want, 0), low, high), 1e-12, what, row, worst);
	stat_near(ci->high, clip(stat_item(want, 1), low, high), 1e-12, what, row, worst);
}

static void
test_two_proportions_json(void)
{
	const Json *rows = json_get(stat_json("experiments/two_proportions.json"), "rows");
	Worst		worst = {0};
	PmInterval	ci;

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		int64_t		x[2] = {stat_int(row, "x1"), stat_int(row, "x2")};
		int64_t		n[2] = {stat_int(row, "n1"), stat_int(row, "n2")};

		pm_diff_ci(x[0], n[0], x[1], n[1], 0.95, PM_DIFF_WALD, &ci);
		check_bounds(&ci, json_get(row, "ci_wald"), -1, 1, "wald", i, &worst);
		pm_diff_ci(x[0], n[0], x[1], n[1], 0.95, PM_DIFF_AGRESTI_CAFFO, &ci);
		check_bounds(&ci, json_get(row, "ci_agresti_caffo"), -1, 1, "caffo", i, &worst);
		pm_diff_ci(x[0], n[0], x[1], n[1], 0.95, PM_DIFF_NEWCOMBE, &ci);
		check_bounds(&ci, json_get(row, "ci_newcombe"), -1, 1, "newcombe", i, &worst);
		for (int arm = 0; arm < 2; arm++)
		{
			pm_proportion_ci(x[arm], n[arm], 0.95, PM_PROPORTION_WILSON, &ci);
			check_bounds(&ci, json_get(row, arm ? "wilson_2" : "wilson_1"), 0, 1,
						 "wilson", i, &worst);
		}
		pm_lift_ci(x[0], n[0], x[1], n[1], 0.95, PM_LIFT_DELTA, &ci);
		if (json_get(row, "ci_lift_delta") != NULL)
			check_bounds(&ci, json_get(row, "ci_lift_delta"), -1, INFINITY, "delta", i, &worst);
		else
			CHECK(x[0] == 0 && ci.reason == PM_STAT_ZERO_BASELINE && isnan(ci.low));
		pm_lift_ci(x[0], n[0], x[1], n[1], 0.95, PM_LIFT_LOG, &ci);
		if (json_get(row, "ci_lift_log") != NULL)
			check_bounds(&ci, json_get(row, "ci_lift_log"), -1, INFINITY, "log", i, &worst);
	}
	if (rows != NULL)
		stat_report("two_proportions.json, intervals", &worst);
}

/* Published table of Fagerland et al. (2015): 7/34 against 1/34. */
static void
test_fagerland(void)
{
	PmInterval	ci;

	pm_diff_ci(1, 34, 7, 34, 0.95, PM_DIFF_WALD, &ci);
	CHECK(fabs(ci.low - 0.029) < 0.005 && fabs(ci.high - 0.32) < 0.005);
	pm_diff_ci(1, 34, 7, 34, 0.95, PM_DIFF_AGRESTI_CAFFO, &ci);
	CHECK(fabs(ci.low - 0.012) < 0.005 && fabs(ci.high - 0.32) < 0.005);
	pm_diff_ci(1, 34, 7, 34, 0.95, PM_DIFF_NEWCOMBE, &ci);
	CHECK(fabs(ci.low - 0.019) < 0.005 && fabs(ci.high - 0.34) < 0.005);
}

static void
test_known(void)
{
	PmInterval	ci;

	/* Wilson at 0 of n: z^2 / (n + z^2). */
	pm_proportion_ci(0, 10, 0.95, PM_PROPORTION_WILSON, &ci);
	CHECK(ci.low == 0);
	CHECK_NEAR(ci.high, 3.841458820694124 / 13.841458820694124, 1e-14, "wilson");
	/* Clopper-Pearson at n of n: (alpha / 2)^(1/n). */
	pm_proportion_ci(10, 10, 0.95, PM_PROPORTION_CLOPPER_PEARSON, &ci);
	CHECK_NEAR(ci.low, pow(0.025, 0.1), 1e-14, "clopper");
	CHECK(ci.high == 1);
	pm_proportion_ci(0, 0, 0.95, PM_PROPORTION_WILSON, &ci);
	CHECK(ci.reason == PM_STAT_NO_UNITS && isnan(ci.low) && isnan(ci.high));
	pm_diff_ci(0, 0, 1, 2, 0.95, PM_DIFF_NEWCOMBE, &ci);
	CHECK(ci.reason == PM_STAT_NO_UNITS && isnan(ci.estimate));
	pm_lift_ci(0, 9, 1, 2, 0.95, PM_LIFT_LOG, &ci);
	CHECK(ci.reason == PM_STAT_ZERO_BASELINE && isnan(ci.estimate));
	pm_lift_ci(5, 10, 0, 10, 0.95, PM_LIFT_LOG, &ci);
	CHECK(ci.estimate == -1 && ci.low == -1 && ci.high > -1 && ci.high < 1);
}

static void
test_errors(void)
{
	PmInterval	ci;
	PmProportionMethod p;
	PmDiffMethod d;
	PmLiftMethod l;

	CHECK(pm_proportion_ci(2, 1, 0.95, PM_PROPORTION_WALD, &ci) == PM_STAT_BAD_SUCCESSES);
	CHECK(pm_proportion_ci(1, 1, 1, PM_PROPORTION_WALD, &ci) == PM_STAT_BAD_LEVEL);
	CHECK(pm_diff_ci(1, 1, 1, 1, 0, PM_DIFF_WALD, &ci) == PM_STAT_BAD_LEVEL);
	CHECK(pm_diff_ci(1, 1, -1, 1, 0.9, PM_DIFF_WALD, &ci) == PM_STAT_BAD_COUNT);
	CHECK(pm_lift_ci(1, 1, 1, 1, NAN, PM_LIFT_LOG, &ci) == PM_STAT_BAD_LEVEL);
	CHECK(pm_proportion_method_parse("clopper_pearson", 15, &p) &&
		  p == PM_PROPORTION_CLOPPER_PEARSON);
	CHECK(!pm_proportion_method_parse("wilso", 5, &p));
	CHECK(pm_diff_method_parse("agresti_caffo", 13, &d) && d == PM_DIFF_AGRESTI_CAFFO);
	CHECK(pm_lift_method_parse("delta", 5, &l) && l == PM_LIFT_DELTA);
	CHECK(!pm_lift_method_parse("", 0, &l));
}

/* Order, range and nesting of levels over a grid that includes every edge. */
static void
check_levels(int64_t xc, int64_t nc, int64_t xt, int64_t nt)
{
	static const double levels[] = {0.1, 0.5, 0.8, 0.95, 0.99, 0.9999, 1 - 1e-12};
	PmInterval	before[10];

	for (int k = 0; k < 7; k++)
	{
		PmInterval	ci[10];

		for (int m = 0; m < 5; m++)
			CHECK(pm_proportion_ci(xt, nt, levels[k], (PmProportionMethod) m, &ci[m]) ==
				  PM_STAT_OK);
		for (int m = 0; m < 3; m++)
			CHECK(pm_diff_ci(xc, nc, xt, nt, levels[k], (PmDiffMethod) m, &ci[5 + m]) ==
				  PM_STAT_OK);
		for (int m = 0; m < 2; m++)
			CHECK(pm_lift_ci(xc, nc, xt, nt, levels[k], (PmLiftMethod) m, &ci[8 + m]) ==
				  PM_STAT_OK);
		for (int m = 0; m < 10; m++)
		{
			CHECK(!isinf(ci[m].low) && !isinf(ci[m].high));
			CHECK(isnan(ci[m].low) == isnan(ci[m].high));
			if (isnan(ci[m].low))
			{
				CHECK(ci[m].reason != PM_STAT_REASON_NONE);
				continue;
			}
			CHECK(ci[m].low <= ci[m].high);
			CHECK(ci[m].low >= (m < 5 ? 0 : -1));
			CHECK(m >= 8 || ci[m].high <= 1);
			if (k > 0)
				CHECK(ci[m].low <= before[m].low * (1 + copysign(1e-12, before[m].low)) &&
					  ci[m].high >= before[m].high * (1 - copysign(1e-12, before[m].high)));
			before[m] = ci[m];
		}
	}
}

static void
test_grid(void)
{
	static const int64_t sizes[] = {0, 1, 2, 7, 50, 4001, 1000000, PM_STAT_COUNT_MAX};

	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 8; j++)
			for (int k = 0; k < 25; k++)
			{
				int64_t		nc = sizes[i];
				int64_t		nt = sizes[j];
				int64_t		xc[5] = {0, nc > 0, nc / 2, nc - (nc > 0), nc};
				int64_t		xt[5] = {0, nt > 0, nt / 2, nt - (nt > 0), nt};

				check_levels(xc[k / 5], nc, xt[k % 5], nt);
			}
}

int
main(void)
{
	test_known();
	test_errors();
	test_fagerland();
	test_proportion_csv();
	test_proportion_json();
	test_diff_csv();
	test_lift_csv();
	test_two_proportions_json();
	test_grid();
	return check_report("stat_interval");
}
