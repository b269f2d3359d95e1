"""The administrator's form for where a list is fetched from."""

import re
from typing import Any

from django import forms

from plateward.hotlists.administration.forms import TimesField
from plateward.hotlists.imports import formats
from plateward.hotlists.imports.models import Feed

DEFAULT_TIMES = ["05:30", "17:30"]  # NCIC compiles its extract twice a day
PATTERN = re.compile(r"[^/\x00-\x1f]{1,80}")


class FeedForm(forms.Form):
    """The form asks for the secret but never shows it; if left empty, the stored secret stays."""

    format = forms.ChoiceField(label="Format")
    place = forms.ChoiceField(
        choices=Feed.Place.choices,
        widget=forms.RadioSelect,
        label="File location",
        initial=Feed.Place.FOLDER,
    )
    folder = forms.CharField(
        max_length=200, required=False, label="Folder",
        help_text="On the hub: under the feeds folder (PLATEWARD_FEEDS). On a server: the server's path.",
    )  # fmt: skip
    pattern = forms.CharField(
        max_length=80,
        label="File",
        help_text="Its name; * matches anything, as in VEHEXTRT*.txt. The newest is used.",
    )
    host = forms.CharField(max_length=200, required=False, label="Server")
    port = forms.IntegerField(min_value=1, max_value=65_535, initial=22, label="Port")
    user = forms.CharField(
        max_length=60, required=False, label="User", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    host_key = forms.CharField(
        max_length=2000, required=False, label="The server's host key",
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
        help_text="One line such as ssh-ed25519 AAAA…, from the server's administrator. Other servers are refused.",
    )  # fmt: skip
    password = forms.CharField(
        max_length=200, required=False, label="Password", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Stored sealed and never shown again. Blank: keep the current one.",
    )  # fmt: skip
    key = forms.CharField(
        max_length=8000, required=False, label="Or a private key",
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text="Without a passphrase. Stored sealed and never shown again.",
    )  # fmt: skip
    times = TimesField(
        max_length=200,
        label="Fetch at",
        initial=DEFAULT_TIMES,
        help_text="Times of day, such as 05:30 17:30.",
    )
    on = forms.BooleanField(required=False, initial=True, label="Fetch automatically")

    def __init__(self, *args: Any, kept: bool = False, **kwargs: Any) -> None:
        """`kept`: a secret is already stored."""
        super().__init__(*args, **kwargs)
        self.kept = kept
        choice: Any = self.fields["format"]
        choice.choices = formats.format_choices()

    def clean_pattern(self) -> str:
        """A file name, with no path to another folder."""
        pattern = str(self.cleaned_data["pattern"])
        if not PATTERN.fullmatch(pattern):
            raise forms.ValidationError("A file name cannot contain /.")
        return pattern

    def clean(self) -> dict[str, Any]:
        """What a server needs in addition."""
        data = super().clean() or {}
        if data.get("place") == Feed.Place.SFTP:
            for name in ("host", "user", "host_key"):
                if not data.get(name):
                    self.add_error(name, "Required for an SFTP server.")
            if not (data.get("password") or data.get("key") or self.kept):
                self.add_error("password", "An SFTP server needs a password or a private key.")
        return data

    @classmethod
    def of(cls, feed: Feed) -> dict[str, Any]:
        """The initial values for an existing feed, without its secret."""
        return {name: getattr(feed, name) for name in cls.base_fields if name not in ("password", "key")}

    def feed_fields(self) -> dict[str, Any]:
        """The feed's fields by name; the secret only if a new one was given."""
        fields = dict(self.cleaned_data)
        key, password = fields.pop("key"), fields.pop("password")
        secret = {"secret": key or password} if key or password else {}
        return fields | {"times": fields["times"] or DEFAULT_TIMES} | secret
