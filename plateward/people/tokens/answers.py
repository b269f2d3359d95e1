"""What the API answers when it does not do something: JSON, whatever the client accepts."""

from django.http import JsonResponse
from django.http.response import HttpResponseBase

from plateward.policy.decision import Refusal


def api_error(status: int, error: str, help: str = "", clause: str = "", field: str = "") -> JsonResponse:
    """`{"error", "clause", "help"}`, and `field` if it is about one field of the request."""
    body = {"error": error, "clause": clause, "help": help} | ({"field": field} if field else {})
    return JsonResponse(body, status=status)


def method_refused(response: HttpResponseBase) -> JsonResponse:
    """The same for a method that an address does not take, whoever refused it."""
    answer = api_error(405, "This address does not take this method.", f"It takes {response['Allow']}.")
    answer["Allow"] = response["Allow"]
    return answer


def api_refusal(refusal: Refusal, status: int) -> JsonResponse:
    """The same for a rule's no."""
    answer = api_error(status, refusal.reason, refusal.help, refusal.clause, refusal.field)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
