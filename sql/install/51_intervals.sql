-- Intervals for a proportion, for a difference of two, and for a lift.

CREATE TYPE prompt_mgr.interval_result AS (
	low double precision,
	high double precision,
	reason text,
	estimate double precision,
	level double precision
);

COMMENT ON TYPE prompt_mgr.interval_result IS
'An interval: low and high, reason where they are NULL, the estimate itself, the level.
reason: no_units, zero_baseline.';

CREATE FUNCTION prompt_mgr.proportion_ci(
	x bigint,
	n bigint,
	level double precision DEFAULT 0.95,
	method text DEFAULT 'wilson')
RETURNS prompt_mgr.interval_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_ci';

COMMENT ON FUNCTION prompt_mgr.proportion_ci(bigint, bigint, double precision, text) IS
'Interval for one proportion: x successes out of n units.
method: wilson (score, the default), clopper_pearson (exact), jeffreys (equal-tailed beta quantiles), agresti_coull, wald. Bounds lie within [0,1]; at x = 0 and x = n the outer one of wilson and clopper_pearson is exactly 0 or 1. n = 0: NULL, no_units. 22023: negative counts, x above n, level outside (0,1), an unknown method. Sources: Wilson (1927), Clopper and Pearson (1934), Brown, Cai and DasGupta (2001).';

CREATE FUNCTION prompt_mgr.diff_ci(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	level double precision DEFAULT 0.95,
	method text DEFAULT 'newcombe')
RETURNS prompt_mgr.interval_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'prompt_mgr_diff_ci';

COMMENT ON FUNCTION prompt_mgr.diff_ci(bigint, bigint, bigint, bigint, double precision, text) IS
'Interval for the difference of two proportions, treatment minus control.
method: newcombe (hybrid of two Wilson intervals, the default), agresti_caffo (one success and one failure added to each arm), wald. Bounds lie within [-1,1]. An empty arm: NULL, no_units. 22023: as for proportion_ci(). Sources: Newcombe (1998) method 10, Agresti and Caffo (2000).';

CREATE FUNCTION prompt_mgr.lift_ci(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	level double precision DEFAULT 0.95,
	method text DEFAULT 'log')
RETURNS prompt_mgr.interval_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'prompt_mgr_lift_ci';

COMMENT ON FUNCTION prompt_mgr.lift_ci(bigint, bigint, bigint, bigint, double precision, text) IS
'Interval for the relative lift p_treatment / p_control - 1; 0.1 is ten percent more.
method: log (of the ratio, Katz; the default), delta (of the ratio itself). low is at least -1. An empty arm: NULL, no_units; no success in the control: NULL, zero_baseline; no success in the treatment: from -1 to Wilson''s high of the treatment over his low of the control. Decide by the difference, ztest_counts(): the lift''s interval may cover 0 where that of the difference does not. 22023: as for proportion_ci(). Source: Katz et al. (1978).';
