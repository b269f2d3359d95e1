"""What the page of outcomes shows: charts as rows of a table, each with its figures beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.forms import Form

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.facts import OUTCOME_TEXT, Outcome
from plateward.alerts.outcomes import rules
from plateward.alerts.outcomes.counting import ended
from plateward.alerts.outcomes.models import Withheld
from plateward.alerts.outcomes.rules import Ended, Share
from plateward.fleet.models import Reader
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import HotList
from plateward.matching.kinds import MatchKind
from plateward.people.models import Person
from plateward.policy.trace import enforces

WIDTH = 100  # of a chart, in its own units: a percent each


@dataclass(frozen=True)
class Bar:
    """A row of a chart: so many, and how long its bar is."""

    label: str
    count: int
    width: float


@dataclass(frozen=True)
class Precision:
    """A row of a chart: a share with its interval, in percent, and the floor below which it rings no more."""

    source: Reader | HotList | MatchKind
    label: str
    share: Share
    floor: int | None = None
    withheld: Withheld | None = None
    absent: int = 0
    review: Form | None = None  # where somebody may decide on it
    change: Form | None = None

    @property
    def low(self) -> float:
        return self.share.interval[0] * WIDTH

    @property
    def high(self) -> float:
        return self.share.interval[1] * WIDTH

    @property
    def spread(self) -> float:
        return self.high - self.low

    @property
    def middle(self) -> float | None:
        return None if self.share.value is None else self.share.value * WIDTH


@dataclass(frozen=True)
class Took:
    """A row of a chart: from an alert's arrival to a step."""

    label: str
    spans: rules.Spans
    longest: float

    @property
    def half(self) -> timedelta | None:
        return _span(self.spans.half)

    @property
    def most(self) -> timedelta | None:
        return _span(self.spans.most)

    @property
    def half_width(self) -> float:
        return WIDTH * (self.spans.half or 0) / self.longest

    @property
    def most_width(self) -> float:
        return WIDTH * (self.spans.most or 0) / self.longest


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


@enforces("6.c.ii", "6.b.i.5")
def page(person: Person, days: int) -> dict[str, Any]:
    """The template's context: of the alerts of the lists whose audience this person is in."""
    alerts = ended(alerts_for(person), clock.now() - timedelta(days=days))
    return {
        "alerts": len(alerts),
        "results": _results(alerts),
        "cameras": _cameras(alerts),
        "lists": _lists(person, alerts),
        "kinds": _kinds(alerts),
        "took": _took(alerts),
    }


def _results(alerts: list[Ended]) -> list[Bar]:
    found = rules.results(alerts)
    told = {one.value: OUTCOME_TEXT[one] for one in Outcome} | {
        "recalled": "Entry withdrawn",
        "open": "Still open",
    }
    longest = max(found.values(), default=1)
    bars = [Bar(told[key], count, WIDTH * count / longest) for key, count in found.items()]
    return sorted(bars, key=lambda one: -one.count)


def _cameras(alerts: list[Ended]) -> list[Precision]:
    apart = rules.by(alerts, lambda one: one.reader)
    shown = Reader.objects.filter(revoked_at=None) | Reader.objects.filter(pk__in=apart)
    return _worst_first(
        Precision(
            one,
            f"{one.camera} ({one.name})",
            rules.read_correctly(apart.get(one.pk, ())),
            one.floor,
            _withheld(one),
        )
        for one in shown.distinct()
    )


def _lists(person: Person, alerts: list[Ended]) -> list[Precision]:
    apart = rules.by(alerts, lambda one: one.hotlist)
    shown = lists_for(person)
    return _worst_first(
        Precision(
            one,
            one.name,
            rules.standing(apart.get(one.pk, ())),
            one.floor,
            _withheld(one),
            rules.absent(apart.get(one.pk, ())),
        )
        for one in shown
        if one.pk in apart or not one.retired_at
    )


def _kinds(alerts: list[Ended]) -> list[Precision]:
    apart = rules.by(alerts, lambda one: MatchKind(one.kind))
    return [
        Precision(kind, kind.told.capitalize(), rules.reading(apart[kind]))
        for kind in MatchKind
        if kind in apart
    ]


def _worst_first(rows: Iterable[Precision]) -> list[Precision]:
    """What is withheld, then what may be worst; who was never judged comes last."""
    return sorted(rows, key=lambda one: (one.withheld is None, not one.share.of, one.low, one.label))


def _withheld(source: Reader | HotList) -> Withheld | None:
    return source.withheld.first() if source.alarm_withheld_at else None


STEPS: dict[str, Callable[[Ended], datetime | None]] = {
    "Until a person read the plate": lambda one: one.read_at,
    "Until NCIC or FMCSA answered": lambda one: one.verified_at,
    "Until it was closed": lambda one: one.closed_at,
}


def _took(alerts: list[Ended]) -> list[Took]:
    found = {label: rules.spans(alerts, when) for label, when in STEPS.items()}
    longest = max((one.most or 0 for one in found.values()), default=0) or 1
    return [Took(label, spans, longest) for label, spans in found.items()]
