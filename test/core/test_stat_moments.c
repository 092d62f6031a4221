/*
 * test_stat_moments.c
 *		Aggregate states: counts, moments, paired moments, A/B summary.
 */
#include "pm_stat_moments.h"
#include "stat_util.h"

#define MAX_VALUES 20000

/* One pass, and the same values split in uneven parts and combined. */
static PmMoments
one_pass(const double *x, int n)
{
	PmMoments	s = {0};

	for (int i = 0; i < n; i++)
		CHECK(pm_moments_add(&s, x[i]) == PM_STAT_OK);
	CHECK(pm_moments_valid(&s));
	return s;
}

static PmMoments
in_parts(const double *x, int n, int step)
{
	PmMoments	s = {0};

	for (int i = 0; i < n; i += step)
	{
		PmMoments	part = one_pass(x + i, n - i < step ? n - i : step);

		CHECK(pm_moments_combine(&s, &part) == PM_STAT_OK);
		CHECK(pm_moments_valid(&s));
	}
	return s;
}

/* A mean near 0 is only as good as its summands. */
static void
check_mean(const PmMoments *s, double mean)
{
	double		scale = fabs(mean) + sqrt(pm_moments_var_samp(s));

	CHECK(fabs(pm_moments_mean(s) - mean) <= 1e-15 * scale);
}

static void
check_moments(const double *x, int n, double mean, double var, double rel,
			  const char *what, int row, Worst *worst)
{
	PmMoments	s = one_pass(x, n);
	int			steps[] = {1, 2, 3, 7, 64, n / 2 + 1, n};

	check_mean(&s, mean);
	stat_near(pm_moments_var_samp(&s), var, rel, what, row, worst);
	for (int k = 0; k < 7; k++)
	{
		PmMoments	c = in_parts(x, n, steps[k]);

		CHECK(c.n == s.n);
		check_mean(&c, mean);
		stat_near(pm_moments_var_samp(&c), var, rel, what, row, worst);
	}
}

static void
test_csv(void)
{
	Csv		   *csv = stat_csv("stats/moments.csv");
	static double x[MAX_VALUES];
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		int			n = csv_doubles(csv, i, "x", x, MAX_VALUES);
		PmMoments	s = one_pass(x, n);
		double		m2 = csv_double(csv, i, "m2");
		double		mean = csv_double(csv, i, "mean");
		double		scale = fabs(mean) + sqrt(m2);

		CHECK(s.n == csv_int(csv, i, "n"));
		/* A mean near 0 is only as good as its summands. */
		CHECK(fabs(pm_moments_mean(&s) - mean) <= 1e-15 * scale);
		CHECK(fabs(pm_moments_sum(&s) - csv_double(csv, i, "sum")) <=
			  2e-15 * scale * (double) n);
		stat_near(s.m2, m2, 1e-12, "m2", i, &worst);
		stat_near(pm_moments_var_samp(&s), csv_double(csv, i, "var_samp"), 1e-12,
				  "var_samp", i, &worst);
		stat_near(pm_moments_var_pop(&s), csv_double(csv, i, "var_pop"), 1e-12,
				  "var_pop", i, &worst);
		s = in_parts(x, n, 3);
		stat_near(s.m2, m2, 1e-12, "m2, combined", i, &worst);
	}
	if (csv != NULL)
		stat_report("moments.csv", &worst);
}

/* The big fixture is packed; it is read where an unpacked copy lies beside it. */
static void
test_big(void)
{
	char		path[512];
	char		command[600];
	static double x[10][5000];
	Csv		   *csv = stat_csv("stats/moments_big.csv");
	Worst		worst = {0};
	FILE	   *pipe;
	int			set;
	int			at;
	double		value;

	if (csv == NULL || !stat_fixture_path("stats/moments_big_values.csv.gz", path, sizeof(path)))
		return;
	snprintf(command, sizeof(command), "gzip -dc '%s' | tail -n +2", path);
	pipe = popen(command, "r");
	while (pipe != NULL && fscanf(pipe, "%d,%d,%lf", &set, &at, &value) == 3)
		if (set >= 0 && set < 10 && at >= 0 && at < 5000)
			x[set][at] = value;
	if (pipe == NULL || pclose(pipe) != 0)
	{
		printf("# %s cannot be unpacked here, its checks are skipped\n", path);
		return;
	}
	for (int i = 0; i < csv->rows; i++)
	{
		set = (int) csv_int(csv, i, "set_id");
		check_moments(x[set], 5000, csv_double(csv, i, "mean"),
					  csv_double(csv, i, "var_samp"), 1e-12, "set", set, &worst);
	}
	stat_report("moments_big.csv", &worst);
}

/* The rules of the fixture, by name. */
static int
make_values(const char *name, double *x)
{
	double		offset;
	char		which;

	if (sscanf(name, "NIST NumAcc%c", &which) == 1 && which == '1')
	{
		x[0] = 10000001;
		x[1] = 10000003;
		x[2] = 10000002;
		return 3;
	}
	if (sscanf(name, "offset %lf", &offset) == 1)
	{
		for (int k = 0; k < 1000; k++)
			x[k] = (name[7] == '0' ? 0 : offset) + (k % 7) / 4.0;
		return 1000;
	}
	x[0] = which == '2' ? 1.2 : which == '3' ? 1000000.2 : 10000000.2;
	for (int k = 1; k <= 1000; k++)
	{
		if (which == '2')
			x[k] = k % 2 ? 1.1 : 1.3;
		else if (which == '3')
			x[k] = k % 2 ? 1000000.1 : 1000000.3;
		else
			x[k] = k % 2 ? 10000000.1 : 10000000.3;
	}
	return 1001;
}

/*
 * The certified values are those of the decimal numbers; as doubles the values
 * of NumAcc3 and 4 differ from them by up to 1e-9, which is what the variance
 * of 0.01 then shows.
 */
static void
test_json(void)
{
	const Json *rows = json_get(stat_json("experiments/moments.json"), "rows");
	static double x[MAX_VALUES];
	Worst		worst = {0};

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		const char *name = json_get(row, "name")->str;
		int			n = make_values(name, x);
		double		sd = stat_num(row, "sd");
		double		var = isnan(sd) ? stat_num(row, "variance") : sd * sd;
		bool		decimal = strstr(name, "NumAcc3") || strstr(name, "NumAcc4");

		CHECK(n == stat_int(row, "n"));
		check_moments(x, n, stat_num(row, "mean"), var, decimal ? 2e-8 : 1e-12, name, i,
					  &worst);
	}
	if (rows != NULL)
		stat_report("moments.json", &worst);
}

static void
test_known(void)
{
	const double x[] = {3, 5, 10};
	PmMoments	s = one_pass(x, 3);
	PmMoments	empty = {0};
	PmMoments	t = s;

	CHECK(s.mean == 6 && s.m2 == 26 && pm_moments_var_samp(&s) == 13);
	CHECK(pm_moments_sum(&s) == 18);
	CHECK(pm_moments_combine(&t, &empty) == PM_STAT_OK && memcmp(&t, &s, sizeof(s)) == 0);
	t = empty;
	CHECK(pm_moments_combine(&t, &s) == PM_STAT_OK && memcmp(&t, &s, sizeof(s)) == 0);
	CHECK(pm_moments_combine(&empty, &(PmMoments) {0}) == PM_STAT_OK);
	CHECK(empty.n == 0 && isnan(pm_moments_mean(&empty)) && isnan(pm_moments_sum(&empty)));
	CHECK(isnan(pm_moments_var_pop(&empty)) && isnan(pm_moments_var_samp(&empty)));

	/* What is no number is counted and otherwise leaves no trace. */
	t = s;
	CHECK(pm_moments_add(&t, NAN) == PM_STAT_OK);
	CHECK(pm_moments_add(&t, INFINITY) == PM_STAT_OK);
	CHECK(pm_moments_add(&t, -INFINITY) == PM_STAT_OK);
	CHECK(t.n == 3 && t.n_skipped == 3 && t.mean == 6 && t.m2 == 26);
	CHECK(pm_moments_combine(&t, &t) == PM_STAT_OK && t.n_skipped == 6 && t.m2 == 52);
	CHECK(pm_moments_add(&empty, 1e308) == PM_STAT_OK);
	CHECK(pm_moments_add(&empty, -1e308) == PM_STAT_OVERFLOW);

	t = s;
	t.m2 = -1;
	CHECK(!pm_moments_valid(&t));
	t = s;
	t.mean = NAN;
	CHECK(!pm_moments_valid(&t));
	t = s;
	t.n = -3;
	CHECK(!pm_moments_valid(&t));
	t = s;
	t.n = 1;
	CHECK(!pm_moments_valid(&t));
}

static void
test_counts(void)
{
	PmCounts	a = {0};
	PmCounts	b = {0};
	PmCounts	full = {PM_STAT_COUNT_MAX, 0, 0, 0, 0};

	for (int i = 0; i < 100; i++)
	{
		CHECK(pm_counts_add(&a, i % 3 == 0, i % 2 == 0) == PM_STAT_OK);
		CHECK(pm_counts_add(i < 30 ? &b : &full, i % 3 == 0, true) == PM_STAT_OK);
	}
	CHECK(a.n_control == 50 && a.n_treatment == 50);
	CHECK(a.x_control == 17 && a.x_treatment == 17);
	CHECK(pm_counts_combine(&a, &b) == PM_STAT_OK);
	CHECK(a.n_treatment == 80 && a.x_treatment == 27 && pm_counts_valid(&a));
	CHECK(pm_counts_add(&full, true, false) == PM_STAT_OVERFLOW);
	CHECK(pm_counts_combine(&full, &a) == PM_STAT_OVERFLOW);
	a.x_control = 51;
	CHECK(!pm_counts_valid(&a));
	a.x_control = -1;
	CHECK(!pm_counts_valid(&a));
}

static void
test_cov(void)
{
	PmCovMoments whole = {0};
	PmCovMoments parts[5] = {{0}, {0}, {0}, {0}, {0}};
	PmCovMoments total = {0};
	uint64_t	seed = 20250101;

	for (int i = 0; i < 5000; i++)
	{
		double		y = 1e6 + stat_random(&seed);
		double		x = 3e5 + 2 * y + stat_random(&seed);

		CHECK(pm_cov_add(&whole, x, y) == PM_STAT_OK);
		CHECK(pm_cov_add(&parts[i % 4], x, y) == PM_STAT_OK);
	}
	for (int k = 0; k < 5; k++)
		CHECK(pm_cov_combine(&total, &parts[k]) == PM_STAT_OK);
	CHECK(pm_cov_valid(&whole) && pm_cov_valid(&total) && total.n == 5000);
	CHECK_NEAR(total.mean_x, whole.mean_x, 1e-15, "mean x");
	CHECK_NEAR(total.m2x, whole.m2x, 1e-12, "m2 x");
	CHECK_NEAR(total.m2y, whole.m2y, 1e-12, "m2 y");
	CHECK_NEAR(total.cxy, whole.cxy, 1e-12, "cxy");
	CHECK(pm_cov_add(&total, NAN, 1) == PM_STAT_OK && total.n == 5000);
	CHECK(pm_cov_add(&total, 1, INFINITY) == PM_STAT_OK && total.n_skipped == 2);
	total.cxy = 2 * sqrt(total.m2x * total.m2y);
	CHECK(!pm_cov_valid(&total));
}

static void
test_summary(void)
{
	PmAbSummary a = {{0}, {0}, 0, 0, 0};
	PmAbSummary b = a;
	PmCounts	counts;

	for (int i = 0; i < 60; i++)
		CHECK(pm_summary_add(i < 20 ? &a : &b, i % 4 == 0, i % 2 == 0) == PM_STAT_OK);
	CHECK(pm_summary_combine(&a, &b) == PM_STAT_OK && pm_summary_valid(&a));
	CHECK(pm_summary_counts(&a, &counts) && counts.n_control == 30);
	CHECK(counts.n_treatment == 30 && counts.x_treatment == 15 && counts.x_control == 0);
	CHECK(pm_summary_add(&a, 0.5, true) == PM_STAT_OK && !pm_summary_counts(&a, &counts));
	CHECK(pm_summary_valid(&a));
	CHECK(pm_summary_add(&a, NAN, true) == PM_STAT_OK && a.treatment.n_skipped == 1);
	a.ones_control = 31;
	CHECK(!pm_summary_valid(&a));
}

int
main(void)
{
	test_known();
	test_counts();
	test_cov();
	test_summary();
	test_csv();
	test_big();
	test_json();
	return check_report("stat_moments");
}
