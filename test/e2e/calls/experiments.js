// Experiments: their life, serving, outcomes, analysis.
const plan = {
  prompt: 'support/greeting',
  variants: [{ key: 'a', version: 1 }, { key: 'b', version: 2 }],
  metrics: [{ name: 'solved' }]
}

export default {
  create_experiment: [{ name: 'new', ...plan }],
  validate_experiment: [plan],
  validate_experiment_options: [{ options: { alpha: 0.1 } }],
  lock_experiment: [{ name: 'exp running' }],
  start_experiment: [{ name: 'exp draft' }],
  pause_experiment: [{ name: 'exp running' }],
  resume_experiment: [{ name: 'exp paused' }],
  stop_experiment: [{ name: 'exp running' }],
  set_weights: [{ name: 'exp running', weights: { a: 1, b: 3 } }],
  force_variant: [{ name: 'exp running', unit: 'tester', variant: 'b' }],
  list_experiments: [{}],
  list_assignments: [{ experiment: 'exp running' }],
  assign_variant: [{ experiment: 'exp running', unit: 'u9' }],
  serve_prompt: [{ name: 'support/greeting', unit: 'u9', variables: { name: 'Ada' } }],
  preview_prompt: [{ name: 'support/greeting', unit: 'u9', variables: { name: 'Ada' } }],
  record_outcome: [{ experiment: 'exp running', unit: 'u1', metric: 'm', value: 0 }],
  record_outcomes: [{ rows: [{ experiment: 'exp running', unit: 'u1', metric: 'm' }] }],
  register_metric_source: [{ name: 'mine', query: "SELECT 'u1' AS unit, 1.0::float8 AS value, 1.0::float8 AS denominator, now() AS time" }],
  analyze_experiment: [{ name: 'exp running' }],
  experiment_report: [{ name: 'exp running' }],
  experiment_arms: [{ name: 'exp running' }],
  experiment_standard_arms: [{ name: 'exp running' }],
  experiment_totals: [{ name: 'exp running' }],
  experiment_srm: [{ name: 'exp running' }],
  experiment_decision: [{ name: 'exp running', results: [], srm: {} }],
  experiment_client_config: [{ name: 'exp running' }],
  experiment_unit_changes: [{ id: '$experiment', since: '0', before: null, seen: null, with_totals: false }],
  experiment_executions: [{ id: '$experiment', since: '0', before: null, seen: null }],
  matches_targeting: [{ rules: [], attributes: {} }],
  pick_variant: [{ unit: 'u', salt: 's', weights: [1, 1] }],
  unit_hash: [{ unit: 'u', salt: 's' }],
  selftest_hash: [{}]
}
