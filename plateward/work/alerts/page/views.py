"""The alert's page and its five steps; the list of earlier reads."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.work.alerts.audience.alerts import alert_or_404, alerts_for
from plateward.work.alerts.facts import ActKind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions, forms
from plateward.work.alerts.page.context import alert_context, history
from plateward.work.alerts.queue.shown import acknowledge_opened
from plateward.work.alerts.queue.summary import for_summaries, summaries
from plateward.work.alerts.rules import JobStep, current_step
from plateward.work.alerts.step import StepForm, step_form

TYPED = ("text", "textarea")


@require_GET
@enforces("6.c.ii/lists")
def earlier_reads(request: HttpRequest) -> HttpResponse:
    """All alerts of earlier reads. Context: page, a Django Page; alerts, its summaries."""
    past = for_summaries(alerts_for(person_of(request)).filter(historical=True))
    page = page_of(request, past, 100)
    record(actor_of(request), Event.ALERT_VIEW, "historical alerts", page=page.number)
    return render(request, "alerts/historical.html", {"page": page, "alerts": summaries(page)})


@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: images, place, steps, history."""
    alert = alert_or_404(request, pk)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}")
    acknowledge_opened(request, alert)
    return render(request, "alerts/alert.html", alert_context(alert, person_of(request)))


def view_of(step: StepForm[Any]) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that takes the step. Invalid input shows the page again with what was typed, a refusal says why."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        alert = alert_or_404(request, pk)
        sent, form = submitted(request, step.form, **step.more(alert))
        if sent.valid:
            with sent:
                step.do(request, alert, form)
                return redirect("alerts:alert", pk=pk)
            alert = alert_or_404(request, pk)  # the refused step may have changed it here
        return _again(request, alert, sent, step, form)

    return view


def _again(
    request: HttpRequest, alert: Alert, sent: Submission, step: StepForm[Any], form: Form
) -> HttpResponse:
    """Show the page again after a refused step, with what was typed and the reason."""
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{alert.pk}")
    context = alert_context(alert, person_of(request))
    part = context.get(step.part, {})
    # Only a step that is still open gets its form back; for others the page shows what was typed.
    if part.get(step.name):
        context = {**context, "form": form, step.part: {**part, step.name: form}}
    elif any(field.widget_type in TYPED for field in form):
        unsaved = [{"label": field.label, "value": field.value()} for field in form if field.value()]
        context = {**context, "form": None, "unsaved": unsaved}
    return sent.render("alerts/alert.html", **{"form": None} | context)


@step_form("reading", "confirm_form", forms.ConfirmationForm)
def confirm(request: HttpRequest, alert: Alert, form: forms.ConfirmationForm) -> None:
    """The operator's own reading of plate and state."""
    if actions.confirm(actor_of(request), alert, form.cleaned_data["plate"], form.cleaned_data["state"]):
        messages.info(request, "Your reading matches the listed plate.")
    else:
        messages.warning(request, "Your reading is not the listed plate. No basis to act; close the alert.")


@step_form("observing", "observe_form", forms.ObservationForm)
def observe(request: HttpRequest, alert: Alert, form: forms.ObservationForm) -> None:
    """Whether the plate on the vehicle itself matches, and what vehicle it is."""
    facts = actions.observe(actor_of(request), alert, matches=form.matches, vehicle=form.seen)
    if not form.matches:
        messages.warning(request, "Recorded: not observed. No encounter is allowed; close the alert.")
    elif facts.other_class:
        messages.error(request, "Recorded: not the vehicle class described. Do not act on it.")
    elif facts.observed is None:
        messages.warning(
            request, "Recorded, but you saw none of the description: this is not an observation."
        )
    elif facts.unexplained:
        messages.warning(request, "Recorded: the vehicle differs from its description. Explain why.")
    else:
        verify = current_step(facts, clock.now()) is JobStep.VERIFY
        messages.info(
            request, f"Recorded: you see this plate on the vehicle.{' Verify it next.' if verify else ''}"
        )


@step_form("observing", "explain_form", forms.ExplanationForm)
def explain(request: HttpRequest, alert: Alert, form: forms.ExplanationForm) -> None:
    """Why the vehicle differs from its description."""
    actions.explain(actor_of(request), alert, form.cleaned_data["explanation"])
    messages.info(request, "Recorded. Your supervisor will see it with the alert.")


@step_form("acting", "act_form", forms.ActForm)
def act(request: HttpRequest, alert: Alert, form: forms.ActForm) -> None:
    """An encounter, investigation or enforcement action begins."""
    kind = form.cleaned_data["kind"]
    actions.act(actor_of(request), alert, ActKind(kind))
    messages.info(request, f"Recorded: {kind}. When it is over, record how it ended.")


@require_GET
@enforces("6.e.iv.3/order", "6.b.i.9/entries")
def steps_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The alert's history as JSON `steps`, earliest first; an open page asks when it hears of a change."""
    alert = alert_or_404(request, pk)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}", history_alone=True)
    steps = [
        {"at": line.at.isoformat(), "by": line.by, "what": line.what} for line in history(alert) if line.step
    ]
    return JsonResponse({"steps": steps})
