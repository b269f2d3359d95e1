// The alert queue: rows that come and change by themselves. What rings is on every page (alarms.js).
import { acknowledge, made, words } from "./alarms.js";
import { keys } from "./keys.js";
import { steady } from "./steady.js";
import { listen } from "./stream.js";

const SAID_FOR = 1_500; // ms in which what is announced is said as one
const page = document.querySelector("[data-queue]");
const { after, first, most, priority } = page.dataset;
const find = (name) => page.querySelector(`[data-${name}]`);
const rowOf = (number) => page.querySelector(`tr[data-alert="${number}"]`);

/** Of a page further back, or of one priority, only what belongs there comes by itself; the home page has no earlier reads. */
function belongs(alert) {
  return alert.historical ? find("historical") : (priority ? priority === alert.priority : true) && first === "true";
}

/** In its order among the others. */
function show(alert) {
  const known = rowOf(alert.number);
  if (!known && !belongs(alert)) return;
  const row = made(alert.row);
  const picture = known?.querySelector("img");
  if (picture) row.querySelector("img")?.replaceWith(picture); // seen once
  const at = known?.contains(document.activeElement);
  if (known?.dataset.order === row.dataset.order) known.replaceWith(row);
  else {
    known?.remove();
    const rows = find(alert.historical ? "historical-rows" : "rows");
    rows.insertBefore(row, [...rows.children].find(({ dataset }) => dataset.order > row.dataset.order) ?? null);
    if (rows.childElementCount > most) rows.lastElementChild.remove();
    find(alert.historical ? "historical" : "empty").hidden = !alert.historical;
    mark();
  }
  if (at) row.querySelector("a").focus({ preventScroll: true });
}

/** The first row is where the access key Q leads. */
function mark() {
  for (const one of page.querySelectorAll("[data-rows] [accesskey]")) one.removeAttribute("accesskey");
  const link = page.querySelector("[data-rows] th a");
  if (link) link.accessKey = "q";
}

/** For screen readers, when there is a pause, what does not ring. */
const saying = [];
function whisper(alert) {
  if (!saying.length) setTimeout(() => { find("whisper").textContent = saying.splice(0).join(" "); }, SAID_FOR);
  saying.push(words(alert));
}

function showNotifying() {
  const may = "Notification" in window ? Notification.permission : "none";
  find("notify").hidden = may !== "default";
  find("notifying").hidden = may !== "granted";
}

keys(acknowledge);
mark();
showNotifying();
find("notify").addEventListener("click", async () => {
  await Notification.requestPermission();
  showNotifying();
});

listen({
  alert(alert) {
    const fresh = !rowOf(alert.number);
    steady(() => show(alert));
    if (fresh && !alert.alarm) whisper(alert);
  },
  stage: (alert) => steady(() => show(alert)),
  gone({ lists, alerts }) {
    steady(() => {
      for (const row of page.querySelectorAll("tr[data-alert]"))
        if (lists.includes(Number(row.dataset.list)) || alerts.includes(Number(row.dataset.alert))) row.remove();
      find("empty").hidden = find("rows").childElementCount > 0;
    });
    mark();
  },
  altered: () => { find("altered").hidden = false; },
  refused: () => location.reload(), // which says why
}, Number(after));
