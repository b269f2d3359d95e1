"""The override on the alert's page, its banner, and its review."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import LongTextField
from plateward.ground import clock
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.superiors import people_below
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.models import Alert
from plateward.work.alerts.overrides import actions, rules
from plateward.work.alerts.overrides.models import Override
from plateward.work.alerts.step import step_form


class OverrideForm(forms.Form):
    """Why there is no time."""

    why = LongTextField(
        3,
        label="Danger that leaves no time for the checks",
        max_length=2000,
        help_text="Who is in danger, from whom, and what you see. Your supervisor is notified at once.",
    )


class OverrideReviewForm(forms.Form):
    """What the review found."""

    justified = forms.ChoiceField(
        label="Your finding",
        choices=[("yes", "Justified"), ("no", "Not justified")],
        widget=forms.RadioSelect,
    )
    text = LongTextField(
        4,
        label="What you reviewed, and why",
        max_length=2000,
        help_text="What you reviewed, whom you interviewed, and why it supports your finding. The officer reads it.",
    )


RECENT = 20


@step_form("overrides", "override_form", OverrideForm)
def override(request: HttpRequest, alert: Alert, form: OverrideForm) -> None:
    """In imminent danger: continue without the missing checks."""
    made = actions.override(actor_of(request), alert, form.cleaned_data["why"])
    messages.warning(
        request, f"The checks are overridden. Notified for review: {made.is_with}. Record the action taken."
    )


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Overrides for the viewer to review, and recent ones of their people or reviewed by them. Context:
    waiting and past, lists of Override."""
    me = person_of(request)
    record(actor_of(request), Event.OVERRIDE_VIEW, "overrides")
    waiting = actions.overrides_to_review(me)
    visible = (
        actions.all_overrides()
        .filter(Q(by__in=people_below(me)) | Q(referrals__to=me) | Q(finding__by=me))
        .distinct()
    )
    past = visible.exclude(pk__in=[override.pk for override in waiting]).order_by("-pk")[:RECENT]
    context = {"waiting": waiting, "past": [override for override in past if actions.may_see(me, override)]}
    return render(request, "overrides/index.html", context)


@enforces("6.e.iv.3", "6.b.i.9")
def overrides_for_banner(request: HttpRequest) -> list[Override]:
    """For the banner on each page of a reviewer; logged before they are shown."""
    waiting = actions.overrides_to_review(person_of(request))
    if waiting:
        keys = [override.pk for override in waiting]
        record(actor_of(request), Event.OVERRIDE_VIEW, "overrides:banner", overrides=keys)
    return waiting


@require_GET
def banner(request: HttpRequest) -> HttpResponse:
    """For an open page: the new banner, or nothing if it is unchanged."""
    keys = _keys(override.pk for override in actions.overrides_to_review(person_of(request)))
    if keys == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    rows = overrides_for_banner(request)
    html = render_to_string("overrides/banner.html", {"overrides": rows}, request)
    return JsonResponse({"shown": _keys(row.pk for row in rows), "html": html})


def _keys(overrides: Iterable[int]) -> str:
    return ",".join(map(str, overrides))


@require_http_methods(["GET", "POST"])
@enforces("6.c.ii")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One override with everything needed to review it. Context: override, alert, form or
    None, may_open (the alert's page), refusal."""
    me = person_of(request)
    override = get_object_or_404(actions.all_overrides(), pk=pk)
    if not actions.may_see(me, override):
        raise Http404
    sent, form = submitted(request, OverrideReviewForm)
    if sent.valid:
        justified, text = form.cleaned_data["justified"] == "yes", form.cleaned_data["text"]
        with sent:
            actions.review(actor_of(request), override, justified=justified, text=text)
            return sent.done(
                f"Your finding on alert {override.alert_id} is recorded; {override.by} was notified.",
                "overrides:index",
            )
        override = get_object_or_404(actions.all_overrides(), pk=pk)
    record(actor_of(request), Event.OVERRIDE_VIEW, f"override:{pk}", alert=override.alert_id)
    open_to = actions.is_assigned(me, override) and not hasattr(override, "finding")
    return sent.render(
        "overrides/review.html",
        override=override,
        alert=override.alert,
        form=form if open_to else None,
        may_open=Permission.ALERT_VIEW in me.permissions,
    )


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context on the alert's page: override, or None; override_form if this person may use it."""
    made = getattr(alert, "override", None)
    may = rules.may_override(facts, clock.now(), actions.earlier_override(alert))
    offered = Permission.ALERT_ACT in person.permissions and isinstance(may, Allow)
    return {"override": made, "override_form": OverrideForm() if offered else None}
