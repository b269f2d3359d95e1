"""An audit entry as a step of an image's custody, in words. Pure."""

from collections.abc import Callable
from enum import StrEnum

from plateward.audit.events import Event
from plateward.audit.leaf import Leaf


class Step(StrEnum):
    """What happened to the image, as the report groups it."""

    CAPTURED = "Captured"
    RECEIVED = "Received"
    SEALED = "Sealed"
    MATCHED = "Matched"
    CONFIRMED = "Confirmed"
    VIEWED = "Viewed"
    COPIED = "Copied"
    PRINTED = "Printed"
    SHARED = "Shared"
    EXPORTED = "Exported"
    HELD = "Held"
    RESEALED = "Resealed"
    DESTROYED = "Destroyed"
    REPORTED = "Reported"
    OTHER = "Other"


Describe = Callable[[Leaf], str]
IMAGES = {
    "context": "the vehicle's picture",
    "plate": "the plate's picture",
    "thumbnail": "a small picture of the vehicle",
}


def _image(leaf: Leaf) -> str:
    which = IMAGES.get(_of(leaf, "image"))
    if which:
        return which
    return "both pictures" if leaf.object.startswith("search:") else "an image"


def _of(leaf: Leaf, name: str, otherwise: str = "") -> str:
    value = leaf.details.get(name)
    return otherwise if value is None else str(value)


def _search(leaf: Leaf) -> str:
    if leaf.object.startswith("search:"):
        return f" among the results of search {leaf.object.removeprefix('search:')}"
    return f" among the results of search {search}" if (search := _of(leaf, "search")) else ""


def _alert(leaf: Leaf) -> str:
    return leaf.object.replace(":", " ")


def _export(leaf: Leaf) -> str:
    digest = _of(leaf, "sha256")
    return f" Export {_of(leaf, 'export', 'without a number')}{f', SHA-256 {digest}' if digest else ''}."


def _owed(leaf: Leaf) -> str:
    return "need no longer" if _of(leaf, "became") == "dropped" else "must"


def _for_number(leaf: Leaf) -> str:
    alerts = leaf.details.get("alerts")
    listed = ", ".join(map(str, alerts)) if isinstance(alerts, list) else ""
    return f"for {_of(leaf, 'number') or 'no number'}{f' (alerts {listed})' if listed else ''}"


def _copy(leaf: Leaf) -> str:
    """Which copy, for whom, and the hash of what left."""
    digests = [_of(leaf, f"{image}_sha256") for image in ("context", "plate")]
    hashes = ", ".join(digest for digest in digests if digest)
    return f" Copy {_of(leaf, 'export')} for {_of(leaf, 'number')}{f', SHA-256 {hashes}' if hashes else ''}."


DESCRIPTIONS: dict[Event, tuple[Step, Describe]] = {
    Event.ALERT_ARRIVE: (
        Step.MATCHED,
        lambda leaf: (
            f"It matched a hot list entry ({_of(leaf, 'kind', 'in a way not recorded')}): {_alert(leaf)}."
        ),
    ),
    Event.ALERT_CONFIRM: (
        Step.CONFIRMED,
        lambda leaf: f"Plate and state were read from the image for {_alert(leaf)}.",
    ),
    Event.ALERT_DISPOSE: (Step.OTHER, lambda leaf: f"{_alert(leaf).capitalize()} was closed."),
    Event.ALERT_PRINT: (
        Step.PRINTED,
        lambda leaf: (
            f"Marked copies of its pictures were printed on the case sheet of {_alert(leaf)}.{_export(leaf)}"
        ),
    ),
    Event.ALERT_SHARE: (
        Step.SHARED,
        lambda leaf: (
            f"{_alert(leaf).capitalize()} was shared with {_of(leaf, 'to')} for {_of(leaf, 'days')} days."
        ),
    ),
    Event.ALERT_UNSHARE: (
        Step.SHARED,
        lambda leaf: f"The sharing of {_alert(leaf)} with {_of(leaf, 'to')} ended.",
    ),
    Event.CUSTODY_EXPORT: (
        Step.REPORTED,
        lambda leaf: f"The report on its chain of custody was made.{_export(leaf)}",
    ),
    Event.CUSTODY_VIEW: (Step.REPORTED, lambda _: "Its chain of custody was viewed."),
    Event.DEMS_CONFIRM: (
        Step.EXPORTED,
        lambda leaf: f"The export of {_alert(leaf)} was confirmed to be in DEMS.",
    ),
    Event.DEMS_EXPORT: (
        Step.EXPORTED,
        lambda leaf: (
            f"{_alert(leaf).capitalize()} was exported to DEMS for {_of(leaf, 'number', 'no number')}, item "
            f"{_of(leaf, 'item', 'not named')}."
        ),
    ),
    Event.DEMS_DUE: (
        Step.OTHER,
        lambda leaf: f"{_alert(leaf).capitalize()} {_owed(leaf)} be exported to DEMS.",
    ),
    Event.DEMS_RETURN: (Step.EXPORTED, lambda leaf: f"The export of {_alert(leaf)} to DEMS was returned."),
    Event.EVIDENCE_DISCARD: (
        Step.OTHER,
        lambda leaf: f"The evidence package {_for_number(leaf)} was erased from the hub.",
    ),
    Event.EVIDENCE_DOWNLOAD: (
        Step.EXPORTED,
        lambda leaf: f"The evidence package {_for_number(leaf)} was downloaded.{_digest(leaf)}",
    ),
    Event.EVIDENCE_REQUEST: (
        Step.OTHER,
        lambda leaf: f"An evidence package {_for_number(leaf)} was requested.",
    ),
    Event.EVIDENCE_EXPORT: (
        Step.EXPORTED,
        lambda leaf: (
            f"The originals and the read went into evidence package {_of(leaf, 'package', 'without a number')} for "
            f"{_of(leaf, 'number') or 'no number'}."
        ),
    ),
    Event.IMAGE_DOWNLOAD: (
        Step.COPIED,
        lambda leaf: f"A watermarked copy of {_image(leaf)} was downloaded{_search(leaf)}.{_copy(leaf)}",
    ),
    Event.IMAGE_PRINT: (
        Step.PRINTED,
        lambda leaf: f"Watermarked copies of both pictures were printed{_search(leaf)}.{_copy(leaf)}",
    ),
    Event.IMAGE_VIEW: (
        Step.VIEWED,
        lambda leaf: f"{_image(leaf).capitalize()} {_were(leaf)} viewed{_search(leaf)}.",
    ),
    Event.READ_SHARE: (
        Step.SHARED,
        lambda leaf: f"The read was shared with {_of(leaf, 'to')} until {_of(leaf, 'until')}.",
    ),
    Event.READ_UNSHARE: (
        Step.SHARED,
        lambda leaf: f"The sharing of the read with {_of(leaf, 'to')} ended.",
    ),
    Event.READ_VIEW: (Step.VIEWED, lambda _: "The read's page was viewed."),
    Event.SEARCH_EXPORT: (
        Step.EXPORTED,
        lambda leaf: f"Its data was exported{_search(leaf)}, without images.{_export(leaf)}",
    ),
    Event.SEARCH_RUN: (
        Step.EXPORTED,
        lambda leaf: f"A program took its data{_search(leaf)}, without images.",
    ),
}
# Entries that need no words of their own: their label, what they are about, and the hash of what left.
BY_KIND = {"dems": Step.EXPORTED, "evidence": Step.EXPORTED, "hold": Step.HELD, "retention": Step.DESTROYED}
# Of an alert's entries: those that say something of its read's images. Who opens its page sees them one by one.
OF_ITS_OWN_READ = frozenset(
    {Event.ALERT_ARRIVE, Event.ALERT_CONFIRM, Event.ALERT_DISPOSE}
)  # not of a further sighting
OF_ALERTS = OF_ITS_OWN_READ.union(
    {Event.ALERT_SHARE, Event.ALERT_UNSHARE},
    (
        event
        for event in Event
        if event.startswith("dems.") and event not in (Event.DEMS_REMIND, Event.DEMS_VIEW)
    ),
)


def describe(event: str, label: str, leaf: Leaf | None) -> tuple[Step, str]:
    """The step that this entry is, in a sentence. `leaf`: None if it does not open, or its details are not for whoever
    reads this; then its label is the sentence."""
    kind = BY_KIND.get(event.partition(".")[0], Step.OTHER)
    step, words = DESCRIPTIONS.get(Event(event), (kind, None)) if event in EVENTS else (kind, None)
    if leaf is None:
        return step, f"{label}."
    return step, words(leaf) if words else f"{label}: {leaf.object.replace(':', ' ')}.{_digest(leaf)}"


def _digest(leaf: Leaf) -> str:
    digest = _of(leaf, "sha256")
    return f" SHA-256 {digest}." if digest else ""


EVENTS = frozenset(Event)


def _were(leaf: Leaf) -> str:
    return "were" if _image(leaf) == "both pictures" else "was"
