// The banners of a supervisor: each is asked for anew when the hub says that what waits has changed, and sends its form
// without leaving the page, so that nothing that was typed there is lost. Without scripts they are ordinary text and forms on
// each new page.
import { steady } from "./steady.js";
import { listen } from "./stream.js";

for (const banner of document.querySelectorAll("[data-banner]")) start(banner);

function start(banner) {
  let changed = false; // while somebody was at it

  async function show(url, options = {}) {
    try {
      const answer = await fetch(url, { ...options, headers: { Accept: "application/json" } });
      if (answer.status !== 200 && answer.status !== 409) return false; // the same as before, locked, or over
      const found = await answer.json();
      if (!("html" in found)) return false;
      banner.dataset.shown = found.shown;
      steady(() => { banner.innerHTML = found.html; });
      return true;
    } catch {
      return false; // the hub is out of reach: what is shown stays, until the line is open again
    }
  }

  function renew() {
    changed = banner.contains(document.activeElement);
    if (!changed) show(`${banner.dataset.banner}?${new URLSearchParams({ shown: banner.dataset.shown })}`);
  }

  banner.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.disabled = true;
    const body = new URLSearchParams(new FormData(event.target));
    if (!(await show(event.target.action, { method: "POST", body }))) button.disabled = false;
  });
  banner.addEventListener("focusout", () => setTimeout(() => changed && renew(), 0));
  listen({ banners: ({ any }) => (any || banner.dataset.shown) && renew() });
}
