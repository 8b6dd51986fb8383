/** The microphone's level, for the eye: does it hear me at all? */

const EVERY_MS = 100

/** Calls back with 0 … 1 ten times a second until stopped. Raises `DOMException` without permission or device. */
export async function watchLevel(onLevel: (level: number) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    onLevel(levelOf(power))
  }, EVERY_MS)
  return () => {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
    void context.close()
  }
}

/** Mean square → 0 … 1 over 60 dB, as ears hear it. */
export function levelOf(power: number): number {
  const decibels = 10 * Math.log10(Math.max(power, 1e-9))
  return Math.min(1, Math.max(0, (decibels + 60) / 60))
}
