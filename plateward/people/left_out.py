"""A page that lists records shows the others where some were altered past the hub, and says how many are missing
(web/templatetags/left_out.py). Who writes the database would otherwise close the whole list with one row."""

import logging
from contextlib import ExitStack

from django.db.models import Model
from django.http import HttpRequest

from plateward.core.db.broken import leaving_out_broken
from plateward.ground.policy.trace import enforces
from plateward.people.proofs import SAFE_METHODS, may_give_file

log = logging.getLogger(__name__)


@enforces("6.j.i/proven")
def begin_list(request: HttpRequest) -> None:
    """From now on, if the request only looks, at no record that its address names: that one is shown as it is or not at
    all. A file would look whole, so it is refused, and so is whatever acts."""
    at = request.resolver_match
    if at and not at.kwargs and request.method in SAFE_METHODS and not may_give_file(at.view_name):
        request.list_ends = ExitStack()  # type: ignore[attr-defined]
        request.left_out = request.list_ends.enter_context(leaving_out_broken())  # type: ignore[attr-defined]


def end_list(request: HttpRequest) -> None:
    """A stream begins its own."""
    if ends := getattr(request, "list_ends", None):
        ends.close()
    if altered := left_out(request):
        log.error("%s left out what was altered past the hub: %s.", request.path, ", ".join(altered))


def add_left_out(request: HttpRequest, rows: list[Model]) -> None:
    """What a part of the page was made without that asked on its own."""
    request.left_out.extend(rows)  # type: ignore[attr-defined]


def left_out(request: HttpRequest) -> list[str]:
    """What the page could not show, each once: "disposition 12"."""
    rows: list[Model] = getattr(request, "left_out", [])
    return [*dict.fromkeys(f"{row._meta.verbose_name} {row.pk}" for row in rows)]
