"""What several pages need."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from plateward.people.http import person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.reach import within
from plateward.policy.decision import Refusal


def manages(request: HttpRequest) -> bool:
    """Whether whoever looks may change what is shown."""
    return Permission.TRAINING_MANAGE in person_of(request).permissions


def theirs(request: HttpRequest, username: str) -> Person:
    """Somebody within the viewer's reach; others are not there."""
    found = within(person_of(request)).select_related("unit", "supervisor").filter(username=username).first()
    if found is None:
        raise Http404("Nobody whom you may see has this username.")
    return found


def show(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    """A page; 422 where its form has errors, 409 where the act was refused."""
    form = context.get("form")
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    more = {"refusal": refusal, "manages": manages(request)}
    return render(request, f"training/{template}.html", context | more, status=status)
