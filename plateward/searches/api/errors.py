"""Every answer of the API that is no result: JSON with `error`, `clause` and `help`, in the same words as on pages."""

import logging
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from plateward.audit.log import LogUnavailable
from plateward.errors import ActError, PlatewardError
from plateward.people.tokens.admission import api_error, api_refusal
from plateward.policy.decision import Refusal, Refused
from plateward.reads.areas import BadQuery

logger = logging.getLogger(__name__)
MALFORMED = "This is no valid JSON. Nothing was done."
AGAIN = "Ask again in a few minutes. If it stays so, notify the ALPR administrator."
HOW = "See the API's page for what this operation takes."
NO_SEARCH = Refusal("6.b.i.8", "There is no such search of this person, purpose and case.", HOW)


def add_error_answers(api: NinjaAPI) -> None:
    """Give every error of this API its answer. What is not named here is a failure of the hub."""

    @api.exception_handler(Refused)
    def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
        return api_refusal(error.refusal, 409)

    @api.exception_handler(ActError)
    def not_done(_request: HttpRequest, error: ActError) -> HttpResponse:
        return api_error(422, str(error), HOW, field=error.field)

    @api.exception_handler(BadQuery)
    def no_query(_request: HttpRequest, error: BadQuery) -> HttpResponse:
        return api_error(422, str(error), HOW)

    @api.exception_handler(LogUnavailable)
    def no_log(_request: HttpRequest, error: LogUnavailable) -> HttpResponse:
        return api_error(503, str(error), "Ask again when the log is back.", "6.b.i.10")

    @api.exception_handler(PlatewardError)
    def not_now(_request: HttpRequest, error: PlatewardError) -> HttpResponse:
        return api_error(503, str(error), AGAIN)

    @api.exception_handler(DatabaseError)
    @api.exception_handler(OSError)
    def part_away(_request: HttpRequest, error: Exception) -> HttpResponse:
        # Never the error's own words, which may hold a plate.
        logger.error("A request to the API lost a part of the read store: %s", type(error).__name__)
        return api_error(503, "Nothing is answered: a part of the read store does not respond.", AGAIN)

    @api.exception_handler(Http404)
    def nothing_there(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return api_error(404, NO_SEARCH.reason, HOW)

    @api.exception_handler(HttpError)
    def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return api_error(error.status_code, MALFORMED, HOW)

    @api.exception_handler(ValidationError)
    def wrong_value(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        first: dict[str, Any] = error.errors[0]
        field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "asked"))
        return api_error(422, f"{field or 'The request'}: {first['msg']}.", HOW, field=field)
