// The page of a DEMS export or an evidence package that is under way: it asks every two seconds how far that is, and
// loads again at its end.
const EVERY = 2_000; // milliseconds

async function show() {
  const shown = document.querySelector("[data-progress]");
  if (!shown || "over" in shown.dataset) return;
  try {
    const answer = await fetch(`${shown.dataset.progress}?${new URLSearchParams({ shown: shown.dataset.shown })}`, {
      headers: { Accept: "application/json" },
    });
    if (answer.status === 200) {
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      const progress = html.querySelector("[data-progress]");
      if (!progress || "over" in progress.dataset) return location.reload();
      shown.replaceWith(progress);
    }
  } catch {
    // the hub is out of reach: what is shown stays
  }
  setTimeout(show, EVERY);
}

setTimeout(show, EVERY);
