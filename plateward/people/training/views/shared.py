"""What several pages need."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plateward.pages.acts import Submission
from plateward.people.http import person_of
from plateward.people.permissions import Permission


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], sent: Submission | None = None
) -> HttpResponse:
    """A page, with its form's result, if it has one."""
    more = {
        "refusal": sent and sent.refusal,
        "manages": Permission.TRAINING_MANAGE in person_of(request).permissions,
    }
    status = sent.status if sent else 200
    return render(request, f"training/{template}.html", context | more, status=status)
