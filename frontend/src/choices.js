// A choice by keyboard, for somebody who looks at the picture and not at the page: letters choose by code ("NM") or by name, and Enter
// sends the form. A browser knows names alone, to which "NM" is Nebraska, and opens the list on Enter.
const PAUSE = 1_000; // ms after which letters begin another choice
const MARKS_OPEN = CSS.supports("selector(:open)");

let typed = "";
let last = 0;

function choose(select) {
  const options = [...select.options].filter((option) => option.value && !option.disabled);
  const match =
    options.find((option) => option.value.toLowerCase() === typed) ??
    options.find((option) => option.text.toLowerCase().startsWith(typed));
  if (!match || match.selected) return;
  match.selected = true;
  for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const select = event.target.closest("#steps select");
  if (!select || event.ctrlKey || event.altKey || event.metaKey) return;
  if (MARKS_OPEN && select.matches(":open")) return; // keys are the list's
  if (event.key === "Enter") {
    event.preventDefault();
    select.form.requestSubmit();
    return;
  }
  if (event.timeStamp - last > PAUSE) typed = "";
  if (event.key.length !== 1 || (event.key === " " && !typed)) return; // a blank alone opens the list
  event.preventDefault();
  [typed, last] = [typed + event.key.toLowerCase(), event.timeStamp];
  choose(select);
});

// Letters that were typed into another field are no beginning.
document.addEventListener("focusin", () => { typed = ""; });
