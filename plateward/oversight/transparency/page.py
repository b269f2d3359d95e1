"""What the public page shows, made of the published document alone: read once for each that is published."""

import json
from datetime import date
from functools import lru_cache
from typing import Any, Final

from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.notes import Note
from plateward.core.pages.charts import day_bars, widths
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.oversight.transparency.counting import DAILY, FIGURES, TABLES
from plateward.oversight.transparency.models import Published
from plateward.oversight.transparency.rules import WITHHELD
from plateward.people import days

LATEST = 30  # days whose sums stand at the top
LABELS: Final[dict[str, dict[str, str]]] = {
    "searches.purpose": {key: purpose.label for key, purpose in PURPOSES.items()},
    "searches.offense": {key: offense.label for key, offense in OFFENSES.items()},
    "agencies.agency": {},
}


@lru_cache(maxsize=2)
def _page(made_at: object, content: str, checkpoint: str) -> dict[str, Any]:  # noqa: ARG001
    document, note = json.loads(content), Note.parse(checkpoint.encode())
    latest = document["days"][-LATEST:]
    sums = {name: sum(day["counts"].get(name, 0) for day in latest) for name in DAILY}
    sums["cameras"] = max((day["counts"]["cameras"] for day in latest), default=0)
    reads = {date.fromisoformat(day["day"]): day["counts"]["reads"] for day in document["days"]}
    judged, log = sums["alerts.judged"], Checkpoint.parse(note.text)
    return {
        "begins": date.fromisoformat(latest[0]["day"]),
        "sums": [(FIGURES[name], number) for name, number in sums.items() if not name.startswith("alerts.")],
        "outcomes": widths(
            (FIGURES[name], number) for name, number in sums.items() if name.startswith("alerts.") and number
        ),
        "precision": (round(100 * sums["alerts.confirmed"] / judged, 1), judged) if judged else None,
        "bars": day_bars(reads, max(reads)),
        "months": [_month(month) for month in reversed(document["months"])],
        "configuration": document["configuration"],
        "log": log,
        "cosigners": sorted({signature.name for signature in note.signatures} - {log.origin}),
        "checkpoint": checkpoint,
    }


def _month(month: dict[str, Any]) -> dict[str, Any]:
    tables = []
    for table, heading in TABLES.items():
        rows = dict(month["tables"][table])
        withheld = rows.pop(WITHHELD, 0)
        named = widths((LABELS[table].get(name) or name, number) for name, number in rows.items())
        tables.append((heading, named, withheld))
    return {"day": date.fromisoformat(f"{month['month']}-01"), "tables": tables}


def page_of_published(published: Published) -> dict[str, Any]:
    """The page's context."""
    page = _page(published.made_at, published.document, published.checkpoint)
    return {**page, "published": published, "today": days.today()}
