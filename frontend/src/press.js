// A press is pointer down and up on one thing: what moves or replaces it between them loses the press.
const ENDS = ["pointerup", "pointercancel"];
let pressing = false;
addEventListener("pointerdown", () => { pressing = true; }, true);
for (const end of ENDS) addEventListener(end, () => { pressing = false; }, true);

/** Now, or once nobody holds a button down; perhaps twice. */
export function unpressed(act) {
  if (!pressing) act();
  else for (const end of ENDS) addEventListener(end, () => setTimeout(act, 0), { capture: true, once: true });
}
