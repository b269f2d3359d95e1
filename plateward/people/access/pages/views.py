"""A person's own access."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.access import standing
from plateward.people.http import actor_of, person_of


@require_GET
def my_access(request: HttpRequest) -> HttpResponse:
    """My access: what I may do, what I lack and how to get it."""
    person = person_of(request)
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{person.username}")
    my_standing = standing.standing_of(person)
    now = clock.now()
    lapsed = {course.code for course in my_standing.facts.courses if course.taken and not course.counts(now)}
    return render(request, "access/mine.html", {"standing": my_standing, "lapsed": lapsed})
