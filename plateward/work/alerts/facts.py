"""What is known about an alert, as the rules see it: no database, nobody's plate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices


class Stage(TextChoices):
    """How far an alert has come."""

    NEW = "new", "New: read the plate"
    CONFIRMED = "confirmed", "Plate confirmed"
    NOT_CONFIRMED = "not_confirmed", "Not the listed plate"
    OTHER_VEHICLE = "other_vehicle", "Not the listed vehicle"
    OBSERVED = "observed", "Seen on the vehicle"
    VERIFIED = "verified", "Hit"
    NOT_VERIFIED = "not_verified", "Not verified"
    ACTED = "acted", "Action taken"
    MARKED = "marked", "Closing: not a match"
    RETURNED = "returned", "Disposition returned"
    CLOSED = "closed", "Closed"


# These alerts are over: another read of the plate raises another alert.
OVER_STAGES = (Stage.RETURNED, Stage.CLOSED)


class VerificationSource(TextChoices):
    """Who verifies."""

    NCIC = "ncic", "NCIC"
    FMCSA = "fmcsa", "FMCSA"


class VerificationAnswer(StrEnum):
    """What NCIC or FMCSA said. HIT is the positive answer of either; CLEAR is FMCSA's for a vehicle and
    carrier that may operate. A switch that is down or unreadable gave no answer about the plate."""

    HIT = "hit"
    NO_RECORD = "no_record"
    CLEAR = "clear"
    DOWN = "down"
    GARBLED = "garbled"


class ActKind(StrEnum):
    """What may begin only after the plate is confirmed, observed and verified."""

    ENCOUNTER = "encounter"
    INVESTIGATION = "investigation"
    ENFORCEMENT = "enforcement"


# A stop, and what follows from one; to investigate further stops nobody.
STOPS = frozenset({ActKind.ENCOUNTER, ActKind.ENFORCEMENT})


class AlertOutcome(TextChoices):
    """How an alert ends."""

    ENFORCEMENT = "enforcement", "Enforcement action taken"
    ENCOUNTER = "encounter", "Encounter, no enforcement action"
    INVESTIGATION = "investigation", "Investigation opened"
    NOT_LOCATED = "not_located", "Vehicle not located or not stopped"
    NOT_VERIFIED = "not_verified", "Not verified"
    MISREAD = "misread", "Camera misread the plate"
    OTHER_PLATE = "other_plate", "Camera read it correctly, the listed plate is a different one"
    WRONG_STATE = "wrong_state", "Plate is from another state than listed"
    WRONG_VEHICLE = "wrong_vehicle", "Another class of vehicle than listed"
    STALE = "stale", "Entry should no longer be on the list"


class FaultKind(TextChoices):
    """What a person found wrong with an alert."""

    PLATE = "plate", "Wrong plate"
    STATE = "state", "Wrong state"
    VEHICLE_CLASS = "vehicle_class", "Wrong vehicle class"
    STALE = "stale", "Stale entry"


# The outcomes that say the same as a fault; the record decides which is true.
FAULT_OUTCOMES = {
    FaultKind.PLATE: (AlertOutcome.MISREAD, AlertOutcome.OTHER_PLATE),
    FaultKind.STATE: (AlertOutcome.WRONG_STATE,),
    FaultKind.VEHICLE_CLASS: (AlertOutcome.WRONG_VEHICLE,),
    FaultKind.STALE: (AlertOutcome.STALE,),
}


@dataclass(frozen=True)
class Facts:
    """Everything the rules need about an alert. None: nobody has said yet. `differs`: where a person's
    reading of plate and state differs from the entry; `misread`: whether the camera read the plate
    differently from the person (None also when its read is not to be had). `doubted`: the `faults` not
    settled since by another look at the vehicle or another NCIC answer. `answer` is the one that counts, from
    `source`; `refuted`: NCIC's answer, and the agency that entered the record says that it is not valid.
    `own`: this agency answers for the entry; if NCIC lacks it (`absent`), the entering unit says whether it is
    `active` (`active_by`: the key of who said so), and the Chief whether that `suffices` for an encounter.
    `commercial`: somebody saw a truck, bus or trailer, or FMCSA knows the vehicle.
    `other_class`: somebody saw another vehicle class than the entry or NCIC describes; `unexplained`: other
    differences that nobody has explained. `observed` is also None when the vehicle is described and its observer could
    tell none of that.
    `marked`: closed, unless that is undone within seconds, since one press said that it is not a match. `returned`:
    closed except for its disposition, which must be completed."""

    agrees: bool | None = None
    differs: frozenset[FaultKind] = frozenset()
    misread: bool | None = None
    observed: bool | None = None
    answer: VerificationAnswer | None = None
    answered_at: datetime | None = None
    source: VerificationSource = VerificationSource.NCIC
    refuted: bool = False
    own: bool = False
    absent: bool = False
    active: bool | None = None
    active_at: datetime | None = None
    active_by: int | None = None
    suffices: bool = False
    commercial: bool = False
    other_class: bool = False
    unexplained: frozenset[str] = frozenset()
    acts: frozenset[ActKind] = frozenset()
    faults: frozenset[FaultKind] = frozenset()
    doubted: frozenset[FaultKind] = frozenset()
    overridden: bool = False
    recalled: bool = False
    closed: bool = False
    marked: FaultKind | None = None
    returned: bool = False

    @property
    def verified(self) -> bool:
        """Whether a positive answer stands, fresh or not: from NCIC or FMCSA, or the entering unit where that
        suffices."""
        return (self.answer == VerificationAnswer.HIT or self.verified_by_unit) and not self.refuted

    @property
    def verified_by_unit(self) -> bool:
        """Whether the entering unit's answer verifies it: NCIC has no record, and the Chief allows it."""
        return self.own and self.absent and self.suffices and self.active is True

    @property
    def stage(self) -> Stage:
        """How far it has come; the furthest step counts."""
        if self.marked:
            return Stage.MARKED
        if self.closed:
            return Stage.RETURNED if self.returned else Stage.CLOSED
        if self.acts:
            return Stage.ACTED
        if self.agrees is None:
            return Stage.NEW
        if not self.agrees:
            return Stage.NOT_CONFIRMED
        if self.other_class:
            return Stage.OTHER_VEHICLE
        if self.verified:
            return Stage.VERIFIED
        if self.answer in (VerificationAnswer.HIT, VerificationAnswer.NO_RECORD, VerificationAnswer.CLEAR):
            return Stage.NOT_VERIFIED
        return Stage.OBSERVED if self.observed else Stage.CONFIRMED
