"""The views of a search's results and their orders, as addresses and pages name them. Pure."""

from enum import StrEnum

from plateward.reads.queries import Order


class Look(StrEnum):
    """How results are shown. `limit`: reads on one page."""

    STRIP = "strip"
    TABLE = "table"
    MAP = "map"
    TIMELINE = "timeline"

    @property
    def label(self) -> str:
        """As a link."""
        return _LABELS[self]

    @property
    def limit(self) -> int:
        """Reads on one page."""
        return _LIMITS[self]

    @property
    def is_sorted(self) -> bool:
        """Whether people choose the order of its rows."""
        return self in (Look.STRIP, Look.TABLE)


_LABELS = {Look.STRIP: "Pictures", Look.TABLE: "Table", Look.MAP: "Map", Look.TIMELINE: "Timeline"}
_LIMITS = {Look.STRIP: 48, Look.TABLE: 50, Look.MAP: 1_000, Look.TIMELINE: 20_000}
ORDER_LABELS = {Order.NEWEST: "Newest", Order.OLDEST: "Oldest", Order.PLATE: "Plate"}
COUNTED = 1_000  # reads are counted up to here


def orders_of(look: Look, *, masked: bool) -> tuple[Order, ...]:
    """The orders that a view offers. Masked plates are not sorted: their order would say something of each."""
    if not look.is_sorted:
        return (Order.NEWEST,)
    return (Order.NEWEST, Order.OLDEST) if masked else tuple(Order)


def order_of(text: str, look: Look, *, masked: bool) -> Order:
    """The order that an address names; the newest first for any other text."""
    return next((order for order in orders_of(look, masked=masked) if order == text), Order.NEWEST)


def count_text(on_page: int, total: int, *, complete: bool) -> str:
    """What the page says of how many there are: "50 of at least 1,000 reads", "All 37 reads"."""
    reads = "read" if total == 1 else "reads"
    if not complete:
        return f"{on_page:,} of at least {max(total, on_page):,} reads"
    return f"All {total:,} {reads}" if on_page == total else f"{on_page:,} of {total:,} {reads}"
