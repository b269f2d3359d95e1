"""The form that asks for a purpose, once after log-in, and to change it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from plateward.core.pages.acts import submitted
from plateward.core.pages.fields import ButtonsField
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.purpose.rules import purposes_for
from plateward.people.purpose.stated import PURPOSE_KEY, state_purpose


class PurposeForm(forms.Form):
    """One of the purposes of a person's duties."""

    purpose = ButtonsField(
        (),
        "Purpose",
        "It stays until you log out, and is on the log with everything you open. Searches, alerts and copies state "
        "their own.",
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, data: object, choices: dict[str, str], initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["purpose"].choices = list(choices.items())  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@enforces("6.a.i.1/every", "SB40.share/recorded")
def state(request: HttpRequest) -> HttpResponse:
    """Context: form, or None for whom no page asks; first, whether none is stated yet."""
    choices = purposes_for(person_of(request).permissions)
    before = request.session.get(PURPOSE_KEY, "")
    initial = {"purpose": before, "next": request.GET.get("next", "")}
    sent, form = submitted(request, PurposeForm, choices=choices, initial=initial)
    if sent.valid:
        with sent:
            state_purpose(request, actor_of(request), form.cleaned_data["purpose"])
            onward = form.cleaned_data["next"]
            ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=True)
            return sent.done("Your purpose is recorded.", onward if ours else "home")
    return sent.render("purpose/state.html", form=form if choices else None, first=not before)
