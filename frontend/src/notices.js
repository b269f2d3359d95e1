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
  localStorage.setItem(UPTO, found.upto);
  const said = new Notification(found.count === 1 ? "1 new notice" : `${found.count} new notices`, {
    body: found.lines.join("\n"),
    tag: "plateward-notices",
  });
  said.onclick = () => window.open(new URL("..", new URL(notices, location)), "plateward-notices");
}

function showChoice(panel) {
  const state = may() === "granted" && upto() === null ? "default" : may();
  for (const part of panel.querySelectorAll("[data-desktop-when]")) part.hidden = part.dataset.desktopWhen !== state;
}

async function choose(panel, on) {
  if (on && (await Notification.requestPermission()) === "granted") {
    const begin = await ask("");
    if (begin) localStorage.setItem(UPTO, begin.upto);
  }
  if (!on) localStorage.removeItem(UPTO);
  showChoice(panel);
}

if (notices) {
  setInterval(look, EVERY);
  const panel = document.querySelector("[data-desktop]");
  if (panel) {
    showChoice(panel);
    panel.addEventListener("click", ({ target }) => {
      const { desktop } = target.dataset;
      if (desktop) choose(panel, desktop === "on");
    });
  }
}
