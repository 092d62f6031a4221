/*
 * test_stat_sequential.c
 *		Always-valid e-values, confidence sequences, the hybrid method.
 */
#include "pm_stat_interval.h"
#include "pm_stat_normal.h"
#include "pm_stat_sequential.h"
#include "pm_stat_ztest.h"
#include "stat_util.h"

/*
 * mSPRT with prior variance tau2 is the e-value with rho2 = tau2 / v; the
 * asymptotic sequence takes rho2 from its tuning time.
 */
static void
test_csv(void)
{
	Csv		   *csv = stat_csv("stats/sequential.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		double		n = csv_double(csv, i, "n");
		double		v = csv_double(csv, i, "v");
		double		delta = csv_double(csv, i, "delta");
		double		alpha = csv_double(csv, i, "alpha");
		double		se = sqrt(v / n);
		double		z = delta / se;
		double		rho2 = csv_double(csv, i, "tau2") / v;
		double		log_e = pm_sequential_log_e(z, n, rho2, PM_STAT_TWO_SIDED);
		double		half = se * pm_sequential_critical(n, rho2, alpha, PM_STAT_TWO_SIDED);
		double		rho = csv_double(csv, i, "rho_exact");
		double		want_p = csv_double(csv, i, "msprt_p");

		/* A log near 0 is the difference of two larger terms. */
		CHECK(fabs(log_e - csv_double(csv, i, "msprt_loglr")) <=
			  1e-13 * fabs(log_e) + 1e-14);
		stat_near(fmin(1, exp(-log_e)), want_p, 1e-12, "msprt_p", i, &worst);
		stat_near(half, csv_double(csv, i, "msprt_half"), 1e-13, "msprt_half", i, &worst);
		stat_near(delta - half, csv_double(csv, i, "msprt_lo"), 1e-11, "msprt_lo", i, &worst);
		stat_near(delta + half, csv_double(csv, i, "msprt_hi"), 1e-11, "msprt_hi", i, &worst);
		stat_near(se * pm_sequential_critical(n, rho * rho, alpha, PM_STAT_TWO_SIDED),
				  csv_double(csv, i, "cs_exact_half"), 1e-13, "cs_exact_half", i, &worst);

		rho2 = pm_sequential_rho2(alpha, csv_double(csv, i, "t_opt"), PM_STAT_TWO_SIDED);
		stat_near(sqrt(rho2), csv_double(csv, i, "rho_approx"), 1e-14, "rho_approx", i, &worst);
		half = se * pm_sequential_critical(n, rho2, alpha, PM_STAT_TWO_SIDED);
		stat_near(half, csv_double(csv, i, "cs_approx_half"), 1e-13, "cs_approx_half", i, &worst);
		stat_near(delta - half, csv_double(csv, i, "cs_lo"), 1e-11, "cs_lo", i, &worst);
		stat_near(delta + half, csv_double(csv, i, "cs_hi"), 1e-11, "cs_hi", i, &worst);
		log_e = pm_sequential_log_e(z, n, rho2, PM_STAT_TWO_SIDED);
		stat_near(fmin(1, exp(-log_e)), csv_double(csv, i, "cs_p"), 1e-12, "cs_p", i, &worst);

		rho2 = pm_sequential_rho2(alpha, csv_double(csv, i, "t_opt"), PM_STAT_GREATER);
		stat_near(sqrt(rho2), csv_double(csv, i, "rho_onesided"), 1e-14, "rho_onesided", i, &worst);
		stat_near(se * pm_sequential_critical_loose(n, rho2, alpha),
				  csv_double(csv, i, "cs_onesided_half"), 1e-13, "cs_onesided_half", i, &worst);
		CHECK(pm_sequential_critical(n, rho2, alpha, PM_STAT_GREATER) <=
			  pm_sequential_critical_loose(n, rho2, alpha));
	}
	if (csv != NULL)
		stat_report("sequential.csv", &worst);
}

static void
test_json(void)
{
	const Json *rows = json_get(stat_json("experiments/always_valid_normal_mixture.json"), "rows");
	Worst		worst = {0};

	for (int i = 0; rows != NULL && i < (int) rows->n; i++)
	{
		const Json *row = &rows->items[i];
		const Json *one = json_get(row, "one_sided");
		double		z = stat_num(row, "z");
		double		n = stat_num(row, "n_total");
		double		alpha = stat_num(row, "alpha");
		double		tuning = stat_num(row, "tuning_n");
		double		rho2 = pm_sequential_rho2(alpha, tuning, PM_STAT_TWO_SIDED);
		double		log_e = pm_sequential_log_e(z, n, rho2, PM_STAT_TWO_SIDED);

		stat_near(rho2, stat_num(row, "rho2"), 1e-14, "rho2", i, &worst);
		stat_near(log_e, stat_num(row, "log_e"), 1e-13, "log_e", i, &worst);
		stat_near(fmin(1, exp(-log_e)), stat_num(row, "p_always_valid"), 1e-12, "p", i, &worst);
		stat_near(pm_sequential_critical(n, rho2, alpha, PM_STAT_TWO_SIDED),
				  stat_num(row, "critical_z_two_sided"), 1e-14, "critical", i, &worst);
		rho2 = pm_sequential_rho2(alpha, tuning, PM_STAT_GREATER);
		stat_near(rho2, stat_num(one, "rho2"), 1e-14, "one-sided rho2", i, &worst);
		stat_near(pm_sequential_critical_loose(n, rho2, alpha),
				  stat_num(one, "critical_z"), 1e-14, "one-sided critical", i, &worst);
	}
	if (rows != NULL)
		stat_report("always_valid_normal_mixture.json", &worst);
}

/* gbstats divides a relative effect by its own, unpooled, standard error. */
static void
check_gb_case(const Json *row, int i, Worst *worst)
{
	const Json *params = json_get(row, "params");
	const Json *full = json_get(row, "recomputed_full_precision");
	const Json *side_text = json_get(params, "side");
	double		alpha = stat_num(params, "alpha");
	bool		relative = strcmp(json_get(params, "difference")->str, "relative") == 0;
	PmStatAlternative side = PM_STAT_TWO_SIDED;
	PmMeanArm	arm[2];
	PmTtest		t;
	double		effect;
	double		se;
	double		n;
	double		rho2;
	double		half;

	for (int k = 0; k < 2; k++)
	{
		const Json *stat = json_get(row, k ? "b_treatment" : "a_control");
		double		size = stat_num(stat, "n");

		arm[k].n = (int64_t) size;
		arm[k].mean = stat_num(stat, "sum") / size;
		arm[k].variance = strcmp(json_get(stat, "type")->str, "proportion") == 0 ?
			arm[k].mean * (1 - arm[k].mean) :
			(stat_num(stat, "sum_squares") - size * arm[k].mean * arm[k].mean) / (size - 1);
	}
	CHECK(pm_stat_alternative_parse(side_text->str, side_text->len, &side));
	CHECK(pm_welch_ttest(&arm[0], &arm[1], side, alpha, 0, &t) == PM_STAT_OK);
	effect = relative ? t.lift : t.diff;
	se = relative ? t.lift_se : t.se;
	n = (double) (arm[0].n + arm[1].n);
	rho2 = pm_sequential_rho2(alpha, stat_num(params, "tuning_n"), side);
	half = se * (side == PM_STAT_TWO_SIDED ?
				 pm_sequential_critical(n, rho2, alpha, side) :
				 pm_sequential_critical_loose(n, rho2, alpha));
	stat_near(effect, stat_num(full, "expected"), 1e-10, "effect", i, worst);
	if (side != PM_STAT_LESS)
		stat_near(effect - half, stat_item(json_get(full, "ci"), 0), 1e-9, "low", i, worst);
	if (side != PM_STAT_GREATER)
		stat_near(effect + half, stat_item(json_get(full, "ci"), 1), 1e-9, "high", i, worst);
	if (side == PM_STAT_TWO_SIDED)
		stat_near(fmin(1, exp(-pm_sequential_log_e(effect / se, n, rho2, side))),
				  stat_num(full, "p"), 1e-8, "p", i, worst);
}

static void
test_gbstats_json(void)
{
	const Json *cases = json_get(stat_json("experiments/gbstats_posthog_expected.json"), "cases");
	Worst		worst = {0};
	int			seen = 0;

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		if (strncmp(json_get(&cases->items[i], "method")->str, "sequential", 10) == 0)
		{
			check_gb_case(&cases->items[i], i, &worst);
			seen++;
		}
	}
	if (cases != NULL)
	{
		CHECK(seen == 6);
		stat_report("gbstats_posthog_expected.json, sequential", &worst);
	}
}

static void
test_known(void)
{
	double		rho2 = pm_sequential_rho2(0.05, 5000, PM_STAT_TWO_SIDED);
	double		log_a = log(0.05);

	CHECK_NEAR(rho2 * 5000, -2 * log_a + log(1 - 2 * log_a), 1e-15, "tuning");
	CHECK(fabs(pm_sequential_critical(5000, rho2, 0.05, PM_STAT_TWO_SIDED) - 3.0353) < 1e-4);
	CHECK(fabs(pm_sequential_log_e(3.5, 5000, rho2, PM_STAT_TWO_SIDED) - 4.344529) < 1e-6);
	CHECK(fabs(exp(-pm_sequential_log_e(3.5, 5000, rho2, PM_STAT_TWO_SIDED)) - .0129776) < 1e-7);

	/* The two half-normal mixtures average to the whole one, with its rho2. */
	for (double z = -8; z <= 8; z += 0.25)
		CHECK_NEAR(0.5 * (exp(pm_sequential_log_e(z, 900, 0.01, PM_STAT_GREATER)) +
						  exp(pm_sequential_log_e(z, 900, 0.01, PM_STAT_LESS))),
				   exp(pm_sequential_log_e(z, 900, 0.01, PM_STAT_TWO_SIDED)), 1e-13,
				   "halves");
	/* Far on the wrong side it falls like 1/z, and stays finite. */
	CHECK(isfinite(pm_sequential_log_e(-1e8, 5000, rho2, PM_STAT_GREATER)));
	CHECK(pm_sequential_log_e(-1e8, 5000, rho2, PM_STAT_GREATER) < -18);
	CHECK(pm_sequential_log_e(-10.81, 5000, rho2, PM_STAT_GREATER) <
		  pm_sequential_log_e(-10.80, 5000, rho2, PM_STAT_GREATER));
}

/* p <= alpha exactly from the critical value on, one-sided too. */
static void
test_critical(void)
{
	static const double alphas[] = {1e-12, 1e-4, 0.005, 0.05, 0.3, 0.49};

	for (int a = 0; a < 6; a++)
		for (double n = 1; n < 3e15; n *= 11)
			for (double plan = 1; plan < 2e15; plan *= 101)
				for (int side = 0; side < 3; side++)
				{
					PmStatAlternative alt = (PmStatAlternative) side;
					double		rho2 = pm_sequential_rho2(alphas[a], plan, alt);
					double		crit = pm_sequential_critical(n, rho2, alphas[a], alt);
					double		sign = alt == PM_STAT_LESS ? -1 : 1;

					CHECK(crit > 0 && isfinite(crit));
					CHECK_NEAR(pm_sequential_log_e(sign * crit, n, rho2, alt),
							   -log(alphas[a]), 1e-12, "log e at the critical z");
					CHECK(pm_sequential_log_e(sign * crit * (1 + 1e-9), n, rho2, alt) >
						  -log(alphas[a]));
					CHECK(pm_sequential_log_e(sign * crit * (1 - 1e-9), n, rho2, alt) <
						  -log(alphas[a]));
				}
}

static void
check_finite(const PmAlwaysValid *r)
{
	const double fields[] = {r->mean_control, r->mean_treatment, r->diff, r->z,
	r->log_e_value, r->p_value, r->critical_z, r->ci_low, r->ci_high};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		CHECK(!isinf(fields[i]));
	CHECK(!(r->p_value < 0 || r->p_value > 1) && !(r->ci_low > r->ci_high));
	CHECK(isnan(r->p_value) == isnan(r->log_e_value));
	if (isnan(r->p_value))
		CHECK(r->reason != PM_STAT_REASON_NONE && !r->reject);
	if (r->reject)
	{
		CHECK(r->gate_open && r->p_value <= r->alpha * (1 + 1e-12));
		CHECK(!(r->ci_low < r->margin && r->ci_high > r->margin));
	}
	else if (!isnan(r->p_value))
		CHECK(!(r->ci_low > r->margin || r->ci_high < r->margin));
}

static void
test_agreement(void)
{
	uint64_t	seed = 1442695040888963407u;
	int			rejected = 0;
	int			adjusted = 0;

	for (int i = 0; i < 100000; i++)
	{
		int64_t		nc = 1 + (int64_t) pow(10, 6 * stat_random(&seed));
		int64_t		nt = 1 + (int64_t) pow(10, 6 * stat_random(&seed));
		double		base = pow(stat_random(&seed), 2);
		double		shift = 9 * (stat_random(&seed) - 0.5) *
			sqrt(base * (1 - base) * (1.0 / (double) nc + 1.0 / (double) nt));
		int64_t		xc = (int64_t) ((double) nc * base);
		int64_t		xt = (int64_t) fmin(fmax((double) nt * (base + shift), 0), (double) nt);
		double		alpha = i % 2 ? 0.05 : 1e-9 + 0.49 * stat_random(&seed);
		PmStatAlternative side = (PmStatAlternative) (i % 3);
		double		margin = i % 5 == 0 ? 0.1 * (stat_random(&seed) - 0.5) : 0;
		PmAlwaysValid r;
		double		z;

		CHECK(pm_always_valid_counts(xc, nc, xt, nt, alpha, 1 + i % 20000, side, margin, &r) ==
			  PM_STAT_OK);
		check_finite(&r);
		if (isnan(r.z))
			continue;
		z = side == PM_STAT_TWO_SIDED ? fabs(r.z) : side == PM_STAT_LESS ? -r.z : r.z;
		if (r.gate_open && fabs(z / r.critical_z - 1) > 1e-12)
			CHECK(r.reject == (z >= r.critical_z));
		rejected += r.reject;
		adjusted += r.ci_adjusted;
	}
	CHECK(rejected > 10000 && adjusted > 10);
	printf("# agreement: %d of 100000 rejected, %d intervals adjusted\n", rejected, adjusted);
}

static void
test_counts(void)
{
	PmAlwaysValid r;
	PmZtest		z;
	PmInterval	ci;

	/* The pooled z, and Agresti-Caffo's variance in the interval. */
	CHECK(pm_always_valid_counts(100, 1000, 160, 1000, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_OK);
	CHECK(pm_ztest_counts(100, 1000, 160, 1000, PM_STAT_TWO_SIDED, 0.05, 0, &z) == PM_STAT_OK);
	CHECK_NEAR(r.z, z.z, 1e-15, "pooled z");
	CHECK(r.gate_open && r.reject && r.reason == PM_STAT_REASON_NONE && r.level == 0.95);
	CHECK_NEAR(r.log_e_value,
			   pm_sequential_log_e(z.z, 2000, pm_sequential_rho2(0.05, 5000, PM_STAT_TWO_SIDED),
								   PM_STAT_TWO_SIDED), 1e-15, "log e");
	CHECK(pm_diff_ci(100, 1000, 160, 1000, 0.95, PM_DIFF_AGRESTI_CAFFO, &ci) == PM_STAT_OK);
	CHECK_NEAR((r.ci_high - r.ci_low) / (ci.high - ci.low),
			   r.critical_z / pm_norm_critical(0.05, PM_STAT_TWO_SIDED), 1e-13, "width");

	/* A treatment without success trips the gate all the same. */
	CHECK(pm_always_valid_counts(100, 10000, 0, 10000, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_OK && r.gate_open && r.reject && r.ci_high <= 0);
	/* Three against none: the formula may shout, the gate is closed. */
	CHECK(pm_always_valid_counts(0, 990, 3, 10, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_OK && !r.gate_open && !r.reject && r.ci_low <= 0);
	CHECK(pm_always_valid_counts(0, 10, 0, 10, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_OK && r.reason == PM_STAT_NO_VARIATION && r.p_value == 1 && r.z == 0);
	CHECK(pm_always_valid_counts(0, 10, 0, 10, 0.05, 5000, PM_STAT_GREATER, -0.1, &r) ==
		  PM_STAT_OK && r.reason == PM_STAT_NO_VARIATION && isnan(r.p_value) && !r.reject);
	CHECK(pm_always_valid_counts(0, 0, 1, 10, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_OK && r.reason == PM_STAT_NO_UNITS && isnan(r.z) && isnan(r.ci_low));
	/* Non-inferiority: equal rates and a margin of -5 points. */
	CHECK(pm_always_valid_counts(500, 5000, 500, 5000, 0.05, 10000, PM_STAT_GREATER, -0.05, &r) ==
		  PM_STAT_OK && r.reject && r.ci_low >= -0.05 && isnan(r.ci_high));
	CHECK_NEAR(r.z, 0.05 / sqrt(0.1 * 0.9 * 2 / 5000), 1e-14, "margin");

	CHECK(pm_always_valid_counts(2, 1, 1, 1, 0.05, 5000, PM_STAT_TWO_SIDED, 0, &r) ==
		  PM_STAT_BAD_SUCCESSES);
	CHECK(pm_always_valid_counts(1, 1, 1, 1, 0.5, 5000, PM_STAT_GREATER, 0, &r) ==
		  PM_STAT_BAD_ALPHA);
	CHECK(pm_always_valid_counts(1, 1, 1, 1, 0.05, 0, PM_STAT_GREATER, 0, &r) ==
		  PM_STAT_BAD_PLAN);
	CHECK(pm_always_valid_counts(1, 1, 1, 1, 0.05, 10, PM_STAT_GREATER, 2, &r) ==
		  PM_STAT_BAD_MARGIN);
}

static void
test_edges(void)
{
	static const int64_t sizes[] = {0, 1, 2, 29, 30, 1000003, PM_STAT_COUNT_MAX};
	static const double means[] = {0, 1, -7, 1e15, -1e200};
	static const double vars[] = {0, 1e-300, 1, 1e200};

	for (int i = 0; i < 7 * 5 * 4; i++)
		for (int j = 0; j < 7 * 5 * 4; j++)
			for (int side = 0; side < 3; side++)
			{
				PmMeanArm	c = {sizes[i % 7], means[i / 7 % 5], vars[i / 35]};
				PmMeanArm	t = {sizes[j % 7], means[j / 7 % 5], vars[j / 35]};
				int64_t		xc = c.n * (i / 7 % 5) / 4;
				int64_t		xt = t.n * (j / 7 % 5) / 4;
				PmAlwaysValid r;

				CHECK(pm_always_valid_means(&c, &t, 0.05, 5000, (PmStatAlternative) side, 0, &r) ==
					  PM_STAT_OK);
				check_finite(&r);
				CHECK(pm_always_valid_counts(xc, c.n, xt, t.n, 0.01, 1, (PmStatAlternative) side,
											 0, &r) == PM_STAT_OK);
				check_finite(&r);
			}
}

static void
test_means(void)
{
	PmMeanArm	c = {100, 10, 4};
	PmMeanArm	t = {300, 11, 9};
	PmAlwaysValid r;

	/* (99*4 + 299*9 + 100*300/400) / 399 * (1/100 + 1/300) */
	CHECK(pm_always_valid_means(&c, &t, 0.05, 400, PM_STAT_TWO_SIDED, 0, &r) == PM_STAT_OK);
	CHECK_NEAR(r.z, 1 / sqrt((396.0 + 2691 + 75) / 399 * (4.0 / 300)), 1e-15, "pooled total");
	CHECK_NEAR((r.ci_high - r.ci_low) / 2, r.critical_z * sqrt(0.04 + 0.03), 1e-14, "welch width");
	CHECK(r.gate_open);
	c.n = 29;
	CHECK(pm_always_valid_means(&c, &t, 0.05, 400, PM_STAT_TWO_SIDED, 0, &r) == PM_STAT_OK);
	CHECK(!r.gate_open && !r.reject);
	c.variance = t.variance = 0;
	CHECK(pm_always_valid_means(&c, &t, 0.05, 400, PM_STAT_TWO_SIDED, 0, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_NO_VARIATION && isnan(r.z) && r.diff == 1);
	c.n = 1;
	CHECK(pm_always_valid_means(&c, &t, 0.05, 400, PM_STAT_TWO_SIDED, 0, &r) == PM_STAT_OK);
	CHECK(r.reason == PM_STAT_TOO_FEW && isnan(r.p_value));
}

static void
test_hybrid(void)
{
	PmHybrid	h;
	PmMeanArm	c = {500, 10, 100};
	PmMeanArm	t = {500, 11.5, 100};

	/* z = 2.24: enough for one planned look, not for the e-value. */
	CHECK(pm_hybrid_counts(80, 500, 108, 500, 0.05, 1000, 900, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK);
	CHECK(h.planned_look && h.reject && !h.sequential.reject && h.fixed_p_value < 0.045);
	CHECK_NEAR(h.fixed_alpha, 0.045, 1e-15, "fixed share");
	CHECK_NEAR(h.sequential.alpha, 0.005, 1e-15, "sequential share");
	CHECK(pm_hybrid_counts(80, 500, 108, 500, 0.05, 1001, 900, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK && !h.planned_look && !h.reject && isnan(h.fixed_p_value));
	CHECK(pm_hybrid_counts(80, 500, 108, 500, 0.05, 1000, 1000, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK && !h.planned_look && !h.reject);
	CHECK(pm_hybrid_counts(10, 500, 108, 500, 0.05, 2000, 900, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK && !h.planned_look && h.reject && h.sequential.reject);
	CHECK(pm_hybrid_counts(0, 0, 0, 0, 0.05, 1000, 0, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK && !h.reject);
	CHECK(pm_hybrid_means(&c, &t, 0.05, 1000, 900, PM_STAT_TWO_SIDED, 0, &h) ==
		  PM_STAT_OK && h.planned_look && h.reject && !h.sequential.reject);
	CHECK(pm_hybrid_counts(1, 1, 1, 1, 2, 10, 0, PM_STAT_TWO_SIDED, 0, &h) == PM_STAT_BAD_ALPHA);
}

static void
test_split(void)
{
	double		log_e;

	/* c = 1, one event: the prior predicted what the null did. */
	CHECK(pm_multinomial_split_log_e(1, 0, 1, 1, 1, &log_e) == PM_STAT_OK && fabs(log_e) < 1e-15);
	/* c = 2 is uniform: 30 of 30 has e = 2^30 / 31. */
	CHECK(pm_multinomial_split_log_e(30, 0, 1, 1, 2 * 7.94, &log_e) == PM_STAT_OK);
	CHECK_NEAR(log_e, 30 * log(2) - log(31), 1e-14, "thirty of thirty");
	CHECK(pm_multinomial_split_log_e(1, 0, 1, 1, 0, &log_e) == PM_STAT_BAD_PLAN);
}

/* Successes among n units at rate p; the normal tail is good enough here. */
static int64_t
draw(uint64_t *seed, int n, double p)
{
	int64_t		hits = 0;

	for (int i = 0; i < n; i++)
		hits += stat_random(seed) < p;
	return hits;
}

/*
 * A/A experiments watched thirty times.  The e-value must stop at most alpha of
 * them, and a z-test at 1.96 far more: the harness does see peeking.
 */
static void
test_peeking(void)
{
	static const double shares[] = {0.5, 0.9, 0.99};
	static const double rates[] = {0.5, 0.1, 0.01};
	uint64_t	seed = 6364136223846793005u;

	for (int s = 0; s < 3; s++)
		for (int p = 0; p < 3; p++)
		{
			int			stopped = 0;
			int			naive = 0;

			for (int run = 0; run < 1000; run++)
			{
				int64_t		x[2] = {0, 0};
				int64_t		n[2] = {0, 0};
				bool		stop = false;
				bool		peek = false;

				for (int look = 0; look < 30; look++)
				{
					PmAlwaysValid r;

					for (int arm = 0; arm < 2; arm++)
					{
						int			add = (int) (200 * (arm ? 1 - shares[s] : shares[s]) + 0.5);

						n[arm] += add;
						x[arm] += draw(&seed, add, rates[p]);
					}
					CHECK(pm_always_valid_counts(x[0], n[0], x[1], n[1], 0.05, 5000,
												 PM_STAT_TWO_SIDED, 0, &r) == PM_STAT_OK);
					stop |= r.reject;
					peek |= fabs(r.z) > 1.959963984540054;
				}
				stopped += stop;
				naive += peek;
			}
			CHECK(stopped <= 50);
			CHECK(naive > 150);
			printf("# A/A, control share %g, rate %g: %d of 1000 stopped, %d by naive peeking\n",
				   shares[s], rates[p], stopped, naive);
		}
}

int
main(void)
{
	test_known();
	test_csv();
	test_json();
	test_gbstats_json();
	test_critical();
	test_counts();
	test_means();
	test_hybrid();
	test_split();
	test_edges();
	test_agreement();
	test_peeking();
	return check_report("stat_sequential");
}
