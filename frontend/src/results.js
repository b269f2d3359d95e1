// The results of a search, as they come: rows, how much is done, and why it ended. One stream for a page; Stop ends it.
import { ready } from "./key.js";

const page = document.querySelector("[data-results]");
const put = (name, text) => {
  const place = page.querySelector(`[data-results-${name}]`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
};
const AGAIN_AT_MOST = 3; // a key that is shown and not accepted would be asked for without end
let source = null;
let again = 0;
let painter = null; // of the map

function ended(state) {
  source?.close();
  source = null;
  page.dataset.results = state;
  page.setAttribute("aria-busy", "false");
  const stop = page.querySelector("[data-results-stop]");
  if (stop) stop.hidden = true;
  const bar = page.querySelector("progress");
  if (bar) bar.hidden = true;
}

/** A row replaces the one of its id (a day of the timeline that got more), or is the next. */
function add(html) {
  const rows = page.querySelector("[data-results-rows]");
  if (!rows) return;
  const template = document.createElement("template");
  template.innerHTML = html; // escaped by the hub's templates
  for (const row of [...template.content.children]) {
    const before = row.id && document.getElementById(row.id);
    if (before) before.replaceWith(row);
    else if (rows.dataset.resultsRows === "sorted") insertSorted(rows, row);
    else rows.append(row);
  }
  page.querySelector("[data-results-frame]").hidden = false;
  performance.mark("results"); // when they came, in the browser's own tools
}

function insertSorted(rows, row) {
  const next = [...rows.children].find((other) => other.dataset.order < row.dataset.order);
  rows.insertBefore(row, next ?? null);
}

const on = {
  rows({ html, points }) {
    if (html) add(html);
    if (points && painter) painter.add(points);
  },
  progress({ text, done, parts }) {
    put("progress", text);
    const bar = page.querySelector("progress");
    if (bar) Object.assign(bar, { max: Math.max(parts, 1), value: done });
  },
  missing({ text }) {
    put("missing", text);
  },
  counted({ text }) {
    put("counted", text);
  },
  end({ text, next }) {
    put("progress", text);
    const link = page.querySelector("[data-results-next]");
    if (link && next) Object.assign(link, { href: next, hidden: false });
    const none = page.querySelector("[data-results-none]");
    if (none && page.querySelector("[data-results-frame]")?.hidden && !page.querySelector("[data-results-missing]")?.textContent) none.hidden = false;
    painter?.done();
    ended("done");
    again = 0;
  },
  refused({ reason, help, clause }) {
    put("refused", `${reason} ${help} (clause ${clause})`);
    put("progress", "Ended before it was complete.");
    ended("refused");
    if (!["AC-11", "IA-5.sessions"].includes(clause)) return;
    addEventListener("plateward:open", () => { put("refused", ""); start(); }, { once: true });
    dispatchEvent(new Event("plateward:locked"));
  },
  again() {
    ended("again");
    if (again++ < AGAIN_AT_MOST) return void ready().then(start);
    painter?.done();
    put("progress", "Ended before it was complete.");
    put("missing", "The hub could not confirm your log-in: these results are not complete. Reload the page; if it happens again, log in again.");
  },
};

function start() {
  for (const rows of page.querySelectorAll("[data-results-rows]")) rows.replaceChildren();
  painter?.clear();
  page.dataset.results = "running";
  source = new EventSource(page.dataset.stream);
  for (const [name, act] of Object.entries(on)) source.addEventListener(name, ({ data }) => act(JSON.parse(data)));
  source.onerror = async () => {
    if (!source) return;
    ended("lost");
    // A browser's EventSource does not say why.
    const answer = await fetch(page.dataset.stream, { headers: { Accept: "text/event-stream" } }).catch(() => null);
    const why = answer && !answer.ok ? await answer.json().catch(() => null) : null;
    answer?.body?.cancel().catch(() => {});
    if (why) on.refused(why);
    else put("missing", "The connection to the hub broke: these results are not complete. Reload the page to search again.");
  };
}

async function begin() {
  const box = page.querySelector("[data-results-map]");
  page.querySelector("[data-results-stop]")?.addEventListener("click", () => {
    put("progress", "Stopped by you: these results are not complete.");
    ended("stopped");
    painter?.done();
  });
  if (box) painter = await import("./results_map.js").then(({ resultsMap }) => resultsMap(box, page));
  await ready();
  start();
}

if (page) begin();
addEventListener("pagehide", () => source?.close());
