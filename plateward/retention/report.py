"""What a printed certificate says."""

from datetime import date
from typing import Any

from plateward import clock
from plateward.people import days
from plateward.policy.trace import enforces
from plateward.retention.models import Destruction


@enforces("6.h.ii", "MP-6")
def certificate_data(row: Destruction) -> dict[str, Any]:
    """The data of certificate.typ."""
    return {
        "title": f"Certificate of destruction {row.pk}",
        "subtitle": f"Reads of {clock.format_day(row.day)} (UTC)",
        "facts": facts_of(row),
        "rules": [(why, _reads(row, number)) for why, number in row.rules],
        "kept": [(why, f"{number:,}", until) for why, number, until in kept_of(row)],
        "copies": [(what, f"{number:,}") for what, number in row.copies],
        "tombstone": bytes(row.tombstone).decode(),
    }


def _reads(row: Destruction, number: int | None) -> str:
    """How many reads went by a rule; without a number, all that went by no other."""
    if number is None and len(row.rules) > 1:
        return "all others"
    return f"{row.reads if number is None else number:,}"


def kept_of(row: Destruction) -> list[tuple[str, int, str]]:
    """What was kept: why, how many reads, and until which UTC day, if one is known."""
    return [
        (why, n, clock.format_day(date.fromisoformat(until[:10])) if until else "")
        for why, n, until in row.kept
    ]


def facts_of(row: Destruction) -> list[tuple[str, str]]:
    """The certificate in lines, for page and paper."""
    done = row.completed_at
    return [
        ("Day of capture", f"{clock.format_day(row.day)} (UTC)"),
        ("Key generation destroyed", str(row.generation)),
        ("Reads destroyed", f"{row.reads:,}"),
        ("Images destroyed", f"{row.images:,}"),
        ("Bytes removed", f"{row.bytes:,}"),
        (
            "Reads kept",
            f"{row.stays:,}, sealed under a new key" if row.stays else "None",
        ),
        ("Recorded beforehand", days.format_time(row.begun_at) if row.begun_at else "Not yet"),
        ("Key destroyed", days.format_time(row.switched_at) if row.switched_at else "Not yet"),
        ("Completed", days.format_time(done) if done else "Not yet"),
        ("Method", "The key is destroyed first (crypto-erase, CJIS MP-6), then what it sealed is removed"),
    ]
