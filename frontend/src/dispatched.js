// Dispatch on an open alert's page: a call that was opened, what CAD did with it, whether CAD has heard.
import htmx from "./htmx.js";
import * as typed from "./typed.js";

const ID = "dispatch-panel";

function inside(panel) {
  return [...panel.querySelectorAll("input:not([type=hidden]), select")].filter(typed.changed);
}

/** Something was recorded of this alert: show how dispatch stands. A form that is being filled in stays, and so does a
 *  call that was looked up to be chosen, unless the alert has its call meanwhile: then what was typed is returned, of
 *  {label, value}. */
export async function changed() {
  const { panel } = document.getElementById(ID)?.dataset ?? {};
  if (!panel) return [];
  const answer = await fetch(panel, { headers: { Accept: "text/html" } });
  if (!answer.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, then] = [page.getElementById(ID), document.getElementById(ID)];
  if (!now || !then) return [];
  const begun = inside(then);
  const busy = begun.length || then.contains(document.activeElement) || then.querySelector("[data-found]");
  if (busy && now.querySelector("form")) return [];
  const at = then.contains(document.activeElement) && document.activeElement.id;
  now.open ||= then.open;
  then.replaceWith(now);
  htmx.process(now);
  if (at !== false) (document.getElementById(at) ?? now).focus({ preventScroll: true });
  return begun.map((field) => ({ label: field.labels[0]?.textContent.trim() ?? field.name, value: field.value }));
}
