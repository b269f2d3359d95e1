"""The views of a search's results and their orders, as addresses and pages name them. Pure."""

from plateward.field.reads.queries import Order
from plateward.ground.labeled import Labeled


class Layout(Labeled):
    """How results are shown."""

    STRIP = "strip", "Pictures"
    TABLE = "table", "Table"
    MAP = "map", "Map"
    TIMELINE = "timeline", "Timeline"

    @property
    def limit(self) -> int:
        """Reads on one page."""
        return _LIMITS[self]

    @property
    def is_sorted(self) -> bool:
        """Whether people choose the order of its rows."""
        return self in (Layout.STRIP, Layout.TABLE)


_LIMITS = {Layout.STRIP: 48, Layout.TABLE: 50, Layout.MAP: 1_000, Layout.TIMELINE: 20_000}
ORDER_LABELS = {Order.NEWEST: "Newest", Order.OLDEST: "Oldest", Order.PLATE: "Plate"}
COUNTED = 1_000  # reads are counted up to here


def orders_of(layout: Layout, *, masked: bool) -> tuple[Order, ...]:
    """The orders that a view offers. Masked plates are not sorted: their order would say something of each."""
    if not layout.is_sorted:
        return (Order.NEWEST,)
    return (Order.NEWEST, Order.OLDEST) if masked else tuple(Order)


def order_of(text: str, layout: Layout, *, masked: bool) -> Order:
    """The order that an address names; the newest first for any other text."""
    return next((order for order in orders_of(layout, masked=masked) if order == text), Order.NEWEST)


def count_text(on_page: int, total: int, *, complete: bool) -> str:
    """What the page says of how many there are: "50 of at least 1,000 reads", "All 37 reads"."""
    reads = "read" if total == 1 else "reads"
    if not complete:
        return f"{on_page:,} of at least {max(total, on_page):,} reads"
    return f"All {total:,} {reads}" if on_page == total else f"{on_page:,} of {total:,} {reads}"
