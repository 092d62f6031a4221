// Statistics of numbers.
const counts = { x_control: 10, n_control: 100, x_treatment: 20, n_treatment: 100 }
const moments = { n_control: 100, mean_control: 1, sd_control: 1, n_treatment: 100, mean_treatment: 1.5, sd_treatment: 1 }
const rates = { summary: '$proportion_summary' }
const means = { s: '$ab_summary' }

export default {
  ztest_counts: [counts],
  always_valid_counts: [counts],
  hybrid_counts: [counts],
  bayes_counts: [counts],
  diff_ci: [counts],
  lift_ci: [counts],
  welch_moments: [moments],
  bayes_moments: [moments],
  ztest: [rates, means],
  always_valid_test: [rates, means],
  hybrid_test: [rates, means],
  bayes_test: [rates, means],
  welch_ttest: [means],
  ratio_ttest: [{ ratio: '$ratio_summary' }],
  proportion_ci: [{ x: 10, n: 100 }],
  srm_test: [{ observed: [50, 60], weights: [1, 1] }],
  srm_test_expected: [{ observed: [50, 60], expected: [0.5, 0.5] }],
  multinomial_log_e: [{ counts: [50, 60], weights: [0.5, 0.5] }],
  homogeneity_test: [{ successes: [10, 20], trials: [100, 100] }],
  sample_size: [{ p_control: 0.1, p_treatment: 0.12 }],
  test_power: [{ p_control: 0.1, p_treatment: 0.12, n_control: 1000, n_treatment: 1000 }],
  mde: [{ p_control: 0.1, n_control: 1000, n_treatment: 1000 }],
  lift_power: [{ mean: 1, sd: 1, lift: 0.1, n_control: 1000, n_treatment: 1000 }],
  lift_mde: [{ mean: 1, sd: 1, n_control: 1000, n_treatment: 1000 }],
  group_sequential_bounds: [{ fractions: [0.5, 1] }],
  p_adjust: [{ p: [0.01, 0.04] }],
  p_adjust_primary: [{ p: [0.01, 0.04] }],
  e_bh: [{ log_e_values: [1, 5] }],
  best_arm_probabilities: [{ successes: [10, 20], trials: [100, 100] }],
  best_of_means: [{ means: [1, 2], standard_errors: [0.5, 0.5] }],
  thompson_weights: [{ successes: [10, 20], trials: [100, 100] }],
  compare_arms: [{
    is_rate: true, n_control: 100, x_control: 10, mean_control: 0.1, variance_control: 0.09, n_treatment: 100, x_treatment: 20, mean_treatment: 0.2, variance_treatment: 0.16,
    alpha: 0.05, planned_n: 5000, alternative: 'two-sided', margin: 0
  }],
  describe_number: [{ value: 0.1, kind: 'binary' }],
  quantile: [{ s: '$latency_sketch', q: 0.5 }],
  count_within: [{ s: '$latency_sketch', seconds: 1 }],
  distinct_count: [{ s: '$distinct_sketch' }],
  latency_sketch_from_bytea: [{ bytes: '$latency_bytes' }],
  distinct_sketch_from_bytea: [{ bytes: '$distinct_bytes' }],
  latency_sketch_of: [{ bytes: '$latency_bytes' }],
  distinct_sketch_of: [{ bytes: '$distinct_bytes' }]
}
