// The alarm. Browsers let a page sound only after a person has touched it, so it says plainly when it cannot.
import { oneAtATime } from "./turns.js";

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

const NAME = "plateward.sound";
const tabs = new BroadcastChannel(NAME);
const listeners = [];
let context = null;
let ours = false; // of several pages of a browser, this is the one that sounds

export const kept = () => document.cookie.split("; ").includes(`${KEPT}=on`);
const keep = (seconds) => { document.cookie = `${KEPT}=on; path=/; secure; samesite=strict; max-age=${seconds}`; };
const able = () => context?.state === "running";
const turn = oneAtATime(NAME, () => became(true), () => became(false));

/** Calls `listener` with whether this browser sounds, and whether this page does it: now, and when that changes. */
export function onChange(listener) {
  listeners.push(listener);
  told();
}

async function told() {
  const { held } = await navigator.locks.query();
  const sounds = ours || held.some(({ name }) => name === NAME);
  for (const listener of listeners) listener(sounds, ours);
}

function became(now) {
  ours = now;
  told();
  tabs.postMessage("changed");
}

tabs.onmessage = ({ data }) => {
  if (data === "off") context?.suspend();
  told();
};

/** The page that somebody is at sounds, if it may. */
function claim() {
  if (able()) turn.ask(document.hasFocus());
  else turn.drop();
}

addEventListener("focus", () => able() && claim());

export async function turnOn() {
  keep(A_YEAR);
  // One that did not start, because the machine's sound was busy or away, never will: each wish begins anew.
  if (!able()) {
    context?.close();
    context = new AudioContext();
    context.onstatechange = claim;
  }
  await context.resume().catch(() => {}); // a newer wish closed it
}

export async function turnOff() {
  keep(0);
  await context?.suspend();
  tabs.postMessage("off");
}

/** Sounds a pattern; false where this page may not, or another does it. `here`: on this page all the same. */
export function play(name, here = false) {
  if (!(here ? able() : ours)) return false;
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
