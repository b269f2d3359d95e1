"""What a person's own standing is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.access import standing
from plateward.people.http import person_of, who_is


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My access: what I may do, what I lack and how to get it."""
    person = person_of(request)
    record(who_is(request), Event.ACCESS_VIEW, f"person:{person.username}")
    found = standing.of(person)
    now = clock.now()
    lapsed = {one.code for one in found.facts.courses if one.taken and not one.counts(now)}
    return render(request, "access/mine.html", {"standing": found, "lapsed": lapsed})
