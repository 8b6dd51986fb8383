/** The running Liftline under test, and the people who press buttons and answer phones (`liftline press`, `liftline phone`). */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLI = process.env.LIFTLINE_CLI ?? join(ROOT, '.venv/bin/liftline')
const HOME = process.env.LIFTLINE_HOME ?? join(ROOT, 'var')

/** `LIFTLINE_CONSOLE`: where the console is served; by default where the API of these settings is. */
export const BASE = process.env.LIFTLINE_CONSOLE ?? `http://127.0.0.1:${process.env.LIFTLINE_PORT_BASE ? Number(process.env.LIFTLINE_PORT_BASE) + 2 : 8080}`

export const LOGINS = Object.fromEntries(JSON.parse(readFileSync(join(HOME, 'secrets/logins.json'), 'utf8')).map((one) => [one.login, one]))

const running = new Set()

/**
 * Start one; `stop()` ends it as Ctrl-C does. Resolves when it has registered. `heard()`: the WAV file, growing while
 * the call runs, of what it hears in its newest call; nothing before the first.
 */
async function start(...words) {
  const folder = mkdtempSync(join(tmpdir(), 'liftline-e2e-'))
  const child = spawn(CLI, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONUNBUFFERED: '1', TMPDIR: folder } })
  const phone = {
    output: '',
    ended: new Promise((resolve) => child.once('exit', resolve)),
    heard: () => newest(folder),
    async stop() {
      child.kill('SIGINT')
      await phone.ended
    },
  }
  void phone.ended.then(() => rmSync(folder, { recursive: true, force: true }))
  running.add(phone)
  void phone.ended.then(() => running.delete(phone))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (phone.output += data))
  await until(() => /registered|已注册/.test(phone.output), 30_000, () => `${words.join(' ')}: ${phone.output}`)
  return phone
}

function newest(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.wav'))
  return names.map((name) => join(folder, name)).sort((one, two) => statSync(two).birthtimeMs - statSync(one).birthtimeMs)[0]
}

export const press = (cabin, ...more) => start('press', cabin, ...more)
export const phone = (account, ...behaviour) => start('phone', account, ...behaviour)

export async function stopAll() {
  await Promise.all([...running].map((one) => one.stop()))
}

/** Poll until it is true; never sleep for a fixed time. */
export async function until(check, ms = 10_000, say = () => 'not in time') {
  const deadline = Date.now() + ms
  for (;;) {
    const value = await check()
    if (value) return value
    if (Date.now() > deadline) throw new Error(say())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
