// A form that was refused: the page goes to the field that it was refused for.

/** The first field within `part` that is not right and can be seen, with the keyboard in it; false where there is none. */
export function toProblem(part = document) {
  for (const field of part.querySelectorAll("[aria-invalid=true]")) {
    for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    if (!field.checkVisibility()) continue; // of a question that another answer put out of sight
    field.focus({ preventScroll: true });
    field.closest(".usa-form-group, fieldset, form").scrollIntoView({ block: "nearest" });
    return true;
  }
  return false;
}

/** What was wrong with a form is over once it is sent again: where its answer is a file, this page stays. */
function forgetProblems({ target, defaultPrevented }) {
  if (defaultPrevented) return;
  for (const alert of document.querySelectorAll("[data-problems]")) alert.remove();
  for (const error of target.querySelectorAll(".usa-error-message")) error.remove();
  for (const group of target.querySelectorAll(".usa-form-group--error")) group.classList.remove("usa-form-group--error");
  for (const field of target.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

addEventListener("submit", forgetProblems);
