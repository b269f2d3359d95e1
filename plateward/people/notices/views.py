"""A person's own notices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.lists import page_of
from plateward.people.http import actor_of, person_of
from plateward.people.notices import actions
from plateward.people.notices.listing import done_notices, open_notices, row_of
from plateward.people.notices.models import Notice
from plateward.people.permissions import Permission


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's notices: by topic what is not done, then all others, newest first. People managers also see what
    others left unread for a day. Context: topics, of TopicRows; done, of NoticeRow, and its page; latest, the newest
    unread one or None; late, of others."""
    person = person_of(request)
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    page = page_of(request, done_notices(person))
    context = {
        "page": page,
        "done": [row_of(notice, person) for notice in page],
        "topics": open_notices(person),
        "latest": Notice.objects.new_to(person).first(),
        "late": actions.overdue_notices() if Permission.PERSON_MANAGE in person.permissions else (),
    }
    return render(request, "access/notices.html", context)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("upto", "")
    upto = int(given) if given.isdecimal() and len(given) < 19 else 0
    number = actions.mark_read(actor_of(request), upto)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("access:notices")
