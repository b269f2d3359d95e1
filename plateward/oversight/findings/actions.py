"""The only place that writes: findings, looks at them, outcomes, thresholds."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.records.gate import Kept
from plateward.core.db.locking import lock_row
from plateward.core.decisions.reminders import DAY, Reminder, levels_late
from plateward.core.jobs.lease import finish, release, renew, still_leased, take
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors import records, routing
from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.detector import QUIET
from plateward.oversight.detectors.every import find_all
from plateward.oversight.detectors.history import History
from plateward.oversight.findings import feed, rules
from plateward.oversight.findings.audience import (
    NOBODY,
    OUTSIDE,
    barred_from,
    people_to_notify,
    people_who_authorize,
)
from plateward.oversight.findings.models import (
    Finding,
    FindingOutcome,
    FindingView,
    ThresholdChange,
    WatchRun,
)
from plateward.people.actor import PersonActor
from plateward.people.days import format_time
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, withdraw_notices
from plateward.people.notices.kinds import Kind

HUB = Actor("system", "oversight", "The hub, watching its own log")
KINDS = [kind for kind in Kind if kind.startswith("finding.")]
EVERY, LEASE = timedelta(hours=1), timedelta(minutes=30)
LOOKS_BACK = timedelta(days=120)  # of the log that each run reads
AHEAD = timedelta(days=2)  # before its time is over a finding is first reminded of
EVENTS = 2000  # after so many a run renews its lease


THRESHOLDS = Kept(
    {"oversight_thresholdchange": "r.id, r.name, r.value"},
    lambda tables: {name: value for _, name, value in sorted(tables["oversight_thresholdchange"])},
)


@enforces("6.b.i.9/records", "AU-9/found")
def numbers_now() -> rules.Numbers:
    """The detectors' numbers that are in effect; the defaults while one that was set is not as the log says."""
    values, altered = THRESHOLDS.read()
    return rules.numbers_of({} if altered else values)


@enforces(
    "6.a.ii.2/found",
    "6.a.ii.2/group",
    "6.a.ii.3/found",
    "6.a.i.2/lending",
    "AU-6/findings",
    "6.b.i.10/unusual",
)
def watch_log() -> None:
    """Run the log of the last months through the detectors, once an hour on one node, and report what is new. Raises
    what stopped a detector, after the others' findings are kept."""
    WatchRun.objects.get_or_create(pk=1)
    now = clock.now()
    due = WatchRun.objects.exclude(ran_at__gt=now - EVERY, ran_at__lte=now)  # a clock set back delays none
    for run in take(due, LEASE):
        failures: list[Exception] = []
        beat = partial(renew, run, LEASE)
        try:
            report(findings_in_log(failures, beat), beat)
            finish(run, ran_at=clock.now())
        finally:
            release(still_leased(run))
        if failures:
            raise failures[0]


def _no_beat() -> None:
    """Nothing is leased."""


def findings_in_log(
    failures: list[Exception] | None = None, beat: Callable[[], None] = _no_beat
) -> list[records.Pattern]:
    """What the detectors find in the log now. `failures` gets the errors of detectors, which otherwise raise; `beat` is
    called now and then."""
    since = clock.now() - LOOKS_BACK

    def events() -> Iterator[records.LogEvent]:
        for number, event in enumerate(feed.log_events(since), 1):
            if number % EVENTS == 0:
                beat()
            yield event

    people, roster, cad = (
        feed.known_people(),
        feed.shifts_since(since),
        CadBook(feed.cad_records(since)),
    )
    history = History(events(), people, roster, cad)
    return find_all(history, numbers_now(), failures, lambda _: beat())


@enforces("6.a.ii.2/found", "6.a.ii.2/group", "6.a.ii.3/found", "6.f.i.3/investigate")
def report(findings: Iterable[records.Pattern], beat: Callable[[], None] = _no_beat) -> list[Finding]:
    """Keep what was found: a pattern that goes on is counted on, a new one is a finding of its own, and those whom it
    concerns are notified; never its subject. A pattern that goes on after its outcome is new, and goes a level higher.
    `beat` is called in the transaction that keeps a finding: it raises if another node reports. Returns the rows."""
    people = {person.username: person for person in Person.objects.all()}
    numbers = numbers_now()
    kept = []
    for finding in findings:
        if finding.subject in people:
            beat()
            kept.append(_report(finding, people, numbers.get(finding.detector, {}), beat))
    return kept


def _report(
    finding: records.Pattern,
    people: dict[str, Person],
    numbers: Mapping[str, float],
    beat: Callable[[], None],
) -> Finding:
    key = _key(finding)
    known = Finding.objects.filter(key=key, last_at__gte=finding.at - QUIET).order_by("-pk").first()
    if known and not FindingOutcome.objects.filter(finding=known, at__lt=finding.last_at).exists():
        _count_on(known, finding, people, beat)
        return known
    subject = people[finding.subject]
    with act(HUB, Event.FINDING_REPORT, "findings") as entry:
        beat()
        made = Finding.objects.create(
            key=key,
            detector=finding.detector,
            subject=subject,
            outside=routing.leaves_chain(finding.to),
            to=";".join(finding.to),
            plate=finding.plate,
            sentence=finding.sentence,
            thresholds=dict(numbers),
            first_at=finding.last_at if known else finding.at,
            last_at=finding.last_at,
            count=1 if known else finding.count,
        )
        made.involved.set(_involved(finding, people))
        entry.object = f"finding:{made.pk}"
        entry.note(opens=True)
        # The subject may read the log: who it is about, whom it goes to and what came of it stand with it alone.
        _notify(made, "Goes on after an outcome" if known else "New finding")
    return made


def _count_on(
    known: Finding, finding: records.Pattern, people: dict[str, Person], beat: Callable[[], None]
) -> None:
    """A known pattern was seen again. Who may be part of it only grows, and so does that it leaves their chain."""
    involved = set(_involved(finding, people)) - set(known.involved.all())
    is_outside = routing.leaves_chain(finding.to)
    leaves_chain = is_outside and not known.outside
    if not involved and not leaves_chain and finding.last_at <= known.last_at:
        return
    if not involved and not leaves_chain:
        with transaction.atomic():
            beat()
            _see_again(known, finding)
        return
    with act(HUB, Event.FINDING_REPORT, f"finding:{known.pk}"):
        beat()
        known.involved.add(*involved)
        if leaves_chain or known.outside == is_outside:
            known.outside, known.to = is_outside, ";".join(finding.to)
        _see_again(known, finding)
        settle_matter(Kind.FINDING_REPORT, known)
        _notify(known, "Finding that involves more people")


@enforces("6.f.i.3/investigate")
def report_misuse(actor: PersonActor, subject: Person, what: str, noticed_at: datetime) -> None:
    """Anybody reports misuse: a finding about the person, for those who may judge it. Raises Refused."""
    with act(actor, Event.FINDING_REPORT, "findings") as entry:  # the subject may read the log: not of whom
        require(rules.may_report(what, own=subject.pk == actor.person.pk))
        entry.note(opens=True)
        at = min(noticed_at, clock.now())
        sentence = f"Reported by {actor.person.full_name}: {what.strip()}"
        topic = f"{actor.person.pk} {clock.now().isoformat()}"
        report_one(rules.BY_PERSON, subject, sentence, topic, at)


def report_one(
    detector: str, subject: Person, sentence: str, topic: str, at: datetime, to: tuple[str, ...] = ()
) -> Finding:
    """Within an act: what a person found, for these roles or those of the subject's chain of command."""
    to = to or routing.route(subject.username, feed.known_people())
    [finding] = report([records.Pattern(at, detector, subject.username, "", to, sentence, at, topic=topic)])
    return finding


@enforces("6.f.i.3/investigate", "6.c.ii/people")
def involve(finding: Finding, person: Person, roles: Collection[str]) -> None:
    """Within an act: this person may be part of it, and from now on sees nothing of it. `roles`: those that hear of it
    now, if it so leaves the chain of command."""
    finding = lock_row(finding)
    finding.involved.add(person)
    if routing.leaves_chain(roles):
        finding.outside, finding.to = True, ";".join(roles)
        finding.save(update_fields=["outside", "to"])
    for kind in KINDS:
        withdraw_notices(kind, finding, person)


def _see_again(known: Finding, finding: records.Pattern) -> None:
    if finding.last_at > known.last_at:
        known.last_at, known.count = finding.last_at, max(known.count + 1, finding.count)
    known.save(update_fields=["last_at", "count", "outside", "to"])


def _involved(finding: records.Pattern, people: dict[str, Person]) -> list[Person]:
    return [people[name] for name in finding.implicated if name in people]


def _notify(finding: Finding, what: str) -> None:
    notice = f"{what} about {finding.subject.full_name}: {finding.detector}. Do not discuss it with them."
    notify(people_to_notify(finding), Kind.FINDING_REPORT, notice, finding)


def _key(finding: records.Pattern) -> str:
    text = "\n".join((finding.detector, finding.subject, finding.plate, finding.topic))
    return hmac.new(settings.RING.key("findings"), text.encode(), hashlib.sha256).hexdigest()


@enforces("6.b.i.9/entries", "6.b.i.9/first", "AU-6/findings")
def open_finding(actor: PersonActor, finding: Finding) -> None:
    """Record that somebody looks at it, before they see it."""
    with act(actor, Event.FINDING_VIEW, f"finding:{finding.pk}"):
        FindingView.objects.create(finding=finding, by=actor.person)


@enforces("6.f.i.3/investigate", "6.f.i.3/reported")
def decide_finding(actor: PersonActor, finding: Finding, kind: FindingOutcome.Kind, text: str) -> None:
    """Record what it was. Possible misuse is reported to the CJIS Security Officer. Raises Refused."""
    with act(actor, Event.FINDING_DECIDE, f"finding:{finding.pk}"):
        locked = lock_row(finding)
        barred = barred_from(locked)
        decided = FindingOutcome.objects.filter(finding=locked).exists()
        require(rules.may_decide(decided, text, barred=actor.person.pk in barred))
        FindingOutcome.objects.create(finding=locked, kind=kind, text=text.strip(), by=actor.person)
        for notice_kind in (Kind.FINDING_REPORT, Kind.FINDING_REMIND):
            settle_matter(notice_kind, locked)
        if kind == FindingOutcome.Kind.MISUSE:
            notice = (
                f"Possible misuse by {finding.subject.full_name}, found by “{finding.detector}” (6.f.i.3)."
            )
            officers = Person.objects.filter(role=OUTSIDE[1]).exclude(pk__in=barred)
            notify(officers, Kind.FINDING_MISUSE, notice, locked)


def _is_due(finding: Finding) -> bool:
    return bool(finding.waits_for) and finding.due - AHEAD <= clock.now()


@enforces("6.f.i.3/investigate")
def _remind(entry: EntryDraft, finding: Finding) -> None:
    """When its time is nearly over; then each day, and each week a level higher."""
    levels = levels_late(finding.due, clock.now())
    entry.note(levels=levels)
    was = "was" if levels else "is"
    due = format_time(finding.due)
    text = f"Finding {finding.pk} needs an {finding.waits_for}: it {was} due {due} (6.f.i.3)."
    if people := people_to_notify(finding, levels):
        notify(people, Kind.FINDING_REMIND, text, finding, again=True)
    else:
        heads = people_who_authorize(finding.subject, finding.involved.values_list("pk", flat=True))
        notify(heads, Kind.FINDING_REMIND, NOBODY, finding, link="", again=True)


remind = Reminder(Event.FINDING_REMIND, Finding.objects.waiting, _is_due, _remind, again=DAY)


@enforces("6.b.i.9/entries")
def set_threshold(actor: PersonActor, name: str, value: float, reason: str) -> None:
    """Set a threshold from now on; those outside every chain of command are notified. Raises Refused."""
    with act(actor, Event.THRESHOLD_SET, f"threshold:{name}", reason=reason) as entry:
        require(rules.may_set(name, value, reason))
        entry.note(value=value, before=rules.value_of(numbers_now(), name))
        ThresholdChange.objects.create(name=name, value=value, reason=reason.strip(), by=actor.person)
        judges = Person.objects.filter(role__in=OUTSIDE).exclude(pk=actor.person.pk)
        notice = f"{actor.person} set the detector threshold “{rules.words_of(name)}” to {value:g}: {reason.strip()}"
        notify(judges, Kind.THRESHOLD_SET, notice, None, link=reverse("access:notices"))
