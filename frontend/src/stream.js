// Server-sent events that never stay lost in silence. The hub pings every few seconds; without one the line is dead.
const SILENT_AFTER = 20_000;
const AGAIN_AFTER = 3_000;

/** Listens at `url` from event `after` on; `on` has alert(data, event), stage(data, event), open() and lost(). */
export function listen(url, after, on) {
  let source, silence, lost = false;

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

  function broken() {
    clearTimeout(silence);
    document.documentElement.dataset.stream = "lost";
    if (!lost) on.lost();
    lost = true;
    // The browser tries again by itself, unless the hub refused it or we closed it.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_AFTER);
  }

  function connect() {
    source = new EventSource(`${url}?after=${after}`);
    source.onopen = opened;
    source.onerror = broken;
    source.addEventListener("ping", heard);
    for (const kind of ["alert", "stage"]) {
      source.addEventListener(kind, (event) => {
        heard();
        after = Number(event.lastEventId) || after;
        on[kind](JSON.parse(event.data), after);
      });
    }
  }

  connect();
}
