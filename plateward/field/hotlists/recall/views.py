"""The page for recalling an entry, and the page of recalled plates."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import page_of
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.recall import actions
from plateward.field.hotlists.recall.models import RecalledPlate, RecalledPlates, Return
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of, person_of


class RecallForm(forms.Form):
    """Why nobody may act on the entry any more."""

    reason = LongTextField(
        2, label="Reason for recall", help_text="Everyone who saw an alert for it sees this.", max_length=250
    )


@require_http_methods(["GET", "POST"])
@enforces("6.c.ii/lists")
def recall_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The effects of a recall, and the act itself. Context: entry, form, refusal."""
    entries = Entry.objects.filter(hotlist__in=lists_for(person_of(request))).select_related("hotlist")
    entry = get_object_or_404(entries, pk=pk)
    sent, form = submitted(request, RecallForm)
    if sent.valid:
        with sent:
            actions.recall_entry(actor_of(request), entry, form.cleaned_data["reason"])
            return sent.done(
                f"{entry} is recalled. Its open alerts ended; readers drop it within seconds.",
                "hotlists:list",
                pk=entry.hotlist_id,
            )
    record(actor_of(request), Event.HOTLIST_VIEW, f"entry:{entry.pk}")
    return sent.render("hotlists/recall.html", entry=entry)


class ReturnRequestForm(forms.Form):
    """Why a recalled plate should return."""

    why = LongTextField(
        2,
        label="Reason for return",
        help_text="What its source confirmed, who said so and when. A supervisor decides based on this.",
        max_length=1000,
    )


class ReturnDecisionForm(forms.Form):
    """A supervisor's decision on a return."""

    answer = LongTextField(
        2, label="Message to requester", help_text="Required to deny.", max_length=250, required=False
    )
    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("deny", "Deny")])


@enforces("6.c.ii/lists")
def _visible_plates(request: HttpRequest) -> RecalledPlates:
    return RecalledPlate.objects.filter(hotlist__in=lists_for(person_of(request)))


@require_GET
def list_recalled(request: HttpRequest) -> HttpResponse:
    """The plates that no file brings back, latest first. Context: page (of RecalledPlate), rows
    (RecalledPlate, last HeldLine, waiting Return, last decided Return; each may be None), names."""
    plates = _visible_plates(request).in_force().select_related("entry__ended", "hotlist")
    page = page_of(request, plates.prefetch_related("returns", "lines__load"))
    record(actor_of(request), Event.HOTLIST_VIEW, "recalled plates", page=page.number)
    rows = [(plate, *_latest_of(plate)) for plate in page]
    keys = [plate.entry.ended.by for plate in page if plate.entry.ended]
    keys += [
        key
        for plate in page
        for plate_return in plate.returns.all()
        for key in (plate_return.asked_by, plate_return.decided_by)
    ]
    context = {"page": page, "rows": rows, "names": names_with_accounts(keys)}
    return render(request, "hotlists/recalled.html", context)


def _latest_of(plate: RecalledPlate) -> tuple[object, Return | None, Return | None]:
    line = max(plate.lines.all(), key=lambda held_line: held_line.load_id, default=None)
    waiting = next((item for item in plate.returns.all() if item.decided_at is None), None)
    return line, waiting, next((item for item in plate.returns.all() if item.decided_at), None)


@require_POST
def request_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Request a recalled plate's return."""
    plate, form = get_object_or_404(_visible_plates(request), pk=pk), ReturnRequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"State why {plate} should return, in at most 1,000 characters.")
    else:
        with failure_as_message(request):
            actions.request_return(actor_of(request), plate, form.cleaned_data["why"])
            messages.success(request, f"A supervisor decides whether {plate} may return.")
    return redirect("hotlists:recalled")


@require_POST
def decide_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or deny the return."""
    plate_return = get_object_or_404(Return.objects.filter(recalled__in=_visible_plates(request)), pk=pk)
    form = ReturnDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Press Approve or Deny, with a message of at most 250 characters.")
    else:
        approves, answer = form.cleaned_data["decision"] == "approve", form.cleaned_data["answer"]
        with failure_as_message(request):
            actions.decide_return(actor_of(request), plate_return, approves=approves, answer=answer)
            outcome = "returns with its source's next file" if approves else "stays off the list"
            messages.success(request, f"{plate_return.recalled} {outcome}.")
    return redirect("hotlists:recalled")
