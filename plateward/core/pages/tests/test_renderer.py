"""No form speaks in its framework's words: what is missing is named, with what to do."""

import fnmatch
import re
from collections.abc import Iterator
from inspect import getsource
from typing import Any

import pytest
from django import forms
from django.forms import BaseForm
from django.urls import get_resolver
from django.utils.module_loading import import_string

from plateward.core.pages.renderer import NO_CHOICE

DEFAULT = re.compile(
    r"This field is required|Select a valid|Ensure (this|that)|Enter a valid|Enter a list of|is not a valid"
    r"|No file was submitted"
)

# Fields that need no explanation, by their forms.
PLAIN = {
    "a password or code that its page asks for": {
        "people.sign_in.forms.OwnPasswordForm": ["oldpassword", "password2"],
        "people.sign_in.forms.ActivateAppForm": ["code"],
        "people.sign_in.forms.FactorCodeForm": ["code"],
        "people.sign_in.forms.TerminalCodeForm": ["code"],
    },
    "buttons, whose words are the answers, and a note beside them": {
        "work.alerts.closing.forms.DispositionReviewForm": ["decision"],
        "work.alerts.confirming.views.FaultForm": ["kind"],
        "work.alerts.outcomes.views.MuteReviewForm": ["rings_again"],
        "work.alerts.page.forms.ObservationForm": ["plate_seen"],
        "work.alerts.overrides.views.OverrideReviewForm": ["justified"],
        "work.alerts.verifying.entry.views.EntryAnswerForm": ["active"],
        "work.evidence.dems.views.ExportReviewForm": ["decision"],
        "field.fleet.placements.forms.DecisionForm": ["approved"],
        "field.hotlists.recall.views.ReturnDecisionForm": ["decision"],
        "field.hotlists.requests.forms.DecisionForm": ["decision"],
        "oversight.investigations.forms.ReviewForm": ["accepted"],
        "oversight.reviews.forms.AnswerForm": ["answer", "text"],
        "oversight.reviews.forms.FollowForm": ["decision"],
        "people.access.requests.forms.DecideRequestsForm": ["decision"],
        "people.access.reviews.views.DecideItemsForm": ["decision"],
        "work.searches.forms.DecisionForm": ["decision"],
        "work.searches.forms.StoppedForm": ["decision"],
    },
    "a box over the picture beside it, whose page says what its numbers are": {
        "sharing.redaction.forms.BoxForm": ["kind", "x", "y", "width", "height", "removed"],
        "sharing.redaction.forms.StatementForm": ["complete"],
    },
    "the plate in the picture beside it, while an alarm rings": {
        "work.alerts.page.forms.ConfirmationForm": ["plate", "state"],
    },
    "taps and numbers of an alert's step, whose labels ask all": {
        "work.alerts.page.forms.ObservationForm": ["vehicle_class", "color"],
        "work.searches.forms.SearchForm": ["tie"],
        "work.alerts.closing.forms.DispositionForm": [
            "persons_stopped",
            "force_used",
            "recovered",
            "recovery",
        ],
    },
    "not typed by a person": {"field.hotlists.imports.forms.AnnouncedFileForm": ["file_name", "size"]},
    "many of a kind, explained once above them": {
        "work.alerts.closing.forms.DispositionForm": ["count_*", "which_*"],
        "field.fleet.checks.views.CheckForm": ["*_words"],
        "field.hotlists.imports.forms.FormatForm": ["*_take"],
        "field.hotlists.imports.forms.NcicReasonsForm": ["*"],
        "work.retention.forms.ScheduleForm": ["list?", "*_basis"],
    },
}
FILTERS = {  # they narrow the list below them
    "oversight.compliance.listing.ReportFilters",
    "oversight.log.forms.LogFilters",
    "oversight.log.forms.LogSearch",
    "people.access.register.views.RegisterFilters",
}
MAKES_FIELDS = re.compile(r"self\.fields\[[^\]]*\] = (?!deepcopy)")


def forms_of_the_hub(form: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for subclass in form.__subclasses__():
        if subclass.__module__.startswith("plateward") and ".tests." not in subclass.__module__:
            yield subclass
        yield from forms_of_the_hub(subclass)


def path_of(form: type[BaseForm]) -> str:
    return f"{form.__module__}.{form.__name__}".removeprefix("plateward.")


def built() -> dict[type[BaseForm], BaseForm]:
    """The forms that make fields as they are built."""
    needs: dict[str, dict[str, Any]] = {
        "work.alerts.closing.forms.DispositionForm": {
            "facts": import_string("plateward.work.alerts.facts.Facts")()
        },
        "field.fleet.checks.views.CheckForm": {"known": {}},
        "field.hotlists.administration.forms.ListSettingsForm": {},
        "field.hotlists.imports.forms.FormatForm": {},
        "field.hotlists.imports.forms.NcicReasonsForm": {},
        "work.retention.forms.ScheduleForm": {"terms": []},
    }
    classes = {import_string(f"plateward.{path}"): given for path, given in needs.items()}
    return {form: form(**given) for form, given in classes.items()}


def fields_of_every_form() -> dict[type[BaseForm], dict[str, forms.Field]]:
    get_resolver().url_patterns  # noqa: B018  # loads every view, and so every form
    every = {form: form.base_fields for form in forms_of_the_hub()}  # type: ignore[attr-defined]
    making = {
        form for form in every if "__init__" in vars(form) and MAKES_FIELDS.search(getsource(form.__init__))
    }
    own = built()
    assert making == set(own), "each form that makes fields is built here"
    return every | {form: made.fields for form, made in own.items()}


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


@pytest.mark.django_db
def test_no_field_of_any_form_has_a_default_sentence_or_a_choice_of_dashes() -> None:
    wrong: list[tuple[str, str, Any]] = []
    every = fields_of_every_form()
    assert len(every) > 120
    for form, fields in every.items():
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


@pytest.mark.django_db
def test_each_field_of_every_form_says_what_it_means() -> None:
    silent, echoes, unused = set(), set(), set()
    listed = {
        (form, pattern) for its in PLAIN.values() for form, patterns in its.items() for pattern in patterns
    }
    for form, fields in fields_of_every_form().items():
        path = path_of(form)
        patterns = {pattern for at, pattern in listed if at == path}
        unused |= {(path, pattern) for pattern in patterns if not fnmatch.filter(fields, pattern)}
        for name, field in fields.items():
            if path in FILTERS or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                continue
            if not field.help_text and not field.widget.is_hidden:
                silent.add((path, name))
            elif str(field.help_text).strip(". ").lower() == str(field.label).lower():
                echoes.add((path, name))
    assert (silent, echoes, unused) == (set(), set(), set())
    assert {form for form, _ in listed} | FILTERS <= {path_of(form) for form in forms_of_the_hub()}
