/** The browser as a telephone: it is rung as the centre, the space bar picks up, and both sides hear each other. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'

import { closeAll } from './api.mjs'
import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, phone, press, stopAll, until } from './instance.mjs'
import { OPERATOR, PASSENGER, hears, microphone, passengerSays, silent, tap } from './voices.mjs'

let browser
let operator

before(async () => {
  browser = await openBrowser([microphone])
  operator = await person(browser, BASE, LOGINS['op-1'], { init: tap })
  await closeAll(operator.page)
})
afterEach(stopAll)
after(() => browser?.close())

const line = (page, state) => page.locator('[data-test=line]').waitFor({ state, timeout: 10_000 })

test('registers with the switch, and sees its microphone', async () => {
  const { page } = operator
  await page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
  await until(async () => Number(await page.locator('[role=meter]').getAttribute('aria-valuenow')) > 30, 5_000, () => 'no level')
})

test('rings as the centre, is picked up with the space bar, and both hear each other', { timeout: 90_000 }, async () => {
  const { page } = operator
  // Nobody at the property or the maintainer has a phone on: the alarm is at the centre at once.
  const cabin = await press('cabin-4', ...passengerSays)
  await page.locator('[data-test=answer]').waitFor({ timeout: 30_000 })
  await page.locator('[data-test=line]', { hasText: '电梯报警来电：阳光小区2号楼2单元1号梯' }).waitFor({ timeout: 10_000 })
  await page.keyboard.press('Space')
  await page.waitForURL('**/incidents/*', { timeout: 10_000 })
  await hears(page, PASSENGER)
  await hears(cabin, OPERATOR)
  await page.click('[data-test=mute]')
  await silent(cabin, OPERATOR)
  await page.click('[data-test=mute]')
  await hears(cabin, OPERATOR)
  await page.click('[data-test=keypad]')
  await page.keyboard.press('5')
  await until(() => /收到按键 5/.test(cabin.output), 5_000, () => `no key heard: ${cabin.output}`)
  await page.keyboard.press('Escape')
  assert.match(await page.locator('[data-test=listen]').getAttribute('title'), /您正在与乘客通话/)
  await page.click('[data-test=hold]')
  await silent(cabin, OPERATOR)
  await page.click('[data-test=hold]')
  await hears(cabin, OPERATOR)
  await cabin.stop()
  await line(page, 'detached')
})

test('dials into the cabin too, and the timeline says so', { timeout: 60_000 }, async () => {
  const { page } = operator
  const cabin = await phone('cabin-4', 'answer')
  await page.click('nav a[href="/"]')
  await page.locator('[data-test=row]', { hasText: '2号楼2单元1号梯' }).locator('a.name').click()
  await page.locator('[data-test=softphone] input').fill('7300124')
  await page.keyboard.press('Enter')
  await hears(cabin, OPERATOR)
  await page.locator('[data-test=on-alarm] [data-call=cabin]', { hasText: '已接通' }).waitFor({ timeout: 10_000 })
  await page.click('[data-test=hangup]')
  await page.locator('[data-kind=callback_ended]').waitFor({ timeout: 10_000 })
})
