// Alarms, on whatever page somebody has open: a card for each alert until it is acknowledged, a sound, a sign that needs no
// sound, and a notification. Several pages of a browser ring once, and are silent together.
import * as sound from "./sound.js";
import { unpressed } from "./press.js";
import { steady, typedIn } from "./steady.js";
import { listen, tell } from "./stream.js";
import { oneAtATime } from "./turns.js";
import { changed } from "./typed.js";

const AGAIN = 5_000; // ms: a high-priority alarm rings until it is acknowledged
const SOON = 500; // ms: a timer may be early
const JUST_NOW = 2_000; // ms in which what has rung need not ring again
const SETTLED = 1_000; // ms until a page sounds that may
const FOCUS = "plateward.focus"; // a lock: somebody looks at a page of this browser
const region = document.querySelector("[data-ringing]");
const root = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const title = document.title;
const find = (name) => region.querySelector(`[data-${name}]`);
const all = (selector) => document.querySelectorAll(selector);
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

const pending = new Map(); // by number of an alert that its person has not acknowledged: {alert, card, rung}
const unsent = new Set(); // acknowledged here, and the hub has not heard of it yet
let flash = false, lost = false, rangAt = 0, sending = false, silent = true, settled = false;

export function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

const cards = () => [...find("alarm-list").children];
const loud = () => cards().map((card) => pending.get(Number(card.dataset.alarm))).filter(({ alert }) => alert.alarm === "loud");

function entitle() {
  if (document.querySelector("[data-lock]:not([hidden])")) return; // nothing of the page is in sight
  const shout = root.dataset.alarm && (flash || still.matches) ? "ALERT " : "";
  document.title = pending.size ? `${shout}(${pending.size}) ${title}` : title;
}

/** What the page shows of its alarms: as many cards as it has room for, the others as a number. */
function show() {
  const ringing = loud(), every = cards(), most = Number(root.dataset.cards);
  root.dataset.alarm = ringing[0]?.alert.priority ?? "";
  every.forEach((card, at) => { card.hidden = at >= most; });
  for (const count of all("[data-alarm-count]")) {
    count.textContent = pending.size;
    count.hidden = !pending.size;
  }
  const more = every.length - most;
  find("ringing-head").hidden = !every.length;
  find("alarm-more").textContent = more > 0 ? `${more} more after ${most > 1 ? "these" : "this one"}` : "";
  find("acknowledge-all").hidden = Math.min(every.length, most) < 2;
  find("acknowledge-all").textContent = more > 0 ? `Acknowledge these ${most}` : "Acknowledge all";
  for (const one of region.querySelectorAll("[accesskey]")) one.removeAttribute("accesskey");
  if (every.length) {
    every[0].querySelector("[data-open]").accessKey = "o";
    every[0].querySelector("[data-acknowledge]").accessKey = "a";
  }
  miss();
  entitle();
}

/** Where alerts should sound and cannot, which only a press changes, the page says so, unless it says so at length. */
function miss() {
  find("sound-missing").hidden = !settled || !silent || !(pending.size || sound.kept()) || document.querySelector("[data-queue]") !== null;
}

/** Rings, where this is the page that sounds; the others hear that it has. */
function ring({ alert }) {
  if (alert.sound === "none" || !sound.play(alert.sound === "standard" ? alert.priority : alert.sound)) return;
  root.dataset.alarmsRung = Number(root.dataset.alarmsRung) + 1;
  rangAt = Date.now();
  tell("rang");
}

/** What is most urgent of `some`; not where it has just rung. */
function ringFirst(some) {
  if (some.length && Date.now() - rangAt >= JUST_NOW) ring(some[0]);
}

const audible = () => loud().filter(({ alert }) => alert.sound !== "none");

function ringAgain() {
  if (Date.now() - rangAt >= AGAIN - SOON) ringFirst(audible().filter(({ alert }) => alert.priority === "high"));
}

/** Outside the browser's pages, for who allowed it and looks at none of them. A plate is never in it: others may see the screen. */
async function notify(alert) {
  if (alert.alarm !== "loud" || !("Notification" in window) || Notification.permission !== "granted") return;
  const { held } = await navigator.locks.query();
  if (held.some(({ name }) => name === FOCUS)) return;
  const told = new Notification(`${capital(alert.priority)} priority alert`, {
    body: `Possible hit: ${alert.reason_text} (${alert.source}). ${alert.where}. Lead only: verify before acting.`,
    tag: `alert-${alert.number}`, // of several pages one is shown
  });
  told.onclick = () => window.focus();
}

/** In its order; but nothing takes the place of a card that somebody is about to press. */
function place(card) {
  const every = cards();
  const pressed = every.findIndex((one) => one.matches(":is(:hover, :focus-within)"));
  const below = every.findIndex((one) => one.dataset.order > card.dataset.order);
  find("alarm-list").insertBefore(card, every[below < 0 ? every.length : Math.max(below, pressed + 1)] ?? null);
}

function raise(alert) {
  const card = made(alert.card);
  pending.set(alert.number, { alert, card, rung: false });
  place(card);
}

function drop(numbers) {
  steady(() => {
    for (const number of numbers) {
      pending.get(number)?.card.remove();
      pending.delete(number);
    }
    show();
  });
}

/** The card in sight lies over nothing that somebody is about to press, nor over the field they type into, which stays whole in sight. */
function uncover() {
  const below = cards()[0]?.getBoundingClientRect().bottom ?? 0;
  const typed = typedIn();
  const hovered = [...all("main :hover")].at(-1)?.closest("a, button, input, label, select, summary, textarea");
  for (const part of [hovered, typed ?? document.activeElement]) {
    if (!part?.closest("main > *")) continue;
    const { top, bottom } = part.getBoundingClientRect();
    if (part === typed && bottom > innerHeight) scrollBy({ behavior: "instant", top: Math.min(bottom - innerHeight, top - below) });
    else if (bottom > 0 && top < below) scrollBy({ behavior: "instant", top: top - below });
  }
}

/** For screen readers, what rings for this person. */
const saying = [];
export const words = (alert) => `New alert. ${capital(alert.priority)} priority. Possible hit: ${alert.reason_text}. ${alert.where}. ${alert.handled} ${alert.escalated}`;

function say(alert) {
  if (!saying.length) setTimeout(() => { find("announce").textContent = saying.splice(0).join(" "); }, 0);
  saying.push(words(alert));
}

/** Alerts as the hub tells them: each rings, goes on ringing, or rings here no more. `anew`: those not known may begin to. */
function told(alerts, anew) {
  const fresh = alerts.filter(({ number, alarm }) => anew && alarm && !pending.has(number) && !unsent.has(number));
  steady(() => {
    for (const alert of alerts) {
      const known = pending.get(alert.number);
      if (known && (!alert.alarm || unsent.has(alert.number))) {
        known.card.remove();
        pending.delete(alert.number);
      } else if (known) {
        known.alert = alert;
        const now = made(alert.card);
        known.card.dataset.order = now.dataset.order;
        known.card.className = now.className;
        known.card.querySelector(".alarm-words").replaceWith(now.querySelector(".alarm-words"));
      }
    }
    for (const alert of fresh) raise(alert);
    show();
  });
  unpressed(uncover);
  for (const alert of fresh) {
    say(alert);
    notify(alert);
  }
  return fresh;
}

/** One request at a time, with all that wait: forty presses are two. */
async function send() {
  if (sending || unsent.size === 0) return;
  sending = true;
  const numbers = [...unsent].slice(0, 100);
  const body = new FormData(find("acknowledging"));
  for (const number of numbers) body.append("number", number);
  const sent = await fetch(find("acknowledging").action, { method: "POST", body, keepalive: true }).then(({ ok }) => ok, () => false);
  sending = false;
  if (!sent) return; // the hub is away, which the page says; it is sent when the line is open again
  for (const number of numbers) unsent.delete(number);
  await send();
}

export function acknowledge(numbers) {
  for (const number of numbers) unsent.add(number);
  tell("acknowledged", { numbers });
  send();
}

/** The entry of an alert that rang here stands no more: the page says so until somebody has seen it. */
function recall(alert) {
  const known = `[data-recall="${alert.number}"], #recalled[data-alert="${alert.number}"]`; // its own page says it
  if (!alert.recall_card || document.querySelector(known)) return;
  steady(() => find("recalls").prepend(made(alert.recall_card)));
  sound.play("recall");
}

function linked(text) {
  for (const state of all("[data-link-state]")) {
    state.textContent = text ? "Not connected" : "Live";
    state.className = `tag tag--${text ? "bad" : "good"}`;
  }
  if (find("link-lost").textContent === text) return;
  steady(() => {
    find("link-lost").textContent = text;
    find("link-lost").hidden = !text;
  });
}

function begin() {
  root.dataset.alarmsRung = 0;
  listen({
    ringing({ alerts }) {
      const now = new Set(alerts.map(({ number }) => number));
      drop([...pending.keys()].filter((number) => !now.has(number)));
      told(alerts, true);
      ringFirst(audible());
    },
    alert(alert) {
      const [fresh] = told([alert], true);
      if (fresh?.alarm === "loud") ring(pending.get(alert.number));
    },
    stage(alert) {
      told([alert], false);
      recall(alert);
    },
    gone({ lists, alerts }) {
      drop([...pending].filter(([number, { alert }]) => lists.includes(alert.list) || alerts.includes(number)).map(([number]) => number));
    },
    acknowledged: ({ numbers }) => drop(numbers),
    noted: ({ number }) => steady(() => find("recalls").querySelector(`[data-recall="${number}"]`)?.remove()),
    rang() {
      rangAt = Date.now();
      for (const one of pending.values()) one.rung = true;
    },
    ping: ringAgain,
    open() {
      lost = false;
      linked("");
      send();
    },
    lost() {
      if (!lost) sound.play("lost");
      lost = true;
      linked("Connection lost. You are not receiving new alerts. Reconnecting: what you typed on this page is kept.");
    },
    refused({ missing }) {
      drop([...pending.keys()]);
      linked(`You no longer receive alerts. ${missing.map(({ reason, help }) => `${reason} ${help}`).join(" ")}`);
    },
  });

  sound.onChange((sounds, ours) => {
    silent = !sounds;
    steady(() => {
      for (const part of all("[data-sound-on]")) part.hidden = !sounds;
      for (const part of all("[data-sound-off]")) part.hidden = sounds;
      miss();
    });
    if (ours) ringFirst(audible().filter(({ rung }) => !rung));
  });

  document.addEventListener("click", async ({ target }) => {
    const wish = target.closest("[data-sound]")?.dataset.sound;
    if (wish === "off") await sound.turnOff();
    if (wish === "on") await sound.turnOn();
    if (wish === "on" || wish === "test") sound.play("low", true);
  });
  region.addEventListener("click", (event) => {
    const { target } = event;
    if (target.closest("[data-acknowledge-all]")) {
      acknowledge(cards().filter((card) => !card.hidden).map((card) => Number(card.dataset.alarm)));
    } else if (target.closest("[data-acknowledge], [data-open]")) acknowledge([Number(target.closest("[data-alarm]").dataset.alarm)]);
    if (target.closest("[data-noted]")) tell("noted", { number: Number(target.closest("[data-recall]").dataset.recall) });
    // What is typed on this page stays: the alert opens in a page of its own.
    const link = target.closest("a[href]");
    if (link && [...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")].some(changed)) link.target = "_blank";
  });

  const inFocus = oneAtATime(FOCUS, () => {}, () => {});
  const look = () => (document.hasFocus() ? inFocus.ask(true) : inFocus.drop());
  for (const kind of ["focus", "blur"]) addEventListener(kind, look);
  look();
  setInterval(ringAgain, AGAIN);
  setTimeout(() => {
    settled = true;
    steady(miss);
  }, SETTLED);
  setInterval(() => {
    flash = !flash;
    if (!still.matches) entitle();
  }, 1000);
}

if (region) begin();
