// A part of a page that asks the hub for itself anew. Who is at a link there stays at it.

/** Asks `url` for `board` every so many milliseconds; the hub answers nothing while it shows what there is. `on` has
 *  drawn(), after it changed, heard(), and lost(since), a Date. Returns a function that asks at once. */
export function keepCurrent(board, url, every, on) {
  let heard = new Date(), timer = setTimeout(ask, every), asking = false, again = false;

  async function ask() {
    clearTimeout(timer);
    again = asking; // what changes while the hub answers may not be in its answer
    if (asking) return;
    asking = true;
    try {
      await show();
      heard = new Date();
      on.heard();
    } catch {
      on.lost(heard);
    }
    asking = false;
    timer = setTimeout(ask, again ? 0 : every);
  }

  async function show() {
    const { value: shown } = board.querySelector("[name=shown]");
    const answer = await fetch(`${url}?${new URLSearchParams({ shown })}`, { headers: { Accept: "application/json" } });
    if (answer.status === 204) return; // the page shows what the hub has
    if (answer.status !== 200) throw new Error(answer.status);
    const at = document.activeElement?.id;
    const inside = board.contains(document.activeElement);
    board.innerHTML = await answer.text();
    on.drawn?.();
    if (inside && at) document.getElementById(at)?.focus({ preventScroll: true });
  }

  return ask;
}
