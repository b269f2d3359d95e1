"""The searches of a month as the audit log has them, and what its entries say was published of them."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log_reader import in_parts, opened
from plateward.core.audit.models import AuditEntry
from plateward.ground.policy.trace import enforces
from plateward.oversight.published_log.models import subject_of
from plateward.oversight.published_log.rules import HowDecided, PublishedRow, month_after, pseudonym
from plateward.people import days

DECISIONS = {
    Event.SEARCH_APPROVE.value: HowDecided.APPROVED,
    Event.SEARCH_REFUSE.value: HowDecided.REFUSED,
    Event.SEARCH_WITHDRAW.value: HowDecided.WITHDRAWN,
}


@enforces("SB40.confid/audit", "6.b.i.9/sealed")
def rows_of(month: date, size: int) -> list[PublishedRow]:
    """A row for each plate of each search of this month among the log's first `size` entries; an attempt that was
    refused is one, too. From the log alone, so that it can be counted again. Raises LogDamaged."""
    key = settings.RING.key(f"published search log {month:%Y}")
    decided = _decisions(month, size)
    return [
        PublishedRow(
            pseudonym(key, "officer", leaf.actor_id),
            pseudonym(key, "plate", plate) if plate else "",
            str(leaf.details.get("purpose") or ""),
            str(leaf.details.get("offense") or ""),
            _how(leaf, decided),
        )
        for leaf in _leaves(month, size, Event.SEARCH_ASK)
        for plate in _plates(leaf)
    ]


def _plates(leaf: Leaf) -> list[str]:
    """By what the log tells its plates apart, each once; of a search without any, one that is empty."""
    plates = leaf.details.get("plates")
    return sorted({str(plate) for plate in plates}) if isinstance(plates, list) and plates else [""]


def _decisions(month: date, size: int) -> dict[str, HowDecided]:
    """How each search was decided; not further steps of one that starts from a place."""
    return {
        leaf.object: DECISIONS[leaf.event]
        for event in DECISIONS
        for leaf in _leaves(month, size, Event(event), later=True)
        if leaf.outcome == "done" and not leaf.details.get("step")
    }


def _how(leaf: Leaf, decided: dict[str, HowDecided]) -> str:
    if leaf.outcome != "done":
        return HowDecided.STOPPED.value
    braked = bool(leaf.details.get("brakes"))
    return decided.get(leaf.object, HowDecided.UNDECIDED if braked else HowDecided.ALLOWED).value


def _leaves(month: date, size: int, event: Event, *, later: bool = False) -> Iterator[Leaf]:
    """What is sealed in the entries of this event in the month; `later`: and after it."""
    entries = AuditEntry.objects.filter(event=event, at__gte=days.start_of(month), sequence__lt=size)
    if not later:
        entries = entries.filter(at__lt=days.start_of(month_after(month)))
    for part in in_parts(entries.exclude(outcome="failed")):
        for entry in part:
            yield opened(entry).leaf


def entries_of(month: date) -> list[AuditEntry]:
    """The entries that publish a month, in order."""
    entries = AuditEntry.objects.filter(event=Event.SEARCHLOG_PUBLISH, object=subject_of(month))
    return list(entries.filter(outcome="done").order_by("sequence"))


@enforces("SB40.confid/audit")
def stated_rows(month: date) -> list[PublishedRow]:
    """The rows that these entries have. Raises LogDamaged; ValueError for what is no row."""
    said = [opened(entry).leaf.details.get("rows") for entry in entries_of(month)]
    return [PublishedRow.parse(str(text)) for rows in said if isinstance(rows, list) for text in rows]
