-- The two-proportion z-test.

CREATE TYPE prompt_mgr.ztest_result AS (
	n_control bigint,
	x_control bigint,
	n_treatment bigint,
	x_treatment bigint,
	p_control double precision,
	p_treatment double precision,
	diff double precision,
	lift double precision,
	z double precision,
	p_value double precision,
	log10_p double precision,
	ci_low double precision,
	ci_high double precision,
	level double precision,
	reason text,
	alternative text,
	margin double precision,
	p_exact double precision,
	lift_low double precision,
	lift_high double precision,
	ci_adjusted boolean
);

COMMENT ON TYPE prompt_mgr.ztest_result IS
'Result of a two-proportion z-test; everything is treatment minus control.
n_ and x_: units and successes; p_control, p_treatment: rates; diff: difference of the rates; lift: relative difference; z, p_value, log10_p (given where p_value underflows); ci_low, ci_high: Newcombe interval of diff at level, NULL on an unbounded side, with ci_adjusted where a bound was moved by a hair so that it agrees with the decision; lift_low, lift_high: interval of the lift by the log method; p_exact: Fisher, where an expected count is below 5; reason: what the data do not allow (no_units: nothing to compare; no_variation: all or none succeeded, z is 0 and p 1; zero_baseline: no lift).';

CREATE TYPE prompt_mgr.proportion_summary;

CREATE FUNCTION prompt_mgr.proportion_summary_in(cstring) RETURNS prompt_mgr.proportion_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_in';

CREATE FUNCTION prompt_mgr.proportion_summary_out(prompt_mgr.proportion_summary) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_out';

CREATE FUNCTION prompt_mgr.proportion_summary_recv(internal) RETURNS prompt_mgr.proportion_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_recv';

CREATE FUNCTION prompt_mgr.proportion_summary_send(prompt_mgr.proportion_summary) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_send';

-- Four counts of 8 bytes: ProportionSummary in sql_ztest.c.
CREATE TYPE prompt_mgr.proportion_summary (
	INPUT = prompt_mgr.proportion_summary_in,
	OUTPUT = prompt_mgr.proportion_summary_out,
	RECEIVE = prompt_mgr.proportion_summary_recv,
	SEND = prompt_mgr.proportion_summary_send,
	INTERNALLENGTH = 32,
	ALIGNMENT = double
);

COMMENT ON TYPE prompt_mgr.proportion_summary IS
'Units and successes of a control and a treatment: (n_control,x_control,n_treatment,x_treatment).
Fit for a column of a rollup table; text and binary form are exact.';
COMMENT ON FUNCTION prompt_mgr.proportion_summary_in(cstring) IS 'Text input of proportion_summary.';
COMMENT ON FUNCTION prompt_mgr.proportion_summary_out(prompt_mgr.proportion_summary) IS 'Text output of proportion_summary.';
COMMENT ON FUNCTION prompt_mgr.proportion_summary_recv(internal) IS 'Binary input of proportion_summary.';
COMMENT ON FUNCTION prompt_mgr.proportion_summary_send(prompt_mgr.proportion_summary) IS 'Binary output of proportion_summary.';

CREATE FUNCTION prompt_mgr._proportion_summary_accum(
	summary prompt_mgr.proportion_summary, success boolean, treatment boolean)
RETURNS prompt_mgr.proportion_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_accum';

CREATE FUNCTION prompt_mgr._proportion_summary_combine(
	a prompt_mgr.proportion_summary, b prompt_mgr.proportion_summary)
RETURNS prompt_mgr.proportion_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_summary_combine';

CREATE FUNCTION prompt_mgr._ztest_final(summary prompt_mgr.proportion_summary)
RETURNS prompt_mgr.ztest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_ztest_final';

COMMENT ON FUNCTION prompt_mgr._proportion_summary_accum(prompt_mgr.proportion_summary, boolean, boolean) IS
'internal: transition of proportion_summary()';
COMMENT ON FUNCTION prompt_mgr._proportion_summary_combine(prompt_mgr.proportion_summary, prompt_mgr.proportion_summary) IS
'internal: combine function of proportion_summary(), transition of rollup()';
COMMENT ON FUNCTION prompt_mgr._ztest_final(prompt_mgr.proportion_summary) IS
'internal: final function of two_proportion_ztest()';

CREATE AGGREGATE prompt_mgr.proportion_summary(success boolean, treatment boolean) (
	SFUNC = prompt_mgr._proportion_summary_accum,
	STYPE = prompt_mgr.proportion_summary,
	COMBINEFUNC = prompt_mgr._proportion_summary_combine,
	INITCOND = '(0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.proportion_summary(boolean, boolean) IS
'Units and successes per arm, one row per unit; read them with ztest(), merge them with rollup().
Rows in which either argument is NULL are skipped. One row must be one unit of randomisation: several calls of one user, taken as units, make a test reject far too often.';

CREATE AGGREGATE prompt_mgr.rollup(summary prompt_mgr.proportion_summary) (
	SFUNC = prompt_mgr._proportion_summary_combine,
	STYPE = prompt_mgr.proportion_summary,
	COMBINEFUNC = prompt_mgr._proportion_summary_combine,
	INITCOND = '(0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.rollup(prompt_mgr.proportion_summary) IS
'Sum of summaries, as if their rows had been summarised together.
22003 where a count leaves bigint.';

CREATE AGGREGATE prompt_mgr.two_proportion_ztest(success boolean, treatment boolean) (
	SFUNC = prompt_mgr._proportion_summary_accum,
	STYPE = prompt_mgr.proportion_summary,
	COMBINEFUNC = prompt_mgr._proportion_summary_combine,
	FINALFUNC = prompt_mgr._ztest_final,
	INITCOND = '(0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.two_proportion_ztest(boolean, boolean) IS
'Two-sided pooled two-proportion z-test at alpha 0.05 over rows of (success, treatment), one row per unit.
Rows in which either argument is NULL are skipped. Data never raise an error: fields are NULL and reason says why. A fixed-horizon test: look once, at the planned size. For other settings use ztest(proportion_summary(success, treatment), ...).';

CREATE FUNCTION prompt_mgr.ztest(
	summary prompt_mgr.proportion_summary,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ztest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_ztest';

COMMENT ON FUNCTION prompt_mgr.ztest(prompt_mgr.proportion_summary, text, double precision, double precision) IS
'Pooled two-proportion z-test of a summary; arguments and result as for ztest_counts().';

CREATE FUNCTION prompt_mgr.ztest_counts(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ztest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_ztest_counts';

COMMENT ON FUNCTION prompt_mgr.ztest_counts(bigint, bigint, bigint, bigint, text, double precision, double precision) IS
'Pooled two-proportion z-test from counts: x successes out of n units, control and treatment.
z = (x2 n1 - x1 n2) sqrt(N) / sqrt(n1 n2 X (N - X)) with an exact numerator; its square is the chi-square of R''s prop.test(correct = FALSE). alternative: two-sided, greater (treatment better) or less, the last two with one-sided intervals; margin: tests diff against it with the unpooled standard error (non-inferiority: greater with a negative margin). Data never raise an error: fields are NULL and reason says why. 22023: negative counts, more successes than units, alpha outside (0,1), margin outside (-1,1), an unknown alternative.';
