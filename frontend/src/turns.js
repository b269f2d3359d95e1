// What one page of a browser does for all of them.

/** Calls `begin` when it is this page's turn, and `end` when it no longer is. Returns ask(steal), which gets in line, or takes
 *  the turn from whichever page has it, and drop(). A page that the browser freezes does nothing: it lets others have the turn. */
export function oneAtATime(name, begin, end) {
  let waiting = null, leave = null, wanted = false;

  async function ask(steal = false) {
    wanted = true;
    if (leave || (waiting && !steal)) return;
    waiting?.abort();
    const inLine = (waiting = new AbortController());
    let had = false;
    await navigator.locks.request(name, steal ? { steal } : { signal: inLine.signal }, () => new Promise((done) => {
      [had, leave, waiting] = [true, done, null];
      begin();
    })).catch(() => {}); // another page took it
    if (had) {
      leave = null;
      end();
    }
    if (wanted && !waiting) ask();
  }

  function drop() {
    wanted = false;
    waiting?.abort();
    waiting = null;
    leave?.();
  }

  document.addEventListener("freeze", () => {
    if (!wanted) return;
    drop();
    document.addEventListener("resume", () => ask(), { once: true });
  });
  return { ask, drop };
}
