"""allauth's second-factor forms, with two things more: a code counts once, a failure is on the log."""

from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.cache import cache
from django.forms import BooleanField, Form

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.middleware import who_is
from plateward.policy.trace import enforces

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


class Activate(UsedOnce, ActivateTOTPForm):  # type: ignore[misc]
    pass


class Authenticate(UsedOnce, AuthenticateForm):  # type: ignore[misc]
    pass


class Reauthenticate(UsedOnce, ReauthenticateForm):  # type: ignore[misc]
    pass


class AddPasskey(Recorded, AddWebAuthnForm):  # type: ignore[misc]
    passwordless = BooleanField(
        label="Log in with this key alone",
        required=False,
        help_text="The key then asks for its PIN or your fingerprint, and you need no password.",
    )


class AuthenticatePasskey(Recorded, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskey(Recorded, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class LoginPasskey(Recorded, LoginWebAuthnForm):  # type: ignore[misc]
    pass
