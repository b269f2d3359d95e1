"""A form field for a CAD or case number."""

from typing import Any

from django import forms

from plateward.core.cases.rules import normalized


class NumberField(forms.CharField):
    """Takes a number as typed, and returns it as CAD writes it. The room's rules say whether it is valid."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        """The normalized number."""
        return normalized(super().to_python(value) or "")
