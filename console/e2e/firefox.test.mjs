/**
 * The console in Firefox, over HTTPS at a name that is not this machine's own: `LIFTLINE_CONSOLE` is its address. The
 * root certificate was installed as /certificate says; without it the browser does not go there at all.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'

import { openFirefox, person } from './firefox.mjs'
import { BASE, LOGINS, press, stopAll, until } from './instance.mjs'
import { shareOf, writeTone } from './sound.mjs'
import { fetchRoot, newFolder } from './trust.mjs'

const PASSENGER_HZ = 700
/** The passenger's tone is far above, an open line far below. */
const LOUD = 0.1
/** What Firefox's fake microphone hums. */
const OPERATOR_HZ = 1000
const folder = newFolder('sound')
const host = new URL(BASE).hostname

let browser
let operator

const text = (page, selector) => page.$eval(selector, (one) => one.textContent)
const rows = (page) => page.$$eval('[data-test=row] .number', (found) => found.map((one) => one.textContent))

before(async () => {
  browser = await openFirefox({ root: await fetchRoot(BASE, folder), host })
  operator = await person(browser, BASE, LOGINS['op-1'])
})
after(async () => {
  await stopAll()
  await browser?.close()
})

test('a Firefox without the root certificate does not open the console', { timeout: 60_000 }, async () => {
  const stranger = await openFirefox({ host })
  try {
    const page = await stranger.newPage()
    await assert.rejects(page.goto(BASE), /SEC_ERROR|certificate|insecure|unknown/i)
  } finally {
    await stranger.close()
  }
})

test('the page is one to which a browser gives the microphone', async () => {
  assert.equal(await operator.page.evaluate(() => window.isSecureContext && typeof navigator.mediaDevices.getUserMedia), 'function')
})

test('the softphone registers over an encrypted WebSocket', { timeout: 30_000 }, async () => {
  await operator.page.waitForSelector('[data-test=registration].registered', { timeout: 20_000 })
  const socket = await operator.page.evaluate(() => JSON.parse(sessionStorage.getItem('liftline.softphone')).account.ws_url)
  assert.match(socket, new RegExp(`^wss://${host}:`))
})

test('the language is switched and stays', async () => {
  const { page } = operator
  const labelled = (words) => until(async () => (await text(page, 'header nav')).includes(words))
  await labelled('看板').catch(() => labelled('实时'))
  const zh = await text(page, 'header nav')
  await page.$$eval('header button', (found) => found.find((one) => one.textContent.trim() === 'English').click())
  await until(async () => (await text(page, 'header nav')) !== zh)
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  await page.reload()
  await page.waitForSelector('[data-test=who]')
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
})

test('an alarm appears without a reload, rings, is answered, heard and acknowledged', { timeout: 120_000 }, async (t) => {
  const { page } = operator
  await page.waitForSelector('.link.live')
  await page.waitForSelector('[data-test=registration].registered', { timeout: 20_000 })
  await page.evaluate(() => (window.neverReloaded = true))
  const before = new Set(await rows(page))
  const heard = join(folder, 'heard.wav')
  const said = writeTone(join(folder, 'passenger.wav'), PASSENGER_HZ)
  await listen(page)
  // Nobody at the property or the maintainer has a phone on: the alarm is at the centre at once.
  const cabin = await press('cabin-5', '--seconds', '20', '--say', said, '--save', heard)
  const number = await until(async () => (await rows(page)).find((one) => !before.has(one)), 15_000, () => 'no row on the board')
  assert.ok(await page.evaluate(() => window.neverReloaded))

  await page.waitForSelector('[data-test=answer]', { timeout: 30_000 })
  await page.keyboard.press(' ')
  await page.waitForSelector('[data-test=hangup]')
  await until(async () => (await page.evaluate(() => window.loudness())) > LOUD, 10_000, () => 'the operator hears no passenger')

  await until(async () => (await page.evaluate(() => location.pathname)).endsWith(`/incidents/${number}`), 10_000, () => 'who answers is not shown the incident')
  await page.waitForSelector('[data-test=timeline] [data-kind=alarm_raised]')
  await page.waitForSelector('[data-kind=acknowledged]', { timeout: 15_000 })
  await page.keyboard.press('r')
  await page.waitForSelector('[data-kind=arrived]', { timeout: 10_000 })

  await cabin.ended
  await until(async () => (await page.$('[data-test=hangup]')) === null)
  const shares = shareOf(heard, OPERATOR_HZ)
  t.diagnostic(`the operator's hum in what the passenger heard, by second: ${shares.map((one) => one.toFixed(2)).join(' ')}`)
  assert.ok(shares.filter((one) => one > 0.7).length >= 5, 'the passenger hears no operator')
})

test('an alarm that nobody answers is acknowledged by a key', { timeout: 60_000 }, async () => {
  const { page } = operator
  const seen = new Set(await page.evaluate(async () => (await (await fetch('/api/v1/incidents?limit=500')).json()).items.map((one) => one.number)))
  const cabin = await press('cabin-2', '--seconds', '15')
  await page.keyboard.press('b')
  const number = await until(async () => (await rows(page)).find((one) => !seen.has(one)), 15_000, () => 'no row on the board')
  await page.$$eval('[data-test=row]', (found, number) => found.find((one) => one.textContent.includes(number)).querySelector('a.name').click(), number)
  await page.waitForSelector('[data-test=actions]')
  await page.keyboard.press('a')
  await page.waitForSelector('[data-kind=acknowledged]', { timeout: 10_000 })
  await cabin.stop()
})

test('Firefox had nothing to complain about', () => {
  const expected = /auth\/me|\/softphone/
  assert.deepEqual(operator.complaints.filter((one) => !expected.test(one)), [])
})

/**
 * From now on `loudness()` tells how loud it is what arrives from the switch, 0 … 1, by the browser's own count. Not
 * with an analyser: Firefox runs none on a machine without a loudspeaker.
 */
function listen(page) {
  return page.evaluate(() => {
    const { setRemoteDescription } = RTCPeerConnection.prototype
    let connection
    RTCPeerConnection.prototype.setRemoteDescription = function (...words) {
      connection = this
      return setRemoteDescription.apply(this, words)
    }
    window.loudness = async () => Math.max(0, ...[...((await connection?.getStats())?.values() ?? [])].filter((one) => one.type === 'inbound-rtp').map((one) => one.audioLevel ?? 0))
  })
}
