// Step 3 while an agency is waited for: its clock, and its answer as soon as the hub hears it.
import htmx from "./htmx.js";
import * as typed from "./typed.js";

const SECOND = 1000;
const begun = new WeakMap(); // when each clock was first seen here: the machine's own time may be wrong, its pace is not

function tick() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    if (!begun.has(clock)) begun.set(clock, performance.now());
    const passed = (performance.now() - begun.get(clock)) / SECOND;
    const left = Math.max(0, Math.round(clock.dataset.countdown - clock.dataset.now - passed));
    clock.textContent = left
      ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`
      : "Time is up: reload the page to ask again";
  }
}

tick();
setInterval(tick, SECOND);

/** Something was recorded of this alert: show the answer that was waited for, instead of what it makes untrue, and leave
 *  what is being typed. True where it was denied, and so closed: then all steps are to be shown anew. */
export async function heard() {
  if (!document.querySelector("#verify[data-awaiting]")) return false;
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("#denied") && !document.querySelector("#denied")) return true;
  const kept = typed.keep();
  const told = [...document.querySelectorAll("#verify [data-verdict], #verify [data-active]")].length;
  for (const id of ["verify", "stage", "history-fold"]) {
    const [now, then] = [page.getElementById(id), document.getElementById(id)];
    if (!now || !then) continue;
    then.replaceWith(now);
    htmx.process(now);
  }
  typed.restore(kept);
  tick();
  const answers = [...document.querySelectorAll("#verify [data-verdict], #verify [data-active]")];
  if (answers.length > told) {
    const said = document.createElement("div"); // in place of "The request was sent"
    said.className = "answered";
    said.append(answers.at(-1).closest("p").cloneNode(true));
    document.getElementById("said").replaceChildren(said);
  }
  return false;
}
