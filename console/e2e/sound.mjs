/** Tones: made for one side of a call, looked for on the other. */
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * A WAV file (16 bit, mono) with a tone; Chromium's fake microphone and a cabin take such a file. `beeps`: with gaps, as
 * speech has them; a browser takes a steady tone for noise and turns it down.
 */
export function writeTone(path, hertz, { seconds = 10, rate = 8000, beeps = false } = {}) {
  const data = Buffer.alloc(seconds * rate * 2)
  for (let index = 0; index < seconds * rate; index += 1) {
    if (beeps && (index / rate) % 0.5 > 0.3) continue
    data.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * index) / rate)), index * 2)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  writeFileSync(path, Buffer.concat([head, data]))
  return path
}

/** How much of a WAV's power lies at a frequency, 0 … 1, second by second (Goertzel). Reads a file that still grows. */
export function shareOf(path, hertz) {
  const { samples, rate } = read(path)
  const shares = []
  for (let second = 0; second + rate <= samples.length; second += rate) shares.push(shareIn(samples.subarray(second, second + rate), hertz, rate))
  return shares
}

/** The same of the last half second. */
export function shareNow(path, hertz) {
  const { samples, rate } = read(path)
  return samples.length < rate / 2 ? 0 : shareIn(samples.subarray(-rate / 2), hertz, rate)
}

/** Longest stretch of silence (below -50 dB of full scale), in seconds. */
export function longestSilence(path) {
  const { samples, rate } = read(path)
  const piece = rate / 10
  let [run, longest] = [0, 0]
  for (let at = 0; at + piece <= samples.length; at += piece) {
    const power = samples.subarray(at, at + piece).reduce((sum, sample) => sum + sample * sample, 0) / piece
    run = power < 104 ** 2 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest / 10
}

function read(path) {
  const file = readFileSync(path)
  if (file.length < 44) return { samples: new Int16Array(), rate: 8000 }
  const start = file.indexOf('data') + 8
  const samples = new Int16Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length - ((file.length - start) % 2)))
  return { samples, rate: file.readUInt32LE(24) }
}

/** In pieces of 50 ms: a sound card's clock that is a little off must not look like another tone. */
function shareIn(samples, hertz, rate) {
  const piece = rate / 20
  const found = []
  for (let at = 0; at + piece <= samples.length; at += piece) found.push(share(samples.subarray(at, at + piece), hertz, rate))
  return found.reduce((sum, one) => sum + one, 0) / found.length
}

function share(samples, hertz, rate) {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate)
  let [one, two, power] = [0, 0, 0]
  for (const sample of samples) {
    ;[one, two] = [sample + factor * one - two, one]
    power += sample * sample
  }
  const found = one * one + two * two - factor * one * two
  return power < 1 ? 0 : (2 * found) / (samples.length * power)
}
