"""A person's own absences."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.core.pages.fields import DayField
from plateward.ground import clock
from plateward.people import days
from plateward.people.chain_of_command.absences import coming_absences, declare_absence, end_absence
from plateward.people.chain_of_command.models import Absence
from plateward.people.http import actor_of, person_of


class AbsenceForm(forms.Form):
    first = DayField(
        label="First day",
        initial=days.today,
        help_text="From this day on, your reviews go to the next person up the chain of command.",
    )
    last = DayField(label="Last day", help_text="The day after, reviews come to you again.")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the start of the first day, or from now, to the end of the last."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return max(days.start_of(first), clock.now()), days.start_of(last + timedelta(days=1))


@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Declare one; see those that are not over."""
    me = person_of(request)
    sent, form = submitted(request, AbsenceForm)
    if sent.valid:
        with sent:
            declare_absence(actor_of(request), *form.span)
            return sent.done("Declared. Until it ends, requests go to your supervisor.", "command:absences")
    record(actor_of(request), Event.PERSON_VIEW, f"person:{me.username}", looking_at="absences")
    return sent.render("command/absences.html", absences=coming_absences(me), above=me.supervisor)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence early, or before it begins."""
    me = person_of(request)
    with failure_as_message(request):
        end_absence(actor_of(request), get_object_or_404(Absence, pk=pk, person=me))
        messages.success(request, "Ended. Your people's requests come to you again.")
    return redirect("command:absences")
