// The alert queue: rows that come and change by themselves, an alarm that rings, a banner that stays.
import * as sound from "./sound.js";
import { listen } from "./stream.js";
import { moment } from "./time.js";

const AGAIN = 5_000; // a high-priority alarm rings until it is acknowledged
const KEPT = "plateward.acknowledged";
const page = document.querySelector("[data-queue]");
const find = (name) => page.querySelector(`[data-${name}]`);
const title = document.title;
const root = document.documentElement;
const recalls = new Set(); // numbers of alerts whose recall this page has told, or found told
for (const row of page.querySelectorAll("tr[data-alert]")) {
  if (!row.querySelector("[data-field=recalled]").hidden) recalls.add(Number(row.dataset.alert));
}
const pending = new Map(); // number of an alert not yet acknowledged: {priority, alarm}
root.dataset.alarmsRung = 0;

// Whoever comes back to this page, in this tab, is told what came meanwhile and what they have not acknowledged:
// `after` is the last event before which every alarm was acknowledged, `numbers` are the acknowledged ones since.
// A tab that is new begins before the first alert that nobody has read yet.
const kept = JSON.parse(sessionStorage.getItem(KEPT)) ?? { after: Number(page.dataset.after), numbers: [] };
let last = kept.after;
save();

function save() {
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

function settle() {
  if (pending.size === 0) Object.assign(kept, { after: last, numbers: [] });
  save();
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function fill(part, alert) {
  const texts = {
    quiet: alert.quiet,
    list_age: alert.list_age ?? "",
    recalled: "Recalled",
    why: alert.recalled?.why,
    acted: alert.recalled?.closes === false ? "It was acted upon: tell whoever is at the vehicle now." : "",
    number: alert.number,
    priority: capital(alert.priority),
    may_be: `${alert.reason_text} (${alert.source})`,
    camera: alert.camera,
    stage_text: alert.stage_text,
    captured_at: moment(alert.captured_at),
  };
  for (const cell of part.querySelectorAll("[data-field]")) {
    cell.textContent = texts[cell.dataset.field];
    if (cell.dataset.field === "recalled") cell.hidden = !alert.recalled;
  }
  return part;
}

function showRow(alert) {
  let row = page.querySelector(`tr[data-alert="${alert.number}"]`);
  if (!row) {
    row = find("row-pattern").content.firstElementChild.cloneNode(true);
    row.dataset.alert = alert.number;
    row.dataset.list = alert.list;
    row.querySelector("a").href = alert.url;
    row.querySelector(".tag").className = `tag tag--${alert.priority}`;
    find(alert.historical ? "historical-rows" : "rows").prepend(row);
    find(alert.historical ? "historical" : "empty").hidden = !alert.historical;
  }
  fill(row, alert);
  row.className = `alert-row alert-row--${alert.priority}`;
  row.classList.toggle("muted", alert.stage === "closed");
}

function raise(alert) {
  const alarm = fill(find("alarm-pattern").content.firstElementChild.cloneNode(true), alert);
  alarm.classList.add(`alarm--${alert.priority}`);
  alarm.dataset.alarm = alert.number;
  alarm.querySelector("[data-open]").href = alert.url;
  // Newest first, but nothing stands above one of high priority.
  const high = alert.priority === "high" ? null : [...find("alarm-list").querySelectorAll(".alarm--high")].at(-1);
  high ? high.after(alarm) : find("alarm-list").prepend(alarm);
  pending.set(alert.number, { priority: alert.priority, sound: alert.sound, alarm });
  countAlarms();
}

/** The entry stands no more: its alarm rings no longer, and the page says so until somebody has seen it. */
function recall(alert) {
  const told = recalls.has(alert.number);
  recalls.add(alert.number);
  if (pending.has(alert.number)) acknowledge([alert.number]);
  if (told) return;
  const line = fill(find("recall-pattern").content.firstElementChild.cloneNode(true), alert);
  line.querySelector("[data-open-recalled]").href = alert.url;
  find("recall-list").prepend(line);
  find("recalls").hidden = false;
  sound.play("recall");
}

function acknowledge(numbers) {
  for (const number of numbers) {
    pending.get(number).alarm.remove();
    pending.delete(number);
    kept.numbers.push(number);
  }
  countAlarms();
}

function countAlarms() {
  find("alarms").hidden = pending.size === 0;
  find("acknowledge-all").hidden = pending.size < 2;
  document.title = pending.size ? `(${pending.size}) ${title}` : title;
  settle();
}

function ring(alert) {
  if (alert.sound === "none") return;
  if (sound.play(alert.sound === "standard" ? alert.priority : alert.sound)) root.dataset.alarmsRung = Number(root.dataset.alarmsRung) + 1;
}

setInterval(() => {
  const high = [...pending.values()].find(({ priority, sound }) => priority === "high" && sound !== "none");
  if (high) ring(high);
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
  if (event.target.closest("[data-noted]")) {
    event.target.closest(".recalled").remove();
    find("recalls").hidden = find("recall-list").childElementCount === 0;
  }
  if (event.target.closest("[data-acknowledge-all]")) acknowledge([...pending.keys()]);
  else if (event.target.closest("[data-acknowledge], [data-open]")) acknowledge([Number(event.target.closest("[data-alarm]").dataset.alarm)]);
});

listen(page.dataset.queue, kept.after, {
  alert(alert, number) {
    last = Math.max(last, number);
    showRow(alert);
    if (!alert.rings || alert.stage !== "new" || pending.has(alert.number) || kept.numbers.includes(alert.number)) return settle();
    raise(alert);
    find("announce").textContent = `New alert. ${alert.priority} priority. May be ${alert.reason_text}. ${alert.camera}.`;
    ring(alert);
  },
  stage(alert, number) {
    last = Math.max(last, number);
    showRow(alert);
    if (alert.recalled) recall(alert);
    settle();
  },
  gone({ lists }) {
    for (const row of page.querySelectorAll("tr[data-alert]")) {
      if (!lists.includes(Number(row.dataset.list))) continue;
      const number = Number(row.dataset.alert);
      if (pending.has(number)) acknowledge([number]);
      row.remove();
    }
    find("empty").hidden = find("rows").childElementCount > 0;
  },
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
  refused(missing) {
    pending.clear();
    sound.onChange(() => {});
    document.title = title;
    const said = find("refused-pattern").content.firstElementChild.cloneNode(true);
    const pattern = said.querySelector("li");
    for (const one of missing) {
      const line = pattern.cloneNode(true);
      for (const part of line.querySelectorAll("[data-told]")) part.textContent = one[part.dataset.told];
      pattern.before(line);
    }
    pattern.remove();
    page.replaceChildren(said);
    said.querySelector("h1").focus();
  },
});
