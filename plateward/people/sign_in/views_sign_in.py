"""The ways in: the banner, the agency's directory, a new proof in an open session, a registered terminal."""

from dataclasses import asdict

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit import repeated_refusals
from plateward.core.audit.events import Event
from plateward.core.pages.acts import submitted
from plateward.ground import clock
from plateward.ground.links.directory import (
    Attempt,
    Directory,
    DirectoryError,
    claims_of_answer,
    discover,
    login_url,
    second_factor_used,
)
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.people import binding, browser_cookies, terminals
from plateward.people.clients import client_of
from plateward.people.http import person_of, unauthorized_json, visitor_of, wants_page
from plateward.people.models import Person
from plateward.people.rules import MARK_RENEWED, SessionCopied, SessionLocked
from plateward.people.sign_in import proof, sign_ins
from plateward.people.sign_in.adapters import attempted_account
from plateward.people.sign_in.forms import TerminalCodeForm
from plateward.people.sign_in.middleware import DIRECTORY

ATTEMPT_KEY = "people.directory"  # in the session: the sign-in that the directory has yet to answer


@enforces("AC-8/banner")
@require_http_methods(["GET", "POST"])
def banner(request: HttpRequest) -> HttpResponse:
    """The terms of using this system. It stays until it is acknowledged."""
    back = request.POST.get("next") or request.GET.get("next", "")
    back = back if _is_own_url(request, back) else ""
    if request.method == "GET":
        return render(request, "people/banner.html", {"next": back})
    repeated_refusals.record_or_count(visitor_of(request), Event.PERSON_BANNER, "banner", outcome="done")
    answer = redirect(back or "home")
    browser_cookies.acknowledge_banner(answer)
    return answer


@enforces("AC-11/lock", "IA-5.sessions/again")
@require_http_methods(["GET", "POST"])
def prove_again(request: HttpRequest) -> HttpResponse:
    """Confirm that it is you: unlocks the session, and covers sensitive acts of the next few minutes."""
    person = person_of(request)
    script = not wants_page(request)
    if request.method == "GET" and script:
        return JsonResponse(
            {"options": proof.key_options(request, person), "password": person.has_usable_password()}
        )
    locked = sign_ins.check_session(request)
    refusal = locked if isinstance(locked, SessionLocked) else None
    if request.method == "GET":
        return proof.proof_page(request, person, refusal, "", carried=False)
    wrong = proof.check_proof(request, person)
    if script:
        return JsonResponse({"wrong": wrong}, status=422 if wrong else 200)
    if wrong:
        return proof.proof_page(request, person, refusal, wrong, carried=False)
    back = request.POST.get("next", "")
    return redirect(back if _is_own_url(request, back) else "home")


@enforces("AC-11/lock")
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> HttpResponse:
    """For the page's own script: whether this session is locked, report activity, lock it."""
    person = person_of(request)
    if request.method == "POST" and request.POST.get("act") == "lock":
        proof.lock_session(request, person, "Locked at the screen.")
    decision = sign_ins.check_session(request)
    return JsonResponse(
        {
            "person": person.username,
            "locked": str(decision) if isinstance(decision, SessionLocked) else "",
            "csrf": get_token(request),
        }
    )


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
@require_http_methods(["GET", "POST"])
def session_key(request: HttpRequest) -> HttpResponse:
    """For the page's own script: the challenge for the session's key; once signed, the next mark."""
    person, sign_in, now = person_of(request), request.sign_in, clock.now()  # type: ignore[attr-defined]
    if not sign_in.key:
        raise Http404
    if request.method == "GET":
        just_done = (
            isinstance(sign_ins.check_session(request), Allow | SessionLocked)
            and now - sign_in.step_at < MARK_RENEWED
        )
        return JsonResponse(
            {"challenge": binding.key_challenge(sign_in), "done": just_done, "csrf": get_token(request)}
        )
    if not binding.is_signed(sign_in, request.POST.get("signature", "")[:200]):
        refusal = SessionCopied(
            "6.a.i.2",
            "A browser without this session's key tried to use it: the session has ended.",
            "Log in again. If you did not move it, notify the ALPR administrator at once.",
        )
        sign_ins.end_copied_session(visitor_of(request), request, person, refusal)
        return unauthorized_json(refusal)
    answer = JsonResponse({"done": True})
    binding.set_mark(answer, binding.renew_mark(request, sign_in, client_of(request)[0], now))
    return answer


def _is_own_url(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def _directory() -> Directory:
    if settings.DIRECTORY is None:
        raise Http404
    agency_directory: Directory = settings.DIRECTORY
    return agency_directory


def _return_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("directory_back"))


@enforces("IA-2/people")
@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """Begin a sign-in at the agency's directory."""
    where, given = _directory(), request.GET.get("next", "")
    attempt = Attempt.begin(clock.now(), given if _is_own_url(request, given) else "")
    try:
        url = login_url(where, discover(where), attempt, _return_url(request))
    except DirectoryError as error:
        return _directory_failed(request, error, attempt.next)
    request.session[ATTEMPT_KEY] = asdict(attempt)
    return redirect(url)


@enforces("IA-2/people", "6.e.i/own", "6.a.i.2/own")
@require_GET
def directory_back(request: HttpRequest) -> HttpResponse:
    """The directory's answer. It opens an existing account and never creates one."""
    where = _directory()
    if ATTEMPT_KEY not in request.session and "here" not in request.GET:
        # The browser sends the session's cookie only from a page of the hub (SameSite=Strict), such as this.
        return render(request, "account/directory_back.html", {"url": f"{request.get_full_path()}&here="})
    kept = request.session.pop(ATTEMPT_KEY, None)
    attempt = Attempt(**kept) if kept else Attempt("-", "", "", 0, "")
    try:
        claims = claims_of_answer(where, attempt, request.GET.dict(), _return_url(request), clock.now())
    except DirectoryError as error:
        return _directory_failed(request, error, attempt.next)
    named = str(claims.get(where.claim, ""))
    wanted = {where.matches: named.lower() if where.matches == "username" else named}
    person = Person.objects.filter(**wanted).first() if named and len(named) <= 100 else None
    if person is None:
        return _directory_failed(
            request,
            DirectoryError(
                "You are in the agency directory but have no account here. Logging in does not create one."
            ),
            attempt.next,
            attempted_account(named),
        )
    steps = [{"method": DIRECTORY}]
    if second_factor_used(where, claims):
        steps.append({"method": "mfa", "type": DIRECTORY})
    answer: HttpResponse = perform_login(
        request, person, redirect_url=attempt.next or None, signal_kwargs={"steps": steps}
    )
    return answer


def _directory_failed(
    request: HttpRequest, error: DirectoryError, next: str, about: str = "person:(by the directory)"
) -> HttpResponse:
    """Nothing has changed: the sign-in page says why, and still knows where the person was going."""
    repeated_refusals.record_or_count(
        visitor_of(request), Event.PERSON_LOGIN, about, outcome="failed", reason=str(error)
    )
    messages.error(
        request, f"{error} Try again, log in another way, or ask the ALPR administrator. Nothing was changed."
    )
    return redirect(reverse("account_login") + (f"?{urlencode({'next': next})}" if next else ""))


@require_http_methods(["GET", "POST"])
def take_terminal(request: HttpRequest) -> HttpResponse:
    """Make this browser a registered terminal, with the code that an administrator issued."""
    sent, form = submitted(request, TerminalCodeForm)
    if sent.valid:
        answer = redirect("account_login")
        with sent:
            taken = terminals.register_terminal(visitor_of(request), form.cleaned_data["code"], answer)
            kind = taken.get_kind_display().lower()
            messages.success(request, f"This browser is now {taken.name} ({kind}).")
            return answer
    return sent.render("people/terminal.html", known=terminals.terminal_of(request))
