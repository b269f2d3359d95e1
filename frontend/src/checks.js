// Rows that are checked and decided together: one box for all of the page, and how many are checked.
for (const all of document.querySelectorAll("[data-check-all]")) {
  const rows = [...document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`)];
  const box = all.querySelector("input");
  const tell = () => {
    const checked = rows.filter((row) => row.checked).length;
    box.checked = checked === rows.length;
    box.indeterminate = checked > 0 && !box.checked;
    all.querySelector("[data-checked]").textContent = `${checked} of ${rows.length} selected`;
  };
  box.addEventListener("change", () => {
    for (const row of rows) row.checked = box.checked;
    tell();
  });
  for (const row of rows) row.addEventListener("change", tell);
  all.hidden = rows.length < 2;
  tell();
}

// A check list that is narrowed while somebody types; without this script its button does so (core/pages/acts.py).
for (const find of document.querySelectorAll("[data-find]")) {
  const options = [...find.parentElement.querySelectorAll(":scope > .usa-checkbox")];
  find.querySelector("button").remove(); // else Enter in any field of the form would press it
  find.querySelector("input").addEventListener("input", ({ target }) => {
    const words = target.value.toLowerCase().split(/\s+/);
    for (const option of options) {
      const label = option.textContent.toLowerCase();
      option.hidden = !option.querySelector("input").checked && !words.every((word) => label.includes(word));
    }
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it narrows, and sends nothing
  });
}
