"""No response leaves a person at the browser's own error page."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.deprecation import MiddlewareMixin

from plateward.people.http import wants_page

FORM_ONLY_TEXT = (
    "This address only accepts forms",
    "It cannot be opened by typing, from a bookmark, or by reloading. Nothing was changed. Open the page with "
    "the form and use its button.",
)
METHOD_REFUSED_TEXT = (
    "This page does not accept that",
    "It can only be viewed. Nothing was changed. Open it again and use its buttons.",
)
OTHER_ERROR_TEXT = (
    "The system could not do this",
    "Nothing was changed. Go back and try again; if it happens again, give your administrator the time.",
)


class StatusPages(MiddlewareMixin):
    """Give words to a response that is only a status: a page for a browser, JSON for a script."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        mere = isinstance(response, HttpResponse) and not response.content
        if response.status_code < HTTPStatus.BAD_REQUEST or not mere:
            return response
        heading, problem = OTHER_ERROR_TEXT
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            heading, problem = FORM_ONLY_TEXT if request.method in ("GET", "HEAD") else METHOD_REFUSED_TEXT
        if wants_page(request):
            words = {"heading": heading, "problem": problem, "above": _nearest_page(request.path)}
            worded = render(request, "status.html", words, status=response.status_code)
        else:
            worded = JsonResponse({"reason": f"{heading}. {problem}"}, status=response.status_code)
        for name, value in response.items():
            worded.headers.setdefault(name, value)
        return worded


def _nearest_page(path: str) -> str:
    """The nearest address above this one that is a page; the first page has its own link."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = "/" + "/".join(parts[:length]) + "/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return ""
