"""The page from which an entry is recalled."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entry
from plateward.hotlists.recall.actions import recall as do
from plateward.people.middleware import person_of, who_is
from plateward.policy.decision import Refused
from plateward.policy.trace import enforces


class Why(forms.Form):
    """Why nobody may act on it any more."""

    reason = forms.CharField(
        label="Why it is recalled",
        help_text="Everyone who saw an alert of it reads this sentence.",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "POST"])
@enforces("6.c.ii")
def recall(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What follows from a recall, and the act itself. Context: entry, form, refusal."""
    mine = Entry.objects.filter(hotlist__in=lists_for(person_of(request))).select_related("hotlist")
    entry = get_object_or_404(mine, pk=pk)
    form, refusal = Why(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            do(who_is(request), entry, form.cleaned_data["reason"])
        except Refused as refused:
            refusal = refused.refusal
        else:
            messages.success(
                request,
                f"{entry} is recalled. Its open alerts have ended; readers hear of it within seconds.",
            )
            return redirect("hotlists:list", pk=entry.hotlist_id)
    record(who_is(request), Event.HOTLIST_VIEW, f"entry:{entry.pk}")
    context = {"entry": entry, "form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "hotlists/recall.html", context, status=status)
