"""Green and red: every check, and one check with its history and what is wrong."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.oversight.integrity import actions
from plateward.oversight.integrity.models import CheckDay, FoundFault
from plateward.oversight.integrity.overview import FAILING, check_row, check_rows, grouped
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.people import days
from plateward.people.http import HiddenObject, actor_of, person_of
from plateward.people.routes import may_open
from plateward.policy.trace import enforces

CHART_DAYS = 60


@require_GET
@enforces("6.b.i.3")
def list_checks(request: HttpRequest) -> HttpResponse:
    """Every check by group, worst first named above. Context: groups, failing, looked."""
    record(actor_of(request), Event.INTEGRITY_VIEW, "integrity")
    rows = check_rows()
    failing = [row for row in rows if row.standing in FAILING]
    context = {"groups": list(grouped(rows)), "failing": failing, "total": len(rows)}
    return render(request, "integrity/index.html", context)


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.3", "6.b.i.9")
def show_check(request: HttpRequest, key: str) -> HttpResponse:
    """One check: what it looked at per day, what is wrong, what was; a button has it look now."""
    check = actions.checks().get(key)
    if check is None:
        raise HiddenObject(Event.INTEGRITY_VIEW, f"check:{key}")
    sent = Submission(request)
    if sent.valid:
        with sent:
            actions.look_now(actor_of(request), check)
            return sent.done(
                "The monitor takes this check up within seconds. Reload the page for the result.",
                "integrity:check",
                key,
            )
    record(actor_of(request), Event.INTEGRITY_VIEW, f"check:{key}")
    faults = FoundFault.objects.filter(state=key)
    page = page_of(request, faults.filter(ended_at=None))
    for fault in page:
        # The page then checks its own audience.
        fault.may_open = bool(fault.link) and may_open(person_of(request), resolve(fault.link).view_name)
    return sent.render(
        "integrity/check.html",
        row=check_row(check),
        page=page,
        past=faults.exclude(ended_at=None)[:20],
        bars=bars_of(key),
    )


@dataclass(frozen=True)
class Bar:
    """A day of the chart; `x` and `height` are in the units of its drawing, which is 100 high."""

    day: date
    looked: int
    faults: int
    x: int
    height: float


def bars_of(key: str) -> list[Bar]:
    """What the check looked at on each of the last days."""
    first = days.today() - timedelta(days=CHART_DAYS - 1)
    known = {row.day: row for row in CheckDay.objects.filter(state=key, day__gte=first)}
    most = max([1, *(row.looked for row in known.values())])
    every = [first + timedelta(days=index) for index in range(CHART_DAYS)]
    return [
        Bar(day, row.looked, row.faults, 10 * index, round(max(2, 100 * row.looked / most), 1))
        for index, day in enumerate(every)
        if (row := known.get(day))
    ]
