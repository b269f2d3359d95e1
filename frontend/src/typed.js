// What somebody has typed into the steps of an alert: kept when the steps are shown anew, or shut.
const FIELDS = "input:not([type=hidden]), select, textarea";

export function changed(field) {
  if (ticks(field)) return field.checked !== field.defaultChecked;
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

function ticks(field) {
  return field.matches("[type=radio], [type=checkbox]");
}

function named(form, name) {
  return [...(form?.elements ?? [])].filter((field) => field.name === name);
}

/** What was typed, by form and field, but for the form `but`; hand it to `restore` once the steps were replaced. */
export function keep(but) {
  return fields().filter((field) => field.form !== but && changed(field)).map((field) => ({
    action: field.form.getAttribute("action"),
    name: field.name,
    nth: named(field.form, field.name).indexOf(field),
    label: field.labels[0]?.textContent.trim() ?? field.name,
    value: field.value,
    ticks: ticks(field),
    checked: field.checked,
  }));
}

/** Put it back into the forms that are still there; returns what has no place any more, of {label, value}. */
export function restore(kept) {
  const lost = [];
  for (const one of kept) {
    const form = [...document.querySelectorAll("#steps form")].find((form) => form.getAttribute("action") === one.action);
    const found = named(form, one.name);
    const field = one.ticks ? found.find((field) => field.value === one.value) : found[one.nth];
    if (!field) {
      lost.push(one);
      continue;
    }
    if (one.ticks) field.checked = one.checked;
    else field.value = one.value;
    for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
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
