"""A case sheet leaves: with its person's name on every page and picture, and on the log before it does."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import uuid4

from plateward import clock
from plateward.alerts.models import Alert
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.evidence.case_sheet.sheet import sheet_of
from plateward.evidence.custody.copies import marked_image
from plateward.evidence.custody.rules import may_take_along
from plateward.evidence.custody.watermark import NotAPicture
from plateward.evidence.package.gathering import reads_of
from plateward.evidence.package.pictures import small_copy
from plateward.pages.pdf import export_pdf
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.policy.decision import Allow, Decision, Refusal, require
from plateward.policy.trace import enforces
from plateward.reads.store import ReadKey, StoredRead, configured_store
from plateward.reads.store.away import store_answers
from plateward.vault.day_keys import DayDestroyed

TEMPLATE = "evidence/case_sheet/templates/case_sheet/sheet.typ"
MOST_PICTURED = 4  # reads of an alert: its own, and the next


@enforces("6.e.iv.3")
def may_print(alert: Alert) -> Decision:
    """The entry is seen once a person has read the plate from the image."""
    if getattr(alert, "confirmation", None) is None:
        return Refusal(
            "6.e.iv.3",
            "The plate of this alert is not confirmed yet.",
            "Confirm it on the alert's page first.",
        )
    return Allow()


@enforces("6.h.iv", "6.e.iii", "6.h.iii", "6.b.i.9", "6.b.i.11")
def print_sheet(actor: PersonActor, alert: Alert, number: str, use: str) -> bytes:
    """The PDF. Raises Refused, also while exports are stopped; StoreAway; LogUnavailable, and then nothing leaves."""
    for decision in (may_print(alert), may_take_along(number, use)):
        if isinstance(decision, Refusal):
            with act(actor, Event.ALERT_PRINT, f"alert:{alert.pk}", reason=use):
                require(decision)
    keys = sorted(reads_of([alert.pk]), key=lambda key: key.id != alert.read)  # its own first
    reads = list(_kept(keys[:MOST_PICTURED]))
    copy = uuid4().hex[:12]
    mark = f"{actor.name} ({actor.id}) · {days.format_time(clock.now())} · copy {copy}"
    of_case = [
        ("CAD or case number", number),
        ("For", use),
        ("Reads", f"{len(keys)}, {len(reads)} shown here"),
    ]
    data = sheet_of(alert.pk, of_case, reads)
    for section, stored in zip(data["reads"], reads, strict=True):
        section["pictures"] = list(_pictures(stored, mark))
    return export_pdf(
        actor,
        Event.ALERT_PRINT,
        f"alert:{alert.pk}",
        TEMPLATE,
        data,
        mentions=[f"read:{stored.read.id}" for stored in reads],
        reason=use,
        notes={"copy": copy, "number": number, "image": "both", "reads": len(reads)},
    )


def _kept(keys: Iterable[ReadKey]) -> Iterator[StoredRead]:
    """Those that were not destroyed. Raises StoreAway."""
    for key in keys:
        try:
            with store_answers():
                stored = configured_store().get(key)
        except DayDestroyed:
            continue
        if stored:
            yield stored


def _pictures(stored: StoredRead, mark: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Marked copies, made small. Numbers, since Typst reads no other form of bytes from its data."""
    for name, which in (("The vehicle", "context"), ("The plate", "plate")):
        try:
            small = small_copy(marked_image(stored, which, mark))
        except NotAPicture:  # what a reader signed is no picture; the rest is on record all the same
            continue
        if small:
            yield name, list(small)
