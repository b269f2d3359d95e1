// A page that hides itself (CJIS AC-11) after 30 idle minutes, on a press of Lock, or because another tab did, and
// comes back as it was: what was typed stays in the page, which is taken from sight and from screen readers.
// The hub keeps its own time, and answers a locked session nothing; this script only follows it.
import { api, get, reason } from "./passkey.js";

const NOTED_EVERY = 60_000; // milliseconds between two notes to the hub that somebody is at work
const LOOKED_EVERY = 60_000; // milliseconds between two looks whether the hub has locked the session
const WORK = ["keydown", "pointerdown", "wheel", "touchstart"];
const panel = document.querySelector("[data-lock]");

if (panel) start();

function start() {
  const idle = Number(panel.dataset.idle) * 1000;
  const tabs = new BroadcastChannel("plateward.lock");
  const find = (name) => panel.querySelector(`[data-lock-${name}]`);
  let worked = Date.now(), noted = worked, hidden = [], focused, title, locked = false;
  let owed = false; // the hub has yet to hear that this page is locked
  let times = 0; // how often this page was hidden or shown

  function hide(why) {
    if (locked) return;
    locked = true;
    times += 1;
    find("why").textContent = why;
    [title, document.title] = [document.title, "Locked · Plateward"];
    focused = document.activeElement;
    hidden = [...document.body.children].filter((one) => one !== panel && !one.hidden && !one.matches("script, .cji"));
    for (const one of hidden) one.hidden = one.inert = true;
    panel.hidden = false;
    find("error").textContent = "";
    find("form").reset();
    offer();
  }

  function show() {
    if (!locked) return;
    locked = owed = false;
    times += 1;
    worked = Date.now();
    panel.hidden = true;
    for (const one of hidden) one.hidden = one.inert = false;
    document.title = title;
    focused?.focus?.();
    dispatchEvent(new Event("plateward:open")); // a stream that the hub closed goes on
  }

  async function ask(url, form) {
    const options = { headers: { Accept: "application/json" } };
    if (form) {
      const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
      // Kept alive: what is said here reaches the hub even where the page is left in the same moment.
      Object.assign(options, { method: "POST", keepalive: true, body: new URLSearchParams({ csrfmiddlewaretoken: token, ...form }) });
    }
    const answer = await fetch(url, options);
    return { status: answer.status, ...(await answer.json()) };
  }

  // What the hub says of this session: open, locked, or over. Does not count as work.
  async function look(act = owed ? "lock" : "") {
    const before = times;
    let found;
    try {
      found = await ask(panel.dataset.session, act && { act });
    } catch {
      return; // the hub is out of reach: what is hidden stays hidden, what is shown locks by its own time
    }
    if (act === "lock") owed = false;
    if (found.status === 401) return over(found);
    if (found.person !== panel.dataset.person) return location.reload(); // somebody else logged in here meanwhile
    // After a new log-in in another tab the forms of this page go on with that session.
    for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = found.csrf;
    if (before !== times) return; // what was asked before the page was hidden or shown says nothing of it now
    if (found.locked) hide(found.locked);
    else if (!act) show();
  }

  function over(found) {
    hide("");
    find("why").textContent = `${found.reason} ${found.help}`;
    find("form").hidden = true;
    find("over").hidden = false;
  }

  // The ways to unlock that this person has; the key first.
  async function offer() {
    find("form").hidden = false;
    find("over").hidden = true;
    let ways = { options: null, password: true };
    try {
      const found = await ask(panel.dataset.again);
      if (found.status === 401) return over(found);
      ways = found;
    } catch {
      find("error").textContent = "No connection. Try again later.";
    }
    find("key").hidden = !(ways.options && api?.parseRequestOptionsFromJSON);
    find("by-password").hidden = !ways.password;
    if (!ways.password && !ways.options) {
      find("error").textContent = "You have no password or key here. Log out and log in again.";
      return;
    }
    (find("key").hidden ? panel.querySelector("input") : find("key").querySelector("button")).focus();
  }

  async function unlock(proof) {
    find("error").textContent = "";
    try {
      const found = await ask(panel.dataset.again, await proof());
      if (found.status === 401) return over(found);
      if (found.wrong) {
        find("error").textContent = found.wrong;
        find("form").reset();
        return;
      }
      tabs.postMessage("open");
      show();
    } catch (error) {
      find("error").textContent = reason(error);
    }
  }

  // Says it to the hub, too: at once, and again at every look until the hub has heard it.
  function lock(why) {
    hide(why);
    owed = true;
    look();
  }

  function work() {
    if (locked) return;
    worked = Date.now();
    if (worked - noted < NOTED_EVERY) return;
    noted = worked;
    tabs.postMessage("work");
    look("work");
  }

  function tick() {
    if (!locked && idle && Date.now() - worked >= idle) lockAll("No activity for 30 minutes.");
  }

  function lockAll(why) {
    tabs.postMessage("locked");
    lock(why);
  }

  for (const kind of WORK) addEventListener(kind, () => { tick(); work(); }, { capture: true, passive: true });
  tabs.onmessage = ({ data }) => {
    if (data === "work") worked = Date.now();
    if (data === "locked") lock("Locked in another tab.");
    if (data === "open") {
      owed = false;
      look();
    }
  };
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) look(); }, LOOKED_EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tick(); look(); } });
  addEventListener("plateward:locked", () => look());
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  document.querySelector("[data-lock-now]")?.addEventListener("click", () => lockAll("You locked this page."));
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    unlock(() => ({ proof_password: panel.querySelector("input").value }));
  });
  find("key").addEventListener("click", () => unlock(async () => {
    const { options } = await ask(panel.dataset.again);
    return { proof_credential: JSON.stringify(await get(options.request_options)) };
  }));
}
