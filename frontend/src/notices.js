// Desktop notifications of new notices, in a browser where the person turned them on (Notice settings). An open page asks
// the hub itself: no push service. It hears how many are new and about what, no more: others may see the screen.
import "./key.js";

const EVERY = 30_000; // milliseconds
const { notices, person } = document.documentElement.dataset;
const UPTO = `plateward.notices.${person}`; // the newest notice that this browser has notified of; none: turned off
const upto = () => localStorage.getItem(UPTO);
const may = () => ("Notification" in window ? Notification.permission : "none");

async function ask(after) {
  try {
    const answer = await fetch(notices + after, { headers: { Accept: "application/json" } });
    return answer.status === 200 ? await answer.json() : null; // nothing new, locked, or over
  } catch {
    return null; // the hub is out of reach
  }
}

async function look() {
  if (upto() === null || may() !== "granted") return;
  const found = await ask(`?${new URLSearchParams({ after: upto() })}`);
  if (!found || upto() === null || Number(upto()) >= found.upto) return; // another tab was first
  if (show(found.count === 1 ? "1 new notice" : `${found.count} new notices`, found.lines.join("\n")))
    localStorage.setItem(UPTO, found.upto);
  else localStorage.removeItem(UPTO);
}

/** Whether this browser shows it: on Android they are for workers alone, which only the attempt tells. */
function show(title, body) {
  try {
    const said = new Notification(title, { body, tag: "plateward-notices" });
    said.onclick = () => window.open(new URL("..", new URL(notices, location)), "plateward-notices");
    return true;
  } catch {
    return false;
  }
}

const choice = () => (may() === "granted" && upto() === null ? "default" : may());

function showChoice(panel, state) {
  for (const part of panel.querySelectorAll("[data-desktop-when]"))
    part.hidden = !part.dataset.desktopWhen.split(" ").includes(state);
}

/** The state after the person pressed a button. */
async function chosen(on) {
  if (!on) localStorage.removeItem(UPTO);
  else if ((await Notification.requestPermission()) === "granted") {
    const begin = await ask("");
    if (!begin) return "failed";
    if (!show("Desktop notifications are on", "")) return "none";
    localStorage.setItem(UPTO, begin.upto);
  }
  return choice();
}

async function choose(panel, on) {
  showChoice(panel, await chosen(on));
  // The button that was pressed may be gone: whoever uses the keyboard goes on at the other, or at what is said.
  (panel.querySelector("button:not([hidden])") ?? panel.querySelector("[role=status]")).focus();
}

if (notices) {
  setInterval(look, EVERY);
  const panel = document.querySelector("[data-desktop]");
  if (panel) {
    showChoice(panel, choice());
    panel.addEventListener("click", ({ target }) => {
      const { desktop } = target.dataset;
      if (desktop) choose(panel, desktop === "on");
    });
  }
}
