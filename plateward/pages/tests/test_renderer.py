"""No form speaks in its framework's words: what is missing is named, with what to do."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BaseForm
from django.urls import get_resolver

from plateward.pages.renderer import NO_CHOICE

DEFAULT = re.compile(
    r"This field is required|Select a valid|Ensure (this|that)|Enter a valid|Enter a list of|is not a valid"
    r"|No file was submitted"
)

# Fields that need no explanation: each with the forms where it stands.
PLAIN = {
    "a password or code that its page asks for": {
        "oldpassword": {"OwnPasswordForm"},
        "password2": {"OwnPasswordForm"},
        "code": {"ActivateAppForm", "FactorCodeForm", "TerminalCodeForm"},
    },
    "buttons, whose words are the answers, and a note": {
        "active": {"EntryAnswerForm"},
        "accepted": {"ReviewForm"},
        "answer": {"AnswerForm"},
        "approved": {"DecisionForm"},
        "decision": {
            *("DecideItemsForm", "DecideRequestForm", "DecisionForm", "DispositionReviewForm"),
            *("ExportReviewForm", "ReturnDecisionForm", "StoppedForm"),
        },
        "justified": {"OverrideReviewForm"},
        "kind": {"FaultForm", "MarkForm"},
        "rings_again": {"MuteReviewForm"},
        "text": {"AnswerForm"},  # beside them
    },
    "the plate in the picture beside it, while an alarm rings": {
        "plate": {"ConfirmationForm"},
        "state": {"ConfirmationForm"},
    },
    "not typed by a person": {"file_name": {"AnnouncedFileForm"}, "size": {"AnnouncedFileForm"}},
}
FILTERS = {"LogFilters", "LogSearch", "RegisterFilters", "ReportFilters"}  # they narrow the list below them


def forms_of_the_hub(form: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for subclass in form.__subclasses__():
        if subclass.__module__.startswith("plateward") and ".tests." not in subclass.__module__:
            yield subclass
        yield from forms_of_the_hub(subclass)


class Made(forms.Form):
    number = forms.CharField(label="CAD or case number", max_length=3)
    purpose = forms.ChoiceField(choices=[("a", "A")])
    how = forms.ChoiceField(label="How it ended", choices=[("a", "A")], widget=forms.RadioSelect)
    happened = forms.CharField(label="What happened")
    account = forms.CharField(label="Your colleague's account")
    read = forms.BooleanField(label="I have read it")
    file = forms.FileField(label="Signed original")
    until = forms.DateField(label="Review on")
    own = forms.CharField(error_messages={"required": "Say why."})


def test_an_empty_field_says_what_to_enter() -> None:
    assert {name: texts[0] for name, texts in Made({}).errors.items()} == {
        "number": "Enter the CAD or case number.",
        "purpose": "Choose the purpose.",
        "how": "Choose how it ended.",
        "happened": "Say what happened.",
        "account": "Enter your colleague's account.",
        "read": "Check “I have read it”.",
        "file": "Choose the signed original.",
        "until": "Fill in “Review on”.",
        "own": "Say why.",
    }


def test_what_is_too_long_or_no_option_says_what_to_do() -> None:
    errors = Made({"number": "26-1", "purpose": "b"}).errors
    assert errors["number"] == ["Shorten this to 3 characters; it has 4."]
    assert errors["purpose"] == ["“b” is not an option here. Choose one of the options."]


def test_no_field_of_any_form_has_a_default_sentence_or_a_choice_of_dashes() -> None:
    get_resolver().url_patterns  # noqa: B018  # loads every view, and so every form
    wrong: list[tuple[str, str, Any]] = []
    every = list(forms_of_the_hub())
    assert len(every) > 120
    for form in every:
        fields = form.base_fields  # type: ignore[attr-defined]
        made = type("Bare", (forms.Form,), dict(fields))({})
        for bound in made:
            limits = [
                v for v in bound.field.validators if getattr(v, "code", "") not in bound.field.error_messages
            ]
            texts = [*bound.field.error_messages.values(), *(getattr(v, "message", "") for v in limits)]
            choices = getattr(bound.field, "choices", [])
            labels = [label for _, label in choices] if isinstance(choices, list) else []
            several = type(bound.field.widget) is forms.SelectMultiple  # "Hold down Control …"
            wrong += [(form.__qualname__, bound.name, "several")] * several
            labels += [getattr(bound.field, "empty_label", "")]
            wrong += [
                (form.__qualname__, bound.name, text)
                for text in [*texts, *labels]
                if DEFAULT.search(str(text)) or text == NO_CHOICE
            ]
    assert wrong == []


def test_each_field_of_every_form_says_what_it_means() -> None:
    get_resolver().url_patterns  # noqa: B018  # loads every view, and so every form
    silent, echoes, plain = set(), set(), set()
    for form in forms_of_the_hub():
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            at = (form.__name__, name)
            if any(form.__name__ in fields.get(name, ()) for fields in PLAIN.values()):
                plain.add(at)
            elif not field.help_text and not field.widget.is_hidden and form.__name__ not in FILTERS:
                silent.add(at)
            elif str(field.help_text).strip(". ").lower() == str(field.label).lower():
                echoes.add(at)
    assert (silent, echoes) == (set(), set())
    listed = {(form, name) for fields in PLAIN.values() for name, its in fields.items() for form in its}
    assert plain == listed, "what is listed is there"
