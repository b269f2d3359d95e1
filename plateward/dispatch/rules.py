"""Which call an alert belongs to, when a call closes, and what is new in CAD's message. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.alerts.facts import Stage
from plateward.alerts.routing.rules import distance_m
from plateward.links.eido import CadIncident, IncidentStatus
from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces

CLAUSE = "6.e.vii"
NEAR_M = 50_000  # meters: a vehicle gets no farther while a call can be joined
JOINS_WITHIN = timedelta(hours=2)
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=2), timedelta(minutes=1)


@dataclass(frozen=True)
class PlateSighting:
    """A listed plate, when and where; `place` is latitude and longitude, None if unknown."""

    plate: str
    state: str
    at: datetime
    place: tuple[float, float] | None = None


@enforces("6.e.vii", "6.c.ii")
def through_dispatch(*, rings: bool, covert: bool, has_unit: bool, listed: bool) -> bool:
    """Whether an alert opens a call by itself: it rings, its reader has no unit or its list is `listed` to go
    through Communications, and the list is not covert."""
    return rings and not covert and (listed or not has_unit)


@enforces("6.e.vii", "6.c.ii")
def may_tell(*, closed: bool, covert: bool, linked: bool) -> Decision:
    """Whether an officer may have this alert added to a call."""
    if closed:
        return Refusal(CLAUSE, "This alert is closed.", "There is nothing left for dispatch to do with it.")
    if covert:
        return Refusal(
            "6.c.ii",
            "The list of this alert is covert: its alerts are for those alone whom it names.",
            "Call whoever keeps the list before you tell anybody else.",
        )
    if linked:
        return Refusal(CLAUSE, "Dispatch has this alert already.", "Its call stands on the alert's page.")
    return Allow()


@enforces("6.e.vii")
def may_add(number: str, *, reached: bool, status: IncidentStatus | None, named: bool) -> Decision:
    """Whether an alert may be added to CAD's call of this number. `status` is None if CAD has none; `named`:
    the hub can store CAD's name for it."""
    if not reached:
        return Refusal(
            CLAUSE,
            f"CAD does not answer, so nobody knows whether it has a call {number}.",
            "Tell dispatch by voice. Without a number, Tell dispatch keeps the alert until CAD is back.",
        )
    if status is None:
        return Refusal(
            CLAUSE, f"CAD knows no call {number}.", "Correct the number, or tell dispatch without one."
        )
    if status is not IncidentStatus.OPEN:
        return Refusal(
            CLAUSE,
            f"CAD has {'closed' if status is IncidentStatus.CLOSED else 'cancelled'} call {number}.",
            "Choose a call that is open, or tell dispatch without a number.",
        )
    if not named:
        return Refusal(
            CLAUSE,
            f"CAD gives call {number} a name that is longer than the hub can keep.",
            "Tell dispatch without a number, and the ALPR administrator of this call.",
        )
    return Allow()


@enforces("6.e.vii")
def joins_call(sighting: PlateSighting, linked_sightings: Iterable[PlateSighting]) -> bool:
    """Whether an alert joins the call of these: same plate, recent, and within a vehicle's reach."""
    return any(
        (linked.plate, linked.state) == (sighting.plate, sighting.state)
        and abs(sighting.at - linked.at) <= JOINS_WITHIN
        and (
            sighting.place is None
            or linked.place is None
            or distance_m(sighting.place, linked.place) <= NEAR_M
        )
        for linked in linked_sightings
    )


@enforces("6.e.vii")
def may_close(stages: Collection[Stage]) -> Decision:
    """A call closes only with its alerts, and each alert only with a thorough disposition or a recall."""
    left = sum(stage != Stage.CLOSED for stage in stages)
    if left or not stages:
        return Refusal(
            CLAUSE,
            f"Of this call {left} {'alert is' if left == 1 else 'alerts are'} without a disposition.",
            "Close each alert with a disposition that names all enforcement action; the call closes with the last.",
        )
    return Allow()


def retry_delay(tries: int) -> timedelta:
    """How long to wait after this many failed tries."""
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << min(tries, 10)))


@dataclass(frozen=True)
class LastKnown:
    """CAD's latest message about a call."""

    status: str
    units: tuple[tuple[str, str], ...]
    at: datetime | None


@enforces("6.e.vii")
def news(last: LastKnown, heard: CadIncident) -> list[str] | None:
    """What CAD did since, in words. None: this is older than what is known, and is ignored."""
    if last.at is not None and heard.at < last.at:
        return None
    before, now = dict(last.units), {unit.name: unit.status for unit in heard.units}
    sentences = [f"CAD put {name} on it." for name in now if name not in before]
    sentences += [f"CAD took {name} off it." for name in before if name not in now]
    sentences += [
        f"{name} is {status.lower()}."
        for name, status in now.items()
        if name in before and before[name] != status
    ]
    if heard.status.value != last.status:
        sentences.append(
            {
                IncidentStatus.OPEN: "CAD has it open again.",
                IncidentStatus.CLOSED: "CAD closed it.",
                IncidentStatus.CANCELLED: "CAD cancelled it.",
            }[heard.status]
        )
    return sentences
