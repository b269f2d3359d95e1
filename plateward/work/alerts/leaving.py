"""What leaves the hub: a lead into a case, vetted and through DEMS, or a disclosure for another lawful purpose. Either
is marked, and on the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.dispatch import Signal

from plateward.core.cases.rules import flaw
from plateward.core.decisions.rules import THOROUGH, says_enough
from plateward.core.pages.fields import ButtonsField, LongTextField, MinuteField, OneOfField
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import may_leave_for
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.agencies.models import Agency
from plateward.people.agencies.rules import Recipient, may_disclose_to
from plateward.people.models import Person
from plateward.work.alerts.wording import telling_words

CLOCKS_DIFFER = timedelta(minutes=5)
BEGUN = "The export to DEMS has begun. You may leave this page; the export continues."


class Destination(TextChoices):
    """Where a lead goes."""

    DEMS = "dems", "Into a case, through DEMS"
    DISCLOSURE = "disclosure", "A disclosure for another lawful purpose"


class DisclosurePurpose(TextChoices):
    """For what something is disclosed that enters no case of the agency through it."""

    COURT = "court", "Prosecutor, court or defense"
    AGENCY = "agency", "Another law enforcement agency"
    FIELD = "field", "Officers of this agency who work the lead"
    INTERNAL = "internal", "Internal investigation or audit"
    SAFETY = "safety", "Imminent danger to the public"


class VettingMethod(TextChoices):
    """How a lead was vetted. STEPS: what an alert used for enforcement has behind it; nobody chooses that."""

    NCIC = "ncic", "NCIC or FMCSA check"
    IMAGE = "image", "Image compared by a person"
    CONTACT = "contact", "Owner or driver contacted"
    OTHER = "other", "Other, as described"
    STEPS = "steps", "The alert’s own steps"


@dataclass(frozen=True)
class Vetting:
    """Who vetted a lead, when, and how; `words`: what was found."""

    by: str
    at: datetime
    method: str
    words: str = ""

    @property
    def text(self) -> str:
        """In a sentence."""
        found = f": {self.words}" if self.words else "."
        how = dict(VettingMethod.choices).get(self.method, "Not stated how")
        return f"{how}, by {self.by}, {days.format_time(self.at)}{found}"


@dataclass(frozen=True)
class Release:
    """What somebody states when a lead leaves under the number of a case: its `vetting`, or a disclosure's `purpose`
    and `use`, which says who gets it; `recipient`: which other agency."""

    number: str
    destination: str
    use: str = ""
    purpose: str = ""
    vetting: Vetting | None = None
    recipient: Recipient | None = None

    @property
    def why(self) -> str:
        """For the reason of its entry, and for who reads the copy."""
        return self.use or (self.vetting.text if self.vetting else "")

    @property
    def notes(self) -> dict[str, Any]:
        """The details of its entry."""
        vetting = self.vetting
        if vetting is None:
            notes: dict[str, Any] = {"destination": self.destination, "disclosed_for": self.purpose}
            if to := self.recipient:
                notes |= {"agency": to.ori, "declaration": to.declaration, "grant": to.grant}
            return notes
        return {
            "destination": self.destination,
            "vetted_by": vetting.by,
            "vetted_at": vetting.at.isoformat(),
            "vetted_how": vetting.method,
        }


@enforces("6.h.iii/approval", "SB40.share/words", "SB40.share/recorded")
def says_where_to(use: str) -> Decision:
    """Whether it is said who gets it, in any words but those that fit every case, and the law allows that."""
    if isinstance(barred := may_leave_for(use, "use"), Refusal):
        return barred
    if telling_words(use):
        return Allow()
    return Refusal(
        "6.h.iii",
        "This does not say who gets this, and for what.",
        "Name the person or office, as “district attorney”. Records handles any release outside law enforcement.",
        field="use",
    )


@enforces("6.e.iii/vetted")
def is_vetted(vetting: Vetting | None, now: datetime) -> Decision:
    """Whether it is said who vetted the lead, when, and how."""
    if vetting is None or not says_enough(vetting.by, 3):
        return _not_vetted("It is not stated who vetted this lead.", "Enter their name.", "vetted_by")
    if vetting.at > now + CLOCKS_DIFFER:
        return _not_vetted("The vetting is in the future.", "Enter when it was done.", "vetted_at")
    if vetting.method not in VettingMethod:
        return _not_vetted("It is not stated how this lead was vetted.", "Choose one.", "method")
    if vetting.method == VettingMethod.OTHER and not says_enough(vetting.words, THOROUGH):
        return _not_vetted("How this lead was vetted is not described.", "Say it in a sentence.", "words")
    return may_leave_for(vetting.words, "words") if vetting.words else Allow()


def _not_vetted(reason: str, help: str, field: str) -> Refusal:
    return Refusal("6.e.iii", reason, f"{help} A lead enters a case only once it is vetted.", field=field)


@enforces("6.e.iii/vetted", "6.h.iii/approval", "SB40.share/recorded", "SB40.declare/registry")
def may_release(release: Release, now: datetime) -> Decision:
    """The one rule of what leaves: a lead for a case is vetted and goes through DEMS; anything else is disclosed to
    somebody for a lawful purpose."""
    if release.destination == Destination.DEMS:
        return is_vetted(release.vetting, now)
    if release.destination != Destination.DISCLOSURE:
        return Refusal(
            "6.e.iii",
            "It is not stated where this goes.",
            "Choose a case, through DEMS, or a disclosure.",
            field="destination",
        )
    if release.purpose not in DisclosurePurpose:
        return Refusal(
            "6.h.iii",
            "The purpose of this disclosure is not stated.",
            "Choose one. A lead for a case folder goes through DEMS.",
            field="purpose",
        )
    if release.purpose == DisclosurePurpose.AGENCY:
        may_get = may_disclose_to(release.recipient)
        if isinstance(may_get, Refusal):
            return may_get
    return says_where_to(release.use)


@enforces("6.h.iii/approval")
def may_take_along(release: Release, now: datetime) -> Decision:
    """The same where somebody enters the number: whether a case is named too."""
    if wrong := flaw(release.number):
        return Refusal(
            "6.h.iii",
            f"“{release.number}” {wrong}.",
            "Enter the CAD or case number that this is for.",
            field="number",
        )
    return may_release(release, now)


class ReleaseForm(forms.Form):
    """What is stated when a lead leaves: `alerts/release.html` shows what the chosen destination needs."""

    destination = OneOfField(
        Destination,
        "Where it goes",
        "A lead enters a case folder only once it is vetted, and through DEMS (clause 6.e.iii).",
    )
    method = ButtonsField(
        [choice for choice in VettingMethod.choices if choice[0] != VettingMethod.STEPS],
        "How it was vetted",
        "How the lead was checked. Saved with the evidence.",
    )
    vetted_by = forms.CharField(label="Vetted by", max_length=120, help_text="Name and badge number.")
    vetted_at = MinuteField(label="Time of vetting", help_text="When that was done, local time.")
    words = LongTextField(
        2, "What was found", "Needed if it was vetted in another way.", max_length=400, required=False
    )
    purpose = ButtonsField(
        DisclosurePurpose.choices,
        "Purpose of the disclosure",
        "What the recipient will use it for. Saved in the audit log.",
    )
    agency = forms.ModelChoiceField(
        label="Which agency",
        queryset=Agency.objects.all(),
        required=False,
        empty_label="None",
        help_text="If another agency gets it: one on the register; of another state, with a declaration in force.",
    )
    use = LongTextField(
        2,
        "Who gets it, and for what",
        "Saved in the audit log. Records handles any release outside law enforcement (clause 6.h.iii).",
        max_length=400,
    )
    NEEDED = {
        Destination.DEMS: ("method", "vetted_by", "vetted_at"),
        Destination.DISCLOSURE: ("purpose", "use"),
    }
    OF_RELEASE = ("destination", "method", "vetted_by", "vetted_at", "words", "purpose", "agency", "use")
    OF_FILE: tuple[str, ...] = ()  # of a form's own fields, those that nothing needs where no file leaves

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self["destination"].value() if self.is_bound else None
        for destination, names in self.NEEDED.items():
            for name in names if self.is_bound and chosen != destination else ():
                self.fields[name].required = False
        for name in self.OF_FILE if self.sends and chosen == Destination.DEMS else ():
            self.fields[name].required = False

    @property
    def sends(self) -> bool:
        """Whether the system sends to DEMS itself, so that no file leaves for a case."""
        return settings.DEMS is not None

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Those of the page itself."""
        others = (*self.OF_RELEASE, *self.OF_FILE)
        return [field for field in self.visible_fields() if field.name not in others]

    @property
    def file_fields(self) -> list[forms.BoundField]:
        """Those of the file."""
        return [self[name] for name in self.OF_FILE]

    def release(self, number: str) -> Release:
        """As it was stated, once it is valid."""
        given = self.cleaned_data
        if given["destination"] == Destination.DISCLOSURE:
            agency = given["agency"] if given["purpose"] == DisclosurePurpose.AGENCY else None
            to = agency.as_recipient(clock.now()) if agency else None
            return Release(
                number, Destination.DISCLOSURE, given["use"].strip(), given["purpose"], recipient=to
            )
        vetting = Vetting(
            given["vetted_by"].strip(), given["vetted_at"], given["method"], given["words"].strip()
        )
        return Release(number, Destination.DEMS, vetting=vetting)


def release_initial(person: Person) -> dict[str, Any]:
    """What the form begins with: most people vet their own leads."""
    return {
        "vetted_by": f"{person} ({person.badge})" if person.badge else str(person),
        "vetted_at": clock.now(),
    }


@dataclass(frozen=True)
class CaseEntry:
    """A lead on its way into a case: where its export to DEMS is followed. `sends`: the system sends it, so that no
    file leaves."""

    url: str
    sends: bool


# A lead is to enter a case: `actor`; `release`, a vetted one; `alerts` (numbers) or `reads` (ReadKeys). The room of
# DEMS opens its export, within an act of its own, and returns a CaseEntry; it may raise Refused.
lead_enters_case = Signal()


@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")
def enter_case(
    actor: PersonActor, release: Release, *, alerts: Sequence[int] = (), reads: Sequence[ReadKey] = ()
) -> CaseEntry:
    """Have it exported to DEMS. Raises Refused."""
    [(_, entry)] = lead_enters_case.send(
        sender=Release, actor=actor, release=release, alerts=alerts, reads=reads
    )
    assert isinstance(entry, CaseEntry)  # noqa: S101
    return entry
