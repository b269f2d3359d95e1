// The results of a search, as they come: rows, how much is done, and why it ended. One stream for a page; Stop ends it.
// It stands in the page's head and asks for the stream at once: the first rows are on their way while the page is parsed
// and styled, and while the map's library loads.
import { ready } from "./key.js";

const { stream } = document.querySelector("script[data-stream]").dataset;
let page = null; // once it is parsed
const parsed = new Promise((done) => {
  const look = () => {
    if (document.readyState === "loading") return;
    page = document.querySelector("[data-results]");
    done();
  };
  document.addEventListener("readystatechange", look, { once: true });
  look();
});
const scripts = new Promise((done) => { // the page's own, which listen
  if (document.readyState === "complete") done();
  for (const name of ["DOMContentLoaded", "load"]) addEventListener(name, done, { once: true });
});
const put = (name, text) => {
  const place = page.querySelector(`[data-results-${name}]`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
};
const AGAIN_AT_MOST = 3; // a key that is shown and not accepted would be asked for without end
let source = null; // aborts the stream
let again = 0;
let stopped = false; // by its reader, for good
let unpainted = ""; // why there is no map
let painter = Promise.resolve(null); // of the map, if the page has one

function become(state, { busy = false } = {}) {
  page.dataset.results = state;
  page.setAttribute("aria-busy", busy);
  for (const part of page.querySelectorAll("[data-results-stop], progress")) part.hidden = !busy;
}

function ended(state) {
  source?.abort();
  source = null;
  become(state);
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
    if (points) paint((map) => map.add(points));
  },
  progress({ text, done, parts }) {
    put("progress", text);
    const bar = page.querySelector("progress");
    if (bar) Object.assign(bar, { max: Math.max(parts, 1), value: done });
  },
  missing({ text }) {
    put("missing", `${text} ${unpainted}`.trim());
  },
  counted({ text }) {
    put("counted", text);
  },
  none({ html }) {
    page.querySelector("[data-results-nothing]").innerHTML = html; // escaped by the hub's templates
    page.querySelector("[data-results-none]").hidden = false;
    page.querySelector("[data-results-frame]").hidden = true;
    put("counted", ""); // it says no more
  },
  end({ text, next }) {
    put("progress", text);
    const link = page.querySelector("[data-results-next]");
    if (link && next) Object.assign(link, { href: next, hidden: false });
    paint((map) => map.done());
    ended("done");
    again = 0;
  },
  refused({ reason, help, clause }) {
    put("refused", `${reason} ${help} (clause ${clause})`);
    put("progress", "Ended before it was complete.");
    ended("refused");
    if (!["AC-11", "IA-5.sessions"].includes(clause)) return;
    addEventListener("plateward:open", () => { put("refused", ""); start(); }, { once: true });
    scripts.then(() => dispatchEvent(new Event("plateward:locked")));
  },
  again() {
    ended("again");
    if (again++ < AGAIN_AT_MOST) return void ready().then(start);
    paint((map) => map.done());
    put("progress", "Ended before it was complete.");
    put("missing", "Your log-in could not be confirmed: these results are not complete. Reload the page; if it happens again, log in again.");
  },
};

const paint = (act) => painter.then((map) => map && act(map));

const LAST = ["end", "refused", "again"]; // nothing comes after these

function start() {
  if (stopped) return;
  parsed.then(() => {
    for (const rows of page.querySelectorAll("[data-results-rows]")) rows.replaceChildren();
    paint((map) => map.clear());
    become("running", { busy: true });
  });
  const opened = source = new AbortController();
  listen(opened).catch(() => {
    if (!opened.signal.aborted) parsed.then(lost);
  });
}

/** Each event of the stream, in order, until the last. Not by EventSource: it does not say why it is refused, and asks
 * again by itself, which is another search on the log. */
async function listen({ signal }) {
  const answer = await fetch(stream, { headers: { Accept: "text/event-stream" }, signal });
  if (!answer.ok) {
    const why = await answer.json();
    await parsed;
    return on.refused(why);
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The stream ended before its last event.");
    const events = (text + value).split("\n\n");
    text = events.pop();
    await parsed;
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event);
      if (signal.aborted) return;
      on[name](JSON.parse(data));
      if (LAST.includes(name)) return;
    }
  }
}

function lost() {
  ended("lost");
  put("missing", "Connection lost: these results are not complete. Reload the page to search again.");
}

ready().then(start);
parsed.then(() => {
  page.querySelector("[data-results-stop]")?.addEventListener("click", () => {
    stopped = true;
    put("progress", "Stopped by you: these results are not complete.");
    ended("stopped");
    paint((map) => map.done());
  });
  const box = page.querySelector("[data-results-map]");
  if (!box) return;
  painter = import("./results_map.js").then(({ resultsMap }) => resultsMap(box, page)).catch(() => {
    unpainted = "The map could not be loaded: the reads are not shown. Reload the page, or open the table.";
    on.missing({ text: page.querySelector("[data-results-missing]").textContent });
    return null;
  });
});
addEventListener("pagehide", () => source?.abort());
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); }); // its stream was closed
