// Starts PostgREST against the throw-away cluster and makes JWTs for it.

import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { createServer } from 'node:net'

const secret = randomBytes(32).toString('hex')

// A loopback port that was free a moment ago.
function freePort () {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function base64url (value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

// A token as an identity provider would issue it: PostgREST takes on `role`.
export function token (role, sub) {
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ role, sub, exp: Math.floor(Date.now() / 1000) + 600 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

// Resolves to { url, stop } once PostgREST says that it is ready, which it does
// when it has read the schema.
export async function start (program, database = process.env.PGDATABASE) {
  const [port, adminPort] = [await freePort(), await freePort()]
  const process_ = spawn(program, [], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C.UTF-8',
      PGRST_DB_URI: `postgresql:///${database}?host=${encodeURIComponent(process.env.PGHOST)}&port=${process.env.PGPORT}&user=authenticator`,
      PGRST_DB_SCHEMAS: 'prompt_mgr',
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_DB_TX_END: 'commit-allow-override',
      PGRST_JWT_SECRET: secret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_ADMIN_SERVER_PORT: String(adminPort),
      PGRST_DB_POOL: '4'
    }
  })
  let log = ''
  let ended = null
  process_.stdout.on('data', (text) => { log += text })
  process_.stderr.on('data', (text) => { log += text })
  const end = new Promise((resolve) => process_.on('exit', (code, signal) => { ended = code ?? signal; resolve() }))
  process.on('exit', () => process_.kill())

  const deadline = Date.now() + 60000
  while (true) {
    if (ended !== null) throw new Error(`PostgREST ended with ${ended}:\n${log}`)
    if (Date.now() > deadline) {
      process_.kill()
      throw new Error(`PostgREST is not ready after a minute:\n${log}`)
    }
    try {
      const response = await fetch(`http://127.0.0.1:${adminPort}/ready`)
      if (response.ok) break
    } catch {
      // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => { process_.kill(); return end },
    log: () => log
  }
}
