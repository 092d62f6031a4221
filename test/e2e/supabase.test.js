// What Supabase's command line says of a database with the extension: advisors
// and lint find nothing above INFO, and the generated types are as they were.
// SNAPSHOT=write writes them anew.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'

const program = 'node_modules/.bin/supabase'
const snapshot = 'database.types.ts'
const database = process.env.RPC_DATABASE
const url = `postgresql://${process.env.PGUSER ?? 'postgres'}@localhost:${process.env.PGPORT}/${database}?host=${encodeURIComponent(process.env.PGHOST)}&sslmode=disable`

const skip = existsSync(program) ? false : 'skipped: the package of the Supabase command line is not there'

function supabase (...args) {
  return execFileSync(program, [...args, '--db-url', url], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1' }
  })
}

// The answer as JSON, which other lines may stand around.
function findings (text) {
  const from = text.indexOf('[')
  return from < 0 ? [] : JSON.parse(text.slice(from, text.lastIndexOf(']') + 1))
}

test('advisors say nothing above INFO', { skip }, () => {
  const found = findings(supabase('db', 'advisors', '--level', 'info'))
  assert.ok(found.length > 0, 'unused indexes of an empty database are INFO')
  assert.deepEqual(found.filter((f) => f.level !== 'INFO').map((f) => f.detail), [])
})

test('lint says nothing', { skip: skip || (hasLint() ? false : 'skipped: plpgsql_check is not there') }, () => {
  assert.deepEqual(findings(supabase('db', 'lint', '--schema', 'prompt_mgr', '--level', 'warning')), [])
})

function hasLint () {
  return execFileSync(process.env.PSQL, ['-X', '-At', '-d', database, '-c', "SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"], { encoding: 'utf8' }).trim() !== '0'
}

// Without the partitions of the log, which are named after days.
function types () {
  return supabase('gen', 'types', '--lang', 'typescript', '--schema', 'prompt_mgr')
    .replace(/"execution(?:_score)?_\d{8}": \{[\s\S]*?\n {16}\},(?=")/g, '').replace(/[ \t]+$/gm, '')
}

test('the generated types are those of the snapshot', { skip }, () => {
  if (process.env.SNAPSHOT === 'write') writeFileSync(snapshot, types())
  assert.equal(types(), readFileSync(snapshot, 'utf8'))
})
