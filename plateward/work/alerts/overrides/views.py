"""The override on the alert's page, its banner, and its review."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import LongTextField, MinuteField, YesNoField
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
from plateward.work.alerts.overrides.models import DangerException, Override
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

    justified = YesNoField("Justified", "Not justified", "Your finding")
    text = LongTextField(
        4,
        label="What you reviewed, and why",
        max_length=2000,
        help_text="What you reviewed, whom you interviewed, and why it supports your finding. The officer reads it.",
    )


class AllowForm(forms.Form):
    """The Chief's exception."""

    basis = LongTextField(
        3,
        label="Basis",
        max_length=400,
        help_text="The law, order or policy on which officers may act before the checks, and for which dangers. It is "
        "shown with each override.",
    )
    until = MinuteField(label="Until", help_text="It ends automatically then. At most a year from now.")


class EndForm(forms.Form):
    """Why the exception ends before its time."""

    reason = LongTextField(2, label="Why it ends", max_length=400, help_text="It ends at once.")


RECENT, EXCEPTION = 20, "overrides:exception"


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


@require_GET
@enforces("6.e.iv.3/danger")
def show_exception(request: HttpRequest) -> HttpResponse:
    """The exception for imminent danger, and all earlier ones."""
    return _render_exception(request, Submission(request))


@require_POST
@enforces("6.e.iv.3/danger")
def allow_exception(request: HttpRequest) -> HttpResponse:
    """The Chief allows it."""
    done = "Allowed. Each use is reported as a deviation from the policy."
    return _decide_exception(request, AllowForm, actions.allow_exception, done)


@require_POST
@enforces("6.e.iv.3/danger")
def end_exception(request: HttpRequest) -> HttpResponse:
    """The Chief ends it before its time."""
    done = "Ended: from now on no check can be overridden."
    return _decide_exception(request, EndForm, actions.end_exception, done)


def _decide_exception(
    request: HttpRequest, form: type[forms.Form], act: Callable[..., object], done: str
) -> HttpResponse:
    sent, given = submitted(request, form)
    if sent.valid:
        with sent:
            act(actor_of(request), **given.cleaned_data)
            return sent.done(done, EXCEPTION)
    return _render_exception(request, sent)


def _render_exception(request: HttpRequest, sent: Submission) -> HttpResponse:
    """Context: current, a DangerException or None; every, the latest, each with used; allowing and ending, forms for
    the Chief or None; refusal."""
    record(actor_of(request), Event.OVERRIDE_VIEW, "overrides:exception")
    current = DangerException.objects.in_force().select_related("by").first()
    every = DangerException.objects.select_related("by", "ended_by").annotate(used=Count("overrides"))
    may = Permission.OVERRIDE_ALLOW in person_of(request).permissions
    return sent.render(
        "overrides/exception.html",
        current=current,
        every=every.order_by("-pk")[:RECENT],
        allowing=sent.form_of(AllowForm, offered=may and not current),
        ending=sent.form_of(EndForm, offered=may and current is not None),
    )


@enforces("6.e.iv.3/danger", "6.b.i.9/entries", "6.b.i.9/first")
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
@enforces("6.c.ii/people")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One override with everything needed to review it. Context: override, alert, form or
    None, may_open (the alert's page), refusal."""
    me = person_of(request)
    override = get_object_or_404(actions.all_overrides(), pk=pk)
    if not actions.may_see(me, override):
        raise Http404
    sent, form = submitted(request, OverrideReviewForm)
    if sent.valid:
        with sent:
            actions.review(actor_of(request), override, **form.cleaned_data)
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
    """Template context on the alert's page: override, or None; override_form if this person may use it, and the
    exception that allows it."""
    made = getattr(alert, "override", None)
    exception = DangerException.objects.in_force().select_related("by").first()
    earlier = actions.earlier_override(alert)
    may = rules.may_override(facts, clock.now(), earlier, allowed=exception is not None)
    offered = Permission.ALERT_ACT in person.permissions and isinstance(may, Allow)
    return {
        "override": made,
        "override_form": OverrideForm() if offered else None,
        "exception": exception,
    }
