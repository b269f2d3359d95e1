// What somebody has typed into the steps of an alert: kept when the steps are shown anew, or shut.
const FIELDS = "input:not([type=hidden]), select, textarea";

export function changed(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) {
    // Where no option is marked, the browser chooses the first.
    const standard = [...field.options].find((one) => one.defaultSelected) ?? field.options[0];
    return field.value !== standard.value;
  }
  return field.value !== field.defaultValue;
}

function fields() {
  return [...document.querySelectorAll(`#steps form :is(${FIELDS})`)];
}

export function anything() {
  return fields().some(changed);
}

/** What was typed, by form and field; hand it to `restore` once the steps were replaced. */
export function keep() {
  return fields().filter(changed).map((field) => ({
    action: field.form.getAttribute("action"),
    name: field.name,
    label: field.labels[0]?.textContent.trim() ?? field.name,
    value: field.value,
    ticks: field.matches("[type=radio], [type=checkbox]"),
  }));
}

/** Put it back into the forms that are still there; returns what has no place any more, of {label, value}. */
export function restore(kept) {
  const lost = [];
  for (const one of kept) {
    const form = [...document.querySelectorAll("#steps form")].find((form) => form.getAttribute("action") === one.action);
    const found = [...(form?.elements ?? [])].filter((field) => field.name === one.name);
    const field = one.ticks ? found.find((field) => field.value === one.value) : found[0];
    if (!field) lost.push(one);
    else if (one.ticks) field.checked = true;
    else field.value = one.value;
  }
  return lost.filter(({ ticks }) => !ticks);
}

/** No step can be done any more; what was typed can still be read and copied. `but`: the end of an address that stays. */
export function shut(but) {
  for (const form of document.querySelectorAll("#steps form")) {
    if (but && form.action.endsWith(but)) continue;
    for (const field of form.elements) {
      if (field.matches("textarea, input:not([type=radio], [type=checkbox], [type=hidden])")) field.readOnly = true;
      else if (!field.matches("[type=hidden]")) field.disabled = true;
    }
  }
}
