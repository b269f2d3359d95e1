"""What is known of an alert, as the rules see it: no database, no plate of anybody's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """How far an alert has come."""

    NEW = "new"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    OTHER_VEHICLE = "other_vehicle"
    OBSERVED = "observed"
    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    ACTED = "acted"
    RETURNED = "returned"
    CLOSED = "closed"


STAGE_TEXT = {
    Stage.NEW: "New: read the plate",
    Stage.CONFIRMED: "Plate confirmed",
    Stage.NOT_CONFIRMED: "Not the listed plate",
    Stage.OTHER_VEHICLE: "Not the listed vehicle",
    Stage.OBSERVED: "Seen on the vehicle",
    Stage.VERIFIED: "Verified",
    Stage.NOT_VERIFIED: "Not verified",
    Stage.ACTED: "Acted upon",
    Stage.RETURNED: "Disposition returned",
    Stage.CLOSED: "Closed",
}
# Nothing more can come of the vehicle: another read of its plate is another alert.
OVER_STAGES = (Stage.RETURNED, Stage.CLOSED)


class VerificationSource(StrEnum):
    """Who verifies."""

    NCIC = "ncic"
    FMCSA = "fmcsa"


SOURCE_TEXT = {VerificationSource.NCIC: "NCIC", VerificationSource.FMCSA: "FMCSA"}


class VerificationAnswer(StrEnum):
    """What NCIC or FMCSA said: HIT is the positive answer of either; CLEAR is FMCSA's, of a vehicle and carrier that
    may be on the road. A switch that is down or unreadable gave no answer about the plate."""

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


class AlertOutcome(StrEnum):
    """How an alert ends."""

    ENFORCEMENT = "enforcement"
    ENCOUNTER = "encounter"
    INVESTIGATION = "investigation"
    NOT_LOCATED = "not_located"
    NOT_VERIFIED = "not_verified"
    MISREAD = "misread"
    OTHER_PLATE = "other_plate"
    WRONG_STATE = "wrong_state"
    WRONG_VEHICLE = "wrong_vehicle"
    STALE = "stale"


OUTCOME_TEXT = {
    AlertOutcome.ENFORCEMENT: "Enforcement action taken",
    AlertOutcome.ENCOUNTER: "Encounter, no enforcement action",
    AlertOutcome.INVESTIGATION: "Investigation opened",
    AlertOutcome.NOT_LOCATED: "Vehicle not located or not stopped",
    AlertOutcome.NOT_VERIFIED: "Not verified",
    AlertOutcome.MISREAD: "Camera misread the plate",
    AlertOutcome.OTHER_PLATE: "Camera read it correctly, the listed plate is a different one",
    AlertOutcome.WRONG_STATE: "Plate is from another state than listed",
    AlertOutcome.WRONG_VEHICLE: "Another class of vehicle than listed",
    AlertOutcome.STALE: "Entry should no longer be on the list",
}


class FaultKind(StrEnum):
    """What a person found wrong with an alert."""

    PLATE = "plate"
    STATE = "state"
    VEHICLE_CLASS = "vehicle_class"
    STALE = "stale"


FAULT_TEXT = {
    FaultKind.PLATE: "Wrong plate",
    FaultKind.STATE: "Wrong state",
    FaultKind.VEHICLE_CLASS: "Wrong vehicle class",
    FaultKind.STALE: "Stale entry",
}

# The outcomes that say the same as a fault: which one is true the record decides.
FAULT_OUTCOMES = {
    FaultKind.PLATE: (AlertOutcome.MISREAD, AlertOutcome.OTHER_PLATE),
    FaultKind.STATE: (AlertOutcome.WRONG_STATE,),
    FaultKind.VEHICLE_CLASS: (AlertOutcome.WRONG_VEHICLE,),
    FaultKind.STALE: (AlertOutcome.STALE,),
}


@dataclass(frozen=True)
class Facts:
    """Everything the rules ask of an alert. None: nobody has said yet. `differs`: what of plate and state a person read
    otherwise than it is listed; `misread`: whether the camera read that plate otherwise than the person did (None also
    where its read is not kept any more). `doubted`: what of `faults` nobody has settled since, by another look at the
    vehicle or another answer of NCIC. `answer` is the one that counts, and `source` gave it; `refuted`: it was NCIC's,
    and the agency that entered the record says that it is not valid. `own`: this agency itself answers for the entry;
    of one that NCIC does not have (`absent`) the entering unit says whether it is `active`, and the Chief whether that
    `suffices` for an encounter. `other_class`: somebody saw another class of vehicle than the entry or NCIC describes;
    `unexplained`: what else of it differs, and nobody has said why. `observed` is None, too, where the vehicle is
    described and its observer could tell nothing of what is. `returned`: it is closed, but for its disposition, which
    is to be completed."""

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
    suffices: bool = False
    other_class: bool = False
    unexplained: frozenset[str] = frozenset()
    acts: frozenset[ActKind] = frozenset()
    faults: frozenset[FaultKind] = frozenset()
    doubted: frozenset[FaultKind] = frozenset()
    overridden: bool = False
    recalled: bool = False
    closed: bool = False
    returned: bool = False

    @property
    def verified(self) -> bool:
        """Whether a positive answer stands, fresh or not: of NCIC or FMCSA, or of the entering unit where its word
        suffices."""
        return (self.answer == VerificationAnswer.HIT or self.verified_by_unit) and not self.refuted

    @property
    def verified_by_unit(self) -> bool:
        """Whether the entering unit's word verifies it: NCIC was asked and has no record, and the Chief lets it."""
        return self.own and self.absent and self.suffices and self.active is True

    @property
    def stage(self) -> Stage:
        """How far it has come; the furthest step counts."""
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
