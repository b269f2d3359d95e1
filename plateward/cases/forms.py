"""A CAD or case number, as a form asks for it."""

from typing import Any

from django import forms

from plateward.cases.rules import normalized


class NumberField(forms.CharField):
    """Takes a number as it is typed, and gives it as CAD writes it. Whether it can be one, the room's rules say."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        """Normalized."""
        return normalized(super().to_python(value) or "")
