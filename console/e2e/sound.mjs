/** Tones: made for one side of a call, looked for on the other. */
import { readFileSync, writeFileSync } from 'node:fs'

/** A WAV file (16 bit, mono) with a steady tone; Chromium's fake microphone and a cabin take such a file. */
export function writeTone(path, hertz, { seconds = 10, rate = 8000 } = {}) {
  const data = Buffer.alloc(seconds * rate * 2)
  for (let index = 0; index < seconds * rate; index += 1) {
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

/** How much of a WAV's power lies at a frequency, 0 … 1, second by second (Goertzel). */
export function shareOf(path, hertz) {
  const file = readFileSync(path)
  const rate = file.readUInt32LE(24)
  const start = file.indexOf('data') + 8
  const samples = new Int16Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length - ((file.length - start) % 2)))
  const shares = []
  // In pieces of 50 ms: a sound card's clock that is a little off must not look like another tone.
  const piece = rate / 20
  for (let second = 0; second + rate <= samples.length; second += rate) {
    const found = Array.from({ length: 20 }, (_, index) => share(samples.subarray(second + index * piece, second + (index + 1) * piece), hertz, rate))
    shares.push(found.reduce((sum, one) => sum + one, 0) / found.length)
  }
  return shares
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
