"""Closing an alert, and the supervisor's pages: what waits for review, and one disposition."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.bulk import checked, each
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.models import Reason
from plateward.ground.policy.decision import Allow
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alert_or_404
from plateward.work.alerts.closing import actions, forms, rules
from plateward.work.alerts.facts import AlertOutcome, Facts
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.reviewing.routing import dispositions_to_review
from plateward.work.alerts.rules import may_stop
from plateward.work.alerts.step import step_form

RECENT = 20


@step_form("closing", "dispose_form", forms.DispositionForm, lambda alert: {"facts": alert.facts()})
def dispose(request: HttpRequest, alert: Alert, form: forms.DispositionForm) -> None:
    """Close the alert with a disposition."""
    disposition = actions.dispose(actor_of(request), alert, form.account())
    due = " DEMS export is due." if disposition.outcome == AlertOutcome.ENFORCEMENT else ""
    messages.success(request, f"Alert {alert.pk} is closed.{due}")


@require_GET
def to_review(request: HttpRequest) -> HttpResponse:
    """What waits, and what the viewer reviewed lately. Context: page, of what waits; done, of Disposition; together,
    the keys of those on the page that may be accepted in one act; reasons, their words by key."""
    me = person_of(request)
    page = page_of(request, actions.loaded_to_accept(dispositions_to_review(me)))
    together = [
        disposition.pk for disposition in page if isinstance(actions.accepts_with_others(disposition), Allow)
    ]
    record(actor_of(request), Event.ALERT_VIEW, "dispositions to review", waiting=page.paginator.count)
    done = Disposition.objects.filter(review__by=me).select_related("by", "review").order_by("-review__pk")
    context = {"page": page, "done": done[:RECENT], "together": together, "reasons": Reason.texts()}
    return render(request, "alerts/to_review.html", context)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept what was chosen of the page's list (`disposition`, once or more), each by its own record."""
    given = checked(request, "disposition")
    chosen = actions.loaded_to_accept(dispositions_to_review(person_of(request)).filter(pk__in=given))
    result = each(chosen, partial(actions.accept_with_others, actor_of(request)))
    if accepted := len(result.done):
        messages.success(
            request, f"{accepted} disposition{pluralize(accepted)} accepted. Each has its own record."
        )
    for disposition, why in result.refused:
        messages.warning(request, f"Not accepted: alert {disposition.alert_id}. {why}")
    if not chosen:
        messages.warning(request, "Nothing was accepted: select dispositions first.")
    return redirect("closing:to_review")


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposition with all its versions, and the decision on the last. Context: alert; dispositions; form
    (None if nothing waits); refusal."""
    disposition = get_object_or_404(Disposition.objects.select_related("by"), pk=pk)
    alert = alert_or_404(request, disposition.alert_id)
    sent, form = submitted(request, forms.DispositionReviewForm)
    if sent.valid:
        with sent:
            returned = form.cleaned_data["decision"] == "return"
            words = form.cleaned_data["words"] if returned else ""
            actions.review(actor_of(request), disposition, returned=returned, words=words)
            result = f"returned to {disposition.by}" if returned else "accepted"
            return sent.done(f"The disposition of alert {alert.pk} is {result}.", "closing:to_review")
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{alert.pk}")
    open_still = dispositions_to_review(person_of(request)).filter(pk=pk).exists()
    return sent.render(
        "alerts/review.html",
        alert=alert,
        dispositions=disposition_versions(alert),
        form=form if open_still else None,
    )


def template_context(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Template context: dispositions, every version, latest last; disposition, the latest; returned, its
    Review if it was returned; dispose_form, if this person may close the alert."""
    every = disposition_versions(alert)
    last = every[-1] if every else None
    form = None
    if Permission.ALERT_DISPOSE in person.permissions and (facts.returned or not facts.closed):
        form = forms.DispositionForm(
            facts=facts,
            stop=may_stop(facts, person.role, person.employment.sworn_here),
            initial=forms.DispositionForm.initial_values(last)
            if last
            else {"outcome": rules.likely_outcome(facts), "notified_for": alert.entry.reason_text},
        )
    return {
        "dispositions": every,
        "disposition": last,
        "returned": last.review if last and facts.returned else None,
        "dispose_form": form,
    }


def disposition_versions(alert: Alert) -> list[Disposition]:
    """Every disposition of an alert, with what it names and its review."""
    return list(alert.dispositions.select_related("by", "review__by").prefetch_related("actions"))
