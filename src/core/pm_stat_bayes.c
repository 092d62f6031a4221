/*
 * pm_stat_bayes.c
 *		Beta-binomial comparison, best of k arms, Thompson weights, normal lift.
 *
 * All integrals run over the logit w of the rate, where the posterior density
 * x^a y^b / B(a, b) is smooth and log-concave for every a and b, and its tails
 * are Gaussian or exponential.  Panels are one standard deviation of the
 * narrowest arm nearby wide.  Distribution functions at the nodes come from
 * spectral integration inside each panel, so no node costs an incomplete beta;
 * only the ends of the range do.
 *
 * The comparison of two arms computes the smaller of the two probabilities, and
 * the smaller loss E max(L - H, 0) = integral of F_H (1 - F_L), as sums of
 * positive terms: they keep their digits down to 1e-300.  The larger ones
 * follow from p + q = 1 and from the difference of the posterior means.  This
 * takes the place of three formulas (finite sum, quadrature, logit-normal) with
 * seams between them, and costs the same for ten events and for a trillion.
 */
#include "pm_stat_bayes.h"

#include "pm_stat_beta.h"
#include "pm_stat_normal.h"
#include "pm_stat_quad.h"

/* Full resolution up to here, in standard deviations of an arm. */
#define DENSE_RANGE 14.0

/* Exponential tails are followed down to e^-45, logits to the end of exp(). */
#define TAIL_DROP 45.0
#define LOGIT_LIMIT 700.0

#define PANEL_MAX 400

#define PRIOR_MIN 1e-3
#define PRIOR_MAX 1e15

/* A scale of the integrand: where it sits, and how wide it is. */
typedef struct Scale
{
	double		mean;
	double		sd;
} Scale;

typedef struct BetaArm
{
	double		a;
	double		b;
	double		log_constant;
	Scale		scale;
} BetaArm;

static PmStatStatus make_arm(int64_t x, int64_t n, double prior_a,
							 double prior_b, BetaArm *arm);
static double lower_end(const BetaArm *arm);
static double upper_end(const BetaArm *arm);
static double panel_width(const Scale *scales, int count, double w);
static void logistic(double w, double *x, double *y);
static double density(const BetaArm *arm, double w);
static void compare(const BetaArm *lower, const BetaArm *higher,
					double *probability, double *loss);
static int	rising_pass(const BetaArm *lower, const BetaArm *higher,
						const Scale *scales, double low, double high,
						double *starts, double *cdf, double *probability);
static double falling_pass(const BetaArm *lower, const double *starts,
						   const double *cdf, int panels);
static double mean_difference(const BetaArm *from, const BetaArm *to);
static double partial_sum(const double *f, int node, bool from_right);
static void best_panel(const BetaArm *arms, int k, double start, double half,
					   double *cdf, double *p_best);
static void round_weights(const double *share, int k, int32_t *weights);

PmStatStatus
pm_bayes_counts(int64_t x_control, int64_t n_control,
				int64_t x_treatment, int64_t n_treatment,
				double prior_a, double prior_b, PmBayes *result)
{
	PmStatStatus status;
	BetaArm		control;
	BetaArm		treatment;
	double		gain;
	double		p;
	double		loss;

	if ((status = make_arm(x_control, n_control, prior_a, prior_b,
						   &control)) != PM_STAT_OK ||
		(status = make_arm(x_treatment, n_treatment, prior_a, prior_b,
						   &treatment)) != PM_STAT_OK)
		return status;
	result->mean_control = control.a / (control.a + control.b);
	result->mean_treatment = treatment.a / (treatment.a + treatment.b);
	result->reason = n_control == 0 || n_treatment == 0 ?
		PM_STAT_NO_UNITS : PM_STAT_REASON_NONE;
	gain = mean_difference(&control, &treatment);
	if (gain >= 0)
	{
		compare(&control, &treatment, &p, &loss);
		result->prob_control = p;
		result->prob_beats = 1 - p;
		result->loss_treatment = loss;
		result->loss_control = loss + gain;
	}
	else
	{
		compare(&treatment, &control, &p, &loss);
		result->prob_beats = p;
		result->prob_control = 1 - p;
		result->loss_control = loss;
		result->loss_treatment = loss - gain;
	}

	/* Two equal posteriors: one half exactly, whatever the rounding. */
	if (control.a == treatment.a && control.b == treatment.b)
		result->prob_beats = result->prob_control = 0.5;
	return PM_STAT_OK;
}

PmStatStatus
pm_bayes_best(const int64_t *successes, const int64_t *trials, int k,
			  double prior_a, double prior_b, double *p_best)
{
	BetaArm		arms[PM_STAT_MAX_ARMS];
	Scale		scales[PM_STAT_MAX_ARMS];
	double		cdf[PM_STAT_MAX_ARMS];
	double		w = -LOGIT_LIMIT;
	double		high = -LOGIT_LIMIT;

	if (k < 1 || k > PM_STAT_MAX_ARMS)
		return PM_STAT_BAD_LENGTH;
	for (int i = 0; i < k; i++)
	{
		PmStatStatus status = make_arm(successes[i], trials[i], prior_a,
									   prior_b, &arms[i]);

		if (status != PM_STAT_OK)
			return status;
	}

	/* Below the lower end of any arm the product of the others vanishes. */
	for (int i = 0; i < k; i++)
	{
		scales[i] = arms[i].scale;
		w = fmax(w, lower_end(&arms[i]));
		high = fmax(high, upper_end(&arms[i]));
	}
	for (int i = 0; i < k; i++)
	{
		double		x;
		double		y;

		logistic(w, &x, &y);
		cdf[i] = pm_beta_tails(arms[i].a, arms[i].b, x, y).lower;
		p_best[i] = 0;
	}
	while (w < high)
	{
		double		width = fmin(panel_width(scales, k, w), high - w);

		best_panel(arms, k, w, width / 2, cdf, p_best);

		/* A step lost to rounding would never end. */
		if (w + width <= w)
			break;
		w += width;
	}
	for (int i = 0; i < k; i++)
		p_best[i] = fmin(p_best[i], 1);
	return PM_STAT_OK;
}

PmStatStatus
pm_thompson_weights(const int64_t *successes, const int64_t *trials, int k,
					double floor_share, int32_t *weights, PmStatReason *reason)
{
	double		share[PM_STAT_MAX_ARMS];
	PmStatStatus status = pm_bayes_best(successes, trials, k, 1, 1, share);
	bool		uniform;

	if (status != PM_STAT_OK)
		return status;
	if (!isfinite(floor_share))
		return PM_STAT_BAD_PROBABILITY;
	floor_share = fmax(floor_share, 0);
	*reason = PM_STAT_REASON_NONE;
	for (int i = 0; i < k; i++)
	{
		if (trials[i] < PM_THOMPSON_MIN_UNITS)
			*reason = PM_STAT_TOO_FEW;
	}
	uniform = *reason != PM_STAT_REASON_NONE || floor_share * k >= 1;
	for (int i = 0; i < k; i++)
		share[i] = uniform ? 1.0 / k :
			floor_share + (1 - k * floor_share) * share[i];
	round_weights(share, k, weights);
	return PM_STAT_OK;
}

PmStatStatus
pm_bayes_normal(double effect, double se, double prior_mean,
				double prior_variance, double level, PmBayesNormal *result)
{
	PmBayesNormal *r = result;
	PmStatStatus status = pm_stat_check_level(level);
	double		u;
	double		half;

	if (!isfinite(effect) || !(se > 0) || isinf(se))
		return PM_STAT_BAD_MOMENT;
	if (!pm_stat_is_null(prior_variance) &&
		(!(prior_variance > 0) || isinf(prior_variance) || !isfinite(prior_mean)))
		return PM_STAT_BAD_PRIOR;
	if (status != PM_STAT_OK)
		return status;

	r->mean = effect;
	r->sd = se;
	if (!pm_stat_is_null(prior_variance))
	{
		/* Share of the prior in the precision, in a form that cannot overflow. */
		double		ratio = se / sqrt(prior_variance);
		double		share = ratio > 1 ? 1 / (1 + 1 / (ratio * ratio)) :
			ratio * ratio / (1 + ratio * ratio);

		r->mean = share * prior_mean + (1 - share) * effect;
		r->sd = se / hypot(1, ratio);
	}
	u = r->mean / r->sd;
	half = pm_norm_critical(1 - level, PM_STAT_TWO_SIDED) * r->sd;
	r->level = level;
	r->low = r->mean - half;
	r->high = r->mean + half;
	r->prob_beats = pm_norm_cdf(u);
	r->loss_control = fmax(r->mean * pm_norm_cdf(u) + r->sd * pm_norm_pdf(u), 0);
	r->loss_treatment = fmax(r->sd * pm_norm_pdf(u) - r->mean * pm_norm_sf(u), 0);
	return PM_STAT_OK;
}

static PmStatStatus
make_arm(int64_t x, int64_t n, double prior_a, double prior_b, BetaArm *arm)
{
	PmStatStatus status = pm_stat_check_arm(x, n);

	if (status != PM_STAT_OK)
		return status;
	if (!(prior_a >= PRIOR_MIN && prior_a <= PRIOR_MAX) ||
		!(prior_b >= PRIOR_MIN && prior_b <= PRIOR_MAX))
		return PM_STAT_BAD_PRIOR;
	arm->a = prior_a + (double) x;
	arm->b = prior_b + (double) (n - x);
	arm->log_constant = pm_beta_log_constant(arm->a, arm->b);
	pm_beta_logit_moments(arm->a, arm->b, &arm->scale.mean, &arm->scale.sd);
	return PM_STAT_OK;
}

/* Where an arm's tail has become negligible: Gaussian, or e^(a w). */
static double
lower_end(const BetaArm *arm)
{
	double		reach = fmax(DENSE_RANGE * arm->scale.sd, TAIL_DROP / arm->a);

	return fmax(arm->scale.mean - reach, -LOGIT_LIMIT);
}

static double
upper_end(const BetaArm *arm)
{
	double		reach = fmax(DENSE_RANGE * arm->scale.sd, TAIL_DROP / arm->b);

	return fmin(arm->scale.mean + reach, LOGIT_LIMIT);
}

/* Narrow near each scale, wider with the distance from all of them. */
static double
panel_width(const Scale *scales, int count, double w)
{
	double		width = INFINITY;

	for (int i = 0; i < count; i++)
	{
		double		gap = fabs(w - scales[i].mean) - DENSE_RANGE * scales[i].sd;

		width = fmin(width, fmax(scales[i].sd, gap / 2));
	}
	return width;
}

static void
logistic(double w, double *x, double *y)
{
	double		e = exp(-fabs(w));

	*x = w > 0 ? 1 / (1 + e) : e / (1 + e);
	*y = w > 0 ? e / (1 + e) : 1 / (1 + e);
}

static double
density(const BetaArm *arm, double w)
{
	double		x;
	double		y;

	logistic(w, &x, &y);
	return exp(arm->log_constant + pm_beta_log_kernel(arm->a, arm->b, x, y));
}

/*
 * P(L > H) and E max(L - H, 0), L having the smaller mean.  Both integrands peak
 * between the arms, near the mode of the product of the two densities, which
 * joins the arms as a third scale.
 */
static void
compare(const BetaArm *lower, const BetaArm *higher, double *probability,
		double *loss)
{
	double		starts[PANEL_MAX + 1];
	double		cdf[PANEL_MAX * PM_QUAD_NODES];
	BetaArm		joint = {lower->a + higher->a, lower->b + higher->b, 0, {0, 0}};
	Scale		scales[3] = {lower->scale, higher->scale, {0, 0}};
	int			panels;

	pm_beta_logit_moments(joint.a, joint.b, &joint.scale.mean, &joint.scale.sd);
	scales[2] = joint.scale;
	panels = rising_pass(lower, higher, scales,
						 fmin(lower_end(&joint), lower_end(higher)),
						 fmax(upper_end(&joint), upper_end(lower)),
						 starts, cdf, probability);
	*loss = falling_pass(lower, starts, cdf, panels);
}

/* From the left: F_H at every node, and the integral of f_L F_H. */
static int
rising_pass(const BetaArm *lower, const BetaArm *higher, const Scale *scales,
			double low, double high, double *starts, double *cdf,
			double *probability)
{
	double		w = low;
	double		x;
	double		y;
	double		below;
	int			panels = 0;

	logistic(w, &x, &y);
	below = pm_beta_tails(higher->a, higher->b, x, y).lower;
	*probability = 0;
	while (w < high && panels < PANEL_MAX)
	{
		double		half = fmin(panel_width(scales, 3, w), high - w) / 2;
		double		f[PM_QUAD_NODES];
		double		whole = 0;

		if (w + 2 * half <= w)
			break;
		for (int i = 0; i < PM_QUAD_NODES; i++)
		{
			f[i] = density(higher, w + half * (1 + pm_quad_node[i]));
			whole += pm_quad_weight[i] * f[i];
		}
		for (int i = 0; i < PM_QUAD_NODES; i++)
		{
			double		value = below + half * partial_sum(f, i, false);

			cdf[panels * PM_QUAD_NODES + i] = value;
			*probability += half * pm_quad_weight[i] * value *
				density(lower, w + half * (1 + pm_quad_node[i]));
		}
		below += half * whole;
		starts[panels++] = w;
		w += 2 * half;
	}
	starts[panels] = w;
	return panels;
}

/* From the right: 1 - F_L at every node, and the integral of F_H (1 - F_L). */
static double
falling_pass(const BetaArm *lower, const double *starts, const double *cdf,
			 int panels)
{
	double		above;
	double		x;
	double		y;
	double		loss = 0;

	logistic(starts[panels], &x, &y);
	above = pm_beta_tails(lower->a, lower->b, x, y).upper;
	for (int p = panels - 1; p >= 0; p--)
	{
		double		half = (starts[p + 1] - starts[p]) / 2;
		double		f[PM_QUAD_NODES];
		double		whole = 0;

		for (int i = 0; i < PM_QUAD_NODES; i++)
		{
			f[i] = density(lower, starts[p] + half * (1 + pm_quad_node[i]));
			whole += pm_quad_weight[i] * f[i];
		}
		for (int i = 0; i < PM_QUAD_NODES; i++)
		{
			double		value = above + half * partial_sum(f, i, true);

			logistic(starts[p] + half * (1 + pm_quad_node[i]), &x, &y);
			loss += half * pm_quad_weight[i] * x * y *
				cdf[p * PM_QUAD_NODES + i] * value;
		}
		above += half * whole;
	}
	return loss;
}

/*
 * Integral of the panel's f from its left end to a node, or from the node to
 * its right end, for which the symmetric rule is read backward; half the panel
 * is the unit.  Rounding must not turn a tail of almost nothing negative.
 */
static double
partial_sum(const double *f, int node, bool from_right)
{
	double		part = 0;

	for (int j = 0; j < PM_QUAD_NODES; j++)
		part += f[j] * (from_right ?
						pm_quad_partial[PM_QUAD_NODES - 1 - node][PM_QUAD_NODES - 1 - j] :
						pm_quad_partial[node][j]);
	return fmax(part, 0);
}

/* mean(to) - mean(from), the cross products subtracted without rounding. */
static double
mean_difference(const BetaArm *from, const BetaArm *to)
{
	double		up = to->a * from->b;
	double		down = from->a * to->b;
	double		cross = (up - down) + (fma(to->a, from->b, -up) -
									   fma(from->a, to->b, -down));

	return cross / ((from->a + from->b) * (to->a + to->b));
}

/* One panel of sum f_i prod_{j != i} F_j for all arms; cdf moves to its end. */
static void
best_panel(const BetaArm *arms, int k, double start, double half, double *cdf,
		   double *p_best)
{
	double		f[PM_STAT_MAX_ARMS][PM_QUAD_NODES];
	double		prefix[PM_STAT_MAX_ARMS + 1];
	double		value[PM_STAT_MAX_ARMS];

	for (int a = 0; a < k; a++)
	{
		for (int i = 0; i < PM_QUAD_NODES; i++)
			f[a][i] = density(&arms[a], start + half * (1 + pm_quad_node[i]));
	}
	for (int i = 0; i < PM_QUAD_NODES; i++)
	{
		double		suffix = 1;

		prefix[0] = 1;
		for (int a = 0; a < k; a++)
		{
			value[a] = fmin(cdf[a] + half * partial_sum(f[a], i, false), 1);
			prefix[a + 1] = prefix[a] * value[a];
		}
		for (int a = k - 1; a >= 0; a--)
		{
			p_best[a] += half * pm_quad_weight[i] * f[a][i] * prefix[a] * suffix;
			suffix *= value[a];
		}
	}
	for (int a = 0; a < k; a++)
	{
		double		whole = 0;

		for (int i = 0; i < PM_QUAD_NODES; i++)
			whole += pm_quad_weight[i] * f[a][i];
		cdf[a] = fmin(cdf[a] + half * whole, 1);
	}
}

/*
 * Largest remainder.  Remainders are compared after rounding to 1e-6, so that
 * equal arms, whose shares may differ in the last digit, go by their position.
 */
static void
round_weights(const double *share, int k, int32_t *weights)
{
	double		rest[PM_STAT_MAX_ARMS];
	double		sum = 0;
	int32_t		left = PM_THOMPSON_TOTAL;

	for (int i = 0; i < k; i++)
		sum += share[i];
	for (int i = 0; i < k; i++)
	{
		double		exact = share[i] / sum * PM_THOMPSON_TOTAL;

		weights[i] = (int32_t) floor(exact + 1e-6);
		rest[i] = floor((exact - weights[i]) * 1e6 + 0.5);
		left -= weights[i];
	}
	for (; left > 0; left--)
	{
		int			largest = 0;

		for (int i = 1; i < k; i++)
		{
			if (rest[i] > rest[largest])
				largest = i;
		}
		weights[largest]++;
		rest[largest] = -1;
	}
}
