// Single keys of a page: each button, or step, carries its own as data-key. They sleep while somebody types, and where
// the switch on the page turned them off, since speech input and a resting hand press keys too.
const SWITCH = "plateward.keys";
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const ALSO = { "=": "+", "_": "-" }; // on the same keys, without or with Shift

const list = document.querySelector("[data-keys]");
const box = list?.querySelector("[data-keys-on]");

function on() {
  return box?.checked;
}

function shown(element) {
  return element.checkVisibility() && !element.disabled && !element.closest("[inert]");
}

/** Press a button; go to a step, into its first field where it has one. */
function use(element) {
  if (element.matches("a, button, summary")) {
    element.click();
    if (element.matches("summary")) element.focus();
    return;
  }
  const first = (parts) => [...element.querySelectorAll(parts)].find(shown);
  (first("input:not([type=hidden]), select, textarea") ?? first("button, summary") ?? element).focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

if (list) {
  box.checked = localStorage.getItem(SWITCH) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") event.target.closest(TYPING)?.blur(); // then the other keys work
    if (event.target.closest(TYPING) || document.querySelector("[data-lock]:not([hidden])")) return;
    const key = ALSO[event.key] ?? event.key.toLowerCase();
    if (!on() && key !== "?") return;
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && shown(one));
    if (!found) return;
    event.preventDefault();
    use(found);
  });
}
