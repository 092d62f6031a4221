/*
 * test_stat_chisq.c
 *		k-sample chi-square, sample ratio mismatch, multinomial e-values.
 */
#include "pm_stat_chisq.h"
#include "pm_stat_gamma.h"
#include "stat_util.h"

static void
test_homogeneity_csv(void)
{
	Csv		   *csv = stat_csv("stats/chisq_homogeneity.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		int64_t		x[PM_STAT_MAX_ARMS];
		int64_t		n[PM_STAT_MAX_ARMS];
		int			k = csv_ints(csv, i, "xs", x, PM_STAT_MAX_ARMS);
		double		want = csv_double(csv, i, "chi2");
		PmHomogeneity r;

		CHECK(csv_ints(csv, i, "ns", n, PM_STAT_MAX_ARMS) == k);
		CHECK(pm_homogeneity_test(x, n, k, &r) == PM_STAT_OK);
		if (isnan(want))
		{
			CHECK(r.chi2 == 0 && r.p_value == 1 && r.reason == PM_STAT_NO_VARIATION);
			continue;
		}
		CHECK(r.df == csv_int(csv, i, "df"));
		stat_near(r.chi2, want, 1e-12, "chi2", i, &worst);
		stat_near(r.p_value, csv_double(csv, i, "p"), 2e-11, "p", i, &worst);
	}
	if (csv != NULL)
		stat_report("chisq_homogeneity.csv", &worst);
}

static void
test_homogeneity_json(void)
{
	const Json *rows = json_get(stat_json("experiments/k_sample_chi2.json"), "rows");
	Worst		worst = {0};

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *x = json_get(&rows->items[i], "x");
		const Json *n = json_get(&rows->items[i], "n");
		const Json *want = json_get(&rows->items[i], "expected");
		int64_t		hits[PM_STAT_MAX_ARMS];
		int64_t		trials[PM_STAT_MAX_ARMS];
		PmHomogeneity r;

		for (size_t j = 0; j < x->n; j++)
		{
			hits[j] = (int64_t) stat_item(x, j);
			trials[j] = (int64_t) stat_item(n, j);
		}
		CHECK(pm_homogeneity_test(hits, trials, (int) x->n, &r) == PM_STAT_OK);
		if (want->type == JSON_NULL)
		{
			CHECK(r.chi2 == 0 && r.p_value == 1);
			continue;
		}
		stat_near(r.chi2, stat_num(want, "chi2"), 1e-12, "chi2", i, &worst);
		stat_near(r.p_value, stat_num(want, "p"), 1e-12, "p", i, &worst);
		CHECK(r.df == stat_int(want, "df"));
	}
	if (rows != NULL)
		stat_report("k_sample_chi2.json", &worst);
}

static void
test_srm_csv(void)
{
	Csv		   *csv = stat_csv("stats/chisq_gof_srm.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		int64_t		o[PM_STAT_MAX_ARMS];
		double		w[PM_STAT_MAX_ARMS];
		int			k = csv_ints(csv, i, "observed", o, PM_STAT_MAX_ARMS);
		PmSrm		r;

		CHECK(csv_doubles(csv, i, "weights", w, PM_STAT_MAX_ARMS) == k);
		CHECK(pm_srm_test(o, w, k, &r) == PM_STAT_OK);
		CHECK(r.df == csv_int(csv, i, "df"));
		stat_near(r.chi2, csv_double(csv, i, "chi2"), 1e-11, "chi2", i, &worst);
		stat_near(r.p_value, csv_double(csv, i, "p"), 1e-10, "p", i, &worst);
	}
	if (csv != NULL)
		stat_report("chisq_gof_srm.csv", &worst);
}

/*
 * Two cases have units in an arm of weight 0, which the source ignores and we
 * call a failure; one has fewer counts than weights, which is an error here.
 */
static void
test_srm_json(void)
{
	const Json *cases = json_get(stat_json("experiments/growthbook_srm.json"), "cases");
	Worst		worst = {0};

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		const Json *counts = json_get(&cases->items[i], "counts");
		const Json *weights = json_get(&cases->items[i], "weights");
		double		want = stat_num(&cases->items[i], "full_precision");
		int64_t		o[PM_STAT_MAX_ARMS];
		double		w[PM_STAT_MAX_ARMS];
		PmSrm		r;
		double		p;

		if (counts->n != weights->n)
			continue;
		for (size_t j = 0; j < counts->n; j++)
		{
			o[j] = (int64_t) stat_item(counts, j);
			w[j] = stat_item(weights, j);
		}
		CHECK(pm_srm_test(o, w, (int) counts->n, &r) == PM_STAT_OK);
		p = r.p_value;
		if (r.reason == PM_STAT_ZERO_WEIGHT_UNITS)
		{
			CHECK(r.p_value == 0 && r.alarm);
			p = r.df > 0 ? pm_chi2_sf(r.chi2, r.df) : 1;
		}
		stat_near(p, want, 1e-10, "p", i, &worst);
		CHECK(fabs(p - stat_num(&cases->items[i], "expected_p")) < 1e-9);
	}
	if (cases != NULL)
		stat_report("growthbook_srm.json", &worst);
}

static void
test_stats_duck(void)
{
	const Json *root = stat_json("experiments/sql_engines_misc.json");
	const Json *cases = json_get(json_get(root, "stats_duck"), "cases");
	const int64_t o[] = {40, 30, 20, 10};
	const double w[] = {1, 1, 1, 1};
	const int64_t x[] = {8, 2};
	const int64_t n[] = {10, 10};
	PmSrm		r;
	PmHomogeneity h;

	CHECK(pm_srm_test(o, w, 4, &r) == PM_STAT_OK);
	CHECK_NEAR(r.chi2, 20, 1e-15, "uniform fit");
	CHECK(r.df == 3 && fabs(r.p_value - 0.0002) < 5e-5);
	CHECK_NEAR(r.max_deviation, 0.6, 1e-15, "deviation");
	CHECK(pm_homogeneity_test(x, n, 2, &h) == PM_STAT_OK);
	CHECK_NEAR(h.chi2, 7.2, 1e-15, "two by two");
	CHECK(h.df == 1 && fabs(h.p_value - 0.0073) < 5e-5);
	if (cases != NULL)
	{
		const Json *first = json_get(&cases->items[0], "expected");
		const Json *second = json_get(&cases->items[1], "expected");

		CHECK_NEAR(r.chi2, stat_num(first, "chi2"), 1e-14, "fixture");
		CHECK_NEAR(h.chi2, stat_num(second, "chi2"), 1e-14, "fixture");
	}
}

static void
check_e_case(const Json *row, const char *counts, const char *weights,
			 const char *want, int i, Worst *worst)
{
	const Json *o = json_get(row, counts);
	const Json *w = json_get(row, weights);
	const Json *prior = json_get(row, "dirichlet_alpha");
	int64_t		count[PM_STAT_MAX_ARMS];
	double		weight[PM_STAT_MAX_ARMS];
	double		a[PM_STAT_MAX_ARMS];
	double		log_e;

	for (size_t j = 0; j < o->n; j++)
	{
		count[j] = (int64_t) stat_item(o, j);
		weight[j] = stat_item(w, j);
		a[j] = stat_item(prior, j);
	}
	CHECK(pm_multinomial_log_e(count, weight, prior ? a : NULL,
							   stat_num(row, "concentration"), (int) o->n,
							   &log_e) == PM_STAT_OK);
	stat_near(log_e, stat_num(row, want), 1e-12, want, i, worst);
	if (json_get(row, "p_always_valid") != NULL)
		stat_near(fmin(1, exp(-log_e)), stat_num(row, "p_always_valid"), 1e-12,
				  "p_always_valid", i, worst);
}

static void
test_e_json(void)
{
	const Json *root = stat_json("experiments/multinomial_e_value.json");
	const Json *source = json_get(json_get(root, "from_source"), "cases");
	const Json *rows = json_get(root, "computed_rows");
	Worst		worst = {0};

	if (root == NULL)
		return;
	for (int i = 0; i < (int) source->n; i++)
		check_e_case(&source->items[i], "cumulative_counts", "null", "expected_log_e", i, &worst);
	for (int i = 0; i < (int) rows->n; i++)
		check_e_case(&rows->items[i], "counts", "weights", "log_e", i, &worst);
	stat_report("multinomial_e_value.json", &worst);
}

static void
test_known(void)
{
	const double even[] = {1, 1};
	const double skewed[] = {95, 5};
	const double with_zero[] = {1, 1, 0};
	const double one_arm[] = {0, 3};
	const int64_t balanced[] = {500, 500};
	const int64_t designed[] = {9500, 500};
	const int64_t none[] = {0, 0};
	const int64_t leak[] = {500, 500, 1};
	const int64_t first[] = {1, 0};
	PmSrm		r;
	double		log_e;

	CHECK(pm_srm_test(balanced, even, 2, &r) == PM_STAT_OK);
	CHECK(r.chi2 == 0 && r.p_value == 1 && r.max_deviation == 0 && !r.alarm);
	CHECK(r.log_e_value < 0);
	CHECK(pm_srm_test(designed, skewed, 2, &r) == PM_STAT_OK && r.chi2 == 0 && !r.alarm);
	CHECK(pm_srm_test(designed, even, 2, &r) == PM_STAT_OK && r.alarm && r.p_value < 1e-300);
	CHECK(pm_srm_test(none, even, 2, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_NO_UNITS && r.p_value == 1 && isnan(r.max_deviation));
	CHECK(r.log_e_value == 0 && !r.alarm);
	CHECK(pm_srm_test(leak, with_zero, 3, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_ZERO_WEIGHT_UNITS && r.alarm && r.p_value == 0 && r.df == 1);
	CHECK(pm_srm_test(none, one_arm, 2, &r) == PM_STAT_OK && r.df == 0 && r.p_value == 1);
	CHECK(pm_srm_test(balanced, one_arm, 2, &r) == PM_STAT_OK && r.alarm);

	/* One draw from a symmetric prior is what the null predicted. */
	CHECK(pm_multinomial_log_e(first, even, NULL, 7, 2, &log_e) == PM_STAT_OK);
	CHECK(fabs(log_e) < 1e-15);
	/* Uniform prior, n heads of n: 2^n / (n + 1). */
	for (int64_t n = 1; n < 60; n++)
	{
		const int64_t heads[] = {n, 0};

		CHECK(pm_multinomial_log_e(heads, even, NULL, 2, 2, &log_e) == PM_STAT_OK);
		CHECK(fabs(log_e - ((double) n * log(2) - log((double) n + 1))) < 1e-13 * (double) (n + 5));
	}
}

static void
test_errors(void)
{
	const int64_t o[] = {1, -1};
	const int64_t fine[] = {1, 2};
	const int64_t less[] = {1, 1};
	const double w[] = {1, 1};
	const double zero[] = {0, 0};
	const double nan[] = {1, NAN};
	const double minus[] = {1, -1};
	const double half[] = {1, 0};
	const double tiny[] = {1, 1e-300};
	PmSrm		r;
	PmHomogeneity h;
	double		log_e;

	CHECK(pm_srm_test(o, w, 2, &r) == PM_STAT_BAD_COUNT);
	CHECK(pm_srm_test(fine, zero, 2, &r) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_srm_test(fine, nan, 2, &r) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_srm_test(fine, minus, 2, &r) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_srm_test(fine, tiny, 2, &r) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_srm_test(fine, w, 0, &r) == PM_STAT_BAD_LENGTH);
	CHECK(pm_srm_test(fine, w, PM_STAT_MAX_ARMS + 1, &r) == PM_STAT_BAD_LENGTH);
	CHECK(pm_homogeneity_test(fine, less, 2, &h) == PM_STAT_BAD_SUCCESSES);
	CHECK(pm_homogeneity_test(fine, fine, 0, &h) == PM_STAT_BAD_LENGTH);
	CHECK(pm_multinomial_log_e(fine, half, NULL, 1, 2, &log_e) == PM_STAT_BAD_WEIGHT);
	CHECK(pm_multinomial_log_e(fine, w, NULL, 0, 2, &log_e) == PM_STAT_BAD_PRIOR);
	CHECK(pm_multinomial_log_e(fine, w, minus, 0, 2, &log_e) == PM_STAT_BAD_PRIOR);
	CHECK(pm_multinomial_log_e(o, w, NULL, 1, 2, &log_e) == PM_STAT_BAD_COUNT);
}

/* Any mixture of empty, huge and lopsided arms yields numbers. */
static void
test_edges(void)
{
	static const int64_t sizes[] = {0, 1, 5, 1000, INT64_C(1000000000), PM_STAT_COUNT_MAX};
	static const double weights[] = {0.5, 1, 3, 1e14};

	for (int i = 0; i < 6 * 6 * 6; i++)
		for (int j = 0; j < 4 * 4 * 4; j++)
		{
			int64_t		o[] = {sizes[i % 6], sizes[i / 6 % 6], sizes[i / 36]};
			double		w[] = {weights[j % 4], weights[j / 4 % 4], weights[j / 16]};
			int64_t		x[] = {o[0] / 2, o[1] / 3, o[2] - (o[2] > 0)};
			PmSrm		r;
			PmHomogeneity h;

			CHECK(pm_srm_test(o, w, 3, &r) == PM_STAT_OK);
			CHECK(r.p_value >= 0 && r.p_value <= 1 && isfinite(r.chi2));
			CHECK(isfinite(r.log_e_value) && !isinf(r.max_deviation));
			CHECK(pm_homogeneity_test(x, o, 3, &h) == PM_STAT_OK);
			CHECK(!isinf(h.chi2) && !(h.p_value < 0 || h.p_value > 1));
		}
}

/* A healthy allocation watched after every thousand units raises no alarm. */
static void
test_false_alarms(void)
{
	const double w[] = {1, 1, 2};
	uint64_t	seed = 4294967291u;
	int			alarms = 0;

	for (int run = 0; run < 300; run++)
	{
		int64_t		o[3] = {0, 0, 0};
		bool		alarm = false;

		for (int look = 0; look < 30; look++)
		{
			PmSrm		r;

			for (int unit = 0; unit < 1000; unit++)
			{
				double		u = stat_random(&seed);

				o[u < 0.25 ? 0 : u < 0.5 ? 1 : 2]++;
			}
			CHECK(pm_srm_test(o, w, 3, &r) == PM_STAT_OK);
			alarm |= r.alarm;
		}
		alarms += alarm;
	}
	CHECK(alarms <= 1);
}

int
main(void)
{
	test_known();
	test_errors();
	test_homogeneity_csv();
	test_homogeneity_json();
	test_srm_csv();
	test_srm_json();
	test_stats_duck();
	test_e_json();
	test_edges();
	test_false_alarms();
	return check_report("stat_chisq");
}
