"""Evidence and what its destruction needs: cases that ended, and orders that were signed."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.rules import bare, normalized
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.bulk import checked
from plateward.core.pages.fields import parse_numbers
from plateward.core.pages.lists import page_of
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert
from plateward.work.retention import ordering
from plateward.work.retention.deciding import MOST_ITEMS
from plateward.work.retention.forms import AdjudicationForm, DueFilters, OrderForm, RevokeForm
from plateward.work.retention.models import Adjudication, DestructionOrder
from plateward.work.retention.ordering import signed_words, waits_of

MOST_CASES = 50  # on the form


@require_GET
@enforces("6.h.ii/enforcement", "6.h.ii/order", "6.b.i.2/hold")
def evidence(request: HttpRequest) -> HttpResponse:
    """The alerts whose reads are evidence, each with what its destruction needs; and how cases ended."""
    page = page_of(request, ordering.evidence_alerts().order_by("-pk"))
    rows = ordering.evidence_of(page.object_list)
    record(actor_of(request), Event.RETENTION_VIEW, "evidence", page=page.number)
    adjudications = list(Adjudication.objects.all()[:20])
    context = {
        "page": page,
        "rows": rows,
        "signed": signed_words([row.alert.pk for row in rows if row.facts.ordered]),
        "seen": _openable(person_of(request), page.object_list),
        "adjudications": adjudications,
        "names": names_of(row.by for row in adjudications),
    }
    return render(request, "retention/evidence.html", context)


def _openable(person: Person, alerts: Iterable[Alert]) -> set[int]:
    if Permission.ALERT_VIEW not in person.permissions:
        return set()
    keys = [alert.pk for alert in alerts]
    return set(alerts_for(person).filter(pk__in=keys).values_list("pk", flat=True))


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii/enforcement")
def adjudicate(request: HttpRequest) -> HttpResponse:
    """Record how a case ended. The form lists cases, so it is on the log."""
    sent, form = submitted(request, AdjudicationForm, initial={"number": request.GET.get("number", "")[:60]})
    if sent.valid:
        with sent:
            made = ordering.record_adjudication(actor_of(request), **form.cleaned_data)
            messages.success(request, f"Recorded. {made}.")
            seen = Permission.RETENTION_VIEW in person_of(request).permissions
            return redirect("retention:evidence" if seen else "retention:adjudicate")
    record(actor_of(request), Event.RETENTION_VIEW, "adjudications")
    cases = ordering.cases_without_outcome(alerts_for(person_of(request)))
    return sent.render("retention/adjudicate.html", cases=cases[:MOST_CASES], cases_in_all=len(cases))


@require_GET
@enforces("6.h.ii/order")
def orders(request: HttpRequest) -> HttpResponse:
    """The destruction orders, newest first."""
    page = page_of(request, DestructionOrder.objects.select_related("signed_by").prefetch_related("items"))
    record(actor_of(request), Event.RETENTION_VIEW, "orders", page=page.number)
    return render(request, "retention/orders.html", {"page": page, "waits": waits_of(page.object_list)})


@require_http_methods(["GET", "POST"])
@enforces("6.h.ii/order", "6.c.i.1/role", "6.a.i.2/own")
def sign(request: HttpRequest) -> HttpResponse:
    """Sign an order for the evidence that is checked, after a new proof of the second factor (people/routes.py)."""
    sent, form = submitted(request, OrderForm)
    alerts = checked(request, "alert")
    if sent.valid:
        with sent:
            made = ordering.sign_order(actor_of(request), alerts, **form.cleaned_data)
            return sent.done(
                f"{made} signed for {len(alerts)} alert{pluralize(alerts)}. It takes effect at the next run unless a "
                "hold or a reopened case keeps the reads.",
                made,
            )
    filters = DueFilters(request.GET, ordering.evidence_alerts())
    due = ordering.due_for_order(filters.qs, person_of(request))
    if case := bare(normalized(filters.chosen.get("case", ""))):
        due = [row for row in due if any(case in bare(normalized(number)) for number, _ in row.facts.cases)]
    page = page_of(request, due, MOST_ITEMS)
    record(actor_of(request), Event.RETENTION_VIEW, "evidence", page=page.number, filters=filters.query)
    return sent.render(
        "retention/sign.html",
        filters=filters.form,
        query=filters.query,
        page=page,
        cases=len({number for row in due for number, _ in row.facts.cases}),
        seen=_openable(person_of(request), (row.alert for row in page)),
        on=alerts or parse_numbers(request.GET.getlist("alert")),
    )


@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order."""
    return _render(request, get_object_or_404(DestructionOrder, pk=pk), Submission(request))


@require_POST
@enforces("6.h.ii/order")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke an order that waits."""
    made = get_object_or_404(DestructionOrder, pk=pk)
    sent, form = submitted(request, RevokeForm)
    if sent.valid:
        with sent:
            ordering.revoke_order(actor_of(request), made, form.cleaned_data["reason"])
            return sent.done("Revoked.", made)
    return _render(request, made, sent)


def _render(request: HttpRequest, made: DestructionOrder, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.RETENTION_VIEW, f"order:{made.pk}")
    made = DestructionOrder.objects.select_related("signed_by").get(pk=made.pk)
    items = list(made.items.select_related("alert"))
    waits = made.revoked_at is None and all(item.done_at is None for item in items)
    revokes = waits and Permission.RETENTION_APPROVE in person_of(request).permissions
    return sent.render(
        "retention/order.html",
        order=made,
        items=items,
        waits=waits_of([made]).get(made.pk),
        names=names_of([made.revoked_by]),
        revoking=sent.form_of(RevokeForm, offered=revokes),
    )
