"""Each day's counts become an entry of the log, and while the page is on, what the public gets is made of these."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NothingToDo, act
from plateward.core.audit.log_reader import in_parts, log_damaged, opened
from plateward.core.audit.models import AuditEntry, seal_context
from plateward.core.audit.stored_tree import TilesBehind
from plateward.core.db.locking import lock_name
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.ground.vault.sealing import SealBroken, unseal
from plateward.oversight.proven_entries import prove_entries
from plateward.oversight.transparency.counting import COUNTED, DAILY, TABLES, Span, Tally, count_line
from plateward.oversight.transparency.document import counts_as_list, document_of, table_of
from plateward.oversight.transparency.models import Published
from plateward.oversight.transparency.rules import shown
from plateward.people import days
from plateward.people.agencies.models import Agency, AgencyGrant
from plateward.people.agency_terms import term_runs
from plateward.people.sharing.public import Public, public_since
from plateward.work.retention.rules import Covers
from plateward.work.retention.scheduling import terms_in_force

AFTER_MIDNIGHT = timedelta(minutes=10)  # until all nodes have written what was yesterday's
MOST_DAYS = 400  # that are published, and counted late

Progress = Callable[[int], None]


@enforces("SB40.report/yearly")
def tally_log(span: Span, progress: Progress = lambda _: None) -> Tally:
    """What the log has of this span. Raises LogDamaged."""
    tally, done, key = Tally(), 0, settings.RING.key("fields")
    begin, end = (datetime.fromisoformat(moment) for moment in (span.starts, span.ends))
    for part in in_parts(AuditEntry.objects.filter(event__in=COUNTED, at__gte=begin, at__lt=end)):
        for number, sealed in part.values_list("sequence", "sealed"):
            done += 1
            try:
                count_line(tally, unseal(key, bytes(sealed), seal_context(number)), span)
            except (SealBroken, msgspec.DecodeError) as error:
                raise log_damaged(f"entry {number} was altered or moved") from error
        progress(done)
    return tally


@enforces("SB40.report/yearly", "6.b.i.9/entries")
def record_counts() -> None:
    """Each day that is over and has no entry of its counts yet gets one; of a month's last day, with the month's
    tables. Whichever node is first."""
    due = days.day_of(clock.now() - AFTER_MIDNIGHT)
    for day in _uncounted(due):
        details = _details_of(day)
        with suppress(NothingToDo), act(HUB, Event.COUNTS_RECORD, f"counts:{day}") as entry:
            lock_name("transparency.counts")
            if AuditEntry.objects.filter(object=f"counts:{day}", event=Event.COUNTS_RECORD).exists():
                raise NothingToDo
            entry.note(**details)


def _uncounted(due: date) -> list[date]:
    last = AuditEntry.objects.filter(event=Event.COUNTS_RECORD, outcome="done").order_by("-at", "-sequence")
    if counted := last.values_list("object", flat=True).first():
        first = date.fromisoformat(counted.removeprefix("counts:")) + timedelta(days=1)
    elif begun := AuditEntry.objects.order_by("sequence").values_list("at", flat=True).first():
        first = days.day_of(begun)
    else:
        return []
    first = max(first, due - timedelta(days=MOST_DAYS))
    return [first + timedelta(days=n) for n in range((due - first).days)]


def _details_of(day: date) -> dict[str, object]:
    """All that the day's entry says: counts, and the configuration that ran."""
    zone, after = ZoneInfo(settings.TIME_ZONE), day + timedelta(days=1)
    figures = tally_log(Span.of(day, after, zone)).figures()
    details: dict[str, object] = {
        "day": day.isoformat(),
        "counts": counts_as_list({name: figures[name] for name in DAILY}),
        "retention": [
            f"{'Hits on a list of its own' if term.covers is Covers.LIST else term.label}: {term.kept_days} days "
            f"({term.basis})"
            for term in terms_in_force()
        ],
        "partners": _partners(),
        "cameras_enrolled": Reader.objects.filter(revoked_at=None).count(),
    }
    if after.day == 1:
        details |= {
            "month": day.strftime("%Y-%m"),
            "tables": _tables(Span.of(day.replace(day=1), after, zone)),
        }
    return details


@enforces("6.h.i/release")
def _tables(span: Span) -> list[str]:
    """The month's tables, without what could name a person."""
    tally = tally_log(span)
    agencies = frozenset(Agency.objects.values_list("ori", flat=True))
    categories = dict(zip(TABLES, (frozenset(PURPOSES), frozenset(OFFENSES), agencies), strict=True))
    return [
        item
        for table in TABLES
        for item in counts_as_list(
            {f"{table}.{name}": value for name, value in shown(tally.table(table), categories[table]).items()}
        )
    ]


@enforces("AC-4/flow")
def _partners() -> list[str]:
    """The agencies whose access is given now, and what they may ask, as far as it is signed."""
    now = clock.now()
    grants = [
        AgencyGrant.given_to(ori) for ori in Agency.objects.order_by("pk").values_list("ori", flat=True)
    ]
    return [
        f"{grant.request.agency} ({grant.request.agency.ori}), through {clock.format_day(grant.until)}: "
        f"{', '.join(grant.purpose_labels)}"
        for grant in grants
        if grant and isinstance(term_runs(grant.scope, now), Allow)
    ]


@enforces("6.h.i/release", "6.b.i.9/first")
def publish() -> None:
    """Make what the public gets of the log's own entries, once a day while the page is on."""
    newest = AuditEntry.objects.filter(event=Event.COUNTS_RECORD, outcome="done").order_by("-at", "-sequence")
    latest = newest.values_list("object", flat=True).first()
    if not latest or not public_since(Public.FIGURES):
        return
    through = date.fromisoformat(latest.removeprefix("counts:"))
    if Published.objects.filter(through=through).exists():
        return
    numbers = sorted(newest.values_list("sequence", flat=True)[:MOST_DAYS])
    leaves = [
        opened(entry).leaf
        for part in in_parts(AuditEntry.objects.filter(sequence__in=numbers))
        for entry in part
    ]
    with suppress(TilesBehind):  # of a long log just restored: the next run has them
        proofs = prove_entries(numbers).decode()
        agency = {"agency": settings.AGENCY_NAME, "ori": settings.AGENCY_ORI, "time_zone": settings.TIME_ZONE}
        document = document_of(leaves, agency)
        made = {
            "document": json.dumps(document, ensure_ascii=False, indent=1),
            "table": table_of(document).decode(),
            "proofs": proofs,
        }
        with act(HUB, Event.TRANSPARENCY_PUBLISH, f"counts:{through}") as entry:
            entry.note(**{name: sha256(text.encode()).hexdigest() for name, text in made.items()})
            Published.objects.update_or_create(
                pk=1,
                defaults={
                    **made,
                    "through": through,
                    "made_at": clock.now(),
                    "checkpoint": json.loads(proofs)["checkpoint"],
                },
            )


def record_and_publish() -> None:
    """For the background worker."""
    record_counts()
    publish()
