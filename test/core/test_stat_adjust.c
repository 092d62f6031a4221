/*
 * test_stat_adjust.c
 *		Adjusted p-values and e-BH.
 */
#include "pm_stat_adjust.h"
#include "stat_util.h"

#define MAX_P 4096

static void
check_method(const Csv *csv, int i, PmAdjustMethod method, const char *column, Worst *worst)
{
	static double p[MAX_P];
	static double want[MAX_P];
	static double got[MAX_P];
	static int	order[MAX_P];
	int			n = csv_doubles(csv, i, "p", p, MAX_P);

	CHECK(csv_doubles(csv, i, column, want, MAX_P) == n);
	CHECK(pm_p_adjust(p, n, method, order, got) == PM_STAT_OK);
	for (int j = 0; j < n; j++)
		stat_near(got[j], want[j], 1e-14, column, i, worst);
}

static void
test_csv(void)
{
	Csv		   *csv = stat_csv("stats/p_adjust.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		check_method(csv, i, PM_ADJUST_BONFERRONI, "bonferroni", &worst);
		check_method(csv, i, PM_ADJUST_HOLM, "holm", &worst);
		check_method(csv, i, PM_ADJUST_HOCHBERG, "hochberg", &worst);
		check_method(csv, i, PM_ADJUST_BH, "bh", &worst);
		check_method(csv, i, PM_ADJUST_BY, "by", &worst);
	}
	if (csv != NULL)
		stat_report("p_adjust.csv", &worst);
}

static void
check_list(const Json *p, const Json *want, PmAdjustMethod method, double rel,
		   const char *what, Worst *worst)
{
	double		value[MAX_P];
	int			order[MAX_P];
	int			n = (int) p->n;

	for (int j = 0; j < n; j++)
		value[j] = stat_item(p, (size_t) j);
	CHECK(pm_p_adjust(value, n, method, order, value) == PM_STAT_OK);
	for (int j = 0; j < n; j++)
		stat_near(value[j], stat_item(want, (size_t) j), rel, what, j, worst);
}

static void
test_json(void)
{
	const Json *r = stat_json("experiments/p_adjust_R.json");
	const Json *cases = json_get(stat_json("experiments/growthbook_multiple_testing.json"), "cases");
	Worst		worst = {0};

	if (r != NULL)
	{
		check_list(json_get(r, "p"), json_get(r, "holm"), PM_ADJUST_HOLM, 1e-12, "holm", &worst);
		check_list(json_get(r, "p"), json_get(r, "BH"), PM_ADJUST_BH, 1e-12, "BH", &worst);
		check_list(json_get(r, "p"), json_get(r, "bonferroni"), PM_ADJUST_BONFERRONI, 1e-12,
				   "bonferroni", &worst);
		check_list(json_get(r, "p"), json_get(r, "hochberg"), PM_ADJUST_HOCHBERG, 1e-12,
				   "hochberg", &worst);
		check_list(json_get(r, "p"), json_get(r, "BY"), PM_ADJUST_BY, 1e-12, "BY", &worst);
		stat_report("p_adjust_R.json", &worst);
	}
	worst.value = 0;
	for (size_t i = 0; cases != NULL && i < cases->n; i++)
	{
		bool		holm = strcmp(json_get(&cases->items[i], "method")->str, "holm") == 0;

		check_list(json_get(&cases->items[i], "p"), json_get(&cases->items[i], "expected"),
				   holm ? PM_ADJUST_HOLM : PM_ADJUST_BH, 1e-12, "growthbook", &worst);
	}
	if (cases != NULL)
		stat_report("growthbook_multiple_testing.json", &worst);
}

static void
test_known(void)
{
	const double p[] = {0.04, NAN, 0.01, 0.03};
	const double bad[] = {0.5, 1.5};
	const double log_e[] = {log(100), log(1), NAN, log(25), log(19)};
	double		got[4];
	int			order[8];
	bool		reject[5];
	PmAdjustMethod method;

	/* m = 3: holm .03, .06, .06; the NULL does not count. */
	CHECK(pm_p_adjust(p, 4, PM_ADJUST_HOLM, order, got) == PM_STAT_OK);
	CHECK_NEAR(got[2], 0.03, 1e-15, "holm");
	CHECK_NEAR(got[3], 0.06, 1e-15, "holm");
	CHECK_NEAR(got[0], 0.06, 1e-15, "holm");
	CHECK(isnan(got[1]));
	CHECK(pm_p_adjust(p, 4, PM_ADJUST_BH, order, got) == PM_STAT_OK);
	CHECK_NEAR(got[2], 0.03, 1e-15, "bh");
	CHECK_NEAR(got[3], 0.04, 1e-15, "bh");
	CHECK(pm_p_adjust(p, 4, PM_ADJUST_NONE, order, got) == PM_STAT_OK && got[0] == 0.04);
	CHECK(pm_p_adjust(p, 0, PM_ADJUST_HOLM, order, got) == PM_STAT_OK);
	CHECK(pm_p_adjust(bad, 2, PM_ADJUST_HOLM, order, got) == PM_STAT_BAD_PROBABILITY);
	CHECK(pm_p_adjust(p, -1, PM_ADJUST_HOLM, order, got) == PM_STAT_BAD_LENGTH);

	/* .8 of alpha for the primary, .1 for each of the other two. */
	CHECK(pm_p_adjust_primary(p, 4, 0, 0.8, got) == PM_STAT_OK);
	CHECK_NEAR(got[0], 0.05, 1e-15, "primary");
	CHECK_NEAR(got[2], 0.1, 1e-14, "secondary");
	CHECK(isnan(got[1]));
	CHECK(pm_p_adjust_primary(p, 4, 1, 0.8, got) == PM_STAT_BAD_LENGTH);
	CHECK(pm_p_adjust_primary(p, 4, 0, 1, got) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_p_adjust_primary(p, 1, 0, 0.5, got) == PM_STAT_OK);
	CHECK_NEAR(got[0], 0.08, 1e-15, "alone");

	/* m = 4, alpha .05: thresholds 80, 40, 26.7, 20 */
	CHECK(pm_ebh(log_e, 5, 0.05, order, reject) == PM_STAT_OK);
	CHECK(reject[0] && !reject[1] && !reject[2] && !reject[3] && !reject[4]);
	/* alpha .1: 40, 20, 13.3, 10 */
	CHECK(pm_ebh(log_e, 5, 0.1, order, reject) == PM_STAT_OK);
	CHECK(reject[0] && !reject[1] && !reject[2] && reject[3] && reject[4]);
	CHECK(pm_ebh(log_e, 5, 0, order, reject) == PM_STAT_BAD_ALPHA);

	CHECK(pm_adjust_method_parse("bh", 2, &method) && method == PM_ADJUST_BH);
	CHECK(pm_adjust_method_parse("bonferroni", 10, &method) && method == PM_ADJUST_BONFERRONI);
	CHECK(!pm_adjust_method_parse("fdr", 3, &method));
}

/* Order kept, bounds kept, and the methods' known order among themselves. */
static void
test_identities(void)
{
	uint64_t	seed = 7046029254386353131u;

	for (int run = 0; run < 2000; run++)
	{
		int			n = 1 + run % 40;
		double		p[40];
		double		adjusted[PM_ADJUST_NONE][40];
		int			order[40];

		for (int i = 0; i < n; i++)
			p[i] = run % 3 ? stat_random(&seed) : floor(8 * stat_random(&seed)) / 8;
		for (int m = 0; m < PM_ADJUST_NONE; m++)
		{
			CHECK(pm_p_adjust(p, n, (PmAdjustMethod) m, order, adjusted[m]) == PM_STAT_OK);
			for (int i = 0; i < n; i++)
			{
				CHECK(adjusted[m][i] >= p[i] && adjusted[m][i] <= 1);
				for (int j = 0; j < n; j++)
					CHECK(p[i] > p[j] || adjusted[m][i] <= adjusted[m][j]);
			}
		}
		for (int i = 0; i < n; i++)
		{
			CHECK(adjusted[PM_ADJUST_HOLM][i] <= adjusted[PM_ADJUST_BONFERRONI][i]);
			CHECK(adjusted[PM_ADJUST_HOCHBERG][i] <= adjusted[PM_ADJUST_HOLM][i]);
			CHECK(adjusted[PM_ADJUST_BH][i] <= adjusted[PM_ADJUST_HOCHBERG][i]);
			CHECK(adjusted[PM_ADJUST_BH][i] <= adjusted[PM_ADJUST_BY][i]);
		}
	}
}

int
main(void)
{
	test_known();
	test_csv();
	test_json();
	test_identities();
	return check_report("stat_adjust");
}
