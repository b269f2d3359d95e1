"""allauth's forms, plus: a code works once, and a failure is logged and counted. And our own forms."""

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
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
from django.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    Form,
    HiddenInput,
    JSONField,
    ModelForm,
    TextInput,
)
from fido2.utils import websafe_decode, websafe_encode

from plateward.core.audit import repeated_refusals
from plateward.core.audit.events import Event
from plateward.core.pages.fields import LongTextField
from plateward.ground.policy.trace import enforces
from plateward.people.http import visitor_of
from plateward.people.models import Terminal
from plateward.people.sign_in import factors, lockout

MAX_KEY_NAME = 40  # characters
MAX_CODE = 40  # characters: a recovery code, with room for blanks
MAX_ANSWER = 64 * 1024  # characters of a key's response
CODE_KEPT_S = 24 * 3600
WRONG_FACTOR_CODES = {"incorrect_code", "incorrect_key"}
# What allauth and fido2 let through when a key's response is malformed or has the wrong signature.
BAD_ANSWER_ERRORS = (AttributeError, InvalidSignature, LookupError, StructError, TypeError, ValueError)

if TYPE_CHECKING:
    Base = Form
else:
    Base = object


@enforces("AU-2/logons", "AC-7/lock")
class FactorFormBase(Base):
    """Record the failure, whatever refuses a second factor (wrong, already used, too many tries)."""

    user: Any
    guesses = True  # whether the failure is an attempt to get in, which counts
    kind = Authenticator.Type.WEBAUTHN.value  # of factor that was tried

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or not self.errors:
            return
        problems = [error for errors in self.errors.as_data().values() for error in errors]
        reason = " ".join(sorted({str(message) for error in problems for message in error.messages}))
        person = self.user or self.named()
        actor, about = visitor_of(context.request), f"person:{person.username if person else '(by passkey)'}"
        if self.guesses and any(error.code in WRONG_FACTOR_CODES for error in problems):
            lockout.record_failed_try(actor, Event.PERSON_FACTOR, about, person, reason, type=self.kind)
        else:
            repeated_refusals.record_or_count(
                actor, Event.PERSON_FACTOR, about, outcome="failed", reason=reason, type=self.kind
            )

    def named(self) -> Any:
        """Whose second factor was tried, when that is not known beforehand."""
        return None


@enforces("IA-5.codes/strong", "IA-5.codes/recovery", "IA-2/people")
class SingleUseCodeForm(FactorFormBase):
    """Refuse a used code for a day, even if the clock is set back in between."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        used = f"people.code:{self.user.pk}:{''.join(filter(str.isalnum, code)).lower()}"
        if not cache.add(used, 1, timeout=CODE_KEPT_S):
            raise get_adapter().validation_error("incorrect_code")
        return code


@enforces("AC-7/lock", "AU-2/logons")
class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The current password, checked as at sign-in: a wrong one counts and is logged."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = {
            "oldpassword": "Current password",
            "password1": "New password",
            "password2": "New password (again)",
        }
        for name, label in labels.items():
            self.fields[name].label = label

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        adapter = get_account_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password


class ActivateAppForm(SingleUseCodeForm, ActivateTOTPForm):  # type: ignore[misc]
    guesses = False
    kind = Authenticator.Type.TOTP.value
    code = CharField(label="Code", max_length=MAX_CODE)


class FactorCodeForm(SingleUseCodeForm, AuthenticateForm):  # type: ignore[misc]
    """A code from the authenticator app, or one of the recovery codes."""

    code = CharField(
        label="Code", max_length=MAX_CODE, widget=TextInput(attrs={"autocomplete": "one-time-code"})
    )
    recovery = BooleanField(required=False, widget=HiddenInput)  # which of its two fields the page has sent

    @property
    def kind(self) -> str:
        by_code = self.data.get("recovery") or not self.by_app
        return str((Authenticator.Type.RECOVERY_CODES if by_code else Authenticator.Type.TOTP).value)

    @property
    def by_app(self) -> bool:
        """Whether this person has an authenticator app."""
        return bool(is_mfa_enabled(self.user, [Authenticator.Type.TOTP]))


@contextmanager
def key_errors() -> Iterator[None]:
    """Refuse every bad response from a key; allauth speaks of a code, or fails."""
    try:
        yield
    except BAD_ANSWER_ERRORS as wrong:
        raise get_adapter().validation_error("incorrect_key") from wrong
    except ValidationError as refused:
        if refused.code != "incorrect_code":
            raise
        raise get_adapter().validation_error("incorrect_key") from refused


class KeyAnswerField(JSONField):
    """A key's response; None when it is nested or too long."""

    def __init__(self) -> None:
        super().__init__(widget=HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value if len(value or "") <= MAX_ANSWER else "too long")
        except RecursionError as wrong:
            raise get_adapter().validation_error("incorrect_key") from wrong


class KeyForm(FactorFormBase):
    def clean_credential(self) -> Authenticator:
        with key_errors():
            return super().clean_credential()  # type: ignore[misc]


class AddPasskeyForm(FactorFormBase, AddWebAuthnForm):  # type: ignore[misc]
    guesses = False
    credential = KeyAnswerField()
    name = CharField(
        label="Name",
        required=False,
        max_length=MAX_KEY_NAME,
        help_text="Your own name for the key, such as Blue key ring, to tell several apart.",
    )
    passwordless = BooleanField(
        label="Log in with this key alone",
        required=False,
        help_text="The key asks for its PIN or your fingerprint; no password needed.",
    )

    def clean(self) -> dict[str, Any]:
        with key_errors():
            return super().clean() or {}


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = CharField(
        label="Name", max_length=MAX_KEY_NAME, help_text="Your own name for the key, to tell several apart."
    )

    def save(self) -> Authenticator:
        factors.rename_key(visitor_of(context.request), self.instance, self.cleaned_data["name"])
        return self.instance


class AuthenticatePasskeyForm(KeyForm, AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = KeyAnswerField()


class ReauthenticatePasskeyForm(KeyForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = KeyAnswerField()


class LoginPasskeyForm(KeyForm, LoginWebAuthnForm):  # type: ignore[misc]
    credential = KeyAnswerField()

    @enforces("AC-7/lock")
    def named(self) -> Any:
        """The owner of an existing key: a bare account number counts against nobody."""
        try:
            answer: Any = self.fields["credential"].to_python(self.data.get("credential", ""))
            named = websafe_encode(websafe_decode(answer["rawId"]))
        except (ValidationError, *BAD_ANSWER_ERRORS):
            return None
        keys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__credential__rawId=named)
        return next((key.user for key in keys.select_related("user")), None)


class TerminalCodeForm(Form):
    code = CharField(
        label="Code", max_length=60, widget=TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class TerminalForm(ModelForm):  # type: ignore[type-arg]
    kind = ChoiceField(
        label="Kind",
        choices=[("", "Choose"), *Terminal.Kind.choices],
        help_text="Its location sets how long a session may be idle there.",
    )

    class Meta:
        model = Terminal
        fields = ["name", "kind"]
        help_texts = {"name": "The vehicle or console number."}


class ReleaseForm(Form):
    reason = LongTextField(
        2, label="Reason", max_length=400, help_text="How you know who made the failed attempts."
    )
