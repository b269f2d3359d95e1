"""Who has not acknowledged is reminded every week; after two, whoever leads them is told. Likewise whoever owns what is
to be reviewed, from a month before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.db.locking import lock_row
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import fact_query, standing
from plateward.people.access.rules import OwedProtocol
from plateward.people.chain_of_command.routing import ReviewMatter, review_routes
from plateward.people.documents.actions import ASKED, is_current
from plateward.people.documents.audience import accesses_at, due_of, owners_of, people_bound, reviews_due
from plateward.people.documents.models import ProtocolVersion
from plateward.people.documents.rules import REVIEW_TOLD
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_notified, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission

EVERY = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class _Owing:
    """A version, who has yet to acknowledge it, and who leads those of them who are late."""

    version: ProtocolVersion
    owed: list[tuple[Person, OwedProtocol]]
    above: Mapping[Person, list[Person]]

    @property
    def due(self) -> list[Person]:
        """Who is reminded now."""
        now, lately = (
            clock.now(),
            {key for kind in ASKED for key in people_notified(kind, self.version, EVERY)},
        )
        return [person for person, owed in self.owed if now - owed.since >= EVERY and person.pk not in lately]

    @property
    def told(self) -> dict[Person, list[Person]]:
        """Who is told now of which of their people."""
        lately = people_notified(Kind.PROTOCOL_ESCALATE, self.version, EVERY)
        return {leader: below for leader, below in self.above.items() if leader.pk not in lately}


def acknowledgments_owed(now: datetime) -> Iterator[tuple[Person, OwedProtocol]]:
    """Who has yet to acknowledge what, without those who cannot work: they are asked when they return."""
    people = {person.pk: person for person in standing.holders(now)}
    for key, facts in fact_query.read_facts(people, now, present=True).items():
        if not (facts.suspensions or facts.revoked):
            yield from ((people[key], owed) for owed in facts.protocols)


def _versions() -> Iterator[_Owing]:
    """Each; nobody has a notice left of one that no longer binds them, nor of people who are not late any more."""
    now = clock.now()
    owing: dict[int, list[tuple[Person, OwedProtocol]]] = defaultdict(list)
    for person, owed in acknowledgments_owed(now):
        owing[owed.version].append((person, owed))
    accesses = accesses_at(now)
    for version in ProtocolVersion.objects.exclude(approved_at=None).select_related("protocol").defer("text"):
        bound = people_bound(version, accesses) if is_current(version) else {}
        for kind in ASKED:  # whom it no longer binds must not read it
            settle_matter(kind, version, Person.objects.exclude(pk__in=bound))
        owed_now = owing[version.pk]
        above = _leaders_of([person for person, owed in owed_now if now - owed.since >= ESCALATED_AFTER])
        leaders = [leader.pk for leader in above]
        settle_matter(Kind.PROTOCOL_ESCALATE, version, Person.objects.exclude(pk__in=leaders))
        yield _Owing(version, owed_now, above)


def _leaders_of(people: Iterable[Person]) -> dict[Person, list[Person]]:
    """Who leads which of these people now."""
    late = {person.pk: person for person in people}
    matters = {key: ReviewMatter(person) for key, person in late.items()}
    above: dict[Person, list[Person]] = defaultdict(list)
    for key, route in review_routes(matters, Permission.PROTOCOL_VIEW).items():
        for leader in route.reviewers:
            above[leader].append(late[key])
    return above


def _locked(owing: _Owing) -> _Owing:
    lock_row(owing.version.protocol)
    return owing


@enforces("6.b.i.1/acknowledged")
def _remind(entry: EntryDraft, owing: _Owing) -> None:
    version, due, told = owing.version, owing.due, owing.told
    entry.note(
        version=version.number,
        people=[person.username for person in due],
        told=[person.username for person in told],
    )
    settle_matter(Kind.PROTOCOL_REMIND, version, due)
    text = f"You have not acknowledged the protocol “{version.title}”, version {version.number}."
    notify(due, Kind.PROTOCOL_REMIND, text, version)
    link = reverse("protocols:acknowledgments", args=[version.pk])
    for leader, below in told.items():
        names = ", ".join(str(person) for person in below)
        settle_matter(Kind.PROTOCOL_ESCALATE, version, [leader])
        text = f"“{version.title}”, version {version.number}, is not acknowledged by your people: {names}"
        notify([leader], Kind.PROTOCOL_ESCALATE, text, version, link=link)


remind = Reminder(
    Event.PROTOCOL_REMIND,
    _versions,
    lambda owing: bool(owing.due or owing.told),
    _remind,
    _locked,
    lambda owing: f"protocol:{owing.version.protocol_id}",
    every=3600.0,
)


def _is_review_due(version: ProtocolVersion) -> bool:
    due = due_of(version) <= days.today() + REVIEW_TOLD
    return due and not was_notified(Kind.PROTOCOL_REVIEW, version, EVERY)


@enforces("6.b.i.1/due")
def _remind_of_review(entry: EntryDraft, version: ProtocolVersion) -> None:
    due, owners = due_of(version), owners_of(version)
    entry.note(version=version.number, due=str(due), people=[person.username for person in owners])
    late = "has been due since" if due < days.today() else "is due on"
    text = f"The review of the protocol “{version.title}” {late} {clock.format_day(due)}."
    notify(owners, Kind.PROTOCOL_REVIEW, text, version, again=True)


remind_of_review = Reminder(
    Event.PROTOCOL_REMIND,
    lambda: reviews_due(days.today() + REVIEW_TOLD),
    _is_review_due,
    _remind_of_review,
    subject=lambda version: f"protocol:{version.protocol_id}",
    every=3600.0,
)
