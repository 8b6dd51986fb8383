/**
 * The one real browser of the benchmark: `node page.mjs board` notes when rows come up, `node page.mjs talk FILE` is
 * the operator who picks up. Speaks JSON, a line each, on stdout. Ends at the end of its input.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const E2E = fileURLToPath(new URL('../../console/e2e/', import.meta.url))
const { openBrowser, person } = await import(join(E2E, 'browser.mjs'))
const { BASE, LOGINS } = await import(join(E2E, 'instance.mjs'))

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const [mode, voice] = process.argv.slice(2)
const browser = await openBrowser(voice ? [`--use-file-for-fake-audio-capture=${voice}`] : [])
const { page, context } = await person(browser, BASE, LOGINS['op-1'])

/** Epoch ms, with fractions, of the first frame that has the row; the frame is painted right after. */
async function board() {
  await page.exposeFunction('shown', (number, at) => say({ shown: number, at }))
  await page.waitForSelector('.link.live')
  await page.evaluate(() => {
    const known = new Set()
    const look = (tell) => {
      for (const row of document.querySelectorAll('[data-test=row] .number')) {
        const number = row.textContent
        if (known.has(number)) continue
        known.add(number)
        if (tell) requestAnimationFrame(() => window.shown(number, performance.timeOrigin + performance.now()))
      }
    }
    look(false)
    new MutationObserver(() => look(true)).observe(document.querySelector('[data-test=board]'), { childList: true, subtree: true })
  })
}

/** Records what the microphone gives and what arrives, on one clock, from the next call on. */
function tap() {
  const RATE = 8000
  const WORKLET = `registerProcessor('tap', class extends AudioWorkletProcessor {
    process([input]) { if (input[0]) this.port.postMessage({ at: currentTime, samples: input[0].slice() }); return true }
  })`
  const Native = window.RTCPeerConnection
  window.tapped = {}
  async function record(name, track) {
    const audio = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' })
    await audio.audioWorklet.addModule(window.workletUrl ?? (window.workletUrl = URL.createObjectURL(new Blob([WORKLET], { type: 'text/javascript' }))))
    const node = new AudioWorkletNode(audio, 'tap')
    const kept = { blocks: [], first: null, lag: Infinity, audio }
    node.port.onmessage = ({ data }) => {
      kept.first ??= data.at
      // The least late message tells how the clock of the sound stands to that of the machine.
      kept.lag = Math.min(kept.lag, performance.timeOrigin + performance.now() - data.at * 1000)
      kept.blocks.push(data.samples)
    }
    audio.createMediaStreamSource(new MediaStream([track])).connect(node)
    window.tapped[name] = kept
  }
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args)
      this.addEventListener('track', ({ track }) => void record('ear', track))
    }
    addTrack(track, ...streams) {
      void record('mouth', track)
      return super.addTrack(track, ...streams)
    }
  }
  window.harvest = () =>
    Object.fromEntries(
      Object.entries(window.tapped).map(([name, { blocks, first, lag, audio }]) => {
        const samples = blocks.flatMap((block) => [...block].map((one) => Math.round(one * 32767)))
        void audio.close()
        return [name, { from: first * 1000 + lag, rate: RATE, output: (audio.outputLatency ?? 0) * 1000, samples }]
      }),
    )
}

async function talk() {
  await context.addInitScript(tap)
  // The recorder is a script of its own; for the benchmark alone the page may load one.
  await page.route(`${BASE}/**`, async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue()
    const answer = await route.fetch()
    const headers = answer.headers()
    headers['content-security-policy'] = headers['content-security-policy']?.replace("script-src 'self'", "script-src 'self' blob:")
    return route.fulfill({ response: answer, headers })
  })
  await page.reload()
  await page.locator('[data-test=registration].registered').waitFor({ timeout: 20_000 })
}

async function pickUp() {
  await page.locator('[data-test=answer]').waitFor({ timeout: 30_000 })
  await page.keyboard.press('Space')
  await page.locator('[data-test=hangup]').waitFor()
  say({ talking: true })
}

await (mode === 'board' ? board() : talk())
say({ ready: true })
process.stdin.setEncoding('utf8')
for await (const text of process.stdin) {
  for (const word of text.split('\n').filter(Boolean)) {
    if (word === 'answer') await pickUp()
    else if (word === 'harvest') say({ harvest: await page.evaluate(() => window.harvest()) })
  }
}
await browser.close()
