-- Tests of means whose moments are given.

CREATE TYPE prompt_mgr.ttest_result AS (
	diff double precision,
	t double precision,
	df double precision,
	p_value double precision,
	log10_p double precision,
	ci_low double precision,
	ci_high double precision,
	level double precision,
	reason text,
	alternative text,
	margin double precision,
	n_control bigint,
	mean_control double precision,
	sd_control double precision,
	n_treatment bigint,
	mean_treatment double precision,
	sd_treatment double precision,
	se double precision,
	lift double precision,
	lift_se double precision,
	lift_low double precision,
	lift_high double precision,
	n_skipped bigint
);

COMMENT ON TYPE prompt_mgr.ttest_result IS
'Result of Welch''s t-test; everything is treatment minus control.
diff: difference of the means, or of the ratios; t = (diff - margin) / se; df: Welch and Satterthwaite, not an integer; p_value, log10_p (given where p_value underflows); ci_low, ci_high: interval of diff at level, NULL on an unbounded side; reason: why a field is NULL (no_units, too_few, no_variation, zero_baseline, not_finite); n_, mean_, sd_: units, mean and standard deviation per unit; lift = diff / |mean_control| with its interval by the delta method, NULL where the mean of the control is within three standard errors of 0; n_skipped: values that were not finite and were left out by the aggregate.';

CREATE FUNCTION prompt_mgr.welch_moments(
	n_control bigint,
	mean_control double precision,
	sd_control double precision,
	n_treatment bigint,
	mean_treatment double precision,
	sd_treatment double precision,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ttest_result
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_welch_moments';

COMMENT ON FUNCTION prompt_mgr.welch_moments(bigint, double precision, double precision, bigint, double precision, double precision, text, double precision, double precision) IS
'Welch''s t-test from units, means and sample standard deviations (n - 1), as count(), avg() and stddev() give them.
One unit must be one unit of randomisation. alternative: two-sided, greater (treatment larger) or less, the last two with one-sided intervals; margin: diff is tested against it. An empty arm needs neither mean nor sd, and one unit no sd: they may be NULL, and the reason is no_units or too_few. Both sd 0: no_variation. A mean or sd of NaN or infinity: not_finite. Any other NULL gives NULL. 22023: a negative count or sd, alpha outside (0,1), margin not finite, an unknown alternative; 22003: overflow. Sources: Welch (1947); lift: delta method, Deng et al. (2018). A fixed-horizon test: look once, at the planned size.';
