"""An alert's page in Chromium: how soon it paints what a press changes, whether anything moves when pictures come, and
how much a browser without a cache must be sent before the page is there.

Each page is opened without a cache, as on the first day. Interactions are real key presses and clicks; each takes from
the press until the frame that shows it (Event Timing, in steps of 8 ms). What moves without a press is summed as the
browser's layout shift score."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plateward.bench.figures import Figure, percentile

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

PAGES = 12
PAINT_WITHIN, PAGE_WITHIN = 100.0, 150.0  # ms, kB
SETTLES = 1_500  # ms after the page is loaded, in which pictures and map come
WATCH = """() => {
  window.shifts = [];
  window.paints = {};
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifts.push(value);
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) paints[interactionId] = Math.max(paints[interactionId] ?? 0, duration);
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""


def figures(page: "Page", addresses: Sequence[str]) -> list[Figure]:
    """`page`: of a browser where an officer is logged in; `addresses`: of new alerts, one for each visit."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.add_init_script(f"({WATCH})()")
    paints: list[float] = []
    shifts: list[float] = []
    first: list[float] = []
    later: list[float] = []
    for address in addresses:
        sent = _Sent(session)
        page.goto(address, wait_until="load")
        first.append(sent.kilobytes())
        page.wait_for_timeout(SETTLES)
        later.append(sent.kilobytes() - first[-1])
        sent.stop()
        shifts.append(sum(page.evaluate("() => shifts")))
        presses = _use(page)
        slow = page.evaluate("() => Object.values(paints)")
        paints += [*slow, *[0.0] * (presses - len(slow))]  # those below the threshold are not reported
    p95, moved, size = percentile(paints, 0.95), max(shifts), max(first)
    return [
        Figure("an alert's page: interactions", len(paints), ""),
        Figure(
            "an alert's page: interaction to next paint, p95", p95, "ms", PAINT_WITHIN, p95 <= PAINT_WITHIN
        ),
        Figure("an alert's page: layout shift when pictures come, most", moved, "", 0, moved == 0),
        Figure(
            "an alert's page: sent before it is loaded, without pictures, most",
            size,
            "kB",
            PAGE_WITHIN,
            size <= PAGE_WITHIN,
        ),
        Figure("an alert's page: sent later, for its map, most", max(later), "kB"),
    ]


class _Sent:
    """What is sent, compressed as it is on the wire, without photographs and the event stream."""

    def __init__(self, session: "CDPSession") -> None:
        self._session, self._urls, self._bytes = session, dict[str, str](), dict[str, float]()
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)

    def _asked(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self._bytes[event["requestId"]] = event["encodedDataLength"]

    def kilobytes(self) -> float:
        return sum(size for key, size in self._bytes.items() if ".jpg" not in self._urls.get(key, "")) / 1000

    def stop(self) -> None:
        self._session.remove_listener("Network.requestWillBeSent", self._asked)
        self._session.remove_listener("Network.loadingFinished", self._finished)


def _use(page: "Page") -> int:
    """What an officer presses on a new alert; returns how many presses that are."""
    for tool in ("in", "in", "out", "contrast", "invert"):
        page.locator(f"[data-tool={tool}]").click()
    for fold in ("History", "Dispatch", "Share this alert", "Where and when", "Keys"):
        page.get_by_text(fold, exact=True).first.click()
    field = page.get_by_label("Plate as you read it")
    field.click()
    text = "ABC128"
    field.press_sequentially(text, delay=30)
    page.get_by_label("State", exact=True).select_option("NM")
    page.wait_for_timeout(200)
    return 5 + 5 + 1 + len(text)
