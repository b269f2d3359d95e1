"""The Chief's page: who holds which office, by which order; giving, handing over, ending."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission
from plateward.core.pages.fields import DayField
from plateward.ground import clock
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.models import Designation
from plateward.people.access.offices import actions
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.access.standing import in_force_at
from plateward.people.access.suspensions.views import suspension_rows
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.person_fields import BadgeOrUsernameField

Office = Designation.Office


class OrderForm(forms.Form):
    document = forms.CharField(
        label="Order", max_length=200, help_text="The order or letter, as filed by the agency."
    )
    until = DayField(label="Last day", required=False, help_text="Blank: until ended.")

    def order(self, since: date | None = None) -> OfficeOrder:
        """From a valid form. An order from today holds from this moment."""
        begins = days.start_of(since) if since and since != days.today() else clock.now()
        until = self.cleaned_data["until"]
        ends = days.start_of(until + timedelta(days=1)) if until else None
        return OfficeOrder(self.cleaned_data["document"], begins, ends)


class DesignateForm(OrderForm):
    person = BadgeOrUsernameField(
        label="Username", help_text="The new holder of the office, who is notified."
    )
    office = forms.ChoiceField(
        label="Office",
        choices=[("", "Choose"), *Office.choices],
        help_text="Its duties and notices go to this person.",
    )
    since = DayField(label="First day", required=False, help_text="Blank: from now.")
    field_order = ["person", "office", "document", "since", "until"]


class HandOverOfficeForm(OrderForm):
    former = forms.ModelChoiceField(
        label="From",
        queryset=Person.objects.filter(role=Role.ADMINISTRATOR),
        required=False,
        empty_label="Nobody",
        help_text="Blank if the office is vacant or its holder stays.",
    )
    successor = BadgeOrUsernameField(
        label="To (username)",
        help_text="The new holder. The duties of the office transfer at once.",
    )
    field_order = ["former", "successor", "document", "until"]


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every designation, and the forms to give an office and to hand over the administrator's."""
    name = request.POST.get("form", "")
    designating = DesignateForm(request.POST if name == "designate" else None, prefix="designate")
    handing = HandOverOfficeForm(request.POST if name == "hand_over" else None, prefix="hand_over")
    sent = Submission(request, handing if handing.is_bound else designating)
    if sent.valid:
        with sent:
            if handing.is_bound:
                given = handing.cleaned_data
                actions.hand_over_office(
                    actor_of(request), given["former"], given["successor"], handing.order()
                )
                return sent.done(f"{given['successor']} is now ALPR administrator.", "access:offices")
            given = designating.cleaned_data
            office, order = Office(given["office"]), designating.order(given["since"])
            made = actions.designate(actor_of(request), given["person"], office, order)
            return sent.done(f"{made}: recorded. Request and approve the role separately.", "access:offices")
    return _render_offices(request, sent)


@require_POST
def end_office(request: HttpRequest, pk: int) -> HttpResponse:
    designation = get_object_or_404(Designation.objects.select_related("person"), pk=pk)
    sent = Submission(request)
    with sent:
        actions.end_designation(actor_of(request), designation, request.POST.get("reason", "")[:400])
        return sent.done(f"{designation}: ended.", "access:offices")
    return _render_offices(request, sent)


def _render_offices(request: HttpRequest, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.DESIGNATION_VIEW, "designations")
    every, now = Designation.objects.select_related("person"), clock.now()
    return sent.render(
        "access/offices.html",
        designating=sent.form_of(DesignateForm, prefix="designate"),
        handing=sent.form_of(HandOverOfficeForm, prefix="hand_over"),
        names=names_of(every.values_list("made_by", flat=True)),
        live=in_force_at(every, now),
        coming=every.filter(begins__gt=now).exclude(ends__lte=now),
        past=every.filter(ends__lte=now).order_by("-ends"),
        stranded=[
            (
                person,
                now_standing,
                [row.suspension for row in suspension_rows(person) if row.now and row.may_end],
            )
            for person, now_standing in standing.stranded_administrators().items()
        ],
    )
