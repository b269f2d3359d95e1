"""What every form says of its fields, in our words (settings.FORM_RENDERER): what to do, not what is wrong."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates

RELOAD = "Reload this page and try again."
NO_CHOICE = "---------"  # Django's own name for it
QUESTIONS = ("how", "what", "when", "where", "which", "who", "whom", "why")
# Labels that begin so, or end so, are no names of things either: they are quoted.
OPENERS = (
    "a", "about", "active", "after", "as", "begins", "by", "compare", "could", "does", "ends", "fetch",
    "for", "from", "hold", "i", "in", "it", "line", "never", "or", "put", "sent", "skip", "through", "to",
    "until", "was", "with", "without",
)  # fmt: skip
CLOSERS = ("again", "at", "by", "it", "of", "on", "with")
MOST_WORDS = 6
# Django's sentences of fields and validators, each with ours.
PLAIN = {
    "Select a valid choice. %(value)s is not one of the available choices.": (
        "“%(value)s” is not an option here. Choose one of the options."
    ),
    "Select a valid choice. That choice is not one of the available choices.": "Choose one of the options.",
    "“%(pk)s” is not a valid value.": "Choose from the options.",
    "Enter a list of values.": "Choose from the options.",
    "Enter a valid date.": "Enter a date: month, day and year.",
    "Enter a valid time.": "Enter a time, for example 14:30.",
    "Enter a valid date/time.": "Enter a date and a time.",
    "Enter a valid JSON.": RELOAD,
    "Enter a valid UUID.": RELOAD,
    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.": "Use letters, digits, - and _.",
    "Enter a valid email address.": "Enter an email address, for example ada@example.gov.",
    "Enter a valid value.": "Enter this in another form.",
    "No file was submitted. Check the encoding type on the form.": "Choose a file.",
    "No file was submitted.": "Choose a file.",
    "The submitted file is empty.": "Choose a file that is not empty.",
}
LIMITS = {
    "max_length": "Shorten this to %(limit_value)d characters; it has %(show_value)d.",
    "min_length": "Enter at least %(limit_value)d characters; this has %(show_value)d.",
    "max_value": "Enter %(limit_value)s or less.",
    "min_value": "Enter %(limit_value)s or more.",
}


def request_for(label: str, field: forms.Field) -> str:
    """What to do about an empty field: "Enter the case number.", "Choose the purpose."."""
    if field.widget.is_hidden:
        return RELOAD
    if isinstance(field, forms.BooleanField):
        return f"Check “{label}”."
    chooses = isinstance(field.widget, forms.widgets.ChoiceWidget | forms.FileInput)
    words = label.lower().split()
    within = label if label[:2].isupper() else label[:1].lower() + label[1:]
    if words[0] in QUESTIONS and not label.endswith("?"):
        return f"{'Choose' if chooses else 'Say'} {within}."
    plain = all(word.strip("()").replace("'", "").isalnum() for word in words)
    if not plain or words[0] in OPENERS or words[-1] in CLOSERS or len(words) > MOST_WORDS:
        return f"Choose an answer to “{label}”." if chooses else f"Fill in “{label}”."
    return f"{'Choose' if chooses else 'Enter'} {'' if words[0] in ('its', 'your') else 'the '}{within}."


class PlainField(forms.BoundField):
    """A field of a form, with our words for Django's, unless it brings its own."""

    def __init__(self, form: forms.BaseForm, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        says = field.error_messages
        for code, text in says.items():
            says[code] = PLAIN.get(str(text), text)
        if says.get("required") == forms.Field.default_error_messages["required"]:
            says["required"] = request_for(str(self.label), field)
        for validator in field.validators:
            code, text = getattr(validator, "code", ""), str(getattr(validator, "message", ""))
            if code in LIMITS and text == str(type(validator).message):
                says.setdefault(code, LIMITS[code])
            elif text in PLAIN:
                says.setdefault(code, PLAIN[text])
        self._name_no_choice(field)

    def _name_no_choice(self, field: Any) -> None:
        named = "Choose" if field.required else "None"
        if getattr(field, "empty_label", None) == NO_CHOICE:
            field.empty_label = named
        choices = getattr(field, "choices", None)
        if isinstance(choices, list) and choices and tuple(choices[0]) == ("", NO_CHOICE):
            field.choices = [("", named), *choices[1:]]


class Renderer(DjangoTemplates):
    """For settings.FORM_RENDERER."""

    bound_field_class = PlainField
