// The console of Communications: its board keeps itself current, and says so when the hub does not answer. Its map, and that
// of a call's page, draws what is beside it.
import { keepCurrent } from "./board.js";
import { later } from "./later.js";
import { moment } from "./time.js";

const EVERY = 5_000; // milliseconds
const board = document.querySelector("[data-board]");
const lost = document.querySelector("[data-board-lost]");
const map = later().then(() => import("./marks.js")).then(({ drawMarks }) => drawMarks(document.querySelector("[data-map-box]"), board ?? document.querySelector(".map-list")));

if (board) keepCurrent(board, board.dataset.board, EVERY, {
  drawn: () => map.then((draw) => draw()),
  heard() {
    lost.hidden = true;
  },
  lost(since) {
    lost.textContent = `Not connected: data as of ${moment(since.toISOString())}.`;
    lost.hidden = false;
  },
});
