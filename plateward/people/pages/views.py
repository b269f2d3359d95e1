"""The list of people, a person's page, edits of an account, and the matrix of who may do what."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.pages.sheets import saved_as, sheet
from plateward.people import actions
from plateward.people.access import standing
from plateward.people.access.rules import warned
from plateward.people.http import person_of, who_is
from plateward.people.matrix import matrix
from plateward.people.models import Person
from plateward.people.pages import listing, story
from plateward.people.pages.deeds import deeds
from plateward.people.permissions import Permission, Role
from plateward.people.reach import theirs, within
from plateward.policy.trace import enforces

EXPORTED = (
    "name",
    "username",
    "badge",
    "rank",
    "role",
    "unit",
    "district",
    "supervisor",
    "agency",
    "sworn",
    "authorized",
    "missing",
    "request waits",
    "second factor",
    "last log-in",
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The people within reach, filtered and sorted. Context: form, page (of keys), rows, query, exports."""
    viewer = person_of(request)
    reach = within(viewer)
    filters = listing.Filters.of(request, reach)
    number = request.GET.get("page", "1")
    record(who_is(request), Event.PERSON_VIEW, "people", page=number, filters=filters.query)
    page = page_of(request, listing.found(filters))
    context = {
        "form": filters.form,
        "page": page,
        "rows": listing.rows(reach, list(page)),
        "query": filters.query,
        "sort": filters.chosen.get("sort", "name"),
        "may": {permission.name: permission in viewer.permissions for permission in Permission},
    }
    return render(request, "people/index.html", context)


@enforces("6.b.i.7", "AU-2")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, recorded before it is sent."""
    reach = within(person_of(request))
    filters = listing.Filters.of(request, reach)
    rows = listing.rows(reach, listing.found(filters))
    record(who_is(request), Event.ACCESS_EXPORT, "people", filters=filters.query, people=len(rows))
    return HttpResponse(sheet(EXPORTED, (_cells(row) for row in rows)), **saved_as("people"))


def _cells(row: listing.Row) -> list[str]:
    one = row.person
    return [
        one.full_name,
        one.username,
        one.badge,
        one.rank,
        Role(one.role).label if one.role else "",
        one.unit.name if one.unit else "",
        one.unit.district.name if one.unit and one.unit.district else "",
        one.supervisor.username if one.supervisor else "",
        one.agency,
        "yes" if one.sworn else "no",
        "yes" if row.standing.authorized else "no",
        "; ".join(f"{lack.told} ({lack.clause})" for lack in row.standing.missing),
        "yes" if row.waiting else "no",
        "yes" if row.second_factor else "no",
        localtime(one.last_login).isoformat(timespec="seconds") if one.last_login else "",
    ]


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: who, standing now with everything missing, what the viewer may do, and the story."""
    found, viewer = theirs(request, pk), person_of(request)
    asked = request.GET.get("about", "")
    record(who_is(request), Event.PERSON_VIEW, f"person:{found.username}", about=asked)
    happenings = story.about(story.story(found, viewer), asked)
    now = standing.of(found)
    context = {
        "person": found,
        "standing": now,
        "warned": warned(now.facts.courses, clock.now()),
        "deeds": deeds(viewer, found),
        "page": page_of(request, happenings),
        "about": asked if asked in story.ABOUT else "",
        "abouts": {key: label for key, (label, needs) in story.ABOUT.items() if needs in viewer.permissions},
        "may_audit": Permission.AUDIT_VIEW in viewer.permissions,
    }
    return render(request, "people/person.html", context)


class Edit(forms.ModelForm):  # type: ignore[type-arg]
    """What may be corrected. Role, unit and supervisor change by approval alone."""

    class Meta:
        model = Person
        fields = ["full_name", "rank", "badge", "agency", "sworn"]
        labels = {"full_name": "Name", "agency": "Agency (ORI), if another's", "sworn": "Sworn officer"}
        help_texts = {"sworn": "Nobody else works as officer or agent (clause 6.c.i.2)."}


@enforces("6.b.i.8", "AU-2")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name, rank, badge, agency or sworn flag."""
    found = theirs(request, pk)
    form = Edit(request.POST or None, instance=found)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.edit_person(who_is(request), found, **form.cleaned_data)
            messages.success(request, "Stored, with what it was before.")
            return redirect("people:person", pk)
    else:
        record(who_is(request), Event.PERSON_VIEW, f"person:{found.username}")
    context = {"person": Person.objects.get(pk=pk), "form": form}
    return render(request, "people/edit.html", context, status=sent.status)


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a password for one log-in. It is shown once."""
    found, given, sent = theirs(request, pk), "", Submission(request)
    if sent.valid:
        with sent:
            given = actions.give_password(who_is(request), found)
    else:
        record(who_is(request), Event.PERSON_VIEW, f"person:{found.username}")
    context = {"person": found, "given": given, "refusal": sent.refusal}
    return render(request, "people/password.html", context, status=sent.status)


@enforces("6.b.i.8", "6.c.ii")
@require_GET
def who_may(request: HttpRequest) -> HttpResponse:
    """Every role and every permission, from the one table."""
    record(who_is(request), Event.PERSON_VIEW, "permissions")
    return render(request, "people/matrix.html", {"lines": matrix(), "roles": [*Role]})
