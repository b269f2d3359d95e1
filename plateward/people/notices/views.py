"""A person's own notices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_GET, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.lists import page_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.notices import actions
from plateward.people.notices.models import Notice
from plateward.people.permissions import Permission
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's notices, newest first; people managers also see what others left unread for a day."""
    person = person_of(request)
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    notices = Notice.objects.filter(to=person)
    latest = notices.filter(read_at=None, settled_at=None).first()
    page = page_of(request, notices)
    context = {
        "page": page,
        "notices": [(notice, notice.link if _opens(person, notice.link) else "") for notice in page],
        "latest": latest,
        "late": actions.overdue_notices() if Permission.PERSON_MANAGE in person.permissions else (),
    }
    return render(request, "access/notices.html", context)


def _opens(person: Person, link: str) -> bool:
    """Whether this person may open that page now: no link leads to a refusal."""
    try:
        needs = ROUTES.get(resolve(link).view_name)
    except Resolver404:
        return False
    return isinstance(needs, SignInStage) or needs in person.permissions


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("upto", "")
    upto = int(given) if given.isdecimal() and len(given) < 19 else 0
    number = actions.mark_read(actor_of(request), upto)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("access:notices")
