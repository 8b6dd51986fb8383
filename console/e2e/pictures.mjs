/**
 * Pictures of every page with sample data, for the documents: `node console/e2e/pictures.mjs docs/images` with a
 * running instance. Makes alarms of its own: one that rings, one that talks, one that is closed. VOICE: a WAV file (8 kHz)
 * for what people say. Needs a font with Chinese (Debian: fonts-noto-cjk).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { closeAll, post } from './api.mjs'
import { openBrowser, person } from './browser.mjs'
import { BASE, LOGINS, phone, press, stopAll, until } from './instance.mjs'
import { microphone } from './voices.mjs'

const folder = process.argv[2] ?? 'docs/images'
mkdirSync(folder, { recursive: true })

/** What passenger and guard say, so that both channels of the recording have something in them. */
const voice = process.env.VOICE
const VOICE = voice ? ['--say', voice] : []
const SAY = voice ? [`say:${voice}`] : ['tone:440']

/** Wait until the call of a lift is over. */
const over = (page, lift) => page.locator('[data-test=row]', { hasText: lift }).filter({ hasText: '报警通话已结束' }).waitFor({ timeout: 60_000 })

const numberOf = (page, lift) => page.locator('[data-test=row]', { hasText: lift }).locator('.number').textContent()

const browser = await openBrowser([microphone])
const encoder = await (await browser.newContext()).newPage()

/** WebP, by the browser itself: a quarter of the PNG. */
async function webp(png) {
  const url = await encoder.evaluate(async (data) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())
    const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height })
    canvas.getContext('2d').drawImage(picture, 0, 0)
    return canvas.toDataURL('image/webp', 0.86)
  }, png.toString('base64'))
  return Buffer.from(url.split(',')[1], 'base64')
}

const complaints = []
try {
  const operator = await person(browser, BASE, LOGINS['op-1'])
  complaints.push(operator.complaints)
  const { page } = operator
  const shot = async (name, on = page) => writeFileSync(join(folder, `console-${name}.webp`), await webp(await on.screenshot()))
  const settled = () => page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined)
  const go = async (path, selector) => {
    await page.goto(`${BASE}/${path}`)
    await page.waitForSelector(selector)
    await page.keyboard.press('Shift') // gives the sound back, as any key does
    await page.waitForTimeout(1_200) // plots move into place
  }

  const stranger = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
  const door = await stranger.newPage()
  await door.goto(`${BASE}/login`)
  await door.waitForSelector('#login')
  await shot('login', door)
  await stranger.close()

  await closeAll(page)
  // One has been released and waits to be closed, one was left by its passenger, one talks with the maintainer, one rings.
  await press('cabin-1', '--seconds', '4')
  await over(page, '1号楼1单元1号梯')
  const mobile = await phone('13800000001', 'answer:3s', 'key:1@3s', ...SAY)
  await press('cabin-2', '--seconds', '12')
  await over(page, '1号楼1单元2号梯')
  const done = await numberOf(page, '1号楼1单元2号梯')
  for (const step of ['arrived', 'released']) await post(page, `/incidents/${done}/${step}`)
  const passenger = await press('cabin-5', '--seconds', '150', ...VOICE)
  await page.waitForSelector('[data-test=talking]', { timeout: 30_000 })
  const guards = await Promise.all([phone('guard-1', 'no-answer'), phone('guard-2', 'no-answer')])
  const ringing = await press('cabin-3', '--seconds', '120')
  await page.waitForSelector('[data-test=countdown]', { timeout: 10_000 })
  await page.waitForTimeout(4_000)
  await page.evaluate(() => document.activeElement?.blur())
  await shot('board')

  const ring = await numberOf(page, '2号楼1单元1号梯')
  const talked = await numberOf(page, '3号楼1单元1号梯')
  await page.locator('[data-test=row]', { hasText: talked }).locator('a.name').click()
  await page.click('[data-test=join]')
  await page.waitForSelector('[data-test=on-alarm] [data-mode=join]')

  const english = await person(browser, BASE, LOGINS['op-2'], { language: 'en' })
  complaints.push(english.complaints)
  await english.page.locator('[data-test=registration].registered').waitFor()
  await english.page.locator('[data-test=row]', { hasText: talked }).locator('a.name').click()
  await english.page.click('[data-test=listen]')
  await english.page.waitForSelector('[data-test=on-alarm] [data-mode=listen]')
  await page.waitForSelector('[data-test=on-alarm] [data-mode=listen]')
  await page.waitForTimeout(2_500)
  await shot('incident-live')
  await english.page.click('[data-test=operators]')
  await english.page.waitForTimeout(800)
  await shot('operators-en', english.page)
  await english.page.keyboard.press('Escape')
  await english.page.keyboard.press('x')
  await english.page.waitForSelector('[data-test=line]', { state: 'detached' })
  await page.keyboard.press('x')
  await page.waitForSelector('[data-test=line]', { state: 'detached' })

  await english.page.click('nav a[href="/"]')
  await english.page.waitForSelector('[data-test=row]')
  await english.page.waitForTimeout(1_000)
  await shot('board-en', english.page)
  await english.context.setOffline(true)
  await english.page.waitForSelector('[data-test=broken]')
  await english.page.waitForTimeout(1_200)
  await shot('broken', english.page)
  await english.context.close()

  const maintainer = await person(browser, BASE, LOGINS.maintainer)
  await maintainer.page.waitForSelector('[data-test=row]')
  await maintainer.page.locator('[data-test=row]', { hasText: ring }).locator('a.name').click()
  await maintainer.page.waitForSelector('[data-test=actions] button')
  await maintainer.page.waitForTimeout(1_200)
  await shot('maintainer', maintainer.page)
  await maintainer.context.close()

  await Promise.all([ringing.stop(), passenger.stop()])
  await Promise.all([mobile.stop(), ...guards.map((guard) => guard.stop())])
  await go(`incidents/${talked}`, '[data-test=timeline] li')
  await until(async () => (await page.locator('[data-test=play]').count()) > 0, 30_000).catch(() => undefined)
  await settled()
  await page.locator('[data-test=play]').first().click()
  await page.waitForTimeout(2_500)
  await shot('incident')
  await page.locator('[data-test=play]').first().click()
  await page.keyboard.press('r')
  await page.waitForSelector('[data-kind=arrived]')
  await page.keyboard.press('f')
  await page.fill('#people', '1')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-kind=released]')
  await page.waitForTimeout(700)
  await page.keyboard.press('c')
  await page.locator('[data-test=closing] .el-radio-button', { hasText: '困人' }).click()
  await page.locator('[data-test=closing] [data-test=cause]').click()
  await page.waitForTimeout(800)
  await shot('closing')

  const online = await Promise.all(['cabin-1', 'cabin-4'].map((cabin) => phone(cabin, 'answer')))
  await go('history', '[data-test=history] .el-table__row')
  const late = await press('cabin-2', '--seconds', '40')
  await page.waitForSelector('[data-test=popups]')
  await page.waitForTimeout(1_500)
  await shot('popup')
  await late.stop()
  for (const [path, selector] of [
    ['history', '[data-test=history] .el-table__row'],
    ['lifts', '[data-test=lifts] .el-table__row'],
    ['duty', '[data-test=shift]'],
    ['overview', '[data-test=plots] svg'],
  ]) {
    await go(path, selector)
    if (path === 'overview') await page.waitForTimeout(3_000)
    await shot(path)
  }
  await Promise.all(online.map((cabin) => cabin.stop()))
  await go('duty', '[data-test=shift]')
  await page.click('[data-test=add-shift]')
  await page.waitForTimeout(700)
  await shot('shift')
  await go('lifts', '[data-test=lifts] .el-table__row')
  await page.locator('[data-test=edit]').first().click()
  await page.waitForTimeout(700)
  await shot('lift')
  await go('lifts', '[data-test=lifts] .el-table__row')
  await page.click('[data-test=import]')
  const wrong = '设备代码,使用登记证号,救援编号,电梯名称,使用单位,轿厢电话类型,轿厢账号\n31101301022019080099,梯11冀A10199(19),30012,阳光小区9号楼,阳光小区物业服务中心,SIP设备,cabin-99\n31101301022019080098,梯11冀A10101(19),300198,阳光小区10号楼,没有这个单位,外线,电话\n'
  await page.setInputFiles('[data-test=files]', { name: '电梯.csv', mimeType: 'text/csv', buffer: Buffer.from(wrong) })
  await page.waitForSelector('[data-test=import-problems], .el-alert--error')
  await page.waitForTimeout(700)
  await shot('import')
} finally {
  await stopAll()
  await browser.close()
}
console.log(complaints.flat().filter((one) => !/auth\/me|\/softphone|DISCONNECTED/.test(one)))
