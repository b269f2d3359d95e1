"""The pages for errors."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from plateward.audit.log import LogUnavailable
from plateward.policy.decision import Refused
from plateward.policy.trace import enforces
from plateward.reads.store.away import StoreAway


@enforces("6.b.i.10", "AU-5")
def server_failure(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is handled, wherever it was raised.

    A log that cannot be written, or a part of the read store that is away, is 503 with its sentence; a refusal that no
    view has shown is 409. The pages are rendered without the request: its person may be unknown, since the database
    may be away.
    """
    match sys.exception():
        case LogUnavailable() | StoreAway() as error:
            return HttpResponse(render_to_string("503.html", {"problem": str(error)}), status=503)
        case Refused(refusal=refusal):
            return HttpResponse(render_to_string("people/refused.html", {"refusal": refusal}), status=409)
    return server_error(request)
