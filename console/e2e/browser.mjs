/** One headless Chromium, and people who log in with it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium } from 'playwright-core'

const FLAGS = [
  '--no-sandbox', // tests may run as root in a container of their own
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * `more`: further command-line flags. The profile is new and goes with the browser; `prepare` is told its folder first.
 * `kill()` ends it as a power cut does.
 */
export async function openBrowser(more = [], prepare = () => undefined) {
  const executablePath = process.env.CHROMIUM ?? CHROMIUM.find(existsSync)
  if (!executablePath) throw new Error('Chromium is needed: install it, or name it in CHROMIUM')
  const profile = mkdtempSync(join(tmpdir(), 'liftline-chromium-'))
  prepare(profile)
  const server = await chromium.launchServer({ executablePath, args: [...FLAGS, ...more], env: { ...process.env, HOME: profile } })
  const browser = await chromium.connect(server.wsEndpoint())
  const end = (how) => async () => {
    await how()
    rmSync(profile, { recursive: true, force: true })
  }
  browser.close = end(() => server.close())
  browser.kill = end(() => server.kill())
  return browser
}

/**
 * A person at a screen of 1366×768, logged in. `complaints` collects what the browser did not like: errors in
 * scripts, refused by the content security policy, failed requests. `init` runs in each page before its own scripts.
 */
export async function person(browser, base, { login, password }, { language = 'zh', permissions = ['notifications', 'microphone'], init } = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', permissions })
  await context.addInitScript((tag) => localStorage.setItem('liftline.language', tag), language)
  if (init) await context.addInitScript(init)
  const page = await context.newPage()
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  await page.goto(`${base}/login`)
  await page.fill('#login', login)
  await page.fill('#password', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=who]')
  return { context, page, complaints }
}
