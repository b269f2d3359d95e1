// The screen in the vehicle: log-in, the last reads, each alarm until it is acknowledged.
import { unpressed } from "./press.js";
import { sound } from "./tones.js";

const LOUD = 0.9;
const AGAIN = { high: 3_500, urgent: 3_500, normal: 6_000 }; // ms from one sound of an alarm to the next
const LATE = 6_000; // ms without a word from the reader
const ASK = 3_000; // ms between two looks whether a code was confirmed
const SAY = 5_000; // ms between two words to the reader of whether this page is seen and heard
const SCHEME = "scheme";
const WAYS = { same: "", open: "·", folded: "~", different: "≠" };

const find = (id) => document.getElementById(id);
const root = document.documentElement;
let context = null;
let state = {};
let chosen = null; // the number of the alarm that is shown in full
let soundedAt = 0;
let sounded = []; // the alarms that have sounded
let heardAt = performance.now();
let lost = false;
const ended = new Set();

function make(tag, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? null) });
  return { ok: answer.ok, ...(await answer.json().catch(() => ({}))) };
}

// Sound

const able = () => context?.state === "running";

async function turnOn() {
  if (able()) return;
  context?.close();
  context = new AudioContext();
  context.onstatechange = showSilence;
  await context.resume().catch(() => {});
  showSilence();
}

function showSilence() {
  find("silent").hidden = able() || !state.officer;
}

const gravest = (ringing) => ringing.find(({ priority }) => priority === "high") ?? ringing[0];

/** The gravest alarm that nobody has acknowledged sounds again and again. */
function ring() {
  const ringing = (state.alarms ?? []).filter(({ sound: name }) => name);
  const loudest = gravest(ringing);
  document.title = ringing.length ? `(${ringing.length}) ALARM` : "Plateward in the vehicle";
  if (!loudest || !able()) return;
  const now = performance.now();
  const numbers = ringing.map(({ number }) => number);
  // A new one sounds at once, whatever sounds already.
  if (numbers.every((number) => sounded.includes(number)) && now - soundedAt < (AGAIN[loudest.sound] ?? 8_000)) return;
  sounded = numbers;
  soundedAt = now;
  sound(context, loudest.sound, LOUD);
  root.dataset.rung = Number(root.dataset.rung ?? 0) + 1;
}

// What is shown

function show() {
  const inside = Boolean(state.officer);
  const stated = inside && !state.purposes;
  find("reader").textContent = state.reader ?? "Plate reader";
  find("officer").textContent = inside ? `${state.officer}, until ${state.until}${state.kept ? ", without the hub" : ""}` : "";
  find("logout").hidden = !inside;
  find("board").hidden = !stated;
  find("purpose").hidden = !inside || stated;
  if (find("gate").hidden !== inside) {
    find("gate").hidden = inside;
    if (!inside) find("login").username.focus();
  }
  showOnce("purposes", purposes);
  showOnce("troubles", troubles);
  showOnce("reads", reads);
  showOnce("alarms", alarms);
  showSilence();
}

const shown = {};
/** Renders a part if what it shows is new, so that what somebody is about to press stays where it is. */
function showOnce(part, render) {
  const key = JSON.stringify(render === alarms ? [state.alarms, chosen] : render === troubles ? [state.officer && state.troubles, lost] : state[part]);
  if (shown[part] === key) return;
  shown[part] = key;
  render();
}

function purposes() {
  find("username").textContent = state.username ?? "";
  find("purposes").replaceChildren(...Object.entries(state.purposes ?? {}).map(([key, words]) =>
    make("button", { type: "button", onclick: () => send("/purpose", key) }, words)));
}

function troubles() {
  const texts = [...(lost ? ["The reader does not answer. Alarms may be missing."] : []), ...((state.officer && state.troubles) ?? [])];
  find("troubles").replaceChildren(...texts.map((text) => make("li", {}, text)));
  find("troubles").hidden = !texts.length;
}

function reads() {
  find("reads").replaceChildren(
    ...(state.reads ?? []).map((read) =>
      make("li", { className: read.listed ? "listed" : "" },
        make("img", { src: `/picture/${read.id}/plate`, alt: `Picture of plate ${read.plate}` }),
        make("span", { className: "plate" }, read.plate),
        make("span", { className: "quiet" }, `${read.state} ${read.at}`),
      )),
  );
}

function alarms() {
  const all = state.alarms ?? [];
  for (const { number, kind } of all) {
    if (kind !== "ended" || ended.has(number)) continue;
    ended.add(number);
    if (able()) sound(context, "recall", LOUD);
  }
  if (!all.length) {
    find("others").replaceChildren();
    find("alarms").replaceChildren(...(state.officer ? [make("p", { className: "none" }, "No alarms since you logged in")] : []));
    return;
  }
  const ringing = all.filter(({ rings }) => rings);
  const first = gravest(ringing) ?? all.find(({ number }) => number === chosen) ?? all[0];
  find("alarms").replaceChildren(card(first, ringing.length));
  find("others").replaceChildren(...all.filter((alarm) => alarm !== first).map(other));
  if (first.rings) find("acknowledge")?.focus();
}

const KINDS = { alarm: "POSSIBLE HIT", shown: "POSSIBLE HIT, NO ALARM", ended: "RECALLED" };

function card(alarm, ringing) {
  const { number, read, plate, state: issuer, reason, priority, kind, acknowledged, facts, pairs, notes } = alarm;
  const button = acknowledged || kind === "ended" || kind === "shown"
    ? make("p", { className: "done" }, acknowledged ? "Acknowledged" : kind === "ended" ? "Do not act on it" : "No alarm")
    : make("button", { id: "acknowledge", type: "button", className: "main", onclick: () => acknowledge(number) }, ringing > 1 ? `Acknowledge (1 of ${ringing})` : "Acknowledge");
  const element = make("article", { className: `card ${kind} ${acknowledged ? "seen" : "new"}` },
    make("div", { className: "what" },
      make("p", { className: "kind" }, `${KINDS[kind]}: ${priority} priority`),
      make("h1", {}, reason),
      make("p", { className: "number" }, plate, make("span", {}, issuer)),
      ...notes.map((note) => make("p", { className: "note" }, note)),
      make("p", { className: "verify" }, "May be this vehicle. Read plate and state from the picture, then verify before acting."),
      button,
    ),
    make("div", { className: "pictures" },
      make("img", { src: `/picture/${read}/plate`, alt: "Picture of the plate" }),
      make("img", { src: `/picture/${read}/context`, alt: "Picture of the vehicle" }),
    ),
    make("div", { className: "facts" },
      pairs.some(([, , way]) => way !== "same") ? alignment(pairs) : "",
      make("dl", {}, ...facts.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])),
    ),
  );
  element.dataset.alarm = number;
  element.dataset.taken = alarm.taken;
  return element;
}

function alignment(pairs) {
  const row = (name, cells) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((text) => make("td", {}, text)));
  return make("table", {},
    row("Read", pairs.map(([read]) => read || "-")),
    row("Listed", pairs.map(([, listed]) => listed || "-")),
    row("Differs", pairs.map(([, , way]) => WAYS[way])));
}

function other({ number, reason, plate, kind, acknowledged }) {
  const text = kind === "ended" ? "recalled" : acknowledged ? "acknowledged" : kind === "shown" ? "no alarm" : "new";
  return make("li", {}, make("button", { type: "button", className: text, onclick: () => choose(number) },
    make("span", { className: "plate" }, plate), `${reason}, ${text}`));
}

function choose(number) {
  chosen = number;
  show();
}

async function acknowledge(number) {
  chosen = number;
  await post("/acknowledge", number);
}

// What somebody does

/** Posts, and says what is wrong. */
async function send(path, body) {
  find("problem").hidden = true;
  const answer = await post(path, body).catch(() => ({ error: "The reader does not answer." }));
  find("problem").textContent = answer.error ?? "";
  find("problem").hidden = Boolean(answer.ok);
  return answer;
}

/** What a form holds; it is sent once. */
function submitted(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    turnOn();
    const button = form.querySelector("button");
    button.disabled = true;
    await act(Object.fromEntries(new FormData(form)));
    button.disabled = false;
  });
}

const login = find("login");
submitted(login, async (typed) => {
  const { ok } = await send("/login", typed);
  login.password.value = login.code.value = "";
  if (!ok) return login.password.focus();
  login.reset();
  listen();
});

let asking = 0; // the timer that looks whether somebody has confirmed the code
function showCode(shown) {
  clearInterval(asking);
  login.hidden = find("other-way").hidden = shown;
  find("asked").hidden = !shown;
}

submitted(find("by-code"), async ({ shift }) => {
  const { ok, address, code, until } = await send("/code", shift);
  find("by-code").reset();
  if (!ok) return;
  find("address").textContent = address;
  find("shown-code").textContent = code;
  find("code-until").textContent = until;
  showCode(true);
  asking = setInterval(async () => {
    const { ok, taken } = await send("/code/taken");
    if (ok && !taken) return;
    showCode(false);
    if (ok) listen();
  }, ASK);
});
find("no-code").addEventListener("click", () => showCode(false));
find("logout").addEventListener("click", () => post("/logout"));
find("sound").addEventListener("click", turnOn);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => state.officer && turnOn());
addEventListener("keydown", (event) => {
  if (event.key === "a" && state.officer) find("acknowledge")?.click();
});

function paint(scheme) {
  root.dataset.scheme = scheme;
  find("scheme").textContent = scheme === "dark" ? "Day" : "Night";
}
find("scheme").addEventListener("click", () => {
  const scheme = root.dataset.scheme === "dark" ? "light" : "dark";
  localStorage.setItem(SCHEME, scheme);
  paint(scheme);
});
paint(localStorage.getItem(SCHEME) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));

// The reader's word

/** Whether anybody can see and hear an alarm here. */
function sayListening() {
  if (state.officer) post("/listening", { seen: !document.hidden, heard: able() }).catch(() => {});
}
setInterval(sayListening, SAY);
addEventListener("visibilitychange", sayListening);

let line = null;
/** A new line to the reader: who has just logged in is known only to a new one. */
function listen() {
  line?.close();
  line = new EventSource("/events");
  line.onmessage = ({ data }) => {
    heard();
    state = JSON.parse(data);
    unpressed(show);
    ring();
  };
  line.addEventListener("alive", heard);
}

function heard() {
  heardAt = performance.now();
  if (!lost) return;
  lost = false;
  show();
}

setInterval(() => {
  find("clock").textContent = new Date().toLocaleTimeString("en-US", { hour12: false, hour: "2-digit", minute: "2-digit" });
  ring();
  if (lost || performance.now() - heardAt < LATE) return;
  lost = true;
  if (able()) sound(context, "lost", LOUD);
  show();
  if (line.readyState === EventSource.CLOSED) listen();
}, 250);
listen();
turnOn();
