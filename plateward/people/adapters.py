"""Where allauth asks us: every log-in, log-out and password change is one act with its entry on the log."""

from base64 import b64decode, b64encode
from time import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.people import signin
from plateward.people.access.interruptions import unused
from plateward.people.middleware import BANNER, who_is
from plateward.people.models import Person
from plateward.policy.trace import enforces
from plateward.vault.sealing import seal, unseal

AUTHENTICATOR = b"people.authenticator"


def tried(username: str) -> str:
    """The account that a log-in named. What cannot be a username may be a mistyped password: not kept."""
    name = username.strip().lower()
    try:
        for check in Person._meta.get_field("username").validators:
            if isinstance(check, RegexValidator):
                check(name)
    except ValidationError:
        return "person:(not a username)"
    return f"person:{name[:32]}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords and sessions. No sign-up, no e-mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": "This is not your current password.",
        "too_many_login_attempts": "Too many log-ins failed here (CJIS AC-7). Wait 15 minutes and try again; "
        "if these were not yours, tell the ALPR administrator.",
        "username_password_mismatch": "The username or the password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002, for allauth
        return False

    @enforces("6.a.i.2", "AU-2")
    def login(self, request: HttpRequest, user: Person) -> None:
        """Log in, end the person's other session, record both: all of it or nothing."""
        unused.notice(user)  # before this log-in counts as use
        with act(who_is(request, user), Event.PERSON_LOGIN, f"person:{user.username}") as entry:
            super().login(request, user)
            ended = signin.begin(request, user)
            steps = get_authentication_records(request, user)
            entry.note(
                methods=[step.get("type") or step["method"] for step in steps],
                banner_acknowledged=request.session.get(BANNER),
                session=who_is(request, user).session,
            )
            if ended:
                entry.note(ended_session_from=ended.address, ended_session_began=ended.began_at.isoformat())

    @enforces("AC-12", "AU-3")
    def logout(self, request: HttpRequest) -> None:
        """End the sign-in with the session."""
        who = who_is(request)
        with act(who, Event.PERSON_LOGOUT, f"person:{who.id}") as entry:
            lasted = signin.end(request)
            if lasted is not None:
                entry.note(seconds=round(lasted.total_seconds()))
            super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a log-in after too many failed ones, right password or not."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._failed(request, credentials, "AC-7", "Too many failed log-ins.")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._failed(request, credentials, "", "Wrong username or password.")

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        self._failed(request, {"username": user.username}, "AC-2", "The account is closed.")
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def _failed(self, request: HttpRequest, credentials: dict[str, Any], clause: str, reason: str) -> None:
        record(
            who_is(request),
            Event.PERSON_LOGIN,
            tried(credentials.get("username", "")),
            outcome="refused" if clause else "failed",
            clause=clause,
            reason=reason,
        )

    @enforces("AC-7")
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Failed log-ins count by the name alone, whatever host name the request used."""
        return str(credentials.get("username", "")).strip().lower()

    @enforces("IA-5.passwords")
    def clean_password(self, password: str, user: Person | None = None) -> str:
        if user is not None and user.check_password(password):
            raise self.validation_error("same_as_current")
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def set_password(self, user: Person, password: str) -> None:
        with act(who_is(context.request), Event.PERSON_PASSWORD, f"person:{user.username}"):
            user.set_password(password)
            user.must_change_password = False
            user.save(update_fields=["password", "must_change_password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("home")

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:  # noqa: ARG002
        """A change to one's second factor asks for a proof of the last minutes; the log-in is one."""
        steps = get_authentication_records(context.request, context.request.user)
        return not steps or time() - steps[-1]["at"] > REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, str]]:
        """By password, which everybody has, or by key; a code would be one way more to guess."""
        ways = [("reauthenticate", "account_reauthenticate", "Use your password")]
        if is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]):
            key = "Use a passkey or security key"
            ways.append(("mfa_reauthenticate:webauthn", "mfa_reauthenticate_webauthn", key))
        return [{"id": id, "url": reverse(route), "description": told} for id, route, told in ways]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed, whatever the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This was not accepted. A code counts once: wait for the next one and type that.",
        "incorrect_key": "This key was not accepted. Try again, or use another one.",
    }

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    @enforces("6.i.i", "IA-5.codes")
    def encrypt(self, text: str) -> str:
        return b64encode(seal(settings.RING.key("fields"), text.encode(), AUTHENTICATOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(settings.RING.key("fields"), b64decode(encrypted_text), AUTHENTICATOR).decode()
