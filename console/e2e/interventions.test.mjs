/** The centre on a running alarm, by mouse and by key: who hears whom is measured in the audio. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'

import { closeAll } from './api.mjs'
import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, phone, press, stopAll, until } from './instance.mjs'
import { shareOf } from './sound.mjs'
import { GUARD, MOBILE, OPERATOR, PASSENGER, hears, microphone, neverHeard, passengerSays, silent, tap } from './voices.mjs'

let browser
let one
let two

before(async () => {
  browser = await openBrowser([microphone])
  one = await person(browser, BASE, LOGINS['op-1'], { init: tap })
  two = await person(browser, BASE, LOGINS['op-2'], { init: tap })
  await closeAll(one.page)
  for (const { page } of [one, two]) await page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
})
afterEach(stopAll)
after(() => browser?.close())

const row = (page, lift) => page.locator('[data-test=row]', { hasText: lift })
const board = (page) => page.click('nav a[href="/"]')

/** Press, and open the incident on a page. */
async function alarm(page, cabin, lift) {
  await board(page)
  const passenger = await press(cabin, ...passengerSays)
  await row(page, lift).waitFor({ timeout: 10_000 })
  return passenger
}
const open = async (page, lift) => {
  await row(page, lift).locator('a.name').click()
  await page.waitForSelector('[data-test=voice]')
}
const own = (page, mode) => page.locator(`[data-test=on-alarm] li.own[data-mode=${mode}]`).waitFor({ timeout: 10_000 })
const alone = (page) => page.locator('[data-test=line]').waitFor({ state: 'detached', timeout: 10_000 })

test('listen is silent, a whisper is for the guard alone, two join, and nobody is dropped on the way', { timeout: 90_000 }, async () => {
  const guard = await phone('guard-1', 'answer:1s', `tone:${GUARD}`)
  const cabin = await alarm(one.page, 'cabin-1', '1号楼1单元1号梯')
  await row(one.page, '1号楼1单元1号梯').locator('[data-test=talking]').waitFor({ timeout: 10_000 })
  await open(one.page, '1号楼1单元1号梯')
  await one.page.click('[data-test=listen]')
  await own(one.page, 'listen')
  await hears(one.page, PASSENGER)
  await hears(one.page, GUARD)
  await board(two.page)
  await row(two.page, '1号楼1单元1号梯').locator('.watch', { hasText: '话务员 A' }).waitFor({ timeout: 5_000 })
  assert.ok(neverHeard(shareOf(guard.heard(), OPERATOR)) && neverHeard(shareOf(cabin.heard(), OPERATOR)), 'who listens is not heard')

  await one.page.keyboard.press('w')
  await own(one.page, 'whisper')
  await hears(guard, OPERATOR)
  await hears(cabin, GUARD)
  assert.ok(neverHeard(shareOf(cabin.heard(), OPERATOR)), 'the passenger hears no whisper')

  await one.page.click('[data-test=join]')
  await own(one.page, 'join')
  for (const side of [cabin, guard]) await hears(side, OPERATOR)
  await open(two.page, '1号楼1单元1号梯')
  await two.page.click('[data-test=join]')
  await own(two.page, 'join')
  assert.equal(await one.page.locator('[data-test=on-alarm] [data-mode=join]').count(), 2, 'each sees both')
  await hears(two.page, GUARD)
  await hears(two.page, PASSENGER)
  await one.page.keyboard.press('l')
  await own(one.page, 'listen')
  await two.page.keyboard.press('x')
  await alone(two.page)
  await silent(cabin, OPERATOR)
  await hears(cabin, GUARD)
  await hears(guard, PASSENGER)
  await hears(one.page, GUARD)
  await one.page.click('[data-test=leave]')
  await alone(one.page)
  await hears(guard, PASSENGER)
  assert.doesNotMatch(guard.output, /hung up|挂断/)
  await cabin.stop()
  await one.page.locator('[data-kind=call_ended]').waitFor({ timeout: 10_000 })
  const kinds = await one.page.$$eval('[data-test=timeline] [data-kind]', (all) => all.map((node) => node.dataset.kind))
  assert.deepEqual([kinds.filter((kind) => kind === 'intervention_started').length, kinds.filter((kind) => kind === 'intervention_ended').length], [2, 2])
})

for (const [tier, behaviour, cabin, lift, name] of [
  [1, 'no-answer', 'cabin-2', '1号楼1单元2号梯', /一级 物业/],
  [2, 'busy', 'cabin-3', '2号楼1单元1号梯', /二级 维保/],
]) {
  test(`take over from the board while tier ${tier} is ringing`, { timeout: 60_000 }, async () => {
    const guard = await phone('guard-1', behaviour)
    const mobile = await phone('13800000001', 'no-answer')
    const passenger = await alarm(one.page, cabin, lift)
    await until(async () => name.test(await row(one.page, lift).locator('[data-test=meter]').textContent()), 10_000)
    const ringing = tier === 1 ? guard : mobile
    await until(() => /ringing|振铃/.test(ringing.output))
    await row(one.page, lift).locator('[data-test=take_over]').click()
    await hears(passenger, OPERATOR)
    await hears(one.page, PASSENGER)
    await until(() => /hung up|挂断/.test(ringing.output), 5_000, () => 'it still rings')
    await row(one.page, lift).locator('[data-test=talking]', { hasText: '您' }).waitFor({ timeout: 5_000 })
    await board(two.page)
    await row(two.page, lift).locator('[data-test=talking]', { hasText: '话务员 A' }).waitFor({ timeout: 5_000 })
    await passenger.stop()
    await alone(one.page)
  })
}

test('calls by one click: third party into the alarm, then cabin and guard room; and what cannot be says why', { timeout: 90_000 }, async () => {
  const { page } = one
  const lift = '2号楼2单元1号梯'
  const guard = await phone('guard-1', `no-answer;answer,tone:${GUARD}`)
  const mobile = await phone('13800000002', 'answer:1s', 'key:1@2s', `tone:${MOBILE}`)
  const passenger = await alarm(page, 'cabin-4', lift)
  await open(page, lift)
  await page.keyboard.press('w')
  await page.locator('[data-test=voice-problem]', { hasText: '还没有人与乘客通话' }).waitFor({ timeout: 5_000 })
  await page.keyboard.press('t')
  await hears(page, PASSENGER)
  await page.fill('[data-test=number]', '13800000002')
  await page.click('[data-test=bring-number]')
  await hears(passenger, MOBILE, 20_000)
  await hears(page, MOBILE)
  await hears(mobile, OPERATOR)
  await page.locator('[data-call=third]', { hasText: '已接通' }).waitFor({ timeout: 5_000 })
  await passenger.stop()
  await alone(page)
  assert.match(await page.locator('[data-test=listen]').getAttribute('title'), /已结束/)
  await page.keyboard.press('l')
  await page.locator('[data-test=voice-problem]', { hasText: '可呼叫轿厢' }).waitFor({ timeout: 5_000 })

  const cabin = await phone('cabin-4', 'auto-answer', `tone:${PASSENGER}`)
  await page.keyboard.press('k')
  await hears(page, PASSENGER, 15_000)
  await hears(cabin, OPERATOR)
  await page.click('[data-test=hangup]')
  await alone(page)
  await page.locator('[data-test=people] [data-address=guard-1] [data-test=call]').click()
  await hears(page, GUARD, 15_000)
  await hears(guard, OPERATOR)
  await page.click('[data-test=hangup]')
  await alone(page)
  // The third party went with the alarm; the cabin and the guard room were hung up on.
  await until(async () => (await page.locator('[data-kind=callback_ended]').count()) >= 2, 10_000)
  await page.locator('[data-test=on-alarm]').waitFor({ state: 'detached', timeout: 5_000 })
})

test('the browsers had nothing to complain about', () => {
  // A refusal is an answer of the API, which Chromium writes down as an error.
  const expected = /auth\/me|\/softphone|409/
  assert.deepEqual([...one.complaints, ...two.complaints].filter((complaint) => !expected.test(complaint)), [])
})
