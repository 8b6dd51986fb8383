/**
 * The console over HTTPS in Chromium, at a name that is not this machine's own (`LIFTLINE_CONSOLE`): what a browser
 * does before and after the root certificate was installed, and what it then allows.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'

import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, press, stopAll, until } from './instance.mjs'
import { ADDRESS, fetchRoot, install, newFolder } from './trust.mjs'

const { host, hostname } = new URL(BASE)
const FLAGS = [`--host-resolver-rules=MAP ${hostname} ${ADDRESS}`]

let browser
let operator

before(async () => {
  const root = await fetchRoot(BASE, newFolder('root'))
  browser = await openBrowser(FLAGS, (home) => install(root, join(home, '.pki', 'nssdb')))
  operator = await person(browser, BASE, LOGINS['op-2'])
})
after(async () => {
  await stopAll()
  await browser?.close()
})

test('a browser without the root certificate does not open the console', { timeout: 60_000 }, async () => {
  const stranger = await openBrowser(FLAGS)
  try {
    const page = await stranger.newPage()
    await assert.rejects(page.goto(BASE), /ERR_CERT_AUTHORITY_INVALID/)
    await page.goto(`http://${host}/certificate`)
    assert.match(await page.textContent('body'), /SHA-256/)
  } finally {
    await stranger.close()
  }
})

test('whoever types the address without https lands on the same page with it', async () => {
  const page = await operator.context.newPage()
  await page.goto(`http://${host}/history`)
  assert.equal(page.url(), `${BASE}/history`)
  await page.close()
})

test('the browser gives the microphone, and the cookie goes nowhere without TLS', async () => {
  const { page, context } = operator
  assert.ok(await page.evaluate(async () => window.isSecureContext && (await navigator.mediaDevices.getUserMedia({ audio: true })).active))
  const [cookie] = await context.cookies(BASE)
  assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite], [true, true, 'Strict'])
})

test('the softphone registers over an encrypted WebSocket, rings and talks', { timeout: 90_000 }, async () => {
  const { page } = operator
  await page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
  const { account } = await page.evaluate(() => JSON.parse(sessionStorage.getItem('liftline.softphone')))
  assert.equal(new URL(account.ws_url).protocol, 'wss:')
  assert.equal(new URL(account.ws_url).hostname, hostname)
  const cabin = await press('cabin-4', '--seconds', '40')
  await page.locator('[data-test=answer]').waitFor({ timeout: 30_000 })
  await page.keyboard.press('Space')
  await page.locator('[data-test=hangup]').waitFor()
  // Whoever runs this may now have the certificate renewed: the call and the registration must not notice.
  process.stderr.write('talking\n')
  await cabin.ended
  await until(() => /ok|seconds|秒|ended|已/i.test(cabin.output))
  await page.locator('[data-test=registration].registered').waitFor({ timeout: 5_000 })
})

test('the browser had nothing to complain about', () => {
  const expected = /auth\/me|\/softphone/
  assert.deepEqual(operator.complaints.filter((one) => !expected.test(one)), [])
})
