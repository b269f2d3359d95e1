"""The work list of a period: the random sample, and the riskiest entries, read from the log by its indexes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from plateward.core.audit.log_reader import in_parts
from plateward.core.audit.models import AuditEntry
from plateward.ground.policy.trace import enforces
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.findings.feed import KINDS
from plateward.oversight.findings.models import Finding
from plateward.oversight.reviews.figures import entries_of
from plateward.oversight.reviews.models import AuditItem
from plateward.oversight.reviews.risks import (
    EVENTS,
    WHY_OF,
    Group,
    Why,
    drawn,
    is_off_hours,
    ranked,
    reason,
    risk_of,
)
from plateward.oversight.reviews.rules import TERMS, Period
from plateward.people.models import Person

AT_ONCE = 500  # entries looked up together
OFFICE_WORK = frozenset({Why.EXPORT, Why.PRIVILEGED})


@dataclass(frozen=True)
class WorkList:
    """`items`: not saved, of no review yet. `left_out`: by reason, how many accounts' entries are not on it, since
    others have more of them."""

    items: list[AuditItem]
    left_out: dict[str, int]


@enforces("6.b.i.10/review", "6.b.i.10/unusual", "AU-6/weekly", "6.a.i.2/lending")
def gather(period: Period, seed: str, first: int, after: int, beat: Callable[[], None]) -> WorkList:
    """What the review of this period looks at: `first` and `after` bound its entries. `beat` is called now and then."""
    items, left_out = _risks(period, seed, beat)
    by_number = {item.sequence: item for item in items}
    numbers = sample(seed, first, after, TERMS[period.kind].sample)
    sampled = AuditEntry.objects.only("event", "outcome").in_bulk(numbers)
    for number in numbers:
        if number not in by_number:  # another entry of the same account may be listed for the same risk
            risk = risk_of(sampled[number].event, sampled[number].outcome)
            by_number[number] = _item(number, risk or Why.SAMPLE)
            by_number[number].reasons = [reason(risk, 1)] if risk else []
        by_number[number].reasons.append(reason(Why.SAMPLE, 1))
        by_number[number].sampled = True
    return WorkList([*_findings(period), *by_number.values()], left_out)


@enforces("6.b.i.10/review", "AU-6/weekly")
def sample(seed: str, first: int, after: int, size: int) -> list[int]:
    """The numbers of the sampled entries: the first `size` that are drawn and are a person's."""
    chosen: list[int] = []
    seen: set[int] = set()
    draws = drawn(seed, first, after)
    while len(chosen) < size and len(seen) < after - first and (part := list(islice(draws, AT_ONCE))):
        fresh = [number for number in dict.fromkeys(part) if number not in seen]
        seen.update(fresh)
        entries = AuditEntry.objects.filter(sequence__in=fresh, actor_kind="person")
        theirs = set(entries.values_list("sequence", flat=True))
        chosen += [number for number in fresh if number in theirs]
    return chosen[:size]


def _risks(period: Period, seed: str, beat: Callable[[], None]) -> tuple[list[AuditItem], dict[str, int]]:
    most = TERMS[period.kind].most
    listed: dict[int, AuditItem] = {}
    counts: dict[Why, int] = {}
    left_out: dict[str, int] = {}
    for group in ranked(list(_groups(period, seed, beat)), seed, most):
        if counts.get(group.why, 0) >= most:
            left_out[group.why.value] = left_out.get(group.why.value, 0) + 1
            continue
        counts[group.why] = counts.get(group.why, 0) + 1
        item = listed.setdefault(group.drawn, _item(group.drawn, group.why))
        item.reasons.append(reason(group.why, group.alike))
    return list(listed.values()), left_out


def _groups(period: Period, seed: str, beat: Callable[[], None]) -> Iterable[Group]:
    """Each account's entries of each risky kind, counted: memory holds accounts, not entries."""
    zone, entries = ZoneInfo(settings.TIME_ZONE), entries_of(period)
    groups: dict[tuple[Why, str, str], Group] = {}

    def add(why: Why, actor: str, event: str, sequence: int) -> None:
        groups.setdefault((why, actor, event), Group(why, actor, event)).add(sequence, seed)

    denied = Q(outcome="refused") & ~Q(event__in=EVENTS[Why.FLAGGED])
    for event, actor, sequence, at in _scan(entries.filter(event__in=list(WHY_OF)).exclude(denied), beat):
        add(WHY_OF[event], actor, event, sequence)
        if WHY_OF[event] in OFFICE_WORK and is_off_hours(at, zone):
            add(Why.OFF_HOURS, actor, event, sequence)
    for event, actor, sequence, _ in _scan(entries.filter(denied), beat):
        add(Why.DENIED, actor, event, sequence)
    return groups.values()


def _scan(
    entries: QuerySet[AuditEntry], beat: Callable[[], None]
) -> Iterator[tuple[str, str, int, datetime]]:
    for part in in_parts(entries):
        others = part.exclude(actor_kind="device")  # readers: fleet and its own pages see to those
        yield from list(others.values_list("event", "actor_id", "sequence", "at"))
        beat()


def findings_in(period: Period, viewer: Person | None = None) -> QuerySet[Finding]:
    """What the detectors and reviewers found that goes on in this period; that this person may see, or all."""
    findings = findings_for(viewer) if viewer else Finding.objects.all()
    goes_on = findings.filter(last_at__gte=period.starts, first_at__lt=period.ends)
    return goes_on.select_related("subject", "outcome")


def _findings(period: Period) -> Iterator[AuditItem]:
    """Of each finding, the latest entry of its subject until it was last seen."""
    findings = findings_in(period).order_by("-pk")
    for finding in findings:
        entries = entries_of(period).filter(
            actor_id=finding.subject.username, event__in=list(KINDS), at__lte=finding.last_at
        )
        if entry := entries.order_by("-at", "-sequence").first():
            item = _item(entry.sequence, Why.FINDING)
            item.reasons, item.finding = [reason(Why.FINDING, 1)], finding
            yield item


def _item(sequence: int, why: Why) -> AuditItem:
    return AuditItem(sequence=sequence, why=why, rank=list(Why).index(why), reasons=[])
