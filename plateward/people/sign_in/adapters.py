"""Our allauth hooks: every sign-in, sign-out and password change is one act with its audit entry."""

import re
from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from plateward.core.audit import repeated_refusals
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record, record_refusal
from plateward.core.db.locking import change_row
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import seal, unseal
from plateward.people import limits
from plateward.people.access.suspensions import actions
from plateward.people.browser_cookies import BANNER_KEY, banner_acknowledged_at
from plateward.people.http import visitor_of
from plateward.people.models import USERNAME, Person, SignIn
from plateward.people.passwords import MAX_CHARACTERS
from plateward.people.rules import may_enter
from plateward.people.sign_in import lockout, sign_ins
from plateward.people.sign_in.middleware import DIRECTORY, used_second_factor

SECRET_CONTEXT = b"people.authenticator"


def attempted_account(username: str) -> str:
    """The account that a sign-in named. What cannot be a username may be a mistyped password: not kept."""
    name = username.strip().lower()
    return f"person:{name[:32]}" if re.match(USERNAME, name) else "person:(not a username)"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords and sessions. No sign-up, no email."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": "This is not your current password.",
        "too_many_login_attempts": "Too many failed log-ins here (CJIS AC-7). After five, the ALPR administrator "
        "must release the account (for the last administrator, the Chief); otherwise wait 15 minutes.",
        "many_fail_here": f"Many log-ins are failing from this network (CJIS AC-7). Wait {limits.PACE_S} seconds and "
        "try again. A passkey, a registered terminal, or a browser you used before does not have to wait.",
        "username_password_mismatch": "The username or the password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002, for allauth
        return False

    @enforces("AC-7/lock", "AC-2/disabled", "IA-2/people")
    def pre_login(
        self, request: HttpRequest, user: Person, *, signal_kwargs: dict[str, Any] | None = None, **_more: Any
    ) -> HttpResponse | None:
        """After the first factor: a locked, suspended or closed account stops, with the reason. The session
        key changes, so whoever planted the session cannot wait for the second factor.

        `signal_kwargs`: the steps that the directory took."""
        refusal = lockout.sign_in_refusal(user)
        if refusal is None:
            request.session.cycle_key()
            request.session[sign_ins.STEPS_KEY] = {str(user.pk): (signal_kwargs or {}).get("steps", [])}
            return None
        record_refusal(visitor_of(request, user), Event.PERSON_LOGIN, f"person:{user.username}", refusal)
        return _barred_page(request, refusal)

    @enforces("6.a.i.2/own", "AC-7/lock", "AU-2/logons")
    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in, end the person's other session and record both: all of it or nothing."""
        actions.suspend_if_unused(user)  # before this sign-in counts as use
        try:
            seen_banner = banner_acknowledged_at(request)  # the sign-in may begin another session
            with act(visitor_of(request, user), Event.PERSON_LOGIN, f"person:{user.username}") as entry:
                if refusal := lockout.sign_in_refusal(user):  # locked in the meantime
                    raise Refused(refusal)
                require(may_enter(used_second_factor(request, user), user.enrolled, user.may_enroll))
                super().login(request, user)
                request.session[BANNER_KEY] = seen_banner
                ended, shared = sign_ins.begin_sign_in(request, user)
                begun: SignIn = request.sign_in  # type: ignore[attr-defined]
                steps = sign_ins.steps_of(request, user)
                entry.note(
                    methods=[step.get("type") or step["method"] for step in steps],
                    banner_acknowledged=seen_banner,
                    session=visitor_of(request, user).session,
                    client=begun.client,
                    bound_to_a_key=bool(begun.key),
                )
                for earlier in ended:
                    entry.note(
                        ended_session_from=earlier.address, ended_session_began=earlier.began_at.isoformat()
                    )
                for earlier in shared:
                    _flag_shared_session(request, user, earlier, begun.client)
            request.entered = user.username  # type: ignore[attr-defined]
        except Refused as refused:
            raise ImmediateHttpResponse(_barred_page(request, refused.refusal)) from refused

    @enforces("AC-12/ends", "AU-3/bytes")
    def logout(self, request: HttpRequest) -> None:
        """End the sign-in with the session."""
        actor = visitor_of(request)
        with act(actor, Event.PERSON_LOGOUT, f"person:{actor.id}") as entry:
            lasted = sign_ins.end_sign_in(request)
            if lasted is not None:
                entry.note(seconds=round(lasted.total_seconds()))
            super().logout(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """None when the password is wrong, longer than allowed, or tried too often."""
        if len(credentials.get("password") or "") > MAX_CHARACTERS:
            credentials["password"] = ""
        person: Person | None = super().authenticate(request, **credentials)
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a sign-in after too many failures, right password or not. The limit is by name, whether or
        not the account exists. At an address with many failures, people new to the browser wait."""
        username = str(credentials.get("username", ""))
        try:
            if limits.must_wait(request, username):
                raise self.validation_error("many_fail_here")
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            repeated_refusals.record_or_count(
                visitor_of(request),
                Event.PERSON_LOGIN,
                attempted_account(username),
                outcome="refused",
                clause="AC-7",
                reason=" ".join(error.messages),
            )
            raise

    @enforces("AC-7/lock")
    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure, and lock the account at the fifth."""
        username = credentials.get("username", "")
        person = Person.objects.filter(username=username.strip().lower()[:32]).first()
        about = attempted_account(username)
        lockout.record_failed_try(
            visitor_of(request), Event.PERSON_LOGIN, about, person, "Wrong username or password."
        )

    @enforces("AC-7/lock")
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Failed sign-ins count by name alone, whatever host name the request used."""
        return str(credentials.get("username", "")).strip().lower()

    @enforces("IA-5.passwords/checked")
    def clean_password(self, password: str, user: Person | None = None) -> str:
        if user is not None and user.check_password(password):
            raise self.validation_error("same_as_current")
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def set_password(self, user: Person, password: str) -> None:
        with act(visitor_of(context.request), Event.PERSON_PASSWORD, f"person:{user.username}"):
            user.set_password(password)
            change_row(user, password=user.password, must_change_password=False)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("home")

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:  # noqa: ARG002
        """Changing a second factor needs a proof from the last few minutes; a sign-in is one."""
        return isinstance(sign_ins.proved_lately(context.request), Refusal)

    def get_login_stages(self) -> list[str]:
        """Ask for the second factor only here."""
        return ["plateward.people.sign_in.adapters.SecondFactor"]

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, str]]:  # noqa: ARG002
        """The page asks for a password or a key; a code would be one more way to guess."""
        return [{"id": "again", "url": reverse("account_reauthenticate"), "description": "Confirm it is you"}]


def _barred_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Discard the unfinished sign-in; the page says why."""
    request.session.flush()
    return render(request, "account/barred.html", {"refusal": refusal}, status=403)


@enforces("6.a.i.2/lending")
def _flag_shared_session(request: HttpRequest, person: Person, earlier: SignIn, client: str) -> None:
    """A sign-in from elsewhere, minutes after activity in an open session: the secrets may be stolen."""
    record(
        visitor_of(request, person),
        Event.SESSION_FLAG,
        f"person:{person.username}",
        clause="6.a.i.2",
        reason=f"Logged in by {client}, minutes after work in a session opened by {earlier.client}.",
    )
    messages.warning(
        request,
        f"You were working elsewhere minutes ago ({earlier.client}, address {earlier.address}). That session "
        "has ended. If this was not you, notify the ALPR administrator at once.",
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed in either database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Not accepted. A code works once: wait for the next one and enter it.",
        "incorrect_key": "This key was not accepted. Try again, or use another one.",
    }

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    @enforces("6.i.i/aes", "IA-5.codes/strong")
    def encrypt(self, text: str) -> str:
        return b64encode(seal(settings.RING.key("fields"), text.encode(), SECRET_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(settings.RING.key("fields"), b64decode(encrypted_text), SECRET_CONTEXT).decode()


@enforces("6.c.ii.1/all", "IA-2/people")
class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """The second factor at sign-in, which we ask for unless the directory has."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The response that asks for it, if any, and whether the log-in goes on."""
        steps = sign_ins.steps_of(self.request, self.login.user)
        if any(step["method"] == "mfa" and step.get("type") == DIRECTORY for step in steps):
            return None, True
        asked: tuple[HttpResponse | None, bool] = super().handle()
        return asked
