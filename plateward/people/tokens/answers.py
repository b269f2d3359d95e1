"""What the API answers when it does not do something: JSON, whatever the client accepts."""

from django.http import JsonResponse

from plateward.policy.decision import Refusal


def api_error(status: int, error: str, help: str = "", clause: str = "", field: str = "") -> JsonResponse:
    """`{"error", "clause", "help"}`, and `field` if it is about one field of the request."""
    body = {"error": error, "clause": clause, "help": help} | ({"field": field} if field else {})
    return JsonResponse(body, status=status)


def api_refusal(refusal: Refusal, status: int) -> JsonResponse:
    """The same for a rule's no."""
    answer = api_error(status, refusal.reason, refusal.help, refusal.clause, refusal.field)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
