"""Green and red: every check, and one check with its history and what is wrong."""

from datetime import timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission
from plateward.core.pages.charts import DAYS, day_bars
from plateward.core.pages.lists import page_of
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity import actions
from plateward.oversight.integrity.accepting import RECORDS
from plateward.oversight.integrity.models import CheckDay, FoundFault
from plateward.oversight.integrity.overview import FAILING, check_rows
from plateward.people import days
from plateward.people.http import HiddenObject, actor_of, person_of
from plateward.people.routes import may_open


@require_GET
@enforces("6.b.i.3/integrity")
def list_checks(request: HttpRequest) -> HttpResponse:
    """Every check by group, worst first named above. Context: groups, failing, checked."""
    record(actor_of(request), Event.INTEGRITY_VIEW, "integrity")
    rows = check_rows()
    failing = [row for row in rows if row.standing in FAILING]
    groups = [(group, list(members)) for group, members in groupby(rows, lambda row: row.check.group)]
    context = {"groups": groups, "failing": failing, "total": len(rows)}
    return render(request, "integrity/index.html", context)


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.3/integrity", "6.b.i.9/entries")
def show_check(request: HttpRequest, key: str) -> HttpResponse:
    """One check: what it looked at per day, what is wrong, what was; a button has it look now."""
    check = actions.checks().get(key)
    if check is None:
        raise HiddenObject(Event.INTEGRITY_VIEW, f"check:{key}")
    sent = Submission(request)
    if sent.valid:
        with sent:
            actions.check_now(actor_of(request), check)
            return sent.done(
                "The monitor takes this check up within seconds. Reload the page for the result.",
                "integrity:check",
                key,
            )
    record(actor_of(request), Event.INTEGRITY_VIEW, f"check:{key}")
    last_days = CheckDay.objects.filter(state=key, day__gt=days.today() - timedelta(days=DAYS))
    faults, rows = FoundFault.objects.filter(state=key), {row.day: row for row in last_days}
    bars = day_bars({day: row.checked for day, row in rows.items()}, days.today())
    page = page_of(request, faults.filter(ended_at=None))
    for fault in page:
        # The page then checks its own audience.
        fault.may_open = bool(fault.link) and may_open(person_of(request), resolve(fault.link).view_name)
    return sent.render(
        "integrity/check.html",
        accepting=key == RECORDS and may_open(person_of(request), "integrity:altered"),
        row=next(row for row in check_rows() if row.check.key == key),
        page=page,
        past=faults.exclude(ended_at=None)[:20],
        bars=[(bar, rows[bar.day].faults) for bar in bars if bar.day in rows],
    )
