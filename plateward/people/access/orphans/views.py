"""The people whose supervisor has left, given to another one, several at once."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.bulk import MOST_TOGETHER, checked, each
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.people.access import standing
from plateward.people.access.orphans import actions
from plateward.people.http import actor_of
from plateward.people.models import Person
from plateward.people.permissions import LEADERS


class GiveForm(forms.Form):
    supervisor = forms.ModelChoiceField(
        label="Their new supervisor",
        queryset=Person.objects.none(),
        empty_label="Choose",
        help_text="Role and unit stay as approved.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        leaders = standing.holders(clock.now(), role__in=LEADERS)
        self.fields["supervisor"].queryset = leaders.order_by("full_name")  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Whose supervisor has left, by when they need another; POST gives those that are checked to one."""
    sent, form = submitted(request, GiveForm)
    refused, chosen = [], list(Person.objects.filter(pk__in=checked(request, "person")).order_by("full_name"))
    if sent.valid and chosen:
        supervisor = form.cleaned_data["supervisor"]
        result = each(chosen, lambda person: actions.give(actor_of(request), person, supervisor))
        refused = result.refused
        if count := len(result.done):
            messages.success(
                request, f"{supervisor} now has {count} more {pluralize(count, 'person,people')}."
            )
        if not refused:
            return redirect("access:orphans")
    elif sent.valid:
        messages.warning(request, "Nothing was changed. Select the people first.")
    record(actor_of(request), Event.ACCESS_VIEW, "access:orphans")
    page = page_of(request, actions.orphans(), MOST_TOGETHER)
    on = {person.pk for person in chosen}
    rows = [
        {"orphan": orphan, "on": orphan.access.person_id in on, "late": orphan.due <= clock.now()}
        for orphan in page
    ]
    answer = sent.render("access/orphans.html", page=page, rows=rows, refused=refused)
    answer.status_code = 409 if refused else answer.status_code
    return answer
