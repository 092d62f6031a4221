// Failures, suggestions, and the shapes of the Model Context Protocol.
export default {
  collect_failures: [{ name: 'support/greeting' }],
  group_failures: [{ name: 'support/greeting' }],
  request_suggestion: [{ name: 'support/greeting' }],
  claim_suggestions: [{ worker: 'writer' }],
  propose_suggestion: [{ name: 'support/greeting', template: 'Good day {{name}}!' }],
  review_suggestion: [{ id: '$suggestion', decision: 'approve' }],
  list_suggestions: [{}],
  mcp_list_prompts: [{}],
  mcp_get_prompt: [{ name: 'support/greeting', arguments: { name: 'Ada' } }]
}
