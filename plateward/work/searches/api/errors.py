"""Every answer of the API that is no result: JSON with `error`, `clause` and `help`, in the same words as on pages."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from plateward.core.audit.log import LogUnavailable
from plateward.field.reads.areas import BadQuery
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Refusal, Refused
from plateward.people.tokens.admission import api_error, api_refusal

logger = logging.getLogger(__name__)
MALFORMED = "This is not valid JSON. Nothing was done."
AGAIN = "Ask again in a few minutes. If it persists, notify the ALPR administrator."
HOW = "See the API's page for what this operation takes."
NO_SEARCH = Refusal("6.b.i.8", "There is no such search of this person, purpose and case.", HOW)


def _part_away(error: Exception) -> HttpResponse:
    # Never the error's own words, which may hold a plate.
    logger.error("A request to the API lost a part of the read store: %s", type(error).__name__)
    return api_error(503, "No answer: a part of the read store does not respond.", AGAIN)


def _wrong_value(error: ValidationError) -> HttpResponse:
    first: dict[str, Any] = error.errors[0]
    field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "asked"))
    return api_error(422, f"{field or 'The request'}: {first['msg']}.", HOW, field=field)


# What is not named here is a failure of the hub.
ANSWERS: dict[type[Exception], Callable[[Any], HttpResponse]] = {
    Refused: lambda error: api_refusal(error.refusal, 409),
    ActError: lambda error: api_error(422, str(error), HOW, field=error.field),
    BadQuery: lambda error: api_error(422, str(error), HOW),
    LogUnavailable: lambda error: api_error(503, str(error), "Ask again when the log is back.", "6.b.i.10"),
    PlatewardError: lambda error: api_error(503, str(error), AGAIN),
    DatabaseError: _part_away,
    OSError: _part_away,
    Http404: lambda _: api_error(404, NO_SEARCH.reason, HOW),
    HttpError: lambda error: api_error(error.status_code, MALFORMED, HOW),
    ValidationError: _wrong_value,
}


def add_error_answers(api: NinjaAPI) -> None:
    """Give every error of this API its answer."""

    def answer_to(_request: HttpRequest, error: Any, answer: Callable[[Any], HttpResponse]) -> HttpResponse:
        return answer(error)

    for kind, answer in ANSWERS.items():
        api.add_exception_handler(kind, partial(answer_to, answer=answer))
