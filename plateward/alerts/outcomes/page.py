"""What the outcomes page shows: charts as table rows, each with its figures beside it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.facts import AlertOutcome
from plateward.alerts.outcomes import rules
from plateward.alerts.outcomes.counting import progress_of
from plateward.alerts.outcomes.deployments import DeploymentResults, results_of_deployments
from plateward.alerts.outcomes.models import Mute
from plateward.alerts.outcomes.rules import AlertProgress, Proportion
from plateward.fleet.models import Reader
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import HotList
from plateward.matching.kinds import MatchKind
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

WIDTH = 100  # width of a chart in its own units: one per percent


@enforces("6.c.ii", "6.b.i.5")
def outcomes_context(person: Person, days: int) -> dict[str, Any]:
    """Template context, for alerts of lists whose audience this person is in."""
    since = clock.now() - timedelta(days=days)
    alerts = progress_of(alerts_for(person), since)
    return {
        "alerts": len(alerts),
        "results": _results(alerts),
        "cameras": _cameras(alerts),
        "lists": _lists(person, alerts),
        "kinds": _kinds(alerts),
        "took": _durations(alerts),
        "deployments": _deployments(person, since),
    }


@enforces("6.c.ii")
def _deployments(person: Person, since: datetime) -> list[DeploymentResults]:
    """Where readers are is known to those who see placements; others see where their own alerts are from."""
    results = results_of_deployments(alerts_for(person), since)
    if Permission.DEPLOYMENT_VIEW in person.permissions:
        return results
    return [result for result in results if result.alerts]


def _results(alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    """Outcomes, the most frequent first, each with the length of its bar."""
    counts = rules.count_results(alerts)
    labels = dict(AlertOutcome.choices) | {"recalled": "Entry withdrawn", "open": "Still open"}
    longest = max(counts.values(), default=1)
    return [
        {"label": labels[key], "count": count, "width": WIDTH * count / longest}
        for key, count in sorted(counts.items(), key=lambda item: -item[1])
    ]


def _precision(
    source: Reader | HotList | MatchKind, label: str, share: Proportion, **more: Any
) -> dict[str, Any]:
    """A chart row: a share with its interval, in percent. `more`: the floor below which the source is muted, and the
    mute that is not reviewed yet."""
    low, high = (bound * WIDTH for bound in share.interval)
    middle = None if share.value is None else share.value * WIDTH
    drawn = {"low": low, "high": high, "spread": high - low, "middle": middle}
    return {"source": source, "label": label, "share": share, **drawn, **more}


def _cameras(alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    apart = rules.group_by(alerts, lambda alert: alert.reader)
    readers = Reader.objects.filter(revoked_at=None) | Reader.objects.filter(pk__in=apart)
    return _worst_first(
        _precision(
            reader,
            f"{reader.camera} ({reader.name})",
            rules.read_correctly(apart.get(reader.pk, ())),
            floor=reader.floor,
            withheld=_open_mute(reader),
        )
        for reader in readers.distinct()
    )


def _lists(person: Person, alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    apart = rules.group_by(alerts, lambda alert: alert.hotlist)
    return _worst_first(
        _precision(
            hotlist,
            hotlist.name,
            rules.entries_on_file(apart.get(hotlist.pk, ())),
            floor=hotlist.floor,
            withheld=_open_mute(hotlist),
            absent=rules.count_absent(apart.get(hotlist.pk, ())),
        )
        for hotlist in lists_for(person)
        if hotlist.pk in apart or not hotlist.retired_at
    )


def _kinds(alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    apart = rules.group_by(alerts, lambda alert: MatchKind(alert.kind))
    return [
        _precision(kind, kind.label.capitalize(), rules.agreeing_reads(apart[kind]))
        for kind in MatchKind
        if kind in apart
    ]


def _worst_first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Muted sources, then the possibly worst; sources never judged come last."""
    return sorted(
        rows, key=lambda row: (row["withheld"] is None, not row["share"].of, row["low"], row["label"])
    )


def _open_mute(source: Reader | HotList) -> Mute | None:
    return source.mutes.first() if source.muted_at else None


STEPS: dict[str, Callable[[AlertProgress], datetime | None]] = {
    "Plate confirmed": lambda alert: alert.read_at,
    "NCIC or FMCSA response": lambda alert: alert.verified_at,
    "Closed": lambda alert: alert.closed_at,
}


def _durations(alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    """How long each step took from an alert's arrival, with the lengths of its bars."""
    by_label = {label: rules.durations_until(alerts, reached_at) for label, reached_at in STEPS.items()}
    longest = max((spans.most or 0 for spans in by_label.values()), default=0) or 1
    return [
        {
            "label": label,
            "count": spans.count,
            "half": timedelta(seconds=spans.half or 0),
            "most": timedelta(seconds=spans.most or 0),
            "half_width": WIDTH * (spans.half or 0) / longest,
            "most_width": WIDTH * (spans.most or 0) / longest,
        }
        for label, spans in by_label.items()
    ]
