"""The front door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from plateward.people.models import Person
from plateward.web.context import pages


def home(request: HttpRequest) -> HttpResponse:
    """Each role begins with the first page that it may open."""
    assert isinstance(request.user, Person)  # noqa: S101  # the middleware lets nobody else in
    return redirect(pages(request.user)[0].url)
