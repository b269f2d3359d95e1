"""An audit entry as a step of an image's custody, in words. Pure."""

from enum import StrEnum

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf


class CustodyStep(StrEnum):
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


IMAGES = {
    "context": "the vehicle's picture",
    "plate": "the plate's picture",
    "thumbnail": "a small picture of the vehicle",
    "redacted": "a redacted picture",
    "covered": "a small picture of the vehicle with its plate covered",
}
BOTH = "both pictures"
UNNAMED = {
    "export": "without a number",
    "item": "not named",
    "kind": "in a way not recorded",
    "package": "without a number",
}


class _EntryWords:
    """What the sentence of an entry may name: `told[name]`, a detail; and what several of them say."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf

    def __getitem__(self, name: str) -> str:
        value = self._leaf.details.get(name)
        return UNNAMED.get(name, "") if value is None else str(value)

    @property
    def alert(self) -> str:
        return self._leaf.object.replace(":", " ")

    @property
    def alert_first(self) -> str:
        """At the beginning of a sentence."""
        return self.alert.capitalize()

    @property
    def image(self) -> str:
        return IMAGES.get(self["image"]) or (BOTH if self._leaf.object.startswith("search:") else "an image")

    @property
    def image_was(self) -> str:
        return f"{self.image.capitalize()} {'were' if self.image == BOTH else 'was'}"

    @property
    def copies_were(self) -> str:
        if self["image"] == "covered":
            return f"A watermarked copy of {self.image} was"
        return "Watermarked copies of both pictures were"

    @property
    def among(self) -> str:
        """Of which search it was a result."""
        kind, _, name = self._leaf.object.partition(":")
        search = name if kind == "search" else self["search"]
        return f" among the results of search {search}" if search else ""

    @property
    def digest(self) -> str:
        return f" SHA-256 {self['sha256']}." if self["sha256"] else ""

    @property
    def export(self) -> str:
        return f" Export {self['export']}{', SHA-256 ' * bool(self['sha256'])}{self['sha256']}."

    @property
    def must(self) -> str:
        return "need no longer" if self["became"] == "dropped" else "must"

    @property
    def of_case(self) -> str:
        """The case and the alerts that it is for, as far as the entry names them."""
        alerts = self._leaf.details.get("alerts")
        listed = ", ".join(map(str, alerts)) if isinstance(alerts, list) else ""
        word = "alert" if listed.isdigit() else "alerts"
        named = " · ".join(part for part in (self["number"], f"{word} {listed}" if listed else "") if part)
        return f" for {named}" if named else ""

    @property
    def copy(self) -> str:
        """Which copy, for whom, and the hash of what left."""
        hashes = ", ".join(
            filter(None, (self[f"{image}_sha256"] for image in ("context", "plate", "covered")))
        )
        return f" Copy {self['export']} for {self['number']}{', SHA-256 ' * bool(hashes)}{hashes}."


DESCRIPTIONS: dict[Event, tuple[CustodyStep, str]] = {
    Event.ALERT_ARRIVE: (CustodyStep.MATCHED, "It matched a hot list entry ({0[kind]}): {0.alert}."),
    Event.ALERT_CONFIRM: (CustodyStep.CONFIRMED, "Plate and state were read from the image for {0.alert}."),
    Event.ALERT_DISPOSE: (CustodyStep.OTHER, "{0.alert_first} was closed."),
    Event.ALERT_PRINT: (
        CustodyStep.PRINTED,
        "Marked copies of its pictures were printed on the case sheet of {0.alert}.{0.export}",
    ),
    Event.ALERT_SHARE: (CustodyStep.SHARED, "{0.alert_first} was shared with {0[to]} for {0[days]} days."),
    Event.ALERT_UNSHARE: (CustodyStep.SHARED, "The sharing of {0.alert} with {0[to]} ended."),
    Event.CUSTODY_EXPORT: (CustodyStep.REPORTED, "The report on its chain of custody was made.{0.export}"),
    Event.CUSTODY_VIEW: (CustodyStep.REPORTED, "Its chain of custody was viewed."),
    Event.DEMS_CONFIRM: (CustodyStep.EXPORTED, "The export of {0.alert} was confirmed to be in DEMS."),
    Event.DEMS_EXPORT: (
        CustodyStep.EXPORTED,
        "{0.alert_first} was exported to DEMS{0.of_case}, item {0[item]}.",
    ),
    Event.DEMS_DUE: (CustodyStep.OTHER, "{0.alert_first} {0.must} be exported to DEMS."),
    Event.DEMS_VET: (CustodyStep.OTHER, "{0.alert_first} was vetted as a lead{0.of_case}."),
    Event.DEMS_RETURN: (CustodyStep.EXPORTED, "The export of {0.alert} to DEMS was returned."),
    Event.EVIDENCE_DISCARD: (CustodyStep.OTHER, "Evidence package{0.of_case} erased."),
    Event.EVIDENCE_DOWNLOAD: (CustodyStep.EXPORTED, "Evidence package{0.of_case} downloaded.{0.digest}"),
    Event.EVIDENCE_REQUEST: (CustodyStep.OTHER, "Evidence package requested{0.of_case}."),
    Event.EVIDENCE_EXPORT: (
        CustodyStep.EXPORTED,
        "Evidence package {0[package]} made{0.of_case}: it holds the read and its original photographs.",
    ),
    Event.IMAGE_DOWNLOAD: (
        CustodyStep.COPIED,
        "A watermarked copy of {0.image} was downloaded{0.among}.{0.copy}",
    ),
    Event.IMAGE_PRINT: (CustodyStep.PRINTED, "{0.copies_were} printed{0.among}.{0.copy}"),
    Event.IMAGE_VIEW: (CustodyStep.VIEWED, "{0.image_was} viewed{0.among}."),
    Event.PICTURE_REDACT: (CustodyStep.COPIED, "A redacted picture was made of {0.image}.{0.digest}"),
    Event.RECORDS_ATTACH: (
        CustodyStep.COPIED,
        "A redacted picture of it was attached to a records request.{0.digest}",
    ),
    Event.RECORDS_NAME: (CustodyStep.OTHER, "Records request {0[request]} named {0.image}, to be redacted."),
    Event.RECORDS_RELEASE: (
        CustodyStep.EXPORTED,
        "A redacted picture of it, or its proof, left for records request {0[request]}.{0.digest}",
    ),
    Event.READ_SHARE: (CustodyStep.SHARED, "The read was shared with {0[to]} until {0[until]}."),
    Event.READ_UNSHARE: (CustodyStep.SHARED, "The sharing of the read with {0[to]} ended."),
    Event.READ_VIEW: (CustodyStep.VIEWED, "The read's page was viewed."),
    Event.SEARCH_EXPORT: (CustodyStep.EXPORTED, "Its data was exported{0.among}, without images.{0.export}"),
    Event.SEARCH_RUN: (CustodyStep.EXPORTED, "A program took its data{0.among}, without images."),
}
# Entries that need no words of their own: their label, what they are about, and the hash of what left.
BY_KIND = {
    "dems": CustodyStep.EXPORTED,
    "evidence": CustodyStep.EXPORTED,
    "hold": CustodyStep.HELD,
    "retention": CustodyStep.DESTROYED,
}
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


def describe(event: str, label: str, leaf: Leaf | None) -> tuple[CustodyStep, str]:
    """The step that this entry is, in a sentence. `leaf`: None if it does not open, or its details are not for whoever
    reads this; then its label is the sentence."""
    kind = BY_KIND.get(event.partition(".")[0], CustodyStep.OTHER)
    step, words = DESCRIPTIONS.get(event, (kind, ""))  # type: ignore[call-overload]  # an Event is a str
    if leaf is None:
        return step, f"{label}."
    told = _EntryWords(leaf)
    return step, words.format(told) if words else f"{label}: {told.alert}.{told.digest}"
