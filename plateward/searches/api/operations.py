"""The operations, at /api/v1/. Each has an address of its own, and a row in people/routes.py."""

from datetime import datetime
from importlib.metadata import version

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from plateward.people.tokens.models import ApiToken
from plateward.searches.api.errors import add_error_answers

api = NinjaAPI(
    title="Plateward",
    version=version("plateward"),
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
add_error_answers(api)


class TokenOut(Schema):
    """The token that asks. `number` is empty if each search names its own."""

    person: str
    purpose: str
    number: str
    ends_at: datetime


@api.get("token", response=TokenOut, url_name="token", summary="Describe this token")
def describe_token(request: HttpRequest) -> TokenOut:
    """Whose token this is, and for what. It touches no read."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    return TokenOut(
        person=token.person.username, purpose=token.purpose, number=token.number, ends_at=token.ends_at
    )
