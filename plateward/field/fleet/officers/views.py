"""The page on which somebody logs in at a reader's screen, by the code that it shows."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plateward.core.pages.acts import submitted
from plateward.field.fleet.officers import actions
from plateward.field.fleet.officers.rules import typed_code
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of


class CodeForm(forms.Form):
    """What the screen shows."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="8 letters on the reader's screen, such as BCDF-GHJK.",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        return typed_code(self.cleaned_data["code"])


@require_http_methods(["GET", "POST"])
@enforces("6.e.i/vehicle", "6.c.ii.1/factors")
def confirm(request: HttpRequest) -> HttpResponse:
    """First which reader it is, then the log-in. Context: form; reader, that shows the code, or None; refusal."""
    sent, form = submitted(request, CodeForm)
    reader = None
    if sent.valid:
        actor, code = actor_of(request), form.cleaned_data["code"]
        with sent:
            if "confirm" not in request.POST:
                reader = actions.reader_of_code(actor, code)
            else:
                reader = actions.confirm_code(actor, code)
                return sent.done(
                    f"You are logged in at {reader.name}. Its screen opens in a few seconds.", "home"
                )
    return sent.render("fleet/code.html", reader=reader)
