/*
 * test_stat_ztest.c
 *		The two-proportion z-test and Fisher's exact test.
 *
 * In the CSV fixtures differences are sample 1 minus sample 2, so sample 2 is
 * our control.
 */
#include "pm_stat_fisher.h"
#include "pm_stat_interval.h"
#include "pm_stat_normal.h"
#include "pm_stat_ztest.h"
#include "stat_util.h"

static PmZtest
ztest(int64_t xc, int64_t nc, int64_t xt, int64_t nt, PmStatAlternative side)
{
	PmZtest		r;

	CHECK(pm_ztest_counts(xc, nc, xt, nt, side, 0.05, 0, &r) == PM_STAT_OK);
	return r;
}

static void
test_ztest_csv(void)
{
	Csv		   *csv = stat_csv("stats/ztest_pooled.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		int64_t		xt = csv_int(csv, i, "x1");
		int64_t		nt = csv_int(csv, i, "n1");
		int64_t		xc = csv_int(csv, i, "x2");
		int64_t		nc = csv_int(csv, i, "n2");
		PmZtest		r = ztest(xc, nc, xt, nt, PM_STAT_TWO_SIDED);
		double		want_p = csv_double(csv, i, "p_two");

		stat_near(r.p_treatment, csv_double(csv, i, "p1"), 1e-15, "p1", i, &worst);
		stat_near(r.p_control, csv_double(csv, i, "p2"), 1e-15, "p2", i, &worst);
		stat_near(r.diff, csv_double(csv, i, "diff"), 1e-15, "diff", i, &worst);
		if (isnan(want_p))
		{
			CHECK(r.z == 0 && r.p_value == 1 && r.log10_p == 0);
			CHECK(r.reason == PM_STAT_NO_VARIATION && !r.reject);
			continue;
		}
		stat_near(r.z, csv_double(csv, i, "z"), 1e-14, "z", i, &worst);
		stat_near(r.p_value, want_p, 1e-12, "p_two", i, &worst);
		if (want_p > 0)
			CHECK_NEAR(r.log10_p, log10(want_p), 1e-12, "log10_p");
		stat_near(ztest(xc, nc, xt, nt, PM_STAT_LESS).p_value,
				  csv_double(csv, i, "p_less"), 1e-12, "p_less", i, &worst);
		stat_near(ztest(xc, nc, xt, nt, PM_STAT_GREATER).p_value,
				  csv_double(csv, i, "p_greater"), 1e-12, "p_greater", i, &worst);
	}
	if (csv != NULL)
		stat_report("ztest_pooled.csv", &worst);
}

/*
 * The unpooled statistic is what a margin gives: with the smallest margin
 * above zero the difference is still the same.
 */
static void
test_unpooled_csv(void)
{
	Csv		   *csv = stat_csv("stats/ztest_pooled.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		PmZtest		r;

		CHECK(pm_ztest_counts(csv_int(csv, i, "x2"), csv_int(csv, i, "n2"),
							  csv_int(csv, i, "x1"), csv_int(csv, i, "n1"),
							  PM_STAT_TWO_SIDED, 0.05, 5e-324, &r) == PM_STAT_OK);
		stat_near(r.z, csv_double(csv, i, "z_unpooled"), 1e-14, "z_unpooled", i, &worst);
		stat_near(r.p_value, csv_double(csv, i, "p_two_unpooled"), 1e-12,
				  "p_two_unpooled", i, &worst);
	}
	if (csv != NULL)
		stat_report("ztest_pooled.csv, unpooled", &worst);
}

static void
test_two_proportions_json(void)
{
	const Json *root = stat_json("experiments/two_proportions.json");
	const Json *rows = json_get(root, "rows");
	Worst		worst = {0};

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		PmZtest		r = ztest(stat_int(row, "x1"), stat_int(row, "n1"),
							  stat_int(row, "x2"), stat_int(row, "n2"),
							  PM_STAT_TWO_SIDED);

		stat_near(r.diff, stat_num(row, "diff"), 1e-15, "diff", i, &worst);
		stat_near(r.se, stat_num(row, "se_pooled"), 1e-15, "se_pooled", i, &worst);
		stat_near(r.lift, stat_num(row, "lift"), 1e-15, "lift", i, &worst);
		if (isnan(stat_num(row, "z_pooled")))
		{
			CHECK(r.reason == PM_STAT_NO_VARIATION && r.p_value == 1);
			continue;
		}
		stat_near(r.z, stat_num(row, "z_pooled"), 1e-14, "z_pooled", i, &worst);
		stat_near(r.p_value, stat_num(row, "p_two_sided"), 1e-12, "p_two_sided", i, &worst);
		stat_near(r.z * r.z, stat_num(row, "chi2_df1"), 1e-14, "chi2_df1", i, &worst);
		r = ztest(r.x_control, r.n_control, r.x_treatment, r.n_treatment, PM_STAT_GREATER);
		stat_near(r.p_value, stat_num(row, "p_greater"), 1e-12, "p_greater", i, &worst);
		r = ztest(r.x_control, r.n_control, r.x_treatment, r.n_treatment, PM_STAT_LESS);
		stat_near(r.p_value, stat_num(row, "p_less"), 1e-12, "p_less", i, &worst);
	}
	if (rows != NULL)
		stat_report("two_proportions.json", &worst);
}

/* ClickHouse's unpooled cases; their sign is first minus second. */
static void
test_clickhouse_json(void)
{
	const Json *root = stat_json("experiments/sql_engines_misc.json");
	const Json *cases = json_get(json_get(root, "clickhouse"), "cases");
	Worst		worst = {0};

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		const Json *row = &cases->items[i];
		const Json *want = json_get(row, "expected");
		PmZtest		r;
		PmInterval	ci;

		CHECK(pm_ztest_counts(stat_int(row, "x2"), stat_int(row, "n2"),
							  stat_int(row, "x1"), stat_int(row, "n1"),
							  PM_STAT_TWO_SIDED, 0.05, 5e-324, &r) == PM_STAT_OK);
		stat_near(r.z, stat_num(want, "z_x_minus_y"), 1e-12, "z", i, &worst);
		stat_near(r.p_value, stat_num(want, "p"), 1e-12, "p", i, &worst);
		CHECK(pm_diff_ci(r.x_control, r.n_control, r.x_treatment, r.n_treatment,
						 0.95, PM_DIFF_WALD, &ci) == PM_STAT_OK);
		stat_near(ci.low, stat_item(json_get(want, "ci"), 0), 1e-12, "low", i, &worst);
		stat_near(ci.high, stat_item(json_get(want, "ci"), 1), 1e-12, "high", i, &worst);
	}
	if (cases != NULL)
		stat_report("sql_engines_misc.json, clickhouse", &worst);
}

static void
test_fisher(void)
{
	Csv		   *csv = stat_csv("stats/fisher_exact.csv");
	Worst		worst = {0};
	PmFisher	f;

	/* Fisher's tea: 3 of 4 against 1 of 4; tables 1 16 36 16 1 out of 70. */
	CHECK(pm_fisher_exact(1, 4, 3, 4, &f) == PM_STAT_OK);
	CHECK_NEAR(f.p_greater, 17.0 / 70, 1e-14, "tea, greater");
	CHECK_NEAR(f.p_less, 69.0 / 70, 1e-14, "tea, less");
	CHECK_NEAR(f.p_two_sided, 34.0 / 70, 1e-14, "tea, two-sided");
	CHECK_NEAR(f.odds_ratio, 9, 1e-15, "tea, odds");
	CHECK(pm_fisher_exact(0, 0, 3, 4, &f) == PM_STAT_OK);
	CHECK(f.p_two_sided == 1 && f.p_less == 1 && f.p_greater == 1);
	CHECK(pm_fisher_exact(500000, 1000000, 500, 1000, &f) == PM_STAT_OK);
	CHECK(isnan(f.p_two_sided) && isnan(f.p_less) && isnan(f.p_greater));

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		int64_t		a = csv_int(csv, i, "a");
		int64_t		b = csv_int(csv, i, "b");
		int64_t		c = csv_int(csv, i, "c");
		int64_t		d = csv_int(csv, i, "d");
		double		odds = csv_double(csv, i, "odds_ratio_sample");

		CHECK(pm_fisher_exact(c, c + d, a, a + b, &f) == PM_STAT_OK);
		stat_near(f.p_two_sided, csv_double(csv, i, "p_two"), 1e-12, "p_two", i, &worst);
		stat_near(f.p_less, csv_double(csv, i, "p_less"), 1e-12, "p_less", i, &worst);
		stat_near(f.p_greater, csv_double(csv, i, "p_greater"), 1e-12, "p_greater", i, &worst);
		stat_near(f.odds_ratio, isinf(odds) ? NAN : odds, 1e-14, "odds", i, &worst);
	}
	if (csv != NULL)
		stat_report("fisher_exact.csv", &worst);
}

/* Values worked out by hand or stated in the specification. */
static void
test_known(void)
{
	PmZtest		r = ztest(10, 100, 20, 100, PM_STAT_TWO_SIDED);

	CHECK_NEAR(r.z, 0.1 / sqrt(0.15 * 0.85 * 0.02), 1e-15, "z by hand");
	CHECK_NEAR(r.p_value, 0.047670380656161448, 1e-14, "p of 10 and 20 of 100");
	CHECK(r.reject && r.reason == PM_STAT_REASON_NONE && isnan(r.p_exact));
	CHECK(r.level == 0.95 && r.lift == 1);

	r = ztest(1, 4, 3, 4, PM_STAT_GREATER);
	CHECK_NEAR(r.p_exact, 17.0 / 70, 1e-14, "exact p of the same alternative");
	CHECK(isnan(r.ci_high) && isnan(r.lift_high));
	r = ztest(1, 4, 3, 4, PM_STAT_LESS);
	CHECK_NEAR(r.p_exact, 69.0 / 70, 1e-14, "exact p, less");
	CHECK(isnan(r.ci_low) && !isnan(r.ci_high));

	r = ztest(0, 0, 5, 10, PM_STAT_TWO_SIDED);
	CHECK(r.reason == PM_STAT_NO_UNITS && isnan(r.p_control) && r.p_treatment == 0.5);
	CHECK(isnan(r.z) && isnan(r.p_value) && isnan(r.ci_low) && !r.reject);
	r = ztest(0, 10, 0, 12, PM_STAT_TWO_SIDED);
	CHECK(r.reason == PM_STAT_NO_VARIATION && r.p_value == 1 && r.p_exact == 1);
	CHECK(isnan(r.lift) && r.ci_low < 0 && r.ci_high > 0);
	r = ztest(0, 100, 10, 100, PM_STAT_TWO_SIDED);
	CHECK(r.reason == PM_STAT_ZERO_BASELINE && isnan(r.lift_low) && r.p_value < 0.01);

	/* Non-inferiority: 50 of 100 on both sides, margin -10 points. */
	CHECK(pm_ztest_counts(50, 100, 50, 100, PM_STAT_GREATER, 0.05, -0.1, &r) == PM_STAT_OK);
	CHECK_NEAR(r.z, 0.1 / sqrt(0.005), 1e-15, "margin");
	CHECK_NEAR(r.p_value, pm_norm_sf(0.1 / sqrt(0.005)), 1e-15, "margin, p");
	CHECK(pm_ztest_counts(0, 100, 0, 100, PM_STAT_GREATER, 0.05, -0.1, &r) == PM_STAT_OK);
	CHECK(isnan(r.z) && isnan(r.p_value) && r.reason == PM_STAT_NO_VARIATION);
}

static void
test_errors(void)
{
	PmZtest		r;
	PmFisher	f;
	PmStatAlternative side;

	CHECK(pm_ztest_counts(11, 10, 1, 10, PM_STAT_TWO_SIDED, .05, 0, &r) == PM_STAT_BAD_SUCCESSES);
	CHECK(pm_ztest_counts(1, 10, -1, 10, PM_STAT_TWO_SIDED, .05, 0, &r) == PM_STAT_BAD_COUNT);
	CHECK(pm_ztest_counts(1, -10, 1, 10, PM_STAT_TWO_SIDED, .05, 0, &r) == PM_STAT_BAD_COUNT);
	CHECK(pm_ztest_counts(1, PM_STAT_COUNT_MAX + 1, 1, 10, PM_STAT_TWO_SIDED, .05, 0, &r) ==
		  PM_STAT_BAD_COUNT);
	CHECK(pm_ztest_counts(1, 10, 1, 10, PM_STAT_TWO_SIDED, 0, 0, &r) == PM_STAT_BAD_ALPHA);
	CHECK(pm_ztest_counts(1, 10, 1, 10, PM_STAT_TWO_SIDED, 1, 0, &r) == PM_STAT_BAD_ALPHA);
	CHECK(pm_ztest_counts(1, 10, 1, 10, PM_STAT_TWO_SIDED, NAN, 0, &r) == PM_STAT_BAD_ALPHA);
	CHECK(pm_ztest_counts(1, 10, 1, 10, PM_STAT_TWO_SIDED, .05, 1, &r) == PM_STAT_BAD_MARGIN);
	CHECK(pm_ztest_counts(1, 10, 1, 10, PM_STAT_TWO_SIDED, .05, NAN, &r) == PM_STAT_BAD_MARGIN);
	CHECK(pm_fisher_exact(2, 1, 1, 1, &f) == PM_STAT_BAD_SUCCESSES);
	for (int s = PM_STAT_OK; s <= PM_STAT_OVERFLOW; s++)
		CHECK(strlen(pm_stat_status_text((PmStatStatus) s)) > 1);
	CHECK(pm_stat_reason_text(PM_STAT_REASON_NONE) == NULL);
	CHECK_STR(pm_stat_reason_text(PM_STAT_ZERO_WEIGHT_UNITS), "zero_weight_units");
	CHECK(pm_stat_alternative_parse("greater", 7, &side) && side == PM_STAT_GREATER);
	CHECK(pm_stat_alternative_parse("less", 4, &side) && side == PM_STAT_LESS);
	CHECK(!pm_stat_alternative_parse("greate", 6, &side));
}

/* The bound that contradicts the decision moves, the other one does not. */
static void
test_reconcile(void)
{
	static const struct
	{
		bool		rejected;
		double		effect;
		double		low;
		double		high;
		double		want_low;
		double		want_high;
		bool		moved;
	}			cases[] = {
		{true, 0.2, -0.1, 0.4, 0, 0.4, true},
		{true, -0.2, -0.4, 0.1, -0.4, 0, true},
		{true, 0.2, 0.1, 0.4, 0.1, 0.4, false},
		{false, 0.2, 0.1, 0.4, 0, 0.4, true},
		{false, -0.2, -0.4, -0.1, -0.4, 0, true},
		{false, 0.2, -0.1, 0.4, -0.1, 0.4, false},
		{true, 0.2, -0.4, -0.1, 0, 0, true}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		double		low = cases[i].low;
		double		high = cases[i].high;

		CHECK(pm_stat_reconcile(cases[i].rejected, cases[i].effect, 0, &low, &high) ==
			  cases[i].moved);
		CHECK(low == cases[i].want_low && high == cases[i].want_high);
		low = NAN;
		high = cases[i].high;
		pm_stat_reconcile(cases[i].rejected, cases[i].effect, 0, &low, &high);
		CHECK(isnan(low));
	}
}

/* Every number is a number within its range, or NULL. */
static void
check_finite(const PmZtest *r)
{
	const double fields[] = {r->p_control, r->p_treatment, r->diff, r->se, r->z,
		r->p_value, r->log10_p, r->p_exact, r->ci_low, r->ci_high, r->lift,
	r->lift_low, r->lift_high};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		CHECK(!isinf(fields[i]));
	CHECK(!(r->p_value < 0 || r->p_value > 1));
	CHECK(!(r->p_exact < 0 || r->p_exact > 1));
	CHECK(!(r->ci_low < -1 || r->ci_high > 1 || r->ci_low > r->ci_high));
	CHECK(!(r->lift_low < -1 || r->lift_low > r->lift_high));
	CHECK(!(r->log10_p > 0));
	if (r->reason != PM_STAT_NO_UNITS && r->margin == 0)
		CHECK(!isnan(r->z) && !isnan(r->p_value) && !isnan(r->log10_p));
}

static void
test_edges(void)
{
	static const int64_t sizes[] = {0, 1, 2, 3, 10, 97, 1000, 1000003,
	INT64_C(1000000000000), PM_STAT_COUNT_MAX};
	static const PmStatAlternative sides[] = {PM_STAT_TWO_SIDED, PM_STAT_GREATER,
	PM_STAT_LESS};

	for (int i = 0; i < 10; i++)
		for (int j = 0; j < 10; j++)
			for (int k = 0; k < 49; k++)
			{
				int64_t		nc = sizes[i];
				int64_t		nt = sizes[j];
				int64_t		pick[2][7] = {
					{0, nc > 0, nc / 3, nc / 2, nc - nc / 5, nc - (nc > 0), nc},
					{0, nt > 0, nt / 3, nt / 2, nt - nt / 5, nt - (nt > 0), nt}
				};
				PmZtest		r;

				for (int s = 0; s < 3; s++)
				{
					CHECK(pm_ztest_counts(pick[0][k / 7], nc, pick[1][k % 7], nt,
										  sides[s], 0.05, 0, &r) == PM_STAT_OK);
					check_finite(&r);
				}
				CHECK(pm_ztest_counts(pick[0][k / 7], nc, pick[1][k % 7], nt,
									  PM_STAT_GREATER, 0.9, -0.02, &r) == PM_STAT_OK);
				check_finite(&r);
			}
}

/* Test, critical value and interval tell one story over random tables. */
static void
test_agreement(void)
{
	uint64_t	seed = 88172645463325252u;
	int			adjusted = 0;
	int			rejected = 0;

	for (int i = 0; i < 100000; i++)
	{
		int64_t		nc = 1 + (int64_t) pow(10, 5 * stat_random(&seed));
		int64_t		nt = 1 + (int64_t) pow(10, 5 * stat_random(&seed));
		double		base = pow(stat_random(&seed), 2);
		double		shift = 6 * (stat_random(&seed) - 0.5) *
			sqrt(base * (1 - base) * (1.0 / (double) nc + 1.0 / (double) nt));
		int64_t		xc = (int64_t) ((double) nc * base);
		int64_t		xt = (int64_t) fmin(fmax((double) nt * (base + shift), 0), (double) nt);
		double		alpha = i % 2 ? 0.05 : stat_random(&seed) * 0.5 + 1e-9;
		PmStatAlternative side = (PmStatAlternative) (i % 3);
		double		margin = i % 5 == 0 ? 0.1 * (stat_random(&seed) - 0.5) : 0;
		PmZtest		r;
		double		sign = side == PM_STAT_LESS ? -1 : 1;
		double		z;

		CHECK(pm_ztest_counts(xc, nc, xt, nt, side, alpha, margin, &r) == PM_STAT_OK);
		check_finite(&r);
		if (isnan(r.z))
			continue;
		z = side == PM_STAT_TWO_SIDED ? fabs(r.z) : sign * r.z;
		if (r.reason != PM_STAT_NO_VARIATION &&
			fabs(z - pm_norm_critical(alpha, side)) > 1e-12)
			CHECK(r.reject == (z >= pm_norm_critical(alpha, side)));
		if (r.reject)
		{
			CHECK(!(r.ci_low < margin && r.ci_high > margin));
			CHECK(side == PM_STAT_LESS || side == PM_STAT_TWO_SIDED || r.ci_low >= margin);
			CHECK(side != PM_STAT_LESS || r.ci_high <= margin);
		}
		else
			CHECK(!(r.ci_low > margin) && !(r.ci_high < margin));
		if (margin == 0 && r.reject)
			CHECK(!(r.lift_low < 0 && r.lift_high > 0));
		else if (margin == 0)
			CHECK(!(r.lift_low > 0) && !(r.lift_high < 0));
		adjusted += r.ci_adjusted;
		rejected += r.reject;
	}
	CHECK(rejected > 20000 && adjusted > 100 && adjusted < 10000);
	printf("# agreement: %d of 100000 rejected, %d intervals adjusted\n", rejected, adjusted);
}

int
main(void)
{
	test_known();
	test_errors();
	test_reconcile();
	test_ztest_csv();
	test_unpooled_csv();
	test_two_proportions_json();
	test_clickhouse_json();
	test_fisher();
	test_edges();
	test_agreement();
	return check_report("stat_ztest");
}
