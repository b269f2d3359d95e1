"""allauth's forms, with two things more: a code counts once, a failure is on the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import BooleanField, CharField, Form

from plateward.audit.events import Event
from plateward.audit.log import act, record
from plateward.people.middleware import who_is
from plateward.policy.trace import enforces

KEY_NAME = 40  # characters
# What allauth and fido2 let out where a key's answer is not of its form, or not signed by it.
NO_ANSWER = (AttributeError, InvalidSignature, LookupError, StructError, TypeError, ValueError)

if TYPE_CHECKING:
    Base = Form
else:
    Base = object


@enforces("AU-2")
class Recorded(Base):
    """Whatever refuses a second factor (wrong, used before, too many tries), the failure is recorded."""

    user: Any

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or not self.errors:
            return
        reasons = {str(message) for messages in self.errors.values() for message in messages}
        record(
            who_is(context.request),
            Event.PERSON_FACTOR,
            f"person:{self.user.username}" if self.user else "person:(by passkey)",
            outcome="failed",
            reason=" ".join(sorted(reasons)),
        )


@enforces("IA-5.codes", "IA-2")
class UsedOnce(Recorded):
    """A code is refused the second time, for as long as the clock's tolerance would still take it."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        valid_s = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"people.code:{self.user.pk}:{normalize_user_code(code)}", 1, timeout=valid_s):
            raise get_adapter().validation_error("incorrect_code")
        return code


@enforces("AC-7", "AU-2")
class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The password so far is asked as at log-in: a wrong one counts, and is on the log."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        adapter = get_account_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password


class Activate(UsedOnce, ActivateTOTPForm):  # type: ignore[misc]
    pass


class Authenticate(UsedOnce, AuthenticateForm):  # type: ignore[misc]
    pass


@contextmanager
def of_a_key() -> Iterator[None]:
    """Whatever is wrong with what a key answered, it is refused; allauth speaks of a code, or fails."""
    try:
        yield
    except NO_ANSWER as wrong:
        raise get_adapter().validation_error("incorrect_key") from wrong
    except ValidationError as refused:
        if refused.code != "incorrect_code":
            raise
        raise get_adapter().validation_error("incorrect_key") from refused


class Key(Recorded):
    def clean_credential(self) -> Authenticator:
        with of_a_key():
            return super().clean_credential()  # type: ignore[misc]


class AddPasskey(Recorded, AddWebAuthnForm):  # type: ignore[misc]
    name = CharField(label="Name", required=False, max_length=KEY_NAME)
    passwordless = BooleanField(
        label="Log in with this key alone",
        required=False,
        help_text="The key then asks for its PIN or your fingerprint, and you need no password.",
    )

    def clean(self) -> dict[str, Any]:
        with of_a_key():
            return super().clean() or {}


class EditPasskey(EditWebAuthnForm):  # type: ignore[misc]
    name = CharField(label="Name", max_length=KEY_NAME)

    def save(self) -> Authenticator:
        person = self.instance.user.username
        with act(who_is(context.request), Event.PERSON_FACTOR, f"person:{person}") as entry:
            entry.note(change="renamed", type=self.instance.type)
            return super().save()


class AuthenticatePasskey(Key, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskey(Key, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class LoginPasskey(Key, LoginWebAuthnForm):  # type: ignore[misc]
    pass
