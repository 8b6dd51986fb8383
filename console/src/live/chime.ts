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
  if (!context || context.state !== 'running') return
  const start = context.currentTime
  for (let beat = 0; beat < 3; beat += 1) {
    tone(context, 880, start + beat * 0.34, 0.15)
    tone(context, 660, start + beat * 0.34 + 0.16, 0.15)
  }
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
