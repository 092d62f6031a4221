-- Several comparisons at a time.

CREATE FUNCTION prompt_mgr.p_adjust(p double precision[], method text DEFAULT 'holm')
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_p_adjust';

COMMENT ON FUNCTION prompt_mgr.p_adjust(double precision[], text) IS
'Adjusted p-values in input order, as R''s p.adjust(): compare each with alpha.
method: holm, hochberg, bonferroni (chance of any false discovery), bh (rate of false discoveries), by (the same under any dependence), none. NULL and NaN become NULL and do not count. Always-valid p-values may be given: then holm holds at every look; for rates of false discoveries use e_bh(). 22023: a p-value outside [0,1], more than one dimension, an unknown method. Sources: Holm (1979), Hochberg (1988), Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001).';

CREATE FUNCTION prompt_mgr.p_adjust_primary(
	p double precision[],
	primary_index integer DEFAULT 1,
	share double precision DEFAULT 0.5)
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_p_adjust_primary';

COMMENT ON FUNCTION prompt_mgr.p_adjust_primary(double precision[], integer, double precision) IS
'Weighted Bonferroni: the primary comparison gets this share of alpha, the others the rest in equal parts; compare each with alpha.
primary_index counts from 1. NULL and NaN become NULL and do not count. 22023: a p-value outside [0,1], no p-value at primary_index, share outside (0,1).';

CREATE FUNCTION prompt_mgr.e_bh(log_e_values double precision[], alpha double precision DEFAULT 0.05)
RETURNS boolean[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_e_bh';

COMMENT ON FUNCTION prompt_mgr.e_bh(double precision[], double precision) IS
'e-BH: which of several e-values, given by their natural logarithms, are discoveries at this rate of false ones.
Rejects the k largest for the largest k with the k-th at least m / (k alpha); holds under any dependence and at every look. log_e_value of an always-valid result may be given as it is. NULL and NaN become NULL and do not count in m. 22023: alpha outside (0,1). Source: Wang and Ramdas, arXiv 2009.02824.';
