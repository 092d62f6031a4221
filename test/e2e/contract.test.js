// prompt_mgr as a web application sees it: PostgREST in front, its JavaScript
// client or plain HTTP behind.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PostgrestClient } from '@supabase/postgrest-js'
import { start, token } from './postgrest.js'

let postgrest
let clients

before(async () => {
  postgrest = await start(process.env.POSTGREST)
  const client = (role) => new PostgrestClient(postgrest.url, {
    schema: 'prompt_mgr',
    headers: { Authorization: `Bearer ${token(role, `${role}@example.test`)}` }
  })
  clients = { app_user: client('app_user'), publisher_user: client('publisher_user') }
})

after(() => postgrest?.stop())

// The data of a call that is to succeed.
async function data (call) {
  const { data, error, status } = await call
  assert.equal(error, null, `status ${status}: ${JSON.stringify(error)}`)
  return data
}

const ada = { name: 'welcome', variables: { name: 'Ada', count: 3 } }

describe('the JavaScript client', () => {
  for (const role of ['app_user', 'publisher_user']) {
    test(`${role} renders by POST`, async () => {
      assert.equal(await data(clients[role].rpc('render_prompt', ada)), 'Welcome Ada, you have 3 new messages.')
    })

    // A GET carries its arguments in the address, so objects travel as JSON text.
    test(`${role} renders by GET`, async () => {
      const inAddress = { ...ada, variables: JSON.stringify(ada.variables) }
      assert.equal(await data(clients[role].rpc('render_prompt', inAddress, { get: true })), 'Welcome Ada, you have 3 new messages.')
    })

    test(`${role} renders a version by its number`, async () => {
      assert.equal(await data(clients[role].rpc('render_prompt', { ...ada, version: 2 })), 'Hi Ada! 3 new messages.')
    })

    test(`${role} reads a prompt as an object`, async () => {
      const prompt = await data(clients[role].rpc('get_prompt', { name: 'welcome' }, { get: true }))
      assert.equal(prompt.version, 1)
      assert.deepEqual(prompt.labels, ['production'])
      assert.match(prompt.version_id, /^[0-9a-f-]{36}$/)
    })

    test(`${role} lists prompts, filtered by PostgREST`, async () => {
      const prompts = await data(clients[role].rpc('list_prompts', {}, { get: true }).select('name,last_version').eq('name', 'welcome'))
      assert.equal(prompts.length, 1)
      assert.equal(prompts[0].name, 'welcome')
      assert.ok(prompts[0].last_version >= 2)
    })

    test(`${role} picks a variant and tests two rates`, async () => {
      const pick = await data(clients[role].rpc('pick_variant', { unit: 'user-0', salt: 'exp-1', weights: [50, 50] }))
      assert.equal(pick, 1)
      const result = await data(clients[role].rpc('ztest_counts', { x_control: 10, n_control: 100, x_treatment: 20, n_treatment: 100 }))
      assert.ok(Math.abs(result.z - 1.9802950859533486) < 1e-12)
    })
  }

  test('app_user activates nothing', async () => {
    const { error, status } = await clients.app_user.rpc('activate', { name: 'welcome', version: 2 })
    assert.equal(status, 403)
    assert.equal(error.code, '42501')
    assert.equal(await data(clients.app_user.rpc('render_prompt', ada)), 'Welcome Ada, you have 3 new messages.')
  })

  test('publisher_user activates by POST, and everybody sees it at once', async () => {
    await data(clients.publisher_user.rpc('activate', { name: 'welcome', version: 2, reason: 'shorter' }))
    assert.equal(await data(clients.app_user.rpc('render_prompt', ada)), 'Hi Ada! 3 new messages.')
    const inAddress = { ...ada, variables: JSON.stringify(ada.variables) }
    assert.equal(await data(clients.app_user.rpc('render_prompt', inAddress, { get: true })), 'Hi Ada! 3 new messages.')
  })

  test('history names the subject of the token', async () => {
    const history = await data(clients.app_user.rpc('label_history', { name: 'welcome' }, { get: true }))
    assert.deepEqual(history.map((move) => [move.version, move.reason]), [[1, null], [2, 'shorter']])
    assert.equal(history[1].moved_by, 'publisher_user@example.test')
  })

  test('publisher_user rolls back', async () => {
    assert.equal(await data(clients.publisher_user.rpc('rollback', { name: 'welcome' })), 1)
    assert.equal(await data(clients.app_user.rpc('render_prompt', ada)), 'Welcome Ada, you have 3 new messages.')
  })

  test('publisher_user saves a version', async () => {
    assert.equal(await data(clients.publisher_user.rpc('save_prompt', { name: 'welcome', template: 'Third {{name}}', base_version: 2 })), 3)
  })
})

// What each SQLSTATE becomes.  A request is [role, method, function or table,
// arguments]; a GET carries them in its address.
const answers = [
  ['an unknown prompt', ['app_user', 'POST', 'rpc/render_prompt', { name: 'nobody' }], 404, 'PT404'],
  ['an unknown prompt, by GET', ['app_user', 'GET', 'rpc/render_prompt', { name: 'nobody' }], 404, 'PT404'],
  ['an unknown version', ['app_user', 'POST', 'rpc/render_prompt', { name: 'welcome', version: 99 }], 404, 'PT404'],
  ['an unknown label', ['app_user', 'POST', 'rpc/get_prompt', { name: 'welcome', label: 'nowhere' }], 404, 'PT404'],
  ['a label for a draft', ['publisher_user', 'POST', 'rpc/activate', { name: 'draft', version: 1 }], 409, 'PT409'],
  ['a save over a newer version', ['publisher_user', 'POST', 'rpc/save_prompt', { name: 'welcome', template: 'x', base_version: 1 }], 409, 'PT409'],
  ['no previous holder', ['publisher_user', 'POST', 'rpc/rollback', { name: 'list' }], 409, 'PT409'],
  ['template syntax', ['app_user', 'POST', 'rpc/render_template', { template: 'a {{#b}} c' }], 400, '42601'],
  ['saving bad template syntax', ['publisher_user', 'POST', 'rpc/save_prompt', { name: 'bad', template: '{{/b}}' }], 400, '42601'],
  ['missing variables', ['app_user', 'POST', 'rpc/render_prompt', { name: 'welcome', variables: { name: 'Ada' } }], 400, 'PM001'],
  ['missing variables, by GET', ['app_user', 'GET', 'rpc/render_prompt', { name: 'welcome' }], 400, 'PM001'],
  ['a bad label', ['publisher_user', 'POST', 'rpc/activate', { name: 'welcome', version: 1, label: 'UPPER CASE' }], 400, '22023'],
  ['bad arguments', ['publisher_user', 'POST', 'rpc/save_prompt', { name: ' x' }], 400, '22023'],
  ['both selectors', ['app_user', 'POST', 'rpc/get_prompt', { name: 'welcome', version: 1, label: 'production' }], 400, '22023'],
  ['bad counts', ['app_user', 'POST', 'rpc/ztest_counts', { x_control: 2, n_control: 1, x_treatment: 0, n_treatment: 1 }], 400, '22023'],
  ['no right, with a token', ['app_user', 'POST', 'rpc/activate', { name: 'welcome', version: 1 }], 403, '42501'],
  ['no right to save, with a token', ['app_user', 'POST', 'rpc/save_prompt', { name: 'x', template: 'x' }], 403, '42501'],
  ['no right to install, with a token', ['publisher_user', 'POST', 'rpc/init', {}], 403, '42501'],
  ['no right to write rows, with a token', ['app_user', 'POST', 'prompt', { name: 'x', kind: 'text' }], 403, '42501'],
  ['no token', ['anon', 'POST', 'rpc/render_prompt', ada], 401, '42501'],
  ['no token, by GET', ['anon', 'GET', 'rpc/list_prompts', {}], 401, '42501'],
  ['no token, reading rows', ['anon', 'GET', 'prompt', {}], 401, '42501'],
  ['writing in a GET', ['publisher_user', 'GET', 'rpc/activate', { name: 'welcome', version: 3 }], 405, '25006'],
  ['saving in a GET', ['publisher_user', 'GET', 'rpc/save_prompt', { name: 'welcome', template: 'x' }], 405, '25006'],
  ['a duplicate name', ['publisher_user', 'POST', 'prompt', { name: 'welcome', kind: 'text' }], 409, '23505'],
  ['a limit', ['app_user', 'POST', 'rpc/render_template', { template: '{{#a}}{{#b}}x{{/b}}{{/a}}', options: { limits: { block_depth: 1 } } }], 413, 'PT413'],
  ['unexpected variables', ['app_user', 'POST', 'rpc/render_template', { template: 'x', variables: { b: 1 }, options: { on_extra: 'error' } }], 400, 'PM002'],
  ['an invalid value', ['app_user', 'POST', 'rpc/render_template', { template: '{{n}}', variables: { n: 'three' }, options: { declared: { n: { type: 'number' } } } }], 400, 'PM003'],
  ['too long an output', ['app_user', 'POST', 'rpc/render_prompt', { name: 'short', variables: { text: 'much too long' } }], 400, 'PM004'],
  ['a forbidden pattern', ['publisher_user', 'POST', 'rpc/save_prompt', { name: 'forbidden', template: 'the secret', constraints: { forbiddenPatterns: ['secret'] } }], 400, 'PM005'],
  ['an unknown encoding', ['app_user', 'POST', 'rpc/count_tokens', { text: 'x', encoding: 'p50k_edit' }], 400, '22023']
]

async function request ([role, method, path, args]) {
  const headers = { Accept: 'application/json', 'Content-Profile': 'prompt_mgr', 'Accept-Profile': 'prompt_mgr' }
  if (role !== 'anon') headers.Authorization = `Bearer ${token(role, role)}`
  const url = new URL(`${postgrest.url}/${path}`)
  if (method === 'POST') {
    headers['Content-Type'] = 'application/json'
    return fetch(url, { method, headers, body: JSON.stringify(args) })
  }
  for (const [name, value] of Object.entries(args)) url.searchParams.set(name, value)
  return fetch(url, { method, headers })
}

describe('errors over HTTP', () => {
  for (const [what, call, status, code] of answers) {
    test(`${what}: ${code} is ${status}`, async () => {
      const response = await request(call)
      const body = await response.json()
      assert.deepEqual([response.status, body.code], [status, code], JSON.stringify(body))
      assert.ok(body.message.length > 0)
      // The message is for a person: it names nothing internal.
      assert.doesNotMatch(body.message, /\b_[a-z]|\.c:\d/)
    })
  }

  test('missing variables are all named in details', async () => {
    const response = await request(['app_user', 'POST', 'rpc/render_prompt', { name: 'welcome' }])
    const details = JSON.stringify((await response.json()).details)
    assert.match(details, /name/)
    assert.match(details, /count/)
  })

  test('bad arguments are all named in details', async () => {
    const response = await request(['publisher_user', 'POST', 'rpc/save_prompt', { name: ' x', variables: [], template: 'x' }])
    const details = JSON.parse((await response.json()).details)
    assert.deepEqual(details.map((problem) => problem.path).sort(), ['name', 'variables'])
  })

  test('nothing was written on the way', async () => {
    const client = clients.app_user
    assert.equal((await data(client.rpc('get_prompt', { name: 'welcome' }))).version, 1)
    assert.equal((await data(client.rpc('list_prompts', { prefix: 'bad' }))).length, 0)
  })
})
