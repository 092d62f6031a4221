/*
 * test_stat_power.c
 *		Sample size, power, minimum detectable effect.
 */
#include "pm_stat_normal.h"
#include "pm_stat_power.h"
#include "stat_util.h"

static PmStatAlternative
side_of(int sides, double p1, double p2)
{
	if (sides == 2)
		return PM_STAT_TWO_SIDED;
	return p2 < p1 ? PM_STAT_LESS : PM_STAT_GREATER;
}

static void
test_sample_size_csv(void)
{
	Csv		   *csv = stat_csv("stats/sample_size.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		double		p1 = csv_double(csv, i, "p1");
		double		p2 = csv_double(csv, i, "p2");
		PmStatAlternative side = side_of((int) csv_int(csv, i, "sides"), p1, p2);
		PmSampleSize r;

		CHECK(pm_sample_size(p1, p2, csv_double(csv, i, "alpha"), csv_double(csv, i, "power"),
							 csv_double(csv, i, "ratio"), side, PM_PLAN_FIXED, &r) == PM_STAT_OK);
		stat_near(r.raw, csv_double(csv, i, "n1_pooled"), 1e-11, "n1_pooled", i, &worst);
		CHECK(r.n_control == (int64_t) csv_double(csv, i, "n1_pooled_ceil"));
	}
	if (csv != NULL)
		stat_report("sample_size.csv", &worst);
}

static void
test_power_csv(void)
{
	Csv		   *csv = stat_csv("stats/power_given_n.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		double		p1 = csv_double(csv, i, "p1");
		double		p2 = csv_double(csv, i, "p2");
		double		n = csv_double(csv, i, "n");
		double		alpha = csv_double(csv, i, "alpha");
		PmStatAlternative side = side_of((int) csv_int(csv, i, "sides"), p1, p2);
		double		power;

		CHECK(pm_test_power(p1, p2, n, n, alpha, side, false, &power) == PM_STAT_OK);
		stat_near(power, csv_double(csv, i, "power_pooled"), 1e-11, "power_pooled", i, &worst);
		if (side != PM_STAT_TWO_SIDED)
			continue;
		CHECK(pm_test_power(p1, p2, n, n, alpha, side, true, &power) == PM_STAT_OK);
		stat_near(power, csv_double(csv, i, "power_strict"), 1e-11, "power_strict", i, &worst);
	}
	if (csv != NULL)
		stat_report("power_given_n.csv", &worst);
}

static void
test_mde_csv(void)
{
	Csv		   *csv = stat_csv("stats/mde.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		double		p1 = csv_double(csv, i, "p1");
		double		n = csv_double(csv, i, "n");
		double		mde;

		CHECK(pm_mde(p1, n, n, csv_double(csv, i, "alpha"), csv_double(csv, i, "power"),
					 PM_STAT_TWO_SIDED, false, &mde) == PM_STAT_OK);
		stat_near(mde, csv_double(csv, i, "mde_abs"), 1e-10, "mde_abs", i, &worst);
		stat_near(p1 + mde, csv_double(csv, i, "p2"), 1e-11, "p2", i, &worst);
	}
	if (csv != NULL)
		stat_report("mde.csv", &worst);
}

static void
test_power_json(void)
{
	const Json *root = stat_json("experiments/power_prop_test.json");
	const Json *sizes = json_get(root, "sample_size");
	const Json *powers = json_get(root, "power");
	Worst		worst = {0};

	for (size_t i = 0; sizes != NULL && i < sizes->n; i++)
	{
		const Json *row = &sizes->items[i];
		double		p1 = stat_num(row, "p1");
		double		p2 = stat_num(row, "p2");
		double		alpha = stat_num(row, "alpha");
		double		power = stat_num(row, "power");
		PmSampleSize r;

		CHECK(pm_sample_size(p1, p2, alpha, power, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
			  PM_STAT_OK);
		stat_near(r.raw, stat_num(row, "n_two_sided_closed_form"), 1e-12, "closed", (int) i, &worst);
		CHECK_NEAR(r.raw, stat_num(row, "n_two_sided_R"), 1e-6, "R");
		CHECK(pm_sample_size(p1, p2, alpha, power, 1, side_of(1, p1, p2), PM_PLAN_FIXED, &r) ==
			  PM_STAT_OK);
		CHECK_NEAR(r.raw, stat_num(row, "n_one_sided_R"), 1e-6, "R, one-sided");
	}
	for (size_t i = 0; powers != NULL && i < powers->n; i++)
	{
		const Json *row = &powers->items[i];
		double		n = stat_num(row, "n_per_arm");
		double		power;

		CHECK(pm_test_power(stat_num(row, "p1"), stat_num(row, "p2"), n, n, 0.05,
							PM_STAT_TWO_SIDED, false, &power) == PM_STAT_OK);
		stat_near(power, stat_num(row, "power_R"), 1e-12, "power", (int) i, &worst);
		CHECK(pm_test_power(stat_num(row, "p1"), stat_num(row, "p2"), n, n, 0.05,
							PM_STAT_TWO_SIDED, true, &power) == PM_STAT_OK);
		stat_near(power, stat_num(row, "power_R_strict"), 1e-12, "strict", (int) i, &worst);
	}
	if (root != NULL)
		stat_report("power_prop_test.json", &worst);
}

static void
test_growthbook_json(void)
{
	const Json *cases = json_get(stat_json("experiments/growthbook_power_mde.json"), "cases");
	Worst		worst = {0};

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		const Json *row = &cases->items[i];
		double		mean = stat_num(row, "mean");
		double		variance = stat_num(row, "variance");
		double		n = stat_num(row, "n_total") / stat_num(row, "n_variants");
		double		alpha = stat_num(row, "alpha");
		double		tuning = stat_num(row, "sequential_n");
		bool		is_mde = strcmp(json_get(row, "kind")->str, "mde") == 0;
		double		got;

		if (is_mde)
			CHECK(pm_lift_mde(mean, variance, n, n, alpha, stat_num(row, "power"), tuning, &got) ==
				  PM_STAT_OK);
		else
			CHECK(pm_lift_power(mean, variance, stat_num(row, "lift"), n, n, alpha, tuning, &got) ==
				  PM_STAT_OK);
		stat_near(got, stat_num(row, "full_precision"), 1e-11, is_mde ? "mde" : "power", i, &worst);
		if (!isnan(got))
			CHECK(fabs(got - stat_num(row, "expected")) < 0.51e-5);
	}
	if (cases != NULL)
		stat_report("growthbook_power_mde.json", &worst);
}

/* Sample size, power and MDE are inverses of one another. */
static void
test_inverse(void)
{
	static const double rates[] = {1e-6, 1e-3, 0.05, 0.5, 0.9};
	static const double lifts[] = {1e-3, 0.01, 0.05};
	static const double ratios[] = {0.1, 1, 5};

	for (int i = 0; i < 5 * 3 * 3 * 3; i++)
	{
		double		p = rates[i % 5];
		double		q = p * (1 + lifts[i / 5 % 3]);
		double		ratio = ratios[i / 15 % 3];
		PmStatAlternative side = (PmStatAlternative) (i / 45);
		PmSampleSize r;
		double		power;
		double		mde;
		double		from = side == PM_STAT_LESS ? q : p;
		double		to = side == PM_STAT_LESS ? p : q;

		CHECK(pm_sample_size(from, to, 0.05, 0.8, ratio, side, PM_PLAN_FIXED, &r) == PM_STAT_OK);
		CHECK(r.n_control >= 1 && (double) r.n_control >= r.raw);
		CHECK(pm_test_power(from, to, r.raw, r.raw * ratio, 0.05, side, false, &power) == PM_STAT_OK);
		CHECK_NEAR(power, 0.8, 1e-10, "power at the sample size");
		CHECK(pm_mde(from, r.raw, r.raw * ratio, 0.05, 0.8, side, false, &mde) == PM_STAT_OK);
		CHECK_NEAR(mde, q - p, 1e-9, "effect at the sample size");
	}
}

static void
test_known(void)
{
	PmSampleSize fixed;
	PmSampleSize r;
	double		power;
	double		mde;
	PmPlanMethod method;

	CHECK(pm_sample_size(0.1, 0.11, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &fixed) ==
		  PM_STAT_OK && fixed.n_control == 14751 && fixed.n_treatment == 14751);
	CHECK(pm_sample_size(0.1, 0.11, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_ALWAYS_VALID, &r) ==
		  PM_STAT_OK);
	CHECK_NEAR(r.raw, 1.75 * fixed.raw, 1e-15, "always valid");
	CHECK(pm_sample_size(0.1, 0.11, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_HYBRID, &r) ==
		  PM_STAT_OK && r.raw > fixed.raw && r.raw < 1.05 * fixed.raw);
	CHECK(pm_sample_size(0.1, 0.1, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_OK && isnan(r.raw) && r.n_control == -1);
	CHECK(pm_sample_size(0.1, 0.2, 0.05, 0.8, 1, PM_STAT_LESS, PM_PLAN_FIXED, &r) ==
		  PM_STAT_OK && isnan(r.raw));
	CHECK(pm_sample_size(0, 1, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_OK && r.n_control >= 1);
	CHECK(pm_sample_size(0.5, 0.5 + 1e-15, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_OK && r.n_control == -1);
	CHECK(pm_mde(0.5, 1, 1, 0.05, 0.8, PM_STAT_TWO_SIDED, false, &mde) == PM_STAT_OK && isnan(mde));
	CHECK(pm_mde(1, 100, 100, 0.05, 0.8, PM_STAT_GREATER, false, &mde) == PM_STAT_OK && isnan(mde));
	CHECK(pm_test_power(0, 1, 5, 5, 0.05, PM_STAT_TWO_SIDED, true, &power) == PM_STAT_OK && power == 1);
	CHECK(pm_test_power(0, 0, 5, 5, 0.05, PM_STAT_TWO_SIDED, true, &power) == PM_STAT_OK && power == 0);
	CHECK(pm_test_power(0.2, 0.2, 50, 60, 0.05, PM_STAT_TWO_SIDED, true, &power) == PM_STAT_OK);
	CHECK_NEAR(power, 0.05, 1e-13, "power at the null is alpha");

	CHECK(pm_sample_size(-0.1, 0.1, 0.05, 0.8, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_BAD_PROBABILITY);
	CHECK(pm_sample_size(0.2, 0.1, 0.05, 1, 1, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_BAD_POWER);
	CHECK(pm_sample_size(0.2, 0.1, 0.05, 0.8, 0, PM_STAT_TWO_SIDED, PM_PLAN_FIXED, &r) ==
		  PM_STAT_BAD_PLAN);
	CHECK(pm_test_power(0.2, 0.1, 0, 10, 0.05, PM_STAT_TWO_SIDED, true, &power) == PM_STAT_BAD_PLAN);
	CHECK(pm_mde(0.2, 10, 10, 2, 0.8, PM_STAT_TWO_SIDED, true, &mde) == PM_STAT_BAD_ALPHA);
	CHECK(pm_lift_mde(0, 1, 10, 10, 0.05, 0.8, 0, &mde) == PM_STAT_BAD_MOMENT);
	CHECK(pm_lift_power(1, 0, 0.1, 10, 10, 0.05, 0, &power) == PM_STAT_BAD_MOMENT);
	CHECK(pm_plan_method_parse("hybrid", 6, &method) && method == PM_PLAN_HYBRID);
	CHECK(!pm_plan_method_parse("hybri", 5, &method));
}

/* More units, more power; a larger effect, more power. */
static void
test_monotone(void)
{
	double		before = 0;

	for (double n = 10; n < 1e7; n *= 1.3)
	{
		double		power;

		CHECK(pm_test_power(0.1, 0.103, n, n, 0.05, PM_STAT_GREATER, false, &power) == PM_STAT_OK);
		CHECK(power >= before);
		before = power;
	}
	before = 0;
	for (double d = 1e-6; d < 0.89; d *= 1.2)
	{
		double		power;

		CHECK(pm_test_power(0.1, 0.1 + d, 300, 400, 0.05, PM_STAT_GREATER, false, &power) ==
			  PM_STAT_OK);
		CHECK(power >= before);
		before = power;
	}
}

int
main(void)
{
	test_known();
	test_sample_size_csv();
	test_power_csv();
	test_mde_csv();
	test_power_json();
	test_growthbook_json();
	test_inverse();
	test_monotone();
	return check_report("stat_power");
}
