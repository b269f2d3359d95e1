"""Form errors: at the top of the page and at the field. No page needs more than this."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context

from plateward.ground.policy.decision import Refusal

register = template.Library()


@dataclass(frozen=True)
class FieldProblem:
    """One sentence about one field, and the id that its link targets."""

    label: str
    text: str
    target: str

    @property
    def names_field(self) -> bool:
        """Whether the sentence can stand alone, as "Enter the case number." does."""
        return self.label.lower() in self.text.lower()


def _sent_forms(context: Context) -> Iterator[BaseForm]:
    """The submitted forms of this page, each once however many names it has. Checked by type: `isinstance`
    would evaluate each lazy value of the page and set the CSRF cookie."""
    forms: dict[int, BaseForm] = {}
    values: Iterable[Any] = context.flatten().values()
    for value in values:
        for item in value if type(value) in (list, tuple) else [value]:
            if issubclass(type(item), BaseForm) and item.is_bound:
                forms[id(item)] = item
    yield from forms.values()


def _field_id(field: BoundField) -> str:
    """Where the focus goes: the first button of a group."""
    grouped = field.widget_type in ("radioselect", "checkboxselectmultiple")
    return f"{field.auto_id}_0" if grouped else str(field.auto_id)


@register.simple_tag(takes_context=True)
def problems(context: Context) -> list[FieldProblem]:
    """For every invalid field, form by form."""
    return [
        FieldProblem(str(field.label), str(error), _field_id(field))
        for form in _sent_forms(context)
        for field in form.visible_fields()
        for error in field.errors
    ]


@register.simple_tag(takes_context=True)
def refused_field(context: Context, refusal: Refusal) -> FieldProblem | None:
    """The field that a refusal is about, if this page has it."""
    for form in _sent_forms(context):
        if refusal.field in form.fields:
            field = form[refusal.field]
            return FieldProblem(str(field.label), refusal.reason, _field_id(field))
    return None


@register.simple_tag(takes_context=True)
def errors_of(context: Context, field: BoundField) -> list[str]:
    """What is wrong with a field: the form's errors, and the refusal about it."""
    refusal = context.get("refusal")
    errors = [str(error) for error in field.errors]
    if isinstance(refusal, Refusal) and refusal.field == field.name and field.form.is_bound:
        errors.append(f"{refusal.reason} {refusal.help}")
    return errors


@register.simple_tag
def described(field: BoundField, errors: list[str]) -> str:
    """The ids of what describes a field: its help text and its error."""
    named = {"helptext": field.help_text, "error": errors}
    return " ".join(f"{field.auto_id}_{name}" for name, there in named.items() if there)
