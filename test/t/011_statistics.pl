# Reference numbers of the functions of counts through SQL: every file, to the
# tolerance that its README states or a smaller one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use StatTest;
use Test::More;

my $node = stat_node();

sub test_intervals
{
	if (load_csv('stats/proportion_ci.csv'))
	{
		checked_ok('proportion_ci.csv', 220, q{
			SELECT n_, field, got, want, 1e-11 FROM line AS c, LATERAL (
				SELECT m.method || v.field AS field, v.got, clip(v.want, 0, 1) AS want
				FROM (VALUES ('wilson', wilson_lo, wilson_hi), ('wald', wald_lo, wald_hi), ('agresti_coull', ac_lo, ac_hi),
					('clopper_pearson', cp_lo, cp_hi), ('jeffreys', jeffreys_lo, jeffreys_hi)) AS m (method, low, high),
					prompt_mgr.proportion_ci(x::bigint, n::bigint, conf, m.method) AS i,
					LATERAL (VALUES (' low', i.low, m.low), (' high', i.high, m.high), (' p', i.estimate, c.p)) AS v (field, got, want)) AS f});
	}
	if (load_csv('stats/diff_ci.csv'))
	{
		# There it is sample 1 minus sample 2.
		checked_ok('diff_ci.csv', 224, q{
			SELECT n_, field, got, want, 1e-10 FROM line AS c, LATERAL (
				SELECT m.method || v.field AS field, v.got, clip(v.want, -1, 1) AS want
				FROM (VALUES ('wald', wald_lo, wald_hi), ('newcombe', newcombe_lo, newcombe_hi), ('agresti_caffo', ac_lo, ac_hi)) AS m (method, low, high),
					prompt_mgr.diff_ci(x2::bigint, n2::bigint, x1::bigint, n1::bigint, conf, m.method) AS i,
					LATERAL (VALUES (' low', i.low, m.low), (' high', i.high, m.high), (' diff', i.estimate, c.diff)) AS v (field, got, want)) AS f});
	}
	if (load_csv('stats/lift_ci.csv'))
	{
		# Where a cell is empty ours has one side by the log method, or a reason.
		checked_ok('lift_ci.csv', 213, q{
			SELECT n_, field, got, want, 1e-11 FROM line AS c, LATERAL (
				SELECT m.method || v.field AS field, v.got, v.want
				FROM (VALUES ('log', lift_lo, lift_hi), ('delta', delta_lo, delta_hi)) AS m (method, low, high),
					prompt_mgr.lift_ci(xc::bigint, nc::bigint, xt::bigint, nt::bigint, conf, m.method) AS i,
					LATERAL (VALUES (' low', i.low, clip(m.low, -1, 'Infinity')), (' high', i.high, m.high), (' lift', i.estimate, c.lift)) AS v (field, got, want)
				WHERE m.low IS NOT NULL
				UNION ALL
				SELECT 'reason', (i.reason = 'zero_baseline')::int, (c.xc = 0)::int
				FROM prompt_mgr.lift_ci(xc::bigint, nc::bigint, xt::bigint, nt::bigint, conf) AS i WHERE i.reason IS NOT NULL OR c.xc = 0
				UNION ALL
				SELECT 'low', i.low, -1 FROM prompt_mgr.lift_ci(xc::bigint, nc::bigint, xt::bigint, nt::bigint, conf) AS i WHERE c.xt = 0 AND c.xc > 0) AS f});
	}
	if (load_json('experiments/one_proportion_ci.json', '{rows}'))
	{
		# There Jeffreys' ends are set at 0 and n successes.
		checked_ok('one_proportion_ci.json', 17, q{
			SELECT n_, method, got, CASE WHEN abs(want) < 1e-17 THEN 0 ELSE least(want, 1) END, 1e-9
			FROM line, LATERAL (VALUES ('wilson', 'wilson'), ('clopper_pearson', 'clopper_pearson'), ('agresti_coull', 'agresti_coull_clipped'),
					('jeffreys', 'jeffreys')) AS m (method, key),
				prompt_mgr.proportion_ci((r ->> 'x')::bigint, (r ->> 'n')::bigint, method => method) AS i,
				LATERAL (VALUES (0, i.low), (1, i.high)) AS b (side, got), LATERAL (SELECT (r #>> ARRAY[key, side::text])::float8) AS w (want)
			WHERE method <> 'jeffreys' OR (r ->> 'x') <> CASE side WHEN 0 THEN '0' ELSE r ->> 'n' END});
	}
	if (load_json('experiments/two_proportions.json', '{rows}'))
	{
		checked_ok('two_proportions.json, intervals', 33, q{
			WITH c AS (SELECT n_, r, (r ->> 'x1')::bigint AS x1, (r ->> 'n1')::bigint AS n1, (r ->> 'x2')::bigint AS x2, (r ->> 'n2')::bigint AS n2 FROM line)
			SELECT n_, field, got, want, tol FROM c, LATERAL (
				SELECT m.method || b.side, b.got, clip((r #>> ARRAY[m.key, b.side])::float8, -1, 1), 1e-12
				FROM (VALUES ('wald', 'ci_wald'), ('agresti_caffo', 'ci_agresti_caffo'), ('newcombe', 'ci_newcombe')) AS m (method, key),
					prompt_mgr.diff_ci(x1, n1, x2, n2, 0.95, m.method) AS i, LATERAL (VALUES ('0', i.low), ('1', i.high)) AS b (side, got)
				UNION ALL
				SELECT m.method || b.side, b.got, clip((r #>> ARRAY[m.key, b.side])::float8, -1, 'Infinity'), 1e-12
				FROM (VALUES ('log', 'ci_lift_log'), ('delta', 'ci_lift_delta')) AS m (method, key),
					prompt_mgr.lift_ci(x1, n1, x2, n2, 0.95, m.method) AS i, LATERAL (VALUES ('0', i.low), ('1', i.high)) AS b (side, got)
				WHERE r #>> ARRAY[m.key, b.side] IS NOT NULL
				UNION ALL
				SELECT 'p ' || side, t.p_value, (r ->> key)::float8, 1e-12
				FROM (VALUES ('greater', 'p_greater'), ('less', 'p_less')) AS m (side, key), prompt_mgr.ztest_counts(x1, n1, x2, n2, side) AS t
				WHERE (r ->> key)::numeric > 1e-300) AS f (field, got, want, tol)});
	}
	if (load_csv('stats/fisher_exact.csv'))
	{
		# p_exact is given where an expected count is below 5.
		checked_ok('fisher_exact.csv', $node->safe_psql('postgres', q{
			SELECT count(*) FROM line WHERE (a + b) * (c + d) > 0 AND a + c > 0 AND b + d > 0
				AND least(a + b, c + d) * (least(a + c, b + d) / (a + b + c + d)) < 5 AND a + b + c + d <= 1e6}), q{
			SELECT n_, side, t.p_exact, want, 1e-10 FROM line,
				LATERAL (VALUES ('two-sided', p_two), ('less', p_less), ('greater', p_greater)) AS s (side, want),
				prompt_mgr.ztest_counts(c::bigint, (c + d)::bigint, a::bigint, (a + b)::bigint, side) AS t
			WHERE t.p_exact IS NOT NULL AND t.reason IS DISTINCT FROM 'no_variation'});
	}
	if (load_csv('stats/ztest_pooled.csv'))
	{
		checked_ok('ztest_pooled.csv, one-sided', 221, q{
			SELECT n_, side, CASE WHEN t.reason = 'no_variation' THEN NULL ELSE t.p_value END, want, 1e-11 FROM line,
				LATERAL (VALUES ('less', p_less), ('greater', p_greater)) AS s (side, want),
				prompt_mgr.ztest_counts(x2::bigint, n2::bigint, x1::bigint, n1::bigint, side) AS t});
	}
	return;
}

sub test_sequential
{
	if (load_csv('stats/sequential.csv'))
	{
		# Means of 0 with the margin -delta have exactly the z-value of the file.
		checked_ok('sequential.csv', 214, q{
			WITH c AS (
				SELECT *, sqrt(v / n) AS se, (n / 2)::bigint AS n_c, n::bigint - (n / 2)::bigint AS n_t, -2 * ln(alpha) + ln(1 - 2 * ln(alpha)) AS k FROM line),
			s AS (
				SELECT c.*, summary(n_c, m2, n_t, m2) AS s FROM c,
					LATERAL (SELECT v / n / (1 / n_c::float8 + 1 / n_t::float8) * (n - 1) / 2) AS m (m2))
			SELECT n_, f.* FROM s, prompt_mgr.always_valid_test(s.s, alpha, t_opt::bigint, margin => -delta) AS a,
				prompt_mgr.always_valid_test(s.s, alpha, t_opt::bigint, 'greater', -delta) AS g,
				LATERAL (VALUES ('z', a.z, delta / se, 1e-12), ('half', a.critical_z * se, cs_approx_half, 1e-12),
					('low', delta - a.critical_z * se, cs_lo, 1e-10), ('high', delta + a.critical_z * se, cs_hi, 1e-10),
					('p', a.p_value, CASE WHEN a.gate_open THEN cs_p ELSE 1 END, 1e-11),
					('one-sided', (g.critical_z * se <= cs_onesided_half * (1 + 1e-13) AND g.critical_z > 0.8 * cs_onesided_half / se)::int, 1, 0)) AS f});

		# mSPRT is the same mixture with variance tau2 / v in place of K(alpha) /
		# planned_n: many units and a plan of K v / (n tau2) times as many have it.
		checked_ok('sequential.csv, mSPRT', 214, q{
			SELECT n_, f.* FROM line,
				LATERAL (SELECT sqrt(v / n), (-2 * ln(alpha) + ln(1 - 2 * ln(alpha))) * v / (n * tau2)) AS k (se, ratio),
				LATERAL (SELECT floor(least(5e14, 2e18 / ratio))) AS u (arm),
				LATERAL (SELECT round(2 * arm * ratio)::bigint, summary(arm::bigint, m2, arm::bigint, m2)
					FROM (SELECT v / n * arm / 2 * (arm - 0.5)) AS m (m2)) AS s (plan, s),
				prompt_mgr.always_valid_test(s.s, alpha, s.plan, margin => -delta) AS a,
				LATERAL (SELECT 1e-12 + 10 / s.plan::float8) AS t (tol),
				LATERAL (VALUES ('log e', (abs(a.log_e_value - msprt_loglr) <= tol * (abs(msprt_loglr) + 1))::int, 1, 0), ('p', a.p_value, msprt_p, 20 * tol),
					('half', a.critical_z * se, msprt_half, tol)) AS f});
	}
	if (load_json('experiments/always_valid_normal_mixture.json', '{rows}'))
	{
		# One unit in an arm is too few for a test: the row with two is left out.
		checked_ok('always_valid_normal_mixture.json', 11, q{
			WITH c AS (
				SELECT n_, r, (r ->> 'z')::float8 AS z, (r ->> 'n_total')::bigint AS n, (r ->> 'tuning_n')::bigint AS plan, (r ->> 'alpha')::float8 AS alpha FROM line),
			s AS (
				SELECT c.*, summary(n / 2, m2, n / 2, m2) AS s FROM c, LATERAL (SELECT (n - 1)::float8 / 2 / (4 / n::float8)) AS m (m2) WHERE n > 2)
			SELECT n_, f.* FROM s, prompt_mgr.always_valid_test(s.s, s.alpha, s.plan, margin => -s.z) AS a,
				LATERAL (VALUES ('z', a.z, s.z, 1e-14), ('log e', a.log_e_value, CASE WHEN a.gate_open THEN (r ->> 'log_e')::float8 ELSE least((r ->> 'log_e')::float8, 0) END, 1e-12),
					('p', a.p_value, CASE WHEN NOT a.gate_open THEN 1 WHEN (r ->> 'p_always_valid')::numeric < 1e-307 THEN 0 ELSE (r ->> 'p_always_valid')::float8 END, 1e-11),
					('critical', a.critical_z, (r ->> 'critical_z_two_sided')::float8, 1e-13)) AS f (field, got, want, tol)});
	}
	if (my $path = reference_file('experiments/group_sequential_bounds.json', 'group sequential bounds'))
	{
		# 8.5 stands for a look that may not stop.
		checked_ok('group_sequential_bounds.json', 18, qq{
			SELECT key || ' ' || code, 'look ' || i, bound, nullif(want, 8.5), CASE WHEN want > 5 THEN 2e-5 ELSE 2e-7 END
			FROM jsonb_each(convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb -> 'bounds') AS b,
				(VALUES ('OF', 'obrien_fleming'), ('P', 'pocock')) AS s (code, spending),
				LATERAL (SELECT array_agg(j / key::float8 ORDER BY j) FROM generate_series(1, key::int) AS j) AS f (fractions),
				unnest(floats(value -> code), prompt_mgr.group_sequential_bounds(fractions, 0.05, spending)) WITH ORDINALITY AS u (want, bound, i)});
	}
	return;
}

sub test_samples
{
	if (load_csv('stats/chisq_homogeneity.csv', 'xs', 'ns'))
	{
		checked_ok('chisq_homogeneity.csv', 215, q{
			SELECT n_, v.* FROM line AS c, prompt_mgr.homogeneity_test(xs::bigint[], ns::bigint[]) AS t,
				LATERAL (VALUES ('chi2', t.chi2, coalesce(c.chi2, 0), 1e-12), ('p', t.p_value, coalesce(c.p, 1), 2e-11), ('df', t.df, c.df, 0)) AS v});
	}
	if (load_json('experiments/k_sample_chi2.json', '{rows}'))
	{
		checked_ok('k_sample_chi2.json', 7, q{
			SELECT n_, field, got, CASE WHEN r -> 'expected' = 'null' THEN other ELSE (r #>> ARRAY['expected', field])::float8 END, 1e-12
			FROM line, prompt_mgr.homogeneity_test(floats(r -> 'x')::bigint[], floats(r -> 'n')::bigint[]) AS t,
				LATERAL (VALUES ('chi2', t.chi2, 0), ('p', t.p_value, 1), ('df', t.df, t.df)) AS v (field, got, other)});
	}
	if (load_csv('stats/chisq_gof_srm.csv', 'observed', 'weights'))
	{
		checked_ok('chisq_gof_srm.csv', 215, q{
			SELECT n_, v.* FROM line AS c, prompt_mgr.srm_test_expected(observed::bigint[], weights::float8[]) AS t,
				LATERAL (VALUES ('chi2', t.chi2, c.chi2, 1e-11), ('p', t.p_value, c.p, 1e-10), ('df', t.df, c.df, 0)) AS v});
	}
	if (load_json('experiments/growthbook_srm.json', '{cases}'))
	{
		# In ours units in an arm of weight 0 are an error, and so is an array that
		# is shorter than the other, which leaves one case out.
		checked_ok('growthbook_srm.json', 9, q{
			WITH c AS (
				SELECT n_, r, (SELECT array_agg(n::bigint ORDER BY i) FROM unnest(floats(r -> 'counts'), floats(r -> 'weights')) WITH ORDINALITY AS u (n, w, i)
						WHERE n > 0 AND w > 0) AS counts,
					(SELECT array_agg((w * 100)::int ORDER BY i) FROM unnest(floats(r -> 'counts'), floats(r -> 'weights')) WITH ORDINALITY AS u (n, w, i)
						WHERE n > 0 AND w > 0) AS weights,
					EXISTS (SELECT FROM unnest(floats(r -> 'counts'), floats(r -> 'weights')) AS u (n, w) WHERE n > 0 AND w = 0) AS leak FROM line)
			SELECT n_, 'p', coalesce((prompt_mgr.srm_test(counts, weights)).p_value, 1), (r ->> 'full_precision')::float8, 1e-10 FROM c
			WHERE (SELECT count(*) FROM jsonb_array_elements(r -> 'counts') AS e WHERE e <> '0') IN (0, jsonb_array_length(r -> 'weights')) OR leak
			UNION ALL
			SELECT n_, 'p with the empty arm', (prompt_mgr.srm_test(floats(r -> 'counts')::bigint[], (SELECT array_agg((w * 100)::int ORDER BY i)
				FROM unnest(floats(r -> 'weights')) WITH ORDINALITY AS u (w, i)))).p_value, (r ->> 'full_precision')::float8, 1e-10 FROM c
			WHERE NOT leak AND jsonb_array_length(r -> 'counts') = jsonb_array_length(r -> 'weights')
			UNION ALL
			SELECT n_, 'leak', (t.alarm AND t.p_value = 0 AND t.reason = 'zero_weight_units')::int, 1, 0
			FROM c, prompt_mgr.srm_test(floats(r -> 'counts')::bigint[], (SELECT array_agg((w * 100)::int ORDER BY i)
				FROM unnest(floats(r -> 'weights')) WITH ORDINALITY AS u (w, i))) AS t WHERE leak});
	}
	if (load_json('experiments/multinomial_e_value.json', '{from_source,cases}'))
	{
		checked_ok('multinomial_e_value.json, ssrm', 9, q{
			SELECT n_, 'log e', prompt_mgr.multinomial_log_e(floats(r -> 'cumulative_counts')::bigint[], floats(r -> 'null'), prior => floats(r -> 'dirichlet_alpha')),
				(r ->> 'expected_log_e')::float8, 1e-12 FROM line});
		load_json('experiments/multinomial_e_value.json', '{computed_rows}');
		checked_ok('multinomial_e_value.json, computed', 9, q{
			SELECT n_, 'log e', prompt_mgr.multinomial_log_e(floats(r -> 'counts')::bigint[], floats(r -> 'weights'), (r ->> 'concentration')::float8),
				(r ->> 'log_e')::float8, 1e-11 FROM line
			UNION ALL
			SELECT n_, 'log e of srm_test_expected', t.log_e_value, (r ->> 'log_e')::float8, 1e-11
			FROM line, prompt_mgr.srm_test_expected(floats(r -> 'counts')::bigint[], floats(r -> 'weights')) AS t WHERE (r ->> 'concentration')::float8 = 1000});
	}
	return;
}

sub test_power
{
	if (load_csv('stats/sample_size.csv'))
	{
		checked_ok('sample_size.csv', 215, q{
			SELECT n_, 'n', prompt_mgr.sample_size(p1, p2, alpha, power, ratio,
				CASE WHEN sides = 2 THEN 'two-sided' WHEN p2 > p1 THEN 'greater' ELSE 'less' END), n1_pooled_ceil, 0 FROM line});
	}
	if (load_csv('stats/power_given_n.csv'))
	{
		# Both tails; one-sided there is only one.
		checked_ok('power_given_n.csv', 218, q{
			SELECT n_, 'power', prompt_mgr.test_power(p1, p2, n::bigint, n::bigint, alpha,
				CASE WHEN sides = 2 THEN 'two-sided' WHEN p2 > p1 THEN 'greater' ELSE 'less' END),
				coalesce(power_strict, power_pooled), 1e-11 FROM line});
	}
	if (load_csv('stats/mde.csv'))
	{
		checked_ok('mde.csv', 213, q{
			SELECT n_, v.* FROM line, LATERAL (SELECT prompt_mgr.mde(p1, n::bigint, n::bigint, alpha, power)) AS m (m),
				LATERAL (VALUES ('absolute', m, mde_abs, 1e-10), ('p2', p1 + m, p2, 1e-11), ('relative', m / p1, mde_rel, 1e-10)) AS v});
	}
	if (load_json('experiments/power_prop_test.json', '{sample_size}'))
	{
		checked_ok('power_prop_test.json, sizes', 6, q{
			SELECT n_, side, prompt_mgr.sample_size((r ->> 'p1')::float8, (r ->> 'p2')::float8, (r ->> 'alpha')::float8, (r ->> 'power')::float8, 1,
				CASE WHEN side = 'two-sided' THEN side WHEN (r ->> 'p2')::float8 > (r ->> 'p1')::float8 THEN 'greater' ELSE 'less' END),
				ceil((r ->> key)::float8), 0
			FROM line, (VALUES ('two-sided', 'n_two_sided_R'), ('one-sided', 'n_one_sided_R')) AS s (side, key)});
		load_json('experiments/power_prop_test.json', '{power}');
		checked_ok('power_prop_test.json, power', 4, q{
			SELECT n_, 'power', prompt_mgr.test_power((r ->> 'p1')::float8, (r ->> 'p2')::float8, (r ->> 'n_per_arm')::float8::bigint, (r ->> 'n_per_arm')::float8::bigint),
				(r ->> 'power_R_strict')::float8, 1e-12 FROM line});
	}
	if (load_json('experiments/growthbook_power_mde.json', '{cases}'))
	{
		checked_ok('growthbook_power_mde.json', 76, q{
			WITH c AS (
				SELECT n_, r, (r ->> 'mean')::float8 AS mean, sqrt((r ->> 'variance')::float8) AS sd, (r ->> 'n_total')::float8 / (r ->> 'n_variants')::float8 AS n,
					(r ->> 'alpha')::float8 AS alpha, (r ->> 'sequential_n')::bigint AS plan FROM line)
			SELECT n_, r ->> 'kind', CASE r ->> 'kind' WHEN 'power' THEN prompt_mgr.lift_power(mean, sd, (r ->> 'lift')::float8, n, n, alpha, plan)
				ELSE prompt_mgr.lift_mde(mean, sd, n, n, alpha, (r ->> 'power')::float8, plan) END, (r ->> 'full_precision')::float8, 1e-11 FROM c});
	}
	return;
}

sub test_bayes
{
	if (load_csv('stats/bayes_beta_binomial.csv'))
	{
		# Values below 1e-45 are left out there.
		checked_ok('bayes_beta_binomial.csv', 213, q{
			SELECT n_, field, CASE WHEN want IS NULL AND got < 1e-44 THEN NULL ELSE got END, want, 1e-10
			FROM line, prompt_mgr.bayes_counts(xa::bigint, na::bigint, xb::bigint, nb::bigint) AS b,
				prompt_mgr.bayes_counts(xb::bigint, nb::bigint, xa::bigint, na::bigint) AS other,
				LATERAL (VALUES ('b beats a', b.prob_beats, prob_b_beats_a), ('a beats b', other.prob_beats, prob_a_beats_b), ('loss a', b.loss_control, loss_choose_a),
					('loss b', b.loss_treatment, loss_choose_b), ('mean a', b.mean_control, mean_a), ('mean b', b.mean_treatment, mean_b)) AS v (field, got, want)});
	}
	if (load_json('experiments/beta_binomial.json', '{two_arms}'))
	{
		# The large ones come from a quadrature in double precision.
		checked_ok('beta_binomial.json, two arms', 17, q{
			SELECT n_, field, got, want::float8, CASE WHEN r ? 'method' THEN 1e-8 ELSE 1e-11 END
			FROM line, prompt_mgr.bayes_counts((r ->> 'x1')::bigint, (r ->> 'n1')::bigint, (r ->> 'x2')::bigint, (r ->> 'n2')::bigint,
					(r #>> '{prior,0}')::float8, (r #>> '{prior,1}')::float8) AS b,
				LATERAL (VALUES ('b beats a', b.prob_beats, r ->> 'p_b_beats_a'), ('loss b', b.loss_treatment, r ->> 'loss_choose_b'), ('loss a', b.loss_control, r ->> 'loss_choose_a'),
					('mean a', b.mean_control, r ->> 'posterior_mean_a'), ('mean b', b.mean_treatment, r ->> 'posterior_mean_b')) AS v (field, got, want)
			WHERE want IS NOT NULL});
		load_json('experiments/beta_binomial.json', '{k_arms}');
		checked_ok('beta_binomial.json, several arms', 4, q{
			SELECT n_, 'arm ' || i, got, want, 1e-8 FROM line,
				LATERAL (SELECT array_agg((a ->> 0)::bigint ORDER BY j), array_agg((a ->> 1)::bigint ORDER BY j)
					FROM jsonb_array_elements(r -> 'arms') WITH ORDINALITY AS e (a, j)) AS c (x, n),
				unnest(prompt_mgr.best_arm_probabilities(x, n), floats(r -> 'p_best')) WITH ORDINALITY AS u (got, want, i)});
	}
	return;
}

sub test_adjust
{
	if (load_csv('stats/p_adjust.csv', qw(p bonferroni holm hochberg bh by)))
	{
		checked_ok('p_adjust.csv', 215, q{
			SELECT n_, method || ' ' || i, got, want, 1e-14 FROM line AS c,
				LATERAL (VALUES ('bonferroni', bonferroni), ('holm', holm), ('hochberg', hochberg), ('bh', bh), ('by', "by")) AS m (method, adjusted),
				unnest(prompt_mgr.p_adjust(c.p::float8[], method), adjusted::float8[]) WITH ORDINALITY AS u (got, want, i)});
	}
	if (my $path = reference_file('experiments/p_adjust_R.json', 'adjusted p-values'))
	{
		checked_ok('p_adjust_R.json', 5, qq{
			SELECT key, i, got, want, 1e-12 FROM (SELECT convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb) AS f (r),
				unnest('{holm,BH,bonferroni,hochberg,BY}'::text[]) AS key,
				unnest(prompt_mgr.p_adjust(floats(r -> 'p'), lower(key)), floats(r -> key)) WITH ORDINALITY AS u (got, want, i)});
	}
	if (load_json('experiments/growthbook_multiple_testing.json', '{cases}'))
	{
		checked_ok('growthbook_multiple_testing.json', 4, q{
			SELECT n_, i, got, want, 1e-12 FROM line,
				unnest(prompt_mgr.p_adjust(floats(r -> 'p'), CASE r ->> 'method' WHEN 'holm' THEN 'holm' ELSE 'bh' END), floats(r -> 'expected')) WITH ORDINALITY AS u (got, want, i)});
	}
	return;
}

sub test_engines
{
	my $path = reference_file('experiments/sql_engines_misc.json', 'other engines') or return;
	my $file = "(SELECT convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb) AS f (r)";

	# ClickHouse and Fagerland are sample 1 minus sample 2; duck's table is of rows.
	checked_ok('sql_engines_misc.json', 6, qq{
		SELECT c ->> 'call', side, got, (c #>> ARRAY['expected', 'ci', side])::float8, 1e-10 FROM $file, jsonb_array_elements(r #> '{clickhouse,cases}') AS c,
			prompt_mgr.diff_ci((c ->> 'x2')::bigint, (c ->> 'n2')::bigint, (c ->> 'x1')::bigint, (c ->> 'n1')::bigint, 0.95, 'wald') AS i,
			LATERAL (VALUES ('0', i.low), ('1', i.high)) AS b (side, got)
		UNION ALL
		SELECT 't_test', 't', t.t, -(c #>> '{expected,t}')::float8, 1e-12 FROM $file, jsonb_array_elements(r #> '{bigquery_utils,cases}') AS c,
			LATERAL (SELECT prompt_mgr.ab_summary(v, a = 'x') FROM unnest('{x,y}'::text[]) AS a, unnest(floats(c -> a)) AS v) AS s (s), prompt_mgr.welch_ttest(s) AS t
		WHERE c ->> 'fn' ~ '^t_test'
		UNION ALL
		SELECT 'goodness of fit', field, got, (c #>> ARRAY['expected', field])::float8, 1e-12 FROM $file, jsonb_array_elements(r #> '{stats_duck,cases}') AS c,
			prompt_mgr.srm_test(floats(c -> 'counts')::bigint[], '{1,1,1,1}') AS t, LATERAL (VALUES ('chi2', t.chi2), ('df', t.df), ('p_rounded4', round(t.p_value::numeric, 4))) AS v (field, got)
		WHERE c ? 'counts'
		UNION ALL
		SELECT 'independence', field, got, (c #>> ARRAY['expected', field])::float8, 1e-12 FROM $file, jsonb_array_elements(r #> '{stats_duck,cases}') AS c,
			prompt_mgr.homogeneity_test('{8,2}', '{10,10}') AS t, LATERAL (VALUES ('chi2', t.chi2), ('df', t.df), ('p_rounded4', round(t.p_value::numeric, 4))) AS v (field, got)
		WHERE c ? 'table'
		UNION ALL
		SELECT 'Fagerland', method || side, (abs(got - (r #>> ARRAY['statsmodels_fagerland', 'published', method, side])::float8) < 0.005)::int, 1, 0
		FROM $file, unnest('{wald,agresti_caffo,newcombe}'::text[]) AS method, prompt_mgr.diff_ci(1, 34, 7, 34, 0.95, method) AS i,
			LATERAL (VALUES ('0', i.low), ('1', i.high)) AS b (side, got)});
	return;
}

test_intervals();
test_sequential();
test_samples();
test_power();
test_bayes();
test_adjust();
test_engines();

# At least one test, where there are no data at all.
is($node->safe_psql('postgres', 'SELECT reason FROM prompt_mgr.welch_moments(0, NULL, NULL, 0, NULL, NULL)'), 'no_units', 'the functions are there');

$node->stop;
done_testing();
