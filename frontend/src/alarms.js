// The alarms of one page: a banner each until somebody answers, in a place kept free for them, so that nothing else moves;
// a sound, a sign that needs no sound, and a notification.
import * as sound from "./sound.js";

const AGAIN = 5_000; // a high-priority alarm rings until it is acknowledged
const title = document.title;
const root = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** Alarms in `page`. `fill(part, alert)` writes an alert into a part of the page. */
export function alarms(page, fill) {
  const find = (name) => page.querySelector(`[data-${name}]`);
  const pending = new Map(); // by number of an alert that nobody here has acknowledged: {alert, alarm}
  const unsent = new Set(); // acknowledged here, and the hub has not heard of it yet
  let flash = false;
  root.dataset.alarmsRung = 0;

  const loud = () => [...pending.values()].filter(({ alert }) => alert.alarm === "loud").map(({ alert }) => alert);

  function entitle() {
    const shout = root.dataset.alarm && (flash || still.matches) ? "ALERT " : "";
    document.title = pending.size ? `${shout}(${pending.size}) ${title}` : title;
  }

  function count() {
    const ringing = loud();
    root.dataset.alarm = ["high", "normal", "low"].find((one) => ringing.some(({ priority }) => priority === one)) ?? "";
    find("alarm-count").textContent = pending.size || "";
    find("acknowledge-all").hidden = pending.size < 2;
    entitle();
    const [first] = find("alarm-list").children;
    for (const one of page.querySelectorAll(".alarm [accesskey]")) one.removeAttribute("accesskey");
    if (!first) return;
    first.querySelector("[data-open]").accessKey = "o";
    first.querySelector("[data-acknowledge]").accessKey = "a";
  }

  function ring(alert) {
    if (alert.alarm !== "loud" || alert.sound === "none") return;
    if (sound.play(alert.sound === "standard" ? alert.priority : alert.sound)) root.dataset.alarmsRung = Number(root.dataset.alarmsRung) + 1;
  }

  /** Outside this page, for who allowed it. A plate is never in it: others may see the screen. */
  function notify(alert) {
    if (alert.alarm !== "loud" || !("Notification" in window) || Notification.permission !== "granted") return;
    if (document.visibilityState === "visible" && document.hasFocus()) return;
    const told = new Notification(`${capital(alert.priority)} priority alert`, {
      body: `Possible hit: ${alert.reason_text} (${alert.source}). ${alert.camera}. Lead only: verify before acting.`,
      tag: `alert-${alert.number}`,
    });
    told.onclick = () => window.focus();
  }

  function raise(alert) {
    const alarm = fill(find("alarm-pattern").content.firstElementChild.cloneNode(true), alert);
    alarm.classList.add(`alarm--${alert.priority}`);
    alarm.classList.toggle("alarm--silent", alert.alarm === "silent");
    alarm.dataset.alarm = alert.number;
    alarm.querySelector("[data-open]").href = alert.url;
    // Newest first, but nothing stands above one of high priority, or takes the place of one that somebody is about to press.
    const list = find("alarm-list");
    const high = alert.priority === "high" ? null : [...list.querySelectorAll(".alarm--high")].at(-1);
    const pressed = list.querySelector(".alarm:is(:hover, :focus-within)");
    const above = pressed && !(high && pressed.compareDocumentPosition(high) & Node.DOCUMENT_POSITION_FOLLOWING) ? pressed : high;
    above ? above.after(alarm) : list.prepend(alarm);
    pending.set(alert.number, { alert, alarm });
    count();
  }

  function drop(number) {
    pending.get(number)?.alarm.remove();
    pending.delete(number);
    count();
  }

  async function send() {
    if (unsent.size === 0) return;
    const numbers = [...unsent].slice(0, 100);
    const body = new FormData(find("acknowledging"));
    for (const number of numbers) body.append("number", number);
    try {
      const answer = await fetch(find("acknowledging").action, { method: "POST", body, keepalive: true });
      if (answer.ok) for (const number of numbers) unsent.delete(number);
      if (answer.ok) await send();
    } catch {
      // The hub is away, which the page says; it is sent when the line is open again.
    }
  }

  setInterval(() => {
    const high = loud().find(({ priority, sound }) => priority === "high" && sound !== "none");
    if (high) ring(high);
  }, AGAIN);
  setInterval(() => {
    flash = !flash;
    if (!still.matches) entitle();
  }, 1000);

  return {
    /** An alert as the hub tells it: it rings, goes on ringing, or rings here no more. `anew`: it may begin to. */
    told(alert, anew) {
      if (!alert.alarm || unsent.has(alert.number)) return drop(alert.number), false;
      const known = pending.get(alert.number);
      if (known) {
        known.alert = alert;
        fill(known.alarm, alert);
        return false;
      }
      if (!anew) return false;
      raise(alert);
      ring(alert);
      notify(alert);
      return true;
    },
    drop,
    acknowledge(numbers) {
      for (const number of numbers) {
        unsent.add(number);
        drop(number);
      }
      send();
    },
    acknowledgeAll() {
      this.acknowledge([...pending.keys()]);
    },
    send,
    clear() {
      pending.clear();
      root.dataset.alarm = "";
      document.title = title;
    },
  };
}
