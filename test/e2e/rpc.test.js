// Every public function by RPC: by POST, and where it only reads by GET; what it
// returns has the names that the catalog gives; OpenAPI lists it.  Which
// functions there are the catalog says, so that none can be forgotten.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import access from './calls/access.js'
import executions from './calls/executions.js'
import experiments from './calls/experiments.js'
import improvement from './calls/improvement.js'
import registry from './calls/registry.js'
import statistics from './calls/statistics.js'
import templates from './calls/templates.js'
import { start, token } from './postgrest.js'

const calls = { ...access, ...executions, ...experiments, ...improvement, ...registry, ...statistics, ...templates }
const database = process.env.RPC_DATABASE

function query (sql) {
  return JSON.parse(execFileSync(process.env.PSQL, ['-X', '-At', '-d', database, '-c', sql], { encoding: 'utf8' }))
}

// What PostgREST can call: no aggregates, no functions of types.
const functions = query(`SELECT json_agg(f ORDER BY f.name) FROM (
  SELECT p.proname AS name, min(l.level) AS level, bool_and(p.provolatile <> 'v') AS reads, bool_or(p.proretset) AS set,
    min(array_to_json((p.proargnames)[1 + p.pronargs:])::text) AS columns,
    json_object_agg(a.name, a.type) FILTER (WHERE a.name IS NOT NULL) AS types
  FROM pg_proc AS p JOIN prompt_mgr._function_levels() AS l ON l.function_name = p.proname
  LEFT JOIN LATERAL (SELECT (p.proargnames)[n] AS name, format_type(t, NULL) AS type
    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) AS a ON true
  WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.prokind = 'f' AND p.proname !~ '_(in|out|recv|send)$'
  GROUP BY p.proname) AS f`)

const ids = query(`SELECT json_build_object(
  'prompt', prompt_mgr.prompt_id_of('support/greeting'), 'example', (SELECT example_id FROM prompt_mgr.prompt_example),
  'execution', (SELECT execution_id FROM prompt_mgr.execution WHERE success),
  'experiment', (SELECT experiment_id FROM prompt_mgr.experiment WHERE name = 'exp running'),
  'suggestion', (SELECT suggestion_id FROM prompt_mgr.suggestion),
  'guarded', (SELECT release_id FROM prompt_mgr.release WHERE reason = 'to be reviewed'),
  'plain', (SELECT release_id FROM prompt_mgr.release WHERE reason = 'to be carried out'),
  'done', (SELECT release_id FROM prompt_mgr.release WHERE reason = 'done'),
  'proportion_summary', (SELECT prompt_mgr.proportion_summary(g % 3 = 0, g % 2 = 0) FROM generate_series(1, 100) AS g)::text,
  'ab_summary', (SELECT prompt_mgr.ab_summary(g, g % 2 = 0) FROM generate_series(1, 100) AS g)::text,
  'ratio_summary', (SELECT prompt_mgr.ratio_summary(g, g + 1, g % 2 = 0) FROM generate_series(1, 100) AS g)::text,
  'latency_sketch', (SELECT prompt_mgr.latency_sketch(g) FROM generate_series(1, 100) AS g)::text,
  'distinct_sketch', (SELECT prompt_mgr.distinct_sketch(g::text) FROM generate_series(1, 100) AS g)::text,
  'latency_bytes', (SELECT prompt_mgr.latency_sketch_send(prompt_mgr.latency_sketch(g)) FROM generate_series(1, 100) AS g),
  'distinct_bytes', (SELECT prompt_mgr.distinct_sketch_send(prompt_mgr.distinct_sketch(g::text)) FROM generate_series(1, 100) AS g))`)

function withIds (args) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) =>
    [name, typeof value === 'string' && value.startsWith('$') ? ids[value.slice(1)] : value]))
}

// The tree of categories is for those who are not confined to a folder.
const roleOf = { owner: 'keeper', admin: 'service_role', save_category: 'service_role', remove_category: 'service_role' }
let postgrest

before(async () => { postgrest = await start(process.env.POSTGREST, database) })
after(() => postgrest?.stop())

// In an address an array is PostgreSQL's own, an object JSON, and NULL is not said.
function inAddress (value, type) {
  if (Array.isArray(value) && type.endsWith('[]')) return `{${value.map((item) => JSON.stringify(item)).join(',')}}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

// NULL cannot be said in an address, and an object only to the functions that
// applications call often, which take its text as well.
const objectsAsText = ['render_template', 'render_prompt', 'render_messages', 'preview_prompt', 'assign_variant']
function inAnAddress (f, args) {
  return Object.entries(args).every(([name, value]) => value !== null && (f.types[name] !== 'jsonb' || objectsAsText.includes(f.name)))
}

async function call (f, method, args) {
  const headers = {
    Accept: 'application/json',
    'Accept-Profile': 'prompt_mgr',
    'Content-Profile': 'prompt_mgr',
    'Content-Type': 'application/json',
    Prefer: 'tx=rollback',
    Authorization: `Bearer ${token(roleOf[f.name] ?? roleOf[f.level] ?? 'authenticated', 'ann')}`
  }
  const url = new URL(`${postgrest.url}/rpc/${f.name}`)
  if (method === 'POST') return fetch(url, { method, headers, body: JSON.stringify(args) })
  for (const [name, value] of Object.entries(args)) url.searchParams.set(name, inAddress(value, f.types[name]))
  return fetch(url, { headers })
}

// Counting needs tables that are fetched; without them the answer is that.
const optional = { count_tokens: '0A000', token_ids: '0A000', fits_tokens: '0A000', truncate_tokens: '0A000' }

async function check (f, method, args) {
  const response = await call(f, method, args)
  const text = await response.text()
  if (response.status === 400 && optional[f.name] === JSON.parse(text).code) return
  assert.ok(response.ok, `${response.status} ${text}`)
  if (text === '' || text === 'null') return
  const rows = JSON.parse(text)
  assert.equal(Array.isArray(rows) && f.set, f.set, 'a function that returns rows gives a list')
  const columns = JSON.parse(f.columns ?? '[]')
  if (columns?.length > 0 && f.set && rows.length > 0 && !postgrestScalar(columns)) assert.deepEqual(Object.keys(rows[0]), columns)
}

// One column alone is given without its name where it is an OUT argument.
function postgrestScalar (columns) { return columns.length === 1 }

describe('every function by RPC', () => {
  test('has an example', () => {
    assert.deepEqual(functions.map((f) => f.name).filter((name) => !(name in calls)), [])
    assert.deepEqual(Object.keys(calls).filter((name) => !functions.some((f) => f.name === name)), [])
  })

  for (const f of functions) {
    for (const example of calls[f.name] ?? []) {
      const args = withIds(example)
      test(`${f.name} by POST`, () => check(f, 'POST', args))
      if (f.reads && inAnAddress(f, args)) test(`${f.name} by GET`, () => check(f, 'GET', args))
    }
  }
})

test('writing functions refuse a GET', async () => {
  for (const name of ['activate', 'save_prompt', 'tick']) {
    const f = functions.find((f) => f.name === name)
    assert.equal((await call(f, 'GET', calls[name][0])).status, 405)
  }
})

test('OpenAPI lists every function with its summary', async () => {
  const response = await fetch(postgrest.url, { headers: { Accept: 'application/openapi+json', 'Accept-Profile': 'prompt_mgr', Authorization: `Bearer ${token('keeper', 'k')}` } })
  const { paths } = await response.json()
  assert.deepEqual(functions.map((f) => f.name).filter((name) => !(paths[`/rpc/${name}`]?.post?.summary?.length > 0)), [])
})
