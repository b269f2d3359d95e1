// The queue by keyboard. Keys work where the focus is, so that they are in nobody's way elsewhere (WCAG 2.1.4).

/** Arrow keys, Home and End move among the alarms and rows; A hands the focused alert to `acknowledge`. */
export function keys(acknowledge) {
  const stops = () => [...document.querySelectorAll(".alarm:not([hidden]) [data-open], [data-rows] th a")];

  document.addEventListener("keydown", (event) => {
    const holder = event.target.closest?.(".alarm, [data-rows] tr");
    if (!holder || event.ctrlKey || event.altKey || event.metaKey) return;
    const every = stops();
    const at = every.findIndex((one) => holder.contains(one));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: every.length - 1 }[event.key];
    if (event.key.toLowerCase() === "a") {
      acknowledge([Number(holder.dataset.alarm ?? holder.dataset.alert)]);
      (every[at + 1] ?? every[at - 1])?.focus();
    } else if (to !== undefined) every[to]?.focus();
    else return;
    event.preventDefault();
  });
}
