// The alarm. Browsers let a page sound only after a person has touched it, so it says plainly when it cannot.
const KEPT = "__Host-plateward-sound"; // a cookie, so that the hub's next page has what it says of the sound in its place
const A_YEAR = 365 * 86_400; // seconds
// Tones of each priority and sound: [hertz, from second, seconds].
const PATTERNS = {
  high: [0, 0.4, 0.8, 1.2, 1.6, 2].flatMap((at) => [[988, at, 0.18], [740, at + 0.2, 0.18]]),
  normal: [[880, 0, 0.2], [880, 0.35, 0.2], [880, 0.7, 0.3]],
  low: [[587, 0, 0.35]],
  // Of lists whose administrator chose another sound than the priority's.
  urgent: [0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1].flatMap((at) => [[1319, at, 0.12], [988, at + 0.14, 0.12]]),
  plain: [[880, 0, 0.5]],
  soft: [[440, 0, 0.4], [523, 0.45, 0.4]],
  recall: [[988, 0, 0.15], [740, 0.2, 0.15], [494, 0.4, 0.5]],
  lost: [[330, 0, 0.35], [247, 0.4, 0.6]],
};

let context = null;
let told = () => {};

const kept = () => document.cookie.split("; ").includes(`${KEPT}=on`);
const keep = (seconds) => { document.cookie = `${KEPT}=on; path=/; secure; samesite=strict; max-age=${seconds}`; };

export const sounding = () => context?.state === "running";

export function onChange(listener) {
  told = listener;
  told();
}

export async function turnOn() {
  // One that did not start, because the machine's sound was busy or away, never will: each wish begins anew.
  if (!sounding()) {
    context?.close();
    context = new AudioContext();
    context.onstatechange = () => told();
  }
  keep(A_YEAR);
  await context.resume();
  told();
}

export async function turnOff() {
  keep(0);
  await context?.suspend();
  told();
}

/** Sounds a pattern; false where the page may not sound. */
export function play(name) {
  if (!sounding()) return false;
  for (const [hertz, from, seconds] of PATTERNS[name] ?? PATTERNS.normal) {
    const start = context.currentTime + 0.02 + from;
    const tone = new OscillatorNode(context, { type: "square", frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.3, start + 0.01);
    volume.gain.setValueAtTime(0.3, start + seconds - 0.02);
    volume.gain.linearRampToValueAtTime(0, start + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + seconds);
  }
  return true;
}

// Someone who had sound on gets it back: at once where the browser allows, else at the first touch of the page.
if (kept()) {
  turnOn();
  for (const touch of ["pointerdown", "keydown"]) {
    addEventListener(touch, () => kept() && turnOn(), { once: true });
  }
}
