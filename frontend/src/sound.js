// The alarm. Browsers let a page sound only after a person has touched it, so it says plainly when it cannot.
import { sound } from "./tones.js";
import { oneAtATime } from "./turns.js";

const KEPT = "__Host-plateward-sound"; // a cookie, so that the hub's next page has what it says of the sound in its place
const A_YEAR = 365 * 86_400; // seconds
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
  sound(context, name, 0.3);
  return true;
}

// Someone who had sound on gets it back: at once where the browser allows, else at the first touch of the page.
if (kept()) {
  turnOn();
  for (const touch of ["pointerdown", "keydown"]) {
    addEventListener(touch, () => kept() && turnOn(), { once: true });
  }
}
