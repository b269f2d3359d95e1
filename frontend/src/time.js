// A time to the second, in the site's time zone, as the server writes it: 2026-11-24 16:07:12 MST.
const zone = document.documentElement.dataset.timeZone;
const format = new Intl.DateTimeFormat("en-US", {
  timeZone: zone, timeZoneName: "short", hourCycle: "h23",
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export function moment(iso) {
  const at = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  return `${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}:${at.second} ${at.timeZoneName}`;
}
