"""The outcomes page and the decisions made there; each row of the page has its own forms."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from plateward.alerts.outcomes import actions
from plateward.alerts.outcomes.page import outcomes_context
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.fleet.models import Reader
from plateward.hotlists.audience import lists_for
from plateward.pages.acts import Submission, submitted
from plateward.pages.fields import LongTextField
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission

PERIODS = {"30": "30 days", "90": "90 days", "365": "A year"}


class PeriodForm(forms.Form):
    """How far back to look."""

    days = forms.ChoiceField(
        label="Period",
        choices=list(PERIODS.items()),
        help_text="Alerts that came before are left out of all figures on this page.",
    )


class MuteReviewForm(forms.Form):
    """The finding about a muted camera or list."""

    finding = LongTextField(
        3,
        label="Finding and action taken",
        max_length=2000,
        help_text="Why it was wrong so often, and what was repaired or changed. It stays on record.",
    )
    rings_again = forms.ChoiceField(
        label="Its alarm",
        choices=[("yes", "Turn on again"), ("no", "Keep withheld")],
        widget=forms.RadioSelect,
    )


class FloorForm(forms.Form):
    """The percentage below which a source is muted."""

    floor = forms.IntegerField(
        label="Floor in percent (0: never withheld)",
        min_value=0,
        max_value=99,
        help_text="If certainly fewer of its alerts are right, its alarm is withheld until somebody reviews it.",
    )


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """How alerts ended, how often cameras and lists were right, how long each step took."""
    return _page(request, Submission(request))


def _page(request: HttpRequest, sent: Submission, form: forms.Form | None = None) -> HttpResponse:
    """`form`: one row's form that was refused."""
    person = person_of(request)
    period = PeriodForm({"days": request.GET.get("days") or "90"})
    days = int(period.cleaned_data["days"]) if period.is_valid() else 90
    record(actor_of(request), Event.OUTCOME_VIEW, "outcomes", days=days)
    reviews = Permission.OUTCOME_REVIEW in person.permissions
    context = outcomes_context(person, days) | {
        "days": days,
        "periods": {int(k): text for k, text in PERIODS.items()},
    }
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
        again = form.cleaned_data["rings_again"] == "yes"
        with sent:
            actions.review_mute(actor_of(request), source, form.cleaned_data["finding"], rings_again=again)
            then = "is on again" if again else "stays withheld"
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
        raise Http404("Only cameras and lists are judged.")
    return get_object_or_404(lists_for(person_of(request)), pk=pk)
