// Readers, units, deployments and open alerts on one map, live: the list beside it asks for itself anew.
import { keepCurrent } from "./board.js";
import { later } from "./later.js";
import { listen } from "./stream.js";
import { moment } from "./time.js";

const EVERY = 10_000; // milliseconds; of an alert the stream tells at once
const page = document.querySelector("[data-live-map]");
const find = (name) => page.querySelector(`[data-${name}]`);
const list = find("map-list");
const down = { alerts: "", list: "" }; // why the page is not current, of both ways to the hub
const map = later().then(() => import("./marks.js")).then(({ drawMarks }) => drawMarks(find("map-box"), list));

function tell() {
  const why = down.alerts || down.list, state = find("link-state"), lost = find("link-lost");
  state.textContent = why ? "Not connected" : "Live";
  state.className = `tag tag--${why ? "bad" : "good"}`;
  lost.textContent = why;
  lost.hidden = !why;
}

const ask = keepCurrent(list, page.dataset.list, EVERY, {
  drawn: () => map.then((draw) => draw()),
  heard() {
    down.list = "";
    if (document.documentElement.dataset.stream === "open") tell();
  },
  lost(since) {
    down.list = `Connection lost. This map shows ${moment(since.toISOString())}. Reconnecting; if this continues, reload the page: you may be logged out.`;
    tell();
  },
});

listen({
  alert(alert) {
    find("whisper").textContent = `New alert ${alert.number}. Possible hit: ${alert.reason_text}. ${alert.where}.`;
    ask();
  },
  stage: ask,
  gone: ask,
  altered: ask,
  open() {
    down.alerts = "";
    tell();
    ask();
  },
  lost() {
    down.alerts = "Connection lost. Alerts and readers on this map are no longer current.";
    tell();
  },
  refused: () => location.reload(), // which says why
}, Number(page.dataset.after));
