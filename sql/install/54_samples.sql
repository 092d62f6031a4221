-- Counts of several arms: one rate for all, and the split of the traffic.

CREATE TYPE prompt_mgr.srm_result AS (
	chi2 double precision,
	df integer,
	p_value double precision,
	log_e_value double precision,
	alarm boolean,
	max_deviation double precision,
	reason text
);

COMMENT ON TYPE prompt_mgr.srm_result IS
'Result of a sample ratio mismatch test.
chi2, df, p_value: the chi-square test, for one look; log_e_value: natural logarithm of the sequential e-value; alarm: the e-value reached 1000, which in a healthy experiment happens with probability 0.001 over its whole life, or an arm of weight 0 has units; max_deviation: largest |observed / expected - 1|; reason: no_units, zero_weight_units.';

CREATE TYPE prompt_mgr.homogeneity_result AS (
	chi2 double precision,
	df integer,
	p_value double precision,
	reason text
);

COMMENT ON TYPE prompt_mgr.homogeneity_result IS
'Result of a chi-square test of several proportions; reason: no_units, no_variation.';

CREATE FUNCTION prompt_mgr.srm_test(observed bigint[], weights integer[])
RETURNS prompt_mgr.srm_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_srm_test';

COMMENT ON FUNCTION prompt_mgr.srm_test(bigint[], integer[]) IS
'Sample ratio mismatch: whether the units of the arms are split like their weights.
Decide by alarm, which may be looked at every day; the p-value may not. Arms of weight 0 do not count, but a unit in one is an error of the assignment: p_value 0, alarm, zero_weight_units. No units at all: p_value 1, no_units. 22023: arrays of different length, of more than 64 elements or with NULL, a negative count or weight, weights all 0. Sources: Pearson; Dirichlet-multinomial e-value of Lindon and Malek, arXiv 2011.03567, concentration 1000.';

CREATE FUNCTION prompt_mgr.srm_test_expected(observed bigint[], expected double precision[])
RETURNS prompt_mgr.srm_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_srm_test_expected';

COMMENT ON FUNCTION prompt_mgr.srm_test_expected(bigint[], double precision[]) IS
'Sample ratio mismatch against expected counts, for weights that changed during the experiment.
expected: for each arm the sum over the epochs of the epoch''s units times the arm''s share of the weights in it; only their proportions matter. Otherwise as srm_test().';

CREATE FUNCTION prompt_mgr.homogeneity_test(successes bigint[], trials bigint[])
RETURNS prompt_mgr.homogeneity_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_homogeneity_test';

COMMENT ON FUNCTION prompt_mgr.homogeneity_test(bigint[], bigint[]) IS
'Pearson''s chi-square test that all arms have one success rate, without continuity correction, as R''s prop.test(correct = FALSE).
Arms without units do not count; fewer than two with units: NULL, no_units. No success or nothing but successes: chi2 0, p_value 1, no_variation. 22023: arrays of different length, of more than 64 elements or with NULL, negative counts, more successes than trials.';

CREATE FUNCTION prompt_mgr.multinomial_log_e(
	counts bigint[],
	weights double precision[],
	concentration double precision DEFAULT 1000,
	prior double precision[] DEFAULT '{}')
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_multinomial_log_e';

COMMENT ON FUNCTION prompt_mgr.multinomial_log_e(bigint[], double precision[], double precision, double precision[]) IS
'Natural logarithm of the Dirichlet-multinomial e-value of counts against fixed rates, valid at every look; p = min(1, exp(-result)).
The rates are weights over their sum, all above 0. The prior has the parameters prior, or concentration times the rates where that is empty. As an exact always-valid test of rare conversions: counts are the successes of the arms, weights the allocation, concentration greatest(1, planned successes / 7.94), and alpha is reached at ln(1 / alpha). 22023: arrays of different length, of more than 64 elements or with NULL, negative counts, weights or priors that are not positive. Source: Lindon and Malek, arXiv 2011.03567.';
