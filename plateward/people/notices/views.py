"""One's own notices."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.http import person_of, who_is
from plateward.people.notices import actions
from plateward.people.notices.models import Notice
from plateward.people.permissions import Permission


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first; for who manages people also what others have not read within a day."""
    person = person_of(request)
    record(who_is(request), Event.NOTICE_VIEW, f"person:{person.username}")
    mine = Notice.objects.filter(to=person).select_related("about")
    latest = mine.filter(read_at=None, settled_at=None).first()
    context = {
        "page": Paginator(mine, 50).get_page(request.GET.get("page")),
        "latest": latest,
        "late": actions.late() if Permission.PERSON_MANAGE in person.permissions else (),
    }
    return render(request, "access/notices.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """I have read what was shown."""
    given = request.POST.get("upto", "")
    upto = int(given) if given.isdecimal() and len(given) < 19 else 0
    number = actions.read(who_is(request), person_of(request), upto)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("access:notices")
