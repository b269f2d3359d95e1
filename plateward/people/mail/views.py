"""The page of the relay, and that of a person's choices, with their forms."""

import ssl
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import ButtonsField
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.mail import actions
from plateward.people.notices.kinds import Topic
from plateward.people.notices.models import Mailbox, MailRelay

GOES_TO = ("host", "port", "security", "authority", "user")  # what the password was entered for
HOST = RegexValidator(r"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$", "Enter a host name or an address.")


class RelayForm(forms.Form):
    """The password is asked for but never shown; if left empty, the stored one stays. It goes to no other server than
    the one for which somebody entered it, nor to one that proves itself in another way."""

    on = forms.BooleanField(
        required=False, label="Send email", help_text="Off: nobody gets email, and what people chose is kept."
    )
    host = forms.CharField(
        max_length=200,
        label="Server",
        validators=[HOST],
        help_text="Name or address of the agency's mail relay. The hub sends through no other.",
    )
    port = forms.IntegerField(
        min_value=1,
        max_value=65_535,
        initial=587,
        label="Port",
        help_text="Usually 587, or 465 with TLS from the start.",
    )
    security = ButtonsField(
        MailRelay.Security.choices,
        "Encryption",
        "Email never leaves the hub unencrypted.",
        initial=MailRelay.Security.STARTTLS,
    )
    user = forms.CharField(
        max_length=100, required=False, label="User", widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Blank if the server asks for none.",
    )  # fmt: skip
    password = forms.CharField(
        max_length=200, required=False, label="Password", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Stored sealed and never shown again. Blank: keep the current one.",
    )  # fmt: skip
    sender = forms.EmailField(label="Sender", help_text="For example: plateward@agency.gov.")
    domain = forms.CharField(
        max_length=200, label="Agency's domain", validators=[HOST],
        help_text="Email goes only to addresses at this domain. For example: agency.gov.",
    )  # fmt: skip
    authority = forms.CharField(
        max_length=20_000, required=False, label="Certificate authority",
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text="In PEM form, if the server's certificate is signed by the agency's own authority.",
    )  # fmt: skip

    def __init__(self, *args: Any, known: MailRelay | None = None, **kwargs: Any) -> None:
        """`known`: the relay as it is set."""
        super().__init__(*args, **kwargs)
        self._known = known

    def clean(self) -> dict[str, Any]:
        """A user needs a password, entered for this server, its encryption and who vouches for it."""
        data = super().clean() or {}
        asked = {name: data.get(name) for name in GOES_TO}
        same = self._known is not None and asked == {name: getattr(self._known, name) for name in asked}
        if (
            data.get("user")
            and not data.get("password")
            and not (same and self._known and self._known.secret)
        ):
            self.add_error("password", "Enter the password for this server and user.")
        return data

    def clean_authority(self) -> str:
        """A usable authority, or none."""
        text = str(self.cleaned_data["authority"]).strip()
        if text:
            try:
                strong_context(text)
            except (ssl.SSLError, ValueError) as error:
                raise forms.ValidationError("This is not a certificate in PEM form.") from error
        return text

    def values(self) -> dict[str, Any]:
        """What is stored, but for the password."""
        return {name: value for name, value in self.cleaned_data.items() if name != "password"}


class MailChoiceForm(forms.Form):
    """Of which topics to get mails, and where."""

    address = forms.EmailField(
        required=False,
        label="Your email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Emails go only to the agency's own domain.",
    )
    topics = forms.MultipleChoiceField(
        required=False,
        label="Send me an email about",
        choices=Topic.choices(),
        widget=forms.CheckboxSelectMultiple,
        help_text="At most an email every five minutes, with the number of new notices. None checked: no email.",
    )

    def clean(self) -> dict[str, Any]:
        """Topics need an address."""
        data = super().clean() or {}
        if data.get("topics") and not data.get("address") and "address" not in self.errors:
            self.add_error("address", "Enter your email address at the agency.")
        return data


@require_http_methods(["GET", "POST"])
@enforces("6.c.i.1/role")
def set_relay(request: HttpRequest) -> HttpResponse:
    """The agency's mail relay. Context: form, relay (or None)."""
    known = actions.relay()
    initial = {name: getattr(known, name) for name in RelayForm.base_fields if hasattr(known, name)}
    sent, form = submitted(request, RelayForm, initial=initial, known=known)
    if sent.valid:
        with sent:
            actions.set_relay(actor_of(request), form.values(), form.cleaned_data["password"])
            return sent.done("Email settings saved.", "mail:relay")
    record(actor_of(request), Event.MAIL_VIEW, "mail")
    return sent.render("mail/relay.html", relay=known)


@require_http_methods(["GET", "POST"])
@enforces("AC-2/told")
def choose(request: HttpRequest) -> HttpResponse:
    """How notices and alarms reach this person. Context: form (None if the agency sends no email); relay; mailbox."""
    person, known = person_of(request), actions.relay()
    box = Mailbox.objects.filter(person=person).first()
    initial = {"address": box.address, "topics": box.topics} if box else {}
    sent, form = submitted(request, MailChoiceForm, initial=initial)
    if sent.valid and known and known.on:
        with sent:
            data = form.cleaned_data
            actions.choose_mail(actor_of(request), data["address"], data["topics"])
            return sent.done("Saved." if data["topics"] else "Saved. You get no email.", "mail:choices")
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    offered = form if known and known.on else None
    return sent.render("mail/choices.html", form=offered, relay=known, mailbox=box)
