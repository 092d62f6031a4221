// Templates, rendering, tokens, text.
export default {
  render_template: [{ template: 'Hello {{name}}', variables: { name: 'Ada' } }],
  render_prompt: [{ name: 'support/greeting', variables: { name: 'Ada' } }],
  render_messages: [{ name: 'support/chat', variables: { question: 'Why?' } }],
  validate_template: [{ template: '{{#a}}' }],
  template_variables: [{ template: '{{a}} {{b.c}}' }],
  prompt_schema: [{ name: 'support/greeting' }],
  report_invisible: [{ text: 'a\u200bb' }],
  sanitize_text: [{ text: 'a\u200bb' }],
  estimate_tokens: [{ text: 'Hello there', family: 'claude' }],
  can_count_tokens: [{}],
  count_tokens: [{ text: 'Hello' }],
  token_ids: [{ text: 'Hello' }],
  fits_tokens: [{ text: 'Hello', max_tokens: 5 }],
  truncate_tokens: [{ text: 'Hello there', max_tokens: 1 }]
}
