"""What `plateward oversight integrity` prints."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from plateward.oversight.integrity.overview import FAILING, CheckRow, check_rows


def print_checks(*, as_json: bool) -> bool:
    """Print how every check stands. Returns whether none is red or overdue."""
    rows = check_rows()
    if as_json:
        print(json.dumps({"checks": [_facts(row) for row in rows]}, indent=1))
    else:
        table = Table("Check", "State", "Checked", "Last completed", "Problems")
        for row in rows:
            facts = _facts(row)
            cells = (
                row.check.label,
                row.standing.label,
                f"{row.check.unit}: {facts['checked']:,}",
                facts["completed_at"],
            )
            table.add_row(*(Text(str(cell or "")) for cell in (*cells, row.fault_text)))
        Console().print(table)
    return not any(row.standing in FAILING for row in rows)


def _facts(row: CheckRow) -> dict[str, Any]:
    state = row.state
    faults = state.faults.filter(ended_at=None) if state else ()
    return {
        "check": row.check.key,
        "group": row.check.group.value,
        "label": row.check.label,
        "clause": row.check.clause,
        "state": row.standing.value,
        "unit": row.check.unit,
        "checked": (state.checked if row.running else state.checked_before) if state else 0,
        "completed_at": state.ended_at.isoformat(timespec="seconds") if state and state.ended_at else None,
        "problems": [
            {
                "object": fault.object,
                "problem": fault.problem,
                "found_at": fault.found_at.isoformat(timespec="seconds"),
            }
            for fault in faults
        ],
        "remedy": row.check.remedy,
    }
