"""Entries of the log by what they say, newest first: always by an index, a part at a time, and never counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from plateward.core.audit.mentions import batched, thing_key
from plateward.core.audit.models import AuditEntry, Mention
from plateward.core.pages.fields import parse_numbers
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.alerts.models import Alert, Sighting

FEW, MANY = 500, 20_000  # entries
# Whose entries are also about the plate that one of their entries names. Each has few: a page of them is soon sorted.
OF_PLATE = frozenset({"alert", "entry", "hotlist-request", "search"})
MOST_OF_PLATE = 200  # newest entries that name a plate, whose things are looked at


Place = tuple[datetime, int]  # an entry's time and number


@dataclass(frozen=True)
class LogQuery:
    """What is looked for. `columns`: the values of an entry's columns; `about`: the name of a thing ("alert:12");
    `plate`: the key of one (mentions.py), or empty; days are in the site's time zone, both included."""

    columns: dict[str, str] = field(default_factory=dict)
    about: str = ""
    plate: bytes = b""
    since: date | None = None
    until: date | None = None

    @property
    def mentions(self) -> list[bytes]:
        """What the entry of a look names, so that who looked for a plate is found by it, too."""
        return [self.plate] if self.plate else []

    @enforces("6.b.i.9/read")
    def newest(self, before: int, most: int) -> list[AuditEntry]:
        """The newest entries that pass, older than the entry `before` if there is one of this number.

        Finds their numbers first, in an index alone; it counts nothing and reads no earlier pages.
        """
        numbers = self._about(before, most) if self.about or self.plate else self._by_columns(before, most)
        entries = AuditEntry.objects.in_bulk(numbers)
        return [entries[number] for number in numbers]

    def _by_columns(self, before: int, most: int) -> list[int]:
        """If only a FEW have one of several values, it looks among these: the database may not know how few."""
        rows = self._in_time(before).order_by("-at", "-sequence")
        for column, value in self.columns.items() if len(self.columns) > 1 else ():
            few = list(rows.filter(**{column: value}).values_list("sequence", *self.columns)[:FEW])
            if len(few) < FEW:
                return [number for number, *values in few if values == list(self.columns.values())][:most]
        return list(rows.filter(**self.columns).values_list("sequence", flat=True)[:most])

    def _about(self, before: int, most: int) -> list[int]:
        """Of one thing, its index has them in order; several, and what mentions them, are few enough to be sorted."""
        names = {self.about} if self.about else things_of_plate(self.plate)
        names |= images_of(names)
        keys = [*map(thing_key, names), *([self.plate] if self.plate else [])]
        mentions = Mention.objects.filter(thing__in=keys).values_list("entry", flat=True)
        entries = self._in_time(before).order_by()
        places: set[Place] = set()
        if len(names) == 1:
            newest = entries.filter(object=min(names)).order_by("-at", "-sequence")
            places = self._passing(newest[: MANY if self.columns else most])
            if (
                len(places) < most and self.columns and newest[MANY - 1 : MANY]
            ):  # of a thing with more than that
                places = set(newest.filter(**self.columns).values_list("at", "sequence")[:most])
        else:
            for some in batched(sorted(names)):
                places |= self._passing(entries.filter(object__in=some))
        for numbers in batched(sorted(set(mentions))):
            places |= self._passing(entries.filter(sequence__in=numbers))
        return [number for _, number in sorted(places, reverse=True)[:most]]

    def _passing(self, entries: QuerySet[AuditEntry]) -> set[Place]:
        """Those with the columns' values, which are looked at here: asked for them too, SQLite goes by their index and
        reads all refusals to find those of one alert."""
        wanted = list(self.columns.values())
        rows = entries.values_list("at", "sequence", *self.columns)
        return {(at, number) for at, number, *values in rows if values == wanted}

    def _in_time(self, before: int) -> QuerySet[AuditEntry]:
        entries = AuditEntry.objects.all()
        if last := AuditEntry.objects.filter(pk=before).first():
            entries = entries.filter(at__lte=last.at).exclude(at=last.at, sequence__gte=last.sequence)
        if self.since:
            entries = entries.filter(at__gte=days.start_of(self.since))
        if self.until:
            entries = entries.filter(at__lt=days.end_of(self.until))
        return entries


def things_of_plate(plate: bytes) -> set[str]:
    """The alerts, searches, requests and entries whose log names this plate."""
    newest = Mention.objects.filter(thing=plate).order_by("-entry").values_list("entry", flat=True)
    objects = AuditEntry.objects.filter(sequence__in=list(newest[:MOST_OF_PLATE])).order_by()
    return {name for name in objects.values_list("object", flat=True) if name.partition(":")[0] in OF_PLATE}


@enforces("6.h.iv/custody")
def images_of(things: Iterable[str]) -> set[str]:
    """The reads of the alerts among these things: who opens an alert sees their images."""
    named = (thing.partition(":") for thing in things)
    alerts = parse_numbers(number for kind, _, number in named if kind == "alert")
    reads = Alert.objects.filter(pk__in=alerts).order_by().values_list("read")
    seen_again = Sighting.objects.filter(Q(alert__in=alerts)).order_by().values_list("read")
    return {f"read:{read}" for (read,) in [*reads, *seen_again]}
