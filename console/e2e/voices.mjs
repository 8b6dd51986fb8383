/** Who says which tone, and what each side hears of it: on the browsers from the received track, on phones from their files. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { until } from './instance.mjs'
import { shareNow, writeTone } from './sound.mjs'

export const OPERATOR = 440
export const PASSENGER = 1000
export const GUARD = 700
export const MOBILE = 1300

const folder = mkdtempSync(join(tmpdir(), 'liftline-tones-'))

/** The operators' microphone is a file for the whole browser; the passenger says one too. */
export const microphone = `--use-file-for-fake-audio-capture=${writeTone(join(folder, 'operator.wav'), OPERATOR, { rate: 48_000, beeps: true })}`
export const passengerSays = ['--say', writeTone(join(folder, 'passenger.wav'), PASSENGER)]

/** Of two or three tones mixed each has a good part of the power; of a tone that is not there next to nothing. */
const THERE = 0.07
const ABSENT = 0.02

/** Listens to what the browser receives, before it goes to the loudspeaker. Run in each page as it opens. */
export function tap() {
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args)
      this.addEventListener('track', ({ track }) => {
        const audio = new AudioContext()
        const analyser = audio.createAnalyser()
        analyser.fftSize = 4096
        analyser.smoothingTimeConstant = 0.3
        audio.createMediaStreamSource(new MediaStream([track])).connect(analyser)
        /** Level near a frequency, and the median of all, in decibels. */
        window.levelAt = (hertz) => {
          const bins = new Float32Array(analyser.frequencyBinCount)
          analyser.getFloatFrequencyData(bins)
          const width = audio.sampleRate / analyser.fftSize
          const near = bins.slice(Math.floor((hertz - 25) / width), Math.ceil((hertz + 25) / width) + 1)
          return { level: Math.max(...near), floor: [...bins].sort((a, b) => a - b)[bins.length >> 1] }
        }
      })
    }
  }
}

async function pageHears(page, hertz) {
  const { level, floor } = await page.evaluate((hertz) => window.levelAt?.(hertz) ?? { level: -200, floor: -200 }, hertz)
  return level > -60 && level > floor + 25
}

function phoneHears(phone, hertz) {
  const file = phone.heard()
  return file !== undefined && shareNow(file, hertz) > THERE
}

/** Wait until a page or a phone hears a tone. */
export async function hears(who, hertz, ms = 12_000) {
  const once = 'heard' in who ? () => phoneHears(who, hertz) : () => pageHears(who, hertz)
  await until(once, ms, () => `${hertz} Hz is not heard`)
}

/** Wait until a phone hears no such tone any more. */
export async function silent(phone, hertz, ms = 8_000) {
  await until(() => shareNow(phone.heard(), hertz) < ABSENT, ms, () => `${hertz} Hz is still heard`)
}

/** The loudest share that any second of the call so far had of a tone: next to nothing when it was never there. */
export const neverHeard = (shares) => Math.max(0, ...shares) < ABSENT
