"""Requests and entries as pages describe them: each version with its changes and what happened to it."""

from dataclasses import dataclass

from plateward.field.hotlists.models import Entry, Reason
from plateward.field.hotlists.requests.models import Decision, Request, RequestCheck, Version

# A version's fields and their labels.
FIELDS = {
    "hotlist_id": "list",
    "plate": "plate",
    "state": "state",
    "reason": "reason",
    "priority": "priority",
    "vehicle": "vehicle",
    "narrative": "narrative",
    "number": "number",
    "expires_at": "last day",
    "emergency": "emergency",
}


@dataclass(frozen=True)
class VersionStory:
    """One version: its number from 1, its changes, and what people and the hub did with it."""

    number: int
    version: Version
    reason: str
    changed: tuple[str, ...]
    checks: tuple[RequestCheck, ...]
    decisions: tuple[Decision, ...]


def version_history(request: Request) -> list[VersionStory]:
    """Every version, the last one first."""
    versions = list(
        request.versions.select_related("hotlist").prefetch_related(
            "checks", "decisions__by", "decisions__entry"
        )
    )
    texts = Reason.texts()
    history = [
        VersionStory(
            number,
            version,
            texts.get(version.reason, version.reason),
            tuple(
                name
                for field, name in FIELDS.items()
                if before and getattr(version, field) != getattr(before, field)
            ),
            tuple(version.checks.all()),
            tuple(version.decisions.all()),
        )
        for number, (before, version) in enumerate(zip([None, *versions], versions, strict=False), 1)
    ]
    return history[::-1]


def why_ended(entry: Entry) -> str:
    """Why an entry is no longer in force, in words; "" if it is."""
    if entry.ended is None or entry.ended.at is None:
        return ""
    removals = Request.objects.filter(kind=Request.Kind.REMOVE, entry=entry, state=Request.State.APPROVED)
    if removal := removals.select_related("requester").first():
        return f"Removed at the request of {removal.requester}"
    if Entry.objects.filter(began=entry.ended, bare=entry.bare, state=entry.state).exists():
        return "Replaced by another entry of the same plate"
    return entry.ended.why.rstrip(".") or str(entry.ended.get_cause_display())
