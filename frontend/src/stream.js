// Server-sent events that never stay lost in silence. The hub pings every few seconds; without one the line is dead.
import { ready } from "./key.js";

const SILENT_AFTER = 20_000;
const AGAIN_AFTER = 3_000;
const LOCKED = ["AC-11", "IA-5.sessions"]; // a proof opens the session again: lock.js asks for it

/** Listens at `url` from event `after` on; `on` has alert(data, event), stage(data, event), gone(data), open(),
 *  lost() and refused(missing), after which nothing comes any more. */
export function listen(url, after, on) {
  let source, silence, lost = false, over = false;

  function opened() {
    lost = false;
    heard();
    document.documentElement.dataset.stream = "open";
    on.open();
  }

  function heard() {
    clearTimeout(silence);
    silence = setTimeout(() => { source.close(); broken(); }, SILENT_AFTER);
  }

  function refused(missing) {
    clearTimeout(silence);
    source.close();
    if (missing.some(({ clause }) => LOCKED.includes(clause))) {
      document.documentElement.dataset.stream = "locked";
      addEventListener("plateward:open", connect, { once: true });
      dispatchEvent(new Event("plateward:locked"));
      return;
    }
    over = true;
    document.documentElement.dataset.stream = "refused";
    on.refused(missing);
  }

  /** Why the hub lets us listen no more; a browser's EventSource does not tell. */
  async function ask() {
    const stop = new AbortController();
    try {
      const answer = await fetch(url, { headers: { Accept: "text/event-stream" }, signal: stop.signal });
      if (answer.status === 401 || answer.status === 403) return refused([await answer.json()]);
      stop.abort();
    } catch {
      // The hub is away, or says nothing that we understand: try again.
    }
    setTimeout(connect, AGAIN_AFTER);
  }

  function broken() {
    if (over) return;
    clearTimeout(silence);
    document.documentElement.dataset.stream = "lost";
    if (!lost) on.lost();
    lost = true;
    // The browser tries again by itself, unless the hub refused it or we closed it.
    if (source.readyState === EventSource.CLOSED) ask();
  }

  function connect() {
    source = new EventSource(`${url}?after=${after}`);
    source.onopen = opened;
    source.onerror = broken;
    source.addEventListener("ping", heard);
    source.addEventListener("again", () => {
      clearTimeout(silence);
      source.close();
      ready().then(connect);
    });
    source.addEventListener("refused", (event) => refused(JSON.parse(event.data).missing));
    for (const kind of ["alert", "stage", "gone"]) {
      source.addEventListener(kind, (event) => {
        heard();
        after = Number(event.lastEventId) || after;
        on[kind](JSON.parse(event.data), after);
      });
    }
  }

  connect();
}
