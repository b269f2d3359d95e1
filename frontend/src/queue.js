// The alert queue: rows that come and change by themselves, and the alarms of whoever looks at it.
import { alarms } from "./alarms.js";
import { keys } from "./keys.js";
import * as sound from "./sound.js";
import { steady } from "./steady.js";
import { listen } from "./stream.js";
import { moment, span } from "./time.js";

const MOST_ROWS = 100; // on a page that stays open: what goes is on the next page
const SECOND = 1_000;
const AGES_EVERY = 10 * SECOND;
const SAID_FOR = 1_500; // ms in which what is announced is said as one
const page = document.querySelector("[data-queue]");
const find = (name) => page.querySelector(`[data-${name}]`);
const recalls = new Set(); // numbers of alerts whose recall this page has told, or found told
for (const row of page.querySelectorAll("tr[data-alert]")) {
  if (!row.querySelector("[data-field=recalled]").hidden) recalls.add(Number(row.dataset.alert));
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function fill(part, alert) {
  const texts = {
    quiet: alert.alarm === "silent" ? "Quiet hours, no sound" : alert.quiet,
    handled: alert.handled,
    equipment: alert.equipment,
    list_age: alert.list_age ?? "",
    recalled: "Recalled",
    why: alert.recalled?.why,
    acted: alert.recalled?.closes === false ? "Action was already taken: notify the units at the vehicle now." : "",
    number: alert.number,
    priority: capital(alert.priority),
    may_be: `${alert.reason_text} (${alert.source})`,
    camera: alert.camera,
    last: alert.last,
    escalated: alert.escalated,
    claimed: alert.claimed,
    distance: alert.distance,
    vehicle: alert.vehicle,
    acknowledged: alert.acknowledged && `Acknowledged by ${alert.acknowledged}`,
    stage_text: alert.stage_text,
    captured_at: moment(alert.captured_at),
  };
  for (const cell of part.querySelectorAll("[data-field]")) {
    cell.textContent = texts[cell.dataset.field];
    if (cell.dataset.field === "recalled") cell.hidden = !alert.recalled;
  }
  const picture = part.querySelector("[data-picture]");
  if (picture && alert.picture && !picture.getAttribute("src")) picture.src = alert.picture;
  if (picture) picture.hidden = !picture.getAttribute("src");
  const ago = part.querySelector("[data-ago]");
  if (ago) {
    ago.dataset.ago = alert.seen_at;
    age(ago);
  }
  const choice = part.querySelector("[data-choose]");
  if (choice) {
    const [box, label] = choice.children;
    box.value = alert.number;
    box.id = label.htmlFor = `choose-${alert.number}`;
    label.firstElementChild.textContent = `Choose alert ${alert.number}`;
    choice.hidden = alert.stage === "closed";
    if (choice.hidden) box.checked = false;
  }
  return part;
}

const ahead = Date.now() - page.dataset.now * SECOND; // this machine's clock of the hub's
/** How long ago the vehicle was last seen. */
function age(part) {
  part.textContent = `${span((Date.now() - ahead - new Date(part.dataset.ago)) / SECOND)} ago`;
}
setInterval(() => {
  for (const part of page.querySelectorAll("[data-ago]")) if (part.dataset.ago) age(part);
}, AGES_EVERY);

/** Of a page further back, or of one priority, only what belongs there comes by itself. */
function belongs(alert) {
  const { first, priority } = page.dataset;
  return alert.historical || (priority ? priority === alert.priority : true) && first === "true";
}

function showRow(alert) {
  let row = page.querySelector(`tr[data-alert="${alert.number}"]`);
  if (!row) {
    if (!belongs(alert)) return;
    row = find("row-pattern").content.firstElementChild.cloneNode(true);
    row.dataset.alert = alert.number;
    row.dataset.list = alert.list;
    row.querySelector("a").href = alert.url;
    row.querySelector(".tag").className = `tag tag--${alert.priority}`;
    const rows = find(alert.historical ? "historical-rows" : "rows");
    rows.prepend(row);
    if (rows.childElementCount > MOST_ROWS) rows.lastElementChild.remove();
    find(alert.historical ? "historical" : "empty").hidden = !alert.historical;
    first();
  }
  fill(row, alert);
  row.className = `alert-row alert-row--${alert.priority}`;
  row.classList.toggle("muted", alert.stage === "closed");
}

/** The first row is where the access key Q leads. */
function first() {
  for (const one of page.querySelectorAll("[data-rows] [accesskey]")) one.removeAttribute("accesskey");
  const link = page.querySelector("[data-rows] th a");
  if (link) link.accessKey = "q";
}

const ringing = alarms(page, fill);
keys(page, (number) => ringing.acknowledge([number]));
first();

/** For screen readers: at once what rings for this person, when there is a pause what does not. */
const saying = { announce: [], whisper: [] };
function say(alert, where) {
  if (saying[where].length === 0) {
    setTimeout(() => {
      find(where).textContent = saying[where].splice(0).join(" ");
    }, where === "announce" ? 0 : SAID_FOR);
  }
  saying[where].push(`New alert. ${capital(alert.priority)} priority. Possible hit: ${alert.reason_text}. ${alert.camera}. ${alert.handled} ${alert.escalated}`);
}

/** The entry stands no more: its alarm rings no longer, and the page says so until somebody has seen it. */
function recall(alert) {
  const told = recalls.has(alert.number);
  recalls.add(alert.number);
  ringing.drop(alert.number);
  if (told) return;
  const line = fill(find("recall-pattern").content.firstElementChild.cloneNode(true), alert);
  line.querySelector("[data-open-recalled]").href = alert.url;
  find("recalls").prepend(line);
  sound.play("recall");
}

sound.onChange(() => steady(() => {
  find("sound-on").hidden = !sound.sounding();
  find("sound-off").hidden = sound.sounding();
}));

function showNotifying() {
  const may = "Notification" in window ? Notification.permission : "none";
  find("notify").hidden = may !== "default";
  find("notifying").hidden = may !== "granted";
}
showNotifying();

page.addEventListener("click", async (event) => {
  const wish = event.target.closest("[data-sound]")?.dataset.sound;
  if (wish === "off") await sound.turnOff();
  if (wish === "on") await sound.turnOn();
  if (wish === "on" || wish === "test") sound.play("low");
  if (event.target.closest("[data-notify]")) {
    await Notification.requestPermission();
    showNotifying();
  }
  if (event.target.closest("[data-noted]")) {
    event.target.closest(".recalled").remove();
  }
  if (event.target.closest("[data-acknowledge-all]")) ringing.acknowledgeAll();
  else if (event.target.closest("[data-acknowledge], [data-open]")) ringing.acknowledge([Number(event.target.closest("[data-alarm]").dataset.alarm)]);
});

for (const alert of JSON.parse(document.getElementById("alarms-now").textContent).reverse()) {
  if (ringing.told(alert, true)) say(alert, "announce");
}

listen(page.dataset.queue, Number(page.dataset.after), {
  alert(alert) {
    const fresh = !page.querySelector(`tr[data-alert="${alert.number}"]`);
    let rings = false;
    steady(() => {
      showRow(alert);
      rings = ringing.told(alert, true);
    });
    if (rings) say(alert, "announce");
    else if (fresh && !alert.alarm) say(alert, "whisper");
  },
  stage(alert) {
    steady(() => {
      showRow(alert);
      ringing.told(alert, false);
      if (alert.recalled) recall(alert);
    });
  },
  gone({ lists, alerts }) {
    steady(() => {
      for (const row of page.querySelectorAll("tr[data-alert]")) {
        if (!lists.includes(Number(row.dataset.list)) && !alerts.includes(Number(row.dataset.alert))) continue;
        ringing.drop(Number(row.dataset.alert));
        row.remove();
      }
      find("empty").hidden = find("rows").childElementCount > 0;
    });
    first();
  },
  open() {
    const state = find("link-state");
    state.textContent = "Live";
    state.className = "tag tag--good";
    steady(() => { find("link-lost").hidden = true; });
    ringing.send();
  },
  lost() {
    const state = find("link-state");
    state.textContent = "Not connected";
    state.className = "tag tag--bad";
    const lost = find("link-lost");
    lost.textContent =
      "Connection to the hub lost. You are not receiving new alerts. Reconnecting; if this continues, reload the page: you may be logged out.";
    steady(() => { lost.hidden = false; });
    sound.play("lost");
  },
  refused(missing) {
    ringing.clear();
    sound.onChange(() => {});
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
