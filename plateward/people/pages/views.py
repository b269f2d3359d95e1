"""The list of people, a person's page with what may be done about them, edits of an account, the permission matrix."""

from collections.abc import Callable
from typing import Literal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import yesno
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import csv_bytes, saved_as
from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import actions
from plateward.people.access import correcting, standing
from plateward.people.access.reviews import table
from plateward.people.access.rules import lapsing_soon
from plateward.people.http import actor_of, person_of
from plateward.people.matrix import addresses_by_permission
from plateward.people.models import Person
from plateward.people.pages import history, listing
from plateward.people.pages.listing import PersonRow
from plateward.people.permissions import Role
from plateward.people.person_fields import EmploymentFields
from plateward.people.reach import visible_people, visible_person
from plateward.people.routes import may_open

EXPORT_COLUMNS: dict[str, Callable[[PersonRow], object]] = {
    "name": lambda row: row.person.full_name,
    "username": lambda row: row.person.username,
    "badge": lambda row: row.person.badge,
    "rank": lambda row: row.person.rank,
    "role": lambda row: row.person.get_role_display(),
    "unit": lambda row: row.person.unit or "",
    "district": lambda row: (row.person.unit and row.person.unit.district) or "",
    "supervisor": lambda row: row.person.supervisor.username if row.person.supervisor else "",
    "agency": lambda row: row.person.agency,
    "sworn": lambda row: yesno(row.person.sworn),
    "employed since": lambda row: row.person.employed_since or "",
    "employed until": lambda row: row.person.employed_until or "",
    "authorized": lambda row: yesno(row.standing.authorized),
    "missing": lambda row: "; ".join(f"{lack.text} ({lack.clause})" for lack in row.standing.missing),
    "request waits": lambda row: yesno(row.person.waiting),
    "second factor": lambda row: yesno(row.person.second_factor),
    "last log-in": lambda row: (
        localtime(row.person.last_login).isoformat(timespec="seconds") if row.person.last_login else ""
    ),
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The people within reach, filtered and sorted. Context: form, page (of keys), rows, query, exports."""
    viewer = person_of(request)
    reach = visible_people(viewer)
    filters = listing.PeopleFilters.of(request, reach)
    number = request.GET.get("page", "1")
    record(actor_of(request), Event.PERSON_VIEW, "people", page=number, filters=filters.query)
    page = page_of(request, listing.matching_people(filters))
    context = {
        "form": filters.form,
        "page": page,
        "rows": listing.person_rows(reach, list(page)),
        "query": filters.query,
        "sort": filters.chosen.get("sort", "name"),
    }
    return render(request, "people/index.html", context)


@enforces("6.b.i.7/lists", "AU-2/acts", "AU-3/bytes")
@require_GET
def export_people(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, recorded before it is sent."""
    reach = visible_people(person_of(request))
    filters = listing.PeopleFilters.of(request, reach)
    rows = listing.person_rows(reach, listing.matching_people(filters))
    content = csv_bytes(EXPORT_COLUMNS, ([cell(row) for cell in EXPORT_COLUMNS.values()] for row in rows))
    record(
        actor_of(request),
        Event.ACCESS_EXPORT,
        "people",
        filters=filters.query,
        people=len(rows),
        bytes=len(content),
    )
    return HttpResponse(content, **saved_as("people"))


@require_GET
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: details, current status with everything missing, possible actions, history."""
    person, viewer = visible_person(request, pk), person_of(request)
    topic = request.GET.get("about", "")
    record(actor_of(request), Event.PERSON_VIEW, f"person:{person.username}", about=topic)
    now = standing.standing_of(person)
    context = {
        "person": person,
        "standing": now,
        "warned": lapsing_soon(now.facts.courses, clock.now()),
        "deeds": actions_about(viewer, person),
        "page": page_of(request, history.history_of(person, viewer, topic)),
        "about": topic if topic in history.TOPICS else "",
        "abouts": {
            key: label for key, (label, needs) in history.TOPICS.items() if needs in viewer.permissions
        },
    }
    return render(request, "people/person.html", context)


class EditPersonForm(EmploymentFields, forms.ModelForm):  # type: ignore[type-arg]
    """What may be corrected. Role, unit and supervisor change by approval alone."""

    class Meta:
        model = Person
        fields = ["full_name", "rank", "badge", "agency", "sworn", "employed_since", "employed_until"]
        labels = {
            "full_name": "Name",
            "agency": "Agency (ORI), if another's",
            "sworn": "Sworn officer",
        }
        help_texts = {
            "full_name": "As on pages, alerts and the audit log. Earlier entries keep the earlier name.",
            "rank": "Before the name, as in Sergeant. Blank for those without.",
            "badge": "Badge or personnel number. Must be unique.",
            "agency": "Nine characters, such as NM0010000. Blank for this agency.",
            "sworn": "Required to work as officer or agent, and for every stop (clause 6.c.i.2).",
        }


@enforces("6.b.i.8/matrix", "AU-2/acts")
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name, rank, badge, agency, sworn flag or employment."""
    person = visible_person(request, pk)
    sent, form = submitted(request, EditPersonForm, instance=person)
    if sent.valid:
        with sent:
            correcting.edit_person(actor_of(request), person, **form.cleaned_data)
            return sent.done("Saved, with the earlier version.", "people:person", pk)
    else:
        record(actor_of(request), Event.PERSON_VIEW, f"person:{person.username}")
    return sent.render("people/edit.html", person=Person.objects.get(pk=pk))


@require_http_methods(["GET", "POST"])
def give_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a password for one sign-in. It is shown once."""
    person, given, sent = visible_person(request, pk), "", Submission(request)
    if sent.valid:
        with sent:
            given = actions.give_password(actor_of(request), person)
    else:
        record(actor_of(request), Event.PERSON_VIEW, f"person:{person.username}")
    return sent.render("people/password.html", person=person, given=given)


class TableReviewForm(forms.Form):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    conclusion = LongTextField(
        3,
        max_length=1000,
        label="What you found",
        help_text="Whether each role has only what its duties need. It stays on record, with your name.",
    )


@enforces("6.b.i.8/matrix", "AC-6/reviewed")
@require_http_methods(["GET", "POST"])
def permission_matrix(request: HttpRequest) -> HttpResponse:
    """Who may do what; POST records that the viewer reviewed it."""
    sent, form = submitted(request, TableReviewForm, initial={"seen": table.table_digest()})
    if sent.valid:
        with sent:
            table.review_table(actor_of(request), **form.cleaned_data)
            return sent.done("The review of the table is recorded.", "people:matrix")
    record(actor_of(request), Event.PERSON_VIEW, "permissions")
    last = table.last_review()
    context = {
        "lines": addresses_by_permission(),
        "roles": [*Role],
        "last": last,
        "due": bool(table.table_waiting(last).count),
        "reviews": may_open(person_of(request), "people:review_table"),
    }
    return sent.render("people/matrix.html", **context)


PersonReference = Literal["pk", "username", "query"]  # the person's parameter in a route

# The last column: whether people do it about themselves, too.
PERSON_ACTIONS: tuple[tuple[str, str, PersonReference, bool], ...] = (
    ("access:ask", "Request access or a transfer", "query", False),
    ("people:password", "Give a first password", "pk", False),
    ("access:recovery", "Confirm a lost second factor", "query", False),
    ("people:edit", "Correct name, rank, badge or employment", "pk", True),
    ("training:person", "See the training records", "username", True),
    ("access:leave", "Record leave", "username", False),
    ("access:suspensions", "See suspensions of access", "username", False),
    ("penalties:record", "Record an offense", "pk", False),
    ("access:switch_off", "Suspend access now", "username", True),
    ("access:terminate", "Separate from agency", "username", False),
)


def actions_about(viewer: Person, person: Person) -> list[tuple[str, str]]:
    """Address and label of each act, in the order of the page."""
    past = {"people:password"} if person.enrolled else set()
    return [
        (_url(route, names, person), label)
        for route, label, names, oneself in PERSON_ACTIONS
        if may_open(viewer, route) and (oneself or viewer.pk != person.pk) and route not in past
    ]


def _url(route: str, names: PersonReference, person: Person) -> str:
    if names == "query":
        return f"{reverse(route)}?{urlencode({'person': person.username})}"
    return reverse(route, args=[person.pk if names == "pk" else person.username])
