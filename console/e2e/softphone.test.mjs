/** The browser as a telephone: it is rung as the centre, the space bar picks up, and both sides hear each other. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, phone, press, stopAll, until } from './instance.mjs'

const OPERATOR_HZ = 440
const PASSENGER_HZ = 1000
const folder = mkdtempSync(join(tmpdir(), 'liftline-sound-'))
const { shareOf, writeTone } = await import('./sound.mjs')

let browser
let operator

/** Listens to what the browser receives, before it goes to the loudspeaker. */
function tap(context) {
  return context.addInitScript(() => {
    const Native = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      constructor(...args) {
        super(...args)
        this.addEventListener('track', ({ track }) => {
          const audio = new AudioContext()
          const analyser = audio.createAnalyser()
          analyser.fftSize = 4096
          audio.createMediaStreamSource(new MediaStream([track])).connect(analyser)
          window.loudest = () => {
            const bins = new Float32Array(analyser.frequencyBinCount)
            analyser.getFloatFrequencyData(bins)
            const best = bins.reduce((top, level, index) => (level > bins[top] ? index : top), 0)
            return { hertz: (best * audio.sampleRate) / analyser.fftSize, decibels: bins[best] }
          }
        })
      }
    }
  })
}

before(async () => {
  const voice = writeTone(join(folder, 'operator.wav'), OPERATOR_HZ, { rate: 48_000 })
  browser = await openBrowser([`--use-file-for-fake-audio-capture=${voice}`])
  const visitor = await person(browser, BASE, LOGINS['op-1'])
  await tap(visitor.context)
  await visitor.page.reload()
  operator = visitor
})
after(async () => {
  await stopAll()
  await browser?.close()
})

test('registers with the switch', async () => {
  await operator.page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
})

test('rings as the centre, is picked up with the space bar, and both hear each other', { timeout: 90_000 }, async (t) => {
  const { page } = operator
  const heard = join(folder, 'heard.wav')
  const said = writeTone(join(folder, 'passenger.wav'), PASSENGER_HZ)
  // Nobody at the property or the maintainer has a phone on: the alarm is at the centre at once.
  const cabin = await press('cabin-4', '--seconds', '25', '--say', said, '--save', heard)
  await page.locator('[data-test=answer]').waitFor({ timeout: 30_000 })
  await page.keyboard.press('Space')
  await page.locator('[data-test=hangup]').waitFor()
  const near = ({ hertz, decibels }) => Math.abs(hertz - PASSENGER_HZ) < 25 && decibels > -50
  await until(async () => near(await page.evaluate(() => window.loudest?.() ?? { hertz: 0, decibels: -200 })), 10_000, () => 'the operator hears no passenger')
  await cabin.ended
  await page.locator('[data-test=hangup]').waitFor({ state: 'detached' })
  const shares = shareOf(heard, OPERATOR_HZ)
  t.diagnostic(`the operator's tone in what the passenger heard, by second: ${shares.map((one) => one.toFixed(2)).join(' ')}`)
  assert.ok(shares.filter((one) => one > 0.7).length >= 5, 'the passenger hears no operator')
})

test('calls into the cabin with one click, and the timeline says so', { timeout: 60_000 }, async () => {
  const { page } = operator
  const cabin = await phone('cabin-4', 'answer')
  await page.locator('[data-test=row]', { hasText: '2号楼2单元1号梯' }).click()
  await page.locator('[data-test=call-cabin]').click()
  await page.waitForSelector('[data-kind=callback_answered]', { timeout: 20_000 })
  await page.locator('[data-test=hangup]').click()
  await page.waitForSelector('[data-kind=callback_ended]')
  await cabin.stop()
})
