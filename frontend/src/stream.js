// The line to the hub, one for the whole browser: one page listens for all, and tells the others through a channel. It never stays lost in silence: the hub pings every few seconds; without one the line is dead.
import { ready } from "./key.js";
import { oneAtATime } from "./turns.js";

const SILENT_AFTER = 20_000;
const AGAIN_AFTER = 3_000;
const TOGETHER = 50; // ms in which pages that open at once are one reason to ask anew
const LOCKED = ["AC-11", "IA-5.sessions"]; // a proof opens the session again: lock.js asks for it
const STATES = ["open", "lost", "locked", "refused"];
const KINDS = ["ringing", "alert", "stage", "gone", "altered", "banners"];
const root = document.documentElement;
const url = root.dataset.listen; // without it nothing comes to this person by itself
const NAME = `plateward.work.alerts.${root.dataset.person}`;
const tabs = url && new BroadcastChannel(NAME);
const listeners = [];
let last = null; // the number of the last event, where the next line begins
let source = null; // of the page that listens for all
let silence, begun, asked;
const turn = oneAtATime(NAME, connect, () => {
  source.close();
  source = null;
  alive();
});

/** What this page does with what comes: `on` may have ringing({alerts}), alert(data), stage(data), gone(data), altered(), banners({any}), open(),
 *  lost(), refused({missing}), after which nothing comes any more, and any kind that a page tells the others. `after`: the event that
 *  the page shows already. */
export function listen(on, after = null) {
  listeners.push(on);
  if (after !== null) continueFrom(after);
  if (begun) greet(after);
}

/** To all pages of this browser, this one first. */
export function tell(kind, data = {}) {
  hear({ kind, data });
  tabs.postMessage({ kind, data });
}

const continueFrom = (after) => { last = last === null ? after : Math.min(last, after); };

function hear({ kind, data, number }) {
  if (kind === "hello") {
    if (data.after !== null) continueFrom(data.after);
    if (source) again();
    return;
  }
  if (number) last = number;
  if (STATES.includes(kind)) root.dataset.stream = kind;
  if (kind === "locked") {
    addEventListener("plateward:open", () => source && connect(), { once: true });
    dispatchEvent(new Event("plateward:locked"));
  }
  for (const on of listeners) on[kind]?.(data);
  if (kind === "ping" || [...KINDS, ...STATES].includes(kind)) alive();
}

/** Nothing for a while: of its own line the page says that it is lost; else it takes the line over. */
function alive() {
  clearTimeout(silence);
  if (["locked", "refused"].includes(root.dataset.stream)) return;
  silence = setTimeout(() => {
    if (source) {
      source.close();
      broken();
    } else turn.ask(true);
  }, source ? SILENT_AFTER : 1.5 * SILENT_AFTER);
}

/** A page that has just opened: whoever listens asks the hub what rings, and for what the page has not seen. */
function greet(after) {
  tabs.postMessage({ kind: "hello", data: { after } });
  if (source) again();
}

function again() {
  clearTimeout(asked);
  asked = setTimeout(() => source && connect(), TOGETHER);
}

/** Why the hub lets us listen no more; a browser's EventSource does not tell. */
async function ask() {
  const stop = new AbortController();
  try {
    const answer = await fetch(url, { headers: { Accept: "text/event-stream" }, signal: stop.signal });
    if (answer.status === 401 || answer.status === 403) return refused([await answer.json()]);
    stop.abort();
  } catch {
    // The hub is away, or says nothing that we understand: try again.
  }
  setTimeout(() => source && connect(), AGAIN_AFTER);
}

function refused(missing) {
  source.close();
  tell(missing.some(({ clause }) => LOCKED.includes(clause)) ? "locked" : "refused", { missing });
}

function broken() {
  tell("lost"); // again and again: it says, too, that this page is there
  // The browser tries again by itself, unless the hub refused it or we closed it.
  if (source?.readyState === EventSource.CLOSED) ask();
}

function connect() {
  source?.close();
  source = new EventSource(last === null ? url : `${url}?after=${last}`);
  source.onopen = () => tell("open");
  source.onerror = broken;
  source.addEventListener("ping", ({ data }) => tell("ping", JSON.parse(data)));
  source.addEventListener("again", () => {
    source.close();
    ready().then(() => source && connect());
  });
  source.addEventListener("refused", (event) => refused(JSON.parse(event.data).missing));
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      const message = { kind, data: JSON.parse(event.data), number: Number(event.lastEventId) };
      hear(message);
      tabs.postMessage(message);
    });
  }
}

function begin() {
  begun = true;
  tabs.onmessage = ({ data }) => hear(data);
  greet(last);
  turn.ask();
}

// Once each of the page's scripts has said from where on it listens.
if (url) {
  if (document.readyState === "complete") begin();
  else addEventListener("DOMContentLoaded", begin);
}
