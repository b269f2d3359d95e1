"""Who has not acknowledged is reminded every week; after two, whoever leads them is told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from plateward import clock
from plateward.audit.actor import HUB
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, act
from plateward.db.locking import lock_row
from plateward.people.access import fact_query, standing
from plateward.people.access.models import Access
from plateward.people.access.rules import OwedProtocol
from plateward.people.chain_of_command.routing import ReviewMatter, review_routes
from plateward.people.documents.actions import ASKED, is_current
from plateward.people.documents.audience import accesses_at, people_bound
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_notified, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.people.protocols.models import ProtocolVersion
from plateward.policy.trace import enforces

EVERY = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class _Reminders:
    """Who is reminded now, and who is told of which of their people."""

    people: tuple[Person, ...]
    above: Mapping[Person, list[Person]]


@enforces("6.b.i.1")
def remind() -> int:
    """Remind whoever is due, and settle what is over. Returns the number of versions with reminders."""
    now = clock.now()
    owing: dict[int, list[tuple[Person, OwedProtocol]]] = defaultdict(list)
    for person, owed in acknowledgments_owed(now):
        owing[owed.version].append((person, owed))
    done, accesses = 0, accesses_at(now)
    for version in ProtocolVersion.objects.exclude(approved_at=None).select_related("protocol").defer("text"):
        done += _remind_of(version, owing[version.pk], accesses)
    return done


def acknowledgments_owed(now: datetime) -> Iterator[tuple[Person, OwedProtocol]]:
    """Who has yet to acknowledge what, without those who cannot work: they are asked when they return."""
    people = {person.pk: person for person in standing.holders(now)}
    for key, facts in fact_query.read_facts(people, now, present=True).items():
        if not (facts.suspensions or facts.revoked):
            yield from ((people[key], owed) for owed in facts.protocols)


def _remind_of(
    version: ProtocolVersion, owing: list[tuple[Person, OwedProtocol]], accesses: Mapping[int, Access]
) -> bool:
    bound = people_bound(version, accesses) if is_current(version) else {}
    for kind in ASKED:  # whom it no longer binds must not read it
        settle_matter(kind, version, Person.objects.exclude(pk__in=bound))
    plan = _plan(version, owing)
    if not plan.people and not plan.above:
        return False
    with act(HUB, Event.PROTOCOL_REMIND, f"protocol:{version.protocol_id}") as entry:
        lock_row(version.protocol)
        plan = _plan(version, owing)
        if not plan.people and not plan.above:
            entry.note(passed=DONE_MEANWHILE)
            return False
        entry.note(
            version=version.number,
            people=[person.username for person in plan.people],
            told=[person.username for person in plan.above],
        )
        settle_matter(Kind.PROTOCOL_REMIND, version, plan.people)
        text = f"You have not acknowledged the protocol “{version.title}”, version {version.number}."
        notify(plan.people, Kind.PROTOCOL_REMIND, text, version)
        link = reverse("protocols:acknowledgments", args=[version.pk])
        for leader, below in plan.above.items():
            names = ", ".join(str(person) for person in below)
            settle_matter(Kind.PROTOCOL_ESCALATE, version, [leader])
            told = f"“{version.title}”, version {version.number}, is not acknowledged by your people: {names}"
            notify([leader], Kind.PROTOCOL_ESCALATE, told, version, link=link)
    return True


def _plan(version: ProtocolVersion, owing: list[tuple[Person, OwedProtocol]]) -> _Reminders:
    now = clock.now()
    lately = {key for kind in ASKED for key in people_notified(kind, version, EVERY)}
    due = [person for person, owed in owing if now - owed.since >= EVERY and person.pk not in lately]
    late = {person.pk: person for person, owed in owing if now - owed.since >= ESCALATED_AFTER}
    routes = review_routes(
        {key: ReviewMatter(person) for key, person in late.items()}, Permission.PROTOCOL_VIEW
    )
    above: dict[Person, list[Person]] = defaultdict(list)
    for key, route in routes.items():
        for leader in route.reviewers:
            above[leader].append(late[key])
    told = people_notified(Kind.PROTOCOL_ESCALATE, version, EVERY)
    over = people_notified(Kind.PROTOCOL_ESCALATE, version, timedelta(days=366)) - {
        leader.pk for leader in above
    }
    if over:
        settle_matter(Kind.PROTOCOL_ESCALATE, version, Person.objects.filter(pk__in=over))
    return _Reminders(tuple(due), {leader: below for leader, below in above.items() if leader.pk not in told})
