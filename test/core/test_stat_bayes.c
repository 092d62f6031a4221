/*
 * test_stat_bayes.c
 *		Beta-binomial comparison, best of k arms, Thompson weights, normal lift.
 */
#include "pm_stat_bayes.h"
#include "pm_stat_means.h"
#include "pm_stat_normal.h"
#include "stat_util.h"

static void
test_csv(void)
{
	Csv		   *csv = stat_csv("stats/bayes_beta_binomial.csv");
	Worst		worst = {0};

	for (int i = 0; csv != NULL && i < csv->rows; i++)
	{
		/* a is our control; values below 1e-45 are left empty there. */
		static const char *const columns[] = {"prob_b_beats_a", "prob_a_beats_b",
		"loss_choose_a", "loss_choose_b", "mean_a", "mean_b"};
		PmBayes		r;
		double		got[6];

		CHECK(pm_bayes_counts(csv_int(csv, i, "xa"), csv_int(csv, i, "na"),
							  csv_int(csv, i, "xb"), csv_int(csv, i, "nb"), 1, 1, &r) ==
			  PM_STAT_OK);
		got[0] = r.prob_beats;
		got[1] = r.prob_control;
		got[2] = r.loss_control;
		got[3] = r.loss_treatment;
		got[4] = r.mean_control;
		got[5] = r.mean_treatment;
		for (int j = 0; j < 6; j++)
		{
			double		want = csv_double(csv, i, columns[j]);

			if (isnan(want))
				CHECK(got[j] >= 0 && got[j] < 1e-44);
			else
				stat_near(got[j], want, 1e-10, columns[j], i, &worst);
		}
	}
	if (csv != NULL)
		stat_report("bayes_beta_binomial.csv", &worst);
}

static void
check_pair(const Json *row, int i, Worst *worst)
{
	const Json *prior = json_get(row, "prior");
	const Json *p = json_get(row, "p_b_beats_a");
	bool		exact = p->type == JSON_STRING;
	PmBayes		r;

	CHECK(pm_bayes_counts(stat_int(row, "x1"), stat_int(row, "n1"), stat_int(row, "x2"),
						  stat_int(row, "n2"), stat_item(prior, 0), stat_item(prior, 1), &r) ==
		  PM_STAT_OK);
	/* Those without digits in quotes come from a double quadrature, 1e-9. */
	if (!exact)
	{
		CHECK_NEAR(r.prob_beats, json_double(p), 1e-8, "large counts");
		return;
	}
	stat_near(r.prob_beats, json_double(p), 1e-12, "p_b_beats_a", i, worst);
	stat_near(r.loss_treatment, stat_num(row, "loss_choose_b"), 1e-11, "loss_choose_b", i, worst);
	stat_near(r.loss_control, stat_num(row, "loss_choose_a"), 1e-11, "loss_choose_a", i, worst);
	stat_near(r.mean_control, stat_num(row, "posterior_mean_a"), 1e-15, "mean_a", i, worst);
	stat_near(r.mean_treatment, stat_num(row, "posterior_mean_b"), 1e-15, "mean_b", i, worst);
}

static void
test_json(void)
{
	const Json *root = stat_json("experiments/beta_binomial.json");
	const Json *pairs = json_get(root, "two_arms");
	const Json *many = json_get(root, "k_arms");
	Worst		worst = {0};
	Worst		best = {0};

	for (size_t i = 0; pairs != NULL && i < pairs->n; i++)
		check_pair(&pairs->items[i], (int) i, &worst);
	for (size_t i = 0; many != NULL && i < many->n; i++)
	{
		const Json *arms = json_get(&many->items[i], "arms");
		const Json *want = json_get(&many->items[i], "p_best");
		int64_t		x[PM_STAT_MAX_ARMS];
		int64_t		n[PM_STAT_MAX_ARMS];
		double		got[PM_STAT_MAX_ARMS];

		for (size_t j = 0; j < arms->n; j++)
		{
			x[j] = (int64_t) stat_item(&arms->items[j], 0);
			n[j] = (int64_t) stat_item(&arms->items[j], 1);
		}
		CHECK(pm_bayes_best(x, n, (int) arms->n, 1, 1, got) == PM_STAT_OK);
		for (size_t j = 0; j < arms->n; j++)
			stat_near(got[j], stat_item(want, j), 1e-8, "p_best", (int) i, &best);
	}
	if (root != NULL)
	{
		stat_report("beta_binomial.json, two arms", &worst);
		stat_report("beta_binomial.json, k arms", &best);
	}
}

static void
test_known(void)
{
	PmBayes		r;
	PmBayes		s;

	CHECK(pm_bayes_counts(0, 0, 0, 0, 1, 1, &r) == PM_STAT_OK);
	CHECK(r.prob_beats == 0.5 && r.reason == PM_STAT_NO_UNITS);
	CHECK_NEAR(r.loss_treatment, 1.0 / 6, 1e-13, "two uniforms");
	/* Beta(1,2) against Beta(2,1): P = 5/6, by hand. */
	CHECK(pm_bayes_counts(0, 1, 1, 1, 1, 1, &r) == PM_STAT_OK);
	CHECK_NEAR(r.prob_beats, 5.0 / 6, 1e-13, "one against one");
	CHECK(r.reason == PM_STAT_REASON_NONE);
	CHECK_NEAR(r.loss_control - r.loss_treatment, 1.0 / 3, 1e-13, "loss identity");
	/* Uniform against Beta(n+1, 1): P(uniform is larger) = 1/(n+2). */
	for (int64_t n = 1; n < 1000000; n *= 7)
	{
		CHECK(pm_bayes_counts(n, n, 0, 0, 1, 1, &r) == PM_STAT_OK);
		CHECK_NEAR(r.prob_beats, 1 / ((double) n + 2), 1e-12, "uniform beats n of n");
		CHECK(pm_bayes_counts(0, 0, n, n, 1, 1, &s) == PM_STAT_OK);
		CHECK_NEAR(s.prob_control, r.prob_beats, 1e-12, "symmetry");
		CHECK_NEAR(s.loss_control, r.loss_treatment, 1e-12, "symmetry of the loss");
	}
	/* Nobody and everybody: the tail is B(1001, 1001) / B(1, 1001) ... */
	CHECK(pm_bayes_counts(0, 500, 500, 500, 1, 1, &r) == PM_STAT_OK);
	CHECK(r.prob_control > 0 && r.prob_control < 1e-290 && r.prob_beats == 1);

	CHECK(pm_bayes_counts(2, 1, 0, 0, 1, 1, &r) == PM_STAT_BAD_SUCCESSES);
	CHECK(pm_bayes_counts(0, 1, 0, 0, 0, 1, &r) == PM_STAT_BAD_PRIOR);
	CHECK(pm_bayes_counts(0, 1, 0, 0, 1, NAN, &r) == PM_STAT_BAD_PRIOR);
}

/* Every edge gives probabilities that sum to one and losses that fit. */
static void
test_edges(void)
{
	static const int64_t sizes[] = {0, 1, 2, 100, 1000003, INT64_C(1000000000000), PM_STAT_COUNT_MAX};
	static const double priors[] = {1e-3, 0.5, 1, 30};

	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 7; j++)
			for (int k = 0; k < 16 * 4; k++)
			{
				int64_t		nc = sizes[i];
				int64_t		nt = sizes[j];
				int64_t		xc[] = {0, nc / 3, nc - nc / 50, nc};
				int64_t		xt[] = {0, nt / 3, nt - nt / 50, nt};
				double		prior = priors[k / 16];
				double		gain;
				PmBayes		r;

				CHECK(pm_bayes_counts(xc[k % 4], nc, xt[k / 4 % 4], nt, prior, prior, &r) ==
					  PM_STAT_OK);
				CHECK(r.prob_beats >= 0 && r.prob_beats <= 1);
				CHECK(fabs(r.prob_beats + r.prob_control - 1) < 1e-12);
				CHECK(r.loss_control >= 0 && r.loss_treatment >= 0);
				gain = r.mean_treatment - r.mean_control;
				CHECK(fabs(r.loss_control - r.loss_treatment - gain) < 1e-12);
			}
}

/* The probabilities of all arms sum to one; of two, one is that of the pair. */
static void
test_best(void)
{
	uint64_t	seed = 3935559000370003845u;

	for (int run = 0; run < 300; run++)
	{
		int			k = 1 + run % 8;
		int64_t		x[PM_STAT_MAX_ARMS];
		int64_t		n[PM_STAT_MAX_ARMS];
		double		p[PM_STAT_MAX_ARMS];
		double		sum = 0;

		for (int i = 0; i < k; i++)
		{
			n[i] = (int64_t) pow(10, (run % 13) * stat_random(&seed));
			x[i] = (int64_t) ((double) n[i] * stat_random(&seed));
		}
		CHECK(pm_bayes_best(x, n, k, 1, 1, p) == PM_STAT_OK);
		for (int i = 0; i < k; i++)
		{
			CHECK(p[i] >= 0 && p[i] <= 1);
			sum += p[i];
		}
		/* At a trillion units a logit is only known to 1e-10 of its spread. */
		CHECK(fabs(sum - 1) < (run % 13 > 9 ? 1e-10 : 1e-12));
		if (k == 2)
		{
			PmBayes		r;

			CHECK(pm_bayes_counts(x[0], n[0], x[1], n[1], 1, 1, &r) == PM_STAT_OK);
			CHECK(fabs(p[1] - r.prob_beats) < 1e-10);
		}
	}
}

static void
test_thompson(void)
{
	const int64_t x[] = {50, 50, 50};
	const int64_t n[] = {500, 500, 500};
	const int64_t up[] = {50, 80, 50};
	const int64_t few[] = {99, 500, 500};
	int64_t		many_x[PM_STAT_MAX_ARMS];
	int64_t		many_n[PM_STAT_MAX_ARMS];
	double		p[3];
	int32_t		w[PM_STAT_MAX_ARMS];
	int32_t		again[PM_STAT_MAX_ARMS];
	PmStatReason reason;
	int			total = 0;

	CHECK(pm_thompson_weights(x, n, 3, 0.01, w, &reason) == PM_STAT_OK);
	CHECK(w[0] == 333334 && w[1] == 333333 && w[2] == 333333);
	CHECK(reason == PM_STAT_REASON_NONE);
	CHECK(pm_thompson_weights(up, n, 3, 0.01, w, &reason) == PM_STAT_OK);
	CHECK(w[0] + w[1] + w[2] == PM_THOMPSON_TOTAL && w[1] > 900000);
	CHECK(w[0] >= 10000 && w[2] >= 10000 && abs(w[0] - w[2]) <= 1);
	CHECK(pm_bayes_best(up, n, 3, 1, 1, p) == PM_STAT_OK);
	CHECK(fabs(w[1] / 1e6 - (0.01 + 0.97 * p[1])) < 1.1e-6);
	CHECK(pm_thompson_weights(up, n, 3, 0.01, again, &reason) == PM_STAT_OK);
	CHECK(memcmp(w, again, 3 * sizeof(w[0])) == 0);
	CHECK(pm_thompson_weights(up, few, 3, 0.01, w, &reason) == PM_STAT_OK);
	CHECK(reason == PM_STAT_TOO_FEW && w[1] == 333333);
	CHECK(pm_thompson_weights(up, n, 3, 0.5, w, &reason) == PM_STAT_OK && w[1] == 333333);
	CHECK(pm_thompson_weights(up, n, 3, -1, w, &reason) == PM_STAT_OK && w[0] < 10000);
	CHECK(pm_thompson_weights(up, n, 1, 0, w, &reason) == PM_STAT_OK && w[0] == PM_THOMPSON_TOTAL);
	CHECK(pm_thompson_weights(up, n, 3, NAN, w, &reason) == PM_STAT_BAD_PROBABILITY);
	CHECK(pm_thompson_weights(up, n, 0, 0, w, &reason) == PM_STAT_BAD_LENGTH);
	CHECK(pm_thompson_weights(up, n, PM_STAT_MAX_ARMS + 1, 0, w, &reason) == PM_STAT_BAD_LENGTH);
	for (int i = 0; i < PM_STAT_MAX_ARMS; i++)
	{
		many_x[i] = 100 + 3 * i;
		many_n[i] = 1000;
	}
	CHECK(pm_thompson_weights(many_x, many_n, PM_STAT_MAX_ARMS, 0.001, w, &reason) == PM_STAT_OK);
	for (int i = 0; i < PM_STAT_MAX_ARMS; i++)
	{
		total += w[i];
		CHECK(i == 0 || w[i] >= w[i - 1] - 1);
	}
	CHECK(total == PM_THOMPSON_TOTAL);
}

static void
check_gb_case(const Json *row, int i, Worst *worst)
{
	const Json *params = json_get(row, "params");
	const Json *prior = json_get(params, "prior");
	const Json *want = json_get(row, "expected");
	const Json *full = json_get(row, "recomputed_full_precision");
	bool		informed = prior != NULL && prior->type == JSON_OBJECT;
	double		round = 0.51 * pow(10, -stat_num(row, "expected_decimals"));
	double		alpha = stat_num(params, "alpha");
	PmMeanArm	arm[2];
	PmTtest		t;
	PmBayesNormal r;

	for (int k = 0; k < 2; k++)
	{
		const Json *stat = json_get(row, k ? "b_treatment" : "a_control");
		double		n = stat_num(stat, "n");

		arm[k].n = (int64_t) n;
		arm[k].mean = stat_num(stat, "sum") / n;
		arm[k].variance = strcmp(json_get(stat, "type")->str, "proportion") == 0 ?
			arm[k].mean * (1 - arm[k].mean) :
			(stat_num(stat, "sum_squares") - n * arm[k].mean * arm[k].mean) / (n - 1);
	}
	CHECK(pm_welch_ttest(&arm[0], &arm[1], PM_STAT_TWO_SIDED, alpha, 0, &t) == PM_STAT_OK);
	CHECK(pm_bayes_normal(t.lift, t.lift_se, informed ? stat_num(prior, "mean") : 0,
						  informed ? stat_num(prior, "variance") : PM_STAT_NULL, 1 - alpha, &r) ==
		  PM_STAT_OK);
	CHECK(fabs(r.mean - stat_num(want, "expected")) <= round);
	CHECK(fabs(r.prob_beats - stat_num(want, "chanceToWin")) <= round);
	CHECK(fabs(r.low - stat_item(json_get(want, "ci"), 0)) <= round);
	if (full == NULL)
		return;
	stat_near(r.mean, stat_num(full, "expected"), 1e-9, "expected", i, worst);
	stat_near(r.prob_beats, stat_num(full, "chance_to_win"), 1e-9, "chance", i, worst);
	stat_near(r.low, stat_item(json_get(full, "ci"), 0), 1e-9, "low", i, worst);
	stat_near(r.high, stat_item(json_get(full, "ci"), 1), 1e-9, "high", i, worst);
	if (json_get(full, "risk") == NULL)
		return;
	stat_near(r.loss_control, stat_item(json_get(full, "risk"), 0), 1e-9, "risk", i, worst);
	stat_near(r.loss_treatment, stat_item(json_get(full, "risk"), 1), 1e-9, "risk", i, worst);
}

static void
test_gbstats_json(void)
{
	const Json *root = stat_json("experiments/gbstats_posthog_expected.json");
	const Json *cases = json_get(root, "cases");
	const Json *edges = json_get(root, "edge_cases");
	Worst		worst = {0};
	int			seen = 0;

	for (int i = 0; cases != NULL && i < (int) cases->n; i++)
	{
		if (strncmp(json_get(&cases->items[i], "method")->str, "bayes", 5) == 0)
		{
			check_gb_case(&cases->items[i], i, &worst);
			seen++;
		}
	}
	for (size_t i = 0; edges != NULL && i < edges->n; i++)
	{
		const Json *risks = json_get(&edges->items[i], "risk_cases");

		for (size_t j = 0; risks != NULL && j < risks->n; j++)
		{
			const Json *want = json_get(&risks->items[j], "expected");
			PmBayesNormal r;

			CHECK(pm_bayes_normal(stat_num(&risks->items[j], "mu"),
								  stat_num(&risks->items[j], "sigma"), 0, PM_STAT_NULL, 0.95,
								  &r) == PM_STAT_OK);
			CHECK(fabs(r.loss_control - stat_item(want, 0)) < 1e-10);
			CHECK(fabs(r.loss_treatment - stat_item(want, 1)) < 1e-10);
		}
	}
	if (root != NULL)
	{
		CHECK(seen == 4);
		stat_report("gbstats_posthog_expected.json, bayes", &worst);
	}
}

static void
test_normal(void)
{
	PmBayesNormal r;

	/* Equal precisions: the mean of the two, half the variance. */
	CHECK(pm_bayes_normal(0.4, 0.1, 0.2, 0.01, 0.95, &r) == PM_STAT_OK);
	CHECK_NEAR(r.mean, 0.3, 1e-15, "posterior mean");
	CHECK_NEAR(r.sd, 0.1 / sqrt(2), 1e-15, "posterior sd");
	CHECK_NEAR(r.loss_control - r.loss_treatment, 0.3, 1e-15, "losses differ by the mean");
	CHECK(pm_bayes_normal(-1e300, 1e-300, 1e300, 1e-300, 0.95, &r) == PM_STAT_OK);
	CHECK(isfinite(r.mean) && isfinite(r.sd) && isfinite(r.loss_treatment) && r.loss_control == 0);
	CHECK(pm_bayes_normal(1, 0, 0, PM_STAT_NULL, 0.95, &r) == PM_STAT_BAD_MOMENT);
	CHECK(pm_bayes_normal(1, 1, 0, 0, 0.95, &r) == PM_STAT_BAD_PRIOR);
	CHECK(pm_bayes_normal(1, 1, 0, 1, 1, &r) == PM_STAT_BAD_LEVEL);
}

int
main(void)
{
	test_known();
	test_csv();
	test_json();
	test_edges();
	test_best();
	test_thompson();
	test_gbstats_json();
	test_normal();
	return check_report("stat_bayes");
}
