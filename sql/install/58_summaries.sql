-- Tests in two steps: a summary of rows that can be stored and merged, then its tests.

CREATE TYPE prompt_mgr.ab_summary;

CREATE FUNCTION prompt_mgr.ab_summary_in(cstring) RETURNS prompt_mgr.ab_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_in';

CREATE FUNCTION prompt_mgr.ab_summary_out(prompt_mgr.ab_summary) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_out';

CREATE FUNCTION prompt_mgr.ab_summary_recv(internal) RETURNS prompt_mgr.ab_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_recv';

CREATE FUNCTION prompt_mgr.ab_summary_send(prompt_mgr.ab_summary) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_send';

-- 13 members of 8 bytes: PmAbSummary in core/pm_stat_moments.h.
CREATE TYPE prompt_mgr.ab_summary (
	INPUT = prompt_mgr.ab_summary_in,
	OUTPUT = prompt_mgr.ab_summary_out,
	RECEIVE = prompt_mgr.ab_summary_recv,
	SEND = prompt_mgr.ab_summary_send,
	INTERNALLENGTH = 104,
	ALIGNMENT = double
);

COMMENT ON TYPE prompt_mgr.ab_summary IS
'Units, mean and spread of a value in a control and a treatment.
Fit for a column of a rollup table; text and binary form are exact. Text: (n,skipped,mean,mean_low,m2 of the control, the same of the treatment, ones of the control, ones of the treatment, values neither 0 nor 1). skipped: values that were not finite; mean + mean_low is the mean in twice the precision; m2: sum of squared deviations. With one arm empty it is the state of a single variant, and rollup() of two such is their comparison.';
COMMENT ON FUNCTION prompt_mgr.ab_summary_in(cstring) IS 'Text input of ab_summary.';
COMMENT ON FUNCTION prompt_mgr.ab_summary_out(prompt_mgr.ab_summary) IS 'Text output of ab_summary.';
COMMENT ON FUNCTION prompt_mgr.ab_summary_recv(internal) IS 'Binary input of ab_summary.';
COMMENT ON FUNCTION prompt_mgr.ab_summary_send(prompt_mgr.ab_summary) IS 'Binary output of ab_summary.';

CREATE FUNCTION prompt_mgr._ab_summary_accum(
	summary prompt_mgr.ab_summary, value double precision, treatment boolean)
RETURNS prompt_mgr.ab_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_accum';

CREATE FUNCTION prompt_mgr._ab_summary_combine(a prompt_mgr.ab_summary, b prompt_mgr.ab_summary)
RETURNS prompt_mgr.ab_summary
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_summary_combine';

COMMENT ON FUNCTION prompt_mgr._ab_summary_accum(prompt_mgr.ab_summary, double precision, boolean) IS
'internal: transition of ab_summary()';
COMMENT ON FUNCTION prompt_mgr._ab_summary_combine(prompt_mgr.ab_summary, prompt_mgr.ab_summary) IS
'internal: combine function of ab_summary(), transition of rollup()';

CREATE AGGREGATE prompt_mgr.ab_summary(value double precision, treatment boolean) (
	SFUNC = prompt_mgr._ab_summary_accum,
	STYPE = prompt_mgr.ab_summary,
	COMBINEFUNC = prompt_mgr._ab_summary_combine,
	INITCOND = '(0,0,0,0,0,0,0,0,0,0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.ab_summary(double precision, boolean) IS
'Units, mean and spread of a value per arm, one row per unit; read them with ztest(), welch_ttest(), always_valid_test(), hybrid_test() and bayes_test(), merge them with rollup().
Rows in which an argument is NULL are left out; NaN and infinity are left out and counted. One row must be one unit of randomisation: several calls of one user, taken as units, make a test reject far too often. For a yes or no give 1 or 0 (success::int). 22003 where finite values overflow.';

CREATE AGGREGATE prompt_mgr.rollup(summary prompt_mgr.ab_summary) (
	SFUNC = prompt_mgr._ab_summary_combine,
	STYPE = prompt_mgr.ab_summary,
	COMBINEFUNC = prompt_mgr._ab_summary_combine,
	INITCOND = '(0,0,0,0,0,0,0,0,0,0,0,0,0)',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.rollup(prompt_mgr.ab_summary) IS
'Sum of summaries, as if their rows had been summarised together, but for rounding.
22003 on overflow.';

CREATE FUNCTION prompt_mgr.ztest(
	s prompt_mgr.ab_summary,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ztest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_ztest';

COMMENT ON FUNCTION prompt_mgr.ztest(prompt_mgr.ab_summary, text, double precision, double precision) IS
'Pooled two-proportion z-test of a summary of zeros and ones; arguments and result as for ztest_counts().
A summary of other values has no successes: NULL fields, not_binary.';

CREATE FUNCTION prompt_mgr.welch_ttest(
	s prompt_mgr.ab_summary,
	alternative text DEFAULT 'two-sided',
	alpha double precision DEFAULT 0.05,
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.ttest_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_welch';

COMMENT ON FUNCTION prompt_mgr.welch_ttest(prompt_mgr.ab_summary, text, double precision, double precision) IS
'Welch''s t-test of a summary; arguments and result as for welch_moments().';

CREATE FUNCTION prompt_mgr.always_valid_test(
	s prompt_mgr.ab_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.always_valid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_always_valid';

COMMENT ON FUNCTION prompt_mgr.always_valid_test(prompt_mgr.ab_summary, double precision, bigint, text, double precision) IS
'Always-valid test of a summary; arguments and result as for always_valid_counts().
A summary of zeros and ones is tested as two proportions. Any other is tested as two means, with the total variance of both arms, a gate of 30 units per arm and Welch''s error in the interval; too_few: fewer than two units in an arm, or the gate is closed; no_variation: all values are equal within the arms. The margin is in units of the value.';

CREATE FUNCTION prompt_mgr.hybrid_test(
	s prompt_mgr.ab_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	previous_n bigint DEFAULT 0,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.hybrid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_hybrid';

COMMENT ON FUNCTION prompt_mgr.hybrid_test(prompt_mgr.ab_summary, double precision, bigint, bigint, text, double precision) IS
'A look by the hybrid method at a summary; arguments and result as for hybrid_counts().
Zeros and ones as two proportions, other values as two means, as always_valid_test() does.';

CREATE FUNCTION prompt_mgr.bayes_test(
	s prompt_mgr.ab_summary,
	prior_a double precision DEFAULT 1,
	prior_b double precision DEFAULT 1,
	prior_mean double precision DEFAULT 0,
	prior_variance double precision DEFAULT 'Infinity')
RETURNS prompt_mgr.bayes_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1500
AS 'MODULE_PATHNAME', 'prompt_mgr_ab_bayes';

COMMENT ON FUNCTION prompt_mgr.bayes_test(prompt_mgr.ab_summary, double precision, double precision, double precision, double precision) IS
'Bayesian comparison of a summary.
Zeros and ones: as bayes_counts() with prior_a and prior_b. Other values: as bayes_moments() for the difference with prior_mean and prior_variance.';

-- The same of counts.

CREATE FUNCTION prompt_mgr.always_valid_test(
	summary prompt_mgr.proportion_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.always_valid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_always_valid';

COMMENT ON FUNCTION prompt_mgr.always_valid_test(prompt_mgr.proportion_summary, double precision, bigint, text, double precision) IS
'Always-valid test of a summary of proportions; arguments and result as for always_valid_counts().';

CREATE FUNCTION prompt_mgr.hybrid_test(
	summary prompt_mgr.proportion_summary,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	previous_n bigint DEFAULT 0,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.hybrid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_hybrid';

COMMENT ON FUNCTION prompt_mgr.hybrid_test(prompt_mgr.proportion_summary, double precision, bigint, bigint, text, double precision) IS
'A look by the hybrid method at a summary of proportions; arguments and result as for hybrid_counts().';

CREATE FUNCTION prompt_mgr.bayes_test(
	summary prompt_mgr.proportion_summary,
	prior_a double precision DEFAULT 1,
	prior_b double precision DEFAULT 1)
RETURNS prompt_mgr.bayes_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1500
AS 'MODULE_PATHNAME', 'prompt_mgr_proportion_bayes';

COMMENT ON FUNCTION prompt_mgr.bayes_test(prompt_mgr.proportion_summary, double precision, double precision) IS
'Bayesian comparison of a summary of proportions; arguments and result as for bayes_counts().';
