// The alert page: plate image tools, and steps that are done without loading images and map again.
import "./choices.js";
import "./frames.js";
import htmx from "./htmx.js";
import "./shortcuts.js";
import { changed as dispatched } from "./dispatched.js";
import * as sound from "./sound.js";
import { toProblem } from "./problems.js";
import { listen } from "./stream.js";
import { moment } from "./time.js";
import * as typed from "./typed.js";
import { heard } from "./verify.js";

const DEEPEST = 6;

/** Zooms around what stands in the middle now. */
function zoom(figure, to) {
  const view = figure.querySelector(".view");
  const ratio = to / Number(figure.dataset.zoom);
  const middle = { x: view.scrollLeft + view.clientWidth / 2, y: view.scrollTop + view.clientHeight / 2 };
  figure.dataset.zoom = to;
  view.scrollTo(middle.x * ratio - view.clientWidth / 2, middle.y * ratio - view.clientHeight / 2);
}

for (const figure of document.querySelectorAll("[data-zoomable]")) {
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool]");
    if (!button) return;
    const tool = button.dataset.tool;
    const step = { in: 1, out: -1 }[tool];
    if (step) zoom(figure, Math.min(DEEPEST, Math.max(1, Number(figure.dataset.zoom) + step)));
    else button.ariaPressed = figure.classList.toggle(tool);
  });
}

document.body.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy], [data-choose]");
  if (!button) return;
  if (button.dataset.choose) { // a state, by one press, which brings a phone's keyboard up for the plate: no page may do that
    const { plate, state } = button.form.elements;
    state.value = button.dataset.choose;
    state.dispatchEvent(new Event("change", { bubbles: true }));
    if (!plate.value) plate.focus();
    return;
  }
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
});

// Of the steps that have a button in the bar, one is open.
document.body.addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.matches("[data-alone]")) return;
  for (const other of document.querySelectorAll("details[data-alone][open]")) if (other !== target) other.open = false;
}, true);

// The state that stands is the one whose button is pressed.
document.body.addEventListener("change", ({ target }) => {
  for (const button of target.form?.querySelectorAll("[data-choose]") ?? []) button.ariaPressed = button.dataset.choose === target.form.elements.state.value;
});

function say(text) {
  const alert = document.createElement("div");
  alert.className = "usa-alert usa-alert--error usa-alert--slim usa-alert--no-icon"; // its icon may not be there without the hub
  alert.role = "alert";
  alert.innerHTML = '<div class="usa-alert__body"><p class="usa-alert__text"></p></div>';
  alert.querySelector("p").textContent = text;
  document.getElementById("said").replaceChildren(alert);
}

/** To the next step: its first field or button, where no keyboard comes up that covers the page; else the step itself. */
function focus() {
  const step = document.querySelector("#steps :is(.step--open, details[data-alone][open])");
  const field = step?.querySelector("form :is(input:not([type=hidden]), select, textarea)");
  const typing = matchMedia("(hover: none)").matches && field?.matches("[type=text], [type=number], textarea");
  const next = [...document.querySelectorAll("#bar .next :is(a, button)")].find((one) => one.checkVisibility());
  const at = typing ? step.querySelector("h2") : field?.checkVisibility() ? field : next ?? step;
  if (at?.matches("h2")) at.tabIndex = -1;
  at?.focus({ preventScroll: true });
  (step ?? at)?.scrollIntoView({ block: "nearest" });
}
if (document.activeElement === document.body) focus();

// What was typed into the other steps while the answer to one comes: put back, or said where its step is open no more.
let begun = [];
let unfolded = []; // what was unfolded stays so

document.body.addEventListener("htmx:beforeSwap", (event) => {
  unfolded = [...document.querySelectorAll(".fold[open] > summary > h2[id]")].map((heading) => heading.id);
  const answer = event.detail.xhr;
  const asked = new URL(event.detail.pathInfo.requestPath, location.href).href;
  if (answer.responseText.includes('id="steps"')) {
    if (event.detail.target.id === "steps") begun = typed.keep(event.detail.requestConfig.elt);
    return;
  }
  // Another page came: the log-in, a refusal, an error.
  event.detail.shouldSwap = false;
  if (answer.responseURL && answer.responseURL !== asked) location.assign(answer.responseURL);
  else {
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    const main = page.getElementById("main");
    if (main) document.getElementById("main").replaceWith(main);
    else say(`Error ${answer.status}. Reload the page to see what was recorded.`);
  }
});
document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (["said", "stage", "moved"].includes(target.id)) return; // comes beside what was swapped
  for (const id of unfolded) document.getElementById(id)?.closest("details")?.setAttribute("open", "");
  unsaved(typed.restore(begun));
  begun = [];
  if (toProblem(target)) return;
  const found = target.id === "dispatch-panel" && target.querySelector("[data-found], [role=alert]");
  if (!found) return focus();
  if (!found.matches("input")) found.tabIndex = -1;
  found.focus();
});
// What was typed stays; when the line is open again, the page shows what was recorded.
document.body.addEventListener("htmx:sendError", () => {
  say("No connection. Your entry is still here but may not be recorded. When the connection is back, send it again.");
  unheard = true;
});

// A recall reaches the page that is open: whoever stands at the vehicle reads it here.
const recalled = document.getElementById("recalled");

function recall(alert) {
  if (recalled.childElementCount) return;
  const said = document.querySelector("[data-recalled-pattern]").content.firstElementChild.cloneNode(true);
  said.querySelector("[data-why]").textContent = alert.recalled.why;
  said.querySelector("[data-acted]").hidden = alert.recalled.closes;
  said.querySelector("[data-closed]").hidden = !alert.recalled.closes;
  recalled.replaceChildren(said);
  recalled.scrollIntoView({ block: "nearest" });
  sound.play("recall");
  staged(alert);
  // What is being typed stays to be read, but no step can be done; one that was acted upon must still be closed.
  if (!alert.recalled.closes) typed.shut("/dispose");
  else if (typed.anything()) typed.shut();
  else refresh();
}

function staged({ stage, stage_text }) {
  const tag = document.getElementById("stage");
  [tag.dataset.stage, tag.textContent] = [stage, stage_text];
}

/** The steps as they are now. */
function refresh() {
  return htmx.ajax("GET", location.href, { target: "#steps", select: "#steps", selectOOB: "#stage,#moved,#said:innerHTML", swap: "outerHTML show:none" });
}

function unsaved(lost) {
  if (!lost.length) return;
  const told = document.createElement("dl");
  told.className = "unsaved";
  for (const { label, value } of [{ label: "Not recorded. What you typed:", value: "" }, ...lost]) {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, text.textContent] = [label, value];
    told.append(term, text);
  }
  document.getElementById("said").prepend(told);
}

// What somebody else does meanwhile is said, with who and when; the page changes only when its own person wants it.
let waiting = false; // for the answer to our own step, which is no news
let unheard = false; // whether the hub did not answer to a step

async function moved() {
  if (waiting || recalled.childElementCount) return;
  const place = document.getElementById("moved");
  const answer = await fetch(place.dataset.moved, { headers: { Accept: "application/json" } });
  if (!answer.ok || waiting) return;
  const { steps } = await answer.json();
  if (steps.length <= document.querySelectorAll("#steps .history [data-step]").length) return;
  const { by, at, what } = steps.at(-1);
  const said = document.querySelector("[data-moved-pattern]").content.firstElementChild.cloneNode(true);
  said.querySelector("[data-by]").textContent = by;
  said.querySelector("[data-at]").textContent = moment(at);
  said.querySelector("[data-what]").textContent = what;
  said.querySelector("[data-typed]").hidden = !typed.anything();
  said.querySelector("button").addEventListener("click", refresh);
  document.getElementById("moved").replaceChildren(said);
}

document.body.addEventListener("htmx:beforeRequest", () => { waiting = true; });
document.body.addEventListener("htmx:afterRequest", () => { waiting = false; });
document.body.addEventListener("htmx:afterSettle", moved);

async function mine(alert) {
  if (alert.number !== Number(recalled.dataset.alert)) return;
  if (alert.recalled) return recall(alert);
  if (waiting) return; // the answer to our own step shows all that there is
  staged(alert);
  // One press closes it when the time to undo that is over; until then there is nothing to type.
  if (alert.stage === "closed" && document.getElementById("marked")) return refresh();
  if (await heard()) return refresh();
  unsaved(await dispatched());
  await moved();
}

if (!recalled.childElementCount) {
  listen({
    alert: mine,
    stage: mine,
    gone: ({ lists, alerts }) =>
      (lists.includes(Number(recalled.dataset.list)) || alerts.includes(Number(recalled.dataset.alert))) && location.reload(),
    async open() {
      if (!unheard) return;
      unheard = false;
      document.getElementById("said").replaceChildren();
      await moved();
    },
    refused: () => location.reload(), // which says why
  }, Number(recalled.dataset.after));
}
