"""Proving identity again without losing the submitted form: in a locked session, and before a sensitive act.

The page that asks carries the refused form in hidden fields, and submits it again with the proof."""

from collections.abc import Collection, Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.http import unauthorized_json, visitor_of, wants_page
from plateward.people.models import Person
from plateward.people.rules import FactorProofNeeded
from plateward.people.sign_in import lockout, sign_ins
from plateward.people.sign_in.forms import FactorCodeForm, ReauthenticatePasskeyForm

PASSWORD_FIELD, KEY_FIELD, CODE_FIELD = "proof_password", "proof_credential", "proof_code"
_NOT_CARRIED = {PASSWORD_FIELD, KEY_FIELD, CODE_FIELD, "csrfmiddlewaretoken"}


def ask_for_proof(request: HttpRequest, person: Person, refusal: Refusal) -> HttpResponse | None:
    """None when the request includes its proof; else the page that asks for it."""
    wrong = ""
    ways = {KEY_FIELD, CODE_FIELD} if isinstance(refusal, FactorProofNeeded) else {KEY_FIELD, PASSWORD_FIELD}
    if request.method == "POST" and ways & request.POST.keys():
        wrong = check_proof(request, person)
        if not wrong:
            return None
    if not wants_page(request):
        return unauthorized_json(refusal)
    return proof_page(request, person, refusal, wrong, carried=request.method == "POST")


def ask_for_key(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Asks the browser, not the person: its script proves the session's key and repeats the request."""
    if wants_page(request):
        context = {
            "refusal": refusal,
            "again": request.method == "POST",
            "action": request.get_full_path(),
            "carried": _carried(request, {"csrfmiddlewaretoken"}),
            "files": bool(request.FILES),
            **{"nav": [], "rooms": [], "idle": None},
        }
        answer = render(request, "people/key.html", context, status=401)
    else:
        answer = unauthorized_json(refusal)
    answer["Plateward-Key"] = "show"  # frontend/src/key.js
    return answer


def proof_page(
    request: HttpRequest, person: Person, refusal: Refusal | None, wrong: str, *, carried: bool
) -> HttpResponse:
    """Asks for a password or a key; when it must be a second factor, for a code or a key. The submitted form
    comes along, except files: a page cannot fill those in."""
    factor = isinstance(refusal, FactorProofNeeded) or CODE_FIELD in request.POST
    context = {
        "refusal": refusal,
        "wrong": wrong,
        "action": request.get_full_path() if carried else reverse("account_reauthenticate"),
        "carried": _carried(request, _NOT_CARRIED) if carried else [],
        "files": bool(request.FILES) if carried else False,
        "next": ""
        if carried
        else request.GET.get("next") or request.POST.get("next") or request.get_full_path(),
        "by_code": factor
        and is_mfa_enabled(person, [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]),
        "has_password": person.has_usable_password() and not factor,
        "options": key_options(request, person),
        # The page leads only onward or out, and has nothing to lock.
        "nav": [],
        "rooms": [],
        "idle": None,
    }
    return render(request, "people/again.html", context, status=401 if refusal else 200)


def _carried(request: HttpRequest, but: Collection[str]) -> list[tuple[str, Any]]:
    """The fields of the submitted form, except those of these names."""
    return [(name, value) for name, values in request.POST.lists() if name not in but for value in values]


def key_options(request: HttpRequest, person: Person) -> Mapping[str, Any] | None:
    """What a browser needs to ask for one of this person's keys; None if they have none."""
    if not is_mfa_enabled(person, [Authenticator.Type.WEBAUTHN]):
        return None
    view = ReauthenticateWebAuthnView()
    view.setup(request)
    options: Mapping[str, Any] = view.get_context_data()["js_data"]
    return options


@enforces("AC-11/lock", "AU-2/logons")
def lock_session(request: HttpRequest, person: Person, reason: str) -> None:
    """Nothing answers in this session before a new proof; recorded the first time."""
    current = sign_ins.current_sign_in(request)
    if current and not current.locked_at:
        with act(visitor_of(request), Event.SESSION_LOCK, f"person:{person.username}", reason=reason):
            sign_ins.lock_sign_in(request)


@enforces("IA-5.sessions/again", "AC-11/lock", "6.a.i.2/own", "AU-2/logons")
def check_proof(request: HttpRequest, person: Person) -> str:
    """What is wrong with the submitted password or key; if nothing, the session is open, on record."""
    method, wrong = _check_method(request, person)
    if not wrong and (bar := lockout.sign_in_refusal(person)):
        return str(bar)
    if wrong:
        return wrong
    with act(visitor_of(request), Event.SESSION_PROVE, f"person:{person.username}") as entry:
        entry.note(method=method)
        sign_ins.note_proof(request, factor=method != "password")
    return ""


def _check_method(request: HttpRequest, person: Person) -> tuple[str, str]:
    """How it was proved, and what is wrong with it."""
    if credential := request.POST.get(KEY_FIELD):
        form: Any = ReauthenticatePasskeyForm({"credential": credential}, user=person)  # type: ignore[call-arg]
        if not form.is_valid():
            return "key", " ".join(form.errors.get("credential", []))
        form.save()
        return "key", ""
    if CODE_FIELD in request.POST:
        code = FactorCodeForm({"code": request.POST[CODE_FIELD]}, user=person)  # type: ignore[call-arg]
        if not code.is_valid():
            return code.kind, " ".join(str(error) for error in code.errors.get("code", []))
        code.save()
        return str(code.authenticator.type), ""
    adapter = get_adapter()
    try:
        right = adapter.reauthenticate(person, request.POST.get(PASSWORD_FIELD, ""))
    except ValidationError as refused:
        return "password", " ".join(refused.messages)
    if not right:
        return "password", "This is not your password."
    return "password", ""
