-- Tests that may be looked at repeatedly.

CREATE TYPE prompt_mgr.always_valid_result AS (
	diff double precision,
	log_e_value double precision,
	p_value double precision,
	ci_low double precision,
	ci_high double precision,
	reject boolean,
	gate_open boolean,
	ci_adjusted boolean,
	level double precision,
	reason text,
	alternative text,
	margin double precision,
	planned_n bigint,
	n_control bigint,
	mean_control double precision,
	n_treatment bigint,
	mean_treatment double precision,
	z double precision,
	critical_z double precision
);

COMMENT ON TYPE prompt_mgr.always_valid_result IS
'Result of an always-valid test, true at every look however often one looks; everything is treatment minus control.
log_e_value: natural logarithm of the e-value; p_value = min(1, exp(-log_e_value)); reject: log_e_value reaches ln(1 / alpha) and the gate is open; gate_open: each arm expects five events and five non-events (rates), or has 30 units (means). While the gate is closed there is no evidence: log_e_value is at most 0, p_value is 1 and reason is too_few, so that both may be handed to p_adjust(), e_bh() or a running minimum as they are. ci_low, ci_high: confidence sequence of diff at level, NULL on an unbounded side, with ci_adjusted where a bound was moved onto the margin so that it agrees with reject; z = (diff - margin) / standard error under the null; critical_z: |z| at which e reaches 1 / alpha; reason: no_units, too_few, no_variation, zero_baseline.';

CREATE TYPE prompt_mgr.hybrid_result AS (
	diff double precision,
	p_value double precision,
	ci_low double precision,
	ci_high double precision,
	reject boolean,
	planned_look boolean,
	fixed_p_value double precision,
	fixed_alpha double precision,
	log_e_value double precision,
	e_alpha double precision,
	gate_open boolean,
	level double precision,
	reason text,
	alternative text,
	margin double precision,
	planned_n bigint,
	n_control bigint,
	mean_control double precision,
	n_treatment bigint,
	mean_treatment double precision
);

COMMENT ON TYPE prompt_mgr.hybrid_result IS
'Result of a look by the hybrid method; everything is treatment minus control.
reject: the e-value reaches 1 / e_alpha, or fixed_p_value is at most fixed_alpha. planned_look: this is the first look with planned_n units, the only one with a fixed_p_value. p_value: both parts in one, at most alpha where reject is true and only there: min(1, min(1, 1 / e) / 0.1, fixed_p_value / 0.9). log_e_value, gate_open: as in always_valid_result. ci_low, ci_high: confidence sequence, at the planned look its common part with the fixed interval; together they hold at level. Where the gate is closed at the planned look, fixed_p_value is Fisher''s exact one, or NULL with a margin.';

CREATE FUNCTION prompt_mgr.always_valid_counts(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.always_valid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_always_valid_counts';

COMMENT ON FUNCTION prompt_mgr.always_valid_counts(bigint, bigint, bigint, bigint, double precision, bigint, text, double precision) IS
'Always-valid test of two proportions from counts: the normal-mixture e-value, its p-value and its confidence sequence.
May be looked at after every unit. planned_n: units of both arms together at which the test is sharpest; it must stay the same over all looks of an experiment, and too small costs less than too large. alternative: two-sided, greater (treatment better) or less, for guardrails; margin: diff is tested against it (non-inferiority: greater with a negative margin). The e-value uses the pooled variance, the interval that of Agresti and Caffo. An empty arm: NULL, no_units; no success or nothing but successes: log_e_value is the smallest, no_variation. 22023: negative counts, more successes than units, alpha outside (0,1) (one-sided below 0.5), planned_n below 1, margin outside (-1,1), an unknown alternative. Sources: Howard et al., arXiv 1810.08240, eq. 14; Waudby-Smith et al., arXiv 2103.06476.';

CREATE FUNCTION prompt_mgr.hybrid_counts(
	x_control bigint,
	n_control bigint,
	x_treatment bigint,
	n_treatment bigint,
	alpha double precision DEFAULT 0.05,
	planned_n bigint DEFAULT 5000,
	previous_n bigint DEFAULT 0,
	alternative text DEFAULT 'two-sided',
	margin double precision DEFAULT 0)
RETURNS prompt_mgr.hybrid_result
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 15
AS 'MODULE_PATHNAME', 'prompt_mgr_hybrid_counts';

COMMENT ON FUNCTION prompt_mgr.hybrid_counts(bigint, bigint, bigint, bigint, double precision, bigint, bigint, text, double precision) IS
'A look by the hybrid method: a tenth of alpha for the e-value at every look, the rest for one z-test at the planned size.
planned_n: units of both arms together; previous_n: the same at the look before this one, 0 at the first. The z-test happens at the first look with planned_n units and never again; afterwards only the e-value continues, and a decision once taken stays. Other arguments and errors as for always_valid_counts().';

CREATE FUNCTION prompt_mgr.group_sequential_bounds(
	fractions double precision[],
	alpha double precision DEFAULT 0.05,
	spending text DEFAULT 'obrien_fleming')
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5000
AS 'MODULE_PATHNAME', 'prompt_mgr_group_sequential_bounds';

COMMENT ON FUNCTION prompt_mgr.group_sequential_bounds(double precision[], double precision, text) IS
'Two-sided bounds on |z| of a group sequential test, one for each look.
fractions: units so far over the planned units at each look, increasing, the last one 1 if it is the last look; at most 200. Bounds of looks that took place do not change when later ones are added. spending: obrien_fleming, 4 (1 - Phi(z_{1-alpha/4} / sqrt t)), or pocock, alpha ln(1 + (e - 1) t). An element is NULL where the look may not stop: next to nothing to spend, or within a thousandth of the look before. 22023: fractions that do not increase within (0,1], alpha outside (0,1), an unknown spending. Source: Lan and DeMets (1983), by the recursion of Armitage, McPherson and Rowe (1969).';
