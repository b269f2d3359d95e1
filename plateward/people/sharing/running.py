"""What runs, and how it differs from what is signed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.rooms import declared
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.sharing.limits import Difference, Section, differences
from plateward.people.sharing.models import SharingDocument
from plateward.people.signed import ROLES, Sections, read_in_force


def sections() -> list[Section]:
    """Those of all rooms."""
    return declared("who_sees", "SECTIONS")


def running() -> Sections:
    """What each section allows now, as the rooms would have it."""
    return {section.key: section.running() for section in sections()}


def canonical(document: Sections) -> str:
    """The bytes that are signed, as text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Drift:
    """How what runs differs from what is signed, in sentences, and whether any is about wider access."""

    lines: Sequence[str] = ()
    wider: bool = False


@enforces("6.b.i.3/sharing", "AC-3/signed")
def drift_now() -> Drift:
    """Compares all of it. Before a document is signed there is none."""
    signed = read_in_force()
    if not signed.number:
        return Drift()
    if signed.problem:
        return Drift((f"{signed.problem} Outside agencies get nothing until a new one is in force.",), True)
    found = differences(sections(), signed.sections, running(), clock.now())
    return Drift(
        [f"{each.text}. {_made_by(each, signed.number)}" for each in found], any(each.wider for each in found)
    )


def _made_by(difference: Difference, number: int) -> str:
    """Who made this change, by the newest entry about it since the document was signed."""
    if difference.section == ROLES:
        return "An update of the software changed it."
    [section] = [each for each in sections() if each.key == difference.section]
    signed_at = SharingDocument.objects.values_list("signed_at", flat=True).get(pk=number)
    subject = section.object(difference.subject)
    entries = AuditEntry.objects.filter(
        object=subject, event__in=section.events, outcome="done", at__gt=signed_at
    )
    entry = entries.order_by("-at", "-sequence").first()
    if entry is None or entry.leaf is None:
        return (
            "No entry on the audit log made this change: it was made outside of Plateward, in the database."
        )
    return f"Changed by {entry.leaf.actor_name}, {days.format_time(entry.at)} ({Event(entry.event).label})."
