"""Which call an alert belongs to, when a call closes, and what is new in CAD's message. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plateward.ground.links.eido import CadIncident, IncidentStatus
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.distance import meters_between
from plateward.work.alerts.facts import Stage

CLAUSE = "6.e.vii"
NEAR_M = 50_000  # meters: a vehicle gets no farther while a call can be joined
JOINS_WITHIN = timedelta(hours=2)


@dataclass(frozen=True)
class PlateSighting:
    """A listed plate, when and where; `place` is latitude and longitude, None if unknown."""

    plate: str
    state: str
    at: datetime
    place: tuple[float, float] | None = None


@enforces("6.e.vii/type", "6.c.ii/lists")
def through_dispatch(*, rings: bool, covert: bool, has_unit: bool, listed: bool) -> bool:
    """Whether an alert opens a call by itself: it rings, its reader has no unit or its list is `listed` to go
    through Communications, and the list is not covert."""
    return rings and not covert and (listed or not has_unit)


@enforces("6.e.vii/added", "6.c.ii/lists")
def may_tell(*, closed: bool, covert: bool, linked: bool) -> Decision:
    """Whether an officer may have this alert added to a call."""
    if closed:
        return Refusal(CLAUSE, "This alert is closed.", "No dispatch action is needed.")
    if covert:
        return Refusal(
            "6.c.ii",
            "This alert's list is covert: only the people it names see its alerts.",
            "Call the list's administrator before you notify anyone else.",
        )
    if linked:
        return Refusal(CLAUSE, "Dispatch already has this alert.", "See its call on the alert's page.")
    return Allow()


@enforces("6.e.vii/added")
def may_add(number: str, *, reached: bool, status: IncidentStatus | None, named: bool) -> Decision:
    """Whether an alert may be added to CAD's call of this number. `status` is None if CAD has none; `named`:
    the hub can store CAD's name for it."""
    if not reached:
        return Refusal(
            CLAUSE,
            f"CAD is not responding, so call {number} cannot be checked.",
            "Notify dispatch by voice. Without a number, Send to dispatch keeps the alert until CAD is back.",
        )
    if status is None:
        return Refusal(
            CLAUSE, f"CAD has no call {number}.", "Correct the number, or send it to dispatch without one."
        )
    if status is not IncidentStatus.OPEN:
        return Refusal(
            CLAUSE,
            f"CAD has {'closed' if status is IncidentStatus.CLOSED else 'canceled'} call {number}.",
            "Choose an open call, or send it to dispatch without a number.",
        )
    if not named:
        return Refusal(
            CLAUSE,
            f"CAD's identifier for call {number} is too long.",
            "Send it to dispatch without a number, and report this call to the ALPR administrator.",
        )
    return Allow()


@enforces("6.e.vii/type")
def call_to_join(sighting: PlateSighting, calls: Sequence[Sequence[PlateSighting]]) -> int | None:
    """The index of the call that an alert joins, each given as its alerts' sightings: same plate, recent, and within a
    vehicle's reach. An unknown place is taken as near where no other recent call of the plate says otherwise."""
    recent = [[linked.place for linked in call if _same_and_recent(sighting, linked)] for call in calls]
    there = [index for index, places in enumerate(recent) if places]
    here = sighting.place
    for index in there:
        known = [place for place in recent[index] if place]
        if any(meters_between(*here, *place) <= NEAR_M for place in known) if here else not known:
            return index
    if len(there) == 1 and (here is None or not any(recent[there[0]])):
        return there[0]
    return None


def _same_and_recent(sighting: PlateSighting, linked: PlateSighting) -> bool:
    same = (linked.plate, linked.state) == (sighting.plate, sighting.state)
    return same and abs(sighting.at - linked.at) <= JOINS_WITHIN


@enforces("6.e.vii/closing")
def may_close(stages: Collection[Stage]) -> Decision:
    """A call closes only with its alerts, and each alert only with a thorough disposition or a recall."""
    left = sum(stage != Stage.CLOSED for stage in stages)
    if left or not stages:
        return Refusal(
            CLAUSE,
            f"{left} {'alert has' if left == 1 else 'alerts have'} no disposition on this call.",
            "Close each alert with a disposition that lists all enforcement action; the call closes with the last.",
        )
    return Allow()


@dataclass(frozen=True)
class LastKnown:
    """CAD's latest message about a call."""

    status: str
    units: tuple[tuple[str, str], ...]
    at: datetime | None


@enforces("6.e.vii/closing")
def news(last: LastKnown, heard: CadIncident) -> list[str] | None:
    """What CAD did since, in words. None: this is older than what is known, and is ignored."""
    if last.at is not None and heard.at < last.at:
        return None
    before, now = dict(last.units), {unit.name: unit.status for unit in heard.units}
    sentences = [f"CAD assigned {name}." for name in now if name not in before]
    sentences += [f"CAD cleared {name}." for name in before if name not in now]
    sentences += [
        f"{name} is {status.lower()}."
        for name, status in now.items()
        if name in before and before[name] != status
    ]
    if heard.status.value != last.status:
        sentences.append(
            {
                IncidentStatus.OPEN: "CAD reopened it.",
                IncidentStatus.CLOSED: "CAD closed it.",
                IncidentStatus.CANCELLED: "CAD canceled it.",
            }[heard.status]
        )
    return sentences
