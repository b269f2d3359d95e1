// The console of Communications: its board asks for itself anew, and says so when the hub does not answer. Who is at a
// link there stays at it.
import { moment } from "./time.js";

const EVERY = 5_000; // milliseconds
const board = document.querySelector("[data-board]");
const lost = document.querySelector("[data-board-lost]");
let heard = new Date();

async function show() {
  const shown = board.querySelector("[name=shown]").value;
  try {
    const answer = await fetch(`${board.dataset.board}?${new URLSearchParams({ shown })}`, {
      headers: { Accept: "application/json" },
    });
    if (answer.status !== 204) {
      // 204: the page shows what the hub has
      if (answer.status !== 200) throw new Error(answer.status);
      const at = document.activeElement?.id;
      const inside = board.contains(document.activeElement);
      board.innerHTML = await answer.text();
      if (inside && at) document.getElementById(at)?.focus({ preventScroll: true });
    }
    heard = new Date();
    lost.hidden = true;
  } catch {
    lost.textContent = `Not connected: data as of ${moment(heard.toISOString())}.`;
    lost.hidden = false;
  }
  setTimeout(show, EVERY);
}

setTimeout(show, EVERY);
