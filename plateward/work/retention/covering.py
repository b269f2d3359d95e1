"""How many reads a hold covers now, as far as the viewer may know: that some are there is an answer of a search."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Replace, Upper

from plateward.core.cases.rules import bare, normalized
from plateward.field.reads.areas import read_area
from plateward.field.reads.images import day_keys
from plateward.field.reads.queries import ReadQuery, Span
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.breadth import why_too_broad
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.matching.partial import folded_pattern
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.models import Person
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert
from plateward.work.retention.deciding import SPANS, HoldKind
from plateward.work.retention.gathering import area_of, cases_of, query_of, reads_by_day, stored_reads
from plateward.work.retention.models import Adjudication, Hold
from plateward.work.searches.models import Search
from plateward.work.searches.query import SETS, SearchQuery
from plateward.work.searches.records import state, with_records
from plateward.work.searches.rules import SearchState

AT_MOST = 1_000  # reads that are counted
LATEST = 50  # of the viewer's searches, that are looked at


@dataclass(frozen=True)
class Coverage:
    """How many reads a hold covers now; not `complete`: at least so many; None: the viewer may not know. `destroyed`:
    days of its time that are destroyed, in part or as a whole. `until`: only reads before that moment are counted,
    where the viewer's search ends; None: all that are there."""

    reads: int | None
    complete: bool
    destroyed: int
    until: datetime | None = None

    @property
    def text(self) -> str:
        """For a page."""
        if self.reads is None:
            text = "To see how many reads it covers, search for them: the number is shown while that search is active"
        else:
            number = f"{'' if self.complete else 'more than '}{self.reads:,}" if self.reads else "no"
            when = f"from before your search ended, {days.format_time(self.until)}" if self.until else "now"
            text = f"It covers {number} read{'s' if self.reads > 1 else ''} {when}"
        if self.destroyed:
            text += f"; of {self.destroyed} of its days reads were destroyed before"
        return f"{text}."


@enforces("6.b.i.8/scope", "6.c.ii/cases")
def coverage(hold: Hold, viewer: Person) -> Coverage:
    """What a hold covers now: of alerts those that the viewer sees, of other reads what a search of theirs covers. Not
    within an act: counting takes its time. Raises ActError if the store cannot tell."""
    if hold.kind in SPANS:
        return _coverage_of_span(hold, viewer)
    reads = hold.leads if hold.duty else reads_by_day(_seen_alerts(hold, viewer))
    ended, stored = reads.keys() & day_keys().listed()[1], stored_reads(reads, AT_MOST + 1)
    return Coverage(min(stored, AT_MOST), stored <= AT_MOST, len(ended))


def _seen_alerts(hold: Hold, viewer: Person) -> set[int]:
    alerts = {hold.alert_id or 0} if hold.kind == HoldKind.ALERT else alerts_of_case(hold.number)
    return set(alerts_for(viewer).filter(pk__in=alerts).values_list("pk", flat=True))


def require_searchable(hold: Hold) -> None:
    """Raises ActError where the store could not find what a hold covers: a run would stop at each of its days."""
    query = _query_of(hold) if hold.kind in SPANS else None
    if query and (why := why_too_broad(query)):
        raise ActError(why, "since")


def _query_of(hold: Hold) -> ReadQuery | None:
    """What it covers of its whole time."""
    if hold.since is None or hold.until is None:
        return None
    first = query_of(hold, hold.since.date())
    if first is None:
        return None
    return ReadQuery(Span(hold.since, hold.until), first.plate, first.area, cameras=first.cameras)


def _coverage_of_span(hold: Hold, viewer: Person) -> Coverage:
    now = clock.now()
    since, until = hold.since or now, hold.until or now
    ended = sum(since.date() <= day <= until.date() for day in day_keys().listed()[1])
    query, searched = _query_of(hold), _searched_until(hold, viewer)
    if query is None or searched is None or searched <= since:
        return Coverage(None, True, ended)
    end = min(until, searched)
    counted = configured_store().count(replace(query, span=Span(since, end)), AT_MOST)
    return Coverage(counted.reads, counted.complete, ended, end if end < min(until, now) else None)


@enforces("6.b.i.8/scope")
def _searched_until(hold: Hold, viewer: Person) -> datetime | None:
    """The end of a search of the viewer that runs now, with its reason and approval, and looks at all of it up to
    then, the last of several; None: there is none. What comes later is for another search: a hold is no watch."""
    rows = with_records(Search.objects.filter(person=viewer))[:LATEST]
    ends = (
        search.query.until
        for search in rows
        if state(search) is SearchState.RUNS and _touches(search.query, search.at, hold)
    )
    return max(ends, default=None)


def _touches(query: SearchQuery, at: datetime, hold: Hold) -> bool:
    """Whether a search made then covers the hold's time, as far as it was over, and is narrowed by nothing else."""
    if hold.since is None or hold.until is None:
        return False
    if query.since > hold.since or query.until < min(hold.until, at):
        return False
    narrowed = {name for name in (*SETS, "hits_only") if getattr(query, name)}
    match HoldKind(hold.kind):
        case HoldKind.PLATE:
            plates = {folded_pattern(plate) for plate in query.plates}
            return not narrowed and not query.area and folded_pattern(hold.plate) in plates
        case HoldKind.CAMERA:
            return (
                narrowed == {"cameras"} and not (query.plates or query.area) and hold.camera in query.cameras
            )
    return not (narrowed or query.plates) and read_area(query.area) == area_of(hold)


def alerts_of_case(number: str) -> set[int]:
    """The alerts that are known by this case number, however it is spelled."""
    wanted = bare(normalized(number))
    columns = ("entry__number", "dems_duty__number", "dems_duty__steps__number", "link__call__number")
    candidates = set(
        Adjudication.objects.filter(bare=wanted).exclude(alert=None).values_list("alert_id", flat=True)
    )
    for column in columns:
        spelled = Upper(Replace(Replace(column, Value("-")), Value(" ")))  # as cases.rules.bare
        candidates |= set(
            Alert.objects.alias(spelled=spelled).filter(spelled=wanted).values_list("pk", flat=True)
        )
    return {pk for pk, case in cases_of(candidates).items() if wanted in case.numbers}
