"""The alert's page and its five steps; the list of earlier reads."""

from typing import Any

from django.contrib import messages
from django.dispatch import receiver
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.alerts.audience.alerts import alert_or_404, alerts_for
from plateward.alerts.facts import ActKind
from plateward.alerts.models import Alert
from plateward.alerts.page import actions, forms
from plateward.alerts.page.context import alert_context, history
from plateward.alerts.queue.summary import for_summaries, summaries
from plateward.alerts.queue.views import acknowledge_opened
from plateward.alerts.signals import page_asked
from plateward.alerts.steps.views import step
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.people.http import actor_of, person_of
from plateward.policy.trace import enforces

TYPED = ("text", "textarea")


@require_GET
@enforces("6.b.i.2", "6.c.ii")
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


@receiver(page_asked)
def again(
    request: HttpRequest, alert: Alert, sent: Submission, name: str, form: Form, **_: Any
) -> HttpResponse:
    """Show the page again after a refused step, with what was typed and the reason."""
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{alert.pk}")
    context = alert_context(alert, person_of(request)) | {"unsaved": []}
    # Only a step that is still open gets its form back; for others the page shows what was typed.
    if context.get(name) is not None:
        context[name] = form
    elif any(field.widget_type in TYPED for field in form):
        context["unsaved"] = [
            {"label": field.label, "value": field.value()} for field in form if field.value()
        ]
    return sent.render("alerts/alert.html", form=None, **context)


@step("confirm_form", forms.ConfirmationForm)
def confirm(request: HttpRequest, alert: Alert, form: forms.ConfirmationForm) -> None:
    """The operator's own reading of plate and state."""
    if actions.confirm(actor_of(request), alert, form.cleaned_data["plate"], form.cleaned_data["state"]):
        messages.success(request, "Your reading matches the listed plate. Check the entry, then verify it.")
    else:
        messages.warning(request, "Your reading is not the listed plate. No basis to act; close the alert.")


@step("observe_form", forms.ObservationForm)
def observe(request: HttpRequest, alert: Alert, form: forms.ObservationForm) -> None:
    """Whether the plate on the vehicle itself matches, and what vehicle it is."""
    facts = actions.observe(actor_of(request), alert, matches=form.matches, vehicle=form.seen)
    if not form.matches:
        messages.warning(request, "Recorded: not observed. No encounter is allowed; close the alert.")
    elif facts.other_class:
        messages.error(request, "Recorded: not the vehicle class described. Do not act on it.")
    elif facts.observed is None:
        messages.warning(
            request, "Recorded, but you saw nothing of what is described: this is not an observation."
        )
    elif facts.unexplained:
        messages.warning(
            request, "Recorded: the vehicle differs from its description. Explain why in step 2."
        )
    else:
        messages.success(request, "Recorded: you see this plate on the vehicle. Verify it next.")


@step("explain_form", forms.ExplanationForm)
def explain(request: HttpRequest, alert: Alert, form: forms.ExplanationForm) -> None:
    """Why the vehicle differs from its description."""
    actions.explain(actor_of(request), alert, form.cleaned_data["explanation"])
    messages.success(request, "Recorded. Your supervisor will see it with the alert.")


@step("act_form", forms.ActForm)
def act(request: HttpRequest, alert: Alert, form: forms.ActForm) -> None:
    """An encounter, investigation or enforcement action begins."""
    kind = form.cleaned_data["kind"]
    actions.act(actor_of(request), alert, ActKind(kind))
    messages.success(request, f"Recorded: {kind}. Record in step 5 how it ended.")


@require_GET
@enforces("6.e.iv.3", "6.b.i.9")
def steps_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The alert's history as JSON `steps`, earliest first; an open page asks when it hears of a change."""
    alert = alert_or_404(request, pk)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}", history_alone=True)
    steps = [
        {"at": line.at.isoformat(), "by": line.by, "what": line.what} for line in history(alert) if line.step
    ]
    return JsonResponse({"steps": steps})
