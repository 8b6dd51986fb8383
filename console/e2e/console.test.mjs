/**
 * The console against a real switch, in a real browser: `node --test console/e2e/` with a running instance
 * (LIFTLINE_HOME and LIFTLINE_PORT_BASE as for `liftline up`, sample estate).
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { closeAll, get } from './api.mjs'
import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, phone, press, stopAll, until } from './instance.mjs'

const LONG = 90_000
let browser
let operator
let number = ''

/** Notes when each alarm's row came up on the board, to the millisecond, from inside the page. */
function noteRows(page) {
  return page.evaluate(() => {
    window.shownAt = {}
    window.neverReloaded = true
    const look = () => {
      for (const row of document.querySelectorAll('[data-test=row]')) window.shownAt[row.querySelector('.number').textContent] ??= Date.now()
    }
    look()
    new MutationObserver(look).observe(document.querySelector('[data-test=board]'), { childList: true, subtree: true })
  })
}

const numbers = (page) => page.$$eval('[data-test=row] .number', (found) => found.map((one) => one.textContent))

before(async () => {
  browser = await openBrowser()
  operator = await person(browser, BASE, LOGINS['op-1'])
  await closeAll(operator.page)
})
after(async () => {
  await stopAll()
  await browser?.close()
})

describe('an alarm', { timeout: 3 * LONG }, () => {
  let cabin
  let guard
  let mobile
  let guardHouse

  before(async () => {
    guardHouse = await person(browser, BASE, LOGINS.guard)
    guard = await phone('guard-1', 'no-answer')
    mobile = await phone('13800000001', 'answer:2s', 'key:1@2s')
  })
  after(async () => {
    await Promise.all([guard.stop(), mobile.stop(), cabin?.stop()])
    await guardHouse.context.close()
  })

  test('appears on the board without a reload, and quickly', async (t) => {
    const { page } = operator
    await page.waitForSelector('[data-test=board]', { state: 'attached' })
    await until(() => page.evaluate(() => document.querySelector('.link.live') !== null))
    const before = new Set(await numbers(page))
    await noteRows(page)
    cabin = await press('cabin-3', '--seconds', '70')
    number = await until(async () => (await numbers(page)).find((one) => !before.has(one)), 15_000)
    const { raised_at: raised } = await get(page, `/incidents/${number}`)
    const ms = await page.evaluate(([one, at]) => window.shownAt[one] - Date.parse(at), [number, raised])
    t.diagnostic(`press → visible on the board: ${ms} ms`)
    assert.ok(ms < 2000, `${ms} ms`)
    assert.ok(await page.evaluate(() => window.neverReloaded))
  })

  const row = (page) => page.locator('[data-test=row]', { hasText: number })

  test('counts the seconds of the tier that rings', async () => {
    const left = () => row(operator.page).locator('[data-test=countdown]').textContent()
    const first = Number(await left())
    assert.ok(first > 5 && first <= 15, String(first))
    await until(async () => Number(await left()) <= first - 2, 5_000)
    assert.match(await row(operator.page).textContent(), /一级 物业/)
  })

  test('is seen by the property too', async () => {
    await row(guardHouse.page).waitFor({ timeout: 5_000 })
  })

  test('goes on to the maintainer, and the board says who has it', { timeout: LONG }, async () => {
    const meter = row(operator.page).locator('[data-test=meter]')
    await until(async () => /二级 维保/.test(await meter.textContent()), 20_000)
    await row(operator.page).locator('[data-test=talking]').waitFor({ timeout: 20_000 })
    assert.match(await meter.textContent(), /维保员 A/)
  })

  test('opens with the keyboard alone and shows its timeline live', async () => {
    const { page } = operator
    await until(async () => {
      await page.keyboard.press('ArrowDown')
      return (await page.evaluate(() => document.activeElement?.textContent ?? '')).includes(number)
    })
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/incidents/${number}`)
    for (const kind of ['alarm_raised', 'tier_started', 'leg_accepted', 'acknowledged']) await page.waitForSelector(`[data-test=timeline] [data-kind=${kind}]`)
    await page.keyboard.press('r')
    await page.waitForSelector('[data-kind=arrived]')
  })

  test('cannot be closed by the property', async () => {
    const { page } = guardHouse
    await row(page).locator('a.name').click()
    await page.waitForSelector('[data-test=actions]')
    assert.equal(await page.locator('[data-test=close]').count(), 0)
    await page.waitForSelector('[data-kind=arrived]')
  })

  test('is released and closed, and leaves every board', async () => {
    const { page } = operator
    await page.keyboard.press('f')
    await page.fill('#people', '2')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-kind=released]')
    await until(async () => (await page.locator('.el-overlay:visible').count()) === 0)
    await page.keyboard.press('c')
    await page.locator('[data-test=closing] .el-radio-button', { hasText: '困人' }).click()
    await page.locator('[data-test=closing] [data-test=cause]').click()
    await page.keyboard.type('0301')
    await page.locator('.el-select-dropdown__item:visible', { hasText: '0301' }).click()
    await page.locator('[data-test=closing] button[type=submit]').click()
    await page.waitForSelector('[data-kind=closed]')
    await page.keyboard.press('b')
    await page.waitForSelector('[data-test=board]', { state: 'attached' })
    await until(async () => !(await numbers(page)).includes(number))
    const found = await get(page, `/incidents/${number}`)
    assert.deepEqual([found.state, found.classification, found.cause_code], ['closed', 'entrapment', '0301'])
  })

  test('can be heard afterwards', { timeout: LONG }, async () => {
    const { page } = operator
    await cabin.stop()
    await page.goto(`${BASE}/incidents/${number}`)
    await page.locator('[data-test=play]').first().click({ timeout: 30_000 })
    await until(async () => /^0:0[1-9]/.test(await page.locator('[data-test=position]').first().textContent()), 15_000)
    await page.locator('[data-test=play]').first().click()
    await page.waitForSelector('[data-kind=recording_accessed]')
  })
})

describe('a broken connection', { timeout: LONG }, () => {
  test('is visible at once, and what was missed is fetched', async (t) => {
    const { page, context } = operator
    await page.goto(BASE)
    await page.waitForSelector('.link.live')
    const before = new Set(await numbers(page))
    await context.setOffline(true)
    const cut = Date.now()
    await page.waitForSelector('[data-test=broken]', { timeout: 3_000 })
    t.diagnostic(`visible after ${Date.now() - cut} ms`)
    const cabin = await press('cabin-4', '--seconds', '12')
    await cabin.ended
    assert.deepEqual(new Set(await numbers(page)), before)
    await context.setOffline(false)
    await until(async () => (await numbers(page)).length === before.size + 1, 10_000)
    await page.waitForSelector('[data-test=broken]', { state: 'detached' })
    const missed = (await numbers(page)).find((one) => !before.has(one))
    await page.goto(`${BASE}/incidents/${missed}`)
    await page.waitForSelector('[data-kind=call_ended]')
  })
})

test('the browser had nothing to complain about', () => {
  const expected = /auth\/me|\/softphone|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/
  assert.deepEqual(operator.complaints.filter((one) => !expected.test(one)), [])
})
