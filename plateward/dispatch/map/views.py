"""The map's page, and its list, for which an open page asks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_GET

from plateward.alerts.models import Change
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.dispatch.map.places import MapRows, rows_for
from plateward.people.http import actor_of, person_of
from plateward.policy.trace import enforces


@require_GET
@enforces("5.b", "6.b.i.9")
def show_map(request: HttpRequest) -> HttpResponse:
    """The page; its list is the map's data. `after`: where the stream continues."""
    # First: a change made while the rest is read comes later and so reaches the open page.
    after = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = rows_for(person_of(request))
    return render(request, "dispatch/map.html", {**_recorded(request, rows), "after": after})


@require_GET
@enforces("6.b.i.9")
def show_list(request: HttpRequest) -> HttpResponse:
    """For an open page: the list as it is now, or nothing if the page has it already, so that it shows nothing that is
    not on the log."""
    rows = rows_for(person_of(request))
    if constant_time_compare(_fingerprint(request, rows), request.GET.get("shown", "")):
        return HttpResponse(status=204)
    return render(request, "dispatch/map_list.html", _recorded(request, rows))


@enforces("6.b.i.9")
def _recorded(request: HttpRequest, rows: MapRows) -> dict[str, Any]:
    """The list's context, after logging which alerts, readers and deployments it shows."""
    alerts = [row.words["number"] for row in rows.alerts]
    readers = [row.reader.pk for row in rows.readers]
    deployments = [row.deployment.pk for row in rows.deployments]
    record(
        actor_of(request), Event.ALERT_VIEW, "map", alerts=alerts, readers=readers, deployments=deployments
    )
    return {"rows": rows, "fingerprint": _fingerprint(request, rows)}


def _fingerprint(request: HttpRequest, rows: MapRows) -> str:
    """Of what is shown, within this session; nobody else can guess it."""
    return salted_hmac("dispatch.map", f"{request.session.session_key}\n{rows.fingerprint}").hexdigest()
