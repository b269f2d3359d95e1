"""What several pages need."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from plateward.pages.acts import Submission
from plateward.people.http import person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.reach import visible_people


def may_manage(request: HttpRequest) -> bool:
    """Whether the viewer may change what is shown."""
    return Permission.TRAINING_MANAGE in person_of(request).permissions


def visible_person_or_404(request: HttpRequest, username: str) -> Person:
    """A person within the viewer's reach; others are 404."""
    person = (
        visible_people(person_of(request))
        .select_related("unit", "supervisor")
        .filter(username=username)
        .first()
    )
    if person is None:
        raise Http404("Nobody whom you may see has this username.")
    return person


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], sent: Submission | None = None
) -> HttpResponse:
    """A page, with its form's result, if it has one."""
    more = {"refusal": sent and sent.refusal, "manages": may_manage(request)}
    status = sent.status if sent else 200
    return render(request, f"training/{template}.html", context | more, status=status)
