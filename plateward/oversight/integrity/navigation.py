"""The integrity monitor in the navigation."""

from plateward.oversight.integrity.overview import FAILING, CheckRow, check_rows
from plateward.people.navigation import Link, Viewer


def _rows(_: Viewer) -> list[CheckRow]:
    return check_rows()


PAGE = Link(
    "integrity:index", "Integrity", lambda viewer: sum(row.standing in FAILING for row in viewer.ask(_rows))
)
