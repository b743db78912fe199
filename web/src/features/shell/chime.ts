import { mayChime } from './notifyPolicy';

let context: AudioContext | undefined;
let last = 0;

/** One soft tone of `frequency`, from `at`. */
function tone(audio: AudioContext, frequency: number, at: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.07, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0005, at + 0.28);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.3);
}

/** Two notes, a fourth apart. Silent where the browser wants a click first or has no sound. */
export async function chime(now = Date.now()): Promise<void> {
  if (!mayChime(last, now) || typeof AudioContext === 'undefined') return;
  last = now;
  context ??= new AudioContext();
  if (context.state === 'suspended')
    await Promise.race([context.resume(), new Promise((over) => setTimeout(over, 200))]);
  if (context.state !== 'running') return;
  tone(context, 659, context.currentTime);
  tone(context, 880, context.currentTime + 0.11);
}
