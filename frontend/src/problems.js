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
