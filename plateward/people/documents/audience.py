"""Whom a version binds, who acknowledged it, and what a person may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.access.rules import binds
from plateward.people.actor_names import person_key
from plateward.people.documents import rules
from plateward.people.documents.models import ProtocolAcknowledgment, ProtocolVersion
from plateward.people.models import Person, Unit
from plateward.people.notices.actions import people_with
from plateward.people.permissions import Permission, Role


@dataclass(frozen=True)
class AcknowledgmentRow:
    """A person whom a version binds, or who acknowledged it when it did."""

    person: Person
    access: Access | None  # None: it no longer binds them
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class BindingVersion:
    """A version that bound a person at a moment, and whether they had acknowledged it."""

    version: ProtocolVersion
    acknowledged_at: datetime | None  # at any time
    in_time: bool  # before the moment


@dataclass(frozen=True)
class VersionStatus:
    """In words, and the color of its tag."""

    label: str
    tone: str


def status_of(version: ProtocolVersion, *, in_force: bool) -> VersionStatus:
    if version.protocol.withdrawn_at:
        return VersionStatus("Withdrawn", "bad")
    if version.approved_at is None:
        if version.submitted_at:
            return VersionStatus("Waiting for the Chief", "normal")
        return VersionStatus("Returned", "bad") if version.returned_note else VersionStatus("Draft", "")
    if in_force:
        return VersionStatus("In effect", "good")
    is_coming = version.effective_at and version.effective_at > clock.now()
    return VersionStatus("Approved", "normal") if is_coming else VersionStatus("Superseded", "")


@enforces("6.b.i.1/due")
def reviews_due(by: date) -> dict[ProtocolVersion, date]:
    """The versions in force whose review is due on this day or before, each with its day, the earliest first. One whose
    successor is approved has been reviewed."""
    coming = ProtocolVersion.objects.filter(protocol=OuterRef("protocol"), number__gt=OuterRef("number"))
    versions = ProtocolVersion.objects.in_force(clock.now()).filter(~Exists(coming.exclude(approved_at=None)))
    rows = versions.defer("text").select_related("protocol").prefetch_related("reviews")
    due = {version: due_of(version) for version in rows}
    return {version: day for version, day in sorted(due.items(), key=lambda each: each[1]) if day <= by}


def due_of(version: ProtocolVersion) -> date:
    """When its review is due."""
    last = max((days.day_of(review.at) for review in version.reviews.all()), default=None)
    return rules.review_due(version.effective_on, version.review_on, last)


def owners_of(version: ProtocolVersion) -> list[Person]:
    """Who reviews it: its author, and once they write protocols no longer, whoever does."""
    writers = people_with(Permission.PROTOCOL_DRAFT)
    return [person for person in writers if person_key(person) == version.drafted_by] or list(writers)


def binds_access(version: ProtocolVersion, access: Access | None) -> bool:
    return access is not None and binds(version.roles, version.units, access.role, access.unit_id)


def access_of(person: Person, moment: datetime) -> Access | None:
    return standing.approved_access(moment, person=person).last()


def accesses_at(moment: datetime) -> dict[int, Access]:
    """Everybody's access in force at the moment, by person."""
    return {access.person_id: access for access in standing.approved_access(moment)}


def people_bound(version: ProtocolVersion, accesses: Mapping[int, Access]) -> dict[int, Access]:
    """Those of these accesses by which it binds a person (by key)."""
    return {key: access for key, access in accesses.items() if binds_access(version, access)}


@enforces("6.b.i.1/acknowledged")
def acknowledgment_rows(version: ProtocolVersion, people: QuerySet[Person]) -> list[AcknowledgmentRow]:
    """Of these people, whom it binds now or who acknowledged it: those who have not, first."""
    bound = people_bound(version, accesses_at(clock.now()))
    acknowledged = dict(version.acknowledgments.values_list("person", "at"))
    concerned = people.filter(pk__in={*bound, *acknowledged}).select_related("supervisor")
    rows = [
        AcknowledgmentRow(person, bound.get(person.pk), acknowledged.get(person.pk)) for person in concerned
    ]
    return sorted(rows, key=lambda row: (row.acknowledged_at is not None, row.person.full_name))


@enforces("6.b.i.1/acknowledged")
def binding_versions(person: Person, moment: datetime) -> list[BindingVersion]:
    """The protocols in effect that bound this person at a moment, past or present."""
    access = access_of(person, moment)
    in_force = ProtocolVersion.objects.in_force(moment).defer("text").order_by("title")
    given = dict(ProtocolAcknowledgment.objects.filter(person=person).values_list("version", "at"))
    return [
        BindingVersion(version, at := given.get(version.pk), at is not None and at <= moment)
        for version in in_force
        if binds_access(version, access)
    ]


@enforces("6.b.i.1/versions")
def readable_versions(person: Person) -> QuerySet[ProtocolVersion]:
    """What this person may read: authors and the Chief every version, those who see acknowledgments the approved ones,
    anybody else the approved ones that bind them, earlier ones included."""
    versions = ProtocolVersion.objects.select_related("protocol", "original")
    may = person.permissions if standing.standing_of(person).authorized else frozenset[Permission]()
    if may & {Permission.PROTOCOL_DRAFT, Permission.PROTOCOL_APPROVE}:
        return versions
    approved = versions.exclude(approved_at=None)
    if Permission.PROTOCOL_VIEW in may:
        return approved
    access = access_of(person, clock.now())
    return approved.filter(
        pk__in=[version.pk for version in approved.defer("text") if binds_access(version, access)]
    )


def describe_audience(versions: Iterable[ProtocolVersion]) -> dict[int, str]:
    """Whom each binds, in words."""
    names = dict(Unit.objects.values_list("pk", "name"))
    words = {}
    for version in versions:
        roles = ", ".join(Role(role).label for role in version.roles) or "Everyone"
        units = ", ".join(sorted(names.get(int(unit), f"unit {unit}") for unit in version.units))
        words[version.pk] = f"{roles} in {units}" if units else roles
    return words
