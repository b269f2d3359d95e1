// What comes and goes by itself moves nothing that somebody is about to press.
const touched = matchMedia("(hover: none)");
const root = document.documentElement;

/** The field in sight that somebody types into, if any. */
export function typedIn() {
  const field = document.activeElement;
  return field?.matches("main :is(input, select, textarea)") && inSight(field) ? field : null;
}

/** What stays in its place: the field that is typed into; else what the pointer is over, or on a touch screen, which says nothing before the finger is down, the first row in sight. */
function held() {
  const typed = typedIn();
  if (typed) return typed;
  if (!touched.matches) return [...document.querySelectorAll(":hover")].at(-1);
  return [...document.querySelectorAll("tbody tr")].find(inSight);
}

function inSight(part) {
  const { bottom, height, top } = part.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < innerHeight;
}

/** Changes the page, and scrolls by as much as that moved what is held; where there is nothing to scroll, the page gets room until nothing is held. */
export function steady(change) {
  const part = held();
  const before = part?.getBoundingClientRect().top;
  const main = document.getElementById("main");
  if (!part) Object.assign(main.style, { paddingBottom: "", paddingTop: "" });
  change();
  if (!part?.getClientRects().length) return; // it went itself
  const moved = part.getBoundingClientRect().top - before;
  if (moved === 0) return;
  const list = part.closest("[data-scrolls]");
  if (list) {
    list.scrollTop += moved;
    return;
  }
  const above = scrollY + moved;
  const below = above - (root.scrollHeight - innerHeight);
  const room = getComputedStyle(main);
  if (above < 0) main.style.paddingTop = `${parseFloat(room.paddingTop) - above}px`;
  if (below > 0) main.style.paddingBottom = `${parseFloat(room.paddingBottom) + below}px`;
  scrollBy({ behavior: "instant", top: moved });
}
