-- Bayesian reports and the weights of a bandit.

CREATE TYPE prompt_mgr.bayes_result AS (
	prob_beats double precision,
	loss_treatment double precision,
	loss_control double precision,
	reason text,
	mean_control double precision,
	mean_treatment double precision,
	effect double precision,
	ci_low double precision,
	ci_high double precision,
	level double precision
);

COMMENT ON TYPE prompt_mgr.bayes_result IS
'A Bayesian comparison of a treatment with a control.
prob_beats: probability that the treatment''s rate or mean is the larger; loss_treatment, loss_control: expected loss of choosing that arm, in units of the metric (of the lift where that was asked for); mean_control, mean_treatment: posterior rates, or the means; effect: posterior mean of treatment minus control; ci_low, ci_high: its credible interval at level, for means alone; reason: no_units, too_few, no_variation, zero_baseline, not_finite. A probability that is watched is no test: acting as soon as it passes 0.95 errs far more often than one time in twenty.';

CREATE FUNCTION prompt_mgr.bayes_counts(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	prior_a double precision DEFAULT 1,
	prior_b double precision DEFAULT 1)
RETURNS prompt_mgr.bayes_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1500
AS 'MODULE_PATHNAME', 'prompt_mgr_bayes_counts';

COMMENT ON FUNCTION prompt_mgr.bayes_counts(bigint, bigint, bigint, bigint, double precision, double precision) IS
'Probability that the treatment''s rate is the larger, and expected losses, with Beta(prior_a, prior_b) for each arm.
Computed, not sampled: equal counts give equal results. An arm without units is its prior, with reason no_units. 22023: negative counts, more successes than units, a prior outside [0.001, 1e15].';

CREATE FUNCTION prompt_mgr.bayes_moments(
	n_control bigint,
	mean_control double precision,
	sd_control double precision,
	n_treatment bigint,
	mean_treatment double precision,
	sd_treatment double precision,
	prior_mean double precision DEFAULT 0,
	prior_variance double precision DEFAULT 'Infinity',
	effect text DEFAULT 'difference',
	level double precision DEFAULT 0.95)
RETURNS prompt_mgr.bayes_result
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_bayes_moments';

COMMENT ON FUNCTION prompt_mgr.bayes_moments(bigint, double precision, double precision, bigint, double precision, double precision, double precision, double precision, text, double precision) IS
'Normal posterior of the difference of two means, or of the lift, from units, means and standard deviations.
effect: difference or lift; the prior is normal, for that effect, and flat where prior_variance is infinite. Moments, NULL and reasons as for welch_moments(). 22023: a negative count or sd, a prior or level out of range, an unknown effect.';

CREATE FUNCTION prompt_mgr.best_arm_probabilities(
	successes bigint[],
	trials bigint[],
	prior_a double precision DEFAULT 1,
	prior_b double precision DEFAULT 1)
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1500
AS 'MODULE_PATHNAME', 'prompt_mgr_best_arm_probabilities';

COMMENT ON FUNCTION prompt_mgr.best_arm_probabilities(bigint[], bigint[], double precision, double precision) IS
'For each arm the probability that its rate is the largest of all, with Beta(prior_a, prior_b) for each; they sum to 1.
By quadrature, so that equal counts give equal results. 22023: arrays of different length, empty, of more than 64 elements or with NULL, negative counts, more successes than trials, a prior outside [0.001, 1e15].';

CREATE FUNCTION prompt_mgr.thompson_weights(
	successes bigint[],
	trials bigint[],
	floor double precision DEFAULT 0.01)
RETURNS integer[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1500
AS 'MODULE_PATHNAME', 'prompt_mgr_thompson_weights';

COMMENT ON FUNCTION prompt_mgr.thompson_weights(bigint[], bigint[], double precision) IS
'Weights of a bandit by Thompson sampling: integers that sum to 1,000,000, fit for pick_variant().
With k arms an arm gets floor + (1 - k floor) times its probability of being the best (best_arm_probabilities(), uniform prior), rounded by largest remainder, ties to the earlier arm. All equal while an arm has fewer than 100 units, or where k floor is 1 or more; a negative floor is 0. After new weights begin a new epoch: tests of fixed horizon do not hold for adaptive weights. 22023: as for best_arm_probabilities(), and a floor that is not finite.';
