// A code is sent as soon as all its digits are in.
const field = document.querySelector("[data-digits]");
field?.addEventListener("input", () => {
  if (new RegExp(`^\\d{${field.dataset.digits}}$`).test(field.value)) field.form.requestSubmit();
});
