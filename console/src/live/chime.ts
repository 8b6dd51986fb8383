/** The sound of a new alarm: two tones, made on the spot, so that no file has to be loaded for it. */

let context: AudioContext | null = null

/** Browsers give sound only after a click or key: call this from one (the log-in). */
export function unlockSound(): void {
  context ??= new AudioContext()
  void context.resume()
}

export function soundAllowed(): boolean {
  return context?.state === 'running'
}

/** 880 Hz and 660 Hz, three times, one second in all. */
export function chime(): void {
  playTones(
    [0, 0.34, 0.68].flatMap((at) => [
      { hertz: 880, at, seconds: 0.15 },
      { hertz: 660, at: at + 0.16, seconds: 0.15 },
    ]),
  )
}

export interface Tone {
  hertz: number
  /** Seconds from now. */
  at: number
  seconds: number
}

/** Nothing while the browser allows no sound. */
export function playTones(tones: readonly Tone[]): void {
  if (!context || context.state !== 'running') return
  for (const { hertz, at, seconds } of tones) tone(context, hertz, context.currentTime + at, seconds)
}

function tone(audio: AudioContext, hertz: number, at: number, seconds: number): void {
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.type = 'triangle'
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0.0001, at)
  gain.gain.exponentialRampToValueAtTime(0.4, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + seconds)
}
