"""A person's own notices."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.fields import parse_number, parse_numbers
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.notices import actions
from plateward.people.notices.kinds import Topic, topic_lines, topic_of
from plateward.people.notices.listing import by_topic, notices_of, row_of, waiting_for_others
from plateward.people.notices.models import Notice
from plateward.people.permissions import Permission

PER_PAGE = 50
# A younger notice waits for the next question: of two acts at once, the one with the lower number may commit last.
COMMITTED_WITHIN = timedelta(seconds=15)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """A page of the viewer's notices: by topic what is not done, then all others, newest first. Managers of people see
    what others left unread for a day, too. Context: page; of its notices topics, of TopicRows, done, of NoticeRow, and
    new, the keys of what is new; late, of others; others, of OthersRow."""
    person = person_of(request)
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    page = page_of(request, notices_of(person), PER_PAGE)
    rows = [row_of(notice, person) for notice in page]
    context = {
        "page": page,
        "topics": by_topic(row for row in rows if row.is_open),
        "done": [row for row in rows if not row.is_open],
        "new": [row.notice.pk for row in rows if row.state == "New"],
        "others": waiting_for_others(person),
        "late": actions.overdue_notices() if Permission.PERSON_MANAGE in person.permissions else (),
    }
    return render(request, "access/notices.html", context)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Those that the page showed, by their keys."""
    shown = parse_numbers(request.POST.getlist("notice")[:PER_PAGE])
    number = actions.mark_read(actor_of(request), shown)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("access:notices")


@require_GET
@enforces("AC-2/told", "6.b.i.9/entries")
def count_new(request: HttpRequest) -> HttpResponse:
    """For an open page that shows desktop notifications: what came since the notice with the number `after`; without
    it, where to begin. JSON: upto, the newest notice's number; if some are new, count and lines, by topic. Never what
    they say: others may see the screen."""
    person, after = person_of(request), parse_number(request.GET.get("after", ""))
    committed = Q(told_at__lte=clock.now() - COMMITTED_WITHIN)
    if after is None:
        latest = Notice.objects.filter(committed, to=person).values_list("pk", flat=True).first()
        record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}", new=0)
        return JsonResponse({"upto": latest or 0})
    new = Notice.objects.new_to(person).filter(committed, pk__gt=after).order_by()
    counts: Counter[Topic] = Counter()
    for kind, number, last in new.values_list("kind").annotate(Count("pk"), Max("pk")):
        counts[topic_of(kind)] += number
        after = max(after, last)
    if not counts:
        return HttpResponse(status=204)
    count = counts.total()
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}", new=count)
    return JsonResponse({"upto": after, "count": count, "lines": topic_lines(counts)})
