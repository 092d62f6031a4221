-- Planning: sample size, power, minimum detectable effect.

CREATE FUNCTION prompt_mgr.sample_size(
	p_control double precision,
	p_treatment double precision,
	alpha double precision DEFAULT 0.05,
	power double precision DEFAULT 0.8,
	ratio double precision DEFAULT 1,
	alternative text DEFAULT 'two-sided',
	method text DEFAULT 'fixed')
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'prompt_mgr_sample_size';

COMMENT ON FUNCTION prompt_mgr.sample_size(double precision, double precision, double precision, double precision, double precision, text, text) IS
'Units that the control needs to tell p_treatment from p_control with this power; the treatment needs ratio times as many.
method: fixed (one z-test at the end: R''s power.prop.test), hybrid (the same at 0.9 alpha), always_valid (1.75 times fixed, the most it can take at power 0.8; it stops at about 1.1 times on average). With several treatments give alpha divided by their number. NULL where no size will do: equal rates, or a difference against the alternative. 22023: rates outside [0,1], alpha or power outside (0,1), ratio not positive, an unknown word. Source: Fleiss (1981) eq. 3.14.';

CREATE FUNCTION prompt_mgr.test_power(
	p_control double precision,
	p_treatment double precision,
	n_control bigint,
	n_treatment bigint,
	alpha double precision DEFAULT 0.05,
	alternative text DEFAULT 'two-sided')
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'prompt_mgr_test_power';

COMMENT ON FUNCTION prompt_mgr.test_power(double precision, double precision, bigint, bigint, double precision, text) IS
'Probability that a fixed z-test with these units rejects, two-sided with both tails (R''s power.prop.test(strict = TRUE)).
22023: rates outside [0,1], a size below 1, alpha outside (0,1), an unknown alternative.';

CREATE FUNCTION prompt_mgr.mde(
	p_control double precision,
	n_control bigint,
	n_treatment bigint,
	alpha double precision DEFAULT 0.05,
	power double precision DEFAULT 0.8,
	alternative text DEFAULT 'two-sided')
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'prompt_mgr_mde';

COMMENT ON FUNCTION prompt_mgr.mde(double precision, bigint, bigint, double precision, double precision, text) IS
'Minimum detectable effect: the smallest absolute difference from p_control that a fixed z-test finds with this power, the inverse of sample_size().
Upward for two-sided and greater, downward for less, always given as a magnitude; divide by p_control for the lift. NULL where even the largest possible difference has not the power. 22023: a rate outside [0,1], a size below 1, alpha or power outside (0,1), an unknown alternative.';

CREATE FUNCTION prompt_mgr.lift_power(
	mean double precision,
	sd double precision,
	lift double precision,
	n_control double precision,
	n_treatment double precision,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 0)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'prompt_mgr_lift_power';

COMMENT ON FUNCTION prompt_mgr.lift_power(double precision, double precision, double precision, double precision, double precision, double precision, bigint) IS
'Probability that a two-sided test of the lift of a metric rejects; mean and sd are those of a unit.
n_control, n_treatment: planned units, which may be fractions. planned_n 0 plans a fixed test, any other an always-valid one tuned to it, as if it were looked at once, at the end. For a rate p give sd sqrt(p (1 - p)). 22023: mean or sd 0, sd negative, alpha outside (0,1), sizes not positive. Source: delta method, the effect kept in the treatment''s variance.';

CREATE FUNCTION prompt_mgr.lift_mde(
	mean double precision,
	sd double precision,
	n_control double precision,
	n_treatment double precision,
	alpha double precision DEFAULT 0.05,
	power double precision DEFAULT 0.8,
	planned_n bigint DEFAULT 0)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'prompt_mgr_lift_mde';

COMMENT ON FUNCTION prompt_mgr.lift_mde(double precision, double precision, double precision, double precision, double precision, double precision, bigint) IS
'Smallest positive lift of a metric that a two-sided test finds with this power; arguments and errors as for lift_power().
NULL where no lift has the power.';
