"""The outcomes page, whose charts are table rows with their figures, and the decisions made there; each row has its
own forms."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.charts import widths
from plateward.core.pages.fields import LongTextField, YesNoField, parse_number
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.matching.kinds import MatchKind
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.outcomes import actions, rules
from plateward.work.alerts.outcomes.counting import DeploymentResults, progress_of, results_of_deployments
from plateward.work.alerts.outcomes.rules import AlertProgress, Proportion
from plateward.work.alerts.overrides.models import DangerException, Override

PERIODS = {30: "30 days", 90: "90 days", 365: "A year"}


class MuteReviewForm(forms.Form):
    """The finding about a muted camera or list."""

    finding = LongTextField(
        3,
        label="Finding and action taken",
        max_length=2000,
        help_text="Why it was wrong so often, and what was repaired or changed. It stays on record.",
    )
    rings_again = YesNoField("Turn on again", "Keep withheld", "Its alarm")


class FloorForm(forms.Form):
    """The percentage below which a source is muted."""

    floor = forms.IntegerField(
        label="Floor in percent (0: never muted)",
        min_value=0,
        max_value=99,
        help_text="If the whole confidence range is below this, its alarm is muted until reviewed.",
    )


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """How alerts ended, how often cameras and lists were right, how long each step took."""
    return _page(request, Submission(request))


def _page(request: HttpRequest, sent: Submission, form: forms.Form | None = None) -> HttpResponse:
    """`form`: one row's form that was refused."""
    person = person_of(request)
    days = parse_number(request.GET.get("days", ""))
    days = days if days in PERIODS else 90
    record(actor_of(request), Event.OUTCOME_VIEW, "outcomes", days=days)
    reviews = Permission.OUTCOME_REVIEW in person.permissions
    context = outcomes_context(person, days) | {"days": days, "periods": PERIODS}
    if reviews:
        for rows, kind in (("cameras", "reader"), ("lists", "hotlist")):
            context[rows] = [_with_forms(row, kind, form) for row in context[rows]]
    return sent.render("alerts/outcomes.html", **context, reviews=reviews, sent=form)


def _with_forms(row: dict[str, Any], kind: str, sent: forms.Form | None) -> dict[str, Any]:
    """The row of a camera or list, with the forms to decide on it."""
    auto_id = _auto_id(kind, row["source"].pk)
    review: forms.Form = MuteReviewForm(auto_id=auto_id)
    change: forms.Form = FloorForm(auto_id=auto_id, initial={"floor": row["floor"]})
    if sent and sent.auto_id == auto_id:
        review, change = (sent, change) if isinstance(sent, MuteReviewForm) else (review, sent)
    return row | {"review": review, "change": change}


def _auto_id(kind: str, pk: int) -> str:
    return f"{kind}-{pk}-%s"


@require_POST
def review(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A person records a finding about a camera or list."""
    source = _source(request, kind, pk)
    sent, form = submitted(request, MuteReviewForm, auto_id=_auto_id(kind, pk))
    if sent.valid:
        with sent:
            actions.review_mute(actor_of(request), source, **form.cleaned_data)
            then = "is on again" if form.cleaned_data["rings_again"] else "stays withheld"
            return sent.done(f"The review of {source} is saved. Its alarm {then}.", "outcomes:index")
    return _page(request, sent, form)


@require_POST
def floor(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The percentage below which it is muted."""
    source = _source(request, kind, pk)
    sent, form = submitted(request, FloorForm, auto_id=_auto_id(kind, pk))
    if not sent.valid:
        return _page(request, sent, form)
    actions.set_floor(actor_of(request), source, form.cleaned_data["floor"])
    messages.success(request, f"The floor of {source} is now {form.cleaned_data['floor']} %.")
    return redirect("outcomes:index")


def _source(request: HttpRequest, kind: str, pk: int) -> actions.JudgedSource:
    if kind == "reader":
        return get_object_or_404(Reader, pk=pk)
    if kind != "hotlist":
        raise Http404("Only cameras and lists are reviewed.")
    return get_object_or_404(lists_for(person_of(request)), pk=pk)


WIDTH = 100  # width of a chart in its own units: one per percent


@enforces("6.c.ii/lists", "6.b.i.5/results")
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
        "exception": DangerException.objects.in_force().select_related("by").first(),
        "overridden": _overridden(person, since),
    }


@enforces("6.e.iv.3/danger", "6.c.ii/cases")
def _overridden(person: Person, since: datetime) -> list[Override]:
    """Where checks were overridden in imminent danger, on alerts that this person may see, newest first."""
    overrides = Override.objects.filter(alert__in=alerts_for(person), at__gte=since)
    return list(overrides.select_related("by", "finding", "under__by").order_by("-pk"))


@enforces("6.c.ii/cases")
def _deployments(person: Person, since: datetime) -> list[DeploymentResults]:
    """Where readers are is known to those who see placements; others see where their own alerts are from."""
    results = results_of_deployments(alerts_for(person), since)
    if Permission.DEPLOYMENT_VIEW in person.permissions:
        return results
    return [result for result in results if result.alerts]


def _results(alerts: list[AlertProgress]) -> list[tuple[str, int, float]]:
    """Outcomes, the most frequent first, each with the length of its bar."""
    labels = dict(AlertOutcome.choices) | {"recalled": "Entry withdrawn", "open": "Still open"}
    return widths((labels[key], count) for key, count in rules.count_results(alerts).most_common())


def _precision(source: Reader | HotList | MatchKind, label: str, share: Proportion) -> dict[str, Any]:
    """A chart row: a share with its interval, in percent."""
    low, high = (bound * WIDTH for bound in share.interval)
    middle = None if share.value is None else share.value * WIDTH
    drawn = {"low": low, "high": high, "spread": high - low, "middle": middle}
    return {"source": source, "label": label, "share": share, **drawn}


def _judged(source: actions.JudgedSource, label: str, share: Proportion) -> dict[str, Any]:
    """With the floor below which the source is muted, and the mute that is not reviewed yet."""
    withheld = source.mutes.first() if source.muted_at else None
    return _precision(source, label, share) | {"floor": source.floor, "withheld": withheld}


def _cameras(alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    apart = rules.group_by(alerts, lambda alert: alert.reader)
    readers = Reader.objects.filter(revoked_at=None) | Reader.objects.filter(pk__in=apart)
    return _worst_first(
        _judged(reader, f"{reader.camera} ({reader.name})", rules.read_correctly(apart.get(reader.pk, ())))
        for reader in readers.distinct()
    )


def _lists(person: Person, alerts: list[AlertProgress]) -> list[dict[str, Any]]:
    apart = rules.group_by(alerts, lambda alert: alert.hotlist)
    return _worst_first(
        _judged(hotlist, hotlist.name, rules.entries_on_file(of_it := apart.get(hotlist.pk, ())))
        | {"absent": rules.count_absent(of_it)}
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
