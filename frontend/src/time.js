// A time to the second, in the site's time zone, as the server writes it: 16:07:12, or November 24, 2026, 16:07:12 where
// that is not today. On every page: how long ago something was goes on, and a page open past midnight adds the day.
import { listen } from "./stream.js";

const zone = document.documentElement.dataset.timeZone;
const format = new Intl.DateTimeFormat("en-US", {
  timeZone: zone, timeZoneName: "short", hourCycle: "h23",
  year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

const HOUR = 3_600_000; // milliseconds

function parts(at) {
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

const today = () => dayOf(parts(new Date()));
const dayOf = ({ month, day, year }) => `${month} ${day}, ${year}`;

export function moment(iso) {
  const at = new Date(iso), { hour, minute, second, timeZoneName, ...date } = parts(at);
  // The page names the zone once, at its foot; a time does in the hour that comes twice.
  const twice = [-HOUR, HOUR].some((away) => parts(new Date(at.getTime() + away)).hour === hour);
  const day = dayOf(date);
  return `${day === today() ? "" : `${day}, `}${hour}:${minute}:${second}${twice ? ` ${timeZoneName}` : ""}`;
}

/** Seconds in the largest unit that fits twice, as the server writes a span: "3 hours"; else in seconds. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, each] = [["days", 86_400], ["hours", 3600], ["minutes", 60]].find(([, one]) => whole >= 2 * one) ?? ["seconds", 1];
  return whole === 1 ? "1 second" : `${Math.floor(whole / each)} ${unit}`;
}

let ahead = 0; // this machine's clock of the hub's
let since = today();

listen({ ping({ at }) { ahead = Date.now() - new Date(at); } });

setInterval(() => {
  for (const part of document.querySelectorAll("[data-ago]")) part.textContent = `${span((Date.now() - ahead - new Date(part.dataset.ago)) / 1000)} ago`;
  if (since === today()) return;
  since = today();
  for (const part of document.querySelectorAll("time[data-day]")) {
    part.textContent = moment(part.dateTime);
    part.dataset.day = "";
  }
}, 10_000);
