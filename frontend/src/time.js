// A time to the second, in the site's time zone, as the server writes it: November 24, 2026, 16:07:12 MST.
const zone = document.documentElement.dataset.timeZone;
const format = new Intl.DateTimeFormat("en-US", {
  timeZone: zone, timeZoneName: "short", hourCycle: "h23",
  year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export function moment(iso) {
  const at = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  return `${at.month} ${at.day}, ${at.year}, ${at.hour}:${at.minute}:${at.second} ${at.timeZoneName}`;
}
