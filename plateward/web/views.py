"""The pages for errors."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from plateward.core.audit.log import LogUnavailable
from plateward.field.reads.store.away import StoreAway
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.people.left_out import left_out

log = logging.getLogger(__name__)


@enforces("6.b.i.10/failure", "AU-5/stops")
def server_failure(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is handled, wherever it was raised.

    A log that cannot be written, or a part of the read store that is away, is 503 with its sentence; a refusal that no
    view has shown is 409; a record that does not open is 500 with its sentence. The pages are rendered without the
    request: its person may be unknown, since the database may be away.
    """
    match sys.exception():
        case LogUnavailable() | StoreAway() as error:
            return HttpResponse(render_to_string("503.html", {"problem": str(error)}), status=503)
        case SealBroken() as error:
            return _altered(request, str(error))
        case Refused(refusal=refusal):
            return HttpResponse(render_to_string("people/refused.html", {"refusal": refusal}), status=409)
    if altered := left_out(request):
        return _altered(
            request, f"This page cannot be made without what is not as the hub stored it: {altered[0]}."
        )
    return server_error(request)


def _altered(request: HttpRequest, problem: str) -> HttpResponse:
    log.error("%s was refused: %s", request.path, problem)
    return HttpResponse(render_to_string("altered.html", {"problem": problem, "at": clock.now()}), status=500)
