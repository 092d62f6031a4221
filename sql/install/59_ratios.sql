-- Ratio metrics in two steps: sum of numerators over sum of denominators.

CREATE TYPE prompt_mgr.ratio_summary;

CREATE FUNCTION prompt_mgr.ratio_summary_in(cstring) RETURNS prompt_mgr.ratio_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_in';

CREATE FUNCTION prompt_mgr.ratio_summary_out(prompt_mgr.ratio_summary) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_out';

CREATE FUNCTION prompt_mgr.ratio_summary_recv(internal) RETURNS prompt_mgr.ratio_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_recv';

CREATE FUNCTION prompt_mgr.ratio_summary_send(prompt_mgr.ratio_summary) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_send';

-- 18 members of 8 bytes: RatioSummary in sql_stat_ratio.c.
CREATE TYPE prompt_mgr.ratio_summary (
	INPUT = prompt_mgr.ratio_summary_in,
	OUTPUT = prompt_mgr.ratio_summary_out,
	RECEIVE = prompt_mgr.ratio_summary_recv,
	SEND = prompt_mgr.ratio_summary_send,
	INTERNALLENGTH = 144,
	ALIGNMENT = double
);

COMMENT ON TYPE prompt_mgr.ratio_summary IS
'Units and moments of a numerator and a denominator in a control and a treatment, for ratio metrics.
Fit for a column of a rollup table; text and binary form are exact. Text: (n,skipped,mean_num,mean_num_low,mean_den,mean_den_low,m2_num,m2_den,c_num_den of the control, and the same of the treatment). skipped: rows that were not finite; m2: sums of squared deviations, c: sum of their products.';
COMMENT ON FUNCTION prompt_mgr.ratio_summary_in(cstring) IS 'Text input of ratio_summary.';
COMMENT ON FUNCTION prompt_mgr.ratio_summary_out(prompt_mgr.ratio_summary) IS 'Text output of ratio_summary.';
COMMENT ON FUNCTION prompt_mgr.ratio_summary_recv(internal) IS 'Binary input of ratio_summary.';
COMMENT ON FUNCTION prompt_mgr.ratio_summary_send(prompt_mgr.ratio_summary) IS 'Binary output of ratio_summary.';

CREATE FUNCTION prompt_mgr._ratio_summary_accum(
	summary prompt_mgr.ratio_summary, num double precision, den double precision, treatment boolean)
RETURNS prompt_mgr.ratio_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_accum';

CREATE FUNCTION prompt_mgr._ratio_summary_combine(a prompt_mgr.ratio_summary, b prompt_mgr.ratio_summary)
RETURNS prompt_mgr.ratio_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_summary_combine';

COMMENT ON FUNCTION prompt_mgr._ratio_summary_accum(prompt_mgr.ratio_summary, double precision, double precision, boolean) IS
'internal: transition of ratio_summary()';
COMMENT ON FUNCTION prompt_mgr._ratio_summary_combine(prompt_mgr.ratio_summary, prompt_mgr.ratio_summary) IS
'internal: combine function of ratio_summary(), transition of rollup()';

CREATE AGGREGATE prompt_mgr.ratio_summary(num double precision, den double precision, treatment boolean) (
	SFUNC = prompt_mgr._ratio_summary_accum,
	STYPE = prompt_mgr.ratio_summary,
	COMBINEFUNC = prompt_mgr._ratio_summary_combine,
	INITCOND = '(0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.ratio_summary(double precision, double precision, boolean) IS
'Moments of a numerator and a denominator per arm, one row per unit; read them with ratio_ttest(), always_valid_test() and hybrid_test(), merge them with rollup().
For a metric that is a ratio of sums: tokens per call, or the success rate of calls where users are assigned; num and den are the sums of one unit. Rows in which an argument is NULL are left out; those with NaN or infinity are left out and counted. 22003 where finite values overflow.';

CREATE AGGREGATE prompt_mgr.rollup(ratio prompt_mgr.ratio_summary) (
	SFUNC = prompt_mgr._ratio_summary_combine,
	STYPE = prompt_mgr.ratio_summary,
	COMBINEFUNC = prompt_mgr._ratio_summary_combine,
	INITCOND = '(0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.rollup(prompt_mgr.ratio_summary) IS
'Sum of summaries, as if their rows had been summarised together, but for rounding.
22003 on overflow.';

CREATE FUNCTION prompt_mgr.ratio_ttest(
	ratio prompt_mgr.ratio_summary,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ttest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_ttest';

COMMENT ON FUNCTION prompt_mgr.ratio_ttest(prompt_mgr.ratio_summary, text, double precision, double precision) IS
'Welch''s t-test of two ratios of sums, with the variance of a ratio per unit by the delta method.
mean_ and sd_ are the ratio and its standard deviation per unit, (vx - 2 R cxy + R^2 vy) / mean_den^2. Denominators that sum to 0 in an arm: NULL, zero_baseline. Other arguments and fields as for welch_moments(). Source: Deng, Knoblich and Lu (2018).';

CREATE FUNCTION prompt_mgr.always_valid_test(
	ratio prompt_mgr.ratio_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.always_valid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_always_valid';

COMMENT ON FUNCTION prompt_mgr.always_valid_test(prompt_mgr.ratio_summary, double precision, bigint, text, double precision) IS
'Always-valid test of two ratios of sums, as of two means with the variance of ratio_ttest(); arguments and result as for always_valid_counts().
The margin is in units of the ratio.';

CREATE FUNCTION prompt_mgr.hybrid_test(
	ratio prompt_mgr.ratio_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	previous_n bigint DEFAULT 0,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.hybrid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ratio_hybrid';

COMMENT ON FUNCTION prompt_mgr.hybrid_test(prompt_mgr.ratio_summary, double precision, bigint, bigint, text, double precision) IS
'A look by the hybrid method at two ratios of sums; arguments and result as for hybrid_counts().';
