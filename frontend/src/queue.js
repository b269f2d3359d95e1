// The alert queue: rows that come and change by themselves, an alarm that rings, a banner that stays.
import * as sound from "./sound.js";
import { listen } from "./stream.js";
import { moment } from "./time.js";

const AGAIN = 5_000; // a high-priority alarm rings until it is acknowledged
const page = document.querySelector("[data-queue]");
const find = (name) => page.querySelector(`[data-${name}]`);
const title = document.title;
const root = document.documentElement;
let pending = []; // alerts not yet acknowledged, newest first
root.dataset.alarmsRung = 0;

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function fill(part, alert) {
  const texts = {
    number: alert.number,
    priority: capital(alert.priority),
    may_be: `${alert.reason_text} (${alert.source})`,
    camera: alert.camera,
    stage_text: alert.stage_text,
    captured_at: moment(alert.captured_at),
  };
  for (const cell of part.querySelectorAll("[data-field]")) cell.textContent = texts[cell.dataset.field];
  return part;
}

const rowOf = (alert) => find("rows").querySelector(`[data-alert="${alert.number}"]`);

function showRow(alert) {
  let row = rowOf(alert);
  if (!row) {
    row = find("row").content.firstElementChild.cloneNode(true);
    row.dataset.alert = alert.number;
    row.querySelector("a").href = alert.url;
    row.querySelector(".tag").className = `tag tag--${alert.priority}`;
    find("rows").prepend(row);
    find("empty").hidden = true;
  }
  fill(row, alert);
  row.className = `alert-row alert-row--${alert.priority}`;
  row.classList.toggle("muted", alert.stage === "closed");
}

function showAlarms() {
  const banner = find("alarms");
  banner.replaceChildren(...pending.map((alert) => {
    const alarm = fill(find("alarm").content.firstElementChild.cloneNode(true), alert);
    alarm.classList.add(`alarm--${alert.priority}`);
    alarm.dataset.alarm = alert.number;
    alarm.querySelector("[data-open]").href = alert.url;
    alarm.querySelector("[data-acknowledge]").addEventListener("click", () => {
      pending = pending.filter((one) => one !== alert);
      showAlarms();
    });
    return alarm;
  }));
  banner.hidden = pending.length === 0;
  document.title = pending.length ? `(${pending.length}) ${title}` : title;
}

function ring(alert) {
  if (sound.play(alert.priority)) root.dataset.alarmsRung = Number(root.dataset.alarmsRung) + 1;
}

setInterval(() => {
  if (pending.some((alert) => alert.priority === "high")) sound.play("high");
}, AGAIN);

sound.onChange(() => {
  find("sound-on").hidden = !sound.sounding();
  find("sound-off").hidden = sound.sounding();
});

page.addEventListener("click", async (event) => {
  const wish = event.target.closest("[data-sound]")?.dataset.sound;
  if (wish === "off") await sound.turnOff();
  if (wish === "on") await sound.turnOn();
  if (wish === "on" || wish === "test") sound.play("low");
});

listen(page.dataset.queue, page.dataset.after, {
  alert(alert) {
    const known = rowOf(alert);
    showRow(alert);
    if (known || alert.stage === "closed") return;
    pending.unshift(alert);
    showAlarms();
    find("announce").textContent = `New alert. ${alert.priority} priority. May be ${alert.reason_text}. ${alert.camera}.`;
    ring(alert);
  },
  stage: showRow,
  open() {
    const state = find("link-state");
    state.textContent = "Live";
    state.className = "tag tag--good";
    find("link-lost").hidden = true;
  },
  lost() {
    const state = find("link-state");
    state.textContent = "Not connected";
    state.className = "tag tag--bad";
    const lost = find("link-lost");
    lost.textContent =
      "Connection to the hub lost. New alerts do not reach you now. Trying again; if this stays, reload the page: you may have been logged out.";
    lost.hidden = false;
    sound.play("lost");
  },
});
