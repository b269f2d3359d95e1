// The alert page: plate image tools, and steps that are done without loading images and map again.
import htmx from "./htmx.js";
import * as sound from "./sound.js";
import { listen } from "./stream.js";
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

function say(text) {
  const alert = document.createElement("div");
  alert.className = "usa-alert usa-alert--error usa-alert--slim";
  alert.role = "alert";
  alert.innerHTML = '<div class="usa-alert__body"><p class="usa-alert__text"></p></div>';
  alert.querySelector("p").textContent = text;
  document.getElementById("said").replaceChildren(alert);
  focus();
}

function focus() {
  const said = document.getElementById("said");
  said.focus({ preventScroll: true });
  said.scrollIntoView({ block: "nearest" });
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  const asked = new URL(event.detail.pathInfo.requestPath, location.href).href;
  if (answer.responseText.includes('id="steps"')) return;
  // Another page came: the log-in, a refusal, an error.
  event.detail.shouldSwap = false;
  if (answer.responseURL && answer.responseURL !== asked) location.assign(answer.responseURL);
  else {
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    const main = page.getElementById("main");
    if (main) document.getElementById("main").replaceWith(main);
    else say(`The hub answered ${answer.status}. Reload the page to see what was recorded.`);
  }
});
document.body.addEventListener("htmx:afterSettle", focus);
document.body.addEventListener("htmx:sendError", () =>
  say("The hub did not answer, so it is not sure that this was recorded. Reload the page to see, then try again."),
);

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
  document.getElementById("stage").textContent = alert.stage_text;
  // A narrative that is being typed stays, where a person must still close the alert.
  if (alert.recalled.closes) htmx.ajax("GET", location.href, { target: "#steps", select: "#steps", swap: "outerHTML show:none" });
}

function mine(alert) {
  if (alert.number !== Number(recalled.dataset.alert)) return;
  if (alert.recalled) recall(alert);
  else heard();
}

if (!recalled.childElementCount) {
  listen(recalled.dataset.watch, Number(recalled.dataset.after), {
    alert: mine,
    stage: mine,
    gone: ({ lists }) => lists.includes(Number(recalled.dataset.list)) && location.reload(),
    open() {},
    lost() {},
    refused: () => location.reload(), // which says why
  });
}
