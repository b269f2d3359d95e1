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
from plateward.people.notices.listing import by_topic, notices_of, row_of
from plateward.people.permissions import Permission

PER_PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """A page of the viewer's notices: by topic what is not done, then all others, newest first. Managers of people see
    what others left unread for a day, too. Context: page; of its notices topics, of TopicRows, done, of NoticeRow, and
    new, the keys of what is new; late, of others."""
    person = person_of(request)
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    page = page_of(request, notices_of(person), PER_PAGE)
    rows = [row_of(notice, person) for notice in page]
    context = {
        "page": page,
        "topics": by_topic(row for row in rows if row.is_open),
        "done": [row for row in rows if not row.is_open],
        "new": [row.notice.pk for row in rows if row.state == "New"],
        "late": actions.overdue_notices() if Permission.PERSON_MANAGE in person.permissions else (),
    }
    return render(request, "access/notices.html", context)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Those that the page showed, by their keys."""
    given = request.POST.getlist("notice")[:PER_PAGE]
    shown = [int(key) for key in given if key.isascii() and key.isdecimal() and len(key) < 19]
    number = actions.mark_read(actor_of(request), shown)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("access:notices")
