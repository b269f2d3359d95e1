"""The API's pages: what it offers, a person's own tokens, and everybody's for the administrator."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.cases.rules import flaw
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.tokens import actions
from plateward.people.tokens.models import UNUSED_AT_MOST, ApiToken
from plateward.people.tokens.rules import DAYS_AT_MOST, REQUESTS_PER_MINUTE
from plateward.work.searches.api.operations import api


@dataclass(frozen=True)
class FieldRow:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class OperationRow:
    """An operation. `takes`: in its address, query or body; `gives`: the fields of its answer."""

    method: str
    path: str
    summary: str
    text: str
    takes: tuple[FieldRow, ...]
    gives: tuple[FieldRow, ...]


def operations_of(document: dict[str, Any]) -> list[OperationRow]:
    """In the order of the document."""
    return [
        OperationRow(
            method.upper(),
            path,
            operation["summary"],
            operation.get("description", ""),
            (*_parameters(document, operation), *_fields(document, operation.get("requestBody", {}))),
            tuple(_fields(document, next(iter(operation["responses"].values()), {}))),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _parameters(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[FieldRow]:
    for parameter in operation.get("parameters", []):
        schema = _resolve(document, parameter["schema"])
        text = schema.get("description", "") or parameter.get("description", "")
        yield FieldRow(parameter["name"], _kind(document, schema), parameter["required"], text)


def _fields(document: dict[str, Any], body: dict[str, Any]) -> Iterator[FieldRow]:
    schema = _resolve(document, body.get("content", {}).get("application/json", {}).get("schema", {}))
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield FieldRow(name, _kind(document, field), name in required, field.get("description", ""))


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """In words: "text", "list of reads"."""
    choices = [part for part in schema.get("anyOf", []) if part.get("type") != "null"]
    if choices:
        return " or ".join(_kind(document, part) for part in choices)
    if "$ref" in schema:
        referred = _resolve(document, schema)
        values = referred.get("enum")
        return " | ".join(map(str, values)) if values else f"{schema['$ref'].rsplit('/', 1)[-1]}"
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema['items'])}"
    return str(schema.get("format") or schema.get("type", "value"))


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


class TokenForm(forms.Form):
    """What a token is for, and how long it lasts."""

    name = forms.CharField(
        label="Program",
        max_length=60,
        help_text="Which program will use it, and where it runs.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Choose"), *((code, purpose.label) for code, purpose in PURPOSES.items())],
        help_text="Every search with this token has this purpose.",
    )
    number = NumberField(
        label="CAD or case number",
        required=False,
        help_text="With a number, the token searches in this case alone. Without, each search names its case.",
    )
    days = forms.TypedChoiceField(
        label="Ends after",
        choices=[(1, "1 day"), (7, "7 days"), (DAYS_AT_MOST, f"{DAYS_AT_MOST} days")],
        initial=7,
        coerce=int,
        help_text="Then programs that use it are refused. Make a new one in time.",
    )

    def clean_number(self) -> str:
        """A number that can be one, or none."""
        number = str(self.cleaned_data["number"])
        if number and (wrong := flaw(number)):
            raise forms.ValidationError(f"“{number}” {wrong}.")
        return number


LIMITS = {"days": DAYS_AT_MOST, "unused": UNUSED_AT_MOST.days, "requests": REQUESTS_PER_MINUTE}


@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens, and the form of another one."""
    return _tokens_page(request, submitted(request, TokenForm)[0])


@require_POST
@enforces("6.c.ii.1/all", "6.a.i.1/every")
def make(request: HttpRequest) -> HttpResponse:
    """Make a token. Its text is in this answer, and nowhere else."""
    sent, form = submitted(request, TokenForm)
    if sent.valid:
        with sent:
            link = reverse("api_pages:tokens")
            _, text = actions.make_token(actor_of(request), **form.cleaned_data, link=link)
            return _tokens_page(request, sent, form=TokenForm(), text=text)
    return _tokens_page(request, sent)


@require_POST
@enforces("6.a.i.2/own", "6.b.i.8/scope")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of my tokens."""
    token = visible_or_404(ApiToken.objects.filter(person=person_of(request)), pk, Event.TOKEN_REVOKE)
    with failure_as_message(request):
        actions.revoke_token(actor_of(request), token)
        messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("api_pages:tokens")


@require_GET
@enforces("6.b.i.9/entries", "AC-2/disabled")
def all_tokens(request: HttpRequest) -> HttpResponse:
    """Everybody's active tokens, for the administrator."""
    page = page_of(request, ApiToken.objects.active(clock.now()).select_related("person"))
    record(actor_of(request), Event.TOKEN_VIEW, "tokens", page=page.number)
    return render(request, "api/all_tokens.html", {"page": page, "rows": _rows(page)})


@require_POST
@enforces("6.a.i.2/own", "AC-2/disabled")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke anybody's token."""
    token = get_object_or_404(ApiToken.objects.select_related("person"), pk=pk)
    with failure_as_message(request):
        actions.revoke_token(actor_of(request), token)
        messages.success(request, f"The token “{token.name}” of {token.person} is revoked.")
    return redirect("api_pages:all_tokens")


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """What the API offers, from its own OpenAPI document. Nothing is loaded from elsewhere."""
    record(actor_of(request), Event.TOKEN_VIEW, "api")
    context = {"operations": operations_of(_schema()), "limits": LIMITS, "host": request.get_host()}
    return render(request, "api/reference.html", context)


@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    record(actor_of(request), Event.TOKEN_VIEW, "api:schema")
    return HttpResponse(json.dumps(_schema(), indent=2), content_type="application/json")


def _schema() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def _tokens_page(request: HttpRequest, sent: Submission, **made: Any) -> HttpResponse:
    person = person_of(request)
    record(actor_of(request), Event.TOKEN_VIEW, f"person:{person.username}")
    own = ApiToken.objects.filter(person=person).active(clock.now())
    return sent.render("api/tokens.html", rows=_rows(own), limits=LIMITS, **made)


def _rows(tokens: Any) -> list[tuple[ApiToken, str]]:
    """Each with its purpose as pages say it."""
    return [
        (token, PURPOSES[token.purpose].label if token.purpose in PURPOSES else token.purpose)
        for token in tokens
    ]
