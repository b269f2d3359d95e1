"""The integrity monitor in the navigation, and its state for the home page."""

import shutil

from django.conf import settings

from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity.overview import FAILING, CheckRow, check_rows
from plateward.oversight.integrity.rules import Standing
from plateward.people.navigation import Link, Viewer
from plateward.people.waiting import State, SystemPart

GB = 10**9
LITTLE = 0.1  # of the disk is left


def _rows(_: Viewer) -> list[CheckRow]:
    return check_rows()


@enforces("6.b.i.3/integrity")
def _state(viewer: Viewer) -> State:
    rows = viewer.ask(_rows)
    failing = [row for row in rows if row.standing in FAILING]
    if failing:
        bad = any(row.standing == Standing.RED for row in failing)
        about = ", ".join(dict.fromkeys(str(row.check.group) for row in failing))
        return State(f"{len(failing)} of {len(rows)} checks: {about}", "bad" if bad else "normal")
    green = sum(row.standing == Standing.GREEN for row in rows)
    return State(f"{green} of {len(rows)} checks green", "good" if green == len(rows) else "normal")


def _storage(_: Viewer) -> State:
    """The disk of this node's own data; what lies in PostgreSQL or S3 is on others."""
    disk = shutil.disk_usage(settings.DATA)
    share = disk.free / disk.total
    text = f"{disk.free / GB:,.0f} of {disk.total / GB:,.0f} GB free"
    return State(text, "bad" if share < LITTLE / 2 else "normal" if share < LITTLE else "good")


PAGE = Link(
    "integrity:index", "Integrity", lambda viewer: sum(row.standing in FAILING for row in viewer.ask(_rows))
)
SYSTEM = (
    SystemPart("integrity:index", "Integrity", _state),
    SystemPart("integrity:index", "Storage", _storage),
)
