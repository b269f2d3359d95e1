// The console of Communications: its board keeps itself current, and says so when the hub does not answer.
import { keepCurrent } from "./board.js";
import { moment } from "./time.js";

const EVERY = 5_000; // milliseconds
const board = document.querySelector("[data-board]");
const lost = document.querySelector("[data-board-lost]");

keepCurrent(board, board.dataset.board, EVERY, {
  heard() {
    lost.hidden = true;
  },
  lost(since) {
    lost.textContent = `Not connected: data as of ${moment(since.toISOString())}.`;
    lost.hidden = false;
  },
});
