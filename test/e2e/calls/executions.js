// The log of executions, figures, jobs.
const times = { from_time: '2020-01-01T00:00:00Z', to_time: '2100-01-01T00:00:00Z' }

export default {
  log_execution: [{ prompt: 'support/greeting', version: 1, duration: 0.1 }],
  log_executions: [{ rows: [{ prompt: 'support/greeting', version: 1 }] }],
  check_executions: [{ rows: [{ prompt: 'support/greeting', version: 1 }], oldest: '2020-01-01', newest: '2100-01-01', single: false }],
  record_feedback: [{ execution_id: '$execution', rating: 4 }],
  record_score: [{ execution_id: '$execution', name: 'quality', value: 0.5 }],
  new_execution_id: [{}],
  execution_time: [{ id: '$execution' }],
  execution_settings: [{}],
  configure_executions: [{ retention: '30 days' }],
  execution_changes: [{ since: '0', before: '9223372036854775807' }],
  execution_figures: [times],
  tally_changes: [{ since: '0', before: '9223372036854775807' }],
  tally_figures: [{ kind: 'error', ...times }],
  written_since: [{ relation: 'prompt_mgr.execution', since: '0', ...times }],
  figure_ranges: [times],
  series_of: [{ only_prompt: '$prompt', only_version: 1 }],
  prompt_analytics: [{ name: 'support/greeting' }],
  prompt_timeline: [{ name: 'support/greeting' }],
  prompt_usage: [{}],
  compare_versions: [{ name: 'support/greeting', a: 1, b: 2 }],
  error_summary: [{ name: 'support/greeting' }],
  version_usage: [{ name: 'support/greeting' }],
  top_variables: [{ name: 'support/greeting' }],
  maintain_partitions: [{}],
  tick: [{}],
  job_runs: [{}],
  jobs_status: [{}],
  schedule_jobs: [{}],
  unschedule_jobs: [{}]
}
