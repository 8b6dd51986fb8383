/** Several operators: who gets the alarm, who pauses, and what becomes of the passenger when a browser dies. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'

import { closeAll, get } from './api.mjs'
import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, press, stopAll, until } from './instance.mjs'
import { longestSilence } from './sound.mjs'
import { OPERATOR, PASSENGER, hears, microphone, passengerSays, silent, tap } from './voices.mjs'

let browser
let two

const registered = ({ page }) => page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
const rings = ({ page }, timeout = 20_000) => page.locator('[data-test=answer]').waitFor({ timeout })
const row = ({ page }, lift) => page.locator('[data-test=row]', { hasText: lift })
const quiet = ({ page }) => page.locator('[data-test=line]').waitFor({ state: 'detached', timeout: 10_000 })

/** An operator in a browser process of their own, which can be killed. */
async function inOwnBrowser(login) {
  const own = await openBrowser([microphone])
  const operator = await person(own, BASE, LOGINS[login], { init: tap })
  await registered(operator)
  return { ...operator, kill: own.kill, close: own.close }
}

before(async () => {
  browser = await openBrowser([microphone])
  two = await person(browser, BASE, LOGINS['op-2'], { init: tap })
  await closeAll(two.page)
  await registered(two)
})
afterEach(stopAll)
after(() => browser?.close())

test('two answer in the same instant: one has it, the other sees who', { timeout: 60_000 }, async () => {
  const one = await inOwnBrowser('op-1')
  const lift = '3号楼1单元1号梯'
  const passenger = await press('cabin-5', ...passengerSays)
  await Promise.all([rings(one), rings(two)])
  await Promise.all([one, two].map(({ page }) => page.keyboard.press('Space')))
  // Who was too late is told by voice who has it; then their line is free again.
  const lines = () => Promise.all([one, two].map(({ page }) => page.locator('[data-test=line]').count()))
  await until(async () => (await lines()).join() !== '1,1', 20_000, () => 'both have it')
  const [winner, loser, name] = (await lines())[0] === 1 ? [one, two, '话务员 A'] : [two, one, '话务员 B']
  await hears(winner.page, PASSENGER)
  await hears(passenger, OPERATOR)
  await quiet(loser)
  await loser.page.click('nav a[href="/"]')
  await row(loser, lift).locator('[data-test=talking]', { hasText: name }).waitFor({ timeout: 5_000 })
  await passenger.stop()
  await quiet(winner)
  await one.close()
})

test('who pauses is not rung, and the others see it', { timeout: 60_000 }, async () => {
  const one = await inOwnBrowser('op-1')
  await one.page.keyboard.press('p')
  await one.page.fill('[data-test=reason]', '接听家属来电')
  await one.page.keyboard.press('Enter')
  await one.page.locator('[data-test=operators].warn', { hasText: '接听家属来电' }).waitFor({ timeout: 5_000 })
  await one.page.keyboard.press('Escape')
  try {
    await two.page.click('[data-test=operators]')
    await two.page.locator('.operators li', { hasText: '话务员 A' }).filter({ hasText: '暂停 · 接听家属来电' }).first().waitFor({ timeout: 5_000 })
    await two.page.keyboard.press('Escape')
    const passenger = await press('cabin-4', ...passengerSays)
    await rings(two)
    await two.page.keyboard.press('Space')
    await hears(passenger, OPERATOR)
    assert.equal(await one.page.locator('[data-test=line]').count(), 0)
    await passenger.stop()
    await quiet(two)
  } finally {
    await one.page.click('[data-test=operators]')
    await one.page.click('[data-test=resume]')
    await one.page.locator('[data-test=operators]:not(.warn)').waitFor({ timeout: 5_000 })
    await one.close()
  }
})

test('a browser dies while it rings: the passenger is told on, and the next operator has them', { timeout: 90_000 }, async () => {
  await browser.close()
  const victim = await inOwnBrowser('op-1')
  const passenger = await press('cabin-2', ...passengerSays)
  await rings(victim)
  await victim.kill()
  browser = await openBrowser([microphone])
  two = await person(browser, BASE, LOGINS['op-2'], { init: tap })
  await rings(two, 30_000)
  await two.page.keyboard.press('Space')
  await hears(two.page, PASSENGER)
  await hears(passenger, OPERATOR)
  assert.ok(longestSilence(passenger.heard()) <= 2, 'never left in silence')
  await passenger.stop()
  await quiet(two)
})

test('a browser dies while it talks: the passenger goes back to the queue and is not lost', { timeout: 90_000 }, async () => {
  await two.page.click('[data-test=operators]')
  await two.page.locator('[data-test=pause] button').first().click()
  await two.page.locator('[data-test=operators].warn').waitFor({ timeout: 5_000 })
  const victim = await inOwnBrowser('op-1')
  const lift = '1号楼1单元1号梯'
  const passenger = await press('cabin-1', ...passengerSays)
  await rings(victim)
  await victim.page.keyboard.press('Space')
  await hears(passenger, OPERATOR)
  await two.page.click('[data-test=resume]')
  await two.page.locator('[data-test=operators]:not(.warn)').waitFor({ timeout: 5_000 })
  await two.page.keyboard.press('Escape')
  await victim.kill()
  await rings(two, 30_000)
  await silent(passenger, OPERATOR)
  await two.page.keyboard.press('Space')
  await hears(two.page, PASSENGER)
  await hears(passenger, OPERATOR)
  const number = new URL(two.page.url()).pathname.split('/').pop()
  const { nodes, lift: of } = await get(two.page, `/incidents/${number}`)
  const kinds = nodes.map((node) => node.kind)
  assert.ok(of.name.endsWith(lift))
  assert.ok(kinds.includes('person_lost') && !kinds.includes('call_ended'), kinds.join(' '))
  await passenger.stop()
  await quiet(two)
})
