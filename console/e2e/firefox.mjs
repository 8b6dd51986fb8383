/** One headless Firefox (Debian's, over WebDriver BiDi), and people who log in with it. */
import { existsSync, rmSync } from 'node:fs'

import puppeteer from 'puppeteer-core'

import { ADDRESS, install, newFolder } from './trust.mjs'

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox']
const PREFERENCES = {
  'media.navigator.streams.fake': true, // a microphone that hums
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.peerconnection.ice.loopback': true, // the switch under test is on loopback
  'permissions.default.desktop-notification': 1,
  'dom.min_background_timeout_value': 4,
}

/** `root`: a root certificate to trust; `host`: a name that means this machine. */
export async function openFirefox({ root, host } = {}) {
  const executablePath = process.env.FIREFOX ?? FIREFOX.find(existsSync)
  if (!executablePath) throw new Error('Firefox is needed: install it, or name it in FIREFOX')
  const userDataDir = newFolder('firefox')
  if (root) install(root, userDataDir)
  const extraPrefsFirefox = { ...PREFERENCES, ...(host ? { 'network.dns.forceResolve': ADDRESS } : {}) }
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true, userDataDir, extraPrefsFirefox, env: { ...process.env, HOME: userDataDir } })
  const close = browser.close.bind(browser)
  browser.close = async () => {
    await close()
    rmSync(userDataDir, { recursive: true, force: true })
  }
  return browser
}

/** A person at a screen of 1366×768, logged in; `complaints` collects errors in scripts and what the console printed as such. */
export async function person(browser, base, { login, password }, { language = 'zh' } = {}) {
  const page = await browser.newPage()
  await page.setViewport({ width: 1366, height: 768 })
  await page.evaluateOnNewDocument((tag) => {
    // Also run in about:blank, which has no storage.
    if (location.protocol.startsWith('http')) localStorage.getItem('liftline.language') ?? localStorage.setItem('liftline.language', tag)
  }, language)
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(`${base}/login`)
  await (await page.waitForSelector('#login')).type(login)
  await page.type('#password', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=who]')
  return { page, complaints }
}
