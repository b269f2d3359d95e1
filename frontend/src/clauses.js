// A clause number opens what the software does for it in a dialog; without scripts it is a page in a tab of its own.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a.clause-ref");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const text = await load(link.href);
  if (text) open(link, text);
  else window.open(link.href, "_blank", "noopener"); // the page says why it has none
});

async function load(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok ? page.querySelector("[data-clause-text]") : null;
  } catch {
    return null;
  }
}

function open(link, text) {
  const dialog = document.createElement("dialog");
  dialog.className = "clause-dialog";
  const heading = document.createElement("h2");
  heading.textContent = `Clause ${link.textContent}`;
  heading.id = "clause-dialog-title";
  heading.tabIndex = -1;
  heading.autofocus = true; // else the first link of the text has it
  dialog.setAttribute("aria-labelledby", heading.id);
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.className = "usa-button";
  close.textContent = "Close";
  form.append(close);
  dialog.append(heading, ...text.childNodes, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
