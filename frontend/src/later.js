// What is large and not urgent, as a map is: it comes when the page is there, listens to the hub, and has nothing else to do.
const WAITS = 2_000; // ms, at most, for that

/** Resolves then. */
export const later = () => new Promise((go) => {
  const idle = () => (window.requestIdleCallback ?? setTimeout)(go, { timeout: WAITS });
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
});
